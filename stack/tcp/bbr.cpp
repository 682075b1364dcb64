#include "stack/tcp/bbr.hpp"

#include <algorithm>

namespace vmlab::stack {
namespace {

constexpr std::uint32_t kUnit = 256;
constexpr std::uint32_t kHighGain = 739;  // 2/ln 2: the window doubles each round
constexpr std::uint32_t kDrainGain = 88;  // its inverse
constexpr std::uint32_t kWindowGain = 512;
constexpr std::array<std::uint32_t, 8> kCycle{320, 192, 256, 256, 256, 256, 256, 256};
constexpr std::uint32_t kBandwidthRounds = 10;
constexpr Duration kMinRttAge = seconds{10};
constexpr Duration kProbeRttTime = milliseconds{200};
constexpr std::uint32_t kLeastSegments = 4;
constexpr std::uint8_t kFullRounds = 3;

}  // namespace

void Bbr::open(const Window& window, Duration smoothed) {
    pacing_gain_ = window_gain_ = kHighGain;
    const auto round = std::max<std::int64_t>(smoothed / microseconds{1}, 1000);
    pacing_rate_ = std::uint64_t{window.size} * 1'000'000 / std::uint64_t(round) * kHighGain / kUnit;
}

void Bbr::acknowledged(Window& window, const Delivery& delivery, bool recovering) {
    if (pacing_gain_ == 0) open(window, delivery.smoothed);
    count_round(delivery);
    lost_in_phase_ += delivery.lost;
    update_bandwidth(delivery.rate);
    update_cycle(window, delivery);
    check_full(delivery.rate);
    check_drain(window, delivery);
    update_min_rtt(window, delivery);
    set_pace(window, delivery);
    set_window(window, delivery, recovering);
}

// ── the model
// ─────────────────────────────────────────────────────────────────────────────────────────────────

/// A round is over when something sent after its beginning is acknowledged.
void Bbr::count_round(const Delivery& delivery) {
    round_start_ = false;
    if (delivery.rate.delivered_before == 0 && delivery.rate.bytes_per_second == 0) return;
    if (delivery.rate.delivered_before < round_end_) return;
    round_end_ = delivery.delivered;
    ++round_;
    round_start_ = true;
    conserving_ = false;
}

/// The maximum over a moving window in constant space (Kathleen Nichols' filter): the best, and the best of
/// what came after it, twice.
void Bbr::update_bandwidth(const RateSample& rate) {
    const Best now{rate.bytes_per_second, round_};
    if (now.value == 0 || (rate.app_limited && now.value < bandwidth_[0].value)) return;
    auto& [first, second, third] = bandwidth_;
    if (now.value >= first.value || round_ - third.round > kBandwidthRounds) {
        first = second = third = now;
        return;
    }
    if (now.value >= second.value) second = third = now;
    else if (now.value >= third.value) third = now;
    const std::uint32_t age = round_ - first.round;
    if (age > kBandwidthRounds) {
        first = second;
        second = third;
        third = now;
        if (round_ - first.round > kBandwidthRounds) {
            first = second;
            second = third;
        }
    } else if (second.round == first.round && age > kBandwidthRounds / 4) {
        second = third = now;
    } else if (third.round == second.round && age > kBandwidthRounds / 2) {
        third = now;
    }
}

std::uint32_t Bbr::target(const Window& window, std::uint32_t gain) const {
    if (min_rtt_ == kNoRoundTrip || bandwidth() == 0) return window.initial();
    const auto round = std::uint64_t(min_rtt_ / microseconds{1});
    const std::uint64_t product = bandwidth() * round / 1'000'000;
    // Three segments more: what delayed ACKs and the sender's own steps hold back.
    const std::uint64_t wanted = product * gain / kUnit + 3 * window.segment;
    return std::uint32_t(std::min<std::uint64_t>(wanted, Window::kMost));
}

void Bbr::update_min_rtt(Window& window, const Delivery& delivery) {
    const bool old = saw_rtt_ && delivery.now > min_rtt_at_ + kMinRttAge;
    if (delivery.rtt && (*delivery.rtt <= min_rtt_ || old)) {
        min_rtt_ = *delivery.rtt;
        min_rtt_at_ = delivery.now;
        saw_rtt_ = true;
    }
    if (old && !after_idle_ && mode_ != Mode::probe_round_trip) {
        mode_ = Mode::probe_round_trip;
        pacing_gain_ = window_gain_ = kUnit;
        prior_window_ = conserving_ ? std::max(prior_window_, window.size) : window.size;
        probing_rtt_ = false;
    }
    after_idle_ = false;
    if (mode_ != Mode::probe_round_trip) return;
    if (!probing_rtt_) {
        if (delivery.in_flight > kLeastSegments * window.segment) return;
        probing_rtt_ = true;
        probe_done_at_ = delivery.now + kProbeRttTime;
        probe_round_done_ = false;
        round_end_ = delivery.delivered;
        return;
    }
    if (round_start_) probe_round_done_ = true;
    if (!probe_round_done_ || delivery.now < probe_done_at_) return;
    min_rtt_at_ = delivery.now;
    window.size = std::max(window.size, prior_window_);
    if (full_) return enter_probe_bandwidth(delivery.now);
    mode_ = Mode::startup;
    pacing_gain_ = window_gain_ = kHighGain;
}

// ── the states
// ────────────────────────────────────────────────────────────────────────────────────────────────

void Bbr::check_full(const RateSample& rate) {
    if (full_ || !round_start_ || rate.app_limited) return;
    if (bandwidth() >= full_bandwidth_ + full_bandwidth_ / 4) {
        full_bandwidth_ = bandwidth();
        full_rounds_ = 0;
        return;
    }
    full_ = ++full_rounds_ >= kFullRounds;
}

void Bbr::check_drain(const Window& window, const Delivery& delivery) {
    if (mode_ == Mode::startup && full_) {
        mode_ = Mode::drain;
        pacing_gain_ = kDrainGain;
        window_gain_ = kHighGain;
    }
    if (mode_ == Mode::drain && delivery.in_flight <= target(window, kUnit))
        enter_probe_bandwidth(delivery.now);
}

void Bbr::enter_probe_bandwidth(Instant now) {
    mode_ = Mode::probe_bandwidth;
    window_gain_ = kWindowGain;
    // Anywhere but in the phase that drains what none before it has queued.
    phase_ = std::uint8_t(first_phase_ % 7);
    if (phase_ > 0) ++phase_;
    pacing_gain_ = kCycle[phase_];
    cycle_at_ = now;
    lost_in_phase_ = 0;
}

void Bbr::update_cycle(const Window& window, const Delivery& delivery) {
    if (mode_ != Mode::probe_bandwidth) return;
    const bool full_length = delivery.now - cycle_at_ > min_rtt_;
    const std::uint32_t in_flight = delivery.in_flight + delivery.bytes;  // before this ACK
    bool next = full_length;
    if (pacing_gain_ > kUnit) next &= lost_in_phase_ > 0 || in_flight >= target(window, pacing_gain_);
    if (pacing_gain_ < kUnit) next |= in_flight <= target(window, kUnit);
    if (!next) return;
    phase_ = std::uint8_t((phase_ + 1) % kCycle.size());
    pacing_gain_ = kCycle[phase_];
    cycle_at_ = delivery.now;
    lost_in_phase_ = 0;
}

// ── what follows from it
// ──────────────────────────────────────────────────────────────────────────────────────

void Bbr::set_pace(const Window& window, const Delivery& delivery) {
    if (bandwidth() == 0) return open(window, delivery.smoothed);
    // One percent less than the model, so that queues do not stand.
    const std::uint64_t rate = bandwidth() * pacing_gain_ / kUnit * 99 / 100;
    if (full_ || rate > pacing_rate_) pacing_rate_ = std::max<std::uint64_t>(rate, 1);
}

void Bbr::set_window(Window& window, const Delivery& delivery, bool recovering) {
    const std::uint32_t least = kLeastSegments * window.segment;
    if (recovering && delivery.lost > 0)
        window.size =
            window.size > delivery.lost + window.segment ? window.size - delivery.lost : window.segment;
    if (recovering && conserving_) {
        window.size = std::max(window.size, delivery.in_flight + delivery.bytes);
    } else {
        const std::uint32_t wanted = target(window, window_gain_);
        if (full_) window.size = std::min(window.size + delivery.bytes, wanted);
        else if (window.size < wanted || delivery.delivered < window.initial()) window.grow(delivery.bytes);
        window.size = std::max(window.size, least);
    }
    if (mode_ == Mode::probe_round_trip) window.size = std::min(window.size, least);
}

void Bbr::begin_recovery(Window& window, const Delivery& delivery) {
    if (mode_ != Mode::probe_round_trip) prior_window_ = window.size;
    conserving_ = true;
    round_end_ = delivery.delivered;
    window.size = std::max(delivery.in_flight + std::max(delivery.bytes, window.segment), window.segment);
}

void Bbr::end_recovery(Window& window) {
    conserving_ = false;
    window.size = std::max(window.size, prior_window_);
}

void Bbr::restart_after_idle() {
    after_idle_ = true;
    if (mode_ == Mode::probe_bandwidth) pacing_rate_ = std::max<std::uint64_t>(bandwidth() * 99 / 100, 1);
}

void Bbr::timed_out(Window& window) {
    if (mode_ != Mode::probe_round_trip) prior_window_ = std::max(window.size, prior_window_);
    conserving_ = false;
    full_bandwidth_ = 0;
    window.size = window.segment;
}

}  // namespace vmlab::stack
