// libFuzzer entry: scripts of tests/packets. Whatever the text is, it is played or refused with a place in
// it: neither the parser, nor the sockets, nor the stack below them may crash.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tests/packets/runner/play.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace vmlab::packets;
    try {
        for (const auto& script : parse_scripts({reinterpret_cast<const char*>(data), size}))
            (void)play(script);
    } catch (const ScriptError&) {
    } catch (const NotOurs&) {
    }
    return 0;
}
