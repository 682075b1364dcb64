// FTPSERVE: the FTP server of a z/VM system (SRVRFTP CONFIG).
//
// How it starts, and what a server on a port is: services/port_server.hpp. Serving: every accepted connection
// is an FtpSession (session.hpp); SMSG commands go to the operator's table (operator.cpp). The server only
// routes: a notice belongs to a control connection, a data connection, a passive port or a connect tag.
#pragma once

#include "services/ftp/session.hpp"
#include "services/port_server.hpp"

namespace vmlab::services {

/// What the FTP server says on its console, and to one client too many.
struct FtpWords {
    static Said listens(const Userid& server, std::uint16_t port);
    static Said port_refused(std::uint16_t port, const std::string& why);
    static Said label_unknown(const std::string& label);
    static Said no_ssl_server(const std::string& label);
    static Said changed(std::string_view setting, std::string_view value, const Userid& by);
    static Said not_authorized(const Userid& who);
    static Said ends(const Userid& server, const Userid& by);
    static std::string too_many(const FtpShared& shared);
};

class FtpServer final : public PortServer<FtpSession, FtpWords> {
public:
    using PortServer::PortServer;

private:
    void route(const SocketNotice& notice, FtpCall call) override;
    FtpSession* session_of(const SocketNotice& notice, bool& is_data);
    void warn_without_label(FtpCall call) override;
    void say(Said said, FtpCall call) override;

    // SMSG (operator.cpp).
    void receive_smsg(const SmsgArrived& smsg, FtpCall call) override;
    void answer_query(const Userid& to, std::string_view what, FtpCall call);
    void set_secure(const Userid& by, std::string_view which, std::string_view level, FtpCall call);
    void drop_sessions(const Userid& by, std::string_view whom, FtpCall call);
};

}  // namespace vmlab::services
