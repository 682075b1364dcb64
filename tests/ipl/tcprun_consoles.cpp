// The consoles of start-up, whole, as golden text: the baseline's servers, and the failures that the labs are
// about.
#include <doctest/doctest.h>

#include "tests/ipl/fixture.hpp"

using namespace vmlab;
using namespace vmlab::sim;
using namespace vmlab::sim::testing;

namespace {

/// The places a failed start rests on, in the order of its last message but one.
std::vector<std::string> rests_of(const TcprunResult& result, std::string_view number) {
    std::vector<std::string> places;
    for (const Said& said : result.console)
        if (said.message != nullptr && said.message->number == number)
            for (const SourceLocation& where : said.rests_on) places.push_back(where.str());
    return places;
}

}  // namespace

TEST_CASE("every server of the baseline starts") {
    Node node;
    for (const Userid server : {Userid("TCPIP"), Userid("TCPIP10"), Userid("SSL00001"), Userid("SSLDCSSM"),
                                Userid("FTPSERVE"), Userid("SMTP"), Userid("TLSECHO"), Userid("VSMSERVE")}) {
        const TcprunResult result = node.run(server);
        CHECK_MESSAGE(result.launch, printed(result));
        std::string name = server.str();
        for (char& c : name)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
        CHECK(matches_golden("tcprun_" + name, printed(result)));
    }
}

TEST_CASE("the stack starts the owner of the session cache before its pool, and only if it has a pool") {
    Node node;
    CHECK(node.run("TCPIP").dcss_agent == Userid("SSLDCSSM"));
    CHECK_FALSE(node.run("TCPIP10").dcss_agent);
    node.change("GDLRCT2", "DTCPARMS", ":DCSS_Parms.<DEFAULT>", "");
    const TcprunResult result = node.run("TCPIP");
    CHECK_FALSE(result.dcss_agent);
    CHECK(printed(result).find("DTCRUN1043I") == std::string::npos);
}

TEST_CASE(":stack. and TCPIPUSERID disagree: the seed's DTCRUN1028E, quoting both as typed") {
    Node node;
    node.change("GDLRCT2", "DTCPARMS", ":stack.TCPIP", ":Stack.TCPIP11");
    node.change("TCPIP", "DATA", "TCPIPUSERID    TCPIP", "Tcpiuserid TCPIP10");
    const TcprunResult result = node.run("SSL00001");
    CHECK_FALSE(result.launch);
    CHECK(matches_golden("tcprun_stack_mismatch", printed(result)));
    CHECK(rests_of(result, "DTCRUN1028E") ==
          std::vector<std::string>{"GDLRCT2 DTCPARMS D1:12:17", "TCPIP DATA F1:2:12"});
    CHECK(node.mounter.made.empty());
}

TEST_CASE("a :mount. path that does not exist: DMSOVZ2113E, then DTCRUN1001E with return code 28") {
    Node node;
    node.change("GDLRCT2", "DTCPARMS", ":mount./../VMBFS:VMSYS:ROOT/ /",
                ":mount./../VMSYSU:GSKADMIN/etc/gskadl /");
    const TcprunResult result = node.run("SSL00001");
    CHECK_FALSE(result.launch);
    CHECK(matches_golden("tcprun_bad_mount", printed(result)));
    CHECK(rests_of(result, "DTCRUN1001E") == std::vector<std::string>{"GDLRCT2 DTCPARMS D1:13:24"});
    CHECK(rests_of(result, "DMSOVZ2113E") == std::vector<std::string>{"GDLRCT2 DTCPARMS D1:13:24"});
}

TEST_CASE("a :stack. tag that is missing keeps the member down, and the stack without a pool") {
    Node node;
    node.change("GDLRCT2", "DTCPARMS", ":stack.TCPIP", "");
    CHECK(matches_golden("tcprun_no_stack_tag", printed(node.run("SSL00001"))));
    CHECK(printed(node.run("TCPIP")).find("DTCRUN1038I") != std::string::npos);
}

TEST_CASE("an operand that VMSSL does not know keeps the server from starting") {
    Node node;
    node.change("GDLRCT2", "DTCPARMS", ":parms.KEYFILE", ":parms.MODE NIST-800-131 KEYFIL");
    const TcprunResult result = node.run("SSL00001");
    CHECK_FALSE(result.launch);
    CHECK(matches_golden("tcprun_bad_parms", printed(result)));
}

TEST_CASE("parameters are folded unless :mixedcaseparms.YES") {
    Node node;
    node.change("GDLRCT2", "DTCPARMS", ":mixedcaseparms.YES", ":mixedcaseparms.NO");
    const TcprunResult result = node.run("SSL00001");
    REQUIRE(result.launch);
    CHECK(result.launch->policy.key_file == "/ETC/GSKADM/DATABASE.KDB");
    CHECK(printed(result).find("KEYFILE /ETC/GSKADM/DATABASE.KDB") != std::string::npos);
}

