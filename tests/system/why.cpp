// Why: the chain from a symptom, deepest cause first; and journal lines that can be read back.
#include <doctest/doctest.h>

#include <algorithm>

#include "simulator/system/why.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

SourceLocation at(const Name8& name, const Name8& type, std::uint32_t line) {
    return {{name, type, {'D', '1'}}, line, 1};
}

/// A system in which FTPSERVE refuses to start, told by its records.
struct Story {
    Journal journal;
    Instant now = instant_of({2019, 10, 9, 0, 16, 0, 0, 0});

    CauseId tell(CauseId parent, const Name8& machine, Record what) {
        now += seconds{1};
        return journal.add(parent, now, machine, std::move(what));
    }

    CauseId port_line() {
        return tell(CauseId::none, "TCPIP",
                    {RecordKind::state,
                     "port 21 is reserved for FTPSERVE",
                     {at("PROFILE", "TCPIP", 21)},
                     about_port(21),
                     {about_machine("FTPSERVE"), "autolog"}});
    }
    CauseId autolog(std::uint32_t line) {
        return tell(CauseId::none, "TCPIP",
                    {RecordKind::state, "AUTOLOG starts SMTP", {at("PROFILE", "TCPIP", line)}, "autolog"});
    }
    CauseId refused_at(std::uint16_t port) {
        return tell(CauseId::none, "TCPIP",
                    {RecordKind::refusal, "nothing listens", {}, {}, {about_port(port), "port list"}});
    }
    WhyAnswer ask(std::string_view words) {
        const auto question = read_why(words);
        REQUIRE(question.has_value());
        kept = journal.kept();
        return answer_why(*question, kept, "TCPIP");
    }
    std::vector<JournalEntry> kept;
};

}  // namespace

TEST_CASE("why: the failure that nothing else explains gives the first line") {
    Story s;
    s.autolog(9);
    s.port_line();
    const auto logon = s.tell(CauseId::none, "FTPSERVE",
                              {RecordKind::state, "FTPSERVE is logged on", {}, about_machine("FTPSERVE")});
    const auto label =
        s.tell(logon, "FTPSERVE",
               {RecordKind::refusal, "label NOTTHERE is not known", {at("SRVRFTP", "CONFIG", 9)}});
    s.tell(label, "FTPSERVE",
           {RecordKind::message,
            "12:00:00 DTCFTS8467E Error verifying TLS label NOTTHERE",
            {at("SRVRFTP", "CONFIG", 9)}});
    s.tell(label, "FTPSERVE",
           {RecordKind::state, "session of FTPSERVE ended", {}, about_machine("FTPSERVE")});
    s.refused_at(21);

    SUBCASE("asked for what failed last") {
        const auto answer = s.ask("LAST");
        REQUIRE(answer.rests_on.size() == 3);
        CHECK(answer.rests_on[0] == at("SRVRFTP", "CONFIG", 9));
        CHECK(answer.chain.front().text == "nothing listens");
    }
    SUBCASE("asked for the port") {
        const auto answer = s.ask("port 21");
        REQUIRE_FALSE(answer.rests_on.empty());
        CHECK(answer.rests_on[0] == at("SRVRFTP", "CONFIG", 9));
    }
    SUBCASE("asked for the message") {
        const auto answer = s.ask("dtcfts8467e");
        REQUIRE_FALSE(answer.rests_on.empty());
        CHECK(answer.rests_on[0] == at("SRVRFTP", "CONFIG", 9));
    }
}

TEST_CASE("why: what was never started leads to the list that should have named it") {
    Story s;
    s.autolog(9);
    s.port_line();
    s.refused_at(21);
    const auto answer = s.ask("last");
    REQUIRE(answer.rests_on.size() == 2);
    CHECK(answer.rests_on[0] == at("PROFILE", "TCPIP", 9));
    CHECK(s.ask("FTPSERVE").rests_on[0] == at("PROFILE", "TCPIP", 9));
}

TEST_CASE("why: a failure that happened to other things is no cause") {
    Story s;
    s.tell(CauseId::none, "TCPIP",
           {RecordKind::refusal, "link ETH9 is not defined", {at("PROFILE", "TCPIP", 3)}, "link ETH9"});
    s.autolog(9);
    s.port_line();
    s.refused_at(21);
    for (const auto& where : s.ask("last").rests_on) CHECK_FALSE(where == at("PROFILE", "TCPIP", 3));
}

TEST_CASE("why: a name that nobody started, one that nobody knows, and words that were typed") {
    Story s;
    s.autolog(9);
    s.port_line();
    s.tell(CauseId::none, "TCPIP",
           {RecordKind::state,
            "SSL00005 is not started",
            {at("PROFILE", "TCPIP", 12)},
            about_machine("SSL00005")});
    s.tell(CauseId::none, "TCPMAINT", typed_record("WHY 421 temporarily"));
    CHECK(s.ask("FTPSERVE").rests_on.front() == at("PROFILE", "TCPIP", 9));
    CHECK(s.ask("SSL00005").rests_on.front() == at("PROFILE", "TCPIP", 12));
    CHECK(s.ask("Ready").chain.empty());
    CHECK(s.ask("421 temporarily").chain.empty());
}

