#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/ui/fonts.h"
#include "app/ui/input_queue.h"
#include "app/ui/keys.h"
#include "app/ui/theme.h"

struct ImGuiContext;

namespace sotay::ui {

struct Rect {
    float x = 0, y = 0, width = 0, height = 0;  // in screen pixels
    float right() const { return x + width; }
    float bottom() const { return y + height; }
};

// What a widget told about itself this frame. Tests and the keyboard work with these, never with
// words on the screen: keys do not change with the language.
struct Item {
    Rect rect;
    std::string text;  // the label, or what a field shows
    bool enabled = true;
    bool visible = true;    // inside what its scroll area shows
    bool selected = false;  // current row, checked box, open page
    bool wrong = false;     // a field with an error
    int layer = 0;          // 0 the screen, 1 a dialog or an open list over it, ...
};

// The few words that widgets need of their own, in the reader's language.
struct Words {
    std::string search = "Tìm", nothingFound = "Không có mục nào khớp", today = "Hôm nay";
    std::string choose = "Chọn", close = "Đóng";
    std::array<std::string, 7> weekdays = {"T2", "T3", "T4", "T5", "T6", "T7", "CN"};
};

class Focus;
struct WidgetMemory;

// Everything that lasts from frame to frame: look, fonts, keyboard focus, what is on the screen.
// Owns the ImGui context. One at a time per thread; widgets find it through context().
class Context {
  public:
    // Builds the atlas; when that fails the status says why and ImGui's own font is used.
    Context(FontData fonts, Mode mode, float scale);
    ~Context();
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;

    const Status& status() const { return status_; }
    Mode mode() const { return mode_; }
    float scale() const { return scale_; }
    // Between frames only. A new scale rebuilds the atlas: the window must upload the texture
    // again.
    void setMode(Mode mode);
    void setScale(float scale);
    Words words;

    // beginFrame, draw, endFrame. Takes what the queue lets through (see InputQueue).
    void beginFrame(float width, float height, float deltaSeconds);
    void endFrame();
    InputQueue& input() { return input_; }

    float px(float design) const { return design * scale_; }
    std::uint32_t color(Token token, float alpha = 1.0F) const {
        return colorOf(mode_, token).packed(alpha);
    }
    ImFont* font(TextStyle style) const { return fonts_.of(style); }

    // What a widget keeps between frames; see memory.h.
    WidgetMemory& memory() { return *memory_; }

    // Key presses of this frame, auto-repeat included. take() uses one up, so that one press does
    // one thing.
    bool pressed(const Chord& chord) const;
    bool take(const Chord& chord);
    // The characters of this frame that no text field will get: an open list begins with them.
    std::string takeTyped();

    // Files that were let go over the window, at this place in screen pixels: they belong to what
    // the next frame draws there.
    struct Drop {
        float x = 0, y = 0;
        std::vector<std::string> files;  // paths in UTF-8
    };
    void drop(Drop dropped);
    // The files, if they fell in this part of the screen; whoever takes them is the only one.
    std::vector<std::string> takeDrop(const Rect& where);
    // Of this frame's, nobody took any.
    bool hasDrop() const { return isDropping_; }

    // The screen as it was last drawn.
    const std::map<std::string, Item, std::less<>>& items() const { return items_; }
    const Item* find(std::string_view key) const;
    // Called by widgets only.
    Item& add(std::string_view key, Item item);

    // Keyboard focus. A screen may send it somewhere, for instance to the first wrong field.
    Focus& focus() { return *focus_; }

    // Ask for another frame, although nobody touched anything: at once, or in so many seconds.
    void requestFrame();
    void requestFrameIn(double seconds);
    // How long the window may sleep after endFrame; negative means until something happens.
    double sleepSeconds() const;
    // Seconds of drawing time since the start; never a wall clock.
    double now() const { return now_; }
    // Rises when the atlas was rebuilt, so that a window knows to upload its texture again.
    int atlasVersion() const { return atlasVersion_; }

  private:
    void applyStyle();
    void rebuildFonts();
    void replayInput();
    void moveFocus();

    ImGuiContext* imgui_ = nullptr;
    FontData fontData_;
    Fonts fonts_;
    Status status_;
    Mode mode_;
    float scale_;
    InputQueue input_;
    std::vector<Chord> presses_;
    std::string typed_;
    Drop drop_;
    bool isDropping_ = false;  // in this frame
    std::map<std::string, Item, std::less<>> items_;
    std::unique_ptr<Focus> focus_;
    std::unique_ptr<WidgetMemory> memory_;
    double now_ = 0;
    int atlasVersion_ = 0;
    double wakeAt_ = -1;
    int framesWanted_ = 0;
};

// The one that is drawing. Calling it outside of a Context's life is our own mistake.
Context& context();

}  // namespace sotay::ui
