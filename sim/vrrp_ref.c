/* SPDX-License-Identifier: BSD-2-Clause */
#include "vrrp_ref.h"

#include <string.h>

#define NEVER UINT64_MAX
#define NS_PER_CS UINT64_C(10000000)

/* ---- intervals: RFC 9568 6.1 and RFC 3768 6.1, exact in nanoseconds (D6) */

/* (256 - Priority) / 256 of the interval; in version 2 of a second, whatever the interval. */
static uint64_t skew_of(const struct vrrp_ref_cf *cf, uint32_t interval_cs)
{
	uint64_t part = 256u - cf->priority;

	if (cf->version == 2)
		return part * 3906250;
	return part * interval_cs * 78125 / 2;
}

static uint64_t advertisement_interval(const struct vrrp_ref *r)
{
	return r->cf.interval_cs * NS_PER_CS;
}

/* Version 2 has no Active_Adver_Interval: its Backups count with their own interval. */
static uint32_t backup_interval_cs(const struct vrrp_ref *r)
{
	return r->cf.version == 2 ? r->cf.interval_cs : r->active_adver_interval_cs;
}

static uint64_t skew_time(const struct vrrp_ref *r)
{
	return skew_of(&r->cf, backup_interval_cs(r));
}

/* D13: how many adverts may be missed is a setting; the RFC says 3. */
static uint64_t missed_adverts(const struct vrrp_ref *r)
{
	return r->cf.down_adverts == 0 ? 3 : r->cf.down_adverts;
}

static uint64_t down_interval_of(const struct vrrp_ref *r, uint32_t interval_cs)
{
	return missed_adverts(r) * interval_cs * NS_PER_CS + skew_of(&r->cf, interval_cs);
}

static uint64_t active_down_interval(const struct vrrp_ref *r)
{
	return down_interval_of(r, backup_interval_cs(r));
}

/* ---- what the steps are made of */

static void begin(const struct vrrp_ref *r, struct vrrp_ref_out *out)
{
	memset(out, 0, sizeof *out);
	out->from = r->state;
	out->to = r->state;
}

static void enter(struct vrrp_ref *r, enum vrrp_ref_state state, struct vrrp_ref_out *out)
{
	if (state == VRRP_REF_ACTIVE)
		out->addresses_added = true;
	if (r->state == VRRP_REF_ACTIVE)
		out->addresses_removed = true;
	r->active_down_timer = NEVER;
	r->tolerate_until = 0;
	r->noted = false;
	r->adver_timer = NEVER;
	r->state = state;
	out->to = state;
}

static void send_advert(struct vrrp_ref_out *out, uint8_t priority)
{
	out->advert_priority[out->n_adverts] = priority;
	out->n_adverts++;
}

static void become_active(struct vrrp_ref *r, uint64_t now, struct vrrp_ref_out *out)
{
	enter(r, VRRP_REF_ACTIVE, out);
	send_advert(out, r->cf.priority);
	r->adver_timer = now + advertisement_interval(r);
}

/* D14: an interval longer than the cap counts as the cap. Our own, at the start, is not learned. */
static uint32_t capped(const struct vrrp_ref *r, uint32_t interval_cs)
{
	if (r->cf.learned_max_cs != 0 && interval_cs > r->cf.learned_max_cs)
		return r->cf.learned_max_cs;
	return interval_cs;
}

static void wait_for_active(struct vrrp_ref *r, uint64_t now, uint32_t interval_cs)
{
	if (r->cf.version == 3)
		r->active_adver_interval_cs = interval_cs;
	r->active_down_timer = now + active_down_interval(r);
	r->tolerate_until = 0;
	r->second_chance = false;
	r->noted = false;
}

static void follow(struct vrrp_ref *r, uint64_t now, uint32_t interval_cs)
{
	wait_for_active(r, now, capped(r, interval_cs));
}

/*
 * D15: a lower priority that could be preempted. It does not touch the Active_Down_Timer (row 81).
 * But what that timer asks for waits, for preempt_delay or until this Active would be given up for
 * silence by whoever follows it, whichever is sooner. Once the Active_Down_Timer has expired we are
 * one of those: its interval is learned.
 */
