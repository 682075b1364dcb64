// What outlives a run is saved whole or not at all, for its owner alone, by one vmlab at a time.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "simulator/edge/work_directory.hpp"

using namespace vmlab::sim;
namespace fs = std::filesystem;

namespace {

struct Scratch {
    Scratch() {
        char name[] = "/tmp/vmlab-test-XXXXXX";
        path = ::mkdtemp(name);
    }
    ~Scratch() { fs::remove_all(path); }
    std::string path;
};

unsigned mode_of(const std::string& path) {
    struct stat about {};
    REQUIRE(::stat(path.c_str(), &about) == 0);
    return about.st_mode & 0777;
}

}  // namespace

TEST_CASE("the state comes back as it was saved, whatever its names and bytes are") {
    const Scratch scratch;
    std::string error;
    const std::map<std::string, std::string> first{
        {"minidisk/TCPMAINT.198/PROFILE TCPIP", "HOME\n"},
        {"bfs:/../VMBFS:VMSYS:GSKSSLDB/Database.kdb", std::string("\0\xff%2e", 5)},
        {"..", "dots"},
        {"100%", ""}};
    {
        auto work = WorkDirectory::open(scratch.path + "/a/b", error);
        REQUIRE_MESSAGE(work, error);
        CHECK(work->load_state().empty());
        REQUIRE_MESSAGE(work->save_state(first, error), error);
        CHECK(work->load_state() == first);
    }
    auto work = WorkDirectory::open(scratch.path + "/a/b", error);
    REQUIRE(work);
    CHECK(work->load_state() == first);
    const std::map<std::string, std::string> second{{"minidisk/TCPMAINT.198/PROFILE TCPIP", "changed\n"}};
    REQUIRE(work->save_state(second, error));
    CHECK(work->load_state() == second);
    for (const auto& entry : fs::recursive_directory_iterator(work->path()))
        CHECK(mode_of(entry.path().string()) == (entry.is_directory() ? 0700u : 0600u));
    work->erase_state();
    CHECK(work->load_state().empty());
}

TEST_CASE("a save that a crash interrupted leaves the last state and no rubbish") {
    const Scratch scratch;
    std::string error;
    {
        auto work = WorkDirectory::open(scratch.path, error);
        REQUIRE(work->save_state({{"a", "1"}}, error));
    }
    fs::create_directory(scratch.path + "/state.new");
    std::ofstream(scratch.path + "/state.new/a") << "ha";
    {
        auto work = WorkDirectory::open(scratch.path, error);
        CHECK(work->load_state() == std::map<std::string, std::string>{{"a", "1"}});
        CHECK_FALSE(fs::exists(scratch.path + "/state.new"));
    }
    fs::rename(scratch.path + "/state",
               scratch.path + "/state.old");  // between the two renames of a plain file system
    auto work = WorkDirectory::open(scratch.path, error);
    CHECK(work->load_state() == std::map<std::string, std::string>{{"a", "1"}});
}

TEST_CASE("one vmlab at a time; the lock goes with its owner") {
    const Scratch scratch;
    std::string error;
    {
        auto first = WorkDirectory::open(scratch.path, error);
        REQUIRE(first);
        CHECK_FALSE(WorkDirectory::open(scratch.path, error));
        CHECK(error == "another vmlab uses the work directory " + scratch.path +
                           ": end it, or name another with --work DIR");
    }
    CHECK_FALSE(fs::exists(scratch.path + "/lock"));
    CHECK(WorkDirectory::open(scratch.path, error));
}

TEST_CASE("files are replaced in one step and are the owner's alone; a journal grows") {
    const Scratch scratch;
    std::string error;
    auto work = WorkDirectory::open(scratch.path, error);
    REQUIRE(work->save_file("ca.pem", "one", error));
    REQUIRE(work->save_file("ca.pem", "two", error));
    CHECK(work->load_file("ca.pem") == "two");
    CHECK_FALSE(work->load_file("nothing"));
    CHECK(mode_of(work->path_of("ca.pem")) == 0600);
    GrowingFile journal;
    REQUIRE(journal.open(work->path_of("journal"), error));
    CHECK(journal.append("#1\n"));
    CHECK(journal.append("#2\n"));
    CHECK(work->load_file("journal") == "#1\n#2\n");
    CHECK(mode_of(work->path_of("journal")) == 0600);
}

TEST_CASE("a directory that cannot be made says why") {
    const Scratch scratch;
    std::ofstream(scratch.path + "/file") << "x";
    std::string error;
    CHECK_FALSE(WorkDirectory::open(scratch.path + "/file/work", error));
    CHECK(error == "cannot make the work directory " + scratch.path + "/file/work: Not a directory");
    CHECK_FALSE(WorkDirectory::open("", error));
    CHECK(error.starts_with("no work directory"));
}
