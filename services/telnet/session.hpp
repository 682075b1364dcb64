// One Telnet connection, from the accept to the close: negotiation, then a terminal of CP.
//
//   phase         until
//   negotiating   a terminal is agreed on (Negotiation), or negotiation_time is over: closed
//   querying      a display with extended attributes answers the query, or query_time is over
//   waiting       CP shows the logo
//   logo          a key: LogonEntered
//   console       CP closes the terminal, or the client goes
//   line          (line mode: greeting, then lines)
//   closed        what is queued has gone out, or close_time is over: reset
//
// Timers: TIMEMARK: after that long without a byte from the client DO TIMING-MARK; any byte is an answer;
// none within SCANINTERVAL: dropped. INACTIVE: that long without input from the user: dropped.
// Bounds: a 3270 record 32 KiB, a line 1 KiB, output that the client does not take 1 MiB, faults 50.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "services/service.hpp"
#include "services/socket_writer.hpp"
#include "services/telnet/line_terminal.hpp"
#include "services/telnet/logical_devices.hpp"
#include "services/telnet/negotiation.hpp"
#include "services/tn3270/console_screen.hpp"

namespace vmlab::services {

/// What a session may use during one call.
struct TelnetContext {
    const TelnetConfig& config;
    LogicalDevices& devices;
    Instant now;
    Host& host;
};

/// One session as NETSTAT TELNET shows it.
struct TelnetSessionSnapshot {
    SocketId socket = 0;
    Endpoint peer{};
    std::optional<LogicalDevice> device{};
    std::string kind;           ///< "TN3270E", "TN3270", "line mode"; "negotiating" before
    std::string terminal_type;  ///< as the client named it
    bool secured = false;
    std::uint64_t bytes_in = 0, bytes_out = 0;
    Instant last_input{};
};

class TelnetSession {
public:
    static constexpr std::size_t kMaxRecord = 32 * 1024;
    static constexpr std::size_t kMaxWaiting = 1024 * 1024;
    static constexpr unsigned kMaxFaults = 50;
    static constexpr Duration kCloseTime = seconds{10};

    TelnetSession(const Accepted& accepted, const TelnetContext& in);

    void begin(bool secured, TelnetContext& in);
    void receive(const Buffer& data, TelnetContext& in);
    void receive_credit(std::size_t bytes, TelnetContext& in);
    void secure_ready(TelnetContext& in);
    void secure_refused(const SecureRefused& refused, TelnetContext& in);
    void secured(const Secured& how, TelnetContext& in);
    void secure_failed(const SecureFailed& how, TelnetContext& in);
    /// The client will send no more, or the server ends.
    void peer_gone(const std::string& why, TelnetContext& in);
    void connection_gone(const Closed& how, TelnetContext& in);
    void show(const TerminalOutput& what, TelnetContext& in);
    void tick(TelnetContext& in);
    [[nodiscard]] std::optional<Instant> deadline() const;
    /// Nothing more will happen here: the server forgets it.
    [[nodiscard]] bool ended() const { return ended_; }

    [[nodiscard]] TelnetSessionSnapshot snapshot() const;

private:
    class Sink;
    friend class Sink;
    enum class Phase : std::uint8_t { negotiating, querying, waiting, logo, console, line, closed };

    void receive_event(const TelnetEvent& event, TelnetContext& in);
    void receive_data(std::span<const std::uint8_t> data, TelnetContext& in);
    void receive_command(std::uint8_t command, TelnetContext& in);
    void receive_record(TelnetContext& in);
    void receive_key(const tn3270::Inbound& inbound, TelnetContext& in);
    void receive_logon(const tn3270::Inbound& inbound, TelnetContext& in);
    bool is_injected(std::span<const std::uint8_t> rest, TelnetContext& in);

    void start_terminal(TelnetContext& in);
    void open_terminal(TelnetContext& in);
    void show_logo(TelnetContext& in);
    void show_on_screen(const TerminalOutput& what, TelnetContext& in);
    void show_on_lines(const TerminalOutput& what, TelnetContext& in);
    tn3270::ConsoleScreen& enter_console(std::string_view echo, TelnetContext& in);

    void send(std::span<const std::uint8_t> bytes, TelnetContext& in);
    void send_record(const tn3270::Bytes& record, TelnetContext& in);
    void fault(Record what, TelnetContext& in);
    void drop(std::string what, TelnetContext& in) { fault({RecordKind::drop, std::move(what)}, in); }
    void close(RecordKind kind, std::string why, TelnetContext& in,
               std::vector<SourceLocation> rests_on = {});
    void abort(TelnetContext& in);
    void release_device(TelnetContext& in);
    void schedule(TelnetContext& in);

    SocketWriter writer_;
    Endpoint peer_;
    Phase phase_ = Phase::negotiating;
    TelnetDecoder decoder_{};
    Negotiation negotiation_;
    AgreedTerminal terminal_{};
    std::optional<LogicalDevice> device_{};
    bool opened_ = false;  ///< CP knows the terminal
    std::string system_;
    TerminalSettings settings_;
    std::unique_ptr<tn3270::ConsoleScreen> screen_;
    LineTerminal lines_{};
    tn3270::Bytes record_{};
    unsigned faults_ = 0;
    bool first_byte_seen_ = false;
    bool ended_ = false;

    std::uint64_t bytes_in_ = 0, bytes_out_ = 0;
    Instant last_byte_{}, last_input_{};
    std::optional<Instant> mark_sent_{};
    std::optional<Instant> phase_ends_{};  ///< negotiating, querying, closed
    std::optional<Instant> idle_ends_{};   ///< the nearest of TIMEMARK, its answer, INACTIVE
};

}  // namespace vmlab::services
