"""Samples for scripts/tidy --self-test: for each rule trees that must be found fault with, and one tree that must not."""

LONG_BODY = "    work();\n" * 75


def header(body):
    return "// What it is.\n#pragma once\n" + body


def bad(says, **files):
    """A tree in which one file is wrong, and words that the finding must contain. In file names __ stands for /, and
    the last _ before the extension for the dot."""
    tree = {}
    for name, text in files.items():
        path, extension = name.replace("__", "/").rsplit("_", 1)
        tree[f"{path}.{extension}"] = text
    return {"says": says, "tree": tree}


def word(says, code, path="stack__tcp__sender_cpp"):
    return bad(says, **{path: code})


MESSAGE = 'inline constexpr MessageDef %s{"%s", "text", "meaning", "check"};\n'
OURS = ("inline constexpr MessageDef DTCSSL901I{\"DTCSSL901I\", \"Server {} is ready for \"\n  \"sessions\", \"m\", \"c\", "
        "Wording::ours};\n" "inline constexpr const MessageDef* kMessages[] = {&DTCSSL901I};\n")
TABLE = "inline constexpr const MessageDef* kMessages[] = {%s};\n"

DEFAULTS = ("#include \"profiles/defaults.hpp\"\n"
            "    add({profile_tcpip, \"INTERNALCLIENTPARMS TIMEMARK\", text_of(*telnet.time_mark, \"seconds\"),\n"
            "         remembered});\n"
            "    add({profile_tcpip, \"ASSORTEDPARMS FREELOWPORTS\", text_of(*profile.free, \"\"), remembered});\n"
            "    add({vmssl_parms, \"CACHELIFE\", text_of(*parms.cache_life, \"seconds\"), source});\n")

