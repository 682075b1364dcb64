// Disks, directories and readers as FTP and SMTP see them.
#include <doctest/doctest.h>

#include "simulator/cms/files_view.hpp"
#include "stack/base/random.hpp"

using namespace vmlab;
using namespace vmlab::sim;
using services::FileError;
using services::FileInfo;
using services::Place;
using services::Transfer;

namespace {

const Instant kNow = instant_of({2019, 10, 14, 1, 12, 0, 0, 0});

struct SmallAuthority final : Authority {
    services::PasswordVerdict check_password(const Userid& user, std::string_view password,
                                             services::PasswordKeeper) const override {
        return {known_user(user) && password == "SECRET"};
    }
    bool known_user(const Userid& user) const override {
        return user == Userid("TCPMAINT") || user == Userid("GUEST") || user == Userid("GSKADMIN");
    }
    LinkRight link_right(const Userid& user, const Userid& owner, std::string_view vdev) const override {
        if (user == owner) return LinkRight::write;
        return vdev == "0592" ? LinkRight::read : LinkRight::none;
    }
    BfsIdentity posix_of(const Userid& user) const override {
        if (user == Userid("GSKADMIN")) return {"gskadmin", "security", false};
        return {"nobody", "", false};
    }
};

struct Fixture {
    Storage storage;
    SmallAuthority authority;
    FilesView files{storage, authority};
    Place home;

