#include "simulator/cp/racf.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "simulator/cp/messages.hpp"

namespace vmlab::sim {
namespace {

constexpr std::array<std::string_view, 6> kAccessNames{"NONE",   "EXECUTE", "READ",
                                                       "UPDATE", "CONTROL", "ALTER"};
/// The classes that the lab's machines ask about, and those that RACF has for z/VM beside them.
constexpr std::string_view kClasses[] = {"FACILITY", "SURROGAT", "VMCMD",   "VMLAN",   "VMMDISK",
                                         "VMNODE",   "VMRDR",    "VMSEGMT", "VMXEVENT"};
constexpr std::size_t kLongestName = 246;  ///< of a profile

std::optional<RacfAccess> read_access(std::string_view word) {
    const auto* found = std::find(kAccessNames.begin(), kAccessNames.end(), word);
    if (found == kAccessNames.end()) return std::nullopt;
    return static_cast<RacfAccess>(found - kAccessNames.begin());
}

bool is_class(std::string_view word) {
    return std::find(std::begin(kClasses), std::end(kClasses), word) != std::end(kClasses);
}

bool is_generic(std::string_view name) { return name.find_first_of("*%") != std::string_view::npos; }

/// Generic names: % is one character, * any number of them (** too).
bool covers(std::string_view pattern, std::string_view name) {
    std::size_t p = 0, n = 0, star = std::string_view::npos, resumed = 0;
    while (n < name.size()) {
        if (p < pattern.size() && (pattern[p] == '%' || pattern[p] == name[n]) && pattern[p] != '*') {
            ++p, ++n;
        } else if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resumed = n;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            n = ++resumed;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

Racf::Reply complain(const Said& why) {
    constexpr int kFailed = 8;
    return {kFailed, {why.text}};
}

}  // namespace

std::string_view name_of(RacfAccess access) { return kAccessNames[static_cast<std::size_t>(access)]; }

/// A command's words, and its operands with values: UACC(NONE), ID (A B).
struct Racf::Words {
    std::vector<std::string> plain{};
    std::map<std::string, std::vector<std::string>, std::less<>> operands{};
    bool balanced = true;

    explicit Words(std::string_view text) {
        std::string word;
        std::vector<std::string>* inside = nullptr;
        const auto end_word = [&] {
            if (!word.empty()) (inside ? *inside : plain).push_back(upper(word));
            word.clear();
        };
        for (const char c : text) {
            if (c == '(') {
                end_word();
                balanced = balanced && !inside && !plain.empty();
                if (!balanced) return;
                inside = &operands[plain.back()];
                plain.pop_back();
            } else if (c == ')') {
                end_word();
                balanced = balanced && inside;
                inside = nullptr;
            } else if (c == ' ' || c == ',' || c == '\t') {
                end_word();
            } else {
                word += c;
            }
        }
        end_word();
        balanced = balanced && !inside;
    }

    std::string_view word(std::size_t i) const { return i < plain.size() ? plain[i] : std::string_view(); }
    bool has(std::string_view name) const {
        return std::find(plain.begin(), plain.end(), name) != plain.end();
    }
    /// The operand's first value; empty when it has none.
    std::string_view value(std::string_view name) const {
        const auto found = operands.find(name);
        return found == operands.end() || found->second.empty() ? std::string_view() : found->second.front();
    }
};

std::vector<Said> Racf::load(const profiles::SourceText& commands) {
    std::vector<Said> complaints;
    for (std::uint32_t number = 1; number <= commands.lines.size(); ++number) {
        auto line = trimmed(commands.line(number));
        if (line.empty() || line.front() == '*') continue;
        const auto where = commands.at(number, 1);
        if (line.size() > 4 && iequals(line.substr(0, 4), "RAC ")) line = trimmed(line.substr(4));
        const auto reply = run(line, {}, true, where);
        if (reply.rc != 0)
            complaints.push_back(say<ICH901E>(std::string(line), reply.lines.front()).because(where));
    }
    return complaints;
}

Racf::Reply Racf::execute(std::string_view command, const Userid& by) {
    if (!running_) return complain(say<RPIRAC901E>());
    return run(command, by, false, {});
}

Racf::Reply Racf::run(std::string_view command, const Userid& by, bool trusted, const SourceLocation& where) {
    const Words words(command);
    if (!words.balanced || words.plain.empty()) return complain(say<ICH902E>(trimmed(command)));
    const auto verb = words.word(0);
    const auto is = [&](std::string_view full) { return abbreviates(verb, full); };
    const Profile* named = nullptr;
    if (is("RALTer") || is("RDELete") || is("RList")) named = profile_of(words.word(1), words.word(2));
    else if (is("PErmit")) named = profile_of(words.value("CLASS"), words.word(1));
    const bool allowed = trusted || is_special(by) || (named && named->owner == by);
    if (is("RList")) return list_profile(words, by);
    if (!allowed) return complain(say<ICH903E>(by, verb));
    if (is("RDEFine")) return define(words, true, by, where);
    if (is("RALTer")) return define(words, false, by, where);
    if (is("RDELete")) return forget(words);
    if (is("PErmit")) return permit(words, where);
    if (is("ADDUser") || verb == "AU") return set_user(words, true, where);
    if (is("ALTUser") || verb == "ALU") return set_user(words, false, where);
    if (is("LISTUser") || verb == "LU") return list_user(words);
    if (is("SETRopts")) return set_options(words, where);
    return complain(say<ICH902E>(trimmed(command)));
}

Racf::Reply Racf::define(const Words& words, bool anew, const Userid& by, const SourceLocation& where) {
    const std::string resource_class(words.word(1)), name(words.word(2));
    if (!is_class(resource_class)) return complain(say<ICH904E>(resource_class));
    if (name.empty() || name.size() > kLongestName)
        return complain(say<ICH902E>("a profile name is missing"));
    Profile* profile = profile_of(resource_class, name);
    if (anew && profile) return complain(say<ICH10102I>(name, resource_class));
    if (!anew && !profile) return complain(say<ICH12102I>(name));
    const auto universal = read_access(words.value("UACC"));
    if (words.operands.contains("UACC") && !universal) return complain(say<ICH905E>(words.value("UACC")));
    if (anew) {
        profile = &classes_[resource_class][name];
        profile->owner = by;
        profile->universal.where = where;
    }
    if (universal) profile->universal = {*universal, where};
    if (const auto owner = Userid::parse(words.value("OWNER"))) profile->owner = *owner;
    if (words.has("WARNING")) profile->warning = true;
    if (words.has("NOWARNING")) profile->warning = false;
    return {};
}

Racf::Reply Racf::forget(const Words& words) {
    if (!profile_of(words.word(1), words.word(2))) return complain(say<ICH12102I>(words.word(2)));
    auto& profiles = classes_.find(words.word(1))->second;
    profiles.erase(profiles.find(words.word(2)));
    return {};
}

Racf::Reply Racf::permit(const Words& words, const SourceLocation& where) {
    Profile* profile = profile_of(words.value("CLASS"), words.word(1));
    if (!is_class(words.value("CLASS"))) return complain(say<ICH904E>(words.value("CLASS")));
    if (!profile) return complain(say<ICH06004I>(words.word(1)));
    const auto ids = words.operands.find("ID");
    if (ids == words.operands.end() || ids->second.empty()) return complain(say<ICH902E>("ID is missing"));
    const auto access =
        words.operands.contains("ACCESS") ? read_access(words.value("ACCESS")) : RacfAccess::read;
    if (!access) return complain(say<ICH905E>(words.value("ACCESS")));
    for (const auto& id : ids->second) {
        if (words.has("DELETE")) profile->list.erase(id);
        else profile->list[id] = {*access, where};
    }
    return {};
}

Racf::Reply Racf::set_user(const Words& words, bool anew, const SourceLocation& where) {
    const auto name = Userid::parse(words.word(1));
    if (!name) return complain(say<ICH902E>("a userid is missing"));
    if (!anew && !users_.contains(*name)) return complain(say<ICH12102I>(*name));
    User& user = users_[*name];
    if (const auto password = words.value("PASSWORD"); !password.empty())
        user.password = {std::string(password), where};
    if (words.has("SPECIAL")) user.special = true;
    if (words.has("NOSPECIAL")) user.special = false;
    return {};
}

Racf::Reply Racf::list_user(const Words& words) const {
    const auto name = Userid::parse(words.word(1));
    const auto user = name ? users_.find(*name) : users_.end();
    if (user == users_.end()) return complain(say<ICH13003I>(words.word(1)));
    return {0,
            {fmt::format("USER={}", name->view()),
             fmt::format(" ATTRIBUTES={}", user->second.special ? "SPECIAL" : "NONE")}};
}

Racf::Reply Racf::set_options(const Words& words, const SourceLocation& where) {
    Reply reply;
    for (const auto& [operand, values] : words.operands) {
        const bool on = operand == "CLASSACT";
        for (const auto& value : values) {
            if (!is_class(value)) return complain(say<ICH904E>(value));
            if (on) active_[value] = where;
            else if (operand == "NOCLASSACT") active_.erase(value);
        }
        if (operand == "RACLIST" && words.has("REFRESH")) reply.lines.push_back(say<ICH14063I>().text);
    }
    if (!words.has("LIST")) return reply;
    std::string line = "ACTIVE CLASSES =";
    for (const auto& [name, from] : active_) line += " " + name;
    reply.lines.push_back(active_.empty() ? line + " NONE" : line);
    return reply;
}

Racf::Reply Racf::list_profile(const Words& words, const Userid& by) const {
    const auto found = classes_.find(words.word(1));
    if (!is_class(words.word(1))) return complain(say<ICH904E>(words.word(1)));
    const auto profile =
        found == classes_.end() ? Profiles::const_iterator{} : found->second.find(words.word(2));
    if (found == classes_.end() || profile == found->second.end())
        return complain(say<ICH13003I>(words.word(2)));
    const auto& [name, p] = *profile;
    if (!is_special(by) && p.owner != by) return complain(say<ICH13002I>(name));
    const auto mine = p.list.find(by.view());
    const auto access = mine == p.list.end() ? *p.universal : mine->second.access;
    Reply reply{0,
                {"CLASS      NAME", "-----      ----", fmt::format("{:<10} {}", found->first, name), "",
                 "LEVEL  OWNER      UNIVERSAL ACCESS  YOUR ACCESS  WARNING",
                 "-----  --------   ----------------  -----------  -------",
                 fmt::format(" 00    {:<8}   {:>12}  {:>15}    {}", p.owner.view(), name_of(*p.universal),
                             name_of(access), p.warning ? "YES" : "NO")}};
    if (!words.has("AUTHUSER") && !words.has("ALL")) return reply;
    for (const char* line : {"", "USER      ACCESS", "----      ------"}) reply.lines.emplace_back(line);
    for (const auto& [user, permission] : p.list)
        reply.lines.push_back(fmt::format("{:<8}  {}", user, name_of(permission.access)));
    if (p.list.empty()) reply.lines.emplace_back("NO USERS IN ACCESS LIST");
    return reply;
}

RacfDecision Racf::check(std::string_view resource_class, std::string_view resource, const Userid& user,
                         RacfAccess wanted) const {
    if (!running_ || active_.find(resource_class) == active_.end()) return {};
    const auto* profile = covering(resource_class, resource);
    if (!profile) return {};
    const auto& [name, p] = *profile;
    RacfDecision decision{RacfDecision::Answer::refused, name, *p.universal, p.universal.where};
    for (const std::string_view id : {user.view(), std::string_view("*")})
        if (const auto entry = p.list.find(id); entry != p.list.end()) {
            decision.allowed = entry->second.access;
            decision.where = entry->second.where;
            break;
        }
    const bool own = (resource_class == "VMMDISK" || resource_class == "VMRDR") &&
                     resource.substr(0, resource.find('.')) == user.view();
    if (own || p.warning || decision.allowed >= wanted) decision.answer = RacfDecision::Answer::permitted;
    return decision;
}

std::optional<Racf::PasswordCheck> Racf::check_password(const Userid& user, std::string_view password) const {
    const auto found = users_.find(user);
    if (found == users_.end()) return std::nullopt;
    const auto& known = found->second.password;
    return PasswordCheck{running_ && !known->empty() && iequals(*known, password), known.where};
}

bool Racf::is_special(const Userid& user) const {
    const auto found = users_.find(user);
    return found != users_.end() && found->second.special;
}

Racf::Profile* Racf::profile_of(std::string_view resource_class, std::string_view name) {
    const auto profiles = classes_.find(resource_class);
    if (profiles == classes_.end()) return nullptr;
    const auto found = profiles->second.find(name);
    return found == profiles->second.end() ? nullptr : &found->second;
}

/// The profile of that very name, else the generic one with the most characters before its first * or %.
const Racf::Profiles::value_type* Racf::covering(std::string_view resource_class,
                                                 std::string_view resource) const {
    const auto profiles = classes_.find(resource_class);
    if (profiles == classes_.end()) return nullptr;
    if (const auto exact = profiles->second.find(resource); exact != profiles->second.end()) return &*exact;
    const Profiles::value_type* best = nullptr;
    const auto weight = [](const auto& entry) { return entry.first.find_first_of("*%"); };
    for (const auto& entry : profiles->second)
        if (is_generic(entry.first) && covers(entry.first, resource) &&
            (!best || weight(entry) > weight(*best)))
            best = &entry;
    return best;
}

}  // namespace vmlab::sim
