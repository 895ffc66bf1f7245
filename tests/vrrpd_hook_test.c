/* SPDX-License-Identifier: BSD-2-Clause */
/* What a daemon tells programs outside through the FIFO, and that it ends with what is. */
#include "vrrpd_hook.h"
#include "vrrpd_rig.h"

#define FIFO(more)  "notify_fifo = { path = \"/run/f\"; " more "}; "
#define FILE_OF(fifo, instances) "vrrp = { " fifo "instances = (" instances "); };"
#define WEB      RIG_FILE_FIFO(RIG_WEB)
#define RIG_FILE_FIFO(instances) FILE_OF(FIFO(""), instances)
#define DB(settings) RIG_ROUTER("db", "eth0", 52, settings, "\"10.0.0.101/24\"")
#define PLENTY 4096

static void told(struct rig *r, const char *want)
{
	assert_string_equal(r->fifo, want);
	rig_forget(r);
}

static void start(struct rig *r, const char *text)
{
	rig_start(r, text);
	vrrpd_fifo_room(r->d, PLENTY);
}

static void the_life_of_a_router(void **state)
{
	struct rig r;

	(void)state;
	start(&r, WEB);
	told(&r, "INSTANCE \"web\" BACKUP 100\n");
	rig_run(&r, SPAN_S(10));
	told(&r, "INSTANCE \"web\" MASTER 100\n");
	rig_hear(&r, 200);
	told(&r, "INSTANCE \"web\" BACKUP 100\n");
	rig_link(&r, ETH0, "eth0", false);
	told(&r, "INSTANCE \"web\" FAULT 100\n");
	rig_addr(&r, ETH0, "10.0.0.1/24", 0, false); /* another reason: still FAULT */
	told(&r, "");
	rig_addr(&r, ETH0, "10.0.0.1/24", 0, true);
	rig_link(&r, ETH0, "eth0", true);
	told(&r, "INSTANCE \"web\" BACKUP 100\n");
	vrrpd_stop(r.d, r.now);
	rig_obey(&r);
	told(&r, "INSTANCE \"web\" STOP 100\n");
	assert_true(vrrpd_told(r.d));
	rig_close(&r);
}

/* One that cannot start is told of, and one that never started is told of when the daemon stops. */
static void a_fault_from_the_start(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_write_link(&r, ETH0, "eth0", false);
	rig_set(&r, ETH0, "10.0.0.1/24", 0, true);
	rig_apply(&r, WEB);
	vrrpd_fifo_room(r.d, PLENTY);
	assert_string_equal(r.fifo, ""); /* nothing is known yet */
	rig_obey(&r);
	told(&r, "INSTANCE \"web\" FAULT 100\n");
	vrrpd_stop(r.d, r.now);
	told(&r, "INSTANCE \"web\" STOP 100\n");
	rig_close(&r);
}

static void no_fifo_no_word(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	vrrpd_fifo_room(r.d, PLENTY);
	rig_run(&r, SPAN_S(10));
	vrrpd_fifo_again(r.d);
	assert_string_equal(vrrpd_fifo(r.d)->path, "");
	assert_true(vrrpd_told(r.d));
	told(&r, "");
	rig_close(&r);
}

/* I-20: nobody reads. What changes meanwhile is told once, as it is then, and counted. */
static void i20_a_full_fifo_gets_what_is(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE_FIFO(RIG_WEB ", " DB("")));
	told(&r, "");
	rig_run(&r, SPAN_S(10));
	rig_hear(&r, 200);
	assert_false(vrrpd_told(r.d));
	told(&r, "");
	vrrpd_fifo_room(r.d, VRRP_NOTIFY_LINE_MAX); /* for one */
	told(&r, "INSTANCE \"db\" MASTER 100\n");
	vrrpd_fifo_room(r.d, VRRP_NOTIFY_LINE_MAX - 1);
	told(&r, "");
	vrrpd_fifo_room(r.d, PLENTY);
	told(&r, "INSTANCE \"web\" BACKUP 100\n");
	assert_true(vrrpd_told(r.d));
	vrrpd_log_counters(r.d, r.now);
	assert_true(rig_says(&r, "notify-fifo", "path=/run/f told=2 merged=3 lost=0"));
	rig_close(&r);
}

static void the_room_is_kept_to(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, WEB);
	vrrpd_fifo_room(r.d, VRRP_NOTIFY_LINE_MAX);
	rig_run(&r, SPAN_S(10));
	assert_true(r.fifo_len <= VRRP_NOTIFY_LINE_MAX);
	told(&r, "INSTANCE \"web\" BACKUP 100\n"); /* of MASTER it does not know whether it fits */
	vrrpd_fifo_room(r.d, PLENTY);
	told(&r, "INSTANCE \"web\" MASTER 100\n");
	rig_close(&r);
}

