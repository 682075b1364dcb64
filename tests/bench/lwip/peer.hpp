// One host with lwIP on it, as bench_tcp drives it. A program that wants two loads the module twice: lwIP
// keeps its state in globals. What the host transmits is copied, frame by frame, into a buffer of the other
// host, and waits there for its poll.
#pragma once

#include <cstddef>
#include <cstdint>

struct peer {
    // The address is 10.0.0.`number`.
    void (*start)(const peer* other, int number, int mtu);
    // Room for a frame of `size` bytes in a receive buffer of this host; null when there is none.
    void* (*room)(std::size_t size);
    // Takes what has arrived. False when nothing had.
    int (*poll)();
    void (*set_clock)(std::uint32_t milliseconds);

    // Port 9 swallows, port 7 gives back; what is closed at the other end is closed here, too.
    void (*serve)();
    // A connection to port `port` of 10.0.0.`number`; it is there when established() says so.
    void* (*connect)(int number, std::uint16_t port);
    int (*established)(void* connection);
    // From now on the send queue is kept full.
    void (*stream)(void* connection);
    // 0 when there is no room.
    int (*write)(void* connection, const void* bytes, std::uint16_t size);
    void (*close)(void* connection);
    // Payload bytes that came in, of all connections.
    std::uint64_t (*received)();
};

/// The module's one symbol.
extern "C" const peer* peer_of_module();
