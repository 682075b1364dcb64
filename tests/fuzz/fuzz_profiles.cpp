// libFuzzer entry: configuration files. Built with -fsanitize=fuzzer only.
//
// The first byte of the input is the letter of a reader (tests/profiles/every_reader.hpp), the rest is the
// file.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tests/profiles/every_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace vmlab::profiles;
    if (size == 0) return -1;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    for (const auto& reader : testing::kReaders) {
        if (reader.letter != static_cast<char>(data[0])) continue;
        const SourceText source = SourceText::from_host({"ANY", "FILE", {'A', '1'}}, text);
        testing::assert_findings(source, reader.read(source));
        return 0;
    }
    return -1;
}
