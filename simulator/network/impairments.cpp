#include "simulator/network/impairments.hpp"

namespace vmlab::sim {

std::vector<Delivery> decide_deliveries(const Impairments& rules, RandomStream& random,
                                        ImpairmentCounters& counters) {
    ++counters.frames;
    if (rules.loss && random.chance(rules.loss)) {
        ++counters.lost;
        return {};
    }
    const auto arrival = [&] {
        Delivery d{rules.delay};
        if (rules.jitter > Duration{})
            d.after += Duration(random.below(std::uint64_t(rules.jitter.count()) + 1));
        if (rules.reorder && random.chance(rules.reorder)) {
            d.after += rules.reorder_delay;
            ++counters.reordered;
        }
        if (rules.corrupt && random.chance(rules.corrupt)) {
            d.corrupt = true;
            ++counters.corrupted;
        }
        return d;
    };
    std::vector<Delivery> deliveries{arrival()};
    if (rules.duplicate && random.chance(rules.duplicate)) {
        deliveries.push_back(arrival());
        ++counters.duplicated;
    }
    return deliveries;
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
