#include "simulator/cp/directory_source.hpp"

namespace vmlab::sim {

Directory directory_of(const profiles::UserDirect& source) {
    Directory directory;
    for (const auto& [userid, user] : source.users) {
        DirectoryEntry entry;
        entry.userid = userid;
        entry.password = user.password;
        entry.classes = user.classes;
        entry.storage_megabytes = user.storage_megabytes;
        entry.ipl = user.ipl.value;
        for (const auto& disk : user.mdisks)
            entry.disks.push_back({disk.vdev, disk.cylinders, disk.mode, disk.read_password,
                                   disk.write_password, disk.multiple_password, disk.where});
        for (const auto& link : user.links)
            entry.links.push_back({link.owner, link.owner_vdev, link.vdev, link.mode, link.where});
        for (const auto& by : user.logon_by) entry.logon_by.push_back(by.value);
        for (const auto& by : user.autolog_by) entry.autolog_by.push_back(by.value);
        for (const auto& segment : user.namesave) entry.namesave.push_back(segment.value.str());
        for (const auto& option : user.options) entry.options.push_back(option.value);
        if (user.posix_uid) entry.posix_uid = user.posix_uid->value;
        entry.posix_group = user.posix_group;
        entry.apvirtual = user.apvirtual;
        entry.dedicated_aps = user.dedicated_aps;
        entry.crypto_where = user.crypto_where;
        for (const auto& device : user.dedicated)
            if (const auto vdev = profiles::read_vdev(device.vdev))
                entry.dedicated.push_back({*vdev, device.where});
        for (const auto& nic : user.nics) {
            NicEntry made;
            made.adapter.vdev = profiles::read_vdev(nic.vdev).value_or(0);
            made.adapter.devices = nic.devices;
            made.adapter.type = nic.hipersockets ? AdapterType::hipersockets : AdapterType::qdio;
            made.adapter.where = nic.where;
            if (!nic.lan.empty())
                made.network =
                    NetworkName{iequals(nic.lan_owner.view(), "*") ? userid : nic.lan_owner, nic.lan};
            entry.nics.push_back(std::move(made));
        }
        entry.commands = user.commands;
        entry.secondary_user = user.secondary_user;
        entry.where = user.where;
        directory.add(std::move(entry));
    }
    return directory;
}

}  // namespace vmlab::sim
