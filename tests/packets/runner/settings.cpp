#include "tests/packets/runner/settings.hpp"

#include <algorithm>
#include <charconv>

namespace vmlab::packets {
namespace {

std::int64_t number_in(std::string_view text) {
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return std::clamp<std::int64_t>(value, 0, 0x7fffffff);
}

Ipv4Address address_in(const Setting& s) {
    if (const auto parsed = Ipv4Address::parse(s.value)) return *parsed;
    if (s.value.find(':') != std::string::npos) throw NotOurs("IPv6");
    throw ScriptError(s.at, "'" + s.value + "' is no IPv4 address");
}

/// Words of a command: blanks and quotes part them, and =.
std::vector<std::string> words_of(const std::string& command) {
    std::vector<std::string> words(1);
    for (const char c : command) {
        const bool parts =
            c == ' ' || c == '\t' || c == '\n' || c == '"' || c == '\'' || c == '=' || c == ';';
        if (!parts) words.back() += c;
        else if (!words.back().empty()) words.emplace_back();
    }
    if (words.back().empty()) words.pop_back();
    return words;
}

/// net.ipv4.tcp_sack and /proc/sys/net/ipv4/tcp_sack are the same.
std::string name_of_setting(std::string word) {
    constexpr std::string_view kFolder = "/proc/sys/";
    if (word.starts_with(kFolder)) word.erase(0, kFolder.size());
    for (char& c : word)
        if (c == '/') c = '.';
    return word;
}

/// One setting of a kernel that we have, too.
bool set_one(const std::string& name, const std::vector<std::string>& values, Settings& to) {
    const std::int64_t first = values.empty() ? 0 : number_in(values[0]);
    auto& o = to.host.options;
    if (name == "net.ipv4.tcp_timestamps") o.timestamps = first != 0;
    else if (name == "net.ipv4.tcp_sack" || name == "net.inet.tcp.sack.enable") o.selective_acks = first != 0;
    else if (name == "net.ipv4.tcp_window_scaling") o.window_scaling = first != 0;
    else if (name == "net.inet.tcp.rfc1323") o.timestamps = o.window_scaling = first != 0;
    else if (name == "net.ipv4.tcp_rmem" && values.size() == 3)
        o.receive_buffer = std::size_t(std::max<std::int64_t>(number_in(values[2]), 1));
    else if (name == "net.inet.tcp.recvspace")
        o.receive_buffer = std::size_t(std::max<std::int64_t>(first, 1));
    else if (name == "net.ipv4.tcp_fin_timeout" || name == "net.ipv4.tcp_tw_length")
        o.time_wait = seconds{std::max<std::int64_t>(first, 1)};
    else if (name == "net.inet.tcp.msl") o.time_wait = milliseconds{2 * std::max<std::int64_t>(first, 1)};
    else if (name == "net.ipv4.tcp_keepalive_time") to.defaults.keep_alive_idle = seconds{first};
    else if (name == "net.ipv4.tcp_keepalive_intvl") to.defaults.keep_alive_interval = seconds{first};
    else if (name == "net.ipv4.tcp_keepalive_probes") to.defaults.keep_alive_probes = int(first);
    else if (name == "net.ipv4.ip_default_ttl" || name == "net.inet.ip.ttl") o.ttl = std::uint8_t(first);
    else if ((name == "net.ipv4.tcp_ecn" || name == "net.inet.tcp.ecn.enable") && first == 1)
        throw NotOurs("ECN");
    else if (name == "net.inet.tcp.delayed_ack" || name == "net.inet.tcp.delacktime" ||
             name == "net.inet.tcp.functions_default" || name.starts_with("net.ipv4.tcp_fastopen") ||
             name.starts_with("net.inet.tcp.fastopen") || name.starts_with("net.mptcp"))
        throw NotOurs("the setting " + name);
    else return false;
    return true;
}

std::uint8_t scale_of(const Script& script) {
    for (const auto& event : script.events) {
        const auto* packet = std::get_if<PacketSpec>(&event.action);
        if (!packet || !packet->outbound) continue;
        const auto* tcp = std::get_if<TcpSpec>(&packet->content);
        if (!tcp || !tcp->flags.syn) continue;
        if (!tcp->options) return 0;
        for (const auto& option : *tcp->options)
            if (option.kind == Option::Kind::wscale)
                return std::uint8_t(std::min(option.first.value_or(0), 14u));
        return 0;
    }
    return 0;
}

}  // namespace

void apply(const Script& script, Settings& to) {
    to.window_shift = scale_of(script);
    for (const auto& s : script.settings) {
        const std::string& name = s.name;
        if (name == "ip_version") {
            if (s.value != "ipv4") throw NotOurs(s.value == "ipv6" ? "IPv6" : "IPv4 in IPv6 addresses");
        } else if (name == "tolerance_usecs") {
            to.tolerance = microseconds{number_in(s.value)};
        } else if (name == "local_ip") {
            to.host.host = address_in(s);
        } else if (name == "remote_ip") {
            to.host.peer = address_in(s);
        } else if (name == "gateway_ip") {
            to.host.gateway = address_in(s);
        } else if (name == "mtu") {
            to.host.mtu =
                std::uint16_t(std::min<std::int64_t>(std::max<std::int64_t>(number_in(s.value), 68), 65535));
        } else if (name == "bind_port") {
            to.host.bind_port = std::uint16_t(number_in(s.value));
        } else if (name == "connect_port") {
            to.host.connect_port = std::uint16_t(number_in(s.value));
        } else if (name == "define" || name == "send_omit_free" || name == "persistent_tun_dev" ||
                   name == "wire_client" || name == "wire_server" || name.starts_with("so_")) {
            throw NotOurs("the option --" + name);
        } else {
            to.skipped.push_back("--" + name);
        }
    }
}

bool apply_command(const std::string& command, Settings& to) {
    const std::vector<std::string> words = words_of(command);
    bool understood = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string name = name_of_setting(words[i]);
        // The common beginning of Linux's scripts: what it sets that we have.
        if (name.ends_with("defaults.sh"))
            understood = set_one("net.ipv4.tcp_rmem", {"4096", "540000", "15728640"}, to);
        if (name.starts_with("net.") || name.starts_with("kern.")) {
            const std::vector<std::string> values(words.begin() + std::ptrdiff_t(i) + 1, words.end());
            const bool ours = set_one(name, values, to);
            understood = understood || ours;
            if (!ours) to.skipped.push_back(name);
        }
    }
    if (!understood) to.skipped.push_back(words.empty() ? "" : words[0]);
    return understood;
}

}  // namespace vmlab::packets
