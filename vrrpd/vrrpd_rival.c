/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two Actives: what an Active that hears another counts and says of it. An episode has two lines,
 * at its beginning and at its end, however long it goes on and however many adverts it has.
 */
#include "check.h"
#include "ip_text.h"
#include "vrrpd_state.h"

static struct log_line *rival_line(struct vrrpd *d, const struct vr *vr, enum log_level level,
				   const char *event, const struct ip_addr *src, uint8_t priority)
{
	struct log_line *l = vr_log(d, vr, level, event);
	char text[IP_TEXT_SIZE];

	log_text(l, "src", ip_string(src, text));
	log_uint(l, "rival_prio", priority);
	log_uint(l, "prio", vr->core.params.priority);
	return l;
}

static void log_rival(struct vrrpd *d, struct vr *vr, const struct ip_addr *src, uint8_t priority,
		      uint32_t suppressed, const char *text)
{
	struct log_line *l = rival_line(d, vr, LOG_LEVEL_WARNING, "rival", src, priority);

	if (suppressed > 0)
		log_uint(l, "suppressed", suppressed);
	log_text(l, "text", text);
	vrrpd_log(d);
}

static void log_gone(struct vrrpd *d, const struct vr *vr, const struct vrrp_rival *v,
		     const char *why)
{
	uint64_t ms = mono_since(v->last, v->since).ns / 1000000;
	struct log_line *l = rival_line(d, vr, LOG_LEVEL_INFO, "rival-gone", &v->addr, v->priority);

	log_text(l, "why", why);
	log_fmt(l, "duration", "%u.%03us", (unsigned)(ms / 1000), (unsigned)(ms % 1000));
	log_uint(l, "adverts", v->adverts);
	vrrpd_log(d);
}

void vr_rival_heard(struct vrrpd *d, struct vr *vr, mono_t now, const struct vrrp_act *act)
{
	const struct vrrp_params *p = &vr->core.params;
	span_t patience = vrrp_down_interval(p->version, p->priority, act->rival.interval_cs);
	struct vrrp_rival *v = vrrp_rival_heard(&vr->rivals, now, &act->rival.src,
						act->rival.priority, patience);
	uint32_t suppressed;

	vr->count.rivals++;
	if (!v) {
		if (log_allow(&vr->limit.rival, now, DROP_LOG_EVERY, &suppressed))
			log_rival(d, vr, &act->rival.src, act->rival.priority, suppressed,
				  "so many routers advertise themselves as Active that this one "
				  "is not followed: somebody makes up addresses");
		return;
	}
	if (v->adverts > 1)
		return;
	vr->count.rival_episodes++;
	vr_hook_lower(d, vr);
	v->told = log_allow(&v->limit, now, DROP_LOG_EVERY, &suppressed);
	if (v->told)
		log_rival(d, vr, &v->addr, v->priority, suppressed,
			  "another router advertises itself as Active: it did not hear us, or has "
			  "just come back");
}

static void gone(struct vrrpd *d, struct vr *vr, struct vrrp_rival *v, const char *why)
{
	if (v->told)
		log_gone(d, vr, v, why);
}

void vr_rival_left(struct vrrpd *d, struct vr *vr, const struct ip_addr *src)
{
	struct vrrp_rival *v = vrrp_rival_left(&vr->rivals, src);

	if (v)
		gone(d, vr, v, "left");
	if (v && vr->rivals.n == 0)
		vr_hook_confirm(d, vr);
}

void vr_rivals_silent(struct vrrpd *d, struct vr *vr, mono_t now)
{
	struct vrrp_rival *v;

	while ((v = vrrp_rival_silent(&vr->rivals, now))) {
		gone(d, vr, v, "silent");
		if (vr->rivals.n == 0)
			vr_hook_confirm(d, vr);
	}
}

void vr_rivals_end(struct vrrpd *d, struct vr *vr)
{
	struct vrrp_rival *v;

	while ((v = vrrp_rival_end(&vr->rivals)))
		gone(d, vr, v, "not-active");
}

void vr_log_rivals(struct vrrpd *d, const struct vr *vr)
{
	for (unsigned i = 0; i < VRRP_RIVALS_MAX; i++) {
		const struct vrrp_rival *v = &vr->rivals.v[i];

		if (!v->here)
			continue;
		rival_line(d, vr, LOG_LEVEL_INFO, "rival-here", &v->addr, v->priority);
		log_uint(&d->line, "adverts", v->adverts);
		vrrpd_log(d);
	}
}

unsigned vrrpd_rivals_here(const struct vrrpd *d, uint32_t i)
{
	return d->s.vr[i].rivals.n;
}
