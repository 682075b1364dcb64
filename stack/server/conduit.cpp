#include "stack/server/conduit.hpp"

#include <algorithm>
#include <array>

namespace vmlab::stack {

const char* name_of(ConduitState state) {
    switch (state) {
        case ConduitState::plain: return "plain";
        case ConduitState::replying: return "replying";
        case ConduitState::securing: return "securing";
        case ConduitState::secured: return "secured";
        case ConduitState::closing: return "closing";
    }
    return "?";
}

ByteDestination destination_of(ConduitState state, ByteSource source) {
    using D = ByteDestination;
    static constexpr std::array<std::array<D, 4>, 5> table{{
        // wire              application               ssl ciphertext  ssl plaintext
        {{D::application, D::wire, D::nowhere, D::nowhere}},                     // plain
        {{D::injection, D::wire, D::nowhere, D::nowhere}},                       // replying
        {{D::ssl_from_wire, D::held, D::wire, D::application}},                  // securing
        {{D::ssl_from_wire, D::ssl_from_application, D::wire, D::application}},  // secured
        {{D::nowhere, D::nowhere, D::nowhere, D::nowhere}},                      // closing
    }};
    return table[std::size_t(state)][std::size_t(source)];
}

void Conduit::sent_clear(std::size_t wire) {
    if (in_flight.empty() || !in_flight.back().clear) in_flight.push_back({0, 0, true});
    in_flight.back().wire += wire;
}

void Conduit::sent_sealed(std::size_t wire, std::size_t plain) {
    const bool open = !in_flight.empty() && !in_flight.back().clear && in_flight.back().plain == 0;
    if (!open) in_flight.push_back({});
    in_flight.back().wire += wire;
    in_flight.back().plain = plain;
}

std::size_t Conduit::credit_for(std::size_t wire) {
    std::size_t credit = 0;
    while (wire > 0 && !in_flight.empty()) {
        InFlight& next = in_flight.front();
        const std::size_t now = std::min(wire, next.wire);
        wire -= now;
        next.wire -= now;
        if (next.clear) credit += now;
        else if (next.wire == 0) credit += next.plain;
        if (next.wire == 0) in_flight.pop_front();
    }
    return credit;
}

}  // namespace vmlab::stack
