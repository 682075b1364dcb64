// FTPSERVE: the FTP server of a z/VM system (SRVRFTP CONFIG).
//
//   start ── TLSLABEL configured ──► verifying ── known ──► opening ── Listening ──► serving
//     │                                 └─ unknown: DTCFTS8467E, no SSL server: DTCFTS902E ──► ended
//     └──── no TLSLABEL ───────────────────────────────────► opening ── ListenFailed ──► ended
//
// Serving: every accepted connection is an FtpSession (session.hpp); SMSG commands go to the operator's table
// (operator.cpp). The server only routes: a notice belongs to a control connection, a data connection, a
// passive port or a connect tag.
#pragma once

#include <memory>

#include "services/ftp/config.hpp"
#include "services/service.hpp"
#include "services/session_table.hpp"

namespace vmlab::services {

struct FtpCall;
struct FtpShared;
class FtpSession;

class FtpServer final : public Service {
public:
    FtpServer(FtpConfig config, SystemFacts system);
    ~FtpServer() override;

    void start(Instant now, Host& out) override;
    void receive(Input what, Instant now, Host& out) override;
    void tick(Instant now, Host& out) override;
    [[nodiscard]] std::optional<Instant> next_deadline() const override;

    std::size_t session_count() const { return sessions_.size(); }

private:
    enum class Phase { verifying, opening, serving, ended };

    void receive_notice(const SocketNotice& notice, FtpCall call);
    void receive_answer(const TlsAnswer& answer, FtpCall call);
    void accept(const Accepted& accepted, FtpCall call);
    void open_port(FtpCall call);
    void end(int return_code, FtpCall call);
    void say(Said said, FtpCall call);
    FtpSession* session_of(const SocketNotice& notice, bool& is_data);

    // SMSG (operator.cpp).
    void receive_smsg(const SmsgArrived& smsg, FtpCall call);
    void answer_query(const Userid& to, std::string_view what, FtpCall call);
    void set_secure(const Userid& by, std::string_view which, std::string_view level, FtpCall call);
    void drop_sessions(const Userid& by, std::string_view whom, FtpCall call);
    void shut_down(const Userid& by, FtpCall call);

    std::unique_ptr<FtpShared> shared_;
    Phase phase_ = Phase::verifying;
    SessionTable<FtpSession> sessions_;
    Userid label_asked_by_{};  ///< an operator's TLSLABEL command waits for TlsAnswer
};

}  // namespace vmlab::services
