// What outlives a run is saved as names, attributes and bytes, and comes back as it was.
#include <doctest/doctest.h>

#include "simulator/cms/storage.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

const Instant kNow = instant_of({2019, 10, 14, 1, 12, 0, 0, 5});

Storage full_storage() {
    Storage storage;
    define_file_pools(kNow, storage);
    auto& disk = storage.disks.define("TCPMAINT", "0198");
    disk.cylinders = 33;
    disk.files.put(CmsFile::of_text("A#$@", "B:-_+", "one\n\ntwo\n", kNow, 80));
    disk.files.put(CmsFile::of_bytes("BLOB", "BIN", std::string("\0\n\r\xff", 4), kNow));
    storage.disks.define("EMPTY", "0191");
    storage.pools.define_directory("VMSYS:TCPMAINT.SUB")
        ->files.put(CmsFile::of_text("IN", "SFS", "x\n", kNow));
    storage.bfs.put(
        "VMSYS:GSKSSLDB", "a b/%25/..x",
        {false, "gskadmin", "security", 0604, kNow, std::make_shared<const std::string>("bytes")});
    SpoolFile file;
    file.origin = "SSL00001";
    file.spool_class = 'T';
    file.device = "CON";
    file.closed = kNow;
    file.text = std::make_shared<const std::string>("line\n");
    storage.spool.send("TCPMAINT", file);
    return storage;
}

bool same(const std::vector<ArchivedFile>& a, const std::vector<ArchivedFile>& b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (a[i].path != b[i].path || a[i].attributes != b[i].attributes || a[i].bytes != b[i].bytes)
            return false;
    return true;
}

}  // namespace

TEST_CASE("export and import are inverse") {
    const auto saved = export_storage(full_storage());
    Storage loaded;
    CHECK(import_storage(saved, loaded).empty());
    CHECK(same(saved, export_storage(loaded)));
    CHECK(loaded.disks.find("TCPMAINT", "0198")->cylinders == 33);
    CHECK(loaded.disks.find_file("TCPMAINT", "0198", "BLOB", "BIN")->bytes() == std::string("\0\n\r\xff", 4));
    CHECK(loaded.bfs.find("VMSYS:GSKSSLDB", "a b/%25/..x")->content() == "bytes");
    CHECK(loaded.spool.find("TCPMAINT", 1)->origin == Userid("SSL00001"));
    for (const auto& file : saved) {
        CAPTURE(file.path);
        CHECK(file.path.find("/../") == std::string::npos);
        CHECK(file.path.find("//") == std::string::npos);
        CHECK_FALSE(file.path.starts_with("/"));
    }
}

TEST_CASE("what makes no sense in an archive is left out and named") {
    const std::vector<ArchivedFile> bad = {
        {"minidisks/TCPMAINT/A.B", "", ""},
        {"minidisks/TCPMAINT.0198/../x", "", ""},
        {"minidisks/TCPMAINT.0198/TOOLONGNAME.B", "", ""},
        {"minidisks/TCPMAINT.0198/A%G1.B", "", ""},
        {"sfs/NOPOOL%3AUSER./A.B", "", ""},
        {"bfs/VMSYS/X/%2E%2E/passwd", "permissions=rw-r-----", ""},
        {"bfs/VMSYS/X/file", "permissions=nonsense", ""},
        {"spool/TCPMAINT/00000", "origin=X", ""},
        {"spool/TCPMAINT/99999", "origin=X", ""},
        {"elsewhere", "", ""},
        {"", "", ""},
    };
    Storage storage;
    CHECK(import_storage(bad, storage).size() == bad.size());
    CHECK(storage.disks.all().empty());
    CHECK(storage.bfs.all().empty());
}

TEST_CASE("spool ids go round and do not collide") {
    Spool spool;
    SpoolFile file;
    file.origin = "A";
    for (int i = 0; i < 9999; ++i) spool.send("B", file);
    CHECK(spool.reader_of("B").size() == 9999);
    spool.purge("B", 17);
    CHECK(spool.send("B", file) == 17);
    CHECK(spool.send("B", file) == 1);  // full: the oldest made room
    CHECK(spool.purge_all("B") == 9999);
}

TEST_CASE("the arrival of a reader file takes 80 columns") {
    SpoolFile file;
    file.id = 244;
    file.origin = "MIKEMAC";
    file.device = "CON";
    file.spool_class = 'T';
    file.text = std::make_shared<const std::string>("a\nb\nc");
    CHECK(report_arrival(file) ==
          "RDR FILE 0244 SENT FROM MIKEMAC  CON WAS 0244 RECS 0003 CPY  001 T NOHOLD NOKEEP");
    CHECK(report_arrival(file).size() == 80);
}
