/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The oracle against the requirements, by numbers computed by hand. These tests prove nothing of
 * the product, so their names claim no requirement row; the rows, and the decisions D1..D19 of the
 * oracle, are in the comments.
 */
#include "vrrp_ref.h"

#include <string.h>

#include "unit.h"

#define NEVER UINT64_MAX
#define MS UINT64_C(1000000)
#define SEC UINT64_C(1000000000)
#define T0 (1000 * SEC)

static const uint8_t OWN[16] = { 192, 0, 2, 100 };
static const uint8_t LOW[16] = { 192, 0, 2, 99 };
static const uint8_t HIGH[16] = { 192, 0, 2, 101 };

/* ---- the state machine */

/* Version 3, IPv4, priority 100, 1 s. So A = 1 s, S = 609.375 ms, D = 3.609375 s. */
static struct vrrp_ref_cf plain(void)
{
	struct vrrp_ref_cf cf = {
		.version = 3, .family = 4, .vrid = 10, .priority = 100, .interval_cs = 100,
		.preempt = true, .has_source = true,
	};

	memcpy(cf.source, OWN, sizeof cf.source);
	return cf;
}

#define A SEC
#define S (609375 * MS / 1000)
#define D (3 * A + S)

static struct vrrp_ref started(struct vrrp_ref_cf cf)
{
	struct vrrp_ref r;
	struct vrrp_ref_out out;

	vrrp_ref_init(&r, &cf);
	vrrp_ref_startup(&r, T0, &out);
	return r;
}

/* Active since T0; in its time as Backup it has learned an interval that is not its own. */
static struct vrrp_ref active(struct vrrp_ref_cf cf)
{
	struct vrrp_ref r;
	struct vrrp_ref_out out;

	vrrp_ref_init(&r, &cf);
	if (cf.priority == 255) {
		vrrp_ref_startup(&r, T0, &out);
	} else {
		vrrp_ref_startup(&r, T0 - 900 * SEC, &out);
		vrrp_ref_advert(&r, T0 - 900 * SEC, 255, 7, LOW, &out);
		/* Once more, so that it is due at T0. */
		vrrp_ref_advert(&r, T0 - (vrrp_ref_deadline(&r) - (T0 - 900 * SEC)), 255, 7, LOW,
				&out);
		vrrp_ref_timer(&r, T0, &out);
	}
	assert_int_equal(r.state, VRRP_REF_ACTIVE);
	return r;
}

/* The step changed neither state nor addresses, and sent n adverts of that priority. */
static void assert_only_sent(const struct vrrp_ref_out *out, unsigned n, uint8_t priority)
{
	assert_int_equal(out->n_adverts, n);
	for (unsigned i = 0; i < n; i++)
		assert_int_equal(out->advert_priority[i], priority);
	assert_int_equal(out->from, out->to);
	assert_false(out->addresses_added);
	assert_false(out->addresses_removed);
}

static void assert_went(const struct vrrp_ref_out *out, enum vrrp_ref_state from,
			enum vrrp_ref_state to)
{
	assert_int_equal(out->from, from);
	assert_int_equal(out->to, to);
	assert_int_equal(out->addresses_added, from != to && to == VRRP_REF_ACTIVE);
	assert_int_equal(out->addresses_removed, from != to && from == VRRP_REF_ACTIVE);
	assert_false(out->rival);
}

static void assert_untouched(const struct vrrp_ref *r, const struct vrrp_ref *before)
{
	assert_int_equal(r->state, before->state);
	assert_int_equal(r->active_adver_interval_cs, before->active_adver_interval_cs);
	assert_int_equal(r->active_down_timer, before->active_down_timer);
	assert_int_equal(r->adver_timer, before->adver_timer);
	assert_int_equal(r->tat, before->tat);
}

/* Rows 63-67, 70, 72, D6: the timer table and its corners, in exact nanoseconds. S is seen after a
 * priority-0 advert, D after startup. */
static void ref_timer_table(void **state)
{
	static const struct {
		uint8_t version;
		uint32_t cs;
		uint8_t priority;
		uint64_t skew, down;
	} rows[] = {
		{ 2, 100, 254, 7812500, 3007812500 },
		{ 2, 100, 200, 218750000, 3218750000 },
		{ 2, 100, 100, 609375000, 3609375000 },
		{ 2, 100, 1, 996093750, 3996093750 },
		{ 2, 1000, 254, 7812500, 30007812500 },
		{ 2, 1000, 200, 218750000, 30218750000 },
		{ 2, 1000, 100, 609375000, 30609375000 },
		{ 2, 1000, 1, 996093750, 30996093750 },
		{ 2, 25500, 1, 996093750, 765996093750 },
		{ 3, 100, 254, 7812500, 3007812500 },
		{ 3, 100, 200, 218750000, 3218750000 },
		{ 3, 100, 100, 609375000, 3609375000 },
		{ 3, 100, 1, 996093750, 3996093750 },
		{ 3, 1000, 254, 78125000, 30078125000 },
		{ 3, 1000, 200, 2187500000, 32187500000 },
		{ 3, 1000, 100, 6093750000, 36093750000 },
		{ 3, 1000, 1, 9960937500, 39960937500 },
		{ 3, 10, 254, 781250, 300781250 },
		{ 3, 10, 200, 21875000, 321875000 },
		{ 3, 10, 100, 60937500, 360937500 },
		{ 3, 10, 1, 99609375, 399609375 },
		{ 3, 5, 254, 390625, 150390625 },
		{ 3, 5, 200, 10937500, 160937500 },
		{ 3, 5, 100, 30468750, 180468750 },
		{ 3, 5, 1, 49804687, 199804687 },
		{ 3, 1, 254, 78125, 30078125 },
		{ 3, 1, 253, 117187, 30117187 },
		{ 3, 1, 200, 2187500, 32187500 },
		{ 3, 1, 100, 6093750, 36093750 },
		{ 3, 1, 1, 9960937, 39960937 },
		{ 3, 4095, 254, 319921875, 123169921875 },
		{ 3, 4095, 200, 8957812500, 131807812500 },
		{ 3, 4095, 100, 24953906250, 147803906250 },
		{ 3, 4095, 1, 40790039062, 163640039062 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct vrrp_ref_cf cf = plain();
		struct vrrp_ref_out out;
		struct vrrp_ref r;

		cf.version = rows[i].version;
		cf.interval_cs = rows[i].cs;
		cf.priority = rows[i].priority;
		r = started(cf);
		assert_int_equal(vrrp_ref_deadline(&r), T0 + rows[i].down);
		vrrp_ref_advert(&r, T0, 0, cf.interval_cs, LOW, &out);
		assert_int_equal(vrrp_ref_deadline(&r), T0 + rows[i].skew);
	}
}

/* Row 71: one timer in Backup and in Active, none in Initialize. */
static void ref_has_one_timer_or_none(void **state)
{
	struct vrrp_ref_cf cf = plain();
	struct vrrp_ref_out out;
	struct vrrp_ref r;

	(void)state;
	vrrp_ref_init(&r, &cf);
	assert_int_equal(r.state, VRRP_REF_INITIALIZE);
	assert_int_equal(vrrp_ref_deadline(&r), NEVER);
	r = started(cf);
	assert_true(r.active_down_timer != NEVER && r.adver_timer == NEVER);
	r = active(cf);
	assert_true(r.active_down_timer == NEVER && r.adver_timer != NEVER);
	vrrp_ref_advert(&r, T0 + 1, 101, 100, LOW, &out);
	assert_true(r.active_down_timer != NEVER && r.adver_timer == NEVER);
	vrrp_ref_shutdown(&r, T0 + 2, true, &out);
	assert_int_equal(vrrp_ref_deadline(&r), NEVER);
}

/* Row 73, D8. */
static void ref_owner_starts_active(void **state)
{
	struct vrrp_ref_cf cf = plain();
	struct vrrp_ref_out out;
	struct vrrp_ref r;

	(void)state;
	cf.priority = 255;
	vrrp_ref_init(&r, &cf);
	vrrp_ref_startup(&r, T0, &out);
	assert_went(&out, VRRP_REF_INITIALIZE, VRRP_REF_ACTIVE);
	assert_int_equal(out.n_adverts, 1);
	assert_int_equal(out.advert_priority[0], 255);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + A);
}

/* Rows 66 and 74. A second startup changes nothing. */
static void ref_others_start_as_backup(void **state)
{
	struct vrrp_ref_cf cf = plain();
	struct vrrp_ref_out out;
	struct vrrp_ref r;

	(void)state;
	cf.priority = 254;
	vrrp_ref_init(&r, &cf);
	vrrp_ref_startup(&r, T0, &out);
	assert_went(&out, VRRP_REF_INITIALIZE, VRRP_REF_BACKUP);
	assert_int_equal(out.n_adverts, 0);
	assert_int_equal(r.active_adver_interval_cs, 100);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + 3 * A + 7812500);
	vrrp_ref_startup(&r, T0 + 1, &out);
	assert_only_sent(&out, 0, 0);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + 3 * A + 7812500);
}

