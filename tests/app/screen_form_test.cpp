#include "tests/app/screen_app.h"

using namespace sotay::app;

TEST_CASE("form: it is filled with the keyboard alone, Enter going from field to field") {
    ScreenApp app("form-members");
    app.ui.context().focus().set("form/members/total");
    app.ui.settle();

    app.ui.press("Ctrl A");
    app.ui.type("60");
    app.ui.press("Enter");
    app.ui.press("Ctrl A");
    app.ui.type("58");
    app.ui.press("Tab");
    app.ui.press("Ctrl A");
    app.ui.type("30");

    CHECK(app.value("/members/total") == "60");
    CHECK(app.value("/members/official") == "58");
    CHECK(app.value("/members/women") == "30");
}

TEST_CASE("form: what is typed is kept as a draft, one write at a time") {
    ScreenApp app("form-members");

    app.ui.fill("form/members/poor", "12");

    std::size_t drafts = 0;
    for (const Request& request : app.asked) drafts += std::holds_alternative<StoreDraft>(request);
    CHECK(drafts == 1);
    app.answer(DraftStored{app.state.filling->record, app.state.now});
    REQUIRE(app.lastAsked<StoreDraft>());
    CHECK(app.lastAsked<StoreDraft>()->journal.entries().back() ==
          std::pair<std::string, std::string>("/members/poor", "12"));
}

TEST_CASE("form: F8 goes to the next wrong answer, and Ctrl S does not store while there is one") {
    ScreenApp app("form-general");

    app.ui.press("F8");
    CHECK(app.ui.focused() == "form/members/women");
    app.ui.press("Ctrl S");

    CHECK(!app.lastAsked<StoreRecord>());
    CHECK(app.state.toast.has_value());
    CHECK(app.ui.isWrong("form/members/women"));
}

TEST_CASE("form: Ctrl S stores a form that is right, and goes back to the list") {
    ScreenApp app("form-members");
    app.ui.fill("form/members/women", "34");
    while (!app.state.filling->session->isValid()) {
        std::string wrong = nextProblem(*app.state.filling, "");
        FAIL("still wrong: " << wrong << ": " << app.state.filling->line(wrong)->message);
    }

    app.ui.press("Ctrl S");
    REQUIRE(app.lastAsked<StoreRecord>());
    app.answer(RecordStored{app.lastAsked<StoreRecord>()->record, app.state.now});

    CHECK(app.state.screen == Screen::Records);
    CHECK(!app.state.filling);
}

TEST_CASE("form: rows of a repeat are added, edited in place and removed") {
    ScreenApp app("form-products");
    CHECK(app.state.filling->items("/ocop") == 2);

    app.ui.tap("form/ocop.add");
    CHECK(app.state.filling->items("/ocop") == 3);
    CHECK(app.ui.focused() == "form/ocop[3]/product");
    app.ui.type("Mật ong");
    CHECK(app.value("/ocop[3]/product") == "Mật ong");

    app.ui.tap("form/ocop[1].remove");
    CHECK(app.state.filling->items("/ocop") == 2);
    CHECK(app.value("/ocop[2]/product") == "Mật ong");
}

TEST_CASE("form: a suspicious answer is kept with a reason") {
    ScreenApp app("form-members");
    app.state.filling->section = 3;
    app.ui.settle();
    REQUIRE(app.ui.exists("form/business/member_income.keep"));

    app.ui.tap("form/business/member_income.keep");
    app.ui.fill("keep.reason", "Có hợp đồng lớn");
    app.ui.tap("keep.confirm");

    CHECK(app.state.filling->reasons.size() == 1);
    CHECK(app.state.filling->line("/business/member_income")->warning.empty());
}

TEST_CASE("form: leaving keeps the draft, and dropping it is asked about first") {
    ScreenApp app("form-members");
    app.ui.fill("form/members/poor", "12");

    app.ui.tap("form.drop_draft");
    app.ui.tap("ask.cancel");
    CHECK(!app.lastAsked<sotay::app::DropDraft>());
    app.ui.tap("form.back");

    CHECK(app.state.screen == Screen::Records);
    CHECK(app.lastAsked<CloseRecord>());
    CHECK(app.lastAsked<StoreDraft>());
}

TEST_CASE("conflicts: 1 chooses a side, a reason is asked for, Enter decides") {
    ScreenApp app("conflict");
    app.state.conflicts.reason.clear();
    app.state.conflicts.side.reset();
    app.ui.settle();

    app.ui.press("2");
    CHECK(app.ui.focused() == "conflicts.reason");
    app.ui.press("Enter");
    CHECK(app.ui.exists("conflicts.problem"));
    app.ui.type("Đã gọi điện");
    app.ui.press("Enter");

    REQUIRE(app.lastAsked<ResolveConflict>());
    CHECK(app.lastAsked<ResolveConflict>()->change == "b");
    CHECK(app.lastAsked<ResolveConflict>()->reason == "Đã gọi điện");
}

TEST_CASE("conflicts: another value than those of the sides can be the right one") {
    ScreenApp app("conflict");

    app.ui.fill("conflicts.other", "54");
    app.ui.tap("conflicts.decide");

    REQUIRE(app.lastAsked<ResolveConflict>());
    CHECK(app.lastAsked<ResolveConflict>()->by == ResolveConflict::By::Value);
    CHECK(app.lastAsked<ResolveConflict>()->value == "54");
}

TEST_CASE("conflicts: of a deletion and an edit, either can be chosen") {
    for (bool deletes : {true, false}) {
        CAPTURE(deletes);
        ScreenApp app("conflict-delete");
        app.ui.press(deletes ? "1" : "2");
        app.ui.type("Theo quyết định của xã");
        app.ui.press("Enter");

        REQUIRE(app.lastAsked<ResolveConflict>());
        CHECK(app.lastAsked<ResolveConflict>()->by ==
              (deletes ? ResolveConflict::By::Delete : ResolveConflict::By::Keep));
    }
}

TEST_CASE("conflicts: an officer sees them and cannot decide") {
    ScreenApp app("conflict");
    app.state.standing.role = Role::Officer;
    app.ui.settle();

    CHECK(!app.ui.exists("conflicts.decide"));
    CHECK(app.ui.exists("conflicts.not_yours"));
}
