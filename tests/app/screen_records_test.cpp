#include "tests/app/screen_app.h"

using namespace sotay::app;

TEST_CASE("record list: tapping New asks for a new record") {
    ScreenApp app("records");

    app.ui.tap("record_list.new");

    REQUIRE(app.lastAsked<StartRecord>());
    CHECK(app.lastAsked<StartRecord>()->formId == app.state.forms.front().id);
}

TEST_CASE("record list: each letter of a search is looked for") {
    ScreenApp app("records");

    app.ui.fill("record_list.search", "chuối");

    REQUIRE(app.lastAsked<ReadRows>());
    CHECK(app.lastAsked<ReadRows>()->query.search == "chuối");
}

TEST_CASE("record list: an answer to an older search is not shown") {
    ScreenApp app("records");
    app.ui.fill("record_list.search", "ch");
    std::uint64_t older = app.lastAsked<ReadRows>()->serial;
    app.ui.type("u");

    RowsRead late;
    late.serial = older;
    late.total = 0;
    app.answer(std::move(late));

    CHECK(app.state.records.total == 11);
}

TEST_CASE("record list: arrows and Enter open a record") {
    ScreenApp app("records");

    app.ui.context().focus().set("record_list.table");
    app.ui.settle();
    app.ui.press("Down");
    app.ui.press("Enter");

    REQUIRE(app.lastAsked<sotay::app::OpenRecord>());
    CHECK(app.lastAsked<sotay::app::OpenRecord>()->record == app.state.records.window[1].id);
}

TEST_CASE("record list: rows beyond those that were read are asked for when they come into sight") {
    ScreenApp app("records");
    RowsRead many;
    many.serial = app.state.records.asked;
    many.total = many.all = 100000;
    many.columns = app.state.records.columns;
    many.rows.assign(300, app.state.records.window.front());
    app.answer(std::move(many));

    app.ui.context().focus().set("record_list.table");
    app.ui.settle();
    app.ui.press("End");

    REQUIRE(app.lastAsked<ReadRows>());
    CHECK(app.lastAsked<ReadRows>()->first > 99000);
}

TEST_CASE("record list: the window sleeps when nothing moves") {
    ScreenApp app("records");

    CHECK(app.ui.context().sleepSeconds() != 0);
}

TEST_CASE("record list: a filter that finds nothing says so") {
    ScreenApp app("records");
    RowsRead none;
    none.serial = app.state.records.asked;
    none.all = 412;
    app.answer(std::move(none));

    CHECK(app.ui.exists("record_list.nothing"));
}

TEST_CASE("rail: each screen is one tap away, and those that do not exist are not offered") {
    ScreenApp app("records");

    app.ui.tap("rail.sync");
    CHECK(app.state.screen == Screen::Sync);
    app.ui.press("Alt 3");
    CHECK(app.state.screen == Screen::Conflicts);
    app.ui.press("Alt 4");
    CHECK(app.state.screen == Screen::Duplicates);
    app.ui.tap("rail.settings");
    CHECK(app.state.screen == Screen::Settings);
    for (const char* key : {"rail.review", "rail.reports"}) CHECK(!app.ui.exists(key));
}

TEST_CASE("settings: language, background and size change at once and are kept") {
    ScreenApp app("settings");

    app.ui.tap("settings.language.1");
    app.ui.tap("settings.theme.1");

    REQUIRE(app.lastAsked<StorePreferences>());
    CHECK(app.lastAsked<StorePreferences>()->preferences == Preferences{"en", true, 100});
}

TEST_CASE("enrolment: what is missing is asked for in words, and nothing is sent") {
    ScreenApp app("welcome");

    app.ui.tap("welcome.submit");

    CHECK(app.ui.exists("welcome.problem"));
    CHECK(!app.lastAsked<EnrolLaptop>());

    app.ui.fill("welcome.code", "7KQ2-M4XD");
    app.ui.tap("welcome.submit");

    REQUIRE(app.lastAsked<EnrolLaptop>());
    CHECK(app.lastAsked<EnrolLaptop>()->code == "7KQ2-M4XD");
    CHECK(app.lastAsked<EnrolLaptop>()->device == "DK-07");
}

TEST_CASE("sync: it can be started, tells how far it is, and can be stopped") {
    ScreenApp app("sync");
    CHECK(app.ui.exists("sync.mine"));

    app.ui.tap("sync.stop");
    CHECK(app.lastAsked<CancelSync>());

    SyncEnded ended;
    ended.cancelled = true;
    app.answer(std::move(ended));
    app.ui.press("F5");
    CHECK(app.lastAsked<StartSync>());
}
