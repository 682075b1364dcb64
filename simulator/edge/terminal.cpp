#include "simulator/edge/terminal.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <optional>
#include <utility>

#include "simulator/edge/line_editor.hpp"

extern char** environ;

namespace vmlab::sim {
namespace {

/// How long the rest of an escape sequence may take before it was the Escape key alone.
constexpr std::uint64_t kEscapeMs = 100;
/// A pipe's line longer than this is cut into several: no input grows memory without bound.
constexpr std::size_t kLongestLine = 64 * 1024;
/// Lines read ahead of a console that is busy; what is behind them waits.
constexpr std::size_t kLinesAhead = 10'000;

/// Writes a text to a file of its own in the temporary directory; its path, or nothing.
std::optional<std::string> temporary_file(const std::string& title, const std::string& text) {
    std::string name;
    for (const char c : title)
        name += (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '-';
    const char* directory = std::getenv("TMPDIR");
    std::string path = fmt::format("{}/vmlab-XXXXXX-{}", directory && *directory ? directory : "/tmp", name);
    const int fd = ::mkostemps(path.data(), int(name.size() + 1), O_CLOEXEC);  // mode 0600
    if (fd < 0) return std::nullopt;
    const bool written = ::write(fd, text.data(), text.size()) == ssize_t(text.size());
    ::close(fd);
    if (written) return path;
    ::unlink(path.c_str());
    return std::nullopt;
}

/// While it lives, keys that send signals are another program's: Ctrl-C does not end us, Ctrl-Z stops both.
class SignalsElsewhere {
public:
    SignalsElsewhere() {
        for (std::size_t i = 0; i < kSignals.size(); ++i) {
            struct sigaction action {};
            action.sa_handler = kSignals[i] == SIGTSTP ? SIG_DFL : SIG_IGN;
            ::sigaction(kSignals[i], &action, &before_[i]);
        }
    }
    ~SignalsElsewhere() {
        for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &before_[i], nullptr);
    }
    SignalsElsewhere(const SignalsElsewhere&) = delete;
    SignalsElsewhere& operator=(const SignalsElsewhere&) = delete;

private:
    static constexpr std::array kSignals{SIGINT, SIGQUIT, SIGTSTP};
    std::array<struct sigaction, kSignals.size()> before_{};
};

/// Starts a shell command on a file, with the signals as a shell would hand them on. Its process, or -1.
pid_t start_command(std::string command, std::string file) {
    std::string shell = "sh", option = "-c", zero = "vmlab";
    const std::array<char*, 6> arguments{shell.data(), option.data(), command.data(),
                                         zero.data(),  file.data(),   nullptr};
    sigset_t usual{};
    ::sigemptyset(&usual);
    for (const int number : {SIGINT, SIGQUIT, SIGPIPE}) ::sigaddset(&usual, number);
    posix_spawnattr_t attributes{};
    ::posix_spawnattr_init(&attributes);
    ::posix_spawnattr_setsigdefault(&attributes, &usual);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    pid_t child = -1;
    const int error = ::posix_spawnp(&child, "sh", nullptr, &attributes, arguments.data(), environ);
    ::posix_spawnattr_destroy(&attributes);
    return error == 0 ? child : -1;
}

/// Runs the person's editor on the file and waits. True when it ended well.
bool run_editor(const std::string& path) {
    const SignalsElsewhere during;
    const pid_t child = start_command("exec ${VISUAL:-${EDITOR:-vi}} \"$1\"", path);
    if (child < 0) return false;
    int status = 0;
    while (::waitpid(child, &status, 0) < 0)
        if (errno != EINTR) return false;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

std::optional<std::string> read_text(const std::string& path) {
    std::FILE* file = std::fopen(path.c_str(), "rbe");
    if (!file) return std::nullopt;
    std::string text;
    char room[8192];
    while (const auto n = std::fread(room, 1, sizeof room, file)) text.append(room, n);
    const bool whole = std::ferror(file) == 0;
    std::fclose(file);
    return whole ? std::optional(std::move(text)) : std::nullopt;
}

}  // namespace

std::string harmless(std::string_view line) {
    std::string out;
    for (const char c : line) {
        const auto byte = static_cast<unsigned char>(c);
        const bool control = (byte < 0x20 && c != '\t') || byte == 0x7f;
        const bool high = byte >= 0x80 && byte < 0xa0 && !out.empty() && out.back() == '\xc2';
        if (high) out.back() = ' ';
        else out += control ? ' ' : c;
    }
    return out;
}

struct Terminal::Impl {
    uv_loop_t* loop;
    TerminalListener& listener;
    TerminalOptions options;
    bool interactive, color;
    std::unique_ptr<LineEditor> editor{};  // at a terminal
    int keyboard_fd = -1;
    uv_poll_t* keyboard = nullptr;
    uv_timer_t* escape = nullptr;
    uv_pipe_t* pipe = nullptr;  // without a terminal
    bool file = false;          // stdin is a file
    std::string partial{};      // of the pipe or file: a line that has not ended
    std::deque<std::string> typed{};
    bool started = false, ready = true, ended = false, ended_told = false;
    std::string shown{};  // waits for flush()
    std::array<char, 16384> room{};

