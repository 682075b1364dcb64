// A small world made by hand for the command tests: TCPMAINT at its terminal, a stack with a pool of SSL
// servers.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "simulator/commands/interpreter.hpp"
#include "simulator/ipl/configure.hpp"

namespace vmlab::sim {

inline const Zone kTestZone{"EDT", hours(-4)};
inline const Instant kTestNow = instant_of({2019, 10, 15, 2, 16, 30, 46, 0});

inline DirectoryEntry test_user(Userid name, std::string classes) {
    DirectoryEntry entry;
    entry.userid = name;
    entry.password = "SECRET";
    entry.classes = std::move(classes);
    entry.storage_megabytes = 128;
    return entry;
}

inline stack::SocketSnapshot test_socket(std::uint32_t id, Userid client, stack::TcpState state,
                                         std::uint16_t port, Endpoint peer = {}) {
    stack::SocketSnapshot socket;
    socket.connection.id = id;
    socket.connection.state = state;
    if (state != stack::TcpState::listen) socket.connection.local.address = Ipv4Address::of(9, 60, 60, 3);
    socket.connection.local.port = port;
    socket.connection.peer = peer;
    socket.client = client;
    return socket;
}

class FakeWorld final : public Operations {
public:
    FakeWorld() {
        level_.generated = instant_of({2019, 10, 2, 3, 18, 13, 0, 0});
        level_.ipl = instant_of({2019, 10, 15, 2, 16, 0, 0, 0});
        define_users();
        define_files();
        define_stack();
        segments_.define({.name = "TCPIP"});
        for (const auto* user : {"SSLDCSSM", "SSL00001", "SSL00003", "SSL00002", "SSL00004", "SSL00005"})
            segments_.load("TCPIP", *Name8::parse(user));
        consoles_["SSL00001"] = {"DMSACP723I D (198) R/O", "Ready; T=0.01/0.01 12:30:01",
                                 "DTCRUN1011I Server command: VMSSL"};
    }

    // ── questions ─────────────────────────────────────────────────────────────
    Instant now() const override { return now_; }
    const Zone& zone() const override { return kTestZone; }
    const SystemLevel& level() const override { return level_; }
    const Directory& directory() const override { return directory_; }
    const CpSessions& sessions() const override { return sessions_; }
    Racf* racf() override { return racf_ ? &*racf_ : nullptr; }
    const SavedSegments& segments() const override { return segments_; }
    const VirtualNetworks& virtual_networks() const override { return networks_; }
    NetworkReply change_networks(const Userid&, NetworkOrder order) override {
        return networks_.apply(order, {});
    }
    Storage& storage() override { return storage_; }
    const Journal& journal() const override { return journal_; }
    std::optional<CauseId> cause_of_frame(std::size_t) const override { return std::nullopt; }
    std::vector<std::string> wires(std::string_view wire) const override {
        if (!wire.empty() && wire != "LAN0") return {};
        return {"LAN0: delay 20us", "  frames 12"};
    }
    std::optional<std::string> change_wire(const Userid&, std::string_view wire,
                                           const std::vector<std::string>& words) override {
        if (wire != "LAN0") return "there is no wire " + std::string(wire);
        if (words.size() % 2) return "'" + words.back() + "' has no value";
        return std::nullopt;
    }
    std::vector<std::string> prove(const WhyQuestion&, const WhyAnswer&) override { return {"No proof."}; }
    Userid default_stack(const Userid&) const override { return "TCPIP"; }
    std::optional<stack::ServerSnapshot> stack(const Userid& tcpip) const override {
        if (tcpip == Userid("TCPIP")) return stack_;
        return std::nullopt;
    }
    std::optional<sslserv::ServerSnapshot> ssl_server(const Userid& member) const override {
        const auto it = ssl_.find(member);
        return it == ssl_.end() ? std::nullopt : std::optional(it->second);
    }
    std::vector<Sourced<Userid>> ssl_admins(const Userid&) const override {
        const SourceLocation list{{"GDLRCT2", "DTCPARMS", {'D', '1'}}, 15, 32};
        return {{Userid("TCPMAINT"), list}, {Userid("GSKADMIN"), list}};
    }
    const std::deque<std::string>* console_of(const Userid& machine) const override {
        const auto it = consoles_.find(machine);
        return it == consoles_.end() ? nullptr : &it->second;
    }
    profiles::TcpipData tcpip_data(const Userid&) const override {
        return profiles::read_tcpip_data(profiles::SourceText::from_host({"TCPIP", "DATA", {'F', '1'}}, ""),
                                         "GDLRCT2");
    }
    profiles::EtcHosts etc_hosts(const Userid&) const override {
        return profiles::read_etc_hosts(
            profiles::SourceText::from_host({"ETC", "HOSTS", {'F', '1'}}, "9.60.60.1 ROUTER\n"));
    }
    std::uint64_t unguessable() override { return 7; }
    std::string service_name(std::uint16_t port) const override {
        return port == 21 ? "FTP-C" : port == 23 ? "TELNET" : port == 25 ? "SMTP" : "";
    }

