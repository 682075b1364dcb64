// HELP, from the command table. IDENTIFY.
#include <fmt/format.h>

#include "simulator/cms/messages.hpp"
#include "simulator/commands/commands.hpp"
#include "simulator/cp/console_lines.hpp"

namespace vmlab::sim {
namespace {

bool is_simulated(const Command& command) {
    return command.run != run_not_simulated_cms && command.run != run_not_simulated_cp;
}

void list_commands(Call& call, Environment environment) {
    for (const auto& command : all_commands()) {
        if (command.environment != environment || !is_simulated(command)) continue;
        if (!permits(command.classes, call.session.classes)) continue;
        call.line(fmt::format("  {:<10} {}", command.name, command.summary));
    }
}

void explain(Call& call, const Command& command) {
    const bool cp = command.environment == Environment::cp;
    call.line(fmt::format("{} {} {}", cp ? "CP " : "CMS", command.name, command.syntax));
    call.line(fmt::format("    {}", command.summary));
    std::string_view detail = command.detail;
    while (!detail.empty()) {
        const auto end = std::min(detail.find('\n'), detail.size());
        for (auto& line : wrapped("    " + std::string(detail.substr(0, end)), 79, 4))
            call.line(std::move(line));
        detail.remove_prefix(std::min(end + 1, detail.size()));
    }
    if (!command.classes.empty()) call.line(fmt::format("    Privilege class: {}", command.classes));
}

}  // namespace

Outcome run_help(Call& call) {
    const bool component = call.args.size() > 1 && (call.args.is(0, "CP") || call.args.is(0, "CMS"));
    const auto word = call.args.word(component ? 1 : 0);
    if (word.empty()) {
        call.line("CMS commands (capitals: the shortest form; HELP command tells more)");
        list_commands(call, Environment::cms);
        call.line("CP commands");
        list_commands(call, Environment::cp);
        return 0;
    }
    bool any = false;
    for (const auto environment : {Environment::cms, Environment::cp}) {
        const auto* command = find_command(environment, word);
        const bool other = component && call.args.is(0, "CP") != (environment == Environment::cp);
        if (command == nullptr || other) continue;
        explain(call, *command);
        any = true;
    }
    return any ? Outcome(0) : Outcome(call.fail(28, say<DMSHEL254E>()));
}

Outcome run_identify(Call& call) {
    const auto& zone = call.world.zone();
    const auto now = call.world.now();
    call.line(fmt::format("{:<8} AT {:<8} VIA {:<8} {} {} {:<8} {}", call.session.userid.view(),
                          call.world.level().node,
                          call.world.sessions().find("RSCS") != nullptr ? "RSCS" : "*",
                          mm_dd_yy(now, zone.offset), hh_mm_ss(now, zone.offset), zone_id(zone),
                          upper(weekday_name(calendar_of(now, zone.offset).weekday))));
    return 0;
}

}  // namespace vmlab::sim
