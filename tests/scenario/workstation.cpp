// A scripted client talks to a plain server over the virtual LAN: what it says, what it takes, and how it
// says what went wrong.
#include <doctest/doctest.h>

#include "simulator/machines/client_scripts.hpp"
#include "tests/scenario/plain_server.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

FtpVisit visit(std::vector<FtpJob> jobs, bool extended = true) {
    FtpVisit v;
    v.server = ClientBench::kServer;
    v.extended = extended;
    v.user = "TEST";
    v.password = "SECRET";
    v.jobs = std::move(jobs);
    return v;
}

Conversation script(std::vector<ClientStep> steps) {
    Conversation c;
    c.steps = std::move(steps);
    return c;
}

}  // namespace

TEST_CASE("a visit to an FTP server, as a transcript") {
    ClientBench bench;
    bench.server->files[""] = "A FILE\r\n";
    const auto result = bench.talk(ftp_conversation(visit({{FtpJob::Kind::list, "", ""}})));
    CHECK(result.why == "");
    CHECK(result.succeeded);
    const std::vector<std::string> expected{
        "* connects to 9.60.60.3..21",
        "< 220-A test server",
        "< 220 ready",
        "> USER TEST",
        "< 331 Send password please.",
        "> PASS ********",
        "< 230 TEST logged in",
        "> TYPE I",
        "< 200 Representation type is I.",
        "> EPSV",
        "< 229 Entering Extended Passive Mode (|||50000|)",
        "> LIST",
        "< 125 Sending",
        "* 8 bytes received, SHA-256 " + sha256_text("A FILE\r\n").substr(0, 16),
        "< 250 Transfer completed successfully.",
        "> QUIT",
        "< 221 Goodbye.",
    };
    CHECK(result.transcript == expected);
    CHECK(result.cipher == "");
    CHECK(sha256_text("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("a file that was put comes back unharmed, by EPSV and by PASV") {
    for (const bool extended : {true, false}) {
        CAPTURE(extended);
        ClientBench bench;
        const std::string file = sample_text(300'000);
        const auto result = bench.talk(ftp_conversation(
            visit({{FtpJob::Kind::put, "A.TXT", file}, {FtpJob::Kind::get, "A.TXT", ""}}, extended)));
        CHECK(result.why == "");
        REQUIRE(result.transfers.size() == 2);
        CHECK(bench.server->files["A.TXT"] == file);
        CHECK(result.transfers[0].upload);
        CHECK(result.transfers[0].bytes == 300'000);
        CHECK_FALSE(result.transfers[1].upload);
        CHECK(result.transfers[1].content == file);
        CHECK(result.transfers[0].sha256 == sha256_text(file));
        CHECK(result.transfers[1].sha256 == sha256_text(file));
    }
}

TEST_CASE("loss on the wire costs time, not bytes") {
    ClientBench bench(7);
    bench.network.impairments(0).loss = 20'000;
    const std::string file = sample_text(500'000);
    const auto result = bench.talk(
        ftp_conversation(visit({{FtpJob::Kind::put, "B.TXT", file}, {FtpJob::Kind::get, "B.TXT", ""}})));
    CHECK(result.why == "");
    REQUIRE(result.transfers.size() == 2);
    CHECK(result.transfers[1].sha256 == sha256_text(file));
    CHECK(bench.network.counters(0).lost > 0);
}

TEST_CASE("the wrong reply ends the script at its step") {
    ClientBench bench;
    bench.server->answers["PASS"] = "530 Login attempt by TEST rejected\r\n";
    const auto result = bench.talk(ftp_conversation(visit({})));
    CHECK_FALSE(result.succeeded);
    CHECK(result.failed_step == std::optional<std::size_t>(5));
    CHECK(result.why == "expect a reply 230: the peer said 530 Login attempt by TEST rejected");
    CHECK(result.heard("530 Login attempt"));
    CHECK_FALSE(result.heard("SECRET"));
    CHECK(result.transcript.back() == "! " + result.why);
}

TEST_CASE("a port without a listener is refused at once") {
    ClientBench bench;
    const auto result = bench.talk(script({OpenConnection{{ClientBench::kServer.address, 22}}}));
    CHECK_FALSE(result.succeeded);
    CHECK(result.why.starts_with("connect to 9.60.60.3..22: "));
    CHECK(result.over - result.began < seconds{1});
}

TEST_CASE("silence ends a script by its patience") {
    ClientBench bench;
    bench.server->answers["NOOP"] = "";
    Conversation c = script(
        {OpenConnection{ClientBench::kServer}, ExpectReply{"220"}, SendLine{"NOOP"}, ExpectReply{"200"}});
    c.patience = seconds{20};
    const auto result = bench.talk(c);
    CHECK(result.why == "expect a reply 200: nothing came for 20 s");
    CHECK(result.over - result.began >= seconds{20});
    CHECK(result.over - result.began < seconds{21});
}

TEST_CASE("a peer that hangs up is told from one that is silent") {
    ClientBench bench;
    bench.server->hangs_up_after_greeting = true;
    CHECK(bench.talk(script({OpenConnection{ClientBench::kServer}, ExpectReply{"220"}, ExpectClose{}})).why ==
          "");
    const auto result =
        bench.talk(script({OpenConnection{ClientBench::kServer}, ExpectReply{"220"}, ExpectReply{"331"}}));
    CHECK(result.why == "expect a reply 331: the peer closed the connection");
}

TEST_CASE("a TLS client is not content with a server that speaks in clear") {
    ClientBench bench;
    const auto result = bench.talk(tls_conversation(ClientBench::kServer));
    CHECK_FALSE(result.succeeded);
    CHECK(result.why.starts_with("connect to 9.60.60.3..21 with TLS: TLS: "));
    CHECK_FALSE(result.verified);
    CHECK(result.protocol == "");
}

TEST_CASE("Telnet's START-TLS is expected byte by byte") {
    ClientBench bench;
    bench.server->greeting = std::string("\xff\xfd\x28", 3);  // DO TN3270E comes first: wrong
    const auto wrong = bench.talk(telnet_conversation(ClientBench::kServer));
    CHECK(wrong.why == "expect 3 bytes exactly: the peer said <FF><FD>(, not <FF><FD>.");
    bench.server->greeting = std::string("\xff\xfd\x2e", 3);
    const auto silent = bench.talk(telnet_conversation(ClientBench::kServer));
    CHECK(silent.failed_step == std::optional<std::size_t>(3));
}

TEST_CASE("an endless reply does not grow without bound") {
    ClientBench bench;
    bench.server->greeting = std::string(1'000'000, 'x');
    const auto result = bench.talk(script({OpenConnection{ClientBench::kServer}, ExpectReply{"220"}}));
    CHECK_FALSE(result.succeeded);
    CHECK(result.why == "expect a reply 220: the peer said more than this client keeps");
}

TEST_CASE("ping, and a host that is not there") {
    ClientBench bench;
    CHECK(bench.talk(script({SendEcho{ClientBench::kServer.address}})).succeeded);
    CHECK_FALSE(bench.talk(script({SendEcho{Ipv4Address::of(9, 60, 60, 99)}})).succeeded);
}

TEST_CASE("a 227 that points elsewhere is not followed there") {
    ClientBench bench;
    bench.server->answers["PASV"] = "227 Entering Passive Mode (10,0,0,1,195,80)\r\n";
    bench.server->files[""] = "x";
    const auto result = bench.talk(ftp_conversation(visit({{FtpJob::Kind::list, "", ""}}, false)));
    CHECK(result.why == "");
    bench.server->answers["PASV"] = "227 Entering Passive Mode (soon)\r\n";
    const auto unclear = bench.talk(ftp_conversation(visit({{FtpJob::Kind::list, "", ""}}, false)));
    CHECK(unclear.why == "open a data connection (PASV): no port in 227 Entering Passive Mode (soon)");
}

TEST_CASE("two conversations at once do not disturb each other, and nothing of them stays") {
    ClientBench bench;
    const auto one = bench.client->start(script({OpenConnection{ClientBench::kServer}, ExpectReply{"220"},
                                                 Pause{seconds{5}}, CloseConnection{}}),
                                         bench.system);
    const auto two = bench.client->start(
        script({OpenConnection{{ClientBench::kServer.address, 22}}, ExpectReply{"220"}}), bench.system);
    bench.system.run_until(bench.system.now() + seconds{1});
    CHECK(bench.client->result(two).ended);
    CHECK_FALSE(bench.client->result(one).ended);
    bench.client->forget(one, bench.system);
    bench.client->forget(two, bench.system);
    bench.system.run_until(bench.system.now() + minutes{10});
    CHECK(bench.client->snapshot().connections.empty());
    CHECK(bench.system.idle());
}
