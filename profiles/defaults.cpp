#include "profiles/defaults.hpp"

#include <fmt/format.h>

#include "profiles/profile_tcpip.hpp"
#include "profiles/smtp_config.hpp"
#include "profiles/srvrftp_config.hpp"
#include "profiles/tcpip_data.hpp"
#include "profiles/vmssl_parms.hpp"

namespace vmlab::profiles {
namespace {

using enum ConfigFile;
using enum Origin;

std::string word_of(bool value) { return value ? "on" : "off"; }
std::string word_of(std::uint16_t value) { return std::to_string(value); }
std::string word_of(std::uint32_t value) { return std::to_string(value); }
std::string word_of(const std::string& value) { return value; }
std::string word_of(const Userid& value) { return value.str(); }
std::string word_of(SecureLevel value) { return name_of(value); }
std::string word_of(ClientCertCheck value) {
    return value == ClientCertCheck::none        ? "NONE"
           : value == ClientCertCheck::preferred ? "PREFERRED"
                                                 : "REQUIRED";
}

template <typename T>
std::string text_of(const T& value, std::string_view unit) {
    return word_of(value) + (unit.empty() ? "" : " ") + std::string(unit);
}

void add_profile(std::vector<Default>& all) {
    const auto add = [&all](Default each) { all.push_back(std::move(each)); };
    const ProfileTcpip profile;
    const InternalClientParms telnet;
    add({profile_tcpip, "SSLSERVERID TIMEOUT", text_of(*SslServerId{}.timeout, "seconds"), remembered});
    add({profile_tcpip, "SSLLIMITS MAXSESSIONS", text_of(*SslLimits{}.max_sessions, ""), remembered});
    add({profile_tcpip, "SSLLIMITS MAXPERSSLSERVER", text_of(*SslLimits{}.max_per_server, ""), remembered});
    add({profile_tcpip, "INTERNALCLIENTPARMS SECURECONNECTION", text_of(*telnet.secure_connection, ""),
         source});
    add({profile_tcpip, "INTERNALCLIENTPARMS CLIENTCERTCHECK", text_of(*telnet.client_cert_check, ""),
         source});
    add({profile_tcpip, "INTERNALCLIENTPARMS TIMEMARK", text_of(*telnet.time_mark, "seconds"), remembered});
    add({profile_tcpip, "INTERNALCLIENTPARMS INACTIVE", text_of(*telnet.inactive, "seconds"), remembered});
    add({profile_tcpip, "INTERNALCLIENTPARMS SCANINTERVAL", text_of(*telnet.scan_interval, "seconds"),
         remembered});
    add({profile_tcpip, "INTERNALCLIENTPARMS EOJTIMEOUT", text_of(*telnet.eoj_timeout, "seconds"),
         remembered});
    add({profile_tcpip, "INTERNALCLIENTPARMS TN3270E", text_of(*telnet.tn3270e, ""), remembered});
    add({profile_tcpip, "INTERNALCLIENTPARMS CCSTERMNAME", text_of(*telnet.terminal_name, ""), remembered});
    add({profile_tcpip, "ASSORTEDPARMS RESTRICTLOWPORTS", text_of(*profile.assorted.restrict_low_ports, ""),
         remembered});
    add({profile_tcpip, "ASSORTEDPARMS PERMITTEDUSERSONLY",
         text_of(*profile.assorted.permitted_users_only, ""), remembered});
    add({profile_tcpip, "ASSORTEDPARMS SECURELOCAL", text_of(*profile.assorted.secure_local, ""),
         remembered});
    add({profile_tcpip, "ASSORTEDPARMS UDPQUEUELIMIT", text_of(*profile.assorted.udp_queue_limit, ""),
         remembered});
    add({profile_tcpip, "ASSORTEDPARMS VARSUBNETTING", text_of(*profile.assorted.variable_subnetting, ""),
         remembered});
    add({profile_tcpip, "FOREIGNIPCONLIMIT",
         text_of(*profile.attack_limits.foreign_ip_connections, "connections"), remembered});
    add({profile_tcpip, "PENDINGCONNECTIONLIMIT",
         text_of(*profile.attack_limits.pending_connections, "connections"), remembered});
    add({profile_tcpip, "PERSISTCONNECTIONLIMIT",
         text_of(*profile.attack_limits.persist_connections, "connections"), remembered});
    add({profile_tcpip, "KEEPALIVEOPTIONS INTERVAL", text_of(*profile.keep_alive.interval, "minutes"),
         remembered});
    add({profile_tcpip, "KEEPALIVEOPTIONS SENDGARBAGE", text_of(*profile.keep_alive.send_garbage, ""),
         remembered});
    add({profile_tcpip, "DATABUFFERLIMITS", text_of(*profile.data_buffer_limits.send, "buffers"),
         remembered});
    add({profile_tcpip, "DEVICE AUTORESTART", text_of(*DeviceStatement{}.auto_restart, ""), source});
    add({profile_tcpip, "LINK MTU", text_of(*LinkStatement{}.mtu, "bytes"), remembered});
    add({profile_tcpip, "MAXRESTART", text_of(*profile.max_restart, "restarts"), remembered});
    add({profile_tcpip, "SOMAXCONN", text_of(*profile.listen_backlog, "connections"), remembered});
    add({profile_tcpip, "ARPAGE", text_of(*profile.arp_age, "minutes"), remembered});
    add({profile_tcpip, "PACKETTRACESIZE", text_of(*profile.packet_trace_size, "bytes"), remembered});
    for (const PoolKind& pool : kPools) {
        const PoolSize& size = profile.pools[pool.pool];
        auto text = text_of(*size.blocks, "blocks");
        if (*size.buffer_size != 0) text += fmt::format(" of {} bytes", *size.buffer_size);
        add({profile_tcpip, pool.statement, std::move(text), remembered});
    }
}

void add_tcpip_data(std::vector<Default>& all) {
    const auto add = [&all](Default each) { all.push_back(std::move(each)); };
    const TcpipData data;
    add({tcpip_data, "TCPIPUSERID", text_of(*data.tcpip_userid, ""), seed});
    add({tcpip_data, "NSPORTADDR", text_of(*data.name_server_port, ""), remembered});
    add({tcpip_data, "RESOLVERTIMEOUT", text_of(*data.resolver_timeout, "seconds"), remembered});
    add({tcpip_data, "RESOLVERUDPRETRIES", text_of(*data.resolver_udp_retries, ""), remembered});
    add({tcpip_data, "SMTPSERVERID", text_of(*data.smtp_server, ""), remembered});
    add({tcpip_data, "ATSIGN", text_of(*data.at_sign, ""), remembered});
    add({tcpip_data, "SECURETELNETCLIENT", text_of(*data.secure_telnet_client, ""), source});
}

void add_vmssl_parms(std::vector<Default>& all) {
    const auto add = [&all](Default each) { all.push_back(std::move(each)); };
    const VmsslParms parms;
    add({vmssl_parms, "KEYFILE", text_of(*parms.key_file, ""), source});
    add({vmssl_parms, "CACHELIFE", text_of(*parms.cache_life, "seconds"), source});
    add({vmssl_parms, "CACHECLEANUP", text_of(*parms.cache_cleanup, "connections"), source});
    add({vmssl_parms, "TLSFALLBACKSCSV", text_of(*parms.fallback_scsv, ""), source});
    add({vmssl_parms, "GSKTRACE", text_of(*parms.gsk_trace, ""), source});
}

void add_ftp(std::vector<Default>& all) {
    const auto add = [&all](Default each) { all.push_back(std::move(each)); };
    const SrvrftpConfig ftp;
    add({srvrftp_config, "PORT", text_of(*ftp.port, ""), remembered});
    add({srvrftp_config, "INACTIVE", text_of(*ftp.inactive, "seconds"), remembered});
    add({srvrftp_config, "SECURECONTROL", text_of(*ftp.secure_control, ""), remembered});
    add({srvrftp_config, "SECUREDATA", text_of(*ftp.secure_data, ""), remembered});
    add({srvrftp_config, "CLIENTCERTCHECK", text_of(*ftp.client_cert_check, ""), remembered});
    add({srvrftp_config, "ANONYMOUS", text_of(*ftp.anonymous, ""), seed});
    add({srvrftp_config, "TIMESTAMP", text_of(*ftp.time_stamp, ""), remembered});
}

void add_smtp(std::vector<Default>& all) {
    const auto add = [&all](Default each) { all.push_back(std::move(each)); };
    const SmtpConfig smtp;
    add({smtp_config, "PORT", text_of(*smtp.port, ""), remembered});
    add({smtp_config, "BADSPOOLFILEID", text_of(*smtp.bad_spool_file_id, ""), remembered});
    add({smtp_config, "FORWARDMAIL", text_of(*smtp.forward_mail, ""), seed});
    add({smtp_config, "MAXMAILBYTES", text_of(*smtp.max_mail_bytes, "bytes"), remembered});
    add({smtp_config, "INACTIVE", text_of(*smtp.inactive, "seconds"), remembered});
    add({smtp_config, "TLS", text_of(*smtp.tls, ""), remembered});
    add({smtp_config, "CLIENTCERTCHECK", text_of(*smtp.client_cert_check, ""), remembered});
    add({smtp_config, "VERIFYCLIENT", text_of(*smtp.verify_client, ""), remembered});
    add({smtp_config, "RETRYAGE", text_of(*smtp.retry_age, "days"), source});
    add({smtp_config, "RETRYINT", text_of(*smtp.retry_interval, "minutes"), remembered});
    add({smtp_config, "RESOLVERRETRYINT", text_of(*smtp.resolver_retry_interval, "minutes"), source});
    add({smtp_config, "WARNINGAGE", text_of(*smtp.warning_age, "days"), remembered});
    add({smtp_config, "FINISHOPEN", text_of(*smtp.finish_open, "seconds"), remembered});
    add({smtp_config, "FILESPERCONN", text_of(*smtp.files_per_connection, ""), remembered});
    add({smtp_config, "MAXCONNPERSITE", text_of(*smtp.connections_per_site, ""), remembered});
    add({smtp_config, "RCPTRESPONSEDELAY", text_of(*smtp.recipient_delay, "seconds"), remembered});
    add({smtp_config, "TEMPERRORRETRIES", text_of(*smtp.temporary_retries, ""), remembered});
    add({smtp_config, "SOURCEROUTES", text_of(*smtp.source_routes, ""), remembered});
}

}  // namespace

std::vector<Default> all_defaults() {
    std::vector<Default> all;
    add_profile(all);
    add_tcpip_data(all);
    add_vmssl_parms(all);
    add_ftp(all);
    add_smtp(all);
    return all;
}

}  // namespace vmlab::profiles
