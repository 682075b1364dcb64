// NETSTAT: which stack, who may, which report. What changes the stack: netstat_change.cpp.
#include "simulator/commands/netstat.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "simulator/commands/commands.hpp"
#include "simulator/commands/messages.hpp"
#include "simulator/commands/netstat_change.hpp"
#include "simulator/commands/running_command.hpp"
#include "simulator/cp/console_lines.hpp"

namespace vmlab::sim {
namespace {

/// The value of "(NAME value" among the options.
std::string_view option_value(const Call& call, std::string_view name) {
    const auto& options = call.args.options();
    for (std::size_t i = 0; i + 1 < options.size(); ++i)
        if (abbreviates(options[i], name)) return options[i + 1];
    return {};
}

bool has_option(const Call& call, std::string_view name) {
    const auto& options = call.args.options();
    return std::any_of(options.begin(), options.end(), [&](auto word) { return abbreviates(word, name); });
}

PortNames names_of_ports(const stack::ServerSnapshot& of, const Operations& world) {
    PortNames ports;
    const auto learn = [&](std::uint16_t port) {
        if (port == 0 || ports.names.contains(port)) return;
        auto name = world.service_name(port);
        if (!name.empty()) ports.names.emplace(port, std::move(name));
    };
    for (const auto& socket : of.sockets) learn(socket.connection.local.port);
    for (const auto port : of.stack.udp_ports) learn(port);
    return ports;
}

ConnFilter filter_of(const Call& call) {
    ConnFilter filter;
    filter.client = Name8::parse(option_value(call, "CLIent")).value_or(Userid());
    if (const auto address = IpAddress::parse(option_value(call, "IPaddr"))) filter.address = *address;
    return filter;
}

Outcome conn(Call& call, const stack::ServerSnapshot& of) {
    ConnFilter filter = filter_of(call);
    filter.all = call.args.is(0, "ALLConn");
    call.lines(report_netstat_conn(of, names_of_ports(of, call.world), filter));
    return 0;
}
Outcome all(Call& call, const stack::ServerSnapshot& of) {
    call.lines(report_netstat_all(of, names_of_ports(of, call.world), filter_of(call)));
    return 0;
}
Outcome arp(Call& call, const stack::ServerSnapshot& of) {
    call.lines(report_netstat_arp(of, call.args.word(1)));
    return 0;
}
Outcome clients(Call& call, const stack::ServerSnapshot& of) {
    call.lines(report_netstat_clients(of, filter_of(call)));
    return 0;
}
Outcome config(Call& call, const stack::ServerSnapshot& of) {
    const auto what = call.args.size() > 1 ? call.args.word(1) : std::string_view("ALL");
    const auto* profile = call.world.running_profile(of.config.userid);
    auto lines = profile ? report_netstat_config(of, *profile, what) : Lines();
    if (lines.empty()) return call.fail(4, say<DTCNET902E>("CONFIG " + upper(what)));
    call.lines(std::move(lines));
    return 0;
}
Outcome devlinks(Call& call, const stack::ServerSnapshot& of) {
    call.lines(report_netstat_devlinks(of));
    return 0;
}
Outcome dos(Call& call, const stack::ServerSnapshot& of) {
    call.lines(report_netstat_dos(of, call.world.now()));
    return 0;
}
Outcome gate(Call& call, const stack::ServerSnapshot& of) {
    call.lines(report_netstat_gate(of));
    return 0;
}
Outcome home(Call& call, const stack::ServerSnapshot& of) {
    call.lines(report_netstat_home(of));
    return 0;
}
Outcome identify(Call& call, const stack::ServerSnapshot& of) {
    if (!call.args.is(1, "SSL")) return call.fail(4, say<DTCNET902E>("IDENTIFY " + call.args.upper_word(1)));
    call.lines(report_netstat_identify_ssl(of, names_of_ports(of, call.world)));
    return 0;
}
Outcome level(Call& call, const stack::ServerSnapshot& of) {
    call.line(fmt::format("TCP/IP Level {}", of.config.level.tcpip()));
    std::string service;
    for (const auto apar : of.config.level.service()) service += ' ' + std::string(name_of(apar));
    call.line("Service:" + (service.empty() ? " None" : service));
    return 0;
}
Outcome neighbor(Call& call, const stack::ServerSnapshot& of) {
    call.lines(report_netstat_neighbor(of, call.args.word(1)));
    return 0;
}
Outcome permit(Call& call, const stack::ServerSnapshot& of) {
    const auto* profile = call.world.running_profile(of.config.userid);
    if (profile) call.lines(report_netstat_config(of, *profile, "PERMIT"));
    return 0;
}
Outcome poolsize(Call& call, const stack::ServerSnapshot& of) {
    call.lines(report_netstat_poolsize(of));
    return 0;
}
Outcome sockets(Call& call, const stack::ServerSnapshot& of) {
    call.lines(report_netstat_sockets(of, names_of_ports(of, call.world), filter_of(call)));
    return 0;
}
Outcome telnet(Call& call, const stack::ServerSnapshot& of) {
    call.lines(report_netstat_telnet(call.world.telnet_sessions(of.config.userid), call.world.zone()));
    return 0;
}
Outcome up(Call& call, const stack::ServerSnapshot& of) {
    call.lines(report_netstat_up(of, call.world.zone()));
    return 0;
}
/// The product has it, the lab does not.
Outcome not_simulated(Call& call, const stack::ServerSnapshot&) {
    return call.fail(88, say<DTCNET904W>(call.args.upper_word(0)));
}

/// NETSTAT INTERVAL: the connections again and again, until the attention key or #CP.
class RunningInterval final : public RunningCommand {
public:
    RunningInterval(Userid stack, const ConnFilter& filter, Duration every, Instant next)
        : stack_(stack), filter_(filter), every_(every), next_(next) {}

