#include "simulator/edge/edge.hpp"

#include <fmt/core.h>

#include <csignal>
#include <utility>

namespace vmlab::sim {

Edge::Edge(EdgeOptions options, EdgeHooks hooks) : options_(std::move(options)), hooks_(std::move(hooks)) {
    raise_file_limit();
    if (options_.ports)
        bridge_.emplace(
            driver_,
            BridgeOptions{.ports = *options_.ports, .machine = options_.machine, .linger = options_.linger});
    if (!options_.tap.empty()) {
        tap_.emplace(driver_, options_.tap_machine, options_.tap_interface);
        tap_refusal_ = tap_->open(options_.tap);
    }
    if (options_.terminal)
        terminal_.emplace(driver_.loop(), static_cast<TerminalListener&>(*this), options_.looks);
    driver_.set_hooks({[this] { return before_wait(); }, [this](int number) { return signal(number); }});
}

/// The terminal, the TAP interface and the bridge go before the loop that carries them.
Edge::~Edge() {
    driver_.set_hooks({});
    terminal_.reset();
    tap_.reset();
    bridge_.reset();
}

void Edge::attach(System& world) { driver_.attach(world); }

int Edge::run() {
    if (terminal_) terminal_->start();
    const int signal = driver_.run();
    if (bridge_) bridge_->close();
    if (tap_) tap_->close();
    if (terminal_) terminal_->stop();
    if (hooks_.quiet) hooks_.quiet();
    return signal;
}

void Edge::stop() { driver_.stop(); }

void Edge::show(std::string_view line, bool highlight) {
    if (terminal_) terminal_->print(line, highlight);
}

void Edge::paint() {
    if (terminal_) terminal_->paint();
}

bool Edge::interactive() const { return terminal_ && terminal_->interactive(); }
std::vector<OpenPort> Edge::open_ports() const {
    return bridge_ ? bridge_->open_ports() : std::vector<OpenPort>{};
}
std::size_t Edge::clients() const { return bridge_ ? bridge_->clients() : 0; }

std::vector<std::string> Edge::port_refusals() {
    if (!bridge_) return {};
    auto refusals = bridge_->take_refusals();
    if (!refusals.empty())
        refusals.push_back(
            fmt::format("another program (or another vmlab) has these ports: choose others with "
                        "--port-base N (this was {}), or open none with --no-ports",
                        options_.ports->base));
    return refusals;
}

bool Edge::before_wait() {
    if (hooks_.quiet) hooks_.quiet();
    return terminal_ && terminal_->flush();
}

/// Ctrl-C throws a line away that is being typed; Ctrl-Z stops us, and the world's clock, until SIGCONT.
bool Edge::signal(int number) {
    if (number == SIGINT) return terminal_ && terminal_->discard_typed_line();
    if (number != SIGTSTP) return false;
    driver_.pause();
    if (terminal_) terminal_->lend();
    ::raise(SIGSTOP);
    if (terminal_) terminal_->take_back();
    driver_.resume();
    return true;
}

// ── Outside
// ─────────────────────────────────────────────────────────────────────────────────────────────────

void Edge::client_opened(std::uint64_t client) {
    if (bridge_) bridge_->client_opened(client);
}
void Edge::client_data(std::uint64_t client, Buffer data) {
    if (bridge_) bridge_->client_data(client, std::move(data));
}
void Edge::client_credit(std::uint64_t client, std::size_t bytes) {
    if (bridge_) bridge_->client_credit(client, bytes);
}
void Edge::client_shutdown(std::uint64_t client) {
    if (bridge_) bridge_->client_shutdown(client);
}
void Edge::client_closed(std::uint64_t client, CloseReason reason, const std::string&) {
    if (bridge_) bridge_->client_closed(client, reason);
}
void Edge::listening(const Endpoint& where, bool now) {
    if (!bridge_) return;
    const bool v4 = where.address.is_v4();
    if (!v4 && now && !(hooks_.exposes && hooks_.exposes(where.address))) return;
    bridge_->listening(where, now);
}

void Edge::kernel_frame(const Buffer& frame) {
    if (tap_) tap_->send(frame);
}

void Edge::console_line(const Userid& machine, const std::string& line, bool priority) {
    if (machine == options_.user) show(line, priority);
    else if (hooks_.other_console) hooks_.other_console(machine, line);
}

void Edge::console_ready(const Userid& machine, bool ready) {
    if (terminal_ && machine == options_.user) terminal_->set_ready(ready);
}

/// The world's clock stands still while a person edits: no connection times out meanwhile.
bool Edge::edit_text(const std::string& title, std::string& text) {
    if (!terminal_) return false;
    driver_.pause();
    const bool edited = terminal_->edit(title, text);
    driver_.resume();
    driver_.enter(TextEdited{edited ? std::optional(text) : std::nullopt});
    return edited;
}

void Edge::key_log(const std::string& line) {
    if (hooks_.key_log) hooks_.key_log(line);
}

// ── the person
// ──────────────────────────────────────────────────────────────────────────────────────────────

void Edge::line_typed(const std::string& line) {
    if (!hooks_.line || !hooks_.line(line)) driver_.post(options_.user, ConsoleTyped{line});
}

void Edge::input_ended() { driver_.stop(); }

std::vector<std::string> Edge::completions(const std::string& line) {
    return hooks_.completions ? hooks_.completions(line) : std::vector<std::string>{};
}

}  // namespace vmlab::sim
