/* SPDX-License-Identifier: BSD-2-Clause */
#include "linux_nl_fib.h"

#include <arpa/inet.h>
#include <linux/fib_rules.h>
#include <linux/filter.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdlib.h>
#include <sys/socket.h>

#define NONE32 UINT32_MAX /* of FRA_SUPPRESS_PREFIXLEN and FRA_SUPPRESS_IFGROUP */

static const uint8_t rtn[FIB_TYPE_N] = {
	RTN_UNICAST, RTN_BLACKHOLE, RTN_UNREACHABLE, RTN_PROHIBIT, RTN_THROW
};

static const uint8_t fr_act[FIB_ACTION_N] = {
	FR_ACT_TO_TBL, FR_ACT_GOTO, FR_ACT_NOP, FR_ACT_BLACKHOLE, FR_ACT_UNREACHABLE,
	FR_ACT_PROHIBIT
};

/* What the kernel counts some in, in parts of ours. */
static const struct { uint8_t rtax, scale;
} metric[FIB_METRIC_N] = {
	[FIB_MTU] = { RTAX_MTU, 1 },
	[FIB_ADVMSS] = { RTAX_ADVMSS, 1 },
	[FIB_INITCWND] = { RTAX_INITCWND, 1 },
	[FIB_INITRWND] = { RTAX_INITRWND, 1 },
	[FIB_CWND] = { RTAX_CWND, 1 },
	[FIB_SSTHRESH] = { RTAX_SSTHRESH, 1 },
	[FIB_WINDOW] = { RTAX_WINDOW, 1 },
	[FIB_RTT] = { RTAX_RTT, 8 },
	[FIB_RTTVAR] = { RTAX_RTTVAR, 4 },
	[FIB_RTO_MIN] = { RTAX_RTO_MIN, 1 },
	[FIB_REORDERING] = { RTAX_REORDERING, 1 },
	[FIB_HOPLIMIT] = { RTAX_HOPLIMIT, 1 },
	[FIB_QUICKACK] = { RTAX_QUICKACK, 1 },
	[FIB_FASTOPEN_NO_COOKIE] = { RTAX_FASTOPEN_NO_COOKIE, 1 },
};

static uint8_t af_of(uint8_t family)
{
	return family == IP_V4 ? AF_INET : AF_INET6;
}

/* ---- building: false when there is no more room ------------------------------------------- */

static bool put_addr(struct nl_msg *msg, int type, const struct ip_addr *a)
{
	return nla_put(msg, type, (int)ip_len(a->family), a->b) == 0;
}

/* Of the other family than the destination it has an attribute of its own. */
static bool put_via(struct nl_msg *msg, uint8_t family, const struct ip_addr *via)
{
	uint16_t af = af_of(via->family);
	uint8_t bytes[sizeof af + 16];

	if (!ip_is_set(via))
		return true;
	if (via->family == family)
		return put_addr(msg, RTA_GATEWAY, via);
	memcpy(bytes, &af, sizeof af);
	memcpy(bytes + sizeof af, via->b, ip_len(via->family));
	return nla_put(msg, RTA_VIA, (int)(sizeof af + ip_len(via->family)), bytes) == 0;
}

static bool put_hops(struct nl_msg *msg, uint8_t family, const struct fib_route *r)
{
	struct nlattr *all = nla_nest_start(msg, RTA_MULTIPATH);

	for (unsigned i = 0; all && i < r->n_hops; i++) {
		const struct fib_hop *hop = &r->hop[i];
		struct rtnexthop *h = nlmsg_reserve(msg, sizeof *h, NLMSG_ALIGNTO);

		if (!h)
			return false;
		*h = (struct rtnexthop){
			.rtnh_hops = (uint8_t)(hop->weight - 1), .rtnh_ifindex = (int)hop->ifindex,
			.rtnh_flags = hop->onlink ? RTNH_F_ONLINK : 0,
		};
		if (!put_via(msg, family, &hop->via))
			return false;
		h->rtnh_len = (uint16_t)((char *)nlmsg_tail(nlmsg_hdr(msg)) - (char *)h);
	}
	return all && nla_nest_end(msg, all) == 0;
}

static bool put_metrics(struct nl_msg *msg, const struct fib_route *r)
{
	struct nlattr *all = NULL;
	bool ok = true;

	for (unsigned i = 0; i < FIB_METRIC_N && ok; i++) {
		if (r->value[i] == 0)
			continue;
		all = all ? all : nla_nest_start(msg, RTA_METRICS);
		ok = all && nla_put_u32(msg, metric[i].rtax, r->value[i] * metric[i].scale) == 0;
	}
	if (ok && r->congctl[0]) {
		all = all ? all : nla_nest_start(msg, RTA_METRICS);
		ok = all && nla_put_string(msg, RTAX_CC_ALGO, r->congctl) == 0;
	}
	return ok && (!all || nla_nest_end(msg, all) == 0);
}