    // ── requests: done at once, and written down ──────────────────────────────
    void xautolog(const Userid& by, const Userid& user, std::string input) override {
        note("XAUTOLOG " + user.str() + " BY " + by.str() + (input.empty() ? "" : " DATA " + input));
        sessions_.log_on({user, CpSession::How::disconnected, 0, now_, ""});
    }
    void force(const Userid& by, const Userid& user) override {
        note("FORCE " + user.str() + " BY " + by.str());
        sessions_.log_off(user);
        ssl_.erase(user);
    }
    void type_at(const Userid& user, std::string text) override {
        note("TYPED AT " + user.str() + ": " + text);
    }
    void signal_shutdown(const Userid& by, const Userid& user) override {
        note("SIGNAL SHUTDOWN " + user.str() + " BY " + by.str());
    }
    void smsg(const Userid& from, const Userid& to, std::string text) override {
        note("SMSG " + from.str() + " > " + to.str() + ": " + text);
    }
    void msg(const Userid& from, const Userid& to, std::string text, bool warning) override {
        note((warning ? "WNG " : "MSG ") + from.str() + " > " + to.str() + ": " + text);
    }
    void ssl_admin(const Userid& by, const Userid& member, SslAction action) override {
        static constexpr const char* kNames[] = {"START", "STOP"};
        note(std::string("SSL ") + kNames[int(action)] + ' ' + member.str() + " BY " + by.str());
        if (action == SslAction::stop) {
            ssl_.erase(member);
            sessions_.log_off(member);
        }
        if (action == SslAction::start && member != Userid("SSL00005")) {
            sessions_.log_on({member, CpSession::How::disconnected, 0, now_, ""});
            ssl_[member] = ssl_snapshot(member);
        }
    }
    /// Answered by whoever is there and not silent.
    void ssl_command(const Userid& by, const Userid& member, std::uint32_t tag, std::string text) override {
        if (text != "QUERY") note("SSL " + text + ' ' + member.str() + " BY " + by.str());
        if (silent_.contains(member) || !ssl_.contains(member)) return;
        if (const auto trace = read_trace_command(text)) ssl_[member].policy.trace = *trace;
        answers_.push_back({member, tag, 0, {}});
    }
    std::optional<unsigned> close_console(const Userid& machine, const Userid& to) override {
        const auto it = consoles_.find(machine);
        if (it == consoles_.end()) return std::nullopt;
        SpoolFile file;
        file.origin = machine;
        file.spool_class = 'T';
        file.device = "CON";
        file.closed = now_;
        std::string text;
        for (const auto& line : it->second) text += line + '\n';
        file.text = std::make_shared<const std::string>(text);
        return storage_.spool.send(to, file);
    }
    std::vector<std::string> obey(const Userid&, const Userid&, const FileId& file,
                                  std::string_view text) override {
        note("OBEY " + file.str() + ": " + std::string(text));
        return {};
    }
    const profiles::ProfileTcpip* running_profile(const Userid&) const override { return &profile_; }
    std::vector<services::TelnetSessionSnapshot> telnet_sessions(const Userid&) const override {
        return telnet_;
    }
    void set_blocked(const Userid&, const Userid&, const IpAddress& address, bool blocked) override {
        note((blocked ? "BLOCK " : "UNBLOCK ") + address.str());
    }
    void forget_neighbour(const Userid&, const Userid&, const IpAddress& address) override {
        note("DELARP " + address.str());
    }
    void forget_attacks(const Userid&, const Userid&) override { note("RESETDOS"); }
    void reset_pools(const Userid&, const Userid&) override { note("RESETPOOL"); }
    void note_message(const Userid& user, const Said& what) override {
        note("SAID TO " + user.str() + ": " + what.text + " <" + what.rests_on.front().str() + ">");
    }
    bool drop_connection(const Userid&, const Userid&, std::uint32_t connection) override {
        return connection == 1007;
    }
    void socket(const Userid&, const Userid&, SocketRequest request) override {
        if (const auto* ping = std::get_if<PingRequest>(&request)) pings_.push_back(*ping);
    }
    CauseId record(const Userid& user, Record what) override {
        return journal_.add(CauseId::none, now_, user, std::move(what));
    }
    bool can_edit(const Userid&) const override { return editor_; }
    std::optional<std::string> edit(const FileId&, const std::string& text) override {
        return text + "; edited\n";
    }
    void note_change(const Userid&, const std::string& what) override { note("CHANGED " + what); }

