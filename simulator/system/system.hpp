// The system: the register of machines, the queue, the clock, the journal, the consoles. One event at a time.
//
// The driving contract: post what came from outside, call step() or run_until(), and take what left through
// Outside. Nothing here knows a protocol.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "simulator/system/event_queue.hpp"
#include "simulator/system/input.hpp"
#include "simulator/system/journal.hpp"
#include "simulator/system/machine.hpp"
#include "simulator/system/outside.hpp"
#include "stack/base/message.hpp"
#include "stack/base/random.hpp"

namespace vmlab::sim {

/// Carries frames between interfaces (simulator/network).
class Fabric {
public:
    virtual ~Fabric() = default;
    virtual void transmit(MachineIndex from, std::uint16_t interface, Buffer frame, System& world) = 0;
    /// A machine recorded that it dropped something: "reason: summary of the frame".
    virtual void dropped(const Name8& /*by*/, std::string_view /*text*/, Instant /*now*/) {}
};

class System {
public:
    /// The world begins at `start`; all randomness comes from `seed`.
    System(Instant start, const Seed& seed, Outside& outside);
    ~System();

    // ── building ──────────────────────────────────────────────────────────────
    MachineIndex add(std::unique_ptr<Machine> machine);
    void set_fabric(Fabric& fabric) { fabric_ = &fabric; }

    // ── running ───────────────────────────────────────────────────────────────
    bool idle() const { return queue_.empty(); }
    Instant next_time() const { return queue_.next_time(); }  ///< requires !idle()
    void step();                                              ///< one event; requires !idle()
    /// All events at or before `until`; then the clock stands at `until`.
    void run_until(Instant until);
    /// Until `done()` holds after an event, or nothing is left, or `until` has come. True when done.
    bool run_until(Instant until, const std::function<bool()>& done);

    /// Something from outside: it takes place now, and stands in the journal's lines if these are kept, so
    /// that the run can be made again. Whatever is not the world's own goes this way.
    void enter(Input what);

    // ── what machines use ─────────────────────────────────────────────────────
    Instant now() const { return now_; }
    void post(MachineIndex to, Payload payload, Duration after = {});
    /// False when no machine has that name.
    bool post(const Name8& to, Payload payload, Duration after = {});
    void transmit(const Machine& from, std::uint16_t interface, Buffer frame);
    /// A frame arrives at `to`. Frames that follow one another to the same place at the same instant, and
    /// from the same cause, are one event; so is a broadcast at interfaces that follow one another.
    void post_frame(MachineIndex to, std::uint16_t interface, Buffer frame, Duration after);
    /// A record of the machine whose event is in flight; what it follows from: stack/base/cause.hpp.
    CauseId record(Record what);
    CauseId record(const Name8& machine, Record what);
    /// What happens from here on follows from the event alone, not from what was recorded of it so far.
    void begin_anew() {
        cause_ = event_cause_;
        recorded_.clear();
    }
    /// What happens now follows from this record.
    CauseId cause() const { return cause_; }
    const Seed& seed() const { return seed_; }
    RandomStream random(std::string_view owner) const { return RandomStream(seed_, owner); }
    Outside& outside() const { return *outside_; }

    /// A line on a machine's console: kept, shown to whoever watches. Messages also become records.
    void console(const Userid& machine, const Said& what, std::string_view prefix = {});
    void console_line(const Userid& machine, std::string line, bool priority = false);

    /// What was typed at a console: kept with its lines; the terminal itself has shown it already.
    void console_echo(const Userid& machine, std::string line);
    /// The machine's console waits for input (CP READ, VM READ) or runs.
    void console_state(const Userid& machine, ConsoleState state);
    /// Lines and states of `machine` also become events for `watcher`; nothing = nobody watches any more.
    void watch_console(const Userid& machine, std::optional<MachineIndex> watcher);

    // ── looking ───────────────────────────────────────────────────────────────
    Machine* find(const Name8& name);
    const Machine* find(const Name8& name) const;
    Machine& machine(MachineIndex index) { return *machines_[std::size_t(index)]; }
    const std::vector<std::unique_ptr<Machine>>& machines() const { return machines_; }
    Journal& journal() { return journal_; }
    const Journal& journal() const { return journal_; }
    const std::deque<std::string>& console_of(const Userid& machine) const;
    ConsoleState console_state_of(const Userid& machine) const;
    /// Forgets the console kept so far (it was closed and sent to a reader) and returns it.
    std::deque<std::string> close_console(const Userid& machine);
    std::uint64_t events() const { return events_; }  ///< so far
    std::size_t pending() const { return queue_.size(); }

private:
    void schedule_deadline(Machine& machine);

    EventQueue queue_;
    Instant now_;
    Seed seed_;
    Outside* outside_;
    Fabric* fabric_ = nullptr;
    std::vector<std::unique_ptr<Machine>> machines_;
    std::map<Name8, MachineIndex> by_name_;
    struct Console {
        std::deque<std::string> lines{};
        ConsoleState state = ConsoleState::running;
        std::optional<MachineIndex> watcher{};
    };
    std::map<Userid, Console> consoles_;
    Journal journal_;
    /// Of the record before, in the event in flight; until there is one, of the event.
    CauseId cause_ = CauseId::none;
    CauseId event_cause_ = CauseId::none;
    std::vector<std::pair<CauseId, std::string>>
        recorded_;     ///< in the event in flight: record, what it is about
    Name8 running_{};  ///< the machine it went to
    std::uint64_t events_ = 0;
};

}  // namespace vmlab::sim
