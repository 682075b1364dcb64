// Messages of TCPRUN, the program that starts every TCP/IP server. Where one number has several texts, each
// has a constant of its own; the manual's spelling comes first.
#pragma once

#include "stack/base/message.hpp"

namespace vmlab::sim {

inline constexpr MessageDef DTCRUN1022I{
    "DTCRUN1022I", "Console log will be sent to default owner ID: {}",
    "The server's console file goes to this user's reader when the server ends.", "Nothing.",
    Wording::source};
inline constexpr MessageDef DTCRUN922I{"DTCRUN922I", "Console log will be sent to owner ID: {}",
                                       "As DTCRUN1022I, with the userid of the :owner. tag.",
                                       "The :owner. tag.", Wording::ours};
inline constexpr MessageDef DTCRUN1046I_DATA{"DTCRUN1046I", "Using TCP/IP data file: {}",
                                             "This TCPIP DATA was found first in access order.",
                                             "Whether it is the file you changed.", Wording::source};
inline constexpr MessageDef DTCRUN1046I{
    "DTCRUN1046I", "Using '{}' definition ({}) from file: {}",
    "The DTCPARMS entry and the file that it was found in first; files found later are not looked at.",
    "Whether it is the file you changed.", Wording::source};
inline constexpr MessageDef DTCRUN1096I{"DTCRUN1096I", "STORAGE = {}M", "The size of the virtual machine.",
                                        "Nothing.", Wording::source};
inline constexpr MessageDef DTCRUN1043I{
    "DTCRUN1043I", "Initiating XAUTOLOG of server {}",
    "The stack has a TLS/SSL server pool: the owner of its session cache is started first.",
    "Whether that server then runs.", Wording::seed};
inline constexpr MessageDef DTCRUN1038I{"DTCRUN1038I",
                                        "Server is not configured to support secure connections",
                                        "No TLS/SSL server entry in DTCPARMS names this stack.",
                                        ":stack. tags of the TLS/SSL server entries.", Wording::source};
inline constexpr MessageDef DTCRUN1021R{"DTCRUN1021R",
                                        "To cancel {} startup, type any non-blank character and press ENTER. "
                                        "To continue startup, just press ENTER.",
                                        "Somebody is connected to the server's console.", "Nothing.",
                                        Wording::source};
inline constexpr MessageDef DTCRUN1011I{"DTCRUN1011I", "Server started at {} on {} ({})",
                                        "The server's program is about to run.", "Nothing.", Wording::source};
inline constexpr MessageDef DTCRUN1011I_COMMAND{"DTCRUN1011I", "Running server command: {}",
                                                "The :command. of the server's class.", "Nothing.",
                                                Wording::source};
inline constexpr MessageDef DTCRUN1011I_PARMS{
    "DTCRUN1011I", "Parameters in use:", "What the server is really given; the lines that follow are :parms.",
    "Compare them with what you meant to give.", Wording::source};
inline constexpr MessageDef DTCRUN1011I_NONE{"DTCRUN1011I", "No parameters in use",
                                             "There is no :parms. tag.", "Whether there should be one.",
                                             Wording::source};
inline constexpr MessageDef DTCRUN1048I{"DTCRUN1048I", "SLVL service information for: {}",
                                        "The service level of the module; parts and APARs follow.",
                                        "Nothing.", Wording::source};

inline constexpr MessageDef DTCRUN1028E{
    "DTCRUN1028E", "{} specified in {} does not match \"{}\" in the TCPIP DATA file",
    "The server's entry in DTCPARMS names one stack, TCPIP DATA another.",
    "The :stack. tag of the entry, TCPIPUSERID in TCPIP DATA, and which of the two files is wrong.",
    Wording::seed};
inline constexpr MessageDef DTCRUN1001E{
    "DTCRUN1001E", "\"OPENVM MOUNT '{} {}\" failed with return code {}",
    "A byte file system path of the :mount. tag could not be mounted; the message before says why.",
    "The path, letter by letter; the file pool server; permissions on the way.", Wording::seed};
inline constexpr MessageDef DTCRUN1001E_VMLINK{
    "DTCRUN1001E", "\"VMLINK {}\" failed with return code {}",
    "The directory or disk of the :vmlink. tag could not be accessed: the server has no disk A, hence "
    "neither "
    "its PROFILE EXEC nor its files. The message before says why.",
    "The name, letter by letter; the file pool server; was the pool enrolled (SSLPOOL ENROLL)?",
    Wording::source};
inline constexpr MessageDef DTCRUN1001E_EXIT{
    "DTCRUN1001E", "\"EXEC {} {}\" failed with return code {}",
    "The exit that the :exit. tag names, or TCPRUNXT EXEC, ended with this code when it was called for "
    "SETUP, "
    "BEGIN, END or ERROR; 28: there is no such EXEC. After SETUP or BEGIN the server does not start.",
    "The name; the disks of the server; what the EXEC does with that call.", Wording::ours};
inline constexpr MessageDef DTCRUN1099E{"DTCRUN1099E", "Server not started - correct problem and retry",
                                        "What is wrong stands in the messages before.",
                                        "The first message that ends in E.", Wording::seed};

// ── numbers of ours ───────────────────────────────────────────────────────────

inline constexpr MessageDef DTCRUN901E{"DTCRUN901E", "TCPIP DATA file not found",
                                       "No accessed disk has a TCPIP DATA.", "The link to TCPMAINT 592.",
                                       Wording::ours};
inline constexpr MessageDef DTCRUN902E{"DTCRUN902E", "No server definition for {} found in a DTCPARMS file",
                                       "No entry of :type.server has this userid, or a prefix of it with *.",
                                       "The spelling of :nick. and the links to the disks.", Wording::ours};
inline constexpr MessageDef DTCRUN903E{"DTCRUN903E", "Class {} of server {} is not defined",
                                       "No entry of :type.class has this name.", "The :class. tag.",
                                       Wording::ours};
inline constexpr MessageDef DTCRUN904E{"DTCRUN904E", "{} tag is missing in the definition of {}",
                                       "The server cannot be started without it.",
                                       "The server's DTCPARMS entry.", Wording::ours};
inline constexpr MessageDef DTCRUN905E{"DTCRUN905E", "{} is not a server that can be run here",
                                       "vmlab has no program for this :command.", "The class of the server.",
                                       Wording::ours};
inline constexpr MessageDef DTCRUN907E{
    "DTCRUN907E", "No PORT statement of stack {} reserves a port for {}",
    "The server has no configuration file: its port is the one reserved for it.",
    "PORT statements of the profile; is the stack running?", Wording::ours};

inline constexpr MessageDef DTCRUN909W{
    "DTCRUN909W", "No TLS/SSL server is associated with {}; secure connections will fail",
    "SSLSERVERID * wants a pool, and no server entry of DTCPARMS names this stack.",
    ":stack. of the pool's DTCPARMS entry; the pool in the CP directory.", Wording::ours};
inline constexpr MessageDef DTCRUN908W{
    "DTCRUN908W", "SSLLIMITS asks for {} TLS/SSL servers; {} are defined",
    "MAXSESSIONS divided by MAXPERSSLSERVER is more than the pool has members: "
    "fewer sessions than MAXSESSIONS are possible.",
    "SSLLIMITS, and POOL in the CP directory.", Wording::ours};

inline constexpr MessageDef DTCRUN923W{
    "DTCRUN923W", "CLIENTCERTCHECK of {} is not used: level {} has it with service PH18435 only",
    "FTP, SMTP and static ports ask clients for certificates once service PH18435 is on the level; Telnet "
    "always "
    "could.",
    "The service level (NETSTAT LEVEL, the SLVL lines); the statement.", Wording::ours};

inline constexpr MessageDef DTCRUN925E{
    "DTCRUN925E", "Line {} of {} is not simulated: {}",
    "Exits are run as far as vmlab knows REXX: commands, SAY, PARSE ARG, IF, SELECT, DO groups, EXIT.",
    "The clause. The EXEC ended there, with return code 20.", Wording::ours};

inline constexpr MessageDef DTCRUN924W{
    "DTCRUN924W", "CLIENTCERTCHECK {} of INTERNALCLIENTPARMS is not used: level {} knows NONE and FULL",
    "Without service PH18435 Telnet either asks nobody for a certificate (NONE) or turns away whoever has no "
    "valid one (FULL). The other words came with that service, and stand for nothing here: nobody is asked.",
    "The service level (NETSTAT LEVEL, the SLVL lines); write FULL where REQUIRED is meant.", Wording::ours};

inline constexpr const MessageDef* kTcprunMessages[] = {
    &DTCRUN1022I,        &DTCRUN922I,       &DTCRUN1046I_DATA, &DTCRUN1046I, &DTCRUN1096I,
    &DTCRUN1043I,        &DTCRUN1038I,      &DTCRUN1021R,      &DTCRUN1011I, &DTCRUN1011I_COMMAND,
    &DTCRUN1011I_PARMS,  &DTCRUN1011I_NONE, &DTCRUN1048I,      &DTCRUN1028E, &DTCRUN1001E,
    &DTCRUN1001E_VMLINK, &DTCRUN1099E,      &DTCRUN901E,       &DTCRUN902E,  &DTCRUN903E,
    &DTCRUN904E,         &DTCRUN905E,       &DTCRUN907E,       &DTCRUN908W,  &DTCRUN909W,
    &DTCRUN923W,         &DTCRUN1001E_EXIT, &DTCRUN925E,       &DTCRUN924W};

}  // namespace vmlab::sim