    void start_terminal();
    void start_pipe();
    void read_on();
    void read_file();
    void keyboard_readable();
    void take_lines();
    void from_pipe(std::string_view bytes);
    void input_over();
    void deliver();
    void paint();
};

/// The terminal of stdin, opened once more: libuv makes what it waits for non-blocking, and stdout would
/// share stdin's flags. Without a name: stdin itself.
int keyboard_of_stdin() {
    std::array<char, 256> name{};
    int fd = -1;
    if (::ttyname_r(STDIN_FILENO, name.data(), name.size()) == 0)
        fd = ::open(name.data(), O_RDONLY | O_NOCTTY | O_CLOEXEC);
    return fd >= 0 ? fd : ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
}

template <typename Handle>
void close_and_delete(Handle*& handle) {
    if (!handle) return;
    uv_close(reinterpret_cast<uv_handle_t*>(std::exchange(handle, nullptr)),
             [](uv_handle_t* closed) { delete reinterpret_cast<Handle*>(closed); });
}

Terminal::Terminal(uv_loop_s* loop, TerminalListener& listener, TerminalOptions options)
    : impl_(std::make_unique<Impl>(Impl{loop, listener, std::move(options), false, false})) {
    impl_->interactive = ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
    impl_->color = use_color(STDOUT_FILENO, impl_->options.color);
}

Terminal::~Terminal() { stop(); }

bool Terminal::interactive() const { return impl_->interactive; }

void Terminal::start() {
    if (std::exchange(impl_->started, true)) return;
    if (impl_->interactive) impl_->start_terminal();
    else impl_->start_pipe();
}

void Terminal::Impl::start_terminal() {
    editor =
        std::make_unique<LineEditor>(options.prompt, options.history_file,
                                     [this](const std::string& line) { return listener.completions(line); });
    editor->begin();
    keyboard_fd = keyboard_of_stdin();
    keyboard = new uv_poll_t;
    uv_poll_init(loop, keyboard, keyboard_fd);
    keyboard->data = this;
    uv_poll_start(keyboard, UV_READABLE,
                  [](uv_poll_t* handle, int, int) { static_cast<Impl*>(handle->data)->keyboard_readable(); });
    escape = new uv_timer_t;
    uv_timer_init(loop, escape);
    escape->data = this;
}

void Terminal::Impl::keyboard_readable() {
    const auto n = ::read(keyboard_fd, room.data(), room.size());
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) return;
    if (n <= 0) return input_over();  // the terminal is gone
    editor->keys({room.data(), std::size_t(n)});
    take_lines();
    uv_timer_start(
        escape, [](uv_timer_t* timer) { static_cast<Impl*>(timer->data)->editor->flush_escape(); }, kEscapeMs,
        0);
}

void Terminal::Impl::take_lines() {
    for (;;) {
        auto result = editor->next();
        if (result.what == LineEditorResult::What::nothing) break;
        if (result.what == LineEditorResult::What::end) ended = true;
        else typed.push_back(std::move(result.line));
    }
}

/// What libuv can wait for is read as it comes; a file, or a device such as /dev/null, when lines are wanted.
void Terminal::Impl::start_pipe() {
    const auto kind = uv_guess_handle(STDIN_FILENO);
    file = kind != UV_NAMED_PIPE && kind != UV_TCP && kind != UV_TTY;
    if (!file) {
        pipe = new uv_pipe_t;
        uv_pipe_init(loop, pipe, 0);
        pipe->data = this;
        if (uv_pipe_open(pipe, kind == UV_TTY ? keyboard_of_stdin() : STDIN_FILENO) != 0) return input_over();
    }
    read_on();
}

void Terminal::Impl::read_on() {
    if (file) return read_file();
    if (!pipe) return;
    uv_read_start(
        reinterpret_cast<uv_stream_t*>(pipe),
        [](uv_handle_t* handle, std::size_t, uv_buf_t* buffer) {
            auto& shared = static_cast<Impl*>(handle->data)->room;
            *buffer = uv_buf_init(shared.data(), unsigned(shared.size()));
        },
        [](uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) {
            auto* self = static_cast<Impl*>(stream->data);
            if (count > 0) self->from_pipe({buffer->base, std::size_t(count)});
            if (count < 0) self->input_over();
            else if (self->typed.size() > kLinesAhead) uv_read_stop(stream);
        });
}

void Terminal::Impl::read_file() {
    while (typed.size() <= kLinesAhead) {
        const auto n = ::read(STDIN_FILENO, room.data(), room.size());
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return input_over();
        from_pipe({room.data(), std::size_t(n)});
    }
}

void Terminal::Impl::from_pipe(std::string_view bytes) {
    for (const char c : bytes) {
        if (c != '\n' && partial.size() < kLongestLine) {
            if (c != '\r') partial += c;
            continue;
        }
        typed.push_back(std::exchange(partial, c == '\n' ? std::string() : std::string(1, c)));
    }
}

void Terminal::Impl::input_over() {
    if (!partial.empty()) typed.push_back(std::exchange(partial, {}));
    ended = true;
    file = false;
    close_and_delete(keyboard);
    close_and_delete(pipe);
}

/// One line, if the console wants it. The next one waits for a turn of the loop, in which the world may
/// become busy.
void Terminal::Impl::deliver() {
    if (!started || !ready) return;
    if (typed.empty()) {
        if (ended && !std::exchange(ended_told, true)) listener.input_ended();
        return;
    }
    const std::string line = std::move(typed.front());
    typed.pop_front();
    if (typed.size() == kLinesAhead / 2) read_on();
    if (!interactive) shown += options.prompt + harmless(line) + "\n";
    listener.line_typed(line);
}

void Terminal::stop() {
    if (!std::exchange(impl_->started, false)) return;
    impl_->paint();
    close_and_delete(impl_->keyboard);
    close_and_delete(impl_->escape);
    close_and_delete(impl_->pipe);
    impl_->editor.reset();
    if (impl_->keyboard_fd >= 0) ::close(std::exchange(impl_->keyboard_fd, -1));
}

void Terminal::print(std::string_view line, bool highlight) {
    const bool bold = highlight && impl_->color;
    impl_->shown += (bold ? "\x1b[1m" : "") + harmless(line) + (bold ? "\x1b[0m" : "") + "\n";
}

void Terminal::Impl::paint() {
    if (shown.empty()) return;
    if (editor) editor->hide();
    std::fputs(shown.c_str(), stdout);
    std::fflush(stdout);
    shown.clear();
    if (editor) editor->show();
}

void Terminal::paint() { impl_->paint(); }

bool Terminal::flush() {
    impl_->deliver();
    impl_->paint();
    return impl_->started && impl_->ready && (!impl_->typed.empty() || (impl_->ended && !impl_->ended_told));
}

void Terminal::set_ready(bool ready) { impl_->ready = ready; }

bool Terminal::discard_typed_line() { return impl_->editor && impl_->editor->discard(); }

void Terminal::lend() {
    impl_->paint();
    if (impl_->editor) impl_->editor->end();
}

void Terminal::take_back() {
    if (impl_->editor) impl_->editor->begin();
}

/// Between two lines that were typed ahead no line is delivered: the world is in the middle of an event.
bool Terminal::edit(const std::string& title, std::string& text) {
    if (!impl_->interactive) return false;
    const auto path = temporary_file(title, text);
    if (!path) return false;
    lend();
    const bool edited = run_editor(*path);
    take_back();
    auto changed = edited ? read_text(*path) : std::nullopt;
    ::unlink(path->c_str());
    if (!changed) return false;
    text = std::move(*changed);
    return true;
}

}  // namespace vmlab::sim
