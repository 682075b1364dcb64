// Replies of NETSTAT, PING and SSLADMIN, and what commands of ours say. Their numbers are ours except where
// the document shows them.
#pragma once

#include "stack/base/message.hpp"

namespace vmlab::sim {

inline constexpr MessageDef DTCSSL2404I{"DTCSSL2404I", "Sending command to server(s): {}",
                                        "SSLADMIN hands the command to these servers.", "Nothing.",
                                        Wording::seed};
inline constexpr MessageDef DTCSSL2421E{
    "DTCSSL2421E", "{}: Communication error: Connection timed out",
    "The SSL server is logged on and has not answered in twenty seconds: it has not come up, or waits for "
    "something, like a session cache whose owner is not there.",
    "QUERY of the SSL DCSS management agent; QUERY NSS USERS; the server's console; NETSTAT CONFIG SSL.",
    Wording::seed};
inline constexpr MessageDef DTCSSL2430I{"DTCSSL2430I", "{}:", "The heading of a table.", "Nothing.",
                                        Wording::seed};
inline constexpr MessageDef DTCSSL951E{"DTCSSL951E", "Userid {} is not authorized to issue SSLADMIN commands",
                                       "SSLADMIN is for the users in :Admin_ID_list. of DTCPARMS.",
                                       "The :Admin_ID_list. tag of the SSL server class.", Wording::ours};
inline constexpr MessageDef DTCSSL952E{
    "DTCSSL952E", "No SSL server of stack {} is active", "There is nobody to send the command to.",
    "NETSTAT CONFIG SSL; SSLADMIN START; the consoles of the pool's members.", Wording::ours};
inline constexpr MessageDef DTCSSL953I{"DTCSSL953I", "Starting server(s): {}",
                                       "The machines are started as by XAUTOLOG.", "Nothing.", Wording::ours};
inline constexpr MessageDef DTCSSL954I{"DTCSSL954I", "{} is {}", "The command has done its work.", "Nothing.",
                                       Wording::ours};
inline constexpr MessageDef DTCSSL955E{"DTCSSL955E", "{} did not become {} in time",
                                       "The server did not get that far; its console says why.",
                                       "CONSOLE with the server's userid.", Wording::ours};
inline constexpr MessageDef DTCSSL956E{"DTCSSL956E", "Invalid operand: {}", "SSLADMIN knows no such operand.",
                                       "HELP SSLADMIN.", Wording::ours};
inline constexpr MessageDef DTCSSL957E{"DTCSSL957E", "{} is not an SSL server of stack {}",
                                       "The pool of this stack has no such member.",
                                       "NETSTAT CONFIG SSL; the options SSL and TCP.", Wording::ours};
inline constexpr MessageDef DTCSSL958I{"DTCSSL958I", "Console log of {} sent to {} as reader file {}",
                                       "The server's console so far was closed and is in the reader.",
                                       "QUERY RDR; PEEK; RECEIVE.", Wording::ours};
inline constexpr MessageDef DTCSSL959W{"DTCSSL959W", "{} is not simulated",
                                       "The product has this operand; the lab does not act on it.",
                                       "Nothing.", Wording::ours};
inline constexpr MessageDef DTCSSL961E{
    "DTCSSL961E", "{} is not operational", "The SSL server is not logged on: there is nobody to send to.",
    "SSLADMIN START; the server's console, in the reader of its owner.", Wording::ours};
inline constexpr MessageDef DTCSSL962E{"DTCSSL962E", "{} waits for something: not by SSLADMIN SYSTEM",
                                       "Commands that take their time cannot be run in an SSL server.",
                                       "SEND, for CP commands.", Wording::ours};
inline constexpr MessageDef DTCSSL963I{
    "DTCSSL963I", "Response of {}, return code {}:",
    "What SSLADMIN SYSTEM had run there has printed the lines that follow.", "Nothing.", Wording::ours};
inline constexpr MessageDef DTCSSL964I{
    "DTCSSL964I", "{} is quiescing, {} sessions are active; it restarts when they are over",
    "RESTART cuts no session short. New ones go to the other members.",
    "SSLADMIN QUERY SESSIONS; SSLADMIN STOP and START do not wait.", Wording::ours};
inline constexpr MessageDef DTCSSL965I{"DTCSSL965I", "{}: {}", "What the SSL server answered.",
                                       "The message that is quoted.", Wording::ours};
inline constexpr MessageDef DTCSSL966E{
    "DTCSSL966E", "SSLPOOL: {}",
    "SSLPOOL PLAN or ENROLL, file pool, owner, a prefix of three characters, "
    "the stack, the number of members.",
    "HELP SSLPOOL.", Wording::ours};
inline constexpr MessageDef DTCSSL967E{"DTCSSL967E", "File pool {} is not available",
                                       "There is no such file pool, or its server is not running.",
                                       "QUERY of the file pool server.", Wording::ours};
inline constexpr MessageDef DTCSSL968I{"DTCSSL968I", "{} to {} enrolled; their space is {}",
                                       "The members have file spaces, each with an alias to PROFILE EXEC.",
                                       ":vmlink. of the pool's DTCPARMS entry.", Wording::ours};
inline constexpr MessageDef DTCSSL969W{"DTCSSL969W", "{} is not in the CP directory",
                                       "The pool's virtual machines have to be defined, too.",
                                       "SSLPOOL PLAN: what the entries look like.", Wording::ours};

inline constexpr MessageDef DTCNET901E{
    "DTCNET901E", "TCP/IP server {} is not available", "That virtual machine is not running, or is no stack.",
    "QUERY the userid; TCPIPUSERID in TCPIP DATA; its console.", Wording::ours};
inline constexpr MessageDef DTCNET902E{"DTCNET902E", "Invalid NETSTAT operand: {}",
                                       "NETSTAT knows no such operand.", "HELP NETSTAT.", Wording::ours};
inline constexpr MessageDef DTCNET903E{"DTCNET903E", "You are not authorized to issue this command",
                                       "The stack takes such commands from the users of its OBEY list.",
                                       "The OBEY statement of PROFILE TCPIP.", Wording::ours};
inline constexpr MessageDef DTCNET904W{"DTCNET904W", "NETSTAT {} is not simulated",
                                       "The product has this report; the lab does not.", "Nothing.",
                                       Wording::ours};
inline constexpr MessageDef DTCNET905E{"DTCNET905E", "Connection {} does not exist",
                                       "There is no connection of that number.", "NETSTAT CONN.",
                                       Wording::ours};
inline constexpr MessageDef DTCNET906I{"DTCNET906I", "Connection {} dropped", "It was ended with a reset.",
                                       "Nothing.", Wording::ours};
inline constexpr MessageDef DTCNET907E{"DTCNET907E", "File {} not found",
                                       "OBEYFILE found no such file on the accessed disks.",
                                       "LISTFILE; QUERY ACCESSED.", Wording::ours};

inline constexpr MessageDef DTCNET908E{"DTCNET908E", "Address {} is not blocked",
                                       "Neither BLOCK nor NETSTAT BLOCK keeps it out.", "NETSTAT DOS.",
                                       Wording::ours};
inline constexpr MessageDef DTCNET909I{"DTCNET909I", "Address {} is {}",
                                       "Until the stack starts again, or BLOCK is given again.", "Nothing.",
                                       Wording::ours};
inline constexpr MessageDef DTCNET910E{"DTCNET910E", "Address {} is not in the ARP cache",
                                       "There is nothing to delete.", "NETSTAT ARP ALL.", Wording::ours};
inline constexpr MessageDef DTCNET911I{"DTCNET911I", "ARP cache entry of {} deleted",
                                       "It is asked for anew when it is needed.", "Nothing.", Wording::ours};
inline constexpr MessageDef DTCNET912I{"DTCNET912I", "Denial-of-service statistics reset",
                                       "NETSTAT DOS begins to count anew.", "Nothing.", Wording::ours};
inline constexpr MessageDef DTCNET915I{"DTCNET915I", "Pool statistics reset",
                                       "NETSTAT POOLSIZE counts the least free blocks anew, and DTCMON401I "
                                       "is said again for a pool that is low.",
                                       "Nothing.", Wording::ours};
inline constexpr MessageDef DTCNET960E{"DTCNET960E", "WIRE: {}", "The virtual wire is not changed.",
                                       "HELP WIRE.", Wording::ours};
inline constexpr MessageDef DTCNET961I{"DTCNET961I", "Wire {} changed",
                                       "Frames that are sent from now on meet it as it is now.", "WIRE name.",
                                       Wording::ours};
inline constexpr MessageDef DTCNET913E{"DTCNET913E", "IFCONFIG {} is not simulated",
                                       "IFCONFIG displays interfaces; the lab does not change them by it.",
                                       "NETSTAT OBEY, OBEYFILE.", Wording::ours};
inline constexpr MessageDef DTCNET914E{"DTCNET914E", "Interface {} is not defined",
                                       "No LINK statement has that name.", "NETSTAT DEVLINKS.",
                                       Wording::ours};
inline constexpr MessageDef DTCSSL960I{"DTCSSL960I", "Stopping server(s): {}",
                                       "The server ends in order, as by SSLADMIN STOP.", "Nothing.",
                                       Wording::ours};

inline constexpr MessageDef DTCPIN901E{
    "DTCPIN901E", "Unknown host: {}", "No name server and no line of ETC HOSTS says what its address is.",
    "WHY LAST; NSLOOKUP; TYPE TCPIP DATA *; TYPE ETC HOSTS *.", Wording::ours};
inline constexpr MessageDef DTCPIN902E{"DTCPIN902E", "Invalid operand or option: {}",
                                       "The command does not know it.", "HELP, with the command's name.",
                                       Wording::ours};
inline constexpr MessageDef DTCPIN903E{"DTCPIN903E", "TCPIP DATA names no name server",
                                       "Without NSINTERADDR names come from ETC HOSTS alone.",
                                       "NSINTERADDR of TCPIP DATA.", Wording::ours};
inline constexpr MessageDef DTCPIN904E{
    "DTCPIN904E", "Name server {} is not available: {}", "It was asked for its own name, and did not answer.",
    "WHY LAST; PING; NSINTERADDR and NSPORTADDR of TCPIP DATA.", Wording::ours};
inline constexpr MessageDef DTCPIN905E{
    "DTCPIN905E", "The stack refuses: {}", "The stack does not take datagrams of this user.",
    "PERMIT, RESTRICT and PERMITTEDUSERSONLY of the profile.", Wording::ours};
inline constexpr MessageDef DTCHMT901E{"DTCHMT901E", "Host name {} is not resolved: {}",
                                       "HOMETEST asked for HOSTNAME, with the domains of TCPIP DATA.",
                                       "HOSTNAME and DOMAINORIGIN of TCPIP DATA; NSLOOKUP.", Wording::ours};
inline constexpr MessageDef DTCHMT902W{"DTCHMT902W", "Not in the HOME list: {}, of host name {}",
                                       "The name leads to an address that this stack does not have.",
                                       "HOME of the profile; the name server's entry; ETC HOSTS.",
                                       Wording::ours};
inline constexpr MessageDef DTCIPW2519I{
    "DTCIPW2519I", "Configuration complete; connectivity has been verified",
    "Everybody whom IPWIZARD asked has answered.", "Nothing.", Wording::source};
inline constexpr MessageDef IUGIPW8392I{"IUGIPW8392I", "IPWIZARD EXEC ENDED SUCCESSFULLY",
                                        "IPWIZARD is done.", "Nothing.", Wording::source};
inline constexpr MessageDef DTCIPW901E{"DTCIPW901E", "{} ({}) does not answer a PING",
                                       "IPWIZARD asks the interface, the gateway and the name servers.",
                                       "HOME, GATEWAY; NSINTERADDR of TCPIP DATA; NETSTAT DEVLINKS.",
                                       Wording::ours};
inline constexpr MessageDef DTCIPW902E{"DTCIPW902E", "Connectivity could not be verified",
                                       "Somebody did not answer, or there was nobody to ask.",
                                       "The messages before.", Wording::ours};

inline constexpr const MessageDef* kCommandMessages[] = {
    &DTCSSL2404I, &DTCSSL2421E, &DTCSSL2430I, &DTCSSL951E,  &DTCSSL952E,  &DTCSSL953I, &DTCSSL954I,
    &DTCSSL955E,  &DTCSSL956E,  &DTCSSL957E,  &DTCSSL958I,  &DTCSSL959W,  &DTCSSL961E, &DTCSSL962E,
    &DTCSSL963I,  &DTCSSL964I,  &DTCSSL965I,  &DTCSSL966E,  &DTCSSL967E,  &DTCSSL968I, &DTCSSL969W,
    &DTCNET901E,  &DTCNET902E,  &DTCNET903E,  &DTCNET904W,  &DTCNET905E,  &DTCNET906I, &DTCNET907E,
    &DTCPIN901E,  &DTCPIN902E,  &DTCNET908E,  &DTCNET909I,  &DTCNET910E,  &DTCPIN903E, &DTCPIN904E,
    &DTCPIN905E,  &DTCHMT901E,  &DTCHMT902W,  &DTCIPW2519I, &IUGIPW8392I, &DTCIPW901E, &DTCIPW902E,
    &DTCNET911I,  &DTCNET912I,  &DTCNET913E,  &DTCNET914E,  &DTCSSL960I,  &DTCNET915I, &DTCNET960E,
    &DTCNET961I,
};

}  // namespace vmlab::sim
