#include "simulator/replay_command.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <memory>

#include "simulator/edge/terminal.hpp"
#include "simulator/edge/work_directory.hpp"
#include "simulator/host_files.hpp"
#include "simulator/network/capture.hpp"
#include "simulator/run_options.hpp"
#include "simulator/run_setup.hpp"
#include "simulator/system/playback.hpp"
#include "simulator/virtual_run.hpp"
#include "simulator/why_command.hpp"
#include "stack/base/overloaded.hpp"

namespace vmlab::sim {
namespace {

constexpr std::size_t kShownOfLine = 300;

/// The recorded journal beside the one that is written again, line by line.
class Comparison {
public:
    explicit Comparison(std::string_view recorded) : left_(recorded) {}

    /// Whole lines that were written. False, with differs() to say so, from the first other one on. What
    /// comes behind the end of the recorded journal is not compared.
    bool same(std::string_view written) {
        while (differs_.empty() && !written.empty() && !left_.empty()) {
            const auto mine = line_of(written), other = line_of(left_);
            ++number_;
            if (mine == other) continue;
            differs_ = fmt::format("{}:1: this run goes another way\n  recorded: {}\n  now:      {}", number_,
                                   other.substr(0, kShownOfLine), mine.substr(0, kShownOfLine));
        }
        return differs_.empty();
    }
    bool all() const { return left_.empty(); }
    const std::string& differs() const { return differs_; }

private:
    static std::string_view line_of(std::string_view& text) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        return line;
    }

    std::string_view left_;
    std::size_t number_ = 0;
    std::string differs_{};
};

/// The laptop of a recorded run: shows what the person saw, and answers as was answered then.
class Replay final : private Outside {
public:
    explicit Replay(const ReplayOptions& options) : options_(options) {}

    int run() {
        if (!read()) {
            fmt::print(stderr, "vmlab: {}\n", error_);
            return kInvalidInput;
        }
        World world(system_->options, *this);
        world.set_prover(prover_against(system_->good, world.files_now()));
        world_ = &world;
        (void)bring_up(*setup_, world, lab_.get());
        world_is_up_ = true;
        play();
        write_down();
        if (!options_.pcap.empty()) pcap_.append(capture_.take());
        if (!options_.consoles.empty()) consoles_.append(report_consoles(world.system()));
        return conclusion();
    }

private:
    bool refuse(std::size_t line, std::size_t column, std::string_view what) {
        error_ = fmt::format("{}:{}:{}: {}", options_.recording, line, column, what);
        return false;
    }

    bool read() {
        auto text = read_host_file(options_.recording);
        if (!text) {
            error_ = options_.recording + " cannot be read";
            return false;
        }
        text_ = std::move(*text);
        if (options_.partial) text_.resize(text_.rfind('\n') + 1);
        RecordingError at;
        auto recorded = read_recorded_run(text_, at);
        if (!recorded) return refuse(at.line, at.column, at.what);
        recorded_ = std::move(*recorded);
        playback_ = Playback(recorded_.inputs);
        comparison_ = Comparison(text_);
        if (!recorded_.recorded())
            return refuse(
                1, 1,
                "there is no recording in this journal: runs in real time have one (with --virtual, the "
                "same --seed is the same run)");
        if (!recorded_.ended() && !options_.partial)
            return refuse(recorded_.lines + 1, 1,
                          "the recording has no end: the run was cut off (--partial replays what there is)");
        setup_ = read_run_setup(recorded_.given, at);
        if (!setup_) return refuse(at.line, at.column, at.what);
        system_ = system_of(*setup_, error_);
        return system_ && open_files();
    }

    bool open_files() {
        if (system_->lab) lab_ = std::make_unique<LabSession>(*system_->lab);
        if (!options_.pcap.empty()) system_->options.capture = &capture_;
        for (const auto& [file, path] : {std::pair{&pcap_, &options_.pcap},
                                         {&journal_, &options_.journal},
                                         {&consoles_, &options_.consoles}})
            if (!path->empty() && !file->open(*path, error_)) return false;
        return true;
    }

