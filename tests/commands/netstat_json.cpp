// NETSTAT (JSON holds what each report shows; every operand and option has its shortest abbreviation.
#include <doctest/doctest.h>

#include <charconv>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "tests/commands/fake_world.hpp"

using namespace vmlab;
using namespace vmlab::sim;

namespace {

using Json = nlohmann::ordered_json;

std::string answer_of(FakeWorld& world, const std::string& command) {
    Interpreter interpreter("TCPMAINT", world);
    (void)interpreter.start(world);
    std::vector<ConsoleLine> out;
    interpreter.receive(command, world, out);
    interpreter.attention(world, out);
    std::string text;
    for (const auto& line : out)
        if (!line.text.starts_with("Ready") && line.text != "CP") text += line.text + "\n";
    return text;
}

/// Words and numbers: "Sessions:" is "Sessions", "{obey}" is "obey", "0.000" is 0.
std::set<std::string> words_of(std::string text) {
    for (char& c : text)
        if (std::string_view("{},()\n").find(c) != std::string_view::npos) c = ' ';
    std::istringstream in(text);
    std::set<std::string> words;
    for (std::string word; in >> word;) {
        while (!word.empty() && word.back() == ':') word.pop_back();
        double number = 0;
        const auto read = std::from_chars(word.data(), word.data() + word.size(), number);
        const bool is_number =
            !word.empty() && read.ec == std::errc() && read.ptr == word.data() + word.size();
        words.insert(is_number ? std::to_string(number) : word);
    }
    return words;
}

void collect(const Json& json, std::string& text) {
    if (json.is_object()) {
        for (const auto& [key, value] : json.items()) {
            text += key + "\n";
            collect(value, text);
        }
    } else if (json.is_array()) {
        for (const auto& value : json) collect(value, text);
    } else if (json.is_string()) {
        const auto value = json.get<std::string>();
        text += value + "\n";
        if (const auto at = read_iso_utc(value))  // reports show the zone's time of day
            text += hh_mm_ss(*at, kTestZone.offset) + "\n" + mm_dd_yy(*at, kTestZone.offset) + "\n";
    } else {
        text += json.dump() + "\n";
    }
}

/// A stack of which there is nothing to report: what its reports say are headings.
void empty_the_stack(FakeWorld& world) {
    auto& stack = world.stack_;
    const auto userid = stack.config.userid;
    const auto obey = stack.config.obey;
    stack = {};
    stack.config.userid = userid;
    stack.config.obey = obey;
    stack.config.level = Level(Release::v740);
    stack.up = true;
    world.telnet_.clear();
    world.profile_ = {};
}

/// Words of the layouts that stand before each item, and values that have another form in JSON.
const std::set<std::string> kLabels = {
    "Address",    "Authorization", "Bound",      "Broadcast",  "Bytes",
    "BytesIn",    "BytesOut",      "CPU",        "Capability", "Client",
    "Congestion", "Connected",     "Connection", "Device",     "Disabled",
    "Discovery",  "Foreign",       "Forwarding", "High",       "ID",
    "IPv4",       "IPv6",          "Label",      "Link",       "Local",
    "MTU",        "Maximum",       "Multicast",  "Number",     "Path",
    "Per",        "Port",          "Queue",      "Receive",    "Retransmission",
    "Round",      "Router",        "Secured",    "Segments",   "Send",
    "Sessions",   "Sockets",       "State",      "Status",     "Timeout",
    "Total",      "Transport",     "Type",       "by",         "in",
    "ms",         "out",           "queue",      "size",       "socket",
    "to",         "trip",          "window",
};
const std::set<std::string> kForms = {
    "9.60.60.3..TELNET",
    "*..TELNET",
    "*..FTP-C",  // ports by number
    "Default",
    "<direct>",
    "UT",
    "UGS",
    "0.00:09:00",
    "0.00:01:00",  // attacks by their moments
    "<none>",
    "default",
    "NonRouter",
    "IP",  // routes, links
    "TLS1.2_ECDHE_ECDSA_AES_128_SHA256",
    "SECURE",
    "Stream",
    "Conn",
    "*..5000",
    "Yes",
    "No",
};

}  // namespace

