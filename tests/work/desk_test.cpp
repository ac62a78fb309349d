#include <doctest/doctest.h>

#include <fstream>

#include "app/work/worker.h"
#include "tests/support/markdown_form.h"
#include "tests/support/small_world.h"
#include "tests/support/workbook_file.h"

using namespace sotay;

namespace {

// A desk over a fresh notebook that belongs to somebody and is offline.
struct OneDesk {
    SmallWorld world;
    std::vector<app::Reply> replies;
    std::unique_ptr<app::Desk> desk;
    std::filesystem::path file = world.folder / "desk.db";
    std::vector<std::filesystem::path> viewed;
    std::function<bool(const std::filesystem::path&)> viewer = [this](const auto& shown) {
        viewed.push_back(shown);
        return true;
    };

    OneDesk() { reopen(); }
    void reopen() {
        desk.reset();
        auto noNetwork = [](const std::string&,
                            const std::string&) -> Result<std::unique_ptr<Channel>> {
            return Error{Code::Offline, "There is no network in this test."};
        };
        auto opened =
            app::Desk::open({file, {}, {}, 420, {}, viewer}, world.surroundings(), noNetwork,
                            [this](app::Reply reply) { replies.push_back(std::move(reply)); });
        REQUIRE(opened.ok());
        desk = std::move(*opened);
    }
    void importForm(const std::string& workbook = SmallWorld::formWorkbook()) {
        desk.reset();
        auto notebook = Notebook::open(file, world.surroundings());
        REQUIRE(notebook.ok());
        REQUIRE((*notebook)->importForm(workbook, "test").ok());
        notebook->reset();
        reopen();
    }
    template <class R>
    R* last() {
        for (auto reply = replies.rbegin(); reply != replies.rend(); ++reply)
            if (R* found = std::get_if<R>(&*reply)) return found;
        return nullptr;
    }
    template <class R>
    R& ask(app::Request request) {
        desk->carryOut(request);
        R* reply = last<R>();
        REQUIRE(reply);
        return *reply;
    }
};

}  // namespace

TEST_CASE("desk: a new record is begun, survives a crash as a draft, and is stored") {
    OneDesk one;
    one.importForm();
    auto& forms = one.ask<app::FormsRead>(app::ReadForms{});
    REQUIRE(forms.forms.size() == 1);
    std::string formId = forms.forms.front().id;
    auto& begun = one.ask<app::RecordOpened>(app::StartRecord{formId, "vi"});
    REQUIRE(begun.session);
    Id record = begun.record;
    app::DraftJournal journal = begun.journal;
    std::string path = begun.session->view().front().path;
    for (const NodeView& line : begun.session->view())
        if (line.node && line.node->name == "name") path = line.path;
    journal.answered(*begun.session->view(path), "HTX Ba Nang");
    one.ask<app::DraftStored>(app::StoreDraft{record, journal});

    one.reopen();
    app::RecordQuery query;
    query.formId = formId;
    auto& rows = one.ask<app::RowsRead>(app::ReadRows{query, 1, 0, 100});
    REQUIRE(rows.begun.size() == 1);
    CHECK(rows.begun.front().record == record);
    auto& again = one.ask<app::RecordOpened>(app::OpenRecord{record, "vi"});
    CHECK(again.isNew);
    CHECK(again.session->view(path)->value == "HTX Ba Nang");

    one.ask<app::RecordStored>(app::StoreRecord{record, again.session->answers(), {}});
    auto& stored = one.ask<app::RowsRead>(app::ReadRows{query, 2, 0, 100});
    CHECK(stored.total == 1);
    CHECK(stored.begun.empty());
    auto& history = one.ask<app::HistoryRead>(app::ReadHistory{record});
    REQUIRE(history.changes.size() == 1);
    CHECK(history.changes.front().kind == app::HistoryChange::Kind::Created);
}

