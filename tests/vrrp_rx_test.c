/* SPDX-License-Identifier: BSD-2-Clause */
#include "vrrp_rx.h"

#include "ip_wire.h"
#include "unit.h"
#include "vrrp_packets.h"

/* A packet and the virtual router it comes to. As sample_make() gives it, it is accepted without a
 * note. */
struct sample {
	struct packet p;
	struct vrrp_local local;
	struct ip_addr vip[2];
	struct ip_addr peer[2];
	bool configured; /* false: no virtual router has that VRID */
};

/* The last three come from a unicast peer. */
enum kind { V2, V3, V6, KINDS, U2 = KINDS, U3, U6, ALL_KINDS };

static void make_unicast(struct sample *s)
{
	s->p.dst = s->local.source;
	packet_reseal(&s->p);
	s->p.ttl = s->local.ttl_min = 250;
	s->peer[0] = s->peer[1] = s->p.src;
	s->peer[0].b[1] ^= 1;
	s->local.n_peers = 2;
}

static struct sample sample_make(enum kind which)
{
	enum kind kind = which < KINDS ? which : which - KINDS;
	struct sample s = { .configured = true };

	s.p = kind == V2 ? packet_v2() : kind == V3 ? packet_v3() : packet_v6();
	s.local = (struct vrrp_local){
		.version = kind == V2 ? 2 : 3, .priority = 100, .interval_cs = 100, .n_addrs = 2
	};
	if (kind == V6) {
		s.local.source = (struct ip_addr){ IP_V6, { 0xfe, 0x80, [15] = 0xc9 } };
		s.vip[0] = (struct ip_addr){ IP_V6, { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 } };
		s.vip[1] = (struct ip_addr){ IP_V6, { 0xfe, 0x80, [15] = 1 } };
	} else {
		s.local.source = ip4(192, 0, 2, 252);
		s.vip[0] = ip4(192, 0, 2, 1);
		s.vip[1] = ip4(192, 0, 2, 2);
	}
	if (which != kind)
		make_unicast(&s);
	return s;
}

/* Receives from memory that ends where the message ends. */
static enum vrrp_drop receive(struct sample *s, struct vrrp_msg *msg, unsigned *notes)
{
	struct bytes b = bytes_copy(s->p.bytes, s->p.len);
	struct vrrp_rx rx = {
		.src = s->p.src, .dst = s->p.dst, .ttl = s->p.ttl, .bytes = b.p, .len = b.len
	};
	enum vrrp_drop drop;

	s->local.addrs = s->vip;
	s->local.peers = s->peer;
	drop = vrrp_receive(&rx, s->configured ? &s->local : NULL, msg, notes);
	msg->addrs = NULL;
	free(b.p);
	return drop;
}

static enum vrrp_drop outcome(struct sample *s)
{
	struct vrrp_msg msg;
	unsigned notes;

	return receive(s, &msg, &notes);
}

static unsigned notes_of(struct sample *s)
{
	struct vrrp_msg msg;
	unsigned notes;

	assert_int_equal(receive(s, &msg, &notes), VRRP_ACCEPTED);
	return notes;
}

/* ---- the order of the checks */

/* What can be wrong with a packet, in the order in which it is noticed. */
enum fault {
	F_TTL, F_DESTINATION, F_EIGHT_BYTES, F_VERSION, F_TYPE, F_LENGTH, F_CHECKSUM, F_VRID,
	F_SELF, F_PEER, F_COUNT, F_INTERVAL_ZERO, F_NOT_LINK_LOCAL, F_AUTH_INVALID,
	F_AUTH_MISMATCH, F_ADDRESS_LIST, F_INTERVAL_MISMATCH,
	FAULTS
};

enum {
	ON_V2 = 1 << V2 | 1 << U2, ON_V3 = 1 << V3 | 1 << U3, ON_V6 = 1 << V6 | 1 << U6,
	ON_ALL = ON_V2 | ON_V3 | ON_V6,
	ON_UNICAST = 1 << U2 | 1 << U3 | 1 << U6,
};

static const struct {
	enum vrrp_drop reason;
	unsigned kinds, excludes;
} faults[FAULTS] = {
	[F_DESTINATION] = { VRRP_DROP_DESTINATION, ON_ALL, 0 },
	[F_TTL] = { VRRP_DROP_TTL, ON_ALL, 0 },
	[F_EIGHT_BYTES] = { VRRP_DROP_LENGTH, ON_ALL, 0 },
	[F_VERSION] = { VRRP_DROP_VERSION, ON_ALL, 0 },
	[F_TYPE] = { VRRP_DROP_TYPE, ON_ALL, 0 },
	/* Eight bytes hold no address at all. */
	[F_LENGTH] = { VRRP_DROP_LENGTH, ON_ALL, 1u << F_COUNT },
	[F_CHECKSUM] = { VRRP_DROP_CHECKSUM, ON_ALL, 0 },
	/* Who has no router with the VRID has no peers either. */
	[F_VRID] = { VRRP_DROP_VRID, ON_ALL & ~ON_UNICAST, 0 },
	[F_SELF] = { VRRP_DROP_SELF, ON_ALL, 0 },
	[F_PEER] = { VRRP_DROP_PEER, ON_UNICAST, 0 },
	[F_COUNT] = { VRRP_DROP_COUNT, ON_ALL, 0 },
	[F_INTERVAL_ZERO] = { VRRP_DROP_INTERVAL_ZERO, ON_V3 | ON_V6, 0 },
	[F_NOT_LINK_LOCAL] = { VRRP_DROP_NOT_LINK_LOCAL, ON_V6, 0 },
	/* One field has one value. */
	[F_AUTH_INVALID] = { VRRP_DROP_AUTH_TYPE_INVALID, ON_V2, 1u << F_AUTH_MISMATCH },
	[F_AUTH_MISMATCH] = { VRRP_DROP_AUTH_TYPE_MISMATCH, ON_V2, 0 },
	[F_ADDRESS_LIST] = { VRRP_DROP_ADDRESS_LIST, ON_V2, 0 },
	[F_INTERVAL_MISMATCH] = { VRRP_DROP_INTERVAL_MISMATCH, ON_V2, 0 },
};