/* What a route that is to be removed does not need. */
static bool put_rest(struct nl_msg *msg, uint8_t family, const struct fib_route *r)
{
	if (ip_is_set(&r->src) && !put_addr(msg, RTA_PREFSRC, &r->src))
		return false;
	if (r->n_hops > 1 && !put_hops(msg, family, r))
		return false;
	if (r->n_hops == 1 && (!put_via(msg, family, &r->hop[0].via) ||
			       (r->hop[0].ifindex != 0 &&
				nla_put_u32(msg, RTA_OIF, r->hop[0].ifindex) < 0)))
		return false;
	if (family == IP_V6 && r->pref != 0 && nla_put_u8(msg, RTA_PREF, r->pref) < 0)
		return false;
	return put_metrics(msg, r);
}

static bool put_route(struct nl_msg *msg, const struct fib_item *item, uint8_t proto, bool add)
{
	const struct fib_route *r = &item->route;
	struct rtmsg rtm = {
		.rtm_family = af_of(item->family), .rtm_dst_len = r->to.len, .rtm_tos = r->tos,
		.rtm_table = r->table < 256 ? (uint8_t)r->table : RT_TABLE_COMPAT,
		.rtm_protocol = proto,
		.rtm_scope = add ? r->scope : item->family == IP_V4 ? RT_SCOPE_NOWHERE : 0,
		.rtm_type = add && r->type < FIB_TYPE_N ? rtn[r->type] : RTN_UNSPEC,
		.rtm_flags = add && r->n_hops == 1 && r->hop[0].onlink ? RTNH_F_ONLINK : 0,
	};

	return nlmsg_append(msg, &rtm, sizeof rtm, NLMSG_ALIGNTO) == 0 &&
	       (r->to.len == 0 || put_addr(msg, RTA_DST, &r->to.addr)) &&
	       nla_put_u32(msg, RTA_TABLE, r->table) == 0 &&
	       (r->metric == 0 || nla_put_u32(msg, RTA_PRIORITY, r->metric) == 0) &&
	       (!add || put_rest(msg, item->family, r));
}

static bool put_ports(struct nl_msg *msg, int type, const uint16_t port[2])
{
	struct fib_rule_port_range range = { port[0], port[1] };

	return port[0] == 0 || nla_put(msg, type, sizeof range, &range) == 0;
}

/* Whom it is for. */
static bool put_selector(struct nl_msg *msg, const struct fib_rule *r)
{
	struct fib_rule_uid_range uids = { r->uid[0], r->uid[1] };

	if ((r->from.len > 0 && !put_addr(msg, FRA_SRC, &r->from.addr)) ||
	    (r->to.len > 0 && !put_addr(msg, FRA_DST, &r->to.addr)) ||
	    (r->iif[0] && nla_put_string(msg, FRA_IIFNAME, r->iif) < 0) ||
	    (r->oif[0] && nla_put_string(msg, FRA_OIFNAME, r->oif) < 0))
		return false;
	if (r->mask != 0 && (nla_put_u32(msg, FRA_FWMARK, r->mark) < 0 ||
			     nla_put_u32(msg, FRA_FWMASK, r->mask) < 0))
		return false;
	if (r->uids && nla_put(msg, FRA_UID_RANGE, sizeof uids, &uids) < 0)
		return false;
	return (r->ipproto == 0 || nla_put_u8(msg, FRA_IP_PROTO, r->ipproto) == 0) &&
	       put_ports(msg, FRA_SPORT_RANGE, r->sport) &&
	       put_ports(msg, FRA_DPORT_RANGE, r->dport);
}

