/* SPDX-License-Identifier: BSD-2-Clause */
#include "vrrpd_notify.h"

#include <inttypes.h>

#include "vrrp_core.h"

/* A flapping router is no reason to keep the manager busy. */
#define STATUS_EVERY SPAN_S(1)

static void put_status(const struct vrrpd_notify *n, const struct vrrpd *d, struct text *t)
{
	uint32_t count[VRRP_STATE_N] = { 0 };

	for (uint32_t i = 0; i < vrrpd_n(d); i++)
		count[vrrpd_router(d, i)->state]++;
	text_fmt(t, "STATUS=%u Active, %u Backup", count[VRRP_ACTIVE], count[VRRP_BACKUP]);
	if (count[VRRP_INITIALIZE] > 0)
		text_fmt(t, ", %u not running", count[VRRP_INITIALIZE]);
	if (n->refused)
		text_put(t, "; the last reload was refused, the log says why");
}

static void tell_status(struct vrrpd_notify *n, const struct vrrpd *d, mono_t now,
			const char *first)
{
	char buf[200];
	struct text t = text_open(buf, sizeof buf);

	text_put(&t, first);
	put_status(n, d, &t);
	notify_send(&n->to, buf);
	n->told = vrrpd_totals(d)->changes;
	n->status_at = mono_add(now, STATUS_EVERY);
}

void vrrpd_notify_ready(struct vrrpd_notify *n, const struct vrrpd *d, mono_t now, bool refused)
{
	n->refused = refused;
	tell_status(n, d, now, "READY=1\n");
}

void vrrpd_notify_reloading(const struct vrrpd_notify *n, mono_t now)
{
	char buf[80];
	struct text t = text_open(buf, sizeof buf);

	text_fmt(&t, "RELOADING=1\nMONOTONIC_USEC=%" PRIu64, now.ns / 1000);
	notify_send(&n->to, buf);
}

void vrrpd_notify_stopping(const struct vrrpd_notify *n)
{
	notify_send(&n->to, "STOPPING=1\nSTATUS=removing the virtual addresses");
}

static bool has_news(const struct vrrpd_notify *n, const struct vrrpd *d)
{
	return n->to.fd >= 0 && vrrpd_totals(d)->changes != n->told;
}

void vrrpd_notify_turn(struct vrrpd_notify *n, const struct vrrpd *d, mono_t now)
{
	if (n->to.watchdog.ns > 0 && mono_due(n->watchdog_at, now)) {
		notify_send(&n->to, "WATCHDOG=1");
		n->watchdog_at = mono_add(now, n->to.watchdog);
	}
	if (has_news(n, d) && mono_due(n->status_at, now))
		tell_status(n, d, now, "");
}

mono_t vrrpd_notify_deadline(const struct vrrpd_notify *n, const struct vrrpd *d)
{
	mono_t at = n->to.watchdog.ns > 0 ? n->watchdog_at : MONO_NEVER;

	return has_news(n, d) ? mono_min(at, n->status_at) : at;
}
