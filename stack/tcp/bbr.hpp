// BBR version 1 (draft-cardwell-iccrg-bbr-congestion-control-00): the window and the pace follow a model of
// the path instead of losses.
//
//     bandwidth   the most delivered per second in the last ten round trips
//     min_rtt     the least round trip of the last ten seconds
//     pace        = pacing gain × bandwidth
//     window      = window gain × bandwidth × min_rtt (the bandwidth-delay product), and three segments
//
//   STARTUP ──three rounds without 25 % more──► DRAIN ──flight <= BDP──► PROBE_BW ◄──┐
//    gain 2.89                                  1/2.89                     │          │ 200 ms and a round
//                                       min_rtt ten seconds old (any state)▼          │
//                                                                     PROBE_RTT ──────┘ four segments
//
// PROBE_BW goes round eight phases of one min_rtt each, gains 1.25 (is there more?), 0.75 (drain what that
// queued), and six times 1. Losses do not change the model: when they begin, the window goes down to what is
// delivered for one round (packet conservation), and comes back when they are repaired.
#pragma once

#include <array>
#include <cstdint>

#include "stack/tcp/window.hpp"

namespace vmlab::stack {

class Bbr {
public:
    enum class Mode : std::uint8_t { startup, drain, probe_bandwidth, probe_round_trip };

    /// `phase`: where the first cycle of PROBE_BW begins, so that flows do not probe together.
    explicit Bbr(std::uint32_t phase) : first_phase_(phase) {}

    void acknowledged(Window& window, const Delivery& delivery, bool recovering);
    /// Losses are being repaired from here on; `in_flight` after they were noticed.
    void begin_recovery(Window& window, const Delivery& delivery);
    void end_recovery(Window& window);
    void timed_out(Window& window);
    /// Something is about to leave, after a pause in which nothing was in flight: it goes at the rate that
    /// the model has, and the pause has measured the round trip, however old that is (section 4.3.4.4).
    void restart_after_idle();

    [[nodiscard]] std::uint64_t pacing_rate() const { return pacing_rate_; }
    /// Before the first ACK: the initial window in a round trip, or in a millisecond while that is unknown.
    void open(const Window& window, Duration smoothed);
    [[nodiscard]] std::uint64_t bandwidth() const { return bandwidth_[0].value; }
    [[nodiscard]] Duration min_rtt() const { return min_rtt_; }
    [[nodiscard]] Mode mode() const { return mode_; }

private:
    struct Best {
        std::uint64_t value = 0;
        std::uint32_t round = 0;
    };
    static constexpr Duration kNoRoundTrip = Duration::max();

    void count_round(const Delivery& delivery);
    void update_bandwidth(const RateSample& rate);
    void update_cycle(const Window& window, const Delivery& delivery);
    void check_full(const RateSample& rate);
    void check_drain(const Window& window, const Delivery& delivery);
    void update_min_rtt(Window& window, const Delivery& delivery);
    void enter_probe_bandwidth(Instant now);
    void set_pace(const Window& window, const Delivery& delivery);
    void set_window(Window& window, const Delivery& delivery, bool recovering);
    /// `gain` in 1/256.
    [[nodiscard]] std::uint32_t target(const Window& window, std::uint32_t gain) const;

    std::array<Best, 3> bandwidth_{};  // best, second and third best of the window, by time
    Duration min_rtt_ = kNoRoundTrip;
    Instant min_rtt_at_{}, cycle_at_{}, probe_done_at_{};
    std::uint64_t round_end_ = 0, full_bandwidth_ = 0, pacing_rate_ = 0;
    std::uint32_t round_ = 0, prior_window_ = 0, lost_in_phase_ = 0;
    std::uint32_t pacing_gain_ = 0, window_gain_ = 0;  // 1/256
    std::uint32_t first_phase_;
    Mode mode_ = Mode::startup;
    std::uint8_t phase_ = 0, full_rounds_ = 0;
    bool round_start_ = false, full_ = false, conserving_ = false, probing_rtt_ = false,
         probe_round_done_ = false, saw_rtt_ = false, after_idle_ = false;
};

}  // namespace vmlab::stack
