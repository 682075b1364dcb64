// QUERY of CP. An operand that it does not know is a userid; then, nothing.
#include <fmt/format.h>

#include <algorithm>

#include "simulator/commands/commands.hpp"
#include "simulator/commands/virtual_networks.hpp"
#include "simulator/cp/console_lines.hpp"
#include "simulator/cp/messages.hpp"

namespace vmlab::sim {
namespace {

Outcome query_names(Call& call) {
    call.lines(report_names(call.world.sessions()));
    return 0;
}

Outcome query_users(Call& call) {
    if (const auto user = Name8::parse(call.args.word(0))) {
        const auto* session = call.world.sessions().find(*user);
        if (session == nullptr) return call.fail(45, say<HCPCQU045E>(*user));
        call.line(report_name(*session));
        return 0;
    }
    call.line(fmt::format("{:>5} USERS, {:>5} DIALED, {:>6} NET", call.world.sessions().all().size(), 0, 0));
    return 0;
}

Outcome query_userid(Call& call) {
    call.line(fmt::format("{:<8} AT {}", call.session.userid.view(), call.world.level().node));
    return 0;
}

Outcome query_time(Call& call) {
    call.line("TIME IS " + report_moment(call.world.now(), call.world.zone()));
    call.line(report_connect_time(call.session.logged_on, call.session.commands, call.world.now()));
    return 0;
}

Outcome query_cplevel(Call& call) {
    const auto& level = call.world.level();
    const auto& zone = call.world.zone();
    const auto moment = [&](Instant at) {
        return fmt::format("{} {} {}", mm_dd_yy(at, zone.offset), hh_mm_ss(at, zone.offset), zone_id(zone));
    };
    call.line(fmt::format("z/VM {}, service level {} (64-bit)", level.product.long_name(),
                          level.product.cp_service()));
    call.line("Generated at " + moment(level.generated));
    call.line("IPL at " + moment(level.ipl));
    return 0;
}

Outcome query_privclass(Call& call) {
    const auto* entry = call.world.directory().find(call.session.userid);
    call.line(fmt::format("Privilege classes for user {}", call.session.userid.view()));
    call.line(fmt::format("             Currently: {}", call.session.classes));
    call.line(fmt::format("             Directory: {}", entry == nullptr ? "G" : entry->classes));
    call.line("The privilege classes are not locked against changes.");
    return 0;
}

Outcome query_nss(Call& call) {
    const auto& args = call.args;
    const bool users = args.is(0, "USERS");
    const bool by_name = args.is(0, "NAME");
    const std::string name = args.upper_word(users || by_name ? 1 : 0);
    if (name.empty() || name == "ALL" || name == "*") {
        for (const auto& segment : call.world.segments().all())
            call.lines(users ? report_nss_users(segment) : report_nss_map(segment));
        return 0;
    }
    const auto word = Name8::parse(name);
    const auto* segment = word ? call.world.segments().find(*word) : nullptr;
    if (segment == nullptr) return call.fail(440, say<HCPNSS901E>(name));
    call.lines(users ? report_nss_users(*segment) : report_nss_map(*segment));
    return 0;
}

/// "04/13 10:22:31" of a spool file.
std::string spool_moment(const SpoolFile& file, const Zone& zone) {
    return mm_dd_yy(file.closed, zone.offset).substr(0, 5) + ' ' + hh_mm_ss(file.closed, zone.offset);
}

Outcome query_reader(Call& call) {
    const auto& files = call.world.storage().spool.reader_of(call.session.userid);
    if (files.empty()) {
        call.line("NO RDR FILES");
        return 0;
    }
    const bool all = call.args.is(call.args.size() - 1, "ALL");
    call.line(all ? "ORIGINID FILE CLASS RECORDS  CPY HOLD DATE  TIME     NAME      TYPE     DIST"
                  : "ORIGINID FILE CLASS RECORDS  CPY HOLD FORM     DEST     KEEP MSG");
    for (const auto& file : files) {
        const std::string left = fmt::format("{:<8} {:04} {} {:<3} {:08} 001 NONE", file.origin.view(),
                                             file.id, file.spool_class, file.device, file.records());
        if (all)
            call.line(fmt::format("{} {} {:<9} {:<8} {:<8}", left, spool_moment(file, call.world.zone()),
                                  file.name, file.type, call.session.userid.view()));
        else call.line(left + " STANDARD OFF      OFF  OFF");
        while (call.out.back().text.ends_with(' ')) call.out.back().text.pop_back();
    }
    return 0;
}

std::string dasd_line(const LinkedDisk& device, const DiskStore& disks, unsigned subchannel) {
    const auto* disk = disks.find(device.owner, device.owner_vdev);
    return fmt::format("DASD {} 3390 {:<6} {} {:>10} CYL ON DASD  0300 SUBCHANNEL = {:04X}", device.vdev,
                       "M01RES", device.read_only ? "R/O" : "R/W", disk == nullptr ? 0 : disk->cylinders,
                       subchannel);
}

Outcome say_crypto(Call& call, const std::vector<std::string>& lines) {
    if (lines.empty()) call.line(say<HCPQCR901I>().text);
    call.lines(lines);
    return 0;
}

Outcome query_virtual(Call& call) {
    const auto& args = call.args;
    auto& world = call.world;
    if (args.is(0, "STORage")) {
        const auto* entry = world.directory().find(call.session.userid);
        call.line(fmt::format("STORAGE = {}M", entry == nullptr ? 32 : entry->storage_megabytes));
        return 0;
    }
    if (args.is(0, "CRYPto"))
        return say_crypto(call, report_virtual_crypto(world.directory().find(call.session.userid),
                                                      world.level().crypto.value_or(MachineCrypto{})));
    if (iequals(args.word(0), "NIC") || iequals(args.word(0), "OSA")) {
        Call inner{call.session, world, args.after(1), call.out};
        return iequals(args.word(0), "NIC") ? query_nic(inner) : query_virtual_osa(inner);
    }
    const auto vdev = read_vdev(args.word(0));
    const bool one = vdev && !args.is(0, "DAsd") && !args.is(0, "ALL");
    if (one && call.session.disks.linked(*vdev) == nullptr) return call.fail(40, say<HCPQVD040E>(*vdev));
    if (!one && args.size() != 0 && !args.is(0, "DAsd") && !args.is(0, "ALL"))
        return call.fail(3, say<HCPCQV003E>(args.upper_word(0)));
    unsigned subchannel = 1;
    for (const auto& [number, device] : call.session.disks.devices()) {
        if (!one || number == *vdev) call.line(dasd_line(device, world.storage().disks, subchannel));
        ++subchannel;
    }
    return 0;
}

/// QUERY CRYPTO [APQS|DOMAINS]. A machine that nobody described has no cards.
Outcome query_crypto(Call& call) {
    const MachineCrypto machine = call.world.level().crypto.value_or(MachineCrypto{});
    if (call.args.is(0, "DOMains")) return say_crypto(call, report_crypto_domains(machine));
    if (call.args.size() != 0 && !call.args.is(0, "APqs"))
        return call.fail(3, say<HCPCQV003E>(call.args.upper_word(0)));
    return say_crypto(call, report_ap_queues(machine));
}

Outcome query_secuser(Call& call) {
    const auto user =
        call.args.size() == 0 ? std::optional(call.session.userid) : Name8::parse(call.args.word(0));
    const auto* entry = user ? call.world.directory().find(*user) : nullptr;
    if (entry == nullptr || entry->secondary_user.empty()) {
        call.line("SECUSER IS UNDEFINED");
        return 0;
    }
    const auto* session = call.world.sessions().find(entry->secondary_user);
    const std::string_view state = session == nullptr                             ? "IS NOT LOGGED ON"
                                   : session->how == CpSession::How::disconnected ? "IS DISCONNECTED"
                                                                                  : "IS LOGGED ON";
    call.line(fmt::format("SECUSER {} {}", entry->secondary_user.view(), state));
    return 0;
}

Outcome query_logmsg(Call& call) {
    call.line("There is no logmsg data");
    return 0;
}

Outcome query_terminal(Call& call) {
    call.lines({"LINEND # , LINEDEL OFF, CHARDEL OFF, ESCAPE \" , TABCHAR OFF",
                "LINESIZE 080, ATTN OFF, APL OFF, TEXT OFF, MODE VM, HILIGHT OFF",
                "CONMODE 3215, BREAKIN IMMED , BRKKEY PA1 , SCRNSAVE OFF",
                "AUTOCR OFF, MORE 050 010, HOLD ON , TIMESTAMP OFF, SYS3270 OFF"});
    return 0;
}

struct Operand {
    std::string_view name, classes;
    Outcome (*run)(Call& call);
    std::size_t most;  ///< operands it takes at most
};

constexpr Operand kOperands[] = {
    {"Names", "ABCDEFG", query_names, 0}, {"Users", "ABCDEFG", query_users, 1},
    {"USERID", "G", query_userid, 0},     {"Time", "", query_time, 1},
    {"CPLEVEL", "", query_cplevel, 0},    {"PRIVclass", "", query_privclass, 1},
    {"NSS", "E", query_nss, 3},           {"Reader", "DG", query_reader, 3},
    {"RDR", "DG", query_reader, 3},       {"Virtual", "G", query_virtual, 5},
    {"SECUSER", "", query_secuser, 1},    {"LOGmsg", "ABCDEFG", query_logmsg, 0},
    {"TERMinal", "G", query_terminal, 0}, {"CRYPto", "ABCE", query_crypto, 1},
    {"VSWITCH", "BG", query_vswitch, 2},  {"LAN", "G", query_lan, 2},
    {"NIC", "BG", query_nic, 4},
};

}  // namespace

Outcome query_cp(Call& call) {
    const auto word = call.args.word(0);
    const auto operand =
        std::find_if(std::begin(kOperands), std::end(kOperands), [&](const Operand& candidate) {
            return abbreviates(word, candidate.name) && permits(candidate.classes, call.session.classes);
        });
    if (operand != std::end(kOperands)) {
        if (call.args.size() > operand->most + 1)
            return call.fail(3, say<HCPCQV003E>("command contains extra option(s) starting with " +
                                                call.args.upper_word(operand->most + 1)));
        Call inner{call.session, call.world, call.args.after(1), call.out};
        return operand->run(inner);
    }
    const auto user = Name8::parse(word);
    if (!user || call.world.directory().find(*user) == nullptr)
        return call.fail(3, say<HCPCQV003E>(upper(word)));
    const auto* session = call.world.sessions().find(*user);
    if (session == nullptr) return call.fail(45, say<HCPCQU045E>(*user));
    call.line(report_name(*session));
    return 0;
}

Outcome run_query_cp(Call& call) { return query_cp(call); }

}  // namespace vmlab::sim
