#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

#include "app/ui/widgets.h"
#include "tests/support/headless_ui.h"

using namespace sotay::ui;

namespace {

struct List {
    std::optional<std::size_t> selected, opened;
    std::size_t rows = 100000;
    std::size_t cellsAsked = 0;

    void draw() {
        AppFrame frame({});
        TableView view;
        view.columns = {{.title = "Tên", .strong = true}, {.title = "Xã", .width = 200}};
        view.rows = rows;
        view.selected = selected;
        view.cell = [this](std::size_t row, std::size_t column) {
            ++cellsAsked;
            return Cell{(column == 0 ? "HTX " : "Xã ") + std::to_string(row)};
        };
        const TableEdit edit = table("list", view);
        if (edit.selected) selected = edit.selected;
        if (edit.opened) opened = edit.opened;
    }
};

}  // namespace

TEST_CASE("table: a hundred thousand rows cost as much as those one sees") {
    List list;
    HeadlessUi ui([&] { list.draw(); });
    list.cellsAsked = 0;

    ui.frame();

    CHECK(list.cellsAsked < 100);
    CHECK(ui.exists("list.0"));
    CHECK(ui.text("list.0") == "HTX 0 | Xã 0");
    CHECK_FALSE(ui.exists("list.500"));
}

TEST_CASE("table: walked through and opened with the keyboard") {
    List list;
    HeadlessUi ui([&] { list.draw(); });

    ui.press("Tab");
    ui.press("Down");
    CHECK(list.selected == 0);
    ui.press("Down");
    ui.press("End");
    CHECK(list.selected == 99999);
    CHECK(ui.exists("list.99999"));
    ui.press("Enter");
    CHECK(list.opened == 99999);
    ui.press("Home");
    CHECK(list.selected == 0);
    CHECK(ui.isSelected("list.0"));
}

TEST_CASE("table: a click selects, a double click opens") {
    List list;
    HeadlessUi ui([&] { list.draw(); });

    ui.tap("list.3");
    CHECK(list.selected == 3);
    CHECK_FALSE(list.opened.has_value());
    ui.wait(1);
    ui.doubleTap("list.4");
    CHECK(list.opened == 4);
}

TEST_CASE("dialog: covers the screen, keeps the keyboard, and Escape means no") {
    bool isOpen = false;
    int below = 0;
    std::optional<Dialog::Answer> last;
    HeadlessUi ui([&] {
        {
            AppFrame frame({});
            if (button("screen.delete", "Xoá")) isOpen = true;
            if (button("screen.other", "Khác", {.shortcut = "Ctrl N"})) ++below;
        }
        if (!isOpen) return;
        Dialog dialog(
            "sure",
            {.title = "Xoá hồ sơ này?", .confirm = "Xoá", .cancel = "Giữ lại", .dangerous = true});
        const auto answer = dialog.answer();
        if (answer == Dialog::Answer::None) return;
        last = answer;
        isOpen = false;
    });

    ui.press("Tab");
    ui.press("Enter");
    REQUIRE(isOpen);
    CHECK(ui.focused() == "sure.cancel");
    ui.press("Ctrl N");
    ui.clickAt(30, 30);
    CHECK(below == 0);
    CHECK(isOpen);
    ui.press("Tab");
    CHECK(ui.focused() == "sure.confirm");
    ui.press("Tab");
    CHECK(ui.focused() == "sure.cancel");
    ui.press("Escape");
    CHECK(last == Dialog::Answer::Cancelled);
    CHECK(ui.focused() == "screen.delete");

    ui.tap("screen.delete");
    ui.tap("sure.confirm");
    CHECK(last == Dialog::Answer::Confirmed);
}

TEST_CASE("toast: goes after four seconds, and is not shown twice") {
    ToastView view{.serial = 7, .message = "Đã lưu.", .action = "Hoàn tác"};
    ToastState state = ToastState::Gone;
    HeadlessUi ui([&] {
        { AppFrame frame({}); }
        state = toast(view);
    });
    CHECK(state == ToastState::Showing);
    CHECK(ui.context().sleepSeconds() > 3);

    ui.wait(2);
    CHECK(ui.exists("toast"));
    ui.wait(3);
    CHECK_FALSE(ui.exists("toast"));
    CHECK(state == ToastState::Gone);
    view.serial = 8;
    ui.settle();
    CHECK(state == ToastState::Showing);
}

TEST_CASE("toast: its action can be tapped") {
    bool undone = false;
    HeadlessUi ui([&] {
        { AppFrame frame({}); }
        if (toast({.serial = 1, .message = "Đã xoá.", .action = "Hoàn tác"}) ==
            ToastState::ActionTapped)
            undone = true;
    });

    ui.tap("toast.action");

    CHECK(undone);
    CHECK_FALSE(ui.exists("toast"));
}

