// SMSG commands of FTPSERVE. Settings hold until the server ends; only authorized users are heard.
#include <fmt/core.h>

#include <algorithm>

#include "services/ftp/messages.hpp"
#include "services/ftp/server.hpp"

namespace vmlab::services {
namespace {

/// Takes the first word off `text`, in upper case.
std::string take_word(std::string_view& text) {
    text = trimmed(text);
    const auto end = std::min(text.find(' '), text.size());
    const std::string word = upper(text.substr(0, end));
    text = trimmed(text.substr(end));
    return word;
}

}  // namespace

void FtpServer::receive_smsg(const SmsgArrived& smsg, FtpCall call) {
    if (!is_authorized(smsg.from, call)) return;
    std::string_view rest = smsg.text;
    const std::string verb = take_word(rest);
    if (verb == "QUERY") return answer_query(smsg.from, rest, call);
    if (verb == "SECURE") {
        const std::string which = take_word(rest);
        return set_secure(smsg.from, which, rest, call);
    }
    if (verb == "TLSLABEL" && !rest.empty()) return ask_for_label(smsg.from, upper(rest), call);
    if (verb == "DROP" && rest.empty())
        return call.out.smsg(smsg.from, "DROP wants a userid or a connection");
    if (verb == "CLOSECON" || verb == "DROP") return drop_sessions(smsg.from, rest, call);
    if (verb == "SHUTDOWN")
        return shut_down(smsg.from,
                         fmt::format("{} {}", ftp_reply::kEnding.code,
                                     filled<ftp_reply::kEnding>(call.shared.system.userid)),
                         call);
    if (verb == "HELP") {
        for (const char* line :
             {"QUERY [SECURE]", "SECURE CONTROL|DATA REQUIRED|ALLOWED|NEVER", "TLSLABEL label",
              "DROP userid|connection", "CLOSECON [userid|connection]", "SHUTDOWN", "HELP"})
            call.out.smsg(smsg.from, line);
        return;
    }
    for (const char* known : {"CP", "CMS", "NOTRACE", "REBOOT", "REFRESH", "REPORT", "TRACE"})
        if (verb == known) return call.out.smsg(smsg.from, fmt::format("{} is not simulated", verb));
    call.out.smsg(smsg.from, fmt::format("Unknown command: {}; HELP lists the commands", shown(verb, 16)));
}

void FtpServer::answer_query(const Userid& to, std::string_view what, FtpCall call) {
    const auto& config = shared_.config;
    const std::string word = take_word(what);
    if (word == "SECURE")
        return call.out.smsg(to, fmt::format("SECURECONTROL is {}  SECUREDATA is {}  TLSLABEL is {}",
                                             name_of(*config.secure_control), name_of(*config.secure_data),
                                             config.tls_label->empty() ? "not set" : *config.tls_label));
    if (!word.empty() && word != "USERS")
        return call.out.smsg(to, fmt::format("QUERY {} is not simulated", shown(word, 16)));
    call.out.smsg(to, fmt::format("{} session{}", sessions_.size(), sessions_.size() == 1 ? "" : "s"));
    for (const SocketId socket : sessions_.sockets())
        call.out.smsg(to, fmt::format("{:>5} {}", socket, sessions_.find(socket)->status_line()));
}

void FtpServer::set_secure(const Userid& by, std::string_view which, std::string_view word, FtpCall call) {
    auto& config = shared_.config;
    const auto level = read_secure_level(word, false);
    if (!level || (which != "CONTROL" && which != "DATA"))
        return call.out.smsg(by, "SECURE wants CONTROL or DATA, and REQUIRED, ALLOWED or NEVER");
    (which == "CONTROL" ? config.secure_control : config.secure_data) = {*level, {}};
    const std::string name = fmt::format("SECURE{}", which);
    say(FtpWords::changed(name, name_of(*level), by), call);
    call.out.smsg(by, fmt::format("{} set to {}", name, name_of(*level)));
    if (*level != SecureLevel::never && config.tls_label->empty())
        say(vmlab::say<DTCFTS903W>(which, name_of(*level)), call);
}

/// All sessions (CLOSECON without operand), those of a userid, or the one with this connection number.
void FtpServer::drop_sessions(const Userid& by, std::string_view whom, FtpCall call) {
    const auto count = dismiss(
        [&](SocketId socket, const FtpSession& session) {
            return whom.empty() || whom == fmt::format("{}", socket) ||
                   (session.logged_in() && iequals(whom, session.user().view()));
        },
        fmt::format("{} {}", ftp_reply::kDropped.code, ftp_reply::kDropped.text),
        fmt::format("dropped by {}", by.view()), call);
    call.out.smsg(by, fmt::format("{} session{} closed", count, count == 1 ? "" : "s"));
}

}  // namespace vmlab::services
