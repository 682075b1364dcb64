// The steps of negotiation.hpp.
#include "services/telnet/negotiation.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "stack/base/names.hpp"

namespace vmlab::services {
namespace {

using namespace telnet;

// RFC 2355 section 7.1: the words of TN3270E subnegotiations, and the reasons for a rejection used here.
constexpr std::uint8_t kAssociate = 0, kConnect = 1, kDeviceType = 2, kFunctions = 3, kIs = 4, kReason = 5,
                       kReject = 6, kRequest = 7, kSend = 8;
constexpr std::uint8_t kDeviceInUse = 1, kInvalidName = 3, kInvalidDeviceType = 4, kUnsupportedRequest = 7;
constexpr unsigned kMaxRejections = 8;

/// RFC 1091.
constexpr std::uint8_t kTypeIs = 0, kTypeSend = 1;

/// A peer's text as it may stand in a record: printable, of bounded length.
std::string shown(std::span<const std::uint8_t> bytes) {
    std::string text;
    for (const std::uint8_t byte : bytes.first(std::min<std::size_t>(bytes.size(), 40)))
        text.push_back(byte > 0x20 && byte < 0x7f ? char(byte) : '.');
    return text;
}

}  // namespace

const char* name_of(TerminalKind kind) {
    constexpr const char* names[] = {"TN3270E", "TN3270", "line mode"};
    return names[static_cast<std::size_t>(kind)];
}

const char* Negotiation::step_name() const {
    constexpr const char* names[] = {"nothing",
                                     "the answer to DO START-TLS",
                                     "SB START-TLS FOLLOWS",
                                     "TCPIP's answer about TLS",
                                     "the TLS handshake",
                                     "the answer to DO TN3270E",
                                     "the TN3270E device type",
                                     "the TN3270E functions",
                                     "the answer to DO TERMINAL-TYPE",
                                     "the terminal type",
                                     "END-OF-RECORD and BINARY",
                                     "nothing",
                                     "nothing"};
    return names[static_cast<std::size_t>(step_)];
}

void Negotiation::tell(std::uint8_t command, std::uint8_t option, NegotiationSink& out) {
    if (command == kDo) theirs_[option] = Side::asked;
    if (command == kWill) ours_[option] = Side::asked;
    out.send(negotiation(command, option));
}

void Negotiation::begin(bool secured, NegotiationSink& out) {
    secured_ = secured;
    if (secured || !server_asks_first(rules_.level.value)) return offer_display(out);
    step_ = Step::offered_tls;
    tell(kDo, kStartTls, out);
}

void Negotiation::end(std::string why, bool security, NegotiationSink& out) {
    step_ = Step::ended;
    out.end(std::move(why), security);
}

void Negotiation::agree(TerminalKind kind, NegotiationSink& out) {
    step_ = Step::agreed;
    terminal_.kind = kind;
    out.agreed(terminal_);
}

// ── START-TLS
// ────────────────────────────────────────────────────────────────────────────────────────────────────

/// TLS will not come: on in clear, or the end.
void Negotiation::leave_tls(const SecureVerdict& verdict, NegotiationSink& out) {
    tls_tried_ = true;
    const bool over =
        verdict.decision == SecureDecision::demand_tls || verdict.decision == SecureDecision::no_service;
    out.note({over ? RecordKind::refusal : RecordKind::decision,
              fmt::format("{}: the connection {}", verdict.reason, over ? "ends" : "goes on in clear"),
              {rules_.level.where}});
    if (over) return end(std::string(verdict.reason), true, out);
    offer_display(out);
}

void Negotiation::receive_start_tls_will(NegotiationSink& out) {
    if (step_ == Step::offered_tls) {
        theirs_[kStartTls] = Side::on;
        step_ = Step::tls_follows;
        return;
    }
    const bool open = step_ >= Step::offered_tn3270e && step_ < Step::agreed && !secured_ && !tls_tried_;
    const SecureVerdict verdict = decide(rules_.level.value, ClientWish::asks, TlsStatus::ready);
    if (open && verdict.decision == SecureDecision::secure) {
        out.note({RecordKind::decision, std::string(verdict.reason), {rules_.level.where}});
        out.send(negotiation(kDo, kStartTls));
        theirs_[kStartTls] = Side::on;
        step_ = Step::tls_follows;
        return;
    }
    std::string why = "WILL START-TLS is answered with DONT: ";
    if (secured_) why += "TLS is up already";
    else if (step_ >= Step::agreed) why += "the session has begun in clear";
    else if (tls_tried_) why += "TLS was tried on this connection and cannot be had";
    else why += verdict.reason;
    out.fault({RecordKind::refusal, std::move(why), {rules_.level.where}});
    out.send(negotiation(kDont, kStartTls));
}

void Negotiation::receive_start_tls(std::span<const std::uint8_t> bytes, NegotiationSink& out) {
    if (step_ != Step::tls_follows || bytes.size() != 1 || bytes[0] != kFollows) {
        return end("the client's START-TLS subnegotiation is out of order or malformed", false, out);
    }
    step_ = Step::securing;
    out.ask_for_tls();
}

void Negotiation::secure_ready(NegotiationSink& out) {
    if (step_ != Step::securing) return;
    step_ = Step::handshake;
    const std::uint8_t follows[] = {kFollows};
    out.send_then_secure(subnegotiation(kStartTls, follows));
}

void Negotiation::secure_refused(TlsStatus status, NegotiationSink& out) {
    if (step_ != Step::securing) return;
    const SecureVerdict verdict = decide(rules_.level.value, ClientWish::asks, status);
    if (verdict.decision != SecureDecision::no_service) {
        theirs_[kStartTls] = Side::off;
        out.send(negotiation(kDont, kStartTls));
    }
    leave_tls(verdict, out);
}

void Negotiation::secured(NegotiationSink& out) {
    if (step_ != Step::handshake) return;
    ours_.clear();
    theirs_.clear();
    heard_ = false;
    secured_ = true;
    offer_display(out);
}

bool Negotiation::receive_text(NegotiationSink& out) {
    switch (step_) {
        case Step::offered_tls: {
            const SecureVerdict verdict = decide(rules_.level.value, ClientWish::does_not, TlsStatus::ready);
            if (verdict.decision == SecureDecision::demand_tls) {
                leave_tls(verdict, out);
                return false;
            }
            break;
        }
        case Step::tls_follows:
        case Step::securing:
        case Step::handshake:
            end("clear data arrived after START-TLS was agreed on: it may have been injected", true, out);
            return false;
        case Step::idle:
        case Step::ended: return false;
        default: break;
    }
    if (heard_) return false;  // typed too early: the terminal is not there yet
    agree(TerminalKind::line_mode, out);
    return true;
}

// ── options
// ──────────────────────────────────────────────────────────────────────────────────────────────────────

void Negotiation::receive(const TelnetEvent& event, NegotiationSink& out) {
    if (step_ == Step::ended) return;
    heard_ = true;
    if (event.kind == TelnetEvent::Kind::subnegotiation) return receive_subnegotiation(event, out);
    switch (event.command) {
        case kWill: return receive_will(event.option, out);
        case kWont: return receive_wont(event.option, out);
        case kDo: return receive_do(event.option, out);
        case kDont: return receive_dont(event.option, out);
        default: break;
    }
}

void Negotiation::receive_will(std::uint8_t option, NegotiationSink& out) {
    if (option == kTimingMark) return;  // an answer, and the session has seen that it came
    if (option == kStartTls) return receive_start_tls_will(out);
    Side& side = theirs_[option];
    if (side == Side::on) return;
    const bool asked = side == Side::asked;
    const bool wanted = option == kBinary || option == kEndOfRecord || option == kTerminalType;
    if (!asked && !wanted) {
        out.send(negotiation(kDont, option));
        return;
    }
    side = Side::on;
    if (!asked) out.send(negotiation(kDo, option));
    option_settled(option, true, out);
}

void Negotiation::receive_wont(std::uint8_t option, NegotiationSink& out) {
    if (option == kTimingMark) return;
    Side& side = theirs_[option];
    if (side == Side::off) return;
    if (side == Side::on) out.send(negotiation(kDont, option));
    side = Side::off;
    if (option == kStartTls && step_ == Step::offered_tls)
        return leave_tls(decide(rules_.level.value, ClientWish::does_not, TlsStatus::ready), out);
    if (option == kStartTls && step_ == Step::tls_follows)
        return end("the client withdrew START-TLS in the middle of it", true, out);
    option_settled(option, false, out);
}

void Negotiation::receive_do(std::uint8_t option, NegotiationSink& out) {
    if (option == kTimingMark) {
        out.send(negotiation(kWill, option));
        return;
    }
    if (option == kEcho && echo_offered_) return;
    Side& side = ours_[option];
    if (side == Side::on) return;
    const bool asked = side == Side::asked;
    if (!asked && option != kBinary && option != kEndOfRecord) {
        out.send(negotiation(kWont, option));
        return;
    }
    side = Side::on;
    if (!asked) out.send(negotiation(kWill, option));
    option_settled(option, true, out);
}

void Negotiation::receive_dont(std::uint8_t option, NegotiationSink& out) {
    if (option == kTimingMark || (option == kEcho && echo_offered_)) return;
    Side& side = ours_[option];
    if (side == Side::off) return;
    if (side == Side::on) out.send(negotiation(kWont, option));
    side = Side::off;
    option_settled(option, false, out);
}

void Negotiation::option_settled(std::uint8_t option, bool granted, NegotiationSink& out) {
    if (option == kTn3270e) {
        const bool negotiating = step_ == Step::device_type || step_ == Step::functions;
        if (!granted && (step_ == Step::offered_tn3270e || negotiating)) return offer_terminal_type(out);
        if (!granted || step_ != Step::offered_tn3270e) return;
        step_ = Step::device_type;
        const std::uint8_t ask[] = {kSend, kDeviceType};
        out.send(subnegotiation(kTn3270e, ask));
        return;
    }
    if (option == kTerminalType && step_ == Step::offered_type) {
        if (!granted) return agree(TerminalKind::line_mode, out);
        step_ = Step::type_name;
        const std::uint8_t ask[] = {kTypeSend};
        out.send(subnegotiation(kTerminalType, ask));
        return;
    }
    if ((option != kBinary && option != kEndOfRecord) || step_ != Step::offered_3270) return;
    if (!granted) return agree(TerminalKind::line_mode, out);
    const bool all = ours_[kBinary] == Side::on && theirs_[kBinary] == Side::on &&
                     ours_[kEndOfRecord] == Side::on && theirs_[kEndOfRecord] == Side::on;
    if (all) agree(TerminalKind::tn3270, out);
}

void Negotiation::receive_subnegotiation(const TelnetEvent& event, NegotiationSink& out) {
    switch (event.option) {
        case kStartTls: return receive_start_tls(event.bytes, out);
        case kTn3270e: return receive_tn3270e(event.bytes, out);
        case kTerminalType: return receive_terminal_type(event.bytes, out);
        default: break;
    }
}

// ── the display
// ──────────────────────────────────────────────────────────────────────────────────────────────────

void Negotiation::offer_display(NegotiationSink& out) {
    terminal_ = {};
    if (!rules_.tn3270e) return offer_terminal_type(out);
    step_ = Step::offered_tn3270e;
    tell(kDo, kTn3270e, out);
}

void Negotiation::receive_tn3270e(std::span<const std::uint8_t> bytes, NegotiationSink& out) {
    const auto begins = [&](std::uint8_t first, std::uint8_t second) {
        return bytes.size() >= 2 && bytes[0] == first && bytes[1] == second;
    };
    if (step_ == Step::device_type && begins(kDeviceType, kRequest))
        return receive_device_type(bytes.subspan(2), out);
    if (step_ == Step::functions && (begins(kFunctions, kRequest) || begins(kFunctions, kIs)))
        return receive_functions(bytes[1] == kRequest, bytes.size() == 2, out);
    out.fault({RecordKind::drop,
               fmt::format("telnet-tn3270e: a subnegotiation is out of order while {} is due", step_name())});
}

void Negotiation::receive_device_type(std::span<const std::uint8_t> request, NegotiationSink& out) {
    const auto word = [](std::uint8_t byte) { return byte == kConnect || byte == kAssociate; };
    const auto end_of_name = std::find_if(request.begin(), request.end(), word);
    const auto name = request.first(std::size_t(end_of_name - request.begin()));
    const auto rest = request.subspan(name.size());
    terminal_.type = upper(shown(name));
    const auto display = tn3270::read_display_type(terminal_.type);
    if (!display)
        return reject_device_type(kInvalidDeviceType, terminal_.type + " is not a display served here", out);
    if (!rest.empty() && rest[0] == kAssociate)
        return reject_device_type(kUnsupportedRequest, "printers are not served", out);
    if (rest.size() > 1)
        return reject_device_type(
            kInvalidName,
            fmt::format("LU {} is not defined; devices are given out in order", shown(rest.subspan(1))), out);
    const auto device = out.reserve_device();
    if (!device) {
        reject_device_type(kDeviceInUse, "no logical device is free", out);
        return end("no logical device is free", false, out);
    }
    terminal_.display = *display;
    std::vector<std::uint8_t> is = {kDeviceType, kIs};
    is.insert(is.end(), name.begin(), name.end());
    is.push_back(kConnect);
    is.insert(is.end(), device->begin(), device->end());
    step_ = Step::functions;
    out.send(subnegotiation(kTn3270e, is));
}

void Negotiation::reject_device_type(std::uint8_t reason, std::string why, NegotiationSink& out) {
    out.note({RecordKind::refusal, "TN3270E device type rejected: " + why});
    if (++rejections_ >= kMaxRejections) return leave_tn3270e("too many device types were rejected", out);
    const std::uint8_t reject[] = {kDeviceType, kReject, kReason, reason};
    out.send(subnegotiation(kTn3270e, reject));
}

void Negotiation::receive_functions(bool request, bool none, NegotiationSink& out) {
    if (request && none) {
        const std::uint8_t is[] = {kFunctions, kIs};
        out.send(subnegotiation(kTn3270e, is));
        return agree(TerminalKind::tn3270e, out);
    }
    if (none) return agree(TerminalKind::tn3270e, out);
    if (!request || ++rejections_ >= kMaxRejections)
        return leave_tn3270e("the client insists on functions that are not supported", out);
    const std::uint8_t counter[] = {kFunctions, kRequest};
    out.send(subnegotiation(kTn3270e, counter));
}

void Negotiation::leave_tn3270e(std::string why, NegotiationSink& out) {
    out.note({RecordKind::refusal, "TN3270E is given up: " + why});
    theirs_[kTn3270e] = Side::off;
    out.send(negotiation(kDont, kTn3270e));
    offer_terminal_type(out);
}

void Negotiation::offer_terminal_type(NegotiationSink& out) {
    step_ = Step::offered_type;
    terminal_ = {};
    if (theirs_[kTerminalType] == Side::on) return option_settled(kTerminalType, true, out);
    tell(kDo, kTerminalType, out);
}

void Negotiation::receive_terminal_type(std::span<const std::uint8_t> bytes, NegotiationSink& out) {
    if (step_ != Step::type_name || bytes.empty() || bytes[0] != kTypeIs) return;
    terminal_.type = upper(shown(bytes.subspan(1)));
    const auto display = tn3270::read_display_type(terminal_.type);
    if (!display) return agree(TerminalKind::line_mode, out);
    terminal_.display = *display;
    offer_3270(out);
}

void Negotiation::offer_3270(NegotiationSink& out) {
    step_ = Step::offered_3270;
    for (const std::uint8_t option : {kEndOfRecord, kBinary}) {
        if (theirs_[option] == Side::off) tell(kDo, option, out);
        if (ours_[option] == Side::off) tell(kWill, option, out);
    }
    option_settled(kBinary, true, out);  // all four may have been granted before they were asked for
}

}  // namespace vmlab::services
