// Blocks come from three size classes of free lists (a few bytes, a frame, a TLS record) so that the data
// plane does not allocate.
#include "stack/base/bytes.hpp"

#include <cstdlib>
#include <new>

namespace vmlab {

namespace {

constexpr std::size_t kFewClass = 256 - 16;           // headers alone, or a question of a hundred bytes
constexpr std::size_t kFrameClass = 2048 - 16;        // an Ethernet frame of MTU 1500 with headroom
constexpr std::size_t kRecordClass = 18 * 1024 - 16;  // a TLS record, or a frame of MTU 9000
constexpr std::size_t kKeptBytes = 512 * 1024;        // per class; what is beyond goes back to the host

/// Free blocks of one size class. Kept per thread: a world and its buffers live in one thread.
struct FreeList {
    std::size_t most;
    void* head = nullptr;
    std::size_t count = 0;
    ~FreeList() {
        while (head) {
            void* next = *static_cast<void**>(head);
            std::free(head);
            head = next;
        }
        count = most;  // a block given back after this is freed at once
    }
    void* pop() {
        void* block = head;
        if (block) {
            head = *static_cast<void**>(block);
            --count;
        }
        return block;
    }
    bool push(void* block) {
        if (count >= most) return false;
        // The next to be taken: what of it is written first may come from far.
        for (std::size_t at = 64; at <= 192; at += 64)
            __builtin_prefetch(static_cast<const char*>(block) + at, 1);
        *static_cast<void**>(block) = head;
        head = block;
        ++count;
        return true;
    }
};

thread_local FreeList free_few{kKeptBytes / kFewClass};
thread_local FreeList free_frames{kKeptBytes / kFrameClass};
thread_local FreeList free_records{kKeptBytes / kRecordClass};

FreeList* list_for(std::size_t capacity) {
    switch (capacity) {
        case kFewClass: return &free_few;
        case kFrameClass: return &free_frames;
        case kRecordClass: return &free_records;
        default: return nullptr;
    }
}

}  // namespace

Buffer::Block* Buffer::Block::take(std::size_t capacity) {
    if (capacity <= kFewClass) capacity = kFewClass;
    else if (capacity <= kFrameClass) capacity = kFrameClass;
    else if (capacity <= kRecordClass) capacity = kRecordClass;
    vm_assert(capacity < UINT32_MAX);
    FreeList* list = list_for(capacity);
    void* memory = list ? list->pop() : nullptr;
    if (!memory) memory = std::malloc(sizeof(Block) + capacity);
    if (!memory) throw std::bad_alloc();
    return new (memory) Block{1, std::uint32_t(capacity), 0, 0, 0, 0};
}

void Buffer::Block::give_back(Block* block) {
    FreeList* list = list_for(block->capacity);
    if (!list || !list->push(block)) std::free(block);
}

Buffer Buffer::allocate(std::size_t size, std::size_t headroom) {
    Block* block = Block::take(size + headroom);
    return {block, block->bytes() + headroom, size};
}

Buffer Buffer::copy_of(std::span<const std::uint8_t> bytes, std::size_t headroom) {
    Buffer b = allocate(bytes.size(), headroom);
    if (!bytes.empty()) std::memcpy(b.begin_, bytes.data(), bytes.size());
    return b;
}

Buffer Buffer::copy_of(std::string_view text, std::size_t headroom) {
    return copy_of(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()), headroom);
}

Buffer Buffer::with_header(std::size_t header, const Buffer& payload) {
    if (payload.unique() && std::size_t(payload.begin_ - payload.block_->bytes()) >= header) {
        Buffer whole = payload;
        whole.begin_ -= header;
        whole.size_ += header;
        return whole;
    }
    Buffer whole = allocate(header + payload.size(), kHeadroom - (header < kHeadroom ? header : kHeadroom));
    if (!payload.empty()) std::memcpy(whole.begin_ + header, payload.begin_, payload.size());
    if (const KnownSum known = payload.known_sum(); known.is_of(payload.span()))
        whole.remember_sum(header, known.size, known.sum);
    return whole;
}

}  // namespace vmlab