    void tick(Operations& world, std::vector<ConsoleLine>& out) override {
        const auto of = world.stack(stack_);
        if (!of || !of->up) {
            out.push_back({say<DTCNET901E>(stack_).text});
            rc_ = 8;
            return;
        }
        for (auto& line : report_netstat_conn(*of, names_of_ports(*of, world), filter_))
            out.push_back({std::move(line)});
        next_ = world.now() + every_;
    }
    Instant next_deadline() const override { return next_; }
    std::optional<int> ended() const override { return rc_; }

private:
    Userid stack_;
    ConnFilter filter_;
    Duration every_;
    Instant next_;
    std::optional<int> rc_{};
};

Outcome interval(Call& call, const stack::ServerSnapshot& of) {
    constexpr unsigned kUsual = 10, kLongest = 86400;
    const auto word = call.args.word(1);
    unsigned every = kUsual;
    const auto read = std::from_chars(word.data(), word.data() + word.size(), every);
    const bool number = word.empty() || (read.ec == std::errc() && read.ptr == word.data() + word.size());
    if (!number || every < 1 || every > kLongest) return call.fail(4, say<DTCNET902E>(upper(word)));
    conn(call, of);
    return Outcome(std::make_unique<RunningInterval>(of.config.userid, filter_of(call), seconds{every},
                                                     call.world.now() + seconds{every}));
}

struct Operand {
    std::string_view name;  ///< capitals = the shortest abbreviation
    bool obey;              ///< for users in the OBEY list
    Outcome (*run)(Call& call, const stack::ServerSnapshot& of);
};

/// The first that a word abbreviates is meant.
constexpr Operand kOperands[] = {
    {"CONn", false, conn},
    {"ALL", false, all},
    {"ALLConn", false, conn},
    {"ARp", false, arp},
    {"BLock", true, netstat_block},
    {"CLients", false, clients},
    {"CONFig", false, config},
    {"CP", true, netstat_cp},
    {"DELarp", true, netstat_delarp},
    {"DEvlinks", false, devlinks},
    {"DOs", false, dos},
    {"DRop", true, netstat_drop},
    {"GAte", false, gate},
    {"HOme", false, home},
    {"IDentify", false, identify},
    {"INterval", false, interval},
    {"LEvel", false, level},
    {"NEighbor", false, neighbor},
    {"OBey", true, netstat_obey},
    {"PERmit", false, permit},
    {"POolsize", false, poolsize},
    {"RESETDos", true, netstat_resetdos},
    {"RESETPool", true, netstat_resetpool},
    {"SOckets", false, sockets},
    {"SSL", true, netstat_ssl},
    {"TELnet", false, telnet},
    {"UNblock", true, netstat_block},
    {"UP", false, up},
    {"VMDUMP", true, not_simulated},
};

Outcome run_operand(Call& call, const stack::ServerSnapshot& of) {
    if (call.args.size() == 0) return conn(call, of);
    for (const auto& operand : kOperands) {
        if (!call.args.is(0, operand.name)) continue;
        if (operand.obey && !may_obey(call.session.userid, of))
            return call.fail(8, say<DTCNET903E>().because(of.config.obey_where));
        return operand.run(call, of);
    }
    return call.fail(4, say<DTCNET902E>(call.args.upper_word(0)));
}

}  // namespace

Userid chosen_stack(const Call& call) {
    const auto named = Name8::parse(option_value(call, "TCPserver"));
    return named ? *named : call.world.default_stack(call.session.userid);
}

bool may_obey(const Userid& user, const stack::ServerSnapshot& stack) {
    const auto& list = stack.config.obey;
    return std::any_of(list.begin(), list.end(), [&](const auto& entry) { return entry.value == user; });
}

Outcome run_netstat(Call& call) {
    if (call.args.is(0, "HELp")) {
        call.args = Arguments("NETSTAT", Arguments::Syntax::cms);
        return run_help(call);
    }
    const auto name = chosen_stack(call);
    const auto snapshot = call.world.stack(name);
    if (!snapshot || !snapshot->up) return call.fail(8, say<DTCNET901E>(name));
    if (has_option(call, "JSON")) {
        const auto* profile = call.world.running_profile(name);
        call.line(netstat_json(*snapshot, profile ? *profile : profiles::ProfileTcpip(),
                               call.world.telnet_sessions(name)));
        return 0;
    }
    call.lines(report_netstat_heading(*snapshot));
    return run_operand(call, *snapshot);
}

}  // namespace vmlab::sim
