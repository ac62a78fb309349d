#pragma once

#include <string>

#include "schema/result.h"
#include "sync/command_document.h"

namespace sotay {

class Notebook;

struct Enrolment {
    std::string server, code, caFile;
    std::string deviceName;
};
// {"user","role","areas","workspace","device","server"}
Result<Document> enrolNotebook(Notebook& notebook, const Enrolment& enrolment);

// {"pushed","pulled","quarantined","conflicts_open","bytes_sent","bytes_received","round_trips",
// "files_sent","files_waiting","files_trouble","seconds"}.
// Ctrl+C ends it after the chunk under way; a bar is drawn when somebody watches.
Result<Document> syncNow(Notebook& notebook);

// {"record"}: fetches the part of its history that is on the server only.
Result<Document> fetchRecordHistory(Notebook& notebook, const std::string& record);

// Gets the content of an attachment from the server.
Status fetchNamedAttachment(Notebook& notebook, const std::string& name);

// Who this notebook belongs to, what it holds, what is not sent yet, and "state_hash".
Result<Document> describeNotebook(const Notebook& notebook);

// {"form_id","title","version"}
Result<Document> importForm(Notebook& notebook, const std::string& file);
// {"forms":[{"form_id","title","version","label","records"}]}
Result<Document> listForms(const Notebook& notebook);

}  // namespace sotay
