#include "simulator/network/wire_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "stack/wire/ethernet.hpp"
#include "stack/wire/ipv4.hpp"

namespace vmlab::sim {
namespace {

using Objection = std::optional<std::string>;

constexpr std::string_view kWireWords[] = {"delay",     "jitter",  "loss",        "burst",
                                           "duplicate", "reorder", "corrupt",     "reorder_by",
                                           "rate",      "mtu",     "queue_bytes", "queue_frames"};
constexpr std::string_view kFaultWords[] = {
    "name",  "from",    "to",        "source",  "destination", "protocol",  "source_port", "destination_port",
    "flags", "payload", "sequence",  "nth",     "after",       "until",     "delay",       "jitter",
    "loss",  "burst",   "duplicate", "reorder", "corrupt",     "reorder_by"};

Objection objection(std::string_view key, std::string_view value, std::string_view wanted) {
    return fmt::format("'{}' must be {}, not '{}'", key, wanted, value.substr(0, 40));
}

/// The number in front of `text`, which is left with what stands behind it.
template <typename Number>
std::optional<Number> take_number(std::string_view& text) {
    Number number{};
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (wrong != std::errc{}) return std::nullopt;
    text.remove_prefix(std::size_t(end - text.data()));
    return number;
}

std::optional<Duration> read_time(std::string_view text) {
    constexpr std::int64_t kMost = 1'000'000;
    const auto n = take_number<std::int64_t>(text);
    if (!n || *n < 0 || *n > kMost) return std::nullopt;
    if (iequals(text, "us")) return microseconds{*n};
    if (iequals(text, "ms")) return milliseconds{*n};
    if (iequals(text, "s")) return seconds{*n};
    if (iequals(text, "m")) return minutes{*n};
    return std::nullopt;
}

/// Percent as parts per million.
std::optional<std::uint32_t> read_percent(std::string_view text) {
    const auto n = take_number<double>(text);
    if (!n || !(*n >= 0 && *n <= 100) || (!text.empty() && text != "%")) return std::nullopt;
    return std::uint32_t(*n * 10'000 + 0.5);
}

std::optional<BurstLoss> read_burst(std::string_view text) {
    const auto first = text.find('/'), second = first == text.npos ? first : text.find('/', first + 1);
    if (second == text.npos) return std::nullopt;
    const auto enter = read_percent(text.substr(0, first));
    const auto leave = read_percent(text.substr(first + 1, second - first - 1));
    const auto lose = read_percent(text.substr(second + 1));
    if (!enter || !leave || !lose) return std::nullopt;
    return BurstLoss{*enter, *leave, *lose};
}

std::optional<std::uint64_t> read_rate(std::string_view text) {
    const auto n = take_number<std::uint64_t>(text);
    if (!n || *n > 1'000'000) return std::nullopt;
    if (iequals(text, "k")) return *n * 1000;
    if (iequals(text, "M")) return *n * 1'000'000;
    if (iequals(text, "G")) return *n * 1'000'000'000;
    return *n == 0 && text.empty() ? n : std::nullopt;
}

std::optional<NumberRange> read_range(std::string_view text) {
    const auto low = take_number<std::uint64_t>(text);
    if (!low) return std::nullopt;
    if (text.empty()) return NumberRange{*low, *low};
    if (text == "-") return NumberRange{*low, UINT64_MAX};
    if (text[0] != '-') return std::nullopt;
    text.remove_prefix(1);
    const auto high = take_number<std::uint64_t>(text);
    if (!high || !text.empty() || *high < *low) return std::nullopt;
    return NumberRange{*low, *high};
}

std::optional<Subnet> read_subnet(std::string_view text) {
    const auto slash = text.find('/');
    const auto address = IpAddress::parse(text.substr(0, slash));
    if (!address) return std::nullopt;
    if (slash == text.npos) return Subnet{*address, 128};
    text.remove_prefix(slash + 1);
    const auto prefix = take_number<unsigned>(text);
    const unsigned shared = address->is_v4() ? 96 : 0;  // bits of all addresses of the family
    if (!prefix || *prefix > 128 - shared || !text.empty()) return std::nullopt;
    return Subnet{*address, shared + *prefix};
}

/// "SYN+no-ACK"
bool read_flags(std::string_view text, FrameMatch& match) {
    constexpr std::pair<std::string_view, std::uint8_t> kFlags[] = {
        {"SYN", kTcpSyn}, {"ACK", kTcpAck}, {"FIN", kTcpFin}, {"RST", kTcpRst}, {"PSH", kTcpPsh}};
    match.flags_set = match.flags_clear = 0;
    while (true) {
        const auto plus = text.find('+');
        auto word = text.substr(0, plus);
        const bool clear = iequals(word.substr(0, 3), "no-");
        auto& into = clear ? match.flags_clear : match.flags_set;
        if (clear) word.remove_prefix(3);
        const auto flag =
            std::ranges::find_if(kFlags, [&](const auto& one) { return iequals(one.first, word); });
        if (flag == std::end(kFlags)) return false;
        into |= flag->second;
        if (plus == text.npos) break;
        text.remove_prefix(plus + 1);
    }
    match.protocol = stack::wire::kProtocolTcp;
    return true;
}

bool read_protocol(std::string_view text, FrameMatch& match) {
    constexpr std::uint16_t kEtherTypeIpv6 = 0x86dd;
    constexpr std::pair<std::string_view, std::uint8_t> kProtocols[] = {{"icmp", stack::wire::kProtocolIcmp},
                                                                        {"tcp", stack::wire::kProtocolTcp},
                                                                        {"udp", stack::wire::kProtocolUdp}};
    for (const auto& [name, number] : kProtocols)
        if (iequals(text, name)) match.protocol = number;
    if (match.protocol) return true;
    if (iequals(text, "arp")) match.ether_type = stack::wire::kEtherTypeArp;
    if (iequals(text, "ipv6")) match.ether_type = kEtherTypeIpv6;
    if (match.ether_type) return true;
    match.protocol = take_number<std::uint8_t>(text);
    return match.protocol && text.empty();
}

template <typename Target, typename Value>
Objection set(Target& target, const std::optional<Value>& value, std::string_view key, std::string_view typed,
              std::string_view wanted) {
    if (!value) return objection(key, typed, wanted);
    target = *value;
    return std::nullopt;
}

constexpr std::string_view kTime = "a time like 20us, 5ms, 1s or 2m";
constexpr std::string_view kPercent = "a percentage from 0 to 100";
constexpr std::string_view kRange = "a number or a range, like 3, 3-5 or 3-";

/// What wires and faults share. True when the key is one of those.
bool set_effect(Impairments& rules, std::string_view key, std::string_view value, Objection& wrong) {
    const std::pair<std::string_view, Duration*> times[] = {
        {"delay", &rules.delay}, {"jitter", &rules.jitter}, {"reorder_by", &rules.reorder_delay}};
    for (const auto& [name, target] : times)
        if (key == name) return wrong = set(*target, read_time(value), key, value, kTime), true;
    const std::pair<std::string_view, std::uint32_t*> rates[] = {{"loss", &rules.loss},
                                                                 {"duplicate", &rules.duplicate},
                                                                 {"reorder", &rules.reorder},
                                                                 {"corrupt", &rules.corrupt}};
    for (const auto& [name, target] : rates)
        if (key == name) return wrong = set(*target, read_percent(value), key, value, kPercent), true;
    if (key != "burst") return false;
    wrong = set(rules.burst, read_burst(value), key, value, "percent entering/leaving/lost, like 0.1/30/100");
    return true;
}

Objection set_match(FrameMatch& match, std::string_view key, std::string_view value) {
    for (const auto& [name, target] : {std::pair{"from", &match.from}, {"to", &match.to}})
        if (key == name) return set(*target, Name8::parse(value), key, value, "the name of a station");
    for (const auto& [name, target] :
         {std::pair{"source", &match.source}, {"destination", &match.destination}})
        if (key == name) return set(*target, read_subnet(value), key, value, "an address, or address/prefix");
    for (const auto& [name, target] : {std::pair{"source_port", &match.source_port},
                                       {"destination_port", &match.destination_port},
                                       {"payload", &match.payload},
                                       {"sequence", &match.sequence},
                                       {"nth", &match.nth}})
        if (key == name) return set(*target, read_range(value), key, value, kRange);
    for (const auto& [name, target] : {std::pair{"after", &match.after}, {"until", &match.until}})
        if (key == name) {
            const auto time = read_time(value);
            if (!time) return objection(key, value, kTime);
            *target = Instant{*time};
            return std::nullopt;
        }
    if (key == "flags" && !read_flags(value, match))
        return objection(key, value, "flags like SYN, SYN+no-ACK or FIN+ACK");
    if (key == "protocol" && !read_protocol(value, match))
        return objection(key, value, "arp, icmp, tcp, udp, ipv6 or a number of IP");
    return std::nullopt;
}

std::string percent(std::uint32_t ppm) { return fmt::format("{} %", double(ppm) / 10'000); }

std::string time_text(Duration time) {
    if (time % seconds{1} == Duration{}) return fmt::format("{}s", time / seconds{1});
    if (time % milliseconds{1} == Duration{}) return fmt::format("{}ms", time / milliseconds{1});
    return fmt::format("{}us", time / microseconds{1});
}

std::string rate_text(std::uint64_t bits) {
    if (bits % 1'000'000'000 == 0) return fmt::format("{}G", bits / 1'000'000'000);
    if (bits % 1'000'000 == 0) return fmt::format("{}M", bits / 1'000'000);
    return fmt::format("{}k", bits / 1000);
}

}  // namespace

std::optional<std::string> set_wire_word(WireSettings& wire, std::string_view key, std::string_view value) {
    constexpr std::uint64_t kMost = 1'000'000'000;
    Objection wrong;
    if (set_effect(wire.rules, key, value, wrong)) return wrong;
    if (key == "rate")
        return set(wire.rate.bits_per_second, read_rate(value), key, value,
                   "bits a second like 56k, 100M or 1G");
    const std::pair<std::string_view, std::size_t*> numbers[] = {{"queue_bytes", &wire.rate.queue_bytes},
                                                                 {"queue_frames", &wire.rate.queue_frames},
                                                                 {"mtu", &wire.mtu}};
    for (const auto& [name, target] : numbers) {
        if (key != name) continue;
        std::string_view rest = value;
        auto number = take_number<std::uint64_t>(rest);
        if (number && (*number > kMost || !rest.empty())) number.reset();
        return set(*target, number, key, value, "a number; 0 for no limit");
    }
    return fmt::format("a wire has no '{}'; known: {}", key, fmt::join(kWireWords, ", "));
}

std::optional<std::string> set_fault_word(WireFault& fault, std::string_view key, std::string_view value) {
    Objection wrong;
    if (set_effect(fault.effect, key, value, wrong)) return wrong;
    if (key == "name") {
        fault.name = value;
        return value.empty() ? Objection("a fault has a name") : std::nullopt;
    }
    if (std::ranges::find(kFaultWords, key) != std::end(kFaultWords))
        return set_match(fault.match, key, value);
    return fmt::format("a fault has no '{}'; known: {}", key, fmt::join(kFaultWords, ", "));
}

std::span<const std::string_view> wire_words() { return kWireWords; }
std::span<const std::string_view> fault_words() { return kFaultWords; }

std::string describe(const WireSettings& wire) {
    const Impairments& rules = wire.rules;
    std::vector<std::string> parts;
    if (wire.rate.bits_per_second) parts.push_back("rate " + rate_text(wire.rate.bits_per_second));
    if (wire.rate.queue_bytes) parts.push_back(fmt::format("queue_bytes {}", wire.rate.queue_bytes));
    if (wire.rate.queue_frames) parts.push_back(fmt::format("queue_frames {}", wire.rate.queue_frames));
    if (wire.mtu) parts.push_back(fmt::format("mtu {}", wire.mtu));
    if (rules.delay > Duration{}) parts.push_back("delay " + time_text(rules.delay));
    if (rules.jitter > Duration{}) parts.push_back("jitter " + time_text(rules.jitter));
    if (rules.burst.enter)
        parts.push_back(fmt::format("burst {} / {} / {}", percent(rules.burst.enter),
                                    percent(rules.burst.leave), percent(rules.burst.lose)));
    for (const auto& [name, rate] : {std::pair{"loss", rules.loss},
                                     {"duplicate", rules.duplicate},
                                     {"reorder", rules.reorder},
                                     {"corrupt", rules.corrupt}})
        if (rate) parts.push_back(fmt::format("{} {}", name, percent(rate)));
    return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace vmlab::sim
