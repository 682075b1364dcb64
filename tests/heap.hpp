// How much memory is in use, for tests that something is not kept for ever.
#pragma once

#include <malloc.h>

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#define VMLAB_UNDER_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define VMLAB_UNDER_ASAN 1
#endif
#endif
#ifdef VMLAB_UNDER_ASAN
extern "C" std::size_t __sanitizer_get_current_allocated_bytes();  // g++ 12 has no header for it here
#endif

namespace vmlab {

/// Bytes of the heap that somebody still owns.
inline std::size_t bytes_in_use() {
#ifdef VMLAB_UNDER_ASAN
    return __sanitizer_get_current_allocated_bytes();
#else
    const auto heap = mallinfo2();
    return heap.uordblks + heap.hblkhd;
#endif
}

}  // namespace vmlab
