"""Counts the test cases of a ctest run (JUnit file) and says why tests were skipped. Ends with 1 if any failed."""
import re
import sys
import xml.etree.ElementTree as ElementTree

passed = failed = 0
skipped = []
# What tests/clients/lab.py prints, a line per check.
CHECKS = re.compile(r"^(PASS|FAIL|SKIP) (.*)$", re.M)
# What a test program prints of a case that waits for something: "waits: fault 4: …".
WAITS = re.compile(r"^waits: (.*)$", re.M)
CASES = re.compile(r"\[doctest\] test cases:\s*\d+ \|\s*(\d+) passed \|\s*(\d+) failed \|\s*(\d+) skipped")
# The last line of the timelines (tests/packets).
TIMELINES = re.compile(r"^(\d+) passed, (\d+) failed, \d+ not ours, (\d+) not read$", re.M)

for test in ElementTree.parse(sys.argv[1]).getroot().iter("testcase"):
    name, output = test.get("name"), test.findtext("system-out") or ""
    skipped += [(name, text) for text in WAITS.findall(output)]
    cases = CASES.search(re.sub(r"\x1b\[[0-9;]*m", "", output))
    checks = CHECKS.findall(output)
    if checks:
        passed += sum(word == "PASS" for word, _ in checks)
        bad = [text for word, text in checks if word == "FAIL"]
        failed += len(bad) or (test.get("status") == "fail")
        print("".join(f"failed: {name}: {text}\n" for text in bad), end="")
        skipped += [(name, text) for word, text in checks if word == "SKIP"]
    elif test.find("skipped") is not None or test.get("status") in ("notrun", "disabled"):
        skipped.append((name, "it did not run"))
    elif cases:
        passed += int(cases.group(1))
        failed += int(cases.group(2))
        skipped += [(name, "a test case marked as skipped")] * int(cases.group(3))
        if test.get("status") == "fail" and cases.group(2) == "0":
            failed += 1  # all cases passed, the program failed: a sanitizer's report
    elif timelines := TIMELINES.search(output):
        passed += int(timelines.group(1))
        failed += int(timelines.group(2)) + int(timelines.group(3))
    elif test.get("status") == "fail" or test.find("failure") is not None:
        failed += 1
        print(f"failed: {name}")
    else:
        passed += 1

for name, reason in skipped:
    print(f"skipped: {name}: {reason}")
print(f"{passed} passed, {failed} failed, {len(skipped)} skipped")
sys.exit(1 if failed or not passed else 0)
