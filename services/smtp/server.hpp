// SMTP: the mail server of a z/VM system (SMTP CONFIG). It receives notes by TCP and puts them into readers.
//
// How it starts, and what a server on a port is: services/port_server.hpp.
#pragma once

#include "services/port_server.hpp"
#include "services/smtp/session.hpp"

namespace vmlab::services {

/// What the SMTP server says on its console, and to one client too many.
struct SmtpWords {
    static Said listens(const Userid& server, std::uint16_t port);
    static Said port_refused(std::uint16_t port, const std::string& why);
    static Said label_unknown(const std::string& label);
    static Said no_ssl_server(const std::string& label);
    static Said changed(std::string_view setting, std::string_view value, const Userid& by);
    static Said not_authorized(const Userid& who);
    static Said ends(const Userid& server, const Userid& by);
    static std::string too_many(const SmtpShared& shared);
};

class SmtpServer final : public PortServer<SmtpSession, SmtpWords> {
public:
    using PortServer::PortServer;

private:
    void warn_without_label(SmtpCall call) override;

    // SMSG (operator.cpp).
    void receive_smsg(const SmsgArrived& smsg, SmtpCall call) override;
    bool answer_anybody(const Userid& to, std::string_view verb, SmtpCall call);
    void change_setting(const Userid& by, const std::string& verb, const std::string& value, SmtpCall call);
    void drop_sessions(const Userid& by, std::string_view whom, SmtpCall call);
};

}  // namespace vmlab::services