    // ── for tests ─────────────────────────────────────────────────────────────
    void note(std::string what) { notes_.push_back(std::move(what)); }
    /// What happened since the last call.
    std::vector<std::string> take_notes() { return std::exchange(notes_, {}); }

    /// Time goes on until the interpreter waits no more: echo requests to .1 are answered after 1 ms.
    void settle(Interpreter& interpreter, std::vector<ConsoleLine>& out) {
        for (int steps = 0; interpreter.busy() && steps < 10000; ++steps) {
            if (!answers_.empty()) {
                const auto answer = answers_.front();
                answers_.erase(answers_.begin());
                interpreter.receive(answer, *this, out);
                continue;
            }
            if (!pings_.empty()) {
                const auto request = pings_.front();
                pings_.erase(pings_.begin());
                const bool answered = request.to == IpAddress(Ipv4Address::of(9, 60, 60, 1));
                const Duration taken = answered ? Duration(milliseconds{1}) : request.timeout;
                now_ += taken;
                interpreter.receive(PingAnswer{request.tag, answered, taken, answered ? "" : "timed out"},
                                    *this, out);
                continue;
            }
            now_ = std::max(now_, *interpreter.next_deadline());
            interpreter.tick(*this, out);
        }
    }

    sslserv::ServerSnapshot ssl_snapshot(const Userid& member) const {
        sslserv::ServerSnapshot server;
        server.userid = member;
        server.active = true;
        server.key_file = server.policy.key_file;
        server.max_sessions = 600;
        return server;
    }

    Instant now_ = kTestNow;
    SystemLevel level_;
    Directory directory_;
    CpSessions sessions_;
    std::optional<Racf> racf_;
    SavedSegments segments_;
    VirtualNetworks networks_{};
    Storage storage_;
    Journal journal_{};
    stack::ServerSnapshot stack_;
    std::map<Userid, sslserv::ServerSnapshot> ssl_;
    std::map<Userid, std::deque<std::string>> consoles_;
    std::vector<PingRequest> pings_;
    std::vector<AdminAnswered> answers_;
    std::set<Userid> silent_{};  ///< SSL servers that are logged on and do not answer
    std::vector<std::string> notes_;
    std::vector<services::TelnetSessionSnapshot> telnet_;
    profiles::ProfileTcpip profile_;
    bool editor_ = true;

private:
    void define_users() {
        auto tcpmaint = test_user("TCPMAINT", "ABCDEG");
        tcpmaint.disks = {{"0191", 7, "MR", "READ", "WRITE", "MULTI", {}},
                          {"0198", 9, "MR", "READ", "WRITE", "MULTI", {}},
                          {"0592", 140, "MR", "ALL", "WRITE", "MULTI", {}}};
        tcpmaint.links = {{"MAINT", "019E", "019E", "RR", {}}};
        auto maint = test_user("MAINT", "ABCDEFG");
        maint.disks = {{"019E", 500, "MR", "ALL", "WRITE", "MULTI", {}}};
        auto guest = test_user("GUEST", "G");
        guest.disks = {{"0191", 5, "MR", "", "", "", {}}};
        guest.links = {{"TCPMAINT", "0592", "0592", "RR", {}}};
        auto gskadmin = test_user("GSKADMIN", "G");
        gskadmin.posix_uid = 100u;
        gskadmin.posix_group = "security";
        gskadmin.disks = {{"0191", 10, "MR", "", "", "", {}}};
        for (auto entry : {tcpmaint, maint, guest, gskadmin}) directory_.add(entry);
        for (const auto* name : {"TCPIP", "FTPSERVE", "SMTP", "RSCS", "SSL00001", "SSL00002", "SSL00003",
                                 "SSL00004", "SSL00005", "SSLDCSSM"})
            directory_.add(test_user(*Name8::parse(name), "BG"));
        directory_.add(test_user("OPERATOR", "ABCDG"));
        auto linux = test_user("LINUX1", "G");
        linux.autolog_by = {"GUEST"};
        directory_.add(linux);

        const auto dsc = CpSession::How::disconnected;
        sessions_.log_on({"OPERATOR", CpSession::How::system_console, 0, kTestNow - minutes(30), ""});
        for (const auto* name : {"TCPIP", "SSLDCSSM", "SSL00001", "SSL00002", "FTPSERVE", "SMTP"})
            sessions_.log_on({*Name8::parse(name), dsc, 0, kTestNow - minutes(29), ""});
        sessions_.log_on({"TCPMAINT", CpSession::How::terminal, 3, kTestNow - minutes(12), "9.60.60.4"});
    }

