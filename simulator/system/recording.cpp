#include "simulator/system/recording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <type_traits>
#include <utility>

#include "stack/base/overloaded.hpp"

namespace vmlab::sim {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t kCheckDigits = 8;

/// CRC-32 of IEEE 802.3, eight bytes at a time: files that clients send go through here.
std::uint32_t check_of(std::string_view text) {
    using Table = std::array<std::array<std::uint32_t, 256>, 8>;
    static const Table table = [] {
        Table made{};
        for (std::uint32_t i = 0; i < 256; ++i) {
            std::uint32_t sum = i;
            for (int bit = 0; bit < 8; ++bit) sum = (sum & 1) != 0 ? sum >> 1 ^ 0xedb88320 : sum >> 1;
            made[0][i] = sum;
        }
        for (std::size_t step = 1; step < made.size(); ++step)
            for (std::size_t i = 0; i < 256; ++i)
                made[step][i] = made[0][made[step - 1][i] & 255] ^ made[step - 1][i] >> 8;
        return made;
    }();
    const auto* at = reinterpret_cast<const unsigned char*>(text.data());
    std::uint32_t sum = ~0u;
    std::size_t left = text.size();
    for (; left >= 8; left -= 8, at += 8) {
        const std::uint32_t low = sum ^ (at[0] | std::uint32_t(at[1]) << 8 | std::uint32_t(at[2]) << 16 |
                                         std::uint32_t(at[3]) << 24);
        sum = table[7][low & 255] ^ table[6][low >> 8 & 255] ^ table[5][low >> 16 & 255] ^
              table[4][low >> 24] ^ table[3][at[4]] ^ table[2][at[5]] ^ table[1][at[6]] ^ table[0][at[7]];
    }
    for (; left > 0; --left, ++at) sum = table[0][(sum ^ *at) & 255] ^ sum >> 8;
    return ~sum;
}

bool is_plain(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("._:/+,-").find(c) != std::string_view::npos;
    });
}

void append_field(std::string& line, std::string_view field) {
    line += ' ';
    if (is_plain(field)) {
        line += field;
        return;
    }
    static const auto pairs = [] {
        std::array<std::array<char, 2>, 4096> made{};
        for (std::size_t i = 0; i < made.size(); ++i) made[i] = {kAlphabet[i >> 6], kAlphabet[i & 63]};
        return made;
    }();
    std::size_t to = line.size() + 1;
    line.resize(to + (field.size() + 2) / 3 * 4, '=');
    line[to - 1] = '=';
    const auto* at = reinterpret_cast<const unsigned char*>(field.data());
    const auto put = [&](std::uint32_t bits) {
        for (const auto& pair : {pairs[bits >> 12], pairs[bits & 4095]})
            for (const char c : pair) line[to++] = c;
    };
    std::size_t left = field.size();
    for (; left >= 3; left -= 3, at += 3) put(std::uint32_t(at[0]) << 16 | std::uint32_t(at[1]) << 8 | at[2]);
    if (left == 0) return;
    put(std::uint32_t(at[0]) << 16 | (left == 2 ? std::uint32_t(at[1]) << 8 : 0));
    for (std::size_t i = line.size() - (3 - left); i < line.size(); ++i) line[i] = '=';
}

/// The inverse of append_field; nothing when append_field writes no such thing.
std::optional<std::string> read_field(std::string_view text) {
    if (is_plain(text)) return std::string(text);
    if (!text.starts_with('=') || text.size() % 4 != 1) return std::nullopt;
    static const auto values = [] {
        std::array<std::int8_t, 256> table{};
        table.fill(-1);
        for (std::size_t i = 0; i < kAlphabet.size(); ++i)
            table[static_cast<unsigned char>(kAlphabet[i])] = std::int8_t(i);
        return table;
    }();
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3);
    for (std::size_t at = 1; at < text.size(); at += 4) {
        auto part = text.substr(at, 4);
        if (at + 4 == text.size())
            while (part.size() > 2 && part.ends_with('=')) part.remove_suffix(1);
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            const int value = i < part.size() ? values[static_cast<unsigned char>(part[i])] : 0;
            if (value < 0) return std::nullopt;
            bits = bits << 6 | std::uint32_t(value);
        }
        if ((bits & ((1u << (8 * (4 - part.size()))) - 1)) != 0) return std::nullopt;
        for (std::size_t i = 0; i + 1 < part.size(); ++i) bytes += char(bits >> (16 - 8 * i) & 0xff);
    }
    return is_plain(bytes) ? std::nullopt : std::optional(std::move(bytes));
}

std::string line_of(std::string_view word, const std::vector<std::string_view>& fields) {
    std::string line = "@00000000 ";
    line += word;
    for (const auto field : fields) append_field(line, field);
    const auto check = fmt::format("{:08x}", check_of(std::string_view(line).substr(kCheckDigits + 1)));
    line.replace(1, kCheckDigits, check);
    return line;
}

