#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Programs with a stock library and with a drop-in, compared command by command. tests/tools.py of each drop-in runs this:

    tools.py --ours DIR [--stock DIR] [--only NAME,NAME] [--expect-difference]

Each scenario is run twice, in a network namespace of its own, once with each DIR; output, errors and exit code of each line must
be the same. Fields that differ from run to run are masked. The dynamic linker's own account (LD_DEBUG=libs) has to show that each
program loaded the library of the DIR under test, otherwise the comparison proves nothing and fails.

A scenario is a file of lines:
    # comment             also: blank lines
    command               run by bash; output, errors and exit code are compared
    & name command        started in the background; waits until it listens (a new netlink group membership)
    . name                ended by SIGINT (SIGTERM with ".." in place of "."); its output is compared
    ~ command             run by bash; it has to differ: the drop-in is right where the stock library is wrong
    = text                a line that the command before, which has to differ, prints with the drop-in
    ? command             a condition of this machine: where it fails, the rest of the scenario is skipped, aloud
    ! name text           opens a fixture: see FIXTURES
"""

import argparse
import dataclasses
import difflib
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
import typing

# Scenarios of both drop-ins.
SHARED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "scenarios")
STEP_SECONDS = 60
SCENARIO_SECONDS = 600

# (scenario's beginning or "", what, by what): clocks, process ids, port ids, what the kernel counts or chooses.
COMMON_MASKS = [
    ("", r"0x[0-9a-f]{12,16}\b", "<pointer>"),
    ("ip", r"valid_lft \d+sec preferred_lft \d+sec", "valid_lft <time> preferred_lft <time>"),
    ("ip", r"\bexpires \d+sec", "expires <time>"),
    ("ip", r"\bused \d+/\d+/\d+", "used <time>"),
    ("ip", r"(?<=\s)(age|users|used) \d+(\.\d+)?(sec)?", r"\1 <count>"),
    ("ip", r'"(age|used|confirmed|updated|refcnt)":\d+', r'"\1":<count>'),
    ("ip", r"(\w+_timer\"?:? *)\d+\.\d+", r"\1<time>"),
    ("ip", r"link-netnsid \d+", "link-netnsid <id>"),
    ("ip", r"portid -?\d+|token \d+", "<id>"),
    ("ip", r"^\s+\d+\s+\d+\s+\d+\s+\d+\s+\d+\s+\d+\s*$", "  <counters>"),
    ("ip", r'"(bytes|packets|errors|dropped|multicast)":\d+', r'"\1":<count>'),
    ("tc", r"Sent \d+ bytes \d+ pkt", "Sent <count>"),
    ("tc", r"(used|installed|expires) \d+ sec", r"\1 <time>"),
    ("tc", r'"(bytes|packets|used|installed|last_used|first_used)":\d+', r'"\1":<count>'),
    ("tc", r"firstused \d+ sec", "firstused <time>"),
    ("ss", r"\b(ino|sk|cgroup|uid):\S+", r"\1:<id>"),
    ("ss", r"(rtt|minrtt|rto|ato|lastsnd|lastrcv|lastack|pacing_rate|send|delivery_rate|busy|rcv_rtt|rcv_space|rcv_ssthresh|snd_wnd|rcvmss|advmss|app_limited|delivered|segs_out|segs_in|data_segs_out|data_segs_in|bytes_sent|bytes_acked|bytes_received):? ?\S+", r"\1 <measured>"),
    ("ss", r"bw:\d+bps", "bw:<measured>"),
    ("ss", r"timer:\(\S+\)", "timer:<time>"),
    ("ss", r"pid=\d+", "pid=<pid>"),
    ("ss", r"^nl .*$", "nl <sockets>"),
    ("ss", r" +$", ""),
    ("ss", r"@compat-fixture \d+", "@compat-fixture <inode>"),
    ("ss", r"Total: \d+", "Total: <count>"),
    ("ss", r"\b(rb|tb|r|t|w|f|o|bl|d)(\d+)\b", r"\1<size>"),
    ("bridge", r"(used|updated) \d+(/\d+)?", r"\1 <time>"),
    ("bridge", r'"(used|updated)":\d+', r'"\1":<time>'),
    ("bridge", r"\d+\.\d+$", "<time>"),
]


@dataclasses.dataclass
class Profile:
    """What is compared: one library's stock and drop-in."""

    # Folders of scenarios.
    folders: list
    # Programs that must have loaded the library, by themselves or through a library or plug-in.
    linked: set
    # The library's file.
    soname: str
    # Which file of that name the programs of a side have to load; None: none, since it is linked statically.
    expected: typing.Callable
    # The stock side, in a temporary folder.
    stock: typing.Callable
    # What the environment has beside the usual, on a side.
    environment: typing.Callable
    # Scenarios whose lines come in an order of the kernel's choice, in JSON the objects.
    unordered: set = dataclasses.field(default_factory=set)
    # More masks, as COMMON_MASKS.
    masks: list = dataclasses.field(default_factory=list)
    # Scenarios whose background programs are in no multicast group.
    not_listening: set = dataclasses.field(default_factory=set)

    def scenarios(self):
        return sorted(name for folder in self.folders for name in os.listdir(folder))

    def path(self, name):
        return next(path for folder in self.folders if os.path.exists(path := os.path.join(folder, name)))


