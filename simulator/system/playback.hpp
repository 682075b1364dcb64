// A recorded run made again: each input comes where it came, in the order of events and on the world's clock.
#pragma once

#include <span>

#include "simulator/system/recording.hpp"

namespace vmlab::sim {

class System;

class Playback {
public:
    /// The inputs must outlive the playback.
    explicit Playback(std::span<const RecordedInput> inputs) : left_(inputs) {}

    /// The next input; null behind the last one.
    const RecordedInput* next() const { return left_.empty() ? nullptr : &left_.front(); }
    /// The next input if it came within the event that the world works on now; else null.
    const RecordedInput* next_within(const System& world) const;
    void pass() { left_ = left_.subspan(1); }

    enum class Place {
        here,      ///< the world stands where the next input came
        before,    ///< many events were taken, more are to be: ask again
        elsewhere  ///< this run is another one: it cannot come there
    };
    /// Takes events up to the place of next(), which there must be.
    Place approach(System& world) const;

private:
    std::span<const RecordedInput> left_;
};

}  // namespace vmlab::sim
