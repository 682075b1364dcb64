#include "simulator/network/impairments.hpp"

namespace vmlab::sim {
namespace {

void note(Verdict* verdict, const char* word) {
    if (!verdict) return;
    if (!verdict->empty()) *verdict += ", ";
    *verdict += word;
}

/// The frame moves the wire between good and bad, and is lost on a bad one.
bool lost_in_burst(const BurstLoss& burst, bool& in_burst, RandomStream& random) {
    if (!burst.enter && !in_burst) return false;
    if (random.chance(in_burst ? burst.leave : burst.enter)) in_burst = !in_burst;
    return in_burst && random.chance(burst.lose);
}

}  // namespace

bool impair(const Impairments& rules, bool& in_burst, RandomStream& random, Deliveries& deliveries,
            ImpairmentCounters& counters, Verdict* verdict) {
    if (rules.loss && random.chance(rules.loss)) {
        ++counters.lost;
        note(verdict, "lost");
        deliveries.clear();
        return true;
    }
    if (lost_in_burst(rules.burst, in_burst, random)) {
        ++counters.burst;
        note(verdict, "lost in a burst");
        deliveries.clear();
        return true;
    }
    bool fired = rules.delay > Duration{};
    const auto travel = [&](Delivery d) {
        d.after += rules.delay;
        if (rules.jitter > Duration{}) {
            d.after += Duration(random.below(std::uint64_t(rules.jitter.count()) + 1));
            fired = true;
        }
        if (rules.reorder && random.chance(rules.reorder)) {
            d.after += rules.reorder_delay;
            ++counters.reordered;
            note(verdict, "late");
            fired = true;
        }
        if (rules.corrupt && random.chance(rules.corrupt)) {
            d.corrupt = true;
            ++counters.corrupted;
            note(verdict, "corrupted");
            fired = true;
        }
        return d;
    };
    if (deliveries.size() == 0) return fired;
    const Delivery before = *deliveries.begin();
    for (auto& delivery : deliveries) delivery = travel(delivery);
    if (rules.duplicate && random.chance(rules.duplicate)) {
        ++counters.duplicated;
        note(verdict, "duplicated");
        deliveries.add(travel(before));
        fired = true;
    }
    return fired;
}

Buffer corrupted(const Buffer& frame, RandomStream& random) {
    constexpr std::size_t kEthernet = 14;
    Buffer copy = Buffer::copy_of(frame.span());
    if (copy.size() <= kEthernet) return copy;
    const auto bit = random.below(8 * (copy.size() - kEthernet));
    copy.writable()[kEthernet + bit / 8] ^= std::uint8_t(1u << (bit % 8));
    return copy;
}

}  // namespace vmlab::sim