static void tolerate(struct vrrp_ref *r, uint64_t now, uint32_t interval_cs)
{
	uint64_t expired = r->active_down_timer, silent, patience;

	if (r->cf.preempt_delay_ns == 0 || r->cf.priority == 255)
		return;
	interval_cs = r->cf.version == 2 ? r->cf.interval_cs : capped(r, interval_cs);
	if (now >= expired && r->cf.version == 3)
		r->active_adver_interval_cs = interval_cs;
	silent = now + down_interval_of(r, interval_cs);
	patience = expired + r->cf.preempt_delay_ns;
	r->tolerate_until = silent < patience ? silent : patience < now ? now : patience;
	if (r->tolerate_until > now)
		r->noted = false;
}

static void become_backup(struct vrrp_ref *r, uint64_t now, uint32_t interval_cs,
			  struct vrrp_ref_out *out)
{
	enter(r, VRRP_REF_BACKUP, out);
	wait_for_active(r, now, interval_cs);
}

/* D2: adverts that no timer asked for: four in a row, but one an interval in the long run. */
static bool may_send_unasked(struct vrrp_ref *r, uint64_t now)
{
	uint64_t interval = advertisement_interval(r);

	if (r->tat > now + 3 * interval)
		return false;
	r->tat = (r->tat > now ? r->tat : now) + interval;
	return true;
}

/* D3: an Active this late was frozen, and a Backup has probably taken over. One that preempts, or
 * owns the addresses, would win them back anyway. */
static bool probably_superseded(const struct vrrp_ref *r, uint64_t now)
{
	uint64_t patience = down_interval_of(r, r->cf.interval_cs) - advertisement_interval(r);

	if (r->state != VRRP_REF_ACTIVE || r->cf.preempt || r->cf.priority == 255)
		return false;
	return now > r->adver_timer && now - r->adver_timer > patience;
}

/* ---- an advert: RFC 9568 6.4.1 to 6.4.3 as one table; the numbers in it are requirement rows */

/* The advert's priority against ours; at equal priorities its source against ours. */
enum heard { HEARD_ZERO, HEARD_LOWER, HEARD_EQUAL, HEARD_EQUAL_HIGHER_SOURCE, HEARD_HIGHER };

enum situation { INITIALIZE, BACKUP_PREEMPT, BACKUP_NO_PREEMPT, ACTIVE };

enum action {
	IGNORE,
	SHORTEN, /* take over after Skew_Time, or sooner if the timer says so (D1) */
	BEAR,    /* ignore, but for D15 */
	FOLLOW,  /* learn the interval (version 3) and wait Active_Down_Interval */
	ANSWER,  /* send an advert and restart the Adver_Timer, if the rate cap allows (D2) */
	ASSERT,  /* version 3: send an advert, if the cap allows; the Adver_Timer runs on (D2) */
	STAND,   /* say nothing, stay (D18) */
	YIELD    /* become Backup and follow */
};

static const enum action TABLE[4][5] = {
	[INITIALIZE] = {
		[HEARD_ZERO] = IGNORE,                /* 75 */
		[HEARD_LOWER] = IGNORE,               /* 75 */
		[HEARD_EQUAL] = IGNORE,               /* 75 */
		[HEARD_EQUAL_HIGHER_SOURCE] = IGNORE, /* 75 */
		[HEARD_HIGHER] = IGNORE,              /* 75 */
	},
	[BACKUP_PREEMPT] = {
		[HEARD_ZERO] = SHORTEN,               /* 78 */
		[HEARD_LOWER] = BEAR,                 /* 81 */
		[HEARD_EQUAL] = FOLLOW,               /* 82, 83 */
		[HEARD_EQUAL_HIGHER_SOURCE] = FOLLOW, /* 82, 83 */
		[HEARD_HIGHER] = FOLLOW,              /* 79 */
	},
	[BACKUP_NO_PREEMPT] = {
		[HEARD_ZERO] = SHORTEN,               /* 78 */
		[HEARD_LOWER] = FOLLOW,               /* 80 */
		[HEARD_EQUAL] = FOLLOW,               /* 82 */
		[HEARD_EQUAL_HIGHER_SOURCE] = FOLLOW, /* 82 */
		[HEARD_HIGHER] = FOLLOW,              /* 79 */
	},
	[ACTIVE] = { /* 92: whatever Preempt_Mode says; 94: the owner as well */
		[HEARD_ZERO] = ANSWER,                /* 86 */
		[HEARD_LOWER] = ASSERT,               /* 90 */
		[HEARD_EQUAL] = ASSERT,               /* 89, 91 */
		[HEARD_EQUAL_HIGHER_SOURCE] = YIELD,  /* 88 */
		[HEARD_HIGHER] = YIELD,               /* 87 */
	},
};

