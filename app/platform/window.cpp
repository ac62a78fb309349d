#include "app/platform/window.h"

#include <GLFW/glfw3.h>
#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_opengl3.h>
#include <imgui.h>
#include <stb/stb_image_write.h>
#include <utf8proc.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "app/platform/glfw_keys.h"
#include "app/ui/imgui_compat.h"

namespace sotay::platform {

namespace {

// GLFW is one per process, so its last error is too.
std::string lastProblem() {
    const char* words = nullptr;
    glfwGetError(&words);
    return words != nullptr ? words : "no reason given";
}

float displayScale(GLFWwindow* window) {
    float x = 1;
    float y = 1;
    glfwGetWindowContentScale(window, &x, &y);
    return std::clamp(x, 1.0F, 2.0F);
}

}  // namespace

struct Window::Impl {
    GLFWwindow* window = nullptr;
    std::unique_ptr<ui::Context> context;
    std::string clipboard;
    int uploadedAtlas = 0;
    double lastFrame = 0;
    bool hasBackends = false;

    ~Impl() {
        if (hasBackends) {
            ImGui_ImplOpenGL3_Shutdown();
            ImGui_ImplGlfw_Shutdown();
        }
        context.reset();
        if (window != nullptr) glfwDestroyWindow(window);
        glfwTerminate();
    }

    ui::InputQueue& input() { return context->input(); }
    void connect();
    void uploadAtlas();
    void paint(int width, int height) const;
    void drawFrame(const std::function<void()>& draw);
};

namespace {

Window::Impl* implOf(GLFWwindow* window);

}  // namespace

Result<std::unique_ptr<Window>> Window::open(const WindowOptions& options) {
    auto fonts = ui::loadFonts(options.assets);
    if (!fonts.ok()) return fonts.error();
    if (glfwInit() == GLFW_FALSE)
        return Error{Code::Io, "No window can be opened here: " + lastProblem() + "."};
    auto impl = std::make_unique<Impl>();
    glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 0);
    glfwWindowHint(GLFW_VISIBLE, GLFW_TRUE);
    impl->window =
        glfwCreateWindow(options.width, options.height, options.title.c_str(), nullptr, nullptr);
    if (impl->window == nullptr)
        return Error{Code::Io, "The window could not be opened: " + lastProblem() + "."};
    glfwMakeContextCurrent(impl->window);
    glfwSwapInterval(1);
    const float scale = options.scale > 0 ? options.scale : displayScale(impl->window);
    impl->context = std::make_unique<ui::Context>(std::move(*fonts), options.mode, scale);
    if (!impl->context->status().ok()) return impl->context->status().error();
    impl->connect();
    return std::unique_ptr<Window>(new Window(std::move(impl)));
}

