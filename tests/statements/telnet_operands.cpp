// INTERNALCLIENTPARMS, from the text to what a client of the Telnet server meets.
#include <doctest/doctest.h>

#include "profiles/source_text.hpp"
#include "simulator/ipl/configure.hpp"
#include "simulator/machines/client_scripts.hpp"
#include "tests/services/telnet_bench.hpp"
#include "tests/statements/edited_world.hpp"

using namespace vmlab;
using namespace vmlab::services;
using namespace vmlab::services::telnet_bench;

namespace {

TelnetConfig configured(std::string_view operands) {
    const FileId file{"PROFILE", "TCPIP", {'D', '1'}};
    const auto text = fmt::format("INTERNALCLIENTPARMS\n{}\nENDINTERNALCLIENTPARMS\n", operands);
    return sim::configure_telnet(profiles::read_profile_tcpip(profiles::SourceText::from_host(file, text)));
}

/// A display that is logged on to nothing yet.
struct Displayed : Bench {
    explicit Displayed(std::string_view operands) : Bench(configured(operands)) {
        connect();
        agree_tn3270(*this, "IBM-3278-2");
        cp(ShowLogo{1, "GDLRCT2"});
        take_sends();
    }
};

/// Telnet in the shipped system with one more operand, or another.
sim::EditedWorld world_with(const std::string& from, const std::string& to) {
    return sim::EditedWorld({{sim::kProfile, from, to}});
}
bool negotiates_tls(sim::EditedWorld& lab) {
    auto client = sim::telnet_conversation({Ipv4Address::of(9, 60, 60, 3), 23});
    client.host = "gdlrct2.example.test";
    return lab.talk(std::move(client)).succeeded;
}

}  // namespace

TEST_CASE("TIMEMARK: an idle client is asked after so many seconds") {
    Displayed bench("TIMEMARK 120");
    bench.wait(seconds{119});
    CHECK(bench.sent() == "");
    bench.wait(seconds{1});
    CHECK(bench.sent() == "FF FD 06");
}

TEST_CASE("SCANINTERVAL: a timing mark may go unanswered so many seconds") {
    Displayed bench("SCANINTERVAL 10");
    bench.wait(seconds{609});
    CHECK_FALSE(bench.closing());
    bench.wait(seconds{1});
    CHECK(bench.closing());
}

TEST_CASE("INACTIVE of Telnet: a user who enters nothing so many seconds is dropped") {
    Displayed bench("INACTIVE 150");
    bench.wait(seconds{149});
    CHECK_FALSE(bench.closing());
    bench.wait(seconds{1});
    CHECK(bench.host.recorded("telnet-inactive"));
}

TEST_CASE("LDEVRANGE: the logical devices of terminals") {
    Displayed bench("LDEVRANGE 30 3F");
    CHECK(bench.take_input<TerminalOpened>().device == 0x30);
}

TEST_CASE("NOTN3270E: TN3270E is not offered") {
    Bench bench(configured("NOTN3270E"));
    bench.connect();
    CHECK(bench.sent() == "FF FD 18");
}

TEST_CASE("TN3270E: it is offered, also behind NOTN3270E") {
    Bench bench(configured("NOTN3270E TN3270E"));
    bench.connect();
    CHECK(bench.sent() == "FF FD 28");
}

TEST_CASE("INTERNALCLIENTPARMS PORT: Telnet listens there") {
    auto lab = world_with("  PORT 992\n", "  PORT 992\n  PORT 2323\n");
    sim::Conversation c;
    c.steps = {sim::OpenConnection{{Ipv4Address::of(9, 60, 60, 3), 2323}}, sim::ExpectBytes{"\xff\xfd\x2e"}};
    CHECK(lab.talk(std::move(c)).succeeded);
}

TEST_CASE("SECURECONNECTION and TLSLABEL: TLS is negotiated with that label") {
    sim::EditedWorld lab;
    CHECK(negotiates_tls(lab));
}

TEST_CASE("CLIENTCERTCHECK of Telnet: who has no certificate is refused") {
    auto lab = world_with("CLIENTCERTCHECK NONE", "CLIENTCERTCHECK REQUIRED");
    CHECK_FALSE(negotiates_tls(lab));
}
