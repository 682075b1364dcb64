// The choice between them (MAY-18).
#include "stack/tcp/congestion.hpp"

#include <algorithm>

namespace vmlab::stack {

void Congestion::use(CongestionAlgorithm algorithm, std::uint32_t phase) {
    if (algorithm == chosen_) return;
    if (model()) window_.threshold = std::max(window_.size, 2 * window_.segment);  // a model has no other
    chosen_ = algorithm;
    if (algorithm == CongestionAlgorithm::bbr) course().algorithm = std::make_unique<Bbr>(phase);
    else if (algorithm == CongestionAlgorithm::new_reno) course().algorithm = NewReno{};
    else course().algorithm = Cubic{};
}

Congestion::Course& Congestion::course() {
    if (!course_) {
        course_ = std::make_unique<Course>();
        if (chosen_ == CongestionAlgorithm::new_reno) course_->algorithm = NewReno{};
    }
    return *course_;
}

void Congestion::acknowledged(const Delivery& delivery, Phase phase) {
    if (Bbr* const bbr = model()) return bbr->acknowledged(window_, delivery, phase != Phase::open);
    if (phase == Phase::repairing || !delivery.window_limited) return;
    auto& [slow_start, algorithm] = course();
    if (window_.in_slow_start())
        return slow_start.grow(window_, delivery, window_.threshold == Window::kMost);
    if (auto* const cubic = std::get_if<Cubic>(&algorithm)) cubic->grow(window_, delivery);
    else std::get<NewReno>(algorithm).grow(window_, delivery);
}

void Congestion::reduce(std::uint32_t flight, const Delivery& delivery) {
    if (Bbr* const bbr = model()) return bbr->begin_recovery(window_, delivery);
    auto& algorithm = course().algorithm;
    if (auto* const cubic = std::get_if<Cubic>(&algorithm)) window_.threshold = cubic->reduce(window_);
    else window_.threshold = std::get<NewReno>(algorithm).reduce(window_, flight);
}

void Congestion::repaired() {
    if (Bbr* const bbr = model()) return bbr->end_recovery(window_);
    window_.size = window_.threshold;
}

void Congestion::timed_out(std::uint32_t flight, bool first_time) {
    if (Bbr* const bbr = model()) return bbr->timed_out(window_);
    if (first_time) reduce(flight, {});
    window_.size = window_.segment;
}

void Congestion::restart_after_idle(Duration idle) {
    if (auto* const bbr = model()) return bbr->restart_after_idle();  // it is paced: there will be no burst
    window_.size = std::min(window_.size, window_.initial());
    auto* const cubic = course_ ? std::get_if<Cubic>(&course_->algorithm) : nullptr;
    if (cubic) cubic->skip(idle);
}

Congestion::Before Congestion::before() {
    Before now{window_, {}};
    if (const auto* const cubic = std::get_if<Cubic>(&course().algorithm)) now.algorithm = *cubic;
    else if (const auto* const reno = std::get_if<NewReno>(&course().algorithm)) now.algorithm = *reno;
    return now;
}

void Congestion::restore(const Before& before) {
    window_.size = std::max(window_.size, before.window.size);
    window_.threshold = before.window.threshold;
    auto& algorithm = course().algorithm;
    const auto* const cubic = std::get_if<Cubic>(&before.algorithm);
    if (cubic && std::holds_alternative<Cubic>(algorithm)) algorithm = *cubic;
    const auto* const reno = std::get_if<NewReno>(&before.algorithm);
    if (reno && std::holds_alternative<NewReno>(algorithm)) algorithm = *reno;
}

}  // namespace vmlab::stack
