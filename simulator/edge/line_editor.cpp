#include "simulator/edge/line_editor.hpp"

#include <fmt/core.h>
#include <histedit.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cwchar>
#include <deque>
#include <utility>

namespace vmlab::sim {
namespace {

constexpr int kHistoryLines = 500;

unsigned columns_of_terminal() {
    winsize size{};
    return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

// ── the terminal as it was, for a crash: a shell at a raw terminal is of no use to anybody ─────────────────

constexpr std::array kDeaths{SIGABRT, SIGQUIT, SIGSEGV, SIGBUS};
termios terminal_before{};
std::array<struct sigaction, kDeaths.size()> actions_before{};

/// Gives the terminal back; then the signal does what it would have done: abort() and faults come again.
void dying(int number) {
    ::tcsetattr(STDIN_FILENO, TCSANOW, &terminal_before);
    for (std::size_t i = 0; i < kDeaths.size(); ++i) ::sigaction(kDeaths[i], &actions_before[i], nullptr);
    if (number == SIGQUIT) ::raise(number);
}

void guard_terminal() {
    ::tcgetattr(STDIN_FILENO, &terminal_before);
    struct sigaction action {};
    action.sa_handler = dying;
    for (std::size_t i = 0; i < kDeaths.size(); ++i) ::sigaction(kDeaths[i], &action, &actions_before[i]);
}

void unguard_terminal() {
    for (std::size_t i = 0; i < kDeaths.size(); ++i) ::sigaction(kDeaths[i], &actions_before[i], nullptr);
}

/// Length of the key at the front of `bytes`: 0 while it is not whole (Escape and what follows it, the rest
/// of a character in UTF-8).
std::size_t whole_key(const std::deque<char>& bytes) {
    const auto first = static_cast<unsigned char>(bytes.front());
    const std::size_t size = first < 0xc2 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 1;
    if (first != 0x1b) return size <= bytes.size() ? size : 0;
    if (bytes.size() == 1) return 0;
    if (bytes[1] != '[' && bytes[1] != 'O') return 2;
    for (std::size_t i = 2; i < bytes.size(); ++i)
        if (bytes[i] >= '@' && bytes[i] <= '~') return i + 1;
    return 0;
}

/// Keys of more than a character that mean something; others of their kind are no text.
constexpr std::string_view kKnownSequences[] = {"[A",  "[B",  "[C",  "[D",    "[H",   "[F",  "OA",
                                                "OB",  "OC",  "OD",  "OH",    "OF",   "[1~", "[3~",
                                                "[4~", "[7~", "[8~", "[1;5C", "[1;5D"};

bool is_unknown_sequence(const std::deque<char>& bytes, std::size_t size) {
    if (bytes.front() != '\x1b' || size < 3) return false;
    const std::string key(bytes.begin() + 1, bytes.begin() + std::ptrdiff_t(size));
    return std::find(std::begin(kKnownSequences), std::end(kKnownSequences), key) ==
           std::end(kKnownSequences);
}

std::string common_start(const std::vector<std::string>& words) {
    std::string start = words.front();
    for (const auto& word : words) {
        const auto differs = std::mismatch(start.begin(), start.end(), word.begin(), word.end()).first;
        start.erase(differs, start.end());
    }
    return start;
}

}  // namespace

struct LineEditor::Impl {
    EditLine* edit = nullptr;
    History* history = nullptr;
    std::string prompt, history_file;
    Completions completions;
    std::deque<char> keys{};
    std::size_t available = 0;  // bytes of `keys` that libedit may take now
    bool active = false;

