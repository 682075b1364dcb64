// Names of host files as names of CMS files.
#include <doctest/doctest.h>

#include "simulator/given/file_names.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

std::string read_as(std::string_view path) {
    const auto file = read_host_file_name(path);
    if (!file) return "no";
    return file->name.str() + ' ' + file->type.str() + ' ' +
           (file->kind == FileKind::other ? "other" : "known") + ' ' + file->disk;
}

}  // namespace

TEST_CASE("PROFILE TCPIP in every spelling") {
    for (const char* path : {"PROFILE TCPIP", "PROFILE.TCPIP", "profile.tcpip", "a/b/Profile Tcpip",
                             "PROFILE TCPIP D1", "profile.tcpip.d1", "PROFILE  TCPIP   D1",
                             "/x/tcpmaint.198/profile.tcpip", "TCPMAINT 198/PROFILE TCPIP"})
        CHECK(read_as(path) == "PROFILE TCPIP known TCPMAINT.198");
}

TEST_CASE("a file lives on its folder's disk, or on the one where IBM keeps such files") {
    CHECK(read_as("IBM.DTCPARMS") == "IBM DTCPARMS known TCPMAINT.591");
    CHECK(read_as("system dtcparms") == "SYSTEM DTCPARMS known TCPMAINT.198");
    CHECK(read_as("racf.commands") == "RACF COMMANDS other RACFVM.191");
    CHECK(read_as("ftpexit exec") == "FTPEXIT EXEC other TCPMAINT.198");
    CHECK(read_as("ftpserve.191/ftpserve.dtcparms") == "FTPSERVE DTCPARMS known FTPSERVE.191");
    CHECK(read_as("tcpip.data") == "TCPIP DATA known TCPMAINT.592");
    CHECK(read_as("user.direct") == "USER DIRECT known MAINT.2CC");
    CHECK(read_as("etc.hosts") == "ETC HOSTS known TCPMAINT.592");
    CHECK(read_as("keys/Database.kdb") == "DATABASE KDB known ");
}

TEST_CASE("what is no CMS name") {
    for (const char* path : {"", "/", "PROFILE", "PROFILE.TCPIP.BACKUP", "much-too-long-a-name.tcpip",
                             "README.markdown2", "a/.git", "caf\xc3\xa9.tcpip"})
        CHECK(read_as(path) == "no");
    CHECK(read_as("notes.txt") == "NOTES TXT other ");
}
