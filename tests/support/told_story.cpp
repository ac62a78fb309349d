#include "tests/support/told_story.h"

#include <fstream>
#include <set>

namespace sotay {
namespace {

using nlohmann::json;

constexpr const char *kBoss = "Trần Minh Sơn", *kLam = "Hồ Văn Lâm", *kHa = "Nguyễn Thị Hà";
const std::vector<std::string> kAll = {kBoss, kLam, kHa};

}  // namespace

ToldStory::ToldStory(std::filesystem::path bin, std::filesystem::path folder)
    : bin_(std::move(bin)),
      folder_(std::move(folder)),
      server_(bin_ / "sotayd", folder_ / "server.db") {}

std::vector<ToldStory::Step> ToldStory::steps() {
    return {{"The province publishes its form; three laptops enrol", [this] { return prepare(); }},
            {"Both officers receive the co-operative", [this] { return receive(); }},
            {"Both go offline and work on it", [this] { return editApart(); }},
            {"Both sync", [this] { return syncAll(); }},
            {"The supervisor decides", [this] { return decide(); }},
            {"All three hold the same", [this] { return compare(); }}};
}

bool ToldStory::isTrue(bool holds, const std::string& what) {
    if (!holds && failure_.empty()) failure_ = what;
    return holds;
}

json ToldStory::sotay(const std::string& who, std::vector<std::string> arguments, bool mayRepeat) {
    if (killsServer) server_.start();
    std::vector<std::string> command = {(bin_ / "sotay").string(), "--notebook",
                                        (folder_ / (who + ".db")).string(), "--json"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    if (cutAfter && mayRepeat) {
        Ended cut = runProgram(command, cutAfter);
        timesCut += cut.wasKilled ? 1 : 0;
        if (!cut.wasKilled && cut.exitCode == 0) return cut.document();
    }
    return runProgram(command).document();
}

std::string ToldStory::prepare() {
    server_.administer({"name", "Liên minh HTX Quảng Trị"});
    json form =
        server_.administer({"form", "publish", (bin_ / "assets/forms/htx_profile.xlsx").string()});
    if (!isTrue(form.is_object() && form.value("ok", false),
                "The form was not published: " + form.dump()))
        return {};
    std::map<std::string, std::string> codes;
    for (const std::string& who : kAll) {
        server_.administer({"user", "add", who, "--role", who == kBoss ? "supervisor" : "officer",
                            "--area", who == kBoss ? "*" : "19564"});
        codes[who] = server_.administer({"enrolment-code", who}).value("code", "");
    }
    url_ = server_.start();
    if (!isTrue(!url_.empty(), "The server did not start.")) return {};
    for (const std::string& who : kAll) {
        json enrolled = sotay(who, {"enroll", "--server", url_, "--code", codes[who], "--device",
                                    who == kBoss  ? "TINH-01"
                                    : who == kLam ? "DK-07"
                                                  : "DK-11"});
        // Cut off after the server's answer was stored, it is enrolled already.
        json status = sotay(who, {"status"}, false);
        if (!isTrue(status.is_object() && status.value("enrolled", false),
                    who + " could not enrol: " + enrolled.dump()))
            return {};
    }
    return "Form " + form.value("form_id", "") + ", version " +
           std::to_string(form.value("version", 0)) + "; server at " + url_ + ".";
}

std::string ToldStory::receive() {
    std::string answers = (folder_ / "answers.json").string();
    std::ofstream(answers) << R"({"answers":[
        {"path":"/general/name","value":"HTX Nông nghiệp Ba Nang"},{"path":"/general/unit_type","value":"htx"},
        {"path":"/general/credit_fund","value":"no"},{"path":"/general/sector","value":"agriculture"},
        {"path":"/general/province","value":"44"},{"path":"/general/commune","value":"19564"},
        {"path":"/general/phone","value":"0905 114 223"},{"path":"/status/state","value":"operating"},
        {"path":"/members/total","value":"48"},{"path":"/members/women","value":"30"}]})";
    sotay(kBoss, {"sync"});
    json listed = sotay(kBoss, {"record", "list", "--form", "htx_profile"}, false);
    // A new record is not made twice by running the command twice: that would be two co-operatives.
    json made =
        sotay(kBoss, {"record", "new", "--form", "htx_profile", "--answers", answers}, false);
    record_ = made.is_object() ? made.value("record", "") : "";
    if (!isTrue(!record_.empty(), "The record was not made: " + made.dump() + listed.dump()))
        return {};
    for (const std::string& who : kAll) sotay(who, {"sync"});
    for (const std::string who : {kLam, kHa})
        if (!isTrue(values(who)["/members/total"] == "48",
                    std::string(who) + " did not receive the co-operative."))
            return {};
    return "HTX Nông nghiệp Ba Nang, 48 members, phone 0905 114 223, is on both laptops.";
}

