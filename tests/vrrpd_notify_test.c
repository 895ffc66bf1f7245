/* SPDX-License-Identifier: BSD-2-Clause */
#include "vrrpd_notify.h"

#include "notify_socket.h"
#include "vrrpd_rig.h"

/* A daemon in virtual time, and a manager that hears of it through a real socket. */
struct told {
	struct rig r;
	struct vrrpd_notify n;
	int fd;
};

static void begin(struct told *t, const char *file, const char *usec)
{
	char name[64], buf[200];
	struct text why = text_open(buf, sizeof buf);

	snprintf(name, sizeof name, "@trivet-vrrpd-notify-%ld", (long)getpid());
	t->fd = notify_socket(name);
	setenv("NOTIFY_SOCKET", name, 1);
	if (usec)
		setenv("WATCHDOG_USEC", usec, 1);
	t->n = (struct vrrpd_notify){ 0 };
	assert_true(notify_open(&t->n.to, &why));
	rig_start(&t->r, file);
}

static void end(struct told *t)
{
	rig_close(&t->r);
	notify_close(&t->n.to);
	close(t->fd);
}

/* Runs the daemon and the notifier as the loop does: each deadline once. */
static unsigned turns_until(struct told *t, mono_t until)
{
	unsigned turns = 0;
	mono_t next;

	for (;;) {
		vrrpd_notify_turn(&t->n, t->r.d, t->r.now);
		next = mono_min(vrrpd_deadline(t->r.d), vrrpd_notify_deadline(&t->n, t->r.d));
		if (mono_before(until, next))
			return turns;
		rig_until(&t->r, next);
		turns++;
		assert_true(turns < 10000);
	}
}

static void ready_says_how_many_are_what(void **state)
{
	struct told t;

	(void)state;
	begin(&t, RIG_FILE(RIG_WEB "," RIG_SIX), NULL);
	vrrpd_notify_ready(&t.n, t.r.d, t.r.now, false);
	assert_string_equal(notify_heard(t.fd), "READY=1\nSTATUS=0 Active, 2 Backup");
	assert_string_equal(notify_heard(t.fd), "");
	rig_link_gone(&t.r, ETH0);
	vrrpd_notify_ready(&t.n, t.r.d, t.r.now, true);
	assert_string_equal(notify_heard(t.fd),
			    "READY=1\nSTATUS=0 Active, 0 Backup, 2 not running; the last reload "
			    "was refused, the log says why");
	end(&t);
}

static void a_change_of_state_is_told_once_a_second_at_most(void **state)
{
	struct told t;
	mono_t begun;

	(void)state;
	begin(&t, RIG_FILE(RIG_WEB), NULL);
	vrrpd_notify_ready(&t.n, t.r.d, t.r.now, false);
	notify_heard(t.fd);
	begun = t.r.now;
	turns_until(&t, mono_add(begun, SPAN_S(3))); /* nothing happens before 3.6 s */
	assert_string_equal(notify_heard(t.fd), "");
	turns_until(&t, mono_add(begun, SPAN_S(4)));
	assert_string_equal(notify_heard(t.fd), "STATUS=1 Active, 0 Backup");
	rig_link(&t.r, ETH0, "eth0", false);
	rig_link(&t.r, ETH0, "eth0", true);
	rig_link(&t.r, ETH0, "eth0", false);
	turns_until(&t, mono_add(begun, SPAN_MS(4500)));
	assert_string_equal(notify_heard(t.fd), "");
	turns_until(&t, mono_add(begun, SPAN_S(60)));
	assert_string_equal(notify_heard(t.fd), "STATUS=0 Active, 0 Backup, 1 not running");
	assert_string_equal(notify_heard(t.fd), "");
	end(&t);
}

/* As often as promised, and only because the loop turned. */
static void the_watchdog_hears_of_each_turn_that_is_due(void **state)
{
	unsigned heard = 0;
	struct told t;
	mono_t begun;

	(void)state;
	begin(&t, RIG_FILE(RIG_WEB_WITH("interval = \"10s\";")), "4000000");
	vrrpd_notify_ready(&t.n, t.r.d, t.r.now, false);
	notify_heard(t.fd);
	begun = t.r.now;
	turns_until(&t, mono_add(begun, SPAN_S(20)));
	while (strcmp(notify_heard(t.fd), "WATCHDOG=1") == 0)
		heard++;
	assert_int_equal(heard, 11); /* at 0, 2, ... 20 s */
	t.r.now = mono_add(t.r.now, SPAN_S(60)); /* frozen: no turn, no sign of life */
	assert_string_equal(notify_heard(t.fd), "");
	vrrpd_notify_turn(&t.n, t.r.d, t.r.now);
	assert_string_equal(notify_heard(t.fd), "WATCHDOG=1");
	end(&t);
}

static void a_reload_and_the_end_are_announced(void **state)
{
	struct told t;

	(void)state;
	begin(&t, RIG_FILE(RIG_WEB), NULL);
	vrrpd_notify_reloading(&t.n, (mono_t){ 123456789 });
	assert_string_equal(notify_heard(t.fd), "RELOADING=1\nMONOTONIC_USEC=123456");
	vrrpd_notify_stopping(&t.n);
	assert_string_equal(notify_heard(t.fd),
			    "STOPPING=1\nSTATUS=removing the virtual addresses");
	end(&t);
}

static void nobody_to_tell_is_no_reason_to_wake_up(void **state)
{
	struct vrrpd_notify n = { .to.fd = -1 };
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_run(&r, SPAN_S(6));
	vrrpd_notify_turn(&n, r.d, r.now);
	assert_true(mono_is_never(vrrpd_notify_deadline(&n, r.d)));
	rig_close(&r);
}

UNIT_MAIN(T(ready_says_how_many_are_what), T(a_change_of_state_is_told_once_a_second_at_most),
	  T(the_watchdog_hears_of_each_turn_that_is_due), T(a_reload_and_the_end_are_announced),
	  T(nobody_to_tell_is_no_reason_to_wake_up))
