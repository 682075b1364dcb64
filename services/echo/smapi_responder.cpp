// The session of smapi_responder.hpp.
#include "services/echo/smapi_responder.hpp"

#include "services/line_buffer.hpp"
#include "stack/base/overloaded.hpp"

namespace vmlab::services {
namespace {

constexpr Duration kIdle = seconds{300};
constexpr std::uint32_t kLongestRequest = 64 * 1024;
constexpr std::size_t kLongestName = 64;

}  // namespace

SmapiSession::SmapiSession(const Accepted& accepted, Call<SmallShared> call)
    : peer_(accepted.peer),
      writer_(accepted.socket),
      next_request_(accepted.socket << 8 | 1),
      deadline_(call.now + kIdle) {}

void SmapiSession::receive(const SocketNotice& notice, Call<SmallShared> call) {
    Host& out = call.out;
    deadline_ = call.now + kIdle;
    std::visit(overloaded{
                   [&](const Received& received) {
                       if (closing_) return;
                       arrived_ += received.data.view();
                       take(out);
                   },
                   [&](const PeerClosed&) {
                       if (closing_) return;
                       if (!arrived_.empty())
                           return refuse("the client closed in the middle of a request", out);
                       closing_ = true;
                       writer_.close(out);
                       ended_ = writer_.handed_over();
                   },
                   [&](const SendCredit& credit) {
                       writer_.receive_credit(credit.bytes, out);
                       if (closing_ && writer_.handed_over()) ended_ = true;
                   },
                   [&](const Closed&) { ended_ = true; },
                   [](const auto&) {},
               },
               notice);
}

void SmapiSession::take(Host& out) {
    while (arrived_.size() >= 4) {
        const std::span bytes(reinterpret_cast<const std::uint8_t*>(arrived_.data()), arrived_.size());
        const std::uint32_t length = ByteReader(bytes).u32();
        if (length == 0 || length > kLongestRequest)
            return refuse(fmt::format("a request of {} bytes is beyond every bound", length), out);
        if (arrived_.size() - 4 < length) return;
        answer(bytes.subspan(4, length), out);
        if (ended_) return;
        arrived_.erase(0, 4 + std::size_t(length));
    }
}

void SmapiSession::answer(std::span<const std::uint8_t> request, Host& out) {
    ByteReader reader(request);
    const std::uint32_t name_length = reader.u32();
    const auto name = reader.bytes(name_length);
    if (reader.failed() || name.empty() || name.size() > kLongestName)
        return refuse("the request does not begin with a function name", out);
    out.record({RecordKind::refusal,
                fmt::format("SMAPI {}: {} is not simulated", peer_.str(),
                            shown({reinterpret_cast<const char*>(name.data()), name.size()})),
                {}});
    const std::uint32_t id = next_request_++;
    Buffer reply = Buffer::allocate(20);
    ByteWriter writer({reply.writable(), reply.size()});
    writer.u32(id);
    writer.u32(12);
    writer.u32(id);
    writer.u32(kSmapiNoSuchFunction);
    writer.u32(0);
    writer_.send(std::move(reply), out);
    if (writer_.waiting() > kLongestRequest) refuse("the client does not read its answers", out);
}

void SmapiSession::tick(Call<SmallShared> call) {
    if (call.now >= deadline_) refuse("idle", call.out);
}

void SmapiSession::refuse(std::string_view why, Host& out) {
    out.record({RecordKind::close, fmt::format("SMAPI {}: aborted: {}", peer_.str(), why), {}});
    out.request(AbortRequest{writer_.socket()});
    closing_ = ended_ = true;
}

}  // namespace vmlab::services
