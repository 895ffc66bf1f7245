/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table, for a router of IPv4 with VRID 51 on an interface eth0 that has the index 2:
 *
 *   set live            the leases that run: numbers of routers, each with its timeout
 *   chain out_2         egress of eth0: an advert goes by its VRID (map vrid4_2) to
 *   chain hold4_2_51    which renews the lease, or ends it (priority 0)
 *                       what else comes from a virtual MAC (map mac_2) goes to need4_2_51
 *   chain in_2          ingress of eth0: who asks for an address, or sends to it, goes by the
 *                       address (maps addr4_2, nd_2) to
 *   chain need4_2_51    which drops it when there is no lease
 *
 * So there are some rules for each router, elements for each address, and a packet that is for
 * nobody passes by a handful of look-ups. The first counter of a hold chain says how often a lease
 * began, that of a need chain how much was dropped.
 *
 * An announcement (gratuitous ARP) has the address as its target as well, and must reach a Backup,
 * which learns like any host where the address is now: hence the set own4_2.
 *
 * Two ways of writing it look odd. `meta mark & 0 | N` is the constant N: nftables wants no
 * constant there. And the target of a Neighbor Solicitation is a number 48 bytes behind the
 * beginning of the IPv6 header, since nft 1.0.6 has no name for it; other forms of this make it
 * fail an assertion when it lists them.
 */
#include "vrrpd_lease_linux.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <nftables/libnftables.h>

#include "check.h"
#include "ip_text.h"
#include "vrrp_wire.h"

#define T "netdev " LEASE_TABLE
#define A "inet " LEASE_TABLE

enum { ERROR_MAX = 300, CHILD_PATIENCE_S = 20 };

struct lease_linux {
	struct loop *loop;
	const struct lease_events *events;
	void *ctx;
	int watch;    /* what others do to tables; -1: not known */
	bool removed; /* our table, in the transaction that is being reported */
	bool refusal_removed;
	bool refusing; /* the transaction that was asked for last is about what is refused */
	bool cleaned; /* nothing that an earlier run refused is left */
	FILE *text; /* the transaction that is being written, into... */
	char *bytes;
	size_t len;
	const char *refused; /* why it cannot be written, or no child could be made */
	bool committed;      /* ...and lease_linux_turn() is to say so */
	pid_t pid;  /* the child, 0 when there is none */
	int fd;     /* what it says, -1 when there is none */
	char answer[ERROR_MAX];
	size_t answer_len;
};

/* ---- changes as commands of nft ----------------------------------------------------------- */

static char digit(uint8_t family)
{
	return family == IP_V6 ? '6' : '4';
}

/* The number of a router among the leases. */
static uint32_t number(const struct lease_change *c)
{
	return c->ifindex << 9 | (uint32_t)(c->family == IP_V6) << 8 | c->vrid;
}

static void put_fresh(FILE *f)
{
	fputs("add table " T "\ndelete table " T "\n", f);
}

static void put_iface(struct lease_linux *x, const struct lease_change *c)
{
	FILE *f = x->text;
	unsigned k = c->ifindex;

	if (strpbrk(c->ifname, "\"*\\")) {
		x->refused = "an interface has a name that nftables cannot write";
		return;
	}
	fputs("add table " T "\n"
	      "add set " T " live { type mark; flags dynamic,timeout; size 65535; }\n", f);
	fprintf(f, "add set " T " own4_%u { type ipv4_addr; }\n", k);
	fprintf(f, "add map " T " addr4_%u { type ipv4_addr : verdict; }\n", k);
	fprintf(f, "add map " T " addr6_%u { type ipv6_addr : verdict; }\n", k);
	fprintf(f, "add map " T " nd_%u { typeof @nh,384,128 : verdict; }\n", k);
	fprintf(f, "add map " T " mac_%u { type ether_addr : verdict; }\n", k);
	fprintf(f, "add map " T " vrid4_%u { typeof @th,8,8 : verdict; }\n", k);
	fprintf(f, "add map " T " vrid6_%u { typeof @th,8,8 : verdict; }\n", k);
	fprintf(f, "add chain " T " out4_%u\nadd rule " T " out4_%u @th,8,8 vmap @vrid4_%u\n", k, k,
		k);
	fprintf(f, "add chain " T " out6_%u\nadd rule " T " out6_%u @th,8,8 vmap @vrid6_%u\n", k, k,
		k);
	fprintf(f, "add chain " T " out_%u { type filter hook egress device \"%s\" priority 0; }\n",
		k, c->ifname);
	fprintf(f, "add rule " T " out_%u ether type ip meta l4proto 112 goto out4_%u\n", k, k);
	fprintf(f, "add rule " T " out_%u ether type ip6 meta l4proto 112 goto out6_%u\n", k, k);
	fprintf(f, "add rule " T " out_%u ether saddr vmap @mac_%u\n", k, k);
	fprintf(f,
		"add chain " T " in_%u { type filter hook ingress device \"%s\" priority -300; }\n",
		k, c->ifname);
	fprintf(f, "add rule " T " in_%u arp operation request arp saddr ip @own4_%u accept\n", k,
		k);
	fprintf(f, "add rule " T " in_%u arp operation request arp daddr ip vmap @addr4_%u\n", k,
		k);
	fprintf(f, "add rule " T " in_%u ip daddr vmap @addr4_%u\n", k, k);
	fprintf(f, "add rule " T " in_%u ip6 daddr vmap @addr6_%u\n", k, k);
	fprintf(f,
		"add rule " T " in_%u icmpv6 type nd-neighbor-solicit @nh,384,128 vmap @nd_%u\n", k,
		k);
}