/* keepalived #1884: the loser's word came last. The winner has it again when the split is over. */
static void i20_the_winner_has_the_last_word(void **state)
{
	struct rig r;

	(void)state;
	start(&r, FILE_OF(FIFO("lower_active = true; "), RIG_WEB));
	rig_activate(&r);
	rig_hear(&r, 50);
	told(&r, "INSTANCE \"web\" MASTER_RX_LOWER_PRI 100\n");
	rig_hear(&r, 50);
	told(&r, "");
	rig_run(&r, SPAN_S(5)); /* silent */
	told(&r, "INSTANCE \"web\" MASTER 100\n");
	rig_hear(&r, 50);
	rig_hear(&r, 0); /* it leaves */
	told(&r, "INSTANCE \"web\" MASTER_RX_LOWER_PRI 100\nINSTANCE \"web\" MASTER 100\n");
	/* Two of them: over when both are. */
	rig_hear(&r, 50);
	rig_rx(&r, (struct rig_advert){ .priority = 40, .src = "10.0.0.3" });
	rig_hear(&r, 0);
	told(&r, "INSTANCE \"web\" MASTER_RX_LOWER_PRI 100\n"
		 "INSTANCE \"web\" MASTER_RX_LOWER_PRI 100\n");
	rig_run(&r, SPAN_S(5));
	told(&r, "INSTANCE \"web\" MASTER 100\n");
	/* Who loses has nothing to confirm. */
	rig_hear(&r, 50);
	rig_forget(&r);
	rig_hear(&r, 200);
	told(&r, "INSTANCE \"web\" BACKUP 100\n");
	rig_close(&r);
}

static void what_nobody_asked_for_is_not_told(void **state)
{
	struct rig r;

	(void)state;
	start(&r, FILE_OF(FIFO(""), RIG_WEB_WITH("notify_confirm = false;")));
	rig_activate(&r);
	rig_hear(&r, 50);
	rig_run(&r, SPAN_S(5));
	rig_apply(&r, FILE_OF(FIFO(""), RIG_WEB_WITH("notify_confirm = false; priority = 90;")));
	rig_obey(&r);
	told(&r, "");
	rig_hear(&r, 200);
	told(&r, "INSTANCE \"web\" BACKUP 90\n");
	rig_close(&r);
}

static void a_new_priority_if_asked_for(void **state)
{
	struct rig r;

	(void)state;
	start(&r, FILE_OF(FIFO(""), RIG_WEB_WITH("notify_priority_changes = true;")));
	rig_forget(&r);
	rig_apply(&r, FILE_OF(FIFO(""),
			      RIG_WEB_WITH("notify_priority_changes = true; priority = 90;")));
	rig_obey(&r);
	told(&r, "INSTANCE \"web\" BACKUP_PRIORITY 90\n");
	rig_activate(&r);
	rig_apply(&r, FILE_OF(FIFO(""),
			      RIG_WEB_WITH("notify_priority_changes = true; priority = 80;")));
	rig_obey(&r);
	told(&r, "INSTANCE \"web\" MASTER_PRIORITY 80\n");
	rig_close(&r);
}

static void a_reload_tells_what_changed(void **state)
{
	struct rig r;

	(void)state;
	start(&r, RIG_FILE_FIFO(RIG_WEB));
	rig_activate(&r);
	rig_apply(&r, RIG_FILE_FIFO(RIG_WEB));
	rig_obey(&r);
	told(&r, "");
	rig_apply(&r, RIG_FILE_FIFO(DB("") ", " RIG_WEB));
	rig_obey(&r);
	told(&r, "INSTANCE \"db\" BACKUP 100\n");
	/* Removed: as keepalived has it, and the word for it if asked for. */
	rig_apply(&r, RIG_FILE_FIFO(DB("notify_deleted = true;")));
	rig_obey(&r);
	told(&r, "INSTANCE \"web\" FAULT 100\n");
	rig_apply(&r, RIG_FILE_FIFO(RIG_WEB));
	rig_obey(&r);
	told(&r, "INSTANCE \"db\" DELETED 100\nINSTANCE \"web\" BACKUP 100\n");
	/* Another VRID is another router under the same name. */
	rig_activate(&r);
	rig_apply(&r, RIG_FILE_FIFO(RIG_ROUTER("web", "eth0", 53, "", "\"" RIG_WEB_ADDR "\"")));
	rig_obey(&r);
	told(&r, "INSTANCE \"web\" FAULT 100\nINSTANCE \"web\" BACKUP 100\n");
	/* All again, if asked for. */
	rig_apply(&r, FILE_OF(FIFO("on_reload = true; "),
			      RIG_ROUTER("web", "eth0", 53, "", "\"" RIG_WEB_ADDR "\"")));
	rig_obey(&r);
	told(&r, "INSTANCE \"web\" BACKUP 100\n");
	rig_close(&r);
}

