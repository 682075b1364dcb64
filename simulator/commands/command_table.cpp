// The command table: one row per command. HELP is made from it.
#include <algorithm>

#include "simulator/commands/commands.hpp"

namespace vmlab::sim {
namespace {

constexpr auto kCms = Environment::cms;
constexpr auto kCp = Environment::cp;

// {name, environment, classes, function, syntax, summary, detail}
constexpr Command kCommands[] = {
    // ── CMS ───────────────────────────────────────────────────────────────────
    {"ACcess", kCms, "", run_access, "vdev|directory mode", "Give a disk or SFS directory a filemode letter",
     "ACCESS 198 D; ACCESS VMSYS:TCPMAINT. C"},
    {"CHANGE", kCms, "", run_change, "fn ft fm /old/new/",
     "Change text in every line of a file (lab extension)",
     "Any character may delimit the texts. Case matters. Not a command of z/VM: there, XEDIT does this."},
    {"COPYfile", kCms, "", run_copyfile, "fn ft fm fn2 ft2 fm2 [(REPlace APpend OLDDate", "Copy a file",
     "= in the second file identifier takes that part over."},
    {"CP", kCms, "", run_cp, "[command]", "Run a CP command; alone, enter CP mode (BEGIN returns)", ""},
    {"Edit", kCms, "", run_edit, "fn ft fm", "Edit a file with the editor of the host",
     "At the local prompt $EDITOR opens. On a 3270 screen use CHANGE."},
    {"ERASE", kCms, "", run_erase, "fn ft fm", "Erase files",
     "* in name or type stands for all; the mode is needed."},
    {"EXPLAIN", kCms, "", run_explain, "number|statement|CIPHER [name|code]",
     "What a message or statement means, and whose its wording or default is",
     "EXPLAIN DTCRUN1028E; EXPLAIN SSLSERVERID; EXPLAIN PORT RANGE. EXPLAIN CIPHER: a cipher suite by "
     "z/VM's, IANA's "
     "or OpenSSL's name or by its code; all of them without one. Not a command of z/VM."},
    {"Help", kCms, "", run_help, "[command]", "List the commands, or explain one", ""},
    {"HOMETEST", kCms, "", run_hometest, "[(TCP userid",
     "Does the host name of TCPIP DATA lead to a HOME address?",
     "HOSTNAME, with DOMAINORIGIN, is looked up, and its addresses are compared with the HOME list."},
    {"IDentify", kCms, "", run_identify, "", "Show userid, node, date and time", ""},
    {"IFCONFIG", kCms, "", run_ifconfig, "[-ALL|link] [(TCP userid", "Show the interfaces of a TCP/IP stack",
     "It only displays: NETSTAT OBEY and OBEYFILE change interfaces."},
    {"IPWIZARD", kCms, "", run_ipwizard, "[(TCP userid",
     "Verify the configuration: interface, gateway, name server",
     "Each must answer a PING. The panels in which IPWIZARD asks for a configuration, and the files that it "
     "writes, are not simulated."},
    {"Listfile", kCms, "", run_listfile, "[fn [ft [fm]]] [(DATE|FORMAT|Header|LABEL|ALLOC", "List files",
     "* and % are wild; without a mode disk A is listed."},
    {"NETSTAT", kCms, "", run_netstat,
     "ALL|ALLCONN|ARP|BLOCK|CLIENTS|CONFIG|CONN|CP|DELARP|DEVLINKS|DOS|DROP|GATE|HOME|IDENTIFY|INTERVAL|"
     "LEVEL|"
     "NEIGHBOR|OBEY|PERMIT|POOLSIZE|RESETDOS|RESETPOOL|SOCKETS|SSL|TELNET|UNBLOCK|UP [(TCP userid CLIENT "
     "userid "
     "IPADDR address",
     "Show and change the state of a TCP/IP stack",
     "CONFIG with ALL, AUTOLOG, BLOCK, HOME, INFORM, INTERNALCLIENT, KEEPALIVE, LIMITS, OBEY, PARMS, PERMIT, "
     "PORT, RESTRICT, SSL or TRACE: what it runs with, and the lines that say so. IDENTIFY SSL: secured "
     "connections. INTERVAL seconds: the connections again and again; PA1 or #CP ends it.\n"
     "BLOCK and UNBLOCK address, CP command, DELARP address, DROP conn, OBEY statement, RESETDOS, RESETPOOL, "
     "SSL "
     "START|STOP userid: for the users of the stack's OBEY list. What BLOCK and OBEY change is lost when the "
     "stack starts again. SSLSERVERID, PRIMARYINTERFACE and PORT of INTERNALCLIENTPARMS are read only then.\n"
     "NEIGHBOR: what ARP shows of IPv4. (JSON: the snapshot as data, an extension of the lab. VMDUMP is not "
     "simulated."},
    {"NSLOOKUP", kCms, "", run_nslookup, "[-type=A|AAAA|CNAME|MX|NS|PTR|SOA|ANY] host [server] [(TCP userid",
     "Ask a name server",
     "Without server the first NSINTERADDR of TCPIP DATA is asked. An address is asked for its name. ETC "
     "HOSTS "
     "is not looked at. Interactive mode (no host) is not simulated."},
    {"OBEYFILE", kCms, "", run_obeyfile, "fn [ft [fm]] [(TCP userid",
     "Hand a file of statements to a running stack",
     "The first AUTOLOG, PORT, HOME, GATEWAY, OBEY, … of the file replaces the whole list; what is not named "
     "in "
     "it again is lost. Needs a place in the OBEY list. The changes last until the stack starts again."},
    {"OPENVM", kCms, "", run_openvm,
     "MOUNT|UNMOUNT|QUERY|SET|LISTFILE|PERMIT|OWNER|CREATE|ERASE|RENAME|PUTBFS|GETBFS operands",
     "Work with the byte file system",
     "OPENVM MOUNT /../VMBFS:VMSYS:ROOT/ /; OPENVM LISTFILE /etc/gskadm (OWN"},
    {"PEEK", kCms, "", run_peek, "[spoolid]", "Look at a file in the reader", ""},
    {"PING", kCms, "", run_ping, "host [(COUNT n LENGTH n TIMEOUT seconds ADDRTYPE IPV4|IPV6 TCP userid",
     "Ask a host for an answer",
     "A name is looked up by name servers and ETC HOSTS, as TCPIP DATA says (DOMAINLOOKUP, NSINTERADDR, …): "
     "its IPv4 address, or where it has none that of IPv6. ADDRTYPE is remembered from z/OS."},
    {"Query", kCms, "", run_query_cms, "DISK|ACCESSED|SEARCH|CMSLEVEL|IMPCP|RDYMSG|…",
     "Ask CMS; what it does not know goes to CP",
     "QUERY DISK [mode]; QUERY ACCESSED. See also HELP QUERY of CP."},
    {"RDRList", kCms, "", run_rdrlist, "", "List the files in the reader", ""},
    {"RECEIVE", kCms, "", run_receive, "[spoolid [fn ft [fm]]] [(REPlace",
     "Take a file from the reader onto a disk", ""},
    {"RELease", kCms, "", run_release, "mode|vdev [(DET", "Give up a filemode letter", ""},
    {"Rename", kCms, "", run_rename, "fn ft fm fn2 ft2 fm2", "Rename a file", ""},
    {"SET", kCms, "", run_set_cms, "IMPCP ON|OFF, RDYMSG LMSG|SMSG", "Change settings of the session", ""},
    {"SSLadmin", kCms, "", run_ssladmin,
     "[Query STATus [SUMmary|DETails] | Query SETtings|SESsions|TRace|CACHE | START | STOP | RESTART | "
     "REFRESH "
     "| TRAce type filter | NOTRAce | SYSTEM CP|CMS command | SET option | CLEAR | LOG] [(SSLserver "
     "ALL|userid "
     "TCPserver userid MONitor seconds",
     "Administer the SSL servers of a stack",
     "For the users in :Admin_ID_list. of DTCPARMS. Without operands: QUERY STATUS SUMMARY. A server that is "
     "logged on has twenty seconds to answer.\n"
     "REFRESH: new sessions use the key database as it is now. RESTART: each server logs off and on when its "
     "last session is over. STOP does not wait. SYSTEM: the command runs in each server. LOG, CLOSECON: "
     "their "
     "consoles to your reader.\n"
     "SET SSLserver userid …|ALL, SET TCPserver userid: for the commands that follow; CLEAR forgets it; "
     "QUERY "
     "SETTINGS shows it. MONITOR: a QUERY again and again; PA1 or #CP ends it.\n"
     "TRACE NORMAL: how handshakes end. CONNECTIONS: what clients offer, certificates, changes of state; "
     "with "
     "DATA the first bytes of each read and write, decrypted. FLOW: what TCPIP asks. DEBUG: all, of all "
     "sessions. Filter: ALL, address, :port or ..port, address..port; then how many bytes of data (20).\n"
     "TRACE CONN DATA 9.60.60.4..1031 100. The operands of VMSSL TRACE in :parms. are the same."},
    {"SSLPOOL", kCms, "", run_sslpool, "PLAN|ENROLL filepool owner prefix stack members",
     "Plan a pool of SSL servers, or make its file spaces",
     "PLAN writes SSLPOOL PLANINFO to disk A: entries for the CP directory and DTCPARMS. ENROLL makes the "
     "spaces that :vmlink. names, with an alias to PROFILE EXEC for each member. The prefix has three "
     "characters; five digits follow.\n"
     "SSLPOOL PLAN VMSYS TCPMAINT STS TCPIPTST 5"},
    {"RAC", kCms, "", run_rac, "command", "Send a command to RACF, the external security manager",
     "RDEFINE class profile UACC(access); RALTER, RDELETE, RLIST class profile AUTHUSER\n"
     "PERMIT profile CLASS(class) ID(user …) ACCESS(NONE|READ|UPDATE|CONTROL|ALTER) or DELETE\n"
     "ADDUSER, ALTUSER user PASSWORD(word) SPECIAL; LISTUSER; SETROPTS CLASSACT(class), LIST\n"
     "In force: classes VMMDISK, VMRDR, VMSEGMT, and ICHCONN of FACILITY. A system has RACF when its "
     "directory "
     "has\n"
     "RACFVM; the database is made from RACF COMMANDS on RACFVM's 191 disk at the system's IPL."},
    {"STATE", kCms, "", run_state, "fn ft fm", "Is there such a file?", "Nothing is printed when there is."},
    {"TRACERTE", kCms, "", run_tracerte,
     "host [(MAX ttl TRY n PORT n WAIT seconds ADDRTYPE IPV4|IPV6 TCP userid",
     "The routers on the way to a host",
     "Datagrams with TTL 1, 2, … up to MAX (30), TRY (3) for each, WAIT (5) seconds for an answer; * is "
     "silence. PORT (4096): the first port they go to. The defaults are remembered from z/OS."},
    {"Type", kCms, "", run_type, "fn ft [fm [first [last]]]", "Show a file", ""},
    {"WHY", kCms, "", run_why,
     "[LAST | number | CONN n | PORT n | FRAME n | userid | address | #record | words] [(PROVE",
     "Why anything is as it is, back to lines of files (lab extension)",
     "WHY LAST: what failed last. WHY DTCRUN1028E; WHY PORT 992; WHY SSL00001.\n"
     "PROVE undoes changed lines, compared with the healthy system, and starts it again, until the symptom "
     "is "
     "gone. Not a command of z/VM."},
    {"WIRE", kCms, "", run_wire, "[wire [word value …|FAULT word value …|HEAL]]",
     "Show the virtual wires, or harm one (lab extension)",
     "WIRE LAN0 RATE 10M QUEUE_FRAMES 50 DELAY 5ms JITTER 1ms LOSS 0.5 MTU 1400. Also DUPLICATE, REORDER, "
     "REORDER_BY, CORRUPT, QUEUE_BYTES, BURST entering/leaving/lost; percentages.\n"
     "FAULT: for frames that match FROM, TO, SOURCE, DESTINATION, PROTOCOL, SOURCE_PORT, DESTINATION_PORT, "
     "FLAGS, "
     "PAYLOAD, SEQUENCE, NTH, AFTER, UNTIL, as in WIRE LAN0 FAULT FROM TCPIP FLAGS SYN+ACK NTH 1 LOSS 100.\n"
     "HEAL ends all of it. Not a command of z/VM."},
    {"Xedit", kCms, "", run_edit, "fn ft fm", "Edit a file with the editor of the host (see EDIT)", ""},
    {"FILEList", kCms, "", run_not_simulated_cms, "", "Not simulated: use LISTFILE", ""},
    {"VMLINK", kCms, "", run_not_simulated_cms, "", "Not simulated: use LINK and ACCESS", ""},
    {"PIPE", kCms, "", run_not_simulated_cms, "", "Not simulated", ""},
    {"GLOBALV", kCms, "", run_not_simulated_cms, "", "Not simulated", ""},
    {"FTP", kCms, "", run_not_simulated_cms, "", "Not simulated: clients run on the laptop", ""},
    {"TELNET", kCms, "", run_not_simulated_cms, "", "Not simulated: clients run on the laptop", ""},

    // ── CP ────────────────────────────────────────────────────────────────────
    {"Begin", kCp, "", run_begin, "", "Leave CP mode", ""},
    {"CLose", kCp, "G", run_close, "CONsole", "Close one's console into one's reader", ""},
    {"CONSOLE", kCp, "", run_console, "userid [lines]", "Show the console of any machine (lab extension)",
     "What the machine printed in this run, or its last lines. Not a command of z/VM: there, consoles are "
     "spooled, "
     "watched by SECUSER or OBSERVER."},
    {"COUPLE", kCp, "G", run_couple, "vdev [To] owner name", "Connect an adapter to a VSWITCH or guest LAN",
     "COUPLE 0600 TO SYSTEM VSW1. NICDEF in the directory entry does it at logon; NETSTAT CP COUPLE … for a "
     "stack."},
    {"DEFine", kCp, "", run_define, "VSWITCH|LAN|NIC operands",
     "Make a virtual switch, a guest LAN, an adapter",
     "DEFINE VSWITCH name [TYPE QDIO] [RDEV rdev|NONE] [CONNECT|DISCONNECT] [IP|ETHERNET], class B: with "
     "RDEV it "
     "leads to LAN0.\n"
     "DEFINE LAN name [OWNERID user|*|SYSTEM] [TYPE QDIO|HIPERS] [IP|ETHERNET] [RESTRICTED|UNRESTRICTED]\n"
     "DEFINE NIC vdev [TYPE] QDIO|HIPERS [DEVICES n]"},
    {"DETach", kCp, "BG", run_detach, "vdev|NIC vdev|VSWITCH name|LAN [owner] name",
     "Remove a virtual device", ""},
    {"DISConn", kCp, "", run_disconnect, "", "Leave the terminal; the machine goes on", ""},
    {"FORCE", kCp, "A", run_force, "userid", "End another user's session", ""},
    {"LINK", kCp, "G", run_link, "[To] userid vdev [As] vdev [mode]", "Get another user's minidisk",
     "Modes R RR W WR M MR MW."},
    {"LOGoff", kCp, "", run_logoff, "", "End the session", ""},
    {"Message", kCp, "", run_message, "userid|* text", "Send a line to a user", ""},
    {"MSG", kCp, "", run_message, "userid|* text", "Send a line to a user", ""},
    {"PURge", kCp, "DG", run_purge, "RDR spoolid|ALL", "Throw reader files away", ""},
    {"Query", kCp, "", run_query_cp,
     "Names|userid|Time|CPLEVEL|USERID|PRIVclass|NSS|RDR|Virtual|USers|SECUSER|LOGmsg|TERMinal|CRYPto|"
     "VSWITCH|LAN|NIC",
     "Ask CP",
     "QUERY NAMES; QUERY SSL00001; QUERY NSS USERS TCPIP (class E); QUERY RDR ALL; QUERY VIRTUAL "
     "DASD|OSA|NIC\n"
     "QUERY VSWITCH [name] [ACCESSLIST|DETAILS]; QUERY LAN; QUERY NIC [vdev] [USER userid] [DETAILS]"},
    {"SIGnal", kCp, "AC", run_signal, "SHUTDOWN userid", "Ask a server to end in order",
     "Its program closes what it has open first; FORCE does not wait for it."},
    {"SET", kCp, "", run_set_cp, "VSWITCH name GRANT userid|REVOKE userid|CONNECT|DISCONNECT",
     "Say who may couple to a virtual switch",
     "Class B. GRANT couples nobody: COUPLE does, or the user's next logon. DISCONNECT: its guests are among "
     "themselves."},
    {"SMsg", kCp, "G", run_smsg, "userid text", "Send a command to a server's program",
     "SMSG FTPSERVE QUERY SECURE; SMSG SMTP TLS REQUIRED"},
    {"UNCOUPLE", kCp, "G", run_uncouple, "vdev", "Take an adapter off its network", ""},
    {"Warning", kCp, "AB", run_warning, "userid|ALL text", "Send a warning", ""},
    {"XAUTOLog", kCp, "ABG", run_xautolog, "userid [# data]", "Start a virtual machine",
     "Without class A or B only what its directory entry allows."},
    {"INDicate", kCp, "", run_not_simulated_cp, "", "Not simulated", ""},
    {"SPool", kCp, "", run_not_simulated_cp, "", "Not simulated", ""},
    {"SEND", kCp, "AC", run_send, "[CP] userid text", "Type at the console of another virtual machine",
     "SEND CP TCPIP EXT ends the stack in order, as #CP EXT at its own console does."},
    {"TERMinal", kCp, "", run_not_simulated_cp, "", "Not simulated", ""},
    {"IPL", kCp, "", run_not_simulated_cp, "", "Not simulated", ""},
    {"SLeep", kCp, "", run_not_simulated_cp, "", "Not simulated", ""},
    {"AUTOLog", kCp, "AB", run_not_simulated_cp, "", "Not simulated: use XAUTOLOG", ""},
};

}  // namespace

std::span<const Command> all_commands() { return kCommands; }

const Command* find_command(Environment environment, std::string_view word) {
    const auto it = std::find_if(std::begin(kCommands), std::end(kCommands), [&](const Command& command) {
        return command.environment == environment && abbreviates(word, command.name);
    });
    return it == std::end(kCommands) ? nullptr : it;
}

}  // namespace vmlab::sim
