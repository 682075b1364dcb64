// The person's side: a session at a real (pseudo) terminal, and transcripts from a pipe.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <pty.h>
#include <sys/wait.h>
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
