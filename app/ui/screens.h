#pragma once

#include <string>
#include <string_view>

#include "app/state/action.h"
#include "app/state/state.h"
#include "app/state/strings.h"
#include "app/ui/context.h"
#include "schema/form.h"

// The screens. Each reads the state, draws, and adds what a person asked for to `actions`; nothing
// else changes.
namespace sotay::ui {

using app::Actions;
using app::State;
using app::Strings;

// The whole window: rail, status bar, the screen that is open, dialog and toast over it.
void drawApp(const State& state, const Strings& text, Actions& actions);

void drawWelcome(const State& state, const Strings& text, Actions& actions);
void drawRecordList(const State& state, const Strings& text, Actions& actions);
void drawForm(const State& state, const Strings& text, Actions& actions);
// Why a soft check is overruled, asked over the form.
void drawKeepDialog(const State& state, const Strings& text, Actions& actions);
void drawHistory(const State& state, const Strings& text, Actions& actions);
void drawSync(const State& state, const Strings& text, Actions& actions);
void drawStick(const State& state, const Strings& text, Actions& actions);  // part of it
void drawConflicts(const State& state, const Strings& text, Actions& actions);
void drawDuplicates(const State& state, const Strings& text, Actions& actions);
void drawSettings(const State& state, const Strings& text, Actions& actions);

// The words that widgets need of their own, in the language of `text`.
void giveWords(Context& ui, const Strings& text);

// A stored answer as people read it: thousands, dates, the labels of choices; "—" for none.
std::string shownAnswer(const Form& form, const Node& node, std::string_view stored,
                        std::string_view appLanguage);
std::string shownAnswer(const Form* form, const std::string& path, std::string_view stored,
                        std::string_view appLanguage);
// "Khoản vay 2 · Số tiền" for a path with positions.
std::string fieldWords(const Form* form, const std::string& path, std::string_view appLanguage);

// The key of a role's name.
std::string_view roleKey(app::Role role);
// The two or more sides that somebody chooses between: "A", "B"; the first two have colours.
std::string sideLetter(std::size_t side);
Tone sideTone(std::size_t side);

}  // namespace sotay::ui
