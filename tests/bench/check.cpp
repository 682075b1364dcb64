// vmlab check of a system whose PROFILE TCPIP has 100 000 lines of each kind, faulty ones among them: the
// seconds it took, files and questions together, and the memory it cost.
#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdio>

#include "simulator/check/check.hpp"

namespace {

using namespace vmlab::sim;

constexpr unsigned kLines = 100'000;

/// `line` is given the number of the line.
template <typename Line>
std::string text_of(std::string text, Line line, std::string end = "") {
    for (unsigned n = 0; n < kLines; ++n) text += line(n) + '\n';
    return text + end;
}

void give(std::vector<GivenFile>& given, const std::string& path, const std::string& text) {
    const auto name = read_host_file_name(path);
    auto host = read_host_text(text);
    if (name && host) given.push_back({path, *name, std::move(*host), false});
}

void measure(const char* what, const std::string& profile) {
    const auto begin = std::chrono::steady_clock::now();
    std::vector<GivenFile> given;
    give(given, "PROFILE TCPIP", profile);
    give(given, "SYSTEM DTCPARMS",
         ":nick.TCPIP :type.server :class.stack :attach.0600-0602\n:nick.FTPSERVE :type.server :class.ftp\n"
         ":nick.stack :type.class :command.TCPIP\n:nick.ftp :type.class :command.SRVRFTP\n");
    give(given, "USER DIRECT", "USER TCPIP AUTOONLY 32M 32M G\nUSER FTPSERVE AUTOONLY 32M 32M G\n");
    SystemOptions options;
    options.labels = {"FTPCERT", "TELCERT"};
    const CheckResult result = check_system(SystemFiles(std::move(given), std::move(options)));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    std::printf("check of %u lines, %-22s %6.3f s, %zu findings, %zu more, %ld MB at most so far\n", kLines,
                what, took.count(), result.findings.size(), result.suppressed, usage.ru_maxrss / 1024);
}

}  // namespace

int main() {
    const std::string servers = "AUTOLOG FTPSERVE 0 ENDAUTOLOG\n";
    measure("PORT", text_of(servers + "PORT\n", [](unsigned n) {
                return fmt::format(" {} {} USER{:04} SECURE FTPCER{}", 1 + n % 60'000, n & 1 ? "TCP" : "UDP",
                                   n % 10'000, n % 10);
            }));
    measure("AUTOLOG and PORT", text_of(
                                    "AUTOLOG\n", [](unsigned n) { return fmt::format(" U{:06} 0", n / 2); },
                                    "ENDAUTOLOG\nPORT\n" + text_of("", [](unsigned n) {
                                        return fmt::format(" {} TCP V{:06}", 1 + n % 60'000, n / 2);
                                    })));
    measure("mixed statements", text_of("", [](unsigned n) -> std::string {
                switch (n % 4) {
                    case 0: return fmt::format("DEVICE D{} OSD {:04X}", n, n & 0xffff);
                    case 1: return fmt::format("LINK L{} QDIOETHERNET D{} MTU 1500", n, n - 1);
                    case 2:
                        return fmt::format("HOME 10.{}.{}.1 255.255.255.0 L{}", n >> 8 & 255, n & 255, n - 1);
                    default: return fmt::format("START D{}", n - 3);
                }
            }));
    measure("OBEY and PERMIT",
            text_of(
                "ASSORTEDPARMS PERMITTEDUSERSONLY ENDASSORTEDPARMS\nPERMIT\n",
                [](unsigned n) { return fmt::format(" U{:06} W{:05}*", n, n); }, "ENDPERMIT\n" + servers));
    measure("unknown statements", text_of("", [](unsigned n) { return fmt::format("SSLIMITX{} 1 2 3", n); }));
    measure("unended lists",
            text_of("", [](unsigned n) { return fmt::format("AUTOLOG USER{:04} 0", n % 10'000); }));
}
