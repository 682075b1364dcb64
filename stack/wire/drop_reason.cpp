#include "stack/wire/drop_reason.hpp"

namespace vmlab::stack {

const char* name_of(DropReason reason) {
    switch (reason) {
        case DropReason::frame_too_short: return "frame too short";
        case DropReason::not_for_us: return "not for us";
        case DropReason::unknown_ethertype: return "unknown ethertype";
        case DropReason::interface_down: return "interface down";
        case DropReason::arp_malformed: return "ARP malformed";
        case DropReason::arp_no_answer: return "no answer to ARP";
        case DropReason::ip_malformed: return "IP malformed";
        case DropReason::ip_bad_checksum: return "IP checksum wrong";
        case DropReason::ip_bad_source: return "IP source address impossible";
        case DropReason::ip_blocked: return "source address blocked";
        case DropReason::ip_ttl_expired: return "TTL expired";
        case DropReason::ip_no_route: return "no route";
        case DropReason::ip_not_forwarding: return "not for us and forwarding is off";
        case DropReason::ip_too_big: return "larger than the MTU";
        case DropReason::ip_unknown_protocol: return "unknown IP protocol";
        case DropReason::reassembly_timeout: return "fragments incomplete in time";
        case DropReason::reassembly_overlap: return "fragments overlap";
        case DropReason::reassembly_full: return "no room for fragments";
        case DropReason::icmp_malformed: return "ICMP malformed";
        case DropReason::icmp_bad_checksum: return "ICMP checksum wrong";
        case DropReason::udp_malformed: return "UDP malformed";
        case DropReason::udp_bad_checksum: return "UDP checksum wrong";
        case DropReason::udp_no_socket: return "no UDP socket";
        case DropReason::tcp_malformed: return "TCP malformed";
        case DropReason::tcp_bad_checksum: return "TCP checksum wrong";
        case DropReason::tcp_bad_option: return "TCP option does not fit";
        case DropReason::tcp_no_connection: return "no such connection";
        case DropReason::tcp_out_of_window: return "outside the window";
        case DropReason::tcp_backlog_full: return "backlog full";
        case DropReason::tcp_fast_open_full: return "too many Fast Open connections before their handshake";
        case DropReason::tcp_bad_ack: return "acknowledges what was never sent";
        case DropReason::tcp_to_broadcast: return "TCP to a broadcast or multicast address";
        case DropReason::tcp_after_close: return "data after close";
        case DropReason::tcp_no_block: return "no TCB is free";
        case DropReason::tcp_no_data_buffer: return "no data buffer is free";
        case DropReason::ip_no_envelope: return "no envelope is free";
        case DropReason::loopback_full: return "loopback queue full";
        case DropReason::ip_unknown_option: return "an IP option that is not known and may not be skipped";
        case DropReason::discovery_malformed:
            return "a neighbour discovery message that is not as RFC 4861 wants it";
        case DropReason::ip_too_long: return "longer than a datagram can be";
        case DropReason::attack: return "part of an attack";
        case DropReason::redirect_refused: return "a redirect that is not believed";
        case DropReason::reassembly_marks: return "fragments of which some were marked and others may not be";
        case DropReason::udp_queue_full: return "too many datagrams wait for their user";
        case DropReason::tcp_bad_cookie: return "not the answer to a SYN cookie of ours";
        case DropReason::count_: break;
    }
    return "?";
}

}  // namespace vmlab::stack
