/* SPDX-License-Identifier: BSD-2-Clause */
/* Authentication from daemon to daemon: what one sends, another hears, or does not. */
#include "vrrpd.h"

#include <malloc.h>
#include <string.h>

#include "vrrp_auth_wire.h"
#include "vrrpd_rig.h"

#define HEX1 "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define TEXT2 "a second key, made of plain letters"
#define KEY1 "{ id = 1; hex = \"" HEX1 "\"; }"
#define KEY2 "{ id = 2; text = \"" TEXT2 "\"; }"
#define WALL UINT64_C(1763744400)

#define WITH(keys, version, auth) \
	"vrrp = { keys = ( " keys " ); instances = (" \
	RIG_ROUTER("web", "eth0", 51, "version = " version "; auth = { " auth " };", \
		   "\"" RIG_WEB_ADDR "\"") "); };"
#define HMAC(settings) WITH(KEY1 ", " KEY2, "3", "hmac_key = 1; " settings)
#define HMAC6 \
	"vrrp = { keys = ( " KEY1 " ); instances = (" \
	RIG_ROUTER("web", "eth0", 51, "auth = { hmac_key = 1; };", "\"" RIG_SIX_ADDR "\"") "); };"
#define PEERS(other, auth, version) \
	"vrrp = { keys = ( " KEY1 " ); instances = (" \
	RIG_ROUTER("web", "eth0", 51, "version = " version "; " \
		   "unicast = { peers = (\"" other "\"); }; auth = { " auth " };", \
		   "\"" RIG_WEB_ADDR "\"") "); };"
#define TEXT(password) WITH("", "2", "type = \"text\"; password = \"" password "\";")
#define AH(password)   WITH("", "2", "type = \"ah\"; password = \"" password "\";")
#define NONE(version)  WITH("", version, "")

static void tell_wall(struct rig *r, int64_t ahead_s)
{
	vrrpd_wall(r->d, r->now, (WALL + (uint64_t)ahead_s) * 1000000000 + r->now.ns);
}

static void start(struct rig *r, unsigned host, const char *text)
{
	char four[32], six[32];

	snprintf(four, sizeof four, "10.0.0.%u/24", host);
	snprintf(six, sizeof six, "fe80::%u/64", host);
	rig_open(r);
	tell_wall(r, 0);
	rig_write_link(r, ETH0, "eth0", true);
	rig_set(r, ETH0, four, 0, true);
	rig_set(r, ETH0, six, 0, true);
	rig_apply(r, text);
	rig_obey(r);
}

/* What was sent, as it arrives at another. */
static enum vrrp_drop deliver(const struct rig_op *op, struct rig *to)
{
	struct bytes b = bytes_copy(op->bytes, op->len);
	struct vrrp_rx rx = { .src = op->src, .dst = op->dst, .ttl = 255, .bytes = b.p,
			      .len = b.len };
	enum vrrp_drop drop = op->ah ? vrrpd_rx_ah(to->d, to->now, ETH0, &rx, 0)
				     : vrrpd_rx(to->d, to->now, ETH0, &rx);

	free(b.p);
	rig_obey(to);
	return drop;
}

static const struct rig_op *last_sent(const struct rig *r)
{
	size_t n = rig_count(r, RIG_SEND);

	assert_true(n > 0);
	return rig_op(r, RIG_SEND, n - 1);
}

/* Runs both to the first advert that the one sends from now on, and delivers it. */
static enum vrrp_drop pass(struct rig *from, struct rig *to)
{
	size_t before = rig_count(from, RIG_SEND);

	while (rig_count(from, RIG_SEND) == before)
		rig_run(from, SPAN_MS(100));
	to->now = mono_max(to->now, from->now);
	return deliver(last_sent(from), to);
}

/* One that is Active, and one that has just started. */
static void start_two(struct rig *a, const char *text_a, struct rig *b, const char *text_b)
{
	start(a, 1, text_a);
	rig_activate(a);
	tell_wall(a, 0);
	start(b, 2, text_b);
	b->now = a->now;
}

static void close_two(struct rig *a, struct rig *b)
{
	rig_close(a);
	rig_close(b);
}

/* ---- version 2: a password ---------------------------------------------------------------- */