/* Faults of the content, before the checksum is made. */
static void spoil_message(struct sample *s, enum fault fault)
{
	uint8_t *b = s->p.bytes;

	switch (fault) {
	case F_SELF:
		if (s->local.n_peers > 0)
			s->p.src = s->local.source;
		break;
	case F_VERSION: b[0] = (uint8_t)(0x70 | (b[0] & 15)); break;
	case F_TYPE: b[0] = (uint8_t)((b[0] & 0xf0) | 2); break;
	case F_LENGTH: s->p.len--; break;
	case F_COUNT: b[3] = 0; break;
	case F_INTERVAL_ZERO: b[4] = 0xf0; b[5] = 0; break; /* the reserved bits add nothing */
	case F_NOT_LINK_LOCAL: b[8] = 0x20; break;
	case F_AUTH_INVALID: b[4] = 254; break;
	case F_AUTH_MISMATCH: b[4] = 1; break;
	case F_ADDRESS_LIST: b[11] = 77; break;
	case F_INTERVAL_MISMATCH: b[5] = 2; break;
	case F_DESTINATION:
	case F_TTL:
	case F_EIGHT_BYTES:
	case F_CHECKSUM:
	case F_VRID:
	case F_PEER:
	case FAULTS:
		break;
	}
}

/* Faults around it, after the checksum is made. */
static void spoil_rest(struct sample *s, enum fault fault)
{
	switch (fault) {
	case F_DESTINATION:
		s->p.dst = s->local.n_peers == 0 ? s->local.source : vrrp_group(s->p.dst.family);
		break;
	case F_TTL: s->p.ttl--; break;
	case F_EIGHT_BYTES: s->p.len = 7; break;
	case F_CHECKSUM: s->p.bytes[7] ^= 0x10; break;
	case F_VRID: s->configured = false; break;
	case F_SELF: s->local.source = s->p.src; break;
	case F_PEER: s->peer[1].b[3] ^= 1; break;
	case F_VERSION:
	case F_TYPE:
	case F_LENGTH:
	case F_COUNT:
	case F_INTERVAL_ZERO:
	case F_NOT_LINK_LOCAL:
	case F_AUTH_INVALID:
	case F_AUTH_MISMATCH:
	case F_ADDRESS_LIST:
	case F_INTERVAL_MISMATCH:
	case FAULTS:
		break;
	}
}

static struct sample spoilt(enum kind kind, unsigned set)
{
	struct sample s = sample_make(kind);

	for (unsigned f = 0; f < FAULTS; f++)
		if ((set >> f & 1) != 0)
			spoil_message(&s, (enum fault)f);
	packet_reseal(&s.p);
	for (unsigned f = 0; f < FAULTS; f++)
		if ((set >> f & 1) != 0)
			spoil_rest(&s, (enum fault)f);
	return s;
}

/* Whether all these faults can be of one packet of this kind. */
static bool possible(enum kind kind, unsigned set)
{
	for (unsigned f = 0; f < FAULTS; f++)
		if ((set >> f & 1) != 0 &&
		    ((faults[f].kinds >> kind & 1) == 0 || (faults[f].excludes & set) != 0))
			return false;
	return true;
}

/* This fault alone gives its reason, and so it does together with any of those that are noticed
 * later. */
static void comes_before_all_later(enum fault fault)
{
	for (unsigned kind = 0; kind < ALL_KINDS; kind++)
		for (unsigned later = 0; later < 1u << (FAULTS - 1 - fault); later++) {
			unsigned set = 1u << fault | later << (fault + 1), notes;
			struct vrrp_msg msg;
			struct sample s;

			if (!possible((enum kind)kind, set))
				continue;
			s = spoilt((enum kind)kind, set);
			assert_int_equal(receive(&s, &msg, &notes), faults[fault].reason);
			assert_int_equal(notes, 0);
		}
}

#define ORDER(name, fault) \
	static void name(void **state) \
	{ \
		(void)state; \
		comes_before_all_later(fault); \
	}

ORDER(row_039_ttl_comes_first, F_TTL)
ORDER(row_058_destination_comes_before_length, F_DESTINATION)
ORDER(row_040_eight_bytes_come_before_version, F_EIGHT_BYTES)
ORDER(row_041_version_comes_before_type, F_VERSION)
ORDER(row_042_type_comes_before_the_length_of_the_list, F_TYPE)
ORDER(row_043_length_comes_before_checksum, F_LENGTH)
ORDER(row_045_checksum_comes_before_vrid, F_CHECKSUM)
ORDER(row_046_unknown_vrid_comes_before_own_packet, F_VRID)
ORDER(row_057_own_packet_comes_before_count, F_SELF)
ORDER(row_145_who_is_no_peer_comes_before_count, F_PEER)
ORDER(row_048_count_of_zero_comes_before_interval, F_COUNT)
ORDER(row_049_interval_of_zero_comes_before_first_address, F_INTERVAL_ZERO)
ORDER(row_050_first_address_not_link_local, F_NOT_LINK_LOCAL)
ORDER(row_051_unknown_auth_type_comes_before_addresses, F_AUTH_INVALID)
ORDER(row_051_other_auth_type_comes_before_addresses, F_AUTH_MISMATCH)
ORDER(row_053_version_2_address_list_comes_before_interval, F_ADDRESS_LIST)
ORDER(row_054_version_2_interval_is_the_last_check, F_INTERVAL_MISMATCH)

static void without_a_fault_every_kind_is_accepted(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < ALL_KINDS; kind++) {
		struct sample s = sample_make((enum kind)kind);

		assert_int_equal(notes_of(&s), 0);
	}
}

/* ---- single rows */

static void row_003_vrid_zero_finds_no_virtual_router(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < KINDS; kind++) {
		struct sample s = sample_make((enum kind)kind);
		struct vrrp_rx rx = { .bytes = s.p.bytes, .len = s.p.len };

		s.p.bytes[1] = 0;
		packet_reseal(&s.p);
		assert_int_equal(vrrp_peek_vrid(&rx), 0);
		s.configured = false; /* what looking zero up comes to */
		assert_int_equal(outcome(&s), VRRP_DROP_VRID);
	}
}

