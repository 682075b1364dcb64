// Bytes in motion: reference-counted buffers with headroom, and readers and writers in network byte order.
//
// One block carries a payload from the sender's queue over the wire into the receiver's queue; the
// retransmission queue, the capture and the frame in flight share it. Reference counts are not atomic: a
// world lives in one thread.
#pragma once

#include <bit>
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

/// As a packet has it; and back.
[[nodiscard]] constexpr std::uint32_t to_network(std::uint32_t value) {
    return std::endian::native == std::endian::little ? __builtin_bswap32(value) : value;
}

/// The internet checksum's sum of some bytes (their 16-bit words in the machine's order, folded to 16 bits),
/// which somebody has made already. Of no bytes: nothing is known.
struct KnownSum {
    const std::uint8_t* begin = nullptr;
    std::uint16_t size = 0;
    std::uint16_t sum = 0;

    bool is_of(std::span<const std::uint8_t> bytes) const {
        return size != 0 && bytes.data() == begin && bytes.size() == size;
    }
};

/// A view of a shared block. Copying shares; the bytes of a shared block are not written to.
///
/// The block remembers one sum of its bytes, so that what is sent and received in one process is summed
/// once, as an adapter with checksum offload does it; whoever asks for write access to any of these bytes
/// makes the block forget.
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
    std::uint8_t* writable() { return writable(0, size_).data(); }
    std::span<std::uint8_t> writable(std::size_t from, std::size_t size) {
        vm_assert(from <= size_ && size <= size_ - from);
        if (block_) block_->forget(std::size_t(begin_ - block_->bytes()) + from, size);
        return {begin_ + from, size};
    }

    /// `sum` is of the `size` bytes from `from` on, as they are now.
    void remember_sum(std::size_t from, std::size_t size, std::uint16_t sum) {
        vm_assert(from <= size_ && size <= size_ - from);
        if (block_) block_->remember(std::size_t(begin_ - block_->bytes()) + from, size, sum);
    }
    KnownSum known_sum() const {
        if (!block_) return {};
        return {block_->bytes() + block_->summed_from, block_->summed_size, block_->sum};
    }

    /// Its block is needed soon, and may come from far.
    void fetch() const { __builtin_prefetch(block_); }

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
        std::uint16_t summed_from, summed_size, sum;  // size 0: no sum is known
        std::uint16_t padding;                        // keeps the bytes behind it 16-aligned

        void remember(std::size_t from, std::size_t size, std::uint16_t of_these) {
            if (from > UINT16_MAX || size > UINT16_MAX) return;
            summed_from = std::uint16_t(from);
            summed_size = std::uint16_t(size);
            sum = of_these;
        }
        void forget(std::size_t from, std::size_t size) {
            if (from < std::size_t(summed_from) + summed_size && summed_from < from + size) summed_size = 0;
        }
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
        if (rest_.size() < N) {
            failed_ = true;
            return 0;
        }
        std::uint32_t value = 0;
        std::memcpy(&value, rest_.data(), N);
        rest_ = rest_.subspan(N);
        return to_network(value) >> (32 - 8 * N);
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
        const std::uint32_t as_sent = to_network(v << (32 - 8 * N));
        std::memcpy(room_.data(), &as_sent, N);
        room_ = room_.subspan(N);
    }

    std::span<std::uint8_t> room_;
};

}  // namespace vmlab
