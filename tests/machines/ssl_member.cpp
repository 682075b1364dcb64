// An SSL server as a virtual machine: one that cannot serve ends, and says so.
#include <doctest/doctest.h>

#include "simulator/machines/ssl_program.hpp"
#include "tests/sslserv/wire.hpp"

using namespace vmlab;
using namespace vmlab::sim;
using namespace vmlab::sslserv::test;

namespace {

struct Stack final : Machine {
    using Machine::Machine;
    void receive(Event& event, System&) override {
        if (auto* said = std::get_if<FromSslServer>(&event.payload)) heard.push_back(std::move(said->notice));
    }
    template <typename Notice>
    std::size_t count() const {
        return std::size_t(std::count_if(heard.begin(), heard.end(), [](const SslNotice& n) {
            return std::holds_alternative<Notice>(n);
        }));
    }
    std::vector<SslNotice> heard{};
};

struct Bench final : Installation {
    explicit Bench(sslserv::Policy policy_) : policy(std::move(policy_)) {
        auto listener = std::make_unique<Stack>(Name8("TCPIP"));
        stack = listener.get();
        system.add(std::move(listener));
        auto machine = std::make_unique<VirtualMachine>(Userid("SSL00001"), *this);
        member = machine.get();
        system.add(std::move(machine));
        system.post(Name8("SSL00001"), LogonStarted{"TCPIP"});
        system.run_until(system.now() + seconds{1});
    }
    std::unique_ptr<Program> ipl(VirtualMachine&, const LogonStarted&, System& world) override {
        SslProgram::Setup setup;
        setup.options = member_options(policy);
        setup.tcpip = "TCPIP";
        setup.read_database = [](Instant) { return FoundDatabase(lab_pki().database); };
        return std::make_unique<SslProgram>(std::move(setup), world.random("SSL00001"));
    }
    void logged_off(VirtualMachine&, const Userid&, System&) override {}
    void logged_on(VirtualMachine&, const LogonStarted&, System&) override {}

    sslserv::Policy policy;
    Outside outside{};
    System system{kNow, seed_from_number(1), outside};
    Stack* stack = nullptr;
    VirtualMachine* member = nullptr;
};

}  // namespace

TEST_CASE("a member that can serve stays, until it is asked to end") {
    Bench bench({});
    CHECK(bench.member->logged_on());
    CHECK(bench.stack->count<SslServerReady>() == 1);
    bench.system.post(Name8("SSL00001"), ShutdownRequested{"TCPMAINT", "STOP"});
    bench.system.run_until(bench.system.now() + seconds{1});
    CHECK_FALSE(bench.member->logged_on());
    CHECK(bench.stack->count<SslServerGone>() == 1);
}

TEST_CASE("a member whose database does not suit its mode ends: 444") {
    sslserv::Policy fips;
    fips.modes = {{sslserv::Mode::fips_140_2, {}}};
    Bench bench(fips);
    std::string console;
    for (const auto& line : bench.system.console_of("SSL00001")) console += line;
    CHECK(console.find("DTCSSL904E") != std::string::npos);
    CHECK_FALSE(bench.member->logged_on());
    CHECK(bench.stack->count<SslServerReady>() == 0);
    CHECK(bench.stack->count<SslServerGone>() == 1);
}
