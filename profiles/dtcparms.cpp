#include "profiles/dtcparms.hpp"

#include <algorithm>

#include "profiles/messages.hpp"

namespace vmlab::profiles {
namespace {

struct KnownTag {
    std::string_view name;
    LineState state;
};
constexpr KnownTag kKnownTags[] = {
    {"nick", LineState::in_force},           {"type", LineState::in_force},
    {"class", LineState::in_force},          {"name", LineState::in_force},
    {"command", LineState::in_force},        {"parms", LineState::in_force},
    {"mixedcaseparms", LineState::in_force}, {"stack", LineState::in_force},
    {"mount", LineState::in_force},          {"admin_id_list", LineState::in_force},
    {"timestamp", LineState::in_force},      {"timezone", LineState::in_force},
    {"owner", LineState::in_force},          {"attach", LineState::in_force},
    {"dcss_parms", LineState::in_force},     {"anonymous", LineState::in_force},
    {"runtime", LineState::no_effect},       {"esm_enable", LineState::no_effect},
    {"esm_validate", LineState::no_effect},  {"esm_racroute", LineState::no_effect},
    {"diskwarn", LineState::no_effect},      {"vmlink", LineState::not_simulated},
    {"exit", LineState::not_simulated},      {"vnic", LineState::not_simulated},
    {"vctc", LineState::not_simulated},      {"authlog", LineState::not_simulated},
    {"config", LineState::not_simulated},
};

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
        if (tag.name == "nick") begin_entry();
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
        const DtcTag* nick = entry.tag("nick");
        entry.nick = {upper(nick->value()), nick->value_where()};
        if (entry.nick.value.empty())
            findings_.add(LineState::extracted, nick->where, say<DTCPRS904E>(":nick.", "name"));
        if (const DtcTag* type = entry.tag("type")) read_type(entry, *type);
        else
            findings_.add(LineState::extracted, nick->where,
                          say<DTCPRS904E>(":nick." + quoted(*entry.nick), ":type. tag"));
        for (std::size_t i = 0; i + 1 < out_.entries.size(); ++i) {
            const DtcEntry& other = out_.entries[i];
            if (*other.nick == *entry.nick && other.type == entry.type) {
                findings_.add(LineState::extracted, nick->where,
                              say<DTCPRS908W>(":nick." + quoted(*entry.nick), other.nick.where.line));
                return;
            }
        }
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

    void check_known(const DtcTag& tag) {
        std::vector<std::string_view> known;
        for (const KnownTag& k : kKnownTags) {
            if (k.name == tag.name) {
                if (k.state == LineState::not_simulated)
                    findings_.add(k.state, tag.where, say<DTCPRS906I>(quoted(tag.typed)));
                return;
            }
            known.push_back(k.name);
        }
        findings_.add(LineState::unknown, tag.where, say<DTCPRS902E>(quoted(tag.typed), "a DTCPARMS entry"),
                      nearest(tag.name, known));
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
    bool in_entry_ = false;
};

}  // namespace

const DtcTag* DtcEntry::tag(std::string_view name) const {
    const auto found =
        std::find_if(tags.begin(), tags.end(), [&](const DtcTag& t) { return t.name == name; });
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
    std::vector<Sourced<std::string>> words;
    for (const Word& word : tag.words) {
        std::string text = word.text;
        while (!text.empty() && text.back() == ',') text.pop_back();
        if (!text.empty()) words.push_back({text, word.where});
    }
    std::vector<MountPair> pairs;
    for (std::size_t i = 0; i + 1 < words.size(); i += 2) pairs.push_back({words[i], words[i + 1]});
    return pairs;
}

}  // namespace vmlab::profiles
