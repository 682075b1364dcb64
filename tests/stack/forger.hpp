// Who sends what no stack of ours would, in the middle of somebody else's work.
#pragma once

#include <doctest/doctest.h>

#include "tests/stack/virtual_net.hpp"

namespace vmlab::stack::test {

inline constexpr const char* kClientAddress = "9.60.60.9";  ///< of a Pair
inline constexpr const char* kServerAddress = "9.60.60.3";

/// A packet as a frame from `from` to `to`, or to everybody if its address is; its length is made here.
Buffer forged_packet(const Host& from, const Host& to, wire::Ipv4Header header,
                     std::span<const std::uint8_t> payload);

/// An established connection that has carried a byte, and the header of the client's next segment, without
/// flags.
struct Forger : Pair {
    explicit Forger(const StackOptions& options = {}) : Pair(1, {}, options) {
        net.keeps_frames = true;
        REQUIRE(open());
        client.send(at_client, "x");
        net.run_for(seconds{1});
        for (const auto& s : net.seen)
            if (s.is_tcp && s.from == 0 && s.payload > 0) last = s.tcp;
        last.sequence += 1;
        last.flags = {};
        net.seen.clear();
    }
    void forge(const wire::TcpHeader& h, std::string_view payload = {}, const char* source = kClientAddress) {
        net.inject(1, 0, forged(client, server, source, kServerAddress, h, payload));
    }

    wire::TcpHeader last{};
};

}  // namespace vmlab::stack::test