    Fixture() {
        define_file_pools(kNow, storage);
        for (const auto* vdev : {"0191", "0198", "0592"}) storage.disks.define("TCPMAINT", vdev);
        storage.disks.find("TCPMAINT", "0592")->files.put(CmsFile::of_text("TCPIP", "DATA", "x\n", kNow));
        storage.pools.define_directory("VMSYS:GUEST.");
        home = files.home_of("TCPMAINT");
    }
    FileError enter(const Userid& user, const Place& from, std::string_view name, std::string& shown) {
        Place to;
        const auto error = files.enter(user, from, name, to);
        shown = to.str();
        return error;
    }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "CD takes disks, directories, file spaces and readers") {
    std::string shown;
    CHECK(home.str() == "TCPMAINT.191");
    CHECK(files.home_of("GUEST").str() == "VMSYS:GUEST.");
    CHECK(enter("TCPMAINT", home, "TCPMAINT.198", shown) == FileError::none);
    CHECK(shown == "TCPMAINT.198");
    CHECK(enter("TCPMAINT", home, "tcpmaint 0592", shown) == FileError::none);
    CHECK(enter("TCPMAINT", home, "198", shown) == FileError::none);
    CHECK(shown == "TCPMAINT.198");
    CHECK(enter("GUEST", {}, "TCPMAINT.198", shown) == FileError::not_authorized);
    CHECK(enter("GUEST", {}, "TCPMAINT.999", shown) == FileError::no_such_place);
    CHECK(enter("GUEST", {}, "TCPMAINT.RDR", shown) == FileError::none);
    CHECK(shown == "TCPMAINT.RDR");
    CHECK(enter("TCPMAINT", home, "VMSYS:GUEST.", shown) == FileError::not_authorized);
    CHECK(enter("GSKADMIN", home, "../../VMBFS:VMSYS:GSKSSLDB/", shown) == FileError::none);
    CHECK(shown == "/../VMBFS:VMSYS:GSKSSLDB/");
    CHECK(enter("GSKADMIN", home, "/etc/gskadm", shown) == FileError::none);
    CHECK(shown == "/../VMBFS:VMSYS:GSKSSLDB/");
    CHECK(enter("TCPMAINT", home, "../../VMBFS:VMSYS:GSKSSLDB/", shown) == FileError::not_authorized);
    CHECK(enter("TCPMAINT", home, "", shown) == FileError::no_such_place);
    CHECK(enter("TCPMAINT", home, "..", shown) == FileError::no_such_place);

    Place inside;
    REQUIRE(files.enter("GSKADMIN", home, "/etc/gskadm", inside) == FileError::none);
    CHECK(enter("GSKADMIN", inside, "..", shown) == FileError::none);
    CHECK(shown == "/../VMBFS:VMSYS:ROOT/");
}

TEST_CASE_FIXTURE(Fixture, "64 KiB of anything go in and out as they were, in binary") {
    std::string bytes;
    for (int i = 0; i < 65536; ++i) bytes.push_back(char(i ^ (i >> 7)));
    CHECK(files.write("TCPMAINT", home, "random.bin", Transfer::binary, bytes, 0, kNow) == FileError::none);
    std::string back;
    CHECK(files.read("TCPMAINT", home, "RANDOM.BIN", Transfer::binary, back) == FileError::none);
    CHECK(back == bytes);
    FileInfo info;
    CHECK(files.info("TCPMAINT", home, "RANDOM.BIN", info) == FileError::none);
    CHECK(info.bytes == bytes.size());
    CHECK(info.records == 2);
    CHECK(info.owner == "TCPMAINT");
}

TEST_CASE_FIXTURE(Fixture, "text goes in and out as lines") {
    CHECK(files.write("TCPMAINT", home, "A TEXT", Transfer::text, "one\ntwo", 0, kNow) == FileError::none);
    std::string back;
    CHECK(files.read("TCPMAINT", home, "A.TEXT", Transfer::text, back) == FileError::none);
    CHECK(back == "one\ntwo\n");
    CHECK(files.read("TCPMAINT", home, "A.TEXT", Transfer::binary, back) == FileError::none);
    CHECK(back == "onetwo");
}

TEST_CASE_FIXTURE(Fixture, "refusals have their own reasons") {
    Place data;
    REQUIRE(files.enter("GUEST", {}, "TCPMAINT.592", data) == FileError::none);
    CHECK(data.read_only);
    CHECK(files.write("GUEST", data, "A.B", Transfer::text, "x", 0, kNow) == FileError::read_only);
    CHECK(files.erase("GUEST", data, "TCPIP.DATA") == FileError::read_only);
    CHECK(files.write("TCPMAINT", home, "TOOLONGNAME.B", Transfer::text, "x", 0, kNow) ==
          FileError::bad_name);
    std::string out;
    CHECK(files.read("TCPMAINT", home, "NOT.THERE", Transfer::text, out) == FileError::not_found);
    CHECK(files.make_directory("TCPMAINT", home, "SUB", kNow) == FileError::no_such_place);
    storage.disks.find("TCPMAINT", "0191")->cylinders = 1;
    CHECK(files.write("TCPMAINT", home, "BIG.FILE", Transfer::binary, std::string(200 * 4096, 'x'), 0,
                      kNow) == FileError::disk_full);
    CHECK(files.write("TCPMAINT", home, "FITS.FILE", Transfer::binary, std::string(100 * 4096, 'x'), 0,
                      kNow) == FileError::none);
    CHECK(files.write("TCPMAINT", home, "FITS.FILE", Transfer::binary, std::string(100 * 4096, 'y'), 0,
                      kNow) == FileError::none);
}

TEST_CASE_FIXTURE(Fixture, "LIST, RENAME and DELETE on a minidisk") {
    files.write("TCPMAINT", home, "B.B", Transfer::text, "x", 0, kNow);
    files.write("TCPMAINT", home, "A.B", Transfer::text, "x", 0, kNow);
    std::vector<FileInfo> found;
    CHECK(files.list("TCPMAINT", home, "*.B", found) == FileError::none);
    REQUIRE(found.size() == 2);
    CHECK(found[0].name == "A.B");
    CHECK(found[0].owner == "TCM191");
    CHECK(files.rename("TCPMAINT", home, "A.B", "B.B") == FileError::exists);
    CHECK(files.rename("TCPMAINT", home, "A.B", "C.D") == FileError::none);
    CHECK(files.erase("TCPMAINT", home, "A.B") == FileError::not_found);
    CHECK(files.erase("TCPMAINT", home, "C.D") == FileError::none);
}

TEST_CASE_FIXTURE(Fixture, "SFS directories nest, and go only when empty") {
    const Place own = files.home_of("GUEST");
    CHECK(files.make_directory("GUEST", own, "SUB", kNow) == FileError::none);
    CHECK(files.make_directory("GUEST", own, "SUB", kNow) == FileError::exists);
    Place sub;
    REQUIRE(files.enter("GUEST", own, "SUB", sub) == FileError::none);
    CHECK(sub.str() == "VMSYS:GUEST.SUB");
    CHECK(files.write("GUEST", sub, "A.B", Transfer::text, "x", 0, kNow) == FileError::none);
    Place up;
    CHECK(files.enter("GUEST", sub, "..", up) == FileError::none);
    CHECK(up.str() == "VMSYS:GUEST.");
    std::vector<FileInfo> found;
    CHECK(files.list("GUEST", own, "", found) == FileError::none);
    REQUIRE(found.size() == 1);
    CHECK(found[0].is_directory);
    CHECK(files.remove_directory("GUEST", own, "SUB") == FileError::not_empty);
    CHECK(files.erase("GUEST", sub, "A.B") == FileError::none);
    CHECK(files.remove_directory("GUEST", own, "SUB") == FileError::none);
    CHECK(files.remove_directory("GUEST", own, "SUB") == FileError::no_such_place);
}

TEST_CASE_FIXTURE(Fixture, "BFS files keep case and bytes; permission bits hold") {
    Place db;
    REQUIRE(files.enter("GSKADMIN", {}, "/../VMBFS:VMSYS:GSKSSLDB/", db) == FileError::none);
    CHECK(files.write("GSKADMIN", db, "Web.p12", Transfer::binary, std::string("\0\n\x80", 3), 0, kNow) ==
          FileError::none);
    std::string back;
    CHECK(files.read("GSKADMIN", db, "web.p12", Transfer::binary, back) == FileError::not_found);
    CHECK(files.read("GSKADMIN", db, "Web.p12", Transfer::binary, back) == FileError::none);
    CHECK(back == std::string("\0\n\x80", 3));
    CHECK(files.read("TCPMAINT", home, "/../VMBFS:VMSYS:GSKSSLDB/Web.p12", Transfer::binary, back) ==
          FileError::not_authorized);
    CHECK(files.make_directory("GSKADMIN", db, "old", kNow) == FileError::none);
    CHECK(files.rename("GSKADMIN", db, "Web.p12", "old/web.p12") == FileError::none);
    CHECK(files.erase("GSKADMIN", db, "old") == FileError::bad_name);
    CHECK(files.remove_directory("GSKADMIN", db, "old") == FileError::not_empty);
    std::vector<FileInfo> found;
    CHECK(files.list("GSKADMIN", db, "", found) == FileError::none);
    REQUIRE(found.size() == 1);
    CHECK(found[0].permissions == "rwxr-x---");
}

TEST_CASE_FIXTURE(Fixture, "what is punched arrives in a reader, and only its owner sees it") {
    const auto id = files.punch("TCPMAINT", "mail", "note", "SMTP", "Hello\n", kNow);
    Place reader;
    REQUIRE(files.enter("TCPMAINT", home, "TCPMAINT.RDR", reader) == FileError::none);
    std::vector<FileInfo> found;
    CHECK(files.list("TCPMAINT", reader, "", found) == FileError::none);
    REQUIRE(found.size() == 1);
    std::string text;
    CHECK(files.read("TCPMAINT", reader, std::to_string(id), Transfer::text, text) == FileError::none);
    CHECK(text == "Hello\n");
    CHECK(files.read("GUEST", reader, std::to_string(id), Transfer::text, text) == FileError::not_found);
    CHECK(files.list("GUEST", reader, "", found) == FileError::not_authorized);
    CHECK(files.write("GUEST", reader, "NOTE.TEXT", Transfer::text, "hi\n", 0, kNow) == FileError::none);
    CHECK(storage.spool.reader_of("TCPMAINT").size() == 2);
    CHECK(files.erase("TCPMAINT", reader, "0001") == FileError::none);
}

TEST_CASE_FIXTURE(Fixture, "no name that a client sends brings the world down") {
    constexpr std::string_view kPieces[] = {
        "/",   "..",  ".",     " ",        "VMBFS:", "VMSYS:", "ROOT", "x",
        "RDR", "198", "GUEST", "TCPMAINT", "*",      ":",      "%",    "\xff"};
    RandomStream random(seed_from_number(7), "names");
    for (int i = 0; i < 20'000; ++i) {
        std::string name;
        for (auto n = random.below(7); n > 0; --n) name += kPieces[random.below(std::size(kPieces))];
        const Userid user = i % 2 == 0 ? Userid("TCPMAINT") : Userid("GSKADMIN");
        Place at = home;
        FileInfo info;
        std::string bytes;
        std::vector<FileInfo> listed;
        if (files.enter(user, home, name, at) == FileError::none) (void)files.list(user, at, "", listed);
        (void)files.info(user, at, name, info);
        (void)files.read(user, at, name, Transfer::binary, bytes);
        (void)files.write(user, at, name, Transfer::text, "x\n", 0, kNow);
        (void)files.make_directory(user, at, name, kNow);
        (void)files.rename(user, at, name, "a.b");
        (void)files.erase(user, at, name);
        (void)files.remove_directory(user, at, name);
    }
}
