#include "simulator/ipl/tcprun.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "profiles/values.hpp"
#include "simulator/cp/messages.hpp"
#include "simulator/ipl/configure.hpp"
#include "simulator/ipl/messages.hpp"

namespace vmlab::sim {
namespace {

using profiles::DtcEntry;
using profiles::DtcTag;
using profiles::DtcType;

/// Commands of classes, and the module each runs (for SLVL).
struct Command {
    std::string_view command;
    ServerKind kind;
    std::string_view module;
};
constexpr Command kCommands[] = {
    {"TCPIP", ServerKind::stack, "TCPIP"},
    {"VMSSL", ServerKind::ssl, "SSLSERV"},
    {"SSLIDCSS", ServerKind::ssl_dcss_agent, "SSLIDCSS"},
    {"SRVRFTP", ServerKind::ftp, "SRVRFTP"},
    {"SMTP", ServerKind::smtp, "SMTP"},
    {"TLSECHO", ServerKind::tls_echo, "TLSECHO"},
    {"VSMSERVE", ServerKind::smapi, "VSMSERVE"},
};

/// The modules that an APAR is on.
bool is_on(Apar apar, ServerKind kind) {
    if (kind == ServerKind::ssl) return true;
    return apar == Apar::PH18435 &&
           (kind == ServerKind::stack || kind == ServerKind::ftp || kind == ServerKind::smtp);
}

const Command* find_command(std::string_view name) {
    for (const Command& c : kCommands)
        if (iequals(name, c.command)) return &c;
    return nullptr;
}

class Tcprun {
public:
    Tcprun(const TcprunInput& input, const profiles::FileLookup& files, Mounter& mounter, ExitRunner& exits)
        : input_(input), files_(files), mounter_(mounter), exits_(exits) {}

    TcprunResult run() {
        launch_.userid = input_.userid;
        launch_.level = input_.level;
        launch_.dedicated = input_.dedicated;
        launch_.dtcparms = profiles::find_dtcparms(input_.userid, input_.node, files_);
        auto definition = profiles::find_definition(input_.userid, launch_.dtcparms);
        say_owner(definition);
        if (find_data() && find_definition(definition) && check_stack() && pass_exits("SETUP") &&
            make_link() && make_mounts()) {
            say_storage_and_pool();
            announce();
            if (parms_acceptable() && pass_exits("BEGIN")) result_.launch = std::move(launch_);
        }
        if (!result_.launch) {
            if (auto said = call_exits("ERROR", input_.userid, definition, files_, exits_, result_.console))
                say_line(std::move(*said));
            say_line(say<DTCRUN1099E>());
        }
        return std::move(result_);
    }

private:
    void say_line(Said what) { result_.console.push_back(std::move(what)); }
    void plain_line(std::string text, const SourceLocation& where = {}) {
        Said line{nullptr, std::move(text), {}};
        if (where.known()) line.rests_on.push_back(where);
        result_.console.push_back(std::move(line));
    }
    bool fail(Said what) {
        result_.refusal = what;
        say_line(std::move(what));
        return false;
    }
    const DtcTag* tag(std::string_view name) const { return launch_.definition.tag(name); }

    void say_owner(const std::optional<profiles::ServerDefinition>& definition) {
        const DtcTag* owner = definition ? definition->tag("owner") : nullptr;
        const auto named = owner ? Userid::parse(owner->value()) : std::nullopt;
        if (named) result_.owner = *named;
        launch_.owner = result_.owner;
        if (named) say_line(say<DTCRUN922I>(result_.owner).because(owner->where));
        else say_line(say<DTCRUN1022I>(result_.owner));
    }

    bool find_data() {
        const auto source = files_.find("TCPIP", "DATA");
        if (!source) return fail(say<DTCRUN901E>());
        launch_.data = profiles::read_tcpip_data(*source, input_.node);
        say_line(say<DTCRUN1046I_DATA>(source->file.str()).because({source->file, 0, 0}));
        return true;
    }

