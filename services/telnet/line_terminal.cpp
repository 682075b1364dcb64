// Line mode: lines in, lines out.
#include "services/telnet/line_terminal.hpp"

#include <fmt/core.h>

#include "services/tn3270/code_page.hpp"
#include "services/tn3270/line_editing.hpp"

namespace vmlab::services {

void LineTerminal::greet(std::string_view system, LineSink& out) {
    greeted_ = true;
    begun_ = false;
    prompted_ = false;
    out.send_text(fmt::format("z/VM ONLINE--{:<8}--PRESS BREAK KEY TO BEGIN SESSION.\r\n", system));
}

void LineTerminal::show_line(std::string_view text, LineSink& out) {
    std::string shown = prompted_ ? "\r\n" : "";
    prompted_ = false;
    do {
        const std::size_t part = tn3270::bytes_of_cells(text, kLineSize);
        for (const char c : text.substr(0, part))
            shown.push_back(static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c);
        shown += "\r\n";
        text.remove_prefix(part);
    } while (!text.empty());
    out.send_text(shown);
}

void LineTerminal::show_state(ConsoleState state, bool hidden_input, LineSink& out) {
    if (hidden_ != hidden_input) out.send_echo(hidden_input);
    hidden_ = hidden_input;
    if (state == ConsoleState::running || prompted_) return;
    prompted_ = true;
    out.send_text(".");
}

void LineTerminal::receive(std::span<const std::uint8_t> data, LineSink& out) {
    if (!greeted_) return;
    for (const std::uint8_t byte : data) {
        if (overrun_) return;
        const bool after_cr = after_cr_;
        after_cr_ = byte == '\r';
        if (after_cr && (byte == '\n' || byte == 0)) continue;  // the second half of a line end
        if (byte == '\r' || byte == '\n') {
            end_of_input(out);
        } else if (byte == 0x08 || byte == 0x7f) {
            while (!input_.empty() && (static_cast<unsigned char>(input_.back()) & 0xc0) == 0x80)
                input_.pop_back();
            if (!input_.empty()) input_.pop_back();
        } else if (byte >= 0x20) {
            input_.push_back(char(byte));
            if (input_.size() <= kMaxInput) continue;
            overrun_ = true;
            input_.clear();
            out.line_too_long();
        }
    }
}

void LineTerminal::end_of_input(LineSink& out) {
    std::string typed;
    typed.swap(input_);
    prompted_ = false;
    if (!begun_) {
        begun_ = true;
        return out.begin_session();
    }
    if (hidden_) {
        out.send_text("\r\n");  // the client did not show its own
        return out.line_entered(TerminalKey::enter, std::move(typed));
    }
    for (std::string& line : tn3270::edited_lines(typed, settings_))
        out.line_entered(TerminalKey::enter, std::move(line));
}

void LineTerminal::receive_break(LineSink& out) {
    if (!greeted_) return;
    input_.clear();
    if (!begun_) {
        begun_ = true;
        return out.begin_session();
    }
    out.line_entered(TerminalKey::pa1, {});
}

}  // namespace vmlab::services
