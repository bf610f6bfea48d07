#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Sluice authors
# SPDX-License-Identifier: Apache-2.0
"""Measures from the command to its end, or to the ready line of `start`; prints medians.

usage: bench/start.py [--runs N] [LAUNCHER...]

Several launchers (./sluice of several checkouts) take turns, so that what else the machine does weighs on all alike. `cpu` is the
processor time, user and system, of the command and its children until then: it says more than `ms` on a machine that is busy.
"""
import argparse
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import tempfile
import time

PORTS = ["--admin-port", "0", "--http-port", "0", "--https-port", "0"]
TICKS = os.sysconf("SC_CLK_TCK")


def start(launcher, folder, use=lambda: None):
    began = time.perf_counter()
    command = [launcher, "start", "--data-dir", folder, *PORTS]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        line = server.stdout.readline()
        wall = time.perf_counter() - began
        if not line.startswith("sluice ready"):
            raise SystemExit(f"{launcher}: not ready: {line}{server.stderr.read()}")
        fields = pathlib.Path(f"/proc/{server.pid}/stat").read_text().rsplit(")", 1)[1].split()
        use()
        server.terminate()
        server.communicate()
    return wall * 1000, sum(map(int, fields[11:15])) * 1000 / TICKS


def run(launcher, *arguments):
    began = time.perf_counter()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([launcher, *arguments], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return (time.perf_counter() - began) * 1000, cpu * 1000


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("launchers", nargs="*", default=["./sluice"], metavar="LAUNCHER")
    options = parser.parse_args()
    work = pathlib.Path(tempfile.mkdtemp(prefix="sluice-start-"))
    samples = {}
    try:
        for number in range(-1, options.runs):
            for index, launcher in enumerate(options.launchers):
                old = str(work / f"old-{index}")
                env = []
                taken = [
                    ("start, new folder", start(launcher, str(work / f"new-{index}-{number}"))),
                    ("start, existing folder", start(launcher, old, lambda: env.append(run(launcher, "env", "--data-dir", old)))),
                    ("env", env[0]),
                    ("version", run(launcher, "version")),
                ]
                if number >= 0:  # the first round builds, records and warms up
                    for name, sample in taken:
                        samples.setdefault((name, launcher), []).append(sample)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(f"medians of {options.runs}; load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for (name, launcher), values in sorted(samples.items()):
        wall, cpu = (statistics.median(column) for column in zip(*values))
        print(f"{name:<24}{launcher:<40}{wall:7.0f} ms {cpu:7.0f} ms cpu   {[round(value[0]) for value in values]}")


main()
