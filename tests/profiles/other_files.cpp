// FTP DATA, ETC HOSTS, ETC SERVICES, and the statements of the other files that only their values show.
#include <doctest/doctest.h>

#include "profiles/etc_files.hpp"
#include "profiles/ftp_data.hpp"
#include "profiles/smtp_config.hpp"
#include "profiles/srvrftp_config.hpp"
#include "profiles/tcpip_data.hpp"
#include "tests/profiles/reading.hpp"

using namespace vmlab;
using namespace vmlab::profiles;
using namespace vmlab::profiles::testing;

namespace {

bool only_not_simulated(const Findings& findings) {
    for (const Finding& f : findings.items)
        if (f.state != LineState::not_simulated) return false;
    return true;
}

}  // namespace

TEST_CASE("FTP DATA") {
    const FtpData d = read_ftp_data(
        file("FTP", "DATA", "F1",
             "SECURECONTROL REQUIRED\nSECUREDATA ALLOWED\nEPSV4 TRUE\nFWFRIENDLY FALSE\nCCONNTIME 30\n"
             "MYOPENTIME 60\nLOADDBCSTABLE SJISKANJ\nAUTOTRANS ON\n"));
    CHECK(only_not_simulated(d.findings));
    CHECK(d.findings.items.size() == 8);
    CHECK(*d.secure_control == SecureLevel::required);
    CHECK(*d.extended_passive);
    CHECK(**d.open_time == 60);
    CHECK(told(read_ftp_data(file("FTP", "DATA", "F1", "SECUREDATTA ALLOWED\nEPSV4 YES\n")).findings) ==
          "1:1 error DTCPRS901E Unknown statement SECUREDATTA ignored [SECUREDATA]\n"
          "2:1 info DTCPRS906I EPSV4 is read but not simulated\n"
          "2:7 error DTCPRS903E YES is not valid as TRUE or FALSE of EPSV4\n");
}

TEST_CASE("ETC HOSTS: the first entry of a name counts") {
    const EtcHosts hosts = read_etc_hosts(
        file("ETC", "HOSTS", "F1",
             "# names\n9.60.60.1 router.example.test ROUTER ; the way out\n2001:db8::3 gdlrct2\n"
             "9.60.60.9 router\nrouter 9.60.60.1\n9.60.60.7\n"));
    CHECK(hosts.find("router")->address->str() == "9.60.60.1");
    CHECK(hosts.find("GDLRCT2")->address->str() == "2001:db8::3");
    CHECK(hosts.find("gdlrct2")->address.where.str() == "ETC HOSTS F1:3:1");
    CHECK(hosts.find("the") == nullptr);
    CHECK(told(hosts.findings) ==
          "5:1 error DTCPRS903E router is not valid as address of ETC HOSTS\n"
          "6:1 error DTCPRS904E 9.60.60.7 ends before its name\n");
}

TEST_CASE("ETC SERVICES") {
    const EtcServices services = read_etc_services(file(
        "ETC", "SERVICES", "F1", "telnet 23/tcp\ndomain 53/udp dns\nweb 80\nodd x/tcp\nlone\nsctp 9/sctp\n"));
    CHECK(*services.find(23, false)->name == "telnet");
    CHECK(*services.find(53, true)->aliases[0] == "dns");
    CHECK(services.find(53, false) == nullptr);
    CHECK(told(services.findings) ==
          "3:5 error DTCPRS903E 80 is not valid as port/tcp or port/udp of ETC SERVICES\n"
          "4:5 error DTCPRS903E x/tcp is not valid as port/tcp or port/udp of ETC SERVICES\n"
          "5:1 error DTCPRS904E lone ends before its port and protocol\n"
          "6:6 error DTCPRS903E 9/sctp is not valid as port/tcp or port/udp of ETC SERVICES\n");
}

