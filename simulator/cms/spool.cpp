#include "simulator/cms/spool.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vmlab::sim {
namespace {

const std::string kNoText;
const std::vector<SpoolFile> kNoFiles;
constexpr unsigned kMaxSpoolId = 9999;
constexpr std::size_t kMaxReaderBytes = 256u * 1024 * 1024;

}  // namespace

std::size_t SpoolFile::records() const {
    const auto& lines = content();
    return std::size_t(std::count(lines.begin(), lines.end(), '\n')) +
           (!lines.empty() && lines.back() != '\n' ? 1 : 0);
}

const std::string& SpoolFile::content() const { return text ? *text : kNoText; }

void Spool::make_room(std::vector<SpoolFile>& reader, std::size_t& held, std::size_t bytes) {
    auto kept = reader.begin();
    for (; kept != reader.end(); ++kept) {
        const bool full = std::size_t(reader.end() - kept) >= kMaxSpoolId || held + bytes > kMaxReaderBytes;
        if (!full) break;
        held -= kept->content().size();
    }
    reader.erase(reader.begin(), kept);
}

unsigned Spool::send(const Userid& to, SpoolFile file) {
    auto& reader = readers_[to];
    auto& held = held_[to];
    make_room(reader, held, file.content().size());
    unsigned& next = next_[to];
    do next = next % kMaxSpoolId + 1;
    while (find(to, next) != nullptr);
    file.id = next;
    held += file.content().size();
    reader.push_back(std::move(file));
    return next;
}

const std::vector<SpoolFile>& Spool::reader_of(const Userid& user) const {
    const auto it = readers_.find(user);
    return it == readers_.end() ? kNoFiles : it->second;
}

const SpoolFile* Spool::find(const Userid& user, unsigned id) const {
    const auto& reader = reader_of(user);
    const auto it =
        std::find_if(reader.begin(), reader.end(), [&](const auto& file) { return file.id == id; });
    return it == reader.end() ? nullptr : &*it;
}

bool Spool::purge(const Userid& user, unsigned id) {
    const auto it = readers_.find(user);
    if (it == readers_.end()) return false;
    const auto file = std::find_if(it->second.begin(), it->second.end(),
                                   [&](const auto& candidate) { return candidate.id == id; });
    if (file == it->second.end()) return false;
    held_[user] -= file->content().size();
    it->second.erase(file);
    return true;
}

std::size_t Spool::purge_all(const Userid& user) {
    const auto it = readers_.find(user);
    if (it == readers_.end()) return 0;
    const auto count = it->second.size();
    it->second.clear();
    held_[user] = 0;
    return count;
}

void Spool::restore(const Userid& owner, SpoolFile file) {
    purge(owner, file.id);
    make_room(readers_[owner], held_[owner], file.content().size());
    next_[owner] = std::max(next_[owner], file.id);
    held_[owner] += file.content().size();
    readers_[owner].push_back(std::move(file));
}

std::string report_arrival(const SpoolFile& file) {
    const auto records = file.records();
    const std::string count =
        records < 10000 ? fmt::format("{:04}", records) : fmt::format("{:>3}K", records / 1000);
    return fmt::format("RDR FILE {:04} SENT FROM {:<8} {} WAS {:04} RECS {} CPY  001 {} NOHOLD NOKEEP",
                       file.id, file.origin.view(), file.device, file.id, count, file.spool_class);
}

}  // namespace vmlab::sim