static void row_005_a_count_of_zero_is_refused(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < KINDS; kind++) {
		struct sample s = sample_make((enum kind)kind);

		/* Once with the addresses still there, once as short as it says. */
		s.p.bytes[3] = 0;
		packet_reseal(&s.p);
		assert_int_equal(outcome(&s), VRRP_DROP_COUNT);
		s.p.len = kind == V2 ? 16 : 8;
		packet_reseal(&s.p);
		assert_int_equal(outcome(&s), VRRP_DROP_COUNT);
		s.local.n_addrs = 0; /* not even a listener takes it */
		assert_int_equal(outcome(&s), VRRP_DROP_COUNT);
	}
}

/* A router of version 3 that speaks version 2 as well. */
static struct sample both_versions(enum kind kind)
{
	struct sample s = sample_make(kind);

	s.local.version = 3;
	s.local.with_version2 = true;
	return s;
}

static void row_131_with_both_versions_either_is_taken(void **state)
{
	struct sample s;

	(void)state;
	for (unsigned kind = 0; kind < ALL_KINDS; kind++) {
		s = both_versions((enum kind)kind);
		assert_int_equal(notes_of(&s), 0);
	}
	s = both_versions(V2);
	s.p.bytes[0] = 0x11;
	packet_reseal(&s.p);
	assert_int_equal(outcome(&s), VRRP_DROP_VERSION);
	s = both_versions(V2);
	s.p.bytes[11] = 77; /* the other rules of version 2 hold */
	packet_reseal(&s.p);
	assert_int_equal(outcome(&s), VRRP_DROP_ADDRESS_LIST);
}

static void row_133_with_both_versions_seconds_are_learned(void **state)
{
	struct sample s = both_versions(V2);
	struct vrrp_msg msg;
	unsigned notes;

	(void)state;
	s.local.interval_cs = 10;
	s.p.bytes[5] = 7;
	packet_reseal(&s.p);
	assert_int_equal(receive(&s, &msg, &notes), VRRP_ACCEPTED);
	assert_int_equal(msg.interval_cs, 700);
	s.p.bytes[5] = 0;
	packet_reseal(&s.p);
	assert_int_equal(outcome(&s), VRRP_DROP_INTERVAL_ZERO);
}

static void row_134_version_2_of_a_sender_of_version_3_is_a_copy(void **state)
{
	struct sample s = both_versions(V2);

	(void)state;
	s.local.src_sends_version3 = true;
	assert_int_equal(outcome(&s), VRRP_DROP_VERSION2_COPY);
	s.p.bytes[4] = 1; /* it is sound before it is a copy */
	packet_reseal(&s.p);
	assert_int_equal(outcome(&s), VRRP_DROP_AUTH_TYPE_MISMATCH);
	s = both_versions(V3);
	s.local.src_sends_version3 = true;
	assert_int_equal(outcome(&s), VRRP_ACCEPTED);
}

static void row_138_without_the_flag_the_other_version_is_refused(void **state)
{
	(void)state;
	for (unsigned kind = V2; kind <= V3; kind++) {
		struct sample s = sample_make((enum kind)kind);

		s.local.version = kind == V2 ? 3 : 2;
		assert_int_equal(outcome(&s), VRRP_DROP_VERSION);
	}
}

static void row_013_first_ipv6_address_is_link_local(void **state)
{
	static const struct {
		uint8_t b0, b1;
		bool ok;
	} t[] = {
		{ 0xfe, 0x80, true },  { 0xfe, 0xbf, true },  { 0xfe, 0x7f, false },
		{ 0xfe, 0xc0, false }, { 0xff, 0x80, false }, { 0x20, 0x01, false },
		{ 0x00, 0x00, false },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof t / sizeof *t; i++) {
		struct sample s = sample_make(V6);

		s.p.bytes[8] = t[i].b0;
		s.p.bytes[9] = t[i].b1;
		packet_reseal(&s.p);
		assert_int_equal(outcome(&s), t[i].ok ? VRRP_ACCEPTED : VRRP_DROP_NOT_LINK_LOCAL);
	}
}

static void row_035_either_checksum_is_taken_unless_one_is_asked_for(void **state)
{
	static const struct { enum vrrp_csum_accept accept; bool message, pseudo; } t[] = {
		{ VRRP_CSUM_ACCEPT_ANY, true, true },
		{ VRRP_CSUM_ACCEPT_MESSAGE, true, false },
		{ VRRP_CSUM_ACCEPT_PSEUDO, false, true },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof t / sizeof *t; i++) {
		struct sample s = sample_make(V3);
		struct vrrp_msg msg;
		unsigned notes;

		s.local.csum_accept = t[i].accept;
		packet_seal(&s.p, VRRP_CSUM_MESSAGE);
		assert_int_equal(receive(&s, &msg, &notes),
				 t[i].message ? VRRP_ACCEPTED : VRRP_DROP_CHECKSUM);
		assert_int_equal(msg.csum, VRRP_CSUM_MESSAGE);
		packet_seal(&s.p, VRRP_CSUM_PSEUDO);
		assert_int_equal(receive(&s, &msg, &notes),
				 t[i].pseudo ? VRRP_ACCEPTED : VRRP_DROP_CHECKSUM);
		assert_int_equal(msg.csum, VRRP_CSUM_PSEUDO);
		/* The other versions have one form, whatever is asked for. */
		s = sample_make(V2);
		s.local.csum_accept = t[i].accept;
		assert_int_equal(outcome(&s), VRRP_ACCEPTED);
		s = sample_make(V6);
		s.local.csum_accept = t[i].accept;
		assert_int_equal(outcome(&s), VRRP_ACCEPTED);
	}
}

static void row_041_a_virtual_router_takes_its_own_version_only(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < KINDS; kind++) {
		struct sample s = sample_make((enum kind)kind);

		s.local.version = kind == V2 ? 3 : 2;
		assert_int_equal(outcome(&s), VRRP_DROP_VERSION);
	}
}

/* Longer than it says: complete all the same. IOS puts a digest there, under the checksum. But for
 * 28 bytes over IPv4, which may be a trailer (row 147). */
static void row_044_trailing_bytes_are_taken_if_the_checksum_covers_them(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < KINDS; kind++)
		for (size_t more = 1; more <= 40; more++) {
			struct sample s = sample_make((enum kind)kind);

			memset(s.p.bytes + s.p.len, 0, more);
			s.p.bytes[s.p.len] = 0xa5;
			s.p.len += more;
			if (more != VRRP_TRAILER_LEN || s.p.src.family != IP_V4)
				assert_int_equal(outcome(&s), VRRP_DROP_CHECKSUM);
			packet_reseal(&s.p);
			assert_int_equal(outcome(&s), VRRP_ACCEPTED);
		}
}