    /// What to look at: the nickname that may have been meant, then the files that have no such entry.
    Said without_definition(Said said) const {
        for (const auto& file : launch_.dtcparms)
            for (const auto& entry : file.entries)
                if (entry.type == profiles::DtcType::server) {
                    const std::string_view nick = *entry.nick;
                    if (!profiles::nearest(input_.userid.view(), {&nick, 1}).empty())
                        said.rests_on.push_back(entry.nick.where);
                }
        for (const auto& file : launch_.dtcparms) said.rests_on.push_back({file.file, 0, 0});
        return said;
    }

    bool find_definition(const std::optional<profiles::ServerDefinition>& definition) {
        if (!definition) return fail(without_definition(say<DTCRUN902E>(input_.userid)));
        launch_.definition = *definition;
        const auto& d = launch_.definition;
        say_line(
            say<DTCRUN1046I>("server", *d.server.nick, d.server_file.str()).because(d.server.nick.where));
        const DtcTag* class_tag = d.server.tag("class");
        if (class_tag == nullptr)
            return fail(say<DTCRUN904E>(":Class.", input_.userid).because(d.server.nick.where));
        if (!d.server_class)
            return fail(say<DTCRUN903E>(d.class_name, input_.userid).because(class_tag->value_where()));
        say_line(
            say<DTCRUN1046I>("class", d.class_name, d.class_file.str()).because(d.server_class->nick.where));
        const DtcTag* command = tag("command");
        if (command == nullptr)
            return fail(say<DTCRUN904E>(":Command.", input_.userid).because(d.server_class->nick.where));
        command_ = find_command(command->value());
        launch_.command = upper(command->value());
        if (command_ == nullptr)
            return fail(say<DTCRUN905E>(launch_.command).because(command->value_where()));
        launch_.kind = command_->kind;
        read_tags();
        say_findings();
        return true;
    }

    /// What the reader of DTCPARMS has to say of this server's own entry and class.
    void say_findings() {
        const auto& d = launch_.definition;
        const auto is_own = [](const DtcEntry& entry, const SourceLocation& where) {
            const auto begins = [&](const DtcTag& t) {
                return t.where == where || std::any_of(t.words.begin(), t.words.end(),
                                                       [&](const auto& w) { return w.where == where; });
            };
            return std::any_of(entry.tags.begin(), entry.tags.end(), begins);
        };
        for (const auto& file : launch_.dtcparms)
            for (const auto& finding : file.findings.items)
                if (is_own(d.server, finding.where) ||
                    (d.server_class && is_own(*d.server_class, finding.where)))
                    say_line(profiles::said_of(finding));
    }

    void read_tags() {
        launch_.admin_ids = launch_.definition.userids("admin_id_list");
        launch_.zone = input_.zone;
        if (const DtcTag* zone = tag("timezone"))
            launch_.zone = zone_of(zone->value(), input_.now).value_or(input_.zone);
        launch_.timestamp = profiles::read_on_off(launch_.definition.value("timestamp")).value_or(true);
        launch_.anonymous = profiles::read_yes_no(launch_.definition.value("anonymous")).value_or(false);
        const bool mixed = profiles::read_yes_no(launch_.definition.value("mixedcaseparms")).value_or(false);
        if (const DtcTag* parms = tag("parms")) launch_.parms = parms->words;
        if (!mixed)
            for (auto& word : launch_.parms) word.text = upper(word.text);
    }