static bool put_rule(struct nl_msg *msg, const struct fib_item *item, uint8_t proto)
{
	const struct fib_rule *r = &item->rule;
	uint32_t table = r->action == FIB_LOOKUP && !r->l3mdev ? r->table : 0;
	struct fib_rule_hdr hdr = {
		.family = af_of(item->family), .dst_len = r->to.len, .src_len = r->from.len,
		.tos = r->tos, .table = table < 256 ? (uint8_t)table : RT_TABLE_COMPAT,
		.action = r->action < FIB_ACTION_N ? fr_act[r->action] : FR_ACT_UNSPEC,
		.flags = r->invert ? FIB_RULE_INVERT : 0,
	};

	if (nlmsg_append(msg, &hdr, sizeof hdr, NLMSG_ALIGNTO) < 0 || !put_selector(msg, r) ||
	    nla_put_u32(msg, FRA_PRIORITY, r->priority) < 0 ||
	    nla_put_u8(msg, FRA_PROTOCOL, proto) < 0)
		return false;
	if (r->suppress_prefixlength != FIB_NONE &&
	    nla_put_u32(msg, FRA_SUPPRESS_PREFIXLEN, (uint32_t)r->suppress_prefixlength) < 0)
		return false;
	if (r->suppress_ifgroup != FIB_NONE &&
	    nla_put_u32(msg, FRA_SUPPRESS_IFGROUP, (uint32_t)r->suppress_ifgroup) < 0)
		return false;
	return (table == 0 || nla_put_u32(msg, FRA_TABLE, table) == 0) &&
	       (r->action != FIB_GOTO || nla_put_u32(msg, FRA_GOTO, r->target) == 0) &&
	       (!r->l3mdev || nla_put_u8(msg, FRA_L3MDEV, 1) == 0);
}

struct nl_msg *nl_fib_build(const struct fib_item *item, uint8_t proto, bool add)
{
	bool rule = item->kind == FIB_RULE;
	struct nl_msg *msg = nlmsg_alloc_simple(add ? rule ? RTM_NEWRULE : RTM_NEWROUTE
						    : rule ? RTM_DELRULE : RTM_DELROUTE,
						add ? NLM_F_CREATE | NLM_F_EXCL : 0);

	if (msg && !(rule ? put_rule(msg, item, proto) : put_route(msg, item, proto, add))) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

/* ---- reading ------------------------------------------------------------------------------ */

static bool family_of(uint8_t af, struct fib_item *item)
{
	item->family = af == AF_INET ? IP_V4 : af == AF_INET6 ? IP_V6 : IP_NONE;
	return item->family != IP_NONE;
}

/* Of as many bytes as there are: the kernel leaves out nothing, but others might. */
static struct ip_addr get_addr(const struct nlattr *a, uint8_t family)
{
	struct ip_addr addr = { 0 };

	if (a && (size_t)nla_len(a) == ip_len(family)) {
		addr.family = family;
		memcpy(addr.b, nla_data(a), ip_len(family));
	}
	return addr;
}

static uint32_t get_u32(const struct nlattr *a, uint32_t otherwise)
{
	return a && nla_len(a) >= 4 ? nla_get_u32(a) : otherwise;
}

static uint8_t get_u8(const struct nlattr *a)
{
	return a && nla_len(a) >= 1 ? nla_get_u8(a) : 0;
}

static struct ip_prefix get_prefix(const struct nlattr *a, uint8_t family, uint8_t len)
{
	struct ip_prefix prefix = { .addr = get_addr(a, family), .len = len };

	return prefix;
}

static struct ip_addr get_via(struct nlattr *const *tb, uint8_t family)
{
	const struct nlattr *via = tb[RTA_VIA];
	uint16_t af;

