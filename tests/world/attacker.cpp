// A host that attacks: NETSTAT DOS knows each of its attacks by name, and the service goes on.
#include "simulator/machines/attacker.hpp"

#include <doctest/doctest.h>

#include "tests/world/changed_world.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

constexpr Ipv4Address kMallory = Ipv4Address::of(9, 60, 60, 66), kInvented = Ipv4Address::of(198, 51, 100, 7);

WorldOptions attacked(std::vector<AttackPlan> attacks) {
    WorldOptions options =
        changed({{"198/PROFILE.TCPIP", "ASSORTEDPARMS", "PENDINGCONNECTIONLIMIT 10\nASSORTEDPARMS"}});
    options.attackers = {{"MALLORY", kMallory, std::move(attacks)}};
    return options;
}

struct Attacked : BaselineWorld {
    explicit Attacked(std::vector<AttackPlan> attacks) : BaselineWorld(attacked(std::move(attacks))) {
        run(minutes{2});
    }
    std::uint64_t count(stack::Attack attack, Ipv4Address from) const {
        std::uint64_t all = 0;
        const auto stack = world.stack("TCPIP");
        for (const auto& row : stack->stack.attacks)
            if (row.attack == attack && row.from == IpAddress(from)) all += row.count;
        return all;
    }
};

AttackPlan plan(AttackKind kind, std::uint32_t rate = 10) {
    AttackPlan attack;
    attack.kind = kind;
    attack.at = seconds{60};
    attack.lasts = seconds{10};
    attack.rate = rate;
    return attack;
}

}  // namespace

TEST_CASE("each attack of a host on the LAN is known by its name, and who comes with a wish is served") {
    using stack::Attack;
    struct Row {
        AttackKind kind;
        std::uint32_t rate;
        Attack attack;
        Ipv4Address from;
        std::uint64_t at_least;
    };
    constexpr Ipv4Address kVictim = Ipv4Address::of(9, 60, 60, 3);
    const Row rows[] = {{AttackKind::land, 10, Attack::land, kVictim, 100},
                        {AttackKind::blat, 10, Attack::blat, kVictim, 100},
                        {AttackKind::smurf, 10, Attack::smurf_in, kMallory, 100},
                        {AttackKind::smurf_reply, 10, Attack::smurf_reply, kMallory, 100},
                        {AttackKind::fraggle, 10, Attack::fraggle, kMallory, 100},
                        {AttackKind::ping_of_death, 10, Attack::ping_of_death, kMallory, 100},
                        {AttackKind::kiss_of_death, 10, Attack::kiss_of_death, kMallory, 100},
                        {AttackKind::teardrop, 10, Attack::teardrop, kMallory, 50},
                        {AttackKind::stream, 100, Attack::stream, kMallory, 500},
                        {AttackKind::ack_flood, 1000, Attack::r4p3d, kMallory, 5000}};
    std::vector<AttackPlan> attacks;
    for (const auto& row : rows) attacks.push_back(plan(row.kind, row.rate));
    Attacked lab(std::move(attacks));
    for (const auto& row : rows) {
        CAPTURE(std::string(name_of(row.kind)));
        CHECK(lab.count(row.attack, row.from) >= row.at_least);
    }
    CHECK(lab.said("TCPIP", "DTCUTI001E Serious problem encountered:"));
    CHECK(lab.talk(echo_conversation()).succeeded);
    CHECK(lab.world.idle_attackers().empty());
}

TEST_CASE("a SYN flood under an invented address, and an address that is claimed") {
    auto flood = plan(AttackKind::syn_flood, 20);
    flood.port = 21;
    flood.from = {kInvented, 32};
    Attacked lab({flood, plan(AttackKind::claim, 1)});
    CHECK(lab.count(stack::Attack::syn_flood, kInvented) > 0);
    CHECK(lab.count(stack::Attack::syn_flood, kMallory) == 0);
    CHECK(lab.said("TCPIP", "DTCOSD964E Link ETH0: address 9.60.60.3 is also claimed"));
}

TEST_CASE("RST and data into a connection whose addresses are known and whose numbers are not") {
    // What the workstation's port will be is seen in a run without the attack.
    const auto idle = [](BaselineWorld& lab) {
        Conversation c;
        c.steps = {OpenConnection{{lab.world.lan().home, 25}}, ExpectReply{"220"}, Pause{seconds{90}},
                   SendLine{"NOOP"}, ExpectReply{"250"}};
        c.patience = minutes{3};
        return c;
    };
    BaselineWorld before(attacked({}));
    (void)before.world.workstation().start(idle(before), before.system());
    before.run(seconds{5});
    std::uint16_t port = 0;
    const auto seen = before.world.stack("TCPIP");
    for (const auto& socket : seen->sockets)
        if (socket.connection.local.port == 25 && socket.connection.peer.port != 0)
            port = socket.connection.peer.port;
    REQUIRE(port != 0);
    auto reset = plan(AttackKind::reset, 100), data = plan(AttackKind::data, 100);
    for (auto* attack : {&reset, &data}) {
        attack->at = before.world.now() - before.world.level().ipl + seconds{10};
        attack->from = {before.world.lan().workstation, 32};
        attack->low_port = attack->high_port = port;
    }
    BaselineWorld lab(attacked({reset, data}));
    const auto visit = lab.world.workstation().start(idle(lab), lab.system());
    lab.run(minutes{3});
    CHECK(lab.world.workstation().result(visit).succeeded);
    bool named = false;
    const auto after = lab.world.stack("TCPIP");
    for (const auto& row : after->stack.attacks) named = named || row.attack == stack::Attack::injection;
    CHECK(named);
}

TEST_CASE("the same attacks twice are the same run") {
    const auto run = [] {
        auto flood = plan(AttackKind::syn_flood, 50);
        flood.from = {Ipv4Address::of(198, 51, 100, 0), 24};
        Attacked lab({flood});
        std::string all;
        const auto after = lab.world.stack("TCPIP");
        for (const auto& row : after->stack.attacks)
            all += row.from.str() + " " + std::to_string(row.count) + "\n";
        return all;
    };
    const std::string first = run();
    CHECK(first.find("198.51.100.") != std::string::npos);
    CHECK(first == run());
}
