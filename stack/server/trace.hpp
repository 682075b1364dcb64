// TRACE, MORETRACE, LESSTRACE, NOTRACE: what the stack prints of its work, for who looks for a fault.
//
// An area is one name of TRACE. Names that stand for no area here (OSD, TIMER, …) are known and print
// nothing. The lines are ours: the product's are for its developers.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stack/base/names.hpp"
#include "stack/base/socket_api.hpp"
#include "stack/base/source_location.hpp"
#include "stack/base/ssl_api.hpp"

namespace vmlab::stack {

enum class TraceArea : std::uint8_t {
    arp,          ///< ARP packets, both ways
    icmp,         ///< ICMP messages, both ways
    ip_down,      ///< IP packets that leave
    ip_up,        ///< IP packets that arrive
    parse,        ///< statements of the profile, as they are read
    ssl,          ///< words between the stack and its SSL servers
    tcp_down,     ///< TCP segments that leave
    tcp_request,  ///< requests of clients, and what they are told
    tcp_up,       ///< TCP segments that arrive
    telnet,       ///< the same of the Telnet server
    udp_down,
    udp_up,
    count_,
};
[[nodiscard]] std::string_view name_of(TraceArea area);  ///< "TCPUP"
[[nodiscard]] std::optional<TraceArea> trace_area(std::string_view name);

struct TraceSettings {
    std::uint32_t areas = 0;       ///< a bit for each
    std::uint32_t detailed = 0;    ///< MORETRACE: with the first bytes
    std::optional<FileId> file{};  ///< FILE; none: the console
    SourceLocation where{};        ///< of FILE, or the last statement

    bool on(TraceArea area) const { return (areas >> unsigned(area) & 1) != 0; }
    bool more(TraceArea area) const { return (detailed >> unsigned(area) & 1) != 0; }
};

/// The lines about a frame that arrives (`up`) or leaves; none if nobody asked for it.
[[nodiscard]] std::vector<std::string> trace_of_frame(const TraceSettings& settings,
                                                      std::span<const std::uint8_t> frame, bool up);
[[nodiscard]] std::string trace_of(const Userid& server, const SslRequest& request);
[[nodiscard]] std::string trace_of(const Userid& server, const SslNotice& notice);
[[nodiscard]] std::string trace_of(const Userid& client, const SocketRequest& request);
[[nodiscard]] std::string trace_of(const Userid& client, const SocketNotice& notice);

}  // namespace vmlab::stack
