// The spool: files in users' virtual readers (console files, mail, files sent) and consoles being spooled.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "stack/base/names.hpp"
#include "stack/base/time.hpp"

namespace vmlab::sim {

struct SpoolFile {
    unsigned id = 0;             ///< 1..9999, per owner
    Userid origin{};             ///< who sent it
    char spool_class = 'A';      ///< T for consoles
    std::string device = "PUN";  /// "CON", "PUN", "PRT"
    std::string name, type;      ///< may be empty
    Instant closed{};
    std::shared_ptr<const std::string> text{};  ///< lines ended by "\n"

    std::size_t records() const;
    const std::string& content() const;
};

class Spool {
public:
    /// Puts a file into a reader and returns its spool id (numbers are used round and round). A reader holds
    /// 9999 files and 256 MiB at most: then the oldest go.
    unsigned send(const Userid& to, SpoolFile file);
    /// By id; an empty vector when there are none.
    const std::vector<SpoolFile>& reader_of(const Userid& user) const;
    const SpoolFile* find(const Userid& user, unsigned id) const;
    bool purge(const Userid& user, unsigned id);
    std::size_t purge_all(const Userid& user);

    const std::map<Userid, std::vector<SpoolFile>>& all() const { return readers_; }
    /// Puts back a file of an archive under its number.
    void restore(const Userid& owner, SpoolFile file);

private:
    void make_room(std::vector<SpoolFile>& reader, std::size_t& held, std::size_t bytes);

    std::map<Userid, std::vector<SpoolFile>> readers_;
    std::map<Userid, std::size_t> held_;  ///< bytes in each reader
    std::map<Userid, unsigned> next_;
};

/// The 80 columns that tell a user of a new reader file: "RDR FILE 0244 SENT FROM MIKEMAC  CON WAS 0244 …".
[[nodiscard]] std::string report_arrival(const SpoolFile& file);

}  // namespace vmlab::sim
