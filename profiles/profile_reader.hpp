// The reader of PROFILE TCPIP: one table of statements, one function for each. Internal to
// profile_tcpip*.cpp.
#pragma once

#include <map>
#include <string>

#include "profiles/messages.hpp"
#include "profiles/profile_tcpip.hpp"
#include "profiles/statement_table.hpp"

namespace vmlab::profiles {

class ProfileReader {
public:
    ProfileReader(const SourceText& source, const ProfileTcpip* running);
    ProfileTcpip read();

    struct Statement {
        std::string_view keyword;
        std::string_view end;  ///< END word; empty: the statement ends at the next keyword
        void (ProfileReader::*read)();
    };
    static std::span<const Statement> statements();  ///< those of the statement table, sorted

private:
    // ── profile_tcpip.cpp: the frame, and statements about users, ports and TLS ──
    void read_statement(const Statement& statement);
    void skip_unknown_statement();
    void skip_rest_of_statement();
    /// Says so when `statement` is not simulated.
    void note(std::string_view statement, const SourceLocation& where);
    /// The word is that operand, and the statement being read has it.
    bool is_operand(const Word& word, std::string_view operand) const;
    void read_autolog();
    void read_obey();
    void read_inform();
    void read_permit();
    void read_restrict();
    void read_user_list(StatementList<Sourced<Userid>>& list, bool wildcard);
    void read_port();
    bool read_port_numbers(PortEntry& entry);
    bool read_port_user(PortEntry& entry);
    void read_port_options(PortEntry& entry);
    void add_port(PortEntry entry);
    void read_ssl_server_id();
    void read_ssl_limits();

    // ── profile_parms.cpp: switches, limits, pools, tracing ──
    void read_assorted_parms();
    void read_keep_alive_options();
    void read_time_stamp();
    void read_single_number();
    void read_pool_size();
    void read_data_buffer_limits();
    void read_trace();
    void read_trace_only();
    void read_file();
    void read_screen();
    void read_monitor_records();
    void read_text_block();
    void read_vswitch();
    void read_other();

    // ── profile_telnet.cpp ──
    void read_internal_client_parms();
    void read_telnet_operand(InternalClientParms& parms, const Word& operand);
    void read_telnet_port(InternalClientParms& parms);
    void read_telnet_ldev_range(InternalClientParms& parms);
    void read_telnet_word(InternalClientParms& parms, const Word& operand);

    // ── profile_network.cpp ──
    void read_device();
    void read_link();
    void read_device_operands(DeviceStatement& device);
    void read_link_options(LinkStatement& link);
    void read_start();
    void read_stop();
    void read_start_or_stop(bool start);

    // ── profile_routes.cpp ──
    void read_home();
    bool read_home_entry(HomeStatement& entry);
    void read_home_v6();
    void read_gateway();
    void read_gateway_v6();
    bool read_default_net(GatewayStatement& entry);
    bool read_network(GatewayStatement& entry);
    void read_old_format(GatewayStatement& entry);
    bool read_first_hop(GatewayStatement& entry);
    bool read_route_end(Sourced<std::string>& route_link, std::uint16_t& route_mtu);
    void check_first_hops();
    void read_translate();
    void read_bsd_routing_parms();
    bool read_bsd_routing_entry(BsdRoutingEntry& entry);
    void read_primary_interface();
    void read_block();

    // ── what all of them use ──
    bool block_goes_on();  ///< false at the END word (taken), a keyword outside the block, or the end
    bool statement_goes_on() const;
    /// The next word begins a line, so it is not an operand of a statement that is written on one line.
    bool line_ends() const { return !on_entry_line(); }
    bool on_entry_line() const { return statement_goes_on() && words_.on_same_line(); }
    void skip_line();
    /// Skips what is left of a list entry, saying why.
    void unexpected(const Word& word, std::string_view suggestion = {});
    void swallow(const Word& word);
    Word next_operand();
    void bad_value(const Word& value, std::string_view operand);
    void missing(std::string_view operand);
    std::optional<Sourced<Userid>> take_userid(std::string_view operand, bool wildcard);
    std::optional<Sourced<std::uint32_t>> take_number(std::string_view operand, std::uint32_t low,
                                                      std::uint32_t high);
    std::optional<Sourced<std::string>> take_label(std::string_view operand);
    std::optional<Sourced<std::string>> take_name(std::string_view operand);  ///< device, link: 16 characters
    /// A link that is defined; says what is wrong otherwise.
    std::optional<Sourced<std::string>> take_link();
    const DeviceStatement* find_device(std::string_view name) const;
    const LinkStatement* find_link(std::string_view name) const;
    template <typename T>
    void begin_list(StatementList<T>& list) {
        if (!list.given) list.where = keyword_.where;
        list.given = true;
    }

    void add_device(DeviceStatement device);
    void add_link(LinkStatement link);

    struct PortOwner {
        Userid user;
        bool udp;
        IpAddress address;
        friend auto operator<=>(const PortOwner&, const PortOwner&) = default;
    };

    WordCursor words_;
    const ProfileTcpip* running_;
    ProfileTcpip profile_;
    FindingWriter findings_;
    std::map<std::string, std::size_t, std::less<>> device_index_{}, link_index_{};  ///< name → place
    std::map<PortOwner, std::map<std::uint16_t, std::size_t>> ports_{};              ///< low port → place
    const Statement* statement_ = nullptr;                                           ///< the one being read
    Word keyword_{};
    std::span<const std::string_view> block_words_{};  ///< operands that hide keywords inside the block
};

[[nodiscard]] const ProfileReader::Statement* find_statement(std::string_view word);

}  // namespace vmlab::profiles
