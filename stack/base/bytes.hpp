// Bytes in motion: reference-counted buffers with headroom, and readers and writers in network byte order.
//
// One block carries a payload from the sender's queue over the wire into the receiver's queue; the
// retransmission queue, the capture and the frame in flight share it. Reference counts are not atomic: a
// world lives in one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "stack/base/assert.hpp"

namespace vmlab {

/// Headroom that holds every header the stack puts in front of a payload (Ethernet 14 + IPv6 40 + TCP 60,
/// rounded).
inline constexpr std::size_t kHeadroom = 128;

/// A view of a shared block. Copying shares; the bytes of a shared block are not written to.
class Buffer {
public:
    Buffer() = default;
    Buffer(const Buffer& other);
    Buffer(Buffer&& other) noexcept;
    Buffer& operator=(Buffer other) noexcept;
    ~Buffer();

    /// `size` writable bytes (contents unspecified) behind `headroom` free ones.
    static Buffer allocate(std::size_t size, std::size_t headroom = kHeadroom);
    static Buffer copy_of(std::span<const std::uint8_t> bytes, std::size_t headroom = kHeadroom);
    static Buffer copy_of(std::string_view text, std::size_t headroom = kHeadroom);

    /// `header` writable bytes followed by `payload`: in place when `payload` is the only reference to its
    /// block and the headroom suffices, else in a copy. The payload stays valid either way.
    static Buffer with_header(std::size_t header, const Buffer& payload);

    const std::uint8_t* data() const { return begin_; }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    std::uint8_t operator[](std::size_t i) const { return begin_[i]; }
    std::span<const std::uint8_t> span() const { return {begin_, size_}; }
    std::string_view view() const { return {reinterpret_cast<const char*>(begin_), size_}; }

    /// True when no other Buffer shares the block: only then may it be written to.
    bool unique() const;
    std::uint8_t* writable();

    Buffer slice(std::size_t offset, std::size_t length) const;
    void remove_prefix(std::size_t n);
    void remove_suffix(std::size_t n);

private:
    struct Block;
    Buffer(Block* block, std::uint8_t* begin, std::size_t size) : block_(block), begin_(begin), size_(size) {}

    Block* block_ = nullptr;
    std::uint8_t* begin_ = nullptr;
    std::size_t size_ = 0;
};

/// Reads fields in network byte order. Reading past the end sets failed() and yields zeros: check once, at
/// the end.
class ByteReader {
public:
    explicit ByteReader(std::span<const std::uint8_t> bytes) : rest_(bytes) {}

    std::uint8_t u8() { return std::uint8_t(take(1)); }
    std::uint16_t u16() { return std::uint16_t(take(2)); }
    std::uint32_t u32() { return std::uint32_t(take(4)); }
    /// The next n bytes as a view, or an empty one.
    std::span<const std::uint8_t> bytes(std::size_t n) {
        if (n > rest_.size()) {
            failed_ = true;
            return {};
        }
        const auto part = rest_.first(n);
        rest_ = rest_.subspan(n);
        return part;
    }
    std::span<const std::uint8_t> rest() const { return rest_; }
    bool failed() const { return failed_; }

private:
    std::uint32_t take(std::size_t n) {
        std::uint32_t value = 0;
        for (const auto b : bytes(n)) value = value << 8 | b;
        return value;
    }

    std::span<const std::uint8_t> rest_;
    bool failed_ = false;
};

/// Writes fields in network byte order into room that the caller has made. Overrunning it is a bug.
class ByteWriter {
public:
    explicit ByteWriter(std::span<std::uint8_t> room) : room_(room) {}

    void u8(std::uint8_t v) { put(v, 1); }
    void u16(std::uint16_t v) { put(v, 2); }
    void u32(std::uint32_t v) { put(v, 4); }
    void bytes(std::span<const std::uint8_t> v) {
        vm_assert(v.size() <= room_.size());
        if (!v.empty()) std::memcpy(room_.data(), v.data(), v.size());
        room_ = room_.subspan(v.size());
    }
    std::size_t room_left() const { return room_.size(); }

private:
    void put(std::uint32_t v, std::size_t n) {
        vm_assert(n <= room_.size());
        for (std::size_t i = 0; i < n; ++i) room_[i] = std::uint8_t(v >> (8 * (n - 1 - i)));
        room_ = room_.subspan(n);
    }

    std::span<std::uint8_t> room_;
};

}  // namespace vmlab