static enum heard heard(const struct vrrp_ref *r, uint8_t priority, const uint8_t src[16])
{
	if (priority == 0)
		return HEARD_ZERO;
	if (priority < r->cf.priority)
		return HEARD_LOWER;
	if (priority > r->cf.priority)
		return HEARD_HIGHER;
	if (memcmp(src, r->cf.source, r->cf.family == 4 ? 4 : 16) > 0)
		return HEARD_EQUAL_HIGHER_SOURCE;
	return HEARD_EQUAL;
}

static enum situation situation(const struct vrrp_ref *r)
{
	if (r->state == VRRP_REF_INITIALIZE)
		return INITIALIZE;
	if (r->state == VRRP_REF_ACTIVE)
		return ACTIVE;
	if (r->cf.preempt || r->cf.priority == 255) /* D5, row 93 */
		return BACKUP_PREEMPT;
	return BACKUP_NO_PREEMPT;
}

void vrrp_ref_advert(struct vrrp_ref *r, uint64_t now_ns, uint8_t priority, uint32_t interval_cs,
		     const uint8_t src[16], struct vrrp_ref_out *out)
{
	enum action what;

	begin(r, out);
	if (probably_superseded(r, now_ns))
		become_backup(r, now_ns, r->cf.interval_cs, out);
	what = TABLE[situation(r)][heard(r, priority, src)];
	if (what == YIELD && r->cf.stand && priority == r->cf.priority)
		what = STAND;
	switch (what) {
	case IGNORE:
		break;
	case SHORTEN:
		if (r->active_down_timer > now_ns + skew_time(r))
			r->active_down_timer = now_ns + skew_time(r);
		if (r->tolerate_until > now_ns + skew_time(r))
			r->tolerate_until = now_ns + skew_time(r);
		break;
	case BEAR:
		tolerate(r, now_ns, interval_cs);
		break;
	case FOLLOW:
		follow(r, now_ns, interval_cs);
		break;
	case ANSWER:
		if (may_send_unasked(r, now_ns)) {
			send_advert(out, r->cf.priority);
			r->adver_timer = now_ns + advertisement_interval(r);
		}
		break;
	case ASSERT:
		out->rival = true;
		if (r->cf.version == 3 && may_send_unasked(r, now_ns))
			send_advert(out, r->cf.priority);
		break;
	case STAND:
		out->rival = true;
		break;
	case YIELD:
		/* D12: the winner may not know whom hosts believe; it announces when it hears us.
		 */
		if (may_send_unasked(r, now_ns))
			send_advert(out, r->cf.priority);
		become_backup(r, now_ns, capped(r, interval_cs), out);
		break;
	}
}

/* ---- the other events */

void vrrp_ref_init(struct vrrp_ref *r, const struct vrrp_ref_cf *cf)
{
	memset(r, 0, sizeof *r);
	r->cf = *cf;
	r->state = VRRP_REF_INITIALIZE;
	r->active_down_timer = NEVER;
	r->adver_timer = NEVER;
}

/* Rows 73 (D8) and 74 (D7). */
void vrrp_ref_startup(struct vrrp_ref *r, uint64_t now_ns, struct vrrp_ref_out *out)
{
	begin(r, out);
	if (r->state != VRRP_REF_INITIALIZE)
		return;
	if (r->cf.priority == 255)
		become_active(r, now_ns, out);
	else
		become_backup(r, now_ns, r->cf.interval_cs, out);
}

/* Rows 76, 85 and 98 (D9). */
void vrrp_ref_shutdown(struct vrrp_ref *r, uint64_t now_ns, bool can_send, struct vrrp_ref_out *out)
{
	(void)now_ns;
	begin(r, out);
	if (r->state == VRRP_REF_ACTIVE && can_send)
		send_advert(out, 0);
	enter(r, VRRP_REF_INITIALIZE, out);
}

/* D17: the row of the sync groups, I-28. Nobody outranked us here, so it is said that we leave; and
 * whoever is there gets a whole interval's start before us. */
