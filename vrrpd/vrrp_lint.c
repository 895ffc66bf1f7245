/* SPDX-License-Identifier: BSD-2-Clause */
#include "vrrp_lint.h"

#include <stdlib.h>
#include <string.h>

#include "ip_text.h"
#include "vrrp_core.h"
#include "vrrp_wire.h"

typedef const struct vrrp_cf_instance cf_t;

/* Two routers that are to be one, or a router alone. */
struct two {
	const struct vrrp_lint_options *options;
	const struct cf_model *ma, *mb;
	cf_t *a, *b;
};

/* ---- a router by itself ------------------------------------------------------------------- */

static bool lease_too_short(const struct two *x, struct text *why)
{
	if (x->a->lease != VRRP_CF_LEASE_ON || x->a->interval.ns >= 100000000)
		return false;
	text_put(why, "lease is on with an interval below 100ms: on a busy machine adverts come "
		      "late often enough to end it now and then");
	return true;
}

static bool owner_without_preempt(const struct two *x, struct text *why)
{
	if (x->a->priority != VRRP_PRIORITY_OWNER || x->a->preempt)
		return false;
	text_put(why, "preempt = false has no effect with priority 255: an owner always preempts");
	return true;
}

static bool no_advert_is_missed(const struct two *x, struct text *why)
{
	if (x->a->down_adverts != 2)
		return false;
	text_put(why, "down_adverts is 2: two adverts that are lost in a row make a Backup take "
		      "over; the RFC says 3");
	return true;
}

/* ---- two routers of one file: the families of one VRID ------------------------------------ */

static bool families_apart(const struct two *x, struct text *why)
{
	bool together = x->a->group > 0 && x->a->group == x->b->group; /* a sync group */

	if (x->a->priority == x->b->priority || together)
		return false;
	text_fmt(why,
		 "the same VRID on the same interface has priority %u for %s and %u for %s: the "
		 "families may be Active on different routers",
		 x->a->priority, x->a->family == IP_V4 ? "IPv4" : "IPv6", x->b->priority,
		 x->b->family == IP_V4 ? "IPv4" : "IPv6");
	return true;
}

/* ---- two routers of a group --------------------------------------------------------------- */

static void put_span(struct text *t, span_t d)
{
	text_fmt(t, "%llu.%03llu ms", (unsigned long long)(d.ns / 1000000),
		 (unsigned long long)(d.ns / 1000 % 1000));
}

static bool both_3(const struct two *x)
{
	return x->a->version == 3 && x->b->version == 3;
}

static bool speaks_2(cf_t *cf)
{
	return cf->version == 2 || cf->with_version2;
}

/* All that they hear of each other is version 2. */
static bool meet_in_2(const struct two *x)
{
	return !both_3(x) && speaks_2(x->a) && speaks_2(x->b);
}

static bool other_version(const struct two *x, struct text *why)
{
	if (both_3(x) || meet_in_2(x))
		return false;
	text_fmt(why,
		 "version is %u here and %u there: neither hears the other, and both become "
		 "Active",
		 x->a->version, x->b->version);
	return true;
}

/* RFC 9568 8.4.2.1.1. Asymmetric: a is the one of version 2. */
static bool version_2_outranks(const struct two *x, struct text *why)
{
	if (x->a->version != 2 || x->b->version != 3 || x->b->interval_cs >= 100 ||
	    x->a->priority <= x->b->priority)
		return false;
	text_fmt(why,
		 "priority is %u here, with version 2, and %u there, with an interval below one "
		 "second: a router of version 2 should not be above one that is faster (RFC 9568 "
		 "8.4.2.1.1)",
		 x->a->priority, x->b->priority);
	return true;
}

/* What adverts of version 2 say: whole seconds (RFC 9568 8.4.2). */
static uint32_t seconds_of(cf_t *cf)
{
	return (cf->interval_cs + 99) / 100;
}

/* Who speaks both versions learns the interval of version 2. */
static bool interval_refused(const struct two *x, struct text *why)
{
	if (!meet_in_2(x) || seconds_of(x->a) == seconds_of(x->b))
		return false;
	text_fmt(why,
		 "interval is, in version 2, %us here and %us there: version 2 refuses the adverts "
		 "of a router with another, and both become Active",
		 seconds_of(x->a), seconds_of(x->b));
	return true;
}

static bool interval_differs(const struct two *x, struct text *why)
{
	if (!both_3(x) || x->a->interval_cs == x->b->interval_cs)
		return false;
	text_fmt(why,
		 "interval is %u.%02us here and %u.%02us there: how fast a failure is noticed "
		 "depends on who is Active",
		 x->a->interval_cs / 100, x->a->interval_cs % 100, x->b->interval_cs / 100,
		 x->b->interval_cs % 100);
	return true;
}

