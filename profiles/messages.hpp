// The wording of findings. The numbers are ours (9xx) unless marked otherwise: the product's texts for most
// of these cases are not public.
#pragma once

#include "stack/base/message.hpp"

namespace vmlab::profiles {

inline constexpr MessageDef DTCPRS901E{
    "DTCPRS901E", "Unknown statement {} ignored", "The word is not a statement of this file.",
    "The spelling of the statement, and whether the statement before it has its END.", Wording::ours};
inline constexpr MessageDef DTCPRS902E{"DTCPRS902E", "{} is not an operand of {}",
                                       "The statement does not know this operand; the rest of it is kept.",
                                       "The spelling and the place of the operand.", Wording::ours};
inline constexpr MessageDef DTCPRS903E{"DTCPRS903E", "{} is not valid as {} of {}",
                                       "The operand has a value that it cannot have; the value is not used.",
                                       "The values that the operand takes.", Wording::ours};
inline constexpr MessageDef DTCPRS904E{
    "DTCPRS904E", "{} ends before its {}", "An operand that the statement needs is missing.",
    "The syntax of the statement; whether a word that is also a statement cut it short.", Wording::ours};
inline constexpr MessageDef DTCPRS905W{
    "DTCPRS905W", "{} is not ended by {}", "The list ended at the next statement or at the end of the file.",
    "Whether all of what follows was meant to belong to it.", Wording::ours};
inline constexpr MessageDef DTCPRS906I{"DTCPRS906I", "{} is read but not simulated",
                                       "The statement is right on a z/VM system; vmlab does not act on it.",
                                       "Nothing: no lab depends on it.", Wording::ours};
inline constexpr MessageDef DTCPRS907E{
    "DTCPRS907E", "{} {} named by {} is not defined",
    "The statement names a device or link that no earlier statement defines; "
    "it is ignored.",
    "The spelling of the name, and the statement that should define it.", Wording::ours};
inline constexpr MessageDef DTCPRS908W{"DTCPRS908W", "{} repeats what line {} says",
                                       "The same thing is defined twice; the first definition is kept.",
                                       "Which of the two is meant.", Wording::ours};
inline constexpr MessageDef DTCPRS909E{
    "DTCPRS909E", "{} has more than {} characters",
    "The block is longer than the product accepts; what is beyond is ignored.",
    "Whether operands can be left at their defaults.", Wording::ours};
inline constexpr MessageDef DTCPRS910E{"DTCPRS910E", "{} without {}",
                                       "An END word stands where nothing was begun.",
                                       "The statement that it should end.", Wording::ours};
inline constexpr MessageDef DTCPRS911W{"DTCPRS911W", "{} may be a misspelt {}; it is taken as a userid",
                                       "A list of userids takes every word of up to eight characters.",
                                       "The word that should end the list.", Wording::ours};
inline constexpr MessageDef DTCPRS912E{
    "DTCPRS912E", "{} is not a valid TLS label",
    "A label has at most eight letters and digits; this one can match none.",
    "The label in the key database.", Wording::ours};
inline constexpr MessageDef DTCPRS913W{"DTCPRS913W", "{} is given twice; {} replaces {}",
                                       "Of a statement with one value, the last one is used.",
                                       "Which of the two is meant.", Wording::ours};
inline constexpr MessageDef DTCPRS914E{"DTCPRS914E", "{} stands outside an entry",
                                       "The line belongs to no entry of the file; it is ignored.",
                                       "The line that should begin the entry.", Wording::ours};
inline constexpr MessageDef DTCPRS915W{
    "DTCPRS915W", "{} reaches over the right end of the record at column {}",
    "What is beyond that column is not read.", "The length of the line.", Wording::ours};

inline constexpr MessageDef DTCPRS916W{
    "DTCPRS916W", "First hop {} is not on the network of link {}",
    "No HOME address of the link is in the same subnet as the first hop: nothing can be sent to it. A link "
    "without an IPv6 address in HOME does not speak IPv6: no first hop of IPv6 is on it.",
    "HOME and its mask, and the first hop.", Wording::ours};

inline constexpr MessageDef DTCPRS917W{
    "DTCPRS917W", "{} belongs to {} of line {}: it has no effect",
    "The statement before it is not ended, so that this one is taken as a part of it.",
    "The END word of the statement before it.", Wording::ours};

inline constexpr MessageDef DTCPRS918W{
    "DTCPRS918W", "{} more findings about {} are not shown",
    "So many things are wrong with the file that only the first ones are said.",
    "Whether it is the file that it is taken for.", Wording::ours};

inline constexpr MessageDef DTCPRS919E{
    "DTCPRS919E", "{} is not for {}; ignored",
    "A dedicated crypto domain belongs to one userid: not to the members of a pool, not to all who INCLUDE a "
    "PROFILE, and not beside shared ones.",
    "CRYPTO APVIRTUAL shares what the machine has.", Wording::ours};

// ── the stack's own numbers ───────────────────────────────────────────────────

inline constexpr MessageDef DTCPRS007E{
    "DTCPRS007E", "GATEWAY entry is not in the current format",
    "The entry gives network, first hop, link, MTU and subnet in the order of "
    "earlier releases. It is still honoured. (The number is the product's, the "
    "text ours.)",
    "The order of the operands of the entry.", Wording::ours};
inline constexpr MessageDef DTCPRS058I{"DTCPRS058I", "The entry should be written as: {}",
                                       "Follows DTCPRS007E. (The number is the product's, the text ours.)",
                                       "The GATEWAY statement.", Wording::ours};
inline constexpr const MessageDef* kProfileMessages[] = {
    &DTCPRS901E, &DTCPRS902E, &DTCPRS903E, &DTCPRS904E, &DTCPRS905W, &DTCPRS906I, &DTCPRS907E,
    &DTCPRS908W, &DTCPRS909E, &DTCPRS910E, &DTCPRS911W, &DTCPRS912E, &DTCPRS913W, &DTCPRS914E,
    &DTCPRS915W, &DTCPRS916W, &DTCPRS917W, &DTCPRS918W, &DTCPRS919E, &DTCPRS007E, &DTCPRS058I};

}  // namespace vmlab::profiles
