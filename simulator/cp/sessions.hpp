// Who is logged on, and how: at the system console, at a terminal, or disconnected.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "stack/base/names.hpp"
#include "stack/base/terminal_api.hpp"
#include "stack/base/time.hpp"

namespace vmlab::sim {

struct CpSession {
    enum class How { system_console, terminal, disconnected };

    Userid userid{};
    How how = How::disconnected;
    LogicalDevice device = 0;  ///< with How::terminal
    Instant logged_on{};
    std::string from;  ///< the address that a terminal came from, or empty

    /// As QUERY NAMES says it, four characters or an LDEV's five: "DSC ", "SYSC", "L0003".
    std::string where() const;
};

class CpSessions {
public:
    /// False when already logged on.
    bool log_on(CpSession session);
    bool log_off(const Userid& user);
    bool reconnect(const Userid& user, LogicalDevice device, std::string from);
    bool disconnect(const Userid& user);

    const CpSession* find(const Userid& user) const;
    /// In the order of logging on.
    const std::vector<CpSession>& all() const { return sessions_; }

private:
    std::vector<CpSession> sessions_;
};

/// QUERY NAMES: four to a line, "SSLDCSSM - DSC , TCPMAINT -L0003, "; the first logged on last.
[[nodiscard]] std::vector<std::string> report_names(const CpSessions& sessions);
/// "SSLDCSSM - DSC", as QUERY userid answers.
[[nodiscard]] std::string report_name(const CpSession& session);

}  // namespace vmlab::sim
