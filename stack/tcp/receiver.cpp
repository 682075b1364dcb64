#include "stack/tcp/receiver.hpp"

#include <algorithm>

namespace vmlab::stack {

std::uint8_t Receiver::shift_for(std::size_t limit) {
    std::uint8_t shift = 0;
    while (shift < 14 && limit >> shift > 65535) ++shift;
    return shift;
}

void Receiver::open(Seq initial, bool scaling, std::uint32_t segment) {
    const std::uint32_t said = window();  // on our own SYN, if that was first: data may come with the peer's
    next_ = initial + 1;
    edge_ = next_ + said;
    segment_ = segment;
    if (!scaling) shift_ = 0;
    measured_to_ = next_;
}

void Receiver::grow(const RoundTrip& round_trip, Instant now) {
    constexpr int kRoundTrips = 8;
    constexpr Duration kLeast = milliseconds{1};
    constexpr int kStep = 16;  // bits
    const auto here = std::uint32_t(now.time_since_epoch().count() >> kStep);
    const auto passed = Duration{std::int64_t{here - measured_from_} << kStep};
    const Duration enough = kRoundTrips * std::max(round_trip.smoothed(), kLeast);
    if (measured_from_ != 0 && (!round_trip.measured() || passed <= enough))
        size_ = size_ < limit_ / 4 ? 4 * size_ : limit_;
    measured_from_ = here != 0 ? here : 1;
    measured_to_ = next_ - unconsumed_ + size_;
}

/// Rounding may have promised up to one unit of the scale more than the edge.
std::uint32_t Receiver::accepted_window() const { return window() == 0 ? 0 : window() + (1u << shift_) - 1; }

bool Receiver::acceptable(Seq seq, std::uint32_t length) const {
    const std::uint32_t window_size = accepted_window();
    if (window_size == 0) return length == 0 && seq == next_;
    const Seq limit = next_ + window_size;
    if (next_ <= seq && seq < limit) return true;
    if (length == 0) return false;
    const Seq last = seq + (length - 1);
    return next_ <= last && last < limit;
}

bool Receiver::insert(Seq seq, Buffer data, bool fin) {
    const Seq limit = next_ + accepted_window();
    Seq end = seq + std::uint32_t(data.size());
    if (end > limit) {  // beyond the window: not taken, and the FIN behind it neither
        data.remove_suffix(std::min<std::size_t>(data.size(), std::uint32_t(end - limit)));
        end = limit;
        fin = false;
    }
    if (seq < next_) {
        note_duplicate(seq, earlier(end, next_));
        const auto old = std::size_t(next_ - seq);
        if (old >= data.size()) {
            data = {};
            seq = later(end, next_);
        } else {
            data.remove_prefix(old);
            seq = next_;
        }
    }
    if (fin && !fin_known_ && end >= next_) {
        fin_known_ = true;
        fin_at_ = end;
    }
    const Seq before = next_;
    if (!data.empty() && !fin_received_) {
        ++hold().arrivals;
        place(seq, std::move(data));
    }
    while (held_ && held_->in_order < held_->pieces.size() && held_->pieces[held_->in_order].seq == next_) {
        next_ = held_->pieces[held_->in_order].end();
        unconsumed_ += std::uint32_t(held_->pieces[held_->in_order].data.size());
        ++held_->in_order;
    }
    if (edge_ < next_) edge_ = next_;
    if (fin_known_ && !fin_received_ && fin_at_ == next_) {
        fin_received_ = true;
        next_ = next_ + 1;
        edge_ = later(edge_, next_);
        if (held_) held_->pieces.resize(held_->in_order);
    }
    return next_ != before;
}

/// Fills only what is missing: bytes that are held already stay as they came first.
void Receiver::place(Seq seq, Buffer data) {
    auto& pieces = held_->pieces;
    if (pieces.empty()) return pieces.push_back({seq, held_->arrivals, std::move(data)});
    auto at = std::lower_bound(pieces.begin() + std::ptrdiff_t(held_->in_order), pieces.end(), seq,
                               [](const Piece& p, Seq s) { return p.end() <= s; });
    while (!data.empty()) {
        if (at != pieces.end() && at->seq <= seq) {  // the piece covers our beginning
            const auto covered = std::uint32_t(at->end() - seq);
            note_duplicate(seq, seq + std::min<std::uint32_t>(covered, std::uint32_t(data.size())));
            if (covered >= data.size()) return;
            data.remove_prefix(covered);
            seq = at->end();
            ++at;
            continue;
        }
        const std::size_t gap = at == pieces.end()
                                    ? data.size()
                                    : std::min<std::size_t>(data.size(), std::uint32_t(at->seq - seq));
        if (pieces.size() >= most_pieces() && seq != next_) return;  // it will come again when there is room
        at = pieces.insert(at, Piece{seq, held_->arrivals, data.slice(0, gap)}) + 1;
        data.remove_prefix(gap);
        seq = seq + std::uint32_t(gap);
    }
}

bool Receiver::pop(Buffer& data) {
    if (!held_ || held_->in_order == 0) return false;
    data = std::move(held_->pieces.front().data);
    held_->pieces.erase(held_->pieces.begin());
    --held_->in_order;
    let_go();
    return true;
}

std::uint16_t Receiver::offer(bool on_syn) {
    offered_on_syn_ = on_syn;
    const std::uint8_t shift = on_syn ? 0 : shift_;  // the window of a SYN is never scaled (RFC 7323 2.2)
    const std::uint32_t most = 65535u << shift;
    const std::uint32_t available = std::min(room(), most);
    const std::uint32_t said = window();
    if (available > said && (available - said >= std::min(size_ / 2, segment_))) {
        const std::uint32_t rounded = available >> shift << shift;
        if (rounded > said) {
            edge_ = next_ + rounded;
            return std::uint16_t(rounded >> shift);
        }
    }
    return std::uint16_t(std::min((said + (1u << shift) - 1) >> shift, 65535u));
}

bool Receiver::worth_an_update() const {
    const std::uint32_t available = std::min(room(), 65535u << shift_);
    const std::uint32_t said = window();
    if (available <= said || fin_received_) return false;
    const std::uint32_t gain = available - said;
    // What a SYN could not say for want of scaling is no news: the next segment says it in passing.
    if (!offered_on_syn_ && gain >= size_ / 4 && gain >= std::min(size_ / 2, segment_)) return true;
    return said <= size_ / 8 && gain >= std::min(size_ / 2, 2 * segment_);
}

std::uint8_t Receiver::take_sack_blocks(std::array<wire::SackBlock, 4>& blocks, std::size_t room_for) {
    if (!held_) return 0;
    std::uint8_t count = 0;
    if (held_->duplicate_left != held_->duplicate_right && room_for > 0) {
        blocks[count++] = {held_->duplicate_left.value, held_->duplicate_right.value};
        renew(held_->duplicate_left);  // the block that holds it comes next (RFC 2883 section 4)
        held_->duplicate_left = held_->duplicate_right;
    }
    count = std::uint8_t(count + held_blocks(std::span(blocks).first(room_for).subspan(count)));
    let_go();
    return count;
}

void Receiver::renew(Seq at) {
    ++held_->arrivals;
    for (auto& piece : held_->pieces)
        if (piece.seq <= at && at < piece.end()) piece.arrival = held_->arrivals;
}

std::uint8_t Receiver::held_blocks(std::span<wire::SackBlock> blocks) const {
    const auto& pieces = held_->pieces;
    std::array<std::uint32_t, 4> arrivals{};  // of each block's latest piece; the latest first
    std::uint8_t count = 0;
    for (std::size_t at = held_->in_order; at < pieces.size();) {
        const Seq left = pieces[at].seq;
        Seq right = left;
        std::uint32_t arrival = pieces[at].arrival;
        for (; at < pieces.size() && pieces[at].seq == right; ++at) {
            right = pieces[at].end();
            if (std::int32_t(pieces[at].arrival - arrival) > 0) arrival = pieces[at].arrival;
        }
        std::size_t place = count;
        while (place > 0 && std::int32_t(arrival - arrivals[place - 1]) > 0) --place;
        if (place >= blocks.size()) continue;
        if (count < blocks.size()) ++count;
        for (std::size_t i = count - 1u; i > place; --i) {
            blocks[i] = blocks[i - 1];
            arrivals[i] = arrivals[i - 1];
        }
        blocks[place] = {left.value, right.value};
        arrivals[place] = arrival;
    }
    return count;
}

}  // namespace vmlab::stack