static void row_140_the_password_is_in_every_advert(void **state)
{
	struct rig a, b;
	const struct rig_op *op;

	(void)state;
	start_two(&a, TEXT("s3cr3t"), &b, TEXT("s3cr3t"));
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(pass(&a, &b), VRRP_ACCEPTED);
	op = last_sent(&a);
	assert_int_equal(op->len, 20);
	assert_int_equal(op->bytes[4], 1);
	assert_memory_equal(op->bytes + 12, "s3cr3t\0", 8);
	assert_int_equal(rig_state(&b, "web"), VRRP_BACKUP);
	close_two(&a, &b);
}

static void row_140_another_password_is_refused(void **state)
{
	static const struct { const char *a, *b; enum vrrp_drop want;
	} row[] = {
		{ TEXT("12345678"), TEXT("12345678"), VRRP_ACCEPTED },
		{ TEXT("12345678"), TEXT("12345679"), VRRP_DROP_AUTH_FAILED },
		{ TEXT("s3cr3t"), TEXT("s3cr3"), VRRP_DROP_AUTH_FAILED },
		{ TEXT("s3cr3t"), TEXT("S3cr3t"), VRRP_DROP_AUTH_FAILED },
		{ TEXT("s3cr3t"), NONE("2"), VRRP_DROP_AUTH_TYPE_MISMATCH },
		{ NONE("2"), TEXT("s3cr3t"), VRRP_DROP_AUTH_TYPE_MISMATCH },
		{ TEXT("s3cr3t"), AH("s3cr3t"), VRRP_DROP_AUTH_TYPE_MISMATCH },
		{ AH("s3cr3t"), TEXT("s3cr3t"), VRRP_DROP_AUTH_TYPE_MISMATCH },
		{ AH("s3cr3t"), NONE("2"), VRRP_DROP_AUTH_TYPE_MISMATCH },
		{ NONE("2"), AH("s3cr3t"), VRRP_DROP_AUTH_TYPE_MISMATCH },
		{ AH("s3cr3t"), NONE("3"), VRRP_DROP_VERSION },
		{ AH("s3cr3t"), AH("s3cr3T"), VRRP_DROP_AUTH_FAILED },
		{ NONE("2"), NONE("2"), VRRP_ACCEPTED },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof row / sizeof *row; i++) {
		struct rig a, b;

		start_two(&a, row[i].a, &b, row[i].b);
		assert_int_equal(pass(&a, &b), row[i].want);
		close_two(&a, &b);
	}
}

/* ---- version 2: the Authentication Header ------------------------------------------------- */

/* The group counts together: who becomes Active goes on with the number it has heard. */
static void row_141_the_group_counts_together(void **state)
{
	struct rig a, b;
	const struct rig_op *op;

	(void)state;
	start_two(&a, AH("s3cr3t"), &b, AH("s3cr3t"));
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(pass(&a, &b), VRRP_ACCEPTED);
	op = last_sent(&a);
	assert_true(op->ah);
	assert_int_equal(op->len, AH_LEN + 20);
	assert_int_equal(op->bytes[AH_LEN + 4], 2);
	for (unsigned i = 0; i < 8; i++)
		assert_int_equal(op->bytes[AH_LEN + 12 + i], 0);
	assert_int_equal(deliver(op, &b), VRRP_DROP_AUTH_REPLAY);
	rig_run(&b, SPAN_S(5));
	assert_int_equal(rig_state(&b, "web"), VRRP_ACTIVE);
	assert_true(last_sent(&b)->bytes[11] > op->bytes[11]);
	a.now = b.now;
	assert_int_equal(deliver(last_sent(&b), &a), VRRP_ACCEPTED);
	close_two(&a, &b);
}

static void row_141_every_byte_counts(void **state)
{
	struct rig a, b;
	struct rig_op op;

	(void)state;
	start_two(&a, AH("s3cr3t"), &b, AH("s3cr3t"));
	assert_int_equal(pass(&a, &b), VRRP_ACCEPTED);
	while (rig_count(&a, RIG_SEND) < 2)
		rig_run(&a, SPAN_MS(100));
	op = *last_sent(&a);
	for (unsigned at = 0; at < op.len; at++) {
		struct vrrp before = *rig_router(&b, "web");
		enum vrrp_drop drop;

		if (at < 2) /* then it is not of VRRP, or no header of this kind: not handed in */
			continue;
		op.bytes[at] ^= 0x10;
		drop = deliver(&op, &b);
		assert_true(drop != VRRP_ACCEPTED);
		if (at >= 4 && at < AH_LEN)
			assert_int_equal(drop, VRRP_DROP_AUTH_FAILED);
		assert_memory_equal(&before, rig_router(&b, "web"), sizeof before);
		op.bytes[at] ^= 0x10;
	}
	assert_int_equal(deliver(&op, &b), VRRP_ACCEPTED);
	close_two(&a, &b);
}

