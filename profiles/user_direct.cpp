#include "profiles/user_direct.hpp"

#include <algorithm>
#include <set>

#include "profiles/messages.hpp"
#include "profiles/statement_table.hpp"

namespace vmlab::profiles {
namespace {

using Statement = std::vector<Word>;  // never empty

/// Columns that CP reads; behind them stand sequence numbers.
constexpr std::size_t kRecord = 72;

/// USER, IDENTITY, PROFILE, SUBCONFIG, GLOBALDEFS: a first statement and those that follow.
struct Block {
    Statement first;
    std::vector<Statement> statements;
};

constexpr std::string_view kBlockWords[] = {"USER", "IDENTITY", "PROFILE", "SUBCONFIG", "GLOBALDEFS"};

std::string four_digits(std::string_view vdev) {
    return vdev.size() >= 4 ? upper(vdev) : std::string(4 - vdev.size(), '0') + upper(vdev);
}

/// "128M", "1G", "512K" in megabytes.
std::optional<std::uint32_t> read_storage(std::string_view text) {
    if (text.size() < 2) return std::nullopt;
    const char unit = upper(text.substr(text.size() - 1))[0];
    const auto number = read_number(text.substr(0, text.size() - 1), 1, 1'000'000);
    if (!number) return std::nullopt;
    if (unit == 'M') return number;
    if (unit == 'G') return *number * 1024;
    if (unit == 'K') return std::max<std::uint32_t>(1, *number / 1024);
    return std::nullopt;
}

class DirectoryReader {
public:
    explicit DirectoryReader(const SourceText& source) : findings_(source, directory_.findings) {
        directory_.file = source.file;
        split(source);
    }

    UserDirect read() {
        for (const Block& block : blocks_)
            if (block.first[0].is("GLOBALDEFS")) read_global_defs(block);
        for (const Block& block : blocks_)
            if (block.first[0].is("USER") || block.first[0].is("IDENTITY")) read_entry(block);
        return std::move(directory_);
    }

private:
    // ── records to statements, statements to blocks ──
    void split(const SourceText& source) {
        Statement pending;
        for (std::uint32_t n = 1; n <= source.lines.size(); ++n) {
            if (trimmed(source.line(n)).starts_with("*")) continue;
            bool continues = false;
            for (Word& word : record_words(source, n)) {
                continues = word.text == ",";
                if (!continues && word.text.back() == ',') {
                    word.text.pop_back();
                    continues = true;
                }
                if (word.text != "," && !word.text.empty()) pending.push_back(std::move(word));
            }
            if (continues || pending.empty()) continue;
            add_statement(std::move(pending));
            pending.clear();
        }
        if (!pending.empty()) add_statement(std::move(pending));
    }

    std::vector<Word> record_words(const SourceText& source, std::uint32_t n) {
        std::vector<Word> words = scan_line(source, n, 0);
        const std::size_t before = words.size();
        while (!words.empty() && words.back().where.column > kRecord) words.pop_back();
        const bool cut = !words.empty() && words.back().where.column - 1 + words.back().text.size() > kRecord;
        if (before != words.size() || cut) {
            if (cut) words.back().text.resize(kRecord - (words.back().where.column - 1));
            const std::string_view beyond = trimmed(source.line(n).substr(kRecord));
            if (!read_number(beyond.substr(0, 8), 0, 99'999'999))
                findings_.add(LineState::extracted, source.at(n, kRecord + 1),
                              say<DTCPRS915W>("The statement", kRecord));
        }
        return words;
    }

