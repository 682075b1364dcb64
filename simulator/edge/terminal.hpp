// The person's side: lines typed, lines shown.
//
// At a terminal libedit edits the line (history, completion) inside the libuv loop; what machines say is
// printed above the prompt without tearing it. Where stdin or stdout is no terminal, lines come as they are
// (pipe, file, a terminal that does its own editing) and are echoed behind the prompt, so that the output
// reads as a session. A line is delivered only while the console wants input (set_ready), one at a time.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/edge/host.hpp"

struct uv_loop_s;

namespace vmlab::sim {

/// The line without what would steer a terminal: neither controls of ASCII nor those that UTF-8 has at U+0080
/// to U+009F.
[[nodiscard]] std::string harmless(std::string_view line);

class TerminalListener {
public:
    virtual void line_typed(const std::string& line) = 0;
    /// End of input: Ctrl-D on an empty line, or the pipe's end.
    virtual void input_ended() = 0;
    /// What the last word of `line` may become, whole words.
    virtual std::vector<std::string> completions(const std::string& line) = 0;

protected:
    ~TerminalListener() = default;
};

struct TerminalOptions {
    std::string prompt = "vmlab> ";
    std::string history_file{};  ///< empty: history ends with the run
    ColorWish color = ColorWish::automatic;
};

class Terminal {
public:
    Terminal(uv_loop_s* loop, TerminalListener& listener, TerminalOptions options);
    ~Terminal();
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

    bool interactive() const;  ///< both stdin and stdout are terminals

    void start();
    void stop();  ///< gives the terminal back as it was

    /// Shown at the next paint() or flush(), on stdout.
    void print(std::string_view line, bool highlight = false);
    void paint();
    /// Delivers a typed line if the console wants one, and shows what was printed. True: call again at once.
    bool flush();
    void set_ready(bool ready);
    /// Ctrl-C: true when a typed line was thrown away, false when there was none.
    bool discard_typed_line();

    /// Gives the terminal back as it was while the process is stopped (Ctrl-Z), and takes it again.
    void lend();
    void take_back();

    /// Gives the terminal to the host's editor ($VISUAL, $EDITOR, else vi) for this text; false when there is
    /// no terminal or the editor failed, and then `text` is as before.
    bool edit(const std::string& title, std::string& text);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace vmlab::sim
