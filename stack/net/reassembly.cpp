#include "stack/net/reassembly.hpp"

#include <algorithm>
#include <cstring>

namespace vmlab::stack {

Reassembly::Outcome Reassembly::receive(const Fragment& fragment, Instant now) {
    const Key key{fragment.source, fragment.destination, fragment.identification, fragment.protocol};
    auto it = partials_.find(key);
    if (it == partials_.end()) {
        if (partials_.size() >= kMostPartials) return {{}, {}, DropReason::reassembly_full};
        it = partials_.emplace(key, Partial{}).first;
        it->second.until = now + kPatience;
    }
    Partial& partial = it->second;
    if (const auto fault = add(partial, fragment)) {
        partials_.erase(it);
        return {{}, {}, fault};
    }
    if (partial.total == 0 || partial.held < partial.total) return {};
    Outcome outcome{join(partial), std::move(partial.first), {}, partial.traffic_class};
    if (partial.marked && partial.unmarkable) outcome = {{}, {}, DropReason::reassembly_marks};
    else if (partial.marked) outcome.traffic_class |= wire::kEcnMarked;
    partials_.erase(it);
    return outcome;
}

std::optional<DropReason> Reassembly::add(Partial& partial, const Fragment& fragment) {
    const std::size_t begin = fragment.offset;
    const std::size_t end = begin + fragment.payload.size();
    if (begin == end) return DropReason::ip_malformed;
    if (!fragment.more) {
        if (partial.total != 0 && partial.total != end) return DropReason::reassembly_overlap;
        partial.total = end;
    }
    if (partial.total != 0 &&
        std::max(end, partial.pieces.empty() ? 0 : partial.pieces.back().end) > partial.total)
        return DropReason::reassembly_overlap;
    const auto at = std::find_if(partial.pieces.begin(), partial.pieces.end(),
                                 [&](const Piece& p) { return p.begin >= begin; });
    if (at != partial.pieces.end() && at->begin == begin && at->end == end) return std::nullopt;
    if (at != partial.pieces.end() && at->begin < end) return DropReason::reassembly_overlap;
    if (at != partial.pieces.begin() && std::prev(at)->end > begin) return DropReason::reassembly_overlap;
    if (partial.pieces.size() >= kMostPieces) return DropReason::reassembly_full;
    partial.pieces.insert(at, Piece{begin, end, fragment.payload});
    partial.held += end - begin;
    partial.marked |= wire::is_marked(fragment.traffic_class);
    partial.unmarkable |= (fragment.traffic_class & wire::kEcnMarked) == 0;
    if (begin == 0) partial.traffic_class = fragment.traffic_class;
    if (begin == 0) partial.first = fragment.packet;
    return std::nullopt;
}

Buffer Reassembly::join(const Partial& partial) {
    Buffer whole = Buffer::allocate(partial.total);
    for (const auto& piece : partial.pieces)
        std::memcpy(whole.writable() + piece.begin, piece.data.data(), piece.data.size());
    return whole;
}

std::vector<Reassembly::Expired> Reassembly::tick(Instant now) {
    std::vector<Expired> expired;
    std::erase_if(partials_, [&](auto& item) {
        if (item.second.until > now) return false;
        expired.push_back({std::get<0>(item.first), std::move(item.second.first)});
        return true;
    });
    return expired;
}

Instant Reassembly::soonest() const {
    Instant soonest = Instant::max();
    for (const auto& [key, partial] : partials_) soonest = std::min(soonest, partial.until);
    return soonest;
}

}  // namespace vmlab::stack