/* Row 66: what was learned in an earlier life is forgotten. */
static void ref_startup_forgets_the_learned_interval(void **state)
{
	struct vrrp_ref r = started(plain());
	struct vrrp_ref_out out;

	(void)state;
	vrrp_ref_advert(&r, T0, 200, 1000, LOW, &out);
	vrrp_ref_shutdown(&r, T0, true, &out);
	vrrp_ref_startup(&r, T0, &out);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + D);
}

/* Row 75, D9. */
static void ref_initialize_ignores_everything(void **state)
{
	struct vrrp_ref_cf cf = plain();
	struct vrrp_ref_out out;
	struct vrrp_ref r, before;

	(void)state;
	vrrp_ref_init(&r, &cf);
	before = r;
	for (unsigned priority = 0; priority < 256; priority++) {
		vrrp_ref_advert(&r, T0, (uint8_t)priority, 100, HIGH, &out);
		assert_only_sent(&out, 0, 0);
		assert_false(out.rival);
	}
	vrrp_ref_timer(&r, T0, &out);
	assert_only_sent(&out, 0, 0);
	vrrp_ref_timer(&r, NEVER, &out);
	assert_only_sent(&out, 0, 0);
	vrrp_ref_shutdown(&r, T0, true, &out);
	assert_only_sent(&out, 0, 0);
	assert_untouched(&r, &before);
}

/* Row 76. */
static void ref_backup_shuts_down_silently(void **state)
{
	struct vrrp_ref r = started(plain());
	struct vrrp_ref_out out;

	(void)state;
	vrrp_ref_shutdown(&r, T0 + 1, true, &out);
	assert_went(&out, VRRP_REF_BACKUP, VRRP_REF_INITIALIZE);
	assert_int_equal(out.n_adverts, 0);
	assert_int_equal(vrrp_ref_deadline(&r), NEVER);
}

/* Rows 77 and 95: whatever Preempt_Mode says. D10: not a nanosecond early. */
static void ref_backup_takes_over_when_its_timer_expires(void **state)
{
	(void)state;
	for (int preempt = 0; preempt < 2; preempt++) {
		struct vrrp_ref_cf cf = plain();
		struct vrrp_ref_out out;
		struct vrrp_ref r, before;

		cf.preempt = preempt != 0;
		r = started(cf);
		before = r;
		vrrp_ref_timer(&r, T0 + D - 1, &out);
		assert_only_sent(&out, 0, 0);
		assert_untouched(&r, &before);
		vrrp_ref_timer(&r, T0 + D + 5, &out);
		assert_went(&out, VRRP_REF_BACKUP, VRRP_REF_ACTIVE);
		assert_int_equal(out.n_adverts, 1);
		assert_int_equal(out.advert_priority[0], 100);
		assert_int_equal(vrrp_ref_deadline(&r), T0 + D + 5 + A);
	}
}

/* Row 69: as Active our own interval counts, not the learned one. */
static void ref_active_sends_at_its_own_interval(void **state)
{
	struct vrrp_ref r = started(plain());
	struct vrrp_ref_out out;
	uint64_t t;

	(void)state;
	vrrp_ref_advert(&r, T0, 100, 1000, LOW, &out);
	t = vrrp_ref_deadline(&r);
	vrrp_ref_timer(&r, t, &out);
	assert_int_equal(vrrp_ref_deadline(&r), t + A);
	vrrp_ref_timer(&r, t + A, &out);
	assert_int_equal(vrrp_ref_deadline(&r), t + 2 * A);
}

/* Row 78. Row 70: S is of the interval learned before; that of the advert itself is not learned. */
static void ref_backup_waits_skew_after_priority_zero(void **state)
{
	struct vrrp_ref r = started(plain());
	struct vrrp_ref_out out;

	(void)state;
	vrrp_ref_advert(&r, T0, 200, 1000, LOW, &out);
	vrrp_ref_advert(&r, T0 + 1, 0, 10, LOW, &out);
	assert_only_sent(&out, 0, 0);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + 1 + 10 * S);
	assert_int_equal(r.active_adver_interval_cs, 1000);
}

/* D1: a second priority-0 advert does not put the takeover off; nor does one past the deadline. */
static void ref_priority_zero_never_lengthens_the_wait(void **state)
{
	struct vrrp_ref r = started(plain());
	struct vrrp_ref_out out;

	(void)state;
	vrrp_ref_advert(&r, T0, 0, 100, LOW, &out);
	vrrp_ref_advert(&r, T0 + S / 2, 0, 100, LOW, &out);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + S);
	vrrp_ref_advert(&r, T0 + S + 7, 0, 100, LOW, &out);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + S);
	assert_int_equal(r.state, VRRP_REF_BACKUP);
}

/* Rows 67, 79 and 82: S as well as D follows the learned interval; the source does not matter. */
static void ref_backup_follows_higher_and_equal(void **state)
{
	static const uint8_t *const from[] = { LOW, OWN, HIGH };

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		for (unsigned priority = 100; priority < 256; priority++) {
			struct vrrp_ref r = started(plain());
			struct vrrp_ref_out out;

			vrrp_ref_advert(&r, T0 + SEC, (uint8_t)priority, 1000, from[i], &out);
			assert_only_sent(&out, 0, 0);
			assert_false(out.rival);
			assert_int_equal(r.active_adver_interval_cs, 1000);
			assert_int_equal(vrrp_ref_deadline(&r), T0 + SEC + 10 * D);
		}
	}
}

/* Row 67: learning works downwards too, and version 2 does not learn (D6). */
static void ref_learns_short_intervals_and_never_in_version_2(void **state)
{
	struct vrrp_ref_cf cf = plain();
	struct vrrp_ref r = started(cf);
	struct vrrp_ref_out out;

	(void)state;
	vrrp_ref_advert(&r, T0, 100, 10, LOW, &out);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + D / 10);
	cf.version = 2;
	r = started(cf);
	vrrp_ref_advert(&r, T0 + 1, 100, 1000, LOW, &out);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + 1 + D);
	assert_int_equal(r.active_adver_interval_cs, 0);
	vrrp_ref_timer(&r, T0 + 1 + D, &out);
	vrrp_ref_advert(&r, T0 + 1 + D, 101, 1000, LOW, &out);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + 1 + D + D);
}

/* Row 80, D7: any but zero, and 79 and 82 as with preemption. */
static void ref_backup_without_preempt_follows_anyone(void **state)
{
	static const uint8_t *const from[] = { LOW, OWN, HIGH };
	struct vrrp_ref_cf cf = plain();

	(void)state;
	cf.preempt = false;
	for (unsigned i = 0; i < 3; i++) {
		for (unsigned priority = 1; priority < 256; priority++) {
			struct vrrp_ref r = started(cf);
			struct vrrp_ref_out out;

			vrrp_ref_advert(&r, T0 + 5, (uint8_t)priority, 1000, from[i], &out);
			assert_only_sent(&out, 0, 0);
			assert_int_equal(r.active_adver_interval_cs, 1000);
			assert_int_equal(vrrp_ref_deadline(&r), T0 + 5 + 10 * D);
		}
	}
}

/* Row 81. */
static void ref_backup_with_preempt_ignores_lower(void **state)
{
	struct vrrp_ref r = started(plain()), before = r;
	struct vrrp_ref_out out;

	(void)state;
	for (unsigned priority = 1; priority < 100; priority++) {
		vrrp_ref_advert(&r, T0 + priority, (uint8_t)priority, 1000, HIGH, &out);
		assert_only_sent(&out, 0, 0);
		assert_false(out.rival);
	}
	assert_untouched(&r, &before);
}

/* After row 100: the takeover comes D after the last advert that was accepted. */
static void ref_lower_adverts_do_not_put_a_preemption_off(void **state)
{
	struct vrrp_ref r = started(plain());
	struct vrrp_ref_out out;

	(void)state;
	vrrp_ref_advert(&r, T0 + SEC, 100, 100, LOW, &out);
	for (unsigned i = 2; i < 5; i++)
		vrrp_ref_advert(&r, T0 + i * SEC, 99, 100, HIGH, &out);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + SEC + D);
}

/* Row 83: an owner that yielded to another owner follows it. */
static void ref_owner_in_backup_follows_an_owner(void **state)
{
	struct vrrp_ref_cf cf = plain();
	struct vrrp_ref_out out;
	struct vrrp_ref r;

	(void)state;
	cf.priority = 255;
	r = active(cf);
	vrrp_ref_advert(&r, T0, 255, 100, HIGH, &out);
	assert_went(&out, VRRP_REF_ACTIVE, VRRP_REF_BACKUP);
	vrrp_ref_advert(&r, T0 + A, 255, 200, LOW, &out);
	assert_int_equal(r.state, VRRP_REF_BACKUP);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + A + 6 * SEC + 7812500);
}

