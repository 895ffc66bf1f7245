/* SPDX-License-Identifier: BSD-2-Clause */
#include "vrrp_cf_addr.h"

#include <stdlib.h>

#include "ip_text.h"
#include "vrrp_cf.h"

static const char *const scope_names[] = { "global", "site", "link", "host", "nowhere", NULL };
static const uint8_t scopes[] = {
	IP_SCOPE_GLOBAL, IP_SCOPE_SITE, IP_SCOPE_LINK, IP_SCOPE_HOST, IP_SCOPE_NOWHERE,
};

static bool parse_address(const char *from, void *to, struct text *why)
{
	struct ip_prefix prefix;

	if (!ip_parse_prefix(from, &prefix)) {
		text_put(why, "not an address; write \"192.0.2.10/24\" or \"2001:db8::10/64\"");
		return false;
	}
	if (!vrrp_cf_accept_host(&prefix.addr, why))
		return false;
	memcpy(to, &prefix, sizeof prefix);
	return true;
}

static void print_address(const void *from, struct text *to)
{
	struct ip_prefix prefix;

	memcpy(&prefix, from, sizeof prefix);
	ip_print_prefix(&prefix, to);
}

/* The broadcast address of a subnet is none that a host can have. */
static bool parse_broadcast(const char *from, void *to, struct text *why)
{
	struct ip_addr addr;

	if (!ip_parse(from, &addr) || addr.family != IP_V4) {
		text_put(why, "not an IPv4 address; write \"192.0.2.255\"");
		return false;
	}
	memcpy(to, &addr, sizeof addr);
	return true;
}

/* What the kernel takes, and terminals bear. */
static bool accept_label(const char *text, struct text *why)
{
	bool good = true;

	for (const char *p = text; *p; p++)
		good &= (unsigned char)*p > ' ' && (unsigned char)*p < 0x7f;
	if (!good)
		text_put(why, "a label has no blanks, for example \"eth0:vip\"");
	return good;
}

static const struct cf_field address_fields[] = {
	CF(struct vrrp_cf_address, address, CF_VALUE, .required = true, .parse = parse_address,
	   .print = print_address,
	   .doc = "The address with the prefix length it is given on the interface; without one, "
		  "/32 or /128."),
	CF(struct vrrp_cf_address, advertise, CF_BOOL, .def = "true",
	   .doc = "Whether advertisements carry it. One that is not advertised comes and goes with "
		  "the others, may be of the other family, and there may be more of them than an "
		  "advertisement holds. The first that is advertised says what family the router "
		  "is of."),
	CF(struct vrrp_cf_address, dev, CF_TEXT, .accept = vrrp_cf_accept_interface,
	   .doc = "The interface it lives on, where it is announced and guarded; not said: that of "
		  "the router. On a loopback or dummy interface nobody is there to be told: then "
		  "it is announced, and guarded, on the interface of the router."),
	CF(struct vrrp_cf_address, track, CF_BOOL, .def = "true",
	   .doc = "With dev: whether the router runs only while that interface exists and is up. "
		  "false: it runs without this address, and sets it as soon as it can."),
	CF(struct vrrp_cf_address, label, CF_TEXT, .accept = accept_label,
	   .doc = "IPv4: the label, as ip-address(8) shows it; programs that know aliases want it "
		  "to begin with the name of the interface and a colon. Not said: the name of "
		  "the interface."),
	CF(struct vrrp_cf_address, scope, CF_ENUM, .names = scope_names, .def = "global",
	   .doc = "IPv4: where the address is valid, which the kernel goes by when it chooses a "
		  "source. All addresses of a subnet on an interface have the same, those of "
		  "others included, or the kernel refuses them. That of IPv6 follows from the "
		  "address."),
	CF(struct vrrp_cf_address, prefix_route, CF_BOOL, .def = "true",
	   .doc = "Whether a route to its subnet comes with it."),
	CF(struct vrrp_cf_address, deprecated, CF_BOOL, .def = "false",
	   .doc = "Whether its preferred lifetime is over from the beginning, so that IPv6 does "
		  "not choose it as a source if there is another."),
	CF(struct vrrp_cf_address, broadcast, CF_VALUE, .parse = parse_broadcast,
	   .print = vrrp_cf_print_host, .doc = "IPv4: the broadcast address of its subnet."),
	CF(struct vrrp_cf_address, peer, CF_VALUE, .parse = vrrp_cf_parse_host,
	   .print = vrrp_cf_print_host,
	   .doc = "The other end of a point-to-point link; the prefix length is then its."),
};

