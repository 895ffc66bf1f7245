/* SPDX-License-Identifier: BSD-2-Clause */
#include "linux_nl.h"

#include <errno.h>
#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/ip.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/errno.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "linux_nl_fib.h"
#include "linux_nl_queue.h"

enum {
	RECEIVE_BUFFER = 4 << 20,
	SYNC_TRIES = 8,
	ADDING_NS = 2000000, /* in a turn: a little more than this, if one takes long */
};

enum sync_stage { SYNC_NONE, SYNC_LINKS, SYNC_ADDRS, SYNC_ROUTES, SYNC_RULES };

struct netlink {
	const struct netlink_events *events;
	void *ctx;
	struct nl_sock *watch, *command;
	enum sync_stage stage;
	uint32_t dump_seq;  /* of the dump that is running */
	bool sync_again;    /* asked for, or the one that is running is not consistent */
	uint64_t overruns;
	struct nl_queue adds;      /* not sent yet */
	struct nl_queue cancelled; /* taken back before they were sent, not reported yet */
	struct nl_fib_queue fib_adds, fib_cancelled;
	uint8_t fib_proto; /* of the routes that a complete report is about */
};

/* ---- reading messages --------------------------------------------------------------------- */

static void on_link(struct netlink *n, struct nlmsghdr *h)
{
	const struct ifinfomsg *ifi = nlmsg_data(h);
	struct nlattr *tb[IFLA_MAX + 1];
	struct netlink_link link;

	/* Bridges report their ports with this family, and a port that leaves a bridge as a deleted
	 * link. */
	if (nlmsg_parse(h, sizeof *ifi, tb, IFLA_MAX, NULL) < 0 || ifi->ifi_family != AF_UNSPEC)
		return;
	if (h->nlmsg_type == RTM_DELLINK) {
		n->events->link_gone(n->ctx, (uint32_t)ifi->ifi_index);
		return;
	}
	if (!tb[IFLA_IFNAME])
		return;
	link = (struct netlink_link){
		.ifindex = (uint32_t)ifi->ifi_index,
		.name = nla_get_string(tb[IFLA_IFNAME]),
		.up = (ifi->ifi_flags & (IFF_UP | IFF_RUNNING)) == (IFF_UP | IFF_RUNNING),
		.enabled = (ifi->ifi_flags & IFF_UP) != 0,
		.mark = tb[IFLA_IFALIAS] ? nla_get_string(tb[IFLA_IFALIAS]) : "",
		.alone = (ifi->ifi_flags & IFF_LOOPBACK) != 0 ||
			 (ifi->ifi_flags & (IFF_NOARP | IFF_POINTOPOINT)) == IFF_NOARP,
	};
	if (tb[IFLA_LINK] && !tb[IFLA_LINK_NETNSID])
		link.lower = nla_get_u32(tb[IFLA_LINK]);
	if (tb[IFLA_ADDRESS] && nla_len(tb[IFLA_ADDRESS]) == sizeof link.mac)
		memcpy(link.mac, nla_data(tb[IFLA_ADDRESS]), sizeof link.mac);
	n->events->link(n->ctx, &link);
}

/* False when it is no address of this family. */
static bool read_ip(const struct nlattr *tb, uint8_t family, struct ip_addr *to)
{
	if (!tb || (size_t)nla_len(tb) != ip_len(family))
		return false;
	*to = ip_make(family, nla_data(tb));
	return true;
}

static void read_attr(struct nlattr *const *tb, const struct ifaddrmsg *ifa, uint32_t flags,
		      const struct ip_prefix *prefix, struct ip_attr *a)
{
	struct ip_addr end;

	if (tb[IFA_LABEL])
		nla_strlcpy(a->label, tb[IFA_LABEL], sizeof a->label);
	if (ifa->ifa_family == AF_INET)
		a->scope = ifa->ifa_scope;
	a->no_prefix_route = (flags & IFA_F_NOPREFIXROUTE) != 0;
	a->deprecated = (flags & IFA_F_DEPRECATED) != 0;
	if (prefix->addr.family == IP_V4)
		read_ip(tb[IFA_BROADCAST], IP_V4, &a->broadcast);
	/* On a point-to-point link IFA_ADDRESS is the other end. */
	if (tb[IFA_LOCAL] && read_ip(tb[IFA_ADDRESS], prefix->addr.family, &end) &&
	    !ip_eq(&end, &prefix->addr))
		a->peer = end;
}