TEST_CASE("desk: what was kept with a reason is not asked again until it changes") {
    OneDesk one;
    one.importForm(workbookBytes(markdownWorkbook(R"(
| survey | | | | |
| | type | name | label | warning |
| | text | name | Name | |
| | integer | members | Members | . < 5000 |
| settings | | |
| | form_id | form_title |
| | coop | Co-operative |
)")));
    auto& begun = one.ask<app::RecordOpened>(app::StartRecord{"coop", "vi"});
    Id record = begun.record;
    REQUIRE(begun.session->setAnswer("/members", "7000").ok());
    const NodeView line = *begun.session->view("/members");
    REQUIRE_FALSE(line.warning.empty());
    REQUIRE(begun.session->keepWarning("/members", "counted twice").ok());
    one.ask<app::RecordStored>(
        app::StoreRecord{record, begun.session->answers(), {{line.key, "counted twice"}}});

    auto& again = one.ask<app::RecordOpened>(app::OpenRecord{record, "vi"});

    CHECK(again.session->view("/members")->warning.empty());
    REQUIRE(again.session->setAnswer("/members", "8000").ok());
    CHECK_FALSE(again.session->view("/members")->warning.empty());
}

TEST_CASE("desk: a sync without a network ends with the reason, and loses nothing") {
    OneDesk one;

    auto& ended = one.ask<app::SyncEnded>(app::StartSync{});

    REQUIRE(ended.error);
    CHECK(ended.error->code == Code::Offline);
}

TEST_CASE("desk: a stick takes what was typed, and one that is not there is said") {
    OneDesk one;
    auto laptop = one.world.laptop("Lâm", Role::Officer);
    create(*laptop, {{"/name", "HTX Ba Nang"}});
    laptop.reset();
    one.file = one.world.folder / "Lâm.db";
    one.reopen();
    const std::filesystem::path stick = one.world.folder / "stick";

    auto& missing = one.ask<app::TaskFailed>(app::ExchangeStick{stick.string()});
    CHECK(missing.task == app::Task::Stick);
    CHECK(missing.error.code == Code::NotFound);
    std::filesystem::create_directory(stick);
    std::ofstream(stick / "broken.sotay") << "sotay bundle\n";
    auto& done = one.ask<app::StickExchanged>(app::ExchangeStick{stick.string()});

    REQUIRE(done.lines.size() == 2);
    CHECK(done.lines[0].kind == app::StickLine::Kind::Damaged);
    CHECK(done.lines[0].who == "broken.sotay");
    CHECK(done.lines[1].kind == app::StickLine::Kind::Written);
    CHECK(done.lines[1].count == 1);
    CHECK(std::filesystem::exists(stick / "broken.sotay"));
}

TEST_CASE(
    "desk: a picture that answers a question is taken in, shown, and known when opened again") {
    OneDesk one;
    one.importForm(workbookBytes(markdownWorkbook(R"(
| survey | | | |
| | type | name | label |
| | text | name | Name |
| | image | front | The house |
| settings | | |
| | form_id | form_title |
| | house | House |
)")));
    const std::filesystem::path picture = one.world.folder / "ảnh trụ sở.JPG";
    std::ofstream(picture, std::ios::binary) << "not really a picture";
    const auto begun = std::move(one.ask<app::RecordOpened>(app::StartRecord{"house", "vi"}));
    const Id record = begun.record;
    const NodeView line = *begun.session->view("/front");

    const auto taken = one.ask<app::FileTaken>(
        app::TakeFile{record, line.key,
                      " 'file://" + (one.world.folder / "").string() +
                          "%E1%BA%A3nh%20tr%E1%BB%A5%20s%E1%BB%9F.JPG'\r\n"});

    CHECK(taken.question == line.key);
    CHECK(taken.file.name.ends_with(".jpg"));
    CHECK(taken.file.bytes == 20);
    CHECK(taken.file.isHere);
    CHECK_FALSE(taken.file.isAtServer);
    REQUIRE(begun.session->setAnswer("/front", taken.file.name).ok());
    one.ask<app::RecordStored>(app::StoreRecord{record, begun.session->answers(), {}});
    auto& again = one.ask<app::RecordOpened>(app::OpenRecord{record, "vi"});
    REQUIRE(again.files.size() == 1);
    CHECK(again.files[0].name == taken.file.name);
    CHECK(again.files[0].bytes == 20);

    auto& shown = one.ask<app::FileShown>(app::ShowFile{taken.file.name});
    CHECK(shown.isOpen);
    REQUIRE(one.viewed.size() == 1);
    std::ifstream copy(one.viewed[0], std::ios::binary);
    CHECK(std::string(std::istreambuf_iterator<char>(copy), {}) == "not really a picture");
}

TEST_CASE("desk: what somebody attached is never run, only written out") {
    OneDesk one;
    const std::filesystem::path program = one.world.folder / "report.desktop";
    std::ofstream(program) << "[Desktop Entry]";
    const auto taken = one.ask<app::FileTaken>(app::TakeFile{{}, {}, program.string()});

    auto& shown = one.ask<app::FileShown>(app::ShowFile{taken.file.name});

    CHECK_FALSE(shown.isOpen);
    CHECK(one.viewed.empty());
    CHECK(std::filesystem::exists(shown.writtenTo));
}

TEST_CASE("desk: a file that is not there, and one that only the server has, are said") {
    OneDesk one;

    auto& missing = one.ask<app::TaskFailed>(app::TakeFile{{}, {}, "/no/such/file.jpg"});
    CHECK(missing.task == app::Task::TakeFile);
    CHECK(missing.error.code == Code::NotFound);
    auto& far = one.ask<app::TaskFailed>(app::ShowFile{std::string(64, 'a') + ".jpg"});
    CHECK(far.task == app::Task::ShowFile);
    CHECK(far.error.code == Code::Offline);
    auto& elsewhere = one.ask<app::TaskFailed>(app::ShowFile{"../../notebook.db"});
    CHECK(elsewhere.error.code == Code::InvalidInput);
}

TEST_CASE("desk: preferences are remembered by the notebook") {
    OneDesk one;
    one.desk->carryOut(app::StorePreferences{{"en", true, 150}});
    one.reopen();

    auto& standing = one.ask<app::StandingRead>(app::ReadStanding{});

    REQUIRE(standing.preferences);
    CHECK(*standing.preferences == app::Preferences{"en", true, 150});
}

TEST_CASE("worker: what was asked is done before it ends, and the first answer tells who one is") {
    TemporaryFolder folder;
    {
        app::Worker worker({folder / "n.db", {}, {}, 420, {}, {}}, [] {});
        worker.ask({app::StorePreferences{{"en", false, 125}}});
    }
    app::Queue<int> woken;
    app::Worker worker({folder / "n.db", {}, {}, 420, {}, {}}, [&woken] { woken.push(1); });
    worker.ask({app::ReadStanding{}});
    REQUIRE(woken.next());

    auto replies = worker.take();
    REQUIRE(replies.size() == 1);
    auto* standing = std::get_if<app::StandingRead>(&replies.front());
    REQUIRE(standing);
    CHECK(standing->preferences->scalePercent == 125);
}

TEST_CASE("worker: a notebook that cannot be opened is said at once") {
    TemporaryFolder folder;
    std::ofstream(folder / "file") << "no folder";
    app::Queue<int> woken;
    app::Worker worker({folder / "file" / "n.db", {}, {}, 420, {}, {}},
                       [&woken] { woken.push(1); });
    REQUIRE(woken.next());

    auto replies = worker.take();
    REQUIRE(replies.size() == 1);
    REQUIRE(std::get_if<app::TaskFailed>(&replies.front()));
    CHECK(std::get<app::TaskFailed>(replies.front()).task == app::Task::OpenNotebook);
}
