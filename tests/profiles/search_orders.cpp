// Which file is used: the traps are the ones that administrators fall into.
#include <doctest/doctest.h>

#include "tests/profiles/reading.hpp"

using namespace vmlab;
using namespace vmlab::profiles;
using namespace vmlab::profiles::testing;

namespace {

std::string tried(const ProfileSearch& search) {
    std::string text;
    for (const FileId& id : search.tried) text += id.str() + "; ";
    return text + "-> " + (search.found ? search.found->file.str() : "none");
}

std::string source_of(const Userid& server, const Shelf& shelf) {
    const auto found = find_definition(server, find_dtcparms(server, "GDLRCT2", shelf));
    if (!found) return "none";
    return *found->server.nick + " in " + found->server_file.str() + ", " + found->class_name + " in " +
           (found->server_class ? found->class_file.str() : "none");
}

}  // namespace

TEST_CASE("the profile: userid, node, PROFILE; the first found wins") {
    Shelf shelf = baseline_shelf();
    CHECK(tried(find_profile("TCPIP", "GDLRCT2", shelf)) ==
          "TCPIP TCPIP *; GDLRCT2 TCPIP *; PROFILE TCPIP *; -> PROFILE TCPIP D1");
    CHECK(tried(find_profile("TCPIP10", "GDLRCT2", shelf)) == "TCPIP10 TCPIP *; -> TCPIP10 TCPIP D1");
    shelf.put(file("GDLRCT2", "TCPIP", "D1", "; left over by somebody"));
    CHECK(tried(find_profile("TCPIP", "GDLRCT2", shelf)) ==
          "TCPIP TCPIP *; GDLRCT2 TCPIP *; -> GDLRCT2 TCPIP D1");
    shelf.put(file("TCPIP", "TCPIP", "A1", ""));
    CHECK(tried(find_profile("TCPIP", "GDLRCT2", shelf)) == "TCPIP TCPIP *; -> TCPIP TCPIP A1");
    CHECK(tried(find_profile("TCPIP", "GDLRCT2", Shelf())) ==
          "TCPIP TCPIP *; GDLRCT2 TCPIP *; PROFILE TCPIP *; -> none");
}

TEST_CASE("DTCPARMS: userid, node, SYSTEM, IBM; server and class are looked up apart") {
    Shelf shelf = baseline_shelf();
    CHECK(source_of("TCPIP", shelf) == "TCPIP in GDLRCT2 DTCPARMS D1, STACK in IBM DTCPARMS E1");
    CHECK(source_of("SMTP", shelf) == "SMTP in SYSTEM DTCPARMS D1, SMTP in IBM DTCPARMS E1");
    CHECK(source_of("NOBODY", shelf) == "none");
    shelf.remove("GDLRCT2 DTCPARMS");
    CHECK(source_of("SSL00001", shelf) == "SSL* in IBM DTCPARMS E1, SSL in IBM DTCPARMS E1");
    shelf.put(file("SSL00001", "DTCPARMS", "A1", ":nick.SSL00001 :type.server :class.ssl :stack.TCPIP"));
    CHECK(source_of("SSL00001", shelf) == "SSL00001 in SSL00001 DTCPARMS A1, SSL in IBM DTCPARMS E1");
    shelf.put(file("SYSTEM", "DTCPARMS", "D1", ":nick.ssl :type.class :command.VMSSL"));
    CHECK(source_of("SSL00001", shelf) == "SSL00001 in SSL00001 DTCPARMS A1, SSL in SYSTEM DTCPARMS D1");
}

TEST_CASE("entries are not merged across files: a partial entry hides the whole of the other") {
    Shelf shelf = baseline_shelf();
    shelf.put(file("TCPIP", "DTCPARMS", "A1", ":nick.TCPIP :type.server :class.stack\n"));
    const auto found = find_definition("TCPIP", find_dtcparms("TCPIP", "GDLRCT2", shelf));
    REQUIRE(found);
    CHECK(found->tag("attach") == nullptr);
    CHECK(found->value("command") == "TCPIP");
}

TEST_CASE("within a file the exact userid beats a prefix, the longer prefix the shorter") {
    Shelf shelf;
    shelf.put(file("SYSTEM", "DTCPARMS", "D1",
                   ":nick.SSL*     :type.server :class.ssl :stack.A\n"
                   ":nick.SSL0000* :type.server :class.ssl :stack.B\n"
                   ":nick.SSL00003 :type.server :class.ssl :stack.C\n"));
    const auto stack_of = [&](const Userid& user) {
        return find_definition(user, find_dtcparms(user, "GDLRCT2", shelf))->value("stack");
    };
    CHECK(stack_of("SSL00003") == "C");
    CHECK(stack_of("SSL00004") == "B");
    CHECK(stack_of("SSLSERV") == "A");
    // An earlier file's prefix comes before a later file's exact name.
    shelf.put(file("GDLRCT2", "DTCPARMS", "D1", ":nick.SSL* :type.server :class.ssl :stack.D\n"));
    CHECK(stack_of("SSL00003") == "D");
}

TEST_CASE("a server's tag overrides its class's") {
    Shelf shelf;
    shelf.put(file("IBM", "DTCPARMS", "E1",
                   ":nick.ftp :type.class :command.SRVRFTP :anonymous.NO :owner.TCPMAINT\n"
                   ":nick.FTPSERVE :type.server :class.ftp :Anonymous.YES\n"));
    const auto found = find_definition("FTPSERVE", find_dtcparms("FTPSERVE", "GDLRCT2", shelf));
    CHECK(found->value("anonymous") == "YES");
    CHECK(found->value("owner") == "TCPMAINT");
}