/* EID 8298: two owners are to settle it between them, so the packet is processed. */
static void row_047_an_advert_to_the_owner_is_noted_and_processed(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < KINDS; kind++)
		for (unsigned priority = 0; priority < 256; priority += 51) {
			struct sample s = sample_make((enum kind)kind);

			s.p.bytes[2] = (uint8_t)priority;
			packet_reseal(&s.p);
			assert_int_equal(notes_of(&s), 0);
			s.local.priority = 255;
			assert_int_equal(notes_of(&s), VRRP_NOTE_OWNER);
		}
}

static void row_051_version_2_without_authentication_takes_type_0_only(void **state)
{
	(void)state;
	for (unsigned type = 0; type < 256; type++) {
		struct sample s = sample_make(V2);

		s.p.bytes[4] = (uint8_t)type;
		packet_reseal(&s.p);
		if (type == 0)
			assert_int_equal(outcome(&s), VRRP_ACCEPTED);
		else if (type <= 2)
			assert_int_equal(outcome(&s), VRRP_DROP_AUTH_TYPE_MISMATCH);
		else
			assert_int_equal(outcome(&s), VRRP_DROP_AUTH_TYPE_INVALID);
	}
}

/* Whatever the text says. */
static void row_052_simple_text_authentication_is_never_accepted(void **state)
{
	static const char *const text[] = { "", "s3cr3t", "12345678" };

	(void)state;
	for (unsigned i = 0; i < sizeof text / sizeof *text; i++) {
		struct sample s = sample_make(V2);

		s.p.bytes[4] = 1;
		memcpy(s.p.bytes + 16, text[i], strlen(text[i]));
		packet_reseal(&s.p);
		assert_int_equal(outcome(&s), VRRP_DROP_AUTH_TYPE_MISMATCH);
	}
}

/* Where there is a password: after the type, before the addresses and the interval. */
static void row_052_a_password_comes_before_the_addresses(void **state)
{
	static const uint8_t password[VRRP2_AUTH_LEN] = "s3cr3t";
	struct sample s = sample_make(V2);

	(void)state;
	s.local.auth = VRRP_AUTH_TEXT;
	s.local.secret = password;
	s.p.bytes[4] = 3;
	s.p.bytes[5] = 9;
	s.p.bytes[11] ^= 0x80;
	packet_reseal(&s.p);
	assert_int_equal(outcome(&s), VRRP_DROP_AUTH_TYPE_INVALID);
	s.p.bytes[4] = 0;
	packet_reseal(&s.p);
	assert_int_equal(outcome(&s), VRRP_DROP_AUTH_TYPE_MISMATCH);
	s.p.bytes[4] = 1;
	packet_reseal(&s.p);
	assert_int_equal(outcome(&s), VRRP_DROP_AUTH_FAILED);
	memcpy(s.p.bytes + 16, password, sizeof password);
	packet_reseal(&s.p);
	assert_int_equal(outcome(&s), VRRP_DROP_ADDRESS_LIST);
	s.p.bytes[11] ^= 0x80;
	packet_reseal(&s.p);
	assert_int_equal(outcome(&s), VRRP_DROP_INTERVAL_MISMATCH);
	s.p.bytes[5] = 1;
	packet_reseal(&s.p);
	assert_int_equal(outcome(&s), VRRP_ACCEPTED);
}

enum list { SAME, REVERSED, ONE_OTHER, TWICE_THE_FIRST, FEWER, MORE, LISTS };

/* Writes the two addresses of the sample, or something like them, into its packet. */
static void put_list(struct sample *s, enum list list)
{
	size_t n = ip_len(s->p.src.family);
	uint8_t *at = s->p.bytes + 8, first[16], tail[8] = { 0 };

	memcpy(first, at, n);
	switch (list) {
	case SAME:
	case LISTS:
		break;
	case REVERSED:
		memcpy(at, at + n, n);
		memcpy(at + n, first, n);
		break;
	case ONE_OTHER:
		at[2 * n - 1] ^= 0x40;
		break;
	case TWICE_THE_FIRST:
		memcpy(at + n, at, n);
		break;
	case FEWER:
		s->p.bytes[3] = 1;
		s->p.len -= n;
		break;
	case MORE:
		s->p.bytes[3] = 3;
		memcpy(at + 2 * n, at, n);
		s->p.len += n;
		break;
	}
	if (s->p.bytes[0] == 0x21)
		memcpy(s->p.bytes + s->p.len - 8, tail, 8);
	packet_reseal(&s->p);
}

static void row_053_version_2_address_list_must_match_but_for_the_owner(void **state)
{
	(void)state;
	for (unsigned list = 0; list < LISTS; list++)
		for (unsigned priority = 0; priority < 256; priority += 51) {
			struct sample s = sample_make(V2);

			s.p.bytes[2] = (uint8_t)priority;
			put_list(&s, (enum list)list);
			assert_int_equal(outcome(&s),
					 list == SAME || list == REVERSED || priority == 255
						 ? VRRP_ACCEPTED
						 : VRRP_DROP_ADDRESS_LIST);
		}
}

static void row_053_version_3_address_list_is_only_noted(void **state)
{
	(void)state;
	for (unsigned list = 0; list < LISTS; list++) {
		struct sample s = sample_make(V3);

		put_list(&s, (enum list)list);
		assert_int_equal(notes_of(&s),
				 list == SAME || list == REVERSED ? 0 : VRRP_NOTE_ADDRESSES);
		s = sample_make(V6);
		put_list(&s, (enum list)list);
		if (list != REVERSED) /* its first address is not link-local then */
			assert_int_equal(notes_of(&s), list == SAME ? 0 : VRRP_NOTE_ADDRESSES);
	}
}

static void row_053_a_listener_takes_any_address_list(void **state)
{
	(void)state;
	for (unsigned list = 0; list < LISTS; list++) {
		struct sample s = sample_make(V2);

		s.local.n_addrs = 0;
		put_list(&s, (enum list)list);
		assert_int_equal(notes_of(&s), 0);
		s = sample_make(V3);
		s.local.n_addrs = 0;
		put_list(&s, (enum list)list);
		assert_int_equal(notes_of(&s), 0);
	}
}

