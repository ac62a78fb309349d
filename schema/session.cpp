#include "schema/session.h"

#include "schema/session_answer.h"
#include "schema/session_record.h"
#include "schema/value.h"

namespace sotay {
namespace {

Error notFound(const std::string& path) {
    return {Code::NotFound, "The form has no such line in this record: \"" + path + "\"."};
}

}  // namespace

Result<std::unique_ptr<FormSession>> FormSession::create(std::shared_ptr<const Form> form,
                                                         SessionContext context,
                                                         const Answers* stored) {
    auto plan = FormPlan::make(std::move(form));
    if (!plan.ok()) return plan.error();
    auto session = std::make_unique<RecordSession>(std::move(*plan), std::move(context));
    session->open(stored);
    return std::unique_ptr<FormSession>(std::move(session));
}

Status RecordSession::setAnswer(const std::string& path, std::string_view typed) {
    const auto id = tree_.find(path);
    if (!id || *id <= RecordTree::kRoot) return notFound(path);
    const Node& node = nodeOf(*id);
    const auto& line = lineOf(*id);
    if (node.kind != NodeKind::Question) {
        return Error{Code::Rejected,
                     "\"" + path + "\" is a group or a repeat, which has no answer of its own."};
    }
    if (line.calculation && line.triggers.empty()) {
        return Error{Code::Rejected, "\"" + path + "\" is calculated and cannot be answered."};
    }
    if (tree_[*id].readOnly || node.type == QuestionType::Note || isMetadata(node.type)) {
        return Error{Code::Rejected, "\"" + path + "\" is read-only."};
    }
    const auto read = readAnswer(node, typed);
    carried_.values.erase(tree_.key(*id));
    tree_.touch(*id);
    tree_[*id].result = XValue::Type::String;
    if (!read) {
        tree_[*id].text = std::string(typed);
        tree_[*id].isRejected = true;
        announce(*id, Part::Value);
        work();
        return {};
    }
    const auto text = inChoiceOrder(*id, *read);
    if (!tree_[*id].isRejected && tree_[*id].text == text) return {};
    putText(*id, text);
    work();
    fireTriggers(*id);
    return {};
}

Result<std::string> RecordSession::addItem(const std::string& repeatPath) {
    const auto repeat = tree_.find(repeatPath);
    if (!repeat) return notFound(repeatPath);
    if (!tree_[*repeat].isRepeat) {
        return Error{Code::Rejected, "\"" + repeatPath + "\" is not a repeat."};
    }
    if (lineOf(*repeat).isCounted()) {
        return Error{Code::Rejected,
                     "The number of items in \"" + repeatPath + "\" is set by the form."};
    }
    const NodeId item = tree_.addItem(*repeat);
    tree_.touch(item);
    openEntries(item, true);
    putOnAgenda(item);
    announce(*repeat, Part::Count);
    work();
    setDefaults();
    return tree_.path(item);
}

Status RecordSession::removeItem(const std::string& itemPath) {
    const auto item = tree_.find(itemPath);
    if (!item || !tree_.isItem(*item)) return notFound(itemPath);
    const NodeId repeat = tree_[*item].parent;
    if (lineOf(repeat).isCounted()) {
        return Error{Code::Rejected,
                     "The number of items in \"" + tree_.path(repeat) + "\" is set by the form."};
    }
    tree_.removeItem(*item);
    announce(repeat, Part::Count);
    work();
    return {};
}

Status RecordSession::keepWarning(const std::string& path, std::string_view reason) {
    const auto id = tree_.find(path);
    if (!id) return notFound(path);
    auto text = normaliseText(reason);
    if (text.empty()) return Error{Code::InvalidInput, "Say why the value is right."};
    if (!tree_[*id].isWarned)
        return Error{Code::Rejected, "There is no warning on \"" + path + "\"."};
    tree_[*id].isWarningKept = true;
    tree_[*id].keptReason = std::move(text);
    ++revision_;
    return {};
}

void RecordSession::setLanguage(const std::string& language) {
    context_.language = language;
    language_ = languageOf(plan_->form(), language);
    words_ = Words(isVietnamese(language_.empty() ? language : language_));
    lists_.setLanguage(language_);
    ++revision_;
    computeAll();  // jr:choice-name() and look-ups of labels speak the new language too
}

}  // namespace sotay
