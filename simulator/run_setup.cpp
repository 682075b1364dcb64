#include "simulator/run_setup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "simulator/scenario/lab_reader.hpp"
#include "simulator/scenario/report.hpp"
#include "simulator/scenario/runner.hpp"
#include "simulator/virtual_run.hpp"

namespace vmlab::sim {
namespace {

/// How much virtual time the system may take to come up before clients are let in anyway.
constexpr Duration kBringUp = seconds{60};

std::string decimal(std::int64_t number) { return fmt::format("{}", number); }

template <typename Bytes>
std::string text_of(const Bytes& bytes) {
    return {bytes.begin(), bytes.end()};
}

HostText plain_text(std::string_view text) {
    HostText plain;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        plain.lines.push_back({std::string(text.substr(0, end)), 0, 0});
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return plain;
}

// ── lines as a setup
// ──────────────────────────────────────────────────────────────────────────────────────────────

/// One line at a time; false when it is none of a setup.
class SetupReader {
public:
    explicit SetupReader(RunSetup& setup) : setup_(setup) {}

    bool take(const RecordingLine& line) {
        fields_ = &line.fields;
        const std::string& word = line.word;
        if (word == "start") return has(1) && time(0, setup_.start);
        if (word == "seed") return has(setup_.seed.size(), 0) && seed();
        if (word == "keys") return has(1) && keys();
        if (word == "user") return has(3) && user();
        if (word == "passive") return has(2) && passive();
        if (word == "loss") return has(1) && number(0, setup_.loss_ppm);
        if (word == "tap") return has(0) && (setup_.tap = true);
        if (word == "partition") return has(2) && partition();
        if (word == "shipped") return has(2) && (setup_.shipped.emplace_back(at(0), at(1)), true);
        if (word == "saved") return has(3) && (setup_.saved.push_back({at(0), at(1), at(2)}), true);
        if (word == "lab") return has(2) && (setup_.lab_file = at(0), setup_.lab_text = at(1), true);
        if (word == "own") return !fields_->empty() && own();
        return word == "given" && has(3) && given();
    }
    /// Whether all is there that every run has.
    bool whole() const {
        return setup_.start != Instant{} && !setup_.keys.server.empty() && !setup_.user.empty();
    }

private:
    const std::string& at(std::size_t i) const { return (*fields_)[i]; }
    bool has(std::size_t count) const { return fields_->size() == count; }
    /// One field of so many bytes.
    bool has(std::size_t bytes, std::size_t field) const {
        return has(field + 1) && at(field).size() == bytes;
    }

    template <typename Number>
    bool number(std::size_t i, Number& n) const {
        const char* const end = at(i).data() + at(i).size();
        const auto result = std::from_chars(at(i).data(), end, n);
        return result.ec == std::errc() && result.ptr == end;
    }
    bool length(std::size_t i, Duration& d) const {
        std::int64_t n = 0;
        if (!number(i, n)) return false;
        d = Duration(n);
        return true;
    }
    bool time(std::size_t i, Instant& instant) const {
        Duration since{};
        if (!length(i, since)) return false;
        instant = Instant(since);
        return true;
    }
    bool seed() {
        std::copy(at(0).begin(), at(0).end(), setup_.seed.begin());
        return true;
    }
    bool keys() {
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(at(0).data());
        auto read = sslserv::LabKeys::read({bytes, at(0).size()});
        if (read) setup_.keys = std::move(*read);
        return read.has_value();
    }
    bool user() {
        const auto name = Name8::parse(at(0));
        if (!name) return false;
        setup_.user = *name;
        setup_.typing = at(1) == "typing";
        setup_.can_edit = at(2) == "editor";
        return true;
    }
    bool passive() {
        setup_.passive.emplace();
        return number(0, setup_.passive->first) && number(1, setup_.passive->second);
    }
    bool partition() {
        setup_.partition.emplace();
        return length(0, setup_.partition->first) && length(1, setup_.partition->second);
    }
    /// The node, and the labels of the key database behind a "labels", when they are known.
    bool own() {
        auto& options = setup_.given.emplace().options;
        if (!at(0).empty() && !(options.node = Name8::parse(at(0)))) return false;
        if (fields_->size() > 1) options.labels.emplace(fields_->begin() + 2, fields_->end());
        for (const auto& [path, text] : setup_.shipped)
            if (path == "TCPMAINT.591/IBM.DTCPARMS") {
                profiles::SourceText source{{"IBM", "DTCPARMS", {'E', '1'}}, {}};
                for (const auto& line : plain_text(text).lines) source.lines.push_back(line.text);
                options.shipped_dtcparms.push_back(std::move(source));
            }
        return true;
    }
    bool given() {
        auto name = read_host_file_name(at(1));
        if (!name || !setup_.given) return false;
        setup_.given->files.push_back({at(1), std::move(*name), plain_text(at(2)), at(0) == "shipped"});
        return true;
    }

