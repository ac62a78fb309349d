#pragma once

#include <string>

#include "schema/result.h"
#include "sync/command_document.h"

namespace sotay {

class Notebook;

// Photos and other files that answers refer to (sync/attachment.h).

// {"attachment","change"}: takes the file in and makes it the answer of a question for a file.
Result<Document> attachFile(Notebook& notebook, const std::string& record, const std::string& path,
                            const std::string& file);
// {"attachment"}: takes the file in, for an answer that names it.
Result<Document> addAttachment(Notebook& notebook, const std::string& file);
// {"attachment","file","bytes"}: writes the content, from the server when it is not here.
Result<Document> getAttachment(Notebook& notebook, const std::string& name,
                               const std::string& file);
// {"attachments":[{"attachment","bytes","here","at_server","backed_up","sent","refusal"}]}
Result<Document> listAttachments(const Notebook& notebook);
// {"bytes"}: drops the content of what the server's backup has.
Result<Document> freeAttachments(Notebook& notebook);

}  // namespace sotay