TEST_CASE("frame: the rail leads to screens, and shrinks to icons in a narrow window") {
    std::string picked;
    HeadlessUi ui([&] {
        FrameView view;
        view.product = "Sổ tay";
        view.organisation = "Liên minh HTX Quảng Trị";
        view.rail = {{"rail.records", icons::kRecords, "Hồ sơ", 0, true, ""},
                     {"rail.sync", icons::kSync, "Đồng bộ", 2, false, "Alt 2"}};
        view.left = {{.key = "status.saved", .text = "Đã lưu", .isStrong = true}};
        view.right = {{.key = "status.who", .text = "cán bộ", .strong = "Hồ Văn Lâm"}};
        AppFrame frame(view);
        if (frame.picked()) picked = *frame.picked();
        titleRow("records", {.title = "Hồ sơ", .phrase = "412 hồ sơ"});
    });
    CHECK(ui.isSelected("rail.records"));
    CHECK(ui.text("status.who") == "Hồ Văn Lâm cán bộ");
    CHECK(ui.context().find("rail.sync")->rect.width > 150);

    ui.tap("rail.sync");
    CHECK(picked == "rail.sync");
    picked.clear();
    ui.press("Alt 2");
    CHECK(picked == "rail.sync");
    ui.resize(1024, 700);
    CHECK(ui.context().find("rail.sync")->rect.width < 60);
}

TEST_CASE("title: actions are reached by key, by shortcut and by mouse") {
    std::vector<std::string> taps;
    HeadlessUi ui([&] {
        AppFrame frame({});
        const std::string hit = titleRow(
            "form",
            {.title = "HTX Ba Nang",
             .back = "Hồ sơ",
             .actions = {
                 {"form.save", "Lưu", {.emphasis = Emphasis::Primary, .shortcut = "Ctrl S"}}}});
        if (!hit.empty()) taps.push_back(hit);
    });

    ui.tap("form.save");
    ui.press("Ctrl S");
    ui.press("Escape");
    ui.tap("form.back");

    CHECK(taps == std::vector<std::string>{"form.save", "form.save", "form.back", "form.back"});
}

TEST_CASE("conflict: sides are picked by digit and mouse, and Enter in the reason decides") {
    std::string side = "a", reason;
    int decided = 0;
    HeadlessUi ui([&] {
        AppFrame frame({});
        for (const char* name : {"a", "b"}) {
            ChoiceCard card(std::string("side.") + name, {.tone = Tone::SideA,
                                                          .selected = side == name,
                                                          .shortcut = name[0] == 'a' ? "1" : "2"});
            if (card.tapped()) side = name;
            text("52", {TextStyle::Figure, Token::Ink, {}});
        }
        if (const Edit edit = textField("reason", reason, {.enterMovesOn = false}))
            reason = edit.value;
        if (button("take", "Chọn", {.emphasis = Emphasis::Primary, .shortcut = "Enter"})) ++decided;
    });

    ui.press("2");
    CHECK(side == "b");
    ui.tap("side.a");
    CHECK(side == "a");
    ui.fill("reason", "đối chiếu 2 lần");
    CHECK(side == "a");
    CHECK(reason == "đối chiếu 2 lần");
    ui.press("Enter");
    CHECK(decided == 1);
}

TEST_CASE("form row: says what is wrong, and offers to keep what is only unusual") {
    bool kept = false;
    HeadlessUi ui([&] {
        AppFrame frame({});
        Card card("form");
        FormRow row("income", {.label = "Thu nhập bình quân",
                               .hint = "Một thành viên, một năm",
                               .check = Check::Warning,
                               .message = "Cao gấp 3 lần mức thường gặp.",
                               .keepLabel = "Giữ và ghi lý do"});
        numberField("income.value", "145000000", {.check = row.check()});
        if (row.keepTapped()) kept = true;
    });
    CHECK(ui.text("income.label") == "Thu nhập bình quân");
    CHECK(ui.text("income.message") == "Cao gấp 3 lần mức thường gặp.");

    ui.tap("income.keep");

    CHECK(kept);
}

TEST_CASE("scroll: Tab brings what is out of sight into view") {
    HeadlessUi ui([&] {
        AppFrame frame({});
        Card card("long", {.height = -1, .scrolls = true});
        for (int i = 0; i < 60; ++i) textField("long." + std::to_string(i), "");
    });
    CHECK_FALSE(ui.context().find("long.40")->visible);

    ui.tap("long.0");
    for (int i = 0; i < 40; ++i) ui.press("Tab");

    CHECK(ui.focused() == "long.40");
    CHECK(ui.context().find("long.40")->visible);
    ui.tap("long.3");
    CHECK(ui.focused() == "long.3");
}

TEST_CASE("window: nothing moves, so nothing is drawn") {
    List list;
    HeadlessUi ui([&] { list.draw(); });

    ui.settle();

    CHECK(ui.context().sleepSeconds() < 0);
}

TEST_CASE("facts: they share a line as long as there is room, and no line ends with their dot") {
    const std::vector<std::string> facts = {"Nguyễn Thị Hà", "19/11/2026", "đồng hồ nhanh 2 giờ"};
    float width = 0;
    HeadlessUi ui([&] {
        AppFrame frame({});
        Columns columns({width, 0}, 0);
        columns.next();
        textFacts(facts, {.key = "facts"});
        columns.next();
    });
    auto drawn = [&](float wide) {
        width = wide;
        ui.settle();
        std::vector<std::string> lines;
        while (ui.exists("facts." + std::to_string(lines.size())))
            lines.push_back(ui.text("facts." + std::to_string(lines.size())));
        return lines;
    };
    CHECK(drawn(700) ==
          std::vector<std::string>{"Nguyễn Thị Hà · 19/11/2026 · đồng hồ nhanh 2 giờ"});
    CHECK(drawn(230) ==
          std::vector<std::string>{"Nguyễn Thị Hà · 19/11/2026", "đồng hồ nhanh 2 giờ"});
    CHECK(drawn(60) == facts);
}