/* Its virtual MAC. */
static const char *mac_text(const struct lease_change *c, char text[18])
{
	uint8_t m[6];

	vrrp_mac(c->family, c->vrid, m);
	snprintf(text, 18, "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4], m[5]);
	return text;
}

static void put_router(FILE *f, const struct lease_change *c)
{
	char name[40], mac[18];
	unsigned n = number(c);

	snprintf(name, sizeof name, "%c_%u_%u", digit(c->family), c->ifindex, c->vrid);
	if (!c->add) {
		if (c->vmac)
			fprintf(f, "delete element " T " mac_%u { %s }\n", c->ifindex,
				mac_text(c, mac));
		fprintf(f, "delete element " T " vrid%c_%u { %u }\n", digit(c->family), c->ifindex,
			c->vrid);
		fprintf(f, "delete chain " T " hold%s\ndelete chain " T " need%s\n", name, name);
		return;
	}
	fprintf(f, "add chain " T " hold%s\nflush chain " T " hold%s\n", name, name);
	fprintf(f, "add rule " T " hold%s @th,0,8 != 0x%x return\n", name,
		(unsigned)c->version << 4 | 1);
	fprintf(f, "add rule " T " hold%s @th,16,8 0 delete @live { meta mark & 0 | %u } return\n",
		name, n);
	fprintf(f, "add rule " T " hold%s meta mark & 0 | %u != @live counter\n", name, n);
	fprintf(f, "add rule " T " hold%s update @live { meta mark & 0 | %u timeout %ums }\n", name,
		n, c->term_ms);
	fprintf(f, "add chain " T " need%s\nflush chain " T " need%s\n", name, name);
	fprintf(f, "add rule " T " need%s meta mark & 0 | %u != @live counter drop\n", name, n);
	fprintf(f, "add element " T " vrid%c_%u { %u : goto hold%s }\n", digit(c->family),
		c->ifindex, c->vrid, name);
	if (c->vmac)
		fprintf(f, "add element " T " mac_%u { %s : goto need%s }\n", c->ifindex,
			mac_text(c, mac), name);
	if (c->left_ms > 0) /* an element that is there keeps its timeout: so it goes first */
		fprintf(f,
			"add element " T " live { %u }\ndelete element " T " live { %u }\n"
			"add element " T " live { %u timeout %ums }\n",
			n, n, n, c->left_ms);
}

static void put_addr(FILE *f, const struct lease_change *c)
{
	const char *op = c->add ? "add" : "delete";
	char addr[IP_TEXT_SIZE], verdict[60] = "";
	unsigned k = c->on;

	ip_string(&c->addr, addr);
	if (c->add)
		snprintf(verdict, sizeof verdict, " : goto need%c_%u_%u", digit(c->family),
			 c->ifindex, c->vrid);
	fprintf(f, "%s element " T " addr%c_%u { %s%s }\n", op, digit(c->addr.family), k, addr,
		verdict);
	if (c->addr.family == IP_V4) {
		fprintf(f, "%s element " T " own4_%u { %s }\n", op, k, addr);
		return;
	}
	fprintf(f, "%s element " T " nd_%u { 0x", op, k);
	for (unsigned i = 0; i < 16; i++)
		fprintf(f, "%02x", c->addr.b[i]);
	fprintf(f, "%s }\n", verdict);
}

/* All of it anew. Before the filters of others, which may let pass what they like. */
static void put_refusal(FILE *f, const struct lease_change *c)
{
	fputs("add table " A "\ndelete table " A "\n", f);
	if (!c->add)
		return;
	fputs("add table " A "\n"
	      "add set " A " refused4 { type ipv4_addr; }\n"
	      "add set " A " refused6 { type ipv6_addr; }\n"
	      "add set " A " local6 { type iface_index . ipv6_addr; }\n"
	      "add chain " A " input { type filter hook input priority -10; }\n"
	      "add rule " A " input meta iiftype loopback accept\n"
	      "add rule " A " input icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } "
	      "accept\n"
	      "add rule " A " input ip daddr @refused4 counter drop\n"
	      "add rule " A " input ip6 daddr @refused6 counter drop\n"
	      "add rule " A " input iif . ip6 daddr @local6 counter drop\n",
	      f);
}

static void put_refused(FILE *f, const struct lease_change *c)
{
	char addr[IP_TEXT_SIZE];

	ip_string(&c->addr, addr);
	if (c->on != 0)
		fprintf(f, "add element " A " local6 { %u . %s }\n", c->on, addr);
	else
		fprintf(f, "add element " A " refused%c { %s }\n", digit(c->addr.family), addr);
}

/* ---- the child ---------------------------------------------------------------------------- */

/* What an earlier run refused goes, if there is anything: that must not make the leases fail. */
_Noreturn static void run_child(const char *commands, bool clean, int fd)
{
	struct nft_ctx *nft;
	const char *error = "out of memory";
	size_t len;

	/* What it was asked to do it does to the end, unless that never comes. */
	alarm(CHILD_PATIENCE_S);
	sched_setscheduler(0, SCHED_OTHER, &(struct sched_param){ 0 });
	nft = nft_ctx_new(NFT_CTX_DEFAULT);
	if (nft) {
		nft_ctx_buffer_output(nft);
		nft_ctx_buffer_error(nft);
		error = nft_run_cmd_from_buffer(nft, commands) == 0
				? "ok"
				: nft_ctx_get_error_buffer(nft);
	}
	len = strlen(error);
	if (nft && clean)
		nft_run_cmd_from_buffer(nft, "delete table " A);
	_exit(write(fd, error, len < ERROR_MAX ? len : ERROR_MAX - 1) < 0);
}

static void forget_child(struct lease_linux *x)
{
	if (x->fd >= 0) {
		loop_unwatch(x->loop, x->fd);
		close(x->fd);
	}
	while (x->pid > 0 && waitpid(x->pid, NULL, 0) < 0 && errno == EINTR)
		;
	x->fd = -1;
	x->pid = 0;
}

static void on_answer(void *ctx, int fd, mono_t now)
{
	struct lease_linux *x = ctx;
	char text[ERROR_MAX];
	ssize_t n = read(fd, x->answer + x->answer_len, sizeof x->answer - 1 - x->answer_len);

	(void)now;
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n > 0) {
		x->answer_len += (size_t)n;
		return;
	}
	x->answer[x->answer_len] = '\0';
	forget_child(x);
	strcpy(text, x->answer_len > 0 ? x->answer : "nftables gave up");
	text[strcspn(text, "\n")] = '\0'; /* its first line says what is wrong */
	x->events->done(x->ctx, strcmp(text, "ok") == 0, text);
}