/* A message that says it is in a header, and is not. */
static void row_141_a_header_that_is_missing(void **state)
{
	struct rig a, b;
	struct rig_op op;

	(void)state;
	start_two(&a, AH("s3cr3t"), &b, AH("s3cr3t"));
	assert_int_equal(pass(&a, &b), VRRP_ACCEPTED);
	op = *last_sent(&a);
	op.ah = false;
	op.len -= AH_LEN;
	memmove(op.bytes, op.bytes + AH_LEN, op.len);
	assert_int_equal(deliver(&op, &b), VRRP_DROP_AUTH_MISSING);
	assert_int_equal(rig_counters(&b, "web")->drops[VRRP_DROP_AUTH_MISSING], 1);
	close_two(&a, &b);
}

static void row_141_to_peers_too(void **state)
{
	struct rig a, b;

	(void)state;
	start_two(&a, PEERS("10.0.0.2", "type = \"ah\"; password = \"x\";", "2"), &b,
		  PEERS("10.0.0.1", "type = \"ah\"; password = \"x\";", "2"));
	assert_int_equal(pass(&a, &b), VRRP_ACCEPTED);
	assert_int_equal(pass(&a, &b), VRRP_ACCEPTED);
	close_two(&a, &b);
}

/* A lease is for adverts that the kernel can see. */
static void row_141_who_listens_and_no_lease(void **state)
{
	struct rig a;

	(void)state;
	start(&a, 1, NONE("2"));
	assert_false(vrrpd_hears_ah(a.d, ETH0));
	rig_apply(&a, AH("x"));
	assert_true(vrrpd_hears_ah(a.d, ETH0));
	assert_false(vrrpd_hears_ah(a.d, ETH1));
	rig_close(&a);
}

/* ---- the trailer -------------------------------------------------------------------------- */

static void row_147_from_router_to_router(void **state)
{
	static const struct { const char *a, *b;
	} row[] = {
		{ HMAC(""), HMAC("") },
		{ HMAC6, HMAC6 },
		{ WITH(KEY1, "2", "hmac_key = 1;"), WITH(KEY1, "2", "hmac_key = 1;") },
		{ PEERS("10.0.0.2", "hmac_key = 1;", "3"),
		  PEERS("10.0.0.1", "hmac_key = 1;", "3") },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof row / sizeof *row; i++) {
		struct rig a, b;

		start_two(&a, row[i].a, &b, row[i].b);
		for (unsigned n = 0; n < 10; n++)
			assert_int_equal(pass(&a, &b), VRRP_ACCEPTED);
		assert_int_equal(deliver(last_sent(&a), &b), VRRP_DROP_AUTH_REPLAY);
		assert_int_equal(rig_state(&b, "web"), VRRP_BACKUP);
		close_two(&a, &b);
	}
}

/* The checksum ends before the trailer, so that the message alone is as it always was. */
static void row_147_the_message_before_it_is_whole(void **state)
{
	const struct rig_op *op;
	struct vrrp_msg msg;
	struct rig a;

	(void)state;
	start(&a, 1, HMAC(""));
	rig_run(&a, SPAN_S(5));
	op = last_sent(&a);
	assert_int_equal(op->len, 12 + VRRP_TRAILER_LEN);
	for (unsigned with = 0; with < 2; with++) {
		struct vrrp_rx rx = { .src = op->src, .dst = op->dst, .ttl = 255,
				      .bytes = op->bytes,
				      .len = with ? op->len : op->len - VRRP_TRAILER_LEN };

		assert_int_equal(vrrp_decode(&rx, VRRP_V3_BIT, &msg), VRRP_ACCEPTED);
		assert_int_equal(msg.trailer != NULL, with);
	}
	rig_close(&a);
}

