// The three forms of a report say the same; SARIF has the shape of its standard.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "simulator/check/report.hpp"
#include "tests/check/given_files.hpp"

using namespace vmlab;
using namespace vmlab::sim;
using namespace vmlab::sim::testing;

namespace {

Folder faulty() {
    Folder folder;
    folder.bytes["my files/SMTP.CONFIG"] =
        "PORT 25\nFORWARDMAIL YES\nTLS ALLOWED\nTLSLABEL SMTPCERT\nINACTIV 3\n";
    return folder;
}

}  // namespace

TEST_CASE("text: place, line, caret, why, what to try") {
    const SystemFiles files = faulty().system();
    CHECK(
        report_check(check_system(files), files, false) ==
        "my files/SMTP.CONFIG:2:13: warning: SMTP passes on mail for anybody: an open relay [forward-mail]\n"
        "    2 | FORWARDMAIL YES\n"
        "      |             ^~~\n"
        "        why: Others send their mail through this system, and it is blamed for it.\n"
        "        try: change YES to NO\n"
        "my files/SMTP.CONFIG:5:1: error: Unknown statement INACTIV ignored [DTCPRS901E]\n"
        "    5 | INACTIV 3\n"
        "      | ^~~~~~~\n"
        "        why: The word is not a statement of this file.\n"
        "        try: change INACTIV to INACTIVE\n");
}

TEST_CASE("JSON has the findings, with edits in lines and in bytes, and every answer") {
    const SystemFiles files = faulty().system();
    const auto json = nlohmann::json::parse(report_check_json(check_system(files), files));
    CHECK(json["answers"].size() == all_questions().size());
    REQUIRE(json["findings"].size() == 2);
    const auto& edit = json["findings"][0]["fix"]["edits"][0];
    CHECK(edit["line"] == 2);
    CHECK(edit["column"] == 13);
    CHECK(edit["offset"] == 20);
    CHECK(edit["bytes"] == 3);
    CHECK(edit["replacement"] == "Tk8=");
    CHECK(json["files"][0]["form"] == "ASCII, lines");
}

TEST_CASE("SARIF 2.1.0: rules, results with region and fix, files with their encoding") {
    const SystemFiles files = faulty().system();
    const auto sarif = nlohmann::json::parse(report_check_sarif(check_system(files), files, "0"));
    CHECK(sarif["version"] == "2.1.0");
    const auto& run = sarif["runs"][0];
    std::set<std::string> rules;
    for (const auto& rule : run["tool"]["driver"]["rules"]) rules.insert(rule["id"].get<std::string>());
    CHECK(rules.size() == run["tool"]["driver"]["rules"].size());
    REQUIRE(run["results"].size() == 2);
    for (const auto& result : run["results"]) {
        CHECK(rules.contains(result["ruleId"].get<std::string>()));
        CHECK((result["level"] == "error" || result["level"] == "warning"));
        CHECK(result["message"]["text"].is_string());
    }
    const auto& first = run["results"][0];
    const auto& place = first["locations"][0]["physicalLocation"];
    CHECK(place["artifactLocation"]["uri"] == "my%20files/SMTP.CONFIG");
    CHECK(place["region"] == nlohmann::json{{"startLine", 2}, {"startColumn", 13}, {"endColumn", 16}});
    const auto& replacement = first["fixes"][0]["artifactChanges"][0]["replacements"][0];
    CHECK(replacement["deletedRegion"] ==
          nlohmann::json{{"startLine", 2}, {"startColumn", 13}, {"endColumn", 16}});
    CHECK(replacement["insertedContent"]["text"] == "NO");
    CHECK(run["artifacts"][0]["description"]["text"] == "ASCII, lines");
}

TEST_CASE("the list names every question and every message of the readers") {
    const std::string list = report_questions();
    for (const Question& question : all_questions())
        CHECK(list.find(std::string(question.id)) != std::string::npos);
    CHECK(list.find("DTCPRS901E") != std::string::npos);
}
