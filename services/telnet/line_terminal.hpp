// A line-mode terminal: a client without a 3270 display (NVT, RFC 854). No status area, no MORE.
//
//   greeting   "z/VM ONLINE--system --PRESS BREAK KEY TO BEGIN SESSION."; a line end or BREAK begins
//   session    output in lines of 80; "." prompts for input; IAC BRK and IAC IP are the attention key;
//              a password is asked for with IAC WILL ECHO, so that the client does not show it
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "stack/base/terminal_api.hpp"

namespace vmlab::services {

/// Where a line terminal's consequences go. Passed at each call, never kept.
class LineSink {
public:
    virtual void send_text(std::string_view text) = 0;
    /// Switches the client's local echo: off (IAC WILL ECHO) or on again (IAC WONT ECHO).
    virtual void send_echo(bool server_echoes) = 0;
    /// The user begins the session.
    virtual void begin_session() = 0;
    virtual void line_entered(TerminalKey key, std::string text) = 0;
    virtual void line_too_long() = 0;

protected:
    ~LineSink() = default;
};

class LineTerminal {
public:
    static constexpr std::size_t kLineSize = 80;
    static constexpr std::size_t kMaxInput = 1024;

    void set(TerminalSettings settings) { settings_ = std::move(settings); }
    void greet(std::string_view system, LineSink& out);
    void show_line(std::string_view text, LineSink& out);
    void show_state(ConsoleState state, bool hidden_input, LineSink& out);
    void receive(std::span<const std::uint8_t> data, LineSink& out);
    void receive_break(LineSink& out);

private:
    void end_of_input(LineSink& out);

    TerminalSettings settings_{};
    bool greeted_ = false;  ///< what comes before the greeting is not for CP
    bool begun_ = false;
    bool prompted_ = false;  ///< the cursor stands behind a prompt
    bool hidden_ = false;
    bool after_cr_ = false;
    bool overrun_ = false;
    std::string input_;
};

}  // namespace vmlab::services
