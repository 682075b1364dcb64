// SMSG commands of the SMTP server: HELP, QUEUES and STATS for everybody, the rest for SMSGAUTHLIST.
#include <fmt/core.h>

#include <algorithm>

#include "services/smtp/messages.hpp"
#include "services/smtp/server.hpp"
#include "services/smtp/session.hpp"

namespace vmlab::services {

void SmtpServer::receive_smsg(const SmsgArrived& smsg, SmtpCall call) {
    const auto text = trimmed(smsg.text);
    const auto blank = std::min(text.find(' '), text.size());
    const std::string verb = upper(text.substr(0, blank)), value = upper(trimmed(text.substr(blank)));
    if (answer_anybody(smsg.from, verb, call)) return;

    const auto& authorized = shared_->system.authorized;
    if (std::find(authorized.begin(), authorized.end(), smsg.from) == authorized.end()) {
        call.out.console(say<DTCSMT907W>(smsg.from));
        call.out.record({RecordKind::refusal,
                         fmt::format("SMTP: SMSG from {} refused: not authorized", smsg.from.view()),
                         {}});
        return call.out.smsg(smsg.from, "You are not authorized to issue this command");
    }
    if (verb == "TLS" || verb == "FORWARDMAIL") return change_setting(smsg.from, verb, value, call);
    if (verb == "TLSLABEL" && !value.empty()) {
        label_asked_by_ = smsg.from;
        return call.out.request(TlsQueryRequest{value, {}});
    }
    if (verb == "CLOSECON") return drop_sessions(smsg.from, value, call);
    if (verb == "SHUTDOWN") return shut_down(smsg.from, call);
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
        call.out.smsg(to, fmt::format("{} note{} for other hosts", shared_->queue.size(),
                                      shared_->queue.size() == 1 ? "" : "s"));
        for (const auto& note : shared_->queue)
            call.out.smsg(
                to, fmt::format("{:08} <{}> to <{}> {} bytes", note.number, note.from, note.to, note.bytes));
        return true;
    }
    if (verb != "STATS") return false;
    call.out.smsg(
        to, fmt::format("Notes received {}, delivered {}, refused {}; {} bytes", shared_->notes_received,
                        shared_->notes_delivered, shared_->notes_refused, shared_->bytes_received));
    call.out.smsg(to, fmt::format("TLS is {}, FORWARDMAIL is {}", name_of(*shared_->config.tls),
                                  *shared_->config.forward_mail == ForwardMail::yes ? "YES" : "NO"));
    call.out.smsg(to, fmt::format("{} connection{}", sessions_.size(), sessions_.size() == 1 ? "" : "s"));
    for (const SocketId socket : sessions_.sockets())
        call.out.smsg(to, fmt::format("{:>5} {}", socket, sessions_.find(socket)->status_line()));
    return true;
}

void SmtpServer::change_setting(const Userid& by, const std::string& verb, const std::string& value,
                                SmtpCall call) {
    auto& config = shared_->config;
    if (verb == "TLS") {
        const auto level = read_secure_level(value, false);
        if (!level) return call.out.smsg(by, "TLS wants REQUIRED, ALLOWED or NEVER");
        config.tls = {*level, {}};
    } else {
        if (value != "YES" && value != "NO") return call.out.smsg(by, "FORWARDMAIL wants YES or NO");
        config.forward_mail = {value == "YES" ? ForwardMail::yes : ForwardMail::no, {}};
    }
    call.out.console(say<DTCSMT906I>(verb, value, by));
    call.out.smsg(by, fmt::format("{} set to {}", verb, value));
    if (verb == "TLS" && *config.tls != SecureLevel::never && config.tls_label->empty())
        call.out.console(say<DTCSMT904W>(value));
}

/// All connections, or the one with this number.
void SmtpServer::drop_sessions(const Userid& by, std::string_view whom, SmtpCall call) {
    std::size_t closed = 0;
    for (const SocketId socket : sessions_.sockets()) {
        if (!whom.empty() && whom != fmt::format("{}", socket)) continue;
        sessions_.find(socket)->dismiss(fmt::format("421 {} closing connection", shared_->full_name()),
                                        fmt::format("closed by {}", by.view()), call);
        sessions_.settle(socket);
        ++closed;
    }
    call.out.smsg(by, fmt::format("{} connection{} closed", closed, closed == 1 ? "" : "s"));
}

void SmtpServer::shut_down(const Userid& by, SmtpCall call) {
    call.out.console(say<DTCSMT908I>(shared_->system.userid, by));
    for (const SocketId socket : sessions_.sockets())
        sessions_.find(socket)->dismiss(fmt::format("421 {} is ending", shared_->full_name()),
                                        fmt::format("the server ends at the request of {}", by.view()), call);
    call.out.request(UnlistenRequest{*shared_->config.port});
    end(0, call);
}

}  // namespace vmlab::services
