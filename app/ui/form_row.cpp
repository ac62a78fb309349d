#include "app/ui/form_row.h"

#include <algorithm>
#include <cmath>

#include "app/ui/icons.h"
#include "app/ui/interaction.h"
#include "app/ui/layout.h"
#include "app/ui/memory.h"
#include "app/ui/text.h"

namespace sotay::ui {

namespace {

constexpr float kFieldWidth = 220;
constexpr float kGap = space::k4;

struct Grid {
    float label = 0, field = 0, message = 0;  // widths in pixels
};

Grid gridOf(float width, bool wide) {
    const Context& ui = context();
    Grid grid;
    grid.label = std::min(ui.px(300), width * 0.375F);
    grid.field = std::min(ui.px(kFieldWidth), width * 0.34F);
    grid.message = width - grid.label - grid.field - 2 * ui.px(kGap);
    if (wide) grid.field += ui.px(kGap) + grid.message;
    return grid;
}

void registerWords(const std::string& key, const Rect& rect, std::string_view words) {
    Item item;
    item.rect = rect;
    item.text = words;
    item.visible = ImGui::IsRectVisible(topLeft(rect), bottomRight(rect));
    context().add(key, std::move(item));
}

// Where the last line of wrapped words ends.
float lastLineWidth(std::string_view words, float width) {
    const ImFont* font = context().font(TextStyle::Secondary);
    const char* line = words.data();
    const char* end = words.data() + words.size();
    while (true) {
        const char* next = font->CalcWordWrapPositionA(1.0F, line, end, width);
        if (next >= end || next == line) break;
        line = next;
        while (line < end && *line == ' ') ++line;
    }
    return textWidth(TextStyle::Secondary,
                     std::string_view(line, static_cast<std::size_t>(end - line)));
}

}  // namespace

// The sentence beside or below a field: icon, words, and the link that keeps the value.
struct FormRow::Message {
    std::string key, words, keep;
    Check check = Check::Fine;
    float icon = 0;  // width of icon and its space
    float room = 0;  // for words
    float wordsHeight = 0;
    bool keepBeside = false;

    Message(std::string_view rowKey, const FormRowView& view, float width) : key(rowKey) {
        const Context& ui = context();
        check = view.check;
        words = view.message.empty() ? view.unit : view.message;
        if (view.message.empty()) check = Check::Fine;
        keep = view.keepLabel;
        icon = check == Check::Fine ? 0 : ui.px(24);
        room = std::max(ui.px(60), width - icon);
        wordsHeight = words.empty() ? 0 : wrappedHeight(style(), words, room);
        if (keep.empty()) return;
        const float needed = lastLineWidth(words, room) + ui.px(space::k1) +
                             textWidth(TextStyle::SecondaryMedium, keep);
        keepBeside = needed <= room;
    }

    TextStyle style() const {
        return check == Check::Fine ? TextStyle::Body : TextStyle::Secondary;
    }

    float height() const {
        const bool below = !keep.empty() && !keepBeside;
        return wordsHeight + (below ? lineHeight(TextStyle::SecondaryMedium) : 0);
    }