/* Row 84, D4: on its grid while it can, never into the past. */
static void ref_adver_timer_does_not_drift(void **state)
{
	struct vrrp_ref r = active(plain());
	struct vrrp_ref_out out;

	(void)state;
	vrrp_ref_timer(&r, T0 + A - 1, &out);
	assert_only_sent(&out, 0, 0);
	vrrp_ref_timer(&r, T0 + A + 300 * MS, &out);
	assert_only_sent(&out, 1, 100);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + 2 * A);
	vrrp_ref_timer(&r, T0 + 3 * A - 1, &out);
	assert_only_sent(&out, 1, 100);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + 3 * A);
	vrrp_ref_timer(&r, T0 + 4 * A, &out);
	assert_only_sent(&out, 1, 100);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + 5 * A);
	vrrp_ref_timer(&r, T0 + 99 * A + 1, &out);
	assert_only_sent(&out, 1, 100);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + 100 * A + 1);
}

/* Row 85, D9. */
static void ref_active_leaves_with_one_priority_zero(void **state)
{
	struct vrrp_ref r = active(plain());
	struct vrrp_ref_out out;

	(void)state;
	vrrp_ref_shutdown(&r, T0 + 1, true, &out);
	assert_went(&out, VRRP_REF_ACTIVE, VRRP_REF_INITIALIZE);
	assert_int_equal(out.n_adverts, 1);
	assert_int_equal(out.advert_priority[0], 0);
	assert_int_equal(vrrp_ref_deadline(&r), NEVER);
}

/* Row 86, both versions. */
static void ref_active_answers_priority_zero(void **state)
{
	(void)state;
	for (uint8_t version = 2; version <= 3; version++) {
		struct vrrp_ref_cf cf = plain();
		struct vrrp_ref_out out;
		struct vrrp_ref r;

		cf.version = version;
		r = active(cf);
		vrrp_ref_advert(&r, T0 + 300 * MS, 0, 1000, HIGH, &out);
		assert_only_sent(&out, 1, 100);
		assert_false(out.rival);
		assert_int_equal(vrrp_ref_deadline(&r), T0 + 300 * MS + A);
	}
}

/* Rows 68, 87 and 92. */
static void ref_active_yields_to_higher(void **state)
{
	(void)state;
	for (int preempt = 0; preempt < 2; preempt++) {
		for (unsigned priority = 101; priority < 256; priority++) {
			struct vrrp_ref_cf cf = plain();
			struct vrrp_ref_out out;
			struct vrrp_ref r;

			cf.preempt = preempt != 0;
			r = active(cf);
			vrrp_ref_advert(&r, T0 + 5, (uint8_t)priority, 1000, LOW, &out);
			assert_went(&out, VRRP_REF_ACTIVE, VRRP_REF_BACKUP);
			assert_int_equal(out.n_adverts, 1); /* D12 */
			assert_int_equal(out.advert_priority[0], cf.priority);
			assert_int_equal(vrrp_ref_deadline(&r), T0 + 5 + 10 * D);
		}
	}
}

/* Row 88: unsigned, most significant byte first, the whole address. */
static void ref_active_yields_to_equal_with_higher_source(void **state)
{
	static const struct { uint8_t family, own[16], src[16]; bool yields; } rows[] = {
		{ 4, { 192, 0, 2, 100 }, { 192, 0, 2, 101 }, true },
		{ 4, { 192, 0, 2, 101 }, { 192, 0, 2, 100 }, false },
		{ 4, { 10, 0, 0, 255 }, { 192, 0, 2, 1 }, true },
		{ 4, { 127, 255, 255, 255 }, { 128, 0, 0, 0 }, true },
		{ 4, { 10, 0, 0, 1 }, { 10, 0, 0, 1, 9 }, false },
		{ 6, { 0xfe, 0x80, [15] = 1 }, { 0xfe, 0x80, [15] = 2 }, true },
		{ 6, { 0xfe, 0x80, [15] = 2 }, { 0xfe, 0x80, [15] = 1 }, false },
		{ 6, { 0xfe, 0x80, [8] = 0x7f, [15] = 0xff }, { 0xfe, 0x80, [8] = 0x80 }, true },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct vrrp_ref_cf cf = plain();
		struct vrrp_ref_out out;
		struct vrrp_ref r;

		cf.family = rows[i].family;
		memcpy(cf.source, rows[i].own, 16);
		r = active(cf);
		vrrp_ref_advert(&r, T0 + 5, 100, 1000, rows[i].src, &out);
		assert_int_equal(r.state, rows[i].yields ? VRRP_REF_BACKUP : VRRP_REF_ACTIVE);
		assert_int_equal(out.n_adverts, 1);
		assert_int_equal(out.rival, !rows[i].yields);
		assert_int_equal(vrrp_ref_deadline(&r), rows[i].yields ? T0 + 5 + 10 * D : T0 + A);
	}
}

/* Rows 89, 90 and 91: version 3 asserts itself, version 2 just discards; the timer runs on. */
static void ref_active_asserts_itself_against_lower(void **state)
{
	static const struct { uint8_t priority; const uint8_t *src; } rows[] = {
		{ 100, LOW }, { 100, OWN }, { 99, HIGH }, { 1, LOW },
	};

	(void)state;
	for (uint8_t version = 2; version <= 3; version++) {
		for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
			struct vrrp_ref_cf cf = plain();
			struct vrrp_ref_out out;
			struct vrrp_ref r;

			cf.version = version;
			r = active(cf);
			vrrp_ref_advert(&r, T0 + 5, rows[i].priority, 100, rows[i].src, &out);
			assert_only_sent(&out, version == 3, 100);
			assert_true(out.rival);
			assert_int_equal(vrrp_ref_deadline(&r), T0 + A);
		}
	}
}

/* Row 93, D5. Only a live change can bring an owner into Backup that hears a lower priority. */
static void ref_owner_preempts_without_preempt(void **state)
{
	struct vrrp_ref_cf cf = plain();
	struct vrrp_ref_out out;
	struct vrrp_ref r, before;

	(void)state;
	cf.preempt = false;
	r = started(cf);
	cf.priority = 255;
	vrrp_ref_configure(&r, T0, &cf);
	before = r;
	vrrp_ref_advert(&r, T0 + 1, 254, 1000, HIGH, &out);
	assert_only_sent(&out, 0, 0);
	assert_untouched(&r, &before);
}

/* Row 94 with erratum 8298: two owners are settled by their addresses. */
static void ref_two_owners_are_settled_by_address(void **state)
{
	struct vrrp_ref_cf cf = plain();
	struct vrrp_ref_out out;
	struct vrrp_ref r;

	(void)state;
	cf.priority = 255;
	r = active(cf);
	vrrp_ref_advert(&r, T0, 255, 100, LOW, &out);
	assert_only_sent(&out, 1, 255);
	assert_true(out.rival);
	vrrp_ref_advert(&r, T0, 255, 100, HIGH, &out);
	assert_went(&out, VRRP_REF_ACTIVE, VRRP_REF_BACKUP);
}

/* Row 96. */
static void ref_new_priority_leaves_the_running_timer(void **state)
{
	struct vrrp_ref_cf cf = plain();
	struct vrrp_ref r = started(cf);
	struct vrrp_ref_out out;

	(void)state;
	cf.priority = 200;
	vrrp_ref_configure(&r, T0 + 1, &cf);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + D);
	vrrp_ref_advert(&r, T0 + 2, 199, 100, LOW, &out);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + D);
	vrrp_ref_advert(&r, T0 + 2, 200, 100, LOW, &out);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + 2 + 3218750000);
	vrrp_ref_timer(&r, T0 + 2 + 3218750000, &out);
	assert_int_equal(out.advert_priority[0], 200);
	cf.priority = 50;
	vrrp_ref_configure(&r, T0 + 4 * SEC, &cf);
	vrrp_ref_advert(&r, T0 + 4 * SEC, 51, 100, LOW, &out);
	assert_int_equal(r.state, VRRP_REF_BACKUP);
}

/* Row 97: Active finishes the gap it is in; Backup keeps what it has learned. */
static void ref_new_interval_leaves_the_running_timer(void **state)
{
	struct vrrp_ref_cf cf = plain();
	struct vrrp_ref_out out;
	struct vrrp_ref r;

	(void)state;
	r = active(cf);
	cf.interval_cs = 10;
	vrrp_ref_configure(&r, T0 + 1, &cf);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + A);
	vrrp_ref_timer(&r, T0 + A, &out);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + A + A / 10);

	r = started(plain());
	vrrp_ref_advert(&r, T0 + 1, 200, 200, LOW, &out);
	vrrp_ref_configure(&r, T0 + 2, &cf);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + 1 + 2 * D);
	vrrp_ref_advert(&r, T0 + 3, 0, 10, LOW, &out);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + 3 + 2 * S);
}

