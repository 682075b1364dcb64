// NETSTAT DOS and BLOCK: attacks, the limits that name them, and addresses that are kept out.
#include <fmt/format.h>

#include "simulator/commands/netstat.hpp"
#include "simulator/cp/console_lines.hpp"

namespace vmlab::sim {
namespace {

std::string limit_line(std::string_view statement, const Sourced<std::size_t>& limit) {
    return fmt::format("  {:<24} {:<8} {}", statement, *limit == 0 ? "none" : std::to_string(*limit),
                       limit.where.known() ? limit.where.str() : "");
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

Lines report_netstat_dos(const stack::ServerSnapshot& of, const Zone& zone) {
    Lines lines = report_netstat_limits(of);
    lines.insert(lines.end(), {"", "Denial-of-service attacks:", "",
                               "  Attack    Connections  Last from              First     Last"});
    bool any = false;
    for (std::size_t i = 0; i < of.stack.attacks.size(); ++i) {
        const auto& attack = of.stack.attacks[i];
        if (attack.count == 0) continue;
        any = true;
        lines.push_back(fmt::format("  {:<9} {:<12} {:<22} {}  {}", stack::name_of(stack::Attack(i)),
                                    attack.count, attack.last.str(), hh_mm_ss(attack.first_at, zone.offset),
                                    hh_mm_ss(attack.last_at, zone.offset)));
    }
    if (!any) lines.push_back("  <none>");
    lines.push_back("");
    for (auto& line : report_netstat_blocked(of)) lines.push_back(std::move(line));
    return lines;
}

}  // namespace vmlab::sim
