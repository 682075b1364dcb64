// The CP console as a user of a 24x80 display sees it.
#include <doctest/doctest.h>

#include "services/tn3270/console_screen.hpp"
#include "tests/services/telnet_bench.hpp"
#include "tests/services/tn3270_display.hpp"

using namespace vmlab;
using namespace vmlab::services;
using namespace vmlab::services::telnet_bench;
using tn3270::ConsoleScreen;

namespace {

constexpr std::uint8_t kEnter = 0x7d, kClear = 0x6d, kPa1 = 0x6c, kPa2 = 0x6e, kPf6 = 0xf6, kPf12 = 0x7c;

/// A console and the display in front of it.
class Desk final : public tn3270::ConsoleSink {
public:
    explicit Desk(TerminalSettings settings = {}, bool extended = true)
        : screen({24, 80}, extended, tn3270::CodePage::bracket, "GDLRCT2", std::move(settings)) {
        screen.open({}, now, *this);
        screen.show_state(ConsoleState::cp_read, false, *this);
    }
    void send_record(tn3270::Bytes record) override {
        CHECK(display.obey(record));
        last_record = hex(record);
    }
    void entered(TerminalKey key, unsigned pf, std::string text) override {
        keys.push_back(key == TerminalKey::enter
                           ? text
                           : (key == TerminalKey::pa1 ? "PA1" : fmt::format("PF{} ", pf) + text));
    }
    void note(Record what) override { notes.push_back(what.text); }

    void lines(unsigned from, unsigned to) {
        for (unsigned n = from; n <= to; ++n) screen.show_line(fmt::format("line {}", n), false, now, *this);
    }
    void press(std::uint8_t aid) {
        std::string why;
        const auto inbound = tn3270::read_inbound(display.key(aid), why);
        REQUIRE(inbound);
        screen.receive(*inbound, now, *this);
        CHECK_FALSE(display.locked);  // every key is answered
    }
    void enter(std::string_view text) {
        CHECK(display.type(text));
        press(kEnter);
    }
    void wait(Duration time) {
        now += time;
        const auto deadline = screen.next_deadline();
        if (deadline && *deadline <= now) screen.tick(now, *this);
    }
    std::string state() const { return display.status().substr(0, 10); }

    Instant now{};
    Display display;
    std::vector<std::string> keys, notes;
    std::string last_record;
    ConsoleScreen screen;
};

}  // namespace

TEST_CASE("entering console mode: attributes and status where CP puts them") {
    Desk desk;
    CHECK(desk.display.attribute_at(22, 80) == 0xc1);
    CHECK(desk.display.attribute_at(24, 60) == 0x60);
    CHECK(desk.display.attribute_at(24, 79) == 0x60);
    CHECK(desk.display.attribute_at(24, 80) == 0x60);
    CHECK(desk.display.cursor == 22 * 80);
    CHECK(desk.display.row(24) == std::string(60, ' ') + "CP READ   GDLRCT2");
}

TEST_CASE("a line: one record, SA orders for extended displays only") {
    Desk desk;
    desk.screen.show_line("HI", false, desk.now, desk);
    CHECK(desk.last_record.starts_with(
        "01 C2 11 40 40 28 41 00 28 42 00 C8 C9 28 00 00 11 5D 7F 1D 60 11 5B 5F 29 03"));
    desk.screen.show_line("", false, desk.now, desk);
    CHECK(desk.last_record.starts_with("01 C2 11 C1 50 28 41 00 28 42 00 40 28 00 00"));
    Desk plain({}, false);
    plain.screen.show_line("HI", false, plain.now, plain);
    CHECK(plain.last_record.starts_with("01 C2 11 40 40 C8 C9 11 5D 7F 1D 60 11 5B 5F 1D C1 11 5D 6B 1D 60"));
}

TEST_CASE("a session with TCPMAINT, as a golden screen") {
    Desk desk;
    desk.enter("logon tcpmaint");
    desk.screen.show_line("z/VM Version 7 Release 1.0, Service Level 1901 (64-bit),", false, desk.now, desk);
    desk.screen.show_line("built on IBM Virtualization Technology", false, desk.now, desk);
    desk.screen.show_line("17:33:25  * MSG FROM OPERATOR: HELLO", true, desk.now, desk);
    desk.screen.show_line("LOGON AT 10:19:32 EDT MONDAY 04/13/20", false, desk.now, desk);
    desk.screen.show_state(ConsoleState::running, false, desk);
    desk.display.type("query disk");
    CHECK(differs_from_golden("console_logon", desk.display.text()) == "");
}

