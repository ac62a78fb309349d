#include <fstream>
#include <sstream>

#include "tests/crash/steps.h"
#include "tests/support/temporary_folder.h"

// Workflows in which something travels otherwise than as messages about records.

namespace sotay {
namespace {

// A laptop's bundle, for the stick that the world's `carried` is.
Step exportOf(const std::string& laptop, const std::string& bundle) {
    return {laptop + " writes a bundle", [=](CrashWorld& world) {
                auto made = world.laptop(laptop).exportBundle();
                if (!made.ok()) return Status(made.error());
                world.carried[bundle] = made->file;
                FilePlace place;
                auto files = world.laptop(laptop).exportFiles(place);
                if (!files.ok()) return Status(files.error());
                world.carried[bundle + "'s files"] = files->file;
                return Status();
            }};
}

Step importOf(const std::string& laptop, const std::string& bundle) {
    return {laptop + " reads " + bundle, [=](CrashWorld& world) {
                const std::string& file = world.carried.at(bundle);
                return file.empty() ? Status() : statusOf(world.laptop(laptop).importBundle(file));
            }};
}

Step deliverOf(const std::string& bundle) {
    return {"the administrator takes in " + bundle, [bundle](CrashWorld& world) {
                auto taken = world.server().importBundle(world.carried.at(bundle));
                if (!taken.ok()) return Status(taken.error());
                auto answer = world.server().exportBundle(taken->device);
                if (!answer.ok()) return Status(answer.error());
                world.carried["answer to " + bundle] = *answer;
                return Status();
            }};
}

// What somebody else's laptop brought back from the server.
Step handBackOf(const std::string& from, const std::string& to) {
    return {from + " hands " + to + " the answer", [=](CrashWorld& world) {
                auto answers = world.laptop(from).carriedAnswers();
                if (!answers.ok()) return Status(answers.error());
                for (const auto& answer : *answers)
                    if (auto read = world.laptop(to).importBundle(answer.file); !read.ok())
                        return Status(read.error());
                return Status();
            }};
}

// The same file each time, from outside of the disks that crash.
Step attachOf(const std::string& laptop, std::size_t bytes) {
    return {laptop + " attaches a photo", [=](CrashWorld& world) {
                TemporaryFolder outside;
                std::string content(bytes, '\0');
                for (std::size_t i = 0; i < bytes; ++i)
                    content[i] = static_cast<char>(i * 7 + i / 251);
                std::ofstream(outside / "photo.jpg", std::ios::binary) << content;
                return statusOf(world.laptop(laptop).addAttachment(outside / "photo.jpg"));
            }};
}

Step fetchOf(const std::string& laptop, const std::string& from) {
    return {laptop + " fetches the photo", [=](CrashWorld& world) {
                return world.fetch(laptop, world.laptop(from).attachments().front().name);
            }};
}

// The disks of a server that went back to its backup, and of laptops that know more.
Workflow restoredServer(const Province& province) {
    CrashWorld world(province.disks);
    world.named = province.named;
    auto run = [&](const std::vector<Step>& steps) {
        std::size_t number = 2000;
        for (const Step& step : steps) {
            world.beginStep(number++);
            if (!step.run(world).ok()) return false;
        }
        return true;
    };
    const Step backup{"back up", [](CrashWorld& w) { return w.server().backup("server.backup"); }};
    Workflow made;
    const bool isMade =
        run({openOf("server"), openOf("nam"), openOf("lan"), backup,
             editOf("nam", "one", {{"/members", "60"}}), loanOf("nam", "three", "5000"),
             syncOf("nam"), syncOf("lan"), editOf("lan", "one", {{"/phone", "0911"}}),
             syncOf("lan"), editOf("nam", "one", {{"/members", "61"}}), closeOf("server"),
             closeOf("nam"), closeOf("lan")}) &&
        world.restoreServer();
    Province after = province;
    if (isMade) after.disks = world.disks.disks;
    return flow(after, "restored", {"server", "nam", "lan"},
                {syncOf("lan"), syncOf("nam"), editOf("lan", "three", {{"/members", "4"}}),
                 syncOf("lan"), syncOf("nam")});
}

// Files as the first version of the programs left them.
Workflow firstVersion(const Province& province) {
    Province before = province;
    DiskSet disks;
    disks.disks = province.disks;
    takeBackToVersion1(disks, "server.db");
    takeBackToVersion1(disks, "nam.db");
    before.disks = disks.disks;
    Workflow made = flow(before, "version 1", {"server", "nam"},
                         {editOf("nam", "one", {{"/members", "50"}}), syncOf("nam")});
    made.steps[0].makesFile = made.steps[1].makesFile = true;
    return made;
}

}  // namespace

std::vector<Workflow> travelFlows(const Province& province) {
    std::vector<Workflow> flows;
    flows.push_back(
        flow(province, "bundle", {"server", "nam", "ha"},
             {editOf("nam", "one", {{"/members", "50"}}),
              createOf("nam", "new", {{"/name", "HTX Tà Rụt"}}), attachOf("nam", 90'000),
              exportOf("nam", "one"), importOf("ha", "one"), importOf("ha", "one's files"),
              syncOf("ha"), handBackOf("ha", "nam"), editOf("nam", "one", {{"/members", "51"}}),
              exportOf("nam", "two"), deliverOf("two"), importOf("nam", "answer to two")}));
    flows.push_back(flow(province, "attachment", {"server", "nam", "lan"},
                         {attachOf("nam", 200'000), editOf("nam", "one", {{"/phone", "photo"}}),
                          syncOf("nam"), fetchOf("lan", "nam"), syncOf("lan")}));
    flows.push_back(restoredServer(province));
    flows.push_back(firstVersion(province));
    return flows;
}

}  // namespace sotay
