// How a client becomes a display: TN3270E as s3270 negotiates it, plain TN3270, and the models.
#include <doctest/doctest.h>

#include "tests/services/telnet_bench.hpp"
#include "tests/services/tn3270_display.hpp"

using namespace vmlab;
using namespace vmlab::services;
using namespace vmlab::services::telnet_bench;

TEST_CASE("TN3270E: device type, no functions, query, logo, in records with a header") {
    Bench bench;
    bench.connect();
    CHECK(bench.sent() == "FF FD 28");
    bench.client_sends("FF FB 28");
    CHECK(bench.sent() == "FF FA 28 08 02 FF F0");  // SEND DEVICE-TYPE
    bench.client_sends("FF FA 28 02 07 " + hex("IBM-3278-4-E") + " FF F0");
    CHECK(bench.sent() == "FF FA 28 02 04 " + hex("IBM-3278-4-E") + " 01 " + hex("L0001") + " FF F0");
    bench.client_sends("FF FA 28 03 07 00 02 04 FF F0");  // BIND-IMAGE RESPONSES SYSREQ
    CHECK(bench.sent() == "FF FA 28 03 07 FF F0");        // none of them
    CHECK(bench.host.inputs.empty());
    bench.client_sends("FF FA 28 03 04 FF F0");
    CHECK(bench.sent() == "00 00 00 00 00 11 00 06 40 00 F1 C0 00 05 01 FF FF 02 FF EF");
    bench.client_sends("00 00 00 00 00 88 00 0E 81 80 80 81 FF EF");
    const auto opened = bench.take_input<TerminalOpened>();
    CHECK(opened.device == 1);
    CHECK(opened.rows == 43);
    CHECK(opened.is_3270);
    CHECK(opened.peer.str() == "9.60.60.4..1031");

    bench.cp(ShowLogo{1, "GDLRCT2"});
    Display display(43, 80);
    REQUIRE(display.obey_stream(bench.take_sends(), 5));
    CHECK(display.row(39) == " USERID   ===>");
    CHECK(bench.server.snapshot()[0].kind == "TN3270E");
}

TEST_CASE("TN3270E: a client that asks for no function is taken at its word") {
    Bench bench;
    bench.connect();
    bench.client_sends("FF FB 28 FF FA 28 02 07 " + hex("IBM-3278-2") + " FF F0");
    bench.sent();
    bench.client_sends("FF FA 28 03 07 FF F0");
    CHECK(bench.sent() == "FF FA 28 03 04 FF F0");
    CHECK(bench.take_input<TerminalOpened>().rows == 24);  // no -E: no query
}

TEST_CASE("TN3270E: printers, named LUs and unknown types are rejected with their reasons") {
    struct Row {
        std::string request, reason;
    };
    const Row rows[] = {
        {hex("IBM-3287-1"), "04"},                          // INV-DEVICE-TYPE
        {hex("IBM-3278-2") + " 01 " + hex("LU001"), "03"},  // INV-NAME
        {hex("IBM-3278-2") + " 00 " + hex("LU001"), "07"},  // UNSUPPORTED-REQ
        {hex("VT220"), "04"},
    };
    for (const Row& row : rows) {
        Bench bench;
        bench.connect();
        bench.client_sends("FF FB 28");
        bench.sent();
        bench.client_sends("FF FA 28 02 07 " + row.request + " FF F0");
        CHECK(bench.sent() == "FF FA 28 02 06 05 " + row.reason + " FF F0");
        CHECK(bench.host.recorded("TN3270E device type rejected"));
        bench.client_sends("FF FC 28");  // the client gives up: plain TN3270 is offered
        CHECK(bench.sent() == "FF FE 28 | FF FD 18");
    }
}

TEST_CASE("TN3270: terminal type, EOR and BINARY both ways; no header") {
    Bench bench;
    bench.connect();
    bench.client_sends("FF FC 28");
    CHECK(bench.sent() == "FF FD 28 | FF FD 18");
    bench.client_sends("FF FB 18");
    CHECK(bench.sent() == "FF FA 18 01 FF F0");
    bench.client_sends("FF FA 18 00 " + hex("IBM-3279-2-E") + " FF F0");
    CHECK(bench.sent() == "FF FD 19 | FF FB 19 | FF FD 00 | FF FB 00");
    bench.client_sends("FF FB 19 FF FD 19 FF FB 00");
    CHECK(bench.sent() == "");
    bench.client_sends("FF FD 00");
    CHECK(bench.sent() == "11 00 06 40 00 F1 C0 00 05 01 FF FF 02 FF EF");
    bench.wait(seconds{5});  // the query stays unanswered: the type's word is taken
    CHECK(bench.take_input<TerminalOpened>().rows == 24);
}

TEST_CASE("TN3270: options that the client offers by itself are not asked for again") {
    Bench bench;
    bench.connect();
    bench.client_sends("FF FB 18 FF FB 00 FF FD 00");
    CHECK(bench.sent() == "FF FD 28 | FF FD 18 | FF FD 00 | FF FB 00");
    bench.client_sends("FF FC 28");
    CHECK(bench.sent() == "FF FA 18 01 FF F0");
    bench.client_sends("FF FA 18 00 " + hex("IBM-3278-3") + " FF F0");
    CHECK(bench.sent() == "FF FD 19 | FF FB 19");
    bench.client_sends("FF FB 19 FF FD 19");
    CHECK(bench.take_input<TerminalOpened>().rows == 32);
}

