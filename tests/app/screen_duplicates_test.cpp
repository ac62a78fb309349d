#include "tests/app/screen_app.h"

using namespace sotay;
using namespace sotay::app;

TEST_CASE("duplicates: the survivor is chosen by key and merged with a reason") {
    ScreenApp app("duplicates");
    CHECK(app.ui.isSelected("duplicates.record.0"));
    app.ui.tap("duplicates.record.1");
    CHECK(app.state.duplicates.survivor == 1u);
    app.ui.tap("duplicates.merge");

    const auto* request = app.lastAsked<ResolveDuplicate>();
    REQUIRE(request);
    CHECK(request->merge);
    CHECK(request->survivor == app.state.duplicates.list[0].records[1]);
    REQUIRE(request->settled.size() == 2);
    CHECK(request->settled[1].second == "52");
}

TEST_CASE("duplicates: said to be two without choosing a survivor") {
    ScreenApp app("duplicates");
    app.state.duplicates.survivor.reset();
    app.ui.settle();
    app.ui.tap("duplicates.apart");
    const auto* request = app.lastAsked<ResolveDuplicate>();
    REQUIRE(request);
    CHECK_FALSE(request->merge);
}

TEST_CASE("duplicates: without a reason nothing is sent") {
    ScreenApp app("duplicates");
    app.state.duplicates.reason.clear();
    app.ui.settle();
    app.ui.tap("duplicates.merge");
    CHECK_FALSE(app.lastAsked<ResolveDuplicate>());
    CHECK(app.ui.exists("duplicates.problem"));
}

TEST_CASE("conflicts: what breaks a rule may stand as it is") {
    ScreenApp app("conflict-rule");
    CHECK(app.ui.exists("conflicts.rule"));
    app.ui.tap("conflicts.merged");
    app.ui.tap("conflicts.decide");
    const auto* request = app.lastAsked<ResolveConflict>();
    REQUIRE(request);
    CHECK(request->by == ResolveConflict::By::Keep);
}

TEST_CASE("history: what an undo means is shown before it is done") {
    ScreenApp app("history-undo");
    CHECK(app.ui.exists("undo.confirm"));
    app.ui.tap("undo.confirm");
    const auto* request = app.lastAsked<UndoChange>();
    REQUIRE(request);
    CHECK(request->change == "r");
    app.answer(ChangeUndone{"r"});
    CHECK_FALSE(app.ui.exists("undo.confirm"));
}

TEST_CASE("history: an undo that would lose what came after names it and offers nothing else") {
    ScreenApp app("history-undo");
    app.ui.tap("undo.cancel");
    app.ui.tap("history.1.undo");
    const auto* asked = app.lastAsked<ReadUndo>();
    REQUIRE(asked);
    UndoView undo;
    undo.change = asked->change;
    undo.stop = UndoView::Stop::LaterChanges;
    undo.later = {{"Nguyễn Thị Hà", "", 1'790'000'000}};
    app.answer(UndoRead{undo});
    CHECK(app.ui.exists("undo.stop"));
    CHECK_FALSE(app.ui.exists("undo.confirm"));
}
