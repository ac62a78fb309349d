#include "app/ui/table.h"

#include <algorithm>
#include <cmath>

#include "app/ui/button.h"
#include "app/ui/focus.h"
#include "app/ui/interaction.h"
#include "app/ui/layout.h"
#include "app/ui/memory.h"
#include "app/ui/text.h"

namespace sotay::ui {

namespace {

constexpr float kHeader = 42;
constexpr float kCellPadding = space::k3;

struct Place {
    float x = 0, width = 0;
};

std::vector<Place> placeColumns(const TableView& view, float left, float width) {
    const Context& ui = context();
    float fixed = 0;
    float shares = 0;
    for (const TableColumn& column : view.columns) {
        fixed += ui.px(column.width);
        if (column.width == 0) shares += column.share;
    }
    // At large scales or in narrow windows the given widths shrink alike, so that none is pushed
    // out.
    const float least = ui.px(120) * shares;
    const float shrink =
        fixed + least > width && fixed > 0 ? std::max(0.3F, (width - least) / fixed) : 1.0F;
    const float rest = std::max(0.0F, width - fixed * shrink);
    std::vector<Place> places;
    float x = left;
    for (const TableColumn& column : view.columns) {
        const float wide =
            column.width > 0 ? ui.px(column.width) * shrink : rest * column.share / shares;
        places.push_back({std::round(x), std::round(wide)});
        x += wide;
    }
    return places;
}

float headerHeight(const TableView& view) {
    const bool hasTitles = std::any_of(view.columns.begin(), view.columns.end(),
                                       [](const TableColumn& c) { return !c.title.empty(); });
    return hasTitles ? context().px(kHeader) : 0;
}

std::optional<std::size_t> drawHeader(std::string_view key, const TableView& view,
                                      const std::vector<Place>& places, const Rect& row) {
    Context& ui = context();
    std::optional<std::size_t> tapped;
    for (std::size_t i = 0; i < places.size(); ++i) {
        const std::string& title = view.columns[i].title;
        Reach reach;
        reach.byTab = false;
        reach.text = title;
        const Interaction what =
            interactAt(std::string(key) + ".header." + std::to_string(i),
                       {places[i].x, row.y, places[i].width, row.height}, reach);
        if (what.clicked) tapped = i;
        const float padding = ui.px(kCellPadding);
        const float room = places[i].width - 2 * padding;
        const float width = std::min(textWidth(TextStyle::SecondaryMedium, title), room);
        const bool right = view.columns[i].align == Align::Right;
        drawText({right ? places[i].x + places[i].width - padding - width : places[i].x + padding,
                  row.y + (row.height - lineHeight(TextStyle::SecondaryMedium)) / 2 + ui.px(2)},
                 TextStyle::SecondaryMedium, ui.color(what.hovered ? Token::Ink : Token::Muted),
                 title, room);
    }
    fillRect({row.x, row.bottom() - 1, row.width, 1}, ui.color(Token::Line), 0);
    return tapped;
}

void drawCell(const Cell& cell, const TableColumn& column, const Rect& rect) {
    const Context& ui = context();
    const float padding = ui.px(kCellPadding);
    float room = rect.width - 2 * padding;
    float x = rect.x + padding;
    const float middle = rect.y + rect.height / 2;
    if (cell.icon != nullptr) {
        drawIcon({x + ui.px(size::kIcon) / 2, middle}, cell.icon, ui.color(strongOf(cell.tone)));
        x += ui.px(size::kIcon + space::k2);
        room -= ui.px(size::kIcon + space::k2);
    }
    if (cell.text.empty() || room <= 0) return;
    if (cell.isChip) {
        const float width = std::min(room, ui.px(chipWidth(cell.text)));
        const float height = ui.px(19);
        drawChip({x, std::round(middle - height / 2), width, height}, cell.text, cell.tone, 0);
        return;
    }
    const TextStyle style = column.strong ? TextStyle::BodyMedium : TextStyle::Body;
    Token color = column.muted ? Token::Muted : Token::Ink;
    if (cell.tone != Tone::Neutral) color = strongOf(cell.tone);
    const float width = std::min(textWidth(style, cell.text), room);
    if (column.align == Align::Right) x = rect.right() - padding - width;
    drawText({x, middle - lineHeight(style) / 2}, style, ui.color(color), cell.text, room);
}

// One row; what was done to it goes into `edit`.
void drawRow(std::string_view key, const TableView& view, const std::vector<Place>& places,
             std::size_t row, TableEdit& edit) {
    Context& ui = context();
    std::vector<Cell> cells;
    std::string words;
    for (std::size_t i = 0; i < places.size(); ++i) {
        cells.push_back(view.cell(row, i));
        words += (i > 0 ? " | " : "") + cells.back().text;
    }
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ui.px(availableWidth());
    const bool selected = view.selected == row;
    Reach reach;
    reach.byTab = false;
    reach.text = words;
    reach.selected = selected;
    const Rect rect{at.x, at.y, width, ui.px(size::kRow)};
    const Interaction what = interactAt(std::string(key) + "." + std::to_string(row), rect, reach);
    if (view.pickable) {
        if (selected)
            fillRect(rect, ui.color(Token::PrimarySoft), 0);
        else if (what.hovered)
            fillRect(rect, ui.color(Token::Sunken, 0.6F), 0);
        if (what.held) ui.focus().set(key, false);
        if (what.clicked) edit.selected = row;
        if (what.hovered && ImGui::IsMouseDoubleClicked(0)) edit.opened = row;
    }
    fillRect({rect.x, rect.bottom() - 1, rect.width, 1}, ui.color(Token::Line), 0);
    for (std::size_t i = 0; i < places.size(); ++i)
        drawCell(cells[i], view.columns[i],
                 {places[i].x, rect.y, places[i].width, rect.height - 1});
    if (selected && ui.focus().isRinged(key))
        strokeRect({rect.x + 1, rect.y, rect.width - 2, rect.height - 1}, ui.color(Token::Primary),
                   ui.px(4), std::floor(ui.px(size::kRing)));
}

void moveByKeys(const TableView& view, float pageRows, TableEdit& edit) {
    Context& ui = context();
    if (view.rows == 0) return;
    const std::size_t last = view.rows - 1;
    const std::size_t at = view.selected.value_or(0);
    const auto page = static_cast<std::size_t>(std::max(1.0F, pageRows - 1));
    if (ui.take({Key::Down})) edit.selected = view.selected ? std::min(last, at + 1) : 0;
    if (ui.take({Key::Up})) edit.selected = at > 0 ? at - 1 : 0;
    if (ui.take({Key::PageDown})) edit.selected = std::min(last, at + page);
    if (ui.take({Key::PageUp})) edit.selected = at > page ? at - page : 0;
    if (ui.take({Key::Home})) edit.selected = 0;
    if (ui.take({Key::End})) edit.selected = last;
    if (view.selected && (ui.take({Key::Enter}) || ui.take({Key::Space}))) edit.opened = at;
}

void drawRows(std::string_view key, const TableView& view, const std::vector<Place>& places,
              TableEdit& edit) {
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(view.rows), context().px(size::kRow));
    while (clipper.Step())
        for (int row = clipper.DisplayStart; row < clipper.DisplayEnd; ++row)
            drawRow(key, view, places, static_cast<std::size_t>(row), edit);
}

// Keeps the selected row in sight when it moved.
void followSelection(std::string_view key, const TableView& view) {
    Context& ui = context();
    std::size_t& seen = ui.memory().positions[std::string(key)];
    const std::size_t now = view.selected ? *view.selected + 1 : 0;
    if (seen == now) return;
    seen = now;
    if (now == 0) return;
    const float row = ui.px(size::kRow);
    const float top = static_cast<float>(now - 1) * row;
    const float height = ImGui::GetWindowHeight();
    if (top < ImGui::GetScrollY()) ImGui::SetScrollY(top);
    if (top + row > ImGui::GetScrollY() + height) ImGui::SetScrollY(top + row - height);
    ui.requestFrame();
}

}  // namespace