/* As many as the field counts, in any order; and one wrong among them. */
static void row_053_long_lists_are_compared_as_sets(void **state)
{
	static struct ip_addr vips[255];
	struct sample s = sample_make(V2);
	struct vrrp_rx rx = { .src = s.p.src, .dst = s.p.dst, .ttl = 255, .bytes = s.p.bytes };
	struct vrrp_msg msg;
	unsigned notes;

	(void)state;
	for (unsigned i = 0; i < 255; i++)
		vips[i] = ip4(10, (uint8_t)(i / 16), (uint8_t)(i % 16 * 16), 9);
	s.local.addrs = vips;
	s.local.n_addrs = 255;
	s.p.bytes[3] = 255;
	for (unsigned i = 0; i < 255; i++)
		memcpy(s.p.bytes + 8 + 4 * i, vips[(i * 7 + 100) % 255].b, 4);
	memset(s.p.bytes + 8 + 4 * 255, 0, 8);
	s.p.len = rx.len = 16 + 4 * 255;
	packet_reseal(&s.p);
	assert_int_equal(vrrp_receive(&rx, &s.local, &msg, &notes), VRRP_ACCEPTED);
	for (unsigned i = 0; i < 255; i++) {
		uint8_t *last = &s.p.bytes[8 + 4 * i + 3];

		*last = 8;
		packet_reseal(&s.p);
		assert_int_equal(vrrp_receive(&rx, &s.local, &msg, &notes), VRRP_DROP_ADDRESS_LIST);
		*last = 9;
	}
}

static void row_054_version_2_interval_must_match(void **state)
{
	(void)state;
	for (unsigned s2 = 0; s2 < 256; s2++) {
		struct sample s = sample_make(V2);

		s.p.bytes[5] = (uint8_t)s2;
		packet_reseal(&s.p);
		assert_int_equal(outcome(&s),
				 s2 == 1 ? VRRP_ACCEPTED : VRRP_DROP_INTERVAL_MISMATCH);
		s.local.interval_cs = 100 * s2;
		if (s2 > 0)
			assert_int_equal(outcome(&s), VRRP_ACCEPTED);
	}
}

static void row_054_version_3_interval_is_only_noted(void **state)
{
	(void)state;
	for (unsigned cs = 1; cs < 4096; cs++)
		for (unsigned kind = V3; kind <= V6; kind++) {
			struct sample s = sample_make((enum kind)kind);

			s.p.bytes[4] = (uint8_t)(cs >> 8);
			s.p.bytes[5] = (uint8_t)cs;
			packet_reseal(&s.p);
			assert_int_equal(notes_of(&s), cs == 100 ? 0 : VRRP_NOTE_INTERVAL);
		}
}

/* RFC 2338 looked at the authentication before the VRID. */
static void row_056_order_is_of_rfc_3768(void **state)
{
	struct sample s = spoilt(V2, 1u << F_AUTH_MISMATCH | 1u << F_VRID);

	(void)state;
	assert_int_equal(outcome(&s), VRRP_DROP_VRID);
}

static void row_057_a_router_without_an_address_hears_all(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < KINDS; kind++) {
		struct sample s = sample_make((enum kind)kind);

		s.local.source = (struct ip_addr){ 0 };
		assert_int_equal(outcome(&s), VRRP_ACCEPTED);
		s.local.source = s.p.src;
		assert_int_equal(outcome(&s), VRRP_DROP_SELF);
	}
}

/* Near misses of the group, unicast, and the group of the other family. */
static void row_058_only_the_group_is_a_destination(void **state)
{
	const struct {
		enum kind kind;
		struct ip_addr dst;
		bool is;
	} t[] = {
		{ V3, GROUP4, true },
		{ V3, ip4(224, 0, 0, 17), false },
		{ V3, ip4(224, 0, 0, 19), false },
		{ V3, ip4(255, 255, 255, 255), false },
		{ V3, ip4(192, 0, 2, 252), false },
		{ V3, ip4(0, 0, 0, 0), false },
		{ V3, GROUP6, false },
		{ V6, GROUP6, true },
		{ V6, { IP_V6, { 0xff, 0x05, [15] = 0x12 } }, false },
		{ V6, { IP_V6, { 0xff, 0x02, [15] = 0x01 } }, false },
		{ V6, { IP_V6, { 0xfe, 0x80, [15] = 0xc9 } }, false },
		{ V6, GROUP4, false },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof t / sizeof *t; i++) {
		struct sample s = sample_make(t[i].kind);

		s.p.dst = t[i].dst;
		packet_reseal(&s.p);
		assert_int_equal(outcome(&s), t[i].is ? VRRP_ACCEPTED : VRRP_DROP_DESTINATION);
	}
}

/* A router with peers takes what comes to its own source address, and nothing that came to the
 * group. */
static void row_058_with_peers_only_our_source_is_a_destination(void **state)
{
	const struct {
		enum kind kind;
		struct ip_addr dst;
		bool is;
	} t[] = {
		{ U3, ip4(192, 0, 2, 252), true },
		{ U3, ip4(192, 0, 2, 253), false },
		{ U3, ip4(192, 0, 2, 1), false }, /* the virtual address */
		{ U3, ip4(192, 0, 2, 255), false },
		{ U3, GROUP4, false },
		{ U6, { IP_V6, { 0xfe, 0x80, [15] = 0xc9 } }, true },
		{ U6, { IP_V6, { 0xfe, 0x80, [15] = 0xc8 } }, false },
		{ U6, GROUP6, false },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof t / sizeof *t; i++) {
		struct sample s = sample_make(t[i].kind);

		s.p.dst = t[i].dst;
		packet_reseal(&s.p);
		assert_int_equal(outcome(&s), t[i].is ? VRRP_ACCEPTED : VRRP_DROP_DESTINATION);
	}
}

/* As long as it waits for its source address, it cannot tell what is for it. */
static void row_058_with_peers_and_no_source_any_host_is_a_destination(void **state)
{
	(void)state;
	for (unsigned kind = U2; kind <= U6; kind++) {
		struct sample s = sample_make((enum kind)kind);

		s.local.source = (struct ip_addr){ 0 };
		assert_int_equal(outcome(&s), VRRP_ACCEPTED);
		s.p.dst = vrrp_group(s.p.dst.family);
		assert_int_equal(outcome(&s), VRRP_DROP_DESTINATION);
	}
}

