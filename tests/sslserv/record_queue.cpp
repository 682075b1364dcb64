// The TLS library is given whole records, however the wire cut them.
#include <doctest/doctest.h>

#include <string>

#include "sslserv/record_queue.hpp"

using namespace vmlab;
using namespace vmlab::sslserv;

namespace {

std::string record(std::size_t length, char type = 23) {
    return std::string{type, 3, 3, char(length >> 8), char(length & 0xff)} + std::string(length, 'x');
}

std::string take_all(RecordQueue& queue) {
    std::string room(40000, '\0');
    room.resize(queue.take(room));
    return room;
}

}  // namespace

TEST_CASE("a record is handed out when its last byte is there, not before") {
    RecordQueue queue;
    const std::string one = record(3000), two = record(10);
    const std::string wire = one + two;
    for (std::size_t at = 0; at < wire.size(); ++at) {
        CAPTURE(at);
        CHECK(queue.ready() == false);
        queue.push(Buffer::copy_of(wire.substr(at, 1)));
        const bool last = at + 1 == one.size() || at + 1 == wire.size();
        REQUIRE(queue.ready() == last);
        if (last) CHECK(take_all(queue) == (at + 1 == one.size() ? one : two));
    }
}

TEST_CASE("what is whole comes without the part that follows, in pieces as small as wanted") {
    RecordQueue queue;
    const std::string wire = record(100) + record(0, 21);
    queue.push(Buffer::copy_of(wire + record(50).substr(0, 20)));
    std::string taken;
    for (char byte = 0; queue.take({&byte, 1}) == 1;) taken += byte;
    CHECK(taken == wire);
    CHECK_FALSE(queue.ready());
    queue.push(Buffer::copy_of(record(50).substr(20)));
    CHECK(take_all(queue) == record(50));
}

TEST_CASE("what cannot begin a record is handed out as it is") {
    for (const std::string& junk :
         {std::string("GET / HTTP/1.1\r\n"), record(18433), std::string("\x80\x2e\x01\x03\x01\x00", 6)}) {
        RecordQueue queue;
        queue.push(Buffer::copy_of(record(7)));
        queue.push(Buffer::copy_of(junk.substr(0, 5)));
        CHECK(take_all(queue) == record(7) + junk.substr(0, 5));
        queue.push(Buffer::copy_of(junk.substr(5)));
        CHECK(take_all(queue) == junk.substr(5));
    }
}
