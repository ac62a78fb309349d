#include <doctest/doctest.h>

#include "app/ui/input_queue.h"
#include "app/ui/keys.h"

using namespace sotay::ui;
using Kind = InputQueue::Event::Kind;

namespace {

void pushTap(InputQueue& queue, const Chord& chord) {
    queue.push({Kind::Press, chord, 0});
    queue.push({Kind::Release, chord, 0});
}

std::size_t pressesIn(const std::vector<InputQueue::Event>& events) {
    std::size_t count = 0;
    for (const auto& event : events) count += event.kind == Kind::Press ? 1 : 0;
    return count;
}

}  // namespace

TEST_CASE("keys: what the hint says is what triggers it") {
    CHECK(parseChord("Ctrl N") == Chord{Key{'N'}, true, false, false});
    CHECK(parseChord("F8") == Chord{Key{static_cast<int>(Key::F1) + 7}});
    CHECK(parseChord("Shift Tab") == Chord{Key::Tab, false, true, false});
    CHECK(parseChord("Enter") == Chord{Key::Enter});
    CHECK(parseChord("1") == Chord{Key{'1'}});
    CHECK_FALSE(parseChord("").has_value());
    CHECK_FALSE(parseChord("Ctrl").has_value());
    CHECK_FALSE(parseChord("Phím lạ").has_value());
}

TEST_CASE("input: a key pressed and released between two frames is not lost") {
    InputQueue queue;
    pushTap(queue, {Key{'V'}, true, false, false});

    const auto first = queue.next(false);
    const auto second = queue.next(false);

    REQUIRE(first.size() == 1);
    CHECK(first[0].kind == Kind::Press);
    REQUIRE(second.size() == 1);
    CHECK(second[0].kind == Kind::Release);
    CHECK(queue.empty());
}

TEST_CASE("input: one key pressed three times arrives as three presses") {
    InputQueue queue;
    for (int i = 0; i < 3; ++i) pushTap(queue, {Key::Down});

    std::size_t presses = 0;
    while (!queue.empty()) presses += pressesIn(queue.next(false));

    CHECK(presses == 3);
}

TEST_CASE("input: characters behind a Tab wait for the field that gets the focus") {
    InputQueue queue;
    queue.pushText("12");
    pushTap(queue, {Key::Tab});
    queue.pushText("34");

    const auto before = queue.next(false);
    CHECK(before.size() == 3);  // 1, 2, Tab
    CHECK(queue.next(true).empty());
    CHECK(queue.next(true).empty());
    const auto after = queue.next(false);
    CHECK(after.size() == 3);  // Tab up, 3, 4
}

TEST_CASE("input: when the window loses the focus, no key stays down") {
    InputQueue queue;
    queue.push({Kind::Press, {Key{'A'}, true, false, false}, 0});
    queue.next(false);
    REQUIRE(queue.isDown(Key{'A'}));

    queue.clear();
    queue.next(false);

    CHECK_FALSE(queue.isDown(Key{'A'}));
}
