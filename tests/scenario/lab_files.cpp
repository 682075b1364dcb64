// Lab files: what is wrong in them is said with line and column, and nothing that is in them does harm.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "simulator/scenario/lab_library.hpp"
#include "simulator/scenario/lab_reader.hpp"
#include "simulator/scenario/report.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

const std::string kHere = VMLAB_SOURCE_DIR "/tests/scenario/bad_labs/";
const std::string kLabs = VMLAB_SOURCE_DIR "/simulator/labs";

std::string content_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return std::move(text).str();
}

/// Compares with the golden text; with VMLAB_UPDATE set, writes it instead.
void check_golden(const std::string& name, const std::string& actual) {
    const std::string path = kHere + name + ".txt";
    if (std::getenv("VMLAB_UPDATE")) std::ofstream(path, std::ios::binary) << actual;
    CHECK(actual == content_of(path));
}

constexpr const char* kSmall = R"(vmlab: 1
id: small
title: Small
story: s
symptom: s
before: [SSLADMIN STOP]
checks:
  - {id: red, phase: symptom, fact: {name: ssl_members_ready, is: 0}}
  - {id: green, fact: {name: ssl_members_ready}}
solution: [SSLADMIN START]
)";

Lab small_lab() {
    auto reading = read_lab("small.yaml", kSmall);
    REQUIRE(reading.lab);
    return std::move(*reading.lab);
}

}  // namespace

TEST_CASE("errors carry file, line, column, and the key that was meant") {
    for (const std::string name : {"misspelled", "wrong_shapes", "wires", "not_yaml", "empty"}) {
        CAPTURE(name);
        const auto reading = read_lab(name + ".yaml", content_of(kHere + name + ".yaml"));
        CHECK_FALSE(reading.lab);
        CHECK_FALSE(reading.errors.empty());
        check_golden(name, report_errors(reading.errors));
    }
}

TEST_CASE("a small lab is read as it is meant") {
    const Lab lab = small_lab();
    CHECK(lab.id == "small");
    REQUIRE(lab.before.size() == 1);
    CHECK(lab.before[0].as == Userid("TCPMAINT"));
    REQUIRE(lab.checks.size() == 2);
    CHECK(lab.checks[0].phase == CheckPhase::symptom);
    CHECK(lab.checks[1].phase == CheckPhase::goal);
    CHECK(std::get<FactCheck>(lab.checks[0].what).is == std::optional<std::int64_t>(0));
    CHECK(lab.checks[1].where.line == 9);
}

