#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""The drop-in beside iproute2's libnetlink, on its own terms: the same programs with one library and with the other.

    run.py --ours DIR --work DIR [--quick]

Instructions of each operation, counted by callgrind without the kernel; then ip itself, in a namespace of its own: a batch of
100,000 routes, a list of 1,000,000, and the processor time of a monitor under bursts of events, as ratios of paired rounds.
DIR of --work is where iproute2.py built its trees. --quick: a tenth of it, and fewer rounds.
"""

import argparse
import os
import re
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "tests"))

import iproute2  # noqa: E402

# Instructions of one operation: of MANY, less those of FEW, so that start and end of the process cancel out.
FEW, MANY = 2, 42


def output(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=True, **options).stdout


def compile_operations(work, stock, ours):
    programs = []
    include = ["-isystem", os.path.join(stock, "include", "uapi"), "-isystem", os.path.join(stock, "include")]
    for name, library in (("stock", [os.path.join(stock, "lib", "libnetlink.o"), os.path.join(HERE, "..", "tests", "json.c"), "-lmnl"]),
                          ("ours", [os.path.join(ours, "libnetlink.a")])):
        program = os.path.join(work, f"operations-{name}")
        output(os.environ.get("CC", "cc"), "-std=c11", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra", *include, os.path.join(HERE, "operations.c"),
               "-o", program, *library)
        programs.append(program)
    return programs


def instructions(work, program, *arguments, environment=None):
    done = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={work}/callgrind.out", program, *arguments], stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True, env={**os.environ, **(environment or {}), "LD_BIND_NOW": "1"}, check=True)
    return int(re.search(r"Collected : (\d+)", done.stderr)[1])


def compare_operations(work, stock, ours):
    programs = compile_operations(work, stock, ours)
    print(f"{'instructions an operation':<50} {'stock':>9} {'ours':>9} {'ratio':>6}")
    slower = []
    for name in output(programs[0]).splitlines():
        each = [(instructions(work, program, name, str(MANY)) - instructions(work, program, name, str(FEW))) / (MANY - FEW) for program in programs]
        ratio = each[1] / each[0]
        print(f"{name:<50} {each[0]:>9.1f} {each[1]:>9.1f} {ratio:>6.2f}", flush=True)
        if ratio > 1.005:
            slower.append(name)
    return slower


def ip(tree, *arguments, **options):
    """Wall time, and processor time in the program and in the kernel."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run([os.path.join(tree, "ip", "ip"), *arguments], env={"PATH": "/usr/bin", "LD_LIBRARY_PATH": iproute2.library(tree)}, check=True, **options)
    took, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return took, after.ru_utime - before.ru_utime, after.ru_stime - before.ru_stime


def report(what, rounds, names=("time", "program", "kernel")):
    """Medians of the ratios of pairs (stock, ours), for each thing that was measured."""
    line = []
    for index, name in enumerate(names):
        ratios = [ours[index] / stock[index] for stock, ours in rounds]
        spread = f" ({min(ratios):.2f} … {max(ratios):.2f})" if index == 0 else ""
        line.append(f"{name} {statistics.median(ratios):.3f}{spread}")
    print(f"{what}, ours / stock in {len(rounds)} paired rounds: {', '.join(line)}", flush=True)


def pairs(count, trees, measure):
    """Rounds in pairs whose order alternates; the first warms up."""
    found = []
    for number in range(count + 1):
        took = {tree: measure(tree) for tree in (trees if number % 2 else reversed(trees))}
        if number:
            found.append((took[trees[0]], took[trees[1]]))
    return found


def monitor(tree, burst, bursts):
    """Processor time of ip monitor for each event. It is stopped while a burst fills its socket, so that it handles one at a time."""
    with open(os.devnull, "wb") as nothing:
        process = subprocess.Popen([os.path.join(tree, "ip", "ip"), "-o", "monitor", "route"], stdout=subprocess.PIPE, stderr=nothing,
                                   env={"LD_LIBRARY_PATH": iproute2.library(tree)})
        counter = subprocess.Popen(["wc", "-l"], stdin=process.stdout, stdout=subprocess.PIPE)
    process.stdout.close()

    def spent():
        """Nanoseconds on a processor, when it has done what there was to do."""
        last = -1
        while True:
            with open(f"/proc/{process.pid}/schedstat", encoding="ascii") as file:
                now = int(file.read().split()[0])
            if now == last:
                return now
            last = now
            time.sleep(0.02)

    time.sleep(0.2)
    total = 0
    for _ in range(bursts):
        before = spent()
        process.send_signal(signal.SIGSTOP)
        subprocess.run(["ip", "-batch", burst], check=True)
        process.send_signal(signal.SIGCONT)
        total += spent() - before
    process.terminate()
    process.wait()
    return [total / int(counter.communicate()[0])]


def inside(options, stock, tree):
    work, divisor = options.work, 10 if options.quick else 1
    output("ip", "link", "set", "lo", "up")

    def routes(name, count, verb, table=""):
        path = os.path.join(work, name)
        with open(path, "w", encoding="ascii") as file:
            for i in range(count):
                address = (10 << 24) + (i << 3)
                file.write(f"route {verb} {address >> 24}.{address >> 16 & 255}.{address >> 8 & 255}.{address & 255}/29 dev lo{table}\n")
        return path

    count = 100_000 // divisor
    add, delete = routes("add", count, "add"), routes("del", count, "del")

    def batch(tree):
        took = ip(tree, "-batch", add)
        ip(tree, "-batch", delete)
        return took

    report(f"ip -batch of {count} routes", pairs(5 if options.quick else 11, [stock, tree], batch))
    # As many events as the smallest usual receive buffer holds.
    burst, bursts = os.path.join(work, "burst"), 20 if options.quick else 100
    with open(burst, "w", encoding="ascii") as file:
        file.write("".join(f"route {verb} 10.0.{i}.0/24 dev lo\n" for i in range(100) for verb in ("add", "del")))
    report(f"ip monitor under {bursts} bursts of 200 events, for each event", pairs(5 if options.quick else 11, [stock, tree], lambda tree: monitor(tree, burst, bursts)),
           ["processor time"])
    count = 1_000_000 // divisor
    ip(stock, "-batch", routes("many", count, "add", " table 7"))
    report(f"ip route show of {count}", pairs(5 if options.quick else 11, [stock, tree], lambda tree: ip(tree, "route", "show", "table", "7", stdout=subprocess.DEVNULL)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ours", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--inside", action="store_true")
    options = parser.parse_args()
    ours, trees = os.path.abspath(options.ours), os.path.abspath(options.work)
    options.work = os.path.join(trees, "bench")
    os.makedirs(options.work, exist_ok=True)
    stock, tree = os.path.join(trees, "stock"), os.path.join(trees, "archive")
    if options.inside:
        inside(options, stock, tree)
        return 0
    slower = []
    if shutil.which("valgrind"):
        slower = compare_operations(options.work, stock, ours)
    else:
        print("SKIP instructions: valgrind is not installed")
    namespace = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--net"]
    if subprocess.run([*namespace, "true"], stderr=subprocess.DEVNULL, check=False).returncode == 0:
        subprocess.run([*namespace, sys.executable, os.path.abspath(__file__), "--inside", *sys.argv[1:]], check=True)
    else:
        print("SKIP ip: this user may not make network namespaces")
    if slower:
        print(f"slower than stock: {', '.join(slower)}")
    return 1 if slower else 0


if __name__ == "__main__":
    sys.exit(main())