/* Whatever is changed: refused, nothing moves, and what is genuine is taken afterwards. */
static void row_147_every_byte_counts(void **state)
{
	static const char *const file[] = { HMAC(""), HMAC6 };

	(void)state;
	for (unsigned f = 0; f < 2; f++) {
		struct rig a, b;
		struct rig_op op;

		start_two(&a, file[f], &b, file[f]);
		assert_int_equal(pass(&a, &b), VRRP_ACCEPTED);
		while (rig_count(&a, RIG_SEND) < 2)
			rig_run(&a, SPAN_MS(100));
		op = *last_sent(&a);
		for (unsigned bit = 0; bit < op.len * 8; bit++) {
			struct vrrp before = *rig_router(&b, "web");
			struct vrrpd_counters count = *rig_counters(&b, "web");
			struct vrrpd_totals total = *vrrpd_totals(b.d);
			enum vrrp_drop drop;

			op.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
			drop = deliver(&op, &b);
			assert_true(drop != VRRP_ACCEPTED);
			op.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
			assert_memory_equal(&before, rig_router(&b, "web"), sizeof before);
			total.seen++;
			if (bit / 8 == 1) /* of no virtual router */
				total.drops[drop]++;
			else
				count.drops[drop]++;
			assert_memory_equal(&count, rig_counters(&b, "web"), sizeof count);
			assert_memory_equal(&total, vrrpd_totals(b.d), sizeof total);
		}
		assert_int_equal(deliver(&op, &b), VRRP_ACCEPTED);
		close_two(&a, &b);
	}
}

/* A trailer from another source, and one for another virtual router, are none. */
static void row_147_source_and_vrid_count(void **state)
{
	struct rig a, b;
	struct rig_op op;

	(void)state;
	start_two(&a, HMAC(""), &b, HMAC(""));
	assert_int_equal(pass(&a, &b), VRRP_ACCEPTED);
	while (rig_count(&a, RIG_SEND) < 2)
		rig_run(&a, SPAN_MS(100));
	op = *last_sent(&a);
	op.src.b[3] = 9;
	assert_int_equal(deliver(&op, &b), VRRP_DROP_AUTH_FAILED);
	close_two(&a, &b);
	start_two(&a, HMAC(""), &b,
		  "vrrp = { keys = ( " KEY1 " ); instances = ("
		  RIG_ROUTER("web", "eth0", 52, "auth = { hmac_key = 1; };",
			     "\"" RIG_WEB_ADDR "\"") "); };");
	while (rig_count(&a, RIG_SEND) < 1)
		rig_run(&a, SPAN_MS(100));
	op = *last_sent(&a);
	op.bytes[1] = 52;
	op.bytes[6] = op.bytes[7] = 0;
	{
		uint16_t sum = (uint16_t)~bytes_sum16(0, op.bytes, 12);

		op.bytes[6] = (uint8_t)(sum >> 8);
		op.bytes[7] = (uint8_t)sum;
	}
	assert_int_equal(deliver(&op, &b), VRRP_DROP_AUTH_FAILED);
	close_two(&a, &b);
}

static void row_147_modes(void **state)
{
	static const struct { const char *a, *b; enum vrrp_drop want;
	} row[] = {
		{ NONE("3"), HMAC(""), VRRP_DROP_AUTH_MISSING },
		{ NONE("3"), HMAC("mode = \"permissive\";"), VRRP_ACCEPTED },
		{ NONE("3"), HMAC("mode = \"receive-only\";"), VRRP_ACCEPTED },
		{ HMAC("mode = \"receive-only\";"), HMAC(""), VRRP_DROP_AUTH_MISSING },
		{ HMAC("mode = \"receive-only\";"), HMAC("mode = \"permissive\";"), VRRP_ACCEPTED },
		{ HMAC("mode = \"permissive\";"), HMAC(""), VRRP_ACCEPTED },
		{ HMAC("mode = \"permissive\";"), HMAC("mode = \"receive-only\";"), VRRP_ACCEPTED },
		/* Who has no authentication takes whatever is sound. */
		{ HMAC(""), NONE("3"), VRRP_ACCEPTED },
		{ HMAC6, "vrrp = { instances = (" RIG_ROUTER("web", "eth0", 51, "",
							     "\"" RIG_SIX_ADDR "\"") "); };",
		  VRRP_ACCEPTED },
		/* A wrong trailer is wrong in every mode. */
		{ WITH("{ id = 1; text = \"" TEXT2 "\"; }", "3", "hmac_key = 1;"),
		  HMAC("mode = \"receive-only\";"), VRRP_DROP_AUTH_FAILED },
		{ WITH("{ id = 3; hex = \"" HEX1 "\"; }", "3", "hmac_key = 3;"),
		  HMAC("mode = \"permissive\";"), VRRP_DROP_AUTH_KEY },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof row / sizeof *row; i++) {
		struct rig a, b;

		start_two(&a, row[i].a, &b, row[i].b);
		assert_int_equal(pass(&a, &b), row[i].want);
		close_two(&a, &b);
	}
}