/* Row 97 for the other settings: they count from the next advert on. */
static void ref_new_preempt_and_source_count_at_once(void **state)
{
	struct vrrp_ref_cf cf = plain();
	struct vrrp_ref r = started(cf);
	struct vrrp_ref_out out;

	(void)state;
	cf.preempt = false;
	vrrp_ref_configure(&r, T0, &cf);
	vrrp_ref_advert(&r, T0 + 1, 50, 100, LOW, &out);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + 1 + D);
	vrrp_ref_timer(&r, T0 + 1 + D, &out);
	memcpy(cf.source, HIGH, sizeof cf.source);
	vrrp_ref_configure(&r, T0 + 2 + D, &cf);
	vrrp_ref_advert(&r, T0 + 2 + D, 100, 100, OWN, &out);
	assert_true(out.rival);
}

/* Row 98. */
static void ref_lost_interface_is_a_silent_shutdown(void **state)
{
	struct vrrp_ref r = active(plain());
	struct vrrp_ref_out out;

	(void)state;
	vrrp_ref_shutdown(&r, T0 + 1, false, &out);
	assert_went(&out, VRRP_REF_ACTIVE, VRRP_REF_INITIALIZE);
	assert_int_equal(out.n_adverts, 0);
	vrrp_ref_startup(&r, T0 + 2, &out);
	assert_went(&out, VRRP_REF_INITIALIZE, VRRP_REF_BACKUP);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + 2 + D);
}

/* Row 100: it cannot know of the slow Active, takes over, and yields to its first advert. */
static void ref_fast_newcomer_yields_to_slow_active(void **state)
{
	struct vrrp_ref_cf cf = plain();
	struct vrrp_ref_out out;
	struct vrrp_ref r;

	(void)state;
	cf.interval_cs = 10;
	r = started(cf);
	vrrp_ref_timer(&r, T0 + D / 10, &out);
	assert_int_equal(r.state, VRRP_REF_ACTIVE);
	vrrp_ref_advert(&r, T0 + D / 10 + 50 * MS, 200, 1000, LOW, &out);
	assert_went(&out, VRRP_REF_ACTIVE, VRRP_REF_BACKUP);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + D / 10 + 50 * MS + 10 * D);
}

/* D2: four at once, then one an interval; what is not allowed leaves the Adver_Timer alone. */
static void ref_unasked_adverts_are_capped(void **state)
{
	(void)state;
	for (uint8_t priority = 0; priority < 100; priority += 99) {
		struct vrrp_ref r = active(plain());
		struct vrrp_ref_out out;
		uint64_t t = T0 + 1, deadline;

		for (unsigned i = 0; i < 4; i++) {
			vrrp_ref_advert(&r, t + i, priority, 100, LOW, &out);
			assert_only_sent(&out, 1, 100);
		}
		deadline = priority == 0 ? t + 3 + A : T0 + A;
		assert_int_equal(vrrp_ref_deadline(&r), deadline);
		vrrp_ref_advert(&r, t + A - 1, priority, 100, LOW, &out);
		assert_only_sent(&out, 0, 0);
		assert_int_equal(out.rival, priority != 0);
		assert_int_equal(vrrp_ref_deadline(&r), deadline);
		vrrp_ref_advert(&r, t + A, priority, 100, LOW, &out);
		assert_only_sent(&out, 1, 100);
		vrrp_ref_advert(&r, t + A, priority, 100, LOW, &out);
		assert_only_sent(&out, 0, 0);
	}
}

/* D2: both reasons draw on one cap, it outlives states; version 2 draws nothing to discard. */
static void ref_the_cap_is_shared_and_outlives_states(void **state)
{
	struct vrrp_ref_cf cf = plain();
	struct vrrp_ref_out out;
	struct vrrp_ref r;

	(void)state;
	cf.priority = 255;
	r = active(cf);
	vrrp_ref_advert(&r, T0, 0, 100, LOW, &out);
	vrrp_ref_advert(&r, T0, 50, 100, LOW, &out);
	vrrp_ref_advert(&r, T0, 0, 100, LOW, &out);
	vrrp_ref_shutdown(&r, T0, true, &out);
	vrrp_ref_startup(&r, T0, &out);
	assert_int_equal(r.state, VRRP_REF_ACTIVE);
	vrrp_ref_advert(&r, T0, 50, 100, LOW, &out);
	assert_int_equal(out.n_adverts, 1);
	vrrp_ref_advert(&r, T0, 0, 100, LOW, &out);
	assert_int_equal(out.n_adverts, 0);

	cf.version = 2;
	r = active(cf);
	for (unsigned i = 0; i < 9; i++)
		vrrp_ref_advert(&r, T0, 50, 100, LOW, &out);
	vrrp_ref_advert(&r, T0, 0, 100, LOW, &out);
	assert_only_sent(&out, 1, 255);
}

/* D3: on the timer. The limit itself is not yet too late. */
static void ref_frozen_active_without_preempt_steps_back(void **state)
{
	struct vrrp_ref_cf cf = plain();
	uint64_t limit = T0 + A + 2 * A + S;
	struct vrrp_ref_out out;
	struct vrrp_ref r;

	(void)state;
	cf.preempt = false;
	r = active(cf);
	vrrp_ref_timer(&r, limit, &out);
	assert_only_sent(&out, 1, 100);
	r = active(cf);
	vrrp_ref_timer(&r, limit + 1, &out);
	assert_went(&out, VRRP_REF_ACTIVE, VRRP_REF_BACKUP);
	assert_int_equal(out.n_adverts, 0);
	assert_int_equal(vrrp_ref_deadline(&r), limit + 1 + D);
	cf.preempt = true;
	r = active(cf);
	vrrp_ref_timer(&r, limit + 1, &out);
	assert_only_sent(&out, 1, 100);
	cf.preempt = false;
	cf.priority = 255;
	r = active(cf);
	vrrp_ref_timer(&r, limit + 1, &out);
	assert_only_sent(&out, 1, 255);
}

/* D3: on an advert, which is then taken as a Backup without preemption takes it. */
static void ref_frozen_active_hears_as_a_backup(void **state)
{
	static const struct { uint8_t priority; uint64_t wait; } rows[] = {
		{ 0, S }, { 1, 2 * D }, { 100, 2 * D }, { 200, 2 * D },
	};
	struct vrrp_ref_cf cf = plain();
	uint64_t limit = T0 + A + 2 * A + S;

	(void)state;
	cf.preempt = false;
	for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct vrrp_ref r = active(cf);
		struct vrrp_ref_out out;

		vrrp_ref_advert(&r, limit + 1, rows[i].priority, 200, LOW, &out);
		assert_went(&out, VRRP_REF_ACTIVE, VRRP_REF_BACKUP);
		assert_int_equal(out.n_adverts, 0);
		assert_int_equal(vrrp_ref_deadline(&r), limit + 1 + rows[i].wait);
		r = active(cf);
		vrrp_ref_advert(&r, limit, 1, 200, LOW, &out);
		assert_only_sent(&out, 1, 100);
		assert_true(out.rival);
	}
}

/* D3 in version 2: the skew is of one second. */
static void ref_frozen_active_of_version_2(void **state)
{
	struct vrrp_ref_cf cf = plain();
	uint64_t limit = T0 + 30 * SEC + S;
	struct vrrp_ref_out out;
	struct vrrp_ref r;

	(void)state;
	cf.version = 2;
	cf.interval_cs = 1000;
	cf.preempt = false;
	r = active(cf);
	vrrp_ref_advert(&r, limit, 1, 1000, LOW, &out);
	assert_int_equal(r.state, VRRP_REF_ACTIVE);
	vrrp_ref_advert(&r, limit + 1, 1, 1000, LOW, &out);
	assert_int_equal(r.state, VRRP_REF_BACKUP);
	assert_int_equal(vrrp_ref_deadline(&r), limit + 1 + 30 * SEC + S);
}

/* D16: late by more than an interval of the Active, it waits one more and the Skew_Time, once. */
static void ref_gives_an_active_a_second_chance_when_it_overslept(void **state)
{
	struct vrrp_ref_out out;
	struct vrrp_ref r = started(plain());

	(void)state;
	vrrp_ref_timer(&r, T0 + D + A, &out);
	assert_int_equal(r.state, VRRP_REF_ACTIVE);
	r = started(plain());
	vrrp_ref_timer(&r, T0 + D + A + 1, &out);
	assert_int_equal(r.state, VRRP_REF_BACKUP);
	assert_int_equal(out.n_adverts, 0);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + D + 2 * A + S + 1);
	vrrp_ref_timer(&r, T0 + 1000 * SEC, &out);
	assert_int_equal(r.state, VRRP_REF_ACTIVE);
	/* Heard in between, it has earned another one. */
	r = started(plain());
	vrrp_ref_timer(&r, T0 + 10 * SEC, &out);
	vrrp_ref_advert(&r, T0 + 11 * SEC, 200, 10, HIGH, &out);
	vrrp_ref_timer(&r, T0 + 11 * SEC + D / 10 + A / 10 + 1, &out);
	assert_int_equal(r.state, VRRP_REF_BACKUP);
	assert_int_equal(vrrp_ref_deadline(&r),
			 T0 + 11 * SEC + D / 10 + A / 10 + 1 + (A + S) / 10);
}

