"""Figures of the whole program, release build: bring-up in virtual time, bulk transfer and TLS sessions over loopback.

One line per figure on stdout: name, value, unit. Names stay; so two runs can be compared.
"""
import os
import ssl
import socket
import statistics
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "clients"))
from lab import Lab, PASSWORD, USER, executable, random_file, run

SIZE = 64 << 20


def figure(name, value, unit):
    print(f"{name:34} {value:10.1f} {unit}", flush=True)


def bring_up():
    """A process that brings the baseline up in virtual time and ends: wall-clock time, start of the process included."""
    times = []
    for seed in range(20):
        began = time.monotonic()
        subprocess.run([executable(), "run", "--virtual", "20", "--seed", str(seed)], check=True, capture_output=True)
        times.append((time.monotonic() - began) * 1000)
    figure("bring-up, median of 20", statistics.median(times), "ms")
    figure("bring-up, slowest of 20", max(times), "ms")


def transfers(lab):
    random_file(lab.path("there"), SIZE)
    curl = ["curl", "-sS", "--ssl-reqd", "--cacert", lab.ca, "-u", f"{USER}:{PASSWORD}"]
    url = f"ftp://127.0.0.1:{lab.port(21)}/BENCH.BIN"
    for name, more in (("FTP put over TLS", ["-T", lab.path("there")]), ("FTP get over TLS", ["-o", lab.path("back")])):
        began = time.monotonic()
        run([*curl, *more, url], seconds=600)
        figure(name, SIZE / (time.monotonic() - began) / 1e6, "MB/s")


def sessions(lab):
    context = ssl.create_default_context(cafile=lab.ca)
    began, count = time.monotonic(), 0
    while time.monotonic() - began < 3:
        with socket.create_connection(("127.0.0.1", lab.port(7443))) as plain, \
                context.wrap_socket(plain, server_hostname="localhost") as client:
            client.sendall(b"GET / HTTP/1.0\r\n\r\n")
            client.recv(1)
            count += 1
    figure("TLS sessions, one after another", count / (time.monotonic() - began), "per second")


bring_up()
with Lab() as lab:
    transfers(lab)
    sessions(lab)
