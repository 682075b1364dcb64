// From files to what the cores run with: every value arrives with the place that says so.
#include <doctest/doctest.h>

#include "tests/ipl/fixture.hpp"

using namespace vmlab;
using namespace vmlab::sim;
using namespace vmlab::sim::testing;

namespace {

std::vector<Userid> users() {
    return {"FTPSERVE", "SSL00002", "SSL00001", "SSL00003", "SSL00004", "SSL00005", "SSLDCSSM", "TCPIP"};
}

StackConfiguration configured(Node& node, const Userid& stack = "TCPIP") {
    const TcprunResult result = node.run(stack);
    REQUIRE(result.launch);
    const auto search = profiles::find_profile(stack, "GDLRCT2", node.files);
    REQUIRE(search.found);
    return configure_stack(profiles::read_profile_tcpip(*search.found), *result.launch, users());
}

/// TCPIP has these devices by DTCPARMS.
void attach(Node& node, const std::string& devices) {
    node.change("GDLRCT2", "DTCPARMS", ":DCSS_Parms.<DEFAULT>", ":DCSS_Parms.<DEFAULT> :attach." + devices);
}

}  // namespace

TEST_CASE("the stack of the baseline") {
    Node node;
    const StackConfiguration c = configured(node);
    CHECK(c.notices.empty());
    CHECK(c.server.profile.str() == "PROFILE TCPIP D1");
    REQUIRE(c.server.devices.size() == 1);
    CHECK(c.server.devices[0].started);
    CHECK(c.server.home[0].address.str() == "9.60.60.3");
    CHECK(c.server.home[0].where.str() == "PROFILE TCPIP D1:63:3");
    CHECK(c.server.gateway[0].first_hop.str() == "9.60.60.1");
    CHECK(c.server.ssl.server->value == stack::kAnyUser);
    CHECK(c.server.ssl.members ==
          std::vector<Userid>{"SSL00001", "SSL00002", "SSL00003", "SSL00004", "SSL00005"});
    CHECK(c.server.ports[4].secure->value == "TELCERT");
    CHECK(c.server.autolog.size() == 4);
    CHECK(c.telnet.ports.size() == 2);
    CHECK(c.telnet.secure_connection.value == services::SecureLevel::required);
    CHECK(c.telnet.secure_connection.where.str() == "PROFILE TCPIP D1:39:20");
    CHECK(*c.telnet.tls_label == "TELCERT");
}

TEST_CASE("the second stack has its own profile, its own device and no pool") {
    Node node;
    const StackConfiguration c = configured(node, "TCPIP10");
    CHECK(c.server.profile.str() == "TCPIP10 TCPIP D1");
    CHECK(c.server.devices[0].started);
    CHECK_FALSE(c.server.ssl.server);
    CHECK(c.server.ssl.members.empty());
}

TEST_CASE("a pool whose :stack. names another stack has no members") {
    Node node;
    node.change("GDLRCT2", "DTCPARMS", ":stack.TCPIP", ":stack.TCPIP10");
    const StackConfiguration c = configured(node);
    CHECK(c.server.ssl.server->value == stack::kAnyUser);
    CHECK(c.server.ssl.members.empty());
    REQUIRE(c.notices.size() == 1);
    CHECK(c.notices[0].text ==
          "DTCRUN909W No TLS/SSL server is associated with TCPIP; secure connections will fail");
}

TEST_CASE("TCPRUN and the stack agree on the pool: the class may name the stack, an earlier prefix hides") {
    const auto is_clear = [](Node& node) {
        return printed(node.run("TCPIP")).find("DTCRUN1038I") != std::string::npos;
    };
    Node by_class;
    by_class.change("GDLRCT2", "DTCPARMS", ":stack.TCPIP", "");
    by_class.change("IBM", "DTCPARMS", ":command.VMSSL", ":command.VMSSL :stack.TCPIP");
    CHECK_FALSE(is_clear(by_class));
    CHECK(configured(by_class).server.ssl.members.size() == 5);
    CHECK(by_class.run("TCPIP").dcss_agent == Userid("SSLDCSSM"));

    Node hidden;
    hidden.change("GDLRCT2", "DTCPARMS", ":nick.SSL*", ":nick.SSL0*");
    hidden.change("GDLRCT2", "DTCPARMS", ":stack.TCPIP", ":stack.TCPIP10");
    hidden.change("IBM", "DTCPARMS", ":nick.SSL*", ":nick.SSL000*");
    CHECK(is_clear(hidden));
    CHECK(configured(hidden).server.ssl.members.empty());
}