TEST_CASE("no text makes the reader throw or hang: every prefix, every byte changed") {
    const std::string whole = content_of(kLabs + "/ssl-stack-mismatch.yaml");
    REQUIRE(whole.size() > 1000);
    for (std::size_t n = 0; n < whole.size(); n += 41)
        (void)read_lab("cut.yaml", std::string_view(whole).substr(0, n));
    RandomStream random(seed_from_number(3), "mutations");
    for (int round = 0; round < 150; ++round) {
        std::string text = whole;
        for (int i = 0; i < 3; ++i) text[random.below(text.size())] = char(random.below(256));
        const auto reading = read_lab("changed.yaml", text);
        CHECK((reading.lab.has_value() == reading.errors.empty()));
    }
    std::string deep = std::string(kSmall) + "hints: ";
    for (int i = 0; i < 20'000; ++i) deep += "[";
    CHECK_FALSE(read_lab("deep.yaml", deep).lab);
    std::string nested = "vmlab: 1\nchecks:\n  - all:";
    for (int i = 1; i < 60; ++i) nested += "\n" + std::string(std::size_t(2 + 4 * i), ' ') + "- all:";
    CHECK_FALSE(read_lab("nested.yaml", nested).lab);
}

TEST_CASE("nesting without end, and aliases that multiply, are errors with a place") {
    const auto first_error = [](const std::string& text) {
        const auto reading = read_lab("x.yaml", text);
        REQUIRE_FALSE(reading.errors.empty());
        CHECK(reading.errors.size() <= 50);
        return reading.errors.back().str();
    };
    const auto repeated = [](std::string_view what, int times) {
        std::string text;
        for (int i = 0; i < times; ++i) text += what;
        return text;
    };
    CHECK(first_error("checks: " + repeated("[", 20'000)).ends_with("error: nested too deeply"));
    CHECK(first_error(repeated("- ", 20'000)).ends_with("error: nested too deeply"));
    CHECK(first_error("checks: &a\n - id: q\n   all: *a\n") == "x.yaml:2:4: error: too many checks");
    std::string bomb = "a: &l0 [x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 9; ++i)
        bomb +=
            "b: &l" + std::to_string(i) + " [" + repeated("*l" + std::to_string(i - 1) + ", ", 9) + "x]\n";
    CHECK(first_error(bomb + "checks: *l8\n").ends_with("check must be a mapping of keys and values"));
}

TEST_CASE("a system of another level, with certificates made to order") {
    const auto with = [](const std::string& system) {
        return read_lab("x.yaml", std::string(kSmall) + "system: " + system + "\n");
    };
    const auto plain = with("{}");
    REQUIRE(plain.lab);
    CHECK(plain.lab->system.level == Level());
    const auto reading = with(
        "{level: 740, fips_database: true, certificates: [{label: ECHOCERT, key: ec-256}, "
        "{label: OLD, key: rsa-1024, hash: sha1, dates: expired, with_key: false}]}");
    REQUIRE(reading.lab);
    const auto& system = reading.lab->system;
    CHECK(system.level == Level(Release::v740));
    CHECK(system.fips_database);
    REQUIRE(system.certificates.size() == 2);
    using sslserv::KeyKind;
    using sslserv::LabCertificate;
    CHECK(system.certificates[0] == LabCertificate{.label = "ECHOCERT", .kind = KeyKind::ec, .bits = 256});
    CHECK(system.certificates[1] == LabCertificate{"OLD", KeyKind::rsa, 1024, sslserv::SignatureHash::sha1,
                                                   LabCertificate::Dates::expired, false});
    CHECK_FALSE(with("{level: 710, service: []}").lab->system.level.has(Apar::PI99184));
    CHECK(with("{level: 710, service: [PI99184]}").lab->system.level.service() == std::vector{Apar::PI99184});
    const auto error = [&](const std::string& text) { return with(text).errors.at(0).text; };
    CHECK(error("{level: 700}").starts_with("'700' is not known for 'level'"));
    CHECK(error("{level: 720, service: [PI99184]}") == "PI99184 is not for level 720: the level has it");
    CHECK(error("{level: 640, service: [PH18435]}") ==
          "PH18435 is not for level 640: the level cannot have it");
    CHECK(error("{service: [PK12345]}").starts_with("'PK12345' is no service"));
    const auto machine = with("{crypto: {cpacf: false, cards: [CEX6A, cex5c]}}").lab->system.crypto;
    REQUIRE(machine.has_value());
    CHECK_FALSE(machine->cpacf);
    REQUIRE(machine->cards.size() == 2);
    CHECK(machine->cards[1].type == "CEX5C");
    CHECK(with("{crypto: {}}").lab->system.crypto == MachineCrypto{});
    CHECK_FALSE(with("{level: 710}").lab->system.crypto.has_value());
    CHECK(error("{crypto: {cards: [CEX3A]}}").starts_with("a card is CEX, a digit from 4 to 8"));
    CHECK(error("{certificates: [{label: A}, {label: A}]}") == "'A' stands here twice");
    CHECK(error("{certificates: [{key: ec-256}]}") == "'label' is missing");
    CHECK(error("{certificates: [{label: A, key: dsa-1024}]}")
              .starts_with("'dsa-1024' is not known for 'key'"));
}

TEST_CASE("a patch that does not fit the baseline says where it stands in the lab") {
    const ConfigurationFiles files{{"TCPMAINT.198/SRVRFTP.CONFIG", "PORT 21\nPORT 21\nTLSLABEL FTPCERT\n"}};
    const DiskFile ftp{"TCPMAINT", "0198", "SRVRFTP", "CONFIG"};
    const auto patched = [&](FilePatch patch, std::vector<LabError>& errors) {
        Lab lab = small_lab();
        lab.patch.push_back(std::move(patch));
        return apply_patch(lab, lab.patch, files, errors);
    };
    std::vector<LabError> errors;
    CHECK(patched({ftp, {}, {}, {{"TLSLABEL", "FTPCERT", "OTHER", {}}}}, errors)[0].second ==
          "PORT 21\nPORT 21\nTLSLABEL OTHER\n");
    CHECK(patched({ftp, {}, "whole\n", {}}, errors)[0].second == "whole\n");
    const DiskFile smtp{"TCPMAINT", "0198", "SMTP", "CONFIG"};
    CHECK(patched({smtp, {}, "new\n", {}}, errors)[0].first == "TCPMAINT.198/SMTP.CONFIG");
    CHECK(errors.empty());
    (void)patched({ftp, {}, {}, {{"", "PORT 21", "PORT 2121", {7, 9}}}}, errors);
    (void)patched({ftp, {}, {}, {{"", "PASSIVE", "", {8, 9}}}}, errors);
    (void)patched({smtp, {9, 5}, {}, {{"", "a", "b", {}}}}, errors);
    CHECK(report_errors(errors) ==
          "small.yaml:7:9: error: TCPMAINT 198 SRVRFTP CONFIG: 'PORT 21' stands in the file more than once: "
          "say "
          "behind what (after:)\n"
          "small.yaml:8:9: error: TCPMAINT 198 SRVRFTP CONFIG: the file has no 'PASSIVE'\n"
          "small.yaml:9:5: error: the baseline has no file TCPMAINT 198 SMTP CONFIG\n");
}

TEST_CASE("clients' certificates of a lab, beside those that are always there") {
    const auto read = [](const std::string& system, const std::string& certificate) {
        return read_lab("clients.yaml",
                        "vmlab: 1\nid: clients\ntitle: t\nlevel: 1\nstory: s\nsymptom: s\n"
                        "system: " +
                            system +
                            "\npatch:\n  - {file: A 191 B C, text: t}\n"
                            "checks:\n  - {id: a, title: t, phase: symptom, probe: {tls: , port: 1}}\n"
                            "  - {id: b, title: t, phase: goal, probe: {tls: , port: 1, "
                            "certificate: " +
                            certificate + "}}\nsolution: [X]\n");
    };
    const auto reading = read(
        "{clients: [{name: client-late, dates: expired}, {name: client, revoked: true}], "
        "revocation_list: expired}",
        "client-late");
    for (const auto& error : reading.errors) FAIL_CHECK(error.str());
    REQUIRE(reading.lab);
    using sslserv::LabClient;
    using Dates = sslserv::LabCertificate::Dates;
    const auto& system = reading.lab->system;
    REQUIRE(system.clients.size() == 5);
    CHECK(system.clients[3] == LabClient{.name = "client-late", .dates = Dates::expired});
    CHECK(system.clients[4] == LabClient{.name = "client", .revoked = true});
    CHECK(system.list_dates == Dates::expired);
    CHECK(std::get<ProbeCheck>(reading.lab->checks[1].what).certificate == "client-late");
    const auto first = [&](const std::string& order, const std::string& certificate) {
        const auto bad = read(order, certificate);
        return bad.errors.empty() ? std::string() : bad.errors.front().text;
    };
    CHECK(first("{clients: [{name: ca}]}", "client") ==
          "a client's name is 'client' or begins so, with a-z, 0-9 and '-'");
    CHECK(first("{level: 710}", "nobody") == "there is no client 'nobody'");
}

TEST_CASE("the published schema knows the same keys as the reader") {
    const auto schema = nlohmann::json::parse(content_of(kLabs + "/lab.schema.json"), nullptr, false);
    REQUIRE(schema.is_object());
    for (const auto& set : known_lab_keys()) {
        CAPTURE(set.of);
        const auto& definition = set.of == "lab" ? schema : schema["$defs"][std::string(set.of)];
        REQUIRE(definition.is_object());
        CHECK(definition["additionalProperties"] == false);
        std::set<std::string> published, known;
        for (const auto& [key, value] : definition["properties"].items()) published.insert(key);
        for (const auto key : set.keys) known.insert(std::string(key));
        CHECK(published == known);
    }
}

TEST_CASE("labs are found by id and by path; what is not there is answered with what is") {
    std::vector<LabError> errors;
    const auto by_id = find_lab("SSL-STOPPED", kLabs, errors);
    REQUIRE(by_id);
    CHECK(by_id->id == "ssl-stopped");
    CHECK(find_lab(kLabs + "/ssl-stopped.yaml", kLabs, errors)->id == "ssl-stopped");
    CHECK(errors.empty());
    CHECK_FALSE(find_lab("ssl-stoped", kLabs, errors));
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].text.find("ssl-stopped") != std::string::npos);
    CHECK_FALSE(find_lab("/nowhere/x.yaml", kLabs, errors));
    CHECK(errors.back().str() == "/nowhere/x.yaml: error: the file cannot be read");
}
