// Questions besides the faults: what is as it should be leads to what made it so, and what has no answer says
// so.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <set>

#include "simulator/commands/why.hpp"
#include "simulator/scenario/keyboard.hpp"
#include "simulator/scenario/reproduction.hpp"
#include "tests/scenario/healthy_system.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

/// The healthy system, visited, with somebody at its console.
struct Asked {
    Asked() : world(healthy(), nobody) {
        bring_up_and_visit(world, healthy(),
                           {{"TCPMAINT", "NETSTAT HOME"}, {"TCPMAINT", "WHY 421 temporarily"}});
    }
    WhyAnswer ask(std::string_view words) const {
        const auto question = read_why(words);
        REQUIRE(question.has_value());
        const auto journal = world.journal().kept();
        return answer_why(*question, journal, "TCPIP");
    }

    Outside nobody;
    World world;
};

const Asked& asked() {
    static const Asked asked;
    return asked;
}

std::string report_of(const WhyAnswer& answer) {
    std::string text;
    for (const auto& line : report_why(
             answer, [](const auto&) { return std::nullopt; }, kSystemZone))
        text += line + "\n";
    return text;
}

struct Question {
    std::string_view words;
    std::string_view says;   ///< in what it answers first
    std::string_view first;  ///< of the lines it names: "SRVRFTP CONFIG"; empty: it names none
};

const std::vector<Question> kQuestions = {
    {"FTPSERVE", "FTPSERVE listens on port 21", "SRVRFTP CONFIG"},
    {"SMTP", "SMTP listens on port 25", "SMTP CONFIG"},
    {"TLSECHO", "TLSECHO listens on port 7443", "PROFILE TCPIP"},
    {"SSL00001", "SSL00001", "PROFILE TCPIP"},
    {"SSL00005", "SSL00005", "PROFILE TCPIP"},
    {"SSLDCSSM", "SSLDCSSM", ""},
    {"TCPIP", "TCPIP is logged on by AUTOLOG1", ""},
    {"RSCS", "AUTOLOG starts FTPSERVE SMTP TLSECHO VSMSERVE", "PROFILE TCPIP"},
    {"TCPMAINT", "TCPMAINT is logged on", ""},
    {"port 21", "FTPSERVE listens on port 21", "SRVRFTP CONFIG"},
    {"port 23", "listens on port 23", "PROFILE TCPIP"},
    {"port 25", "SMTP listens on port 25", "SMTP CONFIG"},
    {"port 992", "INTCLIEN listens on port 992, SECURE TELCERT", "PROFILE TCPIP"},
    {"port 7443", "TLSECHO listens on port 7443, SECURE", "PROFILE TCPIP"},
    {"port 20", "port 20 is reserved for FTPSERVE", "SRVRFTP CONFIG"},
    {"port 8080", "the PORT statement reserves ports", "PROFILE TCPIP"},
    {"9.60.60.3", "9.60.60.3 is the address of link ETH0", "PROFILE TCPIP"},
    {"9.60.60.200", "9.60.60.200 is no address of TCPIP, and nothing was recorded of it.", ""},
    {"last", "Nothing has failed so far.", ""},
    {"DTCRUN1028E", "DTCRUN1028E was not said, or so long ago that it is forgotten.", ""},
    {"DTCIPI905I", "DTCIPI905I", "PROFILE TCPIP"},
    {"conn 9999", "Nothing is remembered of connection 9999.", ""},
    {"#999999", "There is no record 999999 in memory", ""},
    {"Quux", "Nothing named QUUX has been started, and nothing with that word was recorded.", ""},
    {"421 temporarily", "Nothing with the words '421 temporarily' was recorded.", ""},
    {"NETSTAT HOME", "Nothing with the words 'NETSTAT HOME' was recorded.", ""},
};

}  // namespace

TEST_CASE("answers about a healthy system do not mislead") {
    for (const auto& question : kQuestions) {
        const auto answer = asked().ask(question.words);
        CAPTURE(question.words);
        CAPTURE(report_of(answer));
        const auto& said = answer.chain.empty() ? answer.nothing : answer.chain.front().text;
        CHECK(said.find(question.says) != std::string::npos);
        const std::string first = answer.rests_on.empty() ? "" : answer.rests_on.front().str();
        CHECK((question.first.empty() ? first.empty() : first.starts_with(question.first)));
    }
}

TEST_CASE("why a port is open: who listens there, by which lines, and nothing of other machines") {
    const auto answer = asked().ask("port 992");
    CAPTURE(report_of(answer));
    for (const auto& entry : answer.chain) CHECK(entry.text.find("SSL0") == std::string::npos);
    std::set<std::string> lines;
    for (const auto& where : answer.rests_on) lines.insert(where.str().substr(0, where.str().rfind(':')));
    const std::set<std::string> expected{"PROFILE TCPIP D1:31", "PROFILE TCPIP D1:38"};
    CHECK(lines == expected);
}