    /// A TLS/SSL server must name its stack; whoever names one must name the one of TCPIP DATA.
    bool check_stack() {
        const auto& data = launch_.data;
        const bool is_stack = launch_.kind == ServerKind::stack;
        launch_.stack = is_stack ? input_.userid : *data.tcpip_userid;
        const DtcTag* named = tag("stack");
        const bool needed = launch_.kind == ServerKind::ssl || launch_.kind == ServerKind::ssl_dcss_agent;
        if (named == nullptr) {
            if (!needed) return true;
            return fail(
                say<DTCRUN904E>(":Stack.", input_.userid).because(launch_.definition.server.nick.where));
        }
        if (is_stack || iequals(named->value(), data.tcpip_userid->view())) return true;
        const SourceLocation statement =
            data.tcpip_userid.where.known() ? data.tcpip_userid.where : SourceLocation{data.file, 0, 0};
        return fail(
            say<DTCRUN1028E>(named->typed + named->value(), named->where.file.str(), data.tcpip_userid_typed)
                .because(named->where)
                .because(statement));
    }

    bool pass_exits(std::string_view call) {
        auto said = call_exits(call, input_.userid, launch_.definition, files_, exits_, result_.console);
        return !said || fail(std::move(*said));
    }

    /// `:vmlink.` of a pool member: `.DIR directory <vdev mode>` or `owner vdev <vdev mode>`.
    bool make_link() {
        const DtcTag* link = tag("vmlink");
        if (link == nullptr) return true;
        std::vector<std::string> words;
        std::string mode = "A";
        std::size_t inside = 0;  // words behind <: where, and the file mode
        for (const profiles::Word& word : link->words) {
            std::string text = upper(word.text);
            if (text.starts_with('<')) inside = 1;
            std::erase_if(text, [](char c) { return c == '<' || c == '>'; });
            if (inside == 0) words.push_back(text);
            else if (!text.empty() && inside++ == 2) mode = text;
        }
        const bool directory = words.size() == 2 && words[0] == ".DIR";
        const auto owner = words.size() == 2 ? Userid::parse(words[0]) : std::nullopt;
        BfsSession::Outcome outcome{24, std::nullopt};
        if (directory) outcome = mounter_.access(words[1], mode);
        else if (owner) outcome = mounter_.link(*owner, words[1], mode);
        if (outcome.message) say_line(std::move(*outcome.message).because(link->value_where()));
        if (outcome.rc == 0) return true;
        return fail(say<DTCRUN1001E_VMLINK>(upper(link->value()), outcome.rc).because(link->value_where()));
    }

    bool make_mounts() {
        const DtcTag* mount = tag("mount");
        if (mount == nullptr) return true;
        for (const auto& pair : profiles::mounts_of(*mount)) {
            auto outcome = mounter_.mount(*pair.path, *pair.mount_point);
            if (outcome.rc == 0) continue;
            if (outcome.message) say_line(std::move(*outcome.message).because(pair.path.where));
            return fail(say<DTCRUN1001E>(*pair.path, *pair.mount_point, outcome.rc).because(pair.path.where));
        }
        return true;
    }

    void say_storage_and_pool() {
        say_line(say<DTCRUN1096I>(input_.storage_megabytes));
        if (launch_.kind != ServerKind::stack) return;
        if (!find_associated(ServerKind::ssl)) return say_line(say<DTCRUN1038I>());
        const DtcTag* dcss = tag("dcss_parms");
        const auto agent = find_associated(ServerKind::ssl_dcss_agent);
        if (dcss == nullptr || !agent) return;
        result_.dcss_agent = agent->userid;
        say_line(say<DTCRUN1043I>(agent->userid)
                     .because(dcss->where)
                     .because(agent->definition.tag("stack")->where));
    }

    struct Associated {
        Userid userid{};  ///< a prefix with * for a pool
        profiles::ServerDefinition definition{};
    };
    /// The first server that runs this kind of program for this stack, defined as its own TCPRUN will find
    /// it.
    std::optional<Associated> find_associated(ServerKind kind) const {
        for (const auto& file : launch_.dtcparms)
            for (const DtcEntry& entry : file.entries) {
                const auto userid = Userid::parse(*entry.nick);
                if (entry.type != DtcType::server || !userid) continue;
                auto found = profiles::find_definition(*userid, launch_.dtcparms);
                const Command* command = found ? find_command(found->value("command")) : nullptr;
                if (command && command->kind == kind && iequals(found->value("stack"), input_.userid.view()))
                    return Associated{*userid, std::move(*found)};
            }
        return std::nullopt;
    }

