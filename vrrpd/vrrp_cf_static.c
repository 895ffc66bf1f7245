/* SPDX-License-Identifier: BSD-2-Clause */
/* The cross checks of static addresses: they have settings of virtual ones, but not all of them. */
#include <stdlib.h>

#include "ip_text.h"
#include "vrrp_cf.h"

/* An address and where it lives. `owner`: the instance it belongs to; NULL: static. */
struct place {
	const struct vrrp_cf_address *a;
	const char *dev, *owner;
};

static int same_place(const struct place *a, const struct place *b)
{
	int c = strcmp(a->dev, b->dev);

	return c != 0 ? c : ip_cmp(&a->a->address.addr, &b->a->address.addr);
}

/* Virtual ones first: then it is the static one that is too many. */
static int by_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int c = same_place(x, y);

	if (c == 0)
		c = (x->owner == NULL) - (y->owner == NULL);
	return c != 0 ? c : x->a < y->a ? -1 : 1;
}

static void check_pairs(struct cf_load *l, struct place *place, size_t n)
{
	char text[IP_TEXT_SIZE];

	qsort(place, n, sizeof *place, by_place);
	for (size_t i = 1; i < n; i++) {
		const struct place *p = &place[i], *other = p - 1;

		if (p->owner || !*p->dev || !ip_is_set(&p->a->address.addr) ||
		    same_place(other, p) != 0)
			continue;
		ip_string(&p->a->address.addr, text);
		if (other->owner)
			cf_error(l, p->a, "address", "%s on %s belongs to instance \"%s\"", text,
				 p->dev, other->owner);
		else
			cf_error(l, p->a, "address", "%s on %s is listed twice", text, p->dev);
	}
}

void vrrp_cf_static_check(struct cf_load *l, const struct vrrp_cf *vrrp)
{
	const struct cf_model *m = cf_load_model(l);
	size_t n = vrrp->static_addresses.n;
	struct place *place;

	if (n == 0)
		return;
	for (uint32_t i = 0; i < vrrp->instances.n; i++)
		n += vrrp_cf_instance(m, vrrp, i)->addresses.n;
	place = calloc(n, sizeof *place);
	if (!place) {
		cf_error(l, vrrp, NULL, "out of memory");
		return;
	}
	n = 0;
	for (uint32_t i = 0; i < vrrp->static_addresses.n; i++) {
		const struct vrrp_cf_address *a = vrrp_cf_static_address(m, vrrp, i);

		vrrp_cf_check_attributes(l, a);
		if (!*a->dev && cf_load_clean(l))
			cf_error(l, a, "dev", "is needed: the interface of the address");
		if (!a->advertise || !a->track)
			cf_error(l, a, a->track ? "advertise" : "track",
				 "is for virtual addresses only");
		place[n++] = (struct place){ a, a->dev, NULL };
	}
	for (uint32_t i = 0; i < vrrp->instances.n; i++) {
		const struct vrrp_cf_instance *cf = vrrp_cf_instance(m, vrrp, i);

		for (uint32_t k = 0; k < cf->addresses.n; k++) {
			const struct vrrp_cf_address *a = vrrp_cf_address(m, cf, k);

			place[n++] = (struct place){ a, vrrp_cf_dev(cf, a), cf->name };
		}
	}
	check_pairs(l, place, n);
	free(place);
}
