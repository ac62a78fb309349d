#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/crash/acts.h"
#include "tests/crash/workflows.h"

namespace sotay {

// What workflows are made of.

// A province where people have worked before: three laptops, three records, one open conflict.
struct Province {
    std::map<std::string, MemoryDisk> disks;
    std::map<std::string, Id> named;
    std::string code;  // for a laptop that enrols
};

Step openOf(const std::string& machine);
Step closeOf(const std::string& machine);
Step syncOf(const std::string& laptop);
Step editOf(const std::string& laptop, const std::string& record, const Typed& typed);
Step createOf(const std::string& laptop, const std::string& record, const Typed& typed);
Step removeOf(const std::string& laptop, const std::string& record);
Step loanOf(const std::string& laptop, const std::string& record, const std::string& amount);
Step enrolOf(const std::string& laptop, const std::string& code);

// These steps, between the opening and the closing of the machines.
Workflow flow(const Province& province, const std::string& name,
              const std::vector<std::string>& machines, std::vector<Step> steps);

// Bundles, attachments, a server that comes back from a backup, files of an older version.
std::vector<Workflow> travelFlows(const Province& province);

}  // namespace sotay
