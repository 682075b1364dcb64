// The person's side: a session at a real (pseudo) terminal, and transcripts from a pipe.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <pty.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>

#include "simulator/edge/edge.hpp"
#include "simulator/system/system.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

/// TCPMAINT: answers each line; "slow" keeps the console busy for 50 ms; "chatter" is said while a person
/// types.
class TestUser final : public Machine {
public:
    using Machine::Machine;
    void receive(Event& event, System& world) override {
        if (const auto* typed = std::get_if<ConsoleTyped>(&event.payload)) {
            if (typed->text == "slow") {
                world.outside().console_ready(name(), false);
                wakes_ = world.now() + milliseconds{50};
            }
            world.console_line(name(), "<" + typed->text + ">");
            if (typed->text == "chatter") wakes_ = world.now() + milliseconds{100};
            if (typed->text == "crash") std::abort();
            if (typed->text == "edit") {
                std::string text = "before\n";
                const bool edited = world.outside().edit_text("A FILE", text);
                world.console_line(name(), (edited ? "edited: " : "left: ") + text);
            }
        } else if (wakes_ && world.now() >= *wakes_) {
            wakes_.reset();
            world.console_line(name(), "* MSG FROM OPERATOR: hello", true);
            world.outside().console_ready(name(), true);
        }
    }
    std::optional<Instant> next_deadline() const override { return wakes_; }

private:
    std::optional<Instant> wakes_;
};

/// What a session of the program does, in a process of its own; its exit status is the signal that ended it.
int session() {
    EdgeOptions options;
    options.looks.color = ColorWish::never;
    EdgeHooks hooks;
    Edge* self = nullptr;
    hooks.line = [&](const std::string& line) {
        if (line == "quit") self->stop();
        return line == "quit";
    };
    hooks.completions = [](const std::string& line) {
        const std::vector<std::string> words{"NETSTAT", "NAMES", "SSLADMIN"};
        std::vector<std::string> fit;
        for (const auto& word : words)
            if (word.starts_with(upper(line))) fit.push_back(word);
        return fit;
    };
    Edge edge(options, hooks);
    self = &edge;
    System world(Instant{}, seed_from_number(1), edge);
    world.add(std::make_unique<TestUser>(Name8{"TCPMAINT"}));
    edge.attach(world);
    return edge.run();
}

std::string read_until(int fd, std::string& all, const std::string& wanted) {
    char room[4096];
    while (all.find(wanted) == std::string::npos) {
        const auto n = ::read(fd, room, sizeof room);
        if (n <= 0) break;
        all.append(room, std::size_t(n));
    }
    return all;
}

int status_of(pid_t child) {
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool echoes(int terminal) {
    termios now{};
    CHECK(::tcgetattr(terminal, &now) == 0);
    return (now.c_lflag & (ECHO | ICANON)) == (ECHO | ICANON);
}

/// An editor that interrupts us and then writes its text.
struct Editor {
    Editor() {
        char name[] = "/tmp/vmlab-editor-XXXXXX";
        const int fd = ::mkstemp(name);
        path = name;
        const std::string script = "#!/bin/sh\nkill -INT $PPID\necho after >\"$1\"\n";
        CHECK(::write(fd, script.data(), script.size()) == ssize_t(script.size()));
        ::fchmod(fd, 0700);
        ::close(fd);
        ::setenv("VISUAL", path.c_str(), 1);
    }
    ~Editor() { ::unlink(path.c_str()); }
    std::string path;
};

/// Runs a session on lines from a pipe; what it printed.
std::string piped(const std::string& lines) {
    int in[2], out[2];
    REQUIRE(::pipe(in) == 0);
    REQUIRE(::pipe(out) == 0);
    std::fflush(nullptr);  // what waits in the buffers of this process is not the session's
    std::cout.flush();
    const pid_t child = ::fork();
    if (child == 0) {
        ::alarm(20);
        ::dup2(in[0], 0);
        ::dup2(out[1], 1);
        for (const int fd : {in[0], in[1], out[0], out[1]}) ::close(fd);
        ::_exit(session());
    }
    ::close(in[0]);
    ::close(out[1]);
    (void)!::write(in[1], lines.data(), lines.size());
    ::close(in[1]);
    std::string all;
    read_until(out[0], all, "(never)");
    ::close(out[0]);
    CHECK(status_of(child) == 0);
    return all;
}

/// A person at a terminal.
struct Person {
    Person() {
        const winsize size{24, 80, 0, 0};
        ::setenv("TERM", "xterm", 1);
        std::fflush(nullptr);
        std::cout.flush();
        child = ::forkpty(&fd, nullptr, nullptr, &size);
        if (child == 0) {
            ::alarm(20);
            ::_exit(session());
        }
    }
    ~Person() { ::close(fd); }
    void type(const std::string& keys) {
        CHECK(::write(fd, keys.data(), keys.size()) == ssize_t(keys.size()));
    }
    /// Waits for it on the screen; what stood before it is done with.
    void sees(const std::string& wanted) {
        const auto at = read_until(fd, screen, wanted).find(wanted);
        REQUIRE_MESSAGE(at != std::string::npos, screen);
        screen.erase(0, at + wanted.size());
    }
    int fd = -1;
    pid_t child = -1;
    std::string screen;
};

}  // namespace

