#include "profiles/etc_files.hpp"

#include <algorithm>

#include "profiles/messages.hpp"
#include "profiles/statement_table.hpp"

namespace vmlab::profiles {
namespace {

/// Words up to a comment of either kind.
std::vector<Word> words_of(const SourceText& source, std::uint32_t line) {
    std::vector<Word> words = scan_line(source, line, '#');
    const auto comment =
        std::find_if(words.begin(), words.end(), [](const Word& word) { return word.text[0] == ';'; });
    words.erase(comment, words.end());
    return words;
}

std::vector<Sourced<std::string>> names_of(const std::vector<Word>& words, std::size_t first) {
    std::vector<Sourced<std::string>> names;
    for (std::size_t i = first; i < words.size(); ++i)
        names.push_back({quoted(words[i].text), words[i].where});
    return names;
}

}  // namespace

const HostEntry* EtcHosts::find(std::string_view name) const {
    for (const HostEntry& entry : entries)
        for (const auto& known : entry.names)
            if (iequals(*known, name)) return &entry;
    return nullptr;
}

EtcHosts read_etc_hosts(const SourceText& source) {
    EtcHosts hosts;
    hosts.file = source.file;
    FindingWriter findings(source, hosts.findings);
    for (std::uint32_t n = 1; n <= source.lines.size(); ++n) {
        const std::vector<Word> words = words_of(source, n);
        if (words.empty() || !is_known(ConfigFile::etc_hosts, "host")) continue;
        const Word& first = words[0];
        const auto v4 = Ipv4Address::parse(first.text);
        const auto v6 = read_ipv6(first.text);
        if (!v4 && !v6)
            findings.add(LineState::unknown, first.where,
                         say<DTCPRS903E>(quoted(first.text), "address", "ETC HOSTS"));
        else if (words.size() < 2)
            findings.add(LineState::extracted, first.where, say<DTCPRS904E>(quoted(first.text), "name"));
        else hosts.entries.push_back({{v4 ? IpAddress(*v4) : *v6, first.where}, names_of(words, 1)});
    }
    return hosts;
}

const ServiceEntry* EtcServices::find(std::uint16_t port, bool udp) const {
    for (const ServiceEntry& entry : entries)
        if (entry.port == port && entry.udp == udp) return &entry;
    return nullptr;
}

EtcServices read_etc_services(const SourceText& source) {
    EtcServices services;
    services.file = source.file;
    FindingWriter findings(source, services.findings);
    for (std::uint32_t n = 1; n <= source.lines.size(); ++n) {
        const std::vector<Word> words = words_of(source, n);
        if (words.empty() || !is_known(ConfigFile::etc_services, "service")) continue;
        if (words.size() < 2) {
            findings.add(LineState::extracted, words[0].where,
                         say<DTCPRS904E>(quoted(words[0].text), "port and protocol"));
            continue;
        }
        const std::string_view text = words[1].text;
        const std::size_t slash = std::min(text.find('/'), text.size() - 1);
        const auto port = read_number(text.substr(0, slash), 1, 65'535);
        const std::string protocol = upper(text.substr(slash));
        if (!port || (protocol != "/TCP" && protocol != "/UDP")) {
            findings.add(LineState::extracted, words[1].where,
                         say<DTCPRS903E>(quoted(text), "port/tcp or port/udp", "ETC SERVICES"));
            continue;
        }
        services.entries.push_back({{quoted(words[0].text), words[0].where},
                                    static_cast<std::uint16_t>(*port),
                                    protocol == "/UDP",
                                    names_of(words, 2)});
    }
    return services;
}

}  // namespace vmlab::profiles
