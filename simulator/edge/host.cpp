#include "simulator/edge/host.hpp"

#include <pwd.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <string_view>

#include "stack/base/assert.hpp"

namespace vmlab::sim {

Instant host_now() {
    const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
    return Instant(duration_cast<Duration>(since_1970));
}

std::int64_t host_nanoseconds() {
    return duration_cast<nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Seed seed_from_host() {
    Seed seed{};
    std::size_t have = 0;
    while (have < seed.size()) {
        const auto got = ::getrandom(seed.data() + have, seed.size() - have, 0);
        // The kernel interrupts a request of 32 bytes at most before its pool is ready, and never refuses
        // one.
        vm_assert(got > 0 || errno == EINTR);
        if (got > 0) have += std::size_t(got);
    }
    return seed;
}

std::string default_work_directory() {
    const char* state = std::getenv("XDG_STATE_HOME");
    if (state && *state == '/') return std::string(state) + "/vmlab";
    const char* home = std::getenv("HOME");
    if (!home || *home != '/') {
        const passwd* user = ::getpwuid(::getuid());
        home = user ? user->pw_dir : nullptr;
    }
    return home && *home == '/' ? std::string(home) + "/.local/state/vmlab" : std::string();
}

bool use_color(int fd, ColorWish wish) {
    if (wish != ColorWish::automatic) return wish == ColorWish::always;
    const char* no_color = std::getenv("NO_COLOR");
    const char* terminal = std::getenv("TERM");
    if (no_color && *no_color) return false;
    return ::isatty(fd) == 1 && terminal && std::string_view(terminal) != "dumb";
}

void raise_file_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max) return;
    limit.rlim_cur = limit.rlim_max;
    (void)::setrlimit(RLIMIT_NOFILE, &limit);  // a refusal only means fewer clients at once
}

}  // namespace vmlab::sim
