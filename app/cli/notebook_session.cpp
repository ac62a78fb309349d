#include "app/cli/notebook_session.h"

#include <fmt/format.h>

#include <random>
#include <utility>

#include "schema/session_plan.h"
#include "schema/session_record.h"

namespace sotay {

SessionOpener::SessionOpener(std::shared_ptr<const FormPlan> plan, SessionContext context)
    : plan_(std::move(plan)), context_(std::move(context)) {}

Result<SessionOpener> SessionOpener::of(const Notebook& notebook, const std::string& formId) {
    auto form = notebook.form(formId);
    if (!form.ok()) return form.error();
    auto plan = FormPlan::make(std::move(*form));
    if (!plan.ok()) return plan.error();
    const Identity identity = notebook.identity();
    const Surroundings surroundings = realSurroundings();
    SessionContext context;
    context.nowMs = surroundings.nowMs();
    context.newId = surroundings.newId;
    context.properties = {{"username", identity.user.name}, {"deviceid", identity.deviceName}};
    // Shared by the copies that are made of a std::function.
    const auto source = std::make_shared<std::mt19937_64>(std::random_device{}());
    context.random = [source] { return std::uniform_real_distribution<double>(0, 1)(*source); };
    return SessionOpener(std::move(*plan), std::move(context));
}

const Form& SessionOpener::form() const { return plan_->form(); }

std::unique_ptr<FormSession> SessionOpener::open(const Answers* stored) const {
    auto session = std::make_unique<RecordSession>(plan_, context_);
    session->open(stored);
    return session;
}

Result<OpenRecord> openNamed(const Notebook& notebook, const std::string& record) {
    const auto id = Id::parse(record);
    if (!id) return Error{Code::InvalidInput, fmt::format("\"{}\" is no id of a record.", record)};
    return notebook.openRecord(*id);
}

}  // namespace sotay
