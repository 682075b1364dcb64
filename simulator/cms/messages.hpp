// Messages of CMS: files, disks, readers, the byte file system. Texts that no stored source shows literally
// are marked as ours, even where the number is the product's.
#pragma once

#include "stack/base/message.hpp"

namespace vmlab::sim {

inline constexpr MessageDef DMSACP723I{
    "DMSACP723I", "{} ({}) R/O", "The disk was accessed read-only: it is linked that way.",
    "Whether this machine should be able to write to it (LINK mode).", Wording::source};
inline constexpr MessageDef DMSACP726I{
    "DMSACP726I", "{} {} released",
    "The same disk was accessed under another letter before; that one is released.", "Nothing.",
    Wording::source};
inline constexpr MessageDef DMSACC724I{
    "DMSACC724I", "{} replaces {} ({})", "Another disk had this letter; the new one takes its place.",
    "Whether the disk that lost its letter is still needed.", Wording::source};
inline constexpr MessageDef DMSACP113S{
    "DMSACP113S", "{}({}) not attached or invalid device address", "This machine has no such virtual device.",
    "LINK and MDISK statements of the CP directory; QUERY VIRTUAL DASD.", Wording::source};
inline constexpr MessageDef DMSACC048E{"DMSACC048E", "Invalid filemode {}", "A filemode is a letter A to Z.",
                                       "The operands of ACCESS.", Wording::ours};
inline constexpr MessageDef DMSACC017E{"DMSACC017E", "Invalid device address {}",
                                       "A device number has one to four hexadecimal digits.",
                                       "The operands of ACCESS.", Wording::ours};
inline constexpr MessageDef DMSACC1240E{
    "DMSACC1240E", "You are not authorized to connect to file pool {}",
    "The file pool is unknown, its server is down, or the directory is not there.",
    "QUERY the file pool server; is it logged on?", Wording::ours};
inline constexpr MessageDef DMSARE069E{"DMSARE069E", "Filemode {} not accessed", "No disk has this letter.",
                                       "QUERY ACCESSED.", Wording::ours};
inline constexpr MessageDef DMSQRE069E{"DMSQRE069E", "Filemode {} not accessed", "No disk has this letter.",
                                       "QUERY ACCESSED.", Wording::ours};

inline constexpr MessageDef DMSLST002E{"DMSLST002E", "File not found",
                                       "No file on the accessed disks fits the pattern.",
                                       "The spelling; QUERY ACCESSED; the filemode.", Wording::ours};
inline constexpr MessageDef DMSTYP002E{"DMSTYP002E", "File {} not found",
                                       "The file is on none of the disks that were searched.",
                                       "The spelling; QUERY ACCESSED; the filemode.", Wording::ours};
inline constexpr MessageDef DMSSTT002E{"DMSSTT002E", "File {} not found",
                                       "The file is on none of the disks that were searched.",
                                       "The spelling; QUERY ACCESSED; the filemode.", Wording::source};
inline constexpr MessageDef DMSCPY002E{"DMSCPY002E", "File {} not found", "There is nothing to copy.",
                                       "The spelling; QUERY ACCESSED; the filemode.", Wording::ours};
inline constexpr MessageDef DMSCPY024E{"DMSCPY024E", "File {} already exists; specify REPLACE option",
                                       "COPYFILE does not overwrite a file unless asked to.",
                                       "Whether the existing file may go: (REPLACE.", Wording::ours};
inline constexpr MessageDef DMSCPY037E{"DMSCPY037E", "Filemode {} is accessed as read/only",
                                       "The target disk cannot be written to.",
                                       "QUERY DISK: its STAT; how it is linked.", Wording::ours};
inline constexpr MessageDef DMSERS002E{"DMSERS002E", "File {} not found", "There is nothing to erase.",
                                       "The spelling; QUERY ACCESSED; the filemode.", Wording::ours};
inline constexpr MessageDef DMSERS037E{"DMSERS037E", "Filemode {} is accessed as read/only",
                                       "The disk cannot be written to.",
                                       "QUERY DISK: its STAT; how it is linked.", Wording::ours};
inline constexpr MessageDef DMSRNM002E{"DMSRNM002E", "File {} not found", "There is nothing to rename.",
                                       "The spelling; QUERY ACCESSED; the filemode.", Wording::ours};
inline constexpr MessageDef DMSRNM024E{"DMSRNM024E", "File {} already exists", "The new name is taken.",
                                       "LISTFILE the new name.", Wording::ours};
inline constexpr MessageDef DMSRNM037E{"DMSRNM037E", "Filemode {} is accessed as read/only",
                                       "The disk cannot be written to.",
                                       "QUERY DISK: its STAT; how it is linked.", Wording::ours};
inline constexpr MessageDef DMSXSU037E{"DMSXSU037E", "Filemode {} is accessed as read/only",
                                       "The changed file cannot be put back on this disk.",
                                       "QUERY DISK: its STAT; how it is linked.", Wording::ours};
inline constexpr MessageDef DMSXLC546E{"DMSXLC546E", "Target not found",
                                       "The text to be changed does not occur in the file.",
                                       "TYPE the file; case matters.", Wording::ours};
inline constexpr MessageDef DMSXCG517I{"DMSXCG517I", "{} occurrence(s) changed on {} line(s)",
                                       "What a CHANGE has changed.", "Nothing.", Wording::ours};
inline constexpr MessageDef DMSWRT107S{"DMSWRT107S", "Disk {}({}) is full",
                                       "The file does not fit on the minidisk.", "QUERY DISK: BLKS LEFT.",
                                       Wording::ours};

inline constexpr MessageDef DMSGEN042E{"DMSGEN042E", "No fileid specified",
                                       "The command needs a file identifier.", "HELP for the command.",
                                       Wording::ours};
inline constexpr MessageDef DMSGEN048E{"DMSGEN048E", "Invalid filemode {}",
                                       "A filemode is a letter, and perhaps a digit.",
                                       "HELP for the command.", Wording::ours};
inline constexpr MessageDef DMSGEN054E{"DMSGEN054E", "Incomplete fileid specified",
                                       "A file identifier is a name, a type and, here, a mode.",
                                       "HELP for the command.", Wording::ours};
inline constexpr MessageDef DMSGEN062E{"DMSGEN062E", "Invalid character in fileid {}",
                                       "File names hold letters, digits and $ # @ + - : _ .",
                                       "The spelling of the file identifier.", Wording::ours};
inline constexpr MessageDef DMSGEN070E{"DMSGEN070E", "Invalid parameter {}",
                                       "The command does not know this operand.", "HELP for the command.",
                                       Wording::ours};
inline constexpr MessageDef DMSGEN003E{"DMSGEN003E", "Invalid option: {}",
                                       "The command does not know this option.", "HELP for the command.",
                                       Wording::ours};
inline constexpr MessageDef DMSRDC655E{"DMSRDC655E", "Spoolid {} does not exist",
                                       "No such file is in the reader.", "QUERY RDR.", Wording::ours};
inline constexpr MessageDef DMSRDC024E{"DMSRDC024E", "File {} already exists; specify REPLACE option",
                                       "RECEIVE does not overwrite a file unless asked to.",
                                       "Another name, or (REPLACE.", Wording::ours};
inline constexpr MessageDef DMSHEL254E{"DMSHEL254E", "HELP cannot find the information you requested",
                                       "There is no such command here.", "HELP without operands lists all.",
                                       Wording::ours};

inline constexpr MessageDef DMSOVZ2113E{"DMSOVZ2113E", "Object does not exist: '{}'",
                                        "A file, directory or file space of this path is not there.",
                                        "The path, letter by letter, the file space, and case.",
                                        Wording::seed};
inline constexpr MessageDef DMSOVZ2134E{
    "DMSOVZ2134E", "Permission denied: '{}'", "The permission bits do not let this user do it.",
    "OPENVM LISTFILE (OWN: owner, group and bits on the whole path.", Wording::ours};
inline constexpr MessageDef DMSOVZ2105E{"DMSOVZ2105E", "Object already exists: '{}'",
                                        "There is something of this name.", "OPENVM LISTFILE.",
                                        Wording::ours};
inline constexpr MessageDef DMSOVZ901E{
    "DMSOVZ901E", "Not possible for this kind of object: '{}'",
    "A directory stands where a file is wanted, or the reverse; or a directory is not empty.",
    "OPENVM LISTFILE.", Wording::ours};
inline constexpr MessageDef DMSOVZ902E{"DMSOVZ902E", "File space is mounted read-only: '{}'",
                                       "Nothing can be written through this mount.", "OPENVM QUERY MOUNT.",
                                       Wording::ours};
inline constexpr MessageDef DMSOVZ903E{"DMSOVZ903E", "File pool server is not available: '{}'",
                                       "The server of the file pool is not logged on.",
                                       "QUERY the file pool's server machine.", Wording::ours};

inline constexpr MessageDef DMSCMD901I{"DMSCMD901I", "{} is not simulated",
                                       "The command exists on z/VM; the lab does not have it.",
                                       "HELP lists what there is.", Wording::ours};
inline constexpr MessageDef DMSCMD902I{
    "DMSCMD902I", "{} waits for an answer: not simulated in a program",
    "Programs run between two events of the system; a command that waits is given up, with return code 8.",
    "Use commands that answer at once.", Wording::ours};
inline constexpr MessageDef DMSEDT901E{"DMSEDT901E", "No editor can be opened on this terminal",
                                       "Full-screen editing works at the local prompt only.",
                                       "CHANGE fn ft fm /old/new/ works everywhere.", Wording::ours};

inline constexpr const MessageDef* kCmsMessages[] = {
    &DMSACP723I,  &DMSACP726I, &DMSACC724I, &DMSACP113S, &DMSACC048E, &DMSACC017E,  &DMSACC1240E,
    &DMSARE069E,  &DMSQRE069E, &DMSLST002E, &DMSTYP002E, &DMSSTT002E, &DMSCPY002E,  &DMSCPY024E,
    &DMSCPY037E,  &DMSERS002E, &DMSERS037E, &DMSRNM002E, &DMSRNM024E, &DMSRNM037E,  &DMSXSU037E,
    &DMSXLC546E,  &DMSXCG517I, &DMSWRT107S, &DMSGEN042E, &DMSGEN048E, &DMSGEN054E,  &DMSGEN062E,
    &DMSGEN070E,  &DMSGEN003E, &DMSRDC655E, &DMSRDC024E, &DMSHEL254E, &DMSOVZ2113E, &DMSOVZ2134E,
    &DMSOVZ2105E, &DMSOVZ901E, &DMSOVZ902E, &DMSOVZ903E, &DMSCMD901I, &DMSCMD902I,  &DMSEDT901E,
};

}  // namespace vmlab::sim