	if (!via || nla_len(via) < (int)sizeof af)
		return get_addr(tb[RTA_GATEWAY], family);
	memcpy(&af, nla_data(via), sizeof af);
	family = af == AF_INET ? IP_V4 : IP_V6;
	if ((size_t)nla_len(via) != sizeof af + ip_len(family))
		return (struct ip_addr){ 0 };
	return ip_make(family, (char *)nla_data(via) + sizeof af);
}

static void get_hops(const struct nlattr *all, uint8_t family, struct fib_route *r)
{
	char *at = nla_data(all);
	int left = nla_len(all);

	while (left >= (int)sizeof(struct rtnexthop) && r->n_hops < FIB_HOPS_MAX) {
		struct fib_hop *hop = &r->hop[r->n_hops];
		struct nlattr *tb[RTA_MAX + 1];
		struct rtnexthop h;

		memcpy(&h, at, sizeof h);
		if (h.rtnh_len < sizeof h || h.rtnh_len > left ||
		    nla_parse(tb, RTA_MAX, (struct nlattr *)(at + sizeof h),
			      h.rtnh_len - (int)sizeof h, NULL) < 0)
			return;
		hop->ifindex = (uint32_t)h.rtnh_ifindex;
		hop->weight = (uint16_t)(h.rtnh_hops + 1);
		hop->onlink = (h.rtnh_flags & RTNH_F_ONLINK) != 0;
		hop->via = get_via(tb, family);
		r->n_hops++;
		at += RTNH_ALIGN(h.rtnh_len);
		left -= RTNH_ALIGN(h.rtnh_len);
	}
}

static void get_metrics(struct nlattr *all, struct fib_route *r)
{
	struct nlattr *tb[RTAX_MAX + 1];

	if (nla_parse_nested(tb, RTAX_MAX, all, NULL) < 0)
		return;
	for (unsigned i = 0; i < FIB_METRIC_N; i++)
		r->value[i] = get_u32(tb[metric[i].rtax], 0) / metric[i].scale;
	if (tb[RTAX_CC_ALGO])
		nla_strlcpy(r->congctl, tb[RTAX_CC_ALGO], sizeof r->congctl);
}

static bool read_route(struct nlmsghdr *h, struct fib_item *item, uint8_t *proto)
{
	const struct rtmsg *rtm = nlmsg_data(h);
	struct fib_route *r = &item->route;
	struct nlattr *tb[RTA_MAX + 1];

	if (nlmsg_parse(h, sizeof *rtm, tb, RTA_MAX, NULL) < 0 ||
	    !family_of(rtm->rtm_family, item) || (rtm->rtm_flags & RTM_F_CLONED) != 0)
		return false;
	*proto = rtm->rtm_protocol;
	r->to = get_prefix(tb[RTA_DST], item->family, rtm->rtm_dst_len);
	r->to.addr.family = item->family; /* the default route has no address */
	r->table = get_u32(tb[RTA_TABLE], rtm->rtm_table);
	r->metric = get_u32(tb[RTA_PRIORITY], 0);
	r->tos = rtm->rtm_tos;
	while (r->type < FIB_TYPE_N && rtn[r->type] != rtm->rtm_type)
		r->type++;
	r->scope = rtm->rtm_scope;
	r->src = get_addr(tb[RTA_PREFSRC], item->family);
	r->pref = get_u8(tb[RTA_PREF]);
	if (tb[RTA_METRICS])
		get_metrics(tb[RTA_METRICS], r);
	if (tb[RTA_MULTIPATH]) {
		get_hops(tb[RTA_MULTIPATH], item->family, r);
	} else if (tb[RTA_OIF] || tb[RTA_GATEWAY] || tb[RTA_VIA]) {
		r->n_hops = 1;
		r->hop[0] = (struct fib_hop){
			.via = get_via(tb, item->family), .ifindex = get_u32(tb[RTA_OIF], 0),
			.weight = 1, .onlink = (rtm->rtm_flags & RTNH_F_ONLINK) != 0 };
	}
	return true;
}

static void get_ports(const struct nlattr *a, uint16_t port[2])
{
	struct fib_rule_port_range range;

	if (!a || nla_len(a) < (int)sizeof range)
		return;
	memcpy(&range, nla_data(a), sizeof range);
	port[0] = range.start;
	port[1] = range.end;
}

static void read_selector(struct nlattr **tb, struct fib_rule *r)
{
	struct fib_rule_uid_range uids;

	if (tb[FRA_IIFNAME])
		nla_strlcpy(r->iif, tb[FRA_IIFNAME], sizeof r->iif);
	if (tb[FRA_OIFNAME])
		nla_strlcpy(r->oif, tb[FRA_OIFNAME], sizeof r->oif);
	if (tb[FRA_FWMARK] || tb[FRA_FWMASK]) {
		r->mark = get_u32(tb[FRA_FWMARK], 0);
		r->mask = get_u32(tb[FRA_FWMASK], UINT32_MAX);
	}
	if (tb[FRA_UID_RANGE] && nla_len(tb[FRA_UID_RANGE]) >= (int)sizeof uids) {
		memcpy(&uids, nla_data(tb[FRA_UID_RANGE]), sizeof uids);
		r->uids = true;
		r->uid[0] = uids.start;
		r->uid[1] = uids.end;
	}
	r->ipproto = get_u8(tb[FRA_IP_PROTO]);
	get_ports(tb[FRA_SPORT_RANGE], r->sport);
	get_ports(tb[FRA_DPORT_RANGE], r->dport);
}

static bool read_rule(struct nlmsghdr *h, struct fib_item *item, uint8_t *proto)
{
	const struct fib_rule_hdr *hdr = nlmsg_data(h);
	struct fib_rule *r = &item->rule;
	struct nlattr *tb[FRA_MAX + 1];

	if (nlmsg_parse(h, sizeof *hdr, tb, FRA_MAX, NULL) < 0 || !family_of(hdr->family, item))
		return false;
	*proto = get_u8(tb[FRA_PROTOCOL]);
	r->priority = get_u32(tb[FRA_PRIORITY], 0);
	while (r->action < FIB_ACTION_N && fr_act[r->action] != hdr->action)
		r->action++;
	r->l3mdev = get_u8(tb[FRA_L3MDEV]) != 0;
	r->target = r->action == FIB_GOTO ? get_u32(tb[FRA_GOTO], 0) : 0;
	if (r->action == FIB_LOOKUP && !r->l3mdev)
		r->table = get_u32(tb[FRA_TABLE], hdr->table);
	r->from = get_prefix(tb[FRA_SRC], item->family, hdr->src_len);
	r->to = get_prefix(tb[FRA_DST], item->family, hdr->dst_len);
	r->tos = hdr->tos;
	r->invert = (hdr->flags & FIB_RULE_INVERT) != 0;
	r->suppress_prefixlength = (int32_t)get_u32(tb[FRA_SUPPRESS_PREFIXLEN], NONE32);
	r->suppress_ifgroup = (int32_t)get_u32(tb[FRA_SUPPRESS_IFGROUP], NONE32);
	read_selector(tb, r);
	return true;
}

bool nl_fib_read(struct nlmsghdr *h, struct fib_item *item, uint8_t *proto)
{
	bool rule = h->nlmsg_type == RTM_NEWRULE || h->nlmsg_type == RTM_DELRULE;

	memset(item, 0, sizeof *item);
	item->kind = rule ? FIB_RULE : FIB_ROUTE;
	if (!rule && h->nlmsg_type != RTM_NEWROUTE && h->nlmsg_type != RTM_DELROUTE)
		return false;
	return rule ? read_rule(h, item, proto) : read_route(h, item, proto);
}

/* ---- what a socket lets in ---------------------------------------------------------------- */

bool nl_fib_filter(int fd, uint8_t proto)
{
	/* Half words are loaded as if they came from the network. A dump comes many to a packet,
	 * and has been asked for ours only. */
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, offsetof(struct nlmsghdr, nlmsg_type)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_NEWROUTE), 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_DELROUTE), 0, 4),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, offsetof(struct nlmsghdr, nlmsg_flags)),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, htons(NLM_F_MULTI | NLM_F_REPLACE), 2, 0),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS,
			 NLMSG_HDRLEN + offsetof(struct rtmsg, rtm_protocol)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, proto, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog program = { sizeof code / sizeof *code, code };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0;
}