/* RFC 9568 9, RFC 5082: with 255, the default, nothing forwarded gets in. */
static void row_145_ttl_is_at_least_what_is_asked_for(void **state)
{
	(void)state;
	for (unsigned kind = U2; kind <= U6; kind++)
		for (unsigned min = 1; min <= 255; min++) {
			struct sample s = sample_make((enum kind)kind);

			s.local.ttl_min = (uint8_t)min;
			for (unsigned ttl = 0; ttl <= 255; ttl += ttl + 1 == min ? 1 : 51) {
				s.p.ttl = (uint8_t)ttl;
				assert_int_equal(outcome(&s), ttl >= min ? VRRP_ACCEPTED
									 : VRRP_DROP_TTL);
			}
			s.p.ttl = (uint8_t)min;
			assert_int_equal(outcome(&s), VRRP_ACCEPTED);
			s.p.ttl = (uint8_t)(min - 1);
			assert_int_equal(outcome(&s), VRRP_DROP_TTL);
		}
}

/* Without peers it is 255 that counts, whatever the setting. */
static void row_145_without_peers_ttl_is_255(void **state)
{
	struct sample s = sample_make(V3);

	(void)state;
	s.local.ttl_min = 1;
	s.p.ttl = 254;
	assert_int_equal(outcome(&s), VRRP_DROP_TTL);
}

/* Each of the peers, and nobody beside them. */
static void row_145_only_peers_are_heard(void **state)
{
	(void)state;
	for (unsigned kind = U2; kind <= U6; kind++) {
		struct sample s = sample_make((enum kind)kind);
		size_t len = ip_len(s.p.src.family);
		struct ip_addr other = s.peer[0];

		s.p.src = s.peer[0];
		packet_reseal(&s.p);
		assert_int_equal(outcome(&s), VRRP_ACCEPTED);
		s.local.n_peers = 1;
		assert_int_equal(outcome(&s), VRRP_ACCEPTED);
		s.p.src = s.peer[1];
		packet_reseal(&s.p);
		assert_int_equal(outcome(&s), VRRP_DROP_PEER);
		for (size_t i = 0; i < len; i++) {
			s.p.src = other;
			s.p.src.b[i] ^= 0x10;
			packet_reseal(&s.p);
			assert_int_equal(outcome(&s), VRRP_DROP_PEER);
		}
	}
}

/* Row 38, as keepalived sends since its issue 642: with the address it went to. What sums the group
 * although it was sent to a host, as keepalived did before, is wrong. */
static void row_038_unicast_sums_the_real_destination(void **state)
{
	(void)state;
	for (unsigned kind = U3; kind <= U6; kind++) {
		struct sample s = sample_make((enum kind)kind);

		packet_seal(&s.p, VRRP_CSUM_PSEUDO);
		assert_int_equal(outcome(&s), VRRP_ACCEPTED);
		s.p.dst = vrrp_group(s.p.dst.family);
		packet_seal(&s.p, VRRP_CSUM_PSEUDO);
		s.p.dst = s.local.source;
		assert_int_equal(outcome(&s), VRRP_DROP_CHECKSUM);
	}
}

/* CARP shares protocol and group: 0x21, virtual host id, advskew, 7 words of authentication,
 * demotion, advbase, checksum, 8-byte counter, 20-byte digest. */
static void row_062_carp_is_refused(void **state)
{
	for (unsigned kind = V2; kind <= V3; kind++) {
		struct sample s = sample_make((enum kind)kind);

		s.p.len = bytes_from_hex("210a0007000100000123456789abcdef"
					 "000102030405060708090a0b0c0d0e0f10111213",
					 s.p.bytes, sizeof s.p.bytes);
		assert_int_equal(s.p.len, 36);
		packet_seal(&s.p, VRRP_CSUM_MESSAGE);
		assert_int_equal(outcome(&s), kind == V2 ? VRRP_DROP_LENGTH : VRRP_DROP_VERSION);
		s.configured = false;
		assert_int_equal(outcome(&s), VRRP_DROP_LENGTH);
	}
	(void)state;
}

/* IOS with MD5: type 254, 8 bytes of zero, a TLV of 30 bytes with a digest, all in the checksum. */
static void row_146_ios_md5_is_an_unknown_authentication_type(void **state)
{
	struct sample s = sample_make(V2);

	(void)state;
	s.p.bytes[4] = 254;
	s.p.len += bytes_from_hex("fe1c010000 00c00002fb00000001 000102030405060708090a0b0c0d0e0f",
				  s.p.bytes + s.p.len, 64);
	assert_int_equal(s.p.len, 24 + 30);
	packet_seal(&s.p, VRRP_CSUM_MESSAGE);
	assert_int_equal(outcome(&s), VRRP_DROP_AUTH_TYPE_INVALID);
	s.p.bytes[50] ^= 1;
	assert_int_equal(outcome(&s), VRRP_DROP_CHECKSUM);
}

/* Seen in the wild: three addresses and no authentication data, with a checksum that is right. */
static void row_011_version_2_without_authentication_data_is_too_short(void **state)
{
	struct sample s = sample_make(V2);

	(void)state;
	s.p.len = bytes_from_hex("210103640001 0000 c0a80001 c0a80002 c0a80003", s.p.bytes,
				 sizeof s.p.bytes);
	s.p.bytes[3] = 3;
	assert_int_equal(s.p.len, 20);
	packet_seal(&s.p, VRRP_CSUM_MESSAGE);
	assert_int_equal(outcome(&s), VRRP_DROP_LENGTH);
}

/* ---- whole frames */

/* From the frame to the outcome, as a daemon with a capture or a raw socket would go. */
static enum vrrp_drop receive_frame(const uint8_t *frame, size_t len,
				    const struct vrrp_local *local)
{
	struct bytes b = bytes_copy(frame, len);
	enum vrrp_drop drop = VRRP_DROP_IP_HEADER;
	struct link_frame f;
	struct ip_packet ip;
	struct vrrp_msg msg;
	unsigned notes;

	if (link_decode(LINK_ETHERNET, b.p, b.len, &f)) {
		enum ip_error error = ip_decode(f.payload, f.len, &ip);

		if (error == IP_FRAGMENT)
			drop = VRRP_DROP_FRAGMENT;
		if (error == IP_OK && ip.proto == IP_PROTO_VRRP) {
			struct vrrp_rx rx = { ip.src, ip.dst, ip.ttl, ip.payload, ip.len };

			drop = vrrp_receive(&rx, local, &msg, &notes);
		}
	}
	free(b.p);
	return drop;
}

