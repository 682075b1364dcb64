// How long a segment the path carries, when nobody says so (RFC 4821, RFC 8899; RFC 2923 tells why): routers
// that may not cut a packet, and whose ICMP is lost, make a black hole of the path for full segments.
//
//   none ──a segment longer than the base times out three times in a row (R1)──► doubted: the base is used;
//          after three more, over IPv4, what no path is narrower than
//   doubted ──an ACK advances──► searching: the whole first; then half-way between what came and what did not
//     whole came: it was the path that was down (none)
//     the two are close ──► settled, for ten minutes; then searching, from the whole on
//   a router said so ──► settled
//
// A probe is a segment of what is sent anyway (Sender::probe_path). All sizes are bytes of payload.
#pragma once

#include <cstdint>

#include "stack/base/time.hpp"
#include "stack/tcp/sequence.hpp"

namespace vmlab::stack {

/// What a connection found out of its path.
struct PathNews {
    enum class What : std::uint8_t {
        doubted,   ///< full segments are not answered: `mtu` is used
        swallows,  ///< packets of `lost` bytes are lost without a word, those of `mtu` are not
        settled,   ///< `mtu` is about as much as it carries
        whole,     ///< it carries as much as our link, or the peer, allows
    };
    What what{};
    std::uint32_t mtu = 0, lost = 0;  ///< bytes of an IP packet
};

class PathSearch {
public:
    /// What no link of today is narrower than (RFC 8200's least; RFC 4821 section 7.2 advises about as much).
    static constexpr std::uint32_t kBaseMtu = 1280;
    static constexpr int kExpiriesToDoubt = 3;
    static constexpr int kProbes = 3;  // lost before it is believed (RFC 8899's MAX_PROBES)
    static constexpr std::uint32_t kCloseEnough = 16;
    static constexpr Duration kSearchAgain = minutes{10};  // RFC 8899 section 5.1.1, RFC 1191 section 6.3

    /// `whole`: what was sent until now.
    explicit PathSearch(std::uint32_t whole) : whole_(whole), high_(whole + 1) {}

    void doubt(std::uint32_t used, Seq una) {
        state_ = State::doubted;
        low_ = used;
        since_ = una;
    }
    void settle(std::uint32_t used, Instant now) {
        state_ = State::settled;
        low_ = used;
        again_at_ = now + kSearchAgain;
    }
    /// It was known before the connection began.
    void begin_settled(std::uint32_t used) {
        state_ = State::settled;
        low_ = used;
        again_at_ = Instant::max();
    }
    /// What to try now; 0 = nothing.
    [[nodiscard]] std::uint32_t next(Seq una, Instant now) {
        if (again_at_ == Instant::max()) again_at_ = now + kSearchAgain;
        const bool begins =
            (state_ == State::doubted && una > since_) || (state_ == State::settled && now >= again_at_);
        if (begins) {
            state_ = State::searching;
            high_ = whole_ + 1;
            losses_ = 0;
        }
        return state_ == State::searching ? trying() : 0;
    }
    void arrived(std::uint32_t size, Instant now) {
        if (size > low_) low_ = size;
        conclude(now);
    }
    void lost(std::uint32_t size, Instant now) {
        if (state_ != State::searching || ++losses_ < kProbes) return;
        swallows_ = true;
        if (size < high_) high_ = size;
        conclude(now);
    }
    /// A router says that it carries so much, but not what was tried.
    void told(std::uint32_t size, Instant now) {
        if (state_ != State::searching) return;
        high_ = size + 1;
        conclude(now);
    }
    [[nodiscard]] bool is_whole() const { return low_ >= whole_; }
    [[nodiscard]] bool is_searching() const { return state_ == State::searching; }
    [[nodiscard]] bool swallows() const { return swallows_; }  ///< what is too long is lost without a word
    [[nodiscard]] std::uint32_t carried() const { return low_; }

private:
    enum class State : std::uint8_t { doubted, searching, settled };
    void conclude(Instant now) {
        losses_ = 0;
        if (state_ == State::searching && high_ <= whole_ && high_ - low_ <= kCloseEnough) settle(low_, now);
    }
    /// A probe is made of two segments at most.
    [[nodiscard]] std::uint32_t trying() const {
        const std::uint32_t wanted = high_ > whole_ ? whole_ : (low_ + high_) / 2;
        return wanted < 2 * low_ ? wanted : 2 * low_ - 1;
    }

    std::uint32_t whole_, high_;  // high_: the least that was lost
    std::uint32_t low_ = 0;       // what comes through
    int losses_ = 0;              // of probes of that size
    Seq since_{};
    Instant again_at_{};
    State state_ = State::doubted;
    bool swallows_ = false;
};

}  // namespace vmlab::stack
