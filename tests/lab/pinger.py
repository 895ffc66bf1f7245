# SPDX-License-Identifier: BSD-2-Clause
"""Pings an address at a steady pace, as a user of it, and says when answers came.

usage: pinger.py ADDRESS INTERVAL_S
Runs until SIGTERM; then prints one JSON object: "answers", a list of [sent, answered] in seconds of
CLOCK_REALTIME (answered is null when nothing came back), and "stall", the longest time by which
this process was woken later than it asked for - the noise of the machine.
"""
import json
import os
import select
import signal
import socket
import struct
import sys
import time


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def main():
    address, interval = sys.argv[1], float(sys.argv[2])
    six = ":" in address
    sock = socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_RAW,
                         socket.IPPROTO_ICMPV6 if six else socket.IPPROTO_ICMP)
    sock.setblocking(False)
    ident = os.getpid() & 0xFFFF
    request, reply = (128, 129) if six else (8, 0)
    running, stall, sent = True, 0.0, []

    def end(*_):
        nonlocal running
        running = False
    signal.signal(signal.SIGTERM, end)

    def receive():
        while True:
            try:
                data = sock.recv(2048)
            except BlockingIOError:
                return
            if not six:
                data = data[(data[0] & 15) * 4:]
            kind, _, _, who, seq, number = struct.unpack("!BBHHHI", data[:12])
            if kind == reply and who == ident and number < len(sent) and sent[number][1] is None:
                sent[number][1] = time.time()

    due = time.monotonic()
    while running:
        number = len(sent)
        head = struct.pack("!BBHHHI", request, 0, 0, ident, number & 0xFFFF, number)
        if not six:  # the kernel does it for ICMPv6
            head = head[:2] + struct.pack("!H", checksum(head)) + head[4:]
        sent.append([time.time(), None])
        try:
            sock.sendto(head, (address, 0))
        except OSError:
            pass  # no neighbour answers: that is what is measured
        due += interval
        while running and (left := due - time.monotonic()) > 0:
            if select.select([sock], [], [], left)[0]:
                receive()
        stall = max(stall, time.monotonic() - due)
    receive()
    print(json.dumps({"answers": sent, "stall": stall}), flush=True)


main()
