/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Marks are linked through their numbers. One is in the list exactly while it has bits and is not
 * busy: so whoever takes the first never looks past one that cannot be told now.
 */
#include "vrrp_notify.h"

#include "check.h"

enum vrrp_notify_state vrrp_notify_state(enum vrrp_state state, enum vrrp_why why)
{
	if (state == VRRP_ACTIVE)
		return VRRP_NOTIFY_ACTIVE;
	if (state == VRRP_BACKUP)
		return VRRP_NOTIFY_BACKUP;
	if (why == VRRP_WHY_STOP)
		return VRRP_NOTIFY_STOP;
	if (why == VRRP_WHY_REMOVED)
		return VRRP_NOTIFY_DELETED;
	/* It has not been anything else before. */
	if (why == VRRP_WHY_NONE || why == VRRP_WHY_START_DELAY || why == VRRP_WHY_TRACKER_UNKNOWN)
		return VRRP_NOTIFY_NONE;
	return VRRP_NOTIFY_FAULT;
}

static void take_out(struct vrrp_notify_sink *s, uint32_t i)
{
	struct vrrp_notify_mark *m = &s->mark[i];

	if (m->prev != VRRP_NOTIFY_NOBODY)
		s->mark[m->prev].next = m->next;
	else
		s->first = m->next;
	if (m->next != VRRP_NOTIFY_NOBODY)
		s->mark[m->next].prev = m->prev;
	else
		s->last = m->prev;
}

static void put_last(struct vrrp_notify_sink *s, uint32_t i)
{
	struct vrrp_notify_mark *m = &s->mark[i];

	m->prev = s->last;
	m->next = VRRP_NOTIFY_NOBODY;
	if (s->last != VRRP_NOTIFY_NOBODY)
		s->mark[s->last].next = i;
	else
		s->first = i;
	s->last = i;
}

static void set_bits(struct vrrp_notify_sink *s, uint32_t i, unsigned bits, bool renew)
{
	struct vrrp_notify_mark *m = &s->mark[i];
	bool waited = m->bits != 0 && !m->busy, waits = bits != 0 && !m->busy;

	if (waited && (!waits || renew))
		take_out(s, i);
	m->bits = (uint8_t)bits;
	if (waits && (!waited || renew))
		put_last(s, i);
}

void vrrp_notify_init(struct vrrp_notify_sink *s, struct vrrp_notify_mark *mark)
{
	*s = (struct vrrp_notify_sink){
		.mark = mark, .first = VRRP_NOTIFY_NOBODY, .last = VRRP_NOTIFY_NOBODY
	};
}

void vrrp_notify_changed(struct vrrp_notify_sink *s, uint32_t i, unsigned bits)
{
	const unsigned state = VRRP_NOTIFY_THIS | VRRP_NOTIFY_ANY;

	CHECK((bits & ~state) == 0);
	if (s->mark[i].half != VRRP_NOTIFY_NONE)
		s->mark[i].told = s->mark[i].half;
	s->mark[i].half = VRRP_NOTIFY_NONE;
	s->merged += (s->mark[i].bits & state) != 0;
	set_bits(s, i, (s->mark[i].bits & ~state) | bits, true);
}

void vrrp_notify_also(struct vrrp_notify_sink *s, uint32_t i, unsigned bit)
{
	CHECK(bit == VRRP_NOTIFY_PRIORITY || bit == VRRP_NOTIFY_LOWER);
	s->merged += (s->mark[i].bits & bit) != 0;
	set_bits(s, i, s->mark[i].bits | bit, true);
}

void vrrp_notify_drop(struct vrrp_notify_sink *s, uint32_t i)
{
	set_bits(s, i, 0, false);
}

uint32_t vrrp_notify_next(const struct vrrp_notify_sink *s)
{
	return s->first;
}

unsigned vrrp_notify_what(struct vrrp_notify_sink *s, uint32_t i, enum vrrp_notify_state now)
{
	unsigned bits = s->mark[i].bits, gone = 0;

	if (now != VRRP_NOTIFY_ACTIVE)
		gone |= bits & VRRP_NOTIFY_LOWER;
	if (now != VRRP_NOTIFY_ACTIVE && now != VRRP_NOTIFY_BACKUP)
		gone |= bits & VRRP_NOTIFY_PRIORITY;
	s->merged += (gone & VRRP_NOTIFY_LOWER) != 0;
	s->merged += (gone & VRRP_NOTIFY_PRIORITY) != 0;
	bits &= ~gone;
	if (gone != 0)
		set_bits(s, i, bits, false);
	return bits & (~bits + 1); /* the lowest */
}

void vrrp_notify_told(struct vrrp_notify_sink *s, uint32_t i, unsigned bit,
		      enum vrrp_notify_state now, bool busy)
{
	struct vrrp_notify_mark *m = &s->mark[i];
	unsigned bits = m->bits & ~bit;

	CHECK((m->bits & bit) != 0 && !m->busy);
	/* The state has been told, and the priority with it. */
	if ((bit & (VRRP_NOTIFY_THIS | VRRP_NOTIFY_ANY)) != 0) {
		s->merged += (bits & VRRP_NOTIFY_PRIORITY) != 0;
		bits &= ~(unsigned)VRRP_NOTIFY_PRIORITY;
		m->half = (bits & VRRP_NOTIFY_ANY) != 0 ? (uint8_t)now : VRRP_NOTIFY_NONE;
		if (m->half == VRRP_NOTIFY_NONE)
			m->told = (uint8_t)now;
	}
	s->told++;
	set_bits(s, i, busy ? 0 : bits, false);
	m->busy = busy;
	m->bits = (uint8_t)bits;
}

void vrrp_notify_done(struct vrrp_notify_sink *s, uint32_t i)
{
	struct vrrp_notify_mark *m = &s->mark[i];
	unsigned bits = m->bits;

	CHECK(m->busy);
	m->busy = false;
	m->bits = 0;
	set_bits(s, i, bits, false);
}

const char *vrrp_notify_word(enum vrrp_notify_state state, unsigned bit)
{
	static const char *const word[VRRP_NOTIFY_STATE_N] = {
		"", "MASTER", "BACKUP", "FAULT", "STOP", "DELETED"
	};

	if (bit == VRRP_NOTIFY_LOWER)
		return "MASTER_RX_LOWER_PRI";
	if (bit == VRRP_NOTIFY_PRIORITY)
		return state == VRRP_NOTIFY_ACTIVE ? "MASTER_PRIORITY" : "BACKUP_PRIORITY";
	return word[state];
}

void vrrp_notify_line(struct text *t, bool group, const char *name, const char *word,
		      unsigned priority)
{
	text_fmt(t, "%s \"%s\" %s %u\n", group ? "GROUP" : "INSTANCE", name, word, priority);
}