/* All keys are taken unless some are listed; the one in use always is. */
static void row_147_keys_that_are_taken(void **state)
{
	static const struct { const char *a, *b; enum vrrp_drop want;
	} row[] = {
		{ WITH(KEY2, "3", "hmac_key = 2;"), HMAC(""), VRRP_ACCEPTED },
		{ WITH(KEY2, "3", "hmac_key = 2;"), HMAC("accept = [ 2 ];"), VRRP_ACCEPTED },
		{ WITH(KEY2, "3", "hmac_key = 2;"), HMAC("accept = [ 1 ];"), VRRP_DROP_AUTH_KEY },
		{ WITH(KEY1, "3", "hmac_key = 1;"), HMAC("accept = [ 2 ];"), VRRP_ACCEPTED },
		{ WITH(KEY2, "3", "hmac_key = 2;"), WITH(KEY1, "3", "hmac_key = 1;"),
		  VRRP_DROP_AUTH_KEY },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof row / sizeof *row; i++) {
		struct rig a, b;

		start_two(&a, row[i].a, &b, row[i].b);
		assert_int_equal(pass(&a, &b), row[i].want);
		close_two(&a, &b);
	}
}

static void row_147_a_key_is_replaced(void **state)
{
	static const char *const step[] = {
		WITH(KEY1, "3", "hmac_key = 1;"), WITH(KEY1 ", " KEY2, "3", "hmac_key = 1;"),
		WITH(KEY1 ", " KEY2, "3", "hmac_key = 2;"), WITH(KEY2, "3", "hmac_key = 2;"),
	};
	struct rig a, b;

	(void)state;
	start_two(&a, step[0], &b, step[0]);
	for (unsigned i = 0; i < 4; i++) {
		rig_apply(i % 2 ? &a : &b, step[i]);
		assert_int_equal(pass(&a, &b), VRRP_ACCEPTED);
		rig_apply(i % 2 ? &b : &a, step[i]);
		assert_int_equal(pass(&a, &b), VRRP_ACCEPTED);
	}
	assert_int_equal(last_sent(&a)->bytes[12 + 1], 2);
	assert_int_equal(rig_counters(&b, "web")->became_active, 0);
	close_two(&a, &b);
}

static void row_147_a_reload_keeps_the_marks(void **state)
{
	struct rig a, b;

	(void)state;
	start_two(&a, HMAC(""), &b, HMAC(""));
	assert_int_equal(pass(&a, &b), VRRP_ACCEPTED);
	rig_apply(&b, HMAC("window = \"7s\";"));
	assert_true(rig_says(&b, "changed", "settings=auth.window"));
	assert_int_equal(deliver(last_sent(&a), &b), VRRP_DROP_AUTH_REPLAY);
	/* Who says it goes on too. */
	rig_apply(&a, HMAC("window = \"7s\";"));
	assert_int_equal(pass(&a, &b), VRRP_ACCEPTED);
	close_two(&a, &b);
}

static void v04_the_wall_clock_is_stepped(void **state)
{
	static const int64_t step[] = { 3600, -3600, 315360000, -315360000 };

	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		struct rig a, b, *r = i % 2 ? &a : &b;

		start_two(&a, HMAC(""), &b, HMAC(""));
		assert_int_equal(pass(&a, &b), VRRP_ACCEPTED);
		tell_wall(r, step[i / 2]);
		assert_true(rig_says(r, "clock", "the wall clock was stepped"));
		for (unsigned n = 0; n < 20; n++)
			assert_int_equal(pass(&a, &b), VRRP_ACCEPTED);
		tell_wall(r, 0);
		assert_int_equal(pass(&a, &b), VRRP_ACCEPTED);
		assert_int_equal(rig_counters(&b, "web")->became_active, 0);
		close_two(&a, &b);
	}
}

