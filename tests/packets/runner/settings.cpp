#include "tests/packets/runner/settings.hpp"

#include <algorithm>
#include <charconv>

#include "tests/packets/runner/cookies.hpp"

namespace vmlab::packets {

using namespace vmlab::stack;

namespace {

std::int64_t number_in(std::string_view text) {
    constexpr std::int64_t kMost = 0x7fffffff;
    std::int64_t value = 0;
    if (text.starts_with("$((")) {  // the shell's arithmetic: a product
        value = 1;
        for (text.remove_prefix(3); !text.empty();
             text.remove_prefix(std::min(text.find('*'), text.size() - 1) + 1))
            value = std::clamp<std::int64_t>(value * number_in(text.substr(0, text.find('*'))), 0, kMost);
        return value;
    }
    const bool hex = text.starts_with("0x");
    if (hex) text.remove_prefix(2);
    std::from_chars(text.data(), text.data() + text.size(), value, hex ? 16 : 10);
    return std::clamp<std::int64_t>(value, 0, kMost);
}

IpAddress address_in(const Setting& s) {
    if (const auto parsed = IpAddress::parse(s.value)) return *parsed;
    throw ScriptError(s.at, "'" + s.value + "' is no address");
}

/// The addresses that packetdrill takes unless told otherwise.
void use_ipv6(Host::Setup& setup) {
    setup.host = *IpAddress::parse("fd3d:0a0b:17d6::1");
    setup.gateway = *IpAddress::parse("fd3d:0a0b:17d6:8888::1");
    setup.peer = *IpAddress::parse("fd3d:fa7b:d17d::1");
    setup.prefix = 48;
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

/// Bits: 1 and 2 switch on what our calls ask for anyway; 4 and 0x200 do without cookies; 0x400 is for every
/// listener.
void set_fast_open(const std::string& name, const std::vector<std::string>& values, Settings& to) {
    constexpr std::int64_t kServers = 2, kWithoutCookies = 4 | 0x200, kEveryListener = 0x400;
    const std::string value = values.empty() ? "" : values[0];
    if (name == "net.ipv4.tcp_fastopen") {
        const std::int64_t bits = number_in(value);
        if ((bits & kWithoutCookies) != 0) throw NotOurs("Fast Open without cookies");
        to.listeners_open_fast = (bits & kServers) != 0 && (bits & kEveryListener) != 0;
    } else if (name == "net.ipv4.tcp_fastopen_key") {
        to.fast_open_key = fast_open_key(value);
    } else if (name == "net.ipv4.tcp_fastopen_cookies") {
        to.forgets_servers = true;
    } else {
        to.skipped.push_back(name);
    }
}

/// Settings that would change what a script sees, and that we have not: those that stand as they come are no
/// matter.
const std::string_view* usual_value(const std::string& name) {
    static constexpr std::pair<std::string_view, std::string_view> kUsual[] = {
        {"net.ipv4.tcp_syn_retries", "5"},
        {"net.ipv4.tcp_synack_retries", "5"},
        {"net.ipv4.tcp_retries1", "3"},
        {"net.ipv4.tcp_retries2", "15"},
        {"net.ipv4.tcp_rto_max_ms", "120000"},
        {"net.ipv4.tcp_early_retrans", "3"},
        {"net.ipv4.tcp_recovery", "1"},
        {"net.ipv4.tcp_dsack", "1"},
        {"net.ipv4.tcp_reordering", "3"},
        {"net.ipv4.tcp_slow_start_after_idle", "1"},
        {"net.ipv4.tcp_syncookies", "1"},
        {"net.ipv4.tcp_mtu_probing", "0"},
        {"net.inet.tcp.delayed_ack", "1"},
        {"net.inet.tcp.functions_default", "freebsd"},
        {"net.inet.tcp.fastopen.server_enable", "0"},
        {"net.inet.tcp.fastopen.client_enable", "0"},
        {"net.inet.tcp.ecn.generalized", "0"},
        {"net.inet.tcp.blackhole", "0"},
    };
    for (const auto& [known, value] : kUsual)
        if (name == known) return &value;
    return nullptr;
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
    else if (name.starts_with("net.ipv4.tcp_fastopen")) set_fast_open(name, values, to);
    else if (name == "net.ipv4.tcp_ecn" || name == "net.inet.tcp.ecn.enable") {
        if (first > 2) throw NotOurs("AccECN");
        o.ecn = first == 0 ? EcnMode::off : first == 1 ? EcnMode::on : EcnMode::if_asked;
    } else if (name == "net.ipv4.tcp_congestion_control" || name == "net.inet.tcp.cc.algorithm") {
        const auto algorithm = congestion_named(values.empty() ? "" : values[0]);
        if (!algorithm) throw NotOurs("the congestion control " + (values.empty() ? "" : values[0]));
        o.congestion = *algorithm;
    } else if (const auto* usual = usual_value(name)) {
        if (!values.empty() && values[0] != *usual) to.not_had = "the setting " + name + " " + values[0];
        return false;
    } else if (name.starts_with("net.mptcp")) {
        throw NotOurs("the setting " + name);
    } else {
        return false;
    }
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

/// Empty: it is not said.
std::string version_in(const std::vector<Setting>& settings) {
    std::string version;
    for (const auto& s : settings)
        if (s.name == "ip_version") version = s.value;
    return version;
}

void apply_option(const Setting& s, Settings& to) {
    const std::string& name = s.name;
    if (name == "ip_version") {
        return;  // looked at before
    } else if (name == "tolerance_usecs") {
        to.tolerance = microseconds{number_in(s.value)};
    } else if (name == "tcp_ts_tick_usecs") {
        to.compares_stamps = to.stamps_wanted = number_in(s.value) == 1000;
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
    } else if (name == "send_omit_free" || name == "persistent_tun_dev" || name == "wire_client" ||
               name == "wire_server" || name == "udp_encaps" || name.starts_with("so_")) {
        throw NotOurs("the option --" + name);
    } else if (name != "define") {
        to.skipped.push_back("--" + name);
    }
}

}  // namespace

void apply(const Script& script, const std::vector<Setting>& given, Settings& to) {
    to.window_shift = scale_of(script);
    std::vector<Setting> all = script.settings;  // what is given with the command prevails
    all.insert(all.end(), given.begin(), given.end());
    const std::string written = version_in(script.settings), wanted = version_in(given);
    if (!written.empty() && !wanted.empty() && written != wanted)
        throw NotOurs("a script for " + written + " in a run of " + wanted);
    const std::string version = wanted.empty() ? written : wanted;
    if (version == "ipv6") use_ipv6(to.host);
    // As packetdrill's own suites are run: with larger packets, so that segments are the same.
    if (wanted == "ipv6") to.host.mtu = 1520;
    // In sockets of IPv6, IPv4 is on the wire what it always is.
    if (!version.empty() && version != "ipv4" && version != "ipv6" && version != "ipv4-mapped-ipv6")
        throw NotOurs("the IP version " + version);
    for (const auto& s : all) apply_option(s, to);
    if (to.host.host.is_v4() != to.host.peer.is_v4() || to.host.host.is_v4() != to.host.gateway.is_v4())
        throw NotOurs("addresses of the other family than the run's");
}

bool apply_command(const std::string& command, Settings& to) {
    const std::vector<std::string> words = words_of(command);
    bool understood = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string name = name_of_setting(words[i]);
        // The common beginning of Linux's scripts: what it sets that we have.
        if (name.ends_with("defaults.sh") || name.starts_with("net.inet.")) to.other_kernel = true;
        if (to.other_kernel && !to.stamps_wanted) to.compares_stamps = false;  // as packetdrill
        if (name.ends_with("defaults.sh")) {
            understood = set_one("net.ipv4.tcp_rmem", {"4096", "540000", "15728640"}, to);
            // The suite that keeps it in a folder "common" switches Fast Open on for all listeners.
            const bool common = name.find("common") != std::string::npos;
            set_fast_open("net.ipv4.tcp_fastopen", {common ? "0x70403" : "0x3"}, to);
            set_fast_open("net.ipv4.tcp_fastopen_key", {"a1a1a1a1-b2b2b2b2-c3c3c3c3-d4d4d4d4"}, to);
            to.host.options.ecn = EcnMode::off;
        }
        if (name == "tcp_metrics") understood = to.forgets_servers = true;
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