/* D11: an advert that comes when the timer is due, and has not run, still counts. */
static void ref_advert_at_the_deadline_counts(void **state)
{
	struct vrrp_ref r = started(plain());
	struct vrrp_ref_out out;

	(void)state;
	vrrp_ref_advert(&r, T0 + D + 3, 100, 100, LOW, &out);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + 2 * D + 3);
	vrrp_ref_timer(&r, T0 + D + 3, &out);
	assert_only_sent(&out, 0, 0);
	assert_int_equal(r.state, VRRP_REF_BACKUP);
}

static void ref_a_copy_goes_its_own_way(void **state)
{
	struct vrrp_ref r = started(plain()), copy = r;
	struct vrrp_ref_out out;

	(void)state;
	vrrp_ref_timer(&r, T0 + D, &out);
	assert_int_equal(r.state, VRRP_REF_ACTIVE);
	assert_int_equal(copy.state, VRRP_REF_BACKUP);
	vrrp_ref_timer(&copy, T0 + D, &out);
	assert_untouched(&copy, &r);
}

/* Whatever comes in whatever order: one timer, never longer than the longest interval allows;
 * Backup silent; addresses held just while Active; no more unasked adverts than the cap allows. */
static void ref_invariants_hold_in_a_random_run(void **state)
{
	struct vrrp_ref_cf cf = plain();
	struct vrrp_ref_out out = { 0 };
	uint64_t now = T0, seed = 1;
	unsigned sent = 0, timers = 0;
	bool held = false;
	struct vrrp_ref r;

	(void)state;
	vrrp_ref_init(&r, &cf);
	for (unsigned i = 0; i < 300000; i++) {
		uint8_t dice;

		seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		dice = (uint8_t)(seed >> 56);
		now += (seed >> 24) % (40 * MS);
		if (dice < 2)
			vrrp_ref_shutdown(&r, now, dice == 0, &out);
		else if (dice < 16)
			vrrp_ref_startup(&r, now, &out);
		else if (dice < 32)
			vrrp_ref_advert(&r, now, (uint8_t)(seed >> 40), dice * 6u, LOW, &out);
		else if (dice < 64)
			vrrp_ref_advert(&r, now, dice % 4 == 0 ? 0 : 99, 100, HIGH, &out);
		else
			vrrp_ref_timer(&r, now, &out);
		timers += dice >= 64 && out.n_adverts > 0;
		sent += dice >= 16 && dice < 64 ? out.n_adverts : 0;
		assert_true(out.n_adverts <= 1);
		assert_true(out.n_adverts == 0 || held || out.addresses_added);
		assert_int_equal(out.to, r.state);
		assert_false(out.addresses_added && held);
		assert_false(out.addresses_removed && !held);
		held = (held || out.addresses_added) && !out.addresses_removed;
		assert_int_equal(held, r.state == VRRP_REF_ACTIVE);
		assert_int_equal(r.active_down_timer != NEVER, r.state == VRRP_REF_BACKUP);
		assert_int_equal(r.adver_timer != NEVER, r.state == VRRP_REF_ACTIVE);
		assert_true(r.state == VRRP_REF_INITIALIZE || vrrp_ref_deadline(&r) <= now + 2 * D);
		cf.preempt = dice % 2 == 0;
		vrrp_ref_configure(&r, now, &cf);
	}
	assert_true(timers > 100 && sent > 100);
	assert_true(sent <= 4 + (now - T0) / A);
}

/* D13, in both versions, and for the frozen Active. */
static void ref_counts_as_many_adverts_as_it_is_told(void **state)
{
	struct vrrp_ref_cf cf = plain();
	struct vrrp_ref_out out;
	struct vrrp_ref r;

	(void)state;
	cf.down_adverts = 7;
	r = started(cf);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + 7609375000);
	vrrp_ref_advert(&r, T0, 100, 10, LOW, &out);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + 760937500);
	vrrp_ref_advert(&r, T0, 0, 10, LOW, &out);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + 60937500);
	cf.version = 2;
	r = started(cf);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + 7609375000);
	cf.preempt = false;
	r = active(cf);
	vrrp_ref_timer(&r, T0 + A + 6609375000, &out);
	assert_only_sent(&out, 1, 100);
	r = active(cf);
	vrrp_ref_timer(&r, T0 + A + 6609375001, &out);
	assert_went(&out, VRRP_REF_ACTIVE, VRRP_REF_BACKUP);
}

/* D14. */
static void ref_learns_no_more_than_the_cap(void **state)
{
	struct vrrp_ref_cf cf = plain();
	struct vrrp_ref_out out;
	struct vrrp_ref r;

	(void)state;
	cf.learned_max_cs = 200;
	r = started(cf);
	vrrp_ref_advert(&r, T0, 100, 200, LOW, &out);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + 2 * D);
	vrrp_ref_advert(&r, T0 + 1, 100, 4095, LOW, &out);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + 1 + 2 * D);
	r = active(cf);
	vrrp_ref_advert(&r, T0, 200, 4095, LOW, &out);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + 2 * D);
	/* Its own interval is not learned. */
	cf.learned_max_cs = 50;
	r = started(cf);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + D);
}

/* D17, D18: as one of a sync group. */
static void ref_gives_way_and_stands(void **state)
{
	struct vrrp_ref_cf cf = plain();
	struct vrrp_ref_out out;
	struct vrrp_ref r = active(cf);

	(void)state;
	vrrp_ref_yield(&r, T0 + 5, &out);
	assert_went(&out, VRRP_REF_ACTIVE, VRRP_REF_BACKUP);
	assert_int_equal(out.n_adverts, 1);
	assert_int_equal(out.advert_priority[0], 0);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + 5 + A + D);
	vrrp_ref_yield(&r, T0 + 6, &out);
	assert_only_sent(&out, 0, 0);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + 5 + A + D);
	cf.stand = true;
	r = active(cf);
	vrrp_ref_advert(&r, T0, 100, 100, HIGH, &out);
	assert_only_sent(&out, 0, 0);
	assert_true(out.rival);
	vrrp_ref_advert(&r, T0, 101, 100, LOW, &out);
	assert_int_equal(r.state, VRRP_REF_BACKUP);
}

/* D15: 10 s beyond what the RFC waits, unless the other is silent or leaves. */
static void ref_waits_before_it_preempts(void **state)
{
	struct vrrp_ref_cf cf = plain();
	struct vrrp_ref_out out;
	struct vrrp_ref r;

	(void)state;
	cf.preempt_delay_ns = 10 * SEC;
	r = started(cf);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + D);
	for (unsigned i = 1; i <= 13; i++)
		vrrp_ref_advert(&r, T0 + i * SEC, 50, 100, LOW, &out);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + 13609375000);
	vrrp_ref_timer(&r, T0 + 13609374999, &out);
	assert_only_sent(&out, 0, 0);
	vrrp_ref_timer(&r, T0 + 13609375000, &out);
	assert_went(&out, VRRP_REF_BACKUP, VRRP_REF_ACTIVE);
	/* Silent after 2 s; silent before the wait of the RFC is over; leaving. */
	r = started(cf);
	vrrp_ref_advert(&r, T0 + 2 * SEC, 50, 100, LOW, &out);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + 2 * SEC + D);
	vrrp_ref_advert(&r, T0 + 2 * SEC, 50, 1, LOW, &out);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + D);
	vrrp_ref_advert(&r, T0 + 4 * SEC, 50, 200, LOW, &out);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + 4 * SEC + 2 * D);
	vrrp_ref_advert(&r, T0 + 5 * SEC, 0, 200, LOW, &out);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + 5 * SEC + 2 * S);
	/* A higher one ends the wait; an owner and one that does not preempt have none. */
	vrrp_ref_advert(&r, T0 + 5 * SEC, 100, 100, LOW, &out);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + 5 * SEC + D);
	cf.priority = 255;
	vrrp_ref_configure(&r, T0, &cf);
	vrrp_ref_advert(&r, T0 + 6 * SEC, 50, 100, LOW, &out);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + 5 * SEC + D);
	cf.priority = 100;
	cf.preempt = false;
	vrrp_ref_configure(&r, T0, &cf);
	vrrp_ref_advert(&r, T0 + 6 * SEC, 50, 100, LOW, &out);
	assert_int_equal(vrrp_ref_deadline(&r), T0 + 6 * SEC + D);
}

/* ---- the decoder */