/* False with errno. */
static bool start_child(struct lease_linux *x)
{
	int fd[2];

	if (pipe2(fd, O_CLOEXEC | O_NONBLOCK) != 0)
		return false;
	if (!loop_watch(x->loop, fd[0], on_answer, x)) {
		close(fd[0]);
		close(fd[1]);
		return false;
	}
	x->fd = fd[0];
	x->answer_len = 0;
	x->pid = fork();
	if (x->pid == 0)
		run_child(x->bytes, !x->cleaned && !x->refusing, fd[1]);
	x->cleaned = true;
	close(fd[1]);
	if (x->pid < 0)
		forget_child(x);
	return x->fd >= 0;
}

static void commit(struct lease_linux *x)
{
	CHECK(x->fd < 0 && x->text);
	fclose(x->text);
	x->text = NULL;
	if (!x->refused && !start_child(x))
		x->refused = strerror(errno);
	x->committed = x->refused != NULL;
	free(x->bytes);
	x->bytes = NULL;
}

void lease_linux_turn(struct lease_linux *x)
{
	const char *refused = x->refused;

	if (!x->committed)
		return;
	x->committed = false;
	x->refused = NULL;
	x->events->done(x->ctx, false, refused);
}

void lease_linux_change(struct lease_linux *x, const struct lease_change *c)
{
	switch (c->kind) {
	case LEASE_BEGIN:
		x->text = open_memstream(&x->bytes, &x->len);
		CHECK(x->text);
		x->refusing = false;
		break;
	case LEASE_FRESH:
		put_fresh(x->text);
		break;
	case LEASE_IFACE:
		put_iface(x, c);
		break;
	case LEASE_ROUTER:
		put_router(x->text, c);
		break;
	case LEASE_ADDR:
		put_addr(x->text, c);
		break;
	case LEASE_COMMIT:
		commit(x);
		break;
	case LEASE_REFUSAL:
		x->refusing = true;
		put_refusal(x->text, c);
		break;
	case LEASE_REFUSED:
		put_refused(x->text, c);
		break;
	}
}

