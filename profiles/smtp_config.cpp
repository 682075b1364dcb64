#include "profiles/smtp_config.hpp"

#include "profiles/statement_lines.hpp"

namespace vmlab::profiles {
namespace {

using Line = StatementLine;
using Config = SmtpConfig;

/// YES, NO, or EXIT: a site's program decides.
void read_yes_no_exit(Line& line, Sourced<bool>& value, Sourced<bool>& exit) {
    if (!line.operand(1).is("EXIT")) return line.read_yes(1, value);
    line.note(upper(line.keyword().text) + " EXIT", line.operand(1).where);
    exit = {true, line.operand(1).where};
}

/// YES asks the name server about the client's name in HELO; there is none.
void read_verify_client(Line& line, Config& config) {
    if (line.operand(1).is("YES")) line.note("VERIFYCLIENT YES", line.operand(1).where);
    read_yes_no_exit(line, config.verify_client, config.verify_exit);
}

void read_relay(Line& line, Config& config) {
    Sourced<IpAddress> address;
    line.read_address(1, address);
    if (address.where.known()) config.relay = address;
}

void read_outbound_limit(Line& line, Config& config) {
    Sourced<std::uint32_t> limit;
    line.read(1, limit, 1, 1'000'000);
    if (limit.where.known()) config.outbound_open_limit = limit;
}

void read_name(Line& line, std::optional<Sourced<std::string>>& value) {
    Sourced<std::string> name;
    line.read_text(1, name);
    if (name.where.known()) value = name;
}

void read_local_format(Line& line, Config& config) {
    const Word& word = line.operand(1);
    if (word.is("NETDATA") || word.is("PUNCH")) config.netdata = {word.is("NETDATA"), word.where};
    else line.bad(1, "NETDATA or PUNCH");
}

void read_other(Line& line, Config& config) {
    SmtpConfig::Other other{upper(line.keyword().text), {}, line.keyword().where};
    line.read_words(1, other.operands);
    config.others.push_back(std::move(other));
}

constexpr auto kAdds = Repeated::adds;

constexpr LineStatement<Config> kStatements[] = {
    {"PORT", 1, [](Line& l, Config& c) { l.read(1, c.port, 1); }},
    {"POSTMASTER", kAnyNumber, [](Line& l, Config& c) { l.read_userids(c.postmasters); }, kAdds},
    {"BADSPOOLFILEID", 1, [](Line& l, Config& c) { l.read(1, c.bad_spool_file_id); }},
    {"SMSGAUTHLIST", kAnyNumber, [](Line& l, Config& c) { l.read_userids(c.smsg_authorized); }, kAdds},
    {"FORWARDMAIL", 1, [](Line& l, Config& c) { read_yes_no_exit(l, c.forward_mail, c.forward_exit); }},
    {"VERIFYCLIENT", 1, read_verify_client},
    {"TLS", 1, [](Line& l, Config& c) { l.read(1, c.tls); }},
    {"TLSLABEL", 1, [](Line& l, Config& c) { l.read_label(1, c.tls_label); }},
    {"CLIENTCERTCHECK", 1, [](Line& l, Config& c) { l.read(1, c.client_cert_check); }},
    {"IPMAILERADDRESS", 1, read_relay},
    {"OUTBOUNDOPENLIMIT", 1, read_outbound_limit},
    {"LOCALFORMAT", 1, read_local_format},
    {"LOG", 0,
     [](Line& l, Config& c) {
         c.log = {true, l.keyword().where};
     }},
    {"NOLOG", 0,
     [](Line& l, Config& c) {
         c.log = {false, l.keyword().where};
     }},
    {"DEBUG", kAnyNumber,
     [](Line& l, Config& c) {
         c.debug = {true, l.keyword().where};
     }},
    {"GATEWAY", 0,
     [](Line& l, Config& c) {
         c.gateway = {true, l.keyword().where};
     }},
    {"SECURE", 0,
     [](Line& l, Config& c) {
         c.secure = {true, l.keyword().where};
     }},
    {"SOURCEROUTES", 1, [](Line& l, Config& c) { l.read_yes(1, c.source_routes); }},
    {"NJEDOMAIN", 1, [](Line& l, Config& c) { read_name(l, c.nje_domain); }},
    {"RSCSDOMAIN", 1, [](Line& l, Config& c) { read_name(l, c.nje_domain); }},
    {"8BITMIME", 1, [](Line& l, Config& c) { read_name(l, c.mime_table); }},
    {"MAXMAILBYTES", 1, [](Line& l, Config& c) { l.read(1, c.max_mail_bytes, 1, 2'147'483'647); }},
    {"INACTIVE", 1, [](Line& l, Config& c) { l.read(1, c.inactive, 1, 86'400); }},
    {"RETRYAGE", 1, [](Line& l, Config& c) { l.read(1, c.retry_age, 0, 365); }},
    {"RETRYINT", 1, [](Line& l, Config& c) { l.read(1, c.retry_interval, 0, 1440); }},
    {"RESOLVERRETRYINT", 1, [](Line& l, Config& c) { l.read(1, c.resolver_retry_interval, 0, 1440); }},
    {"WARNINGAGE", 1, [](Line& l, Config& c) { l.read(1, c.warning_age, 0, 365); }},
    {"FINISHOPEN", 1, [](Line& l, Config& c) { l.read(1, c.finish_open, 1, 86'400); }},
    {"FILESPERCONN", 1, [](Line& l, Config& c) { l.read(1, c.files_per_connection, 1, 1'000'000); }},
    {"MAXCONNPERSITE", 1, [](Line& l, Config& c) { l.read(1, c.connections_per_site, 1, 1'000'000); }},
    {"RCPTRESPONSEDELAY", 1, [](Line& l, Config& c) { l.read(1, c.recipient_delay, 0, 86'400); }},
    {"TEMPERRORRETRIES", 1, [](Line& l, Config& c) { l.read(1, c.temporary_retries, 0, 1'000'000); }},
    {"MAILER", kAnyNumber, read_other, kAdds},
    {"NJEFORMAT", kAnyNumber, read_other, kAdds},
    {"ONDISKFULL", kAnyNumber, read_other, kAdds},
    {"RESTRICT", kAnyNumber, read_other, kAdds},
    {"REWRITE822HEADER", kAnyNumber, read_other, kAdds},
    {"SMTPCMDS", kAnyNumber, read_other, kAdds},
    {"TRACE", kAnyNumber, read_other, kAdds},
};

}  // namespace

SmtpConfig read_smtp_config(const SourceText& source) {
    SmtpConfig config;
    read_statement_lines<Config>(ConfigFile::smtp_config, source, kStatements, config);
    return config;
}

}  // namespace vmlab::profiles
