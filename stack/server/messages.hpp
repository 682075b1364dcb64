// Messages of the TCPIP virtual machine itself: initialisation, devices, sockets, SSL pool.
#pragma once

#include "stack/base/message.hpp"

namespace vmlab::stack {

inline constexpr MessageDef DTCTCP001I{
    "DTCTCP001I", "z/VM TCP/IP Level {}", "The TCP/IP stack begins.",
    "The level selects defaults: which TLS protocols are enabled, which operands exist.", Wording::source};
inline constexpr MessageDef DTCIPI005I{
    "DTCIPI005I", "Trying to open {} TCPIP *", "The stack looks for its profile under this name.",
    "A leftover <userid> TCPIP or <nodeid> TCPIP wins over PROFILE TCPIP: read which one is used next.",
    Wording::source};
inline constexpr MessageDef DTCIPI006I{
    "DTCIPI006I", "Using profile file {} dated {} at {}", "This file is the profile in force.",
    "Is this the file that was edited, on the disk that was edited?", Wording::source};
inline constexpr MessageDef DTCIPI008I{"DTCIPI008I", "   Initializing... TCPIP MODULE E2 dated {} at {}",
                                       "The stack's program was loaded from TCPMAINT 591.", "Nothing.",
                                       Wording::source};
inline constexpr MessageDef DTCIPI009I{"DTCIPI009I",
                                       "Devices will use diagnose 98 real channel program support",
                                       "The directory entry has OPTION DIAG98.", "Nothing.", Wording::source};
inline constexpr MessageDef DTCIPI012I{"DTCIPI012I", "TCP/IP running under z/VM system",
                                       "The stack runs in a virtual machine.", "Nothing.", Wording::source};
inline constexpr MessageDef DTCIPI052I{"DTCIPI052I", "TCP/IP Module Load Address:  00C00000",
                                       "Where the program was loaded.", "Nothing.", Wording::source};
inline constexpr MessageDef DTCIPI901W{
    "DTCIPI901W", "No profile file could be opened; built-in defaults are used: no device, no AUTOLOG",
    "None of <userid> TCPIP, <nodeid> TCPIP and PROFILE TCPIP exists on an accessed disk.",
    "Are TCPMAINT 198, 591 and 592 linked and accessed (DMSACP723I lines)?", Wording::ours};
inline constexpr MessageDef DTCFPM004I{"DTCFPM004I", "FPSM is available with 0 pages allocated",
                                       "Storage management is ready.", "Nothing.", Wording::source};
inline constexpr MessageDef DTCFPM005I{"DTCFPM005I",
                                       "FPSM may allocate an additional 24570 pages out of 27301",
                                       "How much storage the stack may take.", "Nothing.", Wording::source};
inline constexpr MessageDef DTCPRS354I{"DTCPRS354I", "AutoRestart is the default for device {}",
                                       "The DEVICE statement has neither AUTORESTART nor NOAUTORESTART.",
                                       "Nothing.", Wording::source};
inline constexpr MessageDef DTCOSD080I{"DTCOSD080I",
                                       "OSD initializing:", "START was given for an OSA-Express device.",
                                       "A device without START never prints this line.", Wording::source};
inline constexpr MessageDef DTCOSD960I{"DTCOSD960I",
                                       "HIPERS initializing:", "START was given for a HiperSockets device.",
                                       "A device without START never prints this line.", Wording::ours};
inline constexpr MessageDef DTCOSD961E{"DTCOSD961E",
                                       "Device {}: link {} is of layer {}, the network of layer {}",
                                       "A VSWITCH or guest LAN carries IP packets (layer 3) or Ethernet "
                                       "frames (layer 2), and the link the other.",
                                       "IP or ETHERNET at the end of LINK; QUERY VSWITCH.", Wording::ours};
inline constexpr MessageDef DTCOSD965E{
    "DTCOSD965E", "Device {}: the adapter at {} is not connected to a network: {}",
    "The device is a virtual network adapter (NICDEF, DEFINE NIC), and CP has not coupled it to a VSWITCH or "
    "guest LAN. The device does not come up; start it again once it is coupled.",
    "QUERY NIC of the stack's user; QUERY VSWITCH ACCESSLIST; NICDEF in its directory entry; SET VSWITCH "
    "GRANT.",
    Wording::ours};
inline constexpr MessageDef DTCOSD964E{
    "DTCOSD964E", "Link {}: address {} is also claimed by {}",
    "Somebody else on the network sends ARP packets with an address of HOME. The stack keeps it and says so "
    "on "
    "the wire; which of the two a neighbour speaks to is luck.",
    "The host with that hardware address; the HOME statement. vmlab's own message (RFC 5227).",
    Wording::ours};
inline constexpr MessageDef DTCPRI385I{"DTCPRI385I", " Device {}:", "Status of a device.", "Nothing.",
                                       Wording::source};
inline constexpr MessageDef DTCPRI386I{"DTCPRI386I", "    Type: {}, Status: {}",
                                       "Type and status of the device before what is now done with it.",
                                       "Nothing.", Wording::source};
inline constexpr MessageDef DTCPRI386I_END{"DTCPRI386I", "      Type: {}, Status: {}",
                                           "Type and status of a device that is being shut down.", "Nothing.",
                                           Wording::source};
inline constexpr MessageDef DTCPRI387I{"DTCPRI387I", "    Envelope queue size: {}",
                                       "How many envelopes wait for the device.", "Nothing.",
                                       Wording::source};
inline constexpr MessageDef DTCPRI388I{"DTCPRI388I", "    Address: {}", "The virtual device number.",
                                       "Is it attached (:attach., QUERY OSA)?", Wording::source};
inline constexpr MessageDef DTCQDI001I{
    "DTCQDI001I", "QDIO device {} device number {}:", "The QDIO queues of the device are set up.", "Nothing.",
    Wording::source};
inline constexpr MessageDef DTCQDI007I{"DTCQDI007I", "  Enabled for QDIO data transfers",
                                       "The device carries data.", "Nothing.", Wording::source};
inline constexpr MessageDef DTCOSD238I{"DTCOSD238I", "ToOsd: IPv4 multicast support enabled for {}",
                                       "The adapter passes multicast.", "Nothing.", Wording::source};
inline constexpr MessageDef DTCOSD319I{"DTCOSD319I", "ProcessSetArpCache: Supported for device {}",
                                       "The adapter answers ARP.", "Nothing.", Wording::source};
inline constexpr MessageDef DTCOSD341I{"DTCOSD341I", "Obtained MAC address {} for device {}",
                                       "The adapter's Ethernet address.", "Nothing.", Wording::source};
inline constexpr MessageDef DTCOSD246I{"DTCOSD246I", "OSD device {}: Assigned IPv4 address {}",
                                       "A HOME address is in use on the device.",
                                       "Compare with HOME and with NETSTAT HOME.", Wording::source};
inline constexpr MessageDef DTCOSD962I{
    "DTCOSD962I", "OSD device {}: Assigned IPv6 address {}",
    "An IPv6 address is in use on the device: its link-local one, or one of HOME. Nobody else has it.",
    "Compare with HOME and with NETSTAT HOME.", Wording::ours};
inline constexpr MessageDef DTCOSD963E{
    "DTCOSD963E", "OSD device {}: IPv6 address {} is not used: another host has it",
    "Before an IPv6 address is used, the network is asked whether anybody has it (RFC 4862): somebody does.",
    "HOME here, and the addresses of the other stacks and hosts of the network.", Wording::ours};
inline constexpr MessageDef DTCOSD234I{
    "DTCOSD234I", "ToOsd: TCPIP host is not set as a router for port {} for IPv4",
    "The DEVICE statement says NONROUTER, or nothing.", "Nothing.", Wording::source};
inline constexpr MessageDef DTCOSD045E{
    "DTCOSD045E", "OSD device {}: Error getting XA subchan id for {}",
    "The virtual machine has no device at these addresses, or they are taken (401, 402 and 405 are disks of "
    "CMS). The wording follows DTCCTC045E.",
    ":attach. in DTCPARMS; QUERY VIRTUAL OSA; the address in DEVICE.", Wording::ours};
inline constexpr MessageDef DTCOSD082E{"DTCOSD082E", "OSD shutting down:", "The device does not come up.",
                                       "The message before it.", Wording::ours};
inline constexpr MessageDef DTCCTC080I{
    "DTCCTC080I", "CTCA initializing:", "START was given for a channel-to-channel adapter.",
    "A device without START never prints this line.", Wording::source};
inline constexpr MessageDef DTCCTC045E{"DTCCTC045E", "CTCA device {}: Error getting XA subchan id for {}",
                                       "The virtual machine has no device at these addresses.",
                                       ":attach. and :vctc. in DTCPARMS; the address in DEVICE.",
                                       Wording::source};
inline constexpr MessageDef DTCCTC082E{"DTCCTC082E", "CTCA shutting down:", "The device does not come up.",
                                       "The message before it.", Wording::source};
inline constexpr MessageDef DTCIPI902E{
    "DTCIPI902E", "HOME address {} is ignored: link {} is not active",
    "The link of a HOME entry is not defined, or its device was not started.",
    "LINK and START statements; the spelling of the link name in HOME.", Wording::ours};
inline constexpr MessageDef DTCIPI903E{
    "DTCIPI903E", "Route to {} is ignored: link {} is not active",
    "The link of a GATEWAY entry is not defined, or its device was not started.",
    "LINK and START statements; the spelling of the link name in GATEWAY.", Wording::ours};
inline constexpr MessageDef DTCIPI904W{
    "DTCIPI904W", "No SSL server is ready after {} seconds; AUTOLOG continues without",
    "SSLSERVERID names a server or a pool, and none came up within the TIMEOUT.",
    "The consoles of the SSL servers; :stack. in DTCPARMS against SSLSERVERID.", Wording::ours};
inline constexpr MessageDef DTCIPI905I{"DTCIPI905I", "SSL server {} is ready for sessions",
                                       "A pool member has read its key database and takes sessions.",
                                       "Nothing.", Wording::ours};
inline constexpr MessageDef DTCIPI906W{
    "DTCIPI906W", "SSL server {} has ended; {} secure connections were lost",
    "The virtual machine of the SSL server is gone. Other members and the stack go on.",
    "Its console, in the reader of its owner.", Wording::ours};
inline constexpr MessageDef DTCIPI907I{"DTCIPI907I", "Initiating XAUTOLOG of {}",
                                       "The stack starts a server that AUTOLOG or SSLSERVERID names.",
                                       "Nothing.", Wording::ours};
inline constexpr MessageDef DTCIPI908E{"DTCIPI908E", "{} is not in the CP directory; XAUTOLOG failed",
                                       "AUTOLOG or SSLSERVERID names a userid that does not exist.",
                                       "The spelling of the userid.", Wording::ours};
inline constexpr MessageDef DTCIPI909W{
    "DTCIPI909W", "{} {}; it is forced and started again, {} of {}",
    "A server of the AUTOLOG list ended, or does not listen on a TCP port that PORT reserves for it without "
    "NOAUTOLOG. The stack restarts it after some minutes, at most MAXRESTART times.",
    "The port in the server's own file against PORT; NOAUTOLOG on ports that it opens only now and then.",
    Wording::ours};
inline constexpr MessageDef DTCIPI910E{
    "DTCIPI910E", "{} {}; MAXRESTART {} is reached, it is not started again",
    "Restarting the server did not help. Only a restart of the stack, or XAUTOLOG by hand, starts it again.",
    "The server's consoles in the reader of its owner; then as for DTCIPI909W.", Wording::ours};
inline constexpr MessageDef DTCUTI001E{
    "DTCUTI001E", "Serious problem encountered: {} attack from {}",
    "A limit against denial of service was exceeded: FOREIGNIPCONLIMIT (SSTRESS), PENDINGCONNECTIONLIMIT "
    "(SynFlood) or PERSISTCONNECTIONLIMIT (ZeroWin); or packets came that only an attack has, or more of a "
    "kind "
    "than anybody honest sends. They are dropped, the rest goes on. The number is the product's, what "
    "follows "
    "the colon is ours.",
    "NETSTAT DOS. Many users behind one address (NAT) look like one who has too many connections.",
    Wording::ours};
inline constexpr MessageDef DTCUTI002E{"DTCUTI002E", "A denial-of-service attack has been detected",
                                       "Follows DTCUTI001E; goes to the console and to INFORM users.",
                                       "NETSTAT DOS.", Wording::ours};
inline constexpr MessageDef DTCMON401I{
    "DTCMON401I", "TCP/IP is low on {}s. Of {} blocks, {} are free. You should monitor this.",
    "A pool has about a tenth of its blocks left. It grows by as many blocks as it began with, unless its "
    "statement has a LIMIT; at the limit whoever needs a block is refused. Said once per pool, until NETSTAT "
    "RESETPOOL.",
    "NETSTAT POOLSIZE; the pool's statement in PROFILE TCPIP (TCBPOOLSIZE, DATABUFFERPOOLSIZE, …).",
    Wording::source};
inline constexpr MessageDef DTCSHU004E{"DTCSHU004E", "", "The stack is shut down by #CP EXT.", "Nothing.",
                                       Wording::source};
inline constexpr MessageDef DTCSHU009E{"DTCSHU009E", "{}, with {} in use.",
                                       "Whom the end of the stack will hit: clients and their connections, "
                                       "listening ones among them.",
                                       "NETSTAT CLIENTS and NETSTAT ALLCONN, before the next shutdown.",
                                       Wording::source};
inline constexpr MessageDef DTCSHU010E{
    "DTCSHU010E", "I will delay shutting down for 30 seconds, so that",
    "Connections are reset now; the stack stays for a while so that everybody hears of it.", "Nothing.",
    Wording::source};
inline constexpr MessageDef DTCSHU011E{"DTCSHU011E", "RSTs and shutdown notifications may be delivered.",
                                       "Goes on from DTCSHU010E.", "Nothing.", Wording::source};
inline constexpr MessageDef DTCSHU012E{"DTCSHU012E", "If you wish to shutdown immediately, without warning,",
                                       "Goes on from DTCSHU011E.", "Nothing.", Wording::source};
inline constexpr MessageDef DTCSHU013E{"DTCSHU013E", "type #CP EXT again.", "Goes on from DTCSHU012E.",
                                       "Nothing.", Wording::source};
inline constexpr MessageDef DTCTRC901E{"DTCTRC901E", "Trace file {} cannot be written: {}; tracing ends",
                                       "FILE names where the trace goes: a file on the A disk of the stack.",
                                       "QUERY DISK of the stack's 191; SCREEN instead of FILE.",
                                       Wording::ours};

inline constexpr MessageDef DTCPRS920W{
    "DTCPRS920W", "{} is read only when the stack starts; nothing is changed",
    "An OBEYFILE or NETSTAT OBEY gave a statement that a running stack does not take.",
    "Change the profile and restart the stack.", Wording::ours};
inline constexpr MessageDef DTCIPI911I{
    "DTCIPI911I", "{} changes the running configuration by {}",
    "OBEYFILE or NETSTAT OBEY. What it changes is lost when the stack starts again.",
    "The first list statement of a file replaces the list: NETSTAT CONFIG PORT, OBEY, AUTOLOG.",
    Wording::ours};

inline constexpr MessageDef DTCIPI912E{
    "DTCIPI912E", "SSL server {} is not taken: {}",
    "The virtual machine offered itself as SSL server, and the stack refuses it; it ends. The members of a "
    "pool all run with the same parameters: after a change of DTCPARMS all are stopped, then all started.",
    "PERMIT and RESTRICT of the profile; :parms. of the pool against DTCRUN1011I on the members' consoles.",
    Wording::ours};
inline constexpr MessageDef DTCIPI913I{"DTCIPI913I", "SSL server {} is quiescing; it gets no new sessions",
                                       "SSLADMIN RESTART: it restarts when the last of its sessions is over.",
                                       "Nothing.", Wording::ours};

inline constexpr const MessageDef* kServerMessages[] = {
    &DTCTRC901E, &DTCSHU004E, &DTCSHU009E, &DTCSHU010E, &DTCSHU011E, &DTCSHU012E, &DTCSHU013E,
    &DTCTCP001I, &DTCIPI005I, &DTCIPI006I, &DTCIPI008I, &DTCIPI009I, &DTCIPI012I, &DTCIPI052I,
    &DTCIPI901W, &DTCFPM004I, &DTCFPM005I, &DTCPRS354I, &DTCOSD080I, &DTCPRI385I, &DTCPRI386I,
    &DTCPRI387I, &DTCPRI388I, &DTCQDI001I, &DTCQDI007I, &DTCOSD238I, &DTCOSD319I, &DTCOSD341I,
    &DTCOSD246I, &DTCOSD234I, &DTCIPI902E, &DTCIPI903E, &DTCIPI904W, &DTCIPI905I, &DTCIPI906W,
    &DTCIPI907I, &DTCIPI908E, &DTCIPI909W, &DTCIPI910E, &DTCUTI001E, &DTCUTI002E, &DTCPRI386I_END,
    &DTCOSD045E, &DTCOSD082E, &DTCCTC080I, &DTCCTC045E, &DTCCTC082E, &DTCPRS920W, &DTCIPI911I,
    &DTCIPI912E, &DTCIPI913I, &DTCMON401I, &DTCOSD960I, &DTCOSD961E, &DTCOSD962I, &DTCOSD963E,
    &DTCOSD964E, &DTCOSD965E,
};

}  // namespace vmlab::stack