/* A name is what is told of. */
static void names_change(void **state)
{
	struct rig r;

	(void)state;
	start(&r, RIG_FILE_FIFO(RIG_WEB ", " DB("")));
	rig_activate(&r);
	rig_rx(&r, (struct rig_advert){ .priority = 200, .vrid = 52, .addr = "10.0.0.101" });
	told(&r, "INSTANCE \"db\" BACKUP 100\n");
	/* They change names: so web is the Backup, and db Active. */
	rig_apply(&r, RIG_FILE_FIFO(RIG_ROUTER("db", "eth0", 51, "", "\"" RIG_WEB_ADDR "\"") ", "
				    RIG_ROUTER("web", "eth0", 52, "", "\"10.0.0.101/24\"")));
	rig_obey(&r);
	told(&r, "INSTANCE \"db\" MASTER 100\nINSTANCE \"web\" BACKUP 100\n");
	rig_apply(&r, RIG_FILE_FIFO(RIG_ROUTER("new", "eth0", 51, "", "\"" RIG_WEB_ADDR "\"") ", "
				    RIG_ROUTER("web", "eth0", 52, "", "\"10.0.0.101/24\"")));
	rig_obey(&r);
	told(&r, "INSTANCE \"db\" FAULT 100\nINSTANCE \"new\" MASTER 100\n");
	rig_close(&r);
}

/* I-20 across reloads while nobody reads: also of those that are no more. */
static void i20_what_waits_outlives_a_reload(void **state)
{
	struct rig r;

	(void)state;
	start(&r, RIG_FILE_FIFO(RIG_WEB ", " DB("")));
	rig_forget(&r);
	vrrpd_fifo_room(r.d, 0);
	rig_run(&r, SPAN_S(10));
	rig_apply(&r, RIG_FILE_FIFO(RIG_WEB));
	rig_obey(&r);
	rig_apply(&r, RIG_FILE_FIFO(RIG_WEB));
	rig_obey(&r);
	rig_hear(&r, 200);
	told(&r, "");
	vrrpd_fifo_room(r.d, PLENTY);
	told(&r, "INSTANCE \"db\" FAULT 100\nINSTANCE \"web\" BACKUP 100\n");
	/* One that is back before anybody read that it had gone. */
	vrrpd_fifo_room(r.d, 0);
	rig_apply(&r, RIG_FILE_FIFO(DB("")));
	rig_obey(&r);
	rig_apply(&r, RIG_FILE_FIFO(RIG_WEB ", " DB("")));
	rig_obey(&r);
	vrrpd_fifo_room(r.d, PLENTY);
	told(&r, "INSTANCE \"db\" BACKUP 100\nINSTANCE \"web\" BACKUP 100\n");
	rig_close(&r);
}

/* Another FIFO knows nothing yet. */
static void another_fifo_is_told_everything(void **state)
{
	struct rig r;

	(void)state;
	rig_start(&r, RIG_FILE(RIG_WEB));
	rig_activate(&r);
	rig_apply(&r, WEB);
	rig_obey(&r);
	told(&r, "");
	assert_string_equal(vrrpd_fifo(r.d)->path, "/run/f");
	vrrpd_fifo_room(r.d, PLENTY);
	told(&r, "INSTANCE \"web\" MASTER 100\n");
	rig_apply(&r, FILE_OF("notify_fifo = { path = \"/run/g\"; }; ", RIG_WEB));
	rig_obey(&r);
	told(&r, "");
	vrrpd_fifo_room(r.d, PLENTY);
	told(&r, "INSTANCE \"web\" MASTER 100\n");
	vrrpd_fifo_again(r.d);
	told(&r, "INSTANCE \"web\" MASTER 100\n");
	rig_close(&r);
}

#define PAIR(group) \
	"vrrp = { " FIFO("") "instances = (" RIG_WEB ", " DB("") "); " \
	"sync_groups = ( " group " ); };"
#define BOTH "members = [ \"web\", \"db\" ];"

