// CP at its terminals: the logon screen's three fields, who sits where, and which console a terminal shows.
//
// A logical device is at the logo, or connected to the session of a user. Lines and states of that user's
// console come as ConsoleShown and ConsoleStateChanged (watch_console) and go on to the Telnet server that
// owns the device.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "simulator/cp/directory.hpp"
#include "simulator/cp/sessions.hpp"
#include "simulator/machines/virtual_machine.hpp"

namespace vmlab::sim {

class CpMachine final : public Machine {
public:
    CpMachine(const Directory& directory, CpSessions& sessions, std::string system_name, Zone zone)
        : Machine("CP"),
          directory_(directory),
          sessions_(sessions),
          system_name_(std::move(system_name)),
          zone_(std::move(zone)) {}

    void receive(Event& event, System& world) override;

private:
    /// What LOGON asks: `LOGON user [BY by] [HERE]`.
    struct Logon {
        Userid user{}, by{};
        bool here = false;
    };
    struct Device {
        Userid tcpip{};
        LogicalDevice number = 0;
        std::string from;  ///< the client's address
        Userid user{};     ///< empty at the logo
        Logon logon{};     ///< LOGON without a password: the next line is it
    };
    using Key = std::pair<Userid, LogicalDevice>;

    void opened(const Userid& tcpip, const TerminalOpened& e, System& world);
    void logon_entered(Device& device, const LogonEntered& e, System& world);
    void line_entered(Device& device, const LineEntered& e, System& world);
    void before_logon(Device& device, std::string_view line, System& world);
    void log_on(Device& device, const Logon& wanted, std::string_view password, std::string command,
                System& world);
    void connect(Device& device, const Userid& user, System& world);
    void session_ended(const Userid& user, System& world);
    void lost(const Key& key, System& world);

    void show(const Device& device, TerminalOutput what, System& world);
    void line(const Device& device, std::string text, System& world, bool priority = false);
    void say_to(const Device& device, const Said& said, System& world);
    Device* device_of(const Userid& user);

    const Directory& directory_;
    CpSessions& sessions_;
    std::string system_name_;
    Zone zone_;
    std::map<Key, Device> devices_;
};

}  // namespace vmlab::sim
