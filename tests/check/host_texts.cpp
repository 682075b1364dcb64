// The same file in every form in which it leaves z/VM is the same file; the form is found out, and edits keep
// to it.
#include <doctest/doctest.h>

#include <algorithm>

#include "services/tn3270/code_page.hpp"
#include "stack/base/random.hpp"
#include "tests/check/given_files.hpp"

using namespace vmlab;
using namespace vmlab::sim;
using namespace vmlab::sim::testing;

namespace {

std::string ebcdic(std::string_view text) {
    const auto bytes = services::tn3270::ebcdic_of(text, services::tn3270::CodePage::cp037);
    return {bytes.begin(), bytes.end()};
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

/// The text with its lines joined otherwise, in the other encoding or not.
std::string in_form(const std::string& text, LineForm form, bool in_ebcdic) {
    std::string bytes;
    for (std::string line : lines_of(text)) {
        if (form == LineForm::records) line.resize(80, ' ');
        bytes += in_ebcdic ? ebcdic(line) : line;
        if (form == LineForm::newline) bytes += '\n';
        if (form == LineForm::crlf) bytes += "\r\n";
        if (form == LineForm::nel) bytes += '\x15';
        if (form == LineForm::ebcdic_newline) bytes += '\x25';
    }
    return bytes;
}

struct Form {
    LineForm form;
    bool ebcdic;
    const char* said;
};
constexpr Form kForms[] = {
    {LineForm::newline, false, "ASCII, lines"},
    {LineForm::crlf, false, "ASCII, lines ended by CR LF"},
    {LineForm::records, false, "ASCII, records of 80 columns without line ends"},
    {LineForm::nel, true, "EBCDIC (CP037), lines ended by NEL"},
    {LineForm::ebcdic_newline, true, "EBCDIC (CP037), lines ended by LF"},
    {LineForm::records, true, "EBCDIC (CP037), records of 80 columns without line ends"},
};

}  // namespace

TEST_CASE("every form of every baseline file is recognized and reads as the same lines") {
    for (const std::string& path : kBaselineFiles)
        for (const Form& form : kForms) {
            CAPTURE(path);
            CAPTURE(form.said);
            const std::string text = bytes_of(path);
            const auto read = read_host_text(in_form(text, form.form, form.ebcdic));
            REQUIRE(read);
            CHECK(read->description() == form.said);
            const auto want = lines_of(text);
            REQUIRE(read->lines.size() == want.size());
            for (std::size_t i = 0; i < want.size(); ++i) CHECK(read->lines[i].text == want[i]);
        }
}

TEST_CASE("a finding and its fix are the same in every form") {
    for (const Form& form : kForms) {
        CAPTURE(form.said);
        Folder folder = Folder::baseline();
        std::string text = folder.bytes["TCPMAINT.198/PROFILE.TCPIP"];
        text.replace(text.find("  TLSECHO  0\n"), 13, "");
        text.replace(text.find("SSLLIMITS"), 9, "SSLIMITS");
        folder.bytes["TCPMAINT.198/PROFILE.TCPIP"] = in_form(text, form.form, form.ebcdic);
        const auto found = new_findings(folder, Folder::baseline());
        REQUIRE(found.size() >= 2);
        for (int round = 0; round < 4; ++round) {
            const auto left = new_findings(folder, Folder::baseline());
            const auto next = std::find_if(left.begin(), left.end(),
                                           [](const CheckFinding& f) { return f.fix.has_value(); });
            if (next == left.end()) break;
            REQUIRE(folder.apply(*next->fix));
        }
        CHECK(new_findings(folder, Folder::baseline()).empty());
        const auto again = read_host_text(folder.bytes["TCPMAINT.198/PROFILE.TCPIP"]);
        REQUIRE(again);
        CHECK(again->description() == form.said);
        if (form.form == LineForm::records)
            CHECK(folder.bytes["TCPMAINT.198/PROFILE.TCPIP"].size() % 80 == 0);
    }
}

TEST_CASE("an edit that does not fit its record is refused") {
    const auto text = read_host_text(in_form(std::string(78, 'A') + "\nPORT\n", LineForm::records, false));
    REQUIRE(text);
    CHECK_FALSE(text->byte_edit({1, 79, 0, " NO"}));
    CHECK(text->byte_edit({1, 79, 0, "\nNO"}));
    CHECK_FALSE(text->byte_edit({3, 1, 0, "A"}));
    CHECK_FALSE(text->byte_edit({2, 6, 0, "A"}));
    CHECK_FALSE(text->byte_edit({2, 5, 1, "A"}));
    CHECK_FALSE(text->byte_edit({2, 0, 0, "A"}));
}

TEST_CASE("no bytes, a byte order mark, other languages, and what is no text") {
    REQUIRE(read_host_text(""));
    CHECK(read_host_text("")->lines.empty());
    CHECK(read_host_text("\xef\xbb\xbfPORT\n")->lines[0].text == "PORT");
    CHECK(read_host_text("; \xd0\xbf\xd0\xbe\xd1\x80\xd1\x82\xd1\x8b "
                         "\xd1\x81\xd0\xb5\xd1\x80\xd0\xb2\xd0\xb5\xd1\x80\xd0\xbe\xd0\xb2\n")
              ->encoding == TextEncoding::ascii);
    CHECK(read_host_text("PORT 21")->lines.size() == 1);
    CHECK_FALSE(read_host_text(std::string(500, '\0')));
    std::string every;
    for (int i = 0; i < 256; ++i) every += static_cast<char>(i);
    CHECK_FALSE(read_host_text(every));
}

TEST_CASE(
    "mutated files of every form: whatever is recognized has its lines inside the file, and edits stay "
    "there") {
    RandomStream random(seed_from_number(3), "host texts");
    const std::string text = bytes_of("TCPMAINT.198/PROFILE.TCPIP");
    std::size_t recognized = 0;
    for (int round = 0; round < 3000; ++round) {
        const Form& form = kForms[random.below(std::size(kForms))];
        std::string bytes = in_form(text, form.form, form.ebcdic);
        bytes = bytes.substr(random.below(bytes.size()), random.below(600));
        for (auto n = random.below(40); n > 0 && !bytes.empty(); --n)
            bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
        const auto read = read_host_text(bytes);
        if (!read) continue;
        ++recognized;
        std::size_t end = 0;
        for (std::size_t i = 0; i < read->lines.size(); ++i) {
            const HostLine& line = read->lines[i];
            REQUIRE(line.offset >= end);
            end = line.offset + line.length;
            REQUIRE(end <= bytes.size());
            const auto edit = read->byte_edit({static_cast<std::uint32_t>(i + 1), 1, 0, "\nX"});
            if (edit) REQUIRE(edit->offset + edit->length <= bytes.size());
        }
        Folder folder;
        folder.bytes["PROFILE.TCPIP"] = bytes;
        for (const CheckFinding& f : folder.check().findings)
            if (f.fix) CHECK(Folder(folder).apply(*f.fix));
    }
    CHECK(recognized > 1000);
}
