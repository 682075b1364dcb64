// worlds COUNT [FIRST [FILE]]: runs random worlds from seed FIRST (1) on; ends with 1 at the first that
// fails. FILE gets a capture of the last one.
#include <fmt/core.h>

#include <charconv>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "tests/worlds/world.hpp"

namespace {

bool read(const char* text, std::uint64_t& number) {
    const auto [end, wrong] = std::from_chars(text, text + std::strlen(text), number);
    return wrong == std::errc{} && *end == '\0';
}

}  // namespace

int main(int argc, char** argv) {
    std::uint64_t count = 0, first = 1;
    if (argc < 2 || argc > 4 || !read(argv[1], count) || (argc >= 3 && !read(argv[2], first))) {
        fmt::print(stderr, "usage: worlds COUNT [FIRST [FILE]]\n");
        return 2;
    }
    std::uint64_t events = 0, hit = 0, bytes = 0;
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        vmlab::sim::Capture capture;
        const auto result = vmlab::test::run_random_world(seed, argc == 4 ? &capture : nullptr);
        if (argc == 4) std::ofstream(argv[3], std::ios::binary) << capture.take();
        if (!result.violation.empty()) {
            fmt::print("seed {} fails {}\n{}alone: scripts/worlds 1 {}\n", seed, result.violation,
                       result.story, seed);
            return 1;
        }
        events += result.events;
        hit += result.hit;
        bytes += result.bytes;
        if (count == 1)
            fmt::print("{}{} events, {} frames hit, {} bytes received, trace {:016x}\n", result.story,
                       result.events, result.hit, result.bytes, result.trace);
    }
    fmt::print("{} worlds: {} events, {} frames hit, {} bytes received\n", count, events, hit, bytes);
    return 0;
}
