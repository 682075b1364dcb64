// What server and client agree on before there is a terminal: TLS first, then the kind of display.
//
//   step             we have sent               the client's answer → next
//   offered_tls      DO START-TLS, alone        WILL → tls_follows; WONT, text → PREFERRED: display,
//                                               REQUIRED: end
//   tls_follows      -                          SB FOLLOWS → securing (TCPIP is asked)
//   securing         -                          [TCPIP ready: SB FOLLOWS goes out] → handshake;
//                                               [refused: DONT START-TLS → display, or REQUIRED: end]
//   handshake        SB FOLLOWS, alone          [secured: every option is forgotten] → display
//   display          begins with DO TN3270E, or with DO TERMINAL-TYPE under NOTN3270E
//   offered_tn3270e  DO TN3270E                 WILL: SB SEND DEVICE-TYPE → device_type; WONT → offered_type
//   device_type      SB SEND DEVICE-TYPE        REQUEST of a 3278/3279: IS name CONNECT ldev → functions;
//                                               others: REJECT
//   functions        SB DEVICE-TYPE IS          REQUEST none: IS none → agreed; REQUEST some: REQUEST none;
//                                               IS none → agreed
//   offered_type     DO TERMINAL-TYPE           WILL: SB SEND → type_name; WONT → agreed, line mode
//   type_name        SB TERMINAL-TYPE SEND      IS 3278/3279 → offered_3270; IS other → agreed, line mode
//   offered_3270     DO, WILL EOR and BINARY    all four granted → agreed; one refused → agreed, line mode
//
// START-TLS under ALLOWED is not offered; a client's WILL is taken up in any step before agreed. Whether TLS
// is used is decided by services/secure_upgrade. No TN3270E function is supported: no responses, no SYSREQ,
// no BIND image. Sources: draft-altman-telnet-starttls, RFC 2355 (TN3270E), RFC 1576 (TN3270), RFC 1091, 885.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>

#include "services/secure_upgrade.hpp"
#include "services/telnet/telnet_stream.hpp"
#include "services/tn3270/data_stream.hpp"
#include "stack/base/cause.hpp"

namespace vmlab::services {

enum class TerminalKind : std::uint8_t { tn3270e, tn3270, line_mode };
[[nodiscard]] const char* name_of(TerminalKind kind);  ///< "TN3270E"

struct AgreedTerminal {
    TerminalKind kind = TerminalKind::line_mode;
    std::string type;  ///< as the client named it; empty when it named none
    tn3270::DisplayType display{};
};

/// Where the negotiation's consequences go. Passed at each call, never kept.
class NegotiationSink {
public:
    virtual void send(std::span<const std::uint8_t> bytes) = 0;
    /// The client has agreed to TLS: ask TCPIP; secure_ready() or secure_refused() follows.
    virtual void ask_for_tls() = 0;
    /// SB FOLLOWS, behind which the handshake begins; secured() follows.
    virtual void send_then_secure(std::span<const std::uint8_t> bytes) = 0;
    /// Reserves a logical device and gives its name; nothing when none is free.
    virtual std::optional<std::string> reserve_device() = 0;
    virtual void agreed(AgreedTerminal terminal) = 0;
    /// The connection ends. `security`: because of SECURECONNECTION.
    virtual void end(std::string why, bool security) = 0;
    virtual void note(Record what) = 0;
    /// What the client sent makes no sense, or is refused: a note, and too many of them end the connection.
    virtual void fault(Record what) = 0;

protected:
    ~NegotiationSink() = default;
};

class Negotiation {
public:
    struct Rules {
        Sourced<SecureLevel> level{};
        bool tn3270e = true;
    };

    explicit Negotiation(Rules rules) : rules_(std::move(rules)) {}

    /// `secured`: the port is statically SECURE, TLS is up.
    void begin(bool secured, NegotiationSink& out);
    /// A negotiation or subnegotiation of the client, at any time of the connection's life.
    void receive(const TelnetEvent& event, NegotiationSink& out);
    /// Data arrived before a terminal was agreed on. True: it is the first line of a line-mode client.
    bool receive_text(NegotiationSink& out);
    void secure_ready(NegotiationSink& out);
    void secure_refused(TlsStatus status, NegotiationSink& out);
    void secured(NegotiationSink& out);
    /// The session switches the client's local echo off and on; its answers need none of ours.
    void echo_offered() { echo_offered_ = true; }

    bool is_agreed() const { return step_ == Step::agreed; }
    bool is_secured() const { return secured_; }
    /// The client has said SB FOLLOWS: from here on its bytes belong to TLS.
    bool is_securing() const { return step_ == Step::securing || step_ == Step::handshake; }
    const char* step_name() const;  ///< "the answer to DO START-TLS": what is being waited for

private:
    enum class Step : std::uint8_t {
        idle,
        offered_tls,
        tls_follows,
        securing,
        handshake,
        offered_tn3270e,
        device_type,
        functions,
        offered_type,
        type_name,
        offered_3270,
        agreed,
        ended
    };
    enum class Side : std::uint8_t { off, asked, on };

    void receive_will(std::uint8_t option, NegotiationSink& out);
    void receive_wont(std::uint8_t option, NegotiationSink& out);
    void receive_do(std::uint8_t option, NegotiationSink& out);
    void receive_dont(std::uint8_t option, NegotiationSink& out);
    void receive_subnegotiation(const TelnetEvent& event, NegotiationSink& out);

    void offer_display(NegotiationSink& out);
    void offer_terminal_type(NegotiationSink& out);
    void offer_3270(NegotiationSink& out);
    void agree(TerminalKind kind, NegotiationSink& out);
    void end(std::string why, bool security, NegotiationSink& out);
    void leave_tls(const SecureVerdict& verdict, NegotiationSink& out);

    void receive_start_tls(std::span<const std::uint8_t> bytes, NegotiationSink& out);
    void receive_start_tls_will(NegotiationSink& out);
    void receive_tn3270e(std::span<const std::uint8_t> bytes, NegotiationSink& out);
    void receive_device_type(std::span<const std::uint8_t> request, NegotiationSink& out);
    void receive_functions(bool request, bool none, NegotiationSink& out);
    void reject_device_type(std::uint8_t reason, std::string why, NegotiationSink& out);
    void leave_tn3270e(std::string why, NegotiationSink& out);
    void receive_terminal_type(std::span<const std::uint8_t> bytes, NegotiationSink& out);
    void option_settled(std::uint8_t option, bool granted, NegotiationSink& out);

    void tell(std::uint8_t command, std::uint8_t option, NegotiationSink& out);

    Rules rules_;
    Step step_ = Step::idle;
    bool secured_ = false;
    bool tls_tried_ = false;
    bool heard_ = false;  ///< the client speaks Telnet
    bool echo_offered_ = false;
    unsigned rejections_ = 0;
    std::map<std::uint8_t, Side> ours_, theirs_;  ///< options as we perform them, as the client does
    AgreedTerminal terminal_{};
};

}  // namespace vmlab::services
