// The configuration files of one system, read together: what each says, which stack reads which profile,
// which servers DTCPARMS defines. The question "what did I get?", answered before anything is asked of it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "profiles/profile_tcpip.hpp"
#include "profiles/search.hpp"
#include "profiles/smtp_config.hpp"
#include "profiles/srvrftp_config.hpp"
#include "profiles/tcpip_data.hpp"
#include "profiles/user_direct.hpp"
#include "simulator/given/file_names.hpp"
#include "simulator/given/host_text.hpp"

namespace vmlab::sim {

/// A file as it was given; `path` is how messages name it.
struct GivenFile {
    std::string path;
    HostFileName name{};
    HostText text{};
    bool shipped = false;  ///< vmlab's own copy, for what was not given: nothing is said about it
};

struct CheckedFile {
    GivenFile given{};
    profiles::SourceText source{};  ///< its FileId is unique in the system: the disk became a mode
};

/// A stack and the profile it would read.
struct CheckedStack {
    Userid userid{};
    profiles::ProfileTcpip profile{};
};

/// A server that some file names, and what DTCPARMS says of it.
struct CheckedServer {
    Userid userid{};
    profiles::ServerDefinition definition{};
    std::string command;  ///< of its class, upper case; empty when there is none
};

/// A TLS label that a file names, and the statement that does.
struct LabelUse {
    Sourced<std::string> label{};
    std::string by;  ///< "PORT 992", "SRVRFTP CONFIG"
};

struct SystemOptions {
    std::optional<Name8> node{};                           ///< else guessed from the files
    std::optional<std::vector<std::string>> labels{};      ///< of the key database
    std::string labels_from;                               ///< where they are from, for answers
    std::vector<profiles::SourceText> shipped_dtcparms{};  ///< vmlab's IBM DTCPARMS, to compare with
};

class SystemFiles final : public profiles::FileLookup {
public:
    SystemFiles(std::vector<GivenFile> files, SystemOptions options);

    // ── files ──
    const std::vector<CheckedFile>& files() const { return files_; }
    /// Of this FileId; there is one for every place in a finding.
    const CheckedFile* file(const FileId& id) const;
    /// As a machine that has all disks accessed finds it.
    std::optional<profiles::SourceText> find(const Name8& name, const Name8& type) const override;
    /// Given by the user, not by vmlab.
    bool has(const Name8& name, const Name8& type) const;
    bool has_kind(FileKind kind) const;
    /// The word of the file that begins there, up to the next blank.
    std::string word_at(const SourceLocation& where) const;

    // ── what they say ──
    const Name8& node() const { return node_; }
    const profiles::TcpipData& data() const { return data_; }
    const std::vector<CheckedStack>& stacks() const { return stacks_; }
    /// Every file of type TCPIP, also one that no stack reads.
    const std::vector<profiles::ProfileTcpip>& tcpip_files() const { return profiles_; }
    const std::vector<CheckedServer>& servers() const { return servers_; }
    const std::optional<profiles::SrvrftpConfig>& ftp() const { return ftp_; }
    const std::optional<profiles::SmtpConfig>& smtp() const { return smtp_; }
    const std::optional<profiles::UserDirect>& directory() const { return directory_; }
    /// Every DTCPARMS file, as read, in search order of a server that has none of its own.
    const std::vector<profiles::Dtcparms>& dtcparms() const { return dtcparms_; }
    const SystemOptions& options() const { return options_; }

    std::optional<profiles::ServerDefinition> definition(const Userid& userid) const;
    const CheckedServer* server(const Userid& userid) const;
    /// Members of the TLS/SSL server pool of a stack; without a directory, a member for each server entry.
    std::vector<const CheckedServer*> ssl_servers(const Userid& stack) const;
    std::vector<LabelUse> label_uses() const;
    /// Every finding of the readers, file by file.
    profiles::Findings reader_findings() const;

private:
    void add_file(GivenFile given);
    void guess_node();
    void read_files();
    void find_stacks();
    void find_servers();
    void add_server(const Userid& userid);
    profiles::Findings findings_of(const CheckedFile& file) const;

    SystemOptions options_;
    std::vector<CheckedFile> files_{};
    Name8 node_{};
    profiles::TcpipData data_{};
    std::vector<profiles::Dtcparms> dtcparms_{}, searched_by_all_{};
    std::vector<profiles::ProfileTcpip> profiles_{};
    std::vector<CheckedStack> stacks_{};
    std::vector<CheckedServer> servers_{};
    std::optional<profiles::SrvrftpConfig> ftp_{};
    std::optional<profiles::SmtpConfig> smtp_{};
    std::optional<profiles::UserDirect> directory_{};
};

}  // namespace vmlab::sim