/* It started with a wrong clock: both are Active, loudly; until the clock is set. */
static void v04_a_wrong_clock_at_the_start(void **state)
{
	struct rig a, b;

	(void)state;
	start_two(&a, HMAC(""), &b, NONE("3"));
	rig_close(&b);
	rig_open(&b);
	tell_wall(&b, -7200);
	rig_write_link(&b, ETH0, "eth0", true);
	rig_set(&b, ETH0, "10.0.0.2/24", 0, true);
	rig_apply(&b, HMAC(""));
	rig_obey(&b);
	b.now = a.now;
	assert_int_equal(pass(&a, &b), VRRP_DROP_AUTH_STALE);
	assert_true(rig_says(&b, "drop", "reason=auth-stale"));
	rig_run(&b, SPAN_S(5));
	assert_int_equal(rig_state(&b, "web"), VRRP_ACTIVE);
	a.now = mono_max(a.now, b.now);
	assert_int_equal(deliver(last_sent(&b), &a), VRRP_DROP_AUTH_STALE);
	tell_wall(&b, 0);
	tell_wall(&a, 0);
	assert_int_equal(pass(&a, &b), VRRP_ACCEPTED);
	assert_true(rig_says(&b, "clock", "believed from now on"));
	assert_int_equal(pass(&b, &a), VRRP_ACCEPTED);
	/* The higher address stays. */
	assert_int_equal(rig_state(&a, "web"), VRRP_BACKUP);
	assert_int_equal(rig_state(&b, "web"), VRRP_ACTIVE);
	close_two(&a, &b);
}

/* Why authentication was taken out of VRRP: routers that do not agree are all Active. They say
 * so. */
static void row_144_routers_that_do_not_agree_are_all_active(void **state)
{
	struct rig a, b;

	(void)state;
	start_two(&a, HMAC(""), &b,
		  WITH("{ id = 1; text = \"" TEXT2 "\"; }", "3", "hmac_key = 1;"));
	for (unsigned n = 0; n < 30; n++) {
		assert_int_equal(pass(&a, &b), VRRP_DROP_AUTH_FAILED);
		rig_until(&b, a.now);
	}
	assert_int_equal(rig_state(&b, "web"), VRRP_ACTIVE);
	assert_int_equal(rig_counters(&b, "web")->drops[VRRP_DROP_AUTH_FAILED], 30);
	/* One line in ten seconds, which names the source. */
	assert_in_range(rig_lines(&b, "drop"), 3, 4);
	assert_true(rig_says(&b, "drop", "reason=auth-failed interface=eth0 src=10.0.0.1"));
	close_two(&a, &b);
}

/* Version 3 has no field for it: bytes 4 and 5 are the interval, with a trailer too. */
static void row_143_the_header_of_version_3_says_nothing_of_it(void **state)
{
	struct rig a;

	(void)state;
	start(&a, 1, HMAC(""));
	rig_run(&a, SPAN_S(5));
	assert_int_equal(last_sent(&a)->bytes[4], 0);
	assert_int_equal(last_sent(&a)->bytes[5], 100);
	rig_close(&a);
}

/* Looking at what digests say changes nothing. */
static void what_digests_say_without_consequence(void **state)
{
	struct rig a, b;

	(void)state;
	start_two(&a, HMAC(""), &b, HMAC(""));
	for (unsigned n = 0; n < 5; n++) {
		const struct rig_op *op;
		struct vrrp_rx rx;

		while (rig_count(&a, RIG_SEND) <= n)
			rig_run(&a, SPAN_MS(100));
		op = last_sent(&a);
		b.now = a.now;
		rx = (struct vrrp_rx){ .src = op->src, .dst = op->dst, .ttl = 255,
				       .bytes = op->bytes, .len = op->len };
		for (unsigned i = 0; i < 3; i++)
			assert_int_equal(vrrpd_authentic(b.d, b.now, ETH0, &rx, NULL),
					 VRRP_ACCEPTED);
		assert_int_equal(deliver(op, &b), VRRP_ACCEPTED);
		assert_int_equal(vrrpd_authentic(b.d, b.now, ETH0, &rx, NULL),
				 VRRP_DROP_AUTH_REPLAY);
	}
	close_two(&a, &b);
}

