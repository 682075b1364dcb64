#include "stack/server/pools.hpp"

#include <algorithm>
#include <utility>

namespace vmlab::stack {
namespace {

struct Kind {
    std::string_view name;
    std::uint32_t blocks, buffer_size;
};
constexpr Kind kKinds[] = {
    {"address translation block", 1500, 0},
    {"CCB", 150, 0},
    {"data buffer", 160, 8192},
    {"envelope", 750, 0},
    {"IP route", 300, 0},
    {"RCB", 50, 0},
    {"SCB", 256, 0},
    {"TCB", 256, 0},
};
static_assert(std::size(kKinds) == kPoolCount);

/// A pool never begins above its limit.
std::size_t first_blocks(const PoolConfig& config) {
    return config.limit ? std::min(*config.blocks, **config.limit) : *config.blocks;
}

}  // namespace

PoolConfigs default_pools() {
    PoolConfigs configs;
    for (std::size_t i = 0; i < kPoolCount; ++i)
        configs[i] = {{kKinds[i].blocks, {}}, kKinds[i].buffer_size, {}};
    return configs;
}

std::string_view name_of(PoolId pool) { return kKinds[std::size_t(pool)].name; }

Pools::Pools(const PoolConfigs& configs) {
    for (std::size_t i = 0; i < kPoolCount; ++i)
        rows_[i] = {configs[i], first_blocks(configs[i]), 0, 0, false};
}

/// Until it is not low any more, or at its limit.
void Pools::grow(Row& row) {
    const std::size_t most = row.config.limit ? **row.config.limit : SIZE_MAX;
    const std::size_t step = std::max<std::size_t>(*row.config.blocks, 1);
    while (is_low(row) && row.blocks < most) row.blocks = std::min(most, row.blocks + step);
}

bool Pools::note(const PoolUse& use) {
    bool any_low = false;
    for (std::size_t i = 0; i < kPoolCount; ++i) {
        Row& row = rows_[i];
        if (row.in_use == use[i]) continue;
        row.in_use = use[i];
        row.most = std::max(row.most, row.in_use);
        row.blocks = std::max(row.blocks, row.in_use);
        any_low |= is_low(row);
    }
    return any_low;
}

std::optional<Pools::Low> Pools::take_low() {
    for (std::size_t i = 0; i < kPoolCount; ++i) {
        Row& row = rows_[i];
        if (!is_low(row)) continue;
        const Low low{PoolId(i), row.blocks, row.blocks - row.in_use};
        grow(row);
        if (!std::exchange(row.said, true)) return low;
    }
    return std::nullopt;
}

bool Pools::exhausted(PoolId pool, std::size_t in_use) const {
    const auto& limit = config(pool).limit;
    return limit && in_use >= **limit;
}

void Pools::apply(const PoolConfigs& configs) {
    for (std::size_t i = 0; i < kPoolCount; ++i) {
        rows_[i].config = configs[i];
        rows_[i].blocks = std::max(rows_[i].blocks, first_blocks(configs[i]));
    }
}

void Pools::reset() {
    for (auto& row : rows_) {
        row.most = row.in_use;
        row.said = false;
    }
}

std::array<PoolSnapshot, kPoolCount> Pools::snapshot() const {
    std::array<PoolSnapshot, kPoolCount> all{};
    for (std::size_t i = 0; i < kPoolCount; ++i) {
        const Row& row = rows_[i];
        all[i] = {PoolId(i),      row.blocks, row.in_use, row.blocks - std::min(row.most, row.blocks),
                  permit_of(row), row.config};
    }
    return all;
}

}  // namespace vmlab::stack
