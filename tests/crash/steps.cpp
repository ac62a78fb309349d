#include "tests/crash/steps.h"

#include "tests/crash/acts.h"

namespace sotay {

Step openOf(const std::string& machine) {
    return {"open " + machine, [machine](CrashWorld& world) { return world.open(machine); }};
}
Step closeOf(const std::string& machine) {
    return {"close " + machine, [machine](CrashWorld& world) {
                world.close(machine);
                return Status();
            }};
}
Step syncOf(const std::string& laptop) {
    return {"sync " + laptop, [laptop](CrashWorld& world) { return world.sync(laptop); }};
}
Step editOf(const std::string& laptop, const std::string& record, const Typed& typed) {
    return {laptop + " edits " + record,
            [=](CrashWorld& world) { return editRecord(world, laptop, record, typed); }};
}
Step createOf(const std::string& laptop, const std::string& record, const Typed& typed) {
    return {laptop + " creates " + record,
            [=](CrashWorld& world) { return createRecord(world, laptop, record, typed); }};
}
Step removeOf(const std::string& laptop, const std::string& record) {
    return {laptop + " deletes " + record, [=](CrashWorld& world) {
                return statusOf(world.laptop(laptop).remove(world.named.at(record), "giải thể"));
            }};
}
Step loanOf(const std::string& laptop, const std::string& record, const std::string& amount) {
    return {laptop + " adds a loan to " + record,
            [=](CrashWorld& world) { return addLoan(world, laptop, record, amount); }};
}

Step enrolOf(const std::string& laptop, const std::string& code) {
    return {"enrol " + laptop, [=](CrashWorld& world) {
                if (world.laptop(laptop).identity().isEnrolled) return Status();
                return world.enrolLaptop(laptop, code);
            }};
}

Workflow flow(const Province& province, const std::string& name,
              const std::vector<std::string>& machines, std::vector<Step> steps) {
    Workflow made{name, machines, province.disks, {}, 1, true};
    for (const std::string& machine : machines) made.steps.push_back(openOf(machine));
    for (Step& step : steps) made.steps.push_back(std::move(step));
    for (const std::string& machine : machines) made.steps.push_back(closeOf(machine));
    return made;
}

}  // namespace sotay
