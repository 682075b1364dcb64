// What `check` suggests for a fault of the catalogue, applied as it stands, removes its findings and cures
// the symptom. Faults that the files alone do not show, or that no edit of lines cures, are named with the
// reason, and counted.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

#include "simulator/commands/why.hpp"
#include "simulator/scenario/keyboard.hpp"
#include "simulator/scenario/reproduction.hpp"
#include "tests/check/given_files.hpp"
#include "tests/scenario/faults.hpp"
#include "tests/scenario/healthy_system.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

/// A row that is planted and for which check has no suggestion.
struct NoSuggestion {
    std::string_view finding;  ///< its id; empty: the files show nothing
    std::string_view why;
};
const std::map<int, NoSuggestion> kNoSuggestion = {
    {19, {"hidden-profile", "a file is to be renamed or erased: no edit of lines does that"}},
    {29, {"", "what the profile asks for is right: only the client's visit shows the fault"}},
    {30,
     {"", "what PORT asks for is right: only the visit of a client without a certificate shows the fault"}},
    {41, {"no-default-route", "no file says which hop leads to the networks behind it"}},
    {42, {"", "no file says how large a packet the network carries"}},
    {43, {"", "check does not read the COMMAND that says which layer the virtual switch carries"}},
    {44, {"", "no file says how many clients share an address"}},
    {46, {"", "no file says who shall give commands to SMTP"}},
    {47, {"", "no file says who shall give commands to the SSL servers"}},
    {48, {"", "RACF's database says who may use a segment: no other file does"}},
    {50, {"", "what DTCPARMS asks for is right: only the visit of an old client shows the fault"}},
    {51, {"", "whether a key database is of the FIPS mode stands in no file of text"}},
    {53, {"", "a grant may stand elsewhere (SYSTEM CONFIG, an EXEC): the directory need not have it"}},
    {54, {"", "no file says which network an adapter is for"}},
    {55, {"", "a virtual switch may be defined elsewhere: the directory need not have it"}},
};

constexpr int kMostSteps = 12;

testing::Folder folder_of(const ConfigurationFiles& files) {
    testing::Folder folder = testing::Folder::baseline();
    folder.bytes = {files.begin(), files.end()};
    folder.options.labels = Surroundings().labels;
    folder.options.labels_from = "the lab";
    return folder;
}

ConfigurationFiles files_of(const testing::Folder& folder) {
    return {folder.bytes.begin(), folder.bytes.end()};
}

std::string all_of(const std::vector<CheckFinding>& findings) {
    std::string text;
    for (const auto& f : findings)
        text += f.where.str() + " " + f.id + ": " + f.text + (f.fix ? " [" + f.fix->what + "]" : "") + "\n";
    return text;
}

/// Applies the first suggestion of each check until there is none. How many there were.
int follow_suggestions(testing::Folder& folder, const testing::Folder& before, std::string& steps) {
    for (int step = 0; step < kMostSteps; ++step) {
        const auto found = testing::new_findings(folder, before);
        const auto next =
            std::find_if(found.begin(), found.end(), [](const CheckFinding& f) { return f.fix.has_value(); });
        if (next == found.end()) return step;
        steps += all_of({*next});
        REQUIRE(folder.apply(*next->fix));
        for (const auto& left : testing::new_findings(folder, before))
            CHECK_FALSE((left.id == next->id && left.where == next->where && left.text == next->text));
    }
    return kMostSteps;
}

void check_cure(const PlantedFault& fault) {
    CAPTURE(fault.row);
    CAPTURE(fault.title);
    WorldOptions good = healthy();
    for (const auto& edit : fault.usual) (void)plant(edit, good.files);
    ConfigurationFiles files = good.files;
    for (std::size_t i = 1; i < fault.edits.size(); ++i) (void)plant(fault.edits[i], files);
    const testing::Folder before = folder_of(files);
    (void)plant(fault.edits[0], files);
    testing::Folder folder = folder_of(files);
    CAPTURE(all_of(testing::new_findings(folder, before)));
    if (const auto known = kNoSuggestion.find(fault.row); known != kNoSuggestion.end()) {
        const auto found = testing::new_findings(folder, before);
        const std::string_view id = known->second.finding;
        const auto is_it = [&](const CheckFinding& f) { return f.id == id && !f.fix; };
        CHECK((id.empty() ? found.empty() : std::any_of(found.begin(), found.end(), is_it)));
        return;
    }
    std::string steps;
    const int followed = follow_suggestions(folder, before, steps);
    CAPTURE(steps);
    CHECK(followed < kMostSteps);
    CHECK(followed > 0);
    if (followed == 0) return;

    const AskedFault asked = ask_about(fault, good, files);
    const WhyAnswer& answer = asked.answer;
    REQUIRE_FALSE(answer.chain.empty());
    // The system with the suggestions is the good one of a proof: it lacks the symptom, or nothing is proved.
    WorldOptions suggested = healthy();
    suggested.files = files_of(folder);
    const Cure cure =
        prove_why(asked.question, answer, suggested, {asked.journal, files, good.start, "TCPIP"});
    CAPTURE(cure.why_not);
    CHECK_FALSE(cure.undo.empty());
}

/// Rows that only check sees: no symptom, a finding that its suggestion removes.
struct AuditedRow {
    int row;
    PlantedEdit edit;
    std::string_view id;
};
const std::vector<AuditedRow> kAudited = {
    {20,
     {"TCPMAINT.591/IBM.DTCPARMS", ":nick.TCPIP     :type.server   :class.stack",
      ":nick.TCPIP     :type.server   :class.stack   :timezone.EST5EDT"},
     "ibm-dtcparms-edited"},
    {31, {"TCPMAINT.198/PROFILE.TCPIP", "RESTRICTLOWPORTS", "FREELOWPORTS"}, "free-low-ports"},
    {38,
     {"MAINT.2CC/USER.DIRECT", "USER TCPIP10 AUTOONLY 128M 256M ABG",
      "USER TCPIP10 AUTOONLY 128M 256M ABG\n  DEDICATE 0610 0610"},
     "dedicate-beside-attach"},
    {49, {"TCPMAINT.198/SMTP.CONFIG", "FORWARDMAIL       NO", "FORWARDMAIL       YES"}, "forward-mail"},
};

}  // namespace

TEST_CASE("the suggestions of check cure every planted fault, but those that are named with their reason") {
    std::size_t cured = 0;
    for (const auto& fault : planted_faults()) {
        check_cure(fault);
        if (!kNoSuggestion.contains(fault.row)) ++cured;
    }
    for (const auto& [row, none] : kNoSuggestion)
        std::printf("no suggestion: fault %d: %s\n", row, std::string(none.why).c_str());
    CHECK(cured + kNoSuggestion.size() == planted_faults().size());
}

TEST_CASE("rows that only check sees: what it suggests removes the finding") {
    for (const auto& row : kAudited) {
        CAPTURE(row.row);
        ConfigurationFiles files = healthy().files;
        const testing::Folder before = folder_of(files);
        (void)plant(row.edit, files);
        testing::Folder folder = folder_of(files);
        const auto found = testing::new_findings(folder, before);
        CAPTURE(all_of(found));
        CHECK(
            std::any_of(found.begin(), found.end(), [&](const auto& f) { return f.id == row.id && f.fix; }));
        std::string steps;
        CHECK(follow_suggestions(folder, before, steps) > 0);
        CAPTURE(steps);
        CHECK(testing::new_findings(folder, before).empty());
    }
}
