#include <doctest/doctest.h>

#include "app/ui/theme.h"

using namespace sotay::ui;

TEST_CASE("theme: every text can be read on the ground it stands on, light and dark") {
    for (const Mode mode : {Mode::Light, Mode::Dark}) {
        for (const Pairing& pair : pairings()) {
            CAPTURE(mode == Mode::Dark);
            CAPTURE(nameOf(pair.text));
            CAPTURE(nameOf(pair.ground));
            CHECK(contrast(colorOf(mode, pair.text), colorOf(mode, pair.ground)) >= 4.5);
        }
    }
}

TEST_CASE("theme: each tone's words can be read on its own soft ground") {
    for (const Mode mode : {Mode::Light, Mode::Dark})
        for (const Tone tone :
             {Tone::Neutral, Tone::Primary, Tone::Warning, Tone::Error, Tone::SideA, Tone::SideB})
            CHECK(contrast(colorOf(mode, strongOf(tone)), colorOf(mode, softOf(tone))) >= 4.5);
}

TEST_CASE("theme: contrast is what WCAG says") {
    CHECK(contrast({0, 0, 0}, {255, 255, 255}) == doctest::Approx(21));
    CHECK(contrast({255, 255, 255}, {255, 255, 255}) == doctest::Approx(1));
    CHECK(contrast({0x77, 0x77, 0x77}, {255, 255, 255}) == doctest::Approx(4.48).epsilon(0.01));
}
