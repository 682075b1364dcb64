#include "stack/base/socket_api.hpp"

namespace vmlab {

const char* name_of(CloseReason reason) {
    switch (reason) {
        case CloseReason::finished: return "finished";
        case CloseReason::reset: return "reset by peer";
        case CloseReason::timed_out: return "timed out";
        case CloseReason::silent: return "no answer to keep-alives";
        case CloseReason::refused: return "refused";
        case CloseReason::tls_failed: return "TLS failed";
        case CloseReason::truncated: return "truncated";
        case CloseReason::unreachable: return "unreachable";
        case CloseReason::dropped: return "dropped";
    }
    return "?";
}

}  // namespace vmlab
