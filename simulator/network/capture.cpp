#include "simulator/network/capture.hpp"

#include <algorithm>
#include <utility>

#include "stack/wire/summary.hpp"

namespace vmlab::sim {
namespace {

void put16(std::string& s, std::uint16_t v) {
    for (int i = 0; i < 2; ++i) s += char(v >> (8 * i));
}
void put32(std::string& s, std::uint32_t v) {
    for (int i = 0; i < 4; ++i) s += char(v >> (8 * i));
}
void pad(std::string& s) {
    while (s.size() % 4) s += '\0';
}
void option(std::string& s, std::uint16_t code, std::string_view value) {
    put16(s, code);
    put16(s, std::uint16_t(value.size()));
    s += value;
    pad(s);
}

constexpr std::uint32_t kSectionHeader = 0x0a0d0d0a, kInterface = 1, kNames = 4, kEnhancedPacket = 6,
                        kSecrets = 0x0a;
constexpr std::uint32_t kTlsKeyLog = 0x544c534b;
constexpr std::uint16_t kEthernetLink = 1, kEnd = 0, kComment = 1, kName = 2, kResolution = 9;

}  // namespace

Capture::Capture() {
    std::string body;
    put32(body, 0x1a2b3c4d);
    put16(body, 1);
    put16(body, 0);
    put32(body, 0xffffffff);  // the section's length is not known beforehand
    put32(body, 0xffffffff);
    option(body, 4, "vmlab");
    option(body, kEnd, {});
    block(kSectionHeader, std::move(body));
}

void Capture::block(std::uint32_t type, std::string body) {
    pad(body);
    const auto length = std::uint32_t(body.size() + 12);
    put32(bytes_, type);
    put32(bytes_, length);
    bytes_ += body;
    put32(bytes_, length);
}

std::uint32_t Capture::add_interface(std::string_view name) {
    std::string body;
    put16(body, kEthernetLink);
    put16(body, 0);
    put32(body, 0);  // no snap length
    option(body, kName, name);
    option(body, kResolution, std::string(1, char(9)));  // nanoseconds
    option(body, kEnd, {});
    block(kInterface, std::move(body));
    return interfaces_++;
}

void Capture::add_names(const std::vector<std::pair<IpAddress, std::string>>& names) {
    constexpr std::uint16_t kIpv4Record = 1, kIpv6Record = 2;
    std::string body;
    for (const auto& [address, name] : names) {
        const auto bytes = std::span(address.bytes()).subspan(address.is_v4() ? 12 : 0);
        put16(body, address.is_v4() ? kIpv4Record : kIpv6Record);
        put16(body, std::uint16_t(bytes.size() + name.size() + 1));
        body.append(bytes.begin(), bytes.end());
        body += name;
        body += '\0';
        pad(body);
    }
    put32(body, 0);  // the end of the records
    block(kNames, std::move(body));
}

void Capture::add(std::uint32_t interface, Instant at, Buffer frame, std::string comment) {
    held_.push_back({interface, at, std::move(frame), std::move(comment)});
}

void Capture::comment_on(std::string_view summary, std::string_view comment, Instant now) {
    release(now);
    constexpr std::size_t kLookedAt = 200;
    const std::size_t first = held_.size() - std::min(held_.size(), kLookedAt);
    for (std::size_t i = held_.size(); i-- > first;) {
        Held& one = held_[i];
        if (stack::wire::summary_of_frame(one.frame.span()) != summary) continue;
        if (!one.comment.empty()) one.comment += "; ";
        one.comment += comment;
        return;
    }
}

void Capture::write(const Held& one) {
    const auto time = std::uint64_t(one.at.time_since_epoch().count());
    std::string body;
    body.reserve(one.frame.size() + 64);
    put32(body, one.interface);
    put32(body, std::uint32_t(time >> 32));
    put32(body, std::uint32_t(time));
    put32(body, std::uint32_t(one.frame.size()));
    put32(body, std::uint32_t(one.frame.size()));
    body += one.frame.view();
    pad(body);
    if (!one.comment.empty()) {
        option(body, kComment, one.comment);
        option(body, kEnd, {});
    }
    block(kEnhancedPacket, std::move(body));
}

void Capture::release(Instant now) {
    for (; !held_.empty() && *next_release() <= now; held_.pop_front()) write(held_.front());
}

void Capture::add_secrets(std::string_view key_log, Instant now) {
    release(now);
    std::string body;
    put32(body, kTlsKeyLog);
    put32(body, std::uint32_t(key_log.size()));
    body += key_log;
    block(kSecrets, std::move(body));
}

std::string Capture::take(std::optional<Instant> now) {
    release(now.value_or(Instant::max()));
    return std::exchange(bytes_, {});
}

}  // namespace vmlab::sim