static const uint8_t GROUP4[16] = { 224, 0, 0, 18 };
static const uint8_t GROUP6[16] = { 0xff, 0x02, [15] = 0x12 };

static const uint8_t ADDRS4[] = { 192, 0, 2, 1, 192, 0, 2, 2 };

/* The golden vectors: VRID 10, 1 s, two addresses. */
static const uint8_t V2[] = {
	0x21, 0x0a, 0xc8, 0x02, 0x00, 0x01, 0x92, 0xed,
	0xc0, 0x00, 0x02, 0x01, 0xc0, 0x00, 0x02, 0x02,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
};
static const uint8_t V3_MESSAGE[] = {
	0x31, 0x0a, 0xc8, 0x02, 0x00, 0x64, 0x82, 0x8a,
	0xc0, 0x00, 0x02, 0x01, 0xc0, 0x00, 0x02, 0x02,
};
static const uint8_t V3_PSEUDO[] = {
	0x31, 0x0a, 0xc8, 0x02, 0x00, 0x64, 0xde, 0xfb,
	0xc0, 0x00, 0x02, 0x01, 0xc0, 0x00, 0x02, 0x02,
};
static const uint8_t V3_IPV6[] = {
	0x31, 0x0a, 0x64, 0x02, 0x00, 0x64, 0x3f, 0x5d,
	0xfe, 0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01,
	0x20, 0x01, 0x0d, 0xb8, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01,
};
static const uint8_t SRC4[16] = { 192, 0, 2, 251 };
static const uint8_t SRC6[16] = { 0xfe, 0x80, [15] = 0xc8 };

/* A packet on the wire, and what it was decoded to. */
struct packet {
	uint8_t family, ttl, src[16], dst[16], bytes[1040];
	size_t len;
	bool spoilt_checksum, pseudo;
	uint8_t priority;
	uint32_t interval_cs;
};

static struct packet packet_of(uint8_t family, const uint8_t *bytes, size_t len)
{
	struct packet p = { .family = family, .ttl = 255, .len = len, .pseudo = family == 6 };

	memcpy(p.src, family == 4 ? SRC4 : SRC6, 16);
	memcpy(p.dst, family == 4 ? GROUP4 : GROUP6, 16);
	memcpy(p.bytes, bytes, len);
	return p;
}

static struct vrrp_ref_cf listener(uint8_t version, uint8_t family)
{
	struct vrrp_ref_cf cf = {
		.version = version, .family = family, .vrid = 10, .priority = 100,
		.interval_cs = 100, .preempt = true, .has_source = true,
	};

	memcpy(cf.source, family == 4 ? SRC4 : SRC6, 16);
	cf.source[15] ^= 0x55;
	cf.source[3] ^= 0x55;
	if (family == 4) {
		cf.addrs = ADDRS4;
		cf.n_addrs = 2;
	}
	return cf;
}

static enum vrrp_ref_verdict judge(const struct vrrp_ref_cf *cf, struct packet *p)
{
	return vrrp_ref_receive(cf, p->family, p->src, p->dst, p->ttl, p->bytes, p->len,
				&p->priority, &p->interval_cs);
}

static uint64_t sum_words(const uint8_t *bytes, size_t len)
{
	uint64_t sum = 0;

	for (size_t i = 0; i + 1 < len; i += 2)
		sum += (uint64_t)(bytes[i] * 256 + bytes[i + 1]);
	return len % 2 == 0 ? sum : sum + bytes[len - 1] * UINT64_C(256);
}

/* Gives the packet the checksum it should have, or just not that. */
static void seal(struct packet *p)
{
	size_t size = p->family == 4 ? 4 : 16;
	uint64_t sum = 0;

	if (p->len < 8)
		return;
	p->bytes[6] = 0;
	p->bytes[7] = 0;
	sum = sum_words(p->bytes, p->len);
	if (p->pseudo)
		sum += sum_words(p->src, size) + sum_words(p->dst, size) + p->len + 112;
	while (sum > 0xffff)
		sum = (sum >> 16) + (sum & 0xffff);
	sum = 0xffff - sum;
	p->bytes[6] = (uint8_t)(sum >> 8);
	p->bytes[7] = (uint8_t)(sum ^ (p->spoilt_checksum ? 0x20 : 0));
}

/* Rows 1-13, 29-31. */
static void ref_accepts_the_golden_vectors(void **state)
{
	static const struct {
		uint8_t version, family;
		const uint8_t *bytes;
		size_t len;
		uint8_t priority;
		bool message, pseudo;
	} rows[] = {
		{ 2, 4, V2, sizeof V2, 200, true, true },
		{ 3, 4, V3_MESSAGE, sizeof V3_MESSAGE, 200, true, false },
		{ 3, 4, V3_PSEUDO, sizeof V3_PSEUDO, 200, false, true },
		{ 3, 6, V3_IPV6, sizeof V3_IPV6, 100, true, true },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct vrrp_ref_cf cf = listener(rows[i].version, rows[i].family);
		struct packet p = packet_of(rows[i].family, rows[i].bytes, rows[i].len);

		assert_int_equal(judge(&cf, &p), VRRP_REF_ACCEPTED);
		assert_int_equal(p.priority, rows[i].priority);
		assert_int_equal(p.interval_cs, 100);
		cf.csum_accept = VRRP_REF_CSUM_MESSAGE;
		assert_int_equal(judge(&cf, &p),
				 rows[i].message ? VRRP_REF_ACCEPTED : VRRP_REF_CHECKSUM);
		cf.csum_accept = VRRP_REF_CSUM_PSEUDO;
		assert_int_equal(judge(&cf, &p),
				 rows[i].pseudo ? VRRP_REF_ACCEPTED : VRRP_REF_CHECKSUM);
		assert_int_equal(judge(NULL, &p), VRRP_REF_VRID);
	}
}

/* A one's complement sum notices every single bit; and the results stay unset. */
static void ref_accepts_no_flipped_bit(void **state)
{
	struct packet golden[] = {
		packet_of(4, V2, sizeof V2), packet_of(4, V3_MESSAGE, sizeof V3_MESSAGE),
		packet_of(4, V3_PSEUDO, sizeof V3_PSEUDO), packet_of(6, V3_IPV6, sizeof V3_IPV6),
	};

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		struct vrrp_ref_cf cf = listener(golden[i].bytes[0] >> 4, golden[i].family);

		for (unsigned bit = 0; bit < golden[i].len * 8; bit++) {
			struct packet p = golden[i];

			p.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_int_not_equal(judge(&cf, &p), VRRP_REF_ACCEPTED);
			assert_int_equal(p.priority, 0);
			assert_int_equal(p.interval_cs, 0);
		}
	}
}

/* Rows 40, 43 and 62: every length short of the whole message, for every count. */
static void ref_refuses_every_short_message(void **state)
{
	struct packet golden[] = {
		packet_of(4, V2, sizeof V2), packet_of(4, V3_MESSAGE, sizeof V3_MESSAGE),
		packet_of(6, V3_IPV6, sizeof V3_IPV6),
	};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct vrrp_ref_cf cf = listener(golden[i].bytes[0] >> 4, golden[i].family);

		for (size_t len = 0; len < golden[i].len; len++) {
			struct packet p = golden[i];

			p.len = len;
			seal(&p);
			assert_int_equal(judge(&cf, &p), VRRP_REF_LENGTH);
		}
		for (unsigned count = 3; count < 256; count++) {
			struct packet p = golden[i];

			p.bytes[3] = (uint8_t)count;
			seal(&p);
			assert_int_equal(judge(&cf, &p), VRRP_REF_LENGTH);
		}
	}
}

/* Rows 12, 16 and 40. Eight bytes are enough to say that there is no address. */
static void ref_reads_the_longest_and_the_shortest_message(void **state)
{
	struct vrrp_ref_cf cf2 = listener(2, 4), cf3 = listener(3, 4);
	struct packet p2 = packet_of(4, V2, sizeof V2);
	struct packet p3 = packet_of(4, V3_MESSAGE, sizeof V3_MESSAGE);

	(void)state;
	cf2.n_addrs = 0;
	p2.bytes[3] = p3.bytes[3] = 255;
	p2.len = 16 + 4 * 255;
	p3.len = 8 + 4 * 255;
	p3.pseudo = true;
	seal(&p2);
	seal(&p3);
	assert_int_equal(judge(&cf2, &p2), VRRP_REF_ACCEPTED);
	assert_int_equal(judge(&cf3, &p3), VRRP_REF_ACCEPTED);
	p2.len--;
	p3.len--;
	assert_int_equal(judge(&cf2, &p2), VRRP_REF_LENGTH);
	assert_int_equal(judge(&cf3, &p3), VRRP_REF_LENGTH);

	p3.bytes[3] = 0;
	p3.len = 8;
	seal(&p3);
	assert_int_equal(judge(&cf3, &p3), VRRP_REF_COUNT);
	p2.bytes[3] = 0;
	p2.len = 16;
	seal(&p2);
	assert_int_equal(judge(&cf2, &p2), VRRP_REF_COUNT);
}

