#include "simulator/why_command.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <span>

#include "simulator/commands/explain.hpp"
#include "simulator/commands/explain_cipher.hpp"
#include "simulator/commands/explain_statement.hpp"
#include "simulator/commands/why.hpp"
#include "simulator/host_files.hpp"
#include "simulator/lab_commands.hpp"
#include "simulator/run_options.hpp"
#include "simulator/run_setup.hpp"
#include "simulator/scenario/lab_library.hpp"
#include "simulator/scenario/report.hpp"
#include "simulator/scenario/reproduction.hpp"
#include "simulator/scenario/runner.hpp"
#include "simulator/virtual_run.hpp"

namespace vmlab::sim {
namespace {

int refuse(const std::string& error) {
    fmt::print(stderr, "vmlab: {}\n", error);
    return kInvalidInput;
}

/// A journal; a line that is none of one is an error with its number.
std::optional<RecordedRun> read_journal(const std::string& path, std::string& error) {
    const auto text = read_host_file(path);
    if (!text) {
        error = path + " cannot be read";
        return std::nullopt;
    }
    RecordingError at;
    auto run = read_recorded_run(*text, at);
    if (!run)
        error = fmt::format("{}:{}:{}: {}; write a journal with vmlab run --journal", path, at.line,
                            at.column, at.what);
    return run;
}

/// The seed that a recorded run wrote into its journal; that of virtual runs when it wrote none.
Seed seed_of(const std::vector<JournalEntry>& journal) {
    for (const auto& entry : journal)
        if (const auto seed = entry.seed()) return *seed;
    return seed_from_number(1);
}

/// Lines of files by name and type, whichever disk they are on.
LineText lines_in(const ConfigurationFiles& files) {
    return [&files](const SourceLocation& where) -> std::optional<std::string> {
        const std::string name = "/" + where.file.name.str() + "." + where.file.type.str();
        for (const auto& [path, text] : files) {
            if (!path.ends_with(name)) continue;
            std::size_t begin = 0;
            for (std::uint32_t line = 1; line < where.line; ++line) {
                begin = text.find('\n', begin);
                if (begin == text.npos) return std::nullopt;
                ++begin;
            }
            return text.substr(begin, text.find('\n', begin) - begin);
        }
        return std::nullopt;
    };
}

/// What happens around the system, beside what does around the good one: that comes first.
std::vector<Circumstance> differing(std::span<const WirePlan> wires, std::span<const AttackerPlan> attackers,
                                    const WorldOptions& good) {
    return circumstances_of(wires.subspan(std::min(good.wires.size(), wires.size())), attackers);
}

}  // namespace

World::Prover prover_against(WorldOptions good, ConfigurationFiles first_files) {
    return [good = std::move(good), first_files = std::move(first_files)](
               World& world, const WhyQuestion& question, const WhyAnswer& answer) {
        const auto journal = world.journal().kept();
        return report_cure(prove_why(question, answer, good,
                                     {journal, world.files_now(), world.level().ipl, world.main_stack(),
                                      first_files, differing(world.wire_plans(), world.attackers(), good)}));
    };
}

namespace {

int explain_ciphers(std::span<const std::string> typed, bool json) {
    const auto question = find_ciphers(typed);
    for (const auto& word : question.unknown) fmt::print(stderr, "vmlab: {}\n", report_unknown_cipher(word));
    std::vector<std::string> lines;
    if (!json && typed.empty()) lines = report_cipher_table(question.found);
    else if (!json)
        for (const auto* suite : question.found)
            for (auto& line : report_cipher(*suite)) lines.push_back(std::move(line));
    if (json) fmt::print("{}", report_ciphers_json(question.found));
    for (const auto& line : lines) fmt::print("{}\n", line);
    return question.unknown.empty() ? kOk : kInvalidInput;
}

}  // namespace

int explain(const std::vector<std::string>& names, bool json) {
    if (!names.empty() && asks_for_ciphers(names.front()))
        return explain_ciphers(std::span(names).subspan(1), json);
    std::vector<const MessageDef*> messages;
    std::vector<const profiles::StatementText*> statements;
    bool all_known = true;
    for (const auto& name : names) {
        const auto found = find_messages(name);
        const auto also = find_statements(name);
        messages.insert(messages.end(), found.begin(), found.end());
        statements.insert(statements.end(), also.begin(), also.end());
        if (!found.empty() || !also.empty()) continue;
        all_known = false;
        for (const auto& line : report_unknown(name)) fmt::print(stderr, "vmlab: {}\n", line);
    }
    if (names.empty()) messages = all_messages();
    if (json) fmt::print("{}", report_explanations_json(messages, statements));
    for (const auto* message : messages)
        for (const auto& line : report_message(*message))
            if (!json) fmt::print("{}\n", line);
    for (const auto* statement : statements)
        for (const auto& line : report_statement(*statement))
            if (!json) fmt::print("{}\n", line);
    return all_known ? kOk : kInvalidInput;
}

void say_supplied(const SuppliedSystem& system) {
    for (const std::string& sentence : system.said) fmt::print(stderr, "supplied: {}\n", sentence);
}

namespace {

/// The systems of a recorded run, as it was given them.
bool read_recorded_systems(const RecordedRun& recorded, const std::string& path, WorldOptions& good,
                           WorldOptions& bad, std::string& error) {
    RecordingError at;
    const auto setup = read_run_setup(recorded.given, at);
    if (!setup) {
        error = fmt::format("{}:{}:{}: {}", path, at.line, at.column, at.what);
        return false;
    }
    const auto run = system_of(*setup, error);
    if (!run) return false;
    good = run->good;
    bad = run->good;
    bad.files = run->options.files;
    bad.around = run->options.around;
    bad.wires = run->options.wires;
    bad.attackers = run->options.attackers;
    return true;
}

/// The files of both systems. What stands around them is the same, so that a proof compares files alone: that
/// of the good system if it is given, else that of the one which is asked.
bool read_systems(const WhyOptions& options, WorldOptions& good, WorldOptions& bad, std::string& error) {
    GivenOptions of_good = options.given, of_bad = options.given;
    of_good.paths = {options.good.empty() ? baseline_folder() : options.good};
    const auto sound = read_and_supply(of_good, error);
    if (!sound) return false;
    good.files = sound->files;
    good.around = sound->around;
    bad = good;
    if (of_bad.paths.empty()) return true;
    const auto asked = read_and_supply(of_bad, error);
    if (!asked) return false;
    say_supplied(*asked);
    if (options.good.empty()) good.around = asked->around;
    bad = good;
    bad.files = asked->files;
    return true;
}

}  // namespace

int ask_why(const WhyOptions& options) {
    std::string error, words;
    for (const auto& word : options.words) words += (words.empty() ? "" : " ") + word;
    const auto question = read_why(words);
    if (!question || (!options.stack.empty() && !Userid::parse(options.stack))) {
        fmt::print(
            stderr,
            "vmlab: ask for LAST, a message number, CONN n, PORT n, a userid, an address, '#record', or "
            "words of a record\n");
        return kUsage;
    }
    RecordedRun recorded;
    if (!options.journal.empty()) {
        auto read = read_journal(options.journal, error);
        if (!read) return refuse(error);
        recorded = std::move(*read);
    }
    auto& journal = recorded.entries;
    WorldOptions good;
    good.start = virtual_start();
    good.seed = options.seed ? seed_from_number(*options.seed) : seed_of(journal);
    good.keys = cached_lab_keys();
    WorldOptions bad;
    const bool as_recorded =
        recorded.recorded() && options.given.paths.empty() && options.good.empty() && options.lab.empty();
    const bool read = as_recorded ? read_recorded_systems(recorded, options.journal, good, bad, error)
                                  : read_systems(options, good, bad, error);
    if (!read) return refuse(error);
    if (options.seed) good.seed = seed_from_number(*options.seed);
    const Userid stack = Userid::parse(options.stack).value_or(good.around.stacks.front());
    std::vector<TypedLine> typed;
    if (!options.lab.empty()) {
        std::vector<LabError> errors;
        const auto lab = find_lab(options.lab, labs_folder(), errors);
        if (lab) {
            good = healthy_options(*lab, std::move(good));
            bad = broken_options(*lab, bad, errors);
            typed = lab->before;
        }
        fmt::print(stderr, "{}", report_errors(errors));
        if (!errors.empty()) return kInvalidInput;
    }
    if (options.journal.empty()) {
        Outside nobody;
        World world(bad, nobody);
        bring_up_and_visit(world, good, typed);
        journal = world.journal().kept();
    }
    const auto answer = answer_why(*question, journal, stack);
    const auto line_text = lines_in(bad.files);
    if (options.json) fmt::print("{}", report_why_json(answer, line_text));
    else
        for (const auto& line : report_why(answer, line_text, kSystemZone)) fmt::print("{}\n", line);
    if (answer.chain.empty()) return kCheckFailed;
    if (!options.prove) return kOk;
    const auto cure = prove_why(
        *question, answer, good,
        {journal, bad.files, journal.front().at, stack, {}, differing(bad.wires, bad.attackers, good)});
    for (const auto& line : report_cure(cure)) fmt::print("{}\n", line);
    return cure.found() ? kOk : kCheckFailed;
}

}  // namespace vmlab::sim
