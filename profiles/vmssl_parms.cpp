#include "profiles/vmssl_parms.hpp"

#include "profiles/messages.hpp"
#include "profiles/statement_table.hpp"

namespace vmlab::profiles {
namespace {

constexpr std::string_view kOperands[] = {
    "KEYFile", "CACHELife",       "CACHECleanup", "FIPS",  "MODE",    "PROTOcol", "EXEMPT",
    "ENABLE",  "TLSFALLBACKSCSV", "GSKTrace",     "TRAce", "NOTRAce", "VMDUMP"};
constexpr std::string_view kModes[] = {"FIPS-140-2", "NIST-800-131A"};
constexpr std::string_view kStrengths[] = {"LOW", "MEDIUM", "HIGH", "NONE"};

bool is_operand(const Word& word) {
    for (const std::string_view operand : kOperands)
        if (abbreviates(word.text, operand) && is_known(ConfigFile::vmssl_parms, operand)) return true;
    return false;
}

bool is_one_of(std::string_view word, std::span<const std::string_view> known) {
    for (const std::string_view k : known)
        if (iequals(word, k)) return true;
    return false;
}

class VmsslReader {
public:
    VmsslReader(const std::vector<Word>& operands, const SourceText& source, const VmsslVocabulary& names)
        : words_(operands), names_(names), findings_(source, parms_.findings) {}

    VmsslParms read() {
        while (!words_.at_end()) {
            operand_ = words_.take();
            read_operand();
        }
        return std::move(parms_);
    }

private:
    bool is(std::string_view operand) const {
        return abbreviates(operand_.text, operand) && is_known(ConfigFile::vmssl_parms, operand);
    }
    bool value_follows() const { return !words_.at_end() && !is_operand(words_.peek()); }

    void read_operand() {
        for (const std::string_view operand : kOperands)
            if (is(operand) && state_of(ConfigFile::vmssl_parms, operand) == LineState::not_simulated)
                findings_.add(LineState::not_simulated, operand_.where, say<DTCPRS906I>(upper(operand)));
        if (is("KEYFile")) return read_key_file();
        if (is("CACHELife")) return read_cache_life();
        if (is("CACHECleanup")) return read_number_into(parms_.cache_cleanup, "CACHECLEANUP", 10, 1000);
        if (is("FIPS")) return parms_.modes.push_back({VmsslMode::fips_140_2, operand_.where});
        if (is("MODE")) return read_mode();
        if (is("PROTOcol")) return read_protocols();
        if (is("EXEMPT") || is("ENABLE")) return read_cipher(is("ENABLE"));
        if (is("TLSFALLBACKSCSV")) return read_fallback();
        if (is("GSKTrace")) return read_number_into(parms_.gsk_trace, "GSKTRACE", 0, 255);
        if (is("TRAce")) return read_trace();
        if (is("NOTRAce")) {
            parms_.trace = {VmsslTraceLevel::none, false, {}, 0, 20, operand_.where};
            return;
        }
        if (is("VMDUMP")) return read_vmdump();
        findings_.add(LineState::unknown, operand_.where, say<DTCPRS902E>(quoted(operand_.text), "VMSSL"),
                      nearest(operand_.text, kOperands));
    }

    void bad(const Word& word, std::string_view what, std::string_view suggestion = {}) {
        findings_.add(LineState::extracted, word.where,
                      say<DTCPRS903E>(quoted(word.text), what, quoted(upper(operand_.text))), suggestion);
    }
    void missing(std::string_view what) {
        findings_.add(LineState::extracted, operand_.where,
                      say<DTCPRS904E>(quoted(upper(operand_.text)), what));
    }

    /// A path may look like anything, so the next word is it.
    void read_key_file() {
        if (words_.at_end()) return missing("path");
        const Word& path = words_.take();
        if (path.text.size() > 1023) return bad(path, "path");
        parms_.key_file = {path.text, path.where};
    }