/* The Active_Down_Interval by this interval. */
static span_t down(cf_t *cf, uint32_t interval_cs)
{
	span_t one = SPAN_MS((uint64_t)interval_cs * 10);

	return span_add(span_mul(one, cf->down_adverts),
			vrrp_skew(cf->version, cf->priority, interval_cs));
}

/* Bound B20. Asymmetric: a starts, b is Active. */
static bool starts_too_fast(const struct two *x, struct text *why)
{
	if (!both_3(x) || down(x->a, x->a->interval_cs).ns > x->b->interval.ns)
		return false;
	text_put(why, "starting, it waits ");
	put_span(why, down(x->a, x->a->interval_cs));
	text_fmt(why,
		 " by its own interval, and the other, as Active, sends every %u.%02us: each "
		 "start of this one makes two Actives for a while",
		 x->b->interval_cs / 100, x->b->interval_cs % 100);
	return true;
}

/* Asymmetric: a hears b. */
static bool learned_cap(const struct two *x, struct text *why)
{
	uint32_t cap = x->a->learned_interval_max_cs;

	if (!both_3(x) || cap == 0 || cap >= x->b->interval_cs)
		return false;
	text_fmt(why, "learned_interval_max is below the interval of the other, %u.%02us: %s",
		 x->b->interval_cs / 100, x->b->interval_cs % 100,
		 down(x->a, cap).ns <= x->b->interval.ns ? "it takes over between two of its "
							   "adverts"
							 : "it takes it for silent too soon");
	return true;
}

static bool two_owners(const struct two *x, struct text *why)
{
	if (x->a->priority != VRRP_PRIORITY_OWNER || x->b->priority != VRRP_PRIORITY_OWNER)
		return false;
	text_put(why, "both have priority 255, that of the address owner: there is one at most");
	return true;
}

static bool equal_priority(const struct two *x, struct text *why)
{
	if (x->a->priority != x->b->priority || x->a->priority == VRRP_PRIORITY_OWNER)
		return false;
	text_fmt(why,
		 "both have priority %u: when an Active above them fails, or both start, both may "
		 "take over, until the one with the higher address has been heard",
		 x->a->priority);
	return true;
}

/* Bound B9: the first has taken over and is heard before the second's wait is over. They wait by
 * the interval of an Active that may be either's; the shorter one is the worse. */
static bool close_priorities(const struct two *x, struct text *why)
{
	cf_t *high = x->a->priority > x->b->priority ? x->a : x->b,
	     *low = high == x->a ? x->b : x->a;
	uint32_t cs = high->interval_cs < low->interval_cs ? high->interval_cs : low->interval_cs;
	span_t needed = span_add(span_mul(x->options->delay, 2), x->options->jitter), apart;

	if (high->version != low->version || high->priority == low->priority ||
	    high->priority == VRRP_PRIORITY_OWNER)
		return false;
	apart = SPAN_NS(vrrp_skew(low->version, low->priority, cs).ns -
			vrrp_skew(high->version, high->priority, cs).ns);
	if (apart.ns > needed.ns)
		return false;
	text_fmt(why, "priorities %u and %u let them take over only ", high->priority,
		 low->priority);
	put_span(why, apart);
	text_put(why, " apart, and ");
	put_span(why, needed);
	text_put(why, " are needed for the first to be heard in time: when an Active above them "
		      "fails, both may take over");
	return true;
}

static bool has_address(const struct cf_model *m, cf_t *cf, const struct ip_addr *addr)
{
	for (uint32_t i = 0; i < cf->addresses.n; i++)
		if (ip_eq(&vrrp_cf_address(m, cf, i)->address.addr, addr))
			return true;
	return false;
}

/* One that a has and b has not; NULL when there is none. */
static const struct ip_addr *extra_address(const struct cf_model *ma, cf_t *a,
					   const struct cf_model *mb, cf_t *b)
{
	for (uint32_t i = 0; i < a->addresses.n; i++) {
		const struct ip_addr *addr = &vrrp_cf_address(ma, a, i)->address.addr;

		if (!has_address(mb, b, addr))
			return addr;
	}
	return NULL;
}

static bool put_other_addresses(const struct two *x, struct text *why)
{
	const struct ip_addr *here = extra_address(x->ma, x->a, x->mb, x->b);
	const struct ip_addr *there = extra_address(x->mb, x->b, x->ma, x->a);
	char text[IP_TEXT_SIZE];

	if (!here && !there)
		return false;
	text_fmt(why, "addresses differ: %s is only %s", ip_string(here ? here : there, text),
		 here ? "here" : "there");
	return true;
}

