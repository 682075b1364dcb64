// The rows of the catalogue, each with the edit that plants it and the question that finds it.
#include "tests/scenario/faults.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace vmlab::sim {
namespace {

constexpr std::string_view kProfile = "TCPMAINT.198/PROFILE.TCPIP";
constexpr std::string_view kDtcparms = "TCPMAINT.198/GDLRCT2.DTCPARMS";
constexpr std::string_view kSystemDtcparms = "TCPMAINT.198/SYSTEM.DTCPARMS";
constexpr std::string_view kFtp = "TCPMAINT.198/SRVRFTP.CONFIG";

constexpr std::string_view kDirectory = "MAINT.2CC/USER.DIRECT";
constexpr std::string_view kNicdef = "NICDEF 0600 TYPE QDIO LAN SYSTEM VSW1";
constexpr std::string_view kRacf = "RACFVM.191/RACF.COMMANDS";

/// The seed's appendix: RACF controls the restricted segment.
const std::vector<PlantedEdit> kRacfUsed = {
    {"MAINT.2CC/USER.DIRECT", "USER FTPSERVE AUTOONLY 32M 128M BG",
     "USER RACFVM AUTOONLY 32M 128M G\n  IPL CMS\n  MDISK 0191 3390 0900 0005 M01RES\n\n"
     "USER FTPSERVE AUTOONLY 32M 128M BG"},
    {kRacf, "",
     "RAC SETROPTS CLASSACT(VMSEGMT)\n"
     "RAC RDEFINE VMSEGMT DCSS.TCPIP UACC(NONE)\n"
     "RAC PERMIT DCSS.TCPIP CLASS (VMSEGMT) ID(SSL00001) ACCESS(UPDATE)\n"
     "RAC PERMIT DCSS.TCPIP CLASS (VMSEGMT) ID(SSL00002) ACCESS(UPDATE)\n"
     "RAC PERMIT DCSS.TCPIP CLASS (VMSEGMT) ID(SSL00003) ACCESS(UPDATE)\n"
     "RAC PERMIT DCSS.TCPIP CLASS (VMSEGMT) ID(SSL00004) ACCESS(UPDATE)\n"
     "RAC PERMIT DCSS.TCPIP CLASS (VMSEGMT) ID(SSL00005) ACCESS(UPDATE)\n"
     "RAC PERMIT DCSS.TCPIP CLASS (VMSEGMT) ID(SSLDCSSM) ACCESS(UPDATE)\n"},
};

/// The stack has a real adapter, in place of one on the virtual switch.
const std::vector<PlantedEdit> kRealAdapter = {
    {kDirectory, kNicdef, ""},
    {kDtcparms, ":DCSS_Parms.<DEFAULT>", ":DCSS_Parms.<DEFAULT>\n:attach.0600-0602"}};

const std::vector<PlantedFault> kFaults = {
    {1,
     "the stack of the pool's entry is another than TCPIPUSERID",
     {{kDtcparms, ":stack.TCPIP", ":stack.TCPIP11"}, {kProfile, "VSMSERVE 0", "VSMSERVE 0\n  SSL00001 0"}},
     "DTCRUN1028E"},
    {2,
     "the pool's entry has no :stack.",
     {{kDtcparms, ":stack.TCPIP", ""}},
     "LAST",
     Answer::line,
     ":nick.SSL*      :type.server   :class.ssl"},
    {3,
     "the :mount. path does not exist",
     {{kDtcparms, "/../VMBFS:VMSYS:GSKSSLDB/ /etc/gskadm/", "/../VMBFS:VMSYS:GSKSSLDX/ /etc/gskadm/"}},
     "DTCRUN1001E"},
    {5,
     "nobody owns the session cache: :DCSS_Parms. is missing",
     {{kDtcparms, ":DCSS_Parms.<DEFAULT>", ""}},
     "DTCSSL2421E",
     Answer::line,
     ":nick.TCPIP     :type.server   :class.stack",
     0,
     {"SSLADMIN QUERY STATUS"}},
    {6, "there is no SSLSERVERID", {{kProfile, "SSLSERVERID * TIMEOUT 30", ""}}, "LAST", Answer::file},
    {7,
     "SSLSERVERID names SSLSERV, but there is a pool",
     {{kProfile, "SSLSERVERID * TIMEOUT 30", "SSLSERVERID SSLSERV TIMEOUT 30"}},
     "DTCFTS902E"},
    {8,
     "SSLLIMITS is spelt as in the seed",
     {{kProfile, "SSLLIMITS MAXSESSIONS 3000 MAXPERSSLSERVER 600",
       "SSLIMITS MAXSESSIONS 3000 MAXPERSSLSERVER 600"}},
     "DTCPRS901E"},
    {9,
     "MAXSESSIONS is too low",
     {{kProfile, "SSLLIMITS MAXSESSIONS 3000 MAXPERSSLSERVER 600",
       "SSLLIMITS MAXSESSIONS 1 MAXPERSSLSERVER 1"}},
     "MAXSESSIONS"},
    {10,
     "the limits need more servers than there are",
     {{kProfile, "SSLLIMITS MAXSESSIONS 3000 MAXPERSSLSERVER 600",
       "SSLLIMITS MAXSESSIONS 3000 MAXPERSSLSERVER 100"}},
     "DTCRUN908W"},
    {11,
     "the label of SRVRFTP CONFIG is not in the key database",
     {{kFtp, "TLSLABEL          FTPCERT", "TLSLABEL          NOTTHERE"}},
     "DTCFTS8467E"},
    {12,
     "the label of INTERNALCLIENTPARMS is not in the key database",
     {{kProfile, "TLSLABEL TELCERT", "TLSLABEL TELCERX"}},
     "LAST"},
    {14,
     "KEYFILE is folded to upper case",
     {{kDtcparms, ":mixedcaseparms.YES", ":mixedcaseparms.NO"}},
     "DTCSSL904E",
     Answer::line,
     ":parms.KEYFILE /etc/gskadm/Database.kdb"},
    {15,
     "an operand of :parms. is misspelt",
     {{kDtcparms, ":parms.KEYFILE /etc/gskadm/Database.kdb", ":parms.KEYFYLE /etc/gskadm/Database.kdb"}},
     "SSL00001"},
    {17,
     "the nickname of the pool is misspelt",
     {{kSystemDtcparms, ":nick.TLSECHO   :type.server   :class.tlsecho",
       ":nick.TLSECO    :type.server   :class.tlsecho"}},
     "TLSECHO"},
    {18,
     "an entry in <nodeid> DTCPARMS hides the one in SYSTEM DTCPARMS",
     {{kDtcparms, ":attach.0610-0612", ":attach.0610-0612\n:nick.FTPSERVE  :type.server"}},
     "FTPSERVE"},
    {19,
     "a forgotten <nodeid> TCPIP is found before PROFILE TCPIP",
     {{"TCPMAINT.198/GDLRCT2.TCPIP", "", "OBEY\n  TCPMAINT\nENDOBEY\n"}},
     "Using profile file GDLRCT2",
     Answer::file},
    {21,
     "AUTOLOG does not name FTPSERVE",
     {{kProfile, "FTPSERVE 0", ""}},
     "PORT 21",
     Answer::line,
     "AUTOLOG"},
    {22,
     "AUTOLOG lacks the constant behind a userid",
     {{kProfile, "FTPSERVE 0", "FTPSERVE"}},
     "SMTP",
     Answer::line,
     "AUTOLOG"},
    {23, "AUTOLOG is not ended", {{kProfile, "ENDAUTOLOG", ""}}, "DTCPRS905W", Answer::line, "AUTOLOG"},
    {24,
     "PORT 21 is reserved for FTPSERV",
     {{kProfile, "21    TCP FTPSERVE                     ; FTP control",
       "21    TCP FTPSERV                      ; FTP control"}},
     "PORT 21"},
    {25,
     "PORT 20 lacks NOAUTOLOG",
     {{kProfile, "20    TCP FTPSERVE NOAUTOLOG           ; FTP data", "20    TCP FTPSERVE"}},
     "DTCIPI909W",
     Answer::planted,
     {},
     6},
    {26,
     "FTPSERVE listens on another port than the one that is reserved for it",
     {{kFtp, "PORT              21", "PORT              2121"}},
     "DTCIPI909W",
     Answer::planted,
     {},
     6},
    {27,
     "port 992 is not reserved for INTCLIEN",
     {{kProfile, "992   TCP INTCLIEN SECURE TELCERT      ; Telnet, TLS from the first byte", ""}},
     "PORT 992",
     Answer::line,
     "PORT"},
    {28,
     "port 23 is SECURE although TLS is negotiated there",
     {{kProfile, "23    TCP INTCLIEN                     ; Telnet, TLS by negotiation",
       "23    TCP INTCLIEN SECURE TELCERT      ; Telnet"}},
     "LAST"},
    {29,
     "SECURECONNECTION is REQUIRED, and a client comes in clear",
     {{kProfile, "SECURECONNECTION ALLOWED", "SECURECONNECTION REQUIRED"}},
     "DTCSTM904W",
     Answer::planted,
     {},
     0,
     {},
     {{kProfile, "SECURECONNECTION REQUIRED", "SECURECONNECTION ALLOWED"}}},
    {30,
     "CLIENTCERTCHECK asks for a certificate that clients do not have",
     {{kProfile, "CLIENTCERTCHECK NONE", "CLIENTCERTCHECK FULL"}},
     "DTCSSL022E"},
    {32,
     "PERMITTEDUSERSONLY without PERMIT",
     {{kProfile, "RESTRICTLOWPORTS", "RESTRICTLOWPORTS\n  PERMITTEDUSERSONLY"}},
     "PORT 21"},
    {33,
     "TCPMAINT is not in the OBEY list",
     {{kProfile, "OPERATOR TCPMAINT MAINT 6VMTCP40", "OPERATOR MAINT 6VMTCP40"}},
     "DTCNET903E",
     Answer::line,
     "OBEY",
     0,
     {"NETSTAT OBEY SSLLIMITS MAXSESSIONS 100"}},
    {34,
     "an OBEYFILE with one PORT entry takes the other servers their ports",
     {{"TCPMAINT.198/FIX.TCPIP", "", "PORT 8080 TCP WEBSERV\n"}},
     "PORT 21",
     Answer::added,
     {},
     0,
     {"OBEYFILE FIX TCPIP D", "FORCE FTPSERVE", "XAUTOLOG FTPSERVE"}},
    {35,
     "HOME names a link that is not defined",
     {{kProfile, "9.60.60.3 255.255.255.0 ETH0", "9.60.60.3 255.255.255.0 ETH1"}},
     "DTCPRS907E"},
    {36,
     "the device is not started",
     {{kProfile, "START DEV@0600", ""}},
     "DTCIPI902E",
     Answer::line,
     "DEVICE DEV@0600  OSD 0600  NONROUTER"},
    {37,
     ":attach. names other addresses than DEVICE",
     {{kDtcparms, ":attach.0600-0602", ":attach.0700-0702"}},
     "DTCOSD045E",
     Answer::planted,
     {},
     0,
     {},
     kRealAdapter},
    {39,
     "the device has the address of a CMS disk",
     {{kProfile, "DEVICE DEV@0600  OSD 0600  NONROUTER", "DEVICE DEV@0600  OSD 0400  NONROUTER"},
      {kDtcparms, ":attach.0600-0602", ":attach.0600-0602, 0400-0402"}},
     "DTCOSD045E",
     Answer::planted,
     {},
     0,
     {},
     kRealAdapter},
    {40,
     "GATEWAY is in the old format",
     {{kProfile, "DEFAULTNET                  9.60.60.1   ETH0  1500",
       "DEFAULTNET  9.60.60.1  ETH0  1500  0"}},
     "DTCPRS007E"},
    {41,
     "there is no way back to clients behind the router",
     {{kProfile, "DEFAULTNET                  9.60.60.1   ETH0  1500", ""}},
     "LAST",
     Answer::line,
     "GATEWAY"},
    {42,
     "the MTU of the link is larger than that of the network",
     {{kProfile, "LINK ETH0 QDIOETHERNET DEV@0600  MTU 1000 IP",
       "LINK ETH0 QDIOETHERNET DEV@0600  MTU 1500 IP"}},
     "larger than the 1000 bytes",
     Answer::planted,
     {},
     0,
     {},
     {{kProfile, "LINK ETH0 QDIOETHERNET DEV@0600  MTU 1500 IP",
       "LINK ETH0 QDIOETHERNET DEV@0600  MTU 1000 IP"}},
     Visitors::brief,
     {{"mtu", "1000"}}},
    {43,
     "the link is of layer 2, the virtual switch of layer 3",
     {{kProfile, "LINK ETH0 QDIOETHERNET DEV@0600  MTU 1500 IP",
       "LINK ETH0 QDIOETHERNET DEV@0600  MTU 1500 ETHERNET"}},
     "DTCOSD961E"},
    {44,
     "FOREIGNIPCONLIMIT is too low for clients behind one address",
     {{kProfile, "TIMESTAMP PREFIX", "TIMESTAMP PREFIX\nFOREIGNIPCONLIMIT 2"}},
     "DTCUTI001E"},
    {45,
     "TIMEMARK is too small: a client that answers no timing mark is dropped",
     {{kProfile, "TIMEMARK 600", "TIMEMARK 30"}},
     "LAST",
     Answer::planted,
     {},
     0,
     {},
     {},
     Visitors::patient},
    {46,
     "SMSGAUTHLIST lacks the user",
     {{"TCPMAINT.198/SMTP.CONFIG", "SMSGAUTHLIST      TCPMAINT OPERATOR", "SMSGAUTHLIST      OPERATOR"}},
     "not authorized to issue this command",
     Answer::planted,
     {},
     0,
     {"SMSG SMTP FORWARDMAIL NO"}},
    {47,
     ":admin_id_list. lacks the user",
     {{kDtcparms, ":admin_id_list.TCPMAINT GSKADMIN", ":admin_id_list.GSKADMIN"}},
     "DTCSSL951E",
     Answer::planted,
     {},
     0,
     {"SSLADMIN QUERY STATUS"}},
    {50,
     "the oldest protocol is newer than a client's",
     {{kDtcparms, ":parms.KEYFILE /etc/gskadm/Database.kdb",
       ":parms.KEYFILE /etc/gskadm/Database.kdb PROTOCOL -TLSV1_1"}},
     "DTCSSL022E"},
    {48,
     "RACF does not permit a member the segment of the session cache",
     {{kRacf, "RAC PERMIT DCSS.TCPIP CLASS (VMSEGMT) ID(SSL00001) ACCESS(UPDATE)",
       "RAC PERMIT DCSS.TCPIP CLASS (VMSEGMT) ID(SSL00001) ACCESS(READ)"}},
     "DTCSSL925W",
     Answer::planted,
     {},
     0,
     {},
     kRacfUsed},
    {51,
     "MODE FIPS-140-2 with a key database that is not of that mode",
     {{kDtcparms, ":parms.KEYFILE /etc/gskadm/Database.kdb",
       ":parms.KEYFILE /etc/gskadm/Database.kdb MODE FIPS-140-2"}},
     "DTCSSL904E"},
    {53,
     "the stack is not granted the virtual switch",
     {{kDirectory, "COMMAND SET VSWITCH VSW1 GRANT &USERID", ""}},
     "HCPCPL6011E",
     Answer::line,
     kNicdef},
    {54, "the adapter is coupled to nothing", {{kDirectory, kNicdef, "NICDEF 0600 TYPE QDIO"}}, "DTCOSD965E"},
    {55,
     "the virtual switch is spelt otherwise where it is defined",
     {{kDirectory, "COMMAND DEFINE VSWITCH VSW1 RDEV 0A00 IP", "COMMAND DEFINE VSWITCH VSWI RDEV 0A00 IP"}},
     "HCPCPL902E",
     Answer::line,
     "COMMAND SET VSWITCH VSW1 GRANT &USERID"},
};

const std::vector<UntestedRow> kUntested = {
    {4, "permissions of the key database are changed by OPENVM PERMIT: the files alone cannot say so"},
    {20, "shows only to vmlab check"},
    {31, "shows only to vmlab check"},
    {38, "shows only to vmlab check"},
    {49, "shows only to vmlab check"},
};

}  // namespace