    /// `n[H|M|S]` or `n H|M|S`; hours when no unit is given; 24 hours at most.
    void read_cache_life() {
        if (!value_follows()) return missing("duration");
        const Word word = words_.take();
        std::string digits = upper(word.text);
        char unit = 'H';
        const auto is_unit = [](char c) { return c == 'H' || c == 'M' || c == 'S'; };
        if (!digits.empty() && is_unit(digits.back())) {
            unit = digits.back();
            digits.pop_back();
        } else if (!words_.at_end() && words_.peek().text.size() == 1 &&
                   is_unit(upper(words_.peek().text)[0])) {
            unit = upper(words_.take().text)[0];
        }
        const std::uint32_t seconds_each = unit == 'H' ? 3600 : unit == 'M' ? 60 : 1;
        const auto number = read_number(digits, 0, 86'400 / seconds_each);
        if (number) parms_.cache_life = {*number * seconds_each, word.where};
        else bad(word, "duration up to 24 hours");
    }

    void read_number_into(Sourced<std::uint32_t>& value, std::string_view what, std::uint32_t low,
                          std::uint32_t high) {
        if (!value_follows()) return missing("number");
        const Word& word = words_.take();
        if (const auto number = read_number(word.text, low, high)) value = {*number, word.where};
        else bad(word, fmt::format("{} from {} to {}", what, low, high));
    }

    void read_mode() {
        if (words_.at_end()) return missing("mode");
        const Word mode = words_.take();
        if (mode.is("FIPS-140-2") || mode.is("FIPS"))
            parms_.modes.push_back({VmsslMode::fips_140_2, mode.where});
        else if (mode.is("NIST-800-131A")) parms_.modes.push_back({VmsslMode::nist_800_131a, mode.where});
        else if (!mode.is("STANDARD")) bad(mode, "mode", nearest(mode.text, kModes));
    }

    /// `PROTOCOL [+|-]version …`
    void read_protocols() {
        if (!value_follows()) return missing("protocol");
        while (value_follows()) {
            const Word word = words_.take();
            const bool sign = word.text[0] == '+' || word.text[0] == '-';
            const std::string version = upper(std::string_view(word.text).substr(sign ? 1 : 0));
            if (is_one_of(version, names_.protocols))
                parms_.protocols.push_back({version, word.text[0] != '-', word.where});
            else bad(word, "protocol", nearest(version, names_.protocols));
        }
    }

    void read_cipher(bool enable) {
        if (words_.at_end()) return missing("cipher suite");
        const Word word = words_.take();
        const bool strength = !enable && is_one_of(word.text, kStrengths);
        if (strength || is_one_of(word.text, names_.suites))
            parms_.ciphers.push_back({upper(word.text), enable, word.where});
        else bad(word, "cipher suite", nearest(word.text, names_.suites));
    }

    void read_fallback() {
        const Word word = value_follows() ? words_.take() : Word{};
        if (const auto on = read_on_off(word.text)) parms_.fallback_scsv = {*on, word.where};
        else if (word.text.empty()) missing("ON or OFF");
        else bad(word, "ON or OFF");
    }

    void read_vmdump() {
        if (words_.peek().is("Error") || words_.peek().is("ErrorSocket")) words_.take();
    }

    /// `TRACE NORMAL|CONNECTIONS [NODATA|DATA]|FLOW|DEBUG [ALL|address[:port]|:port] [length]`
    void read_trace() {
        VmsslTrace trace;
        trace.where = operand_.where;
        const Word level = value_follows() ? words_.take() : Word{};
        if (abbreviates(level.text, "CONNections")) trace.level = VmsslTraceLevel::connections;
        else if (abbreviates(level.text, "FLOW")) trace.level = VmsslTraceLevel::flow;
        else if (abbreviates(level.text, "DEBug")) trace.level = VmsslTraceLevel::debug;
        else if (level.text.empty()) return missing("level");
        else if (!abbreviates(level.text, "NORMal")) return bad(level, "level");
        if (words_.peek().is("DATA") || words_.peek().is("NODATA")) trace.data = words_.take().is("DATA");
        while (value_follows()) {
            const Word word = words_.take();
            if (word.is("ALL")) continue;
            if (const auto length = read_number(word.text, 1, 32'768)) trace.length = *length;
            else if (!read_trace_filter(word.text, trace)) bad(word, "filter");
        }
        parms_.trace = trace;
    }

    /// `address`, `address:port`, `address..port`, `:port`, `..port`
    static bool read_trace_filter(std::string_view text, VmsslTrace& trace) {
        std::size_t at = text.find(':'), skip = 1;
        if (at == std::string_view::npos) at = text.find(".."), skip = 2;
        if (at != std::string_view::npos) {
            const auto port = read_number(text.substr(at + skip), 1, 65'535);
            if (!port) return false;
            trace.port = static_cast<std::uint16_t>(*port);
            text = text.substr(0, at);
            if (text.empty()) return true;
        }
        trace.address = Ipv4Address::parse(text);
        return trace.address.has_value();
    }

    WordCursor words_;
    const VmsslVocabulary& names_;
    VmsslParms parms_{};
    FindingWriter findings_;
    Word operand_{};
};

}  // namespace

bool is_vmssl_operand(const Word& word) { return is_operand(word); }

VmsslParms read_vmssl_parms(const std::vector<Word>& operands, const SourceText& source,
                            const VmsslVocabulary& names) {
    return VmsslReader(operands, source, names).read();
}

}  // namespace vmlab::profiles