TableEdit table(std::string_view key, const TableView& view) {
    Context& ui = context();
    TableEdit edit;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float header = headerHeight(view);
    const float rows = static_cast<float>(view.rows) * ui.px(size::kRow);
    float height = view.height < 0 ? ui.px(availableHeight()) : ui.px(view.height);
    if (view.height == 0) height = header + rows;
    const Rect rect{at.x, at.y, ui.px(availableWidth()), height};
    const float radius = ui.px(size::kCardRadius);
    const float edge = view.inCard ? 1 : 0;
    if (view.inCard) fillRect(rect, ui.color(Token::Surface), radius);

    const bool focused = view.pickable && ui.focus().has(key);
    if (focused) moveByKeys(view, (height - header) / ui.px(size::kRow), edit);
    if (view.pickable) ui.focus().report({std::string(key), 0, false, true});

    const Rect inner{rect.x + edge, rect.y, rect.width - 2 * edge, rect.height};
    ui.memory().rightEdges.push_back(inner.right());
    std::vector<Place> places = placeColumns(view, inner.x, inner.width);
    if (header > 0)
        edit.header = drawHeader(key, view, places, {inner.x, inner.y, inner.width, header});
    ImGui::SetCursorScreenPos(ImVec2(inner.x, inner.y + header));
    if (view.height == 0) {
        drawRows(key, view, places, edit);
    } else {
        // The rows end above the rounded corners.
        const float room = height - header - (view.inCard ? ui.px(6) : 0);
        ScrollArea area(std::string(key) + ".rows", room / ui.scale());
        followSelection(key, view);
        drawRows(key, view, places, edit);
    }
    ui.memory().rightEdges.pop_back();
    if (view.inCard) strokeRect(rect, ui.color(Token::Line), radius, 1);
    if (ui.focus().isRinged(key) && !view.selected)
        strokeRect(rect, ui.color(Token::Primary), radius, std::floor(ui.px(size::kRing)));
    ImGui::SetCursorScreenPos(at);
    ImGui::Dummy(ImVec2(rect.width, rect.height));
    Item item;
    item.rect = rect;
    item.text = std::to_string(view.rows);
    item.visible = ImGui::IsItemVisible();
    if (focused && ui.focus().takeScroll(key)) scrollTo({rect.x, rect.y, rect.width, ui.px(80)});
    ui.add(key, std::move(item));
    return edit;
}

}  // namespace sotay::ui
