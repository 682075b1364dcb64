// SMTP: the mail server of a z/VM system (SMTP CONFIG). It receives notes by TCP and puts them into readers.
//
//   start ── TLSLABEL configured ──► verifying ── known ──► opening ── Listening ──► serving
//     │                                 └─ unknown: DTCSMT902E, no SSL server: DTCSMT903E ──► ended
//     └──── no TLSLABEL ───────────────────────────────────► opening ── ListenFailed ──► ended
#pragma once

#include "services/service.hpp"
#include "services/session_table.hpp"
#include "services/smtp/config.hpp"

namespace vmlab::services {

struct SmtpCall;
struct SmtpShared;
class SmtpSession;

class SmtpServer final : public Service {
public:
    SmtpServer(SmtpConfig config, SystemFacts system);
    ~SmtpServer() override;

    void start(Instant now, Host& out) override;
    void receive(Input what, Instant now, Host& out) override;
    void tick(Instant now, Host& out) override;
    [[nodiscard]] std::optional<Instant> next_deadline() const override;

    std::size_t session_count() const { return sessions_.size(); }

private:
    enum class Phase { verifying, opening, serving, ended };

    void receive_notice(const SocketNotice& notice, SmtpCall call);
    void receive_answer(const TlsAnswer& answer, SmtpCall call);
    void accept(const Accepted& accepted, SmtpCall call);
    void end(int return_code, SmtpCall call);

    // SMSG (operator.cpp).
    void receive_smsg(const SmsgArrived& smsg, SmtpCall call);
    bool answer_anybody(const Userid& to, std::string_view verb, SmtpCall call);
    void change_setting(const Userid& by, const std::string& verb, const std::string& value, SmtpCall call);
    void drop_sessions(const Userid& by, std::string_view whom, SmtpCall call);
    void shut_down(const Userid& by, SmtpCall call);

    std::unique_ptr<SmtpShared> shared_;
    Phase phase_ = Phase::verifying;
    SessionTable<SmtpSession> sessions_;
    Userid label_asked_by_{};  ///< an operator's TLSLABEL command waits for TlsAnswer
};

}  // namespace vmlab::services
