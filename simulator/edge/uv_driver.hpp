// The driver: decides when the next event of the world is taken, and nothing else.
//
// World time = the world's instant when run() began + the host's time since. Before the loop waits, all
// events that are due are taken (in slices, so that real clients are served during a storm); then it sleeps
// on a timer of nanoseconds until the next event or until a socket, the terminal or a signal speaks. An event
// less than 50 µs away is waited for awake: going to sleep would cost more than that. pause() stops the
// world's clock.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "simulator/system/input.hpp"
#include "stack/base/names.hpp"

struct uv_loop_s;

namespace vmlab::sim {

class System;

struct DriverHooks {
    /// Called before the loop waits: the moment to show what has been said. True: call again at once.
    std::function<bool()> before_wait{};
    /// SIGINT, SIGTERM, SIGHUP or SIGTSTP came. True: it has been dealt with; false: the run ends in order.
    std::function<bool(int signal)> signal{};
};

class UvDriver {
public:
    UvDriver();
    ~UvDriver();  ///< waits for handles that were closed; every other handle must be closing by now
    UvDriver(const UvDriver&) = delete;
    UvDriver& operator=(const UvDriver&) = delete;

    uv_loop_s* loop();
    void set_hooks(DriverHooks hooks);

    /// The world to drive. It must outlive the run.
    void attach(System& world);
    /// The world goes before the driver does: handles that are still closing must not look at it.
    void detach();
    /// Until stop() or a signal. Returns the signal, or 0.
    int run();
    void stop();
    bool stopping() const;

    /// before_wait is called again before the world is later than this (once).
    void wake_by(std::optional<Instant> when);

    /// From a libuv callback: brings the world up to the present, then hands it this. Before attach():
    /// ignored.
    void post(const Name8& machine, OutsideEvent event);
    /// At the world's instant as it stands: also from within an event. Without a world: ignored.
    void enter(Input what);

    /// While paused no world time passes (a person edits a file). Nothing happens when not running.
    void pause();
    void resume();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace vmlab::sim
