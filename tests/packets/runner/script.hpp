// A script of packetdrill's language, taken apart: what happens when.
//
// A script is a row of events. An event is a packet that arrives (<) or must leave (>), a call of the socket
// interface with its result, an assertion on the state of the connection (%{ }%), or a shell command (in
// backticks; never run, see settings.hpp). Our own addition: a line that begins with === and a title begins a
// case; what stands before the first such line is the beginning of each.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "stack/base/ip_address.hpp"
#include "stack/base/time.hpp"

namespace vmlab::packets {

/// Both count from 1.
struct Place {
    int line = 1, column = 1;
};

/// The script is no script: its author has to look at this place.
struct ScriptError : std::runtime_error {
    ScriptError(Place where, const std::string& what) : std::runtime_error(what), at(where) {}
    Place at;
};

/// The script asks for something that this stack does not have: the reason.
struct NotOurs : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct When {
    enum class Kind { absolute, relative, any };
    Kind kind = Kind::relative;
    Duration from{}, to{};  ///< equal unless a range was given
    bool is_range = false;
};

// ── calls
// ─────────────────────────────────────────────────────────────────────────────────────────────────────

struct Expression {
    enum class Kind {
        ellipsis,  ///< ...
        number,
        word,    ///< AF_INET
        text,    ///< "abc"
        list,    ///< [a, b]
        fields,  ///< {a = b, c}: parts, of which each may be an assignment
        call,    ///< htons(80): text and parts
        assign,  ///< text = parts[0]; text may carry arguments, which are dropped
        either,  ///< a | b
    };
    Kind kind = Kind::ellipsis;
    std::int64_t number = 0;
    std::string text{};
    std::vector<Expression> parts{};
    Place at{};
};

struct Call {
    std::string name;
    std::vector<Expression> arguments{};
    Expression result{};
    std::string error{};                ///< the errno's name, if one is demanded
    std::optional<Duration> ends_at{};  ///< a blocking call: when it returns, counted as When::from is
};

// ── packets
// ───────────────────────────────────────────────────────────────────────────────────────────────────

struct Option {
    enum class Kind { eol, nop, mss, wscale, sack_ok, sack, timestamps, fast_open, md5, raw };
    Kind kind{};
    std::optional<std::uint32_t> first{}, second{};               ///< nothing: any value (...)
    std::vector<std::pair<std::uint32_t, std::uint32_t>> sack{};  ///< blocks
    std::vector<std::uint8_t> bytes{};                            ///< cookie, digest, or the raw bytes
};

struct TcpFlagsSpec {
    bool fin = false, syn = false, rst = false, psh = false, ack = false, urg = false, ece = false,
         cwr = false, ae = false;
    friend bool operator==(const TcpFlagsSpec&, const TcpFlagsSpec&) = default;
};

struct Ports {
    std::uint16_t source = 0, destination = 0;
};

struct TcpSpec {
    TcpFlagsSpec flags{};
    std::uint32_t sequence = 0;
    std::uint32_t size = 0;
    std::optional<std::uint32_t> acknowledgment{};
    std::optional<std::uint16_t> window{}, urgent{};
    std::optional<std::vector<Option>> options{std::vector<Option>{}};  ///< nothing: any (<...>)
};
struct UdpSpec {
    std::uint32_t size = 0;
};
struct IcmpSpec {
    std::string type, code;
    std::optional<std::uint32_t> mtu{}, id{};
    enum class Quoted { none, tcp, udp, raw } quoted = Quoted::none;
    std::uint32_t sequence = 0, size = 0;
};

struct PacketSpec {
    bool outbound = false;
    enum class Ecn { unchecked, none, ect0, ect1, ect01, ce } ecn = Ecn::unchecked;
    std::optional<std::uint8_t> tos{}, ttl{};
    std::optional<std::uint32_t> flow_label{};
    std::optional<Ports> ports{};
    // Our additions, each in the brackets behind the arrow:
    std::optional<IpAddress> from{}, to{};   ///< [from 192.0.2.7] [to 255.255.255.255]
    std::vector<std::uint8_t> ip_options{};  ///< [ipopt 0704...]; of packets that arrive
    bool bad_checksum = false;               ///< [badsum]; of packets that arrive
    std::variant<TcpSpec, UdpSpec, IcmpSpec> content{};
};

// ── the script
// ────────────────────────────────────────────────────────────────────────────────────────────────

struct Command {
    std::string text;
};
struct Code {
    std::string text;
};

struct Event {
    When when{};
    Place at{};
    std::string source{};  ///< as written, blanks squeezed
    std::variant<PacketSpec, Call, Command, Code> action{};
};

struct Setting {
    std::string name, value;
    Place at{};
};

/// One case of a file.
struct Script {
    std::string title{};  ///< behind ===; empty when the file is one case
    std::vector<Setting> settings{};
    std::vector<Event> events{};
};

/// The cases of a file. `given`: options of the command line; of these only what they define counts here.
/// Throws ScriptError or NotOurs.
[[nodiscard]] std::vector<Script> parse_scripts(std::string_view text,
                                                const std::vector<Setting>& given = {});

}  // namespace vmlab::packets
