#include "profiles/smtp_config.hpp"

#include "profiles/statement_lines.hpp"

namespace vmlab::profiles {
namespace {

using Line = StatementLine;
using Config = SmtpConfig;

void read_userids(Line& line, std::vector<Sourced<Userid>>& list) {
    if (line.operands() == 0) return line.bad(1, "userid");
    for (std::size_t n = 1; n <= line.operands(); ++n) {
        Sourced<Userid> userid;
        line.read(n, userid);
        if (userid.where.known()) list.push_back(userid);
    }
}

/// YES, NO, or EXIT (a site's exit decides), which is not simulated.
void read_yes_no_exit(Line& line, Sourced<bool>& value) {
    if (line.operand(1).is("EXIT"))
        line.findings().add(LineState::not_simulated, line.operand(1).where,
                            say<DTCPRS906I>(upper(line.keyword().text) + " EXIT"));
    else line.read_yes(1, value);
}

void read_relay(Line& line, Config& config) {
    const Word& word = line.operand(1);
    if (const auto address = Ipv4Address::parse(word.text))
        config.relay = Sourced<Ipv4Address>{*address, word.where};
    else line.bad(1, "address");
}

constexpr LineStatement<Config> kStatements[] = {
    {"PORT", LineState::in_force, [](Line& l, Config& c) { l.read(1, c.port, 1), l.no_more_than(1); }},
    {"POSTMASTER", LineState::in_force, [](Line& l, Config& c) { read_userids(l, c.postmasters); }},
    {"BADSPOOLFILEID", LineState::extracted, [](Line& l, Config& c) { l.read(1, c.bad_spool_file_id); }},
    {"SMSGAUTHLIST", LineState::in_force, [](Line& l, Config& c) { read_userids(l, c.smsg_authorized); }},
    {"FORWARDMAIL", LineState::in_force, [](Line& l, Config& c) { read_yes_no_exit(l, c.forward_mail); }},
    {"MAXMAILBYTES", LineState::in_force,
     [](Line& l, Config& c) { l.read(1, c.max_mail_bytes, 1, 2'147'483'647); }},
    {"INACTIVE", LineState::in_force, [](Line& l, Config& c) { l.read(1, c.inactive, 1, 86'400); }},
    {"TLS", LineState::in_force, [](Line& l, Config& c) { l.read(1, c.tls); }},
    {"TLSLABEL", LineState::in_force, [](Line& l, Config& c) { l.read_label(1, c.tls_label); }},
    {"VERIFYCLIENT", LineState::extracted, [](Line& l, Config& c) { read_yes_no_exit(l, c.verify_client); }},
    {"IPMAILERADDRESS", LineState::extracted, read_relay},
    {"NOLOG", LineState::no_effect, nullptr},
    {"LOG", LineState::not_simulated, nullptr},
    {"8BITMIME", LineState::not_simulated, nullptr},
    {"DEBUG", LineState::not_simulated, nullptr},
    {"TRACE", LineState::not_simulated, nullptr},
    {"FILESPERCONN", LineState::not_simulated, nullptr},
    {"MAXCONNPERSITE", LineState::not_simulated, nullptr},
    {"OUTBOUNDOPENLIMIT", LineState::not_simulated, nullptr},
    {"FINISHOPEN", LineState::not_simulated, nullptr},
    {"GATEWAY", LineState::not_simulated, nullptr},
    {"NJEDOMAIN", LineState::not_simulated, nullptr},
    {"RSCSDOMAIN", LineState::not_simulated, nullptr},
    {"NJEFORMAT", LineState::not_simulated, nullptr},
    {"MAILER", LineState::not_simulated, nullptr},
    {"REWRITE822HEADER", LineState::not_simulated, nullptr},
    {"SECURE", LineState::not_simulated, nullptr},
    {"RESTRICT", LineState::not_simulated, nullptr},
    {"LOCALFORMAT", LineState::not_simulated, nullptr},
    {"ONDISKFULL", LineState::not_simulated, nullptr},
    {"RCPTRESPONSEDELAY", LineState::not_simulated, nullptr},
    {"TEMPERRORRETRIES", LineState::not_simulated, nullptr},
    {"WARNINGAGE", LineState::not_simulated, nullptr},
    {"RESOLVERRETRYINT", LineState::not_simulated, nullptr},
    {"RETRYAGE", LineState::not_simulated, nullptr},
    {"RETRYINT", LineState::not_simulated, nullptr},
    {"SMTPCMDS", LineState::not_simulated, nullptr},
    {"SOURCEROUTES", LineState::not_simulated, nullptr},
};

}  // namespace

SmtpConfig read_smtp_config(const SourceText& source) {
    SmtpConfig config;
    config.file = source.file;
    FindingWriter findings(source, config.findings);
    for (std::uint32_t n = 1; n <= source.lines.size(); ++n) {
        std::vector<Word> words = scan_line(source, n, ';');
        if (words.empty()) continue;
        read_statement_line<SmtpConfig>(StatementLine(std::move(words), findings), kStatements, config);
    }
    return config;
}

}  // namespace vmlab::profiles
