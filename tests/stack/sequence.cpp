// Sequence numbers wrap.
#include "stack/tcp/sequence.hpp"

#include <doctest/doctest.h>

using vmlab::stack::Seq;

TEST_CASE("numbers are ordered around the wrap") {
    const Seq before{0xfffffff0u};
    const Seq after = before + 0x20;
    CHECK(before < after);
    CHECK(after > before);
    CHECK(after - before == 0x20);
    CHECK(before - after == -0x20);
    CHECK(after == Seq{0x10});
}
