#include "stack/server/conduit.hpp"

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

}  // namespace vmlab::stack
