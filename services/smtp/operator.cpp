// SMSG commands of the SMTP server: HELP, QUEUES and STATS for everybody, the rest for SMSGAUTHLIST.
#include <fmt/core.h>

#include <algorithm>

#include "services/smtp/messages.hpp"
#include "services/smtp/server.hpp"

namespace vmlab::services {

void SmtpServer::receive_smsg(const SmsgArrived& smsg, SmtpCall call) {
    const auto text = trimmed(smsg.text);
    const auto blank = std::min(text.find(' '), text.size());
    const std::string verb = upper(text.substr(0, blank)), value = upper(trimmed(text.substr(blank)));
    if (answer_anybody(smsg.from, verb, call)) return;

    if (!is_authorized(smsg.from, call)) return;
    if (verb == "TLS" || verb == "FORWARDMAIL") return change_setting(smsg.from, verb, value, call);
    if (verb == "TLSLABEL" && !value.empty()) return ask_for_label(smsg.from, value, call);
    if (verb == "CLOSECON") return drop_sessions(smsg.from, value, call);
    if (verb == "SHUTDOWN")
        return shut_down(smsg.from, fmt::format("421 {} is ending", call.shared.full_name()), call);
    for (const char* known :
         {"DEBUG", "EXPIRE", "LISTMAIL", "MAILINFO", "NODEBUG", "NOTRACE", "PURGE", "REBOOT", "REFRESH",
          "REPROCESS", "SMSGAUTHLIST", "SOURCEROUTES", "TRACE", "VERIFYCLIENT"})
        if (verb == known) return call.out.smsg(smsg.from, fmt::format("{} is not simulated", verb));
    call.out.smsg(smsg.from, fmt::format("Unknown command: {}; HELP lists the commands", shown(verb, 16)));
}

bool SmtpServer::answer_anybody(const Userid& to, std::string_view verb, SmtpCall call) {
    if (verb == "HELP") {
        for (const char* line : {"HELP, QUEUES, STATS", "TLS REQUIRED|ALLOWED|NEVER (authorized users)",
                                 "TLSLABEL label, FORWARDMAIL YES|NO (authorized users)",
                                 "CLOSECON [connection], SHUTDOWN (authorized users)"})
            call.out.smsg(to, line);
        return true;
    }
    if (verb == "QUEUES") {
        call.out.smsg(to, fmt::format("{} note{} for other hosts", shared_.queue.size(),
                                      shared_.queue.size() == 1 ? "" : "s"));
        for (const auto& note : shared_.queue)
            call.out.smsg(
                to, fmt::format("{:08} <{}> to <{}> {} bytes", note.number, note.from, note.to, note.bytes));
        return true;
    }
    if (verb != "STATS") return false;
    call.out.smsg(to,
                  fmt::format("Notes received {}, delivered {}, refused {}; {} bytes", shared_.notes_received,
                              shared_.notes_delivered, shared_.notes_refused, shared_.bytes_received));
    call.out.smsg(to, fmt::format("TLS is {}, FORWARDMAIL is {}", name_of(*shared_.config.tls),
                                  *shared_.config.forward_mail == ForwardMail::yes ? "YES" : "NO"));
    call.out.smsg(to, fmt::format("{} connection{}", sessions_.size(), sessions_.size() == 1 ? "" : "s"));
    for (const SocketId socket : sessions_.sockets())
        call.out.smsg(to, fmt::format("{:>5} {}", socket, sessions_.find(socket)->status_line()));
    return true;
}

void SmtpServer::change_setting(const Userid& by, const std::string& verb, const std::string& value,
                                SmtpCall call) {
    auto& config = shared_.config;
    if (verb == "TLS") {
        const auto level = read_secure_level(value, false);
        if (!level) return call.out.smsg(by, "TLS wants REQUIRED, ALLOWED or NEVER");
        config.tls = {*level, {}};
    } else {
        if (value != "YES" && value != "NO") return call.out.smsg(by, "FORWARDMAIL wants YES or NO");
        config.forward_mail = {value == "YES" ? ForwardMail::yes : ForwardMail::no, {}};
    }
    say(SmtpWords::changed(verb, value, by), call);
    call.out.smsg(by, fmt::format("{} set to {}", verb, value));
    if (verb == "TLS" && *config.tls != SecureLevel::never && config.tls_label->empty())
        say(vmlab::say<DTCSMT904W>(value), call);
}

/// All connections, or the one with this number.
void SmtpServer::drop_sessions(const Userid& by, std::string_view whom, SmtpCall call) {
    const auto count =
        dismiss([&](SocketId socket,
                    const SmtpSession&) { return whom.empty() || whom == fmt::format("{}", socket); },
                fmt::format("421 {} closing connection", call.shared.full_name()),
                fmt::format("closed by {}", by.view()), call);
    call.out.smsg(by, fmt::format("{} connection{} closed", count, count == 1 ? "" : "s"));
}

}  // namespace vmlab::services