/* Version 2 takes any from the owner. */
static bool list_counts(const struct two *x)
{
	return meet_in_2(x) && x->a->priority != VRRP_PRIORITY_OWNER &&
	       x->b->priority != VRRP_PRIORITY_OWNER;
}

static bool addresses_refused(const struct two *x, struct text *why)
{
	if (!list_counts(x) || !put_other_addresses(x, why))
		return false;
	text_put(why, "; version 2 refuses the adverts of a router with others, and both become "
		      "Active");
	return true;
}

static bool addresses_differ(const struct two *x, struct text *why)
{
	if (list_counts(x) || !put_other_addresses(x, why))
		return false;
	text_put(why, ": after a failover it is not served");
	return true;
}

static const char *form(bool pseudo)
{
	return pseudo ? "pseudo-header" : "message";
}

/* Asymmetric: a sends, b receives. One that mirrors begins with that of the RFC. */
static bool checksum_refused(const struct two *x, struct text *why)
{
	bool sends_pseudo = x->a->checksum == VRRP_CF_CSUM_PSEUDO;
	bool other_first = x->b->checksum == VRRP_CF_CSUM_PSEUDO &&
			   x->a->checksum_accept != VRRP_CSUM_ACCEPT_MESSAGE;

	if (!both_3(x) || x->a->family != IP_V4 || x->b->checksum_accept == VRRP_CSUM_ACCEPT_ANY ||
	    sends_pseudo == (x->b->checksum_accept == VRRP_CSUM_ACCEPT_PSEUDO))
		return false;
	/* It learns the form as soon as it hears the other, which takes no other. */
	if (x->a->checksum == VRRP_CF_CSUM_AUTO && other_first)
		return false;
	text_fmt(why, "sends the %s checksum, and the other accepts only %s: both become Active",
		 form(sends_pseudo), form(!sends_pseudo));
	return true;
}

static bool down_adverts_differ(const struct two *x, struct text *why)
{
	if (x->a->down_adverts == x->b->down_adverts)
		return false;
	text_fmt(why,
		 "down_adverts is %u here and %u there: the one with less takes over first, "
		 "whatever the priorities",
		 x->a->down_adverts, x->b->down_adverts);
	return true;
}

static bool preempt_differs(const struct two *x, struct text *why)
{
	if (x->a->preempt == x->b->preempt || x->a->priority == VRRP_PRIORITY_OWNER ||
	    x->b->priority == VRRP_PRIORITY_OWNER)
		return false;
	text_fmt(why,
		 "preempt is %s here and %s there: who is Active in the end depends on who "
		 "was first",
		 x->a->preempt ? "true" : "false", x->b->preempt ? "true" : "false");
	return true;
}

/* A router in a group stays Backup when another of the group has to; who follows it has to be able
 * to take over all of them. */
static bool sync_group_is_missing(const struct two *x, struct text *why)
{
	if ((x->a->group > 0) == (x->b->group > 0))
		return false;
	text_fmt(why,
		 "is %s a sync group, and the other %s: when one of the group fails, the others "
		 "need not be Active on the same machine",
		 x->a->group > 0 ? "in" : "not in", x->b->group > 0 ? "is" : "is not");
	return true;
}

static bool one_is_unicast(const struct two *x, struct text *why)
{
	bool a = x->a->unicast.peers.n > 0, b = x->b->unicast.peers.n > 0;

	if (a == b)
		return false;
	text_fmt(why, "sends to %s, and the other listens to %s: both become Active",
		 a ? "its unicast peers" : "the multicast group",
		 b ? "its unicast peers" : "the multicast group");
	return true;
}

static bool has_peer(const struct cf_model *m, cf_t *cf, const struct ip_addr *addr)
{
	for (uint32_t i = 0; i < cf->unicast.peers.n; i++)
		if (ip_eq(&vrrp_cf_peer(m, cf, i)->address, addr))
			return true;
	return false;
}

/* Asymmetric: a does not list b. Where b's source is not said: its own address is none of its own
 * peers, so a list whose every address b lists too cannot have it. */
static bool peer_is_missing(const struct two *x, struct text *why)
{
	char text[IP_TEXT_SIZE];

	if (x->a->unicast.peers.n == 0 || x->b->unicast.peers.n == 0)
		return false;
	if (ip_is_set(&x->b->source)) {
		if (has_peer(x->ma, x->a, &x->b->source))
			return false;
		text_fmt(why,
			 "unicast.peers lack %s, the source of the other: its adverts are "
			 "refused",
			 ip_string(&x->b->source, text));
		return true;
	}
	for (uint32_t i = 0; i < x->a->unicast.peers.n; i++)
		if (!has_peer(x->mb, x->b, &vrrp_cf_peer(x->ma, x->a, i)->address))
			return false;
	text_put(why, "unicast.peers has no address that the other can have: it lists them all as "
		      "its own peers");
	return true;
}