Place plant(const PlantedEdit& edit, ConfigurationFiles& files) {
    for (auto& [path, text] : files) {
        if (path != edit.file) continue;
        std::string changed;
        Place place{path, 0};
        std::uint32_t number = 0;
        bool done = false;
        for (std::size_t at = 0; at < text.size();) {
            const auto end = std::min(text.find('\n', at), text.size());
            const auto line = std::string_view(text).substr(at, end - at);
            at = end + 1;
            ++number;
            if (!done && trimmed(line) == edit.line) {
                done = true;
                if (edit.with.empty()) continue;
                // Of several lines the last one is the fault.
                place.line = number + std::uint32_t(std::count(edit.with.begin(), edit.with.end(), '\n'));
                const auto indent = line.substr(0, line.find_first_not_of(' '));
                changed += std::string(indent) + std::string(edit.with) + "\n";
                continue;
            }
            changed += std::string(line) + "\n";
        }
        REQUIRE_MESSAGE(done, "not in the baseline: ", edit.line);
        text = std::move(changed);
        return place;
    }
    REQUIRE_MESSAGE(edit.line.empty(), "no such file: ", edit.file);
    files.emplace_back(std::string(edit.file), std::string(edit.with));
    std::sort(files.begin(), files.end());
    return {std::string(edit.file), 0};
}

const std::vector<PlantedFault>& planted_faults() { return kFaults; }
const std::vector<UntestedRow>& untested_rows() { return kUntested; }

}  // namespace vmlab::sim