    static Impl& of(EditLine* edit);
    static char* show_prompt(EditLine* edit);
    static int next_character(EditLine* edit, wchar_t* character);
    static unsigned char complete(EditLine* edit, int);
    void remember(const std::string& line);
};

LineEditor::Impl& LineEditor::Impl::of(EditLine* edit) {
    void* self = nullptr;
    el_get(edit, EL_CLIENTDATA, &self);
    return *static_cast<Impl*>(self);
}

char* LineEditor::Impl::show_prompt(EditLine* edit) { return of(edit).prompt.data(); }

/// libedit asks for a character: one of those we let it take, or "none".
int LineEditor::Impl::next_character(EditLine* edit, wchar_t* character) {
    Impl& self = of(edit);
    std::mbstate_t state{};
    while (self.available > 0) {  // a character of several bytes: until the last one
        const char byte = self.keys.front();
        self.keys.pop_front();
        --self.available;
        const auto got = std::mbrtowc(character, &byte, 1, &state);
        if (got == 0 || got == 1) return 1;
        if (got == std::size_t(-1)) state = std::mbstate_t{};
    }
    return 0;
}

/// Tab: the common start of all candidates; none can go on: the list of them.
unsigned char LineEditor::Impl::complete(EditLine* edit, int) {
    Impl& self = of(edit);
    const LineInfo* info = el_line(edit);
    const std::string line(info->buffer, info->cursor);
    auto words = self.completions(line);
    if (words.empty()) return CC_REFRESH_BEEP;
    const auto blank = line.find_last_of(' ');
    const std::string typed = blank == std::string::npos ? line : line.substr(blank + 1);
    const std::string start = common_start(words);
    if (words.size() == 1 || start.size() > typed.size()) {
        el_deletestr(edit, int(typed.size()));
        el_insertstr(edit, (start + (words.size() == 1 ? " " : "")).c_str());
        return CC_REFRESH;
    }
    std::string list = "\r\n";
    for (const auto& word : words) list += word + "  ";
    std::fputs((list + "\r\n").c_str(), stdout);
    std::fflush(stdout);
    return CC_REDISPLAY;
}

void LineEditor::Impl::remember(const std::string& line) {
    if (line.find_first_not_of(' ') == std::string::npos) return;
    HistEvent event{};
    ::history(history, &event, H_ENTER, line.c_str());
}

LineEditor::LineEditor(std::string prompt, std::string history_file, Completions completions)
    : impl_(std::make_unique<Impl>()) {
    impl_->prompt = std::move(prompt);
    impl_->history_file = std::move(history_file);
    impl_->completions = std::move(completions);
    std::setlocale(LC_CTYPE, "");
    HistEvent event{};
    impl_->history = history_init();
    ::history(impl_->history, &event, H_SETSIZE, kHistoryLines);
    ::history(impl_->history, &event, H_SETUNIQUE, 1);
    if (!impl_->history_file.empty()) ::history(impl_->history, &event, H_LOAD, impl_->history_file.c_str());
}

LineEditor::~LineEditor() {
    end();
    HistEvent event{};
    if (!impl_->history_file.empty()) {
        const auto mask = ::umask(0077);  // what was typed is the user's alone
        ::history(impl_->history, &event, H_SAVE, impl_->history_file.c_str());
        ::umask(mask);
    }
    history_end(impl_->history);
}

void LineEditor::begin() {
    if (std::exchange(impl_->active, true)) return;
    guard_terminal();
    EditLine* edit = impl_->edit = el_init("vmlab", stdin, stdout, stderr);
    el_set(edit, EL_CLIENTDATA, impl_.get());
    el_set(edit, EL_PROMPT, Impl::show_prompt);
    el_set(edit, EL_EDITOR, "emacs");
    el_set(edit, EL_SIGNAL, 0);
    el_set(edit, EL_HIST, ::history, impl_->history);
    el_set(edit, EL_GETCFN, Impl::next_character);
    // The wide call: the other one copies the two texts and forgets the copies.
    el_wset(edit, EL_ADDFN, L"complete", L"Complete the word", Impl::complete);
    el_set(edit, EL_BIND, "^I", "complete", nullptr);
    el_set(edit, EL_BIND, "^R", "ed-search-prev-history", nullptr);
    el_set(edit, EL_BIND, "\\e[1;5C", "em-next-word", nullptr);
    el_set(edit, EL_BIND, "\\e[1;5D", "ed-prev-word", nullptr);
    // Commands that would ask for further keys by themselves, which there are none of yet.
    for (const char* key : {"^V", "\\ex"}) el_set(edit, EL_BIND, key, "ed-ignore", nullptr);
    el_set(edit, EL_UNBUFFERED, 1);  // paints the prompt
}

void LineEditor::end() {
    if (!std::exchange(impl_->active, false)) return;
    hide();
    el_set(impl_->edit, EL_UNBUFFERED, 0);
    el_end(impl_->edit);
    impl_->edit = nullptr;
    unguard_terminal();
}

void LineEditor::keys(std::string_view bytes) {
    impl_->keys.insert(impl_->keys.end(), bytes.begin(), bytes.end());
}

LineEditorResult LineEditor::next() {
    Impl& self = *impl_;
    while (self.active && !self.keys.empty()) {
        self.available = whole_key(self.keys);
        if (self.available == 0) break;
        if (is_unknown_sequence(self.keys, self.available)) {
            self.keys.erase(self.keys.begin(), self.keys.begin() + std::ptrdiff_t(self.available));
            continue;
        }
        int count = 0;
        const char* text = el_gets(self.edit, &count);
        const std::string_view line(text ? text : "", text && count > 0 ? std::size_t(count) : 0);
        if (line.ends_with('\n') || line.ends_with('\r')) {
            std::string done(line.substr(0, line.size() - 1));
            self.remember(done);
            el_set(self.edit, EL_UNBUFFERED, 0);  // begins the next line afresh
            el_set(self.edit, EL_UNBUFFERED, 1);
            return {LineEditorResult::What::line, std::move(done)};
        }
        if (line == "\x04") return {LineEditorResult::What::end, {}};
    }
    return {};
}

void LineEditor::flush_escape() { impl_->keys.clear(); }

/// Goes up to the prompt's row, and clears from there.
void LineEditor::hide() {
    if (!impl_->edit) return;
    const LineInfo* info = el_line(impl_->edit);
    const auto before_cursor = impl_->prompt.size() + std::size_t(info->cursor - info->buffer);
    const auto rows = before_cursor / columns_of_terminal();
    std::fputs(fmt::format("{}\r\x1b[J", rows > 0 ? fmt::format("\x1b[{}A", rows) : "").c_str(), stdout);
    std::fflush(stdout);
}

void LineEditor::show() {
    if (!impl_->edit) return;
    el_resize(impl_->edit);
    el_set(impl_->edit, EL_REFRESH);
}

bool LineEditor::discard() {
    if (!impl_->edit) return false;
    const LineInfo* info = el_line(impl_->edit);
    const auto typed = info->lastchar - info->buffer;
    if (typed == 0) return false;
    hide();
    el_cursor(impl_->edit, int(info->lastchar - info->cursor));
    el_deletestr(impl_->edit, int(typed));
    show();
    return true;
}

}  // namespace vmlab::sim
