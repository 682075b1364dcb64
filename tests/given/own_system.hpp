// Another system than the shipped one, as an administrator's few files: its node, network, device, pool and
// labels are its own, and much is not said.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "simulator/given/supplied_system.hpp"

namespace vmlab::sim::testing {

using Texts = std::map<std::string, std::string>;

inline Texts shipped_texts() {
    namespace fs = std::filesystem;
    const fs::path folder = VMLAB_SOURCE_DIR "/profiles/baseline";
    Texts texts;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file()) continue;
        std::ifstream in(entry.path(), std::ios::binary);
        std::ostringstream text;
        text << in.rdbuf();
        texts[fs::relative(entry.path(), folder).generic_string()] = text.str();
    }
    return texts;
}

inline Texts own_texts() {
    return {{"profile.tcpip",
             "OBEY OPERATOR TCPMAINT NETADMIN ENDOBEY\n"
             "SSLSERVERID *\n"
             "AUTOLOG FTPSERVE 0 ENDAUTOLOG\n"
             "PORT\n"
             " 20 TCP FTPSERVE NOAUTOLOG\n"
             " 21 TCP FTPSERVE\n"
             " 992 TCP INTCLIEN SECURE BOSTEL\n"
             "INTERNALCLIENTPARMS PORT 992 ENDINTERNALCLIENTPARMS\n"
             "DEVICE OSA7 OSD 0700\n"
             "LINK NET7 QDIOETHERNET OSA7 IP\n"
             "HOME 10.1.2.3 255.255.255.0 NET7\n"
             "GATEWAY DEFAULTNET 10.1.2.1 NET7 1500\n"
             "START OSA7\n"},
            {"BOSVM1 DTCPARMS",
             ":nick.TCPIP :type.server :class.stack\n"
             " :attach.0700-0702\n"
             " :DCSS_Parms.<DEFAULT>\n"
             ":nick.TLS* :type.server :class.ssl :stack.TCPIP\n"
             " :parms.KEYFILE /etc/gskadm/Boston.kdb\n"},
            {"TCPIP.DATA", "TCPIPUSERID TCPIP\nHOSTNAME BOSVM1\nDOMAINORIGIN BOSTON.EXAMPLE\n"},
            {"srvrftp.config", "PORT 21\nSECURECONTROL ALLOWED\nSECUREDATA ALLOWED\nTLSLABEL BOSFTP\n"}};
}

inline SystemFiles system_of(const Texts& texts, SystemOptions options = {}, bool own_classes = false) {
    std::vector<GivenFile> given;
    const auto add = [&](const std::string& path, const std::string& text, bool shipped) {
        const auto name = read_host_file_name(path);
        auto host = read_host_text(text);
        if (name && host) given.push_back({path, *name, std::move(*host), shipped});
    };
    for (const auto& [path, text] : texts) add(path, text, false);
    const std::string ibm = "TCPMAINT.591/IBM.DTCPARMS";
    if (!own_classes) add(ibm, shipped_texts().at(ibm), true);
    return {std::move(given), std::move(options)};
}

inline SuppliedSystem supplied(const Texts& texts, SystemOptions options = {}, bool own_classes = false) {
    const Texts shipped = shipped_texts();
    return supply_system(system_of(texts, std::move(options), own_classes), {shipped.begin(), shipped.end()});
}

inline std::string all_said(const SuppliedSystem& system) {
    std::string text;
    for (const auto& sentence : system.said) text += sentence + "\n";
    return text;
}

inline std::string text_of(const SuppliedSystem& system, const std::string& path) {
    for (const auto& [name, text] : system.files)
        if (name == path) return text;
    return "";
}

}  // namespace vmlab::sim::testing
