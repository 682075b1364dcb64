// The labels of a key database: those that a server can show a certificate for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vmlab::sim {

/// From the bytes of a .kdb that vmlab wrote and of the .sth beside it. Nothing, and a sentence, when they
/// cannot be read; the format of IBM's key databases is not public.
[[nodiscard]] std::optional<std::vector<std::string>> read_key_labels(std::string_view kdb,
                                                                      std::string_view sth,
                                                                      std::string& error);

}  // namespace vmlab::sim
