#include "simulator/cp/directory.hpp"

#include <algorithm>

namespace vmlab::sim {
namespace {

bool contains(const std::vector<Userid>& list, const Userid& user) {
    return std::find(list.begin(), list.end(), user) != list.end();
}

bool writes(std::string_view link_mode) { return link_mode.starts_with('W') || link_mode.starts_with('M'); }

/// Words in the place of a password that let nobody in by password.
bool is_password_word(std::string_view password) {
    for (const std::string_view word : {"NOLOG", "AUTOONLY", "LBYONLY", "NOPASS"})
        if (password == word) return true;
    return false;
}

}  // namespace

bool DirectoryEntry::has_option(std::string_view word) const {
    return std::find(options.begin(), options.end(), word) != options.end();
}

void Directory::add(DirectoryEntry entry) {
    const Userid user = entry.userid;
    entries_.insert_or_assign(user, std::move(entry));
}

const DirectoryEntry* Directory::find(const Userid& user) const {
    const auto it = entries_.find(user);
    return it == entries_.end() ? nullptr : &it->second;
}

LogonVerdict Directory::decide_logon(const Userid& user, const Userid& by_user,
                                     std::string_view password) const {
    const auto* entry = find(user);
    if (entry == nullptr) return LogonVerdict::unknown_user;
    if (!by_user.empty() && by_user != user) {
        const auto* by = find(by_user);
        if (by == nullptr || !contains(entry->logon_by, by_user)) return LogonVerdict::wrong_password;
        if (entry->password == "NOLOG" || entry->password == "AUTOONLY") return LogonVerdict::not_by_password;
        return password_valid(by_user, password) ? LogonVerdict::accepted : LogonVerdict::wrong_password;
    }
    if (entry->password == "NOPASS") return LogonVerdict::accepted;
    if (is_password_word(entry->password)) return LogonVerdict::not_by_password;
    return password_valid(user, password) ? LogonVerdict::accepted : LogonVerdict::wrong_password;
}

bool Directory::may_start(const Userid& by, const Userid& user) const {
    const auto* who = find(by);
    const auto* target = find(user);
    if (who == nullptr || target == nullptr) return false;
    return who->has_class('A') || who->has_class('B') || contains(target->autolog_by, by);
}

bool Directory::password_valid(const Userid& user, std::string_view password) const {
    const auto* entry = find(user);
    return entry != nullptr && !is_password_word(entry->password) && !entry->password.empty() &&
           iequals(entry->password, password);
}

LinkRight Directory::link_right(const Userid& user, const Userid& owner, std::string_view vdev) const {
    const auto* who = find(user);
    const auto* whose = find(owner);
    if (who == nullptr || whose == nullptr) return LinkRight::none;
    const auto disk = std::find_if(whose->disks.begin(), whose->disks.end(),
                                   [&](const auto& candidate) { return candidate.vdev == vdev; });
    if (disk == whose->disks.end()) return LinkRight::none;
    if (user == owner) return disk->mode.starts_with('R') ? LinkRight::read : LinkRight::write;
    LinkRight right = LinkRight::none;
    for (const auto& link : who->links) {
        if (link.owner != owner || link.owner_vdev != vdev) continue;
        right = std::max(right, writes(link.mode) ? LinkRight::write : LinkRight::read);
    }
    if (disk->multiple_password == "ALL" || disk->write_password == "ALL") right = LinkRight::write;
    if (disk->read_password == "ALL" || who->has_option("LNKNOPAS")) right = std::max(right, LinkRight::read);
    return right;
}

BfsIdentity Directory::posix_of(const Userid& user) const {
    BfsIdentity identity;
    identity.user = user.str();
    std::transform(identity.user.begin(), identity.user.end(), identity.user.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
    const auto* entry = find(user);
    if (entry == nullptr) return identity;
    identity.group = entry->posix_group;
    identity.superuser = entry->posix_uid == 0u;
    return identity;
}

void Directory::define_minidisks(Storage& storage) const {
    for (const auto& [user, entry] : entries_) {
        for (const auto& disk : entry.disks) {
            auto& minidisk = storage.disks.define(user, disk.vdev);
            if (disk.cylinders != 0) minidisk.cylinders = disk.cylinders;
        }
    }
}

AccessedDisks Directory::devices_of(const Userid& user, const DiskStore& disks) const {
    AccessedDisks devices;
    const auto* entry = find(user);
    if (entry == nullptr) return devices;
    for (const auto& disk : entry->disks)
        if (disks.find(user, disk.vdev) != nullptr)
            devices.link({disk.vdev, user, disk.vdev, disk.mode.starts_with('R')});
    for (const auto& link : entry->links)
        if (disks.find(link.owner, link.owner_vdev) != nullptr)
            devices.link({link.vdev, link.owner, link.owner_vdev, !writes(link.mode)});
    return devices;
}

}  // namespace vmlab::sim