TEST_CASE("NOTN3270E: TN3270E is not offered, and refused when the client wants it") {
    TelnetConfig config;
    config.tn3270e.value = false;
    Bench bench(config);
    bench.connect();
    CHECK(bench.sent() == "FF FD 18");
    bench.client_sends("FF FB 28");
    CHECK(bench.sent() == "FF FE 28");
}

TEST_CASE("models: the rows follow the type, the logo its bottom") {
    struct Row {
        const char* type;
        unsigned rows, columns;
    };
    for (const Row& row : {Row{"IBM-3278-2", 24, 80}, Row{"IBM-3279-3", 32, 80}, Row{"IBM-3278-4-E", 43, 80},
                           Row{"ibm-3278-5-E", 27, 132}}) {
        CAPTURE(row.type);
        Bench bench;
        bench.connect();
        agree_tn3270(bench, row.type);
        bench.wait(seconds{5});
        CHECK(bench.take_input<TerminalOpened>().rows == row.rows);
        bench.take_sends();
        bench.cp(ShowLogo{1, "GDLRCT2"});
        Display display(row.rows, row.columns);
        REQUIRE(display.obey_stream(bench.take_sends()));
        CHECK(display.row(row.rows - 4) == " USERID   ===>");
        CHECK(display.status() == "RUNNING   GDLRCT2");
        CHECK(display.cursor == (row.rows - 5) * row.columns + 16);
    }
}

TEST_CASE("IBM-DYNAMIC: the size is in the usable area of the query reply") {
    Bench bench;
    bench.connect();
    agree_tn3270(bench, "IBM-DYNAMIC");
    bench.sent();
    // A Summary reply first, then Usable Area: 100 columns (64), 60 rows (3C).
    bench.client_sends(
        "88 00 06 81 80 80 81 00 17 81 81 01 00 00 64 00 3C 01 00 0A 02 E5 00 02 00 6F 09 0C 00 00 FF EF");
    CHECK(bench.take_input<TerminalOpened>().rows == 60);
    bench.cp(ShowLogo{1, "GDLRCT2"});
    Display display(60, 100);
    REQUIRE(display.obey_stream(bench.take_sends()));
    CHECK(display.row(56) == " USERID   ===>");
}

TEST_CASE("logical devices: the lowest free number; none left is said and recorded") {
    TelnetConfig config;
    config.devices.value = {3, 4};
    Bench bench(config);
    for (const SocketId socket : {1u, 2u, 3u}) {
        bench.connect(false, socket);
        agree_tn3270(bench, "IBM-3278-2", socket);
    }
    CHECK(bench.take_input<TerminalOpened>().device == 3);
    CHECK(bench.take_input<TerminalOpened>().device == 4);
    CHECK(bench.host.inputs.empty());
    CHECK(bench.closing());
    CHECK(bench.host.lines.back() ==
          "DTCSTM905W No logical device is free for connection 3 from 9.60.60.4..1031");

    bench.hear(PeerClosed{1});
    CHECK(bench.take_input<TerminalLost>().device == 3);
    bench.connect(false, 5);
    agree_tn3270(bench, "IBM-3278-2", 5);
    CHECK(bench.take_input<TerminalOpened>().device == 3);
}

TEST_CASE("CP hears once that a terminal is gone, whoever ended it") {
    Bench bench;
    bench.connect();
    agree_tn3270(bench, "IBM-3278-2");
    bench.host.inputs.clear();
    SUBCASE("the client goes") {
        bench.hear(Closed{Bench::kSocket, CloseReason::reset, ""});
        CHECK(bench.take_input<TerminalLost>().device == 1);
        CHECK(bench.host.inputs.empty());
        CHECK(bench.server.snapshot().empty());
    }
    SUBCASE("CP closes") {
        bench.cp(CloseTerminal{1});
        CHECK(bench.requested<CloseRequest>());
        CHECK(bench.take_input<TerminalLost>().device == 1);
        bench.hear(Closed{Bench::kSocket, CloseReason::finished, ""});
        CHECK(bench.host.inputs.empty());
    }
    SUBCASE("TCPIP ends") {
        bench.server.close_down(bench.now, bench.host);
        CHECK(bench.take_input<TerminalLost>().device == 1);
        CHECK(bench.host.lines.back() == "DTCSTM119I Server Telnet closed down. Bye.");
    }
}

TEST_CASE("a port that TCPIP refuses is said, with the statement that chose it") {
    TelnetConfig config;
    const SourceLocation where{{"PROFILE", "TCPIP", {'D', '1'}}, 12, 5};
    config.ports = {{992, where}};
    Bench bench(config);
    bench.hear(ListenFailed{992, "port 992 is reserved"});
    CHECK(bench.host.lines.back() == "DTCSTM902E Server Telnet cannot open port 992: port 992 is reserved");
    CHECK(bench.host.records.back().rests_on[0] == where);
}
