// What paths of the byte file system mean, and who may do what there.
#include <doctest/doctest.h>

#include "simulator/cms/bfs_session.hpp"
#include "simulator/cms/storage.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

const Instant kNow = instant_of({2019, 10, 14, 1, 12, 0, 0, 0});
const BfsIdentity kAdmin{"gskadmin", "security", false};
const BfsIdentity kSslServer{"ssl00001", "security", false};
const BfsIdentity kStranger{"tcpmaint", "", false};

struct Fixture {
    Storage storage;
    BfsSession session;

    Fixture() {
        define_file_pools(kNow, storage);
        storage.bfs.put(
            "VMSYS:GSKSSLDB", "Database.kdb",
            {false, "gskadmin", "security", 0640, kNow, std::make_shared<const std::string>("keys")});
    }
    std::string mount(std::string_view target, std::string_view point) {
        const auto out = session.mount(target, point, false, kAdmin, storage.bfs, storage.pools);
        return out.message ? out.message->text : "";
    }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a file space is named above the root only") {
    auto place = session.resolve("/../VMBFS:VMSYS:GSKSSLDB/Database.kdb");
    REQUIRE(place);
    CHECK(place->space == "VMSYS:GSKSSLDB");
    CHECK(place->path == "Database.kdb");
    CHECK_FALSE(session.resolve("/VMBFS:VMSYS:GSKSSLDB/Database.kdb"));
    CHECK_FALSE(session.resolve("/etc"));
    CHECK(session.resolve("../../vmbfs:vmsys:root/etc/../tmp")->path == "tmp");
}

TEST_CASE_FIXTURE(Fixture, "mounts put file spaces under the root") {
    CHECK(mount("/../VMBFS:VMSYS:ROOT/", "/") == "");
    CHECK(mount("/../VMBFS:VMSYS:GSKSSLDB/", "/etc/gskadm/") == "");
    auto place = session.resolve("/etc/gskadm/Database.kdb");
    REQUIRE(place);
    CHECK(place->space == "VMSYS:GSKSSLDB");
    CHECK(place->path == "Database.kdb");
    CHECK(session.resolve("/etc/gskadmin")->space == "VMSYS:ROOT");
    CHECK(session.set_directory("/etc/gskadm", kAdmin, storage.bfs, storage.pools).rc == 0);
    CHECK(session.resolve("Database.kdb")->space == "VMSYS:GSKSSLDB");
    CHECK(session.absolute("../x") == "/etc/x");
}

TEST_CASE_FIXTURE(Fixture, "a blank before a name is part of the name, and names no file space") {
    CHECK_FALSE(session.resolve("/ x"));
    CHECK_FALSE(session.resolve("/ VMBFS:VMSYS:GSKSSLDB/Database.kdb"));
    CHECK(mount("/../VMBFS:VMSYS:ROOT/", "/") == "");
    CHECK(session.resolve("/ ")->path == " ");
    CHECK(session.resolve("/ x/y")->path == " x/y");
    CHECK(session.resolve("/ VMBFS:VMSYS:GSKSSLDB/Database.kdb")->space == "VMSYS:ROOT");
    CHECK(session.absolute("/ VMBFS:A:B/../c") == "/c");
    CHECK(session.absolute("/../VMBFS:VMSYS:ROOT/../etc") == "/etc");
}

TEST_CASE_FIXTURE(Fixture, "a mistyped mount target does not exist") {
    CHECK(mount("/../VMSYSU:GSKADMIN/etc/gskadl", "/etc/gskadm") ==
          "DMSOVZ2113E Object does not exist: '/../VMSYSU:GSKADMIN/etc/gskadl'");
    CHECK(mount("/../VMBFS:VMSYS:GSKSSLDX/", "/etc/gskadm") ==
          "DMSOVZ2113E Object does not exist: '/../VMBFS:VMSYS:GSKSSLDX/'");
    CHECK(mount("/../VMBFS:VMSYS:ROOT/", "/") == "");
    CHECK(mount("/../VMBFS:VMSYS:GSKSSLDB/", "/etc/gskadl") ==
          "DMSOVZ2113E Object does not exist: '/etc/gskadl'");
    CHECK(session.mounts().size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "a pool whose server is down can not be mounted") {
    storage.pools.set_server_up("VMSERVS", false);
    CHECK(mount("/../VMBFS:VMSYS:ROOT/", "/").starts_with("DMSOVZ903E"));
}

TEST_CASE_FIXTURE(Fixture, "permission bits decide by owner, group and others") {
    const auto kdb = *session.resolve("/../VMBFS:VMSYS:GSKSSLDB/Database.kdb");
    std::string bytes;
    CHECK(storage.bfs.read(kdb, kSslServer, storage.pools, bytes) == BfsError::none);
    CHECK(bytes == "keys");
    CHECK(storage.bfs.write(kdb, kSslServer, storage.pools, "no", kNow) == BfsError::not_permitted);
    CHECK(storage.bfs.read(kdb, kStranger, storage.pools, bytes) == BfsError::not_permitted);
    CHECK(storage.bfs.permit(kdb, kSslServer, storage.pools, 0666) == BfsError::not_permitted);
    REQUIRE(storage.bfs.permit(kdb, kAdmin, storage.pools, *read_permissions("rw-------")) == BfsError::none);
    CHECK(storage.bfs.read(kdb, kSslServer, storage.pools, bytes) == BfsError::not_permitted);
    CHECK(permission_text(storage.bfs.find("VMSYS:GSKSSLDB", "Database.kdb")->mode) == "rw-------");
    CHECK_FALSE(read_permissions("rw-r--r-?"));
    CHECK_FALSE(read_permissions("rw"));
}

TEST_CASE_FIXTURE(Fixture, "directories are made, filled, renamed and emptied") {
    auto& bfs = storage.bfs;
    const auto at = [&](std::string_view name) {
        return *session.resolve("/../VMBFS:VMSYS:GSKSSLDB/" + std::string(name));
    };
    CHECK(bfs.make_directory(at("old"), kAdmin, storage.pools, 0750, kNow) == BfsError::none);
    CHECK(bfs.make_directory(at("old"), kAdmin, storage.pools, 0750, kNow) == BfsError::exists);
    CHECK(bfs.write(at("old/a"), kAdmin, storage.pools, "1", kNow) == BfsError::none);
    CHECK(bfs.write(at("missing/a"), kAdmin, storage.pools, "1", kNow) == BfsError::not_found);
    CHECK(bfs.write(at("old/a/b"), kAdmin, storage.pools, "1", kNow) == BfsError::not_directory);
    CHECK(bfs.erase(at("old"), kAdmin, storage.pools) == BfsError::not_empty);
    CHECK(bfs.rename(at("old"), at("old/inside"), kAdmin, storage.pools) == BfsError::is_directory);
    CHECK(bfs.rename(at("old"), at("new"), kAdmin, storage.pools) == BfsError::none);
    CHECK(bfs.find("VMSYS:GSKSSLDB", "new/a") != nullptr);
    CHECK(bfs.find("VMSYS:GSKSSLDB", "old/a") == nullptr);
    CHECK(bfs.erase(at("new/a"), kAdmin, storage.pools) == BfsError::none);
    CHECK(bfs.erase(at("new"), kAdmin, storage.pools) == BfsError::none);
    CHECK(bfs.erase(at(""), kAdmin, storage.pools) == BfsError::is_directory);
    std::vector<BfsEntry> entries;
    CHECK(bfs.list(at(""), kAdmin, storage.pools, entries) == BfsError::none);
    REQUIRE(entries.size() == 1);
    CHECK(entries[0].name == "Database.kdb");
}
