// The decoder's states, byte by byte; runs of data leave as one event.
#include "services/telnet/telnet_stream.hpp"

#include <algorithm>

namespace vmlab::services {
namespace {

using namespace telnet;

constexpr std::uint8_t kOneIac[] = {kIac};

}  // namespace

std::optional<TelnetEvent> TelnetDecoder::next(std::span<const std::uint8_t>& rest) {
    while (!rest.empty()) {
        if (state_ == State::data && rest[0] != kIac) {
            const auto end = std::find(rest.begin(), rest.end(), kIac);
            const auto run = rest.first(std::size_t(end - rest.begin()));
            rest = rest.subspan(run.size());
            return TelnetEvent{TelnetEvent::Kind::data, 0, 0, run};
        }
        const std::uint8_t byte = rest[0];
        rest = rest.subspan(1);
        if (auto event = step(byte)) return event;
    }
    return std::nullopt;
}

std::optional<TelnetEvent> TelnetDecoder::step(std::uint8_t byte) {
    switch (state_) {
        case State::data: state_ = State::iac; return std::nullopt;
        case State::iac:
            state_ = State::data;
            if (byte == kIac) return TelnetEvent{TelnetEvent::Kind::data, 0, 0, kOneIac};
            if (byte == kSb) state_ = State::sub_option;
            else if (byte >= kWill) state_ = State::option;
            else return TelnetEvent{TelnetEvent::Kind::command, byte, 0, {}};
            command_ = byte;
            return std::nullopt;
        case State::option:
            state_ = State::data;
            return TelnetEvent{TelnetEvent::Kind::negotiation, command_, byte, {}};
        case State::sub_option:
            option_ = byte;
            sub_.clear();
            state_ = State::sub;
            return std::nullopt;
        case State::sub:
        case State::sub_iac: return step_in_subnegotiation(byte);
        case State::dead: break;
    }
    return std::nullopt;
}

std::optional<TelnetEvent> TelnetDecoder::step_in_subnegotiation(std::uint8_t byte) {
    if (state_ == State::sub && byte == kIac) {
        state_ = State::sub_iac;
        return std::nullopt;
    }
    if (state_ == State::sub_iac && byte != kIac) {
        // SE ends it. Any other command inside is a fault of the peer (RFC 855); it ends it as well.
        state_ = State::data;
        return TelnetEvent{TelnetEvent::Kind::subnegotiation, kSb, option_, sub_};
    }
    state_ = State::sub;
    sub_.push_back(byte);
    if (sub_.size() <= kMaxSubnegotiation) return std::nullopt;
    state_ = State::dead;
    return TelnetEvent{TelnetEvent::Kind::too_long, kSb, option_, {}};
}

std::vector<std::uint8_t> subnegotiation(std::uint8_t option, std::span<const std::uint8_t> bytes) {
    std::vector<std::uint8_t> out = {kIac, kSb, option};
    append_escaped(out, bytes);
    out.push_back(kIac);
    out.push_back(kSe);
    return out;
}

void append_escaped(std::vector<std::uint8_t>& out, std::span<const std::uint8_t> data) {
    for (const std::uint8_t byte : data) {
        out.push_back(byte);
        if (byte == kIac) out.push_back(kIac);
    }
}

}  // namespace vmlab::services
