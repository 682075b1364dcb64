// The names of everything that the stack throws away. Each has a counter in the snapshot and a name in the
// journal, so that no packet disappears anonymously.
#pragma once

#include <cstdint>

namespace vmlab::stack {

/// Every reason for which the stack discards something: each has a counter in the snapshot and a name in the
/// journal.
enum class DropReason : std::uint8_t {
    frame_too_short,
    not_for_us,
    unknown_ethertype,
    interface_down,
    arp_malformed,
    arp_no_answer,
    ip_malformed,
    ip_bad_checksum,
    ip_bad_source,
    ip_blocked,
    ip_ttl_expired,
    ip_no_route,
    ip_not_forwarding,
    ip_too_big,
    ip_unknown_protocol,
    reassembly_timeout,
    reassembly_overlap,
    reassembly_full,
    icmp_malformed,
    icmp_bad_checksum,
    udp_malformed,
    udp_bad_checksum,
    udp_no_socket,
    tcp_malformed,
    tcp_bad_checksum,
    tcp_bad_option,
    tcp_no_connection,
    tcp_out_of_window,
    tcp_backlog_full,
    tcp_fast_open_full,
    tcp_bad_ack,
    tcp_to_broadcast,
    tcp_after_close,
    tcp_no_block,
    tcp_no_data_buffer,
    ip_no_envelope,
    loopback_full,
    ip_unknown_option,
    discovery_malformed,
    ip_too_long,
    attack,
    redirect_refused,
    reassembly_marks,
    udp_queue_full,
    tcp_bad_cookie,
    count_,
};
[[nodiscard]] const char* name_of(DropReason reason);

}  // namespace vmlab::stack
