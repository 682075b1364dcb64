#include "stack/tcp/state.hpp"

namespace vmlab::stack {

const char* name_of(TcpState state) {
    switch (state) {
        case TcpState::closed: return "Closed";
        case TcpState::listen: return "Listen";
        case TcpState::syn_sent: return "Syn-sent";
        case TcpState::syn_received: return "Syn-received";
        case TcpState::established: return "Established";
        case TcpState::fin_wait_1: return "Fin-wait-1";
        case TcpState::fin_wait_2: return "Fin-wait-2";
        case TcpState::close_wait: return "Close-wait";
        case TcpState::closing: return "Closing";
        case TcpState::last_ack: return "Last-ack";
        case TcpState::time_wait: return "Time-wait";
    }
    return "?";
}

const char* name_of(CongestionAlgorithm algorithm) {
    switch (algorithm) {
        case CongestionAlgorithm::cubic: return "cubic";
        case CongestionAlgorithm::new_reno: return "newreno";
        case CongestionAlgorithm::bbr: return "bbr";
    }
    return "?";
}

}  // namespace vmlab::stack
