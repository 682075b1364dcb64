// The sessions of one service, by their socket, and the order of their deadlines.
//
// Session has: bool ended() const; std::optional<Instant> deadline() const.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "stack/base/socket_api.hpp"
#include "stack/base/time.hpp"

namespace vmlab::services {

template <typename Session>
class SessionTable {
public:
    Session& add(SocketId socket, std::unique_ptr<Session> session) {
        auto& entry = sessions_[socket];
        entry.session = std::move(session);
        return *entry.session;
    }
    Session* find(SocketId socket) const {
        const auto found = sessions_.find(socket);
        return found == sessions_.end() ? nullptr : found->second.session.get();
    }
    /// After a session has acted: it is forgotten if it has ended, or its deadline is noted anew.
    void settle(SocketId socket) {
        const auto found = sessions_.find(socket);
        if (found == sessions_.end()) return;
        Entry& entry = found->second;
        if (entry.deadline) deadlines_.erase({*entry.deadline, socket});
        if (entry.session->ended()) {
            sessions_.erase(found);
            return;
        }
        entry.deadline = entry.session->deadline();
        if (entry.deadline) deadlines_.insert({*entry.deadline, socket});
    }
    /// A socket whose deadline has come.
    std::optional<SocketId> due(Instant now) const {
        if (deadlines_.empty() || deadlines_.begin()->first > now) return std::nullopt;
        return deadlines_.begin()->second;
    }
    std::optional<Instant> next_deadline() const {
        if (deadlines_.empty()) return std::nullopt;
        return deadlines_.begin()->first;
    }
    std::vector<SocketId> sockets() const {
        std::vector<SocketId> all;
        for (const auto& [socket, entry] : sessions_) all.push_back(socket);
        return all;
    }
    std::size_t size() const { return sessions_.size(); }
    void clear() {
        sessions_.clear();
        deadlines_.clear();
    }

private:
    struct Entry {
        std::unique_ptr<Session> session;
        std::optional<Instant> deadline{};
    };
    std::map<SocketId, Entry> sessions_;
    std::set<std::pair<Instant, SocketId>> deadlines_;
};

}  // namespace vmlab::services
