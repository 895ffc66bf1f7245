# SPDX-License-Identifier: BSD-2-Clause
"""Many routers with many addresses: the daemon stays there for others while the kernel is busy."""
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lab"))
import lab
import packets
import tap
from routers import config

ROUTERS, EACH, INTERVAL = 40, 100, 0.1
ALL = ROUTERS * EACH
ADDRESSES = [[f"10.{r}.{k}.1" for k in range(EACH)] for r in range(ROUTERS)]


def many():
    """A file with all of them; announcements are few."""
    return config(*({"name": f"r{r}", "interface": "e0", "vrid": r + 1, "interval": "100ms",
                     "addresses": [f"{a}/24" for a in addresses],
                     "garp": {"repeat": 1, "delay": "0s"}}
                    for r, addresses in enumerate(ADDRESSES)))


def there(node):
    """How many of them the kernel has."""
    return sum(a.startswith("10.") for a in node.addresses())


def begin(t):
    net = t.lab("r1", "client")
    sniffer = packets.Sniffer(net.client)
    return net, sniffer, net.r1.vrrpd(many())


@tap.test
def signals_and_adverts_go_out_while_addresses_are_added(t):
    """Neither a signal nor an advert waits until the kernel has added thousands of addresses."""
    net, sniffer, daemon = begin(t)
    t.expect(daemon.state("active"), "the first becomes Active")
    served, end = [0], time.monotonic() + 2 * lab.PATIENCE
    while served[-1] < ALL and time.monotonic() < end:
        t.expect(daemon.counters(), "a signal is served")
        served.append(there(net.r1))
        time.sleep(0.02)
    t.equal(served[-1], ALL, "addresses in the end")
    between = [n for n in served if 0 < n < ALL]
    t.expect(sniffer.announcement(ADDRESSES[-1][-1]), "the last is announced")
    arps = [p for p in sniffer.all(kind="arp") if (p.announces or "").startswith("10.")]
    first, last = sniffer.adverts()[0].at, arps[-1].at
    adverts = [len(sniffer.adverts(vrid=r + 1, since=first, until=last)) for r in range(ROUTERS)]
    expected = (last - first) / INTERVAL
    t.note(f"{ALL} addresses of {ROUTERS} routers were there after {last - first:.2f} s; the "
           f"signal was served {len(between)} times meanwhile, before there were {between}")
    t.note(f"adverts of each router meanwhile: {min(adverts)} to {max(adverts)}, of "
           f"{expected:.1f} that were due")
    if expected < 10:
        t.skip("this kernel adds them too fast to tell")
    t.expect(between, "a signal is served while addresses are added")
    t.expect(min(adverts) > 2, "each router goes on advertising while addresses are added")


@tap.test
def stopped_while_addresses_are_added(t):
    """What waits is not added any more, and what was added is gone before the daemon is."""
    net, sniffer, daemon = begin(t)
    t.expect(daemon.state("active"), "the first becomes Active")
    t.expect(lab.wait_until(lambda: net.r1.has(ADDRESSES[0][0])), "the first address is there")
    t.equal(daemon.stop(), 0, "exit status")
    t.equal(there(net.r1), 0, "addresses left behind")
    t.note(f"{sum(1 for p in sniffer.all(kind='arp'))} announcements were sent before")
    for r in range(ROUTERS):
        sent = [p.priority for p in sniffer.adverts(vrid=r + 1)]
        t.equal(sent[-1:] in ([], [0]) and sent.count(0) <= 1, True,
                f"r{r} says once, and last, that it leaves")


if __name__ == "__main__":
    tap.main()
