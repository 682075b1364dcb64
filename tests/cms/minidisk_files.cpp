// Minidisks hold CMS files; ACCESS gives them letters; the search goes from A to Z.
#include <doctest/doctest.h>

#include "simulator/cms/accessed_disks.hpp"
#include "simulator/cms/storage.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

const Instant kMonday = instant_of({2019, 10, 14, 1, 12, 0, 0, 0});

Storage two_disks() {
    Storage storage;
    const std::vector<std::pair<std::string, std::string>> shipped = {
        {"TCPMAINT.0198/PROFILE.TCPIP", "; the stack\nHOME\n\n9.60.60.3 ETH0\n"},
        {"TCPMAINT.592/TCPIP.DATA", "TCPIPUSERID TCPIP\r\nHOSTNAME GDLRCT2"},
        {"TCPMAINT.0592/PROFILE.TCPIP", "another\n"},
        {"README", "not a minidisk"},
        {"TCPMAINT.0198/NOTYPE", "no type"},
        {"TCPMAINT.XYZ/A.B", "no device"},
    };
    CHECK(load_minidisks(shipped, kMonday, storage) ==
          std::vector<std::string>{"README", "TCPMAINT.0198/NOTYPE", "TCPMAINT.XYZ/A.B"});
    return storage;
}

}  // namespace

TEST_CASE("a text file is its records") {
    const auto storage = two_disks();
    const auto* profile = storage.disks.find_file("TCPMAINT", "0198", "PROFILE", "TCPIP");
    REQUIRE(profile != nullptr);
    CHECK(profile->records() == 4);
    CHECK(profile->recfm() == 'V');
    CHECK(profile->lrecl() == 14);
    CHECK(profile->text() == "; the stack\nHOME\n\n9.60.60.3 ETH0\n");
    CHECK(profile->record_views()[2].empty());
    CHECK(profile->bytes() == "; the stackHOME9.60.60.3 ETH0");
    const auto* data = storage.disks.find_file("TCPMAINT", "0592", "TCPIP", "DATA");
    REQUIRE(data != nullptr);
    CHECK(data->text() == "TCPIPUSERID TCPIP\nHOSTNAME GDLRCT2\n");
}

TEST_CASE("fixed records are padded when joined, and long lines go on in the next record") {
    const auto file = CmsFile::of_text("A", "B", "abc\nabcdefg\n", kMonday, 5);
    CHECK(file.recfm() == 'F');
    CHECK(file.records() == 3);
    CHECK(file.bytes() == "abc  abcdefg   ");
    CHECK(CmsFile::of_text("A", "B", std::string(70000, 'x'), kMonday).records() == 2);
}

TEST_CASE("binary files keep every byte") {
    std::string bytes;
    for (int i = 0; i < 300000; ++i) bytes.push_back(char(i * 7 + (i >> 8)));
    for (const std::size_t lrecl : {0, 80}) {
        const auto file = CmsFile::of_bytes("RANDOM", "BIN", bytes, kMonday, lrecl);
        CHECK(file.bytes() == bytes);
        CHECK(file.size() == bytes.size());
        std::string joined;
        for (const auto record : file.record_views()) joined += record;
        CHECK(joined == bytes);
        CHECK(file.records() == file.record_views().size());
    }
}

TEST_CASE("ACCESS gives letters, says what is read-only, and the first disk in search order wins") {
    auto storage = two_disks();
    AccessedDisks disks;
    REQUIRE(disks.link({"0198", "TCPMAINT", "0198", true}));
    REQUIRE(disks.link({"0592", "TCPMAINT", "0592", false}));
    CHECK_FALSE(disks.link({"0592", "TCPMAINT", "0198", false}));

    const auto d = disks.access("198", "D", storage.disks, storage.pools);
    CHECK(d.rc == 0);
    REQUIRE(d.messages.size() == 1);
    CHECK(d.messages[0].text == "DMSACP723I D (198) R/O");
    CHECK(disks.access("0592", "f", storage.disks, storage.pools).messages.empty());

    auto found = disks.find(storage.disks, storage.pools, "PROFILE", "TCPIP");
    REQUIRE(found);
    CHECK(found->id.str() == "PROFILE TCPIP D1");
    found = disks.find(storage.disks, storage.pools, "PROFILE", "TCPIP", 'F');
    REQUIRE(found);
    CHECK(found->id.str() == "PROFILE TCPIP F1");
    CHECK_FALSE(disks.find(storage.disks, storage.pools, "TCPIP", "DATA", 'D'));

    const auto again = disks.access("592", "B", storage.disks, storage.pools);
    REQUIRE(again.messages.size() == 1);
    CHECK(again.messages[0].text == "DMSACP726I 592 F released");
    const auto over = disks.access("198", "B", storage.disks, storage.pools);
    REQUIRE(over.messages.size() == 3);
    CHECK(over.messages[0].text == "DMSACC724I 198 replaces B (592)");

    CHECK(disks.access("999", "C", storage.disks, storage.pools).messages[0].text ==
          "DMSACP113S C(999) not attached or invalid device address");
    CHECK(disks.access("198", "5", storage.disks, storage.pools).rc == 24);
    CHECK(disks.access("19G", "C", storage.disks, storage.pools).rc == 24);
    CHECK(disks.release("B").rc == 0);
    CHECK(disks.release("B").rc == 36);
}

TEST_CASE("a file pool whose server is down hides its directories") {
    Storage storage;
    define_file_pools(kMonday, storage);
    REQUIRE(storage.pools.define_directory("VMSYS:TCPMAINT.") != nullptr);
    AccessedDisks disks;
    CHECK(disks.access("vmsys:tcpmaint", "C", storage.disks, storage.pools).rc == 0);
    storage.pools.set_server_up("VMSERVS", false);
    CHECK(disks.access("VMSYS:TCPMAINT.", "C", storage.disks, storage.pools).messages[0].text ==
          "DMSACC1240E You are not authorized to connect to file pool VMSYS");
    CHECK_FALSE(disks.find(storage.disks, storage.pools, "A", "B"));
}

TEST_CASE("names and patterns") {
    CHECK(read_file_words("profile.tcpip")->type == Name8("TCPIP"));
    CHECK(read_file_words(" PROFILE  TCPIP ")->name == Name8("PROFILE"));
    CHECK_FALSE(read_file_words("PROFILE"));
    CHECK_FALSE(read_file_words("TOOLONGNAME.TCPIP"));
    CHECK_FALSE(read_file_words("A.B.C"));
    CHECK_FALSE(read_file_words("A/B.C"));
    CHECK(matches_pattern("PROFILE.TCPIP", "pro*.tc%ip"));
    CHECK(matches_pattern("ABCABC", "*ABC"));
    CHECK_FALSE(matches_pattern("ABCABD", "*ABC"));
    CHECK(matches_pattern("", "*"));
    CHECK_FALSE(matches_pattern("A", ""));
    CHECK(read_vdev("198") == "0198");
    CHECK_FALSE(read_vdev("01980"));
    CHECK(read_directory_id("vmsys:tcpmaint") == "VMSYS:TCPMAINT.");
    CHECK(read_directory_id("vmsys:tcpmaint.a.b") == "VMSYS:TCPMAINT.A.B");
    CHECK_FALSE(read_directory_id("vmsys:.a"));
    CHECK_FALSE(read_directory_id("vmsys"));
}
