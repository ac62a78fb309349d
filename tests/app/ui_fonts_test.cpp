#include <doctest/doctest.h>
#include <imgui.h>

#include <string_view>

#include "app/ui/icons.h"
#include "app/ui/utf8.h"
#include "tests/support/headless_ui.h"

using namespace sotay::ui;

namespace {

constexpr std::string_view kVietnamese =
    "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
    "AÀẢÃÁẠĂẰẲẴẮẶÂẦẨẪẤẬBCDĐEÈẺẼÉẸÊỀỂỄẾỆGHIÌỈĨÍỊKLMNOÒỎÕÓỌÔỒỔỖỐỘƠỜỞỠỚỢPQRSTUÙỦŨÚỤƯỪỬỮỨỰVXYỲỶỸÝỴ";
constexpr std::string_view kSigns = "0123456789.,:;()[]/%&+-=«»°·–—‘’“”…₫←↑→↓★";

std::string missingIn(const ImFont* font, std::string_view letters) {
    std::string missing;
    while (!letters.empty()) {
        const std::uint32_t point = takeCodePoint(letters);
        if (font->FindGlyphNoFallback(static_cast<ImWchar>(point)) == nullptr)
            appendUtf8(missing, point);
    }
    return missing;
}

}  // namespace

TEST_CASE("fonts: every style writes all Vietnamese letters and the signs of a survey") {
    HeadlessUi ui([] {});
    if (!ui.context().status().ok()) {
        MESSAGE("skipped: " << ui.context().status().error().message);
        return;
    }
    for (int i = 0; i < static_cast<int>(TextStyle::Count); ++i) {
        CAPTURE(i);
        const ImFont* font = ui.context().font(static_cast<TextStyle>(i));
        CHECK(missingIn(font, kVietnamese) == "");
        CHECK(missingIn(font, kSigns) == "");
    }
}

TEST_CASE("fonts: every named icon is there") {
    HeadlessUi ui([] {});
    if (!ui.context().status().ok()) {
        MESSAGE("skipped: " << ui.context().status().error().message);
        return;
    }
    const ImFont* font = ui.context().font(TextStyle::Body);
    for (const unsigned short point : icons::kCodePoints) {
        CAPTURE(point);
        CHECK(font->FindGlyphNoFallback(point) != nullptr);
    }
}

TEST_CASE("fonts: lines are as high as the type scale says, at every scale") {
    HeadlessUi ui([] {});
    if (!ui.context().status().ok()) {
        MESSAGE("skipped: " << ui.context().status().error().message);
        return;
    }
    for (const float scale : {1.0F, 1.25F, 1.5F, 2.0F}) {
        ui.context().setScale(scale);
        const auto body = typeSizeOf(TextStyle::Body);
        CHECK(ui.context().font(TextStyle::Body)->FontSize ==
              doctest::Approx(body.lineHeight * scale).epsilon(0.03));
    }
}
