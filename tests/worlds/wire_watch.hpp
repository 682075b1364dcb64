// Looks at every segment that a host sends, and says what breaks the rules of sequence numbers and windows
// (RFC 9293 sections 3.4 and 3.8), whatever the host believes.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "stack/base/ip_address.hpp"

namespace vmlab::test {

class WireWatch {
public:
    /// The byte that a sender's stream has at this place (0 = the first behind its SYN).
    using Content = std::function<std::uint8_t(const Endpoint& from, const Endpoint& to, std::uint64_t at)>;

    explicit WireWatch(Content content) : content_(std::move(content)) {}
    /// A frame that its source put on the wire. What is wrong with it, or nothing.
    [[nodiscard]] std::optional<std::string> look(std::span<const std::uint8_t> frame);

private:
    /// What one side of a connection has sent; numbers count from its SYN.
    struct Side {
        std::uint32_t initial = 0;
        std::uint64_t next = 0;              ///< behind the last number sent
        std::uint64_t acknowledged = 0;      ///< the highest ACK it sent
        std::uint64_t right_edge = 0;        ///< the highest number it allowed the other to send, and one
        std::optional<std::uint64_t> fin{};  ///< where its FIN stands
        std::optional<unsigned> shift{};     ///< window scale that its SYN offered
        bool syn_acked = false;
    };
    using Way = std::array<Endpoint, 2>;

    Side* side(const Way& way);
    std::optional<std::string> look_at_acknowledgment(Side& own, const Side& other, std::uint32_t ack,
                                                      std::uint32_t window, bool syn);

    Content content_;
    std::map<Way, Side> sides_;
};

}  // namespace vmlab::test
