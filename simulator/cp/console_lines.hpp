// Lines that CP writes on consoles by itself: at logon and logoff, for messages, on the operator's console.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "simulator/cms/spool.hpp"
#include "simulator/cp/sessions.hpp"
#include "simulator/cp/system_level.hpp"

namespace vmlab::sim {

/// "UTC" → at most four characters, as CP prints zones.
[[nodiscard]] std::string zone_id(const Zone& zone);
/// "LOGON AT 10:19:32 EDT MONDAY 04/13/20" without its verb.
[[nodiscard]] std::string report_moment(Instant now, const Zone& zone);

/// Version, log message, files and LOGON AT: what a user sees after the password, before CMS.
[[nodiscard]] std::vector<std::string> report_logon(const SystemLevel& level, const Zone& zone,
                                                    std::size_t reader_files, Instant now);
/// The line that CMS writes when it was IPLed.
[[nodiscard]] std::string report_cms_ipl(const SystemLevel& level, const Zone& zone);
[[nodiscard]] std::vector<std::string> report_reconnect(const SystemLevel& level, const Zone& zone,
                                                        Instant now);
/// CONNECT= … and LOGOFF AT …
[[nodiscard]] std::vector<std::string> report_logoff(const Zone& zone, Instant logged_on,
                                                     std::uint64_t commands, Instant now);
[[nodiscard]] std::string report_disconnect(const Zone& zone, Instant now);
/// "CONNECT= 00:12:33 VIRTCPU= 000:00.21 TOTCPU= 000:00.35".
[[nodiscard]] std::string report_connect_time(Instant logged_on, std::uint64_t commands, Instant now);

/// "17:33:25  * MSG FROM ZOS     : HELLO" (a priority line: the screen puts a blank before it).
[[nodiscard]] std::string report_msg(Instant now, const Zone& zone, const Userid& from, std::string_view text,
                                     bool warning);

/// For the operator and whoever asked: "AUTO LOGON  ***       LINUX2   USERS = 32    BY AUTOLOG1".
[[nodiscard]] std::string report_auto_logon(const Userid& user, std::size_t users, const Userid& by);
/// "USER DSC   LOGOFF AS  LINUX2   USERS = 31    FORCED BY MAINT"; without `by` it ended by itself.
[[nodiscard]] std::string report_user_logoff(const CpSession& session, std::size_t users_left,
                                             const Userid& by);

}  // namespace vmlab::sim
