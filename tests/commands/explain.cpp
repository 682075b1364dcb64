// Every message can be explained, and says whose wording it is.
#include "simulator/commands/explain.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace vmlab;
using namespace vmlab::sim;

namespace {

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const auto& line : lines) text += line + "\n";
    return text;
}

}  // namespace

TEST_CASE("every message has a meaning, something to check, and lines that fit a screen") {
    CHECK(all_messages().size() > 150);
    for (const auto* message : all_messages()) {
        CAPTURE(message->number);
        CHECK(message->meaning.size() > 5);
        if (message->severity() != 'I') CHECK(message->check.size() > 5);
        for (const auto& line : report_message(*message)) CHECK(line.size() <= 110);
        CHECK_FALSE(find_messages(message->number).empty());
    }
}

TEST_CASE("numbers that are ours are in the 9xx range, and only those") {
    for (const auto* message : all_messages()) {
        CAPTURE(message->number);
        const auto digit = message->number.find_first_of("0123456789");
        const bool nine_hundreds = message->number[digit] == '9' && message->number.size() - digit == 4;
        if (nine_hundreds) CHECK(message->wording == Wording::ours);
    }
}

TEST_CASE("a message of the seed, one with several texts, an abbreviated number, one that does not exist") {
    const auto found = find_messages("dtcrun1028e");
    REQUIRE(found.size() == 1);
    const auto text = joined(report_message(*found[0]));
    CHECK(text.find("does not match") != text.npos);
    CHECK(text.find("Severity:  E (error)") != text.npos);
    CHECK(text.find("as the document has it") != text.npos);
    CHECK(find_messages("DTCRUN1011I").size() == 4);
    CHECK(find_messages("DTCRUN1028").size() == 1);
    CHECK(find_messages("DTCRUN1029E").empty());
    CHECK(joined(report_unknown("dtcrun1029e")).find("DTCRUN1028E") != std::string::npos);
    CHECK(joined(report_unknown("XYZ")) == "XYZ is no message or statement of this system.\n");
    CHECK(report_explanations_json(found).find("\"wording\": \"seed\"") != std::string::npos);
}
