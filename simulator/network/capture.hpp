// A capture in pcapng form (one section, one interface per LAN, nanosecond time stamps), as bytes in memory.
//
// Source: IETF draft-ietf-opsawg-pcapng. Whoever owns the file takes the bytes; nothing here touches the
// host.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "stack/base/bytes.hpp"
#include "stack/base/time.hpp"

namespace vmlab::sim {

class Capture {
public:
    Capture();
    /// Announces an interface; its number for add().
    std::uint32_t add_interface(std::string_view name);
    /// A frame as it was put on the wire; the comment (if any) is shown by Wireshark.
    void add(std::uint32_t interface, Instant at, std::span<const std::uint8_t> frame,
             std::string_view comment = {});
    /// TLS secrets (NSS key log lines); they must come ahead of the records that they open.
    void add_secrets(std::string_view key_log);

    /// The bytes written since the last call.
    std::string take();
    std::size_t pending() const { return bytes_.size(); }

private:
    void block(std::uint32_t type, std::string body);

    std::string bytes_;
    std::uint32_t interfaces_ = 0;
};

}  // namespace vmlab::sim