# The kernel lists sockets by hash, and each namespace has a hash of its own.
UNORDERED = {"ss"}

ATTRIBUTE = re.compile(r"^\|\x1b\[1;31m(\d{5})\x1b\[0m\|\x1b\[1;32m(.)")
DATA = re.compile(r"^\| (.. .. .. ..)  \|\t\|      data      \|\t (. . . .)$")


def mask_padding(text):
    """What a message has behind an attribute's value: whatever was in memory with the stock library, zeros with ours."""
    lines, left = text.split("\n"), 0
    for index, line in enumerate(lines):
        header, data = ATTRIBUTE.match(line), DATA.match(line)
        if header:
            left = 0 if header[2] == "N" else int(header[1]) - 4
        elif data and left > 0:
            shown = min(left, 4)
            left -= shown
            if shown < 4:
                letters = data[2][:2 * shown - 1]
                lines[index] = f"| {data[1][:3 * shown - 1]} <padding>  |\t|      data      |\t {letters}"
    return "\n".join(lines)


def fixture_sockets():
    """A TCP listener and a connection to it, UDP, a unix socket: all with fixed names, alive during the scenario."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", 4001))
    listener.listen(7)
    client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    client.bind(("127.0.0.1", 4002))
    client.connect(("127.0.0.1", 4001))
    server, _ = listener.accept()
    client.sendall(b"some bytes")
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 4003))
    udp6 = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    udp6.bind(("::1", 4004))
    unix = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    unix.bind("\0compat-fixture")
    unix.listen(3)
    return [listener, client, server, udp, udp6, unix]


def fixture_datagrams():
    """Three UDP datagrams over lo with fixed ports and contents."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 5001))
        for text in (b"", b"one", b"a somewhat longer text"):
            udp.sendto(text, ("127.0.0.1", 5002))
    return None


FIXTURES = {"sockets": fixture_sockets, "datagrams": fixture_datagrams}


def multicast_members():
    """How many netlink sockets of this namespace are in a multicast group."""
    with open("/proc/net/netlink", encoding="ascii") as table:
        next(table)
        return sum(1 for line in table if int(line.split()[3], 16) != 0)


def wait_until(condition, seconds):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def wait_until_quiet(paths, quiet=0.4, seconds=10):
    """Until none of the files has grown for a while."""
    def sizes():
        return [os.path.getsize(path) for path in paths if os.path.exists(path)]

    last, since = sizes(), time.monotonic()
    deadline = since + seconds
    while time.monotonic() < deadline:
        time.sleep(0.05)
        now = sizes()
        if now != last:
            last, since = now, time.monotonic()
        elif time.monotonic() - since >= quiet:
            return


def programs_of(command, linked):
    """The programs of `linked` that the line calls by name, at the start or after a shell operator."""
    found = set()
    for part in re.split(r"[;|&(){}\n]+", re.sub(r"'[^']*'|\"[^\"]*\"", "''", command)):
        try:
            words = shlex.split(part)
        except ValueError:
            words = part.split()
        while words and (words[0] in ("timeout", "stdbuf", "exec", "!", "time", "do", "then") or re.match(r"^(\w+=|\d+$|-)", words[0])):
            words.pop(0)
        if words and words[0] in linked:
            found.add(words[0])
    return found


def loaded(soname, directory):
    """Which file the dynamic linker took for the library, for each process that looked for it."""
    taken = []
    for name in os.listdir(directory):
        path = os.path.join(directory, name)
        last, program = None, None
        with open(path, encoding="utf-8", errors="replace") as account:
            looking = False
            for line in account:
                if "find library=" in line:
                    if looking and last:
                        taken.append((program, last))
                    looking, last = f"find library={soname} " in line, None
                elif looking and "trying file=" in line:
                    last = line.split("trying file=", 1)[1].strip()
                elif "initialize program:" in line:
                    if looking and last:
                        taken.append((program, last))
                        looking = False
                    program = os.path.basename(line.split("initialize program:", 1)[1].strip())
                elif looking and ("calling init:" in line):
                    if last:
                        taken.append((program, last))
                    looking = False
        os.unlink(path)
    return [path for _, path in taken]


