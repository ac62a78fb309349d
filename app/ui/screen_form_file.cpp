#include "app/ui/interaction.h"
#include "app/ui/screen_form_fields.h"
#include "app/ui/widgets.h"

#include <imgui.h>
#include <algorithm>

namespace sotay::ui {
namespace {

constexpr float kAnywhere = 1e6F;
constexpr std::uint64_t kKilo = 1000, kMega = kKilo * kKilo;

std::string sizeWords(std::uint64_t bytes, const Strings& text) {
    const bool isLarge = bytes >= kMega;
    // Tenths of a megabyte; a kilobyte at least.
    const std::uint64_t tenths = (bytes + kMega / 20) / (kMega / 10);
    const std::string count =
        isLarge ? std::to_string(tenths / 10) + "." + std::to_string(tenths % 10)
                : std::to_string(std::max<std::uint64_t>(1, (bytes + kKilo / 2) / kKilo));
    return text.with(isLarge ? "file.megabytes" : "file.kilobytes", {{"count", showNumber(count)}});
}

std::string_view kindOf(QuestionType type, const Strings& text) {
    switch (type) {
        case QuestionType::Image:
            return text["file.image"];
        case QuestionType::Audio:
            return text["file.audio"];
        case QuestionType::Video:
            return text["file.video"];
        default:
            return text["file.file"];
    }
}

// "Ảnh JPG, 312 kB"
std::string fileWords(const NodeView& line, const app::AttachedFile* file, const Strings& text) {
    std::string words(kindOf(line.node->type, text));
    if (const std::size_t dot = line.value.rfind('.'); dot != std::string::npos) {
        words += ' ';
        for (const char c : line.value.substr(dot + 1))
            words += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    if (file && file->bytes > 0) words += ", " + sizeWords(file->bytes, text);
    return words;
}

void drawStanding(const app::AttachedFile& file, const Strings& text, std::string_view key) {
    if (file.isRefused) return chip(text["file.refused"], Tone::Error, key);
    if (!file.isAtServer) return chip(text["file.unsent"], Tone::Warning, key);
    chip(text[file.isHere ? "file.sent" : "file.at_server"], Tone::Neutral, key);
}

void drawTaken(const FormFrame& frame, const NodeView& line) {
    const std::string key = fieldKey(line.path);
    const auto found = frame.filling.files.find(line.value);
    const app::AttachedFile* file = found == frame.filling.files.end() ? nullptr : &found->second;
    Row row;
    icon(line.node->type == QuestionType::Image ? icons::kImage : icons::kForm, Token::Muted);
    if (textLink(key, fileWords(line, file, frame.text)))
        frame.actions.add(app::OpenFile{line.value});
    if (file) drawStanding(*file, frame.text, key + ".standing");
    if (!line.readOnly && iconButton(key + ".remove", icons::kDelete, frame.text["file.remove"]))
        frame.actions.add(app::SetAnswer{line.path, ""});
}

void drawWanted(const FormFrame& frame, const NodeView& line, FieldOptions options) {
    const std::string key = fieldKey(line.path);
    const bool isBusy = frame.filling.takingFile == line.key;
    const auto typed = frame.filling.filesTyped.find(line.path);
    const std::string file = typed == frame.filling.filesTyped.end() ? "" : typed->second;
    ButtonOptions button;
    button.icon = icons::kUpload;
    button.enabled = !isBusy;
    const std::string& label = frame.text[isBusy ? "file.taking" : "file.attach"];
    Columns columns({0, buttonWidth(label, button)}, space::k2);
    columns.next();
    options.placeholder = frame.text["file.example"];
    options.enabled = !isBusy;
    const Edit edit = textField(key, file, options);
    if (edit) frame.actions.add(app::TypeFile{line.path, edit.value});
    // Whoever goes on has named it; what is not there stays to be mended.
    if (edit.finished && !edit.value.empty())
        frame.actions.add(app::AttachFile{line.path, edit.value});
    columns.next();
    if (sotay::ui::button(key + ".attach", label, button))
        frame.actions.add(app::AttachFile{line.path, file});
}

}  // namespace

void drawFile(const FormFrame& frame, const NodeView& line, const FieldOptions& options) {
    const float top = ImGui::GetCursorScreenPos().y;
    const Rect band{0, top - context().px(space::k1), kAnywhere,
                    context().px(size::kControl + 2 * space::k1)};
    if (!line.readOnly) {
        const auto dropped = context().takeDrop(band);
        if (dropped.size() == 1)
            frame.actions.add(app::AttachFile{line.path, dropped.front()});
        else if (!dropped.empty())
            frame.actions.add(app::RefuseDrop{true});
    }
    if (!line.value.empty()) return drawTaken(frame, line);
    if (line.readOnly) return shownValue(fieldKey(line.path), "", false, options.width);
    drawWanted(frame, line, options);
}

}  // namespace sotay::ui
