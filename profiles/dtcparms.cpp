#include "profiles/dtcparms.hpp"

#include <algorithm>
#include <map>

#include "profiles/messages.hpp"
#include "profiles/statement_table.hpp"
#include "profiles/values.hpp"

namespace vmlab::profiles {
namespace {

/// What the value of a tag must look like.
enum class TagValue { any, yes_no, on_off, userid, userids, mounts, time_zone };

struct KnownTag {
    std::string_view name;
    TagValue value = TagValue::any;
};
constexpr KnownTag kKnownTags[] = {
    {"nick"},
    {"type"},
    {"class"},
    {"name"},
    {"command"},
    {"parms"},
    {"mixedcaseparms", TagValue::yes_no},
    {"stack", TagValue::userid},
    {"mount", TagValue::mounts},
    {"admin_id_list", TagValue::userids},
    {"timestamp", TagValue::on_off},
    {"timezone", TagValue::time_zone},
    {"owner", TagValue::userid},
    {"attach"},
    {"dcss_parms"},
    {"anonymous", TagValue::yes_no},
    {"runtime"},
    {"esm_enable", TagValue::yes_no},
    {"esm_validate"},
    {"esm_racroute"},
    {"diskwarn", TagValue::yes_no},
    {"vmlink"},
    {"exit"},
    {"vnic"},
    {"vctc"},
    {"authlog"},
    {"config"},
};

const KnownTag* find_tag(std::string_view name) {
    for (const KnownTag& known : kKnownTags)
        if (known.name == name) return &known;
    return nullptr;
}

std::string lower(std::string_view text) {
    std::string s(text);
    for (char& c : s)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return s;
}

/// Length of ":name." at the start of a word; 0 when the word is no tag.
std::size_t tag_length(std::string_view word) {
    if (word.empty() || word[0] != ':') return 0;
    std::size_t n = 1;
    while (n < word.size() && ((word[n] >= 'a' && word[n] <= 'z') || (word[n] >= 'A' && word[n] <= 'Z') ||
                               (word[n] >= '0' && word[n] <= '9') || word[n] == '_'))
        ++n;
    return n > 1 && n < word.size() && word[n] == '.' ? n + 1 : 0;
}

/// The words of `:mount.` without their commas.
std::vector<Sourced<std::string>> words_of_mount(const DtcTag& tag) {
    std::vector<Sourced<std::string>> words;
    for (const Word& word : tag.words) {
        std::string text = word.text;
        while (!text.empty() && text.back() == ',') text.pop_back();
        if (!text.empty()) words.push_back({text, word.where});
    }
    return words;
}

class NamesReader {
public:
    NamesReader(const SourceText& source, Dtcparms& out) : out_(out), findings_(source, out.findings) {}

    void read(const Word& word) {
        const std::size_t length = tag_length(word.text);
        if (length == 0) return read_value(word);
        DtcTag tag;
        tag.typed = word.text.substr(0, length);
        tag.name = lower(word.text.substr(1, length - 2));
        tag.where = word.where;
        check_known(tag);
        if (tag.known && tag.name == "nick") begin_entry();
        if (!in_entry_) {
            findings_.add(LineState::unknown, word.where, say<DTCPRS914E>(quoted(tag.typed)));
            return;
        }
        out_.entries.back().tags.push_back(std::move(tag));
        if (length == word.text.size()) return;
        Word rest{word.text.substr(length), word.where};
        rest.where.column += static_cast<std::uint32_t>(length);
        out_.entries.back().tags.back().words.push_back(std::move(rest));
    }

    void end_entry() {
        if (!in_entry_) return;
        DtcEntry& entry = out_.entries.back();
        check_values(entry);
        const DtcTag* nick = entry.tag("nick");
        entry.nick = {upper(nick->value()), nick->value_where()};
        if (entry.nick.value.empty())
            findings_.add(LineState::extracted, nick->where, say<DTCPRS904E>(":nick.", "name"));
        if (const DtcTag* type = entry.tag("type")) read_type(entry, *type);
        else
            findings_.add(LineState::extracted, nick->where,
                          say<DTCPRS904E>(":nick." + quoted(*entry.nick), ":type. tag"));
        const auto [other, fresh] = first_.try_emplace({*entry.nick, entry.type}, entry.nick.where.line);
        if (!fresh)
            findings_.add(LineState::no_effect, nick->where,
                          say<DTCPRS908W>(":nick." + quoted(*entry.nick), other->second));
    }

private:
    void begin_entry() {
        end_entry();
        out_.entries.emplace_back();
        in_entry_ = true;
    }

    void read_value(const Word& word) {
        if (!in_entry_) {
            findings_.add(LineState::unknown, word.where, say<DTCPRS914E>(quoted(word.text)));
            return;
        }
        // ":992" is a filter of VMSSL's TRACE; ":word" is more likely a tag without its period.
        if (word.text.size() > 1 && word.text[0] == ':' && !(word.text[1] >= '0' && word.text[1] <= '9'))
            findings_.add(LineState::unknown, word.where,
                          say<DTCPRS903E>(quoted(word.text), "tag", "the entry"));
        out_.entries.back().tags.back().words.push_back(word);
    }

