// The words between the Telnet server (INTCLIEN) and CP about logical devices: a terminal session that a
// client brought.
//
// Telnet owns bytes and screens (3270 data stream, line mode); CP owns users and their consoles. They meet at
// lines, states and keys.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "stack/base/ip_address.hpp"
#include "stack/base/socket_api.hpp"

namespace vmlab {

/// L0003 is number 3.
using LogicalDevice = std::uint16_t;
[[nodiscard]] std::string ldev_name(LogicalDevice number);  ///< "L0003"

// ── Telnet → CP
// ─────────────────────────────────────────────────────────────────────────────────────────────────

struct TerminalOpened {
    LogicalDevice device = 0;
    SocketId socket = 0;
    Endpoint peer{};
    bool is_3270 = true;
    std::uint16_t rows = 24;
};
/// ENTER (or a PF key) on the logon screen: the three fields as typed; all empty after CLEAR, and when a
/// line-mode client presses BREAK or ENTER to begin. The console has shown the command's echo already.
struct LogonEntered {
    LogicalDevice device = 0;
    std::string userid, password, command;
};
enum class TerminalKey : std::uint8_t { enter, pa1, pf };
/// One logical line: editing symbols are resolved, LINEND has split it (a #CP that begins the line stays).
/// The console has echoed it.
struct LineEntered {
    LogicalDevice device = 0;
    TerminalKey key = TerminalKey::enter;
    std::uint8_t pf = 0;  ///< 1..24 with TerminalKey::pf
    std::string text;
};
/// The terminal is gone, whoever ended it; its number may be given out again.
struct TerminalLost {
    LogicalDevice device = 0;
};

using TerminalInput = std::variant<TerminalOpened, LogonEntered, LineEntered, TerminalLost>;

// ── CP → Telnet
// ─────────────────────────────────────────────────────────────────────────────────────────────────

struct ShowLogo {
    LogicalDevice device = 0;
    std::string system;  ///< the system identifier in the status area
};
struct ShowLine {
    LogicalDevice device = 0;
    std::string text;
    bool priority = false;  ///< messages: highlighted, from column 2
};
enum class ConsoleState : std::uint8_t { cp_read, vm_read, running };
struct ShowState {
    LogicalDevice device = 0;
    ConsoleState state = ConsoleState::running;
    bool hidden_input = false;  ///< a password is being asked for
};
struct ClearScreen {
    LogicalDevice device = 0;
};
struct CloseTerminal {
    LogicalDevice device = 0;
};
/// What CP TERMINAL and SET PFnn RETRIEVE change about one console. An editing symbol is one character, or
/// empty for OFF.
struct TerminalSettings {
    std::string linend = "#", chardel = "@", linedel = "\u00a2", escape = "\"";
    std::uint16_t more_seconds = 50;        ///< MORE n1: until the alarm; 0 0 = never pause
    std::uint16_t more_alarm_seconds = 10;  ///< MORE n2: from the alarm until the screen goes on by itself
    bool hold = true;                       ///< HOLD ON: HOLDING lasts until the user releases it
    std::uint32_t retrieve_keys = 1u << 12 | 1u << 24;  ///< bit n: PFnn is RETRIEVE BACKWARD
};
struct SetTerminal {
    LogicalDevice device = 0;
    TerminalSettings settings{};
};

using TerminalOutput = std::variant<ShowLogo, ShowLine, ShowState, ClearScreen, CloseTerminal, SetTerminal>;

}  // namespace vmlab
