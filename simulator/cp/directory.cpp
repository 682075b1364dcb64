#include "simulator/cp/directory.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "simulator/cp/messages.hpp"

namespace vmlab::sim {
namespace {

bool contains(const std::vector<Userid>& list, const Userid& user) {
    return std::find(list.begin(), list.end(), user) != list.end();
}

bool writes(std::string_view link_mode) { return link_mode.starts_with('W') || link_mode.starts_with('M'); }

/// What class VMMDISK must permit for a link mode (facts cp-cms 7.2).
RacfAccess wanted_by(std::string_view link_mode) {
    if (link_mode == "MW") return RacfAccess::alter;
    if (link_mode.starts_with('M')) return RacfAccess::control;
    return link_mode.starts_with('W') ? RacfAccess::update : RacfAccess::read;
}

/// "TCPMAINT.198": as VMMDISK profiles are called.
std::string vmmdisk_name(const Userid& owner, std::string_view vdev) {
    if (vdev.size() == 4 && vdev.starts_with('0')) vdev.remove_prefix(1);
    return fmt::format("{}.{}", owner.view(), vdev);
}

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
        return is_logon_password(by_user, password) ? LogonVerdict::accepted : LogonVerdict::wrong_password;
    }
    if (entry->password == "NOPASS") return LogonVerdict::accepted;
    if (is_password_word(entry->password)) return LogonVerdict::not_by_password;
    return is_logon_password(user, password) ? LogonVerdict::accepted : LogonVerdict::wrong_password;
}

bool Directory::may_start(const Userid& by, const Userid& user) const {
    const auto* who = find(by);
    const auto* target = find(user);
    if (who == nullptr || target == nullptr) return false;
    return who->has_class('A') || who->has_class('B') || contains(target->autolog_by, by);
}

services::PasswordVerdict Directory::check_password(const Userid& user, std::string_view password,
                                                    services::PasswordKeeper keeper) const {
    const std::string wrong = "the userid or its password is not valid";
    if (keeper == services::PasswordKeeper::directory) {
        if (is_directory_password(user, password)) return {true};
        return {false, wrong};
    }
    if (racf_ == nullptr) return {false, "there is no external security manager to check the password"};
    if (!racf_->running()) return {false, "the external security manager RACFVM is not running"};
    const auto checked = racf_->check_password(user, password);
    if (checked && checked->valid) return {true};
    services::PasswordVerdict verdict{false, wrong + " (RACF)"};
    if (checked && checked->where.known()) verdict.rests_on.push_back(checked->where);
    return verdict;
}

/// A user that RACF knows has its password there; the others are the directory's.
bool Directory::is_logon_password(const Userid& user, std::string_view password) const {
    const auto checked = racf_ && racf_->running() ? racf_->check_password(user, password) : std::nullopt;
    return checked ? checked->valid : is_directory_password(user, password);
}

bool Directory::is_directory_password(const Userid& user, std::string_view password) const {
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
    const auto allows = [&](RacfAccess wanted) { return decide_link(user, owner, vdev, wanted).answer; };
    if (allows(RacfAccess::read) == RacfDecision::Answer::undefined) return right;
    if (allows(RacfAccess::update) == RacfDecision::Answer::permitted) return LinkRight::write;
    return allows(RacfAccess::read) == RacfDecision::Answer::permitted ? LinkRight::read : LinkRight::none;
}

RacfDecision Directory::decide_link(const Userid& user, const Userid& owner, std::string_view vdev,
                                    RacfAccess wanted) const {
    if (racf_ == nullptr) return {};
    return racf_->check("VMMDISK", vmmdisk_name(owner, vdev), user, wanted);
}

std::vector<Said> Directory::refusal_of_link(const Userid& user, const Userid& owner, std::string_view vdev,
                                             std::string_view mode) const {
    const auto decision = decide_link(user, owner, vdev, wanted_by(mode));
    if (!decision.refused()) return {};
    Said by_racf = say<RPIMGR032E>(vmmdisk_name(owner, vdev));
    if (decision.where.known()) by_racf.rests_on.push_back(decision.where);
    Said by_cp = say<HCPLNM298E>(owner, vdev);
    by_cp.rests_on = by_racf.rests_on;
    return {std::move(by_racf), std::move(by_cp)};
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

AccessedDisks Directory::devices_of(const Userid& user, const DiskStore& disks,
                                    std::vector<Said>& refused) const {
    AccessedDisks devices;
    const auto* entry = find(user);
    if (entry == nullptr) return devices;
    for (const auto& disk : entry->disks)
        if (disks.find(user, disk.vdev) != nullptr)
            devices.link({disk.vdev, user, disk.vdev, disk.mode.starts_with('R')});
    for (const auto& link : entry->links) {
        if (disks.find(link.owner, link.owner_vdev) == nullptr) continue;
        bool read_only = !writes(link.mode);
        auto refusal = refusal_of_link(user, link.owner, link.owner_vdev, link.mode);
        // WR and MR ask for a read-only link where the other is not to be had.
        if (!refusal.empty() && !read_only && link.mode.ends_with('R')) {
            read_only = true;
            refusal = refusal_of_link(user, link.owner, link.owner_vdev, "R");
        }
        if (refusal.empty()) devices.link({link.vdev, link.owner, link.owner_vdev, read_only});
        for (auto& said : refusal) refused.push_back(std::move(said).because(link.where));
    }
    return devices;
}

}  // namespace vmlab::sim
