#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "app/ui/context.h"
#include "schema/result.h"

namespace sotay::platform {

struct WindowOptions {
    std::string title = "Sổ tay";
    int width = 1366, height = 768;
    ui::Mode mode = ui::Mode::Light;
    float scale = 0;  // 0: what the display asks for
    std::filesystem::path assets;
};

// The app's window: GLFW, OpenGL 3 and the ui::Context drawn into it. Sleeps while nothing moves.
// All calls from the main thread, except wake().
class Window {
  public:
    static Result<std::unique_ptr<Window>> open(const WindowOptions& options);
    ~Window();
    Window(const Window&) = delete;
    Window& operator=(const Window&) = delete;

    // Draws frame after frame until the window is closed or close() is called. `draw` runs between
    // Context::beginFrame and endFrame; `betweenFrames` before each frame (take what the worker
    // sent, change theme or scale).
    void run(const std::function<void()>& betweenFrames, const std::function<void()>& draw);
    // One turn of the above, for programs that steer themselves: waits at most `timeoutSeconds` for
    // something to happen (negative: as long as nothing moves). False when the window was closed.
    bool turn(const std::function<void()>& draw, double timeoutSeconds);
    void close();

    // Makes a sleeping window draw again. From any thread.
    static void wake();

    // What was drawn last, as a PNG file.
    Status screenshot(const std::filesystem::path& file);

    ui::Context& context();

    struct Impl;  // of window.cpp alone

  private:
    explicit Window(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace sotay::platform