static bool read_addr(struct nlmsghdr *h, struct netlink_addr *a)
{
	const struct ifaddrmsg *ifa = nlmsg_data(h);
	struct nlattr *tb[IFA_MAX + 1], *addr;
	uint32_t flags;

	if (nlmsg_parse(h, sizeof *ifa, tb, IFA_MAX, NULL) < 0)
		return false;
	addr = tb[IFA_LOCAL] ? tb[IFA_LOCAL] : tb[IFA_ADDRESS];
	*a = (struct netlink_addr){ .ifindex = ifa->ifa_index };
	a->prefix.addr.family = ifa->ifa_family == AF_INET    ? IP_V4
				: ifa->ifa_family == AF_INET6 ? IP_V6
							      : IP_NONE;
	if (!ip_is_set(&a->prefix.addr) ||
	    !read_ip(addr, a->prefix.addr.family, &a->prefix.addr))
		return false;
	a->prefix.len = ifa->ifa_prefixlen;
	flags = tb[IFA_FLAGS] ? nla_get_u32(tb[IFA_FLAGS]) : ifa->ifa_flags;
	read_attr(tb, ifa, flags, &a->prefix, &a->attr);
	a->proto = tb[IFA_PROTO] ? nla_get_u8(tb[IFA_PROTO]) : 0;
	a->secondary = ifa->ifa_family == AF_INET && (flags & IFA_F_SECONDARY) != 0;
	a->unusable = (flags & IFA_F_DADFAILED) != 0 ||
		      ((flags & IFA_F_TENTATIVE) != 0 && (flags & IFA_F_OPTIMISTIC) == 0);
	return true;
}

static int on_message(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *h = nlmsg_hdr(msg);
	struct netlink_addr addr;
	struct netlink *n = arg;
	struct fib_item item;
	uint8_t proto;

	switch (h->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		on_link(n, h);
		break;
	case RTM_NEWADDR:
	case RTM_DELADDR:
		if (read_addr(h, &addr))
			n->events->addr(n->ctx, &addr, h->nlmsg_type == RTM_NEWADDR);
		break;
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
	case RTM_NEWRULE:
	case RTM_DELRULE:
		if (nl_fib_read(h, &item, &proto))
			n->events->fib(n->ctx, &item, proto,
				       h->nlmsg_type == RTM_NEWROUTE ||
					       h->nlmsg_type == RTM_NEWRULE);
		break;
	default:
		break;
	}
	return NL_OK;
}

/* Only the kernel may tell us about the kernel: any process can send to our port. */
static int check_origin(struct nl_msg *msg, void *arg)
{
	(void)arg;
	return nlmsg_get_src(msg)->nl_pid == 0 ? NL_OK : NL_SKIP;
}

/* ---- complete reports --------------------------------------------------------------------- */

/* The request that has everything of a kind reported: of routes only those with our mark, which the
 * kernel looks out because the socket is strict. */
static struct nl_msg *build_dump(const struct netlink *n, enum sync_stage stage)
{
	static const int type[] = {
		[SYNC_LINKS] = RTM_GETLINK, [SYNC_ADDRS] = RTM_GETADDR,
		[SYNC_ROUTES] = RTM_GETROUTE, [SYNC_RULES] = RTM_GETRULE,
	};
	struct nl_msg *msg = nlmsg_alloc_simple(type[stage], NLM_F_DUMP);
	union {
		struct ifinfomsg link;
		struct ifaddrmsg addr;
		struct rtmsg route;
		struct fib_rule_hdr rule;
	} what = { 0 };
	size_t len = stage == SYNC_LINKS    ? sizeof what.link
		     : stage == SYNC_ADDRS  ? sizeof what.addr
		     : stage == SYNC_ROUTES ? sizeof what.route
					    : sizeof what.rule;

