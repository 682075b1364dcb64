// DTCPARMS as a NAMES file: tags, values over lines, comments, and what is said of mistakes.
#include <doctest/doctest.h>

#include "tests/profiles/reading.hpp"

using namespace vmlab;
using namespace vmlab::profiles;
using namespace vmlab::profiles::testing;

namespace {
Dtcparms read(std::string_view text) { return read_dtcparms(file("SYSTEM", "DTCPARMS", "D1", text)); }
}  // namespace

TEST_CASE("values run to the next tag, over lines and comments; places are kept") {
    const Dtcparms d = read(
        ".* a comment :nick.NOT\n"
        ":nick.SSL*  :type.server :class.ssl\n"
        "            :Stack.TCPIP :admin_id_list.TCPMAINT\n"
        ".*** in between\n"
        "             GSKADMIN :parms.KEYFILE /etc/gskadm/Database.kdb\n"
        "                      TRACE CONNECTIONS DATA 9.60.60.4:23\n");
    CHECK(told(d.findings) == "");
    REQUIRE(d.entries.size() == 1);
    const DtcEntry& entry = d.entries[0];
    CHECK(entry.type == DtcType::server);
    CHECK(entry.tag("stack")->typed == ":Stack.");
    CHECK(entry.tag("stack")->where.str() == "SYSTEM DTCPARMS D1:3:13");
    CHECK(entry.tag("stack")->value_where().str() == "SYSTEM DTCPARMS D1:3:20");
    CHECK(entry.tag("admin_id_list")->value() == "TCPMAINT GSKADMIN");
    CHECK(entry.tag("parms")->value() ==
          "KEYFILE /etc/gskadm/Database.kdb TRACE CONNECTIONS DATA 9.60.60.4:23");
    CHECK(entry.tag("parms")->words[2].where.str() == "SYSTEM DTCPARMS D1:6:23");
}

TEST_CASE("mistakes in entries") {
    CHECK(told(read(":nick.A :type.server :class.ftp :anonymus.YES").findings) ==
          "1:33 error DTCPRS902E :anonymus. is not an operand of a DTCPARMS entry [:anonymous.]\n");
    CHECK(told(read(":nick.A :type.servr :class.ftp").findings) ==
          "1:15 error DTCPRS903E servr is not valid as server or class of :type.\n");
    CHECK(told(read(":nick.A :class.ftp").findings) ==
          "1:1 error DTCPRS904E :nick.A ends before its :type. tag\n");
    CHECK(told(read("stray :type.server\n:nick.A :type.server").findings) ==
          "1:1 error DTCPRS914E stray stands outside an entry\n"
          "1:7 error DTCPRS914E :type. stands outside an entry\n");
    CHECK(told(read(":nick.A :type.server :parms.X :oops").findings) ==
          "1:31 error DTCPRS903E :oops is not valid as tag of the entry\n");
    CHECK(told(read(":nick.A :type.server :parms.TRACE NORMAL :992").findings) == "");
    CHECK(told(read(":nick.A :type.server\n:nick.A :type.server").findings) ==
          "2:1 warning DTCPRS908W :nick.A repeats what line 1 says\n");
    CHECK(told(read(":nick.ftp :type.server\n:nick.ftp :type.class").findings) == "");
    CHECK(told(read(":nick.A :type.server :vnic.X").findings) ==
          "1:22 info DTCPRS906I :vnic. is read but not simulated\n");
}

TEST_CASE("of two entries with one nick the first counts; of two tags too") {
    const Dtcparms d =
        read(":nick.A :type.server :stack.ONE :stack.TWO\n:nick.A :type.server :stack.THREE\n");
    CHECK(d.find_server("A")->tag("stack")->value() == "ONE");
}

TEST_CASE("pairs of :mount.") {
    const Dtcparms d = read(
        ":nick.A :type.server :mount./../VMBFS:VMSYS:ROOT/ / , /../VMBFS:VMSYS:GSKSSLDB/ /etc/gskadm/, "
        "/left/over");
    const auto pairs = mounts_of(*d.entries[0].tag("mount"));
    REQUIRE(pairs.size() == 2);
    CHECK(*pairs[0].mount_point == "/");
    CHECK(*pairs[1].path == "/../VMBFS:VMSYS:GSKSSLDB/");
    CHECK(*pairs[1].mount_point == "/etc/gskadm/");
    CHECK(pairs[1].path.where.column == 55);
}
