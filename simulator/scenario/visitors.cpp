#include "simulator/scenario/visitors.hpp"

#include <algorithm>

#include "simulator/machines/client_scripts.hpp"
#include "simulator/scenario/runner.hpp"

namespace vmlab::sim {
namespace {

constexpr Duration kClientPatience = seconds{15};
/// Longer than many a limit that is set too low, and shorter than those of the shipped system.
constexpr Duration kIdle = minutes{4};
constexpr std::uint16_t kTelnet = 23;
/// The oldest protocol that servers offer by default.
constexpr sslserv::Protocol kOld = sslserv::Protocol::tlsv1_1;

Conversation visit_to(const Endpoint& server, bool secure) {
    Conversation visit;
    switch (server.port) {
        case 21: {
            FtpVisit ftp;
            ftp.server = server;
            ftp.tls = ftp.private_data = true;
            ftp.user = ftp.password = "TCPMAINT";
            ftp.jobs = {{FtpJob::Kind::list, {}, {}}};
            visit = ftp_conversation(ftp);
            visit.resume_data = true;  // as most clients do: it comes back to its session
            break;
        }
        case 23: visit = telnet_conversation(server); break;
        case 25:
            visit = smtp_conversation({server, true, "visitor@example.test", "tcpmaint", "A visit.\n"});
            break;
        default:
            if (secure) visit = tls_conversation(server);
            else visit.steps = {OpenConnection{server}};
    }
    return visit;
}

std::vector<std::pair<std::uint16_t, bool>> ports_of(const World& world, const Userid& stack) {
    std::vector<std::pair<std::uint16_t, bool>> ports;
    const auto snapshot = world.stack(stack);
    if (!snapshot) return ports;
    for (const auto& socket : snapshot->sockets) {
        if (socket.connection.state != stack::TcpState::listen) continue;
        const auto port = socket.connection.local.port;
        bool secure = false;
        for (const auto& entry : snapshot->config.ports)
            secure = secure || (entry.secure && entry.low <= port && port <= entry.high);
        ports.emplace_back(port, secure);
    }
    std::sort(ports.begin(), ports.end());
    return ports;
}

std::vector<Conversation> candidates(const World& good, const Userid& stack, Visitors which) {
    std::vector<Conversation> visitors;
    std::vector<IpAddress> servers{good.lan().home};
    if (good.lan().ipv6.home) servers.push_back(*good.lan().ipv6.home);
    bool old_came = false;
    for (const auto& server : servers)
        for (const auto& [port, secure] : ports_of(good, stack)) {
            visitors.push_back(visit_to({server, port}, secure));
            if (secure && !old_came) {
                old_came = true;
                visitors.push_back(visitors.back());
                visitors.back().newest = kOld;
            }
            if (port != kTelnet || !server.is_v4()) continue;
            visitors.push_back(clear_telnet_conversation({server, port}));
            if (which == Visitors::patient)
                visitors.push_back(idle_telnet_conversation({server, port}, kIdle));
        }
    for (auto& visitor : visitors) {
        visitor.host = good.host_name();
        visitor.patience = kClientPatience;
    }
    return visitors;
}

void visit_from_behind_the_router(World& world, const Endpoint& server) {
    Conversation visit;
    visit.steps = {OpenConnection{server}};
    visit.patience = kClientPatience;
    Workstation& remote = world.remote_workstation();
    const auto number = remote.start(std::move(visit), world.system());
    (void)run_world(world, minutes{1}, [&] { return remote.result(number).ended; });
}

}  // namespace

std::vector<Conversation> visitors_of(World& good, const Userid& stack, Visitors which) {
    const auto all = candidates(good, stack, which);
    const auto visits = let_visit(good, all);
    std::vector<Conversation> served;
    for (std::size_t i = 0; i < all.size(); ++i)
        if (good.workstation().result(visits[i]).succeeded) served.push_back(all[i]);
    return served;
}

std::vector<std::uint32_t> let_visit(World& world, const std::vector<Conversation>& visitors) {
    // One of each family.
    std::optional<Endpoint> first, first6;
    for (const auto& visitor : visitors)
        if (const auto* opens = std::get_if<OpenConnection>(&visitor.steps.front()))
            if (auto& of_family = opens->to.address.is_v4() ? first : first6; !of_family)
                of_family = opens->to;
    for (const auto& server : {first, first6})
        if (server) visit_from_behind_the_router(world, *server);
    std::vector<std::uint32_t> visits;
    for (const auto& visitor : visitors) visits.push_back(world.workstation().start(visitor, world.system()));
    (void)run_world(world, kIdle + minutes{5}, [&] {
        return std::all_of(visits.begin(), visits.end(),
                           [&](std::uint32_t visit) { return world.workstation().result(visit).ended; });
    });
    return visits;
}

}  // namespace vmlab::sim
