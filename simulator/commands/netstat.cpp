// NETSTAT: which stack, who may, which report.
#include "simulator/commands/netstat.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "simulator/commands/commands.hpp"
#include "simulator/commands/messages.hpp"
#include "simulator/cp/console_lines.hpp"

namespace vmlab::sim {
namespace {

constexpr int kObeyFailed = 8;

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

Outcome netstat_ssl_start(Call& call, const stack::ServerSnapshot& of) {
    if (!may_obey(call.session.userid, of)) return call.fail(8, say<DTCNET903E>());
    const auto user = Name8::parse(call.args.word(2));
    if (!call.args.is(1, "START") || !user) return call.fail(4, say<DTCNET902E>(call.args.upper_word(1)));
    const auto& members = of.config.ssl.members;
    if (std::find(members.begin(), members.end(), *user) == members.end())
        return call.fail(8, say<DTCSSL957E>(*user, of.config.userid));
    call.world.ssl_admin(call.session.userid, *user, SslAction::start);
    call.line(say<DTCSSL953I>(*user).text);
    return 0;
}

Outcome netstat_drop(Call& call, const stack::ServerSnapshot& of) {
    if (!may_obey(call.session.userid, of)) return call.fail(8, say<DTCNET903E>());
    const auto word = call.args.word(1);
    std::uint32_t connection = 0;
    const auto read = std::from_chars(word.data(), word.data() + word.size(), connection);
    const bool number = read.ec == std::errc() && read.ptr == word.data() + word.size();
    if (!number || !call.world.drop_connection(call.session.userid, of.config.userid, connection))
        return call.fail(8, say<DTCNET905E>(word));
    call.line(say<DTCNET906I>(connection).text);
    return 0;
}

Outcome netstat_obey(Call& call, const stack::ServerSnapshot& of) {
    if (!may_obey(call.session.userid, of)) return call.fail(8, say<DTCNET903E>());
    const FileId typed{Name8("NETSTAT"), Name8("OBEY"), {' ', ' '}};
    auto answer = call.world.obey(call.session.userid, of.config.userid, typed, call.args.rest(1));
    const int rc = answer.empty() ? 0 : kObeyFailed;
    call.lines(std::move(answer));
    if (rc == 0) call.line("OBEY command response is: OK");
    call.line(fmt::format("OBEY return code = {}", rc));
    return rc;
}

Outcome netstat_config(Call& call, const stack::ServerSnapshot& of) {
    const auto what = call.args.size() > 1 ? call.args.word(1) : std::string_view("SSL");
    auto lines = report_netstat_config(of, what);
    if (lines.empty()) return call.fail(8, say<DTCNET904W>("CONFIG " + upper(what)));
    call.lines(std::move(lines));
    return 0;
}

Outcome netstat_identify(Call& call, const stack::ServerSnapshot& of) {
    if (!call.args.is(1, "SSL")) return call.fail(8, say<DTCNET904W>("IDENTIFY " + call.args.upper_word(1)));
    call.lines(report_netstat_identify_ssl(of, names_of_ports(of, call.world)));
    return 0;
}

/// Reports of the product that the lab does not have.
bool is_known_elsewhere(std::string_view word) {
    for (const std::string_view name :
         {"ALL", "BLOCK", "CP", "DELARP", "INTERVAL", "NEIGHBOR", "PERMIT", "POOLSIZE", "RESETDOS",
          "RESETPOOL", "SOCKETS", "TELNET", "UNBLOCK", "VMDUMP"})
        if (abbreviates(word, name)) return true;
    return false;
}

Outcome run_report(Call& call, const stack::ServerSnapshot& of) {
    const auto& args = call.args;
    const auto is = [&](std::string_view name) { return args.is(0, name); };
    if (args.size() == 0 || is("CONn") || is("ALLConn")) {
        ConnFilter filter;
        filter.all = args.size() != 0 && is("ALLConn");
        filter.client = Name8::parse(option_value(call, "CLIent")).value_or(Userid());
        if (const auto address = Ipv4Address::parse(option_value(call, "IPaddr"))) filter.address = *address;
        call.lines(report_netstat_conn(of, names_of_ports(of, call.world), filter));
        return 0;
    }
    if (is("HOme")) call.lines(report_netstat_home(of));
    else if (is("GAte")) call.lines(report_netstat_gate(of));
    else if (is("DEvlinks")) call.lines(report_netstat_devlinks(of));
    else if (is("ARp")) call.lines(report_netstat_arp(of, args.word(1)));
    else if (is("CLients")) call.lines(report_netstat_clients(of));
    else if (is("UP")) call.lines(report_netstat_up(of, call.world.zone()));
    else if (is("LEvel")) call.line(fmt::format("TCP/IP Level {}", of.config.level));
    else if (is("CONFig")) return netstat_config(call, of);
    else if (is("IDentify")) return netstat_identify(call, of);
    else if (is("SSL")) return netstat_ssl_start(call, of);
    else if (is("DRop")) return netstat_drop(call, of);
    else if (is("OBey")) return netstat_obey(call, of);
    else if (is_known_elsewhere(args.word(0))) return call.fail(88, say<DTCNET904W>(args.upper_word(0)));
    else return call.fail(4, say<DTCNET902E>(args.upper_word(0)));
    return 0;
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
        call.line(netstat_json(*snapshot));
        return 0;
    }
    call.lines(report_netstat_heading(*snapshot));
    return run_report(call, *snapshot);
}

Outcome run_obeyfile(Call& call) {
    const auto name = chosen_stack(call);
    const auto snapshot = call.world.stack(name);
    if (!snapshot || !snapshot->up) return call.fail(8, say<DTCNET901E>(name));
    if (!may_obey(call.session.userid, *snapshot)) return call.fail(8, say<DTCNET903E>());
    const auto word = read_file_word(call.args.word(0));
    const auto type = call.args.size() > 1 ? read_file_word(call.args.word(1)) : read_file_word("TCPIP");
    const char mode = call.args.size() > 2 ? call.args.upper_word(2)[0] : '*';
    const auto& storage = call.world.storage();
    const auto found = word && type
                           ? call.session.disks.find(storage.disks, storage.pools, *word, *type, mode)
                           : std::nullopt;
    if (!found) return call.fail(28, say<DTCNET907E>(upper(call.args.rest(0))));
    const std::string text = found->file->text();
    auto answer = call.world.obey(call.session.userid, name, found->id, text);
    const int rc = answer.empty() ? 0 : kObeyFailed;
    call.lines(std::move(answer));
    call.line(fmt::format("OBEYFILE return code = {}", rc));
    return rc;
}

}  // namespace vmlab::sim
