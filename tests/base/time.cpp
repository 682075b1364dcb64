// Instants as text: what was written is read as the same, and nothing else is read.
#include "stack/base/time.hpp"

#include <doctest/doctest.h>

using namespace vmlab;

TEST_CASE("an instant is read as it was written") {
    for (const char* text : {"2019-10-09T16:00:00.000000001Z", "1678-01-01T00:00:00.000000000Z",
                             "2261-12-31T23:59:59.999999999Z", "2000-02-29T12:30:46.123456789Z"}) {
        const auto at = read_iso_utc(text);
        REQUIRE(at.has_value());
        CHECK(iso_utc(*at) == text);
    }
}

TEST_CASE("what is no instant, or none that the clock can show, is not read") {
    for (const char* text :
         {"", "2019-10-09", "2019-10-09T16:00:00.000000000", "2019-02-29T16:00:00.000000000Z",
          "2019-10-09T24:00:00.000000000Z", "2019-10-09t16:00:00.000000000Z",
          "0219-10-09T16:00:00.000000000Z", "1677-12-31T23:59:59.999999999Z",
          "2262-01-01T00:00:00.000000000Z", "9999-12-31T23:59:59.999999999Z"})
        CHECK_MESSAGE(!read_iso_utc(text), text);
}
