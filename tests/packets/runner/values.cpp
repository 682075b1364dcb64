#include "tests/packets/runner/values.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace vmlab::packets {

using namespace vmlab::stack;

namespace {

constexpr std::pair<std::string_view, double> kStates[] = {
    {"TCP_ESTABLISHED", 1}, {"TCP_SYN_SENT", 2},  {"TCP_SYN_RECV", 3}, {"TCP_FIN_WAIT1", 4},
    {"TCP_FIN_WAIT2", 5},   {"TCP_TIME_WAIT", 6}, {"TCP_CLOSE", 7},    {"TCP_CLOSE_WAIT", 8},
    {"TCP_LAST_ACK", 9},    {"TCP_LISTEN", 10},   {"TCP_CLOSING", 11}};

constexpr std::pair<std::string_view, double> kConstants[] = {
    {"TCP_CA_Open", 0},        {"TCP_CA_Disorder", 1},    {"TCP_CA_CWR", 2},
    {"TCP_CA_Recovery", 3},    {"TCP_CA_Loss", 4},        {"TCPI_OPT_ECN", 8},
    {"TCPI_OPT_ECN_SEEN", 16}, {"TCPI_OPT_SYN_DATA", 32}, {"TCP_INFINITE_SSTHRESH", 0x7fffffff},
};

/// What is done about losses, as Linux calls it: what is out of order is disorder.
double recovery_of(const ConnectionSnapshot& row) {
    const std::string_view recovery = row.recovery;
    if (recovery == "cwr") return 2;
    if (recovery == "recovery") return 3;
    if (recovery == "loss") return 4;
    return row.sacked > 0 ? 1 : 0;
}

double number_of(TcpState state) {
    switch (state) {
        case TcpState::established: return 1;
        case TcpState::syn_sent: return 2;
        case TcpState::syn_received: return 3;
        case TcpState::fin_wait_1: return 4;
        case TcpState::fin_wait_2: return 5;
        case TcpState::time_wait: return 6;
        case TcpState::closed: return 7;
        case TcpState::close_wait: return 8;
        case TcpState::last_ack: return 9;
        case TcpState::listen: return 10;
        case TcpState::closing: return 11;
    }
    return 0;
}

}  // namespace

std::optional<double> value_named(std::string_view name, const Host& host, const ConnectionSnapshot& row) {
    for (const auto& [state, number] : kStates)
        if (name == state) return number;
    for (const auto& [constant, number] : kConstants)
        if (name == constant) return number;
    const double segment = std::max<double>(row.segment, 1);
    const Told& told = host.told();
    const std::pair<std::string_view, double> values[] = {
        {"tcpi_state", number_of(row.state)},
        {"tcpi_snd_cwnd", std::floor(row.congestion_window / segment)},
        {"tcpi_snd_ssthresh", row.slow_start_threshold >= (1u << 30)
                                  ? 2147483647.0
                                  : std::floor(row.slow_start_threshold / segment)},
        {"tcpi_options", double((row.ecn ? 8 : 0) | (row.fast_open ? 32 : 0))},
        {"tcpi_ca_state", recovery_of(row)},
        {"tcpi_sacked", std::ceil(row.sacked / segment)},
        {"tcpi_rttvar", double(row.rtt_variation / microseconds{1})},
        {"tcpi_min_rtt", double(row.least_rtt / microseconds{1})},
        {"tcpi_snd_mss", double(row.segment)},
        {"tcpi_rtt", double(row.smoothed_rtt / microseconds{1})},
        {"tcpi_rto", double(row.rto / microseconds{1})},
        {"tcpi_unacked", std::ceil(row.in_flight / segment)},
        {"tcpi_total_retrans", double(row.retransmitted)},
        {"tcpi_notsent_bytes", double(host.unsent(row.id))},
        {"tcpi_bytes_received", double(row.bytes_in)},
        {"tcpi_bytes_acked", double(row.bytes_out - std::min<std::uint64_t>(row.bytes_out, row.in_flight))},
        {"tcpi_snd_wnd", double(row.send_window)},
        {"tcpi_rcv_wnd", double(row.receive_window)},
        {"cwnd_bytes", double(row.congestion_window)},
        {"traffic_class", double(row.traffic_class)},
        {"urgent_left", double(host.urgent_left(row.id))},
        {"told_urgent", double(told.urgent)},
        {"told_urgent_bytes", double(told.urgent_bytes)},
        {"told_trouble", double(told.trouble)},
        {"told_soft_errors", double(told.soft_errors)},
        {"arp_requests", double(told.arp_requests)},
    };
    for (const auto& [known, value] : values)
        if (name == known) return value;
    return std::nullopt;
}

}  // namespace vmlab::packets