TEST_CASE("echo: capitals in CP READ, as typed elsewhere; empty lines are not echoed but passed on") {
    Desk desk;
    desk.enter("q time");
    CHECK(desk.display.row(1) == "Q TIME");
    CHECK(desk.display.row(23) == "");  // the input area is empty again
    CHECK(desk.display.cursor == 22 * 80);
    desk.screen.show_state(ConsoleState::vm_read, false, desk);
    desk.enter("q disk");
    CHECK(desk.display.row(2) == "q disk");
    desk.screen.show_state(ConsoleState::cp_read, false, desk);
    desk.enter("");
    CHECK(desk.display.row(3) == "");
    CHECK(desk.keys == std::vector<std::string>{"q time", "q disk", ""});
}

TEST_CASE("hidden input: nothing on the screen, nothing edited, nothing to retrieve") {
    Desk desk;
    desk.screen.show_state(ConsoleState::cp_read, true, desk);
    CHECK(desk.display.attribute_at(22, 80) == 0x4d);
    CHECK(desk.display.type("se@cr#t"));
    CHECK(desk.display.text().find("se@") == std::string::npos);
    desk.press(kEnter);
    CHECK(desk.keys == std::vector<std::string>{"se@cr#t"});
    desk.screen.show_state(ConsoleState::running, false, desk);
    desk.press(kPf12);
    CHECK(desk.display.text().find("se@") == std::string::npos);
    CHECK(desk.display.attribute_at(22, 80) == 0xc1);
}

TEST_CASE("long lines go on in the next row; row 22 loses column 80 to the input attribute") {
    Desk desk;
    desk.screen.show_line(std::string(80, 'a') + "bcd", false, desk.now, desk);
    CHECK(desk.display.row(1) == std::string(80, 'a'));
    CHECK(desk.display.row(2) == "bcd");
    desk.lines(3, 21);
    desk.screen.show_line(std::string(80, 'z'), false, desk.now, desk);
    CHECK(desk.display.row(22) == std::string(79, 'z'));
    CHECK(desk.state() == "CP READ   ");
}

TEST_CASE("priority lines stand from column 2 behind a bright attribute, and do not brighten the next") {
    Desk desk;
    desk.screen.show_line("HCPCFC015E Command not valid before LOGON: X", true, desk.now, desk);
    CHECK(desk.display.row(1) == " HCPCFC015E Command not valid before LOGON: X");
    CHECK(desk.display.attribute_at(1, 1) == 0xe8);
    CHECK(desk.display.attribute_at(1, 46) == 0x60);
    desk.screen.show_line(std::string(100, 'p'), true, desk.now, desk);
    CHECK(desk.display.row(2) == " " + std::string(78, 'p'));
    CHECK(desk.display.attribute_at(2, 80) == 0x60);
    CHECK(desk.display.row(3) == " " + std::string(22, 'p'));
}

TEST_CASE("MORE...: the full area waits; CLEAR and PA2 bring the next screenful") {
    for (const std::uint8_t key : {kClear, kPa2}) {
        Desk desk;
        desk.lines(1, 22);
        CHECK(desk.state() == "CP READ   ");
        desk.lines(23, 50);
        CHECK(desk.state() == "MORE...   ");
        CHECK(desk.display.row(22) == "line 22");
        desk.press(key);
        CHECK(desk.display.row(1) == "line 23");
        CHECK(desk.display.row(22) == "line 44");
        CHECK(desk.state() == "MORE...   ");
        desk.press(key);
        CHECK(desk.display.row(1) == "line 45");
        CHECK(desk.display.row(6) == "line 50");
        CHECK(desk.display.row(7) == "");
        CHECK(desk.state() == "CP READ   ");
    }
}

TEST_CASE("MORE... goes on by itself: 50 seconds, the alarm, 10 seconds; what is being typed stays") {
    Desk desk;
    desk.lines(1, 23);
    desk.display.type("half a comm");
    desk.wait(seconds{49});
    CHECK(desk.display.alarms == 0);
    desk.wait(seconds{1});
    CHECK(desk.display.alarms == 1);
    CHECK(desk.state() == "MORE...   ");
    desk.wait(seconds{9});
    CHECK(desk.display.row(1) == "line 1");
    desk.wait(seconds{1});
    CHECK(desk.display.row(1) == "line 23");
    CHECK(desk.display.row(2) == "");
    CHECK(desk.display.row(23) == "half a comm");
    CHECK(desk.state() == "CP READ   ");
    CHECK_FALSE(desk.screen.next_deadline());
}

TEST_CASE("HOLDING: ENTER in MORE... stops the clock; ENTER again starts it") {
    Desk desk;
    desk.lines(1, 30);
    desk.press(kEnter);
    CHECK(desk.state() == "HOLDING   ");
    CHECK_FALSE(desk.screen.next_deadline());
    desk.wait(hours{1});
    CHECK(desk.state() == "HOLDING   ");
    SUBCASE("ENTER") {
        desk.press(kEnter);
        CHECK(desk.state() == "MORE...   ");
        CHECK(desk.screen.next_deadline() == desk.now + seconds{50});
    }
    SUBCASE("CLEAR") {
        desk.press(kClear);
        CHECK(desk.display.row(1) == "line 23");
    }
    SUBCASE("PA1 throws away what waits") {
        desk.press(kPa1);
        CHECK(desk.display.row(1) == "");
        CHECK(desk.state() == "CP READ   ");
        CHECK(desk.keys.empty());
    }
}