    void play() {
        System& system = world_->system();
        while (playback_.next() && write_down()) {
            switch (playback_.approach(system)) {
                case Playback::Place::before: break;
                case Playback::Place::here: enter(); break;
                case Playback::Place::elsewhere:
                    if (write_down())
                        lost_ = fmt::format("{}:1: this run does not come to where that input came",
                                            playback_.next()->number);
                    return;
            }
        }
        if (recorded_.ended() || recorded_.entries.empty()) return;
        const Instant last = recorded_.entries.back().at;
        while (write_down() && !system.idle() && system.next_time() <= last) system.step();
    }

    void enter() {
        Input what = playback_.next()->what;
        playback_.pass();
        const auto* entered = std::get_if<EventEntered>(&what);
        const auto* typed = entered ? std::get_if<ConsoleTyped>(&entered->event) : nullptr;
        const auto* told = std::get_if<ProgramTold>(&what);
        const std::string line = typed ? typed->text : told ? told->line : "";
        const bool for_lab = told && lab_ && LabSession::is_for(line);
        const bool looked = lab_ && std::holds_alternative<LabLookedAt>(what);
        if (typed || told) show(line);
        world_->system().enter(std::move(what));
        if (for_lab) (void)lab_->typed(line, *world_);
        if (looked) lab_->advance(*world_);
        if (!for_lab && !looked) return;
        std::string text = lab_->take_text();
        if (text.ends_with('\n')) text.pop_back();
        if (!text.empty()) show(text);
    }

    /// False as soon as the journal is not the recorded one.
    bool write_down() {
        if (!options_.pcap.empty()) pcap_.append(capture_.take(world_->now()));
        const auto lines = world_->system().journal().take_lines();
        if (!options_.journal.empty()) journal_.append(lines);
        return lost_.empty() && comparison_.same(lines);
    }

    int conclusion() {
        const auto events = world_->system().events();
        std::string why = comparison_.differs().empty() ? lost_ : comparison_.differs();
        if (why.empty() && !comparison_.all() && !options_.partial) why = "the recorded run has more records";
        if (!why.empty()) {
            fmt::print(stderr, "vmlab: {}:{}\n", options_.recording, why);
            return kCheckFailed;
        }
        fmt::print(stderr, "vmlab: {} inputs, {} events: the same run, record for record\n",
                   recorded_.inputs.size(), events);
        return kOk;
    }

    void show(std::string_view text) const {
        if (!setup_->typing) return;
        for (std::size_t at = 0; at <= text.size();) {
            const auto end = std::min(text.find('\n', at), text.size());
            fmt::print("{}\n", harmless(text.substr(at, end - at)));
            at = end + 1;
        }
    }

    // ── Outside ───────────────────────────────────────────────────────────────
    void console_line(const Userid& machine, const std::string& line, bool) override {
        if (machine == setup_->user) show(line);
    }
    bool can_edit() const override { return setup_->can_edit; }
    bool edit_text(const std::string&, std::string& text) override {
        const auto* input = world_is_up_ ? playback_.next_within(world_->system()) : nullptr;
        const auto* edited = input ? std::get_if<TextEdited>(&input->what) : nullptr;
        if (!edited) return false;
        const auto now = edited->text;
        enter();
        if (now) text = *now;
        return now.has_value();
    }
    /// The host may have refused the port, and that was remembered.
    void listening(const Endpoint&, bool) override {
        while (world_is_up_) {
            const auto* input = playback_.next_within(world_->system());
            if (!input || !std::holds_alternative<HostNoted>(input->what)) return;
            enter();
        }
    }
    void key_log(const std::string& line) override {
        if (logs_keys()) capture_.add_secrets(line + "\n", world_->now());
    }
    bool logs_keys() const override { return !options_.pcap.empty(); }

    const ReplayOptions& options_;
    std::string error_{}, text_{}, lost_{};
    RecordedRun recorded_{};
    std::optional<RunSetup> setup_{};
    std::optional<RunSystem> system_{};
    std::unique_ptr<LabSession> lab_{};
    Capture capture_{};
    GrowingFile pcap_{}, journal_{}, consoles_{};
    Playback playback_{{}};
    Comparison comparison_{{}};
    World* world_ = nullptr;
    bool world_is_up_ = false;
};

}  // namespace

int replay(const ReplayOptions& options) { return Replay(options).run(); }

}  // namespace vmlab::sim
