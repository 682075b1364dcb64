// The data stream's codec and the code pages.
#include <doctest/doctest.h>

#include "services/tn3270/data_stream.hpp"
#include "tests/services/telnet_bench.hpp"

using namespace vmlab::services::tn3270;
using vmlab::services::telnet_bench::hex;
using vmlab::services::telnet_bench::unhex;

TEST_CASE("addresses: the manual's examples in both forms") {
    CHECK(buffer_address(0x40, 0x40) == 0);
    CHECK(buffer_address(0x5b, 0x5f) == 1759);  // row 22, column 80
    CHECK(buffer_address(0x5d, 0x6b) == 1899);  // row 24, column 60
    CHECK(buffer_address(0x07, 0x7f) == 1919);  // 14 bits
    RecordWriter out(Command::write, kWccRestore, {24, 80});
    out.sba(22, 80).sba(23, 1).sba(20, 17).sba(21, 17).sba(24, 80);
    CHECK(hex(out.take()) == "01 C2 11 5B 5F 11 5B 60 11 D8 40 11 D9 50 11 5D 7F");
    RecordWriter wide(Command::write, kWccRestore, {62, 160});
    CHECK(hex(wide.sba(62, 160).take()) == "01 C2 11 26 BF");
}

TEST_CASE("orders: as CP sends them") {
    RecordWriter out(Command::write, kWccRestore, {24, 80});
    out.sa(0x41, 0).sfe(0xc1).ra(24, 60, 0).eua(24, 60).ic().sf(0x60).text("A[1]");
    CHECK(hex(out.take()) ==
          "01 C2 28 41 00 29 03 42 00 41 00 C0 C1 3C 5D 6B 00 12 5D 6B 13 1D 60 C1 AD F1 BD");
}

TEST_CASE("keys: AIDs of PF1 to PF24") {
    const auto aids = unhex("F1F2F3F4F5F6F7F8F97A7B7CC1C2C3C4C5C6C7C8C94A4B4C");
    for (unsigned n = 0; n < 24; ++n) {
        Inbound key;
        key.aid = aids[n];
        CHECK(key.pf() == n + 1);
    }
    Inbound enter;
    enter.aid = 0x7d;
    CHECK(enter.pf() == 0);
}

TEST_CASE("inbound: fields, nulls, attributes of characters, an unformatted screen") {
    std::string why;
    const auto fields =
        read_inbound(unhex("7D 5B60 11 5B60 98 00 40 A3 00 11 0000 C1 28 41 F1 C2 08 AD"), why);
    REQUIRE(fields);
    CHECK(fields->cursor == 1760);
    CHECK(fields->text_at(1760) == "q t");
    CHECK(fields->text_at(0) == "AB?");
    CHECK_FALSE(fields->text_at(5));
    const auto plain = read_inbound(unhex("7D 4040 C1 C2"), why);
    REQUIRE(plain);
    CHECK(plain->text_at(0) == "AB");
    CHECK(read_inbound(unhex("6D"), why)->is(Aid::clear));
    for (const char* broken : {"", "7D40", "7D404011", "7D40401140", "7D404028", "7D404028 41", "7D4040 08"})
        CHECK_FALSE(read_inbound(unhex(broken), why));
}

TEST_CASE("code pages: brackets, circumflex and not sign are where each page has them") {
    CHECK(hex(ebcdic_of("[]^\u00ac", CodePage::cp037)) == "BA BB B0 5F");
    CHECK(hex(ebcdic_of("[]^\u00ac", CodePage::cp1047)) == "AD BD 5F B0");
    CHECK(hex(ebcdic_of("[]^\u00ac", CodePage::bracket)) == "AD BD B0 5F");
    CHECK(hex(ebcdic_of("\u00a2\t\u20ac\xff", CodePage::bracket)) == "4A 40 40 40");
    for (const auto page : {CodePage::cp037, CodePage::cp1047, CodePage::bracket}) {
        std::string all;
        for (char c = 0x20; c < 0x7f; ++c) all.push_back(c);
        CHECK(text_of(ebcdic_of(all, page), page) == all);
        CHECK(text_of(ebcdic_of("\u00fc\u00d1\u00a2", page), page) == "\u00fc\u00d1\u00a2");
    }
}

TEST_CASE("usable area: malformed and absurd ones say nothing") {
    CHECK(read_usable_area(unhex("0017 8181 0100 0064 003C 01000A02E50002006F090C0000")) ==
          Geometry{60, 100});
    for (const char* bytes : {"", "00", "0000 8181", "0003 81", "FFFF 8181 0100 0064 003C",
                              "0008 8181 0100 0050", "000A 8181 0100 FFFF FFFF", "000A 8181 0100 0001 0001"})
        CHECK_FALSE(read_usable_area(unhex(bytes)));
}

TEST_CASE("terminal types") {
    CHECK(read_display_type("IBM-3279-5-E")->size == Geometry{27, 132});
    CHECK(read_display_type("ibm-3278-3")->size == Geometry{32, 80});
    CHECK_FALSE(read_display_type("IBM-3278-3")->extended);
    for (const char* other :
         {"", "VT100", "IBM-3278-", "IBM-3278-6", "IBM-3278-2-X", "IBM-3278-2-EE", "IBM-3287-1"})
        CHECK_FALSE(read_display_type(other));
}
