#include "profiles/tcpip_data.hpp"

#include <algorithm>

#include "profiles/statement_lines.hpp"

namespace vmlab::profiles {
namespace {

using Line = StatementLine;
using Data = TcpipData;

void read_tcpip_userid(Line& line, Data& data) {
    Sourced<Userid> userid;
    line.read(1, userid);
    if (!userid.where.known()) return;
    data.tcpip_userid = userid;
    data.tcpip_userid_typed = line.keyword().text + ' ' + line.operand(1).text;
}

void read_name_server(Line& line, Data& data) {
    Sourced<IpAddress> address;
    line.read_address(1, address);
    if (!address.where.known()) return;
    if (!address->is_v4() && !is_known(ConfigFile::tcpip_data, "NSINTERADDR with an IPv6 address"))
        return line.bad(1, "address");
    data.name_servers.push_back(address);
}

void read_domain_search(Line& line, Data& data) {
    Sourced<std::string> domain;
    line.read_text(1, domain);
    if (domain.where.known()) data.domain_search.push_back(domain);
}

void read_domain_lookup(Line& line, Data& data) {
    std::vector<Sourced<DomainLookup>> order;
    for (std::size_t n = 1; n <= std::max<std::size_t>(1, line.operands()); ++n) {
        const Word& word = line.operand(n);
        if (word.is("DNS")) order.push_back({DomainLookup::dns, word.where});
        else if (word.is("FILE")) order.push_back({DomainLookup::file, word.where});
        else return line.bad(n, "DNS or FILE");
    }
    data.domain_lookup = std::move(order);
}

void read_resolve_via(Line& line, Data& data) {
    const Word& word = line.operand(1);
    if (word.is("UDP")) data.resolve_via = {ResolveVia::udp, word.where};
    else if (word.is("TCP")) data.resolve_via = {ResolveVia::tcp, word.where};
    else line.bad(1, "UDP or TCP");
}

void read_smtp_server(Line& line, Data& data) {
    line.read(1, data.smtp_server);
    if (line.operands() > 1) line.read(2, data.smtp_node);
}

void read_at_sign(Line& line, Data& data) {
    const Word& word = line.operand(1);
    if (word.text.size() == 1) data.at_sign = {word.text, word.where};
    else line.bad(1, "character");
}

void read_trace(Line& line, Data& data) {
    if (line.operand(1).is("RESOLVER")) data.trace_resolver = {true, line.operand(1).where};
    else line.bad(1, "RESOLVER");
}

constexpr auto kAdds = Repeated::adds;

/// TCPIUSERID is how the product's own DTCRUN1028E sample quotes the statement; it is taken as the same.
constexpr LineStatement<Data> kStatements[] = {
    {"TCPIPUSERID", 1, read_tcpip_userid},
    {"TCPIUSERID", 1, read_tcpip_userid},
    {"HOSTNAME", 1, [](Line& l, Data& d) { l.read_text(1, d.host_name); }},
    {"DOMAINORIGIN", 1, [](Line& l, Data& d) { l.read_text(1, d.domain_origin); }},
    {"DOMAINSEARCH", 1, read_domain_search, kAdds},
    {"DOMAINLOOKUP", 2, read_domain_lookup},
    {"NSINTERADDR", 1, read_name_server, kAdds},
    {"NSPORTADDR", 1, [](Line& l, Data& d) { l.read(1, d.name_server_port, 1); }},
    {"RESOLVEVIA", 1, read_resolve_via},
    {"RESOLVERTIMEOUT", 1, [](Line& l, Data& d) { l.read(1, d.resolver_timeout, 1, 86'400); }},
    {"RESOLVERUDPRETRIES", 1, [](Line& l, Data& d) { l.read(1, d.resolver_udp_retries, 0, 1000); }},
    {"SMTPSERVERID", 2, read_smtp_server},
    {"UFTSERVERID", 1, [](Line& l, Data& d) { l.read(1, d.uft_server); }},
    {"ATSIGN", 1, read_at_sign},
    {"VMFILETYPE", kAnyNumber, [](Line& l, Data& d) { read_file_type(l, d.file_types); }, kAdds},
    {"VMFILETYPEDEFAULT", kAnyNumber, [](Line& l, Data& d) { read_file_type_default(l, d.file_types); },
     kAdds},
    {"TRACE", 1, read_trace},
    {"SECURETELNETCLIENT", 1, [](Line& l, Data& d) { l.read_yes(1, d.secure_telnet_client); }},
};

}  // namespace

TcpipData read_tcpip_data(const SourceText& source, const Name8& node) {
    TcpipData data;
    data.file = source.file;
    LineReader<Data> reader(ConfigFile::tcpip_data, source, kStatements, data);
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
        reader.read(std::move(words));
    }
    return data;
}

}  // namespace vmlab::profiles
