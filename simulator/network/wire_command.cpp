#include "simulator/network/wire_command.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vmlab::sim {
namespace {

std::string counters_line(const ImpairmentCounters& counters) {
    std::string line = fmt::format("  frames {}", counters.frames);
    for (const auto& [name, count] : {std::pair{"lost", counters.lost},
                                      {"lost in bursts", counters.burst},
                                      {"duplicated", counters.duplicated},
                                      {"late", counters.reordered},
                                      {"corrupted", counters.corrupted},
                                      {"queue full", counters.queue_full},
                                      {"too large", counters.too_large}})
        if (count) line += fmt::format(", {} {}", name, count);
    return line;
}

void report_wire(const Network& network, std::size_t lan, std::vector<std::string>& lines) {
    const auto settings = describe(network.settings(lan));
    lines.push_back(fmt::format("{}: {}", network.name_of(lan), settings));
    lines.push_back(counters_line(network.counters(lan)));
    for (const auto& fault : network.faults(lan))
        lines.push_back(
            fmt::format("  fault '{}': {} frames matched, {} hit", fault.name, fault.matched, fault.fired));
}

std::string lower(std::string_view text) {
    std::string made(text);
    for (char& c : made)
        if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
    return made;
}

/// Hands each pair of words to `set`.
template <typename Set>
std::optional<std::string> each_pair(std::span<const std::string> words, Set set) {
    for (std::size_t i = 0; i < words.size(); i += 2) {
        if (i + 1 == words.size()) return fmt::format("'{}' has no value", words[i]);
        if (auto wrong = set(lower(words[i]), words[i + 1])) return wrong;
    }
    return std::nullopt;
}

}  // namespace

std::vector<std::string> report_wires(const Network& network, std::string_view name) {
    std::vector<std::string> lines;
    for (std::size_t lan = 0; lan < network.lans(); ++lan)
        if (name.empty() || network.name_of(lan) == name) report_wire(network, lan, lines);
    return lines;
}

std::optional<std::string> change_wire(Network& network, std::string_view name,
                                       std::span<const std::string> words, Instant now) {
    const auto lan = network.lookup(name);
    if (!lan) return fmt::format("there is no wire {}", name);
    const std::string first = words.empty() ? std::string() : lower(words[0]);
    if (first == "heal" && words.size() == 1) {
        network.heal(*lan);
    } else if (first == "fault") {
        WireFault fault;
        if (words.size() == 1) return "a fault does something: FAULT loss 100";
        const auto wrong = each_pair(words.subspan(1), [&](const std::string& key, const std::string& value) {
            return set_fault_word(fault, key, value);
        });
        if (wrong) return wrong;
        network.add_fault(*lan, std::move(fault), now);
    } else {
        WireSettings changed = network.settings(*lan);
        const auto wrong = each_pair(words, [&](const std::string& key, const std::string& value) {
            return set_wire_word(changed, key, value);
        });
        if (wrong) return wrong;
        network.settings(*lan) = changed;
    }
    return std::nullopt;
}

}  // namespace vmlab::sim