/* Rows 8, 33, 44: reserved bits and bytes after the message are summed, but not read. */
static void ref_ignores_reserved_bits_and_trailing_bytes(void **state)
{
	struct packet golden[] = {
		packet_of(4, V2, sizeof V2), packet_of(4, V3_MESSAGE, sizeof V3_MESSAGE),
		packet_of(6, V3_IPV6, sizeof V3_IPV6),
	};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct vrrp_ref_cf cf = listener(golden[i].bytes[0] >> 4, golden[i].family);

		for (unsigned extra = 1; extra < 8; extra++) {
			struct packet p = golden[i];

			if (cf.version == 3)
				p.bytes[4] |= 0xf0;
			memset(p.bytes + p.len, 0xa5, extra);
			p.len += extra;
			assert_int_equal(judge(&cf, &p), VRRP_REF_CHECKSUM);
			seal(&p);
			assert_int_equal(judge(&cf, &p), VRRP_REF_ACCEPTED);
			assert_int_equal(p.interval_cs, 100);
		}
	}
}

/* Row 7: twelve bits, high byte first; row 54: none but zero is a reason to drop. */
static void ref_reads_every_v3_interval(void **state)
{
	struct vrrp_ref_cf cf = listener(3, 4);

	(void)state;
	for (unsigned cs = 0; cs < 4096; cs++) {
		struct packet p = packet_of(4, V3_MESSAGE, sizeof V3_MESSAGE);

		p.bytes[4] = (uint8_t)(cs >> 8);
		p.bytes[5] = (uint8_t)cs;
		seal(&p);
		assert_int_equal(judge(&cf, &p),
				 cs == 0 ? VRRP_REF_INTERVAL_ZERO : VRRP_REF_ACCEPTED);
		assert_int_equal(p.interval_cs, cs);
	}
}

/* Rows 6 and 54: seconds, and only ours. */
static void ref_v2_interval_must_be_ours(void **state)
{
	(void)state;
	for (unsigned own = 1; own < 256; own += 127) {
		struct vrrp_ref_cf cf = listener(2, 4);

		cf.interval_cs = own * 100;
		for (unsigned s = 0; s < 256; s++) {
			struct packet p = packet_of(4, V2, sizeof V2);

			p.bytes[5] = (uint8_t)s;
			seal(&p);
			assert_int_equal(judge(&cf, &p),
					 s == own ? VRRP_REF_ACCEPTED : VRRP_REF_INTERVAL_MISMATCH);
			assert_int_equal(p.interval_cs, s == own ? s * 100 : 0);
		}
	}
}

/* Row 53. */
static void ref_address_list_counts_in_v2_unless_from_the_owner(void **state)
{
	static const struct { uint8_t addrs[12]; unsigned n; bool ours; } rows[] = {
		{ { 192, 0, 2, 1, 192, 0, 2, 2 }, 2, true },
		{ { 192, 0, 2, 2, 192, 0, 2, 1 }, 2, true },
		{ { 192, 0, 2, 1, 192, 0, 2, 2 }, 1, false },
		{ { 192, 0, 2, 2, 192, 0, 2, 1 }, 1, false },
		{ { 192, 0, 2, 1, 192, 0, 2, 3 }, 2, false },
		{ { 192, 0, 2, 1, 192, 0, 2, 2, 192, 0, 2, 3 }, 3, false },
		{ { 192, 0, 2, 1, 192, 0, 2, 2, 192, 0, 2, 1 }, 3, false },
		{ { 0 }, 0, true },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct vrrp_ref_cf cf = listener(2, 4), cf3 = listener(3, 4);
		struct packet p = packet_of(4, V2, sizeof V2);
		struct packet p3 = packet_of(4, V3_MESSAGE, sizeof V3_MESSAGE);
		enum vrrp_ref_verdict verdict =
			rows[i].ours ? VRRP_REF_ACCEPTED : VRRP_REF_ADDRESS_LIST;

		cf.addrs = cf3.addrs = rows[i].addrs;
		cf.n_addrs = cf3.n_addrs = rows[i].n;
		assert_int_equal(judge(&cf, &p), verdict);
		p.bytes[2] = 0;
		seal(&p);
		assert_int_equal(judge(&cf, &p), verdict);
		p.bytes[2] = 255;
		seal(&p);
		assert_int_equal(judge(&cf, &p), VRRP_REF_ACCEPTED);
		assert_int_equal(judge(&cf3, &p3), VRRP_REF_ACCEPTED);
	}
}

/* Rows 50 and 51: fe80::/10 is ten bits; authentication types 1 and 2 are known, but not ours. */
static void ref_link_local_and_authentication_types(void **state)
{
	struct vrrp_ref_cf cf6 = listener(3, 6), cf2 = listener(2, 4);

	(void)state;
	for (unsigned prefix = 0; prefix < 0x10000; prefix++) {
		struct packet p = packet_of(6, V3_IPV6, sizeof V3_IPV6);

		p.bytes[8] = (uint8_t)(prefix >> 8);
		p.bytes[9] = (uint8_t)prefix;
		seal(&p);
		assert_int_equal(judge(&cf6, &p), prefix >= 0xfe80 && prefix <= 0xfebf ?
				 VRRP_REF_ACCEPTED : VRRP_REF_NOT_LINK_LOCAL);
	}
	for (unsigned type = 0; type < 256; type++) {
		struct packet p = packet_of(4, V2, sizeof V2);

		p.bytes[4] = (uint8_t)type;
		seal(&p);
		assert_int_equal(judge(&cf2, &p), type == 0 ? VRRP_REF_ACCEPTED : type <= 2 ?
				 VRRP_REF_AUTH_TYPE_MISMATCH : VRRP_REF_AUTH_TYPE_INVALID);
	}
}

/* Row 41: all versions against what is spoken, with and without somebody who has the VRID. */
static void ref_speaks_only_its_versions(void **state)
{
	(void)state;
	for (unsigned version = 0; version < 16; version++) {
		struct vrrp_ref_cf cf2 = listener(2, 4), cf3 = listener(3, 4), cf6 = listener(3, 6);
		struct packet p = packet_of(4, V2, sizeof V2);
		struct packet p6 = packet_of(6, V3_IPV6, sizeof V3_IPV6);
		bool v2 = version == 2, v3 = version == 3;

		p.bytes[0] = p6.bytes[0] = (uint8_t)(version << 4 | 1);
		seal(&p);
		seal(&p6);
		assert_int_equal(judge(&cf2, &p), v2 ? VRRP_REF_ACCEPTED : VRRP_REF_VERSION);
		assert_int_equal(judge(&cf3, &p), v3 ? VRRP_REF_ACCEPTED : VRRP_REF_VERSION);
		assert_int_equal(judge(NULL, &p), v2 || v3 ? VRRP_REF_VRID : VRRP_REF_VERSION);
		assert_int_equal(judge(&cf6, &p6), v3 ? VRRP_REF_ACCEPTED : VRRP_REF_VERSION);
		assert_int_equal(judge(NULL, &p6), v3 ? VRRP_REF_VRID : VRRP_REF_VERSION);
	}
}

/* Row 15: the same VRID over the other family is somebody else's. */
static void ref_other_family_is_another_virtual_router(void **state)
{
	struct vrrp_ref_cf cf4 = listener(3, 4), cf6 = listener(3, 6);
	struct packet p4 = packet_of(4, V3_MESSAGE, sizeof V3_MESSAGE);
	struct packet p6 = packet_of(6, V3_IPV6, sizeof V3_IPV6);

	(void)state;
	assert_int_equal(judge(&cf6, &p4), VRRP_REF_VRID);
	assert_int_equal(judge(&cf4, &p6), VRRP_REF_VRID);
}

/* Rows 3, 17 and 57. */
static void ref_own_source_needs_a_source(void **state)
{
	struct vrrp_ref_cf cf = listener(3, 4);
	struct packet p = packet_of(4, V3_MESSAGE, sizeof V3_MESSAGE);

	(void)state;
	memcpy(cf.source, SRC4, 16);
	assert_int_equal(judge(&cf, &p), VRRP_REF_SELF);
	cf.has_source = false;
	assert_int_equal(judge(&cf, &p), VRRP_REF_ACCEPTED);
	p.bytes[1] = 0;
	seal(&p);
	assert_int_equal(judge(&cf, &p), VRRP_REF_VRID);
}

/* Puts a fault into the packet. BODY is the second LENGTH, HEADER the first. */
enum fault {
	TTL, DESTINATION, HEADER, VERSION, TYPE, BODY, CHECKSUM, VRID, SELF, COUNT, INTERVAL_ZERO,
	NOT_LINK_LOCAL, AUTH_INVALID, AUTH_MISMATCH, ADDRESS_LIST, INTERVAL_MISMATCH, N_FAULTS
};

