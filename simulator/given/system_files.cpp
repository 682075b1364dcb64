#include "simulator/given/system_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "profiles/etc_files.hpp"
#include "profiles/ftp_data.hpp"
#include "profiles/vmssl_parms.hpp"
#include "simulator/ipl/configure.hpp"

namespace vmlab::sim {
namespace {

using profiles::DtcEntry;
using profiles::DtcType;

/// The mode under which servers have the disk accessed; others follow from G on.
char letter_of(std::string_view disk) {
    if (disk.ends_with(".198") || disk.ends_with(".0198")) return 'D';
    if (disk.ends_with(".591") || disk.ends_with(".0591")) return 'E';
    if (disk.ends_with(".592") || disk.ends_with(".0592")) return 'F';
    if (disk.ends_with(".191") || disk.ends_with(".0191")) return 'A';
    return 'G';
}

/// The order in which TCPRUN looks for DTCPARMS when the server has no file of its own.
int rank_of(const Name8& name, const Name8& node) {
    if (name == Name8("IBM")) return 3;
    if (name == Name8("SYSTEM")) return 2;
    return name == node ? 1 : 0;
}

bool is_system_wide(const Name8& name) {
    return name == Name8("IBM") || name == Name8("SYSTEM") || name == Name8("PROFILE");
}

void append(profiles::Findings& to, const profiles::Findings& from) {
    to.items.insert(to.items.end(), from.items.begin(), from.items.end());
    to.suppressed += from.suppressed;
}

}  // namespace

SystemFiles::SystemFiles(std::vector<GivenFile> files, SystemOptions options) : options_(std::move(options)) {
    std::stable_sort(files.begin(), files.end(),
                     [](const GivenFile& a, const GivenFile& b) { return a.shipped < b.shipped; });
    for (GivenFile& file : files) add_file(std::move(file));
    guess_node();
    read_files();
    find_stacks();
    find_servers();
}

void SystemFiles::add_file(GivenFile given) {
    FileId id{given.name.name, given.name.type, {letter_of(given.name.disk), '1'}};
    while (file(id) != nullptr) {
        if (id.mode[1]++ != '9') continue;
        id.mode = {static_cast<char>(id.mode[0] == 'Z' ? 'A' : id.mode[0] + 1), '1'};
    }
    CheckedFile checked{std::move(given), {id, {}}};
    for (const HostLine& line : checked.given.text.lines) checked.source.lines.push_back(line.text);
    files_.push_back(std::move(checked));
}

const CheckedFile* SystemFiles::file(const FileId& id) const {
    for (const CheckedFile& f : files_)
        if (f.source.file == id) return &f;
    return nullptr;
}

std::optional<profiles::SourceText> SystemFiles::find(const Name8& name, const Name8& type) const {
    const CheckedFile* best = nullptr;
    for (const CheckedFile& f : files_) {
        const FileId& id = f.source.file;
        if (id.name != name || id.type != type) continue;
        if (best == nullptr || id.mode < best->source.file.mode) best = &f;
    }
    return best == nullptr ? std::nullopt : std::optional(best->source);
}

bool SystemFiles::has(const Name8& name, const Name8& type) const {
    return std::any_of(files_.begin(), files_.end(), [&](const CheckedFile& f) {
        return !f.given.shipped && f.source.file.name == name && f.source.file.type == type;
    });
}

bool SystemFiles::has_kind(FileKind kind) const {
    return std::any_of(files_.begin(), files_.end(),
                       [&](const CheckedFile& f) { return !f.given.shipped && f.given.name.kind == kind; });
}

std::string SystemFiles::word_at(const SourceLocation& where) const {
    const CheckedFile* source = file(where.file);
    const std::string_view line = source == nullptr ? std::string_view() : source->source.line(where.line);
    if (where.column == 0 || where.column > line.size()) return "";
    const std::string_view rest = line.substr(where.column - 1);
    return std::string(rest.substr(0, rest.find_first_of(" \t")));
}

/// The node is the name of a DTCPARMS or TCPIP file that is neither of everybody nor a userid's; HOSTNAME
/// helps to choose.
void SystemFiles::guess_node() {
    std::set<Name8> nicks, candidates;
    for (const CheckedFile& f : files_)
        if (f.given.name.kind == FileKind::dtcparms)
            for (const DtcEntry& entry : profiles::read_dtcparms(f.source).entries)
                if (const auto nick = Userid::parse(*entry.nick)) nicks.insert(*nick);
    for (const CheckedFile& f : files_) {
        const bool names_node =
            f.given.name.kind == FileKind::dtcparms || f.given.name.kind == FileKind::profile_tcpip;
        const Name8& name = f.source.file.name;
        if (names_node && !is_system_wide(name) && !nicks.contains(name)) candidates.insert(name);
    }
    std::optional<Name8> host;
    if (const auto data = find("TCPIP", "DATA"))
        host = Name8::parse(*profiles::read_tcpip_data(*data, {}).host_name);
    if (options_.node) node_ = *options_.node;
    else if (host && candidates.contains(*host)) node_ = *host;
    else if (candidates.size() == 1) node_ = *candidates.begin();
    else if (host) node_ = *host;
}

void SystemFiles::read_files() {
    if (const auto source = find("TCPIP", "DATA")) data_ = profiles::read_tcpip_data(*source, node_);
    if (const auto source = find("SRVRFTP", "CONFIG")) ftp_ = profiles::read_srvrftp_config(*source);
    if (const auto source = find("SMTP", "CONFIG")) smtp_ = profiles::read_smtp_config(*source);
    for (const CheckedFile& f : files_) {
        if (f.given.name.kind == FileKind::user_direct && !directory_)
            directory_ = profiles::read_user_direct(f.source);
        if (f.given.name.kind == FileKind::dtcparms) dtcparms_.push_back(profiles::read_dtcparms(f.source));
        if (f.given.name.kind == FileKind::profile_tcpip)
            profiles_.push_back(profiles::read_profile_tcpip(f.source));
    }
    std::stable_sort(dtcparms_.begin(), dtcparms_.end(), [&](const auto& a, const auto& b) {
        return rank_of(a.file.name, node_) < rank_of(b.file.name, node_);
    });
    for (const profiles::Dtcparms& dtc : dtcparms_)
        if (rank_of(dtc.file.name, node_) > 0) searched_by_all_.push_back(dtc);
}

/// TCPIPUSERID, and every server entry whose class runs TCPIP. Without DTCPARMS, a file named for a userid is
/// taken for the profile of that stack.
void SystemFiles::find_stacks() {
    std::vector<Userid> userids{*data_.tcpip_userid};
    for (const profiles::Dtcparms& dtc : dtcparms_)
        for (const DtcEntry& entry : dtc.entries) {
            const auto userid = Userid::parse(*entry.nick);
            if (entry.type != DtcType::server || !userid) continue;
            const auto found = definition(*userid);
            if (found && iequals(found->value("command"), "TCPIP")) userids.push_back(*userid);
        }
    if (!has_kind(FileKind::dtcparms))
        for (const CheckedFile& f : files_)
            if (f.given.name.kind == FileKind::profile_tcpip && !is_system_wide(f.source.file.name) &&
                f.source.file.name != node_)
                userids.push_back(f.source.file.name);
    for (const Userid& userid : userids) {
        auto found = profiles::find_profile(userid, node_, *this).found;
        if (!found) continue;
        const bool known = std::any_of(stacks_.begin(), stacks_.end(), [&](const CheckedStack& s) {
            return s.userid == userid || s.profile.file == found->file;
        });
        const auto is_it = [&](const profiles::ProfileTcpip& p) { return p.file == found->file; };
        const auto read = std::find_if(profiles_.begin(), profiles_.end(), is_it);
        if (!known && read != profiles_.end()) stacks_.push_back({userid, *read});
    }
}

void SystemFiles::find_servers() {
    for (const CheckedStack& stack : stacks_) {
        add_server(stack.userid);
        for (const auto& entry : stack.profile.autolog.entries) add_server(*entry.userid);
        for (const auto& entry : stack.profile.ports.entries) add_server(*entry.user);
        if (stack.profile.ssl_server) add_server(*stack.profile.ssl_server->server);
    }
    if (directory_)
        for (const auto& [userid, user] : directory_->users) add_server(userid);
    for (const profiles::Dtcparms& dtc : dtcparms_)
        for (const DtcEntry& entry : dtc.entries) {
            if (entry.type != DtcType::server) continue;
            std::string name = *entry.nick;
            if (name.ends_with('*')) {
                // Without a directory nobody knows the members: one stands for all.
                const auto is_member = [&](const CheckedServer& s) {
                    return s.definition.server.nick.where == entry.nick.where;
                };
                if (directory_ || std::any_of(servers_.begin(), servers_.end(), is_member)) continue;
                name.pop_back();
                name += "00001";
            }
            if (const auto userid = Userid::parse(name); userid && (!directory_ || directory_->find(*userid)))
                add_server(*userid);
        }
}

void SystemFiles::add_server(const Userid& userid) {
    if (userid.view().find('*') != std::string_view::npos || server(userid) != nullptr) return;
    if (auto found = definition(userid)) {
        std::string command = upper(found->value("command"));
        servers_.push_back({userid, std::move(*found), std::move(command)});
    }
}

std::optional<profiles::ServerDefinition> SystemFiles::definition(const Userid& userid) const {
    const auto is_own = [&](const profiles::Dtcparms& dtc) { return dtc.file.name == userid; };
    const auto own = std::find_if(dtcparms_.begin(), dtcparms_.end(), is_own);
    if (own == dtcparms_.end()) return profiles::find_definition(userid, searched_by_all_);
    std::vector<profiles::Dtcparms> searched{*own};
    searched.insert(searched.end(), searched_by_all_.begin(), searched_by_all_.end());
    return profiles::find_definition(userid, searched);
}

const CheckedServer* SystemFiles::server(const Userid& userid) const {
    for (const CheckedServer& s : servers_)
        if (s.userid == userid) return &s;
    return nullptr;
}

std::vector<const CheckedServer*> SystemFiles::ssl_servers(const Userid& stack) const {
    std::vector<const CheckedServer*> found;
    for (const CheckedServer& s : servers_)
        if (s.command == "VMSSL" && iequals(s.definition.value("stack"), stack.view())) found.push_back(&s);
    return found;
}

std::vector<LabelUse> SystemFiles::label_uses() const {
    std::vector<LabelUse> uses;
    for (const CheckedStack& stack : stacks_) {
        for (const auto& port : stack.profile.ports.entries)
            if (port.secure) uses.push_back({*port.secure, fmt::format("PORT {}", port.low)});
        if (stack.profile.telnet && stack.profile.telnet->tls_label)
            uses.push_back({*stack.profile.telnet->tls_label, "INTERNALCLIENTPARMS"});
    }
    if (ftp_ && !ftp_->tls_label->empty()) uses.push_back({ftp_->tls_label, "SRVRFTP CONFIG"});
    if (smtp_ && !smtp_->tls_label->empty()) uses.push_back({smtp_->tls_label, "SMTP CONFIG"});
    return uses;
}

profiles::Findings SystemFiles::findings_of(const CheckedFile& f) const {
    const auto of = [&](const auto& read) {
        for (const auto& one : read)
            if (one.file == f.source.file) return one.findings;
        return profiles::Findings();
    };
    switch (f.given.name.kind) {
        case FileKind::profile_tcpip: return of(profiles_);
        case FileKind::dtcparms: return of(dtcparms_);
        case FileKind::tcpip_data: return profiles::read_tcpip_data(f.source, node_).findings;
        case FileKind::srvrftp_config: return profiles::read_srvrftp_config(f.source).findings;
        case FileKind::smtp_config: return profiles::read_smtp_config(f.source).findings;
        case FileKind::user_direct: return profiles::read_user_direct(f.source).findings;
        case FileKind::ftp_data: return profiles::read_ftp_data(f.source).findings;
        case FileKind::etc_hosts: return profiles::read_etc_hosts(f.source).findings;
        case FileKind::etc_services: return profiles::read_etc_services(f.source).findings;
        case FileKind::key_database:
        case FileKind::other: return {};
    }
    return {};
}

profiles::Findings SystemFiles::reader_findings() const {
    profiles::Findings all;
    for (const CheckedFile& f : files_)
        if (!f.given.shipped) append(all, findings_of(f));
    const auto names = vmssl_vocabulary(Level());
    std::set<std::string> seen;
    for (const CheckedServer& s : servers_) {
        const profiles::DtcTag* parms = s.definition.tag("parms");
        const CheckedFile* source = parms == nullptr ? nullptr : file(parms->where.file);
        if (s.command != "VMSSL" || source == nullptr || source->given.shipped) continue;
        if (!seen.insert(parms->where.str()).second) continue;
        append(all, profiles::read_vmssl_parms(parms->words, source->source, names).findings);
    }
    return all;
}

}  // namespace vmlab::sim
