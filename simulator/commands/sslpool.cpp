// SSLPOOL: a pool of SSL servers is planned (PLAN: what its CP directory entries and its DTCPARMS entry look
// like, in SSLPOOL PLANINFO) and enrolled (ENROLL: its file spaces, each with an alias to the PROFILE EXEC
// that all members share). After the TCP/IP SSL pool planning pages; the wording of the file is ours.
#include <fmt/format.h>

#include "profiles/user_direct.hpp"
#include "profiles/values.hpp"
#include "simulator/cms/messages.hpp"
#include "simulator/commands/commands.hpp"
#include "simulator/commands/disk_files.hpp"
#include "simulator/commands/messages.hpp"

namespace vmlab::sim {
namespace {

constexpr int kSyntax = 24;
constexpr int kFailed = 28;

/// SSLPOOL PLAN|ENROLL filepool owner prefix stack members
struct Pool {
    std::string filepool;
    Userid owner{};
    std::string prefix;
    Userid stack{};
    std::uint32_t members = 0;

    /// "VMSYS:TCPMAINT.SSLPOOL_STS": what `:vmlink.` of the pool names.
    std::string directory() const { return fmt::format("{}:{}.SSLPOOL_{}", filepool, owner.view(), prefix); }
    std::string member(std::uint32_t number) const { return fmt::format("{}{:05}", prefix, number); }
};

std::optional<Pool> read_pool(Call& call) {
    const auto& args = call.args;
    const auto owner = Name8::parse(args.word(2)), stack = Name8::parse(args.word(4));
    const auto members = profiles::read_number(args.word(5), 1, profiles::kMostPoolMembers);
    const std::string prefix = args.upper_word(3);
    const bool three = prefix.size() == 3 && Name8::parse(prefix).has_value();
    if (!owner || !stack || !members || !three || args.size() != 6) {
        const std::size_t wrong = !owner ? 2 : !three ? 3 : !stack ? 4 : !members ? 5 : 6;
        std::string what = args.size() <= wrong ? "an operand is missing" : args.upper_word(wrong);
        if (wrong == 5 && args.size() > wrong)
            what += fmt::format(" is not a number of members from 1 to {}", profiles::kMostPoolMembers);
        call.line(say<DTCSSL966E>(what).text);
        return std::nullopt;
    }
    return Pool{args.upper_word(1), *owner, prefix, *stack, *members};
}

std::string plan_of(const Pool& pool) {
    std::string text = fmt::format(
        "* CP directory: the common entry of the members, and the pool\n"
        "PROFILE TCP{0}U\n  IPL CMS PARM FILEPOOL {1}\n  IUCV ALLOW\n  LOGONBY {2}\n  MACHINE XA\n"
        "  NAMESAVE {3}\n  OPTION ACCT MAXCONN 1024 QUICKDSP\n  POSIXINFO UID 7 GNAME security\n"
        "  CONSOLE 0009 3215 T\n  SPOOL 000C 2540 READER *\n  SPOOL 000D 2540 PUNCH A\n  SPOOL 000E 1403 A\n"
        "  LINK MAINT 0190 0190 RR\n  LINK MAINT 019E 019E RR\n  LINK {2} 0591 0591 RR\n"
        "  LINK {2} 0592 0592 RR\n  LINK {2} 0198 0198 RR\n\n"
        "USER {0} AUTOONLY 128M 256M G\n  POOL LOW 1 HIGH {4} PROFILE TCP{0}U\n\n",
        pool.prefix, pool.filepool, pool.owner.view(), pool.stack.view(), pool.members);
    text += fmt::format(
        ".* DTCPARMS: the entry of the pool\n"
        ":nick.{0}*      :type.server   :class.ssl\n                :stack.{1}\n"
        "                :vmlink..DIR {2}. <. A RW>\n"
        "                :mount./../VMBFS:VMSYS:ROOT/ /\n"
        "                       /../VMBFS:VMSYS:GSKSSLDB/ /etc/gskadm/\n",
        pool.prefix, pool.stack.view(), pool.directory());
    return text;
}

Outcome plan(Call& call, const Pool& pool) {
    return put_file(call, 'A', CmsFile::of_text("SSLPOOL", "PLANINFO", plan_of(pool), call.world.now()),
                    say<DMSCPY037E>('A'));
}

/// The space that all members share, and one for each, with the alias in it.
Outcome enroll(Call& call, const Pool& pool) {
    auto& pools = call.world.storage().pools;
    if (!pools.is_up(pool.filepool)) return call.fail(kFailed, say<DTCSSL967E>(pool.filepool));
    const auto profile = [&] {
        return CmsFile::of_text("PROFILE", "EXEC", "/* TCPROFIL: shared by the pool */\n'TCPRUN'\n",
                                call.world.now());
    };
    const auto make = [&](const std::string& id) {
        if (pools.find_directory(id) != nullptr) return;
        auto* made = pools.define_directory(id);
        if (made != nullptr) made->files.put(profile());
    };
    make(pool.directory());
    for (std::uint32_t number = 1; number <= pool.members; ++number)
        make(fmt::format("{}:{}.", pool.filepool, pool.member(number)));
    call.world.note_change(call.session.userid, "SSLPOOL ENROLL: " + pool.directory());
    call.line(say<DTCSSL968I>(pool.member(1), pool.member(pool.members), pool.directory()).text);
    for (std::uint32_t number = 1; number <= pool.members; ++number)
        if (!call.world.directory().known_user(*Name8::parse(pool.member(number)))) {
            call.line(say<DTCSSL969W>(pool.member(number)).text);
            break;
        }
    return 0;
}

}  // namespace

Outcome run_sslpool(Call& call) {
    const bool plans = call.args.is(0, "PLAN");
    if (!plans && !call.args.is(0, "ENROLL"))
        return call.fail(kSyntax, say<DTCSSL966E>(call.args.size() == 0 ? "an operand is missing"
                                                                        : call.args.upper_word(0)));
    const auto pool = read_pool(call);
    if (!pool) return kSyntax;
    return plans ? plan(call, *pool) : enroll(call, *pool);
}

}  // namespace vmlab::sim
