#include "app/platform/sample_screens.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "app/state/answer_text.h"
#include "app/state/update.h"
#include "schema/xlsform.h"

namespace sotay::platform {
namespace {

using app::FormEntry;
using app::Screen;
using app::State;

constexpr std::int64_t kNow = 1795315260;  // 22/11/2026 09:41 in Viet Nam
constexpr std::int64_t kHour = 3600, kDay = 86400;

Id sampleId(std::uint8_t number) {
    Id id;
    id.bytes[0] = 1;
    id.bytes[15] = number;
    return id;
}

struct Row {
    const char *name, *type, *commune, *state, *members;
    bool conflict, waiting, draft;
    int daysAgo;
};
constexpr std::array<Row, 11> kRows = {{
    {"HTX Nông nghiệp Ba Nang", "htx", "19564", "operating", "48", true, false, false, 0},
    {"HTX Dược liệu Húc Nghì", "htx", "19588", "operating", "23", false, true, false, 0},
    {"THT Chăn nuôi bò A Vao", "tht", "19588", "operating", "11", false, true, false, 0},
    {"HTX Chuối Hướng Hiệp", "htx", "19555", "suspended", "67", false, false, true, 6},
    {"HTX Hồ tiêu Cùa", "htx", "19603", "operating", "112", false, false, false, 10},
    {"THT Trồng sắn Ba Lòng", "tht", "19567", "operating", "19", false, false, false, 11},
    {"HTX Sản xuất và Dịch vụ Krông Klang", "htx", "19555", "operating", "54", false, false, false,
     13},
    {"HTX Mây tre đan A Bung", "htx", "19594", "operating", "31", false, false, false, 17},
    {"Liên hiệp HTX Cam Lộ", "lhhtx", "19597", "operating", "6", false, false, false, 20},
    {"HTX Cà phê Tà Long", "htx", "19564", "operating", "40", false, false, false, 25},
    {"THT Nuôi ong Mò Ó", "tht", "19555", "operating", "9", false, false, false, 26},
}};

std::string pathOf(const FormEntry& form, const char* name) {
    const Node* node = form.form->findByName(name);
    return node ? node->path : std::string("/") + name;
}

void fillRecords(State& state, const FormEntry& form) {
    state.screen = Screen::Records;
    app::RecordListState& records = state.records;
    records.query.formId = form.id;
    records.asked = records.answered = 1;
    records.total = kRows.size();
    records.all = 412;
    records.conflicts = 1;
    records.unsent = 2;
    for (const Node* node : app::summaryColumns(*form.form)) records.columns.push_back(node->path);
    for (std::size_t i = 0; i < kRows.size(); ++i) {
        const Row& row = kRows[i];
        records.window.push_back({sampleId(static_cast<std::uint8_t>(i)),
                                  row.name,
                                  {row.name, row.type, row.commune, row.state, row.members},
                                  row.conflict,
                                  row.waiting,
                                  row.draft,
                                  kNow - row.daysAgo * kDay});
    }
    records.selected = 0;
    records.query.search = "ba nang";
}

void fillEmptyRecords(State& state, const FormEntry& form) {
    state.screen = Screen::Records;
    state.records.query.formId = form.id;
    state.records.asked = state.records.answered = 1;
    state.standing.records = state.standing.waiting = state.standing.conflicts = 0;
}

void openForm(State& state, const FormEntry& form) {
    SessionContext context;
    context.nowMs = kNow * 1000;
    context.language = app::formLanguage(*form.form, state.preferences.language);
    context.newId = [next = std::uint8_t{100}]() mutable { return sampleId(next++); };
    auto session = FormSession::create(form.form, std::move(context), nullptr);
    if (!session.ok()) return;
    FormSession& open = **session;
    auto set = [&](const char* name, const char* typed) {
        // An answer that this form does not ask for is left out: samples outlive versions.
        (void)open.setAnswer(pathOf(form, name), typed).ok();
    };
    for (const auto& [name, typed] : std::initializer_list<std::pair<const char*, const char*>>{
             {"name", "HTX Nông nghiệp Ba Nang"},
             {"unit_type", "htx"},
             {"tax_code", "3283690068"},
             {"registered_on", "2014-03-14"},
             {"sector", "agriculture"},
             {"branch", "crops"},
             {"province", "44"},
             {"commune", "19564"},
             {"director", "Hồ Đức Phương"},
             {"phone", "0915 204 318"},
             {"state", "operating"},
             {"state_since", "2014-03-14"},
             {"total", "52"},
             {"official", "52"},
             {"women", "57"},
             {"ethnic_minority", "46"},
             {"member_income", "145000000"}})
        set(name, typed);
    std::string ocop = pathOf(form, "ocop"), loans = pathOf(form, "loans");
    auto row = [&](const std::string& at,
                   std::initializer_list<std::pair<const char*, const char*>> answers) {
        for (const auto& [name, typed] : answers) (void)open.setAnswer(at + "/" + name, typed).ok();
    };
    row(ocop + "[1]", {{"product", "Chuối sấy Ba Nang"},
                       {"stars", "3"},
                       {"ocop_decision", "1204/QĐ-UBND"},
                       {"recognised_on", "2025-06-30"},
                       {"valid_until", "2028-06-30"}});
    if (open.addItem(ocop).ok())
        row(ocop + "[2]", {{"product", "Măng khô Pa Kô"},
                           {"stars", "4"},
                           {"ocop_decision", "87/QĐ-UBND"},
                           {"recognised_on", "2024-02-14"},
                           {"valid_until", "2027-02-14"}});
    row(loans + "[1]", {{"source", "support_fund"},
                        {"amount", "350000000"},
                        {"borrowed_on", "2026-03-02"},
                        {"outstanding", "280000000"}});

    app::RecordOpened reply;
    reply.record = sampleId(0);
    reply.form = form;
    reply.session = std::move(*session);
    app::update(state, app::Reply(std::move(reply)));
    if (!state.filling) return;
    state.filling->draftSavedAt = kNow + 7;
    state.filling->goTo.clear();
}

void goToSection(State& state, const char* group) {
    if (!state.filling) return;
    for (std::size_t i = 0; i < state.filling->sections.size(); ++i) {
        const Node* node = state.filling->sections[i].node;
        if (node && node->name == group) state.filling->section = i;
    }
}

void fillFormMembers(State& state, const FormEntry& form) {
    openForm(state, form);
    goToSection(state, "members");
}
void fillFormProducts(State& state, const FormEntry& form) {
    openForm(state, form);
    goToSection(state, "ocop");
}
void fillFormGeneral(State& state, const FormEntry& form) {
    openForm(state, form);
    goToSection(state, "general");
}

app::ConflictSide side(const char* change, const char* author, const char* device, std::int64_t at,
                       std::int64_t sentAt, std::int64_t ahead) {
    app::ConflictSide made;
    made.change = change;
    made.author = author;
    made.device = device;
    made.at = at;
    made.sentAt = sentAt;
    if (ahead != 0) made.clockAheadSeconds = ahead;
    return made;
}

app::Conflict membersConflict(const FormEntry& form) {
    app::Conflict conflict;
    conflict.id = "sample-1";
    conflict.record = sampleId(0);
    conflict.title = "HTX Nông nghiệp Ba Nang";
    conflict.formId = form.id;
    conflict.form = form.form;
    conflict.fields = {{pathOf(form, "total"), "48", "", {"52", "57"}}};
    conflict.sides = {
        side("a", "Hồ Văn Lâm", "DK-07", kNow - 4 * kDay - kHour / 2, kNow - 2 * kDay, 0),
        side("b", "Nguyễn Thị Hà", "DK-11", kNow - 3 * kDay + 6 * kHour, kNow - kDay, 2 * kHour)};
    conflict.before = side("o", "Lê Thị Hoa", "DK-02", kNow - 263 * kDay, kNow - 262 * kDay, 0);
    conflict.since = kNow - 3 * kDay;
    conflict.kept = {
        {0,
         {app::HistoryEdit::Kind::Set, pathOf(form, "phone"), "0905 114 207", "0912 337 150", {}}},
        {1,
         {app::HistoryEdit::Kind::Set, pathOf(form, "loans") + "[2]/amount", "", "350000000", {}}}};
    return conflict;
}

void fillConflicts(State& state, const FormEntry& form) {
    state.screen = Screen::Conflicts;
    state.standing.role = app::Role::Supervisor;
    state.standing.person = "Trần Minh Sơn";
    state.standing.areas = {"*"};
    state.standing.waiting = 0;
    state.network = app::Network::Online;
    app::Conflict removed = membersConflict(form);
    removed.id = "sample-2";
    removed.kind = app::Conflict::Kind::Delete;
    removed.title = "HTX Chuối Hướng Hiệp";
    removed.fields.clear();
    removed.kept.clear();
    removed.sides[0].deletes = true;
    state.conflicts.loaded = true;
    state.conflicts.list = {membersConflict(form), removed};
    app::update(state, app::ChooseSide{0});
    app::update(state, app::Arrived{});
    state.conflicts.reason = "Đã đối chiếu sổ thành viên ngày 18/11";
}

void fillDeleteConflict(State& state, const FormEntry& form) {
    fillConflicts(state, form);
    app::update(state, app::SelectConflict{1});
}

// 40 women of 50 members beside 30 members.
void fillRuleConflict(State& state, const FormEntry& form) {
    fillConflicts(state, form);
    app::Conflict rule = membersConflict(form);
    rule.id = "sample-3";
    rule.kind = app::Conflict::Kind::Constraint;
    rule.title = "HTX Dược liệu Húc Nghì";
    rule.rulePath = pathOf(form, "women");
    rule.message = "Số thành viên nữ không thể nhiều hơn tổng số thành viên.";
    rule.fields = {{pathOf(form, "total"), "50", "30", {"50", "30"}},
                   {pathOf(form, "women"), "20", "40", {"40", "20"}}};
    rule.kept.resize(1);
    state.conflicts.list.push_back(rule);
    state.standing.conflicts = 3;
    app::update(state, app::SelectConflict{2});
    app::update(state, app::ChooseSide{1});
    app::update(state, app::Arrived{});
    state.conflicts.reason = "Đã gọi hợp tác xã: 30 thành viên, 20 nữ";
}

void fillDuplicates(State& state, const FormEntry& form) {
    fillConflicts(state, form);
    state.screen = Screen::Duplicates;
    app::Duplicate pair;
    pair.id = "pair-1";
    pair.records[0] = sampleId(0);
    pair.records[1] = sampleId(1);
    pair.titles[0] = "HTX Nông nghiệp Ba Nang";
    pair.titles[1] = "HTX nông nghiệp Ba Nang";
    pair.authors[0] = "Hồ Văn Lâm";
    pair.authors[1] = "Nguyễn Thị Hà";
    pair.changedAt[0] = kNow - 4 * kDay;
    pair.changedAt[1] = kNow - 2 * kDay;
    pair.form = form.form;
    pair.keys = {pathOf(form, "tax_code")};
    pair.rows = {{pathOf(form, "name"), {pair.titles[0], pair.titles[1]}},
                 {pathOf(form, "unit_type"), {"htx", "htx"}},
                 {pathOf(form, "tax_code"), {"3283690068", "3283690068"}},
                 {pathOf(form, "commune"), {"19564", "19564"}},
                 {pathOf(form, "phone"), {"0912 337 150", ""}},
                 {pathOf(form, "total"), {"48", "52"}},
                 {pathOf(form, "women"), {"20", "24"}},
                 {pathOf(form, "loans"), {"1", "2"}, true}};
    app::Duplicate other = pair;
    other.id = "pair-2";
    other.titles[0] = other.titles[1] = "THT Chăn nuôi bò A Vao";
    other.keys = {pathOf(form, "name"), pathOf(form, "commune")};
    app::update(state, app::Reply(app::DuplicatesRead{{pair, other}}));
    app::update(state, app::ChooseSurvivor{0});
    app::update(state, app::ChooseAnswer{0, 0});
    app::update(state, app::ChooseAnswer{5, 1});
    app::update(state, app::Arrived{});
    state.duplicates.reason = "Cùng giấy chứng nhận đăng ký";
}

void fillSync(State& state, const FormEntry&) {
    state.screen = Screen::Sync;
    state.network = app::Network::Online;
    state.standing.clockAheadSeconds = 2 * kHour;
    app::SyncState& sync = state.sync;
    sync.running = true;
    sync.startedAt = kNow - 40;
    sync.progress = {23, 23, 148, 412, 4100, 21500};
    using Kind = app::SyncLogLine::Kind;
    sync.log = {{Kind::ServerSaved, kNow - 10, {}, {23, 0, 0, 0, 0, 0}, {}},
                {Kind::Started, kNow - 40, "https://htx.quangtri.example", {}, {}},
                {Kind::Offline, kNow - 90, {}, {}, {}},
                {Kind::Finished, kNow - 6000, {}, {11, 36, 1, 0, 0, 0}, {}}};
    sync.waiting = {{sampleId(1), "HTX Dược liệu Húc Nghì", kNow - kHour},
                    {sampleId(2), "THT Chăn nuôi bò A Vao", kNow - 2 * kHour}};
}

void fillStick(State& state, const FormEntry&) {
    state.screen = Screen::Sync;
    state.network = app::Network::Offline;
    using Kind = app::StickLine::Kind;
    app::StickState& stick = state.sync.stick;
    stick.folder = "/media/lam/KINGSTON";
    stick.lines = {{Kind::Answer, 12, 23, {}},
                   {Kind::ForServer, 0, 0, "DK-09"},
                   {Kind::Damaged, 0, 0, "DK-11.a1b2c3d4.to-server.sotay"},
                   {Kind::Written, 4, 0, {}}};
}

void fillHistory(State& state, const FormEntry& form) {
    using Kind = app::HistoryChange::Kind;
    using Edit = app::HistoryEdit;
    state.screen = Screen::History;
    app::HistoryState& history = state.history;
    history.loaded = true;
    history.form = form.form;
    history.title = "HTX Nông nghiệp Ba Nang";
    std::string total = pathOf(form, "total");
    app::HistoryChange decided{Kind::Resolved,
                               "r",
                               "Trần Minh Sơn",
                               "TINH-01",
                               "Đã đối chiếu sổ thành viên ngày 18/11",
                               kNow - kHour,
                               {},
                               {},
                               false,
                               {{Edit::Kind::Set, total, "57", "52", {}}},
                               false,
                               {},
                               {}};
    app::HistoryChange loan{
        Kind::Edited,
        "b",
        "Nguyễn Thị Hà",
        "DK-11",
        {},
        kNow - 3 * kDay,
        2 * kHour,
        905,
        true,
        {{Edit::Kind::Set, total, "48", "57", {}},
         {Edit::Kind::ItemAdded, pathOf(form, "loans") + "[2]", "", "1", {}},
         {Edit::Kind::Set, pathOf(form, "loans") + "[2]/amount", "", "350000000", {}}},
        false,
        {},
        {}};
    app::HistoryChange phone{
        Kind::Edited,
        "a",
        "Hồ Văn Lâm",
        "DK-07",
        {},
        kNow - 4 * kDay,
        {},
        904,
        true,
        {{Edit::Kind::Set, total, "48", "52", {}},
         {Edit::Kind::Set, pathOf(form, "phone"), "0905 114 207", "0912 337 150", {}}},
        true,
        {},
        {}};
    app::HistoryChange created{
        Kind::Created,
        "o",
        "Lê Thị Hoa",
        "DK-02",
        {},
        kNow - 263 * kDay,
        {},
        12,
        false,
        {{Edit::Kind::Set, pathOf(form, "name"), "", "HTX Nông nghiệp Ba Nang", {}},
         {Edit::Kind::Set, pathOf(form, "unit_type"), "", "htx", {}},
         {Edit::Kind::Set, total, "", "48", {}}},
        false,
        {},
        {}};
    history.changes = {decided, loan, phone, created};
}

void fillUndo(State& state, const FormEntry& form) {
    fillHistory(state, form);
    state.standing.role = app::Role::Supervisor;
    app::update(state, app::AskUndo{"r"});
    app::UndoView undo;
    undo.change = "r";
    undo.needsReason = undo.reopens = true;
    undo.edits = {{app::HistoryEdit::Kind::Set, pathOf(form, "total"), "52", "57", {}}};
    app::update(state, app::Reply(app::UndoRead{undo}));
    app::update(state, app::TypeText{app::TypeText::Field::UndoReason, "Sổ thành viên đã sửa"});
}

void fillSettings(State& state, const FormEntry&) { state.screen = Screen::Settings; }

// A form of its own: that of co-operatives asks for no files.
void fillFormFiles(State& state, const FormEntry&) {
    Workbook book;
    book.sheets = {
        {"survey",
         {{"type", "name", "label::Tiếng Việt (vi)", "label::English (en)", "hint::English (en)"},
          {"text", "name", "Tên hợp tác xã", "Name of the co-operative", ""},
          {"image", "office", "Ảnh trụ sở", "Picture of the office", ""},
          {"file", "charter", "Điều lệ đã ký", "Signed charter", ""},
          {"image", "label", "Ảnh nhãn sản phẩm", "Picture of the product's label", ""},
          {"begin_repeat", "visits", "Lần thăm", "Visits", ""},
          {"date", "day", "Ngày", "Day", ""},
          {"audio", "talk", "Ghi âm", "Recording", ""},
          {"end_repeat", "", "", "", ""}},
         {}},
        {"settings", {{"form_id", "form_title"}, {"files", "Files"}}, {}}};
    const FormReading reading = readForm(book, "files");
    if (!reading.form) return;
    SessionContext context;
    context.language = app::formLanguage(*reading.form, state.preferences.language);
    context.newId = [next = std::uint8_t{100}]() mutable { return sampleId(next++); };
    auto session = FormSession::create(reading.form, std::move(context), nullptr);
    if (!session.ok()) return;
    const std::string office = std::string(64, 'a') + ".jpg",
                      charter = std::string(64, 'b') + ".pdf";
    (void)(*session)->setAnswer("/name", "HTX Nông nghiệp Ba Nang").ok();
    (void)(*session)->setAnswer("/office", office).ok();
    (void)(*session)->setAnswer("/charter", charter).ok();
    app::RecordOpened reply;
    reply.record = sampleId(0);
    reply.form = {reading.form->id, 1, reading.form};
    reply.session = std::move(*session);
    reply.files = {{office, 312'400, true, false, false}, {charter, 2'480'000, false, true, false}};
    app::update(state, app::Reply(std::move(reply)));
    if (!state.filling) return;
    state.standing.filesWaiting = 1;
    state.filling->draftSavedAt = kNow + 7;
    state.filling->goTo.clear();
    state.filling->openItems.insert("/visits[1]");
}

void fillWelcome(State& state, const FormEntry&) {
    state.screen = Screen::Welcome;
    state.standing = {};
    state.enrolment.server = "https://htx.quangtri.example";
    state.enrolment.device = "DK-07";
}

}  // namespace

const std::vector<SampleScreen>& sampleScreens() {
    static const std::vector<SampleScreen> screens = {
        {"welcome", fillWelcome},
        {"records", fillRecords},
        {"records-empty", fillEmptyRecords},
        {"form-general", fillFormGeneral},
        {"form-members", fillFormMembers},
        {"form-products", fillFormProducts},
        {"form-files", fillFormFiles},
        {"history", fillHistory},
        {"sync", fillSync},
        {"stick", fillStick},
        {"conflict", fillConflicts},
        {"conflict-delete", fillDeleteConflict},
        {"conflict-rule", fillRuleConflict},
        {"duplicates", fillDuplicates},
        {"history-undo", fillUndo},
        {"settings", fillSettings},
    };
    return screens;
}

Result<FormEntry> sampleForm(const std::filesystem::path& assets) {
    FormReading reading = readFormFile(assets / "forms" / "htx_profile.xlsx");
    if (!reading.form)
        return Error{Code::NotFound,
                     "The form of co-operatives cannot be read: " +
                         (reading.problems.empty() ? std::string("no reason given")
                                                   : reading.problems.front().message)};
    return FormEntry{reading.form->id, 3, reading.form};
}

State sampleState(const FormEntry& form, const app::Preferences& preferences) {
    State state;
    state.opened = true;
    state.preferences = preferences;
    state.now = kNow;
    state.forms = {form};
    state.network = app::Network::Offline;
    app::Standing& standing = state.standing;
    standing.enrolled = true;
    standing.person = "Hồ Văn Lâm";
    standing.organisation = "Liên minh HTX Quảng Trị";
    standing.device = "DK-07";
    standing.server = "https://htx.quangtri.example";
    standing.notebookFile = "~/.local/share/sotay/notebook.db";
    standing.areas = {"19564"};
    standing.records = 412;
    standing.waiting = 3;
    standing.conflicts = 2;
    standing.savedAt = kNow;
    standing.syncedAt = kNow - kDay + 4 * kHour + 24 * 60;
    return state;
}

}  // namespace sotay::platform
