// What happens around the system is proved as a cause, too: what is done to wires, and attacks; and visitors
// of IPv6 come again as those of IPv4 do.
#include <doctest/doctest.h>

#include <algorithm>

#include "simulator/commands/why.hpp"
#include "simulator/scenario/reproduction.hpp"
#include "tests/scenario/healthy_system.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

WireFault fault(std::initializer_list<WireWord> words) {
    WireFault made;
    for (const auto& word : words) REQUIRE_FALSE(set_fault_word(made, word.key, word.value));
    return made;
}

/// In the file whose name ends so.
void change(WorldOptions& options, std::string_view file, std::string_view from, std::string_view to) {
    for (auto& [path, text] : options.files) {
        const auto at = path.ends_with(file) ? text.find(from) : text.npos;
        if (at == text.npos) continue;
        text.replace(at, from.size(), to);
        return;
    }
    FAIL("not in the baseline: " << std::string(from));
}

struct Asked {
    WhyAnswer answer;
    Cure cure;
};
/// Brings `bad` up, lets those visit whom `good` serves, asks, and proves.
Asked ask(const WorldOptions& good, const WorldOptions& bad, std::string_view words) {
    Outside nobody;
    World world(bad, nobody);
    bring_up_and_visit(world, good);
    world.system().run_until(world.now() + minutes{1});
    const auto journal = world.journal().kept();
    const auto question = *read_why(words);
    Asked asked{answer_why(question, journal, "TCPIP"), {}};
    const std::span wires(bad.wires);
    asked.cure = prove_why(question, asked.answer, good,
                           {journal,
                            bad.files,
                            bad.start,
                            "TCPIP",
                            {},
                            circumstances_of(wires.subspan(good.wires.size()), bad.attackers)});
    return asked;
}

/// The healthy system with an IPv6 address.
WorldOptions dual() {
    WorldOptions good = healthy();
    change(good, "/PROFILE.TCPIP", "  9.60.60.3 255.255.255.0 ETH0\n",
           "  9.60.60.3 255.255.255.0 ETH0\n  2001:db8:60::3/64 ETH0\n");
    change(
        good, "/PROFILE.TCPIP", "  DEFAULTNET                  9.60.60.1   ETH0  1500\n",
        "  DEFAULTNET                  9.60.60.1   ETH0  1500\n  DEFAULTNET  2001:db8:60::1  ETH0  1500\n");
    return good;
}

}  // namespace

TEST_CASE(
    "a wire that loses all frames of one direction is the proved cause, among other things that happen") {
    WorldOptions bad = healthy();
    bad.wires = {{"LAN0",
                  {{"delay", "1ms"}},
                  {fault({{"name", "slow"}, {"protocol", "icmp"}, {"delay", "5ms"}}),
                   fault({{"name", "deaf"}, {"to", "TCPIP"}, {"protocol", "tcp"}, {"loss", "100"}})}}};
    const Asked asked = ask(healthy(), bad, "LAST");
    const WhyAnswer& answer = asked.answer;
    const Cure& cure = asked.cure;
    REQUIRE_FALSE(answer.chain.empty());
    CAPTURE(answer.chain.front().text);
    CAPTURE(cure.why_not);
    CHECK(answer.chain.front().text.find("wire LAN0 loses frames to TCPIP by fault 'deaf'") == 0);
    CHECK(cure.undo.empty());
    REQUIRE(cure.without.size() == 1);
    CHECK(cure.without[0].words == "wire LAN0: fault 'deaf'");
    CHECK(cure.around == 3);
    const auto report = report_cure(cure);
    CHECK(report.front().starts_with("Proved: without 1 of 3 things that happen around the system"));
}

TEST_CASE("a partition for a while is the proved cause of the connections that it broke") {
    WorldOptions bad = healthy();
    bad.wires = {
        {"LAN0", {}, {fault({{"name", "partition"}, {"after", "1ms"}, {"until", "20m"}, {"loss", "100"}})}}};
    const auto asked = ask(healthy(), bad, "by fault 'partition'");
    CAPTURE(asked.cure.why_not);
    REQUIRE(asked.cure.without.size() == 1);
    CHECK(asked.cure.without[0].words == "wire LAN0: fault 'partition'");
}

TEST_CASE("lines of files come before what happens around them") {
    WorldOptions bad = healthy();
    bad.wires = {{"LAN0", {{"delay", "1ms"}}, {}}};
    change(bad, "/SRVRFTP.CONFIG", "TLSLABEL          FTPCERT", "TLSLABEL          NOTTHERE");
    const auto asked = ask(healthy(), bad, "DTCFTS8467E");
    REQUIRE(asked.cure.undo.size() == 1);
    CHECK(asked.cure.without.empty());
}

TEST_CASE("an attack is the proved cause of what the stack says of it") {
    WorldOptions bad = healthy();
    AttackPlan attack;
    attack.kind = AttackKind::teardrop;
    attack.at = seconds{15};
    attack.lasts = seconds{10};
    bad.attackers = {{"MALLORY", Ipv4Address::of(9, 60, 60, 66), {attack}}};
    const auto asked = ask(healthy(), bad, "Teardrop:");
    REQUIRE_FALSE(asked.answer.chain.empty());
    CAPTURE(asked.cure.why_not);
    REQUIRE(asked.cure.without.size() == 1);
    CHECK(asked.cure.without[0].words == "attacks of MALLORY (9.60.60.66)");
}

TEST_CASE("visitors of IPv6 are refused by a line that lets those of IPv4 in: named, and proved") {
    const WorldOptions good = dual();
    WorldOptions bad = good;
    change(bad, "/PROFILE.TCPIP", "; Who is told about serious errors\n",
           "; Who is told about serious errors\nBLOCK 2001:db8:60::4 ENDBLOCK\n");
    const auto asked = ask(good, bad, "source address blocked");
    REQUIRE_FALSE(asked.answer.rests_on.empty());
    CHECK(asked.answer.rests_on.front().line == 10);
    CAPTURE(asked.cure.why_not);
    REQUIRE(asked.cure.undo.size() == 1);
    CHECK(asked.cure.undo[0].bad == "BLOCK 2001:db8:60::4 ENDBLOCK");
}

TEST_CASE("clients of IPv6 behind the router get no answer without a way back: named, and proved") {
    const WorldOptions good = dual();
    WorldOptions bad = good;
    change(bad, "/PROFILE.TCPIP", "  DEFAULTNET  2001:db8:60::1  ETH0  1500\n", "");
    const auto asked = ask(good, bad, "2001:db8:61::4");
    REQUIRE_FALSE(asked.answer.chain.empty());
    CAPTURE(asked.answer.chain.front().text);
    CAPTURE(asked.cure.why_not);
    REQUIRE(asked.cure.undo.size() == 1);
    CHECK(asked.cure.undo[0].good == "  DEFAULTNET  2001:db8:60::1  ETH0  1500");
}