const struct cf_schema vrrp_address_schema = {
	.name = "address",
	.doc = "A virtual address, and how it is given on its interface. A string alone stands for "
	       "its address setting. A reload that changes how a running router's address is "
	       "given removes it and sets it again at once.",
	.size = sizeof(struct vrrp_cf_address),
	.field = address_fields,
	.n = sizeof address_fields / sizeof *address_fields,
	.shorthand = "address",
};

struct ip_attr vrrp_cf_attr(const struct vrrp_cf_address *a)
{
	struct ip_attr attr = {
		.scope = scopes[a->scope], .no_prefix_route = !a->prefix_route,
		.deprecated = a->deprecated, .broadcast = a->broadcast, .peer = a->peer,
	};

	memcpy(attr.label, a->label, sizeof attr.label);
	return attr;
}

const char *vrrp_cf_dev(const struct vrrp_cf_instance *cf, const struct vrrp_cf_address *a)
{
	if (a->dev[0])
		return a->dev;
	/* The virtual MAC is of one family. */
	return cf->vmac_device[0] && a->address.addr.family == cf->family ? cf->vmac_device
									  : cf->interface;
}

/* ---- cross checks of an instance: a setting that was refused by itself is zero ------------ */

static const char *family_name(uint8_t family)
{
	return family == IP_V4 ? "IPv4" : "IPv6";
}

void vrrp_cf_check_attributes(struct cf_load *l, const struct vrrp_cf_address *a)
{
	uint8_t family = a->address.addr.family;

	if (family == IP_NONE)
		return;
	if (family == IP_V6 && a->label[0])
		cf_error(l, a, "label", "only IPv4 addresses have a label");
	if (family == IP_V6 && a->scope != 0)
		cf_error(l, a, "scope", "that of an IPv6 address follows from the address");
	if (family == IP_V6 && ip_is_set(&a->broadcast))
		cf_error(l, a, "broadcast", "IPv6 knows no broadcast");
	if (ip_is_set(&a->peer) && a->peer.family != family)
		cf_error(l, a, "peer", "is not %s like the address", family_name(family));
}

/* Fills in what is advertised; false when the family is not clear. */
static bool check_families(struct cf_load *l, struct vrrp_cf_instance *cf)
{
	const struct cf_model *m = cf_load_model(l);

	for (uint32_t i = 0; i < cf->addresses.n; i++) {
		const struct vrrp_cf_address *a = vrrp_cf_address(m, cf, i);

		vrrp_cf_check_attributes(l, a);
		if (!a->advertise)
			continue;
		if (cf->n_advertised++ == 0)
			cf->family = a->address.addr.family;
		if (cf->family == IP_NONE)
			return false;
		if (ip_is_set(&a->address.addr) && a->address.addr.family != cf->family) {
			cf_error(l, a, "address",
				 "is not %s like the first address: IPv4 and IPv6 are two virtual "
				 "routers, write an instance for each (they may have the same "
				 "vrid), or add advertise = false to this address",
				 family_name(cf->family));
			return false;
		}
	}
	return true;
}

static const struct vrrp_cf_address *first_advertised(const struct cf_model *m,
						      const struct vrrp_cf_instance *cf)
{
	uint32_t i = 0;

	while (!vrrp_cf_address(m, cf, i)->advertise)
		i++;
	return vrrp_cf_address(m, cf, i);
}

static void check_count(struct cf_load *l, const struct vrrp_cf_instance *cf)
{
	unsigned most = cf->family == IP_V4 ? VRRP_ADDRS_MAX : VRRP_ADDRS6_MAX;

	if (cf->n_advertised > most)
		cf_error(l, cf, "addresses",
			 "%u %s addresses do not fit in an advertisement, which holds %u: add "
			 "advertise = false to the others (on all routers of the group), or use a "
			 "second instance with a vrid of its own",
			 cf->n_advertised, family_name(cf->family), most);
}

