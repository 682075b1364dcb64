// The key database of a running world, replaced as gskkyman would: the servers notice when they look again.
#pragma once

#include "tests/scenario/healthy_system.hpp"

namespace vmlab::sim {

inline void put_key_database(const sslserv::LabPki& pki, World& world) {
    const auto& place = healthy().around.key_databases.front();
    for (const auto& [type, bytes] : {std::pair{".kdb", &pki.kdb}, {".rdb", &pki.rdb}, {".sth", &pki.sth}}) {
        BfsNode node;
        node.owner = "gskadmin";
        node.group = "security";
        node.mode = 0640;
        node.changed = world.now();
        node.bytes = std::make_shared<std::string>(bytes->begin(), bytes->end());
        world.storage().bfs.put(place.space, place.path + type, std::move(node));
    }
}

}  // namespace vmlab::sim
