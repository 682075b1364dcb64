// Messages of the SSL servers. Numbers from 900 are ours.
#pragma once

#include "stack/base/message.hpp"

namespace vmlab::sslserv {

inline constexpr MessageDef DTCSSL022E{
    "DTCSSL022E", "Handshake failed rc: {} reason: {}",
    "A secure session could not be established. The return code is System SSL's, in decimal.",
    "the return code; the label's certificate; the protocols and cipher suites in force (SSLADMIN QUERY "
    "STATUS "
    "DETAILS); what the partner sent or expected",
    Wording::source};

inline constexpr MessageDef DTCSSL901I{
    "DTCSSL901I", "Server {} is ready; key database {} holds {} certificates",
    "The server has read its key database and takes sessions.", "nothing", Wording::ours};

inline constexpr MessageDef DTCSSL902W{"DTCSSL902W",
                                       "PROTOCOL {} is not used: a cryptographic mode in force forbids it",
                                       "MODE sets a floor for protocol versions that PROTOCOL cannot lower.",
                                       "the MODE and PROTOCOL operands of VMSSL", Wording::ours};

inline constexpr MessageDef DTCSSL903E{
    "DTCSSL903E", "Cipher suite {} is not known",
    "An EXEMPT or ENABLE operand names no cipher suite of this level; the server does not start.",
    "the spelling of the EXEMPT and ENABLE operands of VMSSL", Wording::ours};

inline constexpr MessageDef DTCSSL904E{
    "DTCSSL904E", "Secure environment cannot be initialized rc: {} reason: {}",
    "The key database does not suit the server. The return code is System SSL's, in decimal.",
    "the KEYFILE and MODE operands of VMSSL; the key database itself", Wording::ours};

inline constexpr MessageDef DTCSSL905I{
    "DTCSSL905I", "Key database refreshed; it holds {} certificates",
    "New sessions use the new contents; established ones keep what they have.", "nothing", Wording::ours};

inline constexpr MessageDef DTCSSL906I{"DTCSSL906I", "Quiescing; {} sessions are active",
                                       "The server takes no new sessions.", "nothing", Wording::ours};

inline constexpr MessageDef DTCSSL907W{
    "DTCSSL907W", "Client certificate is not valid; session {} continues: {}",
    "CLIENTCERTCHECK PREFERRED asks for a certificate and only reports one that is not valid.",
    "the client's certificate and the authorities in the key database", Wording::ours};

inline constexpr MessageDef DTCSSL909E{
    "DTCSSL909E", "Session {} failed rc: {} reason: {}",
    "An established session was ended because of what the partner sent. The return code is System SSL's, in "
    "decimal.",
    "the partner, and what lies between", Wording::ours};

inline constexpr MessageDef DTCSSL910I{"DTCSSL910I", "Session {} established: {} to {} label {} {}_{}{}",
                                       "Shown with TRACE NORMAL and above.", "nothing", Wording::ours};

inline constexpr MessageDef DTCSSL911I{"DTCSSL911I", "Session {} ended: {}; {} bytes in, {} bytes out",
                                       "Shown with TRACE CONNECTIONS and above.", "nothing", Wording::ours};

inline constexpr MessageDef DTCSSL912I{"DTCSSL912I", "Session {} opened: {} to {} label {}",
                                       "Shown with TRACE CONNECTIONS and above.", "nothing", Wording::ours};

inline constexpr MessageDef DTCSSL913I{"DTCSSL913I", "Session {} {} {} bytes{}",
                                       "Shown with TRACE CONNECTIONS DATA: what passes, decrypted. The first "
                                       "bytes follow, as many as the trace's "
                                       "length, in hexadecimal and as text.",
                                       "nothing", Wording::ours};

inline constexpr MessageDef DTCSSL914I{"DTCSSL914I", "Trace is {}",
                                       "SSLADMIN TRACE or NOTRACE changed what is traced.", "nothing",
                                       Wording::ours};

inline constexpr MessageDef DTCSSL915I{
    "DTCSSL915I", "Session {} client offers {}{}",
    "Shown with TRACE CONNECTIONS and above: the first flight of the client, "
    "its newest protocol, its cipher suites and the name that it expects.",
    "nothing", Wording::ours};

inline constexpr MessageDef DTCSSL916I{
    "DTCSSL916I", "Session {} {} certificate: {}",
    "Shown with TRACE CONNECTIONS and above: the certificate presented, or "
    "the client's.",
    "nothing", Wording::ours};

inline constexpr MessageDef DTCSSL917I{
    "DTCSSL917I", "Session {} {}", "Shown with TRACE CONNECTIONS and above: the session changed its state.",
    "nothing", Wording::ours};

inline constexpr MessageDef DTCSSL918I{
    "DTCSSL918I", "Flow: {}", "Shown with TRACE FLOW and DEBUG: what TCPIP asked, what the server does.",
    "nothing", Wording::ours};

inline constexpr MessageDef DTCSSL919E{
    "DTCSSL919E", "TCP/IP server {} does not take this server: {}",
    "The stack refused the SSL server, which ends. Without SSL servers secure connections fail: AUTH TLS is "
    "answered with 421.",
    "the console of the TCP/IP server; PERMIT and RESTRICT of its profile; :parms. of the whole pool",
    Wording::ours};

inline constexpr MessageDef DTCSSL920E{
    "DTCSSL920E", "Cannot connect to TCP/IP server {}: {}",
    "The virtual machine that :stack. and TCPIPUSERID name is not there to be connected to; the server ends.",
    "TCPIPUSERID of TCPIP DATA; :stack. of the pool's DTCPARMS entry; QUERY of that userid; its console",
    Wording::ours};

inline constexpr MessageDef DTCSSL921I{"DTCSSL921I", "All sessions are over; the server restarts",
                                       "SSLADMIN RESTART waited for the sessions that were open.", "nothing",
                                       Wording::ours};

inline constexpr MessageDef DTCSSL925W{
    "DTCSSL925W", "Segment {} is not loaded: RACF profile {} of class VMSEGMT permits {}",
    "The session cache of the pool is a segment that its members share with write access: UPDATE. Without "
    "it, "
    "this server neither keeps sessions for the others nor resumes theirs.",
    "RAC RLIST VMSEGMT profile AUTHUSER; RAC PERMIT.", Wording::ours};
inline constexpr MessageDef DTCSSL924W{
    "DTCSSL924W", "No audit records are written: RACF profile ICHCONN permits {} only {}",
    "RACROUTE is for those with UPDATE to ICHCONN in class FACILITY. The server goes on without it.",
    "RAC RLIST FACILITY ICHCONN AUTHUSER; RAC PERMIT.", Wording::ours};
inline constexpr MessageDef DTCSSL922W{
    "DTCSSL922W", "Segment {} cannot be loaded: {} has no NAMESAVE {} in the CP directory",
    "The session cache of the pool lives in a restricted segment. First connections work without it; a "
    "client "
    "that comes back to its session is not answered.",
    "NAMESAVE of the server and of the SSL DCSS management agent in USER DIRECT; QUERY NSS USERS",
    Wording::ours};

inline constexpr MessageDef DTCSSL923W{
    "DTCSSL923W", "Revocation list {} cannot be used: {}",
    "The file beside the key database says which certificates are revoked. While it cannot be used the "
    "certificates of clients are refused with return code 436; with CLIENTCERTCHECK PREFERRED that is only "
    "reported. A list that is out of date still revokes those that it names.",
    "the file, its permissions and who signed it; its dates; SSLADMIN REFRESH reads it again", Wording::ours};

inline constexpr MessageDef DTCSSL926I{
    "DTCSSL926I", "Cryptographic hardware: {}, {}",
    "What the machine does for this server. CPACF does AES, DES and SHA; shared Crypto Express domains "
    "(APVIRTUAL) do clear-key RSA, which makes a full handshake cheaper.",
    "CRYPTO in the directory entry of the server, or in the PROFILE that it includes; QUERY CRYPTO",
    Wording::ours};

inline constexpr MessageDef DTCSSL930I{"DTCSSL930I",
                                       "Cryptographic module: integrity is proved by HMAC-SHA256{}",
                                       "With a MODE in force the server proves at start that its tables are "
                                       "those that were built, and with MODE "
                                       "FIPS-140-2 that its primitives compute what they must.",
                                       "nothing", Wording::ours};

inline constexpr MessageDef DTCSSL931E{
    "DTCSSL931E", "Cryptographic module: {} failed",
    "What must be proved before a server of a cryptographic mode may serve is not so; it ends.",
    "the program: it is not the one that was built", Wording::ours};

inline constexpr MessageDef DTCSSL932I{
    "DTCSSL932I", "GSKTRACE {:<5} {}",
    "Shown with GSKTRACE: the System SSL call that the server's work stands for.", "nothing", Wording::ours};

inline constexpr const MessageDef* kSslMessages[] = {
    &DTCSSL022E, &DTCSSL901I, &DTCSSL902W, &DTCSSL903E, &DTCSSL904E, &DTCSSL905I, &DTCSSL906I, &DTCSSL907W,
    &DTCSSL909E, &DTCSSL910I, &DTCSSL911I, &DTCSSL912I, &DTCSSL913I, &DTCSSL914I, &DTCSSL930I, &DTCSSL931E,
    &DTCSSL932I, &DTCSSL915I, &DTCSSL916I, &DTCSSL917I, &DTCSSL918I, &DTCSSL919E, &DTCSSL920E, &DTCSSL921I,
    &DTCSSL922W, &DTCSSL923W, &DTCSSL924W, &DTCSSL925W, &DTCSSL926I,
};

}  // namespace vmlab::sslserv
