// Devices that come up, and those that do not: the product's lines, and what they rest on.
#include "tests/server/bench.hpp"

using namespace vmlab;
using namespace vmlab::stack;
using namespace vmlab::stack::test;

namespace {

SourceLocation line(std::uint32_t number) { return {FileId{"PROFILE", "TCPIP", {'D', '1'}}, number, 1}; }

/// DEVICE in line 1, LINK in line 2, HOME in line 3, :attach. elsewhere in line 9.
ServerConfig with_device(DeviceConfig device) {
    ServerConfig c = Bench::config();
    c.ssl = {};
    device.where = line(1);
    c.devices = {std::move(device)};
    c.links[0].where = line(2);
    c.home[0].where = line(3);
    return c;
}

std::string console_of(const Bench& bench) {
    std::string text;
    for (const auto& said : bench.said) text += said.text + "\n";
    return text;
}

}  // namespace

TEST_CASE("an OSD device without START says nothing of itself; its addresses say which statements decide") {
    Bench bench(with_device({"DEV", "OSD", "0600", false}));
    bench.server.start(bench.now, bench);
    CHECK(console_of(bench) == "DTCIPI902E HOME address 9.60.60.3 is ignored: link ETH0 is not active\n");
    CHECK(bench.said[0].rests_on == std::vector<SourceLocation>{line(1), line(2), line(3)});
}

TEST_CASE("an OSD device that is not attached fails at START") {
    DeviceConfig device{"DEV", "OSD", "0600", true};
    device.attached = false;
    device.attach_where = line(9);
    Bench bench(with_device(device));
    bench.server.start(bench.now, bench);
    CHECK(console_of(bench) ==
          "DTCOSD080I OSD initializing:\n"
          "DTCPRI385I  Device DEV:\n"
          "DTCPRI386I     Type: OSD, Status: Not started\n"
          "DTCPRI387I     Envelope queue size: 0\n"
          "DTCPRI388I     Address: 0600\n"
          "DTCOSD045E OSD device DEV: Error getting XA subchan id for 00000600 or 00000601\n"
          "DTCOSD082E OSD shutting down:\n"
          "DTCPRI386I       Type: OSD, Status: No status available\n"
          "DTCIPI902E HOME address 9.60.60.3 is ignored: link ETH0 is not active\n");
    CHECK(bench.said[5].rests_on == std::vector<SourceLocation>{line(9), line(1)});
}

TEST_CASE("a CTC device that is not attached: the product's lines, word for word") {
    DeviceConfig device{"DEV@0E24", "CTC", "0E24", true};
    device.attached = false;
    Bench bench(with_device(device));
    bench.server.start(bench.now, bench);
    CHECK(console_of(bench).starts_with(
        "DTCCTC080I CTCA initializing:\n"
        "DTCPRI385I  Device DEV@0E24:\n"
        "DTCPRI386I     Type: CTC, Status: Not started\n"
        "DTCPRI387I     Envelope queue size: 0\n"
        "DTCPRI388I     Address: 0E24\n"
        "DTCCTC045E CTCA device DEV@0E24: Error getting XA subchan id for 00000E24 or 00000E25\n"
        "DTCCTC082E CTCA shutting down:\n"
        "DTCPRI386I       Type: CTC, Status: No status available\n"));
}

TEST_CASE("no DEFAULTNET: what cannot be sent to a remote host rests on the GATEWAY statement") {
    ServerConfig c = with_device({"DEV", "OSD", "0600", true});
    c.gateway_where = line(4);
    Bench bench(c);
    bench.server.start(bench.now, bench);
    bench.ask(ConnectRequest{1, {Ipv4Address::of(10, 1, 1, 1), 21}});
    REQUIRE(bench.heard<ConnectFailed>().size() == 1);
    bool found = false;
    for (const auto& record : bench.records)
        found |= record.text.find("no route") != std::string::npos &&
                 record.rests_on == std::vector<SourceLocation>{line(4)};
    CHECK(found);
}
