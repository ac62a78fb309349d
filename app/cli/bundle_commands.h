#pragma once

#include <string>

#include "schema/result.h"
#include "sync/command_document.h"

namespace sotay {

class Notebook;

// Syncs as files, for laptops without a network.

// {"bundle","changes","bytes","files_waiting"}: all that is unsent, for the server, but for files,
// which need more than one bundle. It stays unsent until the answer comes.
Result<Document> exportBundle(Notebook& notebook, const std::string& file);

// {"kind":"answer|for_server|for_laptop","device","acknowledged","pulled","quarantined",
// "files_taken","is_news","must_export_again"}: applies an answer; carries what is for somebody
// else.
Result<Document> importBundle(Notebook& notebook, const std::string& file);

// What a stick is for: reads every bundle in a folder, then writes this laptop's own and the
// answers that it carries for others there. {"read":[...],"written":[...]}; a bundle that cannot be
// read is named with the reason, and does not stop the others.
Result<Document> exchangeFolder(Notebook& notebook, const std::string& folder);

// {"carried":[{"for","device","pieces","delivered","refusal","at"}]}
Result<Document> listCarried(const Notebook& notebook);

}  // namespace sotay
