// Minidisks, SFS directories, BFS and readers as FTP and SMTP see them (services/files.hpp), with the
// authority of the user who is served.
#pragma once

#include <string>
#include <string_view>

#include "services/files.hpp"
#include "simulator/cms/storage.hpp"

namespace vmlab::sim {

enum class LinkRight { none, read, write };

/// What CP knows of users; implemented by simulator/cp over the directory.
class Authority {
public:
    virtual services::PasswordVerdict check_password(const Userid& user, std::string_view password,
                                                     services::PasswordKeeper keeper) const = 0;
    virtual bool known_user(const Userid& user) const = 0;
    /// How far `user` may link this disk without giving a password.
    virtual LinkRight link_right(const Userid& user, const Userid& owner, std::string_view vdev) const = 0;
    virtual BfsIdentity posix_of(const Userid& user) const = 0;

protected:
    ~Authority() = default;
};

class FilesView final : public services::Files {
public:
    FilesView(Storage& storage, const Authority& authority) : storage_(storage), authority_(authority) {}

    services::PasswordVerdict check_password(const Userid& user, std::string_view password,
                                             services::PasswordKeeper keeper) override;
    bool known_user(const Userid& user) override;
    services::Place home_of(const Userid& user) override;
    services::FileError enter(const Userid& user, const services::Place& from, std::string_view name,
                              services::Place& to) override;
    services::FileError list(const Userid& user, const services::Place& at, std::string_view pattern,
                             std::vector<services::FileInfo>& out) override;
    services::FileError info(const Userid& user, const services::Place& at, std::string_view name,
                             services::FileInfo& out) override;
    services::FileError read(const Userid& user, const services::Place& at, std::string_view name,
                             services::Transfer how, std::string& out) override;
    services::FileError write(const Userid& user, const services::Place& at, std::string_view name,
                              services::Transfer how, std::string bytes, std::size_t lrecl,
                              Instant now) override;
    services::FileError erase(const Userid& user, const services::Place& at, std::string_view name) override;
    services::FileError rename(const Userid& user, const services::Place& at, std::string_view from,
                               std::string_view to) override;
    services::FileError make_directory(const Userid& user, const services::Place& at, std::string_view name,
                                       Instant now) override;
    services::FileError remove_directory(const Userid& user, const services::Place& at,
                                         std::string_view name) override;
    unsigned punch(const Userid& to, std::string_view name, std::string_view type, std::string_view from,
                   std::string text, Instant now) override;

private:
    services::FileError enter_minidisk(const Userid& user, std::string_view owner, std::string_view vdev,
                                       services::Place& to) const;
    services::FileError enter_sfs(const Userid& user, const services::Place& from, std::string_view name,
                                  services::Place& to) const;
    services::FileError enter_bfs(const Userid& user, const services::Place& from, std::string_view name,
                                  services::Place& to) const;
    FileSet* files_at(const services::Place& at);
    services::FileError writable(const services::Place& at) const;

    Storage& storage_;
    const Authority& authority_;
};

}  // namespace vmlab::sim
