// The CP console on one 3270 display: output area, input area, status area.
//
//   rows 1..R-2   output, line n at column 1; a priority line has an attribute in column 1, text from column
//   2 row R-2, C    the input field's attribute (a line in that row loses its last cell) rows R-1..R   input,
//   up to column C-21 row R, C-20   status attribute; then 10 cells of state, 8 of the system identifier
//
//   pause     entered when                           left by
//   none      -                                      the area is full and more is queued
//   more      the area is full and more is queued    CLEAR, PA2, time n1+n2 → next screenful; ENTER →
//   holding;
//                                                    PA1 → the queue is thrown away; PF: next screenful, then
//                                                    its action
//   alarmed   n1 seconds in more                     as more, after n2 seconds
//   holding   ENTER in more; a priority line came    CLEAR, PA2 → next screenful; ENTER → more; PA1, PF as
//   more
//             while full                             (HOLD OFF: also time)
//
// NOT ACCEPTED: a line was entered before CP took the one before; shown for 3 seconds with the alarm, the
// input stays. Long lines go on in the next row; the area does not scroll. Source: cp-cms console facts
// (recorded streams of z/VM 3.1 to 7.x; CP Commands and Utilities Reference, TERMINAL).
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "services/tn3270/data_stream.hpp"
#include "stack/base/cause.hpp"
#include "stack/base/terminal_api.hpp"
#include "stack/base/time.hpp"

namespace vmlab::services::tn3270 {

/// Where a console's consequences go. Passed at each call, never kept.
class ConsoleSink {
public:
    virtual void send_record(Bytes record) = 0;
    virtual void entered(TerminalKey key, unsigned pf, std::string text) = 0;
    virtual void note(Record what) = 0;

protected:
    ~ConsoleSink() = default;
};

class ConsoleScreen {
public:
    /// Rows that wait behind a full screen; older ones are given up beyond that.
    static constexpr std::size_t kMaxBacklog = 4096;
    static constexpr std::size_t kRetrieveBuffers = 20;
    static constexpr Duration kNotAcceptedTime = seconds{3};

    ConsoleScreen(Geometry size, bool extended, CodePage page, std::string system, TerminalSettings settings);

    /// Clears the screen and shows `echo` (what was typed on the logo), unless empty, as the first line.
    void open(std::string_view echo, Instant now, ConsoleSink& out);
    void show_line(std::string_view text, bool priority, Instant now, ConsoleSink& out);
    void show_state(ConsoleState state, bool hidden_input, ConsoleSink& out);
    void clear(Instant now, ConsoleSink& out);
    void set(TerminalSettings settings, Instant now, ConsoleSink& out);
    /// Before a close: shows what is queued without pausing, the last screenful of it at least.
    void flush(Instant now, ConsoleSink& out);

    /// A key of the terminal.
    void receive(const Inbound& inbound, Instant now, ConsoleSink& out);
    void tick(Instant now, ConsoleSink& out);
    [[nodiscard]] std::optional<Instant> next_deadline() const;

private:
    enum class Pause : std::uint8_t { none, more, alarmed, holding };
    struct Row {
        enum class Kind : std::uint8_t { normal, priority, clear } kind = Kind::normal;
        Bytes cells{};
    };

    unsigned output_rows() const { return size_.rows - 2u; }
    bool never_pauses() const { return settings_.more_seconds == 0 && settings_.more_alarm_seconds == 0; }
    std::string_view status() const;

    void queue_line(std::string_view text, bool priority, ConsoleSink& out);
    void drain_queue(Instant now, ConsoleSink& out);
    void write_row(const Row& row, ConsoleSink& out);
    void begin_pause(Pause pause, Instant now, ConsoleSink& out);
    void next_screenful(bool terminal_is_blank, Instant now, ConsoleSink& out);
    void erase_output(bool terminal_is_blank, ConsoleSink& out);

    void receive_paused(const Inbound& inbound, Instant now, ConsoleSink& out);
    void receive_enter(const Inbound& inbound, Instant now, ConsoleSink& out);
    void receive_pf(unsigned pf, const Inbound& inbound, ConsoleSink& out);
    void refuse_input(Instant now, ConsoleSink& out);
    void retrieve(ConsoleSink& out);

    RecordWriter update(std::uint8_t wcc = kWccRestore) const { return {Command::write, wcc, size_}; }
    void put_frame(RecordWriter& record) const;  ///< input attribute and status
    void put_empty_input(RecordWriter& record) const;
    void send_frame(std::uint8_t wcc, ConsoleSink& out) const;

    Geometry size_;
    bool extended_;
    CodePage page_;
    std::string system_;
    TerminalSettings settings_;

    unsigned next_row_ = 1;  ///< output_rows() + 1 = full
    std::deque<Row> queue_;
    bool gave_up_rows_ = false;
    Pause pause_ = Pause::none;
    std::optional<Instant> pause_until_{};
    ConsoleState state_ = ConsoleState::running;
    bool hidden_ = false;
    bool line_taken_ = true;  ///< CP has shown a reaction to the last line entered
    std::optional<Instant> refused_until_{};
    std::deque<std::string> typed_before_;  ///< newest first
    std::size_t retrieved_ = 0;             ///< how many of them RETRIEVE has gone back
};

}  // namespace vmlab::services::tn3270
