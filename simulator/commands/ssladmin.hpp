// The reports of SSLADMIN QUERY: pure functions from the servers' snapshots to lines. STATUS DETAILS and
// SESSIONS have the layout that the document shows; STATUS SUMMARY, CACHE, SETTINGS and TRACE are ours.
#pragma once

#include <string>
#include <vector>

#include "sslserv/server.hpp"

namespace vmlab::sim {

[[nodiscard]] std::vector<std::string> report_ssl_status_summary(
    const std::vector<sslserv::ServerSnapshot>& servers);
[[nodiscard]] std::vector<std::string> report_ssl_status_details(
    const std::vector<sslserv::ServerSnapshot>& servers);
[[nodiscard]] std::vector<std::string> report_ssl_sessions(
    const std::vector<sslserv::ServerSnapshot>& servers);
[[nodiscard]] std::vector<std::string> report_ssl_trace(const std::vector<sslserv::ServerSnapshot>& servers);
[[nodiscard]] std::vector<std::string> report_ssl_cache(const std::vector<sslserv::ServerSnapshot>& servers);
/// `set`: the stack is the one of SET TCPserver; no `servers` = ALL.
[[nodiscard]] std::vector<std::string> report_ssl_settings(const Userid& stack, bool set,
                                                           const std::vector<Userid>& servers);

}  // namespace vmlab::sim
