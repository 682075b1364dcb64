// Listing formats against lines seen in real listings.
#include "services/ftp/listing.hpp"

#include <doctest/doctest.h>

using namespace vmlab;
using namespace vmlab::services;

namespace {

FileInfo file_of(const std::string& name, std::size_t lrecl, std::size_t records, std::size_t blocks,
                 Instant changed) {
    FileInfo info;
    info.name = name;
    info.lrecl = lrecl;
    info.records = records;
    info.blocks = blocks;
    info.bytes = 651;
    info.changed = changed;
    return info;
}

const Zone kUtc{};
const Instant kNow = instant_of({2019, 10, 15, 0, 14, 0, 0, 0});

}  // namespace

TEST_CASE("the VM format has the columns of real listings") {
    Place at;
    at.kind = Place::Kind::sfs;
    FileInfo directory = file_of("AUTHORS", 0, 0, 0, instant_of({1999, 9, 20, 0, 10, 31, 11, 0}));
    directory.is_directory = true;
    const auto text = list_report(
        {file_of("WELCNVT.EXEC", 72, 9, 1, instant_of({1999, 9, 20, 0, 17, 16, 18, 0})), directory}, at,
        ListFormat::vm, kNow, kUtc);
    CHECK(text ==
          "WELCNVT  EXEC     V         72          9          1 1999-09-20 17:16:18 -\n"
          "AUTHORS           DIR        -          -          - 1999-09-20 10:31:11 -\n");
}

TEST_CASE("in the byte file system the VM format is that of OPENVM LISTFILE") {
    Place at;
    at.kind = Place::Kind::bfs;
    const auto text =
        list_report({file_of("certfips.arm", 0, 0, 1, instant_of({2013, 2, 2, 0, 2, 41, 0, 0}))}, at,
                    ListFormat::vm, kNow, kUtc);
    CHECK(text == "02/02/2013 02:41:00   F      1           651  'certfips.arm'\n");
}

TEST_CASE("the UNIX format shows the year of what is old") {
    const auto text = list_report({file_of("OLD.FILE", 72, 9, 1, instant_of({2013, 2, 2, 0, 2, 41, 0, 0})),
                                   file_of("NEW.FILE", 72, 9, 1, instant_of({2019, 10, 3, 0, 2, 41, 0, 0}))},
                                  Place{}, ListFormat::unix_style, kNow, kUtc);
    CHECK(text ==
          "-rw-r-----   1 -        -               651 Feb  2  2013 OLD.FILE\n"
          "-rw-r-----   1 -        -               651 Oct  3 02:41 NEW.FILE\n");
}

TEST_CASE("NLST gives names only") {
    CHECK(name_report({file_of("A.B", 1, 1, 1, kNow), file_of("C.D", 1, 1, 1, kNow)}) == "A.B\nC.D\n");
}
