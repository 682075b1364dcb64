// Messages of CP. The module letters of HCPxxx vary by command; numbers and texts are the product's where a
// stored source shows them, else marked as ours.
#pragma once

#include "stack/base/message.hpp"

namespace vmlab::sim {

inline constexpr MessageDef HCPCMD001E{
    "HCPCMD001E", "Unknown CP command: {}",
    "There is no such command, or your privilege classes do not include it: CP does not say which.",
    "The spelling; QUERY PRIVCLASS; HELP for the command's class.", Wording::source};
inline constexpr MessageDef HCPCQV003E{
    "HCPCQV003E", "Invalid option - {}",
    "QUERY knows no such operand, and no user of that name is in the directory.", "The spelling.",
    Wording::source};
inline constexpr MessageDef HCPCQU045E{"HCPCQU045E", "{} not logged on",
                                       "The userid is in the directory, and nobody is logged on to it.",
                                       "XAUTOLOG starts it.", Wording::source};
inline constexpr MessageDef HCPMFS045E{"HCPMFS045E", "{} not logged on", "A message has nobody to go to.",
                                       "QUERY the userid.", Wording::ours};
inline constexpr MessageDef HCPMFS057I{"HCPMFS057I", "{} not receiving; disconnected",
                                       "Nobody sits at the console of that machine.",
                                       "SMSG reaches a server's program; MSG a person.", Wording::ours};
inline constexpr MessageDef HCPMFS026E{"HCPMFS026E", "Operand missing or invalid",
                                       "A message needs a userid and a text.", "HELP MSG, HELP SMSG.",
                                       Wording::source};
inline constexpr MessageDef HCPAUT054E{"HCPAUT054E", "{} already logged on",
                                       "The machine is running; it cannot be started a second time.",
                                       "QUERY the userid; FORCE ends its session.", Wording::ours};
inline constexpr MessageDef HCPAUT053E{"HCPAUT053E", "{} not in CP directory", "There is no such user.",
                                       "The spelling; the CP directory.", Wording::source};
inline constexpr MessageDef HCPAUT026E{"HCPAUT026E", "Operand missing or invalid", "XAUTOLOG needs a userid.",
                                       "HELP XAUTOLOG.", Wording::source};
inline constexpr MessageDef HCPAUT059E{
    "HCPAUT059E", "Not authorized to autolog {}",
    "Without class A or B only users named in the directory entry may start it.",
    "AUTOLOG and XAUTOLOG statements of its directory entry.", Wording::ours};
inline constexpr MessageDef HCPFRC045E{"HCPFRC045E", "{} not logged on", "There is no session to end.",
                                       "QUERY NAMES.", Wording::ours};
inline constexpr MessageDef HCPFRC020E{"HCPFRC020E", "Userid missing or invalid", "FORCE needs a userid.",
                                       "HELP FORCE.", Wording::ours};
inline constexpr MessageDef HCPCLS6056I{
    "HCPCLS6056I", "XAUTOLOG information for {}: The IPL command is verified by the IPL command processor.",
    "The machine was started and will IPL as its directory entry says.", "Nothing.", Wording::source};
inline constexpr MessageDef HCPLNM053E{"HCPLNM053E", "{} not in CP directory", "There is no such user.",
                                       "The spelling.", Wording::source};
inline constexpr MessageDef HCPLNM022E{
    "HCPLNM022E", "A virtual device number was not supplied or it was invalid.",
    "A device number has one to four hexadecimal digits.", "HELP LINK.", Wording::ours};
inline constexpr MessageDef HCPLNM107E{"HCPLNM107E", "{} {} not linked; not in CP directory",
                                       "The user has no such minidisk.", "MDISK statements of that user.",
                                       Wording::ours};
inline constexpr MessageDef HCPLNM110E{"HCPLNM110E", "{} {} not linked; {} already defined",
                                       "This machine uses that device number already.",
                                       "QUERY VIRTUAL DASD; another number, or DETACH.", Wording::ours};
inline constexpr MessageDef HCPLNM114E{"HCPLNM114E", "{} {} not linked; mode or password incorrect",
                                       "The directory does not let this user link that disk so.",
                                       "MDISK passwords; a read-only mode.", Wording::ours};
inline constexpr MessageDef HCPDTV040E{"HCPDTV040E", "Device {} does not exist",
                                       "This machine has no such virtual device.", "QUERY VIRTUAL DASD.",
                                       Wording::source};
inline constexpr MessageDef HCPQVD040E{"HCPQVD040E", "Device {} does not exist",
                                       "This machine has no such virtual device.", "QUERY VIRTUAL DASD.",
                                       Wording::source};
inline constexpr MessageDef HCPNSS901E{"HCPNSS901E", "{} is not a saved segment here",
                                       "No NSS or DCSS of this name is defined.", "QUERY NSS.",
                                       Wording::ours};
inline constexpr MessageDef HCPQCR901I{"HCPQCR901I", "No crypto resources",
                                       "The machine has no Crypto Express card that z/VM could share, or the "
                                       "virtual machine has no CRYPTO APVIRTUAL.",
                                       "QUERY CRYPTO (class A, B, C or E); CRYPTO in the directory entry.",
                                       Wording::ours};
inline constexpr MessageDef HCPPUR901E{"HCPPUR901E", "Spool file {} does not exist",
                                       "No such file is in the reader.", "QUERY RDR.", Wording::ours};
inline constexpr MessageDef HCPCFC015E{"HCPCFC015E", "Command not valid before LOGON: {}",
                                       "Only LOGON, DIAL, MSG and LOGOFF work before a logon.",
                                       "Log on first.", Wording::source};
inline constexpr MessageDef HCPLGA050E{
    "HCPLGA050E", "LOGON unsuccessful--incorrect userid and/or password",
    "CP does not say which of the two is wrong.",
    "The directory entry; LOGONBY; AUTOONLY and NOLOG users cannot log on.", Wording::source};
inline constexpr MessageDef HCPLGA054E{"HCPLGA054E", "Already logged on {}",
                                       "The user has a session at another terminal.",
                                       "LOGON with HERE takes it over.", Wording::source};

inline constexpr MessageDef HCPCON901E{
    "HCPCON901E", "No console is kept of {}",
    "CONSOLE is an extension of the lab; it shows what a machine printed in this run.",
    "The userid; QUERY NAMES.", Wording::ours};

// Virtual switches, guest LANs and adapters.
inline constexpr MessageDef HCPCPL6011E{
    "HCPCPL6011E", "You are not authorized to COUPLE to {}",
    "A VSWITCH takes only adapters of users who are granted it. The text is remembered, not seen.",
    "QUERY VSWITCH ACCESSLIST; SET VSWITCH name GRANT userid (class B), then COUPLE, or log the user on "
    "again.",
    Wording::ours};
inline constexpr MessageDef HCPCPL040E{
    "HCPCPL040E", "Device {} does not exist", "This machine has no virtual network adapter at that address.",
    "QUERY NIC; NICDEF in its directory entry; DEFINE NIC.", Wording::ours};
inline constexpr MessageDef HCPCPL902E{"HCPCPL902E", "Network {} does not exist",
                                       "No VSWITCH or guest LAN has this owner and name.",
                                       "QUERY VSWITCH; QUERY LAN; the spelling.", Wording::ours};
inline constexpr MessageDef HCPCPL904E{"HCPCPL904E", "NIC {} is not connected",
                                       "There is nothing to uncouple.", "QUERY NIC.", Wording::ours};
inline constexpr MessageDef HCPCPL905E{"HCPCPL905E", "NIC {} is already connected to {}",
                                       "An adapter is coupled to one network.", "UNCOUPLE it first.",
                                       Wording::ours};
inline constexpr MessageDef HCPCPL906E{"HCPCPL906E", "NIC {} is of type {}, network {} of type {}",
                                       "QDIO adapters fit a VSWITCH or a LAN of type QDIO, HIPERS ones a LAN "
                                       "of type HIPERS.",
                                       "TYPE of NICDEF or DEFINE NIC; QUERY LAN.", Wording::ours};
inline constexpr MessageDef HCPDEF901E{"HCPDEF901E", "Network {} already exists",
                                       "Names of VSWITCHes and guest LANs of one owner differ.",
                                       "QUERY VSWITCH; QUERY LAN.", Wording::ours};
inline constexpr MessageDef HCPDEF903E{"HCPDEF903E", "Device {} is already defined",
                                       "An adapter takes three device numbers or more; another has one of "
                                       "them.",
                                       "QUERY NIC.", Wording::ours};
inline constexpr MessageDef HCPDEF026E{"HCPDEF026E", "Operand missing or invalid",
                                       "What is to be defined, or changed, is not said whole.",
                                       "HELP DEFINE, HELP SET, HELP COUPLE.", Wording::source};

// RACF (the external security manager). Texts as the facts remember them.
inline constexpr MessageDef HCPLNM298E{"HCPLNM298E", "{} {} not linked; request denied",
                                       "The external security manager refuses the link.",
                                       "RAC RLIST VMMDISK owner.vdev AUTHUSER; RAC PERMIT.", Wording::ours};
inline constexpr MessageDef RPIMGR032E{
    "RPIMGR032E", "YOU ARE NOT AUTHORIZED TO LINK TO {}",
    "The profile of this minidisk in class VMMDISK does not permit the access that the link asks for.",
    "RAC RLIST VMMDISK owner.vdev AUTHUSER: READ for R, UPDATE for W, CONTROL for M, ALTER for MW.",
    Wording::ours};
inline constexpr MessageDef RPIRAC901E{"RPIRAC901E", "RACF does not answer: RACFVM is not running",
                                       "RAC sends its command to the virtual machine RACFVM.",
                                       "QUERY NAMES; XAUTOLOG RACFVM.", Wording::ours};
inline constexpr MessageDef RPIRAC902E{"RPIRAC902E", "There is no external security manager in this system",
                                       "A system has RACF when its CP directory has the user RACFVM.",
                                       "USER DIRECT.", Wording::ours};
inline constexpr MessageDef ICH408I{
    "ICH408I", "USER({:<8}) {} CL({}) INSUFFICIENT ACCESS AUTHORITY ACCESS INTENT({}) ACCESS ALLOWED({})",
    "RACF refused somebody a resource. RACF prints this in several lines; here it is one.",
    "RAC RLIST class profile AUTHUSER; RAC PERMIT.", Wording::ours};
inline constexpr MessageDef ICH10102I{"ICH10102I", "{} ALREADY DEFINED TO CLASS {}.",
                                      "RDEFINE makes new profiles only.", "RALTER changes one.",
                                      Wording::source};
inline constexpr MessageDef ICH12102I{"ICH12102I", "{} NOT FOUND", "There is no such profile or user.",
                                      "The spelling; the class; RDEFINE or ADDUSER.", Wording::source};
inline constexpr MessageDef ICH13003I{"ICH13003I", "{} NOT FOUND", "There is no such profile or user.",
                                      "The spelling; the class; RDEFINE or ADDUSER.", Wording::source};
inline constexpr MessageDef ICH13002I{"ICH13002I", "NOT AUTHORIZED TO LIST {}",
                                      "Profiles are shown to their owner, and to users with SPECIAL.",
                                      "Ask the security administrator.", Wording::ours};
inline constexpr MessageDef ICH06004I{"ICH06004I", "{} NOT DEFINED TO RACF",
                                      "PERMIT changes the access list of a profile that is there.",
                                      "The spelling; CLASS; RDEFINE.", Wording::ours};
inline constexpr MessageDef ICH14063I{"ICH14063I", "SETROPTS command complete.",
                                      "The profiles of the class are read again.", "Nothing.", Wording::ours};
inline constexpr MessageDef ICH901E{
    "ICH901E", "RACF COMMANDS: {}: {}",
    "A line of the file that makes RACF's database was refused; the other lines count.",
    "The line: RDEFINE class profile UACC(access), PERMIT profile CLASS(class) ID(user) ACCESS(access), "
    "SETROPTS CLASSACT(class), ADDUSER user PASSWORD(word) SPECIAL.",
    Wording::ours};
inline constexpr MessageDef ICH902E{"ICH902E", "Not a command that is simulated, or not complete: {}",
                                    "RAC takes RDEFINE, RALTER, RDELETE, PERMIT, RLIST, ADDUSER, ALTUSER, "
                                    "LISTUSER and SETROPTS here.",
                                    "HELP RAC.", Wording::ours};
inline constexpr MessageDef ICH903E{
    "ICH903E", "{} is not authorized to issue {}",
    "RACF's database is changed by users with SPECIAL, and a profile by its owner.",
    "RAC LISTUSER; ask the security administrator.", Wording::ours};
inline constexpr MessageDef ICH904E{"ICH904E", "{} is not a class of resources",
                                    "Classes here: FACILITY, SURROGAT, VMCMD, VMLAN, VMMDISK, VMNODE, VMRDR, "
                                    "VMSEGMT, VMXEVENT.",
                                    "The spelling.", Wording::ours};
inline constexpr MessageDef ICH905E{"ICH905E", "{} is not an access authority",
                                    "NONE, EXECUTE, READ, UPDATE, CONTROL or ALTER.", "The spelling.",
                                    Wording::ours};

inline constexpr const MessageDef* kCpMessages[] = {
    &HCPCMD001E, &HCPCQV003E, &HCPCQU045E, &HCPMFS045E,  &HCPMFS057I,  &HCPMFS026E, &HCPAUT054E, &HCPAUT053E,
    &HCPAUT026E, &HCPAUT059E, &HCPFRC045E, &HCPFRC020E,  &HCPCLS6056I, &HCPLNM053E, &HCPLNM022E, &HCPLNM107E,
    &HCPLNM110E, &HCPLNM114E, &HCPDTV040E, &HCPQVD040E,  &HCPNSS901E,  &HCPPUR901E, &HCPQCR901I, &HCPCFC015E,
    &HCPLGA050E, &HCPLGA054E, &HCPCON901E, &HCPLNM298E,  &RPIMGR032E,  &RPIRAC901E, &RPIRAC902E, &ICH408I,
    &ICH10102I,  &ICH12102I,  &ICH13003I,  &ICH13002I,   &ICH06004I,   &ICH14063I,  &ICH901E,    &ICH902E,
    &ICH903E,    &ICH904E,    &ICH905E,    &HCPCPL6011E, &HCPCPL040E,  &HCPCPL902E, &HCPCPL904E, &HCPCPL905E,
    &HCPCPL906E, &HCPDEF901E, &HCPDEF903E, &HCPDEF026E,
};

}  // namespace vmlab::sim
