// The CP console: drawing, pauses, keys.
#include "services/tn3270/console_screen.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "services/tn3270/line_editing.hpp"
#include "stack/base/names.hpp"

namespace vmlab::services::tn3270 {

ConsoleScreen::ConsoleScreen(Geometry size, bool extended, CodePage page, std::string system,
                             TerminalSettings settings)
    : size_(size),
      extended_(extended),
      page_(page),
      system_(std::move(system)),
      settings_(std::move(settings)) {}

// ── drawing
// ──────────────────────────────────────────────────────────────────────────────────────────────────────

std::string_view ConsoleScreen::status() const {
    if (refused_until_) return "NOT ACCEPTED";
    switch (pause_) {
        case Pause::more:
        case Pause::alarmed: return "MORE...";
        case Pause::holding: return "HOLDING";
        case Pause::none: break;
    }
    switch (state_) {
        case ConsoleState::cp_read: return "CP READ";
        case ConsoleState::vm_read: return "VM READ";
        case ConsoleState::running: break;
    }
    return "RUNNING";
}

void ConsoleScreen::put_frame(RecordWriter& record) const {
    const unsigned last = size_.rows, width = size_.columns;
    const std::uint8_t input = hidden_ && !refused_until_ ? kInputModifiedHidden : kInputModified;
    const auto attribute = [&](std::uint8_t value) { extended_ ? record.sfe(value) : record.sf(value); };
    record.sba(last, width).sf(kProtected);
    record.sba(last - 2, width);
    attribute(input);
    record.sba(last, width - 20);
    attribute(kProtected);
    // NOT ACCEPTED is longer than the ten cells of the others and takes its last two from the gap behind.
    const std::string_view word = status();
    record.text(fmt::format("{:<10}{:<{}.8}", word, system_, word.size() > 10 ? 6 : 8), page_);
    record.sf(kProtected);
}

void ConsoleScreen::put_empty_input(RecordWriter& record) const {
    record.sba(size_.rows - 1u, 1).ra(size_.rows, size_.columns - 20u, 0x00).sba(size_.rows - 1u, 1).ic();
}

void ConsoleScreen::send_frame(std::uint8_t wcc, ConsoleSink& out) const {
    RecordWriter record = update(wcc);
    put_frame(record);
    out.send_record(record.take());
}

void ConsoleScreen::erase_output(bool terminal_is_blank, ConsoleSink& out) {
    next_row_ = 1;
    const unsigned last = size_.rows, width = size_.columns;
    if (!terminal_is_blank) {  // what the user is typing stays
        RecordWriter record = update();
        record.sba(1, 1).ra(last - 2, width, 0x00);
        put_frame(record);
        return out.send_record(record.take());
    }
    const bool alternate = size_ != Geometry{24, 80};
    RecordWriter record(alternate ? Command::erase_write_alternate : Command::erase_write, kWccRestore,
                        size_);
    record.sba(last - 2, width).text(" ").ic();
    put_frame(record);
    out.send_record(record.take());
}

void ConsoleScreen::write_row(const Row& row, ConsoleSink& out) {
    RecordWriter record = update();
    record.sba(next_row_, 1);
    if (row.kind == Row::Kind::priority) {
        record.sf(kProtectedBright).cells(row.cells).sf(kProtected);
    } else {
        if (extended_) record.sa(0x41, 0).sa(0x42, 0);
        record.cells(row.cells);
        if (extended_) record.sa(0, 0);
    }
    put_frame(record);
    out.send_record(record.take());
    ++next_row_;
}

// ── output
// ───────────────────────────────────────────────────────────────────────────────────────────────────────

void ConsoleScreen::open(std::string_view echo, Instant now, ConsoleSink& out) {
    erase_output(true, out);
    if (!echo.empty()) show_line(echo, false, now, out);
    line_taken_ = true;
}

void ConsoleScreen::queue_line(std::string_view text, bool priority, ConsoleSink& out) {
    Bytes cells = ebcdic_of(text, page_);
    if (cells.empty()) cells.push_back(0x40);
    const std::size_t width = priority ? size_.columns - 2u : size_.columns;
    for (std::size_t at = 0; at < cells.size(); at += width) {
        const auto from = cells.begin() + std::ptrdiff_t(at);
        const auto to = cells.begin() + std::ptrdiff_t(std::min(at + width, cells.size()));
        queue_.push_back({priority ? Row::Kind::priority : Row::Kind::normal, Bytes(from, to)});
    }
    if (queue_.size() <= kMaxBacklog) return;
    queue_.erase(queue_.begin(), queue_.end() - std::ptrdiff_t(kMaxBacklog));
    if (gave_up_rows_) return;
    gave_up_rows_ = true;
    out.note(
        {RecordKind::drop,
         fmt::format("console-backlog: more than {} rows wait behind a full screen; the oldest are given up",
                     kMaxBacklog)});
}

void ConsoleScreen::show_line(std::string_view text, bool priority, Instant now, ConsoleSink& out) {
    line_taken_ = true;
    queue_line(text, priority, out);
    if (priority && settings_.hold && (pause_ == Pause::more || pause_ == Pause::alarmed))
        return begin_pause(Pause::holding, now, out);
    drain_queue(now, out);
}

void ConsoleScreen::drain_queue(Instant now, ConsoleSink& out) {
    while (!queue_.empty() && pause_ == Pause::none) {
        if (queue_.front().kind == Row::Kind::clear) {
            erase_output(false, out);
            queue_.pop_front();
            continue;
        }
        if (next_row_ > output_rows()) {
            if (!never_pauses()) {
                const bool urgent = std::any_of(queue_.begin(), queue_.end(), [](const Row& row) {
                    return row.kind == Row::Kind::priority;
                });
                return begin_pause(urgent && settings_.hold ? Pause::holding : Pause::more, now, out);
            }
            erase_output(false, out);
        }
        write_row(queue_.front(), out);
        queue_.pop_front();
    }
    if (queue_.empty()) gave_up_rows_ = false;
}

void ConsoleScreen::begin_pause(Pause pause, Instant now, ConsoleSink& out) {
    pause_ = pause;
    pause_until_.reset();
    if (pause == Pause::more) pause_until_ = now + seconds{settings_.more_seconds};
    if (pause == Pause::alarmed) pause_until_ = now + seconds{settings_.more_alarm_seconds};
    if (pause == Pause::holding && !settings_.hold)
        pause_until_ = now + seconds{settings_.more_seconds} + seconds{settings_.more_alarm_seconds};
    send_frame(pause == Pause::alarmed ? kWccAlarmRestore : kWccRestore, out);
}

void ConsoleScreen::next_screenful(bool terminal_is_blank, Instant now, ConsoleSink& out) {
    pause_ = Pause::none;
    pause_until_.reset();
    erase_output(terminal_is_blank, out);
    drain_queue(now, out);
}

void ConsoleScreen::show_state(ConsoleState state, bool hidden_input, ConsoleSink& out) {
    line_taken_ = true;
    if (state_ == state && hidden_ == hidden_input) return;
    state_ = state;
    hidden_ = hidden_input;
    if (pause_ == Pause::none) send_frame(kWccRestore, out);
}

void ConsoleScreen::clear(Instant now, ConsoleSink& out) {
    line_taken_ = true;
    queue_.push_back({Row::Kind::clear, {}});
    drain_queue(now, out);
}

void ConsoleScreen::set(TerminalSettings settings, Instant now, ConsoleSink& out) {
    settings_ = std::move(settings);
    if (pause_ == Pause::none) return;
    if (never_pauses()) next_screenful(false, now, out);
    else begin_pause(pause_ == Pause::holding ? Pause::holding : Pause::more, now, out);
}

void ConsoleScreen::flush(Instant now, ConsoleSink& out) {
    if (queue_.size() > output_rows())
        queue_.erase(queue_.begin(), queue_.end() - std::ptrdiff_t(output_rows()));
    if (pause_ != Pause::none) next_screenful(false, now, out);
}

// ── keys
// ─────────────────────────────────────────────────────────────────────────────────────────────────────────

void ConsoleScreen::receive(const Inbound& inbound, Instant now, ConsoleSink& out) {
    if (pause_ != Pause::none) return receive_paused(inbound, now, out);
    if (inbound.is(Aid::enter)) return receive_enter(inbound, now, out);
    if (inbound.is(Aid::clear)) return erase_output(true, out);
    if (inbound.is(Aid::pa2)) return erase_output(false, out);
    if (const unsigned pf = inbound.pf()) return receive_pf(pf, inbound, out);
    if (inbound.is(Aid::pa1)) out.entered(TerminalKey::pa1, 0, {});
    send_frame(kWccRestore, out);  // every key locks the keyboard
}

void ConsoleScreen::receive_paused(const Inbound& inbound, Instant now, ConsoleSink& out) {
    if (inbound.is(Aid::enter))
        return begin_pause(pause_ == Pause::holding ? Pause::more : Pause::holding, now, out);
    if (inbound.is(Aid::clear)) return next_screenful(true, now, out);
    if (inbound.is(Aid::pa2)) return next_screenful(false, now, out);
    if (inbound.is(Aid::pa1)) {
        queue_.clear();
        return next_screenful(false, now, out);
    }
    if (const unsigned pf = inbound.pf()) {
        next_screenful(false, now, out);
        return receive_pf(pf, inbound, out);
    }
    send_frame(kWccRestore, out);
}

void ConsoleScreen::receive_enter(const Inbound& inbound, Instant now, ConsoleSink& out) {
    const unsigned field = size_.at(size_.rows - 1u, 1);
    const std::string typed = inbound.text_at(field, page_).value_or(std::string());
    if (refused_until_ || (!line_taken_ && !typed.empty())) return refuse_input(now, out);

    RecordWriter record = update();
    put_frame(record);
    put_empty_input(record);
    out.send_record(record.take());
    retrieved_ = 0;
    if (hidden_ || typed.empty()) {
        line_taken_ = typed.empty();
        return out.entered(TerminalKey::enter, 0, typed);
    }
    if (typed_before_.empty() || typed_before_.front() != typed) typed_before_.push_front(typed);
    if (typed_before_.size() > kRetrieveBuffers) typed_before_.pop_back();
    show_line(state_ == ConsoleState::cp_read ? upper(typed) : typed, false, now, out);
    line_taken_ = false;
    for (std::string& line : edited_lines(typed, settings_))
        out.entered(TerminalKey::enter, 0, std::move(line));
}

void ConsoleScreen::refuse_input(Instant now, ConsoleSink& out) {
    refused_until_ = now + kNotAcceptedTime;
    out.note({RecordKind::refusal, "NOT ACCEPTED: CP has not taken the line before"});
    send_frame(kWccAlarmRestore, out);
}

void ConsoleScreen::receive_pf(unsigned pf, const Inbound& inbound, ConsoleSink& out) {
    if (settings_.retrieve_keys & 1u << pf) return retrieve(out);
    send_frame(kWccRestore, out);
    const unsigned field = size_.at(size_.rows - 1u, 1);
    out.entered(TerminalKey::pf, pf, inbound.text_at(field, page_).value_or(std::string()));
}

void ConsoleScreen::retrieve(ConsoleSink& out) {
    RecordWriter record = update();
    put_frame(record);
    if (!typed_before_.empty()) {
        const std::string& line = typed_before_[retrieved_];
        retrieved_ = (retrieved_ + 1) % typed_before_.size();
        record.sba(size_.rows - 1u, 1).text(line, page_).ic();
        // A line that fills the area leaves nothing to erase: RA to its own address would go round the
        // screen.
        const std::size_t room = size_.at(size_.rows, size_.columns - 20u) - size_.at(size_.rows - 1u, 1);
        if (cells_of(line) < room) record.ra(size_.rows, size_.columns - 20u, 0x00);
    }
    out.send_record(record.take());
}

// ── time
// ─────────────────────────────────────────────────────────────────────────────────────────────────────────

void ConsoleScreen::tick(Instant now, ConsoleSink& out) {
    if (refused_until_ && *refused_until_ <= now) {
        refused_until_.reset();
        line_taken_ = true;  // retyped, it is accepted
        send_frame(kWccRestore, out);
    }
    if (!pause_until_ || *pause_until_ > now) return;
    if (pause_ == Pause::more) begin_pause(Pause::alarmed, now, out);
    else next_screenful(false, now, out);
}

std::optional<Instant> ConsoleScreen::next_deadline() const {
    if (!refused_until_) return pause_until_;
    return pause_until_ ? std::min(*pause_until_, *refused_until_) : refused_until_;
}

}  // namespace vmlab::services::tn3270
