// A machine whose cryptographic hardware is described: what its servers say of it, and what their clients
// wait.
#include "sslserv/crypto_costs.hpp"
#include "tests/world/changed_world.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

WorldOptions on(std::initializer_list<const char*> cards, bool cpacf = true,
                const std::vector<Edit>& edits = {}, Level level = Level()) {
    auto options = changed(edits);
    options.around.level = level;
    options.around.crypto.emplace();
    options.around.crypto->cpacf = cpacf;
    for (const auto* card : cards) options.around.crypto->cards.push_back(CryptoCard::parse(card).value());
    return options;
}

struct Described : BaselineWorld {
    explicit Described(const WorldOptions& options) : BaselineWorld(options) {
        world.log_on_at_prompt("TCPMAINT");
        run(seconds{1});
    }
    std::string typed(const std::string& line) {
        const auto before = console("TCPMAINT").size();
        type("TCPMAINT", line);
        return console("TCPMAINT").substr(before);
    }
    /// How long a conversation takes.
    Duration takes(Conversation what) {
        const Instant began = system().now();
        const auto number = world.workstation().start(std::move(what), system());
        system().run_until(began + minutes{10}, [&] { return world.workstation().result(number).ended; });
        CHECK(world.workstation().result(number).succeeded);
        const Duration took = system().now() - began;
        world.workstation().forget(number, system());
        return took;
    }
};

bool has(const std::string& text, std::string_view what) { return text.find(what) != text.npos; }

const Edit kNoApvirtual{"USER.DIRECT", "PROFILE TCPSSLU\n  CRYPTO APVIRTUAL", "PROFILE TCPSSLU"};
const Edit kDedicated{"USER.DIRECT", "PROFILE TCPSSLU\n  CRYPTO APVIRTUAL",
                      "PROFILE TCPSSLU\n  CRYPTO APDED 1"};

}  // namespace

TEST_CASE("QUERY CRYPTO and STATUS DETAILS: what the machine has, and what a server has of it") {
    Described lab(on({"CEX6A", "CEX6P"}));
    const auto queues = lab.typed("QUERY CRYPTO");
    CHECK(has(queues, "AP 000 CEX6A Domain 012 operational    shared    unspecified\n"));
    CHECK(has(queues, "AP 001 CEX6P Domain 012 operational    free      unspecified\n"));
    CHECK(has(lab.typed("QUERY CRYPTO DOMAINS"), "Domain 012 shared AP 000-001\n"));
    CHECK(has(lab.typed("QUERY CRYPTO TYPO"), "HCPCQV003E"));
    CHECK(has(lab.typed("QUERY VIRTUAL CRYPTO"), "HCPQCR901I No crypto resources"));
    CHECK(has(lab.typed("SSLADMIN QUERY STATUS DETAILS (SSL SSL00002"),
              "DTCSSL2430I Cryptographic hardware details:\nServer   Status   Hardware\n"
              "--------------------------\nSSL00002 Enabled  CPACF APVIRTUAL\nSSL00002 Disabled <*None*>\n"));
    CHECK(lab.said("SSL00002", "DTCSSL926I Cryptographic hardware: CPACF, APVIRTUAL"));
}

TEST_CASE("a machine that nobody described has no cards, and its servers say nothing of it") {
    Described lab(changed({}));
    CHECK(has(lab.typed("QUERY CRYPTO"), "HCPQCR901I No crypto resources"));
    CHECK_FALSE(has(lab.typed("SSLADMIN QUERY STATUS DETAILS"), "hardware"));
    CHECK_FALSE(lab.said("SSL00001", "DTCSSL926I"));
}

TEST_CASE("without APs a server says why, and it rests on the line of the directory") {
    Described lab(on({"CEX6A"}, false, {kDedicated}));
    CHECK(has(lab.typed("SSLADMIN QUERY STATUS DETAILS (SSL SSL00001"),
              "SSL00001 Enabled  <*None*>\nSSL00001 Disabled CPACF APVIRTUAL\n"));
    CHECK(lab.said("SSL00001", "DTCSSL926I Cryptographic hardware: no CPACF, no APVIRTUAL: its"));
    std::string line;
    for (const auto& entry : lab.world.journal().kept())
        if (has(entry.line(), "DTCSSL926I")) line = entry.line();
    CHECK(has(line, "[USER DIRECT C1:27:3]"));
    Described old(on({"CEX6A"}, true, {}, Level(Release::v640, {})));
    CHECK(old.said("SSL00001", "no APVIRTUAL: the level"));
}

TEST_CASE("a handshake and its data take the time that they cost") {
    Described free(changed({})), both(on({"CEX6A"})), no_ap(on({"CEX6A"}, true, {kNoApvirtual})),
        none(on({}, false));
    const auto echo = [](Described& lab) { return lab.takes(echo_conversation()); };
    const Duration base = echo(free);
    using sslserv::KeyKind;
    const auto handshake = [](bool ap) {
        return sslserv::cost_of_handshake({true, ap, {}, {}}, {KeyKind::rsa, 2048});
    };
    const Duration with_ap = echo(both), without_ap = echo(no_ap);
    CHECK(with_ap - base > handshake(true) - microseconds{100});  // while the client works, too
    CHECK(with_ap - base < handshake(true) + milliseconds{1});
    CHECK(without_ap - with_ap == handshake(false) - handshake(true));

    const auto transfer = [](Described& lab) {
        return lab.takes(ftp_conversation(std::string(500'000, 'v')));
    };
    const Duration with_cpacf = transfer(no_ap), without = transfer(none);
    CHECK(without - with_cpacf > 2 * 500'000 * nanoseconds{15});  // there and back
}
