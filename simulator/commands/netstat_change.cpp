// What NETSTAT changes in a running stack; each for the users of its OBEY list.
#include "simulator/commands/netstat_change.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "simulator/commands/interpreter.hpp"
#include "simulator/commands/messages.hpp"

namespace vmlab::sim {
namespace {

constexpr int kObeyFailed = 8;

}  // namespace

Outcome netstat_block(Call& call, const stack::ServerSnapshot& of) {
    const bool block = call.args.is(0, "BLock");
    const auto address = IpAddress::parse(call.args.word(1));
    if (!address) return call.fail(4, say<DTCNET902E>(call.args.upper_word(1)));
    const bool known = std::any_of(of.stack.blocked.begin(), of.stack.blocked.end(), [&](const auto& one) {
        return one.address == *address && one.prefix == (address->is_v4() ? 32u : 128u);
    });
    if (!block && !known) return call.fail(8, say<DTCNET908E>(address->str()));
    call.world.set_blocked(call.session.userid, of.config.userid, *address, block);
    call.line(say<DTCNET909I>(address->str(), block ? "blocked" : "no longer blocked").text);
    return 0;
}

Outcome netstat_delarp(Call& call, const stack::ServerSnapshot& of) {
    const auto address = IpAddress::parse(call.args.word(1));
    const bool known = address && std::any_of(of.stack.neighbours.begin(), of.stack.neighbours.end(),
                                              [&](const auto& entry) { return entry.address == *address; });
    if (!known) return call.fail(8, say<DTCNET910E>(call.args.word(1)));
    call.world.forget_neighbour(call.session.userid, of.config.userid, *address);
    call.line(say<DTCNET911I>(address->str()).text);
    return 0;
}

Outcome netstat_drop(Call& call, const stack::ServerSnapshot& of) {
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
    if (call.args.size() < 2) return call.fail(4, say<DTCNET902E>(call.args.upper_word(0)));
    const FileId typed{Name8("NETSTAT"), Name8("OBEY"), {' ', ' '}};
    auto answer = call.world.obey(call.session.userid, of.config.userid, typed, call.args.rest(1));
    const int rc = answer.empty() ? 0 : kObeyFailed;
    call.lines(std::move(answer));
    if (rc == 0) call.line("OBEY command response is: OK");
    call.line(fmt::format("OBEY return code = {}", rc));
    return rc;
}

Outcome netstat_resetdos(Call& call, const stack::ServerSnapshot& of) {
    call.world.forget_attacks(call.session.userid, of.config.userid);
    call.line(say<DTCNET912I>().text);
    return 0;
}

Outcome netstat_resetpool(Call& call, const stack::ServerSnapshot& of) {
    call.world.reset_pools(call.session.userid, of.config.userid);
    call.line(say<DTCNET915I>().text);
    return 0;
}

Outcome netstat_ssl(Call& call, const stack::ServerSnapshot& of) {
    const auto user = Name8::parse(call.args.word(2));
    const bool start = call.args.is(1, "START");
    if ((!start && !call.args.is(1, "STOP")) || !user)
        return call.fail(4, say<DTCNET902E>(call.args.upper_word(1)));
    const auto& members = of.config.ssl.members;
    if (std::find(members.begin(), members.end(), *user) == members.end())
        return call.fail(8, say<DTCSSL957E>(*user, of.config.userid));
    call.world.ssl_admin(call.session.userid, *user, start ? SslAction::start : SslAction::stop);
    call.line((start ? say<DTCSSL953I>(*user) : say<DTCSSL960I>(*user)).text);
    return 0;
}

/// A CP command in the stack's virtual machine, with its privilege classes.
Outcome netstat_cp(Call& call, const stack::ServerSnapshot& of) {
    const auto command = call.args.rest(1);
    if (command.empty()) return call.fail(4, say<DTCNET902E>(call.args.upper_word(0)));
    Interpreter console(of.config.userid, call.world);
    console.receive("#CP " + std::string(command), call.world, call.out);
    if (console.logged_off()) call.world.force(of.config.userid, of.config.userid);
    return 0;
}

Outcome run_obeyfile(Call& call) {
    const auto name = chosen_stack(call);
    const auto snapshot = call.world.stack(name);
    if (!snapshot || !snapshot->up) return call.fail(8, say<DTCNET901E>(name));
    if (!may_obey(call.session.userid, *snapshot))
        return call.fail(8, say<DTCNET903E>().because(snapshot->config.obey_where));
    const auto word = read_file_word(call.args.word(0));
    const auto type = call.args.size() > 1 ? read_file_word(call.args.word(1)) : read_file_word("TCPIP");
    const char mode = call.args.size() > 2 ? call.args.upper_word(2)[0] : '*';
    const auto& storage = call.world.storage();
    const auto found = word && type
                           ? call.session.disks.find(storage.disks, storage.pools, *word, *type, mode)
                           : std::nullopt;
    if (!found) return call.fail(28, say<DTCNET907E>(upper(call.args.rest(0))));
    auto answer = call.world.obey(call.session.userid, name, found->id, found->file->text());
    const int rc = answer.empty() ? 0 : kObeyFailed;
    call.lines(std::move(answer));
    call.line(fmt::format("OBEYFILE return code = {}", rc));
    return rc;
}

}  // namespace vmlab::sim
