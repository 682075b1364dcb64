// libFuzzer entry: journals with recordings. Built with -fsanitize=fuzzer only. What is read is written, and
// read as the same; what a fuzzer can hardly guess, the check digits of a line, is put right for it.
#include <cstddef>
#include <cstdint>
#include <string>

#include "simulator/system/recording.hpp"
#include "stack/base/assert.hpp"

namespace {

using namespace vmlab::sim;

/// Every line that begins with '@' with the check digits that it ought to have.
std::string with_checks(std::string_view journal) {
    std::string out;
    while (!journal.empty()) {
        auto line = journal.substr(0, journal.find('\n') + 1);
        if (line.empty()) line = journal;
        journal.remove_prefix(line.size());
        if (line.starts_with('@') && line.size() > 10) {
            std::uint32_t sum = ~0u;
            const auto checked = line.substr(9, line.size() - 9 - (line.ends_with('\n') ? 1 : 0));
            for (const char c : checked) {
                sum ^= static_cast<unsigned char>(c);
                for (int bit = 0; bit < 8; ++bit) sum = (sum & 1) != 0 ? sum >> 1 ^ 0xedb88320 : sum >> 1;
            }
            sum = ~sum;
            out += '@';
            for (int shift = 28; shift >= 0; shift -= 4) out += "0123456789abcdef"[sum >> shift & 15];
            out += line.substr(9);
        } else {
            out += line;
        }
    }
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    for (const std::string& journal : {std::string(bytes), with_checks(bytes)}) {
        RecordingError error;
        const auto run = read_recorded_run(journal, error);
        if (!run) {
            vm_assert(error.line > 0 && error.column > 0 && !error.what.empty());
            continue;
        }
        for (const auto& line : run->given) {
            vm_assert(journal.find(line.line() + "\n") != journal.npos);
        }
        for (const auto& input : run->inputs) {
            vm_assert(journal.find(input.line() + "\n") != journal.npos);
        }
    }
    return 0;
}
