#include "simulator/edge/laptop.hpp"

#include <csignal>
#include <utility>

namespace vmlab::sim {

Laptop::Laptop(LaptopOptions options, LaptopHooks hooks)
    : options_(std::move(options)), hooks_(std::move(hooks)) {
    raise_file_limit();
    if (options_.ports) bridge_.emplace(driver_, BridgeOptions{*options_.ports, options_.machine});
    if (options_.terminal) terminal_.emplace(driver_.loop(), static_cast<TerminalListener&>(*this), options_.looks);
    driver_.set_hooks(
        {[this] { return before_wait(); },
         [this](int number) { return number == SIGINT && terminal_ && terminal_->discard_typed_line(); }});
}

/// The terminal and the bridge go before the loop that carries them.
Laptop::~Laptop() {
    driver_.set_hooks({});
    terminal_.reset();
    bridge_.reset();
}

void Laptop::attach(System& world) { driver_.attach(world); }

int Laptop::run() {
    if (terminal_) terminal_->start();
    const int signal = driver_.run();
    if (bridge_) bridge_->close();
    if (terminal_) terminal_->stop();
    if (hooks_.quiet) hooks_.quiet();
    return signal;
}

void Laptop::stop() { driver_.stop(); }

void Laptop::show(std::string_view line, bool highlight) {
    if (terminal_) terminal_->print(line, highlight);
}

bool Laptop::interactive() const { return terminal_ && terminal_->interactive(); }
std::vector<OpenPort> Laptop::open_ports() const {
    return bridge_ ? bridge_->open_ports() : std::vector<OpenPort>{};
}
std::size_t Laptop::clients() const { return bridge_ ? bridge_->clients() : 0; }

std::vector<std::string> Laptop::port_refusals() {
    return bridge_ ? bridge_->take_refusals() : std::vector<std::string>{};
}

bool Laptop::before_wait() {
    if (hooks_.quiet) hooks_.quiet();
    return terminal_ && terminal_->flush();
}

// ── Outside
// ─────────────────────────────────────────────────────────────────────────────────────────────────

void Laptop::client_opened(std::uint64_t client) {
    if (bridge_) bridge_->client_opened(client);
}
void Laptop::client_data(std::uint64_t client, Buffer data) {
    if (bridge_) bridge_->client_data(client, std::move(data));
}
void Laptop::client_credit(std::uint64_t client, std::size_t bytes) {
    if (bridge_) bridge_->client_credit(client, bytes);
}
void Laptop::client_shutdown(std::uint64_t client) {
    if (bridge_) bridge_->client_shutdown(client);
}
void Laptop::client_closed(std::uint64_t client, CloseReason reason, const std::string&) {
    if (bridge_) bridge_->client_closed(client, reason);
}
void Laptop::listening(const Endpoint& where, bool now) {
    if (bridge_) bridge_->listening(where, now);
}

void Laptop::console_line(const Userid& machine, const std::string& line, bool priority) {
    if (machine == options_.user) show(line, priority);
    else if (hooks_.other_console) hooks_.other_console(machine, line);
}

void Laptop::console_ready(const Userid& machine, bool ready) {
    if (terminal_ && machine == options_.user) terminal_->set_ready(ready);
}

/// The world's clock stands still while a person edits: no connection times out meanwhile.
bool Laptop::edit_text(const std::string& title, std::string& text) {
    if (!terminal_) return false;
    driver_.pause();
    const bool edited = terminal_->edit(title, text);
    driver_.resume();
    return edited;
}

void Laptop::key_log(const std::string& line) {
    if (hooks_.key_log) hooks_.key_log(line);
}

// ── the person
// ──────────────────────────────────────────────────────────────────────────────────────────────

void Laptop::line_typed(const std::string& line) {
    if (!hooks_.line || !hooks_.line(line)) driver_.post(options_.user, ConsoleTyped{line});
}

void Laptop::input_ended() { driver_.stop(); }

std::vector<std::string> Laptop::completions(const std::string& line) {
    return hooks_.completions ? hooks_.completions(line) : std::vector<std::string>{};
}

}  // namespace vmlab::sim
