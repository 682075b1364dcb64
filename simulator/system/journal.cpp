#include "simulator/system/journal.hpp"

#include <fmt/format.h>

namespace vmlab::sim {

std::string JournalEntry::line() const {
    std::string s = fmt::format("#{} <#{} {} {} {} {}", std::uint32_t(id), std::uint32_t(parent), iso_utc(at),
                                machine.view(), name_of(kind), text);
    for (const auto& where : rests_on) s += " [" + where.str() + "]";
    return s;
}

CauseId Journal::add(CauseId parent, Instant at, const Name8& machine, Record record) {
    const auto id = CauseId{next_++};
    kept_.push_back(
        {id, parent, at, machine, record.kind, std::move(record.text), std::move(record.rests_on)});
    if (keep_lines_) {
        lines_ += kept_.back().line();
        lines_ += '\n';
    }
    if (kept_.size() > kKept) kept_.pop_front();
    return id;
}

const JournalEntry* Journal::find(CauseId id) const {
    if (kept_.empty() || id < kept_.front().id || id > kept_.back().id) return nullptr;
    return &kept_[std::uint32_t(id) - std::uint32_t(kept_.front().id)];
}

}  // namespace vmlab::sim