/* ---- the rules ---------------------------------------------------------------------------- */

enum scope { ALONE, FAMILIES, GROUP, GROUP_BOTH_WAYS };

struct rule {
	enum scope scope;
	bool error;
	const char *name;
	bool (*broken)(const struct two *x, struct text *why);
};

static const struct rule rules[] = {
	{ ALONE, false, "lease-short", lease_too_short },
	{ ALONE, false, "owner-preempt", owner_without_preempt },
	{ ALONE, false, "down-adverts-low", no_advert_is_missed },
	{ FAMILIES, false, "families-apart", families_apart },
	{ GROUP, true, "version", other_version },
	{ GROUP_BOTH_WAYS, false, "version-2-above", version_2_outranks },
	{ GROUP, true, "interval-refused", interval_refused },
	{ GROUP, false, "interval", interval_differs },
	{ GROUP_BOTH_WAYS, false, "interval-start", starts_too_fast },
	{ GROUP_BOTH_WAYS, false, "interval-cap", learned_cap },
	{ GROUP, true, "two-owners", two_owners },
	{ GROUP, false, "equal-priority", equal_priority },
	{ GROUP, false, "close-priority", close_priorities },
	{ GROUP, true, "addresses-refused", addresses_refused },
	{ GROUP, false, "addresses", addresses_differ },
	{ GROUP_BOTH_WAYS, true, "checksum", checksum_refused },
	{ GROUP, false, "down-adverts", down_adverts_differ },
	{ GROUP, false, "preempt", preempt_differs },
	{ GROUP, false, "sync-group", sync_group_is_missing },
	{ GROUP, true, "unicast", one_is_unicast },
	{ GROUP_BOTH_WAYS, true, "unicast-peers", peer_is_missing },
};

enum { RULES = sizeof rules / sizeof *rules, TEXT_SIZE = 512 };

/* ---- who belongs together ----------------------------------------------------------------- */

/* The routers of a file by VRID and family: there may be thousands, on many networks. */
struct sorted {
	const struct vrrp_lint_file *file;
	cf_t **cf;
	uint32_t n;
};

static int key(cf_t *cf)
{
	return cf->vrid << 8 | cf->family;
}

static int by_key(const void *a, const void *b)
{
	cf_t *const *x = a, *const *y = b;
	int c = key(*x) - key(*y);

	return c != 0 ? c : *x < *y ? -1 : 1; /* in the order of the file */
}

static bool sort_file(struct sorted *s, const struct vrrp_lint_file *file)
{
	s->file = file;
	s->n = file->vrrp->instances.n;
	s->cf = calloc((size_t)s->n + 1, sizeof *s->cf);
	if (!s->cf)
		return false;
	for (uint32_t i = 0; i < s->n; i++)
		s->cf[i] = vrrp_cf_instance(file->model, file->vrrp, i);
	qsort(s->cf, s->n, sizeof *s->cf, by_key);
	return true;
}

/* The first of the key, and how many there are. */
static uint32_t find_key(const struct sorted *s, int wanted, uint32_t *n)
{
	uint32_t lo = 0, hi = s->n;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (key(s->cf[mid]) < wanted)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (*n = 0; lo + *n < s->n && key(s->cf[lo + *n]) == wanted;)
		++*n;
	return lo;
}

static bool same_bits(const struct ip_addr *a, const struct ip_addr *b, unsigned len)
{
	unsigned whole = len / 8, rest = len % 8;

	return memcmp(a->b, b->b, whole) == 0 &&
	       (rest == 0 || ((a->b[whole] ^ b->b[whole]) & (0xff00 >> rest) & 0xff) == 0);
}

/* Link-local networks are all alike. */
static bool same_network(const struct ip_prefix *a, const struct ip_prefix *b)
{
	unsigned len = a->len < b->len ? a->len : b->len;

	if (ip_eq(&a->addr, &b->addr))
		return true;
	return !ip_is_link_local6(&a->addr) && !ip_is_link_local6(&b->addr) && len > 0 &&
	       same_bits(&a->addr, &b->addr, len);
}

static bool same_group(const struct two *x)
{
	for (uint32_t i = 0; i < x->a->addresses.n; i++)
		for (uint32_t k = 0; k < x->b->addresses.n; k++)
			if (same_network(&vrrp_cf_address(x->ma, x->a, i)->address,
					 &vrrp_cf_address(x->mb, x->b, k)->address))
				return true;
	return false;
}