void vrrp_ref_yield(struct vrrp_ref *r, uint64_t now_ns, struct vrrp_ref_out *out)
{
	begin(r, out);
	if (r->state != VRRP_REF_ACTIVE)
		return;
	send_advert(out, 0);
	become_backup(r, now_ns, r->cf.interval_cs, out);
	r->active_down_timer += advertisement_interval(r);
}

/* Row 84. */
static void on_adver_timer(struct vrrp_ref *r, uint64_t now, struct vrrp_ref_out *out)
{
	uint64_t next = r->adver_timer + advertisement_interval(r);

	send_advert(out, r->cf.priority);
	r->adver_timer = next > now ? next : now + advertisement_interval(r); /* D4 */
}

/*
 * D16, I-22: a Backup that looks at its timer more than one of the Active's intervals after it
 * expired was itself asleep, so that it may have missed what was sent. The Active gets a second
 * chance, but no third: one interval, in which it has to send, and the Skew_Time.
 */
static bool overslept(struct vrrp_ref *r, uint64_t now)
{
	uint64_t one = backup_interval_cs(r) * NS_PER_CS;

	if (r->second_chance || r->noted || now - vrrp_ref_deadline(r) <= one)
		return false;
	r->second_chance = true;
	r->tolerate_until = 0;
	r->active_down_timer = now + one + skew_time(r);
	return true;
}

/* D19: whoever waits for others was not asleep meanwhile, so D16 looks at when it began to wait. */
void vrrp_ref_wait(struct vrrp_ref *r, uint64_t now_ns, struct vrrp_ref_out *out)
{
	begin(r, out);
	if (r->state == VRRP_REF_BACKUP && now_ns >= vrrp_ref_deadline(r) && !overslept(r, now_ns))
		r->noted = true;
}

void vrrp_ref_timer(struct vrrp_ref *r, uint64_t now_ns, struct vrrp_ref_out *out)
{
	begin(r, out);
	if (r->state == VRRP_REF_INITIALIZE || now_ns < vrrp_ref_deadline(r)) /* D10 */
		return;
	if (r->state == VRRP_REF_BACKUP && overslept(r, now_ns))
		return;
	if (r->state == VRRP_REF_BACKUP)
		become_active(r, now_ns, out); /* rows 77 and 95 */
	else if (probably_superseded(r, now_ns))
		become_backup(r, now_ns, r->cf.interval_cs, out);
	else
		on_adver_timer(r, now_ns, out);
}

void vrrp_ref_configure(struct vrrp_ref *r, uint64_t now_ns, const struct vrrp_ref_cf *cf)
{
	(void)now_ns;
	r->cf = *cf;
}

uint64_t vrrp_ref_deadline(const struct vrrp_ref *r)
{
	if (r->state == VRRP_REF_BACKUP && r->tolerate_until > r->active_down_timer)
		return r->tolerate_until;
	return r->active_down_timer < r->adver_timer ? r->active_down_timer : r->adver_timer;
}

/* ---- receiving: RFC 9568 5.2 and 7.1, RFC 3768 5.3 and 7.1 */

static const uint8_t GROUP4[4] = { 224, 0, 0, 18 };
static const uint8_t GROUP6[16] = { [0] = 0xff, [1] = 0x02, [15] = 0x12 };

static size_t address_size(uint8_t family)
{
	return family == 4 ? 4 : 16;
}

/* RFC 1071: the one's complement sum of 16-bit words; a last odd byte is a word's high byte. */
static uint32_t add_bytes(uint32_t sum, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		sum += i % 2 == 0 ? (uint32_t)bytes[i] << 8 : bytes[i];
		if (sum > 0xffff)
			sum -= 0xffff;
	}
	return sum;
}

/* RFC 8200 8.1: source, destination, upper-layer packet length, three zero bytes, next header. */
static uint32_t sum_pseudo_header(uint8_t family, const uint8_t src[16], const uint8_t dst[16],
				  size_t len)
{
	const uint8_t rest[8] = {
		[0] = (uint8_t)(len >> 24), [1] = (uint8_t)(len >> 16),
		[2] = (uint8_t)(len >> 8), [3] = (uint8_t)len, [7] = 112,
	};
	uint32_t sum = 0;

	sum = add_bytes(sum, src, address_size(family));
	sum = add_bytes(sum, dst, address_size(family));
	return add_bytes(sum, rest, sizeof rest);
}

