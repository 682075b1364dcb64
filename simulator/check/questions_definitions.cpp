// Questions about definitions: whether DTCPARMS and TCPIP DATA agree, and which entries and files nobody
// reads.
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "profiles/vmssl_parms.hpp"
#include "simulator/check/question.hpp"
#include "simulator/given/file_spaces.hpp"
#include "simulator/ipl/configure.hpp"

namespace vmlab::sim {
namespace {

using profiles::DtcEntry;
using profiles::DtcTag;
using profiles::DtcType;
using profiles::Severity;

constexpr const char* kNoDtcparms = "not asked: no DTCPARMS is given";

bool no_dtcparms(const Asker& ask) { return !ask.files().has_kind(FileKind::dtcparms); }

/// A server of which a finding was made already: a pool has one definition and many members.
class Once {
public:
    bool first(const SourceLocation& where) { return seen_.insert(where.str()).second; }

private:
    std::set<std::string> seen_{};
};

bool needs_stack(const CheckedServer& server) {
    return server.command == "VMSSL" || server.command == "SSLIDCSS";
}

/// A stack of this name has a profile with SSLSERVERID.
bool wants_tls(const SystemFiles& files, std::string_view userid) {
    return std::any_of(files.stacks().begin(), files.stacks().end(), [&](const CheckedStack& s) {
        return iequals(s.userid.view(), userid) && s.profile.ssl_server.has_value();
    });
}

std::string stack_mismatch(Asker& ask) {
    const auto& data = ask.files().data();
    const std::string statement = fmt::format("TCPIPUSERID {}", data.tcpip_userid->view());
    if (no_dtcparms(ask)) return kNoDtcparms;
    Once once;
    std::set<std::string> named;
    for (const CheckedServer& server : ask.files().servers()) {
        const DtcTag* tag = server.definition.tag("stack");
        if (tag == nullptr || server.command == "TCPIP") continue;
        named.insert(upper(tag->value()));
        if (iequals(tag->value(), data.tcpip_userid->view()) || !once.first(tag->where)) continue;
        // The stack that has a use for TLS/SSL servers is the one that is meant.
        const bool data_is_wrong = wants_tls(ask.files(), tag->value()) &&
                                   !wants_tls(ask.files(), data.tcpip_userid->view()) &&
                                   data.tcpip_userid.where.known();
        auto fix = data_is_wrong            ? ask.replace(data.tcpip_userid.where, upper(tag->value()))
                   : tag->words.size() == 1 ? ask.replace(tag->value_where(), data.tcpip_userid->view())
                                            : std::nullopt;
        ask.found(tag->value_where(),
                  fmt::format(":stack.{} of {} does not match {} of TCPIP DATA",
                              profiles::quoted(tag->value()), *server.definition.server.nick, statement),
                  std::move(fix), data_is_wrong ? upper(tag->value()) : data.tcpip_userid->str());
    }
    return fmt::format("{}{}; :stack. names{}", statement,
                       data.tcpip_userid.where.known() ? "" : " (default)",
                       named.empty() ? " nobody" : fmt::format(" {}", fmt::join(named, ", ")));
}

std::string stack_missing(Asker& ask) {
    if (no_dtcparms(ask)) return kNoDtcparms;
    Once once;
    for (const CheckedServer& server : ask.files().servers()) {
        const auto& nick = server.definition.server.nick;
        if (!needs_stack(server) || server.definition.tag("stack") != nullptr || !once.first(nick.where))
            continue;
        ask.found(nick.where, fmt::format("The entry of {} has no :stack. tag", *nick),
                  ask.add_line(nick.where, fmt::format("                :stack.{}",
                                                       ask.files().data().tcpip_userid->view())));
    }
    return ask.count() == 0 ? "every TLS/SSL server names its stack"
                            : "not every TLS/SSL server names its stack";
}

/// The nearest nick, class or userid, and a fix that writes it.
std::string unknown_definition(Asker& ask) {
    if (no_dtcparms(ask)) return kNoDtcparms;
    std::set<Userid> wanted;
    for (const CheckedStack& stack : ask.files().stacks())
        for (const auto& entry : stack.profile.autolog.entries) {
            wanted.insert(*entry.userid);
            if (ask.files().definition(*entry.userid)) continue;
            std::vector<std::string_view> nicks;
            for (const auto& dtc : ask.files().dtcparms())
                for (const DtcEntry& e : dtc.entries)
                    if (e.type == DtcType::server) nicks.push_back(*e.nick);
            const std::string near = ask.nearest(entry.userid->view(), nicks);
            ask.found(entry.userid.where, fmt::format("DTCPARMS does not define {}", entry.userid->view()),
                      {}, near);
        }
    return fmt::format("{} servers of AUTOLOG", wanted.size());
}

std::string unknown_class(Asker& ask) {
    if (no_dtcparms(ask)) return kNoDtcparms;
    std::vector<std::string_view> classes;
    for (const auto& dtc : ask.files().dtcparms())
        for (const DtcEntry& entry : dtc.entries)
            if (entry.type == DtcType::server_class) classes.push_back(*entry.nick);
    // vmlab's own IBM DTCPARMS knows a few of IBM's classes only: a class that it lacks may well exist.
    const bool complete = ask.files().has("IBM", "DTCPARMS");
    for (const auto& dtc : ask.files().dtcparms())
        for (const DtcEntry& entry : dtc.entries) {
            const DtcTag* tag = entry.type == DtcType::server ? entry.tag("class") : nullptr;
            if (tag == nullptr || tag->words.empty()) continue;
            const std::string name = upper(tag->value());
            if (std::any_of(classes.begin(), classes.end(), [&](auto c) { return iequals(c, name); }))
                continue;
            const std::string near(profiles::nearest(name, classes));
            if (complete || !near.empty())
                ask.found(tag->value_where(),
                          fmt::format("No DTCPARMS file defines the class {}", profiles::quoted(name)),
                          near.empty() ? std::nullopt : ask.replace(tag->value_where(), near), near);
        }
    return fmt::format("{} classes are defined", classes.size());
}

/// `nick` (perhaps with *) is that of this userid.
bool matches(const std::string& nick, const Userid& user) {
    return nick.ends_with('*') ? user.view().starts_with(std::string_view(nick).substr(0, nick.size() - 1))
                               : user.view() == nick;
}

std::string unused_nick(Asker& ask) {
    const auto& directory = ask.files().directory();
    if (!directory || no_dtcparms(ask)) return "not asked: no USER DIRECT, or no DTCPARMS, is given";
    std::size_t entries = 0;
    for (const auto& dtc : ask.files().dtcparms())
        for (const DtcEntry& entry : dtc.entries) {
            if (entry.type != DtcType::server || dtc.file.name == Name8("IBM")) continue;
            ++entries;
            const std::string& nick = *entry.nick;
            const auto& users = directory->users;
            if (std::any_of(users.begin(), users.end(),
                            [&](const auto& u) { return matches(nick, u.first); }))
                continue;
            std::set<std::string> names;
            for (const auto& [userid, user] : users)
                names.insert(nick.ends_with('*') ? std::string(userid.view().substr(0, nick.size() - 1)) + '*'
                                                 : userid.str());
            const std::vector<std::string_view> known(names.begin(), names.end());
            const std::string near(profiles::nearest(nick, known));
            ask.found(
                entry.nick.where,
                fmt::format("No virtual machine of the CP directory is called {}", profiles::quoted(nick)),
                near.empty() ? std::nullopt : ask.replace(entry.nick.where, near), near);
        }
    return fmt::format("{} server entries", entries);
}

std::string unused_class(Asker& ask) {
    if (no_dtcparms(ask)) return kNoDtcparms;
    std::set<std::string> used;
    std::size_t classes = 0;
    for (const auto& dtc : ask.files().dtcparms())
        for (const DtcEntry& entry : dtc.entries)
            if (const DtcTag* tag = entry.tag("class")) used.insert(upper(tag->value()));
    for (const auto& dtc : ask.files().dtcparms())
        for (const DtcEntry& entry : dtc.entries) {
            if (entry.type != DtcType::server_class || dtc.file.name == Name8("IBM")) continue;
            ++classes;
            if (!used.contains(*entry.nick))
                ask.found(entry.nick.where,
                          fmt::format("No server is of class {}", profiles::quoted(*entry.nick)));
        }
    return fmt::format("{} classes of the installation's own", classes);
}

/// Every tag of `hiding` says what `hidden` says, too.
bool says_nothing_new(const DtcEntry& hiding, const DtcEntry& hidden) {
    return std::all_of(hiding.tags.begin(), hiding.tags.end(), [&](const DtcTag& tag) {
        const DtcTag* same = hidden.tag(tag.name);
        return same != nullptr && iequals(same->value(), tag.value());
    });
}

/// From its :nick. to the last word of its last tag, line by line.
std::optional<Fix> without_entry(const Asker& ask, const DtcEntry& entry) {
    constexpr std::uint32_t kNickTag = 6;  // ":nick."
    std::map<std::uint32_t, std::pair<std::uint32_t, std::uint32_t>, std::greater<>> lines;
    const auto cover = [&](const SourceLocation& where, std::size_t length) {
        const auto end = where.column + static_cast<std::uint32_t>(length);
        const auto [place, fresh] = lines.try_emplace(where.line, where.column, end);
        if (!fresh) place->second.second = std::max(place->second.second, end);
    };
    if (entry.nick.where.column <= kNickTag) return std::nullopt;
    SourceLocation begin = entry.nick.where;
    begin.column -= kNickTag;
    cover(begin, kNickTag + entry.nick->size());
    for (const DtcTag& tag : entry.tags) {
        cover(tag.where, tag.typed.size());
        for (const auto& word : tag.words) cover(word.where, word.text.size());
    }
    Fix all{fmt::format("take out the entry {}", profiles::quoted(*entry.nick)), {}};
    for (const auto& [line, columns] : lines) {
        begin.line = line;
        begin.column = columns.first;
        auto one = ask.edit(begin, columns.second - columns.first, "", "");
        if (!one) return std::nullopt;
        all.edits.push_back(std::move(one->edits.front()));
    }
    return all;
}

std::string hidden_entry(Asker& ask) {
    if (no_dtcparms(ask)) return kNoDtcparms;
    struct First {
        FileId file;
        const DtcEntry* entry;
    };
    std::map<std::pair<DtcType, std::string>, First> seen;
    for (const auto& dtc : ask.files().dtcparms())
        for (const DtcEntry& entry : dtc.entries) {
            const auto [place, fresh] = seen.try_emplace({entry.type, *entry.nick}, First{dtc.file, &entry});
            if (fresh || place->second.file == dtc.file || dtc.file.name == Name8("IBM")) continue;
            ask.found(entry.nick.where,
                      fmt::format("{} is never read from here: {} has an entry of this name",
                                  profiles::quoted(*entry.nick), place->second.file.str()),
                      says_nothing_new(*place->second.entry, entry) ? without_entry(ask, *place->second.entry)
                                                                    : std::nullopt);
        }
    std::string order;
    for (const auto& dtc : ask.files().dtcparms()) order += (order.empty() ? "" : ", ") + dtc.file.name.str();
    return "searched in this order: " + order;
}

std::string hidden_profile(Asker& ask) {
    std::string answer;
    std::set<std::string> read;
    for (const CheckedStack& stack : ask.files().stacks()) {
        answer += fmt::format("{}{} reads {}", answer.empty() ? "" : "; ", stack.userid.view(),
                              stack.profile.file.str());
        read.insert(stack.profile.file.str());
    }
    for (const CheckedFile& file : ask.files().files())
        if (file.given.name.kind == FileKind::profile_tcpip && !read.contains(file.source.file.str()))
            ask.found({file.source.file, 1, 1}, fmt::format("No stack reads {}: {}", file.source.file.str(),
                                                            answer.empty() ? "none is known" : answer));
    return answer.empty() ? "not asked: no profile is given" : answer;
}

// ── IBM DTCPARMS ───────────────────────────────────────────────────────────────

std::string tags_of(const DtcEntry& entry) {
    std::string text;
    for (const DtcTag& tag : entry.tags) text += tag.name + '.' + tag.value() + '\n';
    return text;
}

/// What only an installation can know: never in the file as IBM ships it.
bool is_local(const DtcEntry& entry, const DtcTag& tag) {
    static constexpr std::string_view kLocal[] = {"attach", "vnic", "vctc", "owner", "timezone", "vmlink"};
    if (entry.type == DtcType::server && tag.name == "parms") return true;
    return std::find(std::begin(kLocal), std::end(kLocal), tag.name) != std::end(kLocal);
}

/// The tag goes to the installation's own entry of the same name; one that has it already keeps its own.
std::optional<Fix> moved(const Asker& ask, const DtcEntry& entry, const DtcTag& tag) {
    if (!tag.words.empty() && tag.words.back().where.line != tag.where.line) return std::nullopt;
    const SourceLocation& last = tag.words.empty() ? tag.where : tag.words.back().where;
    const std::size_t end =
        last.column + (tag.words.empty() ? tag.typed.size() : tag.words.back().text.size());
    auto fix =
        ask.edit(tag.where, end - tag.where.column, "", fmt::format("take {} out of IBM's file", tag.typed));
    for (const auto& dtc : ask.files().dtcparms()) {
        if (!fix || dtc.file.name == Name8("IBM")) continue;
        const auto own = std::find_if(dtc.entries.begin(), dtc.entries.end(), [&](const DtcEntry& e) {
            return e.type == entry.type && *e.nick == *entry.nick;
        });
        if (own == dtc.entries.end()) continue;
        if (own->tag(tag.name) != nullptr) return fix;
        const std::string text = fmt::format("                {}{}", tag.typed, tag.value());
        auto there = ask.add_line(own->nick.where, text);
        if (!there) return std::nullopt;
        fix->what += fmt::format(", and {} in {}", there->what, dtc.file.str());
        fix->edits.push_back(std::move(there->edits.front()));
        return fix;
    }
    return std::nullopt;
}

std::string ibm_edited(Asker& ask) {
    if (!ask.files().has("IBM", "DTCPARMS")) return "not asked: no IBM DTCPARMS is given";
    std::map<std::pair<DtcType, std::string>, std::string> shipped;
    for (const auto& source : ask.files().options().shipped_dtcparms)
        for (const DtcEntry& entry : profiles::read_dtcparms(source).entries)
            shipped[{entry.type, *entry.nick}] = tags_of(entry);
    for (const auto& dtc : ask.files().dtcparms()) {
        if (dtc.file.name != Name8("IBM")) continue;
        const auto is_same = [&](const DtcEntry& e) {
            const auto found = shipped.find({e.type, *e.nick});
            return found != shipped.end() && found->second == tags_of(e);
        };
        const auto same = std::count_if(dtc.entries.begin(), dtc.entries.end(), is_same);
        const bool comparable = static_cast<std::size_t>(same) * 2 >= shipped.size() && !shipped.empty();
        for (const DtcEntry& entry : dtc.entries) {
            const auto local = std::find_if(entry.tags.begin(), entry.tags.end(),
                                            [&](const DtcTag& tag) { return is_local(entry, tag); });
            if (local != entry.tags.end())
                ask.found(
                    local->where,
                    fmt::format("{} of {} is a local setting in IBM's own file", local->typed, *entry.nick),
                    moved(ask, entry, *local));
            else if (comparable && !is_same(entry))
                ask.found(entry.nick.where,
                          fmt::format("The entry {} is not as it was shipped", *entry.nick));
        }
    }
    return ask.count() == 0 ? "it has no local settings" : "it has local settings";
}

// ── TLS/SSL server entries ─────────────────────────────────────────────────────

std::string mixed_case(Asker& ask) {
    if (no_dtcparms(ask)) return kNoDtcparms;
    Once once;
    std::string answer;
    for (const CheckedServer& server : ask.files().servers()) {
        const DtcTag* parms = server.definition.tag("parms");
        if (server.command != "VMSSL" || parms == nullptr || !once.first(parms->where)) continue;
        const DtcTag* mixed = server.definition.tag("mixedcaseparms");
        const bool keeps_case = mixed != nullptr && profiles::read_yes_no(mixed->value()) == true;
        answer +=
            fmt::format("{}{}: :mixedcaseparms.{}", answer.empty() ? "" : "; ",
                        *server.definition.server.nick, mixed == nullptr ? "NO (default)" : mixed->value());
        const auto path = std::find_if(parms->words.begin(), parms->words.end(), [](const profiles::Word& w) {
            return w.text.find('/') != std::string::npos;
        });
        if (keeps_case || path == parms->words.end() || path->text == upper(path->text)) continue;
        auto fix =
            mixed == nullptr || ask.files().file(mixed->where.file)->given.shipped
                ? ask.add_line(server.definition.server.nick.where, "                :mixedcaseparms.YES")
                : ask.replace(mixed->value_where(), "YES");
        ask.found(path->where,
                  fmt::format("{} is taken in upper case: there is no :mixedcaseparms.YES",
                              profiles::quoted(path->text)),
                  std::move(fix));
    }
    return answer.empty() ? "no TLS/SSL server has :parms." : answer;
}

std::string file_space_meant(Asker& ask) {
    if (no_dtcparms(ask)) return kNoDtcparms;
    Once once;
    std::set<std::string> named;
    for (const CheckedServer& server : ask.files().servers()) {
        const DtcTag* mount = server.definition.tag("mount");
        if (mount == nullptr || !once.first(mount->where)) continue;
        for (const auto& pair : profiles::mounts_of(*mount)) {
            const auto path = read_space_path(*pair.path);
            if (!path) continue;
            named.insert(path->pool + ':' + path->space);
            const std::string near = meant_space(path->space);
            if (near.empty()) continue;
            std::string meant = *pair.path;
            const auto at = upper(meant).find(':' + path->space) + 1;
            meant.replace(at, path->space.size(), near);
            ask.found(
                pair.path.where,
                fmt::format("The file space {} is not one that comes with TCP/IP: {} is", path->space, near),
                ask.files().word_at(pair.path.where) == *pair.path ? ask.replace(pair.path.where, meant)
                                                                   : std::nullopt,
                near);
        }
    }
    return named.empty() ? "no entry has :mount." : fmt::format(":mount. names {}", fmt::join(named, ", "));
}

std::string key_file_mounted(Asker& ask) {
    if (no_dtcparms(ask)) return kNoDtcparms;
    Once once;
    std::string answer;
    for (const CheckedServer& server : ask.files().servers()) {
        const auto& nick = server.definition.server.nick;
        const DtcTag* mount = server.definition.tag("mount");
        if (server.command != "VMSSL" || mount == nullptr || !once.first(nick.where)) continue;
        const DtcTag* tag = server.definition.tag("parms");
        const auto parms = tag == nullptr
                               ? profiles::VmsslParms()
                               : profiles::read_vmssl_parms(tag->words, {server.definition.server_file, {}},
                                                            vmssl_vocabulary(Level()));
        const std::string folder = parms.key_file->substr(0, parms.key_file->rfind('/') + 1);
        std::set<std::string> points;
        for (const auto& pair : profiles::mounts_of(*mount)) {
            std::string point = *pair.mount_point;
            if (!point.ends_with('/')) point += '/';
            points.insert(std::move(point));
        }
        answer += fmt::format("{}{}: {}, mounted {}", answer.empty() ? "" : "; ", *nick, *parms.key_file,
                              fmt::join(points, " "));
        if (!folder.starts_with('/') || points.contains(folder)) continue;
        const std::vector<std::string_view> known(points.begin(), points.end());
        std::string near(profiles::nearest(folder, known));
        if (near.empty() && points.contains("/")) continue;  // perhaps below the root
        const std::string file = parms.key_file->substr(folder.size());
        ask.found(parms.key_file.where.known() ? parms.key_file.where : mount->where,
                  fmt::format("KEYFILE is in {}, which :mount. does not mount", folder),
                  near.empty() || !parms.key_file.where.known()
                      ? std::nullopt
                      : ask.replace(parms.key_file.where, near + file),
                  near);
    }
    return answer.empty() ? "no TLS/SSL server has :mount." : answer;
}

std::string session_cache(Asker& ask) {
    if (no_dtcparms(ask)) return kNoDtcparms;
    std::string answer;
    for (const CheckedStack& stack : ask.files().stacks()) {
        const CheckedServer* server = ask.files().server(stack.userid);
        if (server == nullptr || ask.files().ssl_servers(stack.userid).empty() || !stack.profile.ssl_server)
            continue;
        const DtcTag* dcss = server->definition.tag("dcss_parms");
        answer += fmt::format("{}{}: {}", answer.empty() ? "" : "; ", stack.userid.view(),
                              dcss == nullptr ? "no :DCSS_Parms." : dcss->typed + dcss->value());
        if (dcss == nullptr && stack.profile.ssl_server->server.value == Userid("*"))
            ask.found(
                server->definition.server.nick.where,
                fmt::format(
                    "{} has a TLS/SSL server pool and no :DCSS_Parms. tag: nobody keeps its session cache",
                    stack.userid.view()),
                ask.add_line(server->definition.server.nick.where, "                :DCSS_Parms.<DEFAULT>"));
    }
    return answer.empty() ? "no stack has a TLS/SSL server pool" : answer;
}

std::string pool_consistent(Asker& ask) {
    if (no_dtcparms(ask)) return kNoDtcparms;
    std::string answer;
    for (const CheckedStack& stack : ask.files().stacks()) {
        const auto members = ask.files().ssl_servers(stack.userid);
        Once once;
        for (const CheckedServer* member : members) {
            const std::string first = members.front()->definition.value("parms"),
                              own = member->definition.value("parms");
            if (own == first || !once.first(member->definition.server.nick.where)) continue;
            const DtcTag* parms = member->definition.tag("parms");
            ask.found(parms == nullptr ? member->definition.server.nick.where : parms->where,
                      fmt::format("{} has other :parms. than {} of the same pool", member->userid.view(),
                                  members.front()->userid.view()));
        }
        if (!members.empty())
            answer += fmt::format("{}{} has {} TLS/SSL servers", answer.empty() ? "" : "; ",
                                  stack.userid.view(), members.size());
    }
    return answer.empty() ? "no stack has a TLS/SSL server" : answer;
}

constexpr Question kQuestions[] = {
    {"stack-mismatch", Severity::error, "Does :stack. agree with TCPIPUSERID?",
     "The server ends with DTCRUN1028E and DTCRUN1099E.", "Which of the two files is wrong.", stack_mismatch},
    {"stack-tag-missing", Severity::error, "Has every TLS/SSL server a :stack. tag?",
     "Without it the server is not identified when the stack starts: it belongs to no pool.", "Add the tag.",
     stack_missing},
    {"server-not-defined", Severity::error, "Is every server of AUTOLOG defined in DTCPARMS?",
     "TCPRUN finds no definition and does not start the server.", "The spelling of :nick. and of the userid.",
     unknown_definition},
    {"class-not-defined", Severity::error, "Is every :class. defined?",
     "TCPRUN finds no such class and does not start the server.", "The spelling of the class.",
     unknown_class},
    {"unused-nick", Severity::warning, "Is there a virtual machine for every server entry of DTCPARMS?",
     "The entry is unused, and a server that it was meant for gets another one, or none.",
     "The spelling of :nick., or whether the entry is still wanted.", unused_nick},
    {"unused-class", Severity::warning, "Is every class of DTCPARMS used?", "The entry is unused.",
     "Whether it is still wanted; the spelling of :class. in the servers' entries.", unused_class},
    {"hidden-entry", Severity::warning, "Is an entry of DTCPARMS hidden by a file that is searched earlier?",
     "The first file with an entry of the name gives the whole of it: what is changed here has no effect.",
     "Merge the two entries.", hidden_entry},
    {"hidden-profile", Severity::warning, "Which profile does each stack read?",
     "The first of `userid TCPIP`, `node TCPIP` and `PROFILE TCPIP` wins: what is changed here has no "
     "effect.",
     "Merge the files, or rename one.", hidden_profile},
    {"ibm-dtcparms-edited", Severity::warning, "Was IBM DTCPARMS edited?",
     "Service replaces the file: the settings vanish.", "Move them to SYSTEM DTCPARMS.", ibm_edited},
    {"mixed-case-parms", Severity::error, "Are :parms. with paths kept in mixed case?",
     "The path is folded to upper case, and the byte file system has no such file.", ":mixedcaseparms.YES.",
     mixed_case},
    {"key-file-not-mounted", Severity::error, "Is the folder of KEYFILE mounted? (:mount.)",
     "The TLS/SSL server cannot open its key database.", "KEYFILE and :mount., letter by letter.",
     key_file_mounted},
    {"file-space-unknown", Severity::warning, "Does :mount. name the file spaces that there are?",
     "OPENVM MOUNT fails (DMSOVZ2113E, DTCRUN1001E), and the server does not start.",
     "The path of :mount., letter by letter.", file_space_meant},
    {"no-session-cache", Severity::warning, "Has every TLS/SSL server pool its session cache? (:DCSS_Parms.)",
     "First connections succeed; sessions cannot be resumed through another member of the pool.",
     "Add :DCSS_Parms. to the stack's entry.", session_cache},
    {"pool-differs", Severity::error, "Have all members of a pool the same :parms.?",
     "The members of a pool must agree; one that differs does not start.", "Make the entries equal.",
     pool_consistent},
};

}  // namespace

std::span<const Question> definition_questions() { return kQuestions; }

}  // namespace vmlab::sim
