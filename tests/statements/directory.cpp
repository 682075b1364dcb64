// USER DIRECT, and ETC HOSTS and ETC SERVICES: what the system follows of them.
#include "simulator/cp/directory_source.hpp"
#include "sslserv/crypto_costs.hpp"
#include "tests/statements/edited_world.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

Directory directory(std::string_view text) {
    const auto source = profiles::SourceText::from_host({"USER", "DIRECT", {'C', '1'}}, text);
    return directory_of(profiles::read_user_direct(source));
}

/// The shipped directory, and these records behind it.
EditedWorld world_with(const std::string& records) { return EditedWorld({{kDirectory, "", records}}); }

}  // namespace

TEST_CASE("USER: a virtual machine that may log on") {
    const auto d = directory("USER ANNA SECRET 32M 64M G\n");
    CHECK(d.decide_logon("ANNA", {}, "SECRET") == LogonVerdict::accepted);
}

TEST_CASE("IDENTITY, BUILD and SUBCONFIG: a virtual machine of one member of a cluster, with its own disks") {
    const auto d = directory(
        "USER OTHER O 32M 64M G\nSUBCONFIG ANNA-1\n  MDISK 0191 3390 1 5 VOL001 MR\n"
        "IDENTITY ANNA SECRET 32M 64M G\n  BUILD ON GDLRCT2 USING SUBCONFIG ANNA-1\n");
    CHECK(d.link_right("ANNA", "ANNA", "0191") == LinkRight::write);
}

TEST_CASE("PROFILE and INCLUDE: statements that entries share") {
    const auto d = directory(
        "PROFILE SHARED\n  LINK MAINT 0190 0190 RR\nUSER ANNA SECRET 32M 64M G\n"
        "  INCLUDE SHARED\nUSER MAINT M 32M 64M G\n  MDISK 0190 3390 1 5 VOL001 MR\n");
    CHECK(d.link_right("ANNA", "MAINT", "0190") == LinkRight::read);
}

TEST_CASE("POOL: as many virtual machines as it says") {
    const auto d =
        directory("USER SSL AUTOONLY 32M 64M G\n  POOL LOW 1 HIGH 3 PROFILE X\nPROFILE X\n  CLASS G\n");
    CHECK(d.known_user("SSL00003"));
    CHECK_FALSE(d.known_user("SSL"));
}

TEST_CASE("CLASS: the commands that a user may give") {
    CHECK(world_with("USER ANNA SECRET 32M 64M G\n  CLASS ABG\n")
              .typed("ANNA", "force ftpserve")
              .find("DMSEXT") == std::string::npos);
    CHECK(directory("USER ANNA SECRET 32M 64M G\n  CLASS ABG\n").may_start("ANNA", "ANNA"));
}

TEST_CASE("AUTOLOG of a user: who may start it without class A or B") {
    const auto d = directory("USER ANNA SECRET 32M 64M G\nUSER SERVER AUTOONLY 32M 64M G\n  AUTOLOG ANNA\n");
    CHECK(d.may_start("ANNA", "SERVER"));
    CHECK_FALSE(d.may_start("SERVER", "ANNA"));
}

TEST_CASE("LOGONBY: who may log on with his own password") {
    const auto d = directory("USER ANNA SECRET 32M 64M G\nUSER SERVER LBYONLY 32M 64M G\n  LOGONBY ANNA\n");
    CHECK(d.decide_logon("SERVER", "ANNA", "SECRET") == LogonVerdict::accepted);
}

TEST_CASE("MDISK: a disk of the user's own") {
    const auto d = directory("USER ANNA SECRET 32M 64M G\n  MDISK 0191 3390 1 5 VOL001 MR\n");
    CHECK(d.link_right("ANNA", "ANNA", "0191") == LinkRight::write);
}

TEST_CASE("LINK: a server finds its files on the disks that it links") {
    EditedWorld lab;
    CHECK(lab.said("FTPSERVE",
                   "DTCRUN1046I Using 'server' definition (FTPSERVE) from file: SYSTEM DTCPARMS D1"));
}

TEST_CASE("POSIXINFO: a server of the pool may read the key database by its group") {
    CHECK(EditedWorld().members_ready() == 5);
}

TEST_CASE("NAMESAVE: a server of the pool may load the segment of the cache") {
    EditedWorld lab;
    CHECK(lab.world.segments().find("TCPIP")->users.size() == 6);
}

TEST_CASE("CRYPTO: with APVIRTUAL a handshake costs a server of the pool less") {
    const auto d = directory(
        "PROFILE TCPSSLU\n  CRYPTO APVIRTUAL\nUSER SSL AUTOONLY 32M 64M G\n"
        "  POOL LOW 1 HIGH 2 PROFILE TCPSSLU\n");
    MachineCrypto machine;
    machine.cards = {*CryptoCard::parse("CEX6A")};
    const auto has = crypto_of_guest(d.find("SSL00002"), machine, Level());
    const auto cost = [](bool ap) {
        return sslserv::cost_of_handshake({true, ap, {}, {}}, {sslserv::KeyKind::rsa, 2048});
    };
    CHECK(cost(has.apvirtual) < cost(false));
}
