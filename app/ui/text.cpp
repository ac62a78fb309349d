#include "app/ui/text.h"

#include <imgui.h>

#include <cmath>
#include <vector>

#include "app/ui/context.h"
#include "app/ui/interaction.h"
#include "app/ui/layout.h"
#include "app/ui/memory.h"

namespace sotay::ui {

namespace {

// Icons are drawn by what they cover of their square, so the font's own metrics do not matter.
void drawGlyphCentred(Point middle, ImFont& font, const char* glyph, std::uint32_t color) {
    unsigned int point = 0;
    const auto* bytes = reinterpret_cast<const unsigned char*>(glyph);
    point = (bytes[0] & 0x0FU) << 12 | (bytes[1] & 0x3FU) << 6 | (bytes[2] & 0x3FU);
    const ImFontGlyph* found = font.FindGlyphNoFallback(static_cast<ImWchar>(point));
    if (found == nullptr) return;
    // The square of the em, of which the drawn part is somewhere inside: its advance wide, standing
    // on the baseline. Centring the square keeps icons of one row on one axis.
    const float square = found->AdvanceX;
    const float left = std::round(middle.x - square / 2);
    const float middleOfGlyph = (found->Y0 + found->Y1) / 2;
    const float top = std::round(middle.y - middleOfGlyph);
    font.RenderChar(ImGui::GetWindowDrawList(), font.FontSize, ImVec2(left, top), color,
                    static_cast<ImWchar>(point));
}

const char* begin(std::string_view words) { return words.data(); }
const char* end(std::string_view words) { return words.data() + words.size(); }

}  // namespace

float lineHeight(TextStyle style) { return context().font(style)->FontSize; }

float textWidth(TextStyle style, std::string_view words) {
    if (words.empty()) return 0;
    ImFont* font = context().font(style);
    return std::ceil(
        font->CalcTextSizeA(font->FontSize, 1e9F, 0, begin(words), end(words), nullptr).x);
}

float drawText(Point at, TextStyle style, std::uint32_t color, std::string_view words,
               float maxWidth) {
    if (words.empty()) return 0;
    ImFont* font = context().font(style);
    ImDrawList* list = ImGui::GetWindowDrawList();
    const ImVec2 from(std::round(at.x), std::round(at.y));
    const float width = textWidth(style, words);
    if (maxWidth < 0 || width <= maxWidth) {
        list->AddText(font, font->FontSize, from, color, begin(words), end(words));
        return width;
    }
    constexpr std::string_view kEllipsis = "…";
    const float room = std::max(0.0F, maxWidth - textWidth(style, kEllipsis));
    const char* cut = nullptr;
    const float shown =
        font->CalcTextSizeA(font->FontSize, room, 0, begin(words), end(words), &cut).x;
    list->AddText(font, font->FontSize, from, color, begin(words), cut);
    list->AddText(font, font->FontSize, ImVec2(std::round(from.x + shown), from.y), color,
                  begin(kEllipsis), end(kEllipsis));
    return maxWidth;
}

float wrappedHeight(TextStyle style, std::string_view words, float width) {
    if (words.empty()) return 0;
    ImFont* font = context().font(style);
    return font
        ->CalcTextSizeA(font->FontSize, 1e9F, std::max(width, 1.0F), begin(words), end(words),
                        nullptr)
        .y;
}

float drawWrapped(Point at, TextStyle style, std::uint32_t color, std::string_view words,
                  float width) {
    if (words.empty()) return 0;
    ImFont* font = context().font(style);
    ImGui::GetWindowDrawList()->AddText(font, font->FontSize,
                                        ImVec2(std::round(at.x), std::round(at.y)), color,
                                        begin(words), end(words), std::max(width, 1.0F));
    return wrappedHeight(style, words, width);
}

float drawCentred(Point at, TextStyle style, std::uint32_t color, std::string_view words,
                  float width) {
    const ImFont* font = context().font(style);
    const char* line = begin(words);
    float y = at.y;
    while (line < end(words)) {
        const char* next = font->CalcWordWrapPositionA(1.0F, line, end(words), width);
        if (next == line) ++next;
        const std::string_view part(line, static_cast<std::size_t>(next - line));
        drawText({at.x + (width - textWidth(style, part)) / 2, y}, style, color, part);
        y += lineHeight(style);
        line = next;
        while (line < end(words) && *line == ' ') ++line;
    }
    return y - at.y;
}

void drawIcon(Point middle, const char* glyph, std::uint32_t color) {
    drawGlyphCentred(middle, *context().font(TextStyle::Body), glyph, color);
}

void drawSmallIcon(Point middle, const char* glyph, std::uint32_t color) {
    drawGlyphCentred(middle, *context().font(TextStyle::Secondary), glyph, color);
}

void text(std::string_view words, const TextOptions& options) {
    Context& ui = context();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ui.px(availableWidth());
    const float height =
        drawWrapped({at.x, at.y}, options.style, ui.color(options.color), words, width);
    const float used = std::min(width, textWidth(options.style, words));
    ImGui::Dummy(ImVec2(used, height));
    if (!options.key.empty()) {
        Item item;
        item.rect = {at.x, at.y, used, height};
        item.text = words;
        item.visible = ImGui::IsItemVisible();
        ui.add(options.key, std::move(item));
    }
}

void textLine(std::string_view words, const TextOptions& options, float width) {
    Context& ui = context();
    const float room = width > 0 ? ui.px(width) : ui.px(availableWidth());
    const float natural = std::min(room, textWidth(options.style, words));
    const ImVec2 at = place(width > 0 ? room : natural, lineHeight(options.style));
    const float used = drawText({at.x, at.y}, options.style, ui.color(options.color), words, room);
    ImGui::Dummy(ImVec2(width > 0 ? room : used, lineHeight(options.style)));
    if (!options.key.empty()) {
        Item item;
        item.rect = {at.x, at.y, used, lineHeight(options.style)};
        item.text = words;
        item.visible = ImGui::IsItemVisible();
        ui.add(options.key, std::move(item));
    }
}

void textFacts(std::span<const std::string> facts, const TextOptions& options) {
    const float width = context().px(availableWidth());
    std::vector<std::string> lines;
    for (const std::string& fact : facts) {
        const std::string longer = lines.empty() ? fact : lines.back() + " · " + fact;
        if (lines.empty() || textWidth(options.style, longer) > width)
            lines.push_back(fact);
        else
            lines.back() = longer;
    }
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::string key =
            options.key.empty() ? "" : std::string(options.key) + "." + std::to_string(i);
        text(lines[i], {options.style, options.color, key});
    }
}

void mutedText(std::string_view words) { text(words, {TextStyle::Secondary, Token::Muted, {}}); }
void sectionTitle(std::string_view words) { text(words, {TextStyle::Section, Token::Ink, {}}); }

void icon(const char* glyph, Token color) {
    Context& ui = context();
    const float side = ui.px(size::kIcon);
    const float height = lineHeight(TextStyle::Body);
    const ImVec2 at = place(side, height);
    drawIcon({at.x + side / 2, at.y + height / 2}, glyph, ui.color(color));
    ImGui::Dummy(ImVec2(side, height));
}

}  // namespace sotay::ui
