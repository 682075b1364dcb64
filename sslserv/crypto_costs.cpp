#include "sslserv/crypto_costs.hpp"

#include <algorithm>

namespace vmlab::sslserv {
namespace {

// ── the table: all on a CPU without help ──

struct Row {
    KeyKind key;
    unsigned bits;  ///< at most
    Duration full;
};
constexpr Row kFull[] = {
    {KeyKind::rsa, 1024, microseconds(800)},  {KeyKind::rsa, 2048, microseconds(2000)},
    {KeyKind::rsa, 3072, microseconds(6000)}, {KeyKind::rsa, ~0u, microseconds(13000)},
    {KeyKind::ec, 256, microseconds(1000)},   {KeyKind::ec, ~0u, microseconds(2000)},
};
constexpr Duration kResumed = microseconds(200);
constexpr Duration kAsClient = microseconds(400);
constexpr Duration kRecord = microseconds(5);  ///< of up to 16384 bytes
constexpr std::size_t kRecordBytes = 16384;
constexpr Duration kByteByCpacf = nanoseconds(1), kByteBySoftware = nanoseconds(20);
/// What is left of a full RSA handshake when APs do the private key's work, in percent.
constexpr int kLeftWithAp = 70;
/// Of a handshake whose second flight never came, or was no good before its key, in percent: a server has
/// made its ephemeral key and signed it; a client has verified certificates.
constexpr int kServerAnswered = 85, kClientAnswered = 50;

/// AES, DES, SHA. RC2, RC4, MD5 and ChaCha20 are not CPACF's.
bool by_cpacf(std::string_view cipher) {
    constexpr std::string_view kOthers[] = {"RC2", "RC4", "MD5", "CHACHA20"};
    return std::ranges::none_of(kOthers, [&](auto other) { return cipher.find(other) != cipher.npos; });
}

}  // namespace

Duration cost_of_handshake(const CryptoHardware& has, const HandshakeWork& work) {
    if (work.reached == HandshakeReached::nothing) return Duration{};
    const bool whole = work.reached == HandshakeReached::keys;
    if (work.resumed) return kResumed;
    if (work.as_client) return whole ? kAsClient : kAsClient * kClientAnswered / 100;
    const auto* row = std::ranges::find_if(
        kFull, [&](const Row& one) { return one.key == work.key && work.bits <= one.bits; });
    if (row == std::end(kFull)) return Duration{};  // no such key is served
    const auto full = work.key == KeyKind::rsa && has.apvirtual ? row->full * kLeftWithAp / 100 : row->full;
    if (whole) return full;
    return work.signs ? full * kServerAnswered / 100 : Duration{};
}

Duration cost_of_data(const CryptoHardware& has, std::string_view cipher, std::size_t bytes) {
    if (bytes == 0) return Duration{};
    const auto records = std::int64_t((bytes + kRecordBytes - 1) / kRecordBytes);
    const auto byte = has.cpacf && by_cpacf(cipher) ? kByteByCpacf : kByteBySoftware;
    return kRecord * records + byte * std::int64_t(bytes);
}

}  // namespace vmlab::sslserv
