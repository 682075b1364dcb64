// The reports of SSLADMIN QUERY: pure functions from the servers' snapshots to lines. STATUS DETAILS and
// SESSIONS have the layout that the document shows; STATUS SUMMARY, CACHE and TRACE are ours.
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

}  // namespace vmlab::sim
