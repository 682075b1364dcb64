// The shipped system with some lines changed, for tests of what a statement does.
#pragma once

#include <doctest/doctest.h>

#include "tests/world/changed_world.hpp"

namespace vmlab::sim {

inline constexpr const char* kProfile = "TCPMAINT.198/PROFILE.TCPIP";
inline constexpr const char* kDtcparms = "TCPMAINT.198/GDLRCT2.DTCPARMS";
inline constexpr const char* kSystemDtcparms = "TCPMAINT.198/SYSTEM.DTCPARMS";
inline constexpr const char* kTcpipData = "TCPMAINT.592/TCPIP.DATA";
inline constexpr const char* kFtpConfig = "TCPMAINT.198/SRVRFTP.CONFIG";
inline constexpr const char* kSmtpConfig = "TCPMAINT.198/SMTP.CONFIG";
inline constexpr const char* kDirectory = "MAINT.2CC/USER.DIRECT";

/// It is brought up.
struct EditedWorld : BaselineWorld {
    explicit EditedWorld(const std::vector<Edit>& edits = {}) : BaselineWorld(changed(edits)) {}

    std::size_t times_said(const Userid& machine, std::string_view text) {
        return count(console(machine), text);
    }
    /// WS1 opens the port and hears this first.
    bool greets(std::uint16_t port, const std::string& reply = "220") {
        Conversation c;
        c.steps = {OpenConnection{{Ipv4Address::of(9, 60, 60, 3), port}}, ExpectReply{reply}};
        return talk(std::move(c)).succeeded;
    }
    bool echoes() { return talk(echo_conversation()).succeeded; }
    /// Lines and the replies that they get, on a connection to this port; the port's own greeting is 220.
    /// Without a line, the reply comes by itself.
    ConversationResult speak(std::uint16_t port, std::vector<std::pair<std::string, std::string>> lines,
                             Duration patience = seconds{30}) {
        Conversation c;
        c.steps = {OpenConnection{{Ipv4Address::of(9, 60, 60, 3), port}}, ExpectReply{"220"}};
        c.host = "gdlrct2.example.test";
        c.patience = patience;
        for (auto& [line, reply] : lines) {
            if (line == "(TLS)") {
                c.steps.push_back(StartTls{});
                continue;
            }
            if (!line.empty()) c.steps.push_back(SendLine{line});
            c.steps.push_back(ExpectReply{reply});
        }
        return talk(std::move(c));
    }
    /// A user logs on at the prompt, types, and reads.
    std::string typed(const Userid& user, const std::string& line) {
        world.log_on_at_prompt(user);
        run(seconds{1});
        type(user, line);
        return console(user);
    }
    std::size_t members_ready() const {
        const auto tcpip = world.stack("TCPIP");
        std::size_t n = 0;
        for (const auto& member : tcpip->members) n += member.state == stack::MemberState::ready;
        return n;
    }
};

}  // namespace vmlab::sim