    RunSetup& setup_;
    const std::vector<std::string>* fields_ = nullptr;
};

}  // namespace

std::vector<RecordingLine> recording_of(const RunSetup& setup) {
    std::vector<RecordingLine> lines;
    const auto add = [&](std::string word, std::vector<std::string> fields) {
        lines.push_back({0, std::move(word), std::move(fields)});
    };
    add("recording", {std::string(kRecordingVersion), VMLAB_VERSION});
    add("start", {decimal(setup.start.time_since_epoch().count())});
    add("seed", {text_of(setup.seed)});
    add("keys", {text_of(setup.keys.serialize())});
    add("user", {setup.user.str(), setup.typing ? "typing" : "serving", setup.can_edit ? "editor" : "none"});
    if (setup.passive) add("passive", {decimal(setup.passive->first), decimal(setup.passive->second)});
    add("loss", {decimal(setup.loss_ppm)});
    if (setup.partition)
        add("partition", {decimal(setup.partition->first.count()), decimal(setup.partition->second.count())});
    if (setup.tap) add("tap", {});
    for (const auto& [path, text] : setup.shipped) add("shipped", {path, text});
    if (setup.given) {
        const auto& options = setup.given->options;
        std::vector<std::string> fields{options.node ? options.node->str() : ""};
        if (options.labels) {
            fields.emplace_back("labels");
            fields.insert(fields.end(), options.labels->begin(), options.labels->end());
        }
        add("own", std::move(fields));
        for (const auto& file : setup.given->files)
            add("given",
                {file.shipped ? "shipped" : "own",
                 fmt::format("{}/{}.{}", file.name.disk, file.name.name.view(), file.name.type.view()),
                 file.text.joined()});
    }
    if (!setup.lab_file.empty()) add("lab", {setup.lab_file, setup.lab_text});
    for (const auto& file : setup.saved) add("saved", {file.path, file.attributes, file.bytes});
    return lines;
}

std::optional<RunSetup> read_run_setup(const std::vector<RecordingLine>& lines, RecordingError& error) {
    RunSetup setup;
    SetupReader reader(setup);
    for (const auto& line : lines)
        if (!reader.take(line)) {
            error = {line.number, 1,
                     fmt::format("'{}' is nothing that a run is given, or not like this", line.word)};
            return std::nullopt;
        }
    if (reader.whole()) return setup;
    error = {1, 1, "the recording does not say all that a run is given"};
    return std::nullopt;
}

std::optional<RunSystem> system_of(const RunSetup& setup, std::string& error) {
    RunSystem run;
    run.good.start = virtual_start();
    run.good.seed = setup.seed;
    run.good.keys = setup.keys;
    run.good.files = setup.shipped;
    run.options = run.good;
    run.options.start = setup.start;
    run.options.loopback_clients = true;
    run.options.tap = setup.tap;
    run.options.passive_ports = setup.passive;
    run.options.saved = setup.saved;
    if (setup.given) {
        auto supplied = supply(*setup.given, setup.shipped);
        run.options.files = std::move(supplied.files);
        run.options.around = std::move(supplied.around);
        run.said = std::move(supplied.said);
    }
    run.good.around = run.options.around;
    if (setup.lab_file.empty()) return run;
    auto reading = read_lab(setup.lab_file, setup.lab_text);
    if (reading.lab) {
        run.good = healthy_options(*reading.lab, std::move(run.good));
        run.options = broken_options(*reading.lab, std::move(run.options), reading.errors);
        run.lab = std::move(reading.lab);
    }
    if (reading.errors.empty()) return run;
    error = report_errors(reading.errors);
    return std::nullopt;
}

bool bring_up(const RunSetup& setup, World& world, LabSession* lab) {
    System& system = world.system();
    system.journal().keep_lines(true);
    for (const auto& line : recording_of(setup)) system.journal().add_line(line.line());
    world.ipl();
    const bool up =
        system.run_until(setup.start + kBringUp, [&] { return world.settled(world.main_stack()); });
    // A lab's fault may need commands of its own; they, too, are over before anybody is let in.
    while (lab && !lab->begun() && system.now() < setup.start + 2 * kBringUp) {
        lab->advance(world);
        system.run_until(system.now() + milliseconds{100});
    }
    if (setup.loss_ppm > 0) world.network().impairments(0).loss = setup.loss_ppm;
    if (setup.partition)
        world.network().partition(0, system.now() + setup.partition->first,
                                  system.now() + setup.partition->first + setup.partition->second);
    if (!setup.typing) return up;
    world.log_on_at_prompt(setup.user);
    system.run_until(system.now() + milliseconds{1},
                     [&] { return world.virtual_machine(setup.user)->logged_on(); });
    return up;
}

}  // namespace vmlab::sim
