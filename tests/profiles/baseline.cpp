// The baseline is a correct system: every file of it reads without a finding, and says what the labs build
// on.
#include <doctest/doctest.h>

#include "profiles/profile_tcpip.hpp"
#include "profiles/smtp_config.hpp"
#include "profiles/srvrftp_config.hpp"
#include "profiles/tcpip_data.hpp"
#include "profiles/user_direct.hpp"
#include "profiles/vmssl_parms.hpp"
#include "tests/profiles/reading.hpp"

using namespace vmlab;
using namespace vmlab::profiles;
using namespace vmlab::profiles::testing;

TEST_CASE("PROFILE TCPIP of the baseline") {
    const ProfileTcpip p = read_profile_tcpip(baseline("TCPMAINT.198", "PROFILE", "TCPIP", "D1"));
    CHECK(told(p.findings) == "");
    REQUIRE(p.home.entries.size() == 1);
    CHECK(p.home.entries[0].address.str() == "9.60.60.3");
    CHECK(p.home.entries[0].mask.str() == "255.255.255.0");
    REQUIRE(p.gateway.entries.size() == 1);
    CHECK(p.gateway.entries[0].first_hop.str() == "9.60.60.1");
    CHECK(p.gateway.entries[0].mask.is_unspecified());
    REQUIRE(p.autolog.entries.size() == 4);
    CHECK(p.autolog.entries[0].userid.value == Userid("FTPSERVE"));
    REQUIRE(p.ports.entries.size() == 8);
    CHECK_FALSE(p.ports.entries[0].autolog);
    CHECK(p.ports.entries[4].secure->value == "TELCERT");
    CHECK(p.ports.entries[4].secure->where.str() == "PROFILE TCPIP D1:31:29");
    CHECK(p.ports.entries[7].low == 30000);
    CHECK(p.ports.entries[7].high == 30999);
    REQUIRE(p.ssl_server);
    CHECK(p.ssl_server->server.value == Userid("*"));
    CHECK(p.ssl_server->timeout.value == 30);
    REQUIRE(p.telnet);
    REQUIRE(p.telnet->ports.size() == 2);
    CHECK(p.telnet->secure_connection.value == SecureLevel::required);
    REQUIRE(p.devices.size() == 1);
    CHECK_FALSE(p.devices[0].says_restart());
}

TEST_CASE("TCPIP10 TCPIP of the baseline") {
    const ProfileTcpip p = read_profile_tcpip(baseline("TCPMAINT.198", "TCPIP10", "TCPIP", "D1"));
    CHECK(told(p.findings) == "");
    CHECK_FALSE(p.ssl_server);
    CHECK(p.home.entries[0].address.str() == "9.60.60.10");
}

TEST_CASE("the small files of the baseline") {
    const TcpipData data = read_tcpip_data(baseline("TCPMAINT.592", "TCPIP", "DATA", "F1"), "GDLRCT2");
    CHECK(told(data.findings) == "");
    CHECK(data.tcpip_userid_typed == "TCPIPUSERID TCPIP");
    CHECK(data.tcpip_userid.where.str() == "TCPIP DATA F1:2:16");
    const SrvrftpConfig ftp = read_srvrftp_config(baseline("TCPMAINT.198", "SRVRFTP", "CONFIG", "D1"));
    CHECK(told(ftp.findings) == "");
    CHECK(ftp.secure_control.value == SecureLevel::allowed);
    CHECK(*ftp.tls_label == "FTPCERT");
    CHECK(ftp.passive_ports->value.high == 30999);
    const SmtpConfig smtp = read_smtp_config(baseline("TCPMAINT.198", "SMTP", "CONFIG", "D1"));
    CHECK(told(smtp.findings) == "");
    CHECK(*smtp.tls_label == "SMTPCERT");
    CHECK_FALSE(*smtp.forward_mail);
    CHECK(smtp.smsg_authorized.size() == 2);
}

TEST_CASE("the DTCPARMS files of the baseline define every server") {
    const Shelf shelf = baseline_shelf();
    for (const Userid server :
         {Userid("TCPIP"), Userid("TCPIP10"), Userid("SSL00001"), Userid("SSL00005"), Userid("SSLDCSSM"),
          Userid("FTPSERVE"), Userid("SMTP"), Userid("TLSECHO"), Userid("VSMSERVE")}) {
        const auto files = find_dtcparms(server, "GDLRCT2", shelf);
        REQUIRE(files.size() == 3);
        for (const Dtcparms& f : files) CHECK(told(f.findings) == "");
        const auto definition = find_definition(server, files);
        REQUIRE_MESSAGE(definition, server.str());
        CHECK_MESSAGE(definition->server_class, server.str());
        CHECK_MESSAGE(definition->value("command") != "", server.str());
    }
    const auto files = find_dtcparms("SSL00003", "GDLRCT2", shelf);
    const auto pool = find_definition("SSL00003", files);
    CHECK(pool->server_file.str() == "GDLRCT2 DTCPARMS D1");
    CHECK(pool->value("stack") == "TCPIP");
    const auto mounts = mounts_of(*pool->tag("mount"));
    REQUIRE(mounts.size() == 2);
    CHECK(*mounts[1].path == "/../VMBFS:VMSYS:GSKSSLDB/");
    CHECK(*mounts[1].mount_point == "/etc/gskadm/");
    const SourceText source = baseline("TCPMAINT.198", "GDLRCT2", "DTCPARMS", "D1");
    const VmsslParms parms = read_vmssl_parms(pool->tag("parms")->words, source, {});
    CHECK(parms.findings.empty());
    CHECK(*parms.key_file == "/etc/gskadm/Database.kdb");
    CHECK(parms.key_file.where.str() == "GDLRCT2 DTCPARMS D1:18:32");
}

TEST_CASE("USER DIRECT of the baseline") {
    const UserDirect d = read_user_direct(baseline("MAINT.2CC", "USER", "DIRECT", "A1"));
    CHECK(told(d.findings) == "");
    for (const char* user :
         {"SSL00001", "SSL00005", "SSLDCSSM", "TCPIP", "TCPIP10", "FTPSERVE", "SMTP", "TLSECHO", "VSMSERVE",
          "VMSERVS", "VMSERVU", "GSKADMIN", "TCPMAINT", "OPERATOR", "MAINT", "6VMTCP40", "RSCS"})
        CHECK_MESSAGE(d.find(*Userid::parse(user)) != nullptr, user);
    CHECK(d.find("SSL") == nullptr);
    CHECK(d.find("SSL00006") == nullptr);
    const DirectoryUser& member = *d.find("SSL00002");
    CHECK(member.password == "AUTOONLY");
    CHECK(member.storage_megabytes == 128);
    CHECK(member.ipl.value == "CMS");
    REQUIRE(member.namesave.size() == 1);
    CHECK(member.namesave[0].value == Name8("TCPIP"));
    CHECK(member.option("MAXCONN"));
    CHECK(member.apvirtual);
    CHECK(member.posix_uid->value == 7);
    CHECK(member.posix_gid == 7u);
    const DirectoryUser& maint = *d.find("TCPMAINT");
    CHECK(maint.password == "TCPMAINT");
    CHECK(maint.option("LNKNOPAS"));
    REQUIRE(maint.mdisks.size() == 4);
    CHECK(maint.mdisks[1].vdev == "0198");
}