    void add_statement(Statement statement) {
        const Word& keyword = statement[0];
        const LineState state = state_of(ConfigFile::user_direct, keyword.text);
        directory_.statements.push_back({quoted(upper(keyword.text)), keyword.where, state});
        for (const std::string_view word : kBlockWords)
            if (keyword.is(word) && state != LineState::unknown) {
                if (statement.size() > 1)
                    index_.try_emplace(upper(keyword.text) + ' ' + upper(statement[1].text), blocks_.size());
                blocks_.push_back({std::move(statement), {}});
                return;
            }
        if (!blocks_.empty()) blocks_.back().statements.push_back(std::move(statement));
        else if (!keyword.is("DIRECTORY"))
            findings_.add(LineState::unknown, keyword.where, say<DTCPRS914E>(quoted(keyword.text)));
    }

    const Block* find_block(std::string_view kind, std::string_view name) const {
        const auto found = index_.find(upper(kind) + ' ' + upper(name));
        return found == index_.end() ? nullptr : &blocks_[found->second];
    }

    // ── entries ──
    void read_global_defs(const Block& block) {
        for (const Statement& s : block.statements) {
            if (!s[0].is("POSIXGROUP") || !is_known(ConfigFile::user_direct, s[0].text)) continue;
            const auto gid = s.size() > 2 ? read_number(s[2].text, 0, 2'147'483'647) : std::nullopt;
            if (gid) directory_.posix_groups[s[1].text] = *gid;
            else missing(s, "group name and number");
        }
    }

    void read_entry(const Block& block) {
        const Statement& first = block.first;
        const auto userid = first.size() > 1 ? Userid::parse(first[1].text) : std::nullopt;
        if (!userid) return first.size() > 1 ? bad(first, 1, "userid") : missing(first, "userid");
        if (first.size() < 3) return missing(first, "password");
        DirectoryUser user;
        user.userid = {*userid, first[1].where};
        user.where = first[0].where;
        user.password = quoted(upper(first[2].text));
        read_sizes(first, user);
        for (const Statement& s : block.statements)
            if (s[0].is("POOL") && is_known(ConfigFile::user_direct, "POOL"))
                return read_pool(block, s, user);
        read_statements(block, user, 0);
        add_user(std::move(user));
    }

    void read_sizes(const Statement& first, DirectoryUser& user) {
        if (first.size() > 3) {
            if (const auto megabytes = read_storage(first[3].text)) user.storage_megabytes = *megabytes;
            else bad(first, 3, "storage size");
        }
        user.max_storage_megabytes = user.storage_megabytes;
        if (first.size() > 4) {
            if (const auto megabytes = read_storage(first[4].text)) user.max_storage_megabytes = *megabytes;
            else bad(first, 4, "maximum storage size");
        }
        if (first.size() <= 5) return;
        const std::string classes = upper(first[5].text);
        const auto is_class = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '1' && c <= '6'); };
        if (std::all_of(classes.begin(), classes.end(), is_class)) user.classes = classes.substr(0, 32);
        else bad(first, 5, "privilege classes");
    }

    void add_user(DirectoryUser user) {
        const Userid userid = *user.userid;
        const auto [place, fresh] = directory_.users.try_emplace(userid, std::move(user));
        if (fresh) return;
        findings_.add(LineState::extracted, user.where,
                      say<DTCPRS908W>("USER " + userid.str(), place->second.where.line));
    }

