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
#include <utility>

#include "stack/base/assert.hpp"

namespace vmlab {

/// Headroom that holds every header the stack puts in front of a payload (Ethernet 14 + IPv6 40 + TCP 60,
/// rounded).
inline constexpr std::size_t kHeadroom = 128;

/// A view of a shared block. Copying shares; the bytes of a shared block are not written to.
class Buffer {
public:
    Buffer() = default;
    Buffer(const Buffer& other) : block_(other.block_), begin_(other.begin_), size_(other.size_) {
        if (block_) ++block_->references;
    }
    Buffer(Buffer&& other) noexcept
        : block_(std::exchange(other.block_, nullptr)),
          begin_(std::exchange(other.begin_, nullptr)),
          size_(std::exchange(other.size_, 0)) {}
    Buffer& operator=(Buffer other) noexcept {
        std::swap(block_, other.block_);
        std::swap(begin_, other.begin_);
        std::swap(size_, other.size_);
        return *this;
    }
    ~Buffer() {
        if (block_ && --block_->references == 0) Block::give_back(block_);
    }

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
    bool unique() const { return block_ && block_->references == 1; }
    std::uint8_t* writable() { return begin_; }

    Buffer slice(std::size_t offset, std::size_t length) const {
        vm_assert(offset <= size_ && length <= size_ - offset);
        Buffer part = *this;
        part.begin_ += offset;
        part.size_ = length;
        return part;
    }
    void remove_prefix(std::size_t n) {
        vm_assert(n <= size_);
        begin_ += n;
        size_ -= n;
    }
    void remove_suffix(std::size_t n) {
        vm_assert(n <= size_);
        size_ -= n;
    }

private:
    struct Block {
        std::uint32_t references;
        std::uint32_t capacity;
        std::uint64_t padding;  // keeps the bytes behind it 16-aligned

        std::uint8_t* bytes() { return reinterpret_cast<std::uint8_t*>(this + 1); }

        static Block* take(std::size_t capacity);
        static void give_back(Block* block);
    };
    Buffer(Block* block, std::uint8_t* begin, std::size_t size) : block_(block), begin_(begin), size_(size) {}

    Block* block_ = nullptr;
    std::uint8_t* begin_ = nullptr;
    std::size_t size_ = 0;
};

/// Of all parts together.
[[nodiscard]] inline std::size_t size_of(std::span<const Buffer> parts) {
    std::size_t size = 0;
    for (const auto& part : parts) size += part.size();
    return size;
}

/// Reads fields in network byte order. Reading past the end sets failed() and yields zeros: check once, at
/// the end.
class ByteReader {
public:
    explicit ByteReader(std::span<const std::uint8_t> bytes) : rest_(bytes) {}

    std::uint8_t u8() { return std::uint8_t(take<1>()); }
    std::uint16_t u16() { return std::uint16_t(take<2>()); }
    std::uint32_t u32() { return take<4>(); }
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
    template <std::size_t N>
    std::uint32_t take() {
        std::uint32_t value = 0;
        const auto field = bytes(N);
        if (field.size() != N) return 0;
        for (std::size_t i = 0; i < N; ++i) value = value << 8 | field[i];
        return value;
    }

    std::span<const std::uint8_t> rest_;
    bool failed_ = false;
};

/// Writes fields in network byte order into room that the caller has made. Overrunning it is a bug.
class ByteWriter {
public:
    explicit ByteWriter(std::span<std::uint8_t> room) : room_(room) {}

    void u8(std::uint8_t v) { put<1>(v); }
    void u16(std::uint16_t v) { put<2>(v); }
    void u32(std::uint32_t v) { put<4>(v); }
    void bytes(std::span<const std::uint8_t> v) {
        vm_assert(v.size() <= room_.size());
        if (!v.empty()) std::memcpy(room_.data(), v.data(), v.size());
        room_ = room_.subspan(v.size());
    }
    std::size_t room_left() const { return room_.size(); }

private:
    template <std::size_t N>
    void put(std::uint32_t v) {
        vm_assert(N <= room_.size());
        for (std::size_t i = 0; i < N; ++i) room_[i] = std::uint8_t(v >> (8 * (N - 1 - i)));
        room_ = room_.subspan(N);
    }

    std::span<std::uint8_t> room_;
};

}  // namespace vmlab
