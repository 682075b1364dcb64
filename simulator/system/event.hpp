// Everything that can happen in the world. The first file to read.
//
// An event is one of these payloads, for one machine, at one instant. Machines never call each other: what
// one says to another is an event, as IUCV, VMCF and SMSG carried it. The queue hands events out in the order
// of (time, sequence).
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "stack/base/bytes.hpp"
#include "stack/base/cause.hpp"
#include "stack/base/ip_address.hpp"
#include "stack/base/names.hpp"
#include "stack/base/socket_api.hpp"
#include "stack/base/source_location.hpp"
#include "stack/base/ssl_api.hpp"
#include "stack/base/terminal_api.hpp"
#include "stack/base/time.hpp"

namespace vmlab::sim {

/// Place of a machine in the system's register; stable for one run.
enum class MachineIndex : std::uint16_t {};

// ── the network
// ─────────────────────────────────────────────────────────────────────────────────────────────────

/// Frames reach an interface of the machine, one behind the other; or the same one, a broadcast, reaches
/// several interfaces that follow one another.
struct FramesArrived {
    std::uint16_t interface = 0;   ///< the first one
    std::uint16_t interfaces = 1;  ///< how many; with more than one there is one frame
    std::vector<Buffer> frames{};
};
/// A deadline that the machine asked for (or an older, nearer one) has come.
struct DeadlinePassed {};

// ── sockets: client ↔ TCPIP; TLS: TCPIP ↔ SSL servers; terminals: Telnet ↔ CP
// ──────────────────────────────────

struct FromClient {
    Userid client{};
    SocketRequest request{};
};
struct FromTcpip {
    Userid tcpip{};
    SocketNotice notice{};
};
struct ToSslServer {
    Userid tcpip{};
    SslRequest request{};
};
struct FromSslServer {
    Userid server{};
    SslNotice notice{};
};
struct ToTerminal {
    TerminalOutput output{};
};
struct FromTerminal {
    Userid tcpip{};
    TerminalInput input{};
};

// ── CP: sessions of virtual machines, messages between them
// ────────────────────────────────────────────────────

/// The machine logs on and IPLs (XAUTOLOG, LOGON, SSLADMIN START).
struct LogonStarted {
    Userid by{};
    std::string console_input{};  ///< data after '#', or from the logon screen
};
/// FORCE: the machine's session ends here and now.
struct ForcedOff {
    Userid by{};
};
/// #CP EXT, SIGNAL SHUTDOWN, SSLADMIN STOP: end in order.
struct ShutdownRequested {
    Userid by{};
    std::string how{};  ///< "EXT", "SIGNAL", "STOP", "RESTART"
};
/// Another machine's session ended: its sockets and sessions are gone (IUCV severed).
struct MachineGone {
    Userid who{};
};
struct SmsgSent {
    Userid from{};
    std::string text{};
};
/// MSG, WNG: a line for the user to see.
struct MsgSent {
    Userid from{};
    std::string text{};
};
/// A line typed at the machine's console.
struct ConsoleTyped {
    std::string text{};
};
/// NETSTAT DROP: an operator ends a connection of the stack.
struct ConnectionDropped {
    Userid by{};
    SocketId connection = 0;
};
/// OBEYFILE, NETSTAT OBEY: statements for a running stack.
struct StatementsObeyed {
    Userid by{};
    FileId file{};
    std::string text{};
};
/// NETSTAT BLOCK, UNBLOCK: nothing from this address is taken, or it is again.
struct AddressBlocked {
    Userid by{};
    IpAddress address{};
    bool blocked = true;
};
/// NETSTAT DELARP: the address is asked for anew.
struct NeighbourForgotten {
    Userid by{};
    IpAddress address{};
};
/// NETSTAT RESETDOS: what was seen of attacks is forgotten.
struct AttacksForgotten {
    Userid by{};
};
/// NETSTAT RESETPOOL: pools that are low are to be said again.
struct PoolsReset {
    Userid by{};
};
/// PA1, the attention key: gives up a running command, or goes to CP.
struct AttentionPressed {};
/// The user goes on without a terminal (DISCONN).
struct Disconnected {
    Userid user{};
};
/// A line appeared on a console that the receiver watches (System::watch_console).
struct ConsoleShown {
    Userid machine{};
    std::string text{};
    bool priority = false;
};
/// A console that the receiver watches waits for input, or does not.
struct ConsoleStateChanged {
    Userid machine{};
    ConsoleState state = ConsoleState::running;
};
/// SSLADMIN's words to an SSL server: QUERY, REFRESH, RESTART, TRACE …, NOTRACE.
struct AdminCommand {
    Userid from{};
    std::uint32_t tag = 0;  ///< the command's, for its answer
    std::string text{};
};
/// Its answer. A server that does not answer says nothing at all.
struct AdminAnswered {
    Userid server{};
    std::uint32_t tag = 0;
    int rc = 0;
    std::vector<std::string> lines{};
};

// ── the edge: loopback clients of the laptop
// ───────────────────────────────────────────────────────────────────

/// A real client connected to a loopback port: open a connection to this port of the target host.
struct ClientConnected {
    std::uint64_t client = 0;  ///< the edge's number, never reused
    Endpoint target{};
};
struct ClientSent {
    std::uint64_t client = 0;
    Buffer data{};
};
/// The real client has taken that many bytes off our hands.
struct ClientTook {
    std::uint64_t client = 0;
    std::size_t bytes = 0;
};
struct ClientShutdown {
    std::uint64_t client = 0;
};
struct ClientGone {
    std::uint64_t client = 0;
};

using Payload =
    std::variant<FramesArrived, DeadlinePassed, FromClient, FromTcpip, ToSslServer, FromSslServer, ToTerminal,
                 FromTerminal, LogonStarted, ForcedOff, ShutdownRequested, MachineGone, SmsgSent, MsgSent,
                 ConsoleTyped, ConnectionDropped, StatementsObeyed, AddressBlocked, NeighbourForgotten,
                 AttacksForgotten, PoolsReset, AttentionPressed, Disconnected, ConsoleShown,
                 ConsoleStateChanged, AdminCommand, AdminAnswered, ClientConnected, ClientSent, ClientTook,
                 ClientShutdown, ClientGone>;

struct Event {
    Instant at{};
    MachineIndex to{};
    CauseId cause = CauseId::none;  ///< the record this event follows from
    Payload payload{};
};

}  // namespace vmlab::sim
