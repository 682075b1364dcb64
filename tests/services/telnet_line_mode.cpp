// Line mode: clients without a 3270 display.
#include <doctest/doctest.h>

#include "tests/services/telnet_bench.hpp"

using namespace vmlab;
using namespace vmlab::services;
using namespace vmlab::services::telnet_bench;

namespace {

/// A client of type VT220 at the greeting.
void greet(Bench& bench) {
    bench.connect();
    agree_tn3270(bench, "VT220");
    CHECK_FALSE(bench.take_input<TerminalOpened>().is_3270);
    bench.take_sends();
    bench.cp(ShowLogo{1, "GDLRCT2"});
    CHECK(bench.sent_text() == "z/VM ONLINE--GDLRCT2 --PRESS BREAK KEY TO BEGIN SESSION.\r\n");
}

}  // namespace

TEST_CASE("line mode: begin with a line end, prompts, output in lines of 80") {
    Bench bench;
    greet(bench);
    bench.client_types("\r\n");
    CHECK(bench.take_input<LogonEntered>().userid == "");
    bench.cp(ShowLine{1, "Enter one of the following commands:", false});
    bench.cp(ShowState{1, ConsoleState::cp_read, false});
    CHECK(bench.sent_text() == "Enter one of the following commands:\r\n.");

    bench.client_types("logon tcpmai");
    CHECK(bench.host.inputs.empty());
    bench.client_types("x\x7fnt\r");
    bench.client_types("\nq t\n");
    CHECK(bench.take_input<LineEntered>().text == "logon tcpmaint");
    CHECK(bench.take_input<LineEntered>().text == "q t");
    bench.cp(ShowState{1, ConsoleState::cp_read, false});
    bench.cp(ShowLine{1, std::string(85, 'x'), true});
    CHECK(bench.sent_text() == ".\r\n" + std::string(80, 'x') + "\r\nxxxxx\r\n");
}

TEST_CASE("line mode: BREAK begins, later it is the attention key") {
    Bench bench;
    greet(bench);
    bench.client_sends("FF F3");
    bench.take_input<LogonEntered>();
    bench.client_sends("6A 75 6E 6B FF F4");
    const auto attention = bench.take_input<LineEntered>();
    CHECK(attention.key == TerminalKey::pa1);
    CHECK(attention.text == "");
}

TEST_CASE("line mode: a password is not echoed, nor edited") {
    Bench bench;
    greet(bench);
    bench.client_types("\r\n");
    bench.take_input<LogonEntered>();
    bench.cp(ShowState{1, ConsoleState::cp_read, true});
    CHECK(bench.sent() == "FF FB 01 | 2E");
    bench.client_sends("FF FD 01");  // DO ECHO: needs no answer
    bench.client_types("se@cr#t\r\n");
    CHECK(bench.sent() == "0D 0A");
    CHECK(bench.take_input<LineEntered>().text == "se@cr#t");
    bench.cp(ShowState{1, ConsoleState::running, false});
    CHECK(bench.sent() == "FF FC 01");
    bench.client_sends("FF FE 01");
    CHECK(bench.sent() == "");
}

TEST_CASE("line mode: a client that refuses TERMINAL-TYPE or BINARY, and one that speaks no Telnet") {
    SUBCASE("no terminal type") {
        Bench bench;
        bench.connect();
        bench.client_sends("FF FC 28 FF FC 18");
        CHECK_FALSE(bench.take_input<TerminalOpened>().is_3270);
    }
    SUBCASE("a 3278 without BINARY") {
        Bench bench;
        bench.connect();
        bench.client_sends("FF FC 28 FF FB 18 FF FA 18 00 " + hex("IBM-3278-2") +
                           " FF F0 FF FB 19 FF FD 19 FF FC 00");
        CHECK_FALSE(bench.take_input<TerminalOpened>().is_3270);
    }
    SUBCASE("netcat") {
        Bench bench;
        bench.connect();
        bench.client_types("hello\r\n");
        CHECK_FALSE(bench.take_input<TerminalOpened>().is_3270);
        bench.cp(ShowLogo{1, "GDLRCT2"});
        bench.client_types("\n");
        bench.take_input<LogonEntered>();
    }
}

TEST_CASE("line mode: unknown options are refused once, AYT is answered") {
    Bench bench;
    greet(bench);
    bench.client_sends("FF FB 1F FF FD 03 FF FB 22 FF FE 05 FF FC 05");
    CHECK(bench.sent() == "FF FE 1F | FF FC 03 | FF FE 22");
    bench.client_sends("FF F6");
    CHECK(bench.sent_text() == "\r\n[Yes]\r\n");
}