TEST_CASE("SSLLIMITS that want more members than there are") {
    Node node;
    node.change("PROFILE", "TCPIP", "MAXPERSSLSERVER 600", "MAXPERSSLSERVER 400");
    const StackConfiguration c = configured(node);
    REQUIRE(c.notices.size() == 1);
    CHECK(c.notices[0].text == "DTCRUN908W SSLLIMITS asks for 8 TLS/SSL servers; 5 are defined");
}

TEST_CASE("SSLSERVERID with a userid names the one server") {
    Node node;
    node.change("PROFILE", "TCPIP", "SSLSERVERID *", "SSLSERVERID SSLSERV");
    CHECK(configured(node).server.ssl.members == std::vector<Userid>{"SSLSERV"});
}

TEST_CASE("a device that is not attached, or not started") {
    Node node;
    attach(node, "0700-0702");
    const auto missing = configured(node).server.devices.at(0);
    CHECK(missing.started);
    CHECK_FALSE(missing.attached);
    CHECK(missing.attach_where.file.type == Name8("DTCPARMS"));
    Node short_of_one;
    attach(short_of_one, "0600-0601");
    CHECK_FALSE(configured(short_of_one).server.devices.at(0).attached);
    Node other;
    attach(other, "0600-0602");
    other.change("PROFILE", "TCPIP", "START DEV@0600", "");
    const auto silent = configured(other).server.devices.at(0);
    CHECK_FALSE(silent.started);
    CHECK(silent.attached);
}

TEST_CASE("DEVICE at an address of a CMS disk: attached or not, the stack does not get it") {
    Node node;
    attach(node, "0400-0402");
    node.change("PROFILE", "TCPIP", "OSD 0600", "OSD 0400");
    const auto device = configured(node).server.devices.at(0);
    CHECK_FALSE(device.attached);
    CHECK_FALSE(device.attach_where.known());
}

TEST_CASE("attached under another address") {
    Node node;
    attach(node, "0A00-0A02 AS 0600 (REQUIRED), 0B00");
    CHECK(configured(node).server.devices[0].attached);
}

TEST_CASE("commas and parentheses of :attach. need no blanks around them") {
    for (const char* devices :
         {"0600,0601,0602", "0500-0502,0600-0602", "0600-0602(REQUIRED)", "0700,0600(OPTIONAL),0601,0602",
          "0A00-0A02 AS 0600(REQUIRED),0B00", "0A00-0A02 AS 0600, 0B00"}) {
        CAPTURE(std::string(devices));
        Node node;
        attach(node, devices);
        CHECK(configured(node).notices.empty());
        CHECK(configured(node).server.devices[0].attached);
    }
}

TEST_CASE("FTP, and what a service knows of its system") {
    Node node;
    const TcprunResult result = node.run("FTPSERVE");
    const auto source = node.files.find("SRVRFTP", "CONFIG");
    const auto ftp = configure_ftp(profiles::read_srvrftp_config(*source), *result.launch);
    CHECK(*ftp.port == 21);
    CHECK(*ftp.tls_label == "FTPCERT");
    CHECK(ftp.tls_label.where.str() == "SRVRFTP CONFIG D1:9:19");
    CHECK(ftp.passive_ports->low == 30000);
    CHECK(ftp.secure_data.value == services::SecureLevel::allowed);
    CHECK_FALSE(*ftp.anonymous);
    const auto facts = configure_facts(*result.launch, "GDLRCT2", {"TCPMAINT"});
    CHECK(facts.host_name == "GDLRCT2");
    CHECK(facts.domain == "EXAMPLE.TEST");
    CHECK(facts.userid == Userid("FTPSERVE"));
}

