// The part of REXX that exits are written in.
#include "simulator/cms/exec.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "stack/base/random.hpp"

namespace vmlab::sim {
namespace {

struct Heard final : ExecHost {
    int command(const std::string& line) override {
        lines.push_back("> " + line);
        return line == "BAD" ? 28 : 0;
    }
    void say(std::string line) override { lines.push_back(std::move(line)); }
    std::vector<std::string> lines{};
};

struct Ran {
    ExecEnd end;
    std::vector<std::string> lines;
};
Ran ran(std::string_view program, std::string_view arguments = "") {
    Heard heard;
    auto end = run_exec(program, arguments, heard);
    return {std::move(end), std::move(heard.lines)};
}
using Lines = std::vector<std::string>;

TEST_CASE("commands, SAY and comments") {
    CHECK(ran("/* a /* nested */ comment\n over lines */ say 'it''s' \"so\"; 'CP QUERY TIME'\nnop").lines ==
          Lines{"it's so", "> CP QUERY TIME"});
    CHECK(ran("say 'a',\n 'b'\nsay").lines == Lines{"a b", ""});
    CHECK(ran("Address Command 'STATE X Y A'\nquery disk").lines == Lines{"> STATE X Y A", "> QUERY DISK"});
}

TEST_CASE("arguments, variables and concatenation") {
    CHECK(ran("parse arg one . rest\nsay one'-'rest", "Alpha beta  gamma delta").lines ==
          Lines{"Alpha-gamma delta"});
    CHECK(ran("arg call\nsay '<'call'>'", "setup x").lines == Lines{"<SETUP X>"});
    CHECK(ran("x = 'a' || 'b' 'c'\nsay x y").lines == Lines{"ab c Y"});
}

TEST_CASE("IF, SELECT and groups run the branch that holds, and RC is the last command's") {
    CHECK(ran("'BAD'\nif rc <> 0 then say 'failed' rc\nelse say 'well'").lines ==
          Lines{"> BAD", "failed 28"});
    CHECK(ran("'GOOD'\nif rc = 0 then\n do\n say 1\n say 2\n end\nelse say 3").lines ==
          Lines{"> GOOD", "1", "2"});
    const char* select =
        "arg c\nselect\nwhen c = 'A' then say 'a'\nwhen c = 'B' | c = 'C' then say 'b or c'\n"
        "otherwise\nsay 'other'\nsay 'yes'\nend\nsay 'end'";
    CHECK(ran(select, "C").lines == Lines{"b or c", "end"});
    CHECK(ran(select, "D").lines == Lines{"other", "yes", "end"});
    CHECK(ran("if \\(1 == '1 ') & 2 < 10 & 'b' > 'a' then say 'so'").lines == Lines{"so"});
    CHECK(ran("if 0 then if flag then say 1\nsay 'here'").lines == Lines{"here"});
}

TEST_CASE("EXIT ends with its code, and nothing after it runs") {
    auto end = ran("say 1\nif 1 then exit 12\nsay 2");
    CHECK(end.lines == Lines{"1"});
    CHECK(end.end.rc == 12);
    CHECK(ran("exit").end.rc == 0);
    CHECK(ran("exit -3").end.line == 1);  // arithmetic, and so is a sign
    CHECK(ran("exit 'often'").end.complaint == "EXIT with often, which is no return code");
}

TEST_CASE("what is not simulated is named with its line, and nothing of it is guessed") {
    const auto complaint = [](std::string_view program) {
        const auto end = ran(program).end;
        return std::to_string(end.line) + ": " + end.complaint;
    };
    CHECK(complaint("say 1\ncall other") == "2: CALL is not simulated");
    CHECK(complaint("signal on error") == "1: SIGNAL is not simulated");
    CHECK(complaint("\n\nx = date('S')") == "3: functions are not simulated: DATE");
    CHECK(complaint("do i = 1 to 3") == "1: DO with a control is not simulated");
    CHECK(complaint("say 1 + 1") == "1: \"+\" is not expected here");
    CHECK(complaint("parse var x y") == "1: PARSE VAR is not simulated");
    CHECK(complaint("if x then say 1") == "1: \"X\" is neither true nor false");
    CHECK(complaint("select\nwhen 0 then nop\nend").ends_with("no WHEN holds, and there is no OTHERWISE"));
    CHECK(complaint("do\nsay 1").ends_with("END is missing"));
    CHECK(complaint("say 'open") == "1: a string without its end");
    CHECK(complaint("/* open\n") == "1: a comment without its end");
    CHECK(complaint("here: say 1") == "1: labels are not simulated");
    CHECK(complaint("a.1 = 2") == "1: a value for A.1 is not simulated");
}

TEST_CASE("no program harms: nesting, long strings, and ten thousand random ones") {
    CHECK(ran(std::string(10000, '(')).end.line == 1);
    std::string doubling = "a = 'xxxxxxxxxxxxxxxx'\n";
    for (int i = 0; i < 30; ++i) doubling += "a = a || a\n";
    CHECK(ran(doubling).end.complaint == "a string grows too long");
    const char* const words[] = {"if ",        "then ", "else ", "do\n",   "end\n", "select\n", "when ",
                                 "otherwise ", "say ",  "exit ", "parse ", "arg ",  "x",        "=",
                                 "(",          ")",     "|",     "&",      "\\",    "'a'",      "\"",
                                 ";",          "\n",    ",",     "/*",     "*/",    "1",        " ",
                                 "address ",   ":",     "||",    "<"};
    RandomStream random(seed_from_number(1), "exec");
    std::size_t clean = 0;
    for (int n = 0; n < 10000; ++n) {
        std::string program;
        for (auto left = random.below(40); left > 0; --left) program += words[random.below(std::size(words))];
        clean += ran(program, "a b").end.line == 0;
    }
    CHECK(clean > 100);
}

}  // namespace
}  // namespace vmlab::sim
