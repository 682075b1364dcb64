// Many secured sessions at once, in the middle of their transfers: certificates that are changed, a member
// that restarts, one that crashes; and what is left of it all when the last one is over.
//
// VMLAB_SESSIONS in the environment: how many visits there are (100). Each has two sessions while a file of
// it travels. The thousands are for a release build: scripts/bench sessions.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>

#include "tests/heap.hpp"
#include "tests/world/pool.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

std::size_t wanted_visits() {
    const char* wanted = std::getenv("VMLAB_SESSIONS");
    return wanted ? std::size_t(std::strtoul(wanted, nullptr, 10)) : 100;
}

/// Limits and ports for more sessions than the shipped system allows.
WorldOptions roomy() {
    return changed({{"PROFILE.TCPIP", "SSLLIMITS MAXSESSIONS 3000 MAXPERSSLSERVER 600",
                     "SSLLIMITS MAXSESSIONS 20000 MAXPERSSLSERVER 4000"},
                    {"SRVRFTP.CONFIG", "30000 30999", "30000 44999"},
                    {"GDLRCT2.DTCPARMS", "Database.kdb", "Database.kdb CACHELIFE 0H"}});
}

/// Files put and fetched back, all at once, over a wire that is slow enough for a middle to be in. The
/// visitors log in one after the other, since the backlog of a port is short, and wait for the last one.
struct Transfers {
    static constexpr std::size_t kAtOnce = 50;
    static constexpr Duration kNext = milliseconds{20};

    explicit Transfers(Pool& pool) : lab(pool) {
        const std::size_t wanted = wanted_visits();
        RandomStream random(seed_from_number(5), "content");
        content.resize(std::clamp<std::size_t>(200'000'000 / wanted, 60'000, 200'000));
        random.fill({reinterpret_cast<std::uint8_t*>(content.data()), content.size()});
        wait = seconds{1} + kNext * (wanted / kAtOnce);
        auto& wire = lab.world.network().settings(0).rate;
        wire.bits_per_second = 0;
        for (std::size_t i = 0; i < wanted; ++i) {
            if (i % kAtOnce == 0) lab.run(kNext);
            numbers.push_back(start(fmt::format("T{}.BIN", i)));
        }
        wire.bits_per_second =
            std::uint64_t(wanted * content.size() * 8 * 1000 / std::size_t(4 * wait / milliseconds{1}));
        if (lab.until(minutes{5}, [&] { return lab.sessions() >= wanted * 3 / 2; })) return;
        const auto& first = lab.world.workstation().result(numbers.front());
        FAIL("there are ", lab.sessions(), " sessions; the first visitor: ", first.why);
    }
    ~Transfers() {
        for (const auto number : numbers) lab.world.workstation().forget(number, lab.system());
    }
    std::uint32_t start(const std::string& name) {
        auto visit = ftp_conversation(content);
        for (auto& step : visit.steps)
            if (auto* line = std::get_if<SendLine>(&step))
                for (const char* verb : {"STOR", "RETR"})
                    if (line->line.starts_with(verb)) line->line = fmt::format("{} {}", verb, name);
        const auto data = std::find_if(visit.steps.begin(), visit.steps.end(), [](const auto& step) {
            return std::holds_alternative<OpenData>(step);
        });
        visit.steps.insert(data, Pause{wait});
        const auto quit = visit.steps.end() - 3;
        visit.steps.insert(quit, {SendLine{"DELE " + name}, ExpectReply{"250"}});
        return lab.world.workstation().start(std::move(visit), lab.system());
    }
    /// Lets them end; how many brought back what they had put.
    std::size_t whole() {
        const auto& ws = lab.world.workstation();
        REQUIRE(lab.until(hours{1}, [&] {
            return std::all_of(numbers.begin(), numbers.end(), [&](auto n) { return ws.result(n).ended; });
        }));
        const auto expected = sha256_text(content);
        std::size_t good = 0;
        for (const auto number : numbers) {
            const auto& result = ws.result(number);
            good +=
                result.succeeded && result.transfers.size() == 2 && result.transfers[1].sha256 == expected;
        }
        return good;
    }
    Pool& lab;
    std::string content;
    Duration wait{};
    std::vector<std::uint32_t> numbers{};
};

/// Key databases made anew: the same labels and authority, other certificates.
void renew_certificates(Pool& lab) {
    sslserv::LabPkiRequest request;
    request.now = lab.world.now();
    request.host_names = {"gdlrct2.example.test", "localhost"};
    request.addresses = {Ipv4Address::of(9, 60, 60, 3)};
    request.labels = Surroundings().labels;
    RandomStream random(seed_from_number(77), "renewed");
    const auto pki = sslserv::make_lab_pki(request, test_keys(), random);
    for (const auto& [type, bytes] : {std::pair{".kdb", pki.kdb}, {".sth", pki.sth}}) {
        BfsNode node;
        node.owner = "gskadmin";
        node.group = "security";
        node.mode = 0640;
        node.changed = lab.world.now();
        node.bytes = std::make_shared<std::string>(bytes.begin(), bytes.end());
        lab.world.storage().bfs.put("VMSYS:GSKSSLDB", std::string("Database") + type, std::move(node));
    }
}

/// What interrupted visitors left behind.
void clear_away(Pool& lab) {
    auto* disk = lab.world.storage().disks.find("TCPMAINT", "0191");
    REQUIRE(disk != nullptr);
    std::vector<FileSet::Key> files;
    for (const auto& [key, file] : disk->files.all())
        if (key.type == Name8("BIN")) files.push_back(key);
    for (const auto& key : files) disk->files.erase(key.name, key.type);
}

