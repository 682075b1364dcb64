// Reads a PROFILE TCPIP of 100 000 lines of each kind, and prints the seconds it took and the memory it cost.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>

#include "profiles/profile_tcpip.hpp"

namespace {

using namespace vmlab::profiles;

constexpr unsigned kLines = 100'000;

/// `line` is given the number of the line.
template <typename Line>
std::string text_of(std::string text, Line line) {
    for (unsigned n = 0; n < kLines; ++n) text += line(n) + '\n';
    return text;
}

std::string address(unsigned n) { return fmt::format("10.{}.{}.{}", n >> 16 & 255, n >> 8 & 255, n & 255); }

void measure(const char* what, const std::string& text) {
    const auto begin = std::chrono::steady_clock::now();
    const SourceText source = SourceText::from_host({"PROFILE", "TCPIP", {'D', '1'}}, text);
    const ProfileTcpip profile = read_profile_tcpip(source);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    std::printf("profile of %u lines, %-22s %6.3f s, %zu findings, %ld MB at most so far\n", kLines, what,
                took.count(), profile.findings.items.size() + profile.findings.suppressed,
                usage.ru_maxrss / 1024);
}

}  // namespace

int main() {
    measure("PORT", text_of("PORT\n", [](unsigned n) {
                return fmt::format(" {} {} USER{:04}", 1 + n % 60'000, n & 1 ? "TCP" : "UDP", n % 10'000);
            }));
    measure("mixed statements", text_of("", [](unsigned n) -> std::string {
                switch (n % 4) {
                    case 0: return fmt::format("DEVICE D{} OSD {:04X}", n, n & 0xffff);
                    case 1: return fmt::format("LINK L{} QDIOETHERNET D{} MTU 1500", n, n - 1);
                    case 2: return fmt::format("HOME {} 255.255.255.0 L{}", address(n), n - 1);
                    default: return fmt::format("START D{} ; device of line {}", n - 3, n - 2);
                }
            }));
    measure("GATEWAY", text_of("DEVICE D OSD 600\nLINK L QDIOETHERNET D\nHOME 9.60.60.3/24 L\nGATEWAY\n",
                               [](unsigned n) { return address(n) + " HOST 9.60.60.1 L 1500"; }));
    measure("OBEY", text_of("OBEY\n", [](unsigned n) { return fmt::format("U{:07}", n); }));
    measure("unknown statements", text_of("", [](unsigned n) { return fmt::format("SSLIMITX{} 1 2 3", n); }));
    measure("comments", text_of("", [](unsigned n) { return fmt::format("; PORT {} TCP FTPSERVE", n); }));
}