/* Summed together with its own checksum, a right message gives all ones. */
static bool sum_is_right(enum vrrp_ref_csum accept, uint8_t family, const uint8_t src[16],
			 const uint8_t dst[16], const uint8_t *bytes, size_t len)
{
	bool message = add_bytes(0, bytes, len) == 0xffff;
	bool pseudo = add_bytes(sum_pseudo_header(family, src, dst, len), bytes, len) == 0xffff;

	if (bytes[0] >> 4 == 2)
		return message;
	if (family == 6)
		return pseudo;
	return (message && accept != VRRP_REF_CSUM_PSEUDO) ||
	       (pseudo && accept != VRRP_REF_CSUM_MESSAGE);
}

/* The trailer of draft-cassen-vrrp-auth-hmac has 28 bytes, which over IPv4 the checksum does not
 * cover. What does is what the sender meant, if it is right in any form. */
static bool checksum_is_right(enum vrrp_ref_csum accept, uint8_t family, const uint8_t src[16],
			      const uint8_t dst[16], const uint8_t *bytes, size_t len, size_t need)
{
	bool whole = sum_is_right(VRRP_REF_CSUM_ANY, family, src, dst, bytes, len);

	if (!whole && family == 4 && len == need + 28)
		len = need;
	return sum_is_right(accept, family, src, dst, bytes, len);
}

static bool version_is_spoken(const struct vrrp_ref_cf *cf, uint8_t family, uint8_t version)
{
	if (cf != NULL)
		return version == cf->version || (version == 2 && cf->also_v2);
	return version == 3 || (version == 2 && family == 4);
}

static bool every_one_is_in(const uint8_t *list, unsigned n_list, const uint8_t *some,
			    unsigned n_some, size_t size)
{
	for (unsigned i = 0; i < n_some; i++) {
		bool found = false;

		for (unsigned j = 0; j < n_list && !found; j++)
			found = memcmp(list + j * size, some + i * size, size) == 0;
		if (!found)
			return false;
	}
	return true;
}

static bool address_list_is_ours(const struct vrrp_ref_cf *cf, const uint8_t *theirs, unsigned n)
{
	size_t size = address_size(cf->family);

	if (cf->n_addrs == 0)
		return true;
	return n == cf->n_addrs && every_one_is_in(cf->addrs, cf->n_addrs, theirs, n, size) &&
	       every_one_is_in(theirs, n, cf->addrs, cf->n_addrs, size);
}

static bool is_unicast(const struct vrrp_ref_cf *cf)
{
	return cf != NULL && cf->n_peers > 0;
}

static bool ttl_is_right(const struct vrrp_ref_cf *cf, uint8_t ttl)
{
	if (is_unicast(cf))
		return ttl >= cf->least_ttl;
	return ttl == 255;
}

static bool destination_is_right(const struct vrrp_ref_cf *cf, uint8_t family,
				 const uint8_t dst[16])
{
	size_t size = address_size(family);

	if (!is_unicast(cf))
		return memcmp(dst, family == 4 ? GROUP4 : GROUP6, size) == 0;
	if (cf->has_source)
		return memcmp(dst, cf->source, size) == 0;
	if (family == 4)
		return dst[0] < 224 || dst[0] > 239;
	return dst[0] != 0xff;
}

/* All that comes before the VRID. */
static enum vrrp_ref_verdict check_packet(const struct vrrp_ref_cf *cf, uint8_t family,
					  const uint8_t src[16], const uint8_t dst[16], uint8_t ttl,
					  const uint8_t *bytes, size_t len)
{
	size_t need;

	if (!ttl_is_right(cf, ttl))
		return VRRP_REF_TTL;
	if (!destination_is_right(cf, family, dst))
		return VRRP_REF_DESTINATION;
	if (len < 8)
		return VRRP_REF_LENGTH;
	if (!version_is_spoken(cf, family, bytes[0] >> 4))
		return VRRP_REF_VERSION;
	if ((bytes[0] & 0x0f) != 1)
		return VRRP_REF_TYPE;
	need = 8 + bytes[3] * address_size(family);
	if (bytes[0] >> 4 == 2)
		need += 8;
	if (len < need)
		return VRRP_REF_LENGTH;
	if (!checksum_is_right(cf != NULL ? cf->csum_accept : VRRP_REF_CSUM_ANY, family, src, dst,
			       bytes, len, need))
		return VRRP_REF_CHECKSUM;
	return VRRP_REF_ACCEPTED;
}