/// What the journal's records in memory take, roughly: their number is bounded, and rises until it is there.
std::size_t journal_bytes(Pool& lab) {
    std::size_t bytes = 0;
    for (const auto& entry : lab.world.journal().kept()) {
        bytes += sizeof entry + entry.rests_on.size() * sizeof(SourceLocation) +
                 entry.consulted.size() * sizeof(std::string);
        for (const std::string* text : {&entry.text, &entry.about})
            if (text->size() > 15) bytes += text->size() + 1;
    }
    return bytes;
}

/// The serials of the certificates that the member presented since its console was closed (TRACE
/// CONNECTIONS).
std::set<std::string> serials_of(Pool& lab, const Userid& member) {
    std::set<std::string> serials;
    const std::string text = lab.console(member);
    for (auto at = text.find("; serial "); at != text.npos; at = text.find("; serial ", at + 1))
        serials.insert(text.substr(at + 9, text.find(';', at + 9) - at - 9));
    return serials;
}

}  // namespace

TEST_CASE("REFRESH while sessions are in mid-transfer: new certificates at every member, nothing disturbed") {
    Pool lab(roomy());
    (void)lab.typed("SSLADMIN TRACE CONNECTIONS");
    Transfers transfers(lab);
    const auto stack = lab.world.stack("TCPIP");
    std::map<Userid, std::set<std::string>> before;
    for (const auto& member : stack->members) {
        before[member.userid] = serials_of(lab, member.userid);
        CHECK_FALSE(before[member.userid].empty());
    }
    renew_certificates(lab);
    lab.system().post(Name8("TCPMAINT"), ConsoleTyped{"SSLADMIN REFRESH"});
    lab.run(milliseconds{1});
    for (const auto& member : stack->members) (void)lab.system().close_console(member.userid);
    // From here on nobody sees an old one, at whichever member.
    CHECK(lab.until(minutes{5}, [&] {
        return std::all_of(stack->members.begin(), stack->members.end(),
                           [&](const auto& member) { return !serials_of(lab, member.userid).empty(); });
    }));
    for (const auto& entry : before) {
        CAPTURE(entry.first.str());
        for (const auto& serial : serials_of(lab, entry.first)) CHECK_FALSE(entry.second.contains(serial));
    }
    (void)lab.typed("SSLADMIN NOTRACE");
    CHECK(transfers.whole() == transfers.numbers.size());
    lab.run(minutes{2});
    CHECK(lab.sessions() == 0);
    for (const auto& member : stack->members)
        CHECK(lab.world.ssl_server(member.userid)->failed_handshakes == 0);
}

TEST_CASE("RESTART of one member and a crash of another in mid-transfer: lost is what the crashed one had") {
    Pool lab(roomy());
    std::vector<std::size_t> held{bytes_in_use()}, journal{journal_bytes(lab)};
    std::size_t peak = 0;
    for (int round = 1; round <= 3; ++round) {
        CAPTURE(round);
        {
            Transfers transfers(lab);
            peak = bytes_in_use();
            lab.system().post(Name8("TCPMAINT"), ConsoleTyped{"SSLADMIN RESTART (SSL SSL00001"});
            lab.run(microseconds{100});
            CHECK(lab.said("TCPMAINT", "DTCSSL964I SSL00001 is quiescing"));
            std::size_t lost = 0;
            const auto stack = lab.world.stack("TCPIP");
            for (const auto& socket : stack->sockets) lost += socket.ssl_server == Userid("SSL00002");
            CHECK(lost > 0);
            lab.world.force("MAINT", "SSL00002");
            lab.run(microseconds{100});
            CHECK(lab.said("TCPIP", fmt::format("SSL server SSL00002 has ended; {} secure", lost)));
            const std::size_t whole = transfers.whole();
            // A visit has two connections: each of the lost ones ends one visit at most, and no other ends.
            CHECK(whole + lost >= transfers.numbers.size());
            CHECK(whole < transfers.numbers.size());
            CHECK(whole > 0);
        }
        lab.run(minutes{2});
        CHECK(lab.sessions() == 0);
        CHECK(lab.said("SSL00001", "DTCSSL921I"));
        CHECK(lab.ready() == 4);
        CHECK(lab.world.ssl_server("SSL00001")->total_sessions == 0);
        const auto after = lab.world.stack("TCPIP");
        for (const auto& member : after->members) CHECK(member.active == 0);
        lab.world.xautolog("MAINT", "SSL00002", {});
        lab.run(hours{3});  // longer than any timer of a connection
        CHECK(lab.ready() == 5);
        for (auto& machine : lab.system().machines()) (void)lab.system().close_console(machine->name());
        lab.world.storage().spool = {};
        clear_away(lab);
        held.push_back(bytes_in_use());
        journal.push_back(journal_bytes(lab));
    }
    std::printf(
        "%zu visits: %zu kB before, %zu at work, then %zu, %zu, %zu; of that the journal %zu, %zu, %zu\n",
        wanted_visits(), held[0] / 1000, peak / 1000, held[1] / 1000, held[2] / 1000, held[3] / 1000,
        journal[1] / 1000, journal[2] / 1000, journal[3] / 1000);
    CHECK(held[1] - held[0] < (peak - held[0]) / 5);
    // Tables and timer wheels keep the room of their fullest moment: nothing else stays.
    CHECK(held[3] < held[2] + 200'000 + (peak - held[0]) / 1000);
}
