// What came from the wire, handed out by whole records (RFC 5246 section 6.2.1): the TLS library has the same
// work for a part of a record as for all of it, and a record of 16 kB comes in a dozen segments.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "stack/base/bytes.hpp"

namespace vmlab::sslserv {

class RecordQueue {
public:
    /// Bytes that cannot begin a record are handed out as they are: what is wrong with them is the library's
    /// to say.
    void push(Buffer data);
    /// A record, or more, is whole.
    [[nodiscard]] bool ready() const { return whole_ > 0; }
    /// Takes what fits of the whole records; the number of bytes.
    std::size_t take(std::span<char> room);
    void clear() { *this = {}; }

private:
    void scan(std::span<const std::uint8_t> bytes);

    static constexpr std::size_t kHeader = 5;

    std::vector<Buffer> parts_{};  // no deque: an idle session keeps this
    std::size_t first_ = 0;        // of the parts that are left
    std::size_t whole_ = 0;        ///< bytes at the front that make whole records
    std::array<std::uint8_t, kHeader> header_{};
    std::size_t have_ = 0;  ///< of the record that is not whole yet
    std::size_t need_ = 0;  ///< its length with its header, once that is known
    bool broken_ = false;   ///< no records any more
};

}  // namespace vmlab::sslserv