Window::Window(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Window::~Window() = default;

ui::Context& Window::context() { return *impl_->context; }

void Window::Impl::connect() {
    glfwSetWindowUserPointer(window, this);
    // Callbacks are our own: keys and characters go through the input queue (1.86 would lose quick
    // presses), the mouse goes on to ImGui's backend.
    ImGui_ImplGlfw_InitForOpenGL(window, false);
    ImGui_ImplOpenGL3_Init("#version 130");
    hasBackends = true;
    ui::compat::mapKeys(ImGui::GetIO());

    glfwSetKeyCallback(window, [](GLFWwindow* from, int key, int, int action, int mods) {
        using Kind = ui::InputQueue::Event::Kind;
        const ui::Chord chord = chordOf(key, action, mods);
        if (chord.key == ui::Key::None) return;
        const Kind kind = action == GLFW_PRESS    ? Kind::Press
                          : action == GLFW_REPEAT ? Kind::Repeat
                                                  : Kind::Release;
        implOf(from)->input().push({kind, chord, 0});
    });
    glfwSetCharCallback(window, [](GLFWwindow* from, unsigned int point) {
        implOf(from)->input().push({ui::InputQueue::Event::Kind::Character, {}, point});
    });
    glfwSetMouseButtonCallback(window, [](GLFWwindow* from, int which, int action, int mods) {
        ImGui_ImplGlfw_MouseButtonCallback(from, which, action, mods);
        implOf(from)->context->requestFrame();
    });
    glfwSetScrollCallback(window, [](GLFWwindow* from, double x, double y) {
        ImGui_ImplGlfw_ScrollCallback(from, x, y);
        implOf(from)->context->requestFrame();
    });
    glfwSetCursorEnterCallback(window, [](GLFWwindow* from, int entered) {
        ImGui_ImplGlfw_CursorEnterCallback(from, entered);
    });
    glfwSetCursorPosCallback(window, [](GLFWwindow* from, double x, double y) {
#if IMGUI_VERSION_NUM >= 18700
        ImGui_ImplGlfw_CursorPosCallback(from, x, y);
#else
        (void)x, (void)y;  // 1.86 asks for the position itself
#endif
        implOf(from)->context->requestFrame();
    });
    glfwSetWindowFocusCallback(window, [](GLFWwindow* from, int focused) {
        ImGui_ImplGlfw_WindowFocusCallback(from, focused);
        if (focused == GLFW_FALSE) implOf(from)->input().clear();
        implOf(from)->context->requestFrame();
    });
    glfwSetDropCallback(window, [](GLFWwindow* from, int count, const char** paths) {
        // Asked for here: while something is dragged over it the window gets no moves of the mouse.
        double x = 0;
        double y = 0;
        glfwGetCursorPos(from, &x, &y);
        implOf(from)->context->drop(
            {static_cast<float>(x), static_cast<float>(y), {paths, paths + count}});
    });
    glfwSetWindowRefreshCallback(window,
                                 [](GLFWwindow* from) { implOf(from)->context->requestFrame(); });

    ImGuiIO& io = ImGui::GetIO();
    io.ClipboardUserData = this;
    // Text from outside may be decomposed; inside it is NFC everywhere.
    io.GetClipboardTextFn = [](void* user) -> const char* {
        auto* impl = static_cast<Impl*>(user);
        const char* text = glfwGetClipboardString(impl->window);
        impl->clipboard = text != nullptr ? text : "";
        if (auto* composed =
                utf8proc_NFC(reinterpret_cast<const utf8proc_uint8_t*>(impl->clipboard.c_str()))) {
            impl->clipboard = reinterpret_cast<const char*>(composed);
            std::free(composed);
        }
        return impl->clipboard.c_str();
    };
    io.SetClipboardTextFn = [](void* user, const char* text) {
        glfwSetClipboardString(static_cast<Impl*>(user)->window, text);
    };
}

namespace {

Window::Impl* implOf(GLFWwindow* window) {
    return static_cast<Window::Impl*>(glfwGetWindowUserPointer(window));
}

}  // namespace

void Window::Impl::uploadAtlas() {
    if (uploadedAtlas == context->atlasVersion()) return;
    uploadedAtlas = context->atlasVersion();
    ImGui_ImplOpenGL3_DestroyFontsTexture();
    ImGui_ImplOpenGL3_CreateFontsTexture();
    // Letters stand at fractions of a pixel; the nearest texel keeps their stems sharp.
    const auto texture = reinterpret_cast<std::uintptr_t>(ImGui::GetIO().Fonts->TexID);
    glBindTexture(GL_TEXTURE_2D, static_cast<GLuint>(texture));
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
}

// What ImGui last made, into the back buffer.
void Window::Impl::paint(int width, int height) const {
    glViewport(0, 0, width, height);
    const ui::Color page = ui::colorOf(context->mode(), ui::Token::Page);
    glClearColor(static_cast<float>(page.r) / 255, static_cast<float>(page.g) / 255,
                 static_cast<float>(page.b) / 255, 1);
    glClear(GL_COLOR_BUFFER_BIT);
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

void Window::Impl::drawFrame(const std::function<void()>& draw) {
    // In this order: the first NewFrame makes the backend's objects, a texture of its own among
    // them.
    ImGui_ImplOpenGL3_NewFrame();
    uploadAtlas();
    ImGui_ImplGlfw_NewFrame();
    int width = 0;
    int height = 0;
    glfwGetFramebufferSize(window, &width, &height);
    ImGui::GetIO().DisplayFramebufferScale = ImVec2(1, 1);
    const double now = glfwGetTime();
    const double passed = lastFrame > 0 ? now - lastFrame : 1.0 / 60;
    lastFrame = now;
    context->beginFrame(static_cast<float>(width), static_cast<float>(height),
                        static_cast<float>(passed));
    draw();
    context->endFrame();
    paint(width, height);
    glfwSwapBuffers(window);
}

bool Window::turn(const std::function<void()>& draw, double timeoutSeconds) {
    const double wanted = impl_->context->sleepSeconds();
    double wait = timeoutSeconds;
    if (wanted >= 0 && (wait < 0 || wanted < wait)) wait = wanted;
    if (wait == 0)
        glfwPollEvents();
    else if (wait < 0)
        glfwWaitEvents();
    else
        glfwWaitEventsTimeout(wait);
    if (glfwWindowShouldClose(impl_->window) == GLFW_TRUE) return false;
    impl_->drawFrame(draw);
    return true;
}

void Window::run(const std::function<void()>& betweenFrames, const std::function<void()>& draw) {
    while (glfwWindowShouldClose(impl_->window) == GLFW_FALSE) {
        betweenFrames();
        if (!turn(draw, -1)) break;
    }
}

void Window::close() {
    glfwSetWindowShouldClose(impl_->window, GLFW_TRUE);
    glfwPostEmptyEvent();
}

void Window::wake() { glfwPostEmptyEvent(); }

Status Window::screenshot(const std::filesystem::path& file) {
    int width = 0;
    int height = 0;
    glfwGetFramebufferSize(impl_->window, &width, &height);
    std::vector<unsigned char> pixels(static_cast<std::size_t>(width) *
                                      static_cast<std::size_t>(height) * 3);
    // The front buffer may not be read back everywhere, and after a swap the back one is undefined.
    impl_->paint(width, height);
    glPixelStorei(GL_PACK_ALIGNMENT, 1);
    glReadBuffer(GL_BACK);
    glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE, pixels.data());
    stbi_flip_vertically_on_write(1);
    if (stbi_write_png(file.string().c_str(), width, height, 3, pixels.data(), width * 3) == 0)
        return Error{Code::Io, "Cannot write " + file.string() + "."};
    return {};
}

}  // namespace sotay::platform
