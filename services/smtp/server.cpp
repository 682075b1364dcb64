// Words of the SMTP server.
#include "services/smtp/server.hpp"

#include <fmt/core.h>

#include "services/smtp/messages.hpp"

namespace vmlab::services {

Said SmtpWords::listens(const Userid& server, std::uint16_t port) {
    return vmlab::say<DTCSMT901I>(server, port);
}
Said SmtpWords::port_refused(std::uint16_t port, const std::string& why) {
    return vmlab::say<DTCSMT905E>(port, why);
}
Said SmtpWords::label_unknown(const std::string& label) { return vmlab::say<DTCSMT902E>(label); }
Said SmtpWords::no_ssl_server(const std::string& label) { return vmlab::say<DTCSMT903E>(label); }
Said SmtpWords::changed(std::string_view setting, std::string_view value, const Userid& by) {
    return vmlab::say<DTCSMT906I>(setting, value, by);
}
Said SmtpWords::not_authorized(const Userid& who) { return vmlab::say<DTCSMT907W>(who); }
Said SmtpWords::ends(const Userid& server, const Userid& by) { return vmlab::say<DTCSMT908I>(server, by); }
std::string SmtpWords::too_many(const SmtpShared& shared) {
    return fmt::format("421 {} too many connections; try again later", shared.full_name());
}

void SmtpServer::warn_without_label(SmtpCall call) {
    const auto& tls = call.shared.config.tls;
    if (*tls != SecureLevel::never) say(vmlab::say<DTCSMT904W>(name_of(*tls)).because(tls.where), call);
}

}  // namespace vmlab::services
