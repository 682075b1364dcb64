// Buffers share blocks; a header goes in place only where nobody else can see it.
#include <doctest/doctest.h>

#include "stack/base/bytes.hpp"

using vmlab::Buffer;

TEST_CASE("a header is written in place when the payload is the only reference") {
    const Buffer payload = Buffer::copy_of("payload");
    const Buffer frame = Buffer::with_header(14, payload);
    CHECK(frame.size() == 21);
    CHECK(frame.data() + 14 == payload.data());
}

TEST_CASE("a payload still on a wire is copied, not overwritten") {
    const Buffer payload = Buffer::copy_of("payload");
    Buffer first = Buffer::with_header(4, payload);
    std::memcpy(first.writable(), "1111", 4);
    Buffer second = Buffer::with_header(4, payload);
    std::memcpy(second.writable(), "2222", 4);
    CHECK(first.view() == "1111payload");
    CHECK(second.view() == "2222payload");
    CHECK(payload.view() == "payload");
}

TEST_CASE("a block remembers the sum of some of its bytes until one of them may be written to") {
    Buffer data = Buffer::copy_of("some data");
    data.remember_sum(5, 4, 0x1234);
    Buffer frame = Buffer::with_header(8, data);
    const auto of_data = [](const Buffer& whole) {
        const auto known = whole.known_sum();
        return known.is_of(whole.span().last(4)) && known.sum == 0x1234;
    };
    (void)frame.writable(0, 8 + 5);
    CHECK(of_data(frame));
    CHECK(of_data(data));
    CHECK_FALSE(data.known_sum().is_of(data.span().last(3)));
    CHECK_FALSE(data.known_sum().is_of(data.span().subspan(4, 4)));
    (void)frame.writable(8 + 8, 1);
    CHECK_FALSE(of_data(frame));
    CHECK_FALSE(of_data(data));

    data.remember_sum(0, data.size(), 0x1234);
    const Buffer second = Buffer::with_header(8, data);  // a copy: the first still holds the block
    CHECK(second.known_sum().is_of(second.span().last(9)));
    frame.writable();
    CHECK(second.known_sum().is_of(second.span().last(9)));
    CHECK_FALSE(data.known_sum().is_of(data.span()));
}

TEST_CASE("slices share; the block lives as long as its last slice") {
    Buffer tail;
    {
        Buffer whole = Buffer::copy_of("hello world");
        tail = whole.slice(6, 5);
        whole.remove_prefix(3);
        CHECK(whole.view() == "lo world");
    }
    CHECK(tail.view() == "world");
    CHECK(tail.unique());
}

TEST_CASE("blocks of every size class come back clean") {
    for (const std::size_t size : {0u, 1u, 1500u, 1900u, 2000u, 9000u, 17000u, 20000u, 300000u}) {
        for (int round = 0; round < 3; ++round) {
            Buffer b = Buffer::allocate(size);
            CHECK(b.size() == size);
            if (size) std::memset(b.writable(), round, size);
        }
    }
}
