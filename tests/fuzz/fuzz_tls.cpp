// libFuzzer entry: what an SSL server reads before the TLS library does, and keys that others made. Built
// with -fsanitize=fuzzer only.
//
// The first byte of the input says what the rest is: h a client's first flight, k a private key, c a
// certificate.
#include <cstddef>
#include <cstdint>
#include <span>

#include "sslserv/client_hello.hpp"
#include "sslserv/keydb/certificate.hpp"
#include "stack/base/assert.hpp"

namespace {

using namespace vmlab;
using namespace vmlab::sslserv;

void read_hello(std::span<const std::uint8_t> bytes) {
    ClientHello hello;
    if (read_first_flight(bytes, hello) != FirstFlight::client_hello) return;
    vm_assert(offer_of(hello).size() < 1000);
    const ProtocolSet all{Protocol::sslv3, Protocol::tlsv1_0, Protocol::tlsv1_1, Protocol::tlsv1_2,
                          Protocol::tlsv1_3};
    for (const bool knows : {false, true}) {
        const auto newest = choose_version(hello, all, knows);
        vm_assert(!newest || knows || *newest != Protocol::tlsv1_3);
        // Without the version that was chosen an older one is chosen, or none.
        ProtocolSet fewer = all;
        if (newest) fewer.remove(*newest);
        const auto next = choose_version(hello, fewer, knows);
        vm_assert(!next || (newest && *next < *newest));
    }
}

void read_key(std::span<const std::uint8_t> bytes) {
    const auto key = public_key_of(bytes);
    if (key && key->kind == KeyKind::dsa) {
        const auto again = read_public_key(key->info);
        vm_assert(again && again->kind == KeyKind::dsa && again->bits == key->bits);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return -1;
    const std::span rest(data + 1, size - 1);
    switch (data[0]) {
        case 'h': read_hello(rest); return 0;
        case 'k': read_key(rest); return 0;
        case 'c': (void)read_certificate(rest); return 0;
        default: return -1;
    }
}
