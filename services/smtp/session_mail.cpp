// MAIL, RCPT, DATA, VRFY and EXPN: whose note this is, whom it is for, and its way into readers or the queue.
#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "services/smtp/messages.hpp"
#include "services/smtp/session.hpp"

namespace vmlab::services {
namespace {

/// "FROM:<a@b> SIZE=1" → the address and the rest; nothing if the keyword or the brackets are missing. A
/// source route before the address (RFC 5321 4.1.1.3) is dropped.
struct Path {
    std::string address;
    std::string_view rest;
};
std::optional<Path> read_path(std::string_view operand, std::string_view keyword) {
    if (operand.size() < keyword.size() || !iequals(operand.substr(0, keyword.size()), keyword))
        return std::nullopt;
    operand = trimmed(operand.substr(keyword.size()));
    const auto close = operand.find('>');
    if (!operand.starts_with('<') || close == std::string_view::npos) return std::nullopt;
    std::string_view address = operand.substr(1, close - 1);
    if (address.starts_with('@'))
        if (const auto colon = address.find(':'); colon != std::string_view::npos)
            address.remove_prefix(colon + 1);
    for (const char c : address)
        if (c <= ' ' || c > '~' || c == '<') return std::nullopt;
    if (address.size() > 256) return std::nullopt;
    return Path{std::string(address), trimmed(operand.substr(close + 1))};
}

std::pair<std::string_view, std::string_view> split_address(std::string_view address) {
    const auto at = address.rfind('@');
    if (at == std::string_view::npos) return {address, {}};
    return {address.substr(0, at), address.substr(at + 1)};
}

}  // namespace

void SmtpSession::run_mail(std::string_view operand, SmtpCall call) {
    if (client_name_.empty()) return refuse("503 EHLO or HELO first", "MAIL before EHLO", {}, call);
    if (sender_given_) return refuse("503 A sender was given already", "MAIL twice", {}, call);
    const auto path = read_path(operand, "FROM:");
    if (!path) return refuse("501 MAIL wants FROM:<address>", "the sender cannot be read", {}, call);
    if (!read_mail_parameters(path->rest, call)) return;
    sender_given_ = true;
    sender_ = path->address;
    say("250 OK", call);
}

bool SmtpSession::read_mail_parameters(std::string_view text, SmtpCall call) {
    const auto& limit = call.shared.config.max_mail_bytes;
    while (!(text = trimmed(text)).empty()) {
        const std::string word = upper(text.substr(0, text.find(' ')));
        text.remove_prefix(word.size());
        if (word == "BODY=7BIT" || word == "BODY=8BITMIME") continue;
        if (!word.starts_with("SIZE=") || word.find_first_not_of("0123456789", 5) != std::string::npos ||
            word.size() == 5) {
            refuse(fmt::format("555 {}: not supported", shown(word, 24)), "an unknown parameter of MAIL", {},
                   call);
            return false;
        }
        std::size_t size = 0;
        const auto read = std::from_chars(word.data() + 5, word.data() + word.size(), size);
        if (read.ec == std::errc::result_out_of_range || size > *limit) {
            refuse(fmt::format("552 The note is larger than {} bytes", *limit),
                   fmt::format("{} is beyond MAXMAILBYTES", shown(word)), {limit.where}, call);
            return false;
        }
    }
    return true;
}

void SmtpSession::run_rcpt(std::string_view operand, SmtpCall call) {
    if (!sender_given_) return refuse("503 MAIL first", "RCPT before MAIL", {}, call);
    const auto path = read_path(operand, "TO:");
    if (!path || path->address.empty() || !path->rest.empty())
        return refuse("501 RCPT wants TO:<address>", "the recipient cannot be read", {}, call);
    if (recipients_.size() >= call.shared.config.max_recipients)
        return refuse("452 Too many recipients", "a note takes so many recipients only", {}, call);
    add_recipient(path->address, call);
}

void SmtpSession::add_recipient(std::string_view address, SmtpCall call) {
    const auto& shared = call.shared;
    const auto [name, domain] = split_address(address);
    if (shared.is_local(domain, connection_.local().address)) {
        const auto user = local_user(name, call);
        if (!user)
            return refuse(fmt::format("550 {}: no such user here", shown(address)),
                          "the userid is not in the directory", {}, call);
        recipients_.push_back({*user, {}});
        return say("250 OK", call);
    }
    const auto& forward = shared.config.forward_mail;
    if (*forward == ForwardMail::no)
        return refuse(fmt::format("550 {}: relay refused", shown(address)),
                      fmt::format("FORWARDMAIL NO: mail for {} is not passed on", shown(domain)),
                      {forward.where}, call);
    if (shared.queue.size() >= shared.config.max_queued)
        return refuse("452 The queue is full", "the queue of notes for other hosts is full", {}, call);
    recipients_.push_back({{}, std::string(address)});
    say("250 OK", call);
}

/// A userid of the directory; "postmaster" is whom POSTMASTER names (RFC 5321 4.5.1).
std::optional<Userid> SmtpSession::local_user(std::string_view name, SmtpCall call) const {
    const auto& postmaster = *call.shared.config.postmaster;
    if (iequals(name, "postmaster") && !postmaster.empty()) return postmaster.front();
    const auto user = Userid::parse(name);
    if (!user || !call.out.files().known_user(*user)) return std::nullopt;
    return user;
}

void SmtpSession::run_data(std::string_view operand, SmtpCall call) {
    if (!operand.empty()) return refuse("501 DATA takes no operand", "DATA with an operand", {}, call);
    if (recipients_.empty())
        return refuse(sender_given_ ? "554 No valid recipients" : "503 MAIL first", "DATA without recipients",
                      {}, call);
    phase_ = Phase::content;
    after_crlf_ = true;
    say("354 Enter mail, end with CRLF.CRLF", call);
}

void SmtpSession::take_content_line(std::string_view line, bool ended_by_crlf, SmtpCall call) {
    const bool begins_after_crlf = after_crlf_;
    after_crlf_ = ended_by_crlf;
    if (line == "." && begins_after_crlf && ended_by_crlf) return end_of_note(call);
    if (begins_after_crlf && line.starts_with('.')) line.remove_prefix(1);  // RFC 5321 4.5.2
    if (line.size() > 8 && iequals(line.substr(0, 9), "RECEIVED:")) ++received_lines_;
    if (content_.size() + line.size() + 2 > *call.shared.config.max_mail_bytes) {
        content_too_long_ = true;
        content_ = {};
    }
    if (content_too_long_) return;
    content_ += line;
    content_ += '\n';
}

std::string SmtpSession::trace_lines(SmtpCall call) const {
    // RFC 3848: the S of ESMTPS says that TLS was used.
    const char* with = connection_.secured() ? "ESMTPS" : extended_ ? "ESMTP" : "SMTP";
    const IpAddress& peer = connection_.peer().address;
    return fmt::format(
        "Return-Path: <{}>\nReceived: from {} ([{}{}])\n    by {} (IBM VM SMTP Level {}) via TCP with {} ;\n "
        "  "
        " {}\n",
        sender_, client_name_, peer.is_v4() ? "" : "IPv6:", peer.str(), call.shared.full_name(),
        call.shared.system.level.tcpip(), with, mail_date(call.now, call.shared.system.zone));
}

void SmtpSession::end_of_note(SmtpCall call) {
    auto& shared = call.shared;
    phase_ = Phase::commands;
    const bool circles = received_lines_ > shared.config.max_received_lines;
    if (content_too_long_ || circles) {
        ++shared.notes_refused;
        forget_note();
        if (circles) return refuse("554 Too many hops", "the note goes in circles", {}, call);
        const auto& limit = shared.config.max_mail_bytes;
        return refuse(fmt::format("552 The note is larger than {} bytes", *limit), "beyond MAXMAILBYTES",
                      {limit.where}, call);
    }
    const auto foreign = std::size_t(std::count_if(recipients_.begin(), recipients_.end(),
                                                   [](const auto& to) { return !to.address.empty(); }));
    if (foreign > 0 && shared.queue.size() + foreign > shared.config.max_queued) {
        ++shared.notes_refused;
        forget_note();
        return refuse("452 The queue is full", "the queue of notes for other hosts is full", {}, call);
    }
    const std::string text = trace_lines(call) + content_;
    const auto origin = Userid::parse(split_address(sender_).first);
    const unsigned number = shared.next_note++;
    ++shared.notes_received;
    shared.bytes_received += content_.size();
    for (const auto& recipient : recipients_) {
        if (recipient.address.empty()) {
            const unsigned spool =
                call.out.files().punch(recipient.user, origin ? origin->view() : "SMTP", "MAIL",
                                       shared.system.userid.view(), text, call.now);
            ++shared.notes_delivered;
            note(RecordKind::state,
                 fmt::format("note {:08} from <{}> delivered to {} as spool file {:04}", number, sender_,
                             recipient.user.view(), spool),
                 call);
        } else {
            shared.queue.push_back({number, sender_, recipient.address, text.size()});
            call.out.console(
                vmlab::say<DTCSMT909I>(number, recipient.address).because(shared.config.forward_mail.where));
        }
    }
    forget_note();
    say(fmt::format("250 Mail accepted as note {:08}", number), call);
}

void SmtpSession::run_vrfy(std::string_view operand, SmtpCall call) {
    auto name = operand;
    if (name.starts_with('<') && name.ends_with('>')) name = name.substr(1, name.size() - 2);
    const auto [local, domain] = split_address(name);
    const auto user =
        call.shared.is_local(domain, connection_.local().address) ? local_user(local, call) : std::nullopt;
    if (!user)
        return refuse(fmt::format("550 {}: no such user here", shown(operand)), "VRFY of somebody unknown",
                      {}, call);
    say(fmt::format("250 <{}@{}>", user->view(), call.shared.full_name()), call);
}

void SmtpSession::run_expn(std::string_view operand, SmtpCall call) { run_vrfy(operand, call); }

}  // namespace vmlab::services