BAD = {
    "include-direction": [
        bad("stack/wire may not include stack/tcp/sender.hpp", stack__wire__tcp_segment_hpp='#include "stack/tcp/sender.hpp"\n'),
        bad("hears of the world", stack__ingress_cpp='#include "simulator/system/event.hpp"\n'),
        bad("socket_api.hpp", services__ftp__session_cpp='#include "stack/stack.hpp"\n'),
        bad("ssl_api.hpp", sslserv__server_cpp='#include "services/service.hpp"\n'),
        bad("turns text into values", profiles__dtcparms_cpp='#include "simulator/cms/disk.hpp"\n'),
        bad("the edge posts events", simulator__edge__uv_bridge_cpp='#include "simulator/machines/tcpip_machine.hpp"\n'),
        bad("send an event", simulator__system__journal_cpp='#include "simulator/commands/netstat.hpp"\n'),
    ],
    "include-from-root": [
        bad("is no file", stack__ingress_cpp='#include "ingress.hpp"\n', stack__ingress_hpp=header("")),
        bad("is no file", tests__stack__a_cpp='#include "../../stack/stack.hpp"\n'),
    ],
    "foreign-headers": [
        bad("tls_session.hpp", services__ftp__session_cpp="#include <wolfssl/ssl.h>\n"),
        bad("not in a header", sslserv__tls_session_hpp="#include <wolfssl/ssl.h>\n"),
        bad("more than 3", sslserv__a_cpp="#include <wolfssl/ssl.h>\n", sslserv__b_cpp="#include <wolfssl/ssl.h>\n",
            sslserv__c_cpp="#include <wolfssl/ssl.h>\n", sslserv__keydb__d_cpp="#include <wolfssl/wolfcrypt/asn.h>\n"),
        bad("simulator/edge", simulator__system__system_cpp="#include <uv.h>\n"),
        bad("more than 1", simulator__scenario__a_cpp="#include <yaml-cpp/yaml.h>\n",
            simulator__scenario__b_cpp="#include <yaml-cpp/yaml.h>\n"),
        bad("terminal.hpp", simulator__commands__help_cpp="#include <editline/readline.h>\n"),
        bad("main.cpp", simulator__scenario__a_cpp="#include <CLI/CLI.hpp>\n"),
    ],
    "function-length": [
        bad("lines, 70 at most", stack__ingress_cpp="void f(int a) {\n" + LONG_BODY + "}\n"),
        bad("lines, 70 at most", stack__a_cpp="namespace a {\nA::A(int b) : b_(b), c_{1} {\n" + LONG_BODY + "}\n}\n"),
        bad("lines, 70 at most", stack__b_hpp="struct B {\n    int f() const {\n" + LONG_BODY + "    }\n};\n"),
        bad("lines, 70 at most", stack__c_cpp="auto f(const X& x) -> std::vector<int> {\n    if (a) {\n" + LONG_BODY + "    }\n}\n"),
    ],
    "file-length": [
        bad("700 at most", stack__ingress_cpp="int a;\n" * 701),
        bad("700 at most", scripts__long_py="a = 1\n" * 701),
    ],
    "words": [
        word("one owner", "std::shared_ptr<Peer> peer;\n"),
        word("one thread", "std::thread worker;\n"),
        word("time comes with the event", "auto now = std::chrono::steady_clock::now();\n"),
        word("time comes with the event", "auto now = std::time(nullptr);\n"),
        word("RandomStream", "std::random_device d;\n"),
        word("RandomStream", "int n = rand();\n"),
        word("fmt::format", "sprintf(room, \"%d\", n);\n"),
        word("through the sink", "std::cout << 1;\n"),
        word("through the sink", "printf(\"x\");\n", "simulator__commands__help_cpp"),
        word("main.cpp", "auto* home = getenv(\"HOME\");\n"),
        word("cores know no files", "std::ifstream in(path);\n", "simulator__cms__disk_cpp"),
        word("scan by hand", "std::regex r;\n", "profiles__scanner_cpp"),
        word("vm_assert", "assert(n > 0);\n"),
        word("no stored callbacks", "std::function<void(int)> on_data_;\n"),
    ],
    "using-namespace": [bad("whole name", stack__stack_hpp="using namespace std;\n")],
    "unordered-iteration": [
        bad("walks the unordered", stack__a_cpp="std::unordered_map<int, B> peers_;\nvoid f() { for (auto& p : peers_) g(p); }\n"),
        bad("walks the unordered", stack__a_hpp="class A { std::unordered_set<int> ids_; };\n", stack__a_cpp="auto i = ids_.begin();\n"),
    ],
    "marks": [
        bad("finish it", stack__a_cpp="// TO" "DO: window scaling\n"),
        bad("finish it", scripts__run_sh="# FIX" "ME\n"),
        bad("finish it", tests__stack__a_cpp="// not implemented" " yet\n"),
    ],
    "file-names": [
        bad("snake_case", stack__TcpSender_cpp="// A\n"),
        bad("the path is the answer", stack__utils_hpp=header("")),
        bad("the path is the answer", services__helpers__a_hpp=header("")),
        bad("the path is the answer", services__session_manager_hpp=header("")),
    ],
    "header-form": [
        bad("#pragma once", stack__a_hpp="// A\n"),
        bad("open with a comment", stack__a_hpp="#pragma once\n"),
        bad("open with a comment", tests__stack__a_cpp="#include <vector>\n"),
    ],
    "lint-reasons": [
        bad("give the reason", stack__a_cpp="int a;  // NOLINT\n"),
        bad("give the reason", stack__a_cpp="int a;  // NOLINT(modernize-x)\n"),
        bad("give the reason", stack__a_cpp="// clang-format off\n"),
        bad("give the reason", stack__a_cpp="int a;\n// clang-format off\n"),
    ],
    "machine-paths": [
        bad("one machine only", stack__a_cpp='auto f = "/ho' 'me/anna/lab";\n'),
        bad("one machine only", README_md="see /wo" "rk/main\n"),
    ],
    "text-form": [
        bad("end of the line", stack__a_cpp="int a; \n"),
        bad("end of the line", stack__a_cpp="int a;\r\n"),
        bad("a tab", stack__a_cpp="\tint a;\n"),
        bad("no newline", stack__a_cpp="int a;"),
    ],
    "messages": [
        bad("no kXxxMessages table", simulator__ipl__messages_hpp=MESSAGE % ("DTCRUN1028E", "DTCRUN1028E"),
            simulator__ipl__tcprun_cpp="say<DTCRUN1028E>();\n"),
        bad("said nowhere", simulator__ipl__messages_hpp=MESSAGE % ("DTCRUN1028E", "DTCRUN1028E") + TABLE % "&DTCRUN1028E",
            tests__ipl__a_cpp="say<DTCRUN1028E>();\n"),
        bad("said nowhere", simulator__ipl__messages_hpp=MESSAGE % ("DTCRUN1028E", "DTCRUN1028E") + TABLE % "&DTCRUN1028E",
            simulator__ipl__tcprun_cpp="// say<DTCRUN1028E>()\nconst char* a = \"DTCRUN1028E\";\n"),
        bad("manual's spelling", services__ftp__messages_hpp=MESSAGE % ("kBadLabel", "DTCFTS8467E")),
        bad("its prefix names the folder", services__ftp__messages_hpp=MESSAGE % ("DTCSSL001I", "DTCSSL001I")),
        bad("one definition", sslserv__messages_hpp=(MESSAGE % ("DTCSSL001I", "DTCSSL001I")) * 2),
        bad("no message number", sslserv__messages_hpp=MESSAGE % ("DTCSSLX", "DTCSSLX")),
        bad("name the table", sslserv__messages_hpp=(TABLE % "").replace("kMessages", "all")),
    ],
    "graded-wording": [
        {"says": "is vmlab's wording", "tree": {
            "sslserv/messages.hpp": header(OURS), "tests/a.txt": "l\n",
            "simulator/labs/l.yaml": "id: l\nchecks:\n  - id: a\n    console: {machine: SSL00001, has: DTCSSL901I}\n"}},
        {"says": "is vmlab's wording", "tree": {
            "sslserv/messages.hpp": header(OURS), "tests/a.txt": "l\n",
            "simulator/labs/l.yaml": "id: l\nchecks:\n  - id: a\n    console:\n      has: is ready for sessions\n"}},
    ],
    "graded-defaults": [
        {"says": "default of TIMEMARK, which is remembered only", "tree": {
            "profiles/defaults.cpp": DEFAULTS,
            "simulator/labs/l.yaml": "id: l\nchecks:\n  - id: a\n    command: {line: netstat config, has: TIMEMARK 600}\n"}},
        {"says": "default of FREELOWPORTS, which", "tree": {
            "profiles/defaults.cpp": DEFAULTS,
            "simulator/labs/l.yaml": "id: l\nchecks:\n  - id: a\n    command:\n      has: FREELOWPORTS  No   default\n"}},
    ],
    "orphan-labs": [
        {"says": "no test names wrong-stack", "tree": {"simulator/labs/wrong-stack.yaml": "id: wrong-stack\n"}},
    ],
}

