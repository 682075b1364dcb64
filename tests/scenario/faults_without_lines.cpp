// Rows of the catalogue that no line of a file plants: what `why` answers to them all the same.
#include <doctest/doctest.h>

#include <algorithm>

#include "simulator/commands/why.hpp"
#include "simulator/machines/client_scripts.hpp"
#include "simulator/scenario/keyboard.hpp"
#include "simulator/scenario/reproduction.hpp"
#include "tests/scenario/faults.hpp"
#include "tests/scenario/healthy_system.hpp"
#include "tests/scenario/key_database.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

struct Asked {
    WhyAnswer answer;
    std::string report{};
};
Asked ask(const World& world, std::string_view words) {
    const auto question = read_why(words);
    REQUIRE(question.has_value());
    Asked asked{answer_why(*question, world.journal().kept(), "TCPIP")};
    for (const auto& line : report_why(
             asked.answer, [](const auto&) { return std::nullopt; }, kSystemZone))
        asked.report += line + "\n";
    return asked;
}

ConversationResult talk(World& world, Conversation what) {
    what.host = world.host_name();
    const auto number = world.workstation().start(std::move(what), world.system());
    world.system().run_until(world.now() + minutes{1});
    return world.workstation().result(number);
}

/// Another key database in the place of the one that there is, as its keeper would make it at `made`.
void replace_key_database(World& world, Instant made) {
    RandomStream random(seed_from_number(13), "renewed certificates");
    sslserv::LabPkiRequest request;
    request.now = made;
    request.host_names = {world.host_name()};
    request.labels = healthy().around.labels;
    const auto pki = sslserv::make_lab_pki(request, healthy().keys, random);
    put_key_database(pki, world);
}

}  // namespace

TEST_CASE("fault 13") {
    Outside nobody;
    World world(healthy(), nobody);
    constexpr Duration kYear = hours{24 * 365};
    replace_key_database(world, healthy().start - kYear + hours{1});  // good for an hour yet
    bring_up_and_visit(world, healthy());
    const Conversation visit = tls_conversation({world.lan().home, 7443});
    REQUIRE(talk(world, visit).succeeded);

    const Instant replaced = world.now();
    replace_key_database(world, replaced);
    world.system().run_until(replaced + hours{2});
    CHECK_FALSE(talk(world, visit).succeeded);
    const Asked asked = ask(world, "DTCSSL022E");
    const WhyAnswer& answer = asked.answer;
    INFO(asked.report);
    REQUIRE_FALSE(answer.chain.empty());
    CHECK(asked.report.find("the certificate is not valid after") != std::string::npos);
    // The database that the member has is older than the one that lies there.
    const auto read = std::find_if(answer.chain.begin(), answer.chain.end(), [](const JournalEntry& entry) {
        return entry.text.find("has read key database /etc/gskadm/Database.kdb") != std::string::npos;
    });
    REQUIRE(read != answer.chain.end());
    CHECK(read->at < replaced);
    std::vector<std::string> files;
    for (const auto& where : answer.rests_on) files.push_back(where.file.str());
    CHECK(std::find(files.begin(), files.end(), "GDLRCT2 DTCPARMS D1") != files.end());  // KEYFILE

    REQUIRE(type_lines({{"TCPMAINT", "SSLADMIN REFRESH"}}, world));
    world.system().run_until(world.now() + kAfterTyping);
    CHECK(talk(world, visit).succeeded);
}

TEST_CASE("fault 52") {
    Outside nobody;
    World world(healthy(), nobody);
    bring_up_and_visit(world, healthy());
    FtpVisit visit;
    visit.server = {world.lan().home, 21};
    visit.tls = true;
    visit.user = visit.password = "TCPMAINT";
    Conversation hasty = ftp_conversation(visit);
    const auto at = std::find_if(hasty.steps.begin(), hasty.steps.end(), [](const ClientStep& step) {
        const auto* line = std::get_if<SendLine>(&step);
        return line && line->line == "TYPE I";
    });
    REQUIRE(at != hasty.steps.end());
    hasty.steps.insert(at, {SendLine{"PROT P"}, ExpectReply{"503"}});
    const auto result = talk(world, hasty);
    INFO(result.why);
    CHECK(result.succeeded);
    const Asked asked = ask(world, "503 Bad sequence");
    const WhyAnswer& answer = asked.answer;
    INFO(asked.report);
    REQUIRE_FALSE(answer.chain.empty());
    CHECK(answer.chain.front().text.find("PROT before PBSZ") != std::string::npos);
    CHECK(answer.rests_on.empty());  // the client's own mistake
}
