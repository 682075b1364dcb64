// Initial sequence numbers after RFC 6528 (MUST-8, MUST-9, SHLD-1): a clock of 4 microseconds plus a keyed
// pseudorandom function of the connection's endpoints. The function is SipHash-2-4.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "stack/base/ip_address.hpp"
#include "stack/base/random.hpp"
#include "stack/base/time.hpp"
#include "stack/tcp/sequence.hpp"

namespace vmlab::stack {

using SipKey = std::array<std::uint64_t, 2>;

[[nodiscard]] std::uint64_t siphash(const SipKey& key, std::span<const std::uint8_t> message);

/// The secret of one stack: drawn once from its random stream.
class SequenceSecret {
public:
    explicit SequenceSecret(RandomStream& random);

    [[nodiscard]] Seq initial_sequence(const Endpoint& local, const Endpoint& peer, Instant now) const;
    /// Where the timestamp clock of this pair of endpoints begins (RFC 7323 section 5.4).
    [[nodiscard]] std::uint32_t timestamp_offset(const Endpoint& local, const Endpoint& peer) const;
    /// Where the search for an ephemeral port begins (RFC 6056, algorithm 3).
    [[nodiscard]] std::uint32_t port_offset(const IpAddress& local, const Endpoint& peer) const;

    /// A key of its own for something else of this stack.
    [[nodiscard]] SipKey derived_key(std::uint8_t purpose) const;
    /// Of a SYN cookie (syn_cookies.hpp): what hides the whole, and what its last 24 bits are told from
    /// forgeries by.
    [[nodiscard]] std::uint32_t cookie_offset(const Endpoint& local, const Endpoint& peer) const;
    [[nodiscard]] std::uint32_t cookie_hash(const Endpoint& local, const Endpoint& peer, Seq peer_initial,
                                            std::uint32_t minute) const;

private:
    [[nodiscard]] std::uint64_t mix(const Endpoint& local, const Endpoint& peer, std::uint8_t purpose) const;

    SipKey key_;
};

}  // namespace vmlab::stack