static const enum vrrp_ref_verdict VERDICT[N_FAULTS] = {
	[DESTINATION] = VRRP_REF_DESTINATION, [TTL] = VRRP_REF_TTL, [HEADER] = VRRP_REF_LENGTH,
	[VERSION] = VRRP_REF_VERSION, [TYPE] = VRRP_REF_TYPE, [BODY] = VRRP_REF_LENGTH,
	[CHECKSUM] = VRRP_REF_CHECKSUM, [VRID] = VRRP_REF_VRID, [SELF] = VRRP_REF_SELF,
	[COUNT] = VRRP_REF_COUNT, [INTERVAL_ZERO] = VRRP_REF_INTERVAL_ZERO,
	[NOT_LINK_LOCAL] = VRRP_REF_NOT_LINK_LOCAL, [AUTH_INVALID] = VRRP_REF_AUTH_TYPE_INVALID,
	[AUTH_MISMATCH] = VRRP_REF_AUTH_TYPE_MISMATCH, [ADDRESS_LIST] = VRRP_REF_ADDRESS_LIST,
	[INTERVAL_MISMATCH] = VRRP_REF_INTERVAL_MISMATCH,
};

static void put_fault(struct packet *p, const struct vrrp_ref_cf *cf, enum fault fault)
{
	switch (fault) {
	case DESTINATION: p->dst[cf->family == 4 ? 3 : 15]++; break;
	case TTL: p->ttl = 254; break;
	case HEADER: p->len = 7; break;
	case VERSION: p->bytes[0] ^= 0x40; break;
	case TYPE: p->bytes[0] ^= 0x03; break;
	case BODY: p->len -= 1; break;
	case CHECKSUM: p->spoilt_checksum = true; break;
	case VRID: p->bytes[1] = 11; break;
	case SELF: memcpy(p->src, cf->source, 16); break;
	case COUNT:
		p->bytes[3] = 0;
		p->len = cf->version == 2 ? 16 : p->len;
		break;
	case INTERVAL_ZERO: p->bytes[5] = 0; break;
	case NOT_LINK_LOCAL: p->bytes[8] = 0x20; break;
	case AUTH_INVALID: p->bytes[4] = 3; break;
	case AUTH_MISMATCH: p->bytes[4] = 1; break;
	case ADDRESS_LIST: p->bytes[11] = 77; break;
	case INTERVAL_MISMATCH: p->bytes[5] = 2; break;
	case N_FAULTS: break;
	}
}

static bool can_have(const struct vrrp_ref_cf *cf, enum fault fault)
{
	if (fault == INTERVAL_ZERO)
		return cf->version == 3;
	if (fault == NOT_LINK_LOCAL)
		return cf->family == 6;
	return fault < AUTH_INVALID || cf->version == 2;
}

/* They want one field to have two values, or (version 3) no address to be cut short. */
static bool exclude_each_other(const struct vrrp_ref_cf *cf, enum fault a, enum fault b)
{
	if (a == AUTH_INVALID && b == AUTH_MISMATCH)
		return true;
	return a == BODY && b == COUNT && cf->version == 3;
}

static void check_order(const struct vrrp_ref_cf *cf, const struct packet *good)
{
	for (enum fault a = TTL; a < N_FAULTS; a++) {
		struct packet one = *good;

		if (!can_have(cf, a))
			continue;
		put_fault(&one, cf, a);
		seal(&one);
		assert_int_equal(judge(cf, &one), VERDICT[a]);
		for (enum fault b = a + 1; b < N_FAULTS; b++) {
			struct packet two = *good;

			if (!can_have(cf, b) || exclude_each_other(cf, a, b))
				continue;
			put_fault(&two, cf, b);
			put_fault(&two, cf, a);
			if (a == HEADER && b == BODY)
				two.len = 6;
			seal(&two);
			assert_int_equal(judge(cf, &two), VERDICT[a]);
		}
	}
}

/* Rows 39-54: each fault alone and each pair that can be in one packet, in each kind of packet. */
static void ref_the_first_of_two_faults_is_named(void **state)
{
	struct vrrp_ref_cf cf2 = listener(2, 4), cf3 = listener(3, 4), cf6 = listener(3, 6);
	struct packet p2 = packet_of(4, V2, sizeof V2);
	struct packet p3 = packet_of(4, V3_MESSAGE, sizeof V3_MESSAGE);
	struct packet p6 = packet_of(6, V3_IPV6, sizeof V3_IPV6);

	(void)state;
	check_order(&cf2, &p2);
	check_order(&cf3, &p3);
	p3.pseudo = true;
	check_order(&cf3, &p3);
	check_order(&cf6, &p6);
}

/* Row 99: an advert of interval 0 never reaches the state machine. */
static void ref_interval_zero_stops_before_the_state_machine(void **state)
{
	struct vrrp_ref_cf cf = listener(3, 4);
	struct packet p = packet_of(4, V3_MESSAGE, sizeof V3_MESSAGE);

	(void)state;
	p.bytes[2] = 255;
	p.bytes[4] = 0xf0;
	p.bytes[5] = 0;
	seal(&p);
	assert_int_equal(judge(&cf, &p), VRRP_REF_INTERVAL_ZERO);
}

/* Row 62: a CARP advert, for all its resemblance to version 2, is too short for its count of 7. */
static void ref_carp_is_too_short(void **state)
{
	struct vrrp_ref_cf cf2 = listener(2, 4), cf3 = listener(3, 4);
	struct packet p = packet_of(4, V2, sizeof V2);

	(void)state;
	p.bytes[3] = 7;
	p.len = 36;
	seal(&p);
	assert_int_equal(judge(&cf2, &p), VRRP_REF_LENGTH);
	assert_int_equal(judge(NULL, &p), VRRP_REF_LENGTH);
	assert_int_equal(judge(&cf3, &p), VRRP_REF_VERSION);
}

UNIT_MAIN(
	T(ref_timer_table),
	T(ref_has_one_timer_or_none),
	T(ref_owner_starts_active),
	T(ref_others_start_as_backup),
	T(ref_startup_forgets_the_learned_interval),
	T(ref_initialize_ignores_everything),
	T(ref_backup_shuts_down_silently),
	T(ref_backup_takes_over_when_its_timer_expires),
	T(ref_active_sends_at_its_own_interval),
	T(ref_backup_waits_skew_after_priority_zero),
	T(ref_priority_zero_never_lengthens_the_wait),
	T(ref_backup_follows_higher_and_equal),
	T(ref_learns_short_intervals_and_never_in_version_2),
	T(ref_backup_without_preempt_follows_anyone),
	T(ref_backup_with_preempt_ignores_lower),
	T(ref_lower_adverts_do_not_put_a_preemption_off),
	T(ref_owner_in_backup_follows_an_owner),
	T(ref_adver_timer_does_not_drift),
	T(ref_active_leaves_with_one_priority_zero),
	T(ref_active_answers_priority_zero),
	T(ref_active_yields_to_higher),
	T(ref_active_yields_to_equal_with_higher_source),
	T(ref_active_asserts_itself_against_lower),
	T(ref_owner_preempts_without_preempt),
	T(ref_two_owners_are_settled_by_address),
	T(ref_new_priority_leaves_the_running_timer),
	T(ref_new_interval_leaves_the_running_timer),
	T(ref_new_preempt_and_source_count_at_once),
	T(ref_lost_interface_is_a_silent_shutdown),
	T(ref_fast_newcomer_yields_to_slow_active),
	T(ref_unasked_adverts_are_capped),
	T(ref_the_cap_is_shared_and_outlives_states),
	T(ref_frozen_active_without_preempt_steps_back),
	T(ref_frozen_active_hears_as_a_backup),
	T(ref_frozen_active_of_version_2),
	T(ref_gives_an_active_a_second_chance_when_it_overslept),
	T(ref_advert_at_the_deadline_counts),
	T(ref_a_copy_goes_its_own_way),
	T(ref_invariants_hold_in_a_random_run),
	T(ref_counts_as_many_adverts_as_it_is_told),
	T(ref_learns_no_more_than_the_cap),
	T(ref_gives_way_and_stands),
	T(ref_waits_before_it_preempts),
	T(ref_accepts_the_golden_vectors),
	T(ref_accepts_no_flipped_bit),
	T(ref_refuses_every_short_message),
	T(ref_reads_the_longest_and_the_shortest_message),
	T(ref_ignores_reserved_bits_and_trailing_bytes),
	T(ref_reads_every_v3_interval),
	T(ref_v2_interval_must_be_ours),
	T(ref_address_list_counts_in_v2_unless_from_the_owner),
	T(ref_link_local_and_authentication_types),
	T(ref_speaks_only_its_versions),
	T(ref_other_family_is_another_virtual_router),
	T(ref_own_source_needs_a_source),
	T(ref_the_first_of_two_faults_is_named),
	T(ref_interval_zero_stops_before_the_state_machine),
	T(ref_carp_is_too_short))