    void check_known(DtcTag& tag) {
        const LineState state = state_of(ConfigFile::dtcparms, ":" + tag.name + ".");
        out_.statements.push_back({":" + quoted(tag.name) + ".", tag.where, state});
        tag.known = state != LineState::unknown;
        if (!tag.known) {
            std::vector<std::string_view> known;
            for (const KnownTag& k : kKnownTags) known.push_back(k.name);
            const std::string_view meant = nearest(tag.name, known);
            findings_.add(LineState::unknown, tag.where,
                          say<DTCPRS902E>(quoted(tag.typed), "a DTCPARMS entry"),
                          meant.empty() ? std::string() : fmt::format(":{}.", meant));
        } else if (state == LineState::not_simulated) {
            findings_.add(state, tag.where, say<DTCPRS906I>(quoted(tag.typed)));
        }
    }

    /// The values, once the entry is whole: they go on over lines.
    void check_values(const DtcEntry& entry) {
        std::map<std::string_view, std::uint32_t> given;
        for (const DtcTag& tag : entry.tags) {
            const auto [first, fresh] = given.try_emplace(tag.name, tag.where.line);
            const KnownTag* known = tag.known ? find_tag(tag.name) : nullptr;
            if (!fresh)
                findings_.add(LineState::no_effect, tag.where,
                              say<DTCPRS908W>(quoted(tag.typed), first->second));
            else if (known != nullptr) check_value(tag, known->value);
        }
    }

    void check_value(const DtcTag& tag, TagValue value) {
        const std::string text = tag.value();
        const auto bad = [&](const SourceLocation& where, std::string_view typed, std::string_view what) {
            findings_.add(LineState::extracted, where,
                          say<DTCPRS903E>(quoted(typed), what, quoted(tag.typed)));
        };
        switch (value) {
            case TagValue::any: return;
            case TagValue::yes_no:
                if (!read_yes_no(text)) bad(tag.value_where(), text, "YES or NO");
                else note(tag, text);
                return;
            case TagValue::on_off:
                if (!read_on_off(text)) bad(tag.value_where(), text, "ON or OFF");
                return;
            case TagValue::userid:
                if (!Userid::parse(text)) bad(tag.value_where(), text, "userid");
                return;
            case TagValue::userids:
                for (const Word& word : tag.words)
                    if (!Userid::parse(word.text)) bad(word.where, word.text, "userid");
                return;
            case TagValue::time_zone:
                if (!read_time_zone(text)) bad(tag.value_where(), text, "time zone");
                return;
            case TagValue::mounts:
                if (const auto words = words_of_mount(tag); words.size() % 2 != 0)
                    bad(words.back().where, *words.back(), "path without a mount point");
                return;
        }
    }

    /// A value that is not simulated, of a tag that is.
    void note(const DtcTag& tag, std::string_view value) {
        const std::string name = fmt::format(":{}. {}", tag.name, upper(value));
        if (state_of(ConfigFile::dtcparms, name) == LineState::not_simulated)
            findings_.add(LineState::not_simulated, tag.value_where(),
                          say<DTCPRS906I>(quoted(tag.typed) + quoted(value)));
    }

    void read_type(DtcEntry& entry, const DtcTag& type) {
        if (iequals(type.value(), "server")) entry.type = DtcType::server;
        else if (iequals(type.value(), "class")) entry.type = DtcType::server_class;
        else
            findings_.add(LineState::extracted, type.value_where(),
                          say<DTCPRS903E>(quoted(type.value()), "server or class", ":type."));
    }

    Dtcparms& out_;
    FindingWriter findings_;
    std::map<std::pair<std::string, DtcType>, std::uint32_t> first_{};  ///< line of the first entry of a nick
    bool in_entry_ = false;
};

}  // namespace

const DtcTag* DtcEntry::tag(std::string_view name) const {
    const auto found =
        std::find_if(tags.begin(), tags.end(), [&](const DtcTag& t) { return t.known && t.name == name; });
    return found == tags.end() ? nullptr : &*found;
}

const DtcEntry* Dtcparms::find_class(std::string_view name) const {
    for (const DtcEntry& entry : entries)
        if (entry.type == DtcType::server_class && iequals(*entry.nick, name)) return &entry;
    return nullptr;
}

const DtcEntry* Dtcparms::find_server(std::string_view userid) const {
    const std::string name = upper(userid);
    const DtcEntry* best = nullptr;
    for (const DtcEntry& entry : entries) {
        const std::string& nick = *entry.nick;
        if (entry.type != DtcType::server || nick.empty()) continue;
        if (nick == name) return &entry;
        const bool matches = nick.back() == '*' && name.starts_with(nick.substr(0, nick.size() - 1));
        if (matches && (best == nullptr || nick.size() > best->nick.value.size())) best = &entry;
    }
    return best;
}

Dtcparms read_dtcparms(const SourceText& source) {
    Dtcparms file;
    file.file = source.file;
    NamesReader reader(source, file);
    for (std::uint32_t n = 1; n <= source.lines.size(); ++n) {
        if (trimmed(source.line(n)).starts_with(".*")) continue;
        for (const Word& word : scan_line(source, n, 0)) reader.read(word);
    }
    reader.end_entry();
    return file;
}

std::vector<MountPair> mounts_of(const DtcTag& tag) {
    const auto words = words_of_mount(tag);
    std::vector<MountPair> pairs;
    for (std::size_t i = 0; i + 1 < words.size(); i += 2) pairs.push_back({words[i], words[i + 1]});
    return pairs;
}

}  // namespace vmlab::profiles