	if (stage == SYNC_ROUTES)
		what.route.rtm_protocol = n->fib_proto;
	if (msg && nlmsg_append(msg, &what, len, NLMSG_ALIGNTO) < 0) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

/* When it cannot be sent, everything is to be asked for again. */
static void start_dump(struct netlink *n, enum sync_stage stage)
{
	bool again = n->sync_again;
	struct nl_msg *msg = build_dump(n, stage);

	n->stage = SYNC_NONE;
	n->sync_again = true;
	if (!msg)
		return;
	nl_complete_msg(n->watch, msg);
	n->dump_seq = nlmsg_hdr(msg)->nlmsg_seq;
	if (nl_send(n->watch, msg) >= 0) {
		n->stage = stage;
		n->sync_again = again;
	}
	nlmsg_free(msg);
}

void netlink_sync(struct netlink *n)
{
	n->sync_again = true;
}

static void start_sync(struct netlink *n)
{
	n->sync_again = false;
	start_dump(n, SYNC_LINKS);
	if (n->stage != SYNC_NONE)
		n->events->sync_begin(n->ctx);
}

/* Those that are not there because they were not asked for yet. */
static void report_waiting(struct netlink *n)
{
	const struct nl_fib_waiting *f;
	const struct nl_queued *w;

	TAILQ_FOREACH(w, &n->adds.line, line)
		n->events->addr_waits(n->ctx, w->ifindex, &w->prefix);
	TAILQ_FOREACH(f, &n->fib_adds.line, line)
		n->events->fib_waits(n->ctx, &f->item);
}

static enum sync_stage last_stage(const struct netlink *n)
{
	return n->events->fib ? SYNC_RULES : SYNC_ADDRS;
}

static int on_dump_end(struct nl_msg *msg, void *arg)
{
	struct netlink *n = arg;

	if (nlmsg_hdr(msg)->nlmsg_seq != n->dump_seq)
		return NL_OK;
	if (n->stage != SYNC_NONE && n->stage < last_stage(n)) {
		start_dump(n, (enum sync_stage)(n->stage + 1));
	} else if (n->stage != SYNC_NONE) {
		n->stage = SYNC_NONE;
		if (!n->sync_again) {
			report_waiting(n);
			n->events->sync_end(n->ctx);
		}
	}
	return NL_OK;
}

static int on_dump_interrupted(struct nl_msg *msg, void *arg)
{
	struct netlink *n = arg;

	(void)msg;
	n->sync_again = true;
	return NL_OK;
}

/* The dump itself failed: nothing to do but to ask again, the next time something happens. */
static int on_dump_error(struct sockaddr_nl *who, struct nlmsgerr *err, void *arg)
{
	struct netlink *n = arg;

	(void)who;
	(void)err;
	n->stage = SYNC_NONE;
	n->sync_again = true;
	return NL_SKIP;
}

/* ---- commands ----------------------------------------------------------------------------- */

static int on_command_error(struct sockaddr_nl *who, struct nlmsgerr *err, void *arg)
{
	struct nlmsghdr *request = &err->msg;
	struct netlink_addr addr;
	struct netlink *n = arg;
	int type = request->nlmsg_type;
	struct fib_item item;
	uint8_t proto;

	if (who->nl_pid != 0)
		return NL_SKIP;
	if (type == RTM_NEWADDR || type == RTM_DELADDR) {
		if (read_addr(request, &addr))
			n->events->addr_failed(n->ctx, &addr, type == RTM_NEWADDR, -err->error);
	} else if (n->events->fib && nl_fib_read(request, &item, &proto)) {
		n->events->fib_failed(n->ctx, &item, type == RTM_NEWROUTE || type == RTM_NEWRULE,
				      -err->error);
	}
	return NL_SKIP;
}

typedef int set_ip(struct rtnl_addr *a, struct nl_addr *ip);

static bool give(struct rtnl_addr *a, set_ip *set, const struct ip_addr *addr, uint8_t len)
{
	int family = addr->family == IP_V4 ? AF_INET : AF_INET6;
	struct nl_addr *ip = nl_addr_build(family, addr->b, ip_len(addr->family));
	bool good = false;

	if (ip) {
		nl_addr_set_prefixlen(ip, len);
		good = set(a, ip) == 0;
	}
	nl_addr_put(ip);
	return good;
}

static bool give_attr(struct rtnl_addr *a, const struct ip_prefix *prefix,
		      const struct ip_attr *attr)
{
	if (attr->label[0] && rtnl_addr_set_label(a, attr->label) != 0)
		return false;
	if (attr->scope != 0)
		rtnl_addr_set_scope(a, attr->scope);
	if (attr->no_prefix_route)
		rtnl_addr_set_flags(a, IFA_F_NOPREFIXROUTE);
	return !ip_is_set(&attr->broadcast) ||
	       give(a, rtnl_addr_set_broadcast, &attr->broadcast, prefix->len);
}

/* What libnl does not know yet, or not in this way. */
static bool give_rest(struct nl_msg *msg, const struct ip_attr *attr, uint8_t proto,
		      uint32_t metric)
{
	struct ifa_cacheinfo life = { .ifa_prefered = 0, .ifa_valid = UINT32_MAX };

	return nla_put_u8(msg, IFA_PROTO, proto) == 0 &&
	       (metric == 0 || nla_put_u32(msg, IFA_RT_PRIORITY, metric) == 0) &&
	       (!attr->deprecated || nla_put(msg, IFA_CACHEINFO, sizeof life, &life) == 0);
}

static struct nl_msg *build_addr(uint32_t ifindex, const struct ip_prefix *prefix,
				 const struct ip_attr *attr, uint8_t proto, uint32_t metric,
				 bool add)
{
	struct rtnl_addr *a = rtnl_addr_alloc();
	struct nl_msg *msg = NULL;
	int error = -1;

	if (!a)
		return NULL;
	rtnl_addr_set_ifindex(a, (int)ifindex);
	rtnl_addr_set_flags(a, IFA_F_NODAD);
	if (give(a, rtnl_addr_set_local, &prefix->addr, prefix->len) &&
	    (!ip_is_set(&attr->peer) || give(a, rtnl_addr_set_peer, &attr->peer, prefix->len)) &&
	    (!add || give_attr(a, prefix, attr)))
		error = add ? rtnl_addr_build_add_request(a, NLM_F_EXCL, &msg)
			    : rtnl_addr_build_delete_request(a, 0, &msg);
	rtnl_addr_put(a);
	if (error < 0)
		return NULL;
	if (add && !give_rest(msg, attr, proto, metric)) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

static void send_addr(struct netlink *n, uint32_t ifindex, const struct ip_prefix *prefix,
		      const struct ip_attr *attr, uint8_t proto, bool add)
{
	uint32_t metric = n->events->metric ? n->events->metric(n->ctx, ifindex) : 0;
	struct nl_msg *msg = build_addr(ifindex, prefix, attr, proto, metric, add);

	/* Without memory the request is as good as lost: the report that follows will say so. */
	if (!msg || nl_send_auto(n->command, msg) < 0)
		netlink_sync(n);
	nlmsg_free(msg);
}

void netlink_addr(struct netlink *n, uint32_t ifindex, const struct ip_prefix *prefix,
		  const struct ip_attr *attr, uint8_t proto, bool add)
{
	if (add) {
		if (!nl_queue_put(&n->adds, ifindex, prefix, attr, proto))
			netlink_sync(n);
	} else if (!nl_queue_cancel(&n->adds, ifindex, prefix)) {
		send_addr(n, ifindex, prefix, attr, proto, false);
	} else if (!nl_queue_put(&n->cancelled, ifindex, prefix, attr, proto)) {
		netlink_sync(n);
	}
}

static void send_fib(struct netlink *n, const struct fib_item *item, uint8_t proto, bool add)
{
	struct nl_msg *msg = nl_fib_build(item, proto, add);

	if (!msg || nl_send_auto(n->command, msg) < 0)
		netlink_sync(n);
	nlmsg_free(msg);
}

void netlink_fib(struct netlink *n, const struct fib_item *item, uint8_t proto, bool add)
{
	if (add) {
		if (!nl_fib_queue_put(&n->fib_adds, item, proto))
			netlink_sync(n);
	} else if (!nl_fib_queue_cancel(&n->fib_adds, item)) {
		send_fib(n, item, proto, false);
	} else if (!nl_fib_queue_put(&n->fib_cancelled, item, proto)) {
		netlink_sync(n);
	}
}

static bool any_cancelled(const struct netlink *n)
{
	return nl_queue_first(&n->cancelled) || !TAILQ_EMPTY(&n->fib_cancelled.line);
}

/* Before anything that the kernel has said since. */
static void report_cancelled(struct netlink *n)
{
	struct nl_fib_waiting f;
	struct nl_queued c;

	while (nl_queue_take(&n->cancelled, &c))
		n->events->addr(n->ctx, &(struct netlink_addr){
			.ifindex = c.ifindex, .prefix = c.prefix, .attr = c.attr,
			.proto = c.proto }, false);
	while (nl_fib_queue_take(&n->fib_cancelled, &f))
		n->events->fib(n->ctx, &f.item, f.proto, false);
}

static int64_t clock_ns(void)
{
	struct timespec ts = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static bool any_to_add(const struct netlink *n)
{
	return nl_queue_first(&n->adds) || !TAILQ_EMPTY(&n->fib_adds.line);
}

/* The kernel does it before this returns. Addresses come first: routes may need them. */
static void add_one(struct netlink *n)
{
	struct nl_fib_waiting f;
	struct nl_queued w;

	if (nl_queue_take(&n->adds, &w))
		send_addr(n, w.ifindex, &w.prefix, &w.attr, w.proto, true);
	else if (nl_fib_queue_take(&n->fib_adds, &f))
		send_fib(n, &f.item, f.proto, true);
}

void netlink_add_some(struct netlink *n)
{
	int64_t until;

	/* A report that is going on would end before the answer: there seems to be none then. */
	if (n->stage != SYNC_NONE || !any_to_add(n))
		return;
	until = clock_ns() + ADDING_NS;
	do
		add_one(n);
	while (any_to_add(n) && clock_ns() < until);
}

bool netlink_waiting(const struct netlink *n)
{
	return (n->stage == SYNC_NONE && any_to_add(n)) || any_cancelled(n);
}

/* A libnl error as errno says it, where there is such an error. */
static int errno_of(int error)
{
	switch (-error) {
	case NLE_PERM:
	case NLE_NOACCESS:
		return EPERM;
	case NLE_NODEV:
	case NLE_OBJ_NOTFOUND:
		return ENODEV;
	case NLE_NOMEM:
		return ENOMEM;
	default:
		return EIO;
	}
}

static int change_conf(struct nl_sock *s, uint32_t ifindex, unsigned conf, bool on,
		       enum netlink_set *result)
{
	struct rtnl_link *link = NULL, *change = rtnl_link_alloc();
	uint32_t now = 0;
	int error = rtnl_link_get_kernel(s, (int)ifindex, NULL, &link);

	*result = NETLINK_SET_FAILED;
	if (error == 0)
		error = rtnl_link_inet_get_conf(link, conf, &now);
	if (error == 0 && (now != 0) == on) {
		*result = NETLINK_SET_ALREADY;
	} else if (error == 0) {
		error = change ? rtnl_link_inet_set_conf(change, conf, on) : -NLE_NOMEM;
		if (error == 0)
			error = rtnl_link_change(s, link, change, 0);
		if (error == 0)
			*result = NETLINK_SET_CHANGED;
	}
	rtnl_link_put(change);
	rtnl_link_put(link);
	return error;
}

static enum netlink_set set_conf(uint32_t ifindex, unsigned conf, bool on)
{
	struct nl_sock *s = nl_socket_alloc();
	enum netlink_set result = NETLINK_SET_FAILED;
	int error = s ? nl_connect(s, NETLINK_ROUTE) : -NLE_NOMEM;

	if (error == 0)
		error = change_conf(s, ifindex, conf, on, &result);
	nl_socket_free(s);
	if (result == NETLINK_SET_FAILED)
		errno = errno_of(error);
	return result;
}

enum netlink_set netlink_accept_local(uint32_t ifindex, bool on)
{
	return set_conf(ifindex, IPV4_DEVCONF_ACCEPT_LOCAL, on);
}

enum netlink_set netlink_promote_secondaries(uint32_t ifindex, bool on)
{
	return set_conf(ifindex, IPV4_DEVCONF_PROMOTE_SECONDARIES, on);
}

/* ---- reading ------------------------------------------------------------------------------ */

/* Reads all that is waiting on one of the sockets. */
static void drain(struct netlink *n, struct nl_sock *s)
{
	int error;

	while ((error = nl_recvmsgs_default(s)) != -NLE_AGAIN) {
		if (error == -NLE_NOMEM) { /* ENOBUFS: reports or answers were lost */
			n->overruns++;
			if (s == n->watch)
				n->stage = SYNC_NONE;
			n->sync_again = true;
		} else if (error < 0 && error != -NLE_DUMP_INTR && error != -NLE_INTR) {
			break;
		}
	}
}

void netlink_ready(struct netlink *n)
{
	report_cancelled(n);
	drain(n, n->command);
	drain(n, n->watch);
	/* A change during a dump asks for another one, and nothing else may wake us to begin it. */
	for (unsigned i = 0; i < SYNC_TRIES && n->sync_again && n->stage == SYNC_NONE; i++) {
		start_sync(n);
		drain(n, n->watch);
	}
	n->events->done(n->ctx);
}

void netlink_run(struct netlink *n)
{
	if ((n->sync_again && n->stage == SYNC_NONE) || any_cancelled(n))
		netlink_ready(n);
}

/* ---- life --------------------------------------------------------------------------------- */

static struct nl_sock *open_socket(struct netlink *n, bool watch)
{
	struct nl_sock *s = nl_socket_alloc();
	int size = RECEIVE_BUFFER;

	if (!s)
		return NULL;
	if (nl_connect(s, NETLINK_ROUTE) < 0 || nl_socket_set_nonblocking(s) < 0) {
		nl_socket_free(s);
		return NULL;
	}
	/* Beyond the system's limit if we may. */
	if (setsockopt(nl_socket_get_fd(s), SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0)
		nl_socket_set_buffer_size(s, RECEIVE_BUFFER, 0);
	nl_socket_disable_seq_check(s);
	nl_socket_modify_cb(s, NL_CB_MSG_IN, NL_CB_CUSTOM, check_origin, n);
	nl_socket_modify_err_cb(s, NL_CB_CUSTOM, watch ? on_dump_error : on_command_error, n);
	if (watch) {
		nl_socket_modify_cb(s, NL_CB_VALID, NL_CB_CUSTOM, on_message, n);
		nl_socket_modify_cb(s, NL_CB_FINISH, NL_CB_CUSTOM, on_dump_end, n);
		nl_socket_modify_cb(s, NL_CB_DUMP_INTR, NL_CB_CUSTOM, on_dump_interrupted, n);
	}
	return s;
}

/* News of routes and rules, and complete reports of those with this mark. */
static bool watch_fib(struct netlink *n)
{
	int strict = 1, fd = nl_socket_get_fd(n->watch);

	return setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &strict, sizeof strict) == 0 &&
	       nl_fib_filter(fd, n->fib_proto) &&
	       nl_socket_add_memberships(n->watch, RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE,
					 RTNLGRP_IPV4_RULE, RTNLGRP_IPV6_RULE, 0) == 0;
}

struct netlink *netlink_new(const struct netlink_events *events, void *ctx)
{
	struct netlink *n = calloc(1, sizeof *n);

	if (!n)
		return NULL;
	n->events = events;
	n->ctx = ctx;
	nl_queue_init(&n->adds);
	nl_queue_init(&n->cancelled);
	nl_fib_queue_init(&n->fib_adds);
	nl_fib_queue_init(&n->fib_cancelled);
	n->fib_proto = events->fib_proto;
	n->watch = open_socket(n, true);
	n->command = open_socket(n, false);
	if (!n->watch || !n->command ||
	    nl_socket_add_memberships(n->watch, RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR,
				      RTNLGRP_IPV6_IFADDR, 0) < 0 ||
	    (events->fib && !watch_fib(n))) {
		netlink_free(n);
		return NULL;
	}
	return n;
}

void netlink_free(struct netlink *n)
{
	if (n) {
		nl_socket_free(n->watch);
		nl_socket_free(n->command);
		nl_queue_clear(&n->adds);
		nl_queue_clear(&n->cancelled);
		nl_fib_queue_clear(&n->fib_adds);
		nl_fib_queue_clear(&n->fib_cancelled);
		free(n);
	}
}

int netlink_watch_fd(const struct netlink *n)
{
	return nl_socket_get_fd(n->watch);
}

int netlink_command_fd(const struct netlink *n)
{
	return nl_socket_get_fd(n->command);
}

uint64_t netlink_overruns(const struct netlink *n)
{
	return n->overruns;
}
