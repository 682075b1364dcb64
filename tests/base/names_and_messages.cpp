// Names fold, abbreviations have minimum lengths, messages fill and wrap as the product prints them.
#include <doctest/doctest.h>

#include "stack/base/ip_address.hpp"
#include "stack/base/message.hpp"
#include "stack/base/time.hpp"

using namespace vmlab;

namespace {
constexpr MessageDef TST001E{"TST001E", "Label {} is not in {}", "", "", Wording::ours};
}

TEST_CASE("a name is at most eight characters, folded") {
    CHECK(Name8::parse("tcpip")->view() == "TCPIP");
    CHECK_FALSE(Name8::parse("TOOLONGNAME"));
    CHECK_FALSE(Name8::parse(""));
    CHECK(Name8::parse_keeping_case("webCert")->view() == "webCert");
}

TEST_CASE("minimum abbreviations") {
    CHECK(abbreviates("q", "Query"));
    CHECK(abbreviates("QUE", "Query"));
    CHECK_FALSE(abbreviates("queryx", "Query"));
    CHECK(abbreviates("ssl", "SSLserver"));
    CHECK_FALSE(abbreviates("ss", "SSLserver"));
}

TEST_CASE("a message carries its number and what it rests on") {
    const Said said = say<TST001E>(Name8("NOTTHERE"), "Database.kdb");
    CHECK(said.text == "TST001E Label NOTTHERE is not in Database.kdb");
    CHECK(said.message->severity() == 'E');
}

TEST_CASE("long lines continue at the indent") {
    const auto lines = wrapped(std::string(70, 'x') + " yyyyyyyyyy zz", 79, 12);
    REQUIRE(lines.size() == 2);
    CHECK(lines[0] == std::string(70, 'x'));
    CHECK(lines[1] == std::string(12, ' ') + "yyyyyyyyyy zz");
}

TEST_CASE("addresses and sockets print as z/VM writes them") {
    CHECK(Ipv4Address::parse("9.60.60.3")->str() == "9.60.60.3");
    CHECK_FALSE(Ipv4Address::parse("9.60.60"));
    CHECK_FALSE(Ipv4Address::parse("9.60.60.300"));
    CHECK(Endpoint{Ipv4Address::of(9, 60, 60, 3), 23}.str() == "9.60.60.3..23");
    CHECK(Endpoint{{}, 21}.str() == "*..21");
    CHECK(prefix_of_mask(mask_of_prefix(24)) == 24u);
    CHECK_FALSE(prefix_of_mask(Ipv4Address::of(255, 0, 255, 0)));
}

TEST_CASE("the calendar agrees with itself") {
    const Instant at = instant_of({2019, 10, 9, 0, 12, 30, 46, 5});
    const Calendar c = calendar_of(at);
    CHECK(c.year == 2019);
    CHECK(c.weekday == 3);
    CHECK(hh_mm_ss(at, -hours{4}) == "08:30:46");
    CHECK(iso_utc(at) == "2019-10-09T12:30:46.000000005Z");
}
