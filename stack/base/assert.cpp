#include "stack/base/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace vmlab {

void assertion_failed(const char* invariant, const char* file, int line) {
    std::fprintf(stderr, "vmlab: broken invariant at %s:%d: %s\n", file, line, invariant);
    std::abort();
}

}  // namespace vmlab