/* The virtual router that the captured packets are for. */
static struct vrrp_local local_for(const struct captured *c, const struct ip_addr *vips)
{
	return (struct vrrp_local){
		.version = c->version,
		.priority = 100,
		.interval_cs = c->interval_cs,
		.source = c->src.family == IP_V4
				  ? ip4(10, 0, 0, 3)
				  : (struct ip_addr){ IP_V6, { 0xfe, 0x80, [15] = 3 } },
		.addrs = c->src.family == IP_V4 ? vips : vips + 1,
		.n_addrs = c->count
	};
}

static const struct ip_addr captured_vips[] = {
	{ IP_V4, { 10, 0, 9, 1 } },
	{ IP_V6, { 0xfd, [13] = 9, [15] = 1 } }, { IP_V6, { 0xfe, 0x80, [13] = 9, [15] = 1 } },
};

static void captured_packets_are_received(void **state)
{
	(void)state;
	for (unsigned i = 0; i < CAPTURED_N + CAPTURED_UNICAST_N; i++) {
		const struct captured *c =
			i < CAPTURED_N ? &captured[i] : &captured_unicast[i - CAPTURED_N];
		struct vrrp_local local = local_for(c, captured_vips);
		struct bytes b = bytes_hex(c->frame);

		assert_int_equal(receive_frame(b.p, b.len, &local),
				 i >= CAPTURED_N && c->ttl == 255 ? VRRP_DROP_DESTINATION :
				 i >= CAPTURED_N ? VRRP_DROP_TTL :
				 c->auth_type != 0 ? VRRP_DROP_AUTH_TYPE_MISMATCH : VRRP_ACCEPTED);
		for (size_t n = 0; n < b.len; n++)
			assert_int_not_equal(receive_frame(b.p, n, &local), VRRP_ACCEPTED);
		free(b.p);
	}
}

/* What keepalived sends to a peer is accepted by the router it is for; over IPv6 that has to be
 * allowed, as it comes with a Hop Limit of 64. */
static void row_038_unicast_of_keepalived_is_accepted(void **state)
{
	(void)state;
	for (unsigned i = 0; i < CAPTURED_UNICAST_N; i++) {
		const struct captured *c = &captured_unicast[i];
		struct vrrp_local local = local_for(c, captured_vips);
		struct bytes b = bytes_hex(c->frame);

		local.source = c->dst;
		local.peers = &c->src;
		local.n_peers = 1;
		local.ttl_min = c->ttl;
		assert_int_equal(receive_frame(b.p, b.len, &local), VRRP_ACCEPTED);
		if (c->ttl < 255) {
			local.ttl_min = (uint8_t)(c->ttl + 1);
			assert_int_equal(receive_frame(b.p, b.len, &local), VRRP_DROP_TTL);
		}
		free(b.p);
	}
}

/* The authentication header is a protocol of its own: no VRRP is seen in it. */
static void row_141_ip_ah_is_not_protocol_112(void **state)
{
	struct vrrp_local local = local_for(&captured[0], captured_vips);
	struct bytes b = bytes_hex(CAPTURED_AH);

	(void)state;
	assert_int_equal(receive_frame(b.p, b.len, &local), VRRP_DROP_IP_HEADER);
	free(b.p);
}

/* A captured frame with the message edited, both checksums made anew. */
static enum vrrp_drop edited(unsigned which, size_t at, uint8_t value, bool reseal, size_t pad)
{
	const struct captured *c = &captured[which];
	struct vrrp_local local = local_for(c, captured_vips);
	uint8_t frame[160] = { 0 }, *ip = frame + 14;
	size_t len = bytes_from_hex(c->frame, frame, sizeof frame);
	size_t header = c->src.family == IP_V4 ? 20 : 40;
	struct packet p = { .src = c->src, .dst = c->dst, .len = len - 14 - header };
	uint16_t sum;

	frame[14 + at] = value;
	if (reseal) {
		memcpy(p.bytes, ip + header, p.len);
		packet_seal(&p, c->csum);
		memcpy(ip + header, p.bytes, p.len);
	}
	if (c->src.family == IP_V4) {
		ip[10] = ip[11] = 0;
		sum = (uint16_t)~bytes_sum16(0, ip, 20);
		ip[10] = (uint8_t)(sum >> 8);
		ip[11] = (uint8_t)sum;
	}
	memset(frame + len, 0x99, pad);
	return receive_frame(frame, len + pad, &local);
}

enum { KEEPALIVED_V2 = 0, KEEPALIVED_V3 = 4, KEEPALIVED_V6 = 6, FRR_V3 = 7, FRR_V6 = 9 };
static const unsigned some[] = { KEEPALIVED_V2, KEEPALIVED_V3, KEEPALIVED_V6, FRR_V3, FRR_V6 };
#define EACH_OF_SOME(i) (unsigned i = 0; i < sizeof some / sizeof *some; i++)
#define HEADER(i)       (captured[some[i]].src.family == IP_V4 ? 20u : 40u)
#define FIRST(i)        (captured[some[i]].version == 2 ? 0x21 : 0x31)

static void V13_ttl_of_254_is_refused(void **state)
{
	(void)state;
	for EACH_OF_SOME(i) {
		size_t at = HEADER(i) == 20 ? 8 : 7;

		assert_int_equal(edited(some[i], at, 254, true, 0), VRRP_DROP_TTL);
		assert_int_equal(edited(some[i], at, 255, true, 0), VRRP_ACCEPTED);
	}
}

static void V13_bad_checksum_is_refused(void **state)
{
	(void)state;
	for EACH_OF_SOME(i)
		assert_int_equal(edited(some[i], HEADER(i) + 2, 151, false, 0), VRRP_DROP_CHECKSUM);
}