TEST_CASE("lines from a pipe are a session: echoed, one at a time, each answered before the next") {
    CHECK(piped("query names\nslow\nlast") ==
          "vmlab> query names\n<query names>\n"
          "vmlab> slow\n<slow>\n* MSG FROM OPERATOR: hello\n"
          "vmlab> last\n<last>\n");
}

TEST_CASE("a line of the program's own ends the session; what is left of the pipe is not read") {
    CHECK(piped("one\nquit\ntwo\n") == "vmlab> one\n<one>\nvmlab> quit\n");
}

TEST_CASE("control characters of the world do not reach the terminal") {
    CHECK(piped("a\x1b[2Jb\n") == "vmlab> a [2Jb\n<a [2Jb>\n");
    CHECK(piped("a\xc2\x9b"
                "2Jb \xc3\x9c\n") == "vmlab> a 2Jb \xc3\x9c\n<a 2Jb \xc3\x9c>\n");
}

TEST_CASE("at a terminal a line is edited, remembered and completed") {
    Person person;
    person.sees("vmlab> ");
    person.type(
        "nettsat\x1b[D\x1b[D\x1b[D\x08"
        "home\r");
    person.sees("<nethomesat>");
    person.type("\x1b[A\r");
    person.sees("<nethomesat>");
    person.type("ss\t\r");
    person.sees("<SSLADMIN >");
    person.type("n\t\t");
    person.sees("NETSTAT  NAMES");
    person.type("\x15quit\r");
    CHECK(status_of(person.child) == 0);
}

TEST_CASE("what machines say appears above the line being typed, and the line is whole again") {
    Person person;
    person.sees("vmlab> ");
    person.type("chatter\r");
    person.sees("<chatter>");
    person.type("half a li");
    person.sees("half a li");
    person.sees("hello\r\n");
    person.sees("vmlab> half a li");
    person.type("ne\r");
    person.sees("<half a line>");
    person.type("\x04");
    CHECK(status_of(person.child) == 0);
}

