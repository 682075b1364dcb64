// :mount. against the byte file system itself: what is there, what is not, and a file pool whose server is
// down.
#include <doctest/doctest.h>

#include "simulator/cms/storage.hpp"
#include "tests/ipl/fixture.hpp"

using namespace vmlab;
using namespace vmlab::sim;
using namespace vmlab::sim::testing;

namespace {

struct Member : Node {
    Storage storage{};
    BfsSession session{};
    AccessedDisks disks{};

    Member() { define_file_pools(now, storage); }
    TcprunResult start() {
        SessionMounter real(session, disks, {"ssl00001", "security", false}, storage);
        TcprunInput input;
        input.userid = "SSL00001";
        input.node = "GDLRCT2";
        input.storage_megabytes = 128;
        input.now = now;
        return run_tcprun(input, files, real, exits);
    }
};

}  // namespace

TEST_CASE("the baseline's mounts: the root, and the key database's file space on /etc/gskadm/") {
    Member member;
    const TcprunResult result = member.start();
    REQUIRE_MESSAGE(result.launch, printed(result));
    REQUIRE(member.session.mounts().size() == 2);
    const auto place = member.session.resolve("/etc/gskadm/Database.kdb");
    REQUIRE(place);
    CHECK(place->space == "VMSYS:GSKSSLDB");
    CHECK(place->path == "Database.kdb");
}

TEST_CASE("a file space that is not there") {
    Member member;
    member.change("GDLRCT2", "DTCPARMS", "VMSYS:GSKSSLDB/ ", "VMSYS:GSKSSLDX/ ");
    const TcprunResult result = member.start();
    CHECK_FALSE(result.launch);
    CHECK(matches_golden("tcprun_no_file_space", printed(result)));
}

TEST_CASE("the file pool's server is down") {
    Member member;
    member.storage.pools.set_server_up("VMSERVS", false);
    const TcprunResult result = member.start();
    CHECK_FALSE(result.launch);
    CHECK(matches_golden("tcprun_pool_down", printed(result)));
}
