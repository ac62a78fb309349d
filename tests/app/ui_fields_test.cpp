#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "app/ui/widgets.h"
#include "tests/support/headless_ui.h"

using namespace sotay::ui;

namespace {

// A small form, as a screen would draw it.
struct SmallForm {
    std::string name, members, day, note, search;
    int finished = 0, entered = 0, saved = 0;

    void draw() {
        AppFrame frame({});
        keep(textField("form.name", name), name);
        keep(numberField("form.members", members), members);
        keep(dateField("form.day", day, {.today = "2026-11-22"}), day);
        keep(textArea("form.note", note), note);
        keep(searchField("form.search", search), search);
        if (button("form.save", "Lưu", {.emphasis = Emphasis::Primary, .shortcut = "Ctrl S"}))
            ++saved;
        button("form.never", "Không được", {.enabled = false});
    }

    void keep(const Edit& edit, std::string& value) {
        if (edit) value = edit.value;
        finished += edit.finished ? 1 : 0;
        entered += edit.entered ? 1 : 0;
    }
};

}  // namespace

TEST_CASE("form: filled from top to bottom with the keyboard alone") {
    SmallForm form;
    HeadlessUi ui([&] { form.draw(); });

    ui.press("Tab");
    ui.type("HTX Đakrông");
    ui.press("Enter");
    ui.type("9450000");
    ui.press("Enter");
    ui.type("31/10/2026");
    ui.press("Tab");
    ui.type("Một");
    ui.press("Enter");
    ui.type("Hai");
    ui.press("Tab");

    CHECK(form.name == "HTX Đakrông");
    CHECK(form.members == "9450000");
    CHECK(form.day == "2026-10-31");
    CHECK(form.note == "Một\nHai");
    CHECK(ui.focused() == "form.search");
    CHECK(ui.text("form.members") == "9.450.000");
}

TEST_CASE("form: keys typed ahead, faster than frames come, reach the right fields") {
    SmallForm form;
    HeadlessUi ui([&] { form.draw(); });
    ui.press("Tab");

    auto& queue = ui.context().input();
    using Kind = InputQueue::Event::Kind;
    queue.pushText("abc");
    queue.push({Kind::Press, {Key::Enter}, 0});
    queue.push({Kind::Release, {Key::Enter}, 0});
    queue.pushText("57");
    queue.push({Kind::Press, {Key::Tab}, 0});
    queue.push({Kind::Release, {Key::Tab}, 0});
    queue.pushText("1/2/2026");
    queue.push({Kind::Press, {Key::Tab}, 0});
    queue.push({Kind::Release, {Key::Tab}, 0});
    for (int i = 0; i < 40; ++i) ui.frame();

    CHECK(form.name == "abc");
    CHECK(form.members == "57");
    CHECK(form.day == "2026-02-01");
}

TEST_CASE("form: Shift Tab goes back, and typing replaces what was there") {
    SmallForm form;
    form.name = "cũ";
    HeadlessUi ui([&] { form.draw(); });

    ui.tap("form.members");
    ui.press("Shift Tab");
    REQUIRE(ui.focused() == "form.name");
    ui.type("mới");

    CHECK(form.name == "mới");
}

TEST_CASE("form: Tab passes over what is disabled, and comes round") {
    SmallForm form;
    HeadlessUi ui([&] { form.draw(); });

    ui.context().focus().set("form.save");
    ui.settle();
    ui.press("Tab");

    CHECK(ui.focused() == "form.name");
    CHECK_FALSE(ui.isEnabled("form.never"));
}

TEST_CASE("form: a shortcut works while a field is being edited, and keeps what was typed") {
    SmallForm form;
    HeadlessUi ui([&] { form.draw(); });

    ui.tap("form.name");
    ui.type("HTX Ba Nang");
    ui.press("Ctrl S");

    CHECK(form.saved == 1);
    CHECK(form.name == "HTX Ba Nang");
    ui.type(" mới");
    CHECK(form.name == "HTX Ba Nang mới");
}

TEST_CASE("form: Space and Enter press the button that has the keyboard, once") {
    SmallForm form;
    HeadlessUi ui([&] { form.draw(); });
    ui.context().focus().set("form.save");
    ui.settle();

    ui.press("Space");
    CHECK(form.saved == 1);
    ui.press("Enter");
    CHECK(form.saved == 2);
}

TEST_CASE("form: Enter in a search field is told, and the field stays") {
    SmallForm form;
    HeadlessUi ui([&] { form.draw(); });

    ui.fill("form.search", "ba nang");
    ui.press("Enter");

    CHECK(form.search == "ba nang");
    CHECK(form.entered == 1);
    CHECK(ui.focused() == "form.search");
    ui.press("Escape");
    CHECK(form.search == "");
}

TEST_CASE("form: a number is edited without dots and comes back with them") {
    SmallForm form;
    form.members = "1234.5";
    HeadlessUi ui([&] { form.draw(); });
    CHECK(ui.text("form.members") == "1.234,5");

    ui.tap("form.members");
    CHECK(ui.text("form.members") == "1234,5");
    ui.press("End");
    ui.type("6");
    ui.press("Tab");

    CHECK(form.members == "1234.56");
    CHECK(ui.text("form.members") == "1.234,56");
}

TEST_CASE("form: leaving a field after a change is told once, leaving it untouched is not") {
    SmallForm form;
    HeadlessUi ui([&] { form.draw(); });

    ui.tap("form.name");
    ui.press("Tab");
    CHECK(form.finished == 0);
    ui.tap("form.name");
    ui.type("a");
    ui.tap("form.members");
    CHECK(form.finished == 1);
}

TEST_CASE("form: decomposed letters become composed ones") {
    SmallForm form;
    HeadlessUi ui([&] { form.draw(); });

    ui.fill("form.name", "ho\xCC\x9B\xCC\xA3p");

    CHECK(form.name == "hợp");
}

TEST_CASE("date: picked from the calendar with the keyboard") {
    SmallForm form;
    HeadlessUi ui([&] { form.draw(); });

    ui.tap("form.day");
    ui.press("Alt Down");
    REQUIRE(ui.exists("form.day.calendar.22"));
    ui.press("Down");
    ui.press("Left");
    ui.press("Enter");

    CHECK(form.day == "2026-11-28");
    CHECK_FALSE(ui.exists("form.day.calendar.22"));
    CHECK(ui.focused() == "form.day");
}

TEST_CASE("date: picked from the calendar with the mouse") {
    SmallForm form;
    form.day = "2026-10-31";
    HeadlessUi ui([&] { form.draw(); });

    ui.tap("form.day.open");
    ui.tap("form.day.calendar.previous");
    ui.tap("form.day.calendar.15");

    CHECK(form.day == "2026-09-15");
}
