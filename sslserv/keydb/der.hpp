// DER, as much of X.690 as certificates and keys need. The reader is strict and for untrusted bytes: definite
// lengths of at most four bytes, low tag numbers, nothing beyond the end. The writer composes small pieces.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "sslserv/keydb/crypto.hpp"

namespace vmlab::sslserv::der {

enum Tag : std::uint8_t {
    kBoolean = 0x01,
    kInteger = 0x02,
    kBitString = 0x03,
    kOctetString = 0x04,
    kNull = 0x05,
    kObjectId = 0x06,
    kUtf8String = 0x0c,
    kPrintableString = 0x13,
    kIa5String = 0x16,
    kUtcTime = 0x17,
    kGeneralizedTime = 0x18,
    kSequence = 0x30,
    kSet = 0x31,
    kContext0 = 0xa0,  ///< constructed; [n] is kContext0 + n
};

struct Item {
    std::uint8_t tag = 0;
    ByteView content{};
    ByteView whole{};  ///< with tag and length
};

class Reader {
public:
    explicit Reader(ByteView bytes) : rest_(bytes) {}

    [[nodiscard]] bool at_end() const { return rest_.empty(); }
    [[nodiscard]] std::uint8_t next_tag() const { return rest_.empty() ? 0 : rest_[0]; }
    /// The next item, or nothing when it is malformed or missing.
    std::optional<Item> next();
    /// The next item if it has this tag.
    std::optional<Item> next(std::uint8_t tag);

private:
    ByteView rest_;
};

[[nodiscard]] Bytes item(std::uint8_t tag, ByteView content);
[[nodiscard]] Bytes item(std::uint8_t tag, std::string_view content);
[[nodiscard]] Bytes join(std::initializer_list<ByteView> parts);
[[nodiscard]] inline Bytes sequence(std::initializer_list<ByteView> parts) {
    return item(kSequence, join(parts));
}
[[nodiscard]] Bytes integer(std::uint32_t value);
/// "1.2.840.113549": at most 2^28 an arc, which is enough for every arc used here.
[[nodiscard]] Bytes object_id(std::string_view dotted);
[[nodiscard]] std::string object_id_text(ByteView content);
/// Of whole bytes.
[[nodiscard]] Bytes bit_string(ByteView bits);
[[nodiscard]] Bytes null();

}  // namespace vmlab::sslserv::der
