// Putting fragments together again (RFC 791 section 3.2, RFC 815), with bounds.
//
// A datagram is abandoned when its fragments overlap with different bounds (nobody honest makes such, RFC
// 5722's view), when it is not whole after 30 seconds, or when too much is being kept. An exact repetition is
// ignored: networks duplicate. A mark of congestion on one is a mark on the whole; where others say that they
// may not be marked, somebody lies, and the datagram is abandoned (RFC 3168 section 5.3).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "stack/base/bytes.hpp"
#include "stack/base/ip_address.hpp"
#include "stack/base/time.hpp"
#include "stack/wire/drop_reason.hpp"
#include "stack/wire/ipv4.hpp"

namespace vmlab::stack {

class Reassembly {
public:
    struct Outcome {
        std::optional<Buffer> whole{};  ///< the payload of the complete datagram
        Buffer first{};                 ///< its first fragment, with the header: what an error quotes
        std::optional<DropReason> dropped{};
        std::uint8_t traffic_class = 0;  ///< of the whole: marked if any of its fragments was
    };
    /// A part of a datagram of either family.
    struct Fragment {
        IpAddress source{}, destination{};
        std::uint32_t identification = 0;
        std::uint8_t protocol = 0;
        std::size_t offset = 0;  ///< bytes
        bool more = false;
        Buffer payload{};
        Buffer packet{};  ///< all of it, headers included
        std::uint8_t traffic_class = 0;
    };
    Outcome receive(const Fragment& fragment, Instant now);

    /// A datagram that did not become whole in time: its first fragment if that came (RFC 1122 section 3.3.2
    /// has it reported to the sender).
    struct Expired {
        IpAddress source{};
        Buffer first{};
    };
    std::vector<Expired> tick(Instant now);
    [[nodiscard]] Instant deadline() const { return partials_.empty() ? Instant::max() : soonest(); }

private:
    using Key = std::tuple<IpAddress, IpAddress, std::uint32_t, std::uint8_t>;
    struct Piece {
        std::size_t begin = 0, end = 0;
        Buffer data{};
    };
    struct Partial {
        Instant until{};
        std::size_t total = 0;  // 0 = the last fragment has not come
        std::size_t held = 0;
        bool marked = false, unmarkable = false;  // any of them
        std::uint8_t traffic_class = 0;
        std::vector<Piece> pieces{};  // by offset
        Buffer first{};               // the fragment at offset 0, with its header
    };
    static constexpr std::size_t kMostPartials = 64;
    static constexpr std::size_t kMostPieces = 128;
    static constexpr Duration kPatience = seconds{30};

    [[nodiscard]] Instant soonest() const;
    std::optional<DropReason> add(Partial& partial, const Fragment& fragment);
    static Buffer join(const Partial& partial);

    std::map<Key, Partial> partials_;
};

}  // namespace vmlab::stack
