// Saved segments (NSS and DCSS) and who has them loaded: QUERY NSS. The session cache of the SSL pool lives
// in the DCSS TCPIP, restricted by NAMESAVE.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "stack/base/names.hpp"

namespace vmlab::sim {

struct SavedSegment {
    unsigned file = 9539;  ///< system data file number
    Name8 name{};
    std::string type = "DCSS";  ///< NSS, DCSS
    char segment_class = 'R';   ///< A active, R restricted
    std::uint32_t first_page = 0x10000, last_page = 0x100ff;
    std::string page_type = "SN";
    std::vector<Userid> users{};  ///< who has it loaded, latest first
};

class SavedSegments {
public:
    void define(SavedSegment segment);
    const SavedSegment* find(const Name8& name) const;
    /// Loading and letting go; false when there is no such segment.
    bool load(const Name8& name, const Userid& user);
    void release_all(const Userid& user);
    const std::vector<SavedSegment>& all() const { return segments_; }

private:
    std::vector<SavedSegment> segments_;
};

/// QUERY NSS NAME name MAP.
[[nodiscard]] std::vector<std::string> report_nss_map(const SavedSegment& segment);
/// QUERY NSS USERS name: header, segment, and its users in lines of at most 80 columns.
[[nodiscard]] std::vector<std::string> report_nss_users(const SavedSegment& segment);

}  // namespace vmlab::sim
