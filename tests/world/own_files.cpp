// A system of an administrator's own few files comes up, and its own network, device, pool and labels serve
// clients.
#include <doctest/doctest.h>

#include "simulator/machines/client_scripts.hpp"
#include "tests/given/own_system.hpp"
#include "tests/world/baseline_world.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

WorldOptions own_options(const testing::Texts& texts) {
    auto system = testing::supplied(texts);
    WorldOptions options = baseline_options();
    options.files = std::move(system.files);
    options.around = std::move(system.around);
    return options;
}

Conversation listing(const World& world) {
    FtpVisit visit;
    visit.server = {world.lan().home, 21};
    visit.tls = visit.private_data = true;
    visit.user = visit.password = "TCPMAINT";
    visit.jobs = {{FtpJob::Kind::list, {}, {}}};
    auto conversation = ftp_conversation(visit);
    conversation.host = world.host_name();
    return conversation;
}

void serves(const testing::Texts& texts) {
    BaselineWorld system(own_options(texts));
    CAPTURE(system.console("TCPIP"));
    CAPTURE(system.console("FTPSERVE"));
    CAPTURE(system.console("TLS00001"));
    CHECK(system.world.complaints().empty());
    CHECK(system.world.settled("TCPIP"));
    CHECK(system.world.host_name() == "bosvm1.boston.example");
    const auto result = system.talk(listing(system.world));
    CAPTURE(result.transcript);
    CHECK(result.succeeded);
}

}  // namespace

TEST_CASE("own node, network, device, pool prefix and labels: FTP over TLS works from the LAN") {
    serves(testing::own_texts());
}

TEST_CASE("a network without room for clients: they come through ROUTER") {
    auto texts = testing::own_texts();
    std::string& profile = texts.at("profile.tcpip");
    profile.replace(profile.find("255.255.255.0"), 13, "255.255.255.252");
    const auto hop = profile.find("10.1.2.1 ");
    profile.replace(hop, 8, "10.1.2.2");
    profile.replace(profile.find("10.1.2.3"), 8, "10.1.2.1");
    serves(texts);
}

TEST_CASE("a device that the directory DEDICATEs is there without :attach.") {
    auto texts = testing::own_texts();
    std::string& dtcparms = texts.at("BOSVM1 DTCPARMS");
    dtcparms.erase(dtcparms.find(" :attach.0700-0702\n"), 19);
    serves(texts);
}