void vrrp_cf_check_addresses(struct cf_load *l, struct vrrp_cf_instance *cf)
{
	const struct cf_model *m = cf_load_model(l);
	const struct vrrp_cf_address *first;

	cf->family = IP_NONE;
	cf->n_advertised = 0;
	if (!check_families(l, cf) || cf->addresses.n == 0)
		return;
	if (cf->n_advertised == 0) {
		cf_error(l, cf, "addresses",
			 "none of them is advertised, but an advertisement must carry one at least "
			 "(RFC 9568 5.2.5): leave out advertise = false for one");
		return;
	}
	check_count(l, cf);
	if (cf->family == IP_V4)
		return;
	if (cf->version == 2)
		cf_error(l, cf, "version", "version 2 does not know IPv6; use version 3");
	first = first_advertised(m, cf);
	if (!ip_is_link_local6(&first->address.addr))
		cf_error(l, first, "address",
			 "the first IPv6 address must be link-local, in fe80::/10 (RFC 9568 "
			 "5.2.9), for example \"fe80::%x/64\"",
			 cf->vrid);
}

/* ---- and between instances ---------------------------------------------------------------- */

struct claim {
	const struct vrrp_cf_instance *cf;
	const struct vrrp_cf_address *a;
};

static int same_place(const struct claim *a, const struct claim *b)
{
	int c = strcmp(vrrp_cf_dev(a->cf, a->a), vrrp_cf_dev(b->cf, b->a));

	return c != 0 ? c : ip_cmp(&a->a->address.addr, &b->a->address.addr);
}

static int by_place(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;
	int c = same_place(x, y);

	return c != 0 ? c : x->a < y->a ? -1 : 1; /* in the order of the file */
}

static bool same_subnet(const struct ip_prefix *a, const struct ip_prefix *b)
{
	unsigned whole = a->len / 8, rest = a->len % 8;

	return a->len == b->len && a->addr.family == b->addr.family &&
	       memcmp(a->addr.b, b->addr.b, whole) == 0 &&
	       (rest == 0 || (a->addr.b[whole] ^ b->addr.b[whole]) >> (8 - rest) == 0);
}

/* What the kernel would refuse. */
static void check_scope(struct cf_load *l, const struct claim *a, const struct claim *b)
{
	char text[IP_TEXT_SIZE];

	if (ip_is_set(&b->a->address.addr) && a->a->scope != b->a->scope &&
	    same_subnet(&a->a->address, &b->a->address) &&
	    strcmp(vrrp_cf_dev(a->cf, a->a), vrrp_cf_dev(b->cf, b->a)) == 0)
		cf_error(l, b->a, "scope",
			 "is not that of %s: all addresses of a subnet on an interface have one "
			 "scope",
			 ip_prefix_string(&a->a->address, text));
}

static void check_claims(struct cf_load *l, struct claim *claim, size_t n)
{
	char text[IP_TEXT_SIZE];

	qsort(claim, n, sizeof *claim, by_place);
	for (size_t i = 1; i < n; i++) {
		const char *dev = vrrp_cf_dev(claim[i].cf, claim[i].a);

		check_scope(l, &claim[i - 1], &claim[i]);
		if (!ip_is_set(&claim[i].a->address.addr) || !dev[0] ||
		    same_place(&claim[i - 1], &claim[i]) != 0)
			continue;
		ip_string(&claim[i].a->address.addr, text);
		if (claim[i - 1].cf == claim[i].cf)
			cf_error(l, claim[i].a, "address", "%s is listed twice", text);
		else
			cf_error(l, claim[i].a, "address",
				 "%s on %s belongs to instance \"%s\" already", text, dev,
				 claim[i - 1].cf->name);
	}
}

bool vrrp_cf_check_claims(struct cf_load *l, const struct vrrp_cf *vrrp)
{
	const struct cf_model *m = cf_load_model(l);
	struct claim *claim;
	size_t n = 0;

	for (uint32_t i = 0; i < vrrp->instances.n; i++)
		n += vrrp_cf_instance(m, vrrp, i)->addresses.n;
	claim = calloc(n + 1, sizeof *claim);
	if (!claim)
		return false;
	n = 0;
	for (uint32_t i = 0; i < vrrp->instances.n; i++) {
		const struct vrrp_cf_instance *cf = vrrp_cf_instance(m, vrrp, i);

		for (uint32_t k = 0; k < cf->addresses.n; k++)
			claim[n++] = (struct claim){ cf, vrrp_cf_address(m, cf, k) };
	}
	check_claims(l, claim, n);
	free(claim);
	return true;
}
