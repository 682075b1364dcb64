// A capture in pcapng form (one section, one interface per LAN, nanosecond time stamps), as bytes in memory.
//
// Frames are held for a moment: TLS secrets must stand ahead of the records that they open, but a server of
// TLS 1.2 knows them only when the client's first encrypted record has reached it; and why a receiver dropped
// a frame becomes its comment. Source: IETF draft-ietf-opsawg-pcapng. Whoever owns the file takes the bytes;
// nothing here touches the host.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stack/base/bytes.hpp"
#include "stack/base/ip_address.hpp"
#include "stack/base/time.hpp"

namespace vmlab::sim {

class Capture {
public:
    Capture();
    /// Announces an interface; its number for add().
    std::uint32_t add_interface(std::string_view name);
    /// Host names, for display; before the first frame they are of use to everybody.
    void add_names(const std::vector<std::pair<IpAddress, std::string>>& names);
    /// A frame as it was put on the wire; the comment (if any) is shown by Wireshark.
    void add(std::uint32_t interface, Instant at, Buffer frame, std::string comment = {});
    /// Another comment for the last frame held whose summary this is (stack/wire/summary.hpp).
    void comment_on(std::string_view summary, std::string_view comment, Instant now);
    /// TLS secrets (NSS key log lines): ahead of all frames that are held.
    void add_secrets(std::string_view key_log, Instant now);

    /// How long frames are held.
    static constexpr Duration kHeld = seconds{1};
    /// The bytes written since the last call: with `now` all but those of frames that are held still.
    std::string take(std::optional<Instant> now = std::nullopt);
    /// When the next frame need not be held any longer.
    std::optional<Instant> next_release() const {
        return held_.empty() ? std::nullopt : std::optional(held_.front().at + kHeld);
    }

private:
    struct Held {
        std::uint32_t interface = 0;
        Instant at{};
        Buffer frame{};
        std::string comment{};
    };

    void block(std::uint32_t type, std::string body);
    void write(const Held& one);
    /// What need not be held any longer: by the world's clock, so that the same run gives the same bytes
    /// whenever they are taken.
    void release(Instant now);

    std::string bytes_;
    std::deque<Held> held_;
    std::uint32_t interfaces_ = 0;
};

}  // namespace vmlab::sim
