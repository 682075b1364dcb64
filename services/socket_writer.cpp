// Hands queued bytes to TCPIP as credit allows.
#include "services/socket_writer.hpp"

#include <algorithm>

namespace vmlab::services {
namespace {

/// Less than this is not sent while more waits: many small sends would become many small TLS records.
constexpr std::size_t kWorthSending = 16 * 1024;

}  // namespace

void SocketWriter::send(Buffer data, Host& out) {
    if (!data.empty()) push({Item::Kind::data, std::move(data)}, out);
}

void SocketWriter::send_then_secure(std::string_view text, Host& out) {
    push({Item::Kind::secure, Buffer::copy_of(text)}, out);
}

void SocketWriter::shutdown(Host& out) { push({Item::Kind::shutdown, {}}, out); }

void SocketWriter::close(Host& out) { push({Item::Kind::close, {}}, out); }

void SocketWriter::receive_credit(std::size_t bytes, Host& out) {
    credit_ = std::min(kSendCredit, credit_ + bytes);
    pump(out);
}

void SocketWriter::push(Item item, Host& out) {
    waiting_ += item.data.size();
    queue_.push_back(std::move(item));
    pump(out);
}

void SocketWriter::pump(Host& out) {
    while (!queue_.empty()) {
        Item& item = queue_.front();
        switch (item.kind) {
            case Item::Kind::shutdown: out.request(ShutdownRequest{socket_}); break;
            case Item::Kind::close: out.request(CloseRequest{socket_}); break;
            case Item::Kind::secure:
                if (credit_ < item.data.size()) return;
                credit_ -= item.data.size();
                waiting_ -= item.data.size();
                out.request(SendRequest{socket_, std::move(item.data), true});
                break;
            case Item::Kind::data: {
                if (credit_ < std::min(item.data.size(), kWorthSending)) return;
                const std::size_t now = std::min(credit_, item.data.size());
                credit_ -= now;
                waiting_ -= now;
                out.request(SendRequest{socket_, item.data.slice(0, now), false});
                item.data.remove_prefix(now);
                if (!item.data.empty()) continue;
                break;
            }
        }
        queue_.pop_front();
    }
}

}  // namespace vmlab::services