/* A group is told of beside its members, without a priority, as keepalived does. */
static void a_group_and_its_members(void **state)
{
	struct rig r;

	(void)state;
	start(&r, PAIR("{ name = \"G\"; " BOTH " }"));
	told(&r, "INSTANCE \"web\" BACKUP 100\nINSTANCE \"db\" BACKUP 100\n"
		 "GROUP \"G\" BACKUP 0\n");
	rig_run(&r, SPAN_S(10));
	told(&r, "INSTANCE \"web\" MASTER 100\nINSTANCE \"db\" MASTER 100\n"
		 "GROUP \"G\" MASTER 0\n");
	rig_hear(&r, 50);
	rig_run(&r, SPAN_S(5)); /* a rival that is silent */
	told(&r, "INSTANCE \"web\" MASTER 100\nGROUP \"G\" MASTER 0\n");
	rig_link(&r, ETH0, "eth0", false);
	assert_non_null(strstr(r.fifo, "INSTANCE \"db\" FAULT 100\n"));
	assert_non_null(strstr(r.fifo, "GROUP \"G\" FAULT 0\n"));
	rig_forget(&r);
	rig_link(&r, ETH0, "eth0", true);
	rig_activate(&r);
	/* Another name; then no group. */
	rig_apply(&r, PAIR("{ name = \"H\"; " BOTH " }"));
	rig_obey(&r);
	assert_non_null(strstr(r.fifo, "GROUP \"G\" FAULT 0\n"));
	assert_non_null(strstr(r.fifo, "GROUP \"H\" MASTER 0\n"));
	rig_forget(&r);
	rig_apply(&r, PAIR(""));
	rig_obey(&r);
	told(&r, "GROUP \"H\" FAULT 0\n");
	rig_apply(&r, PAIR("{ name = \"G\"; notify_deleted = true; " BOTH " }"));
	rig_obey(&r);
	rig_forget(&r);
	vrrpd_stop(r.d, r.now);
	rig_obey(&r);
	assert_non_null(strstr(r.fifo, "GROUP \"G\" STOP 0\n"));
	rig_close(&r);
}

static void a_group_at_fault_from_the_start(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r);
	rig_write_link(&r, ETH0, "eth0", false);
	rig_set(&r, ETH0, "10.0.0.1/24", 0, true);
	rig_apply(&r, PAIR("{ name = \"G\"; " BOTH " }"));
	vrrpd_fifo_room(r.d, PLENTY);
	rig_obey(&r);
	assert_non_null(strstr(r.fifo, "GROUP \"G\" FAULT 0\n"));
	rig_forget(&r);
	vrrpd_stop(r.d, r.now);
	assert_non_null(strstr(r.fifo, "GROUP \"G\" STOP 0\n"));
	rig_close(&r);
}

/* More names than are remembered, of which nobody has read: memory stays what it is. */
static void names_without_end(void **state)
{
	char text[300];
	struct rig r;

	(void)state;
	rig_start(&r, WEB);
	for (unsigned i = 0; i < HOOKS_GONE_MAX + 10; i++) {
		snprintf(text, sizeof text,
			 "vrrp = { notify_fifo = { path = \"/run/f\"; }; instances = ( { "
			 "name = \"n%u\"; interface = \"eth0\"; vrid = 51; "
			 "addresses = ( \"%s\" ); } ); };",
			 i, RIG_WEB_ADDR);
		rig_apply(&r, text);
		rig_obey(&r);
	}
	vrrpd_log_counters(r.d, r.now);
	assert_true(rig_says(&r, "notify-fifo", "lost=10"));
	for (unsigned i = 0; i <= HOOKS_GONE_MAX; i++) {
		rig_forget(&r);
		vrrpd_fifo_room(r.d, VRRP_NOTIFY_LINE_MAX);
	}
	snprintf(text, sizeof text, "INSTANCE \"n%u\" BACKUP 100\n", HOOKS_GONE_MAX + 9);
	told(&r, text);
	assert_true(vrrpd_told(r.d));
	rig_close(&r);
}

UNIT_MAIN(T(the_life_of_a_router), T(a_fault_from_the_start), T(no_fifo_no_word),
	  T(i20_a_full_fifo_gets_what_is), T(the_room_is_kept_to),
	  T(i20_the_winner_has_the_last_word), T(what_nobody_asked_for_is_not_told),
	  T(a_new_priority_if_asked_for), T(a_reload_tells_what_changed), T(names_change),
	  T(i20_what_waits_outlives_a_reload), T(another_fifo_is_told_everything),
	  T(a_group_and_its_members), T(a_group_at_fault_from_the_start), T(names_without_end))