/* ---- secrets ------------------------------------------------------------------------------ */

static unsigned freed_with_secret;
static bool watching;

void __real_free(void *p);
void __wrap_free(void *p);

/* Whether a block that is given back still holds a secret. */
void __wrap_free(void *p)
{
	static const uint8_t key[] = { 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17 };

	if (watching && p) {
		size_t size = malloc_usable_size(p);

		freed_with_secret += memmem(p, size, key, sizeof key) != NULL;
		freed_with_secret += memmem(p, size, "plain letters", 13) != NULL;
		freed_with_secret += memmem(p, size, "s3cr3t", 6) != NULL;
	}
	__real_free(p);
}

static void secrets_are_wiped(void **state)
{
	static struct cf_report report;
	struct cf_model m[3];
	struct rig a;

	(void)state;
	assert_true(rig_load(HMAC(""), &m[0], &report));
	assert_true(rig_load(TEXT("s3cr3t"), &m[1], &report));
	assert_true(rig_load(NONE("3"), &m[2], &report)); /* what reads a file is another process */
	start(&a, 1, NONE("3"));
	for (unsigned i = 0; i < 2; i++)
		assert_true(vrrpd_apply(a.d, a.now, &m[i], &trivet_cf_root(&m[i])->vrrp));
	rig_run(&a, SPAN_S(10));
	watching = true;
	freed_with_secret = 0;
	assert_true(vrrpd_apply(a.d, a.now, &m[2], &trivet_cf_root(&m[2])->vrrp));
	for (unsigned i = 0; i < 3; i++)
		cf_model_free(&m[i]);
	watching = false;
	assert_int_equal(freed_with_secret, 0);
	rig_close(&a);
}

static void no_line_and_no_dump_shows_a_secret(void **state)
{
	static const char *const secret[] = { "10111213", "plain letters", "s3cr3t", "0x10" };
	static const char *const file[] = { HMAC(""), TEXT("s3cr3t"), AH("s3cr3t") };
	static struct cf_report report;

	(void)state;
	for (unsigned f = 0; f < 3; f++) {
		struct cf_model m;
		char *dump = NULL;
		struct rig a;
		size_t len;
		FILE *to = open_memstream(&dump, &len);

		assert_true(rig_load(file[f], &m, &report));
		cf_dump(&trivet_schema, &m, to);
		fclose(to);
		start(&a, 1, NONE("3"));
		assert_true(vrrpd_apply(a.d, a.now, &m, &trivet_cf_root(&m)->vrrp));
		rig_run(&a, SPAN_S(10));
		rig_apply(&a, NONE("2"));
		vrrpd_log_counters(a.d, a.now);
		for (unsigned i = 0; i < 4; i++) {
			assert_null(strstr(dump, secret[i]));
			assert_null(strstr(report.text, secret[i]));
			for (size_t k = 0; k < a.n_lines; k++)
				assert_null(strstr(a.line[k].text, secret[i]));
		}
		free(dump);
		cf_model_free(&m);
		rig_close(&a);
	}
}

UNIT_MAIN(T(row_140_the_password_is_in_every_advert), T(row_140_another_password_is_refused),
	  T(row_141_the_group_counts_together), T(row_141_every_byte_counts),
	  T(row_141_a_header_that_is_missing), T(row_141_to_peers_too),
	  T(row_141_who_listens_and_no_lease), T(row_147_from_router_to_router),
	  T(row_147_the_message_before_it_is_whole), T(row_147_every_byte_counts),
	  T(row_147_source_and_vrid_count), T(row_147_modes), T(row_147_keys_that_are_taken),
	  T(row_147_a_key_is_replaced), T(row_147_a_reload_keeps_the_marks),
	  T(v04_the_wall_clock_is_stepped), T(v04_a_wrong_clock_at_the_start),
	  T(row_144_routers_that_do_not_agree_are_all_active),
	  T(row_143_the_header_of_version_3_says_nothing_of_it),
	  T(what_digests_say_without_consequence), T(secrets_are_wiped),
	  T(no_line_and_no_dump_shows_a_secret))
