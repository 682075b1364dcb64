// From what the files say to what the cores run with: pure conversions, and the questions that only all files
// together can answer (is the device attached? which servers form the pool?).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "profiles/etc_files.hpp"
#include "profiles/profile_tcpip.hpp"
#include "profiles/smtp_config.hpp"
#include "profiles/srvrftp_config.hpp"
#include "profiles/tcpip_data.hpp"
#include "profiles/vmssl_parms.hpp"
#include "services/dns/resolver.hpp"
#include "services/ftp/config.hpp"
#include "services/service.hpp"
#include "services/smtp/config.hpp"
#include "services/telnet/config.hpp"
#include "simulator/ipl/tcprun.hpp"
#include "sslserv/policy.hpp"
#include "stack/server/server_config.hpp"

namespace vmlab::sim {

/// Device addresses that `:attach.` gives a machine: `rdev[-rdev] [AS vdev] [(REQUIRED|OPTIONAL)], …`. Commas
/// and parentheses end a word.
struct AttachedRange {
    std::uint16_t low = 0, high = 0;  ///< as the virtual machine sees them
    SourceLocation where{};
};
[[nodiscard]] std::vector<AttachedRange> attached_devices(const profiles::DtcTag& attach);

struct StackConfiguration {
    stack::ServerConfig server{};
    services::TelnetConfig telnet{};
    std::vector<Said> notices{};  ///< for the stack's console: no such device, no such pool
};

/// `users` are those of the CP directory, from whom the pool's members come (:stack.).
[[nodiscard]] StackConfiguration configure_stack(const profiles::ProfileTcpip& profile, const Launch& launch,
                                                 const std::vector<Userid>& users);
/// What is to be said when a statement asks for certificates of clients and the level cannot: PH18435 is
/// missing.
[[nodiscard]] std::optional<Said> without_client_certificates(const Sourced<ClientCertCheck>& check,
                                                              std::string_view statement, const Level& level);
/// The same for Telnet, which is asked for certificates on every level; NONE and FULL are all the words that
/// it knows without PH18435.
[[nodiscard]] std::optional<Said> unknown_telnet_check(const profiles::ProfileTcpip& profile,
                                                       const Level& level);
[[nodiscard]] services::TelnetConfig configure_telnet(const profiles::ProfileTcpip& profile);
[[nodiscard]] services::FtpConfig configure_ftp(const profiles::SrvrftpConfig& config, const Launch& launch);
[[nodiscard]] services::SmtpConfig configure_smtp(const profiles::SmtpConfig& config, const Launch& launch);
/// The userids of SMSGAUTHLIST: who may give SMTP privileged commands.
[[nodiscard]] std::vector<Userid> smtp_authorized(const profiles::SmtpConfig& config);
/// The first TCP port that PORT reserves for this user: where a server without a configuration file listens.
[[nodiscard]] std::optional<Sourced<std::uint16_t>> reserved_port(const stack::ServerConfig& config,
                                                                  const Userid& user);
/// How clients of this system find out addresses.
[[nodiscard]] services::ResolverConfig configure_resolver(const profiles::TcpipData& data,
                                                          const profiles::EtcHosts& hosts);
[[nodiscard]] sslserv::Policy configure_policy(const profiles::VmsslParms& parms, const Level& level);
/// SSLADMIN TRACE and NOTRACE with their operands, as VMSSL takes them; TRACE alone is TRACE NORMAL. Nothing
/// when they cannot be understood.
[[nodiscard]] std::optional<sslserv::Trace> read_trace_command(const std::string& text);

/// What a service knows of its system; `authorized`: who may give it privileged commands.
[[nodiscard]] services::SystemFacts configure_facts(const Launch& launch, const Name8& node,
                                                    std::vector<Userid> authorized);

/// The names that operands of VMSSL may give at this level.
[[nodiscard]] profiles::VmsslVocabulary vmssl_vocabulary(const Level& level);

}  // namespace vmlab::sim
