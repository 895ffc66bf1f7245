# SPDX-License-Identifier: BSD-2-Clause
"""A virtual router on several nodes with real daemons, and what tests want to see of them."""
import packets
from routers import VIRTUAL, one, own_address, settled, stays


class Group:
    """Routers r1, r2, ... with falling priority, and a client that listens."""

    def __init__(self, t, kind, *settings):
        self.t, self.kind, self.address = t, kind, VIRTUAL[kind]
        names = [f"r{k}" for k in range(1, len(settings) + 1)]
        self.net = t.lab(*names, "client")
        self.sniffer = packets.Sniffer(self.net.client)
        self.nodes = [self.net.nodes[n] for n in names]
        self.src = [own_address(n, kind) for n in self.nodes]
        self.mac = [n.mac() for n in self.nodes]
        self.configs = [one(kind, **s) for s in settings]
        self.daemons = [None] * len(settings)

    def start(self, *which):
        for k in which:
            self.daemons[k] = self.nodes[k].vrrpd(self.configs[k])
        return [self.daemons[k] for k in which]

    def settled(self, active):
        """Waits until this one alone is Active."""
        settled(self.t, self.kind, self.daemons[active],
                [d for k, d in enumerate(self.daemons) if k != active and d and
                 d.p.poll() is None], self.address)

    def becomes(self, k, state, why):
        return self.t.expect(self.daemons[k].state(state, why=why),
                             f"r{k + 1} becomes {state} because of {why}")

    def first_advert(self, k, since):
        return self.t.expect(self.sniffer.advert(src=self.src[k], since=since),
                             f"r{k + 1} advertises")

    def announced(self, k, since):
        return self.t.expect(
            self.sniffer.announcement(self.address, since=since, eth_src=self.mac[k]),
            f"r{k + 1} announces {self.address}")

    def last_advert(self, k, before):
        return self.sniffer.adverts(src=self.src[k], until=before)[-1]

    def stays(self, k, adverts=8):
        stays(self.t, self.sniffer, self.src[k], adverts)


def pair(t, kind, first=None, second=None):
    """Two of them, priorities 200 and 100, the first Active; the second has never been, since it
    starts later: side by side, on a busy machine, either may come first."""
    g = Group(t, kind, {"priority": 200, **(first or {})}, {"priority": 100, **(second or {})})
    for k in (0, 1):
        g.start(k)
        g.settled(0)
    return g
