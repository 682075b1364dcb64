// Assertions state what only a bug of ours can violate; they stay on in every build.
//
// Three audiences are never mixed: the programmer gets an assertion, the operator a message, the peer an
// answer (RST, alert, 5xx).
#pragma once

namespace vmlab {

/// Prints the broken invariant with its place on stderr and aborts.
[[noreturn]] void assertion_failed(const char* invariant, const char* file, int line);

}  // namespace vmlab

/// `invariant` is a sentence's worth of expression: vm_assert(bytes_in_flight >= 0).
#define vm_assert(invariant) \
    ((invariant) ? static_cast<void>(0) : ::vmlab::assertion_failed(#invariant, __FILE__, __LINE__))
