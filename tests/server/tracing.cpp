// TRACE: a line for each frame and word of the areas that are on, bytes for those of MORETRACE.
#include "tests/server/bench.hpp"

using namespace vmlab;
using namespace vmlab::stack;
using namespace vmlab::stack::test;

namespace {

/// The lines that begin with this area.
std::size_t lines(const Bench& bench, std::string_view begin) {
    std::size_t n = 0;
    for (const auto& line : bench.traced) n += line.starts_with(begin);
    return n;
}

ServerConfig tracing(std::initializer_list<TraceArea> areas) {
    ServerConfig c = Bench::config();
    for (const auto area : areas) c.trace.areas |= 1u << unsigned(area);
    return c;
}

}  // namespace

TEST_CASE("nothing is traced that nobody asked for") {
    Bench bench;
    (void)bench.open_secured();
    CHECK(bench.traced.empty());
}

TEST_CASE("TCPUP and TCPDOWN: segments by direction; ARP and ICMP: both ways") {
    Bench bench(tracing({TraceArea::tcp_up, TraceArea::tcp_down, TraceArea::arp, TraceArea::icmp}));
    (void)bench.open();
    CHECK(lines(bench, "TCPUP in: ") == 2);
    CHECK(lines(bench, "TCPDOWN out: ") == 1);
    CHECK(lines(bench, "ARP in: ") >= 1);
    CHECK(lines(bench, "ARP out: ") >= 1);
    CHECK(bench.traced.size() == lines(bench, "TCPUP") + lines(bench, "TCPDOWN") + lines(bench, "ARP"));
    bench.ask(PingRequest{1, kClient});
    CHECK(lines(bench, "ICMP out: ") == 1);
    CHECK(lines(bench, "ICMP in: ") == 1);
}

TEST_CASE("SSL, TCPREQUEST and TELNET: words of servers and clients") {
    Bench bench(tracing({TraceArea::ssl, TraceArea::tcp_request}));
    const SocketId socket = bench.open_secured();
    CHECK(lines(bench, "SSL from SSL00001: ready") == 1);
    CHECK(lines(bench, fmt::format("SSL to SSL00001: session {} opened: label FTPCERT", socket)) == 1);
    CHECK(lines(bench, "request of FTPSERVE: listen on port 21") == 1);
    CHECK(lines(bench, "notice to FTPSERVE: accepted ") == 1);
    bench.server.receive_request(kInternalClient, ListenRequest{23, {}}, bench.now, bench);
    CHECK(lines(bench, "request of INTCLIEN") == 0);
    bench.server.set_trace(tracing({TraceArea::telnet}).trace);
    bench.server.receive_request(kInternalClient, ListenRequest{992, {}}, bench.now, bench);
    CHECK(lines(bench, "request of INTCLIEN: listen on port 992") == 1);
}

TEST_CASE("MORETRACE: the first bytes, too") {
    ServerConfig c = tracing({TraceArea::tcp_up});
    c.trace.detailed = c.trace.areas;
    Bench bench(c);
    (void)bench.open();
    CHECK(lines(bench, "   0000  ") == lines(bench, "TCPUP"));
}

TEST_CASE("frames of IPv6 count as those of IPv4: ICMP, TCP and IP by direction") {
    ServerConfig c = tracing({TraceArea::icmp, TraceArea::tcp_up});
    c.home.push_back({*IpAddress::parse("2001:db8::3"), 64, "ETH0", {}});
    Bench bench(c);
    const auto interface =
        bench.client.add_interface({.name = "eth0", .mac = {{2, 0, 0, 0, 0, 4}}, .proves = false});
    bench.client.add_address(interface, *IpAddress::parse("2001:db8::4"), 64, {}, bench.now,
                             bench.client_sink);
    bench.server.start(bench.now, bench);
    bench.pass(seconds{2});
    CHECK(lines(bench, "ICMP out: ") >= 2);  // solicitations of its addresses
    bench.ask(ListenRequest{21, {}});
    bench.at_client =
        bench.client.connect({*IpAddress::parse("2001:db8::3"), 21}, 0, bench.now, bench.client_sink).value();
    bench.pass(seconds{1});
    CHECK(bench.heard<Accepted>().size() == 1);
    CHECK(lines(bench, "TCPUP in: ") == 2);
    CHECK(lines(bench, "ICMP in: ") >= 1);
    CHECK(lines(bench, "IP") == 0);
}
