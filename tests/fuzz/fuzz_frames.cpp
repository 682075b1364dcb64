// libFuzzer entry: frames for one host. Built with -fsanitize=fuzzer only.
//
// The input is a row of records: two bytes of length, one byte of milliseconds that pass before, then the
// frame. The host has an address, two listeners, a UDP port, and a user that takes everything and closes what
// the peer closes.
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "stack/stack.hpp"

namespace {

using namespace vmlab;
using namespace vmlab::stack;

class User final : public Sink {
public:
    CauseId record(Record) override { return CauseId::none; }
    void send_frame(InterfaceId, Buffer) override {}
    void accepted(ConnectionId, ConnectionId, const Endpoint&, const Endpoint&) override {}
    void connected(ConnectionId, const Endpoint&, const Endpoint&) override {}
    void connect_failed(ConnectionId, CloseReason, std::string) override {}
    void received(ConnectionId id, Buffer data) override { taken.emplace_back(id, data.size()); }
    void peer_closed(ConnectionId id) override { closing.push_back(id); }
    void closed(ConnectionId, CloseReason, std::string) override {}
    void acknowledged(ConnectionId, std::size_t) override {}
    void datagram(std::uint16_t, const Endpoint&, const Endpoint&, Buffer) override {}
    void echo_reply(std::uint16_t, std::uint16_t, const IpAddress&, std::size_t) override {}
    void icmp_error(const IpAddress&, std::uint8_t, std::uint8_t, std::uint16_t) override {}

    void act(Stack& stack, Instant now) {
        for (const auto& [id, bytes] : std::exchange(taken, {})) stack.consumed(id, bytes, now, *this);
        for (const auto id : std::exchange(closing, {})) stack.close(id, now, *this);
    }

private:
    std::vector<std::pair<ConnectionId, std::size_t>> taken;
    std::vector<ConnectionId> closing;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    User user;
    Stack stack(StackOptions{}, RandomStream(seed_from_number(1), "fuzz"));
    Instant now{seconds{1'700'000'000}};
    InterfaceConfig config;
    config.mac = {{2, 0, 0, 0, 2, 0}};
    const InterfaceId interface = stack.add_interface(config);
    stack.add_address(interface, Ipv4Address::of(9, 60, 60, 3), mask_of_prefix(24), now, user);
    stack.listen(21, {});
    stack.listen(992, {});
    stack.bind_udp(69);

    ByteReader in({data, size});
    while (!in.rest().empty()) {
        const auto length = in.u16();
        now += milliseconds{in.u8()};
        const auto frame = in.bytes(length);
        if (in.failed()) break;
        stack.receive_frame(interface, Buffer::copy_of(frame), now, user);
        user.act(stack, now);
        if (const auto at = stack.next_deadline(); at && *at <= now) stack.tick(now, user);
    }
    // Whatever is left ends by itself: half-open connections and fragments by their timers, the rest by the
    // user.
    for (const auto& row : stack.snapshot().connections) stack.close(row.id, now, user);
    for (int i = 0; i < 10'000; ++i) {
        const auto at = stack.next_deadline();
        if (!at) break;
        now = *at > now ? *at : now;
        stack.tick(now, user);
    }
    vm_assert(!stack.next_deadline());
    return 0;
}
