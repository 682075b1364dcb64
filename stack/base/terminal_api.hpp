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
/// ENTER (or a PF key) on the logon screen: the three fields as typed.
struct LogonEntered {
    LogicalDevice device = 0;
    std::string userid, password, command;
};
enum class TerminalKey : std::uint8_t { enter, pa1, pf };
struct LineEntered {
    LogicalDevice device = 0;
    TerminalKey key = TerminalKey::enter;
    std::uint8_t pf = 0;  ///< 1..24 with TerminalKey::pf
    std::string text;
};
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

using TerminalOutput = std::variant<ShowLogo, ShowLine, ShowState, ClearScreen, CloseTerminal>;

}  // namespace vmlab
