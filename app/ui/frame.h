#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/ui/button.h"
#include "app/ui/theme.h"

namespace sotay::ui {

struct RailEntry {
    std::string_view key;  // "rail.records"
    const char* icon = nullptr;
    std::string_view label;
    long count = 0;  // shown when above 0, in warning tone
    bool selected = false;
    std::string_view shortcut = {};  // works, is not shown
};

// A fact in the status bar; registers under its key.
struct StatusPart {
    std::string_view key;
    std::string_view text;
    const char* icon = nullptr;
    std::string_view strong = {};  // medium weight, before the text: a name
    bool isStrong = false;         // the whole text in ink and medium
    Tone tone = Tone::Neutral;
};

struct FrameView {
    std::string_view product;
    std::string_view organisation;
    std::vector<RailEntry> rail;  // none: no rail (first run)
    std::vector<StatusPart> left, right;
};

// The app's window: rail, status bar and, in its lifetime, the content with its margin.
// Narrow windows get a rail of icons.
class AppFrame {
  public:
    explicit AppFrame(const FrameView& view);
    ~AppFrame();
    AppFrame(const AppFrame&) = delete;
    // The key of the rail entry that was tapped.
    const std::optional<std::string>& picked() const { return picked_; }

  private:
    std::optional<std::string> picked_;
};

// Top of a screen: way back (optional), title, what it holds, and at the right the actions with
// their keys. Returns the key of the action that was tapped ("" when none; the back link's is
// key.back).
struct TitleAction {
    std::string_view key;
    std::string_view label;
    ButtonOptions options = {};
};
struct TitleView {
    std::string_view title;
    std::string_view phrase = {};  // muted, after the title
    std::string_view chip = {};    // in a chip, after the title
    std::string_view back = {};    // word of the back link
    std::string_view note = {};    // muted 13, before the actions ("Nháp đã lưu 09:41:07")
    std::vector<TitleAction> actions = {};
};
std::string titleRow(std::string_view key, const TitleView& view);

}  // namespace sotay::ui
