#include "simulator/system/why.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "stack/base/ip_address.hpp"

namespace vmlab::sim {
namespace {

/// A chain longer than this tells a person nothing more.
constexpr std::size_t kMostSteps = 64;

std::optional<std::uint32_t> number_of(std::string_view text) {
    std::uint32_t n = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return n;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// "DTCRUN1028E": letters, digits, a severity.
bool is_message_number(std::string_view word) {
    const auto digits = word.find_first_of("0123456789");
    if (digits == std::string_view::npos || digits < 3 || word.size() < 7) return false;
    const auto rest = word.substr(digits, word.size() - digits - 1);
    return rest.find_first_not_of("0123456789") == std::string_view::npos &&
           std::string_view("AEIRSTW").find(word.back()) != std::string_view::npos;
}

bool contains(std::string_view text, std::string_view part) {
    return upper(text).find(upper(part)) != std::string::npos;
}

/// "port 30007" is among "ports 30000-30999".
bool covers(std::string_view about, std::string_view thing) {
    if (about == thing) return true;
    if (!about.starts_with("ports ") || !thing.starts_with("port ")) return false;
    const auto dash = about.find('-');
    const auto low = number_of(about.substr(6, dash - 6)), high = number_of(about.substr(dash + 1)),
               port = number_of(thing.substr(5));
    return low && high && port && *low <= *port && *port <= *high;
}

class Walk {
public:
    Walk(std::span<const JournalEntry> journal, WhyAnswer& answer) : journal_(journal), answer_(answer) {}

    /// `until`: what was recorded later does not count.
    void from(const JournalEntry& symptom, CauseId until) {
        until_ = until;
        descend(symptom);
        // What led here without failing: context, after everything that failed. Its lines made possible what
        // is there; of what went wrong there they are not to blame.
        for (const auto* e = &symptom; (e = parent_of(*e)) != nullptr && answer_.chain.size() < kMostSteps;) {
            if (!seen_.insert(e->id).second) continue;
            answer_.chain.push_back(*e);
            if (!symptom.is_failure()) add_lines(*e);
        }
    }

    /// Its state when the symptom showed, also where an older record looked at it: what PORT says of a server
    /// is no news about that server.
    const JournalEntry* last_about(std::string_view thing, const Name8& machine) const {
        for (auto i = journal_.rbegin(); i != journal_.rend(); ++i) {
            if (i->id > until_ || i->about.empty()) continue;
            if (!thing.starts_with("machine ") && i->machine != machine) continue;
            if (covers(i->about, thing)) return &*i;
        }
        return nullptr;
    }

private:
    /// Appends the entry to the chain, what it follows from behind it, and the lines of all of them: the
    /// deepest first.
    void descend(const JournalEntry& entry) {
        if (!seen_.insert(entry.id).second || answer_.chain.size() >= kMostSteps) return;
        answer_.chain.push_back(entry);
        if (const auto* failure = failure_behind(entry)) descend(*failure);
        for (const auto& thing : entry.consulted)
            if (const auto* last = last_about(thing, entry.machine)) descend(*last);
        add_lines(entry);
    }

    /// The nearest ancestor that failed, with nothing between but its consequences.
    const JournalEntry* failure_behind(const JournalEntry& entry) const {
        for (const auto* e = parent_of(entry); e != nullptr; e = parent_of(*e))
            if (e->is_failure()) return e;
        return nullptr;
    }

    const JournalEntry* parent_of(const JournalEntry& entry) const {
        const auto found = std::lower_bound(journal_.begin(), journal_.end(), entry.parent,
                                            [](const JournalEntry& e, CauseId id) { return e.id < id; });
        return found != journal_.end() && found->id == entry.parent ? &*found : nullptr;
    }

    void add_lines(const JournalEntry& entry) {
        for (const auto& where : entry.rests_on)
            if (where.known() &&
                std::find(answer_.rests_on.begin(), answer_.rests_on.end(), where) == answer_.rests_on.end())
                answer_.rests_on.push_back(where);
    }

    std::span<const JournalEntry> journal_;
    WhyAnswer& answer_;
    std::set<CauseId> seen_;
    CauseId until_ = CauseId::none;
};

/// The last record that fits, the later the better.
template <typename Fits>
const JournalEntry* last_that(std::span<const JournalEntry> journal, const Fits& fits) {
    const auto found = std::find_if(journal.rbegin(), journal.rend(), fits);
    return found == journal.rend() ? nullptr : &*found;
}

const JournalEntry* last_about(std::span<const JournalEntry> journal, const std::string& thing,
                               const Userid& stack) {
    const auto fits = [&](const JournalEntry& e) { return covers(e.about, thing) && e.machine == stack; };
    if (const auto* found = last_that(journal, fits)) return found;
    return last_that(journal, [&](const JournalEntry& e) { return covers(e.about, thing); });
}

/// Somebody looked at the thing, whether it was ever there or not.
bool is_known(const std::string& thing, std::span<const JournalEntry> journal) {
    return std::any_of(journal.begin(), journal.end(), [&](const JournalEntry& e) {
        return std::find(e.consulted.begin(), e.consulted.end(), thing) != e.consulted.end();
    });
}

/// What came of it, not who typed it: a question has its own words.
const JournalEntry* last_with_words(std::string_view words, std::span<const JournalEntry> journal) {
    return last_that(journal, [&](const JournalEntry& e) { return !e.typed() && contains(e.text, words); });
}

/// The address, not the beginning or the end of another.
const JournalEntry* last_with_address(std::string_view address, std::span<const JournalEntry> journal) {
    return last_that(journal, [&](const JournalEntry& e) {
        const std::string_view text = e.text;
        for (auto at = text.find(address); at != text.npos; at = text.find(address, at + 1)) {
            const char before = at ? text[at - 1] : ' ';
            const char after = at + address.size() < text.size() ? text[at + address.size()] : ' ';
            if (!is_digit(before) && before != '.' && !is_digit(after)) return !e.typed();
        }
        return false;
    });
}

/// The symptom; when there is none, what was looked for instead.
const JournalEntry* symptom_of(const WhyQuestion& q, std::span<const JournalEntry> journal,
                               const Userid& stack, std::string& nothing) {
    const JournalEntry* found = nullptr;
    switch (q.kind) {
        case WhyQuestion::Kind::last:
            found = last_that(journal, [](const JournalEntry& e) { return e.is_failure(); });
            nothing = "Nothing has failed so far.";
            break;
        case WhyQuestion::Kind::message:
            found = last_that(journal, [&](const JournalEntry& e) {
                return e.kind == RecordKind::message && contains(e.text, q.text);
            });
            nothing = fmt::format("{} was not said, or so long ago that it is forgotten.", q.text);
            break;
        case WhyQuestion::Kind::connection:
            found = last_about(journal, about_connection(q.number), stack);
            nothing = fmt::format("Nothing is remembered of connection {}.", q.number);
            break;
        case WhyQuestion::Kind::port:
            found = last_about(journal, about_port(q.number & 0xffff), stack);
            if (!found) found = last_about(journal, "port list", stack);
            nothing = fmt::format("{} has said nothing of its ports: it has not been started.", stack.view());
            break;
        case WhyQuestion::Kind::frame:  // whoever has the capture asks for the record instead
            nothing = "Frames are numbered while a capture is written (--pcap), and asked for at the prompt.";
            break;
        case WhyQuestion::Kind::machine:
            found = last_that(journal, [&](const JournalEntry& e) { return e.about == "machine " + q.text; });
            if (!found && is_known("machine " + q.text, journal))
                found = last_about(journal, "autolog", stack);
            if (!found) found = last_with_words(q.text, journal);
            nothing = fmt::format(
                "Nothing named {} has been started, and nothing with that word was recorded.", q.text);
            break;
        case WhyQuestion::Kind::address:
            found = last_about(journal, "address " + q.text, stack);
            if (!found) found = last_with_address(q.text, journal);
            nothing =
                fmt::format("{} is no address of {}, and nothing was recorded of it.", q.text, stack.view());
            break;
        case WhyQuestion::Kind::record:
            found = last_that(journal, [&](const JournalEntry& e) { return e.id == CauseId{q.number}; });
            nothing = fmt::format("There is no record {} in memory; a whole journal is written by --journal.",
                                  q.number);
            break;
        case WhyQuestion::Kind::text:
            found = last_with_words(q.text, journal);
            nothing = fmt::format("Nothing with the words '{}' was recorded.", q.text);
            break;
    }
    return found;
}

}  // namespace

std::optional<WhyQuestion> read_why(std::string_view words) {
    words = trimmed(words);
    if (words.empty() || iequals(words, "LAST")) return WhyQuestion{};
    const auto blank = std::min(words.find(' '), words.size());
    const auto first = words.substr(0, blank), rest = trimmed(words.substr(blank));
    if (const auto n = number_of(rest)) {
        if (abbreviates(first, "CONNection")) return WhyQuestion{WhyQuestion::Kind::connection, {}, *n};
        if (iequals(first, "FRAME")) return WhyQuestion{WhyQuestion::Kind::frame, {}, *n};
        if (iequals(first, "PORT")) {
            if (*n > 0xffff) return std::nullopt;
            return WhyQuestion{WhyQuestion::Kind::port, {}, *n};
        }
    }
    if (rest.empty() && first.front() == '#') {
        const auto n = number_of(first.substr(1));
        return n ? std::optional(WhyQuestion{WhyQuestion::Kind::record, {}, *n}) : std::nullopt;
    }
    if (rest.empty() && is_message_number(upper(first)))
        return WhyQuestion{WhyQuestion::Kind::message, upper(first), 0};
    if (rest.empty() && IpAddress::parse(first))
        return WhyQuestion{WhyQuestion::Kind::address, std::string(first), 0};
    if (rest.empty() && !is_digit(first[0]))
        if (const auto userid = Userid::parse(first))
            return WhyQuestion{WhyQuestion::Kind::machine, userid->str(), 0};
    return WhyQuestion{WhyQuestion::Kind::text, std::string(words), 0};
}

WhyAnswer answer_why(const WhyQuestion& question, std::span<const JournalEntry> journal,
                     const Userid& stack) {
    WhyAnswer answer;
    const auto* symptom = symptom_of(question, journal, stack, answer.nothing);
    if (symptom == nullptr) return answer;
    answer.nothing.clear();
    // A port, a machine or an address is asked for as it is now; anything else as it was then.
    const bool now = question.kind == WhyQuestion::Kind::port ||
                     question.kind == WhyQuestion::Kind::machine ||
                     question.kind == WhyQuestion::Kind::address;
    Walk(journal, answer).from(*symptom, now ? journal.back().id : symptom->id);
    return answer;
}

}  // namespace vmlab::sim