class Runner:
    """One scenario with one library, inside the namespace."""

    def __init__(self, profile, name, library, work):
        self.profile, self.name, self.work = profile, name, work
        self.accounts = os.path.join(work, "accounts")
        os.mkdir(self.accounts)
        self.home = os.path.join(work, "home")
        os.mkdir(self.home)
        self.environment = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C", "TZ": "UTC", "HOME": self.home,
            "LD_DEBUG": "libs", "LD_DEBUG_OUTPUT": os.path.join(self.accounts, "ld"), **profile.environment(library),
        }
        self.background = {}
        self.kept = []
        self.results = []

    def mask(self, text):
        text = mask_padding(text.replace(self.work, "<work>"))
        for scenario, what, by in COMMON_MASKS + self.profile.masks:
            if not scenario or self.name.startswith(scenario):
                text = re.sub(what, by, text, flags=re.MULTILINE)
        if self.name in UNORDERED | self.profile.unordered:
            return "\n".join(sorted(re.split(r"\n|(?<=}),(?={)|(?<=])(?=$)|(?<=^\[)", text)))
        return text

    def record(self, command, code, out, err, accounts=None, must_differ=False):
        taken = loaded(self.profile.soname, accounts or self.accounts)
        self.results.append({
            "command": command, "code": code, "out": self.mask(out), "err": self.mask(err), "libraries": sorted(set(taken)),
            "must_load": bool(programs_of(command, self.profile.linked)), "must_differ": must_differ,
        })

    def run(self, command, must_differ=False):
        process = subprocess.Popen(["bash", "-c", command], cwd=self.home, env=self.environment, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="backslashreplace",
                                   start_new_session=True)
        try:
            out, err = process.communicate(timeout=STEP_SECONDS)
            self.record(command, process.returncode, out, err, must_differ=must_differ)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            self.record(command, "no end", "", "")

    def start(self, name, command):
        out, err = (os.path.join(self.work, f"{name}.{kind}") for kind in ("out", "err"))
        accounts = os.path.join(self.work, f"{name}.accounts")
        os.mkdir(accounts)
        environment = dict(self.environment, LD_DEBUG_OUTPUT=os.path.join(accounts, "ld"))
        before = multicast_members()
        with open(out, "wb") as stdout, open(err, "wb") as stderr:
            process = subprocess.Popen(["bash", "-c", f"exec {command}"], cwd=self.home, env=environment, stdout=stdout, stderr=stderr,
                                       stdin=subprocess.DEVNULL)
        listening = wait_until(lambda: multicast_members() > before or process.poll() is not None, 10)
        if not listening and self.name not in self.profile.not_listening:
            self.results.append({"command": f"{command} (does not listen)", "code": -1, "out": "", "err": "", "libraries": [], "must_load": False})
        if self.name in self.profile.not_listening:
            time.sleep(1)
        self.background[name] = (command, process, out, err, accounts)

    def stop(self, name, how):
        command, process, out, err, accounts = self.background.pop(name)
        wait_until_quiet([out, err])
        process.send_signal(how)
        try:
            code = process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            code = "no end"
        texts = []
        for path in (out, err):
            with open(path, encoding="utf-8", errors="backslashreplace") as file:
                texts.append(file.read())
        self.record(command, code, *texts, accounts)

    def play(self, lines):
        for line in lines:
            line = line.rstrip("\n")
            if not line or line.startswith("#"):
                continue
            kind, _, rest = line.partition(" ")
            if kind == "&":
                self.start(*rest.split(" ", 1))
            elif kind in (".", ".."):
                self.stop(rest, signal.SIGINT if kind == "." else signal.SIGTERM)
            elif kind == "!":
                self.kept.append(FIXTURES[rest]())
            elif kind == "~":
                self.run(rest, must_differ=True)
            elif kind == "=":
                self.results[-1].setdefault("expected", []).append(rest)
            elif kind == "?":
                if subprocess.run(["bash", "-c", rest], cwd=self.home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode != 0:
                    self.results.append({"command": line, "skipped": True})
                    break
            else:
                self.run(line)
        for name in list(self.background):
            self.stop(name, signal.SIGTERM)


def without_address_detection():
    """An IPv6 address is there at once: how long the kernel looks for duplicates differs from run to run."""
    for link in ("all", "default"):
        setting = f"/proc/sys/net/ipv6/conf/{link}/accept_dad"
        if os.path.exists(setting):
            with open(setting, "w", encoding="ascii") as file:
                file.write("0")


def inside(profile, name, library):
    """The child's side: plays the scenario, writes what it saw as JSON."""
    without_address_detection()
    with tempfile.TemporaryDirectory(prefix="compat-") as work:
        runner = Runner(profile, name, library, work)
        with open(profile.path(name), encoding="utf-8") as scenario:
            runner.play(scenario)
        json.dump(runner.results, sys.stdout)


def play(name, library):
    namespace = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--net"]
    done = subprocess.run([*namespace, sys.executable, os.path.abspath(sys.argv[0]), "--inside", name, "--ours", library],
                          capture_output=True, text=True, timeout=SCENARIO_SECONDS, check=False)
    if done.returncode != 0:
        sys.exit(f"{name}: the scenario itself failed:\n{done.stderr}")
    return json.loads(done.stdout)


def show_difference(kind, before, after):
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), f"{kind}, stock", f"{kind}, ours", lineterm="", n=2))
    for line in lines[:40]:
        print(f"      {line}")
    if len(lines) > 40:
        print(f"      … {len(lines) - 40} lines more")


