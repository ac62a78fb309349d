#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "app/ui/button.h"
#include "app/ui/field.h"
#include "app/ui/field_editing.h"
#include "app/ui/focus.h"
#include "app/ui/icons.h"
#include "app/ui/layout.h"
#include "app/ui/memory.h"
#include "app/ui/overlay.h"
#include "app/ui/text.h"

namespace sotay::ui {

namespace {

struct Day {
    int year = 2026, month = 1, day = 1;
};

bool readIso(std::string_view iso, Day& out) {
    const std::string whole = canonicalDate(iso);
    if (whole.size() != 10 || whole[4] != '-' || whole[7] != '-') return false;
    const auto number = [&](std::size_t from, std::size_t count, int& into) {
        return std::from_chars(whole.data() + from, whole.data() + from + count, into).ec ==
               std::errc();
    };
    return number(0, 4, out.year) && number(5, 2, out.month) && number(8, 2, out.day);
}

std::string writeIso(const Day& day) {
    std::string text = std::to_string(day.year * 10000 + day.month * 100 + day.day);
    text.insert(0, text.size() < 8 ? 8 - text.size() : 0, '0');
    return text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6, 2);
}

int daysIn(int year, int month) {
    constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

// 0 is Monday. Sakamoto's method.
int weekdayOf(int year, int month, int day) {
    constexpr std::array<int, 12> kShift = {0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4};
    if (month < 3) --year;
    const int sunday = year + year / 4 - year / 100 + year / 400 +
                       kShift[static_cast<std::size_t>(month - 1)] + day;
    return (sunday + 6) % 7;
}

void moveMonth(Day& day, int by) {
    const int months = day.year * 12 + day.month - 1 + by;
    day.year = std::clamp(months / 12, 1000, 9999);
    day.month = months % 12 + 1;
    day.day = std::min(day.day, daysIn(day.year, day.month));
}

void moveDay(Day& day, int by) {
    day.day += by;
    if (day.day < 1) {
        moveMonth(day, -1);
        day.day += daysIn(day.year, day.month);
    } else if (const int length = daysIn(day.year, day.month); day.day > length) {
        const int rest = day.day - length;
        day.day = 1;
        moveMonth(day, 1);
        day.day = rest;
    }
}

void moveByKeys(Day& day) {
    Context& ui = context();
    if (ui.take({Key::Left})) moveDay(day, -1);
    if (ui.take({Key::Right})) moveDay(day, 1);
    if (ui.take({Key::Up})) moveDay(day, -7);
    if (ui.take({Key::Down})) moveDay(day, 7);
    if (ui.take({Key::PageUp})) moveMonth(day, -1);
    if (ui.take({Key::PageDown})) moveMonth(day, 1);
}

constexpr float kCell = 36;

// The month as a grid of days; the one that was clicked, or 0.
int drawDays(std::string_view key, const Day& shown, const Day& today, float left) {
    Context& ui = context();
    const float cell = ui.px(kCell);
    float y = ImGui::GetCursorScreenPos().y;
    for (std::size_t i = 0; i < ui.words.weekdays.size(); ++i) {
        const std::string& word = ui.words.weekdays[i];
        const float x = left + static_cast<float>(i) * cell;
        drawText({x + (cell - textWidth(TextStyle::Secondary, word)) / 2, y}, TextStyle::Secondary,
                 ui.color(Token::Muted), word);
    }
    y += lineHeight(TextStyle::Secondary) + ui.px(space::k1);
    int clicked = 0;
    const int offset = weekdayOf(shown.year, shown.month, 1);
    for (int day = 1; day <= daysIn(shown.year, shown.month); ++day) {
        const int place = offset + day - 1;
        const Rect rect{left + static_cast<float>(place % 7) * cell,
                        y + static_cast<float>(place / 7) * cell, cell, cell};
        const std::string word = std::to_string(day);
        const bool isAt = day == shown.day;
        Reach reach;
        reach.byTab = false;
        reach.text = word;
        reach.selected = isAt;
        const Interaction what = interactAt(std::string(key) + "." + word, rect, reach);
        if (what.clicked) clicked = day;
        const Rect inner{rect.x + 2, rect.y + 2, rect.width - 4, rect.height - 4};
        if (isAt || what.hovered)
            fillRect(inner, ui.color(isAt ? Token::Primary : Token::Sunken),
                     ui.px(size::kControlRadius));
        if (shown.year == today.year && shown.month == today.month && day == today.day)
            strokeRect(inner, ui.color(Token::Primary), ui.px(size::kControlRadius), 1);
        drawText({rect.x + (cell - textWidth(TextStyle::Body, word)) / 2,
                  rect.y + (cell - lineHeight(TextStyle::Body)) / 2},
                 TextStyle::Body, ui.color(isAt ? Token::OnPrimary : Token::Ink), word);
    }
    ImGui::SetCursorScreenPos(ImVec2(left, y));
    ImGui::Dummy(ImVec2(7 * cell, 6 * cell));
    return clicked;
}

// The open calendar of `key`; the day that was taken.
std::string drawCalendar(std::string_view key, const Rect& field, std::string_view todayIso) {
    Context& ui = context();
    auto& open = ui.memory().open;
    const std::string name = std::string(key) + ".calendar";
    const float padding = ui.px(space::k3);
    const float width = 7 * ui.px(kCell) + 2 * padding;
    const float height = ui.px(kCell * 7 + space::k2) + lineHeight(TextStyle::Secondary) +
                         ui.px(space::k1) + 2 * padding;
    const ImVec2 display = ImGui::GetIO().DisplaySize;
    const float below = field.bottom() + ui.px(space::k1);
    const float y = below + height > display.y ? field.y - height - ui.px(space::k1) : below;
    Overlay overlay(
        name, {std::min(field.x, display.x - width), std::max(0.0F, y), width, height, padding},
        false);
    Day shown{open.year, open.month, open.day};
    Day today{0, 0, 0};
    readIso(todayIso, today);
    std::string taken;
    const float left = ImGui::GetCursorScreenPos().x;
    {
        Row row(kCell, 0);
        if (iconButton(name + ".previous", icons::kPrevious, "PageUp")) moveMonth(shown, -1);
        const std::string month = showDate(writeIso(shown)).substr(3);
        row.skip((kCell * 5 - textWidth(TextStyle::BodyStrong, month) / ui.scale()) / 2);
        textLine(month, {TextStyle::BodyStrong, Token::Ink, {}});
        row.toRight(kCell);
        if (iconButton(name + ".next", icons::kNext, "PageDown")) moveMonth(shown, 1);
    }
    gap(space::k2);
    ui.focus().report({name + ".days", 0, false, true});
    if (!ui.focus().has(name + ".previous") && !ui.focus().has(name + ".next"))
        ui.focus().set(name + ".days");
    moveByKeys(shown);
    if (const int clicked = drawDays(name, shown, today, left); clicked > 0) {
        shown.day = clicked;
        taken = writeIso(shown);
    }
    if (ui.focus().has(name + ".days") && ui.take({Key::Enter})) taken = writeIso(shown);
    if (shown.day != open.day || shown.month != open.month || shown.year != open.year)
        ui.requestFrame();
    open.year = shown.year;
    open.month = shown.month;
    open.day = shown.day;
    if (overlay.dismissed() || !taken.empty()) open = {};
    return taken;
}

}  // namespace

Edit dateField(std::string_view key, std::string_view value, const FieldOptions& options) {
    Context& ui = context();
    auto& open = ui.memory().open;
    const std::string name(key);
    Editing field{key, showDate(value), showDate(value), options};
    field.clickSelects = true;
    field.roomRight = ui.px(28 + space::k1);
    const bool byKey =
        options.enabled && ui.focus().has(key) && ui.take({Key::Down, false, false, true});
    const Outcome outcome = edit(field);
    Edit result = toEdit(outcome, canonicalDate);
    if (!options.enabled || options.readOnly) return result;

    const ImVec2 after = ImGui::GetCursorScreenPos();
    const float side = ui.px(28);
    const Rect spot{outcome.rect.right() - side - ui.px(space::k1),
                    outcome.rect.y + (outcome.rect.height - side) / 2, side, side};
    Reach reach;
    reach.byTab = false;
    reach.text = name;
    const Interaction what = interactAt(name + ".open", spot, reach);
    drawIcon({spot.x + side / 2, spot.y + side / 2}, icons::kCalendar,
             ui.color(what.hovered ? Token::Ink : Token::Muted));
    ImGui::SetCursorScreenPos(after);
    ImGui::Dummy(ImVec2(0, 0));
    if (what.clicked || byKey) {
        open = {};
        open.key = key;
        Day start;
        if (!readIso(value, start)) readIso(options.today, start);
        open.year = start.year;
        open.month = start.month;
        open.day = start.day;
        ui.focus().set(key);
        ui.requestFrame();
    }
    if (open.key != key) return result;
    if (const std::string taken = drawCalendar(key, outcome.rect, options.today); !taken.empty()) {
        result.changed = true;
        result.finished = true;
        result.value = taken;
    }
    return result;
}

}  // namespace sotay::ui