/* RFC 2338 5.3.6 for version 2: the type is in the header, a password behind the addresses. */
static enum vrrp_ref_verdict check_auth(const struct vrrp_ref_cf *cf, const uint8_t *bytes)
{
	bool text = cf->auth == VRRP_REF_AUTH_TEXT, ah = cf->auth == VRRP_REF_AUTH_AH;

	if (bytes[0] >> 4 == 2 && bytes[4] > 2)
		return VRRP_REF_AUTH_TYPE_INVALID;
	if (bytes[0] >> 4 == 2 && bytes[4] != (text ? 1 : ah ? 2 : 0))
		return VRRP_REF_AUTH_TYPE_MISMATCH;
	if (cf->in_ah && !ah)
		return VRRP_REF_AUTH_TYPE_MISMATCH;
	if (ah && !cf->in_ah)
		return VRRP_REF_AUTH_MISSING;
	if (text && memcmp(bytes + 8 + bytes[3] * 4, cf->password, 8) != 0)
		return VRRP_REF_AUTH_FAILED;
	return (enum vrrp_ref_verdict)cf->digest_says;
}

static enum vrrp_ref_verdict check_v2(const struct vrrp_ref_cf *cf, const uint8_t *bytes)
{
	enum vrrp_ref_verdict auth = check_auth(cf, bytes);

	if (auth != VRRP_REF_ACCEPTED)
		return auth;
	if (!address_list_is_ours(cf, bytes + 8, bytes[3]) && bytes[2] != 255)
		return VRRP_REF_ADDRESS_LIST;
	if (cf->version == 3) /* the seconds are taken for the Active's rate (row 133) */
		return cf->source_is_v3 ? VRRP_REF_COPY : VRRP_REF_ACCEPTED;
	if (bytes[5] * 100u != cf->interval_cs)
		return VRRP_REF_INTERVAL_MISMATCH;
	return VRRP_REF_ACCEPTED;
}

/* Another address list or another interval than ours is no reason to drop here (rows 53, 54). */
static enum vrrp_ref_verdict check_v3(const struct vrrp_ref_cf *cf, uint8_t family,
				      const uint8_t *bytes)
{
	if ((bytes[4] & 0x0f) == 0 && bytes[5] == 0)
		return VRRP_REF_INTERVAL_ZERO;
	if (family == 6 && (bytes[8] != 0xfe || (bytes[9] & 0xc0) != 0x80)) /* fe80::/10 */
		return VRRP_REF_NOT_LINK_LOCAL;
	return check_auth(cf, bytes);
}

enum vrrp_ref_verdict vrrp_ref_receive(const struct vrrp_ref_cf *cf, uint8_t family,
				       const uint8_t src[16], const uint8_t dst[16], uint8_t ttl,
				       const uint8_t *bytes, size_t len, uint8_t *priority,
				       uint32_t *interval_cs)
{
	enum vrrp_ref_verdict verdict;

	if (cf != NULL && cf->family != family)
		cf = NULL;
	verdict = check_packet(cf, family, src, dst, ttl, bytes, len);
	if (verdict != VRRP_REF_ACCEPTED)
		return verdict;
	if (cf == NULL || bytes[1] != cf->vrid)
		return VRRP_REF_VRID;
	if (cf->has_source && memcmp(src, cf->source, address_size(family)) == 0)
		return VRRP_REF_SELF;
	if (cf->n_peers > 0 &&
	    !every_one_is_in(cf->peers, cf->n_peers, src, 1, address_size(family)))
		return VRRP_REF_PEER;
	if (bytes[3] == 0)
		return VRRP_REF_COUNT;
	if (cf->also_v2 && bytes[0] >> 4 == 2 && bytes[5] == 0)
		return VRRP_REF_INTERVAL_ZERO;
	verdict = bytes[0] >> 4 == 2 ? check_v2(cf, bytes) : check_v3(cf, family, bytes);
	if (verdict != VRRP_REF_ACCEPTED)
		return verdict;
	*priority = bytes[2];
	*interval_cs = bytes[0] >> 4 == 2 ? bytes[5] * 100u : (bytes[4] & 0x0fu) << 8 | bytes[5];
	return VRRP_REF_ACCEPTED;
}