    /// `POOL LOW n HIGH m PROFILE name`
    void read_pool(const Block& block, const Statement& s, const DirectoryUser& pattern) {
        std::optional<std::uint32_t> low, high;
        const Block* profile = nullptr;
        for (std::size_t i = 1; i + 1 < s.size(); i += 2) {
            if (s[i].is("LOW")) low = read_number(s[i + 1].text, 0, 99'999);
            else if (s[i].is("HIGH")) high = read_number(s[i + 1].text, 0, 99'999);
            else if (s[i].is("PROFILE")) profile = find_profile(s, i + 1);
            else bad(s, i, "operand");
        }
        if (!low || !high || *high < *low || *high - *low >= kMostPoolMembers)
            return missing(s, "valid LOW and HIGH");
        if (pattern.userid->view().size() > 3)
            return bad(s, 0, "statement of a userid longer than three characters");
        for (std::uint32_t n = *low; n <= *high; ++n) {
            DirectoryUser member = pattern;
            const auto name = Userid::parse(fmt::format("{}{:05}", pattern.userid->view(), n));
            member.userid = {*name, s[0].where};
            if (profile != nullptr) read_statements(*profile, member, 1);
            for (const Statement& own : block.statements)
                if (own[0].is("CRYPTO") && is_known(ConfigFile::user_direct, "CRYPTO"))
                    read_crypto(own, member, "a POOL of userids");
            add_user(std::move(member));
        }
    }

    const Block* find_profile(const Statement& s, std::size_t n) {
        const Block* profile = find_block("PROFILE", s[n].text);
        if (profile == nullptr)
            findings_.add(LineState::extracted, s[n].where,
                          say<DTCPRS907E>("Profile", quoted(upper(s[n].text)), upper(s[0].text)));
        return profile;
    }

    /// `depth` keeps profiles from including each other for ever.
    void read_statements(const Block& block, DirectoryUser& user, int depth) {
        for (const Statement& s : block.statements) {
            if (!is_known(ConfigFile::user_direct, s[0].text)) unknown(s);
            else if (s[0].is("INCLUDE") || s[0].is("BUILD")) include(s, user, depth);
            else if (s[0].is("CRYPTO")) read_crypto(s, user, block.first[0].is("PROFILE") ? "a PROFILE" : "");
            else read_statement(s, user);
        }
    }

    void include(const Statement& s, DirectoryUser& user, int depth) {
        if (depth > 0) return bad(s, 0, "statement of a profile");
        const std::size_t n = s[0].is("INCLUDE") ? 1 : 5;  // BUILD ON member USING SUBCONFIG name
        if (n >= s.size()) return missing(s, "name");
        const Block* block = n == 1 ? find_profile(s, n) : find_block("SUBCONFIG", s[n].text);
        if (block != nullptr) read_statements(*block, user, depth + 1);
    }

    void read_statement(const Statement& s, DirectoryUser& user) {
        const Word& keyword = s[0];
        if (keyword.is("IPL")) return read_ipl(s, user);
        if (keyword.is("IUCV")) return user.iucv.push_back(upper(joined(s, 1)));
        if (keyword.is("NAMESAVE")) return read_names(s, user.namesave);
        if (keyword.is("OPTION")) return read_options(s, user);
        if (keyword.is("POSIXINFO")) return read_posix_info(s, user);
        if (keyword.is("LINK")) return read_link(s, user);
        if (keyword.is("MDISK")) return read_mdisk(s, user);
        if (keyword.is("CONSOLE")) return read_console(s, user);
        if (keyword.is("LOGONBY")) return read_names(s, user.logon_by);
        if (keyword.is("AUTOLOG")) return read_names(s, user.autolog_by);
        if (keyword.is("CLASS")) {
            if (s.size() > 1) user.classes = upper(s[1].text).substr(0, 32);
            return;
        }
        if (keyword.is("DEDICATE")) return read_dedicate(s, user);
        if (keyword.is("NICDEF")) return read_nicdef(s, user);
        if (keyword.is("SPECIAL")) return read_special(s, user);
        if (keyword.is("COMMAND")) {
            if (s.size() < 2) return missing(s, "command");
            return user.commands.push_back({joined(s, 1), s[0].where});
        }
        if (keyword.is("MACHINE") || keyword.is("MACH")) {
            if (s.size() > 1) user.machine = {quoted(upper(s[1].text)), s[1].where};
            return;
        }
    }

    void unknown(const Statement& s) {
        static constexpr std::string_view kKnown[] = {
            "IPL",     "IUCV",    "NAMESAVE", "OPTION",  "CRYPTO", "POSIXINFO", "LINK", "MDISK", "CONSOLE",
            "LOGONBY", "AUTOLOG", "INCLUDE",  "MACHINE", "SPOOL",  "SHARE",     "POOL", "USER"};
        findings_.add(LineState::unknown, s[0].where, say<DTCPRS901E>(quoted(s[0].text)),
                      nearest(s[0].text, kKnown));
    }

    // ── statements of an entry ──
    void read_ipl(const Statement& s, DirectoryUser& user) {
        if (s.size() < 2) return missing(s, "system name or address");
        user.ipl = {quoted(upper(s[1].text)), s[0].where};
        user.ipl_parms.clear();
        if (s.size() > 2 && !abbreviates(s[2].text, "PARM") && !abbreviates(s[2].text, "LOADparm"))
            return bad(s, 2, "PARM");
        for (std::size_t i = 3; i < s.size(); ++i)
            user.ipl_parms.push_back({quoted(upper(s[i].text)), s[i].where});
    }

    /// `DEDICATE vdev rdev`
    void read_dedicate(const Statement& s, DirectoryUser& user) {
        if (s.size() < 3) return missing(s, "virtual and real address");
        if (!read_vdev(s[1].text)) return bad(s, 1, "address");
        if (!read_vdev(s[2].text)) return bad(s, 2, "address");
        user.dedicated.push_back({four_digits(s[1].text), four_digits(s[2].text), s[0].where});
    }

    /// `NICDEF vdev [TYPE QDIO|HIPERs] [DEVices n] [LAN owner name] [CHPID nn] [MACID nnnnnn]`; several
    /// statements may describe one adapter.
    void read_nicdef(const Statement& s, DirectoryUser& user) {
        if (s.size() < 2) return missing(s, "address");
        if (!read_vdev(s[1].text)) return bad(s, 1, "address");
        const std::string vdev = four_digits(s[1].text);
        auto nic = std::find_if(user.nics.begin(), user.nics.end(),
                                [&](const DirectoryNic& known) { return known.vdev == vdev; });
        if (nic == user.nics.end()) {
            nic = user.nics.insert(nic, DirectoryNic{});
            nic->vdev = vdev;
            nic->where = s[0].where;
        }
        for (std::size_t i = 2; i < s.size(); i += 2) {
            if (i + 1 == s.size()) return missing(s, "value of " + quoted(upper(s[i].text)));
            if (s[i].is("TYPE")) read_adapter_type(s, i + 1, *nic);
            else if (abbreviates(s[i].text, "DEVices")) read_device_count(s, i + 1, *nic);
            else if (s[i].is("LAN")) read_lan(s, i++ + 1, *nic);
            else if (!s[i].is("CHPID") && !s[i].is("MACID")) bad(s, i, "operand");
        }
    }

    /// `SPECIAL vdev QDIO|HIPERs [n [owner name]]`; other virtual devices are not simulated.
    void read_special(const Statement& s, DirectoryUser& user) {
        if (s.size() < 3) return missing(s, "address and type");
        if (!s[2].is("QDIO") && !abbreviates(s[2].text, "HIPERsockets")) return;
        if (!read_vdev(s[1].text)) return bad(s, 1, "address");
        DirectoryNic nic;
        nic.vdev = four_digits(s[1].text);
        nic.where = s[0].where;
        read_adapter_type(s, 2, nic);
        if (s.size() > 3) read_device_count(s, 3, nic);
        if (s.size() > 4) read_lan(s, 4, nic);
        user.nics.push_back(std::move(nic));
    }

    void read_adapter_type(const Statement& s, std::size_t n, DirectoryNic& nic) {
        nic.hipersockets = abbreviates(s[n].text, "HIPERsockets");
        if (!nic.hipersockets && !s[n].is("QDIO")) bad(s, n, "type of adapter");
    }
    void read_device_count(const Statement& s, std::size_t n, DirectoryNic& nic) {
        if (const auto count = read_number(s[n].text, 3, 3072)) nic.devices = *count;
        else bad(s, n, "number of devices");
    }
    /// `owner name`, from word n on.
    void read_lan(const Statement& s, std::size_t n, DirectoryNic& nic) {
        if (n + 1 >= s.size()) return missing(s, "owner and name of the network");
        const auto owner = Name8::parse(s[n].text), name = Name8::parse(s[n + 1].text);
        if (!owner) return bad(s, n, "owner");
        if (!name) return bad(s, n + 1, "name");
        nic.lan_owner = *owner;
        nic.lan = *name;
        nic.where = s[0].where;
    }

    void read_names(const Statement& s, std::vector<Sourced<Name8>>& names) {
        if (s.size() < 2) return missing(s, "name");
        for (std::size_t i = 1; i < s.size(); ++i) {
            if (const auto name = Name8::parse(s[i].text)) names.push_back({*name, s[i].where});
            else bad(s, i, "name");
        }
    }

    /// Words; those that have a value take it along: "MAXCONN 1024".
    void read_options(const Statement& s, DirectoryUser& user) {
        static constexpr std::string_view kValued[] = {"MAXCONN", "MAXVMCFI", "MIH"};
        for (std::size_t i = 1; i < s.size(); ++i) {
            std::string text = upper(s[i].text);
            const SourceLocation where = s[i].where;
            if (std::find(std::begin(kValued), std::end(kValued), text) != std::end(kValued) &&
                i + 1 < s.size())
                text += ' ' + upper(s[++i].text);
            user.options.push_back({quoted(text), where});
        }
    }

    /// `CRYPTO [DOMAIN n ...] [APVIRTual | APDEDicated n ...]`; `shared`: what several userids share, empty
    /// for an entry of one.
    void read_crypto(const Statement& s, DirectoryUser& user, std::string_view shared) {
        bool dedicates = false;
        if (!user.crypto_where.known()) user.crypto_where = s[0].where;
        for (std::size_t i = 1; i < s.size(); ++i) {
            const std::string text = upper(s[i].text);
            if (abbreviates(text, "APVIRTual")) {
                user.apvirtual = true;
                dedicates = false;
            } else if (abbreviates(text, "APDEDicated")) {
                dedicates = shared.empty() && !user.apvirtual;
                if (!shared.empty()) refuse_dedicated(s[i], shared);
                else if (user.apvirtual) refuse_dedicated(s[i], "an entry with APVIRTUAL");
            } else if (const auto number = read_number(text, 0, 255)) {
                if (dedicates) user.dedicated_aps.push_back(*number);
            } else if (text == "DOMAIN") {
                dedicates = false;
            } else {
                bad(s, i, "operand");
            }
        }
    }

    /// Once for each place, however many members read it.
    void refuse_dedicated(const Word& word, std::string_view by) {
        if (refused_.insert({word.where.line, word.where.column}).second)
            findings_.add(LineState::extracted, word.where, say<DTCPRS919E>(upper(word.text), by));
    }

    void read_posix_info(const Statement& s, DirectoryUser& user) {
        for (std::size_t i = 1; i + 1 < s.size(); i += 2) {
            const auto number = read_number(s[i + 1].text, 0, 2'147'483'647);
            if (s[i].is("GNAME")) user.posix_group = s[i + 1].text;
            else if (s[i].is("UID") && number)
                user.posix_uid = Sourced<std::uint32_t>{*number, s[i + 1].where};
            else if (s[i].is("GID") && number) user.posix_gid = *number;
            else if (s[i].is("UID") || s[i].is("GID")) bad(s, i + 1, "number");
        }
        if (user.posix_group.empty() || user.posix_gid) return;
        const auto group = directory_.posix_groups.find(user.posix_group);
        if (group != directory_.posix_groups.end()) user.posix_gid = group->second;
        else
            findings_.add(LineState::extracted, s[0].where,
                          say<DTCPRS907E>("Group", quoted(user.posix_group), "POSIXINFO"));
    }

    /// `LINK owner vdev [vdev [mode]]`
    void read_link(const Statement& s, DirectoryUser& user) {
        if (s.size() < 3) return missing(s, "userid and address");
        const auto owner = Userid::parse(s[1].text);
        if (!owner) return bad(s, 1, "userid");
        for (std::size_t i = 2; i < std::min<std::size_t>(4, s.size()); ++i)
            if (!read_vdev(s[i].text)) return bad(s, i, "address");
        DirectoryLink link{*owner, four_digits(s[2].text), four_digits(s[s.size() > 3 ? 3 : 2].text), "RR",
                           s[0].where};
        if (s.size() > 4) link.mode = quoted(upper(s[4].text), 3);
        user.links.push_back(std::move(link));
    }

    /// `MDISK vdev 3390 start size volume [mode [rpw [wpw [mpw]]]]`
    void read_mdisk(const Statement& s, DirectoryUser& user) {
        if (s.size() < 6) return missing(s, "address, type, place, size and volume");
        DirectoryMdisk disk;
        if (!read_vdev(s[1].text)) return bad(s, 1, "address");
        disk.vdev = four_digits(s[1].text);
        const auto start = read_number(s[3].text, 0, 99'999'999),
                   size = read_number(s[4].text, 1, 99'999'999);
        if (!start) return bad(s, 3, "first cylinder");
        if (!size) return bad(s, 4, "number of cylinders");
        disk.first_cylinder = *start;
        disk.cylinders = *size;
        disk.volume = quoted(upper(s[5].text));
        if (s.size() > 6) disk.mode = quoted(upper(s[6].text), 3);
        if (s.size() > 7) disk.read_password = quoted(upper(s[7].text));
        if (s.size() > 8) disk.write_password = quoted(upper(s[8].text));
        if (s.size() > 9) disk.multiple_password = quoted(upper(s[9].text));
        disk.where = s[0].where;
        for (const DirectoryMdisk& other : user.mdisks)
            if (other.vdev == disk.vdev) {
                findings_.add(LineState::extracted, s[0].where,
                              say<DTCPRS908W>("MDISK " + disk.vdev, other.where.line));
                return;
            }
        user.mdisks.push_back(std::move(disk));
    }

    /// `CONSOLE vdev type [class [secondary user]]`
    void read_console(const Statement& s, DirectoryUser& user) {
        if (s.size() < 3) return missing(s, "address and type");
        if (!read_vdev(s[1].text)) return bad(s, 1, "address");
        if (s.size() <= 4) return;
        if (const auto secondary = Userid::parse(s[4].text)) user.secondary_user = *secondary;
        else bad(s, 4, "userid");
    }

    void bad(const Statement& s, std::size_t n, std::string_view what) {
        findings_.add(LineState::extracted, s[n].where,
                      say<DTCPRS903E>(quoted(s[n].text), what, quoted(upper(s[0].text))));
    }
    void missing(const Statement& s, std::string_view what) {
        findings_.add(LineState::extracted, s[0].where, say<DTCPRS904E>(quoted(upper(s[0].text)), what));
    }

    UserDirect directory_{};
    FindingWriter findings_;
    std::vector<Block> blocks_;
    std::set<std::pair<std::uint32_t, std::uint32_t>> refused_{};  ///< APDEDICATED: line and column
    std::map<std::string, std::size_t> index_{};  ///< "PROFILE TCPSSLU" → its place, the first of a name
};

}  // namespace

bool DirectoryUser::option(std::string_view word) const {
    return std::any_of(options.begin(), options.end(), [&](const Sourced<std::string>& o) {
        return iequals(std::string_view(*o).substr(0, o->find(' ')), word);
    });
}

const DirectoryUser* UserDirect::find(const Userid& userid) const {
    const auto found = users.find(userid);
    return found == users.end() ? nullptr : &found->second;
}

UserDirect read_user_direct(const SourceText& source) { return DirectoryReader(source).read(); }

}  // namespace vmlab::profiles
