// An FTP server that has started, with one client at its greeting: where every FTP test begins.
#pragma once

#include "services/ftp/server.hpp"
#include "tests/services/dialogue.hpp"

namespace vmlab::services::test {

struct FtpBench {
    FtpServer server;
    Dialogue play;

    explicit FtpBench(FtpConfig config = {}, SystemFacts system = system_facts("FTPSERVE"))
        : server(config, std::move(system)), play(server) {
        const std::string label =
            config.tls_label->empty() ? "" : "- ask for label FTPCERT\n+ label FTPCERT ready\n";
        play.play(label + R"(
            - listen 21
            + listening 21
            console 10:11:12 DTCFTS901I FTPSERVE listens on port 21
            + accepted 1 from 9.60.60.100..40000 to 9.60.60.3..21
            < 220-FTPSERVE IBM VM Level 710 at GDLVM7.EXAMPLE.COM, 10:11:12 EDT TUESDAY 2019-10-15
            < 220 Connection will close if idle for more than 5 minutes.
        )");
    }
    void log_in() {
        play.play(R"(
            > USER tcpmaint
            < 331 Send password please.
            > PASS secret
            < 230 TCPMAINT logged in; working directory = TCPMAINT 191
        )");
    }
    /// Another client, from another port; what it is told is not looked at.
    void arrive(SocketId socket) {
        play.client = socket;
        play.notice(Accepted{socket, 21, {kServer, 21}, {kClient, std::uint16_t(40000 + socket)}});
        play.done.clear();
    }
    /// A record with this text rests on this line of SRVRFTP CONFIG.
    bool rests_on(std::string_view text, std::uint32_t line) const {
        for (const auto& record : play.records)
            if (record.text.find(text) != std::string::npos)
                for (const auto& where : record.rests_on)
                    if (where.line == line) return true;
        return false;
    }
};

}  // namespace vmlab::services::test
