#include "simulator/cp/segments.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vmlab::sim {

void SavedSegments::define(SavedSegment segment) {
    std::erase_if(segments_, [&](const auto& other) { return other.name == segment.name; });
    segments_.push_back(std::move(segment));
}

const SavedSegment* SavedSegments::find(const Name8& name) const {
    const auto it = std::find_if(segments_.begin(), segments_.end(),
                                 [&](const auto& segment) { return segment.name == name; });
    return it == segments_.end() ? nullptr : &*it;
}

bool SavedSegments::load(const Name8& name, const Userid& user) {
    for (auto& segment : segments_) {
        if (segment.name != name) continue;
        if (std::find(segment.users.begin(), segment.users.end(), user) == segment.users.end())
            segment.users.insert(segment.users.begin(), user);
        return true;
    }
    return false;
}

void SavedSegments::release_all(const Userid& user) {
    for (auto& segment : segments_) std::erase(segment.users, user);
}

std::vector<std::string> report_nss_map(const SavedSegment& segment) {
    return {"FILE FILENAME FILETYPE MINSIZE  BEGPAG ENDPAG TYPE CL #USERS PARMREGS VMGROUP",
            fmt::format("{:04} {:<8} {:<8}  N/A     {:05X}  {:05X}   {:<2}  {}  {:05}   N/A      N/A",
                        segment.file, segment.name.view(), segment.type, segment.first_page,
                        segment.last_page, segment.page_type, segment.segment_class, segment.users.size())};
}

std::vector<std::string> report_nss_users(const SavedSegment& segment) {
    std::vector<std::string> lines = {"FILE FILENAME FILETYPE CLASS",
                                      fmt::format("{:04} {:<8} {:<8}   {}", segment.file, segment.name.view(),
                                                  segment.type, segment.segment_class)};
    for (std::size_t i = 0; i < segment.users.size(); ++i) {
        if (i % 8 == 0) lines.emplace_back();
        else lines.back() += ' ';
        lines.back() += segment.users[i].view();
    }
    return lines;
}

}  // namespace vmlab::sim