TEST_CASE(":anonymous.YES switches it on without a statement") {
    Node node;
    node.change("SYSTEM", "DTCPARMS", ":anonymous.NO", ":anonymous.YES");
    const TcprunResult result = node.run("FTPSERVE");
    const auto ftp =
        configure_ftp(profiles::read_srvrftp_config(*node.files.find("SRVRFTP", "CONFIG")), *result.launch);
    CHECK(*ftp.anonymous);
    CHECK(ftp.anonymous.where.str() == "SYSTEM DTCPARMS D1:6:17");
}

TEST_CASE("the policy of a TLS/SSL server is what :parms. says, operand by operand") {
    Node node;
    node.change(
        "GDLRCT2", "DTCPARMS", ":parms.KEYFILE",
        ":parms.PROTOCOL -TLSV1_1 EXEMPT 3DES_168_SHA ENABLE ECDHE_RSA_AES_128_GCM_SHA256 MODE NIST-800-131A "
        "CACHELIFE 90M TRACE FLOW KEYFILE");
    const TcprunResult result = node.run("SSL00001");
    REQUIRE_MESSAGE(result.launch, printed(result));
    const sslserv::Policy& policy = result.launch->policy;
    CHECK(policy.key_file == "/etc/gskadm/Database.kdb");
    REQUIRE(policy.protocols.size() == 1);
    CHECK(policy.protocols[0].version == sslserv::Protocol::tlsv1_1);
    CHECK_FALSE(policy.protocols[0].add);
    REQUIRE(policy.ciphers.size() == 2);
    CHECK_FALSE(policy.ciphers[0].enable);
    CHECK(policy.ciphers[1].enable);
    REQUIRE(policy.modes.size() == 1);
    CHECK(policy.modes[0].mode == sslserv::Mode::nist_800_131a);
    CHECK(policy.cache_life == minutes(90));
    CHECK(policy.trace.level == sslserv::TraceLevel::flow);
}

TEST_CASE("SMTP, and the port of a server that has no file of its own") {
    Node node;
    const auto parsed = profiles::read_smtp_config(*node.files.find("SMTP", "CONFIG"));
    const auto smtp = configure_smtp(parsed, Launch{});
    CHECK(*smtp.tls_label == "SMTPCERT");
    CHECK(smtp.tls.value == services::SecureLevel::allowed);
    CHECK(smtp.tls.where.str() == "SMTP CONFIG D1:9:19");
    CHECK(*smtp.forward_mail == services::ForwardMail::no);
    CHECK(*smtp.max_mail_bytes == 524288);
    CHECK(smtp.postmaster.value == std::vector<Userid>{"TCPMAINT"});
    CHECK(smtp_authorized(parsed) == std::vector<Userid>{"TCPMAINT", "OPERATOR"});
    const StackConfiguration c = configured(node);
    const auto echo = reserved_port(c.server, "TLSECHO");
    REQUIRE(echo);
    CHECK(echo->value == 7443);
    CHECK(echo->where.str() == "PROFILE TCPIP D1:32:3");
    CHECK_FALSE(reserved_port(c.server, "NOBODY"));
}

TEST_CASE("TRACE, MORETRACE, LESSTRACE and NOTRACE in their order") {
    const auto trace_of = [](const char* statements) {
        Node node;
        node.change("PROFILE", "TCPIP", "TIMESTAMP PREFIX", statements);
        return configured(node).server.trace;
    };
    using stack::TraceArea;
    const auto tcp = trace_of("TRACE TCP MORETRACE TCPUP ARP LESSTRACE ARP");
    for (const auto area : {TraceArea::tcp_up, TraceArea::tcp_down, TraceArea::tcp_request, TraceArea::arp})
        CHECK(tcp.on(area));
    CHECK(tcp.more(TraceArea::tcp_up));
    CHECK_FALSE(tcp.more(TraceArea::arp));
    CHECK_FALSE(tcp.on(TraceArea::ssl));
    const auto less = trace_of("TRACE ALL NOTRACE TCPUP");
    CHECK(less.on(TraceArea::ssl));
    CHECK_FALSE(less.on(TraceArea::tcp_up));
    CHECK(trace_of("TRACE ALL NOTRACE").areas == 0);
    CHECK(trace_of("TRACE SSL FILE STACK LOG A").file->name == Name8("STACK"));
}
