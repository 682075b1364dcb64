// Every kind of check, in a healthy system: what holds is seen to hold, and what does not is not.
#include <doctest/doctest.h>

#include "simulator/machines/client_scripts.hpp"
#include "simulator/scenario/lab_reader.hpp"
#include "tests/scenario/healthy_system.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

struct HealthyWorld {
    HealthyWorld() {
        world.ipl();
        world.log_on_at_prompt("TCPMAINT");
        REQUIRE(run_world(world, minutes{2}, [&] { return world.settled("TCPIP"); }));
    }
    Outside nobody{};
    World world{healthy(), nobody};
};

/// The check as a lab would write it.
Check check_of(const std::string& yaml) {
    const std::string lab =
        "vmlab: 1\nid: x\ntitle: x\nstory: x\nsymptom: x\nbefore: [Q N]\nchecks:\n"
        "  - {id: s, phase: symptom, fact: {name: stack_up}}\n  - {id: c, " +
        yaml + "}\nsolution: [Q N]\n";
    auto reading = read_lab("x.yaml", lab);
    for (const auto& error : reading.errors) MESSAGE(error.str());
    REQUIRE(reading.lab);
    return reading.lab->checks[1];
}

}  // namespace

TEST_CASE("checks that hold in a healthy system") {
    HealthyWorld healthy_world;
    for (const std::string yaml : {
             "console: {machine: FTPSERVE, has: listens on port 21}",
             "console: {machine: TCPIP, has: \"DTCOSD246I OSD device DEV@0600: Assigned IPv4 address "
             "9.60.60.3\"}",
             "file: {file: TCPMAINT 198 SRVRFTP CONFIG, has: tlslabel ftpcert, lacks: NOTTHERE}",
             "fact: {name: ssl_members_ready, is: 5}",
             "fact: {name: secure_sessions, at_most: 0}",
             "fact: {name: listens, port: 21}",
             "fact: {name: logged_on, user: SSLDCSSM}",
             "fact: {name: stack_up, stack: TCPIP10}",
             "cmd: {line: NETSTAT CONFIG SSL, has: SSL00005 Active, lacks: Inactive, rc: 0}",
             "cmd: {as: OPERATOR, line: QUERY NAMES, has: FTPSERVE}",
             "cmd: {line: TYPE NO SUCH A, rc: 28}",
             "probe: {ftp: {tls: true, extended: false, do: [{list: }]}}",
             "probe: {ftp: {tls: true, private: false, do: [{list: }]}}",
             "probe: {ftp: {do: [{put: A.B, bytes: 0}, {get: A.B}, {remove: A.B}]}}",
             "probe: {ftp: {password: WRONG}, says: 530 Login attempt by TCPMAINT rejected}",
             "probe: {smtp: {tls: true}}",
             "probe: {smtp: {from: a@example.test, to: tcpmaint@gdlrct2.example.test, text: \"Subject: "
             "x\\r\\n\\r\\nx\\r\\n\"}}",
             "probe: {telnet: }",
             "probe: {port: 992, tls: }",
             "probe: {port: 7443, tls: }",
             "probe: {port: 23, tcp: }",
             "probe: {port: 24, tcp: {open: false}}",
             "probe: {ping: }",
             "probe: {host: router.example.test, ping: }",
             "all: [fact: {name: stack_up}, probe: {ping: }]",
             "any: [fact: {name: logged_on, user: RSCS}, probe: {ping: }]",
             "none: [fact: {name: logged_on, user: RSCS}, probe: {port: 24, tcp: }]",
         }) {
        CAPTURE(yaml);
        const auto outcome = decide_check(check_of(yaml), healthy_world.world);
        CHECK_MESSAGE(outcome.passed, outcome.seen);
    }
}