GOOD = {
    "profiles/defaults.hpp": header(""),
    "profiles/defaults.cpp": DEFAULTS,
    "profiles/baseline/TCPMAINT.198/PROFILE.TCPIP": "TIMEMARK 600\n",
    "stack/net/routes.cpp": "// Routes, aligned as a table.\n// clang-format off\nint a;\n",
    "stack/stack.hpp": header("#include \"stack/base/time.hpp\"\n#include \"stack/tcp/sender.hpp\"\nnamespace vmlab {}\n"),
    "stack/base/time.hpp": header("Instant time() const;\n"),
    "stack/tcp/sender.hpp": header("class Sender { std::unordered_map<int, B> peers_; std::shared_ptr<const std::string> text_; };\n"),
    "stack/tcp/sender.cpp": "#include \"stack/tcp/sender.hpp\"\n// A steady_clock would be wrong; std::thread too.\n"
                            "const char* a = \"sprintf(\";\nauto found = peers_.find(1);\nauto t = world.time(0);\n"
                            "static_assert(sizeof(int) == 4);\nint b = 'a' + 1'000;  // NOLINT: as the RFC prints it\n"
                            "const int kTable[] = {\n" + "    1,\n" * 80 + "};\n"
                            "void f() {\n    g([] { return 1; });\n}\n" * 40,
    "simulator/edge/uv_driver.hpp": header(""),
    "simulator/edge/uv_driver.cpp": "#include <uv.h>\n#include \"simulator/edge/uv_driver.hpp\"\nauto n = steady_clock::now();\n"
                                    "std::function<void()> f_;\n",
    "sslserv/a.cpp": "// One of the two.\n#include <wolfssl/ssl.h>\n",
    "sslserv/messages.hpp": header(MESSAGE % ("DTCSSL001I", "DTCSSL001I") + TABLE % "&DTCSSL001I"),
    "sslserv/server.cpp": "// Says it.\nout.console(say<DTCSSL001I>());\n",
    "simulator/labs/wrong-stack.yaml": "id: wrong-stack\nchecks:\n  - id: a\n    command: {line: x, has: TIMEMARK 600}\n"
                                       "  - id: b\n    command: {line: x, has: CACHELIFE 86400}\n"
                                       "  - id: c\n    file: {file: A B C D, lacks: FREELOWPORTS NO}\n",
    "tests/clients/labs/wrong-stack.txt": "smsg  \t\n",
    "tests/stack/a.cpp": "// A long transcript.\nTEST_CASE(\"a\") {\n" + LONG_BODY + "}\n",
}
