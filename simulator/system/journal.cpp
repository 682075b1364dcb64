#include "simulator/system/journal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace vmlab::sim {
namespace {

constexpr std::string_view kTyped = "typed: ";
constexpr std::string_view kSeed = "seed ";

std::optional<std::uint32_t> read_number(std::string_view& text) {
    std::uint32_t n = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (error != std::errc()) return std::nullopt;
    text.remove_prefix(std::size_t(end - text.data()));
    return n;
}

std::string_view take_word(std::string_view& text) {
    const auto end = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return word;
}

/// The last group of the text, "open … close", taken off; nothing when the text does not end in one.
std::optional<std::string_view> take_group(std::string_view& text, char open, char close) {
    if (text.empty() || text.back() != close) return std::nullopt;
    const auto begin = text.rfind(open, text.size() - 2);
    if (begin == std::string_view::npos || begin == 0 || text[begin - 1] != ' ') return std::nullopt;
    const auto inside = text.substr(begin + 1, text.size() - begin - 2);
    text = text.substr(0, begin - 1);
    return inside;
}

/// "PROFILE TCPIP D1:12:3"
std::optional<SourceLocation> read_location(std::string_view text) {
    SourceLocation where;
    const auto name = Name8::parse(take_word(text));
    const auto type_end = std::min(text.find_first_of(" :"), text.size());
    const auto type = Name8::parse(text.substr(0, type_end));
    text.remove_prefix(type_end);
    if (!name || !type) return std::nullopt;
    where.file = {*name, *type, {' ', ' '}};
    if (text.size() >= 3 && text[0] == ' ') {
        where.file.mode = {text[1], text[2]};
        text.remove_prefix(3);
    }
    for (auto* number : {&where.line, &where.column}) {
        if (text.empty()) break;
        if (text[0] != ':') return std::nullopt;
        text.remove_prefix(1);
        const auto n = read_number(text);
        if (!n) return std::nullopt;
        *number = *n;
    }
    return text.empty() ? std::optional(where) : std::nullopt;
}

}  // namespace

std::string_view JournalEntry::number() const {
    std::string_view rest = text;
    if (rest.size() > 9 && rest[2] == ':' && rest[5] == ':' && rest[8] == ' ') rest.remove_prefix(9);
    return rest.substr(0, rest.find(' '));
}

bool JournalEntry::is_failure() const {
    switch (kind) {
        case RecordKind::refusal:
        case RecordKind::drop:
        case RecordKind::alert: return true;
        case RecordKind::message: {
            const auto word = number();
            return word.find_first_of("0123456789") != word.npos &&
                   std::string_view("WEST").find(word.back()) != std::string_view::npos;
        }
        default: return false;
    }
}

std::optional<std::string_view> JournalEntry::typed() const {
    if (kind != RecordKind::input || !text.starts_with(kTyped)) return std::nullopt;
    return std::string_view(text).substr(kTyped.size());
}

std::optional<Seed> JournalEntry::seed() const {
    Seed seed{};
    if (kind != RecordKind::input || !text.starts_with(kSeed) ||
        text.size() != kSeed.size() + 2 * seed.size())
        return std::nullopt;
    const char* digits = text.data() + kSeed.size();
    for (auto& byte : seed) {
        const auto [end, error] = std::from_chars(digits, digits + 2, byte, 16);
        if (error != std::errc() || end != digits + 2) return std::nullopt;
        digits = end;
    }
    return seed;
}

bool JournalEntry::is_lasting() const {
    if (kind == RecordKind::input) return true;
    if (kind == RecordKind::message) return is_failure();
    return !about.empty() && !about.starts_with("connection ");
}

std::string JournalEntry::line() const {
    std::string s = fmt::format("#{} <#{} {} {} {} {}", std::uint32_t(id), std::uint32_t(parent), iso_utc(at),
                                machine.view(), name_of(kind), text);
    for (const auto& where : rests_on) s += " [" + where.str() + "]";
    if (!about.empty()) s += " {" + about + "}";
    for (const auto& thing : consulted) s += " ?" + thing + "?";
    return s;
}

std::optional<JournalEntry> JournalEntry::read_line(std::string_view line) {
    JournalEntry entry;
    for (auto* number : {&entry.id, &entry.parent}) {
        auto word = take_word(line);
        const std::string_view sign = number == &entry.id ? "#" : "<#";
        if (!word.starts_with(sign)) return std::nullopt;
        word.remove_prefix(sign.size());
        const auto n = read_number(word);
        if (!n || !word.empty()) return std::nullopt;
        *number = CauseId{*n};
    }
    const auto at = read_iso_utc(take_word(line));
    const auto machine = Name8::parse(take_word(line));
    const auto kind = take_word(line);
    if (!at || !machine) return std::nullopt;
    entry.at = *at;
    entry.machine = *machine;
    bool known = false;
    for (const auto k : kRecordKinds)
        if (kind == name_of(k)) {
            entry.kind = k;
            known = true;
        }
    if (!known) return std::nullopt;
    // What was typed may look like anything, and input rests on nothing.
    if (entry.kind == RecordKind::input) {
        entry.text = line;
        return entry;
    }
    while (const auto thing = take_group(line, '?', '?'))
        entry.consulted.insert(entry.consulted.begin(), std::string(*thing));
    if (const auto about = take_group(line, '{', '}')) entry.about = *about;
    for (;;) {
        auto rest = line;
        const auto group = take_group(rest, '[', ']');
        const auto where = group ? read_location(*group) : std::nullopt;
        if (!where) break;
        line = rest;
        entry.rests_on.insert(entry.rests_on.begin(), *where);
    }
    entry.text = line;
    return entry;
}

Record seed_record(const Seed& seed) {
    std::string text(kSeed);
    for (const auto byte : seed) text += fmt::format("{:02x}", byte);
    return {RecordKind::input, std::move(text), {}, {}, {}};
}

Record typed_record(std::string_view line) {
    return {RecordKind::input, std::string(kTyped) + std::string(line), {}, {}, {}};
}

CauseId Journal::add(CauseId parent, Instant at, const Name8& machine, Record record) {
    const auto id = CauseId{next_++};
    std::erase_if(record.rests_on, [](const SourceLocation& where) { return !where.known(); });
    // A journal has a line for each record, whoever's words are in it: what no console can show is a blank.
    for (char& c : record.text)
        if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) c = ' ';
    JournalEntry entry{id,
                       parent,
                       at,
                       machine,
                       record.kind,
                       std::move(record.text),
                       std::move(record.rests_on),
                       std::move(record.about),
                       std::move(record.consulted)};
    if (keep_lines_) {
        lines_ += entry.line();
        lines_ += '\n';
    }
    auto& kept = entry.is_lasting() ? lasting_ : passing_;
    kept.push_back(std::move(entry));
    if (kept.size() > kKept) kept.pop_front();
    return id;
}

std::vector<JournalEntry> Journal::kept() const {
    std::vector<JournalEntry> all;
    all.reserve(lasting_.size() + passing_.size());
    std::merge(lasting_.begin(), lasting_.end(), passing_.begin(), passing_.end(), std::back_inserter(all),
               [](const JournalEntry& a, const JournalEntry& b) { return a.id < b.id; });
    return all;
}

const JournalEntry* Journal::find(CauseId id) const {
    for (const auto* kept : {&lasting_, &passing_}) {
        const auto found =
            std::lower_bound(kept->begin(), kept->end(), id,
                             [](const JournalEntry& e, CauseId wanted) { return e.id < wanted; });
        if (found != kept->end() && found->id == id) return &*found;
    }
    return nullptr;
}

}  // namespace vmlab::sim
