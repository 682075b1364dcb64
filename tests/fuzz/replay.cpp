// Plays the kept inputs of a fuzzer through its entry, without a fuzzer: each file of the folders given,
// whole. What was found once, and what reaches far into the code, is so tried in every test run, with its
// sanitizers.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv) {
    int played = 0;
    for (int i = 1; i < argc; ++i)
        for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
            std::ifstream file(entry.path(), std::ios::binary);
            const std::string input((std::istreambuf_iterator<char>(file)), {});
            std::fprintf(stderr, "%s\n",
                         entry.path().filename().c_str());  // the last one named is the culprit
            (void)LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
            ++played;
        }
    std::printf("%d inputs played\n", played);
    return played > 0 ? 0 : 1;
}