/// A whole number in the decimal form that fmt writes.
template <typename Number>
std::optional<Number> number_of(std::string_view text) {
    Number n{};
    const char* const end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, n);
    if (result.ec != std::errc() || result.ptr != end || fmt::format("{}", n) != text) return std::nullopt;
    return n;
}

// ── inputs
// ──────────────────────────────────────────────────────────────────────────────────────────────────────

std::string line_of_event(const std::string& events, const std::string& at, const EventEntered& entered) {
    const auto client_line = [&](std::string_view word, std::uint64_t client,
                                 std::vector<std::string_view> rest) {
        const std::string number = fmt::format("{}", client);
        rest.insert(rest.begin(), {events, at, entered.machine.view(), number});
        return line_of(word, rest);
    };
    return std::visit(
        overloaded{
            [&](const ConsoleTyped& e) {
                return line_of("typed", {events, at, entered.machine.view(), e.text});
            },
            [&](const ClientConnected& e) {
                const auto& address = e.target.address;
                const std::string where = address.is_v4()
                                              ? address.str()
                                              : std::string(address.bytes().begin(), address.bytes().end());
                return client_line("opened", e.client, {where, fmt::format("{}", e.target.port)});
            },
            [&](const ClientSent& e) { return client_line("sent", e.client, {e.data.view()}); },
            [&](const ClientTook& e) { return client_line("took", e.client, {fmt::format("{}", e.bytes)}); },
            [&](const ClientShutdown& e) { return client_line("shut", e.client, {}); },
            [&](const ClientGone& e) { return client_line("gone", e.client, {}); },
            [&](const FramesArrived& e) {
                const std::string interface = fmt::format("{}", e.interface);
                std::vector<std::string_view> fields{events, at, entered.machine.view(), interface};
                for (const auto& frame : e.frames) fields.push_back(frame.view());
                return line_of("frames", fields);
            },
        },
        entered.event);
}

/// The fields of an input's line, taken one after the other; `failed` names the first that was no such thing,
/// counted from 0.
class Fields {
public:
    explicit Fields(const std::vector<std::string>& fields) : fields_(fields) {}

    std::string text() { return next_ < fields_.size() ? fields_[next_++] : (fail(), std::string()); }
    template <typename Number>
    Number number() {
        const auto n = number_of<Number>(text());
        return n ? *n : (fail(), Number{});
    }
    Name8 name() {
        const auto typed = text();
        const auto parsed = Name8::parse(typed);
        return parsed && parsed->view() == typed ? *parsed : (fail(), Name8{});
    }
    IpAddress address() {
        const auto typed = text();
        if (const auto v4 = Ipv4Address::parse(typed); v4 && v4->str() == typed) return *v4;
        std::array<std::uint8_t, 16> bytes{};
        if (typed.size() != bytes.size()) return fail(), IpAddress();
        std::copy(typed.begin(), typed.end(), bytes.begin());
        const IpAddress v6(bytes);
        return v6.is_v4() ? (fail(), IpAddress()) : v6;
    }
    RecordKind kind() {
        const auto typed = text();
        for (const auto k : kRecordKinds)
            if (typed == name_of(k)) return k;
        return fail(), RecordKind::decision;
    }
    bool done() const { return !failed_ && !more(); }
    bool more() const { return next_ < fields_.size(); }

private:
    void fail() { failed_ = true; }

    const std::vector<std::string>& fields_;
    std::size_t next_ = 0;
    bool failed_ = false;
};

std::optional<Input> read_client(const std::string& word, Fields& fields) {
    const Name8 machine = fields.name();
    const auto client = fields.number<std::uint64_t>();
    if (word == "opened") {
        const auto address = fields.address();
        return EventEntered{machine, ClientConnected{client, {address, fields.number<std::uint16_t>()}}};
    }
    if (word == "sent") return EventEntered{machine, ClientSent{client, Buffer::copy_of(fields.text())}};
    if (word == "took") return EventEntered{machine, ClientTook{client, fields.number<std::size_t>()}};
    if (word == "shut") return EventEntered{machine, ClientShutdown{client}};
    if (word == "gone") return EventEntered{machine, ClientGone{client}};
    return std::nullopt;
}

std::optional<Input> read_what(const std::string& word, Fields& fields) {
    if (word == "typed") {
        const Name8 machine = fields.name();
        return EventEntered{machine, ConsoleTyped{fields.text()}};
    }
    if (word == "frames") {
        const Name8 machine = fields.name();
        FramesArrived arrived{fields.number<std::uint16_t>(), 1, {}};
        do arrived.frames.push_back(Buffer::copy_of(fields.text()));
        while (fields.more());
        return EventEntered{machine, std::move(arrived)};
    }
    if (word == "noted") {
        const Name8 machine = fields.name();
        const auto kind = fields.kind();
        return HostNoted{machine, kind, fields.text()};
    }
    if (word == "told") return ProgramTold{fields.text()};
    if (word == "looked") return LabLookedAt{};
    if (word == "edited") return TextEdited{fields.text()};
    if (word == "not-edited") return TextEdited{};
    if (word == "end") return RunEnded{};
    return read_client(word, fields);
}

