// The logo cell by cell, and what its fields give to CP.
#include <doctest/doctest.h>

#include "services/tn3270/logon_screen.hpp"
#include "tests/services/telnet_bench.hpp"
#include "tests/services/tn3270_display.hpp"

using namespace vmlab;
using namespace vmlab::services;
using namespace vmlab::services::telnet_bench;

TEST_CASE("logo: model 2 and model 4 as golden screens") {
    Display small, large(43, 80);
    REQUIRE(small.obey(tn3270::logo_record({24, 80}, "GDLRCT2")));
    REQUIRE(large.obey(tn3270::logo_record({43, 80}, "GDLRCT2")));
    CHECK(differs_from_golden("logo_24x80", small.text()) == "");
    CHECK(differs_from_golden("logo_43x80", large.text()) == "");
    CHECK_FALSE(small.locked);
    CHECK(small.alarms == 1);
}

TEST_CASE("logo: the first record begins as z/VM's does, and its attributes stand where they must") {
    const auto record = tn3270::logo_record({24, 80}, "GDLRCT2");
    CHECK(hex(std::span(record).first(10)) ==
          "05 C7 11 40 40 1D E8 A9 61 E5");  // EW, WCC, row 1 col 1, "z/V"
    const auto larger = tn3270::logo_record({43, 80}, "GDLRCT2");
    CHECK(hex(std::span(larger).first(2)) == "0D C7");  // EWA
    Display display;
    REQUIRE(display.obey(record));
    CHECK(display.row(1) == " z/VM ONLINE");
    CHECK(display.attribute_at(1, 1) == 0xe8);
    CHECK(display.attribute_at(1, 80) == 0x60);
    CHECK(display.row(14).find("built on IBM Virtualization Technology") == 21);
    CHECK(display.row(18) == " Fill in your USERID and PASSWORD and press ENTER");
    CHECK(display.row(19) == " (Your password will not appear when you type it)");
    for (const unsigned row : {20u, 21u, 23u}) {
        CHECK(display.attribute_at(row, 1) == 0xf8);
        CHECK(display.attribute_at(row, 15) == 0x70);
    }
    CHECK(display.attribute_at(20, 16) == 0x40);
    CHECK(display.attribute_at(20, 25) == 0x70);
    CHECK(display.attribute_at(21, 16) == 0x4c);
    CHECK(display.attribute_at(21, 57) == 0x70);
    CHECK(display.attribute_at(23, 16) == 0x40);
    CHECK(display.attribute_at(24, 60) == 0x60);
    CHECK(display.status() == "RUNNING   GDLRCT2");
    CHECK(display.cursor == 19 * 80 + 16);
}

TEST_CASE("logo: userid and password, hidden on the screen, reach CP as typed") {
    Display display;
    REQUIRE(display.obey(tn3270::logo_record({24, 80}, "GDLRCT2")));
    CHECK(display.type("tcpmaint"));
    CHECK(display.type("\tse#cr@t\tacc (noprof"));
    CHECK(display.row(20) == " USERID   ===>  tcpmaint");
    CHECK(display.row(21) == " PASSWORD ===>");
    CHECK(display.row(23) == " COMMAND  ===>  acc (noprof");
    std::string why;
    const auto inbound = tn3270::read_inbound(display.key(0x7d), why);
    REQUIRE(inbound);
    const auto form = tn3270::read_logon(*inbound, {24, 80});
    CHECK(form.userid == "tcpmaint");
    CHECK(form.password == "se#cr@t");
    CHECK(form.command == "acc (noprof");
}

TEST_CASE("logo: bytes as s3270 sends them for ENTER") {
    std::string why;
    const auto inbound = tn3270::read_inbound(unhex("7D D9D6 11 D840 A38397 11 D950 A285"), why);
    REQUIRE(inbound);
    const auto form = tn3270::read_logon(*inbound, {24, 80});
    CHECK(form.userid == "tcp");
    CHECK(form.password == "se");
    CHECK(form.command == "");
}

TEST_CASE("logo keys: ENTER, PF and CLEAR go to CP; PA keys paint it again") {
    Bench bench;
    bench.connect();
    agree_tn3270(bench, "IBM-3278-2");
    bench.take_input<TerminalOpened>();
    bench.take_sends();
    bench.cp(ShowLogo{1, "GDLRCT2"});
    Display display;
    REQUIRE(display.obey_stream(bench.take_sends()));

    bench.client_sends(display.key_stream(0x6c));  // PA1
    CHECK(bench.host.inputs.empty());
    REQUIRE(display.obey_stream(bench.take_sends()));
    CHECK(display.row(1) == " z/VM ONLINE");

    SUBCASE("userid and ENTER: the console, with CP's LOGON line") {
        display.type("tcpmaint\tsecret");
        bench.client_sends(display.key_stream(0x7d));
        const auto entered = bench.take_input<LogonEntered>();
        CHECK(entered.userid == "tcpmaint");
        CHECK(entered.password == "secret");
        REQUIRE(display.obey_stream(bench.take_sends()));
        CHECK(display.row(1) == "LOGON TCPMAINT");
        CHECK(display.row(2) == "");
        CHECK(display.status() == "RUNNING   GDLRCT2");
        CHECK(display.cursor == 22 * 80);
    }
    SUBCASE("a command alone is echoed in capitals") {
        display.type("\t\tmsg maint hello");
        bench.client_sends(display.key_stream(0xf1));  // PF1
        const auto entered = bench.take_input<LogonEntered>();
        CHECK(entered.userid == "");
        CHECK(entered.command == "msg maint hello");
        REQUIRE(display.obey_stream(bench.take_sends()));
        CHECK(display.row(1) == "MSG MAINT HELLO");
    }
    SUBCASE("CLEAR: nothing entered, the screen is CP's") {
        bench.client_sends(display.key_stream(0x6d));
        CHECK(bench.take_input<LogonEntered>().command == "");
        REQUIRE(display.obey_stream(bench.take_sends()));
        CHECK(display.row(1) == "");
        bench.cp(ShowLine{1, "Enter one of the following commands:", false});
        bench.cp(ShowState{1, ConsoleState::cp_read, false});
        REQUIRE(display.obey_stream(bench.take_sends()));
        CHECK(display.row(1) == "Enter one of the following commands:");
        CHECK(display.status() == "CP READ   GDLRCT2");
    }
    SUBCASE("the logo comes back after LOGOFF HOLD") {
        bench.client_sends(display.key_stream(0x7d));
        bench.cp(ShowLine{1, "LOGOFF AT 10:21:10 EDT MONDAY 04/13/20", false});
        bench.cp(ShowLogo{1, "GDLRCT2"});
        REQUIRE(display.obey_stream(bench.take_sends()));
        CHECK(display.row(20) == " USERID   ===>");
    }
}