def wrongly_loaded(profile, result, side):
    """What a command loaded in place of the library of its side; None when all is well."""
    expected = profile.expected(side)
    wrong = [path for path in result["libraries"] if path != expected]
    if wrong or (expected and result["must_load"] and not result["libraries"]):
        return ", ".join(wrong) or f"no {profile.soname}"
    return None


def differences(one, other):
    """What differs between the two results of a command."""
    return [key for key in ("code", "out", "err") if one[key] != other[key]]


def compare(profile, name, theirs, ours, repeat=True):
    """(commands compared, commands that differ, conditions not met)"""
    before, after = play(name, theirs), play(name, ours)
    if repeat and any(differences(one, other) for one, other in zip(before, after) if "code" in one and not one.get("must_differ")):
        # The kernel does some things in its own time. What differs a second time, too, is the library's.
        print(f"  {name}: again, since something differed")
        again = play(name, theirs), play(name, ours)
    else:
        again = before, after
    if len({tuple(result["command"] for result in results) for results in (before, after, *again)}) != 1:
        print(f"  {name}: the runs did not run the same commands")
        return 0, 1, 0
    compared = different = skipped = 0
    for one, other, one_again, other_again in zip(before, after, *again):
        if one.get("skipped"):
            print(f"  {name}: skipped from here on, this machine does not pass: {one['command']}")
            skipped += 1
            continue
        compared += 1
        wrong = wrongly_loaded(profile, one, theirs) or wrongly_loaded(profile, other, ours)
        keys = [key for key in differences(one, other) if key in differences(one_again, other_again)]
        if one.get("must_differ"):
            if not keys:
                different += 1
                print(f"  {name}: the same, though it must differ: {one['command']}")
            elif other["out"].rstrip("\n").split("\n") != one["expected"]:
                different += 1
                print(f"  {name}: must print other lines: {one['command']}")
                show_difference("out", "\n".join(one["expected"]), other["out"])
            continue
        if wrong or keys:
            different += 1
            print(f"  {name}: {one['command']}")
        if wrong:
            print(f"    loaded {wrong}")
        for key in keys:
            if key == "code":
                print(f"    exit code {one['code']} with stock, {other['code']} with ours")
            else:
                show_difference(key, one[key], other[key])
    return compared, different, skipped


def main(profile):
    parser = argparse.ArgumentParser()
    parser.add_argument("--stock")
    parser.add_argument("--ours", required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--expect-difference", action="store_true", help="succeed when each scenario shows a difference: for a library that is broken on purpose")
    parser.add_argument("--show", action="store_true", help="print what the stock library's runs printed, and compare nothing")
    parser.add_argument("--inside")
    options = parser.parse_args()
    ours = os.path.abspath(options.ours)
    if options.inside:
        inside(profile, options.inside, ours)
        return 0
    names = options.only.split(",") if options.only else profile.scenarios()
    if options.show:
        for name in names:
            for result in play(name, ours):
                print(f"$ {result['command']}")
                if not result.get("skipped"):
                    print(f"{result['out']}{result['err']}[{result['code']}] {result['libraries']}")
        return 0
    with tempfile.TemporaryDirectory(prefix="compat-") as parent:
        theirs = os.path.abspath(options.stock) if options.stock else profile.stock(parent)
        totals, unnoticed = [0, 0, 0], []
        for name in names:
            compared, different, skipped = compare(profile, name, theirs, ours, not options.expect_difference)
            print(f"{name}: {compared} commands, {different} different" + (f", {skipped} condition not met" if skipped else ""), flush=True)
            totals = [a + b for a, b in zip(totals, (compared, different, skipped))]
            if different == 0:
                unnoticed.append(name)
    print(f"{totals[0]} commands of {len(names)} scenarios, {totals[1]} different, {totals[2]} scenarios cut short")
    if options.expect_difference:
        if unnoticed:
            print(f"the broken library went unnoticed by: {', '.join(unnoticed)}")
        return 1 if unnoticed else 0
    return 1 if totals[1] or totals[0] == 0 else 0

