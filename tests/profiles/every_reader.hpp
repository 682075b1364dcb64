// Every reader of a configuration file behind one letter, and what holds of the findings of each, whatever it
// reads: for the mutation tests and the fuzzer.
#pragma once

#include "profiles/etc_files.hpp"
#include "profiles/ftp_data.hpp"
#include "profiles/profile_tcpip.hpp"
#include "profiles/search.hpp"
#include "profiles/smtp_config.hpp"
#include "profiles/srvrftp_config.hpp"
#include "profiles/tcpip_data.hpp"
#include "profiles/user_direct.hpp"
#include "profiles/vmssl_parms.hpp"
#include "stack/base/assert.hpp"

namespace vmlab::profiles::testing {

struct Reader {
    char letter;
    const char* seed;  ///< a file of profiles/baseline that it reads
    Findings (*read)(const SourceText& source);
};

/// What an OBEYFILE changes: a link with an address.
inline ProfileTcpip running_profile() {
    const FileId id{"PROFILE", "TCPIP", {'D', '1'}};
    return read_profile_tcpip(SourceText::from_host(
        id, "DEVICE D1 OSD 600\nLINK L1 QDIOETHERNET D1\nHOME 9.60.60.3 255.255.255.0 L1\nSTART D1\n"));
}

inline Findings read_as_obeyfile(const SourceText& source) {
    ProfileTcpip running = running_profile();
    const ProfileTcpip change = read_profile_tcpip(source, &running);
    apply_obeyfile(running, change);
    return change.findings;
}

inline Findings read_as_dtcparms(const SourceText& source) {
    const std::vector<Dtcparms> files{read_dtcparms(source)};
    for (const Userid& server : {Userid("TCPIP"), Userid("SSL00001"), Userid("FTPSERVE")})
        if (const auto definition = find_definition(server, files)) {
            definition->userids("admin_id_list");
            if (const DtcTag* mount = definition->tag("mount")) (void)mounts_of(*mount);
        }
    return files[0].findings;
}

inline constexpr Reader kReaders[] = {
    {'P', "TCPMAINT.198/PROFILE.TCPIP", [](const SourceText& s) { return read_profile_tcpip(s).findings; }},
    {'O', "TCPMAINT.198/TCPIP10.TCPIP", read_as_obeyfile},
    {'T', "TCPMAINT.592/TCPIP.DATA",
     [](const SourceText& s) { return read_tcpip_data(s, "GDLRCT2").findings; }},
    {'D', "TCPMAINT.198/GDLRCT2.DTCPARMS", read_as_dtcparms},
    {'V', "TCPMAINT.198/GDLRCT2.DTCPARMS",
     [](const SourceText& s) { return read_vmssl_parms(scan_all(s, 0), s, {}).findings; }},
    {'F', "TCPMAINT.198/SRVRFTP.CONFIG", [](const SourceText& s) { return read_srvrftp_config(s).findings; }},
    {'C', "TCPMAINT.198/SRVRFTP.CONFIG", [](const SourceText& s) { return read_ftp_data(s).findings; }},
    {'S', "TCPMAINT.198/SMTP.CONFIG", [](const SourceText& s) { return read_smtp_config(s).findings; }},
    {'H', "TCPMAINT.592/ETC.HOSTS", [](const SourceText& s) { return read_etc_hosts(s).findings; }},
    {'E', "TCPMAINT.592/ETC.SERVICES", [](const SourceText& s) { return read_etc_services(s).findings; }},
    {'U', "MAINT.2CC/USER.DIRECT", [](const SourceText& s) { return read_user_direct(s).findings; }},
};

/// A finding stands in the file, is short, can be printed, and there are no more than the bound.
inline void assert_findings(const SourceText& source, const Findings& findings) {
    const auto printable = [](const std::string& text) {
        for (const char c : text)
            if (static_cast<unsigned char>(c) < ' ' || static_cast<unsigned char>(c) >= 0x7f) return false;
        return true;
    };
    vm_assert(findings.items.size() <= kMaxFindings);
    vm_assert(findings.suppressed == 0 || findings.items.size() == kMaxFindings);
    for (const Finding& f : findings.items) {
        vm_assert(f.where.line >= 1 && f.where.line <= source.lines.size());
        vm_assert(f.where.column >= 1 && f.where.column <= source.line(f.where.line).size() + 1);
        vm_assert(f.said.text.size() < 400 && printable(f.said.text));
        vm_assert(f.line.size() <= kQuotedLine + 3 && printable(f.line));
    }
    (void)said_of(findings);
}

}  // namespace vmlab::profiles::testing