TEST_CASE("why: an address, whether it is the system's or only somebody's who came") {
    Story s;
    s.tell(CauseId::none, "TCPIP",
           {RecordKind::state,
            "9.60.60.3 is the address of link ETH0",
            {at("PROFILE", "TCPIP", 31)},
            "address 9.60.60.3"});
    s.tell(CauseId::none, "TCPIP",
           {RecordKind::refusal, "9.60.60.20..1030 is blocked", {at("PROFILE", "TCPIP", 8)}});
    CHECK(s.ask("9.60.60.3").rests_on.front() == at("PROFILE", "TCPIP", 31));
    CHECK(s.ask("9.60.60.20").rests_on.front() == at("PROFILE", "TCPIP", 8));
    CHECK(s.ask("9.60.60.2").chain.empty());
    CHECK(s.ask("60.60.20").chain.size() == 1);  // three numbers are words of a record
    CHECK(s.ask("0.60.60.20").chain.empty());
    CHECK(s.ask("9.60.60.4").nothing == "9.60.60.4 is no address of TCPIP, and nothing was recorded of it.");
}

TEST_CASE("why: ranges, questions without an answer, questions that are none") {
    Story s;
    s.tell(CauseId::none, "TCPIP",
           {RecordKind::state,
            "ports 30000-30999 are reserved for FTPSERVE",
            {at("PROFILE", "TCPIP", 5)},
            about_ports(30000, 30999)});
    CHECK(s.ask("port 30007").rests_on.front() == at("PROFILE", "TCPIP", 5));
    CHECK(s.ask("port 992").nothing == "TCPIP has said nothing of its ports: it has not been started.");
    CHECK(s.ask("conn 7").nothing == "Nothing is remembered of connection 7.");
    CHECK(s.ask("last").nothing == "Nothing has failed so far.");
    CHECK_FALSE(read_why("port 65536").has_value());
    CHECK_FALSE(read_why("#x").has_value());
    CHECK(read_why("CONN 1006")->kind == WhyQuestion::Kind::connection);
    CHECK(read_why("421 temporarily")->kind == WhyQuestion::Kind::text);
}

TEST_CASE("journal: a line is read back as it was written") {
    JournalEntry entry{CauseId{12},
                       CauseId{7},
                       instant_of({2019, 10, 9, 0, 12, 0, 0, 1234}),
                       "TCPIP",
                       RecordKind::refusal,
                       "port [21] refused {why}",
                       {at("PROFILE", "TCPIP", 12), {{"TCPIP", "DATA", {' ', ' '}}, 0, 0}},
                       about_port(21),
                       {about_machine("FTPSERVE"), "port list"}};
    const auto read = JournalEntry::read_line(entry.line());
    REQUIRE(read.has_value());
    CHECK(read->line() == entry.line());
    CHECK(read->text == entry.text);
    CHECK(read->rests_on == entry.rests_on);
    CHECK(read->about == entry.about);
    CHECK(read->consulted == entry.consulted);
    for (const char* bad : {"", "12", "#12 <#7", "#12 <#7 2019-13-09T12:00:00.000000000Z TCPIP refusal x",
                            "#12 <#7 2019-10-09T12:00:00.000000000Z TCPIP nonsense x", "#1x <#7 y"})
        CHECK_FALSE(JournalEntry::read_line(bad).has_value());
}

TEST_CASE("journal: what is built in is no line to rest on, and does not come back as words") {
    Journal journal;
    journal.add(CauseId::none, Instant{}, "TCPIP",
                {RecordKind::state, "listens", {{}, at("PROFILE", "TCPIP", 3), {}}});
    const auto kept = journal.kept();
    CHECK(kept[0].rests_on == std::vector{at("PROFILE", "TCPIP", 3)});
    CHECK(JournalEntry::read_line(kept[0].line())->text == "listens");
}

TEST_CASE("journal: a record is one line, whoever's words are in it") {
    Journal journal;
    journal.keep_lines(true);
    journal.add(CauseId::none, Instant{}, "FTPSERVE",
                {RecordKind::refusal, "no such file: a\n#9 <#0 b\r\x7f", {}, {}, {}});
    const std::string lines = journal.take_lines();
    REQUIRE(std::count(lines.begin(), lines.end(), '\n') == 1);
    const auto entry = JournalEntry::read_line(std::string_view(lines).substr(0, lines.size() - 1));
    REQUIRE(entry.has_value());
    CHECK(entry->text == "no such file: a #9 <#0 b  ");
}

TEST_CASE("journal: what makes the same run again is read back exactly") {
    Journal journal;
    const Seed seed = seed_from_number(20);
    journal.add(CauseId::none, Instant{}, "CP", seed_record(seed));
    const std::string line = "TYPE X {port 21} ?machine FTPSERVE? [PROFILE TCPIP D1:12:3]";
    journal.add(CauseId::none, Instant{}, "TCPMAINT", typed_record(line));
    journal.add(CauseId::none, Instant{}, "TCPMAINT", typed_record("two\nlines"));
    std::vector<JournalEntry> read;
    for (const auto& entry : journal.kept()) read.push_back(JournalEntry::read_line(entry.line()).value());
    CHECK(read[0].seed() == seed);
    CHECK_FALSE(read[0].typed().has_value());
    CHECK(read[1].typed() == line);
    CHECK(read[1].about.empty());
    CHECK(read[2].typed() == "two lines");
}

TEST_CASE("journal: passing connections do not bury why the system is as it is") {
    Story s;
    s.autolog(9);
    s.port_line();
    for (int i = 0; i < 10'000; ++i) s.refused_at(std::uint16_t(i));
    CHECK(s.ask("FTPSERVE").rests_on.front() == at("PROFILE", "TCPIP", 9));
    CHECK(s.kept.size() <= 2 * Journal::kKept);
    CHECK(s.journal.find(s.kept.front().id)->about == "autolog");
}