TEST_CASE("a misspelt nick falls through to IBM DTCPARMS; an unknown server has no definition at all") {
    Node node;
    node.change("GDLRCT2", "DTCPARMS", ":nick.SSL* ", ":nick.SLL* ");
    const std::string console = printed(node.run("SSL00001"));
    CHECK(console.find("Using 'server' definition (SSL*) from file: IBM DTCPARMS E1") != std::string::npos);
    CHECK(matches_golden("tcprun_no_definition", printed(node.run("NOBODY"))));
}

TEST_CASE("the console goes to the owner, also when the server does not start") {
    Node node;
    node.change("SYSTEM", "DTCPARMS", ":class.smtp", ":class.smtq :owner.MAINT");
    const TcprunResult result = node.run("SMTP");
    CHECK(result.owner == Userid("MAINT"));
    CHECK(matches_golden("tcprun_unknown_class", printed(result)));
}

TEST_CASE(":vmlink.: a space that is not there keeps the server down") {
    Node good;
    good.change("GDLRCT2", "DTCPARMS", ":timestamp.ON", ":vmlink..DIR VMSYS:TCPMAINT.SSLPOOL_SSL. <. B RW>");
    CHECK(good.run("SSL00001").launch);
    CHECK(good.mounter.made.at(0) == "VMSYS:TCPMAINT.SSLPOOL_SSL. B");
    Node disk;
    disk.change("GDLRCT2", "DTCPARMS", ":timestamp.ON", ":vmlink.tcpmaint 198 <. z>");
    CHECK(disk.run("SSL00001").launch);
    CHECK(disk.mounter.made.at(0) == "TCPMAINT 198 Z");

    Node node;
    node.change("GDLRCT2", "DTCPARMS", ":timestamp.ON", ":vmlink..DIR VMSYS:TCPMAINT.SSLPOOL_STS. <. A RW>");
    const TcprunResult result = node.run("SSL00001");
    CHECK_FALSE(result.launch);
    const std::string console = printed(result);
    CAPTURE(console);
    CHECK(console.find("DMSACC1240E You are not authorized to connect to file pool VMSYS\n"
                       "DTCRUN1001E \"VMLINK .DIR VMSYS:TCPMAINT.SSLPOOL_STS. <. A RW>\" failed with\n"
                       "            return code 99\n") != std::string::npos);
    CHECK(console.find("DTCRUN1099E") != std::string::npos);
    CHECK(rests_of(result, "DTCRUN1001E") == std::vector<std::string>{"GDLRCT2 DTCPARMS D1:17:25"});
}

TEST_CASE("TCPRUN says what is wrong with the server's own entry, and that its exit is missing") {
    Node node;
    node.change("SYSTEM", "DTCPARMS", ":anonymous.NO", ":anonymous.PERHAPS :exit.MYEXIT :timezone.SOMEWHERE");
    const std::string console = printed(node.run("FTPSERVE"));
    CHECK(console.find("DTCPRS903E PERHAPS is not valid as YES or NO of :anonymous.") != std::string::npos);
    CHECK(console.find("DTCRUN1001E \"EXEC MYEXIT SETUP\" failed with return code 28") != std::string::npos);
    CHECK(console.find("DTCPRS903E SOMEWHERE is not valid as time zone of :timezone.") != std::string::npos);
    CHECK(printed(node.run("SMTP")).find("DTCPRS") == std::string::npos);
}

TEST_CASE("a server with a :timezone. of its own says in it when it was started") {
    Node node;
    node.change("SYSTEM", "DTCPARMS", ":anonymous.NO", ":anonymous.NO :timezone.JST-9");
    CHECK(printed(node.run("FTPSERVE")).find("Server started at 23:30:46 on 15 Oct 2019 (Tuesday)") !=
          std::string::npos);
    CHECK(printed(node.run("SMTP")).find("Server started at 10:30:46 on 15 Oct 2019 (Tuesday)") !=
          std::string::npos);
}

TEST_CASE("time zones of :timezone.") {
    const Instant summer = instant_of({2019, 7, 1, 0, 12, 0, 0, 0});
    const Instant winter = instant_of({2019, 12, 1, 0, 12, 0, 0, 0});
    CHECK(zone_of("EST5EDT", summer)->offset == -hours(4));
    CHECK(zone_of("EST5EDT", summer)->name == "EDT");
    CHECK(zone_of("EST5EDT", winter)->offset == -hours(5));
    CHECK(zone_of("CET-1", winter)->offset == hours(1));
    CHECK(zone_of("UTC0", winter)->offset == Duration{});
    // The change itself: 2019-03-10 02:00 EST and 2019-11-03 02:00 EDT.
    CHECK(zone_of("EST5EDT", instant_of({2019, 3, 10, 0, 6, 59, 59, 0}))->name == "EST");
    CHECK(zone_of("EST5EDT", instant_of({2019, 3, 10, 0, 7, 0, 0, 0}))->name == "EDT");
    CHECK(zone_of("EST5EDT", instant_of({2019, 11, 3, 0, 5, 59, 59, 0}))->name == "EDT");
    CHECK(zone_of("EST5EDT", instant_of({2019, 11, 3, 0, 6, 0, 0, 0}))->name == "EST");
    CHECK_FALSE(zone_of("", winter));
    CHECK_FALSE(zone_of("5EST", winter));
    CHECK_FALSE(zone_of("EST", winter));
}
