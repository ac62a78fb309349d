#include "tests/app/screen_app.h"

using namespace sotay::app;

namespace {

const std::string kPicture = std::string(64, 'c') + ".png";

void answerTaken(ScreenApp& app) {
    const auto asked = *app.lastAsked<TakeFile>();
    app.answer(FileTaken{asked.record, asked.question, {kPicture, 5000, true, false, false}});
}

void dropOn(ScreenApp& app, const char* key, const char* file) {
    const auto& rect = app.ui.context().find(key)->rect;
    app.ui.context().drop({rect.x + 5, rect.y + 5, {file}});
    app.ui.settle();
}

}  // namespace

TEST_CASE("files: where a picture is can be typed, and Enter attaches it") {
    ScreenApp app("form-files");

    app.ui.fill("form/label", "/media/lam/nhãn.png");
    app.ui.press("Enter");

    REQUIRE(app.lastAsked<TakeFile>());
    CHECK(app.lastAsked<TakeFile>()->file == "/media/lam/nhãn.png");
    CHECK(!app.ui.isEnabled("form/label.attach"));
    answerTaken(app);
    CHECK(app.value("/label") == kPicture);
    CHECK(app.ui.text("form/label") == "Ảnh PNG, 5 kB");
    CHECK(app.ui.text("form/label.standing") == "Chưa gửi");
    CHECK(app.lastAsked<StoreDraft>());
}

TEST_CASE("files: a picture is dropped on its question, and the last one dropped stands") {
    ScreenApp app("form-files");

    dropOn(app, "form/label", "/media/lam/a.png");
    REQUIRE(app.lastAsked<TakeFile>());
    CHECK(app.lastAsked<TakeFile>()->file == "/media/lam/a.png");
    answerTaken(app);
    dropOn(app, "form/office", "/media/lam/b.png");
    CHECK(app.lastAsked<TakeFile>()->file == "/media/lam/b.png");
    answerTaken(app);

    CHECK(app.value("/label") == kPicture);
    CHECK(app.value("/office") == kPicture);
}

TEST_CASE("files: what is dropped where no file is asked for is refused in words") {
    ScreenApp app("form-files");

    dropOn(app, "form/name", "/media/lam/a.png");

    CHECK(!app.lastAsked<TakeFile>());
    REQUIRE(app.state.toast);
    CHECK(app.state.toast->key == "file.dropped_elsewhere");
}

TEST_CASE("files: one is opened by its name, and can be removed") {
    ScreenApp app("form-files");
    CHECK(app.ui.text("form/office") == "Ảnh JPG, 312 kB");
    CHECK(app.ui.text("form/charter") == "Tệp PDF, 2,5 MB");
    CHECK(app.ui.text("form/charter.standing") == "Ở máy chủ");

    app.ui.tap("form/charter");
    REQUIRE(app.lastAsked<ShowFile>());
    CHECK(app.lastAsked<ShowFile>()->name == app.value("/charter"));
    app.ui.tap("form/charter.remove");

    CHECK(app.value("/charter").empty());
    CHECK(app.ui.exists("form/charter.attach"));
}

TEST_CASE("files: what is still to be sent is in the status line") {
    ScreenApp app("form-files");
    CHECK(app.ui.text("status.waiting") == "3 thay đổi chờ gửi · 1 tệp chờ gửi");

    app.state.standing.waiting = 0;
    app.ui.settle();
    CHECK(app.ui.text("status.waiting") == "1 tệp chờ gửi");
}

TEST_CASE("files: a file that cannot be taken in leaves the path to be mended") {
    ScreenApp app("form-files");
    app.ui.fill("form/label", "/media/lam/nhan.png");
    app.ui.tap("form/label.attach");

    app.answer(TaskFailed{Task::TakeFile, {sotay::Code::NotFound, "There is no file."}});

    CHECK(app.state.toast->key == "file.not_there");
    CHECK(app.ui.text("form/label") == "/media/lam/nhan.png");
    CHECK(app.ui.isEnabled("form/label.attach"));
    CHECK(app.value("/label").empty());
}

TEST_CASE("files: a record is not stored without a file that was named for it") {
    ScreenApp app("form-files");
    app.ui.fill("form/label", "/media/lam/nhan.png");
    app.ui.press("Ctrl S");
    REQUIRE(app.lastAsked<TakeFile>());
    app.ui.press("Ctrl S");
    CHECK(!app.lastAsked<StoreRecord>());
    CHECK(app.state.toast->key == "file.wait");

    app.answer(TaskFailed{Task::TakeFile, {sotay::Code::NotFound, "There is no file."}});
    CHECK(app.state.toast->key == "file.not_there");
    CHECK(app.ui.focused() == "form/label");
    app.ui.press("Ctrl S");
    CHECK(!app.lastAsked<StoreRecord>());
    answerTaken(app);
    app.ui.press("Ctrl S");
    REQUIRE(app.lastAsked<StoreRecord>());
}

TEST_CASE("files: several dropped at once, or one beside another, are refused in words") {
    ScreenApp app("form-files");
    const auto& rect = app.ui.context().find("form/label")->rect;
    app.ui.context().drop({rect.x + 5, rect.y + 5, {"/media/lam/a.png", "/media/lam/b.png"}});
    app.ui.settle();
    CHECK(!app.lastAsked<TakeFile>());
    CHECK(app.state.toast->key == "file.one_only");

    dropOn(app, "form/label", "/media/lam/a.png");
    dropOn(app, "form/office", "/media/lam/b.png");
    CHECK(app.lastAsked<TakeFile>()->file == "/media/lam/a.png");
    CHECK(app.state.toast->key == "file.taking_another");
}

TEST_CASE("files: a recording goes to its row, although the rows moved up meanwhile") {
    ScreenApp app("form-files");
    app.state.filling->section = 1;
    app.ui.settle();
    app.ui.tap("form/visits.add");
    REQUIRE(app.state.filling->items("/visits") == 2);
    app.state.filling->openItems = {"/visits[2]"};
    app.ui.settle();
    app.ui.fill("form/visits[2]/talk", "/media/lam/talk.m4a");
    app.ui.press("Enter");
    REQUIRE(app.lastAsked<TakeFile>());
    app.ui.tap("form/visits[1].remove");

    answerTaken(app);

    CHECK(app.state.filling->items("/visits") == 1);
    CHECK(app.value("/visits[1]/talk") == kPicture);
}