    void announce() {
        if (input_.connected) {
            const std::string name = launch_.definition.value("name");
            say_line(say<DTCRUN1021R>(name.empty() ? launch_.command : name));
        }
        const Calendar c = calendar_of(input_.now, launch_.zone.offset);
        say_line(say<DTCRUN1011I>(hh_mm_ss(input_.now, launch_.zone.offset),
                                  fmt::format("{} {} {}", c.day, month_name(c.month), c.year),
                                  weekday_name(c.weekday)));
        say_line(say<DTCRUN1011I_COMMAND>(launch_.command).because(tag("command")->where));
        say_parms();
        say_line(say<DTCRUN1048I>(fmt::format("{} MODULE E2", command_->module)));
        for (const auto apar : launch_.level.service())
            if (is_on(apar, command_->kind))
                plain_line(fmt::format("            {:<8} {}", command_->module, name_of(apar)));
    }

    /// One console line for each line of the :parms. tag.
    void say_parms() {
        const DtcTag* parms = tag("parms");
        if (launch_.parms.empty()) return say_line(say<DTCRUN1011I_NONE>());
        say_line(say<DTCRUN1011I_PARMS>().because(parms->where));
        std::string line;
        for (std::size_t i = 0; i < launch_.parms.size(); ++i) {
            const auto& word = launch_.parms[i];
            if (!line.empty()) line += ' ';
            line += word.text;
            if (i + 1 < launch_.parms.size() && launch_.parms[i + 1].where.line == word.where.line) continue;
            plain_line("            " + line, word.where);
            line.clear();
        }
    }

    /// VMSSL reads its operands before anything else: one that it does not understand ends it.
    bool parms_acceptable() {
        if (launch_.kind != ServerKind::ssl) return true;
        const profiles::SourceText source{launch_.definition.server_file, {}};
        const auto parms = profiles::read_vmssl_parms(launch_.parms, source, vmssl_vocabulary(launch_.level));
        for (Said& said : profiles::said_of(parms.findings)) say_line(std::move(said));
        for (const auto& finding : parms.findings.items)
            if (result_.refusal.text.empty() && finding.severity == profiles::Severity::error)
                result_.refusal = finding.said;
        launch_.policy = configure_policy(parms, launch_.level);
        return parms.acceptable();
    }

