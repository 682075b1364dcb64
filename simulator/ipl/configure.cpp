#include "simulator/ipl/configure.hpp"

#include <algorithm>
#include <iterator>

#include "simulator/ipl/messages.hpp"
#include "sslserv/cipher_suites.hpp"

namespace vmlab::sim {
namespace {

services::SecureLevel level_of(profiles::SecureLevel level) {
    switch (level) {
        case profiles::SecureLevel::never: return services::SecureLevel::never;
        case profiles::SecureLevel::allowed: return services::SecureLevel::allowed;
        case profiles::SecureLevel::preferred: return services::SecureLevel::preferred;
        case profiles::SecureLevel::required: return services::SecureLevel::required;
    }
    return services::SecureLevel::never;
}

Sourced<services::SecureLevel> level_of(const Sourced<profiles::SecureLevel>& level) {
    return {level_of(*level), level.where};
}

Sourced<Duration> seconds_of(const Sourced<std::uint32_t>& value) { return {seconds(*value), value.where}; }

sslserv::Protocol protocol_of(std::string_view version) {
    using sslserv::Protocol;
    for (const Protocol p : {Protocol::sslv2, Protocol::sslv3, Protocol::tlsv1_0, Protocol::tlsv1_1,
                             Protocol::tlsv1_2, Protocol::tlsv1_3})
        if (version == keyword_of(p)) return p;
    return Protocol::tlsv1_2;
}

sslserv::Trace configure_trace(const profiles::VmsslTrace& given) {
    sslserv::Trace trace;
    trace.level = static_cast<sslserv::TraceLevel>(given.level);
    trace.data = given.data;
    if (given.address) trace.address = IpAddress(*given.address);
    trace.port = given.port;
    trace.length = given.length;
    return trace;
}

/// Addresses of NLS disks of CMS: no device of a stack gets them (PSP for z/VM 5.3).
constexpr std::uint16_t kReservedVdevs[] = {0x401, 0x402, 0x405};

/// The consecutive addresses that a device needs, from its own on.
unsigned vdevs_of(const profiles::DeviceStatement& device) {
    return device.kind == profiles::DeviceKind::ctc ? 2 : 3;
}

bool is_attached(const std::vector<AttachedRange>& ranges, const profiles::DeviceStatement& device) {
    const auto first = profiles::read_vdev(device.vdev);
    if (!first) return false;
    for (unsigned vdev = *first; vdev < *first + vdevs_of(device); ++vdev)
        if (std::none_of(ranges.begin(), ranges.end(),
                         [&](const AttachedRange& range) { return vdev >= range.low && vdev <= range.high; }))
            return false;
    return true;
}

bool is_reserved(const profiles::DeviceStatement& device) {
    const auto first = profiles::read_vdev(device.vdev);
    return first && std::any_of(std::begin(kReservedVdevs), std::end(kReservedVdevs), [&](unsigned vdev) {
               return vdev >= *first && vdev < *first + vdevs_of(device);
           });
}

void configure_devices(const profiles::ProfileTcpip& profile, const Launch& launch, StackConfiguration& out) {
    const profiles::DtcTag* attach = launch.definition.tag("attach");
    auto ranges = attach == nullptr ? std::vector<AttachedRange>() : attached_devices(*attach);
    for (const auto& vdev : launch.dedicated) ranges.push_back({*vdev, *vdev, vdev.where});
    for (const auto& device : profile.devices) {
        const bool is_virtual = device.kind == profiles::DeviceKind::virtual_ip;  // it needs no START
        stack::DeviceConfig config{*device.name, device.type, device.vdev, is_virtual, device.where};
        for (const auto& statement : profile.starts) {
            if (*statement.device != *device.name) continue;
            config.started = statement.start;
            config.start_where = statement.device.where;
        }
        if (is_reserved(device)) config.attached = false;
        else if (!is_virtual && !is_attached(ranges, device)) {
            config.attached = false;
            config.attach_where = attach == nullptr ? launch.definition.server.nick.where : attach->where;
        }
        // Of what does not come up here, a CTC that is not attached still says so as the product does.
        const bool known = device.simulated || (device.kind == profiles::DeviceKind::ctc && !config.attached);
        config.started = config.started && known;
        out.server.devices.push_back(std::move(config));
    }
    for (const auto& link : profile.links)
        out.server.links.push_back(
            {*link.name, link.type, *link.device, *link.mtu, link.where, *link.layer2, link.layer2.where});
}

void configure_ports(const profiles::ProfileTcpip& profile, const Level& level, StackConfiguration& out) {
    for (const auto& entry : profile.ports.entries) {
        stack::PortReservation port;
        port.low = entry.low;
        port.high = entry.high;
        port.udp = entry.udp;
        if (entry.address) port.address = *entry.address;
        port.user = *entry.user;
        port.autolog = entry.autolog;
        port.secure = entry.secure;
        if (level.has(Apar::PH18435)) port.client_cert_check = *entry.client_cert_check;
        else if (auto notice = without_client_certificates(entry.client_cert_check, "PORT", level))
            out.notices.push_back(std::move(*notice));
        port.where = entry.where;
        out.server.ports.push_back(std::move(port));
    }
}

void configure_network(const profiles::ProfileTcpip& profile, stack::ServerConfig& config) {
    config.gateway_where = profile.gateway.given ? profile.gateway.where : SourceLocation{profile.file, 0, 0};
    for (const auto& entry : profile.home.entries)
        config.home.push_back(
            {entry.address, prefix_of_mask(entry.mask).value_or(0), *entry.link, entry.where});
    for (const auto& entry : profile.home_v6.entries)
        config.home.push_back({entry.address, entry.prefix, *entry.link, entry.where});
    for (const auto& entry : profile.gateway.entries)
        config.gateway.push_back({entry.destination, prefix_of_mask(entry.mask).value_or(0), entry.first_hop,
                                  *entry.link, entry.mtu, entry.where});
    for (const auto& entry : profile.gateway_v6.entries)
        config.gateway.push_back(
            {entry.destination, entry.prefix, entry.first_hop, *entry.link, entry.mtu, entry.where});
}

/// A limit that the profile does not give is not in force: its default is only remembered.
Sourced<std::size_t> limit_of(const Sourced<std::uint32_t>& value) {
    return value.where.known() ? Sourced<std::size_t>{*value, value.where} : Sourced<std::size_t>{};
}

void configure_limits(const profiles::ProfileTcpip& profile, stack::ServerConfig& config) {
    config.limits = {limit_of(profile.attack_limits.foreign_ip_connections),
                     limit_of(profile.attack_limits.pending_connections),
                     limit_of(profile.attack_limits.persist_connections)};
    config.keep_alive = {{minutes(*profile.keep_alive.interval), profile.keep_alive.interval.where},
                         profile.keep_alive.send_garbage};
    if (profile.listen_backlog.where.known()) config.backlog = limit_of(profile.listen_backlog);
    if (profile.arp_age.where.known())
        config.arp_age = Sourced<Duration>{minutes(*profile.arp_age), profile.arp_age.where};
    for (const auto& entry : profile.blocked.entries)
        config.blocked.push_back({entry.address, entry.prefix, entry.where});
}

/// The pools whose use the stack counts.
void configure_pools(const profiles::ProfileTcpip& profile, stack::ServerConfig& config) {
    using profiles::Pool;
    using stack::PoolId;
    constexpr std::pair<Pool, PoolId> kCounted[] = {
        {Pool::address_translation, PoolId::address_translation},
        {Pool::ccb, PoolId::ccb},
        {Pool::data_buffer, PoolId::data_buffer},
        {Pool::envelope, PoolId::envelope},
        {Pool::ip_route, PoolId::ip_route},
        {Pool::rcb, PoolId::rcb},
        {Pool::scb, PoolId::scb},
        {Pool::tcb, PoolId::tcb},
    };
    for (const auto& row : kCounted) {
        const profiles::PoolSize& given = profile.pools[row.first];
        config.pools[std::size_t(row.second)] = {given.blocks, *given.buffer_size, given.limit};
    }
    if (profile.data_buffer_limits.receive.where.known())
        config.receive_buffers = profile.data_buffer_limits.receive;
}

/// TRACE, MORETRACE, LESSTRACE and NOTRACE in their order.
void configure_trace(const profiles::ProfileTcpip& profile, stack::TraceSettings& trace) {
    for (const auto& statement : profile.traces) {
        std::uint32_t areas = 0;
        for (const auto& name : statement.names)
            for (const std::string_view member : profiles::trace_members(*name))
                if (const auto area = stack::trace_area(member)) areas |= 1u << unsigned(*area);
        switch (statement.change) {
            case profiles::TraceChange::set: trace.areas |= areas; break;
            case profiles::TraceChange::more:
                trace.areas |= areas;
                trace.detailed |= areas;
                break;
            case profiles::TraceChange::less: trace.detailed &= ~areas; break;
            case profiles::TraceChange::off:
                if (statement.names.empty()) areas = ~0u;
                trace.areas &= ~areas;
                trace.detailed &= ~areas;
                break;
        }
        trace.where = statement.where;
    }
    if (!profile.trace_output) return;
    trace.file = profile.trace_output->file;
    trace.where = profile.trace_output->where;
}

void configure_ssl(const profiles::ProfileTcpip& profile, const Launch& launch,
                   const std::vector<Userid>& users, StackConfiguration& out) {
    stack::SslConfig& ssl = out.server.ssl;
    ssl.max_sessions = *profile.ssl_limits.max_sessions;
    ssl.max_per_server = *profile.ssl_limits.max_per_server;
    ssl.limits_where = profile.ssl_limits.max_sessions.where.known()
                           ? profile.ssl_limits.max_sessions.where
                           : profile.ssl_limits.max_per_server.where;
    if (!profile.ssl_server) return;
    ssl.server = profile.ssl_server->server;
    ssl.timeout = seconds(*profile.ssl_server->timeout);
    if (ssl.server->value != stack::kAnyUser) {
        ssl.members = {ssl.server->value};
        return;
    }
    ssl.members = ssl_members(launch.userid, users, launch.dtcparms);
    for (const auto& file : launch.dtcparms)
        for (const auto& entry : file.entries)
            if (entry.type == profiles::DtcType::server && runs_vmssl(entry, launch.dtcparms))
                ssl.strangers.push_back(entry.tag("stack") ? entry.tag("stack")->where : entry.nick.where);
    const std::size_t wanted = (ssl.max_sessions + ssl.max_per_server - 1) / ssl.max_per_server;
    if (ssl.members.empty()) {
        auto said = say<DTCRUN909W>(launch.userid);
        said.rests_on = ssl.strangers;
        out.notices.push_back(std::move(said).because(ssl.server->where));
    } else if (wanted > ssl.members.size())
        out.notices.push_back(say<DTCRUN908W>(wanted, ssl.members.size()).because(ssl.limits_where));
}

/// The words of `:attach.`, folded; commas and parentheses separate, too.
std::vector<profiles::Word> words_of_attach(const profiles::DtcTag& attach) {
    constexpr std::string_view kSeparators = ",()";
    std::vector<profiles::Word> words;
    for (const profiles::Word& word : attach.words) {
        std::size_t at = 0;
        while ((at = word.text.find_first_not_of(kSeparators, at)) != std::string::npos) {
            const std::size_t end = std::min(word.text.find_first_of(kSeparators, at), word.text.size());
            profiles::Word part{upper(std::string_view(word.text).substr(at, end - at)), word.where};
            part.where.column += static_cast<std::uint32_t>(at);
            words.push_back(std::move(part));
            at = end;
        }
    }
    return words;
}

}  // namespace

std::vector<AttachedRange> attached_devices(const profiles::DtcTag& attach) {
    std::vector<AttachedRange> ranges;
    bool as = false;
    for (const profiles::Word& word : words_of_attach(attach)) {
        const std::string& text = word.text;
        if (text == "AS") {
            as = true;
            continue;
        }
        const std::size_t dash = text.find('-');
        const auto low = profiles::read_vdev(std::string_view(text).substr(0, dash));
        const auto high =
            dash == std::string::npos ? low : profiles::read_vdev(std::string_view(text).substr(dash + 1));
        if (as && low && !ranges.empty()) {
            const unsigned count = ranges.back().high - ranges.back().low;
            ranges.back().low = *low;
            ranges.back().high = static_cast<std::uint16_t>(std::min(0xffffu, *low + count));
        } else if (low && high && *low <= *high) {
            ranges.push_back({*low, *high, word.where});
        }
        as = false;
    }
    return ranges;
}

std::optional<Said> without_client_certificates(const Sourced<ClientCertCheck>& check,
                                                std::string_view statement, const Level& level) {
    if (level.has(Apar::PH18435) || !check.where.known() || *check == ClientCertCheck::none)
        return std::nullopt;
    return say<DTCRUN923W>(statement, level.tcpip()).because(check.where);
}

std::optional<Said> unknown_telnet_check(const profiles::ProfileTcpip& profile, const Level& level) {
    if (level.has(Apar::PH18435) || !profile.telnet) return std::nullopt;
    const auto& check = profile.telnet->client_cert_check;
    if (*check == ClientCertCheck::none || profile.telnet->client_cert_full) return std::nullopt;
    return say<DTCRUN924W>(*check == ClientCertCheck::preferred ? "PREFERRED" : "REQUIRED", level.tcpip())
        .because(check.where);
}

StackConfiguration configure_stack(const profiles::ProfileTcpip& profile, const Launch& launch,
                                   const std::vector<Userid>& users) {
    StackConfiguration out;
    stack::ServerConfig& config = out.server;
    config.userid = launch.userid;
    config.level = launch.level;
    config.profile = profile.file;
    config.zone = launch.zone;
    configure_devices(profile, launch, out);
    configure_network(profile, config);
    configure_ports(profile, launch.level, out);
    configure_ssl(profile, launch, users, out);
    for (const auto& entry : profile.autolog.entries) config.autolog.push_back(entry.userid);
    const SourceLocation whole{profile.file, 0, 0};
    config.autolog_where = profile.autolog.given ? profile.autolog.where : whole;
    config.ports_where = profile.ports.given ? profile.ports.where : whole;
    config.max_restart = profile.max_restart;
    configure_limits(profile, config);
    configure_pools(profile, config);
    configure_trace(profile, config.trace);
    config.obey = profile.obey.entries;
    config.obey_where = profile.obey.given ? profile.obey.where : whole;
    config.inform = profile.inform.entries;
    config.permit = profile.permit.entries;
    config.restricted = profile.restricted.entries;
    config.restrict_low_ports = profile.assorted.restrict_low_ports;
    config.permitted_users_only = profile.assorted.permitted_users_only;
    config.forwarding = *profile.assorted.forwarding;
    config.path_mtu_discovery = profile.assorted.path_mtu_discovery;
    config.ignore_redirects = profile.assorted.ignore_redirect;
    config.proxy_arp = profile.assorted.proxy_arp;
    config.source_vipa = profile.assorted.source_vipa;
    config.source_vipa6 = profile.assorted.source_vipa_v6;
    config.multipath = profile.assorted.equal_cost_multipath;
    config.udp_queue_limit = profile.assorted.udp_queue_limit;
    config.forwarding6 = *profile.assorted.forwarding_v6;
    config.redirects6 = {!*profile.assorted.ignore_redirect_v6, profile.assorted.ignore_redirect_v6.where};
    config.secure_local = profile.assorted.secure_local;
    config.secure_local6 = profile.assorted.secure_local_v6;
    out.telnet = configure_telnet(profile);
    if (auto notice = unknown_telnet_check(profile, launch.level)) {
        out.telnet.client_cert_check.value = ClientCertCheck::none;
        out.notices.push_back(std::move(*notice));
    }
    return out;
}

services::TelnetConfig configure_telnet(const profiles::ProfileTcpip& profile) {
    services::TelnetConfig config;
    const auto parms = profile.telnet.value_or(profiles::InternalClientParms{});
    config.ports = parms.ports;
    config.secure_connection = level_of(parms.secure_connection);
    if (parms.tls_label) config.tls_label = *parms.tls_label;
    config.client_cert_check = parms.client_cert_check;
    config.timemark = seconds_of(parms.time_mark);
    config.inactive = seconds_of(parms.inactive);
    config.scan_interval = seconds_of(parms.scan_interval);
    config.tn3270e = parms.tn3270e;
    if (parms.ldev_low.where.known())
        config.devices = {{std::max<LogicalDevice>(1, *parms.ldev_low), *parms.ldev_high},
                          parms.ldev_low.where};
    return config;
}

services::FtpConfig configure_ftp(const profiles::SrvrftpConfig& config, const Launch& launch) {
    services::FtpConfig ftp;
    ftp.port = config.port;
    ftp.tls_label = config.tls_label;
    ftp.secure_control = level_of(config.secure_control);
    ftp.secure_data = level_of(config.secure_data);
    if (launch.level.has(Apar::PH18435)) ftp.client_cert_check = config.client_cert_check;
    if (config.passive_ports)
        ftp.passive_ports = {{(*config.passive_ports)->low, (*config.passive_ports)->high},
                             config.passive_ports->where};
    ftp.inactive = seconds_of(config.inactive);
    if (config.keep_alive) ftp.keep_alive.idle = seconds_of(*config.keep_alive);
    ftp.list_format = {*config.list_format == profiles::ListFormat::unix ? services::ListFormat::unix_style
                                                                         : services::ListFormat::vm,
                       config.list_format.where};
    ftp.anonymous = config.anonymous;
    if (launch.anonymous && !*ftp.anonymous) {
        const profiles::DtcTag* tag = launch.definition.tag("anonymous");
        ftp.anonymous = {true, tag == nullptr ? SourceLocation() : tag->where};
    }
    const profiles::DtcTag* esm = launch.definition.tag("esm_enable");
    if (esm && profiles::read_yes_no(esm->value()).value_or(false))
        ftp.passwords = {services::PasswordKeeper::security_manager, esm->where};
    else if (*config.racf) ftp.passwords = {services::PasswordKeeper::security_manager, config.racf.where};
    ftp.timestamp = config.time_stamp;
    return ftp;
}

services::ResolverConfig configure_resolver(const profiles::TcpipData& data,
                                            const profiles::EtcHosts& hosts) {
    services::ResolverConfig config;
    for (const auto& server : data.name_servers) config.servers.push_back(server);
    config.port = data.name_server_port;
    config.by_tcp = {*data.resolve_via == profiles::ResolveVia::tcp, data.resolve_via.where};
    config.timeout = seconds_of(data.resolver_timeout);
    config.retries = data.resolver_udp_retries;
    if (!data.domain_origin->empty()) config.domains.push_back(data.domain_origin);
    for (const auto& domain : data.domain_search) config.domains.push_back(domain);
    for (const auto& source : data.domain_lookup)
        config.order.push_back({*source == profiles::DomainLookup::dns ? services::LookupSource::dns
                                                                       : services::LookupSource::file,
                                source.where});
    for (const auto& entry : hosts.entries) {
        services::HostLine line{entry.address, {}};
        for (const auto& name : entry.names) line.names.push_back(*name);
        config.hosts.push_back(std::move(line));
    }
    config.hosts_where = {hosts.file, 0, 0};
    config.data_where = {data.file, 0, 0};
    config.trace = data.trace_resolver;
    return config;
}

services::SmtpConfig configure_smtp(const profiles::SmtpConfig& config, const Launch& launch) {
    services::SmtpConfig smtp;
    smtp.port = config.port;
    smtp.tls = level_of(config.tls);
    smtp.tls_label = config.tls_label;
    if (launch.level.has(Apar::PH18435)) smtp.client_cert_check = config.client_cert_check;
    smtp.forward_mail = {*config.forward_mail ? services::ForwardMail::yes : services::ForwardMail::no,
                         config.forward_mail.where};
    smtp.max_mail_bytes = {*config.max_mail_bytes, config.max_mail_bytes.where};
    smtp.inactive = seconds_of(config.inactive);
    if (!config.postmasters.empty()) {
        smtp.postmaster = {{}, config.postmasters[0].where};
        for (const auto& userid : config.postmasters) smtp.postmaster.value.push_back(*userid);
    }
    return smtp;
}

std::vector<Userid> smtp_authorized(const profiles::SmtpConfig& config) {
    std::vector<Userid> users;
    for (const auto& userid : config.smsg_authorized) users.push_back(*userid);
    return users;
}

std::optional<Sourced<std::uint16_t>> reserved_port(const stack::ServerConfig& config, const Userid& user) {
    for (const auto& port : config.ports)
        if (port.user == user && !port.udp) return Sourced<std::uint16_t>{port.low, port.where};
    return std::nullopt;
}

sslserv::Policy configure_policy(const profiles::VmsslParms& parms, const Level& level) {
    sslserv::Policy policy;
    policy.level = level;
    policy.key_file = *parms.key_file;
    policy.key_file_where = parms.key_file.where;
    policy.cache_life = seconds(*parms.cache_life);
    policy.cache_cleanup = *parms.cache_cleanup;
    for (const auto& mode : parms.modes)
        policy.modes.push_back({*mode == profiles::VmsslMode::fips_140_2 ? sslserv::Mode::fips_140_2
                                                                         : sslserv::Mode::nist_800_131a,
                                mode.where});
    for (const auto& protocol : parms.protocols)
        policy.protocols.push_back({protocol_of(protocol.version), protocol.enable, protocol.where});
    for (const auto& cipher : parms.ciphers)
        policy.ciphers.push_back({cipher.name, cipher.enable, cipher.where});
    policy.fallback_scsv = *parms.fallback_scsv;
    policy.gsk_trace = *parms.gsk_trace;
    policy.trace = configure_trace(parms.trace);
    return policy;
}

std::optional<sslserv::Trace> read_trace_command(const std::string& text) {
    std::vector<profiles::Word> words;
    for (std::string_view rest = trimmed(text); !rest.empty(); rest = trimmed(rest)) {
        const auto end = std::min(rest.find(' '), rest.size());
        words.push_back({std::string(rest.substr(0, end)), {}});
        rest.remove_prefix(end);
    }
    const bool trace = !words.empty() && abbreviates(words[0].text, "TRAce");
    if (words.size() == 1 && trace) words.push_back({"NORMAL", {}});
    if (!trace && !(words.size() == 1 && abbreviates(words[0].text, "NOTRAce"))) return std::nullopt;
    for (std::size_t i = 1; i < words.size(); ++i)
        if (profiles::is_vmssl_operand(words[i])) return std::nullopt;
    const auto parms = profiles::read_vmssl_parms(words, profiles::SourceText{}, {});
    if (!parms.acceptable() || !parms.findings.items.empty()) return std::nullopt;
    return configure_trace(parms.trace);
}

services::SystemFacts configure_facts(const Launch& launch, const Name8& node,
                                      std::vector<Userid> authorized) {
    services::SystemFacts facts;
    facts.userid = launch.userid;
    facts.node = node.str();
    facts.host_name = launch.data.host_name->empty() ? facts.node : *launch.data.host_name;
    facts.domain = *launch.data.domain_origin;
    facts.level = launch.level;
    facts.zone = launch.zone;
    facts.authorized = std::move(authorized);
    return facts;
}

profiles::VmsslVocabulary vmssl_vocabulary(const Level& level) {
    profiles::VmsslVocabulary words;
    for (const auto& suite : sslserv::all_cipher_suites())
        if (is_known(suite, level)) words.suites.push_back(suite.name);
    words.protocols.clear();
    for (const auto version : sslserv::known_protocols(level))
        words.protocols.push_back(sslserv::keyword_of(version));
    return words;
}

}  // namespace vmlab::sim
