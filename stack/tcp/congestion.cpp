// The choice between them (MAY-18).
#include "stack/tcp/congestion.hpp"

#include <algorithm>

#include "stack/base/overloaded.hpp"

namespace vmlab::stack {

void Congestion::use(CongestionAlgorithm algorithm, std::uint32_t phase) {
    if (algorithm == this->algorithm()) return;
    if (model()) window_.threshold = std::max(window_.size, 2 * window_.segment);  // a model has no other
    switch (algorithm) {
        case CongestionAlgorithm::cubic: algorithm_ = Cubic{}; return;
        case CongestionAlgorithm::new_reno: algorithm_ = NewReno{}; return;
        case CongestionAlgorithm::bbr: algorithm_ = std::make_unique<Bbr>(phase); return;
    }
}

CongestionAlgorithm Congestion::algorithm() const {
    return std::visit(overloaded{[](const Cubic&) { return CongestionAlgorithm::cubic; },
                                 [](const NewReno&) { return CongestionAlgorithm::new_reno; },
                                 [](const std::unique_ptr<Bbr>&) { return CongestionAlgorithm::bbr; }},
                      algorithm_);
}

void Congestion::acknowledged(const Delivery& delivery, Phase phase) {
    if (Bbr* const bbr = model()) return bbr->acknowledged(window_, delivery, phase != Phase::open);
    if (phase == Phase::repairing || !delivery.window_limited) return;
    if (window_.in_slow_start())
        return slow_start_.grow(window_, delivery, window_.threshold == Window::kMost);
    if (auto* const cubic = std::get_if<Cubic>(&algorithm_)) cubic->grow(window_, delivery);
    else std::get<NewReno>(algorithm_).grow(window_, delivery);
}

void Congestion::reduce(std::uint32_t flight, const Delivery& delivery) {
    if (Bbr* const bbr = model()) return bbr->begin_recovery(window_, delivery);
    if (auto* const cubic = std::get_if<Cubic>(&algorithm_)) window_.threshold = cubic->reduce(window_);
    else window_.threshold = std::get<NewReno>(algorithm_).reduce(window_, flight);
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
    if (model()) return;  // it is paced: there will be no burst
    window_.size = std::min(window_.size, window_.initial());
    if (auto* const cubic = std::get_if<Cubic>(&algorithm_)) cubic->skip(idle);
}

Congestion::Before Congestion::before() const {
    Before now{window_, {}};
    if (const auto* const cubic = std::get_if<Cubic>(&algorithm_)) now.algorithm = *cubic;
    else if (const auto* const reno = std::get_if<NewReno>(&algorithm_)) now.algorithm = *reno;
    return now;
}

void Congestion::restore(const Before& before) {
    window_.size = std::max(window_.size, before.window.size);
    window_.threshold = before.window.threshold;
    const auto* const cubic = std::get_if<Cubic>(&before.algorithm);
    if (cubic && std::holds_alternative<Cubic>(algorithm_)) algorithm_ = *cubic;
    const auto* const reno = std::get_if<NewReno>(&before.algorithm);
    if (reno && std::holds_alternative<NewReno>(algorithm_)) algorithm_ = *reno;
}

}  // namespace vmlab::stack
