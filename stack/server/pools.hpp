// The control block and buffer pools: how many blocks there are, how many are in use, when they run low.
//
// Nothing is allocated from them; what the stack has in use is counted against them. A pool that runs low
// grows by as many blocks as it began with, until its LIMIT; a pool at its limit refuses.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "stack/base/source_location.hpp"

namespace vmlab::stack {

/// The pools whose use is counted, and what takes a block.
enum class PoolId : std::uint8_t {
    address_translation,  ///< an entry of the ARP table
    ccb,                  ///< a client: a virtual machine with sockets
    data_buffer,          ///< a buffer's worth of bytes that a connection has queued
    envelope,             ///< a packet that waits for ARP, or on its way to ourselves
    ip_route,             ///< a route
    rcb,                  ///< a PING that waits for its answer
    scb,                  ///< a socket of a client
    tcb,                  ///< a TCP connection, until the end of its TIME-WAIT
    count_,
};
inline constexpr std::size_t kPoolCount = std::size_t(PoolId::count_);

struct PoolConfig {
    Sourced<std::uint32_t> blocks{};
    std::uint32_t buffer_size = 0;                  ///< bytes; 0: blocks of one kind
    std::optional<Sourced<std::uint32_t>> limit{};  ///< it does not grow beyond
};
/// As remembered of the product, for a profile without the statements.
using PoolConfigs = std::array<PoolConfig, kPoolCount>;
[[nodiscard]] PoolConfigs default_pools();

/// "TCB", "data buffer": as DTCMON401I names the blocks.
[[nodiscard]] std::string_view name_of(PoolId pool);

using PoolUse = std::array<std::size_t, kPoolCount>;  ///< blocks in use

struct PoolSnapshot {
    PoolId pool{};
    std::size_t blocks = 0, in_use = 0;
    std::size_t least_free = 0;  ///< since the start, or NETSTAT RESETPOOL
    std::size_t permit = 0;      ///< with so few free blocks it is low
    PoolConfig config{};
};

class Pools {
public:
    explicit Pools(const PoolConfigs& configs);

    struct Low {
        PoolId pool{};
        std::size_t blocks = 0, free = 0;
    };
    /// What is in use now. True if a pool is low: take_low() then says which, until there is none.
    [[nodiscard]] bool note(const PoolUse& use);
    /// A pool that became low, once until reset(). It grows, unless it may not.
    [[nodiscard]] std::optional<Low> take_low();
    /// A pool that may not grow has no block for one more.
    [[nodiscard]] bool exhausted(PoolId pool, std::size_t in_use) const;
    /// Statements given again: pools only grow, limits hold from now on.
    void apply(const PoolConfigs& configs);
    /// NETSTAT RESETPOOL: counts the least free blocks anew, and says again when a pool is low.
    void reset();
    [[nodiscard]] const PoolConfig& config(PoolId pool) const { return rows_[std::size_t(pool)].config; }
    [[nodiscard]] std::array<PoolSnapshot, kPoolCount> snapshot() const;

private:
    struct Row {
        PoolConfig config{};
        std::size_t blocks = 0, in_use = 0, most = 0;  // `most` in use
        bool said = false;
    };
    static std::size_t permit_of(const Row& row) { return row.blocks / 10; }
    static bool is_low(const Row& row) { return row.in_use > 0 && row.blocks - row.in_use <= permit_of(row); }
    static void grow(Row& row);

    std::array<Row, kPoolCount> rows_{};
};

}  // namespace vmlab::stack
