// What a user's session is while it lasts, and the lines it prints.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "simulator/cms/accessed_disks.hpp"
#include "simulator/cms/bfs_session.hpp"

namespace vmlab::sim {

/// A line for the console.
struct ConsoleLine {
    std::string text;
    bool priority = false;  ///< messages from elsewhere: highlighted, from column 2 on a 3270 screen
};

struct Session {
    Userid userid{};
    std::string classes = "G";  ///< privilege classes now
    Instant logged_on{};
    AccessedDisks disks{};
    BfsSession bfs{};
    BfsIdentity posix{};
    bool impcp = true;
    bool long_ready = true;             ///< SET RDYMSG LMSG: the times after Ready;
    Userid ssl_stack{};                 ///< SSLADMIN SET TCPserver; empty: the default
    std::vector<Userid> ssl_servers{};  ///< SSLADMIN SET SSLserver; empty: ALL
    std::uint64_t commands = 0;         ///< how many were run: the virtual time that is shown grows with it

    bool has_class(char letter) const { return classes.find(letter) != std::string::npos; }
};

}  // namespace vmlab::sim
