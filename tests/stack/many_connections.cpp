// Ten thousand connections at once (scripts/bench tcp opens a hundred thousand): each weighs little while it
// says nothing, and of all of them nothing stays.
#include <doctest/doctest.h>
#include <malloc.h>

#include <algorithm>
#include <vector>

#include "stack/news.hpp"
#include "tests/stack/virtual_net.hpp"

#if defined(__SANITIZE_ADDRESS__)
extern "C" std::size_t __sanitizer_get_current_allocated_bytes();
#endif

using namespace vmlab;
using namespace vmlab::stack;
using namespace vmlab::stack::test;

namespace {

constexpr std::size_t kMany = 10'000;
constexpr std::uint16_t kPort = 9, kFirstLocal = 10'000;

std::size_t allocated() {
#if defined(__SANITIZE_ADDRESS__)
    return __sanitizer_get_current_allocated_bytes();
#else
    return mallinfo2().uordblks;
#endif
}

/// A stack whose user takes everything and closes after its peer.
struct End {
    struct Out final : NewsSink {
        using NewsSink::NewsSink;
        void send_frame(InterfaceId, Buffer frame) override { frames.push_back(std::move(frame)); }
        CauseId record(Record) override { return CauseId::none; }
        bool keeps(RecordKind) const override { return false; }
        std::vector<Buffer> frames{};
    };

    explicit End(std::uint8_t number)
        : stack({}, RandomStream(seed_from_number(number), "many")),
          address(Ipv4Address::of(10, 0, 0, number)) {
        InterfaceConfig config;
        config.mac = MacAddress{{2, 0, 0, 0, 0, number}};
        stack.add_interface(config);
        stack.add_address(0, address, mask_of_prefix(24), kStart, out);
    }
    void work_off(Instant now) {
        for (std::size_t i = 0; i < news.size(); ++i) {  // it grows meanwhile
            const News n = std::move(news[i]);
            if (n.kind == News::Kind::accepted || n.kind == News::Kind::connected) ++established;
            if (n.kind == News::Kind::received) stack.consumed(n.id, n.bytes, now, out);
            if (n.kind == News::Kind::peer_closed) stack.close(n.id, now, out);
            bytes += n.kind == News::Kind::received ? n.bytes : 0;
        }
        std::vector<News>().swap(news);  // its room is no connection's weight
    }

    Stack stack;
    Ipv4Address address;
    std::vector<News> news{};
    Out out{news};
    std::size_t established = 0, bytes = 0;
};

struct Two {
    End client{1}, server{2};
    Instant now = kStart;

    void deliver(End& from, End& to) {
        std::vector<Buffer> frames;
        frames.swap(from.out.frames);
        to.stack.receive_frames(0, frames, now, to.out);
        to.work_off(now);
    }
    void settle() {
        while (!client.out.frames.empty() || !server.out.frames.empty()) {
            deliver(client, server);
            deliver(server, client);
        }
    }
    void run_for(Duration d) {
        const Instant end = now + d;
        for (settle();; settle()) {
            const Instant at = std::min(client.stack.next_deadline().value_or(Instant::max()),
                                        server.stack.next_deadline().value_or(Instant::max()));
            if (at > end) break;
            now = std::max(now, at);
            client.stack.tick(now, client.out);
            server.stack.tick(now, server.out);
            client.work_off(now);
            server.work_off(now);
        }
        now = end;
    }
    std::size_t connections() const {
        return client.stack.use().connections + server.stack.use().connections - 1;  // a listener
    }
};

}  // namespace

TEST_CASE("ten thousand idle connections weigh 400 bytes each, and leave nothing behind") {
    Two two;
    REQUIRE(two.server.stack.listen(kPort, {}).has_value());
    std::vector<ConnectionId> ids;
    ids.reserve(kMany);
    const std::size_t before = allocated();
    const auto weight = [&] { return (allocated() - before) / (2 * kMany); };
    for (std::size_t i = 0; i < kMany; ++i) {
        const auto id = two.client.stack.connect({two.server.address, kPort}, std::uint16_t(kFirstLocal + i),
                                                 two.now, two.client.out);
        REQUIRE(id.has_value());
        ids.push_back(*id);
        two.settle();
        two.now += microseconds{10};
    }
    two.run_for(seconds{2});
    CHECK(two.client.established == kMany);
    CHECK(two.server.established == kMany);
    CHECK(two.connections() == 2 * kMany);
    CHECK(weight() <= 400);

    for (const auto id : ids) two.client.stack.send(id, Buffer::copy_of("x"), two.now, two.client.out);
    two.run_for(seconds{2});
    CHECK(two.server.bytes == kMany);
    CHECK(weight() <= 420);  // what the pool of blocks keeps is among it

    for (const auto id : ids) two.client.stack.close(id, two.now, two.client.out);
    two.run_for(seconds{120});
    CHECK(two.connections() == 0);
    CHECK(two.client.stack.use().data_buffers == 0);
    CHECK(two.server.stack.use().data_buffers == 0);
    CHECK(allocated() < before + (1 << 20));  // mostly blocks that are kept for frames to come
}
