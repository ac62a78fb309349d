#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "app/ui/widgets.h"
#include "tests/support/headless_ui.h"

using namespace sotay::ui;

namespace {

struct Questions {
    std::vector<std::string> communes = {"Đakrông", "Tà Rụt", "Hướng Hiệp", "Hiếu Giang",
                                         "Ba Lòng", "La Lay", "Cam Lộ",     "Khe Sanh"};
    std::vector<std::string> kinds = {"Hợp tác xã", "Tổ hợp tác", "Liên hiệp"};
    std::size_t commune = kNoneChosen, kind = kNoneChosen, theme = 0;
    std::vector<bool> troubles = {false, false, false};
    std::string after;

    void draw() {
        AppFrame frame({});
        const Picked place = select("q.commune", Choices(communes), commune);
        if (place.index) commune = *place.index;
        if (place.cleared) commune = kNoneChosen;
        const Picked sort = radioList("q.kind", Choices(kinds), kind);
        if (sort.index) kind = *sort.index;
        if (sort.cleared) kind = kNoneChosen;
        if (const auto hit =
                checkList("q.troubles", Choices(kinds), [&](std::size_t i) { return troubles[i]; }))
            troubles[*hit] = !troubles[*hit];
        constexpr std::string_view kThemes[] = {"Sáng", "Tối"};
        if (const auto hit = segmented("q.theme", kThemes, theme)) theme = *hit;
        if (const Edit edit = textField("q.after", after)) after = edit.value;
    }
};

}  // namespace

TEST_CASE("select: opened by mouse, taken by mouse") {
    Questions q;
    HeadlessUi ui([&] { q.draw(); });

    ui.tap("q.commune");
    ui.tap("q.commune.2");

    CHECK(q.commune == 2);
    CHECK(ui.text("q.commune") == "Hướng Hiệp");
    CHECK_FALSE(ui.exists("q.commune.0"));
}

TEST_CASE("select: typing on it opens and filters it, without regard to accents") {
    Questions q;
    HeadlessUi ui([&] { q.draw(); });

    ui.press("Tab");
    ui.type("dakr");
    CHECK(ui.exists("q.commune.0"));
    CHECK_FALSE(ui.exists("q.commune.1"));
    ui.press("Enter");

    CHECK(q.commune == 0);
    CHECK(ui.focused() == "q.commune");
    ui.press("Enter");
    CHECK(ui.focused() == "q.kind");
}

TEST_CASE("select: Down opens, Down and Up move, Escape leaves everything as it was") {
    Questions q;
    HeadlessUi ui([&] { q.draw(); });

    ui.press("Tab");
    ui.press("Down");
    ui.press("Down");
    ui.press("Down");
    ui.press("Up");
    ui.press("Enter");
    CHECK(q.commune == 1);

    ui.press("Space");
    REQUIRE(ui.exists("q.commune.search"));
    ui.press("Escape");
    CHECK(q.commune == 1);
    ui.press("Delete");
    CHECK(q.commune == kNoneChosen);
}

TEST_CASE("select: while it is open, nothing below reacts") {
    Questions q;
    HeadlessUi ui([&] { q.draw(); });

    ui.tap("q.commune");
    const Item below = *ui.context().find("q.after");
    ui.clickAt(below.rect.x + 5, below.rect.y + 5);

    CHECK_FALSE(ui.exists("q.commune.0"));
    CHECK(ui.focused() == "q.commune");
}

TEST_CASE("select: fifty thousand entries open at once") {
    std::vector<std::string> many;
    for (int i = 0; i < 50000; ++i) many.push_back("Thôn " + std::to_string(i));
    std::size_t chosen = kNoneChosen;
    HeadlessUi ui([&] {
        AppFrame frame({});
        if (const Picked picked = select("q.many", Choices(many), chosen); picked.index)
            chosen = *picked.index;
    });

    ui.press("Tab");
    ui.type("thon 49999");
    ui.press("Enter");

    CHECK(chosen == 49999);
}

TEST_CASE("choices: arrows and Space, digits, and the mouse all choose, Enter goes on") {
    Questions q;
    HeadlessUi ui([&] { q.draw(); });

    ui.context().focus().set("q.kind");
    ui.settle();
    ui.press("Down");
    ui.press("Space");
    CHECK(q.kind == 1);
    ui.press("3");
    CHECK(q.kind == 2);
    ui.tap("q.kind.0");
    CHECK(q.kind == 0);
    CHECK(ui.isSelected("q.kind.0"));
    ui.press("Backspace");
    CHECK(q.kind == kNoneChosen);
    ui.press("Enter");
    CHECK(ui.focused() == "q.troubles");
}

TEST_CASE("choices: several can be ticked, and unticked") {
    Questions q;
    HeadlessUi ui([&] { q.draw(); });

    ui.tap("q.troubles.0");
    ui.tap("q.troubles.2");
    CHECK(q.troubles == std::vector<bool>{true, false, true});
    CHECK(ui.text("q.troubles") == "Hợp tác xã, Liên hiệp");
    ui.press("1");
    CHECK(q.troubles == std::vector<bool>{false, false, true});
}

TEST_CASE("choices: a segmented control moves with Left and Right") {
    Questions q;
    HeadlessUi ui([&] { q.draw(); });

    ui.tap("q.theme.1");
    CHECK(q.theme == 1);
    ui.press("Left");
    CHECK(q.theme == 0);
}
