// USER DIRECT: entries, profiles, pools, and what is said of mistakes.
#include <doctest/doctest.h>

#include "profiles/user_direct.hpp"
#include "tests/profiles/reading.hpp"

using namespace vmlab;
using namespace vmlab::profiles;
using namespace vmlab::profiles::testing;

namespace {
UserDirect read(std::string_view text) { return read_user_direct(file("USER", "DIRECT", "A1", text)); }
}  // namespace

TEST_CASE("an entry with its statements") {
    const UserDirect d = read(
        "GLOBALDEFS\n POSIXGROUP security 7\n"
        "USER GSKADMIN SECRET 64M 1G GE\n"
        "  CRYPTO APVIRT\n  IPL CMS PARM AUTOCR\n  IUCV ALLOW\n  LOGONBY MAINT TCPMAINT\n  NAMESAVE TCPIP "
        "HELP\n"
        "  OPTION ACCT MAXCONN 1024 QUICKDSP\n  POSIXINFO UID 7 GNAME security\n  AUTOLOG AUTOLOG1 OP1\n"
        "  CONSOLE 0009 3215 T MAINT\n  LINK TCPMAINT 592 592 RR\n  MDISK 191 3390 0001 0010 VOL1 MR ALL W "
        "M\n");
    CHECK(told(d.findings) == "");
    const DirectoryUser& u = *d.find("GSKADMIN");
    CHECK(u.password == "SECRET");
    CHECK(u.storage_megabytes == 64);
    CHECK(u.max_storage_megabytes == 1024);
    CHECK(u.classes == "GE");
    CHECK(u.apvirtual);
    CHECK(*u.ipl == "CMS");
    CHECK(u.iucv == std::vector<std::string>{"ALLOW"});
    CHECK(u.logon_by.size() == 2);
    CHECK(u.namesave[1].value == Name8("HELP"));
    CHECK(u.option("maxconn"));
    CHECK(*u.options[1] == "MAXCONN 1024");
    CHECK(u.posix_uid->value == 7);
    CHECK(u.posix_group == "security");
    CHECK(u.posix_gid == 7u);
    CHECK(u.autolog_by[0].value == Userid("AUTOLOG1"));
    CHECK(u.secondary_user == Userid("MAINT"));
    REQUIRE(u.links.size() == 1);
    CHECK(u.links[0].owner_vdev == "0592");
    REQUIRE(u.mdisks.size() == 1);
    CHECK(u.mdisks[0].vdev == "0191");
    CHECK(u.mdisks[0].read_password == "ALL");
    CHECK(u.mdisks[0].where.str() == "USER DIRECT A1:14:3");
}

TEST_CASE("INCLUDE, IDENTITY with SUBCONFIG, and a pool") {
    const UserDirect d = read(
        "PROFILE COMMON\n  IPL CMS\n  NAMESAVE TCPIP\n  LINK MAINT 190 190 RR\n"
        "USER ONE NOLOG 32M 32M G\n  INCLUDE COMMON\n  IPL 190\n"
        "IDENTITY TWO LBYONLY 32M\n  BUILD ON * USING SUBCONFIG TWO-1\n"
        "SUBCONFIG TWO-1\n  MDISK 191 3390 1 5 VOL1\n"
        "USER SSL AUTOONLY 32M 64M G\n  POOL LOW 9 HIGH 11 PROFILE COMMON\n");
    CHECK(told(d.findings) == "");
    CHECK(*d.find("ONE")->ipl == "190");
    CHECK(d.find("ONE")->namesave.size() == 1);
    CHECK(d.find("TWO")->mdisks.size() == 1);
    CHECK(d.find("SSL") == nullptr);
    CHECK(d.users.size() == 5);
    CHECK(d.find("SSL00011")->links.size() == 1);
    CHECK(d.find("SSL00009")->password == "AUTOONLY");
    CHECK(d.find("SSL00009")->userid.where.str() == "USER DIRECT A1:13:3");
}

TEST_CASE("continuation, comments, and the right end of the record") {
    const UserDirect d = read(
        "* all of it\nUSER ONE ONE 32M 32M G\n  LOGONBY A,\n   B\n"
        "  IUCV ALLOW                                                            00010000\n"
        "  LOGONBY C                                                             D\n");
    CHECK(d.find("ONE")->logon_by.size() == 3);
    CHECK(told(d.findings) ==
          "6:73 warning DTCPRS915W The statement reaches over the right end of the record at column 72\n");
}