TEST_CASE("NETSTAT (JSON has every value of every report") {
    FakeWorld world, empty;
    empty_the_stack(empty);
    const auto json_text = answer_of(world, "netstat (json");
    const Json json = Json::parse(json_text);
    std::string text;
    collect(json, text);
    const auto known = words_of(text);
    for (const char* const report : {"all",
                                     "allconn",
                                     "arp",
                                     "clients",
                                     "config",
                                     "config autolog",
                                     "config block",
                                     "config home",
                                     "config inform",
                                     "config internalclient",
                                     "config keepalive",
                                     "config limits",
                                     "config obey",
                                     "config parms",
                                     "config permit",
                                     "config port",
                                     "config restrict",
                                     "config ssl",
                                     "config trace",
                                     "conn",
                                     "devlinks",
                                     "dos",
                                     "gate",
                                     "home",
                                     "identify ssl",
                                     "interval 5",
                                     "level",
                                     "permit",
                                     "poolsize",
                                     "sockets",
                                     "telnet",
                                     "up"}) {
        CAPTURE(report);
        const auto shown = words_of(answer_of(world, std::string("netstat ") + report));
        const auto headings = words_of(answer_of(empty, std::string("netstat ") + report));
        CHECK(shown.size() > 3);
        for (const auto& word : shown)
            if (!headings.contains(word) && !kForms.contains(word) && !kLabels.contains(word) &&
                word.find_first_not_of('-') != word.npos)
                CHECK_MESSAGE(known.contains(word), "not in the JSON: ", word);
    }
}

TEST_CASE("NETSTAT: the shortest abbreviations of its operands") {
    // One letter less is another operand, or none.
    struct Pair {
        const char *shortest, *full;
    };
    for (const Pair& names :
         {Pair{"all", "all"}, Pair{"allc", "allconn"}, Pair{"ar", "arp"}, Pair{"cl", "clients"},
          Pair{"conf", "config"}, Pair{"con", "conn"}, Pair{"de", "devlinks"}, Pair{"do", "dos"},
          Pair{"ga", "gate"}, Pair{"ho", "home"}, Pair{"le", "level"}, Pair{"per", "permit"},
          Pair{"po", "poolsize"}, Pair{"so", "sockets"}, Pair{"tel", "telnet"}, Pair{"up", "up"},
          Pair{"id ssl", "identify ssl"}, Pair{"in", "interval"}}) {
        FakeWorld one, other;
        CAPTURE(names.shortest);
        CHECK(answer_of(one, std::string("netstat ") + names.shortest) ==
              answer_of(other, std::string("netstat ") + names.full));
    }
    for (const char* const too_short : {"a", "c", "d", "g", "h", "l", "p", "pe", "s", "t", "te", "u", "i"}) {
        FakeWorld world;
        CAPTURE(too_short);
        CHECK(answer_of(world, std::string("netstat ") + too_short).find("DTCNET902E") != std::string::npos);
    }
    for (const Pair& names :
         {Pair{"bl 9.60.60.70", "block 9.60.60.70"}, Pair{"un 9.60.60.67", "unblock 9.60.60.67"},
          Pair{"del 9.60.60.1", "delarp 9.60.60.1"}, Pair{"dr 1007", "drop 1007"},
          Pair{"ob PORT 21 TCP FTPSERVE", "obey PORT 21 TCP FTPSERVE"}, Pair{"resetd", "resetdos"}}) {
        FakeWorld one, other;
        CAPTURE(names.shortest);
        CHECK(answer_of(one, std::string("netstat ") + names.shortest) ==
              answer_of(other, std::string("netstat ") + names.full));
        CHECK(one.take_notes() == other.take_notes());
    }
}

TEST_CASE("NETSTAT: the options TCP, CLIENT and IPADDR, and their shortest abbreviations") {
    FakeWorld world;
    const auto conn = [&](const std::string& options) {
        return answer_of(world, "netstat conn (" + options);
    };
    CHECK(conn("client ftpserve").find("INTCLIEN") == std::string::npos);
    CHECK(conn("client ftpserve").find("1018") != std::string::npos);
    CHECK(conn("cli ftpserve") == conn("client ftpserve"));
    CHECK(conn("ipaddr 9.60.60.4").find("1007") != std::string::npos);
    CHECK(conn("ipaddr 9.60.60.4").find("1018") == std::string::npos);
    CHECK(conn("ip 9.60.60.4") == conn("ipaddr 9.60.60.4"));
    CHECK(conn("tcp tcpip") == answer_of(world, "netstat conn"));
    CHECK(conn("tcp tcpip10").find("DTCNET901E") != std::string::npos);
    CHECK(conn("cli ftpserve ip 9.60.60.4 tcp tcpip").find("1007") == std::string::npos);
}
