#include "simulator/cp/sessions.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vmlab::sim {

std::string CpSession::where() const {
    switch (how) {
        case How::system_console: return "SYSC";
        case How::disconnected: return "DSC ";
        case How::terminal: break;
    }
    return ldev_name(device);
}

bool CpSessions::log_on(CpSession session) {
    if (find(session.userid) != nullptr) return false;
    sessions_.push_back(std::move(session));
    return true;
}

bool CpSessions::log_off(const Userid& user) {
    return std::erase_if(sessions_, [&](const auto& session) { return session.userid == user; }) != 0;
}

bool CpSessions::reconnect(const Userid& user, LogicalDevice device, std::string from) {
    for (auto& session : sessions_) {
        if (session.userid != user) continue;
        session.how = CpSession::How::terminal;
        session.device = device;
        session.from = std::move(from);
        return true;
    }
    return false;
}

bool CpSessions::disconnect(const Userid& user) {
    for (auto& session : sessions_) {
        if (session.userid != user) continue;
        session.how = CpSession::How::disconnected;
        session.from.clear();
        return true;
    }
    return false;
}

const CpSession* CpSessions::find(const Userid& user) const {
    const auto it = std::find_if(sessions_.begin(), sessions_.end(),
                                 [&](const auto& session) { return session.userid == user; });
    return it == sessions_.end() ? nullptr : &*it;
}

std::string report_name(const CpSession& session) {
    const std::string where = session.where();
    // A logical device has five characters and takes the blank before it.
    return fmt::format("{:<8} -{}{}", session.userid.view(), where.size() < 5 ? " " : "", trimmed(where));
}

std::vector<std::string> report_names(const CpSessions& sessions) {
    std::vector<std::string> lines;
    const auto& all = sessions.all();
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto& session = all[all.size() - 1 - i];
        if (i % 4 == 0) lines.emplace_back();
        lines.back() += fmt::format("{:<15}", report_name(session));
        if (i + 1 < all.size()) lines.back() += ", ";
    }
    for (auto& line : lines)
        while (line.ends_with(' ')) line.pop_back();
    return lines;
}

}  // namespace vmlab::sim
