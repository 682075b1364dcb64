// Memory of a few sizes that comes and goes with nearly every segment, from free lists.
//
// Kept per thread: a world lives in one. Under AddressSanitizer every block is the allocator's own, so that
// the use of one that was given back is found.
#pragma once

#include <cstddef>
#include <new>

namespace vmlab::stack {

#if defined(__SANITIZE_ADDRESS__)
inline constexpr std::size_t kKeptBlocks = 0;
#else
inline constexpr std::size_t kKeptBlocks = 64;  ///< of each size; what is beyond goes back to the allocator
#endif

template <std::size_t kBytes>
class FreeBlocks {
public:
    /// Room for kBytes, aligned for what needs no special alignment.
    [[nodiscard]] static void* take() {
        List& list = free_;
        if (!list.head) return ::operator new(kBytes);
        Block* const block = list.head;
        list.head = block->next;
        --list.count;
        return block;
    }
    static void give_back(void* memory) {
        List& list = free_;
        if (list.count >= list.most) return ::operator delete(memory);
        list.head = new (memory) Block{list.head};
        ++list.count;
    }

private:
    struct Block {
        Block* next;
    };
    static_assert(kBytes >= sizeof(Block));
    struct List {
        Block* head = nullptr;
        std::size_t count = 0, most = kKeptBlocks;
        ~List() {
            most = 0;  // what is given back after this goes at once
            while (head) ::operator delete(take());
        }
    };
    static inline thread_local List free_{};
};

}  // namespace vmlab::stack