TEST_CASE("mistakes in the directory") {
    CHECK(told(read("MDISK 191 3390 1 1 V\nUSER ONE\nUSER TOOLONGNAME X 1M\nUSER TWO P 32X 32M g1?\n")
                   .findings) ==
          "1:1 error DTCPRS914E MDISK stands outside an entry\n"
          "2:1 error DTCPRS904E USER ends before its password\n"
          "3:6 error DTCPRS903E TOOLONGNAME is not valid as userid of USER\n"
          "4:12 error DTCPRS903E 32X is not valid as storage size of USER\n"
          "4:20 error DTCPRS903E g1? is not valid as privilege classes of USER\n");
    CHECK(told(read("USER A P 32M\n INCLUDE NONE\n NAMESAV TCPIP\n LINK MAINT 19X\n MDISK 191 3390 A 1 V\n"
                    " POSIXINFO UID 7 GNAME nosuch\nUSER A P 32M\n")
                   .findings) ==
          "2:10 error DTCPRS907E Profile NONE named by INCLUDE is not defined\n"
          "3:2 error DTCPRS901E Unknown statement NAMESAV ignored [NAMESAVE]\n"
          "4:13 error DTCPRS903E 19X is not valid as address of LINK\n"
          "5:17 error DTCPRS903E A is not valid as first cylinder of MDISK\n"
          "6:2 error DTCPRS907E Group nosuch named by POSIXINFO is not defined\n"
          "7:1 warning DTCPRS908W USER A repeats what line 1 says\n");
    CHECK(told(read("USER SSL P 32M\n POOL LOW 1 HIGH 99999 PROFILE X\n").findings) ==
          "2:32 error DTCPRS907E Profile X named by POOL is not defined\n"
          "2:2 error DTCPRS904E POOL ends before its valid LOW and HIGH\n");
}

TEST_CASE("CRYPTO: dedicated domains are for one userid, and not beside shared ones") {
    const UserDirect d = read(
        "PROFILE SHARED\n  CRYPTO DOMAIN 3 APVIRTUAL\n"
        "PROFILE OWN\n  CRYPTO APDED 1 2\n"
        "USER SSLSERV AUTOONLY 32M 32M G\n  CRYPTO DOMAIN 4 5 APDEDICATED 7 9\n"
        "USER SSL AUTOONLY 32M 32M G\n  POOL LOW 1 HIGH 3 PROFILE SHARED\n"
        "USER STS AUTOONLY 32M 32M G\n  POOL LOW 1 HIGH 3 PROFILE OWN\n"
        "USER STX AUTOONLY 32M 32M G\n  CRYPTO APDED 3\n  POOL LOW 1 HIGH 2 PROFILE SHARED\n"
        "USER BOTH AUTOONLY 32M 32M G\n  CRYPTO APVIRT APDED 3\n"
        "USER TYPO AUTOONLY 32M 32M G\n  CRYPTO APVIRTS\n");
    CHECK(told(d.findings) ==
          "4:10 error DTCPRS919E APDED is not for a PROFILE; ignored\n"
          "12:10 error DTCPRS919E APDED is not for a POOL of userids; ignored\n"
          "15:17 error DTCPRS919E APDED is not for an entry with APVIRTUAL; ignored\n"
          "17:10 error DTCPRS903E APVIRTS is not valid as operand of CRYPTO\n");
    CHECK(d.find("SSLSERV")->dedicated_aps == std::vector<std::uint32_t>{7, 9});
    CHECK_FALSE(d.find("SSLSERV")->apvirtual);
    CHECK(d.find("SSL00002")->apvirtual);
    CHECK(d.find("SSL00002")->crypto_where.str() == "USER DIRECT A1:2:3");
    CHECK(d.find("STS00001")->dedicated_aps.empty());
    CHECK_FALSE(d.find("STS00001")->apvirtual);
    CHECK(d.find("STS00001")->crypto_where.str() == "USER DIRECT A1:4:3");
    CHECK(d.find("STX00001")->dedicated_aps.empty());
    CHECK(d.find("STX00001")->apvirtual);
    CHECK(d.find("BOTH")->dedicated_aps.empty());
    CHECK(d.find("BOTH")->apvirtual);
}

TEST_CASE("adapters and commands of an entry, and what is wrong with them") {
    const UserDirect d = read(
        "USER LINUX1 SECRET 32M 64M G\n  COMMAND SET VSWITCH VSW1 GRANT &USERID\n"
        "  NICDEF 600 TYPE HIPERS DEVICES 6 LAN SYSTEM LAN1\n  NICDEF 0600 MACID 00000A\n"
        "  SPECIAL 700 QDIO 4 * OWN\n  SPECIAL 0580 3270\n");
    CHECK(told(d.findings) == "");
    const DirectoryUser& u = *d.find("LINUX1");
    REQUIRE(u.commands.size() == 1);
    CHECK(*u.commands[0] == "SET VSWITCH VSW1 GRANT &USERID");
    CHECK(u.commands[0].where.str() == "USER DIRECT A1:2:3");
    REQUIRE(u.nics.size() == 2);
    CHECK(u.nics[0].vdev == "0600");
    CHECK(u.nics[0].hipersockets);
    CHECK(u.nics[0].devices == 6);
    CHECK(u.nics[0].lan == Name8("LAN1"));
    CHECK(u.nics[1].vdev == "0700");
    CHECK_FALSE(u.nics[1].hipersockets);
    CHECK(u.nics[1].lan_owner.view() == "*");
    CHECK(u.nics[1].where.str() == "USER DIRECT A1:5:3");
    for (const char* wrong :
         {"NICDEF", "NICDEF WXYZ", "NICDEF 600 TYPE TR", "NICDEF 600 DEVICES 2", "NICDEF 600 LAN SYSTEM",
          "NICDEF 600 SIDEWAYS 1", "SPECIAL 600 QDIO 1", "SPECIAL 600 QDIO 3 SYSTEM", "COMMAND"}) {
        CAPTURE(std::string(wrong));
        const UserDirect bad = read(std::string("USER LINUX1 SECRET 32M 64M G\n  ") + wrong + "\n");
        CHECK(bad.findings.items.size() == 1);
    }
}
