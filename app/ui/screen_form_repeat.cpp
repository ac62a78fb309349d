#include <algorithm>

#include "app/ui/screen_form_fields.h"
#include "app/ui/widgets.h"

namespace sotay::ui {
namespace {

constexpr float kIconButton = size::kControl;

// Widths of the columns: they share what the buttons at the right leave.
float columnWidth(const app::ItemLayout& layout, std::size_t buttons) {
    if (layout.columns.empty()) return 0;
    float columns = static_cast<float>(layout.columns.size());
    float room = availableWidth() - static_cast<float>(buttons) * (kIconButton + space::k2);
    return (room - space::k2 * (columns - 1)) / columns;
}

class RepeatTable {
  public:
    RepeatTable(const FormFrame& frame, const Node& repeat, std::string path)
        : frame_(frame),
          repeat_(repeat),
          path_(std::move(path)),
          layout_(app::itemLayout(repeat)),
          counted_(!repeat.repeatCount.empty()),
          buttons_((counted_ ? 0u : 1u) + (layout_.hasEditor ? 1u : 0u)) {}

    void draw() {
        std::size_t rows = frame_.filling.items(path_);
        if (rows > 0) drawHeader();
        for (std::size_t i = 1; i <= rows; ++i) drawItem(path_ + "[" + std::to_string(i) + "]");
        if (rows == 0) mutedText(frame_.text["form.no_rows"]);
        gap(space::k2);
        if (counted_) return;
        ButtonOptions options;
        options.emphasis = Emphasis::Quiet;
        options.icon = icons::kAdd;
        if (button(fieldKey(path_) + ".add", frame_.text["form.add_row"], options))
            frame_.actions.add(app::AddItem{path_});
    }

  private:
    // The labels are those of the first item: they are the same in all but what ${} puts into them.
    void drawHeader() {
        float width = columnWidth(layout_, buttons_);
        {
            Row row(24, space::k2);
            for (const Node* column : layout_.columns) {
                const NodeView* line = frame_.filling.line(path_ + "[1]/" + column->name);
                std::string label = line && !line->label.empty() ? line->label : column->name;
                if (line && line->required) label += " *";
                textLine(label, {.style = TextStyle::SecondaryMedium, .color = Token::Muted},
                         width);
            }
        }
        hairline();
        gap(space::k1);
    }

    void drawItem(const std::string& item) {
        {
            float width = columnWidth(layout_, buttons_);
            Row row(size::kRow + space::k1, space::k2);
            for (const Node* column : layout_.columns) drawCell(item + "/" + column->name, width);
            drawButtons(item);
        }
        drawMessages(item);
        if (frame_.filling.openItems.contains(item) && layout_.hasEditor) drawEditor(item);
        hairline();
    }

    void drawCell(const std::string& path, float width) {
        const NodeView* line = frame_.filling.line(path);
        FieldOptions options;
        options.width = width;
        if (!line || !line->relevant) return shownValue(fieldKey(path), "", false, width);
        options.check = checkOf(frame_, *line);
        drawAnswer(frame_, *line, options, true);
    }

    void drawButtons(const std::string& item) {
        if (layout_.hasEditor) {
            bool open = frame_.filling.openItems.contains(item);
            if (iconButton(fieldKey(item) + ".open", open ? icons::kExpandLess : icons::kExpandMore,
                           frame_.text[open ? "form.close_row" : "form.open_row"]))
                frame_.actions.add(app::ToggleItem{item});
        }
        if (counted_) return;
        if (iconButton(fieldKey(item) + ".remove", icons::kDelete, frame_.text["form.remove_row"]))
            frame_.actions.add(app::RemoveItem{item});
    }

    // What is wrong in the row, below it: a cell has no room for words.
    void drawMessages(const std::string& item) {
        for (const Node* column : layout_.columns) {
            const NodeView* line = frame_.filling.line(item + "/" + column->name);
            if (!line || !line->relevant) continue;
            std::string message = messageOf(frame_, *line);
            if (message.empty()) continue;
            bool wrong = checkOf(frame_, *line) == Check::Wrong;
            std::string key = fieldKey(line->path) + ".message";
            text((line->label.empty() ? line->node->name : line->label) + ": " + message,
                 {.style = TextStyle::Secondary,
                  .color = wrong ? Token::Error : Token::Warning,
                  .key = key});
            if (!wrong && textLink(fieldKey(line->path) + ".keep", frame_.text["form.keep"]))
                frame_.actions.add(app::AskKeepWarning{line->path});
            gap(space::k1);
        }
    }

    void drawEditor(const std::string& item) {
        Card card(fieldKey(item) + ".editor", {.padding = space::k4, .ground = Token::Page});
        std::vector<const Node*> rest;
        for (const auto& child : repeat_.children) {
            bool inRow = std::find(layout_.columns.begin(), layout_.columns.end(), child.get()) !=
                         layout_.columns.end();
            if (!inRow) rest.push_back(child.get());
        }
        drawNodes(frame_, rest, item);
    }

    const FormFrame& frame_;
    const Node& repeat_;
    std::string path_;
    app::ItemLayout layout_;
    bool counted_;
    std::size_t buttons_;
};

}  // namespace

void drawRepeat(const FormFrame& frame, const Node& repeat, const std::string& path) {
    const NodeView* line = frame.filling.line(path);
    // The section's own title says it already when the repeat is a section.
    bool isSection =
        std::any_of(frame.filling.sections.begin(), frame.filling.sections.end(),
                    [&](const app::Section& section) { return section.node == &repeat; });
    if (!isSection) {
        gap(space::k3);
        sectionTitle(line && !line->label.empty() ? line->label : repeat.name);
        gap(space::k2);
    }
    RepeatTable(frame, repeat, path).draw();
    gap(space::k3);
}

}  // namespace sotay::ui
