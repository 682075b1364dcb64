// A queue in one growing block of memory: constant time at both ends and by position. An empty one holds no
// memory: of many connections few have anything queued. With `kHere`, the first few stand in the queue
// itself, which then stays where it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>

#include "stack/base/assert.hpp"
#include "stack/tcp/free_blocks.hpp"

namespace vmlab::stack {

template <typename T, bool kHere = false>
class Ring {
public:
    Ring() {}  // leaves the room of the first few as it is
    Ring(Ring&& other) noexcept requires(!kHere) : block_(std::exchange(other.block_, nullptr)) {}
    Ring& operator=(Ring&& other) noexcept requires(!kHere) {
        std::swap(block_, other.block_);
        return *this;
    }
    ~Ring() { clear(); }

    std::size_t size() const { return block_ ? block_->size : 0; }
    bool empty() const { return block_ == nullptr; }
    T& operator[](std::size_t i) { return *block_->at(i); }
    const T& operator[](std::size_t i) const { return *block_->at(i); }
    T& front() { return (*this)[0]; }
    const T& front() const { return (*this)[0]; }
    T& back() { return (*this)[block_->size - 1]; }
    const T& back() const { return (*this)[block_->size - 1]; }

    /// The new element: a fresh one, or `value`.
    T& push_back() { return *std::construct_at(next()); }
    T& push_back(T value) { return *std::construct_at(next(), std::move(value)); }
    void pop_front() {
        vm_assert(!empty());
        std::destroy_at(block_->at(0));
        block_->first = (block_->first + 1) & (block_->capacity - 1);
        if (--block_->size == 0) give_back();
    }
    /// Opens a place at position i; what stood there and behind moves back by one.
    void insert(std::size_t i, T value) {
        push_back();
        for (std::size_t k = size() - 1; k > i; --k) (*this)[k] = std::move((*this)[k - 1]);
        (*this)[i] = std::move(value);
    }
    void clear() {
        if (!block_) return;
        for (std::size_t i = 0; i < block_->size; ++i) std::destroy_at(block_->at(i));
        give_back();
    }

private:
    static constexpr std::uint32_t kLeast = 2;

    /// The slots follow.
    struct alignas(T) Block {
        std::uint32_t capacity, first = 0, size = 0;

        T* at(std::size_t i) { return reinterpret_cast<T*>(this + 1) + ((first + i) & (capacity - 1)); }
    };
    static constexpr std::size_t kLeastBytes = sizeof(Block) + kLeast * sizeof(T);
    struct Here {
        alignas(Block) std::byte bytes[kLeastBytes];
    };
    struct Nothing {};

    /// Where a new one is to be made, behind the others.
    T* next() {
        if (!block_ || block_->size == block_->capacity) grow();
        return block_->at(block_->size++);
    }

    void grow() {
        const std::uint32_t capacity = block_ ? 2 * block_->capacity : kLeast;
        void* const memory = block_ ? ::operator new(sizeof(Block) + capacity * sizeof(T)) : take_least();
        Block* const larger = new (memory) Block{capacity};
        for (; larger->size < size(); ++larger->size) {
            std::construct_at(larger->at(larger->size), std::move((*this)[larger->size]));
            std::destroy_at(block_->at(larger->size));
        }
        if (block_) give_back();
        block_ = larger;
    }
    void give_back() {
        Block* const block = std::exchange(block_, nullptr);
        if (block->capacity != kLeast) ::operator delete(block);
        else if constexpr (!kHere) FreeBlocks<kLeastBytes>::give_back(block);
    }
    void* take_least() {
        if constexpr (kHere) return here_.bytes;
        else return FreeBlocks<kLeastBytes>::take();
    }

    Block* block_ = nullptr;
    [[no_unique_address]] std::conditional_t<kHere, Here, Nothing> here_;
};

}  // namespace vmlab::stack