/* Who of a file is of x->a's group; NULL when nobody is. */
static cf_t *counterpart(struct two *x, const struct sorted *mine, const struct sorted *other)
{
	uint32_t n, n_mine, at = find_key(other, key(x->a), &n);

	for (uint32_t i = 0; i < n; i++) {
		x->b = other->cf[at + i];
		if (same_group(x))
			return x->b;
	}
	find_key(mine, key(x->a), &n_mine);
	return n == 1 && n_mine == 1 ? other->cf[at] : NULL;
}

/* ---- going through ------------------------------------------------------------------------ */

struct lint {
	const struct vrrp_lint_options *options;
	vrrp_lint_fn *found;
	void *ctx;
};

static void report(const struct lint *l, const struct rule *rule, const struct sorted *mine,
		   cf_t *a, const struct sorted *other, cf_t *b, const char *text)
{
	struct vrrp_lint_finding f = {
		.rule = rule->name,
		.error = rule->error,
		.text = text,
		.file = { mine->file->name, other ? other->file->name : NULL },
		.instance = { a->name, b ? b->name : NULL },
	};

	l->found(l->ctx, &f);
}

static void run_rules(const struct lint *l, enum scope scope, const struct sorted *mine, cf_t *a,
		      const struct sorted *other, cf_t *b)
{
	struct two x = {
		.options = l->options,
		.ma = mine->file->model,
		.a = a,
		.mb = other ? other->file->model : NULL,
		.b = b,
	};

	for (unsigned i = 0; i < RULES; i++) {
		char buf[TEXT_SIZE];
		struct text why = text_open(buf, sizeof buf);

		if (rules[i].scope == scope && rules[i].broken(&x, &why))
			report(l, &rules[i], mine, a, other, b, buf);
	}
}

static void lint_file(const struct lint *l, const struct sorted *s)
{
	for (uint32_t i = 0; i < s->n; i++) {
		run_rules(l, ALONE, s, s->cf[i], NULL, NULL);
		/* Of the same VRID, IPv6 comes after IPv4. */
		for (uint32_t k = i + 1; k < s->n && s->cf[k]->vrid == s->cf[i]->vrid; k++)
			if (s->cf[i]->family != s->cf[k]->family &&
			    strcmp(s->cf[i]->interface, s->cf[k]->interface) == 0)
				run_rules(l, FAMILIES, s, s->cf[i], s, s->cf[k]);
	}
}

static void lint_alone(const struct lint *l, const struct sorted *mine, cf_t *a,
		       const struct sorted *other)
{
	static const struct rule alone = { .name = "alone" };
	char buf[TEXT_SIZE];
	struct text why = text_open(buf, sizeof buf);

	text_fmt(&why, "VRID %u of %s has no counterpart there on the same network", a->vrid,
		 a->family == IP_V4 ? "IPv4" : "IPv6");
	report(l, &alone, mine, a, other, NULL, buf);
}

/* What `mine` has to say of `other`; what is symmetric only the first time. */
static void lint_files(const struct lint *l, const struct sorted *mine, const struct sorted *other,
		       bool first)
{
	for (uint32_t i = 0; i < mine->n; i++) {
		struct two x = {
			.ma = mine->file->model,
			.mb = other->file->model,
			.a = mine->cf[i],
		};
		cf_t *b = counterpart(&x, mine, other);

		if (!b) {
			lint_alone(l, mine, x.a, other);
			continue;
		}
		if (first)
			run_rules(l, GROUP, mine, x.a, other, b);
		run_rules(l, GROUP_BOTH_WAYS, mine, x.a, other, b);
	}
}

bool vrrp_lint(const struct vrrp_lint_file *file, unsigned n,
	       const struct vrrp_lint_options *options, vrrp_lint_fn *found, void *ctx)
{
	const struct lint l = { options, found, ctx };
	struct sorted *s = calloc((size_t)n + 1, sizeof *s);
	bool ok = s != NULL;

	for (unsigned i = 0; ok && i < n; i++)
		ok = sort_file(&s[i], &file[i]);
	for (unsigned i = 0; ok && i < n; i++)
		lint_file(&l, &s[i]);
	for (unsigned i = 0; ok && i < n; i++)
		for (unsigned k = 0; k < n; k++)
			if (i != k)
				lint_files(&l, &s[i], &s[k], i < k);
	for (unsigned i = 0; s && i < n; i++)
		free(s[i].cf);
	free(s);
	return ok;
}