TEST_CASE("checks that do not hold, and what they say") {
    HealthyWorld healthy_world;
    for (const auto& [what, seen] : std::initializer_list<std::pair<std::string, std::string>>{
             {"console: {machine: SMTP, has: DTCRUN1099E}",
              "the console of SMTP does not have 'DTCRUN1099E'"},
             {"reader: {from: SMTP, has: x}", "the reader of TCPMAINT, from SMTP, does not have 'x'"},
             {"file: {file: TCPMAINT 198 SRVRFTP CONFIG, has: TLSLABEL OTHER}",
              "TCPMAINT 198 SRVRFTP CONFIG does not have 'TLSLABEL OTHER'"},
             {"file: {file: TCPMAINT 198 SRVRFTP CONFIG, has: configuration of the FTP server}",
              "TCPMAINT 198 SRVRFTP CONFIG does not have 'configuration of the FTP server'"},
             {"file: {file: TCPMAINT 198 NO SUCH, has: x}", "TCPMAINT 198 NO SUCH is not there"},
             {"fact: {name: ssl_members_ready, at_least: 6}", "SSL servers of TCPIP that are ready: 5"},
             {"fact: {name: listens, port: 990}", "listeners of TCPIP on port 990: 0"},
             {"cmd: {line: NETSTAT CONFIG SSL, lacks: SSL00001}", "NETSTAT CONFIG SSL shows 'SSL00001'"},
             {"cmd: {line: NONSENSE, rc: 0}", "NONSENSE ended with return code -3"},
             {"probe: {host: nowhere.test, ping: }", "nowhere.test is not known: ETC HOSTS"},
             {"probe: {ftp: {user: NOBODY}}",
              "expect a reply 230: the peer said 530 Login attempt by NOBODY rejected"},
             {"none: [fact: {name: stack_up}]", "running stacks TCPIP: 1"},
         }) {
        const std::string& yaml = what;
        CAPTURE(yaml);
        const auto outcome = decide_check(check_of(yaml), healthy_world.world);
        CHECK_FALSE(outcome.passed);
        CHECK(outcome.seen == seen);
    }
}

TEST_CASE("a certificate for another name is refused by the client") {
    HealthyWorld healthy_world;
    const auto outcome =
        decide_check(check_of("probe: {host: tcpip10.example.test, port: 992, tls: }"), healthy_world.world);
    CHECK_FALSE(outcome.passed);
    Workstation& client = healthy_world.world.workstation();
    System& system = healthy_world.world.system();
    Conversation c = tls_conversation({Ipv4Address::of(9, 60, 60, 3), 992});
    c.host = "other.example.test";
    const auto number = client.start(c, system);
    system.run_until(system.now() + seconds{5});
    CHECK(client.result(number).ended);
    CHECK(client.result(number).why.find("the certificate is not for other.example.test") !=
          std::string::npos);
}

TEST_CASE("a check that is not true yet is asked again until its time is up") {
    HealthyWorld healthy_world;
    World& world = healthy_world.world;
    world.force("TCPMAINT", "SMTP");
    world.system().run_until(world.now() + seconds{1});
    const Check check = check_of("wait: 20s, fact: {name: listens, port: 25}");
    const Instant began = world.now();
    CHECK_FALSE(decide_check(check, world, seconds{3}).passed);
    CHECK(world.now() - began >= seconds{3});
    CHECK(world.now() - began < seconds{6});
    world.xautolog("TCPMAINT", "SMTP", {});
    CHECK(decide_check(check, world).passed);
}

TEST_CASE("a client resumes its TLS session on the data connection") {
    HealthyWorld healthy_world;
    Workstation& client = healthy_world.world.workstation();
    System& system = healthy_world.world.system();
    FtpVisit visit;
    visit.server = {Ipv4Address::of(9, 60, 60, 3), 21};
    visit.tls = visit.private_data = true;
    visit.user = visit.password = "TCPMAINT";
    visit.jobs = {{FtpJob::Kind::list, "", ""}};
    for (const bool resume : {true, false}) {
        Conversation c = ftp_conversation(visit);
        c.host = "gdlrct2.example.test";
        c.resume_data = resume;
        const auto number = client.start(c, system);
        system.run_until(system.now() + seconds{20});
        const auto& result = client.result(number);
        CHECK(result.why == "");
        REQUIRE(result.transfers.size() == 1);
        CHECK(result.transfers[0].resumed == resume);
    }
}

TEST_CASE("secure sessions are counted while they last, and not longer") {
    HealthyWorld healthy_world;
    World& world = healthy_world.world;
    Conversation c = tls_conversation({Ipv4Address::of(9, 60, 60, 3), 7443});
    c.host = "gdlrct2.example.test";
    c.steps.push_back(Pause{seconds{10}});
    c.steps.push_back(CloseConnection{});
    for (int i = 0; i < 3; ++i) (void)world.workstation().start(c, world.system());
    world.system().run_until(world.now() + seconds{5});
    CHECK(decide_check(check_of("fact: {name: secure_sessions, is: 3}"), world).passed);
    world.system().run_until(world.now() + seconds{30});
    CHECK(decide_check(check_of("fact: {name: secure_sessions, is: 0}"), world).passed);
}
