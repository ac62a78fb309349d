#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "schema/result.h"

struct ImFont;
struct ImFontAtlas;

namespace sotay::ui {

// The type scale: size/line height and weight. There are no others.
enum class TextStyle : std::uint8_t {
    Secondary,        // 13/18 regular
    SecondaryMedium,  // 13/18 medium: chips, table headers
    Body,             // 15/22 regular
    BodyMedium,       // 15/22 medium: buttons, first column
    BodyStrong,       // 15/22 semibold: where you are
    Section,          // 17/24 semibold
    Title,            // 22/32 semibold
    Figure,           // 34/48 semibold: values of a conflict
    Count
};

struct TypeSize {
    float size;
    float lineHeight;
};
TypeSize typeSizeOf(TextStyle style);

// Font files held in memory for as long as atlases are built from them (a change of scale
// rebuilds). Loaded from memory because ImGui opens files with plain fopen, which fails on Windows'
// paths.
struct FontData {
    std::string regular, medium, semibold, icons;
};

// Inter and Material Icons from `assets`/fonts; Noto Sans from the same folder where Inter is
// missing. NotFound names the folder when there is neither.
Result<FontData> loadFonts(const std::filesystem::path& assets);

// One built atlas' fonts by style; icons are merged into each at icon size.
class Fonts {
  public:
    // Adds all styles at `scale` to `atlas` and builds it with FreeType. `data` must outlive the
    // atlas.
    Status build(ImFontAtlas& atlas, const FontData& data, float scale);

    ImFont* of(TextStyle style) const { return fonts_[static_cast<std::size_t>(style)]; }

  private:
    std::array<ImFont*, static_cast<std::size_t>(TextStyle::Count)> fonts_{};
};

}  // namespace sotay::ui
