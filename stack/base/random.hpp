// Randomness comes from the world's seed: one stream per owner, by name, so that adding an owner disturbs no
// other.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace vmlab {

/// 256 bits. A virtual run uses a small number; a run with loopback ports open draws all of them from the
/// host.
using Seed = std::array<std::uint8_t, 32>;
[[nodiscard]] Seed seed_from_number(std::uint64_t number);

/// The ChaCha20 key stream (RFC 8439 section 2.3): as good outside as its seed, and the same bytes for the
/// same seed.
class RandomStream {
public:
    /// The stream of `owner` under `seed`.
    RandomStream(const Seed& seed, std::string_view owner);

    void fill(std::span<std::uint8_t> out);
    std::uint64_t u64();
    std::uint32_t u32() { return std::uint32_t(u64()); }
    /// Uniform in [0, bound); bound > 0.
    std::uint64_t below(std::uint64_t bound);
    /// True with probability `parts_per_million` / 1 000 000.
    bool chance(std::uint32_t parts_per_million) { return below(1'000'000) < parts_per_million; }

private:
    void refill();

    std::array<std::uint32_t, 16> state_;
    std::array<std::uint8_t, 64> block_{};
    std::size_t used_ = 64;
};

}  // namespace vmlab