    const TcprunInput& input_;
    const profiles::FileLookup& files_;
    Mounter& mounter_;
    ExitRunner& exits_;
    TcprunResult result_{};
    Launch launch_{};
    const Command* command_ = nullptr;
};

/// 02:00 local standard time of the n-th Sunday (1 = first) of a month, in UTC.
Instant nth_sunday(int year, int month, int n, Duration standard_offset) {
    const Instant first = instant_of({year, month, 1, 0, 2, 0, 0, 0}) - standard_offset;
    const int weekday = calendar_of(instant_of({year, month, 1, 0, 0, 0, 0, 0})).weekday;
    return first + hours(24 * ((7 - weekday) % 7 + 7 * (n - 1)));
}

}  // namespace

BfsSession::Outcome SessionMounter::access(std::string_view directory, std::string_view mode) {
    auto done = disks_.access(directory, mode, storage_.disks, storage_.pools);
    if (done.messages.empty()) return {done.rc, std::nullopt};
    return {done.rc, std::move(done.messages.front())};
}

BfsSession::Outcome SessionMounter::link(const Userid& owner, std::string_view vdev, std::string_view mode) {
    const auto number = profiles::read_vdev(vdev);
    const std::string full = number ? fmt::format("{:04X}", *number) : std::string();
    if (!number || storage_.disks.find(owner, full) == nullptr)
        return {40, say<HCPLNM107E>(owner, upper(vdev))};
    std::string free = "0120";
    for (unsigned next = 0x121; disks_.linked(free) != nullptr; ++next) free = fmt::format("{:04X}", next);
    (void)disks_.link({free, owner, full, true});
    return access(free, mode);
}

std::optional<Said> call_exits(std::string_view call, const Userid& server,
                               const std::optional<profiles::ServerDefinition>& definition,
                               const profiles::FileLookup& files, ExitRunner& exits,
                               std::vector<Said>& console) {
    constexpr int kNoSuchExec = 28, kNotSimulated = 20;
    const auto run = [&](const std::string& name, const SourceLocation& where) -> std::optional<Said> {
        const auto parsed = Name8::parse(name);
        const auto exec = parsed ? files.find(*parsed, "EXEC") : std::nullopt;
        int rc = kNoSuchExec;
        SourceLocation clause;
        if (exec) {
            const std::string server_class = definition ? definition->class_name : "";
            const auto end =
                exits.run(*exec, fmt::format("{} {} {}", call, server.view(), server_class), console);
            rc = end.rc;
            if (end.line != 0) {
                clause = exec->at(end.line, 1);
                console.push_back(say<DTCRUN925E>(end.line, exec->file.str(), end.complaint).because(clause));
                rc = kNotSimulated;
            }
        }
        if (rc == 0) return std::nullopt;
        Said said = say<DTCRUN1001E_EXIT>(upper(name), call, rc);
        if (where.known()) said.rests_on.push_back(where);
        if (exec) said.rests_on.push_back(clause.known() ? clause : exec->at(0));
        return said;
    };
    if (files.find("TCPRUNXT", "EXEC"))
        if (auto failed = run("TCPRUNXT", {})) return failed;
    const DtcTag* tag = definition ? definition->tag("exit") : nullptr;
    return tag ? run(tag->value(), tag->value_where()) : std::nullopt;
}

TcprunResult run_tcprun(const TcprunInput& input, const profiles::FileLookup& files, Mounter& mounter,
                        ExitRunner& exits) {
    return Tcprun(input, files, mounter, exits).run();
}

bool runs_vmssl(const profiles::DtcEntry& server, const std::vector<profiles::Dtcparms>& dtcparms) {
    const DtcTag* class_tag = server.tag("class");
    for (const auto& file : dtcparms) {
        if (class_tag == nullptr) return false;
        const auto* entry = file.find_class(upper(class_tag->value()));
        if (entry == nullptr) continue;
        const DtcTag* command = server.tag("command") ? server.tag("command") : entry->tag("command");
        return command != nullptr && iequals(command->value(), "VMSSL");
    }
    return false;
}

std::vector<Userid> ssl_members(const Userid& stack, const std::vector<Userid>& users,
                                const std::vector<profiles::Dtcparms>& dtcparms) {
    std::vector<Userid> members;
    for (const Userid& user : users) {
        const auto definition = profiles::find_definition(user, dtcparms);
        if (definition && iequals(definition->value("command"), "VMSSL") &&
            iequals(definition->value("stack"), stack.view()))
            members.push_back(user);
    }
    std::sort(members.begin(), members.end());
    return members;
}

std::optional<Zone> zone_of(std::string_view text, Instant now) {
    const auto zone = profiles::read_time_zone(text);
    if (!zone) return std::nullopt;
    const Duration standard = -hours(zone->hours_west);
    const int year = calendar_of(now, standard).year;
    const bool is_summer = !zone->summer.empty() && now >= nth_sunday(year, 3, 2, standard) &&
                           now < nth_sunday(year, 11, 1, standard + hours(1));
    if (is_summer) return Zone{zone->summer, standard + hours(1)};
    return Zone{zone->standard, standard};
}

}  // namespace vmlab::sim