TEST_CASE(
    "the Escape key alone stops nothing; Ctrl-C throws a typed line away, and ends when there is none") {
    Person person;
    person.sees("vmlab> ");
    person.type("\x1b");
    ::usleep(200'000);
    person.type("abc");
    person.sees("abc");
    person.type("\x03");
    ::usleep(100'000);
    person.type("def\r");
    person.sees("<def>");
    person.type("\x03");
    CHECK(status_of(person.child) == SIGINT);
}

TEST_CASE("a whole character of UTF-8 is one key; keys that the editor does not know leave no text") {
    ::setenv("LC_ALL", "C.UTF-8", 1);
    Person person;
    person.sees("vmlab> ");
    person.type("gr\xc3\xbc\xc3\x9f \xe2\x82\xac\r");
    person.sees("<gr\xc3\xbc\xc3\x9f \xe2\x82\xac>");
    person.type(
        "a\x1b[20~b\x1b[1;7Pc\x1bOPd\x1bxe\x16"
        "f\r");
    person.sees("<abcdef>");
    person.type("two words\x1b[1;5D\x1b[1;5Dsome \x1b[F!\r");
    person.sees("<some two words!>");
    person.type("\xc3");
    ::usleep(200'000);
    person.type("after half a character\r");
    person.sees("<after half a character>");
    person.type("quit\r");
    CHECK(status_of(person.child) == 0);
}

TEST_CASE("Ctrl-R finds the last line that began so") {
    Person person;
    person.sees("vmlab> ");
    person.type("first of all\r");
    person.sees("<first of all>");
    person.type("second\r");
    person.sees("<second>");
    person.type("fir\x12\r");
    person.sees("<first of all>");
    person.type("quit\r");
    CHECK(status_of(person.child) == 0);
}

TEST_CASE("the editor has the terminal: its Ctrl-C is not ours, and lines typed ahead wait for it") {
    const Editor editor;
    Person person;
    person.sees("vmlab> ");
    person.type("edit\rnext\r");
    person.sees("edited: after");
    person.sees("<next>");
    person.type("quit\r");
    CHECK(status_of(person.child) == 0);
}

TEST_CASE("Ctrl-Z gives the terminal back as it was, and takes it again") {
    Person person;
    person.sees("vmlab> ");
    person.type("x\r");
    person.sees("<x>");
    CHECK_FALSE(echoes(person.fd));
    person.type("\x1a");
    int status = 0;
    REQUIRE(::waitpid(person.child, &status, WUNTRACED) == person.child);
    CHECK(WIFSTOPPED(status));
    CHECK(echoes(person.fd));
    ::kill(person.child, SIGCONT);
    person.sees("vmlab> ");
    person.type("y\r");
    person.sees("<y>");
    CHECK_FALSE(echoes(person.fd));
    person.type("quit\r");
    CHECK(status_of(person.child) == 0);
}

TEST_CASE("however we die, the terminal is left as it was") {
    for (const char* keys : {"crash\r", "\x1c"}) {
        Person person;
        person.sees("vmlab> ");
        CHECK_FALSE(echoes(person.fd));
        person.type(keys);
        int status = 0;
        ::waitpid(person.child, &status, 0);
        CHECK_FALSE((WIFEXITED(status) && WEXITSTATUS(status) == 0));
        CHECK(echoes(person.fd));
    }
}

TEST_CASE("at a terminal whose output goes elsewhere, lines are read as they come") {
    int out[2], fd = -1;
    REQUIRE(::pipe(out) == 0);
    std::fflush(nullptr);
    std::cout.flush();
    const pid_t child = ::forkpty(&fd, nullptr, nullptr, nullptr);
    if (child == 0) {
        ::alarm(20);
        ::dup2(out[1], 1);
        ::close(out[0]);
        ::close(out[1]);
        ::_exit(session());
    }
    ::close(out[1]);
    std::string all;
    (void)!::write(fd, "one\r", 4);
    CHECK(read_until(out[0], all, "<one>\n") == "vmlab> one\n<one>\n");
    (void)!::write(fd, "\x04", 1);
    CHECK(status_of(child) == 0);
    ::close(out[0]);
    ::close(fd);
}

TEST_CASE("a file of lines is read to its end, however long it is") {
    char name[] = "/tmp/vmlab-lines-XXXXXX";
    const int file = ::mkstemp(name);
    std::string lines;
    for (int i = 0; i < 25'000; ++i) lines += "\n";
    lines += "last\nquit\n";
    REQUIRE(::write(file, lines.data(), lines.size()) == ssize_t(lines.size()));
    REQUIRE(::lseek(file, 0, SEEK_SET) == 0);
    int out[2];
    REQUIRE(::pipe(out) == 0);
    std::fflush(nullptr);
    std::cout.flush();
    const pid_t child = ::fork();
    if (child == 0) {
        ::alarm(60);
        ::dup2(file, 0);
        ::dup2(out[1], 1);
        for (const int fd : {file, out[0], out[1]}) ::close(fd);
        ::_exit(session());
    }
    ::close(out[1]);
    ::close(file);
    ::unlink(name);
    std::string all;
    CHECK(read_until(out[0], all, "(never)").ends_with("vmlab> last\n<last>\nvmlab> quit\n"));
    ::close(out[0]);
    CHECK(status_of(child) == 0);
}
