#include "profiles/tcpip_data.hpp"

#include "profiles/statement_lines.hpp"

namespace vmlab::profiles {
namespace {

using Line = StatementLine;

void read_tcpip_userid(Line& line, TcpipData& data) {
    const SourceLocation before = data.tcpip_userid.where;
    const Userid previous = *data.tcpip_userid;
    line.read(1, data.tcpip_userid);
    line.no_more_than(1);
    if (data.tcpip_userid.where == before) return;
    data.tcpip_userid_typed = line.keyword().text + ' ' + line.operand(1).text;
    if (before.known())
        line.findings().add(LineState::in_force, line.keyword().where,
                            say<DTCPRS913W>("TCPIPUSERID", *data.tcpip_userid, previous));
}

void read_name_server(Line& line, TcpipData& data) {
    const Word& word = line.operand(1);
    if (const auto address = Ipv4Address::parse(word.text))
        data.name_servers.push_back({*address, word.where});
    else if (word.text.find(':') != std::string::npos)
        line.findings().add(LineState::not_simulated, word.where, say<DTCPRS906I>("NSINTERADDR with IPv6"));
    else line.bad(1, "address");
}

void read_domain_search(Line& line, TcpipData& data) {
    Sourced<std::string> domain;
    line.read_text(1, domain);
    if (domain.where.known()) data.domain_search.push_back(domain);
}

/// TCPIUSERID is how the product's own DTCRUN1028E sample quotes the statement; it is taken as the same.
constexpr LineStatement<TcpipData> kStatements[] = {
    {"TCPIPUSERID", LineState::in_force, read_tcpip_userid},
    {"TCPIUSERID", LineState::in_force, read_tcpip_userid},
    {"HOSTNAME", LineState::in_force, [](Line& l, TcpipData& d) { l.read_text(1, d.host_name); }},
    {"DOMAINORIGIN", LineState::in_force, [](Line& l, TcpipData& d) { l.read_text(1, d.domain_origin); }},
    {"DOMAINSEARCH", LineState::extracted, read_domain_search},
    {"NSINTERADDR", LineState::extracted, read_name_server},
    {"SMTPSERVERID", LineState::extracted, [](Line& l, TcpipData& d) { l.read(1, d.smtp_server); }},
    {"ATSIGN", LineState::no_effect, nullptr},
    {"NSPORTADDR", LineState::not_simulated, nullptr},
    {"RESOLVEVIA", LineState::not_simulated, nullptr},
    {"RESOLVERTIMEOUT", LineState::not_simulated, nullptr},
    {"RESOLVERUDPRETRIES", LineState::not_simulated, nullptr},
    {"DOMAINLOOKUP", LineState::not_simulated, nullptr},
    {"UFTSERVERID", LineState::not_simulated, nullptr},
    {"VMFILETYPE", LineState::not_simulated, nullptr},
    {"VMFILETYPEDEFAULT", LineState::not_simulated, nullptr},
    {"TRACE", LineState::not_simulated, nullptr},
    {"SECURETELNETCLIENT", LineState::not_simulated, nullptr},
};

}  // namespace

TcpipData read_tcpip_data(const SourceText& source, const Name8& node) {
    TcpipData data;
    data.file = source.file;
    FindingWriter findings(source, data.findings);
    for (std::uint32_t n = 1; n <= source.lines.size(); ++n) {
        std::vector<Word> words = scan_line(source, n, ';');
        if (words.empty()) continue;
        if (words[0].text.size() > 1 && words[0].text.back() == ':') {
            const std::string_view system(words[0].text.data(), words[0].text.size() - 1);
            if (!iequals(system, node.view())) {
                data.statements.push_back(
                    {upper(quoted(words[0].text)), words[0].where, LineState::no_effect});
                continue;
            }
            words.erase(words.begin());
            if (words.empty()) continue;
        }
        read_statement_line<TcpipData>(StatementLine(std::move(words), findings), kStatements, data);
    }
    return data;
}

}  // namespace vmlab::profiles
