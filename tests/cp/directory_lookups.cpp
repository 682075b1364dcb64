// The object directory: who may log on, link and start whom; read from the shipped USER DIRECT.
#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "simulator/cp/directory_source.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

Directory shipped() {
    std::ifstream in(VMLAB_SOURCE_DIR "/profiles/baseline/MAINT.2CC/USER.DIRECT");
    std::ostringstream text;
    text << in.rdbuf();
    const auto source = profiles::SourceText::from_host({"USER", "DIRECT", {'C', '1'}}, text.str());
    return directory_of(profiles::read_user_direct(source));
}

DirectoryEntry user(Userid name, std::string password, std::string classes) {
    DirectoryEntry entry;
    entry.userid = name;
    entry.password = std::move(password);
    entry.classes = std::move(classes);
    return entry;
}

}  // namespace

TEST_CASE("the shipped directory has people, servers and a pool") {
    const auto directory = shipped();
    CHECK(directory.known_user("TCPMAINT"));
    CHECK(directory.known_user("SSL00001"));
    CHECK(directory.known_user("SSL00005"));
    CHECK_FALSE(directory.known_user("SSL00006"));
    CHECK(directory.check_password("TCPMAINT", "tcpmaint", services::PasswordKeeper::directory).valid);
    CHECK_FALSE(directory.check_password("TCPMAINT", "", services::PasswordKeeper::directory).valid);
    CHECK_FALSE(directory.check_password("TCPIP", "AUTOONLY", services::PasswordKeeper::directory).valid);
    CHECK(directory.link_right("TCPMAINT", "TCPMAINT", "0198") == LinkRight::write);
    CHECK(directory.link_right("FTPSERVE", "TCPMAINT", "0198") == LinkRight::read);
    CHECK(directory.link_right("GSKADMIN", "TCPMAINT", "0198") == LinkRight::none);
    CHECK(directory.link_right("GSKADMIN", "TCPMAINT", "0592") == LinkRight::read);
    CHECK(directory.link_right("NOBODY", "TCPMAINT", "0592") == LinkRight::none);
    CHECK(directory.posix_of("GSKADMIN").group == "security");
    CHECK_FALSE(directory.posix_of("GSKADMIN").superuser);
    CHECK(directory.posix_of("FTPSERVE").superuser);
    CHECK(directory.posix_of("SSL00002").user == "ssl00002");
}

TEST_CASE("logging on by one's own password, by another's, or not at all") {
    Directory directory;
    auto tcpip = user("TCPIP", "AUTOONLY", "ABG");
    tcpip.logon_by = {"MAINT"};
    auto server = user("SERVER", "LBYONLY", "G");
    server.logon_by = {"MAINT"};
    for (auto entry : {tcpip, server, user("MAINT", "SECRET", "ABCDEFG"), user("OPEN", "NOPASS", "G"),
                       user("GUEST", "GUEST", "G")})
        directory.add(entry);
    CHECK(directory.decide_logon("MAINT", {}, "secret") == LogonVerdict::accepted);
    CHECK(directory.decide_logon("MAINT", {}, "wrong") == LogonVerdict::wrong_password);
    CHECK(directory.decide_logon("NOBODY", {}, "secret") == LogonVerdict::unknown_user);
    CHECK(directory.decide_logon("OPEN", {}, "") == LogonVerdict::accepted);
    CHECK(directory.decide_logon("SERVER", {}, "LBYONLY") == LogonVerdict::not_by_password);
    CHECK(directory.decide_logon("SERVER", "MAINT", "SECRET") == LogonVerdict::accepted);
    CHECK(directory.decide_logon("SERVER", "MAINT", "wrong") == LogonVerdict::wrong_password);
    CHECK(directory.decide_logon("SERVER", "GUEST", "GUEST") == LogonVerdict::wrong_password);
    CHECK(directory.decide_logon("TCPIP", "MAINT", "SECRET") == LogonVerdict::not_by_password);
}

TEST_CASE("class A or B starts anything; others what the entry allows") {
    Directory directory;
    auto linux = user("LINUX", "X", "G");
    linux.autolog_by = {"GUEST"};
    for (auto entry : {linux, user("MAINT", "X", "BG"), user("GUEST", "X", "G"), user("OTHER", "X", "G")})
        directory.add(entry);
    CHECK(directory.may_start("MAINT", "LINUX"));
    CHECK(directory.may_start("GUEST", "LINUX"));
    CHECK_FALSE(directory.may_start("OTHER", "LINUX"));
    CHECK_FALSE(directory.may_start("GUEST", "OTHER"));
    CHECK_FALSE(directory.may_start("MAINT", "NOBODY"));
}

TEST_CASE("a machine's devices are its MDISKs and the LINKs to disks that exist") {
    const auto directory = shipped();
    Storage storage;
    directory.define_minidisks(storage);
    CHECK(storage.disks.find("TCPMAINT", "0198")->cylinders == 10);
    std::vector<Said> refused;
    const auto devices = directory.devices_of("FTPSERVE", storage.disks, refused);
    REQUIRE(devices.linked("0198") != nullptr);
    CHECK(devices.linked("0198")->read_only);
    CHECK_FALSE(devices.linked("0191")->read_only);
    CHECK(devices.linked("0999") == nullptr);
    storage.disks.remove("TCPMAINT", "0198");
    CHECK(directory.devices_of("FTPSERVE", storage.disks, refused).linked("0198") == nullptr);
}
