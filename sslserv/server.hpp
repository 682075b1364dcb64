// An SSL server: one member of the pool (SSLSERV MODULE). Keys, policy and records are its business; it knows
// neither network nor files. Requests come from TCPIP (stack/base/ssl_api.hpp), operator commands from
// SSLADMIN (refresh, quiesce, set_trace, snapshot).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sslserv/crypto_costs.hpp"
#include "sslserv/keydb/key_database.hpp"
#include "sslserv/policy.hpp"
#include "sslserv/self_test.hpp"
#include "sslserv/session_cache.hpp"
#include "stack/base/cause.hpp"
#include "stack/base/message.hpp"
#include "stack/base/random.hpp"
#include "stack/base/ssl_api.hpp"
#include "stack/base/time.hpp"

namespace vmlab::sslserv {

class Sink : public Recorder {
public:
    virtual void answer(SslNotice what) = 0;
    virtual void console(Said what) = 0;
    virtual void console_line(std::string text) = 0;
    /// A secret for captures, in NSS key log form.
    virtual void key_log(std::string line) = 0;
    /// Whether anybody reads key_log().
    [[nodiscard]] virtual bool logs_keys() const { return true; }
    /// The server works so long, in virtual time: what it answers from now on comes after that.
    virtual void spend(Duration) {}

protected:
    ~Sink() = default;
};

struct ServerOptions {
    Userid userid{};
    Policy policy{};                           ///< from :parms.
    std::size_t max_sessions = 600;            ///< MAXPERSSLSERVER
    SelfTest self_test = shipped_self_test();  ///< with a MODE: what is proved at start
    std::string parameters{};                  ///< :parms. as text; the same at every member of a pool
    SourceLocation parameters_where{};
    Userid tcpip = "TCPIP";  ///< the stack that it serves
    /// Of the machine; nothing: nobody said which, and its work takes no time.
    std::optional<CryptoHardware> hardware{};
};

struct SessionSnapshot {
    SslSessionId id = 0;
    Endpoint local{}, peer{};
    std::string label, protocol, cipher;
    bool established = false, inbound = true, resumed = false;
    std::uint64_t bytes_in = 0, bytes_out = 0;  ///< application bytes
};

struct ServerSnapshot {
    Userid userid{};
    bool active = false;  ///< has read its database and takes sessions
    bool quiescing = false;
    bool waiting = false;  ///< for the session cache: it answers nobody
    Policy policy{};
    std::string key_file;
    std::size_t max_sessions = 0;
    std::size_t high_sessions = 0;
    std::uint64_t total_sessions = 0, failed_handshakes = 0;
    std::optional<CryptoHardware> hardware{};     ///< as in the options
    std::vector<SessionSnapshot> sessions{};      ///< by id
    std::optional<SessionCache::Counts> cache{};  ///< of the whole pool; nothing without one
};

class Server {
public:
    /// `database` is the content of the key database as opened at start.
    Server(const ServerOptions& options, KeyDatabase database, std::shared_ptr<SessionCache> cache,
           RandomStream random);
    ~Server();

    void start(Instant now, Sink& out);  ///< says what it uses and answers SslServerReady
    void receive(SslRequest what, Instant now, Sink& out);
    void tick(Instant now, Sink& out);
    [[nodiscard]] std::optional<Instant> next_deadline() const;

    /// SSLADMIN REFRESH: new handshakes use `database`; established sessions keep what they have.
    /// What it says when `database` does not suit it; the old one then stays in use.
    std::optional<Said> refresh(KeyDatabase database, Instant now, Sink& out);
    /// SSLADMIN STOP and RESTART quiesce first: no new sessions.
    void quiesce(Instant now, Sink& out);
    /// Quiescing, and no session is left.
    [[nodiscard]] bool drained() const;
    /// Waits for the session cache: it answers nobody until that is served again.
    [[nodiscard]] bool waiting() const;

    /// SSLADMIN TRACE and NOTRACE.
    void set_trace(const Trace& trace, Instant now, Sink& out);

    [[nodiscard]] ServerSnapshot snapshot() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace vmlab::sslserv