/* ---- what others do ----------------------------------------------------------------------- */

static const char *table_name(const struct nlmsghdr *m)
{
	int len = (int)m->nlmsg_len - (int)NLMSG_SPACE(sizeof(struct nfgenmsg));
	const char *at = (const char *)NLMSG_DATA(m) + NLMSG_ALIGN(sizeof(struct nfgenmsg));
	const struct nlattr *a = (const void *)at;

	while (len >= (int)sizeof *a && a->nla_len >= sizeof *a && a->nla_len <= len) {
		const char *text = (const char *)(a + 1);

		if ((a->nla_type & NLA_TYPE_MASK) == NFTA_TABLE_NAME &&
		    memchr(text, '\0', a->nla_len - sizeof *a))
			return text;
		len -= (int)NLA_ALIGN(a->nla_len);
		a = (const void *)((const char *)a + NLA_ALIGN(a->nla_len));
	}
	return "";
}

static void on_transaction(struct lease_linux *x)
{
	/* Unless it may be our own that is on its way. */
	bool removed = x->removed && (x->fd < 0 || x->refusing);
	bool refusal_removed = x->refusal_removed && (x->fd < 0 || !x->refusing);

	x->removed = x->refusal_removed = false;
	if (removed)
		x->events->removed(x->ctx);
	if (refusal_removed)
		x->events->refusal_removed(x->ctx);
}

/* A transaction may remove the table and make it again, as ours do. */
static void on_report(struct lease_linux *x, const struct nlmsghdr *m)
{
	const struct nfgenmsg *g = NLMSG_DATA(m);
	unsigned type = m->nlmsg_type & 0xff;

	if (m->nlmsg_type >> 8 != NFNL_SUBSYS_NFTABLES ||
	    m->nlmsg_len < NLMSG_SPACE(sizeof *g))
		return;
	if ((type == NFT_MSG_NEWTABLE || type == NFT_MSG_DELTABLE) &&
	    strcmp(table_name(m), LEASE_TABLE) == 0) {
		if (g->nfgen_family == NFPROTO_NETDEV)
			x->removed = type == NFT_MSG_DELTABLE;
		if (g->nfgen_family == NFPROTO_INET)
			x->refusal_removed = type == NFT_MSG_DELTABLE;
	}
	if (type == NFT_MSG_NEWGEN) /* that ends a transaction */
		on_transaction(x);
}

static void on_watch(void *ctx, int fd, mono_t now)
{
	static union {
		struct nlmsghdr head;
		char bytes[65536];
	} buf;
	struct lease_linux *x = ctx;
	ssize_t n;

	(void)now;
	while ((n = recv(fd, &buf, sizeof buf, MSG_DONTWAIT)) > 0 || (n < 0 && errno == ENOBUFS)) {
		const struct nlmsghdr *m = &buf.head;

		for (size_t len = n > 0 ? (size_t)n : 0; NLMSG_OK(m, len); m = NLMSG_NEXT(m, len))
			on_report(x, m);
	}
}

/* Without it nobody tells us that a firewall script has flushed all there is; no more than that. */
static int open_watch(struct lease_linux *x)
{
	struct sockaddr_nl me = { .nl_family = AF_NETLINK };
	int group = NFNLGRP_NFTABLES;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_NETFILTER);

	if (fd >= 0 && bind(fd, (struct sockaddr *)&me, sizeof me) == 0 &&
	    setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group) == 0 &&
	    loop_watch(x->loop, fd, on_watch, x))
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

/* ---- life --------------------------------------------------------------------------------- */

struct lease_linux *lease_linux_new(struct loop *loop,
				    const struct lease_events *events, void *ctx)
{
	struct lease_linux *x = calloc(1, sizeof *x);

	if (!x)
		return NULL;
	*x = (struct lease_linux){ .loop = loop, .events = events, .ctx = ctx, .fd = -1 };
	x->watch = open_watch(x);
	if (x->watch < 0 && (errno == EMFILE || errno == ENFILE)) { /* not for lack of nftables */
		free(x);
		return NULL;
	}
	return x;
}

void lease_linux_free(struct lease_linux *x)
{
	if (!x)
		return;
	if (x->pid > 0)
		kill(x->pid, SIGKILL);
	forget_child(x);
	if (x->watch >= 0) {
		loop_unwatch(x->loop, x->watch);
		close(x->watch);
	}
	free(x);
}
