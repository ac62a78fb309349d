#include "app/platform/application.h"
#include "app/platform/paths.h"
#include "app/platform/viewer.h"

#include <chrono>
#include <ctime>

#include "app/state/update.h"
#include "app/ui/screens.h"

namespace sotay::platform {
namespace {

std::int64_t unixSeconds() {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

app::DeskOptions deskOptions(const ApplicationOptions& given) {
    app::DeskOptions options;
    options.notebook = given.notebook;
    options.caFile = given.caFile;
    options.zoneMinutes = zoneMinutes();
    options.sticks = stickFolders;
    options.viewer = openInViewer;
    return options;
}

}  // namespace

int zoneMinutes() {
    std::time_t now = std::time(nullptr);
    std::tm utc{};
    gmtime_r(&now, &utc);
    utc.tm_isdst = -1;
    // The moment whose local clock shows what the clock of UTC shows now.
    std::tm local{};
    localtime_r(&now, &local);
    utc.tm_isdst = local.tm_isdst;
    return static_cast<int>(std::difftime(now, std::mktime(&utc)) / 60);
}

Result<Texts> Texts::load(const std::filesystem::path& assets) {
    Texts texts;
    auto vietnamese = app::Strings::load(assets / "i18n", "vi");
    if (!vietnamese.ok()) return vietnamese.error();
    auto english = app::Strings::load(assets / "i18n", "en");
    if (!english.ok()) return english.error();
    texts.vietnamese_ = std::move(*vietnamese);
    texts.english_ = std::move(*english);
    return texts;
}

Application::Application(Window& window, const Texts& texts, ApplicationOptions options)
    : window_(window),
      texts_(texts),
      options_(std::move(options)),
      worker_(deskOptions(options_), [] { Window::wake(); }) {
    state_.zoneMinutes = zoneMinutes();
    state_.now = unixSeconds();
    state_.preferences.language = options_.language.value_or("vi");
    state_.preferences.dark = options_.dark.value_or(false);
    state_.preferences.scalePercent =
        options_.scalePercent.value_or(static_cast<int>(window.context().scale() * 100.0F + 0.5F));
    worker_.ask(app::start(state_));
}

// Once what the notebook remembers is known.
void Application::overrule() {
    if (overruled_ || !state_.opened) return;
    overruled_ = true;
    app::Preferences wanted = state_.preferences;
    if (options_.language) wanted.language = *options_.language;
    if (options_.dark) wanted.dark = *options_.dark;
    if (options_.scalePercent) wanted.scalePercent = *options_.scalePercent;
    worker_.ask(app::update(state_, app::ChangePreferences{wanted}));
}

void Application::showPreferences() {
    ui::Context& ui = window_.context();
    ui::Mode mode = state_.preferences.dark ? ui::Mode::Dark : ui::Mode::Light;
    float scale = static_cast<float>(state_.preferences.scalePercent) / 100.0F;
    if (ui.mode() != mode) ui.setMode(mode);
    if (ui.scale() != scale) ui.setScale(scale);
}

void Application::betweenFrames() {
    std::int64_t now = unixSeconds();
    // Screens show minutes; the pace of a sync is told in seconds.
    if (now / 60 != state_.now / 60 || state_.sync.running)
        worker_.ask(app::update(state_, app::Tick{now}));
    for (app::Reply& reply : worker_.take()) worker_.ask(app::update(state_, std::move(reply)));
    overrule();
    showPreferences();
}

void Application::draw() {
    ui::drawApp(state_, texts_.in(state_.preferences.language), actions_);
    auto actions = actions_.take();
    for (const app::Action& action : actions) worker_.ask(app::update(state_, action));
    if (!actions.empty()) window_.context().requestFrame();
    std::int64_t now = unixSeconds();
    window_.context().requestFrameIn(state_.sync.running ? 1.0
                                                         : static_cast<double>(60 - now % 60));
}

bool Application::turn(double timeoutSeconds) {
    betweenFrames();
    return window_.turn([this] { draw(); }, timeoutSeconds);
}

void Application::run() {
    window_.run([this] { betweenFrames(); }, [this] { draw(); });
}

}  // namespace sotay::platform
