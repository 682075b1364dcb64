// The accessed disks of a virtual machine as the readers of configuration files see them.
#pragma once

#include "profiles/search.hpp"
#include "simulator/cms/accessed_disks.hpp"

namespace vmlab::sim {

class AccessedFiles final : public profiles::FileLookup {
public:
    AccessedFiles(const AccessedDisks& accessed, const DiskStore& disks, const FilePools& pools)
        : accessed_(accessed), disks_(disks), pools_(pools) {}

    std::optional<profiles::SourceText> find(const Name8& name, const Name8& type) const override {
        const auto found = accessed_.find(disks_, pools_, name, type);
        if (!found) return std::nullopt;
        return profiles::SourceText::from_host(found->id, found->file->text());
    }

private:
    const AccessedDisks& accessed_;
    const DiskStore& disks_;
    const FilePools& pools_;
};

}  // namespace vmlab::sim