/* ---- those that wait ---------------------------------------------------------------------- */

void nl_fib_queue_init(struct nl_fib_queue *q)
{
	TAILQ_INIT(&q->line);
	for (unsigned i = 0; i < NL_FIB_BUCKETS; i++)
		LIST_INIT(&q->bucket[i]);
}

static void drop(struct nl_fib_queue *q, struct nl_fib_waiting *w)
{
	TAILQ_REMOVE(&q->line, w, line);
	LIST_REMOVE(w, alike);
	free(w);
}

void nl_fib_queue_clear(struct nl_fib_queue *q)
{
	while (!TAILQ_EMPTY(&q->line))
		drop(q, TAILQ_FIRST(&q->line));
}

static struct nl_fib_alike *bucket_of(struct nl_fib_queue *q, const struct fib_item *item)
{
	uint64_t h = fib_hash(item);

	return &q->bucket[(h ^ h >> 32) % NL_FIB_BUCKETS];
}

static struct nl_fib_waiting *find(struct nl_fib_queue *q, const struct fib_item *item)
{
	struct nl_fib_waiting *w;

	LIST_FOREACH(w, bucket_of(q, item), alike)
		if (fib_same(&w->item, item))
			return w;
	return NULL;
}

bool nl_fib_queue_put(struct nl_fib_queue *q, const struct fib_item *item, uint8_t proto)
{
	struct nl_fib_waiting *w = find(q, item);

	if (!w) {
		w = calloc(1, sizeof *w);
		if (!w)
			return false;
		TAILQ_INSERT_TAIL(&q->line, w, line);
		LIST_INSERT_HEAD(bucket_of(q, item), w, alike);
	}
	w->item = *item;
	w->proto = proto;
	return true;
}

bool nl_fib_queue_take(struct nl_fib_queue *q, struct nl_fib_waiting *first)
{
	struct nl_fib_waiting *w = TAILQ_FIRST(&q->line);

	if (!w)
		return false;
	*first = *w;
	drop(q, w);
	return true;
}

bool nl_fib_queue_cancel(struct nl_fib_queue *q, const struct fib_item *item)
{
	struct nl_fib_waiting *w = find(q, item);

	if (w)
		drop(q, w);
	return w != NULL;
}