TEST_CASE("a priority line on a full screen holds it") {
    Desk desk;
    desk.lines(1, 22);
    desk.screen.show_line("* MSG FROM MAINT   : LOOK", true, desk.now, desk);
    CHECK(desk.state() == "HOLDING   ");
    desk.press(kPa2);
    CHECK(desk.display.row(1) == " * MSG FROM MAINT   : LOOK");
}

TEST_CASE("MORE 0 0: no pause; the screen is written from the top again") {
    TerminalSettings settings;
    settings.more_seconds = settings.more_alarm_seconds = 0;
    Desk desk(settings);
    desk.lines(1, 50);
    CHECK(desk.display.row(1) == "line 45");
    CHECK(desk.display.row(6) == "line 50");
    CHECK(desk.display.row(7) == "");
}

TEST_CASE("TERMINAL MORE 0 0 while the screen waits releases it") {
    Desk desk;
    desk.lines(1, 23);
    TerminalSettings settings;
    settings.more_seconds = settings.more_alarm_seconds = 0;
    desk.screen.set(settings, desk.now, desk);
    CHECK(desk.display.row(1) == "line 23");
    CHECK(desk.state() == "CP READ   ");
}

TEST_CASE("CLEAR in a read erases the output and what was typed; PA2 only the output") {
    Desk desk;
    desk.lines(1, 5);
    desk.display.type("abc");
    desk.press(kPa2);
    CHECK(desk.display.row(1) == "");
    CHECK(desk.display.row(23) == "abc");
    desk.lines(6, 6);
    CHECK(desk.display.row(1) == "line 6");
    desk.press(kClear);
    CHECK(desk.display.row(1) == "");
    CHECK(desk.display.row(23) == "");
    CHECK(desk.state() == "CP READ   ");
    CHECK(desk.display.cursor == 22 * 80);
}

TEST_CASE("CP clears the screen in the order of its lines") {
    Desk desk;
    desk.lines(1, 23);
    desk.screen.clear(desk.now, desk);
    desk.lines(24, 24);
    CHECK(desk.display.row(1) == "line 1");
    desk.press(kClear);
    CHECK(desk.display.row(1) == "line 24");
    CHECK(desk.display.row(2) == "");
}

TEST_CASE("PF keys: RETRIEVE goes back through what was typed; others are CP's") {
    Desk desk;
    for (const char* line : {"first", "second", "second", "third"}) {
        desk.enter(line);
        desk.screen.show_state(ConsoleState::running, false, desk);
    }
    desk.keys.clear();
    desk.press(kPf12);
    CHECK(desk.display.row(23) == "third");
    CHECK(desk.display.cursor == 22 * 80 + 5);
    desk.press(kPf12);
    CHECK(desk.display.row(23) == "second");
    desk.press(kPf12);
    CHECK(desk.display.row(23) == "first");
    desk.press(kPf12);
    CHECK(desk.display.row(23) == "third");
    CHECK(desk.display.type("!"));
    desk.press(kPf6);
    CHECK(desk.display.row(23) == "third!");
    desk.press(kEnter);
    CHECK(desk.keys == std::vector<std::string>{"PF6 third!", "third!"});
}

TEST_CASE("PA1 is CP's") {
    Desk desk;
    desk.press(kPa1);
    CHECK(desk.keys == std::vector<std::string>{"PA1"});
}

TEST_CASE("NOT ACCEPTED: a second line before CP took the first; the input stays, and is taken later") {
    Desk desk;
    desk.enter("first");
    desk.enter("second");
    CHECK(desk.display.status().starts_with("NOT ACCEPTED"));
    CHECK(desk.display.row(23) == "second");
    CHECK(desk.display.alarms == 1);
    CHECK(desk.keys == std::vector<std::string>{"first"});
    desk.wait(seconds{3});
    CHECK(desk.state() == "CP READ   ");
    desk.press(kEnter);
    CHECK(desk.keys == std::vector<std::string>{"first", "second"});
}

TEST_CASE("a flood behind a full screen is bounded, and said once") {
    Desk desk;
    desk.lines(1, 10'000);
    CHECK(desk.notes.size() == 1);
    CHECK(desk.notes[0].starts_with("console-backlog"));
    desk.screen.flush(desk.now, desk);
    CHECK(desk.display.row(22) == "line 10000");
}
