// Paints and reads the logon screen.
#include "services/tn3270/logon_screen.hpp"

#include <fmt/core.h>

#include "stack/base/names.hpp"

namespace vmlab::services::tn3270 {
namespace {

constexpr unsigned kPictureFirstRow = 2, kPictureLastRow = 16, kPictureWidth = 78;

/// Text of a row of the picture, from column 2.
constexpr std::string_view picture_row(unsigned row) {
    switch (row) {
        case 5: return "                                / VV          VVV MM       MM";
        case 6: return "                               /  VV        VVV  MMM     MMM";
        case 7: return "                   ZZZZZZ     /   VV      VVV   MMMM   MMMM";
        case 8: return "                      ZZ     /    VV    VVV    MM MM MM MM";
        case 9: return "                     ZZ     /     VV  VVV     MM  MMM  MM";
        case 10: return "                    ZZ     /      VVVVV      MM   M   MM";
        case 11: return "                   ZZ     /       VVV       MM       MM";
        case 12: return "                  ZZZZZZ /        V        MM       MM";
        case 14: return "                    built on IBM Virtualization Technology";
        default: return "";
    }
}

constexpr unsigned kInputColumn = 17;  // behind a skip attribute in 15 and the field's own in 16
constexpr unsigned kUseridWidth = 8, kPasswordWidth = 40;

/// A prompt in columns 2 to 14 and the input field behind it; `width` 0 = the field runs on to the status.
void put_prompt(RecordWriter& out, unsigned row, std::string_view prompt, std::uint8_t attribute,
                unsigned width) {
    out.sba(row, 1).sf(kSkipBright).text(prompt).sf(kSkip).sf(attribute);
    if (width > 0) out.sba(row, kInputColumn + width).sf(kSkip);
}

}  // namespace

Bytes logo_record(Geometry size, std::string_view system) {
    const unsigned last = size.rows;
    const bool alternate = size != Geometry{24, 80};
    RecordWriter out(alternate ? Command::erase_write_alternate : Command::erase_write, kWccLogo, size);
    out.sba(1, 1).sf(kProtectedBright).text(fmt::format("{:<{}}", "z/VM ONLINE", size.columns - 2));
    out.sf(kProtected);
    for (unsigned row = kPictureFirstRow; row <= kPictureLastRow; ++row)
        out.sba(row, 2).text(fmt::format("{:<{}}", picture_row(row), kPictureWidth));
    out.sba(last - 6, 1).sf(kSkipBright).text("Fill in your USERID and PASSWORD and press ENTER");
    out.sba(last - 5, 1).sf(kSkipBright).text("(Your password will not appear when you type it)");
    put_prompt(out, last - 4, "USERID   ===>", kInput, kUseridWidth);
    put_prompt(out, last - 3, "PASSWORD ===>", kInputHidden, kPasswordWidth);
    put_prompt(out, last - 1, "COMMAND  ===>", kInput, 0);
    out.sba(last, size.columns - 20).sf(kProtected);
    out.text(fmt::format("{:<10}{:<10.10}", "RUNNING", system));
    out.sba(last - 4, kInputColumn).ic();
    return out.take();
}

LogonForm read_logon(const Inbound& inbound, Geometry size) {
    const auto field = [&](unsigned row) {
        return inbound.text_at(size.at(row, kInputColumn)).value_or(std::string());
    };
    LogonForm form;
    form.userid = trimmed(field(size.rows - 4u));
    form.password = field(size.rows - 3u);
    form.password.erase(form.password.find_last_not_of(' ') + 1);
    form.command = trimmed(field(size.rows - 1u));
    return form;
}

}  // namespace vmlab::services::tn3270
