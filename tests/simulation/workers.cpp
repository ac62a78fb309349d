#include "tests/simulation/workers.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <new>
#include <stdexcept>
#include <vector>

#include "tests/simulation/trial.h"

namespace sotay::sim {
namespace {

using Smallest = std::atomic<std::uint64_t>;

// The seeds of one process, as long as none of them is above one that failed.
void play(Kind kind, std::uint64_t first, std::uint64_t end, unsigned stride,
          Clock::time_point until, Smallest& failed) {
    for (std::uint64_t seed = first; seed < end && seed < failed.load(); seed += stride) {
        if (Clock::now() >= until) return;
        if (!tryOut(drawSchedule(seed, kind))) continue;
        std::uint64_t known = failed.load();
        while (seed < known && !failed.compare_exchange_weak(known, seed)) {
        }
        return;
    }
}

}  // namespace

std::optional<std::uint64_t> firstFailing(Kind kind, std::uint64_t first, std::uint64_t end,
                                          unsigned jobs, Clock::time_point until) {
    void* shared =
        mmap(nullptr, sizeof(Smallest), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) throw std::runtime_error("no memory to share");
    auto& failed = *new (shared) Smallest(UINT64_MAX);
    std::vector<pid_t> workers;
    for (unsigned job = 0; job < jobs; ++job) {
        const pid_t pid = fork();
        if (pid == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);  // nobody would hear of what it finds
            play(kind, first + job, end, jobs, until, failed);
            std::_Exit(0);
        }
        if (pid < 0) throw std::runtime_error("no process");
        workers.push_back(pid);
    }
    bool isWhole = true;
    for (pid_t pid : workers) {
        int status = 0;
        isWhole = waitpid(pid, &status, 0) == pid && status == 0 && isWhole;
    }
    const std::uint64_t smallest = failed.load();
    munmap(shared, sizeof(Smallest));
    if (!isWhole) throw std::runtime_error("a worker died: run with --jobs 1 to see where");
    if (smallest == UINT64_MAX) return {};
    return smallest;
}

}  // namespace sotay::sim