    // True when the link was tapped.
    bool draw(Point at) const {
        const Context& ui = context();
        const Token color = check == Check::Wrong     ? Token::Error
                            : check == Check::Warning ? Token::Warning
                                                      : Token::Muted;
        if (icon > 0)
            drawSmallIcon({at.x + ui.px(8), at.y + lineHeight(style()) / 2},
                          check == Check::Wrong ? icons::kWrong : icons::kWarning, ui.color(color));
        drawWrapped({at.x + icon, at.y}, style(), ui.color(color), words, room);
        if (!words.empty())
            registerWords(key + ".message", {at.x, at.y, icon + room, wordsHeight}, words);
        if (keep.empty()) return false;
        const float line = lineHeight(TextStyle::SecondaryMedium);
        const float x =
            at.x + icon + (keepBeside ? lastLineWidth(words, room) + ui.px(space::k1) : 0);
        const float y = at.y + wordsHeight - (keepBeside ? line : 0);
        Reach reach;
        reach.text = keep;
        const Interaction what = interactAt(
            key + ".keep", {x, y, textWidth(TextStyle::SecondaryMedium, keep), line}, reach);
        drawText({x, y}, TextStyle::SecondaryMedium, ui.color(Token::Primary), keep);
        if (what.hovered)
            fillRect({x, what.rect.bottom() - 2, what.rect.width, 1}, ui.color(Token::Primary), 0);
        if (what.ringed) drawRing(what.rect, ui.px(4));
        return what.tapped;
    }
};

FormRow::FormRow(std::string_view key, const FormRowView& view) : check_(view.check) {
    Context& ui = context();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    x_ = at.x;
    y_ = at.y;
    const float width = ui.px(availableWidth());
    const Grid grid = gridOf(width, view.wide);
    const std::string name(key);
    message_ = std::make_unique<Message>(key, view, view.wide ? grid.field : grid.message);

    const float line = lineHeight(TextStyle::Body);
    const float star = view.required ? textWidth(TextStyle::Body, " *") : 0;
    const float labelHeight = wrappedHeight(TextStyle::Body, view.label, grid.label - star);
    const float hintHeight = wrappedHeight(TextStyle::Secondary, view.hint, grid.label);
    const float beside = view.wide ? 0 : message_->height();
    const float control = ui.px(size::kControl);
    const float height = std::max({control, labelHeight + hintHeight, beside});

    float y = at.y + (height - labelHeight - hintHeight) / 2;
    drawWrapped({at.x, y}, TextStyle::Body, ui.color(Token::Ink), view.label, grid.label - star);
    if (view.required) {
        const float end = labelHeight > line
                              ? grid.label - star
                              : std::min(textWidth(TextStyle::Body, view.label), grid.label - star);
        drawText({at.x + end, y}, TextStyle::Body, ui.color(Token::Error), " *");
    }
    registerWords(name + ".label", {at.x, y, grid.label, labelHeight}, view.label);
    y += labelHeight;
    if (!view.hint.empty()) {
        drawWrapped({at.x, y}, TextStyle::Secondary, ui.color(Token::Muted), view.hint, grid.label);
        registerWords(name + ".hint", {at.x, y, grid.label, hintHeight}, view.hint);
    }
    bottom_ = at.y + height;
    left_ = at.x + grid.label + ui.px(kGap);
    beside_ = !view.wide;
    messageX_ = beside_ ? left_ + grid.field + ui.px(kGap) : left_;
    messageY_ = at.y + (height - beside) / 2;
    ImGui::SetCursorScreenPos(ImVec2(left_, std::round(at.y + (height - control) / 2)));
    ImGui::BeginGroup();
    ui.memory().rightEdges.push_back(left_ + grid.field);
    // The field is not drawn yet, so a tap on the link is told in the next frame.
    keepTapped_ = ui.memory().tappedLink == name;
    if (keepTapped_) ui.memory().tappedLink.clear();
}

FormRow::~FormRow() {
    Context& ui = context();
    ImGui::EndGroup();
    ui.memory().rightEdges.pop_back();
    bottom_ = std::max(bottom_, ImGui::GetItemRectMax().y);
    float y = messageY_;
    if (!beside_) {
        y = bottom_ + ui.px(space::k1);
        if (message_->height() > 0) bottom_ = y + message_->height();
    }
    if (message_->draw({messageX_, y})) {
        ui.memory().tappedLink = message_->key;
        ui.requestFrame();
    }
    ImGui::SetCursorScreenPos(ImVec2(x_, y_));
    ImGui::Dummy(ImVec2(0, bottom_ - y_ + ui.px(space::k2)));
}

}  // namespace sotay::ui