std::optional<RecordedInput> read_input(const RecordingLine& line) {
    Fields fields(line.fields);
    RecordedInput input;
    input.number = line.number;
    std::string events = fields.text();
    if ((input.within = events.ends_with('+'))) events.pop_back();
    const auto count = number_of<std::uint64_t>(events);
    input.at = Instant(Duration(fields.number<std::int64_t>()));
    auto what = read_what(line.word, fields);
    if (!count || !what || !fields.done()) return std::nullopt;
    input.events = *count;
    input.what = std::move(*what);
    return input;
}

// ── the whole journal
// ───────────────────────────────────────────────────────────────────────────────────────────

class Reader {
public:
    Reader(RecordedRun& run, RecordingError& error) : run_(run), error_(error) {}

    bool read(std::string_view journal) {
        while (!journal.empty()) {
            const auto end = journal.find('\n');
            ++number_;
            if (end == journal.npos)
                return refuse(journal.size() + 1, "the journal is torn: this line has no end");
            const auto line = journal.substr(0, end);
            journal.remove_prefix(end + 1);
            if (!(line.starts_with('@') ? read_recording(line) : read_record(line))) return false;
        }
        run_.lines = number_;
        return true;
    }

private:
    bool refuse(std::size_t column, std::string what) {
        error_ = {number_, column, std::move(what)};
        return false;
    }

    bool read_record(std::string_view line) {
        auto entry = JournalEntry::read_line(line);
        if (!entry) return refuse(1, "this is no record of a journal");
        if (!run_.entries.empty() && entry->id <= run_.entries.back().id)
            return refuse(1, "this record is out of order");
        run_.entries.push_back(std::move(*entry));
        return true;
    }

    bool read_recording(std::string_view line) {
        if (run_.ended()) return refuse(1, "the recording goes on behind its end");
        if (line.size() < kCheckDigits + 3 || line[kCheckDigits + 1] != ' ' ||
            line.substr(1, kCheckDigits) != fmt::format("{:08x}", check_of(line.substr(kCheckDigits + 1))))
            return refuse(2, "this line of the recording is damaged: its check digits say so");
        RecordingLine read{number_, {}, {}};
        std::size_t at = kCheckDigits + 2;
        while (at <= line.size()) {
            const auto end = std::min(line.find(' ', at), line.size());
            auto field = read_field(line.substr(at, end - at));
            if (!field || (read.word.empty() && !is_plain(*field)))
                return refuse(at + 1, "this is no field of a recording");
            if (read.word.empty()) read.word = std::move(*field);
            else read.fields.push_back(std::move(*field));
            at = end + 1;
        }
        return number_ == 1 ? begin(read) : take(std::move(read));
    }

    bool begin(const RecordingLine& first) {
        if (first.word != "recording" || first.fields.empty())
            return refuse(1, "a recording does not begin so");
        if (first.fields[0] != kRecordingVersion)
            return refuse(1, fmt::format("this recording is of version {}; this vmlab reads version {}",
                                         first.fields[0], kRecordingVersion));
        begun_ = true;
        return true;
    }

    bool take(RecordingLine read) {
        if (!begun_) return refuse(1, "the first line of the recording is missing");
        if (run_.entries.empty()) {
            run_.given.push_back(std::move(read));
            return true;
        }
        auto input = read_input(read);
        if (!input)
            return refuse(1, fmt::format("'{}' is no input of a recording, or not like this", read.word));
        if (!run_.inputs.empty() &&
            (input->events < run_.inputs.back().events || input->at < run_.inputs.back().at))
            return refuse(1, "this input is out of order");
        run_.inputs.push_back(std::move(*input));
        return true;
    }

    RecordedRun& run_;
    RecordingError& error_;
    std::size_t number_ = 0;
    bool begun_ = false;
};

}  // namespace

std::string RecordingLine::line() const {
    return line_of(word, std::vector<std::string_view>(fields.begin(), fields.end()));
}

std::string RecordedInput::line() const {
    const std::string count = fmt::format("{}{}", events, within ? "+" : "");
    const std::string clock = fmt::format("{}", at.time_since_epoch().count());
    return std::visit(
        overloaded{
            [&](const EventEntered& e) { return line_of_event(count, clock, e); },
            [&](const HostNoted& e) {
                return line_of("noted", {count, clock, e.machine.view(), name_of(e.kind), e.text});
            },
            [&](const ProgramTold& e) {
                return line_of("told", {count, clock, e.line});
            },
            [&](const LabLookedAt&) {
                return line_of("looked", {count, clock});
            },
            [&](const TextEdited& e) {
                return e.text ? line_of("edited", {count, clock, *e.text})
                              : line_of("not-edited", {count, clock});
            },
            [&](const RunEnded&) {
                return line_of("end", {count, clock});
            },
        },
        what);
}

std::optional<RecordedRun> read_recorded_run(std::string_view journal, RecordingError& error) {
    RecordedRun run;
    if (!Reader(run, error).read(journal)) return std::nullopt;
    return run;
}

}  // namespace vmlab::sim