std::string ToldStory::editApart() {
    sotay(kLam, {"record", "set", record_, "/members/total=52", "/general/phone=0912 337 001"});
    sotay(kHa, {"record", "set", record_, "/members/total=57"});
    sotay(kHa, {"record", "set", record_, "/loans[1]/amount=350000000",
                "/loans[1]/source=support_fund"});
    isTrue(values(kLam)["/members/total"] == "52", "Lâm's members are not in his notebook.");
    isTrue(values(kHa)["/loans[1]/amount"] == "350000000",
           "Hà's loan is not in her notebook: " + json(values(kHa)).dump());
    if (!failure_.empty()) return {};
    return "Lâm: members 48 -> 52, phone -> 0912 337 001. Hà: members 48 -> 57, one new loan of "
           "350 million dong.";
}

std::string ToldStory::syncAll() {
    for (int round = 0; round < 2; ++round)
        for (const std::string& who : kAll) sotay(who, {"sync"});
    for (const std::string& who : kAll) {
        auto now = values(who);
        isTrue(now["/general/phone"] == "0912 337 001",
               "The phone number did not reach " + who + ".");
        isTrue(now["/loans[1]/amount"] == "350000000", "The loan did not reach " + who + ".");
    }
    json conflicts = sotay(kBoss, {"conflicts"}, false);
    conflictsBefore_ = conflicts.is_object() ? conflicts["conflicts"].size() : 0;
    if (!isTrue(conflictsBefore_ == 1, "There should be one conflict: " + conflicts.dump()))
        return {};
    const json& one = conflicts["conflicts"][0];
    std::string said;
    for (const json& head : one["heads"])
        said += " " + head.value("author", "") + " says " + head["value"].get<std::string>() +
                " (" + head.value("device", "") + ").";
    return "Phone and loan are on all laptops, and nobody was asked. One conflict: " +
           one.value("path", "") + ", before " + one["base"].get<std::string>() + ";" + said;
}

std::string ToldStory::decide() {
    json conflicts = sotay(kBoss, {"conflicts"}, false);
    if (!isTrue(conflicts.is_object() && conflicts["conflicts"].size() == 1,
                "The conflict is gone."))
        return {};
    const json& one = conflicts["conflicts"][0];
    std::string take;
    for (const json& head : one["heads"])
        if (head["value"].get<std::string>() == "52") take = head.value("change", "");
    // Cut off after it was saved, the decision stands and cannot be made twice.
    sotay(kBoss, {"resolve", one.value("id", ""), "--take", take, "--reason",
                  "Đã đối chiếu sổ thành viên"});
    for (int round = 0; round < 2; ++round)
        for (const std::string& who : kAll) sotay(who, {"sync"});
    json after = sotay(kLam, {"conflicts"}, false);
    conflictsAfter_ = after.is_object() ? after["conflicts"].size() : 99;
    for (const std::string& who : kAll)
        isTrue(values(who)["/members/total"] == "52", "The decision did not reach " + who + ".");
    if (!isTrue(conflictsAfter_ == 0, "The conflict is still open: " + after.dump())) return {};
    return "Takes 52, because \"Đã đối chiếu sổ thành viên\". After the next sync no conflict is "
           "open anywhere.";
}

std::string ToldStory::compare() {
    std::set<std::string> states;
    for (const std::string& who : kAll)
        states.insert(sotay(who, {"status"}, false).value("state_hash", who));
    identical_ = states.size() == 1;
    isTrue(identical_, "The notebooks differ.");
    json shown = sotay(kHa, {"record", "show", record_, "--history"}, false);
    std::string text = shown.is_object() ? shown["history"].dump() : "";
    // Every value that anybody typed is in the history, whoever overruled it.
    for (const char* typed : {"48", "52", "57", "0905 114 223", "0912 337 001", "350000000"})
        if (text.find(typed) == std::string::npos) ++lost_;
    isTrue(lost_ == 0, "Something that was typed is not in the history: " + text);
    parallelUpdates_ = 0;
    for (const json& entry : shown.value("history", json::array()))
        parallelUpdates_ += entry.value("parallel", false) ? 1 : 0;
    isTrue(parallelUpdates_ > 0, "The history shows no parallel update: " + text);
    if (!failure_.empty()) return {};
    return "State " + states.begin()->substr(0, 16) +
           "... in all three notebooks; the history has " +
           std::to_string(shown["history"].size()) + " entries, with 57 beside 52.";
}

std::map<std::string, std::string> ToldStory::values(const std::string& who) {
    std::map<std::string, std::string> all;
    json shown = sotay(who, {"record", "show", record_}, false);
    if (!shown.is_object() || !shown.contains("values")) return all;
    for (const auto& [path, value] : shown["values"].items())
        all[path] = value.is_string() ? value.get<std::string>() : value.dump();
    return all;
}

json ToldStory::outcome() {
    return {{"ok", failure_.empty()},
            {"conflicts_before", conflictsBefore_},
            {"conflicts_after", conflictsAfter_},
            {"parallel_updates", parallelUpdates_},
            {"notebooks_identical", identical_},
            {"lost_updates", lost_}};
}

}  // namespace sotay
