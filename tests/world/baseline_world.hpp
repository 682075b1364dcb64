// The baseline as a world in virtual time, for tests: the shipped files, a fixed start, a seed.
#pragma once

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "simulator/world.hpp"

namespace vmlab::sim {

inline std::vector<std::pair<std::string, std::string>> baseline_files() {
    namespace fs = std::filesystem;
    const fs::path folder = VMLAB_SOURCE_DIR "/profiles/baseline";
    std::vector<std::pair<std::string, std::string>> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file()) continue;
        std::ifstream in(entry.path(), std::ios::binary);
        std::ostringstream text;
        text << in.rdbuf();
        files.emplace_back(fs::relative(entry.path(), folder).generic_string(), text.str());
    }
    std::sort(files.begin(), files.end());
    return files;
}

/// Key pairs are slow to make: one set for the whole test program.
inline const sslserv::LabKeys& test_keys() {
    static const sslserv::LabKeys keys = [] {
        RandomStream random(seed_from_number(0), "lab keys");
        return sslserv::make_lab_keys(random);
    }();
    return keys;
}

inline WorldOptions baseline_options(std::uint64_t seed = 1) {
    WorldOptions options;
    options.start = instant_of({2019, 10, 9, 0, 16, 0, 0, 0});
    options.seed = seed_from_number(seed);
    options.files = baseline_files();
    options.keys = test_keys();
    return options;
}

/// A world that is brought up, with nobody outside.
struct BaselineWorld {
    Outside outside;
    World world;

    explicit BaselineWorld(const WorldOptions& options = baseline_options()) : world(options, outside) {
        world.ipl();
        world.system().run_until(options.start + seconds{40}, [this] { return world.settled("TCPIP"); });
    }
    System& system() { return world.system(); }
    void run(Duration how_long) { system().run_until(system().now() + how_long); }
    /// Runs a conversation of WS1 to its end.
    ConversationResult talk(Conversation what, Duration at_most = minutes{10}) {
        const auto number = world.workstation().start(std::move(what), system());
        system().run_until(system().now() + at_most,
                           [&] { return world.workstation().result(number).ended; });
        const auto result = world.workstation().result(number);
        world.workstation().forget(number, system());
        return result;
    }
    std::string console(const Userid& machine) {
        std::string text;
        for (const auto& line : system().console_of(machine)) text += line + "\n";
        return text;
    }
    /// On its console, or on one that was closed when it ended.
    bool said(const Userid& machine, std::string_view text) {
        std::string all = console(machine);
        for (const auto& [owner, files] : world.storage().spool.all())
            for (const auto& file : files)
                if (file.origin == machine) all += file.content();
        return all.find(text) != std::string::npos;
    }
    /// What a command that TCPMAINT types prints until its Ready line, or `at_most` so long.
    std::string types(const std::string& line, Duration at_most = minutes{5}) {
        if (!at_prompt_) {
            world.log_on_at_prompt("TCPMAINT");
            run(seconds{1});
            at_prompt_ = true;
        }
        (void)system().close_console("TCPMAINT");
        system().post("TCPMAINT", ConsoleTyped{line});
        std::string text;
        system().run_until(system().now() + at_most, [&] {
            text = console("TCPMAINT");
            return text.find("\nReady") != text.npos;
        });
        const auto begin = text.find('\n') + 1;
        return text.substr(begin, text.rfind("Ready") - begin);
    }
    /// Types a line at a user's console and lets it finish.
    void type(const Userid& user, std::string line) {
        system().post(user, ConsoleTyped{std::move(line)});
        run(seconds{30});
    }

private:
    bool at_prompt_ = false;  ///< TCPMAINT
};

inline Conversation echo_conversation() {
    Conversation c;
    c.host = "gdlrct2.example.test";
    c.steps = {OpenConnection{{Ipv4Address::of(9, 60, 60, 3), 7443}, true}, SendLine{"GET / HTTP/1.0"},
               SendLine{""}, ExpectText{"HTTP/1.0 200"}, ExpectClose{}};
    return c;
}

/// Logs in over AUTH TLS, puts `content` and gets it back over private data connections.
inline Conversation ftp_conversation(std::string content) {
    Conversation c;
    c.host = "gdlrct2.example.test";
    c.patience = minutes{5};
    c.steps = {OpenConnection{{Ipv4Address::of(9, 60, 60, 3), 21}},
               ExpectReply{"220"},
               SendLine{"AUTH TLS"},
               ExpectReply{"234"},
               StartTls{},
               SendLine{"USER TCPMAINT"},
               ExpectReply{"331"},
               SendLine{"PASS TCPMAINT", true},
               ExpectReply{"230"},
               SendLine{"PBSZ 0"},
               ExpectReply{"200"},
               SendLine{"PROT P"},
               ExpectReply{"200"},
               SendLine{"TYPE I"},
               ExpectReply{"200"},
               OpenData{true},
               SendLine{"STOR TEST.BIN"},
               ExpectReply{"1"},
               TransferData{true, true, std::move(content)},
               ExpectReply{"2"},
               OpenData{false},
               SendLine{"RETR TEST.BIN"},
               ExpectReply{"1"},
               TransferData{true},
               ExpectReply{"2"},
               SendLine{"QUIT"},
               ExpectReply{"221"},
               ExpectClose{}};
    return c;
}

}  // namespace vmlab::sim
