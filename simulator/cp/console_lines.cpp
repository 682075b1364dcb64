#include "simulator/cp/console_lines.hpp"

#include <fmt/format.h>

namespace vmlab::sim {
namespace {

/// The virtual CPU time that a session has used: a hundredth of a second for each command, so that a run is
/// the same each time.
std::string cpu_time(std::uint64_t hundredths) {
    return fmt::format("{:03}:{:02}.{:02}", hundredths / 6000, hundredths / 100 % 60, hundredths % 100);
}

std::string version_line(const SystemLevel& level) {
    return fmt::format("z/VM {}, Service Level {} (64-bit),", level.product.long_name(),
                       level.product.cp_service());
}

}  // namespace

std::string zone_id(const Zone& zone) { return zone.name.substr(0, 4); }

std::string report_moment(Instant now, const Zone& zone) {
    return fmt::format("{} {} {} {}", hh_mm_ss(now, zone.offset), zone_id(zone),
                       upper(weekday_name(calendar_of(now, zone.offset).weekday)),
                       mm_dd_yy(now, zone.offset));
}

std::vector<std::string> report_logon(const SystemLevel& level, const Zone& zone, std::size_t reader_files,
                                      Instant now) {
    const std::string count = reader_files == 0 ? "  NO" : fmt::format("{:04}", reader_files);
    return {version_line(level), "built on IBM Virtualization Technology", "There is no logmsg data",
            fmt::format("FILES: {} RDR,   NO PRT,   NO PUN", count), "LOGON AT " + report_moment(now, zone)};
}

std::string report_cms_ipl(const SystemLevel& level, const Zone& zone) {
    const auto at = calendar_of(level.generated, zone.offset);
    return fmt::format("z/VM {}    {:04}-{:02}-{:02} {:02}:{:02}", level.product.short_name(), at.year,
                       at.month, at.day, at.hour, at.minute);
}

std::vector<std::string> report_reconnect(const SystemLevel& level, const Zone& zone, Instant now) {
    return {version_line(level), "built on IBM Virtualization Technology", "There is no logmsg data",
            "RECONNECTED AT " + report_moment(now, zone)};
}

std::string report_connect_time(Instant logged_on, std::uint64_t commands, Instant now) {
    const auto connected = duration_cast<seconds>(now - logged_on).count();
    return fmt::format("CONNECT= {:02}:{:02}:{:02} VIRTCPU= {} TOTCPU= {}", connected / 3600,
                       connected / 60 % 60, connected % 60, cpu_time(commands),
                       cpu_time(commands + commands / 2));
}

std::vector<std::string> report_logoff(const Zone& zone, Instant logged_on, std::uint64_t commands,
                                       Instant now) {
    return {report_connect_time(logged_on, commands, now), "LOGOFF AT " + report_moment(now, zone)};
}

std::string report_disconnect(const Zone& zone, Instant now) {
    return "DISCONNECT AT " + report_moment(now, zone);
}

std::string report_msg(Instant now, const Zone& zone, const Userid& from, std::string_view text,
                       bool warning) {
    return fmt::format("{}  * {} FROM {:<8}: {}", hh_mm_ss(now, zone.offset), warning ? "WNG" : "MSG",
                       from.view(), text);
}

std::string report_auto_logon(const Userid& user, std::size_t users, const Userid& by) {
    if (by.empty()) return fmt::format("AUTO LOGON  ***       {:<8} USERS = {}", user.view(), users);
    return fmt::format("AUTO LOGON  ***       {:<8} USERS = {:<5} BY {}", user.view(), users, by.view());
}

std::string report_user_logoff(const CpSession& session, std::size_t users_left, const Userid& by) {
    const std::string device = session.how == CpSession::How::disconnected ? "USER DSC  "
                               : session.how == CpSession::How::terminal
                                   ? fmt::format("GRAF {:<5}", session.where())
                                   : std::string("GRAF 0009 ");
    if (by.empty())
        return fmt::format("{} LOGOFF AS  {:<8} USERS = {}", device, session.userid.view(), users_left);
    return fmt::format("{} LOGOFF AS  {:<8} USERS = {:<5} FORCED BY {}", device, session.userid.view(),
                       users_left, by.view());
}

}  // namespace vmlab::sim