    void define_files() {
        define_file_pools(kTestNow, storage_);
        directory_.define_minidisks(storage_);
        const auto put = [&](Userid owner, std::string_view vdev, Name8 name, Name8 type,
                             std::string_view text) {
            storage_.disks.find(owner, vdev)
                ->files.put(CmsFile::of_text(name, type, text, instant_of({2019, 4, 5, 5, 12, 0, 57, 0})));
        };
        put("TCPMAINT", "0191", "PROFILE", "EXEC", "/* TCPMAINT */\nsay 'hello'\n");
        put("TCPMAINT", "0198", "PROFILE", "TCPIP",
            "; TCPIP\nSSLSERVERID * TIMEOUT 60\nPORT 21 TCP FTPSERVE\n");
        put("TCPMAINT", "0198", "SYSTEM", "DTCPARMS", ":nick.SSL*\n  :type.server\n  :stack.TCPIP11\n");
        put("TCPMAINT", "0592", "TCPIP", "DATA", "TCPIPUSERID TCPIP10\n");
        put("TCPMAINT", "0592", "ETC", "HOSTS", "9.60.60.1 ROUTER\n");
        put("MAINT", "019E", "SYSPROF", "EXEC", "/* */\n");
        storage_.bfs.put("VMSYS:GSKSSLDB", "Database.kdb",
                         {false, "gskadmin", "security", 0640, kTestNow,
                          std::make_shared<const std::string>(std::string(120080, 'k'))});
        SpoolFile file;
        file.origin = "SSL00001";
        file.spool_class = 'T';
        file.device = "CON";
        file.closed = kTestNow - minutes(2);
        file.text = std::make_shared<const std::string>(
            "DTCRUN1028E :Stack.TCPIP11 …\nDTCRUN1099E Server not started\n");
        storage_.spool.send("TCPMAINT", file);
        file = {};
        file.origin = "SMTP";
        file.name = "SMTPMAIL";
        file.type = "NOTE";
        file.closed = kTestNow - minutes(1);
        file.text = std::make_shared<const std::string>("Subject: hello\n\nworld\n");
        storage_.spool.send("TCPMAINT", file);
    }

    void define_stack() {
        using stack::TcpState;
        auto& config = stack_.config;
        config.profile = FileId{"PROFILE", "TCPIP", {'D', '1'}};
        config.devices = {{"DEV@0600", "OSD", "0600", true, {}}};
        config.links = {{"ETH0", "QDIOETHERNET", "DEV@0600", 1500, {}}};
        config.home = {{Ipv4Address::of(9, 60, 60, 3), 24, "ETH0", {}}};
        const SourceLocation where{config.profile, 12, 3};
        config.ssl.server = Sourced<Userid>{"*", where};
        config.ssl.timeout = seconds{60};
        config.ssl.members = {"SSL00001", "SSL00002", "SSL00003", "SSL00004", "SSL00005"};
        config.obey = {{"TCPMAINT", where}, {"OPERATOR", {}}};
        config.obey_where = {config.profile, 11, 1};
        config.autolog = {{"FTPSERVE", where}};
        config.ports = {{21, 21, false, "FTPSERVE", true, {}, ClientCertCheck::none, {}},
                        {992,
                         992,
                         false,
                         "INTCLIEN",
                         false,
                         Sourced<std::string>{"TELCERT", {}},
                         ClientCertCheck::none,
                         {}},
                        {5000, 5010, false, "FTPSERVE", false, {}, ClientCertCheck::none, {}}};
        config.inform = {{"OPERATOR", where}};
        auto& buffers = config.pools[std::size_t(stack::PoolId::data_buffer)];
        buffers = {
            {320, {config.profile, 12, 20}}, 16384, Sourced<std::uint32_t>{400, {config.profile, 12, 38}}};
        stack::Pools pools(config.pools);
        stack::PoolUse use{};
        use[std::size_t(stack::PoolId::tcb)] = 17;
        use[std::size_t(stack::PoolId::data_buffer)] = 3;
        (void)pools.note(use);
        use[std::size_t(stack::PoolId::tcb)] = 4;
        (void)pools.note(use);
        stack_.pools = pools.snapshot();
        config.limits.per_peer = {50, {config.profile, 40, 1}};
        profile_ = profiles::read_profile_tcpip(profiles::SourceText::from_host(
            config.profile,
            "ASSORTEDPARMS\n  FREELOWPORTS SECURELOCAL\nENDASSORTEDPARMS\n"
            "INTERNALCLIENTPARMS\n  PORT 23\n  SECURECONNECTION ALLOWED TLSLABEL TELCERT\n"
            "ENDINTERNALCLIENTPARMS\nSOMAXCONN 20\nTRACE SSL TELNET\nNOTRACE TELNET\nFILE TCPIP TRACE A\n"
            "DATABUFFERPOOLSIZE 320 16384 LIMIT 400\n"));
        define_traffic();
    }