TEST_CASE("TCPIP DATA: the resolver's statements keep their values and places") {
    const TcpipData d = read_tcpip_data(
        file("TCPIP", "DATA", "F1",
             "NSINTERADDR 9.60.60.1\nNSINTERADDR 2001:db8::53\nNSPORTADDR 5353\nRESOLVEVIA TCP\n"
             "RESOLVERTIMEOUT 5\nRESOLVERUDPRETRIES 2\nDOMAINLOOKUP FILE DNS\nSMTPSERVERID SMTP NODE2\n"
             "ATSIGN =\nTRACE RESOLVER\nSECURETELNETCLIENT YES\nVMFILETYPE TXT TRANSLATE YES\n"),
        "GDLRCT2");
    CHECK(only_not_simulated(d.findings));
    REQUIRE(d.name_servers.size() == 2);
    CHECK(d.name_servers[1]->str() == "2001:db8::53");
    CHECK(*d.name_server_port == 5353);
    CHECK(*d.resolve_via == ResolveVia::tcp);
    CHECK(d.resolver_timeout.where.str() == "TCPIP DATA F1:5:17");
    REQUIRE(d.domain_lookup.size() == 2);
    CHECK(*d.domain_lookup[0] == DomainLookup::file);
    CHECK(*d.smtp_node == Userid("NODE2"));
    CHECK(*d.at_sign == "=");
    CHECK(*d.secure_telnet_client);
    CHECK(*d.file_types[0].attributes[1] == "YES");
}

TEST_CASE("a line with more operands than its statement has says so; of two values the last one counts") {
    const SrvrftpConfig c = read_srvrftp_config(
        file("SRVRFTP", "CONFIG", "D1",
             "SECURECONTROL REQUIRED now\nTLSLABEL ONE\nTLSLABEL TWO\nPORT 21\nPORT 21\n"));
    CHECK(*c.secure_control == SecureLevel::required);
    CHECK(*c.tls_label == "TWO");
    CHECK(told(c.findings) ==
          "1:24 error DTCPRS902E now is not an operand of SECURECONTROL\n"
          "3:1 warning DTCPRS913W TLSLABEL is given twice; TWO replaces ONE\n"
          "5:1 warning DTCPRS908W PORT repeats what line 4 says\n");
}

TEST_CASE("SRVRFTP CONFIG and SMTP CONFIG keep what they do not act on") {
    const SrvrftpConfig ftp =
        read_srvrftp_config(file("SRVRFTP", "CONFIG", "D1",
                                 "FTPKEEPALIVE 600\nDONTREDIRECT\nRDR A\nTRACE CMD DATA\nLOADDBCSTABLE X\n"));
    CHECK(only_not_simulated(ftp.findings));
    CHECK(**ftp.keep_alive == 600);
    CHECK(*ftp.dont_redirect);
    CHECK(**ftp.reader_disk == "A");
    CHECK(ftp.trace_options.size() == 2);
    const SmtpConfig smtp = read_smtp_config(file(
        "SMTP", "CONFIG", "D1",
        "RETRYAGE 5\nRETRYINT 30\nFINISHOPEN 60\nLOG\nLOCALFORMAT PUNCH\nMAILER MAILSRV UNKNOWN\nSMTPCMDS "
        "EXIT\nNJEDOMAIN VMNET\nVERIFYCLIENT EXIT\nIPMAILERADDRESS 2001:db8::1\n"));
    CHECK(only_not_simulated(smtp.findings));
    CHECK(*smtp.retry_age == 5);
    CHECK(smtp.retry_interval.where.str() == "SMTP CONFIG D1:2:10");
    CHECK_FALSE(*smtp.netdata);
    CHECK(*smtp.verify_exit);
    REQUIRE(smtp.others.size() == 2);
    CHECK(*smtp.others[0].operands[1] == "UNKNOWN");
}

TEST_CASE("consoles say which word was meant, and how many findings they leave out") {
    std::string text = "SECUREDATTA ALLOWED\n";
    for (std::size_t n = 0; n < kMaxFindings + 4; ++n) text += "XYZZY\n";
    const auto said = said_of(read_srvrftp_config(file("SRVRFTP", "CONFIG", "D1", text)).findings);
    REQUIRE(said.size() == kMaxFindings + 1);
    CHECK(said[0].text == "DTCPRS901E Unknown statement SECUREDATTA ignored (did you mean SECUREDATA?)");
    CHECK(said.back().text == "DTCPRS918W 5 more findings about SRVRFTP CONFIG D1 are not shown");
    CHECK(said_of(Findings{}).empty());
}
