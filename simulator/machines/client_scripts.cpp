#include "simulator/machines/client_scripts.hpp"

#include <string_view>

namespace vmlab::sim {
namespace {

// Telnet START-TLS: IAC DO/WILL 46, IAC SB 46 FOLLOWS IAC SE.
constexpr std::string_view kDoStartTls = "\xff\xfd\x2e";
constexpr std::string_view kWillAndFollows = "\xff\xfb\x2e\xff\xfa\x2e\x01\xff\xf0";
constexpr std::string_view kFollows = "\xff\xfa\x2e\x01\xff\xf0";

constexpr std::string_view kWontStartTls = "\xff\xfc\x2e";
constexpr std::string_view kDoTn3270e = "\xff\xfd\x28", kWontTn3270e = "\xff\xfc\x28";
constexpr std::string_view kDoTerminalType = "\xff\xfd\x18", kWontTerminalType = "\xff\xfc\x18";
constexpr std::string_view kAreYouThere = "\xff\xf6";

/// Up to the greeting of line mode.
void refuse_displays(Conversation& c) {
    c.steps.insert(c.steps.end(),
                   {ExpectText{std::string(kDoTn3270e)}, SendBytes{std::string(kWontTn3270e)},
                    ExpectText{std::string(kDoTerminalType)}, SendBytes{std::string(kWontTerminalType)},
                    ExpectText{"PRESS BREAK KEY TO BEGIN SESSION"}});
}

void say(Conversation& c, std::string line, std::string reply, bool secret = false) {
    c.steps.push_back(SendLine{std::move(line), secret});
    c.steps.push_back(ExpectReply{std::move(reply)});
}

void add_job(Conversation& c, const FtpVisit& visit, const FtpJob& job) {
    using Kind = FtpJob::Kind;
    if (job.kind == Kind::remove) return say(c, "DELE " + job.name, "250");
    const char* verb = job.kind == Kind::list ? "LIST" : job.kind == Kind::get ? "RETR" : "STOR";
    c.steps.push_back(OpenData{visit.extended});
    say(c, job.name.empty() ? verb : std::string(verb) + " " + job.name, "1");
    c.steps.push_back(TransferData{visit.private_data, job.kind == Kind::put, job.content});
    c.steps.push_back(ExpectReply{"2"});
}

}  // namespace

Conversation ftp_conversation(const FtpVisit& visit) {
    Conversation c;
    c.steps.push_back(OpenConnection{visit.server});
    c.steps.push_back(ExpectReply{"220"});
    if (visit.tls) {
        say(c, "AUTH TLS", "234");
        c.steps.push_back(StartTls{});
    }
    say(c, "USER " + visit.user, "331");
    say(c, "PASS " + visit.password, "230", true);
    if (visit.private_data) {
        say(c, "PBSZ 0", "200");
        say(c, "PROT P", "200");
    }
    if (!visit.directory.empty()) say(c, "CWD " + visit.directory, "250");
    say(c, "TYPE I", "200");
    for (const auto& job : visit.jobs) add_job(c, visit, job);
    say(c, "QUIT", "221");
    c.steps.push_back(CloseConnection{});
    return c;
}

Conversation smtp_conversation(const SmtpVisit& visit) {
    Conversation c;
    c.steps.push_back(OpenConnection{visit.server});
    c.steps.push_back(ExpectReply{"220"});
    say(c, "EHLO ws1.example.test", "250");
    if (visit.tls) {
        say(c, "STARTTLS", "220");
        c.steps.push_back(StartTls{});
        say(c, "EHLO ws1.example.test", "250");
    }
    if (!visit.to.empty()) {
        say(c, "MAIL FROM:<" + visit.from + ">", "250");
        say(c, "RCPT TO:<" + visit.to + ">", "250");
        say(c, "DATA", "354");
        const bool ends = visit.text.empty() || visit.text.ends_with('\n');
        c.steps.push_back(SendBytes{ends ? visit.text : visit.text + "\r\n"});
        say(c, ".", "250");
    }
    say(c, "QUIT", "221");
    c.steps.push_back(CloseConnection{});
    return c;
}

Conversation telnet_conversation(const Endpoint& server) {
    Conversation c;
    c.steps = {OpenConnection{server}, ExpectBytes{std::string(kDoStartTls)},
               SendBytes{std::string(kWillAndFollows)}, ExpectBytes{std::string(kFollows)}, StartTls{}};
    return c;
}

Conversation clear_telnet_conversation(const Endpoint& server) {
    Conversation c;
    c.steps = {OpenConnection{server}, SendBytes{std::string(kWontStartTls)}};
    refuse_displays(c);
    c.steps.push_back(CloseConnection{});
    return c;
}

Conversation idle_telnet_conversation(const Endpoint& server, Duration idle) {
    Conversation c = telnet_conversation(server);
    refuse_displays(c);
    c.steps.insert(c.steps.end(), {Pause{idle}, SendBytes{std::string(kAreYouThere)}, ExpectText{"[Yes]"},
                                   CloseConnection{}});
    return c;
}

Conversation tls_conversation(const Endpoint& server) {
    Conversation c;
    c.steps = {OpenConnection{server, true}};
    return c;
}

std::string sample_text(std::size_t bytes) {
    constexpr std::string_view kLine = "The quick brown fox jumps over the lazy dog 0123456789 ABCDEFG.\n";
    std::string text;
    text.reserve(bytes + kLine.size());
    while (text.size() < bytes) text += kLine;
    text.resize(bytes);
    return text;
}

}  // namespace vmlab::sim
