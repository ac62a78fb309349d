#include "app/ui/fonts.h"

#include <ft2build.h>
#include <imgui.h>
#include <imgui_freetype.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>

#include "app/ui/icons.h"
#include FT_FREETYPE_H
#include FT_ADVANCES_H

namespace sotay::ui {

namespace {

struct Style {
    TypeSize type;
    std::string FontData::*file;
    const ImWchar* ranges;
    float iconSize;  // 0: no icons in this style
};

// Vietnamese whole, plus what surveys write: currency, dashes and quotes, arrows, stars, dots, and
// the accents of Extended-A and the combining ones that Bru and Pa Kô names use.
constexpr ImWchar kWide[] = {0x20,   0x17E,  0x1A0,  0x1A1,  0x1AF,  0x1B0,  0x300,  0x303,
                             0x306,  0x306,  0x309,  0x309,  0x31B,  0x31B,  0x323,  0x323,
                             0x1EA0, 0x1EF9, 0x2010, 0x2026, 0x2030, 0x2030, 0x20AB, 0x20AC,
                             0x2190, 0x2193, 0x2212, 0x2212, 0x2248, 0x2248, 0x2260, 0x2265,
                             0x2605, 0x2606, 0x2713, 0x2713, 0};
// Titles and large values: the letters of Vietnamese and English, and the signs between them.
constexpr ImWchar kNarrow[] = {
    0x20,   0x7E,   0xA0,   0xA0,   0xAB,   0xAB,   0xB0,   0xB0,   0xB7,   0xB7,   0xBB,
    0xBB,   0xC0,   0xC3,   0xC8,   0xCA,   0xCC,   0xCD,   0xD2,   0xD5,   0xD9,   0xDA,
    0xDD,   0xDD,   0xE0,   0xE3,   0xE8,   0xEA,   0xEC,   0xED,   0xF2,   0xF5,   0xF9,
    0xFA,   0xFD,   0xFD,   0x102,  0x103,  0x110,  0x111,  0x128,  0x129,  0x168,  0x169,
    0x1A0,  0x1A1,  0x1AF,  0x1B0,  0x1EA0, 0x1EF9, 0x2013, 0x2014, 0x2018, 0x201D, 0x2026,
    0x2026, 0x20AB, 0x20AB, 0x2190, 0x2193, 0x2605, 0x2605, 0};

constexpr float kIconSize = 20;
constexpr float kSmallIconSize = 16;
constexpr Style kStyles[] = {
    {{13, 18}, &FontData::regular, kWide, kSmallIconSize},
    {{13, 18}, &FontData::medium, kNarrow, 0},
    {{15, 22}, &FontData::regular, kWide, kIconSize},
    {{15, 22}, &FontData::medium, kWide, 0},
    {{15, 22}, &FontData::semibold, kNarrow, 0},
    {{17, 24}, &FontData::semibold, kNarrow, 0},
    {{22, 32}, &FontData::semibold, kNarrow, 0},
    {{34, 48}, &FontData::semibold, kNarrow, 0},
};

std::string readWhole(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// Icons lie in ranges of one; the atlas keeps the pointer, so the list lives as long as the
// program.
const ImWchar* iconRanges() {
    static const std::vector<ImWchar> kRanges = [] {
        std::vector<ImWchar> ranges;
        for (const unsigned short point : icons::kCodePoints) {
            ranges.push_back(point);
            ranges.push_back(point);
        }
        ranges.push_back(0);
        return ranges;
    }();
    return kRanges.data();
}

// ImGui takes file data as void*; with FontDataOwnedByAtlas off it neither writes nor frees it.
void* bytesOf(const std::string& data) { return const_cast<char*>(data.data()); }

// ImGui's FreeType builder rounds each advance up to whole pixels, which sets text loosely and
// unevenly. This puts back what the font says, and centres the letters in the style's line height,
// so that the caret, the selection and every line of a text area have it too.
void refine(ImFont& font, FT_Library library, const std::string& file, float size, float height) {
    FT_Face face = nullptr;
    if (FT_New_Memory_Face(library, reinterpret_cast<const FT_Byte*>(file.data()),
                           static_cast<FT_Long>(file.size()), 0, &face) != 0)
        return;
    FT_Set_Pixel_Sizes(face, 0, static_cast<FT_UInt>(size));
    const auto units = static_cast<float>(face->units_per_EM);
    const float ascent = static_cast<float>(face->ascender) * size / units;
    const float descent = static_cast<float>(-face->descender) * size / units;
    const float baseline = std::round((height - ascent - descent) / 2 + ascent);
    const float down = baseline - font.Ascent;
    for (ImFontGlyph& glyph : font.Glyphs) {
        glyph.Y0 += down;
        glyph.Y1 += down;
        const bool isIcon = glyph.Codepoint >= 0xE000 && glyph.Codepoint <= 0xF8FF;
        const FT_UInt index = isIcon ? 0 : FT_Get_Char_Index(face, glyph.Codepoint);
        FT_Fixed advance = 0;
        if (index != 0 && FT_Get_Advance(face, index, FT_LOAD_NO_HINTING, &advance) == 0)
            glyph.AdvanceX = static_cast<float>(advance) / 65536.0F;
    }
    FT_Done_Face(face);
    font.FontSize = height;
    font.BuildLookupTable();
}

}  // namespace

TypeSize typeSizeOf(TextStyle style) { return kStyles[static_cast<std::size_t>(style)].type; }

Result<FontData> loadFonts(const std::filesystem::path& assets) {
    const std::filesystem::path folder = assets / "fonts";
    FontData data;
    data.regular = readWhole(folder / "Inter-Regular.otf");
    data.medium = readWhole(folder / "Inter-Medium.otf");
    data.semibold = readWhole(folder / "Inter-SemiBold.otf");
    if (data.regular.empty()) data.regular = readWhole(folder / "NotoSans-Regular.ttf");
    if (data.medium.empty()) data.medium = readWhole(folder / "NotoSans-Medium.ttf");
    if (data.semibold.empty()) data.semibold = readWhole(folder / "NotoSans-SemiBold.ttf");
    data.icons = readWhole(folder / "MaterialIcons-Regular.ttf");
    if (data.regular.empty() || data.icons.empty())
        return Error{Code::NotFound, "No fonts in " + folder.string() +
                                         ": Inter (or Noto Sans) and Material Icons are needed."};
    if (data.medium.empty()) data.medium = data.regular;
    if (data.semibold.empty()) data.semibold = data.medium;
    return data;
}

Status Fonts::build(ImFontAtlas& atlas, const FontData& data, float scale) {
    atlas.Clear();
    if (data.regular.empty()) {
        fonts_.fill(atlas.AddFontDefault());
        atlas.Build();
        return Error{Code::NotFound, "No fonts were loaded."};
    }
    atlas.FontBuilderIO = ImGuiFreeType::GetBuilderForFreeType();
    atlas.Flags |= ImFontAtlasFlags_NoMouseCursors | ImFontAtlasFlags_NoBakedLines;
    atlas.TexDesiredWidth = 1024;
    for (std::size_t i = 0; i < fonts_.size(); ++i) {
        const Style& style = kStyles[i];
        const std::string& file = data.*style.file;
        ImFontConfig config;
        config.FontDataOwnedByAtlas = false;
        // "Bitmap" asks FreeType for the em size, which is what a type size means elsewhere; the
        // default asks for ascender plus descender and comes out a fifth smaller.
        config.FontBuilderFlags =
            ImGuiFreeTypeBuilderFlags_Bitmap | ImGuiFreeTypeBuilderFlags_LightHinting;
        fonts_[i] =
            atlas.AddFontFromMemoryTTF(bytesOf(file), static_cast<int>(file.size()),
                                       std::round(style.type.size * scale), &config, style.ranges);
        if (style.iconSize <= 0) continue;
        ImFontConfig merged = config;
        merged.MergeMode = true;
        merged.FontBuilderFlags =
            ImGuiFreeTypeBuilderFlags_Bitmap | ImGuiFreeTypeBuilderFlags_NoHinting;
        atlas.AddFontFromMemoryTTF(bytesOf(data.icons), static_cast<int>(data.icons.size()),
                                   std::round(style.iconSize * scale), &merged, iconRanges());
    }
    if (!atlas.Build()) {
        atlas.Clear();
        fonts_.fill(atlas.AddFontDefault());
        atlas.Build();
        return Error{Code::Corrupt, "The font files could not be read."};
    }
    FT_Library library = nullptr;
    if (FT_Init_FreeType(&library) != 0) return Error{Code::Io, "FreeType could not be started."};
    for (std::size_t i = 0; i < fonts_.size(); ++i)
        refine(*fonts_[i], library, data.*kStyles[i].file, std::round(kStyles[i].type.size * scale),
               std::round(kStyles[i].type.lineHeight * scale));
    FT_Done_FreeType(library);
    return {};
}

}  // namespace sotay::ui