static void V13_wrong_version_or_type_is_refused(void **state)
{
	(void)state;
	for EACH_OF_SOME(i) {
		assert_int_equal(edited(some[i], HEADER(i), 0x11, true, 0), VRRP_DROP_VERSION);
		assert_int_equal(edited(some[i], HEADER(i), FIRST(i) ^ 0x10, true, 0),
				 VRRP_DROP_VERSION);
		assert_int_equal(edited(some[i], HEADER(i), FIRST(i) + 1, true, 0), VRRP_DROP_TYPE);
	}
}

static void V13_count_beyond_the_message_is_refused(void **state)
{
	(void)state;
	for EACH_OF_SOME(i) {
		assert_int_equal(edited(some[i], HEADER(i) + 3, 0, true, 0), VRRP_DROP_COUNT);
		assert_int_equal(edited(some[i], HEADER(i) + 3, 255, true, 0), VRRP_DROP_LENGTH);
		assert_int_equal(edited(some[i], HEADER(i) + 3,
					(uint8_t)(captured[some[i]].count + 1), true, 0),
				 VRRP_DROP_LENGTH);
		/* Not even if there is padding enough behind the packet. */
		assert_int_equal(edited(some[i], HEADER(i) + 3,
					(uint8_t)(captured[some[i]].count + 1), true, 30),
				 VRRP_DROP_LENGTH);
	}
}

static void V13_length_of_the_ip_packet_counts(void **state)
{
	(void)state;
	for EACH_OF_SOME(i) {
		size_t at = HEADER(i) == 20 ? 3 : 5;
		struct bytes b = bytes_hex(captured[some[i]].frame);
		uint8_t length = b.p[14 + at];

		assert_int_equal(edited(some[i], at, (uint8_t)(length - 1), false, 0),
				 VRRP_DROP_LENGTH);
		assert_int_equal(edited(some[i], at, (uint8_t)(length + 1), false, 0),
				 VRRP_DROP_IP_HEADER);
		free(b.p);
	}
}

/* 46 bytes of version 3 over IPv4 are padded to 60 on the wire. */
static void V13_trailing_ethernet_padding_is_no_fault(void **state)
{
	(void)state;
	for EACH_OF_SOME(i)
		for (size_t pad = 0; pad <= 46; pad++)
			assert_int_equal(edited(some[i], HEADER(i) + 1, 51, false, pad),
					 VRRP_ACCEPTED);
}

static void row_028_a_fragment_is_no_message(void **state)
{
	(void)state;
	assert_int_equal(edited(KEEPALIVED_V3, 6, 0x20, false, 0), VRRP_DROP_FRAGMENT);
	assert_int_equal(edited(KEEPALIVED_V3, 7, 0x01, false, 0), VRRP_DROP_FRAGMENT);
	assert_int_equal(edited(KEEPALIVED_V6, 6, 44, false, 0), VRRP_DROP_FRAGMENT);
}

UNIT_MAIN(T(without_a_fault_every_kind_is_accepted),
	  T(row_039_ttl_comes_first), T(row_058_destination_comes_before_length),
	  T(row_040_eight_bytes_come_before_version), T(row_041_version_comes_before_type),
	  T(row_042_type_comes_before_the_length_of_the_list),
	  T(row_043_length_comes_before_checksum), T(row_045_checksum_comes_before_vrid),
	  T(row_046_unknown_vrid_comes_before_own_packet), T(row_057_own_packet_comes_before_count),
	  T(row_145_who_is_no_peer_comes_before_count),
	  T(row_048_count_of_zero_comes_before_interval),
	  T(row_049_interval_of_zero_comes_before_first_address),
	  T(row_050_first_address_not_link_local),
	  T(row_051_unknown_auth_type_comes_before_addresses),
	  T(row_051_other_auth_type_comes_before_addresses),
	  T(row_053_version_2_address_list_comes_before_interval),
	  T(row_054_version_2_interval_is_the_last_check),
	  T(row_003_vrid_zero_finds_no_virtual_router), T(row_005_a_count_of_zero_is_refused),
	  T(row_013_first_ipv6_address_is_link_local),
	  T(row_035_either_checksum_is_taken_unless_one_is_asked_for),
	  T(row_041_a_virtual_router_takes_its_own_version_only),
	  T(row_044_trailing_bytes_are_taken_if_the_checksum_covers_them),
	  T(row_047_an_advert_to_the_owner_is_noted_and_processed),
	  T(row_051_version_2_without_authentication_takes_type_0_only),
	  T(row_052_simple_text_authentication_is_never_accepted),
	  T(row_052_a_password_comes_before_the_addresses),
	  T(row_053_version_2_address_list_must_match_but_for_the_owner),
	  T(row_053_version_3_address_list_is_only_noted),
	  T(row_053_a_listener_takes_any_address_list), T(row_053_long_lists_are_compared_as_sets),
	  T(row_054_version_2_interval_must_match), T(row_054_version_3_interval_is_only_noted),
	  T(row_056_order_is_of_rfc_3768), T(row_057_a_router_without_an_address_hears_all),
	  T(row_058_only_the_group_is_a_destination),
	  T(row_058_with_peers_only_our_source_is_a_destination),
	  T(row_058_with_peers_and_no_source_any_host_is_a_destination),
	  T(row_145_ttl_is_at_least_what_is_asked_for), T(row_145_without_peers_ttl_is_255),
	  T(row_145_only_peers_are_heard), T(row_038_unicast_sums_the_real_destination),
	  T(row_062_carp_is_refused),
	  T(row_131_with_both_versions_either_is_taken),
	  T(row_133_with_both_versions_seconds_are_learned),
	  T(row_134_version_2_of_a_sender_of_version_3_is_a_copy),
	  T(row_138_without_the_flag_the_other_version_is_refused),
	  T(row_146_ios_md5_is_an_unknown_authentication_type),
	  T(row_011_version_2_without_authentication_data_is_too_short),
	  T(captured_packets_are_received), T(row_038_unicast_of_keepalived_is_accepted),
	  T(row_141_ip_ah_is_not_protocol_112),
	  T(V13_ttl_of_254_is_refused), T(V13_bad_checksum_is_refused),
	  T(V13_wrong_version_or_type_is_refused), T(V13_count_beyond_the_message_is_refused),
	  T(V13_length_of_the_ip_packet_counts), T(V13_trailing_ethernet_padding_is_no_fault),
	  T(row_028_a_fragment_is_no_message))