    void define_traffic() {
        using stack::TcpState;
        const auto& config = stack_.config;
        stack_.up = true;
        stack_.started = kTestNow - minutes(29);
        stack_.clients = {"FTPSERVE", "INTCLIEN"};
        const Endpoint workstation{IpAddress(Ipv4Address::of(9, 60, 60, 4)), 1031};
        stack_.sockets = {test_socket(1004, "INTCLIEN", TcpState::listen, 23),
                          test_socket(1007, "INTCLIEN", TcpState::established, 23, workstation),
                          test_socket(1018, "FTPSERVE", TcpState::listen, 21),
                          test_socket(1020, "FTPSERVE", TcpState::time_wait, 5000,
                                      {IpAddress(Ipv4Address::of(9, 60, 60, 4)), 1040})};
        auto& secure = stack_.sockets[1];
        secure.ssl_server = "SSL00001";
        secure.label = "TESTCERT";
        secure.protocol = "TLS1.2";
        secure.cipher = "ECDHE_ECDSA_AES_128_SHA256";
        stack_.members = {{"SSL00001", stack::MemberState::ready, 1, 3, 17},
                          {"SSL00002", stack::MemberState::ready, 0, 1, 2},
                          {"SSL00003", stack::MemberState::starting, 0, 0, 0},
                          {"SSL00004", stack::MemberState::down, 0, 0, 0},
                          {"SSL00005", stack::MemberState::down, 0, 0, 0}};
        stack_.secure_sessions = 1;
        stack_.stack.interfaces = {{0,
                                    {"ETH0", {}, 1500, true, {}},
                                    {{Ipv4Address::of(9, 60, 60, 3), mask_of_prefix(24)}},
                                    1234,
                                    5678,
                                    10,
                                    12}};
        stack_.stack.routes = {{Ipv4Address::of(9, 60, 60, 0), mask_of_prefix(24), {}, 0, 1500, {}},
                               {{}, {}, Ipv4Address::of(9, 60, 60, 1), 0, 1500, {}}};
        stack_.stack.neighbours = {{Ipv4Address::of(9, 60, 60, 1), {{2, 0, 0, 0, 0, 1}}, 0}};
        stack_.stack.drops.resize(std::size_t(stack::DropReason::count_));
        stack_.stack.drops[std::size_t(stack::DropReason::ip_no_route)] = 3;
        stack_.stack.attacks = {{stack::Attack::stress, IpAddress(Ipv4Address::of(9, 60, 60, 8)), 4,
                                 kTestNow - minutes(9), kTestNow - minutes(8)}};
        stack_.stack.cookies = {7, 2, 1};
        stack_.stack.blocked = {{Ipv4Address::of(9, 60, 60, 66), 32, {config.profile, 50, 1}},
                                {Ipv4Address::of(9, 60, 60, 67), 32, {}}};
        telnet_ = {{1007, workstation, LogicalDevice{3}, "TN3270E", "IBM-3278-2-E", true, 812, 9104,
                    kTestNow - minutes(2)}};
        ssl_["SSL00001"] = ssl_snapshot("SSL00001");
        ssl_["SSL00002"] = ssl_snapshot("SSL00002");
        auto& first = ssl_["SSL00001"];
        first.high_sessions = 3;
        first.total_sessions = 17;
        first.failed_handshakes = 1;
        sslserv::SessionSnapshot session;
        session.id = 1007;
        session.local = {IpAddress(Ipv4Address::of(9, 60, 60, 3)), 23};
        session.peer = workstation;
        session.label = "TESTCERT";
        session.protocol = "TLS1.2";
        session.cipher = "ECDHE_ECDSA_AES_128_SHA256";
        session.established = true;
        first.sessions = {session};
    }
};

}  // namespace vmlab::sim
