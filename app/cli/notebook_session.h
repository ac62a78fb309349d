#pragma once

#include <memory>
#include <string>

#include "schema/result.h"
#include "schema/session.h"
#include "sync/store/notebook.h"

namespace sotay {

class FormPlan;

// Opens sessions of one form of a notebook, as its person on this laptop fills it. The form is made
// ready once.
class SessionOpener {
  public:
    static Result<SessionOpener> of(const Notebook& notebook, const std::string& formId);

    const Form& form() const;
    std::unique_ptr<FormSession> open(const Answers* stored) const;  // null: a new record

  private:
    SessionOpener(std::shared_ptr<const FormPlan> plan, SessionContext context);

    std::shared_ptr<const FormPlan> plan_;  // shared with the sessions
    SessionContext context_;
};

// The record with the id that somebody typed. InvalidInput when it is no id.
Result<OpenRecord> openNamed(const Notebook& notebook, const std::string& record);

}  // namespace sotay
