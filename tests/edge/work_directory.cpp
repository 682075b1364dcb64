// What outlives a run is saved whole or not at all, for its owner alone, by one vmlab at a time.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

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
        {std::string(1000, '%'), "a path that no file of the host could have"},
        {"..", "dots"},
        {"end\n", ""}};
    {
        auto work = WorkDirectory::open(scratch.path + "/a/b", error);
        REQUIRE_MESSAGE(work, error);
        CHECK(work->load_state(error)->empty());
        REQUIRE_MESSAGE(work->save_state(first, error), error);
        CHECK(work->load_state(error) == first);
    }
    auto work = WorkDirectory::open(scratch.path + "/a/b", error);
    REQUIRE(work);
    CHECK(work->load_state(error) == first);
    const std::map<std::string, std::string> second{{"minidisk/TCPMAINT.198/PROFILE TCPIP", "changed\n"}};
    REQUIRE(work->save_state(second, error));
    CHECK(work->load_state(error) == second);
    for (const auto& entry : fs::recursive_directory_iterator(work->path()))
        CHECK(mode_of(entry.path().string()) == (entry.is_directory() ? 0700u : 0600u));
}

TEST_CASE("a save that a crash interrupted leaves the last state, and the next save goes well") {
    const Scratch scratch;
    std::string error;
    const std::map<std::string, std::string> one{{"a", "1"}}, two{{"a", "2"}};
    auto work = WorkDirectory::open(scratch.path, error);
    REQUIRE(work->save_state(one, error));
    std::ofstream(scratch.path + "/storage.new") << "vmlab sto";
    CHECK(work->load_state(error) == one);
    REQUIRE(work->save_state(two, error));
    CHECK(work->load_state(error) == two);
    CHECK_FALSE(fs::exists(scratch.path + "/storage.new"));
}

TEST_CASE("a damaged state is said to be damaged, wherever it was cut; it is not taken for an empty one") {
    const Scratch scratch;
    std::string error;
    auto work = WorkDirectory::open(scratch.path, error);
    REQUIRE(work->save_state({{"a", "1"}, {"bb", "22\n"}}, error));
    const auto whole = *work->load_file("storage");
    for (std::size_t size = 0; size < whole.size(); ++size) {
        REQUIRE(work->save_file("storage", whole.substr(0, size), error));
        error.clear();
        CHECK_FALSE(work->load_state(error));
        CHECK(error.ends_with("/storage is damaged: --fresh begins anew (and saves over it)"));
    }
    for (const char* wrong : {"99999999999999999999 1\n", "18446744073709551615 2\nab", "1\n", "1 x\n"}) {
        REQUIRE(work->save_file("storage", std::string("vmlab storage 1\n") + wrong + "end\n", error));
        CHECK_FALSE(work->load_state(error));
    }
}

TEST_CASE("one vmlab at a time; the lock ends with its owner") {
    const Scratch scratch;
    std::string error;
    {
        auto first = WorkDirectory::open(scratch.path, error);
        REQUIRE(first);
        CHECK_FALSE(WorkDirectory::open(scratch.path, error));
        CHECK(error == "another vmlab uses the work directory " + scratch.path +
                           ": end it, or name another with --work DIR");
    }
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

TEST_CASE("a pipe under a growing file's name is written to, not replaced") {
    const Scratch scratch;
    std::string error;
    const std::string path = scratch.path + "/wireshark";
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    const int reader = ::open(path.c_str(), O_RDONLY | O_NONBLOCK);
    REQUIRE(reader >= 0);
    GrowingFile pcap;
    REQUIRE_MESSAGE(pcap.open(path, error), error);
    CHECK(pcap.append("frames"));
    char room[16];
    CHECK(::read(reader, room, sizeof room) == 6);
    CHECK(fs::is_fifo(path));
    ::close(reader);
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
