// A queue in one growing block of memory: constant time at both ends, by position, and no allocation once it
// has grown to a connection's working size.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "stack/base/assert.hpp"

namespace vmlab::stack {

template <typename T>
class Ring {
public:
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    T& operator[](std::size_t i) { return slots_[(first_ + i) & (slots_.size() - 1)]; }
    const T& operator[](std::size_t i) const { return slots_[(first_ + i) & (slots_.size() - 1)]; }
    T& front() { return (*this)[0]; }
    T& back() { return (*this)[size_ - 1]; }
    const T& back() const { return (*this)[size_ - 1]; }

    /// The new element: a fresh one, or `value`.
    T& push_back() {
        if (size_ == slots_.size()) grow();
        ++size_;
        return back();
    }
    void push_back(T value) { push_back() = std::move(value); }
    void pop_front() {
        vm_assert(size_ > 0);
        front() = T{};
        first_ = (first_ + 1) & (slots_.size() - 1);
        --size_;
    }
    /// Opens a place at position i; what stood there and behind moves back by one.
    void insert(std::size_t i, T value) {
        push_back(T{});
        for (std::size_t k = size_ - 1; k > i; --k) (*this)[k] = std::move((*this)[k - 1]);
        (*this)[i] = std::move(value);
    }
    /// Gives the memory back.
    void clear() {
        slots_ = {};
        first_ = size_ = 0;
    }

private:
    void grow() {
        std::vector<T> larger(slots_.empty() ? 4 : 2 * slots_.size());
        for (std::size_t i = 0; i < size_; ++i) larger[i] = std::move((*this)[i]);
        slots_ = std::move(larger);
        first_ = 0;
    }

    std::vector<T> slots_;
    std::size_t first_ = 0;
    std::size_t size_ = 0;
};

}  // namespace vmlab::stack
