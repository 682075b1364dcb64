// Scripts as a whole: options, events and their times, and calls of the socket interface.
#include "tests/packets/runner/parsers.hpp"
#include "tests/packets/runner/preprocess.hpp"

namespace vmlab::packets {
namespace {

constexpr int kDeepest = 40;  // levels of expressions
constexpr std::uint64_t kMostNumber = 0x7fffffffffffffff;

Expression parse_expression(Scanner& in, int depth);

std::vector<Expression> parse_row(Scanner& in, std::string_view close, int depth) {
    std::vector<Expression> row;
    if (in.take(close)) return row;
    do row.push_back(parse_expression(in, depth + 1));
    while (in.take(","));
    in.expect(close);
    return row;
}

/// A word alone, called, or assigned to.
Expression parse_word(Scanner& in, int depth) {
    Expression e;
    e.at = in.place();
    e.kind = Expression::Kind::word;
    e.text = in.word();
    if (in.take("(")) {
        e.kind = Expression::Kind::call;
        e.parts = parse_row(in, ")", depth);
    }
    in.skip();
    if (in.peek() == '=' && in.peek(1) != '=' && depth > 0) {
        in.expect("=");
        e.kind = Expression::Kind::assign;
        e.parts.clear();
        e.parts.push_back(parse_expression(in, depth + 1));
    }
    return e;
}

Expression parse_single(Scanner& in, int depth) {
    Expression e;
    in.skip();
    e.at = in.place();
    if (in.take("...")) return e;
    if (in.take("[")) {
        e.kind = Expression::Kind::list;
        e.parts = parse_row(in, "]", depth);
    } else if (in.take("{")) {
        if (in.skip(); in.peek() == '(' || in.peek_word() == "flags") throw NotOurs("headers of tunnels");
        e.kind = Expression::Kind::fields;
        e.parts = parse_row(in, "}", depth);
    } else if (in.peek() == '"') {
        e.kind = Expression::Kind::text;
        do {
            e.text += in.quoted();
            in.skip();
        } while (in.peek() == '"');
        (void)in.take("...");
    } else if (in.take("-")) {
        e.kind = Expression::Kind::number;
        e.number = -std::int64_t(in.number(kMostNumber));
    } else if (in.looking_at_number()) {
        e.kind = Expression::Kind::number;
        e.number = std::int64_t(in.number(kMostNumber));
    } else if (!in.peek_word().empty()) {
        return parse_word(in, depth);
    } else {
        in.fail("an argument expected");
    }
    return e;
}

Expression parse_expression(Scanner& in, int depth) {
    if (depth > kDeepest) in.fail("nested too deep");
    Expression left = parse_single(in, depth);
    while (in.take("|")) {
        Expression both;
        both.kind = Expression::Kind::either;
        both.at = left.at;
        both.parts.push_back(std::move(left));
        both.parts.push_back(parse_single(in, depth));
        left = std::move(both);
    }
    return left;
}

When parse_when(Scanner& in) {
    When when;
    if (in.take("*")) {
        when.kind = When::Kind::any;
        return when;
    }
    when.kind = in.take("+") ? When::Kind::relative : When::Kind::absolute;
    when.from = when.to = in.time();
    if (!in.take("~")) return when;
    (void)in.take("+");
    when.is_range = true;
    when.to = in.time();
    if (when.to < when.from) in.fail("this range of times ends before it begins");
    return when;
}

std::string squeezed(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (blank && (out.empty() || out.back() == ' ')) continue;
        out += blank ? ' ' : c;
    }
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

Event parse_event(Scanner& in) {
    Event event;
    in.skip();
    event.at = in.place();
    const std::size_t begin = in.offset();
    event.when = parse_when(in);
    std::optional<Duration> ends_at;
    if (in.take("...")) ends_at = in.time();
    in.skip();
    const bool outbound = in.peek() == '>';
    if (in.take("<") || in.take(">")) event.action = parse_packet(in, outbound);
    else if (in.take("%{")) event.action = Code{in.until("}%")};
    else if (in.take("`")) event.action = Command{in.until("`")};
    else if (!in.peek_word().empty()) event.action = parse_call(in);
    else in.fail("a packet, a call, %{ or ` expected behind the time");
    if (Call* const call = std::get_if<Call>(&event.action)) call->ends_at = ends_at;
    else if (ends_at) in.fail("only a call lasts from one time to another");
    if ((event.when.kind == When::Kind::any || event.when.is_range) && !outbound)
        throw ScriptError(event.at, "only what leaves comes at any time, or in a range of times");
    const std::string_view written = in.since(begin);
    event.source = squeezed(written.substr(0, written.find("//")));
    return event;
}

Setting parse_setting(Scanner& in) {
    Setting setting;
    setting.at = in.place();
    in.expect("--");
    setting.name = in.word();
    while (in.peek() == '-') {
        in.expect("-");
        setting.name += '-' + in.word();
    }
    if (in.peek() == '=') {
        in.expect("=");
        setting.value = in.rest_of_line();
        if (const auto comment = setting.value.find("//"); comment != std::string::npos)
            setting.value.resize(comment);
        while (!setting.value.empty() && setting.value.back() == ' ') setting.value.pop_back();
    }
    return setting;
}

/// What packetdrill's suites are run with.
Definitions known_definitions(const Definitions& given) {
    Definitions known{{"TFO_COOKIE", "3021b9d889017eeb"},
                      {"TFO_COOKIE_ZERO", "b7c12350a90dc8f5"},
                      {"CMSG_LEVEL_IP", "SOL_IP"},
                      {"CMSG_TYPE_RECVERR", "IP_RECVERR"}};
    for (const auto& [name, value] : given) known[name] = value;
    return known;
}

Script parse_case(const std::string& whole, const Definitions& given) {
    Definitions definitions = known_definitions(given);
    std::string text;
    Script script;
    {
        Scanner head(whole);
        for (head.skip(); head.looking_at("--"); head.skip()) script.settings.push_back(parse_setting(head));
        for (const auto& setting : script.settings)
            if (setting.name == "define") define(setting.value, definitions);
        for (const auto& [name, value] : given) definitions[name] = value;
        text = std::string(head.since(0)) + with_definitions(head.rest(), definitions);
    }
    Scanner in(text);
    for (in.skip(); in.looking_at("--"); in.skip()) (void)parse_setting(in);
    while (true) {
        in.skip();
        if (in.at_end()) return script;
        if (in.looking_at("--")) {  // of one case among others
            script.settings.push_back(parse_setting(in));
            continue;
        }
        if (in.peek() != '`') {
            script.events.push_back(parse_event(in));
            continue;
        }
        Event event;  // without a time: at the beginning, or to clean up
        event.at = in.place();
        in.expect("`");
        event.action = Command{in.until("`")};
        event.source = "`...`";
        script.events.push_back(std::move(event));
    }
}

struct Part {
    std::string title;
    std::size_t begin = 0, end = 0;
};

/// The stretches behind lines that begin with ===, and before the first (without a title).
std::vector<Part> parts_of(std::string_view text) {
    std::vector<Part> parts(1);
    for (std::size_t line = 0; line < text.size();) {
        const std::size_t end = std::min(text.find('\n', line), text.size());
        if (text.substr(line, 3) == "===") {
            parts.back().end = line;
            parts.push_back({squeezed(text.substr(line + 3, end - line - 3)), end, text.size()});
        }
        line = end + 1;
    }
    if (parts.size() == 1) parts[0].end = text.size();
    return parts;
}

}  // namespace

Call parse_call(Scanner& in) {
    Call call;
    call.name = in.word();
    in.expect("(");
    call.arguments = parse_row(in, ")", 0);
    in.expect("=");
    call.result = parse_expression(in, 0);
    if (!in.looking_at_time() && !in.peek_word().empty()) call.error = in.word();
    if (in.take("(")) (void)in.until(")");
    return call;
}

std::vector<Script> parse_scripts(std::string_view written, const std::vector<Setting>& given) {
    Definitions definitions;
    for (const auto& setting : given)
        if (setting.name == "define") define(setting.value, definitions);
    const std::string text = without_other_systems(written, definitions);
    const std::vector<Part> parts = parts_of(text);
    std::vector<Script> scripts;
    for (std::size_t i = parts.size() == 1 ? 0 : 1; i < parts.size(); ++i) {
        std::string alone(text);  // the others blanked out, so that every line keeps its number
        for (std::size_t at = 0; at < alone.size(); ++at) {
            const bool ours = at < parts[0].end || (at >= parts[i].begin && at < parts[i].end);
            if (!ours && alone[at] != '\n') alone[at] = ' ';
        }
        scripts.push_back(parse_case(alone, definitions));
        scripts.back().title = parts[i].title;
    }
    return scripts;
}

}  // namespace vmlab::packets
