/* SPDX-License-Identifier: BSD-2-Clause */
#include "vrrp_cf_vmac.h"

#include <stdlib.h>
#include <string.h>

#include "vrrp_cf.h"

/* Five letters and digits that stand for a name: the same ones whenever it is asked. */
static void abbreviate(const char *name, struct text *to)
{
	static const char digit[] = "abcdefghijklmnopqrstuvwxyz234567";
	uint32_t hash = 2166136261; /* FNV-1a */

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619;
	for (unsigned i = 0; i < 5; i++, hash >>= 5)
		text_fmt(to, "%c", digit[(hash ^ hash >> 25) % 32]);
}

/* One that says whose it is, and depends on nothing else in the file: vrrp4-51-eth0. */
static void name_device(struct vrrp_cf_instance *cf)
{
	char head[VRRP_IFNAME_SIZE];
	struct text name = text_open(cf->vmac_device, sizeof cf->vmac_device);
	struct text start = text_open(head, sizeof head);

	text_fmt(&start, "vrrp%c-%u-", cf->family == IP_V6 ? '6' : '4', cf->vrid);
	text_put(&name, head);
	if (strlen(head) + strlen(cf->interface) < sizeof cf->vmac_device)
		text_put(&name, cf->interface);
	else
		abbreviate(cf->interface, &name);
}

static void check_instance(struct cf_load *l, struct vrrp_cf_instance *cf)
{
	cf->vmac_device[0] = '\0';
	if (!cf->virtual_mac) {
		if (cf->virtual_mac_device[0])
			cf_warning(l, cf, "virtual_mac_device",
				   "has no effect without virtual_mac = true");
		return;
	}
	if (cf->family == IP_NONE || cf->vrid == 0 || !cf->interface[0])
		return;
	if (cf->virtual_mac_device[0])
		memcpy(cf->vmac_device, cf->virtual_mac_device, sizeof cf->vmac_device);
	else
		name_device(cf);
	if (cf->unicast.peers.n > 0 && cf->garp.refresh.ns == 0)
		cf_warning(l, cf, "virtual_mac",
			   "with unicast peers advertisements do not carry the virtual MAC, and "
			   "switches forget where it is: set garp = { refresh = \"60s\"; }");
}

/* A name that the machine is to have, and for whom. */
struct taken {
	const char *name;
	const struct vrrp_cf_instance *cf;
	bool device;
};

static int by_name(const void *a, const void *b)
{
	const struct taken *x = a, *y = b;
	int c = strcmp(x->name, y->name);

	if (c == 0)
		c = x->device - y->device; /* interfaces first */
	return c != 0 ? c : x->cf < y->cf ? -1 : 1;
}

static void check_names(struct cf_load *l, struct taken *t, size_t n)
{
	qsort(t, n, sizeof *t, by_name);
	for (size_t i = 1; i < n; i++)
		if (t[i].device && strcmp(t[i - 1].name, t[i].name) == 0)
			cf_error(l, t[i].cf, "virtual_mac",
				 t[i - 1].device
					 ? "its device would be called %s, as that of instance "
					   "\"%s\": set virtual_mac_device"
					 : "its device would be called %s, as the interface of "
					   "instance \"%s\": set virtual_mac_device",
				 t[i].name, t[i - 1].cf->name);
}

void vrrp_cf_vmac_check(struct cf_load *l, const struct vrrp_cf *vrrp)
{
	const struct cf_model *m = cf_load_model(l);
	struct taken *taken = calloc((size_t)2 * vrrp->instances.n + 1, sizeof *taken);
	size_t n = 0;

	if (!taken) {
		cf_error(l, vrrp, NULL, "out of memory");
		return;
	}
	for (uint32_t i = 0; i < vrrp->instances.n; i++) {
		struct vrrp_cf_instance *cf = vrrp_cf_instance(m, vrrp, i);

		check_instance(l, cf);
		taken[n++] = (struct taken){ cf->interface, cf, false };
		if (cf->vmac_device[0])
			taken[n++] = (struct taken){ cf->vmac_device, cf, true };
	}
	check_names(l, taken, n);
	free(taken);
}
