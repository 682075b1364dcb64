#include "simulator/system/system.hpp"

#include <utility>

#include "simulator/system/recording.hpp"
#include "stack/base/assert.hpp"
#include "stack/base/overloaded.hpp"

namespace vmlab::sim {
namespace {

/// Lines of console kept per machine; a console that is never closed does not grow without bound.
constexpr std::size_t kConsoleLines = 2000;

/// The same bytes, not a copy of them.
bool is_same(const Buffer& one, const Buffer& other) {
    return one.data() == other.data() && one.size() == other.size();
}

}  // namespace

System::System(Instant start, const Seed& seed, Outside& outside)
    : now_(start), seed_(seed), outside_(&outside) {}

System::~System() = default;

MachineIndex System::add(std::unique_ptr<Machine> machine) {
    const auto index = MachineIndex(machines_.size());
    vm_assert(!by_name_.contains(machine->name()));
    machine->index_ = index;
    by_name_.emplace(machine->name(), index);
    machines_.push_back(std::move(machine));
    return index;
}

void System::post(MachineIndex to, Payload payload, Duration after) {
    queue_.push({now_ + after, to, cause_, std::move(payload)});
}

bool System::post(const Name8& to, Payload payload, Duration after) {
    const auto found = by_name_.find(to);
    if (found == by_name_.end()) return false;
    post(found->second, std::move(payload), after);
    return true;
}

void System::transmit(const Machine& from, std::uint16_t interface, Buffer frame) {
    if (fabric_) fabric_->transmit(from.index(), interface, std::move(frame), *this);
}

void System::post_frame(MachineIndex to, std::uint16_t interface, Buffer frame, Duration after) {
    const Instant at = now_ + after;
    Event* const last = queue_.last();
    if (last && last->at == at && last->to == to && last->cause == cause_)
        if (auto* const train = std::get_if<FramesArrived>(&last->payload)) {
            if (train->interface == interface && train->interfaces == 1)
                return train->frames.push_back(std::move(frame));
            if (train->interface + train->interfaces == interface && train->frames.size() == 1 &&
                is_same(train->frames[0], frame)) {
                ++train->interfaces;
                return;
            }
        }
    FramesArrived train{interface, 1, {}};
    train.frames.push_back(std::move(frame));
    queue_.push({at, to, cause_, std::move(train)});
}

void System::step() {
    Event event = queue_.pop();
    vm_assert(event.at >= now_);
    now_ = event.at;
    ++events_;
    Machine& machine = *machines_[std::size_t(event.to)];
    if (std::holds_alternative<DeadlinePassed>(event.payload) && !machine.wakes_at_.empty() &&
        machine.wakes_at_.back() <= now_)
        machine.wakes_at_.pop_back();
    cause_ = event_cause_ = event.cause;
    running_ = machine.name();
    machine.receive(event, *this);
    cause_ = event_cause_ = CauseId::none;
    recorded_.clear();
    running_ = Name8{};
    schedule_deadline(machine);
}

/// A wake-up is only posted when none under way comes as early; one that comes too early is harmless.
void System::schedule_deadline(Machine& machine) {
    const auto wanted = machine.next_deadline();
    if (!wanted) return;
    const Instant at = std::max(*wanted, now_);
    if (!machine.wakes_at_.empty() && at >= machine.wakes_at_.back()) return;
    machine.wakes_at_.push_back(at);
    queue_.push({at, machine.index(), CauseId::none, DeadlinePassed{}});
}

void System::run_until(Instant until) {
    while (!queue_.empty() && queue_.next_time() <= until) step();
    now_ = std::max(now_, until);
}

bool System::run_until(Instant until, const std::function<bool()>& done) {
    if (done()) return true;
    while (!queue_.empty() && queue_.next_time() <= until) {
        step();
        if (done()) return true;
    }
    now_ = std::max(now_, until);
    return false;
}

void System::enter(Input what) {
    RecordedInput input{events_, !running_.empty(), now_, std::move(what)};
    if (journal_.keeps_lines()) journal_.add_line(input.line());
    std::visit(overloaded{
                   [&](EventEntered& e) {
                       std::visit([&](auto& event) { post(e.machine, std::move(event)); }, e.event);
                   },
                   [&](HostNoted& e) {
                       record(e.machine, {e.kind, std::move(e.text), {}, {}, {}});
                   },
                   [](auto&) {},
               },
               input.what);
}

CauseId System::record(Record what) { return record(running_, std::move(what)); }

CauseId System::record(const Name8& machine, Record what) {
    if (what.kind == RecordKind::drop && fabric_) fabric_->dropped(machine, what.text, now_);
    if (what.kind == RecordKind::message) return journal_.add(cause_, now_, machine, std::move(what));
    CauseId parent = event_cause_;
    for (const auto& [before, about] : recorded_)
        if (about.empty() || what.about.empty() || about == what.about) parent = before;
    const std::string about = what.about;
    cause_ = journal_.add(parent, now_, machine, std::move(what));
    if (!running_.empty()) recorded_.emplace_back(cause_, about);
    return cause_;
}

void System::console(const Userid& machine, const Said& what, std::string_view prefix) {
    record(machine, {RecordKind::message, what.text, what.rests_on, {}, {}});
    const bool is_tcprun = what.message && what.message->number.starts_with("DTCRUN");
    const std::string line = std::string(prefix) + what.text;
    for (auto& part : wrapped(line, 79, is_tcprun ? 12 : 0)) console_line(machine, std::move(part));
}

void System::console_line(const Userid& machine, std::string line, bool priority) {
    outside_->console_line(machine, line, priority);
    Console& console = consoles_[machine];
    if (console.watcher) post(*console.watcher, ConsoleShown{machine, line, priority});
    console_echo(machine, std::move(line));
}

void System::console_echo(const Userid& machine, std::string line) {
    auto& lines = consoles_[machine].lines;
    lines.push_back(std::move(line));
    if (lines.size() > kConsoleLines) lines.pop_front();
}

void System::console_state(const Userid& machine, ConsoleState state) {
    Console& console = consoles_[machine];
    console.state = state;
    if (console.watcher) post(*console.watcher, ConsoleStateChanged{machine, state});
}

void System::watch_console(const Userid& machine, std::optional<MachineIndex> watcher) {
    consoles_[machine].watcher = watcher;
}

Machine* System::find(const Name8& name) {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : machines_[std::size_t(found->second)].get();
}

const Machine* System::find(const Name8& name) const { return const_cast<System*>(this)->find(name); }

const std::deque<std::string>& System::console_of(const Userid& machine) const {
    static const std::deque<std::string> nothing;
    const auto found = consoles_.find(machine);
    return found == consoles_.end() ? nothing : found->second.lines;
}

ConsoleState System::console_state_of(const Userid& machine) const {
    const auto found = consoles_.find(machine);
    return found == consoles_.end() ? ConsoleState::running : found->second.state;
}

std::deque<std::string> System::close_console(const Userid& machine) {
    return std::exchange(consoles_[machine].lines, {});
}

}  // namespace vmlab::sim
