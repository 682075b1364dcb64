// A service: the program that a service virtual machine runs (FTPSERVE, SMTP, the Telnet server INTCLIEN,
// TLSECHO).
//
// One calling convention for all: something happens (receive), a deadline passes (tick), consequences go to
// the Host of the call. A service keeps no sockets, files or clocks of its own.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "services/files.hpp"
#include "stack/base/cause.hpp"
#include "stack/base/level.hpp"
#include "stack/base/message.hpp"
#include "stack/base/socket_api.hpp"
#include "stack/base/terminal_api.hpp"
#include "stack/base/time.hpp"

namespace vmlab::services {

/// A message by SMSG from another virtual machine.
struct SmsgArrived {
    Userid from{};
    std::string text;
};

/// What can happen to a service. Terminal output comes only to the Telnet server.
using Input = std::variant<SocketNotice, SmsgArrived, TerminalOutput>;

/// What a service can ask for and say. Calls append; none re-enters the service.
class Host : public Recorder {
public:
    virtual void request(SocketRequest what) = 0;
    /// A message on the virtual machine's console.
    virtual void console(Said what) = 0;
    /// Another line on the console (banners, trace output).
    virtual void console_line(std::string text) = 0;
    virtual void smsg(const Userid& to, std::string text) = 0;
    /// Telnet server only: a key or a new terminal, for CP.
    virtual void terminal(TerminalInput what) = 0;
    /// The program ends by itself with this return code; TCPRUN then ends the machine's session. 0 = as
    /// asked.
    virtual void end(int return_code) = 0;
    /// Minidisks, SFS and BFS as this virtual machine may see them, and the CP directory's passwords.
    virtual Files& files() = 0;

protected:
    ~Host() = default;
};

class Service {
public:
    virtual ~Service() = default;
    /// Begins: opens its ports.
    virtual void start(Instant now, Host& out) = 0;
    virtual void receive(Input what, Instant now, Host& out) = 0;
    virtual void tick(Instant now, Host& out) = 0;
    [[nodiscard]] virtual std::optional<Instant> next_deadline() const = 0;
};

/// What every service knows of the system it runs on.
struct SystemFacts {
    Userid userid{};        ///< its own
    std::string host_name;  ///< TCPIP DATA HOSTNAME
    std::string domain;     ///< TCPIP DATA DOMAINORIGIN
    Level level{};
    std::string node = "GDLRCT2";
    Zone zone{};
    /// Userids that may issue privileged SMSG commands: the stack's OBEY list, or the server's own.
    std::vector<Userid> authorized{};
    SourceLocation authorized_where{};  ///< the list; without one, the file as a whole
    /// Peers that reach this system through an address translator, and the address they must be given (FTP
    /// 227).
    struct Masquerade {
        IpAddress peer{};
        Ipv4Address tell{};
    };
    std::vector<Masquerade> masquerades{};

    /// "gdlvm7.example.com"
    std::string full_name() const { return domain.empty() ? host_name : host_name + "." + domain; }
};

}  // namespace vmlab::services
