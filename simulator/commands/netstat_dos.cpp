// NETSTAT DOS and BLOCK: attacks, the limits that name them, and addresses that are kept out.
//
// The first lines and the table of attacks look as IBM's page on SSTRESS shows them
// (vm.ibm.com/related/tcpip/tcpdosss.html). That the elapsed time runs from an attack's first packet, and the
// duration from there to its last, is our reading. What follows the table is ours.
#include <fmt/format.h>

#include "simulator/commands/netstat.hpp"
#include "simulator/cp/console_lines.hpp"

namespace vmlab::sim {
namespace {

std::string limit_line(std::string_view statement, const Sourced<std::size_t>& limit) {
    return fmt::format("  {:<24} {:<8} {}", statement, *limit == 0 ? "none" : std::to_string(*limit),
                       limit.where.known() ? limit.where.str() : "");
}

std::string maximum_line(std::string_view of_what, const Sourced<std::size_t>& limit) {
    return fmt::format("Maximum Number of {}: {}", of_what, *limit == 0 ? "none" : std::to_string(*limit));
}

/// "0.00:00:14": days, then the clock.
std::string d_hh_mm_ss(Duration d) {
    const auto s = d / seconds{1};
    return fmt::format("{}.{:02}:{:02}:{:02}", s / 86400, s / 3600 % 24, s / 60 % 60, s % 60);
}

}  // namespace

Lines report_netstat_limits(const stack::ServerSnapshot& of) {
    const auto& limits = of.config.limits;
    return without_trailing_blanks({"Connection limits:", "",
                                    limit_line("FOREIGNIPCONLIMIT", limits.per_peer),
                                    limit_line("PENDINGCONNECTIONLIMIT", limits.pending),
                                    limit_line("PERSISTCONNECTIONLIMIT", limits.persist)});
}

Lines report_netstat_blocked(const stack::ServerSnapshot& of) {
    Lines lines = {"Blocked addresses:", ""};
    for (const auto& network : of.stack.blocked)
        lines.push_back(fmt::format("  {:<15} {:<15} {}", network.address.str(),
                                    network.address.is_v4() ? mask_of_prefix(network.prefix).str()
                                                            : fmt::format("/{}", network.prefix),
                                    network.where.known() ? network.where.str() : "NETSTAT BLOCK"));
    if (of.stack.blocked.empty()) lines.push_back("  <none>");
    return lines;
}

Lines report_netstat_dos(const stack::ServerSnapshot& of, Instant now) {
    const auto& limits = of.config.limits;
    Lines lines = {maximum_line("Half Open Connections", limits.pending),
                   maximum_line("Persist Connections", limits.persist),
                   maximum_line("Connections Per Foreign IP Address", limits.per_peer),
                   "",
                   "Denial of service attacks:",
                   fmt::format("{:<48} {:>9} {:>12} {:>12}", "", "Attacks", "Elapsed", "Attack"),
                   fmt::format("{:<8} {:<39} {:>9} {:>12} {:>12}", "Attack", "IP Address", "Detected", "Time",
                               "Duration"),
                   fmt::format("{:-<8} {:-<39} {:->9} {:->12} {:->12}", "", "", "", "", "")};
    for (const auto& row : of.stack.attacks)
        lines.push_back(fmt::format("{:<8} {:<39} {:>9} {:>12} {:>12}", stack::name_of(row.attack),
                                    row.from.str(), row.count, d_hh_mm_ss(now - row.first_at),
                                    d_hh_mm_ss(row.last_at - row.first_at)));
    if (of.stack.attacks.empty()) lines.push_back("<none>");
    lines.push_back("");
    const auto& cookies = of.stack.cookies;
    lines.push_back(fmt::format("SYN cookies: {} sent, {} taken, {} refused", cookies.sent, cookies.taken,
                                cookies.refused));
    lines.push_back("");
    for (auto& line : report_netstat_blocked(of)) lines.push_back(std::move(line));
    return without_trailing_blanks(std::move(lines));
}

}  // namespace vmlab::sim
