// Congestion control: one interface, a value per algorithm.
//
//   algorithm   between losses                    at a loss                      file
//   cubic       slow start, then a cubic curve    70 %, proportional reduction   cubic.hpp, slow_start.hpp
//   new_reno    slow start, then one segment      50 %, proportional reduction   new_reno.hpp
//               per window
//   bbr         a model of the path, paced        the model stays                bbr.hpp
//
// The window only grows while it is what limits the sender (RFC 7661's concern), and falls back to the
// initial one after an idle period longer than the retransmission timeout (RFC 5681 section 4.1).
#pragma once

#include <cstdint>
#include <memory>
#include <variant>

#include "stack/tcp/bbr.hpp"
#include "stack/tcp/cubic.hpp"
#include "stack/tcp/new_reno.hpp"
#include "stack/tcp/slow_start.hpp"
#include "stack/tcp/state.hpp"
#include "stack/tcp/window.hpp"

namespace vmlab::stack {

class Congestion {
public:
    /// `phase` spreads what flows would else do together (BBR's cycle). Before anything is sent, or between
    /// any two ACKs: the window stays.
    void use(CongestionAlgorithm algorithm, std::uint32_t phase);
    [[nodiscard]] CongestionAlgorithm algorithm() const { return chosen_; }
    /// At the start, and when the segment size becomes known: ten segments (RFC 6928).
    void open(std::uint32_t segment) {
        window_.segment = segment;
        window_.size = window_.initial();
    }
    void set_segment(std::uint32_t segment) { window_.segment = segment; }

    enum class Phase : std::uint8_t { open, repairing, after_timeout };
    /// Every ACK that delivered something.
    void acknowledged(const Delivery& delivery, Phase phase);

    /// Congestion was seen (a loss, a mark, RFC 3168): the new threshold. Algorithms of losses then have
    /// their window set by set_window(); others have done what they do.
    void reduce(std::uint32_t flight, const Delivery& delivery);
    void set_window(std::uint32_t bytes) { window_.size = bytes; }
    /// What was lost is repaired.
    void repaired();
    /// A segment that times out again says nothing new about the path (RFC 5681 equation 4's note).
    void timed_out(std::uint32_t flight, bool first_time);
    void restart_after_idle(Duration idle);

    /// What a reduction undoes when its reason was none (RFC 4015).
    struct Before {
        Window window{};
        std::variant<std::monostate, NewReno, Cubic> algorithm{};
    };
    [[nodiscard]] Before before();
    void restore(const Before& before);

    [[nodiscard]] std::uint32_t window() const { return window_.size; }
    [[nodiscard]] std::uint32_t threshold() const { return window_.threshold; }
    /// Does the window follow a model, not losses?
    [[nodiscard]] bool is_modelled() const { return bbr() != nullptr; }
    [[nodiscard]] const Bbr* bbr() const { return model(); }

private:
    /// What an algorithm remembers: nothing, until the window has held the sender back for the first time.
    struct Course {
        SlowStart slow_start{};
        std::variant<Cubic, NewReno, std::unique_ptr<Bbr>> algorithm{};
    };
    Course& course();
    [[nodiscard]] Bbr* model() const {
        const auto* const held = course_ ? std::get_if<std::unique_ptr<Bbr>>(&course_->algorithm) : nullptr;
        return held ? held->get() : nullptr;
    }

    Window window_;
    CongestionAlgorithm chosen_ = CongestionAlgorithm::cubic;
    std::unique_ptr<Course> course_{};
};

}  // namespace vmlab::stack
