/* SPDX-License-Identifier: BSD-2-Clause */
/* When a script is run, and what its results make of it, in virtual time. */
#include "vrrp_track_script.h"

#include "unit.h"

static const mono_t T0 = { 10000000000 };

static mono_t ms(uint64_t n)
{
	return mono_add(T0, SPAN_MS(n));
}

static struct vrrp_script with(uint8_t rise, uint8_t fall, enum vrrp_script_state state)
{
	struct vrrp_script_params p = { SPAN_S(1), rise, fall };
	struct vrrp_script s;

	vrrp_script_init(&s, T0, &p, state);
	return s;
}

static void assert_due(const struct vrrp_script *s, mono_t at)
{
	assert_int_equal(vrrp_script_deadline(s).ns, at.ns);
}

/* Results one after the other, '1' good; what it is after each, 'u', 'd' or '?'. */
static void results(struct vrrp_script *s, const char *good, const char *states)
{
	for (unsigned i = 0; good[i]; i++) {
		mono_t at = vrrp_script_deadline(s);

		vrrp_script_begin(s, at);
		vrrp_script_end(s, mono_add(at, SPAN_MS(1)), good[i] == '1');
		assert_int_equal("?ud"[s->state], states[i]);
	}
}

static void the_first_result_decides_alone(void **state)
{
	struct vrrp_script s = with(3, 5, VRRP_SCRIPT_UNKNOWN);

	(void)state;
	assert_int_equal(s.state, VRRP_SCRIPT_UNKNOWN);
	results(&s, "1", "u");
	s = with(3, 5, VRRP_SCRIPT_UNKNOWN);
	results(&s, "0", "d");
}

static void so_many_in_a_row(void **state)
{
	struct vrrp_script s = with(2, 3, VRRP_SCRIPT_UP);

	(void)state;
	results(&s, "00100100011", "uuuuuuuuddu");
	s = with(2, 3, VRRP_SCRIPT_DOWN);
	results(&s, "101011000", "ddddduuud");
	s = with(1, 1, VRRP_SCRIPT_UNKNOWN);
	results(&s, "101001", "ududdu");
	s = with(255, 255, VRRP_SCRIPT_UP);
	for (unsigned i = 0; i < 254; i++)
		results(&s, "0", "u");
	results(&s, "0", "d");
}

/* From beginning to beginning, whatever it takes. */
static void the_schedule_does_not_shift(void **state)
{
	struct vrrp_script s = with(1, 1, VRRP_SCRIPT_UNKNOWN);

	(void)state;
	assert_due(&s, T0);
	vrrp_script_begin(&s, ms(7)); /* somebody was late */
	assert_due(&s, MONO_NEVER);
	vrrp_script_end(&s, ms(900), true);
	assert_due(&s, ms(1000));
	vrrp_script_begin(&s, ms(1000));
	vrrp_script_end(&s, ms(1001), true);
	assert_due(&s, ms(2000));
}

static void a_turn_that_finds_it_running_is_left_out(void **state)
{
	struct vrrp_script s = with(1, 1, VRRP_SCRIPT_UNKNOWN);

	(void)state;
	vrrp_script_begin(&s, T0);
	vrrp_script_end(&s, ms(2500), true);
	assert_due(&s, ms(3000));
	vrrp_script_begin(&s, ms(3000));
	vrrp_script_end(&s, ms(4000), true); /* at the very moment: that is for the next */
	assert_due(&s, ms(5000));
	vrrp_script_begin(&s, ms(100500)); /* a machine that slept catches up with nothing */
	vrrp_script_end(&s, ms(100600), true);
	assert_due(&s, ms(101000));
}

static void other_settings(void **state)
{
	struct vrrp_script s = with(1, 3, VRRP_SCRIPT_UNKNOWN);
	struct vrrp_script_params p = { SPAN_S(1), 1, 2 };

	(void)state;
	results(&s, "10", "uu");
	vrrp_script_configure(&s, ms(1500), &p);
	assert_int_equal(s.state, VRRP_SCRIPT_UP);
	assert_due(&s, ms(2000));
	results(&s, "0", "d"); /* the one before counts */
	p.interval = SPAN_MS(300);
	vrrp_script_configure(&s, ms(2500), &p);
	assert_due(&s, ms(2500));
	vrrp_script_begin(&s, ms(2500));
	p.interval = SPAN_MS(700);
	vrrp_script_configure(&s, ms(2600), &p);
	assert_due(&s, MONO_NEVER);
	vrrp_script_end(&s, ms(2700), true);
	assert_due(&s, ms(3300));
}

UNIT_MAIN(
	T(the_first_result_decides_alone),
	T(so_many_in_a_row),
	T(the_schedule_does_not_shift),
	T(a_turn_that_finds_it_running_is_left_out),
	T(other_settings))
