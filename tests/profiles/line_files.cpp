// TCPIP DATA, SRVRFTP CONFIG, SMTP CONFIG: one statement per line.
#include <doctest/doctest.h>

#include "profiles/smtp_config.hpp"
#include "profiles/srvrftp_config.hpp"
#include "profiles/tcpip_data.hpp"
#include "tests/profiles/reading.hpp"

using namespace vmlab;
using namespace vmlab::profiles;
using namespace vmlab::profiles::testing;

namespace {

TcpipData data(std::string_view text) {
    return read_tcpip_data(file("TCPIP", "DATA", "F1", text), "GDLRCT2");
}
SrvrftpConfig ftp(std::string_view text) {
    return read_srvrftp_config(file("SRVRFTP", "CONFIG", "D1", text));
}
SmtpConfig smtp(std::string_view text) { return read_smtp_config(file("SMTP", "CONFIG", "D1", text)); }

}  // namespace

TEST_CASE("TCPIPUSERID is kept as typed, with one blank between") {
    const TcpipData d = data("; comment\nTcpipUserid    tcpip10  ; which stack\n");
    CHECK(told(d.findings) == "");
    CHECK(d.tcpip_userid.value == Userid("TCPIP10"));
    CHECK(d.tcpip_userid_typed == "TcpipUserid tcpip10");
    CHECK(d.tcpip_userid.where.str() == "TCPIP DATA F1:2:16");
    CHECK(data("Tcpiuserid TCPIP10").tcpip_userid_typed == "Tcpiuserid TCPIP10");
    CHECK(data("").tcpip_userid.value == Userid("TCPIP"));
    CHECK_FALSE(data("").tcpip_userid.where.known());
}

TEST_CASE("lines for other systems have no effect; of two values the last is used") {
    const TcpipData d = data("OTHER: TCPIPUSERID TCPIP9\nGDLRCT2: TCPIPUSERID TCPIP2\nHOSTNAME a\n");
    CHECK(told(d.findings) == "");
    CHECK(d.tcpip_userid.value == Userid("TCPIP2"));
    CHECK(d.statements[0].state == LineState::no_effect);
    const TcpipData twice = data("TCPIPUSERID TCPIP\nTCPIPUSERID TCPIP10\n");
    CHECK(twice.tcpip_userid.value == Userid("TCPIP10"));
    CHECK(told(twice.findings) ==
          "2:1 warning DTCPRS913W TCPIPUSERID is given twice; TCPIP10 replaces TCPIP\n");
}

TEST_CASE("TCPIP DATA, mistaken") {
    CHECK(told(data("TCPIPUSERD TCPIP\n").findings) ==
          "1:1 error DTCPRS901E Unknown statement TCPIPUSERD ignored [TCPIPUSERID]\n");
    CHECK(told(data("TCPIPUSERID\nTCPIPUSERID TOOLONGNAME\nNSINTERADDR 9.60\nUFTSERVERID UFTD\n").findings) ==
          "1:1 error DTCPRS904E TCPIPUSERID ends before its userid\n"
          "2:13 error DTCPRS903E TOOLONGNAME is not valid as userid of TCPIPUSERID\n"
          "3:13 error DTCPRS903E 9.60 is not valid as address of NSINTERADDR\n"
          "4:1 info DTCPRS906I UFTSERVERID is read but not simulated\n");
}

TEST_CASE("SRVRFTP CONFIG") {
    const SrvrftpConfig c =
        ftp("port 2121\ninactive 600\nlistformat unix\npassiveportrange 5000 5010\nsecurecontrol required\n"
            "securedata never\ntlslabel paycert1\nclientcertcheck preferred\nanonymous\ntimestamp off\n");
    CHECK(told(c.findings) == "");
    CHECK(*c.port == 2121);
    CHECK(*c.inactive == 600);
    CHECK(*c.list_format == ListFormat::unix);
    CHECK(c.passive_ports->value.low == 5000);
    CHECK(*c.secure_control == SecureLevel::required);
    CHECK(c.secure_control.where.str() == "SRVRFTP CONFIG D1:5:15");
    CHECK(*c.tls_label == "PAYCERT1");
    CHECK(*c.client_cert_check == ClientCertCheck::preferred);
    CHECK(*c.anonymous);
    CHECK_FALSE(*c.time_stamp);
    CHECK(*ftp("").secure_control == SecureLevel::never);
}

TEST_CASE("SRVRFTP CONFIG, mistaken") {
    CHECK(told(ftp("SECURECONTROL PREFERRED\nSECUREDATTA ALLOWED\nTLSLABEL toolonglabel\nPORT 0\n"
                   "PASSIVEPORTRANGE 6000 5000\nPASSIVEPORTRANGE 6000\nFTAUDIT ON\nFTAUDIT OFF\nRDR\nPORT 21 "
                   "22\n")
                   .findings) ==
          "1:15 error DTCPRS903E PREFERRED is not valid as NEVER, ALLOWED or REQUIRED of SECURECONTROL\n"
          "2:1 error DTCPRS901E Unknown statement SECUREDATTA ignored [SECUREDATA]\n"
          "3:10 error DTCPRS912E toolonglabel is not a valid TLS label\n"
          "4:6 error DTCPRS903E 0 is not valid as number from 1 to 65535 of PORT\n"
          "5:23 error DTCPRS903E 5000 is not valid as end of the range of PASSIVEPORTRANGE\n"
          "6:1 error DTCPRS904E PASSIVEPORTRANGE ends before its number from 1 to 65535\n"
          "7:1 info DTCPRS906I FTAUDIT ON is read but not simulated\n"
          "8:1 warning DTCPRS913W FTAUDIT is given twice; OFF replaces ON\n"
          "9:1 info DTCPRS906I RDR is read but not simulated\n"
          "10:9 error DTCPRS902E 22 is not an operand of PORT\n");
}

TEST_CASE("SMTP CONFIG") {
    const SmtpConfig c = smtp(
        "PORT 2525\nPOSTMASTER MAINT OPERATOR\nSMSGAUTHLIST TCPMAINT\nFORWARDMAIL YES\nMAXMAILBYTES 1000\n"
        "INACTIVE 60\nTLS REQUIRED\nTLSLABEL smtpcert\nIPMAILERADDRESS 9.60.60.1\n");
    CHECK(told(c.findings) == "");
    CHECK(*c.port == 2525);
    CHECK(c.postmasters.size() == 2);
    CHECK(*c.forward_mail);
    CHECK(*c.max_mail_bytes == 1000);
    CHECK(*c.tls == SecureLevel::required);
    CHECK(*c.tls_label == "SMTPCERT");
    CHECK(c.relay->value.str() == "9.60.60.1");
    CHECK_FALSE(*smtp("").forward_mail);
    CHECK(told(smtp("TSL ALLOWED\nFORWARDMAIL EXIT\nFORWARDMAIL MAYBE\nRETRYINT 20\nTLS SOMETIMES\n")
                   .findings) ==
          "1:1 error DTCPRS901E Unknown statement TSL ignored [TLS]\n"
          "2:13 info DTCPRS906I FORWARDMAIL EXIT is read but not simulated\n"
          "3:13 error DTCPRS903E MAYBE is not valid as YES or NO of FORWARDMAIL\n"
          "4:1 info DTCPRS906I RETRYINT is read but not simulated\n"
          "5:5 error DTCPRS903E SOMETIMES is not valid as NEVER, ALLOWED or REQUIRED of TLS\n");
}
