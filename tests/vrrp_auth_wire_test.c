/* SPDX-License-Identifier: BSD-2-Clause */
#include "vrrp_auth_wire.h"

#include <string.h>

#include "bytes.h"
#include "digest.h"
#include "unit.h"

static struct digest *make(enum digest_kind kind)
{
	char text[200];
	struct text why = text_open(text, sizeof text);
	struct digest *d = digest_new(kind, &why);

	assert_non_null(d);
	return d;
}

static void key_from(uint8_t first, uint8_t *key, size_t len)
{
	for (size_t i = 0; i < len; i++)
		key[i] = (uint8_t)(first + i);
}

/* The whole message with its trailer, as the draft has it: computed with Python's hmac from the
 * description of the format, and not with this code. The first two are also in an appendix of the
 * draft. */
static const struct golden {
	uint8_t version, vrid, key_id, key_first;
	size_t key_len;
	struct ip_addr src;
	uint64_t seq;
	const char *message, *trailer;
} golden[] = {
	{ 3, 51, 1, 0, 32, { IP_V4, { 198, 51, 100, 10 } }, UINT64_C(0x6800000080000000),
	  "3133c80100640000c0000264", "0101000068000000800000001b84bc4e8e43892dc6d98448f8ee2265" },
	{ 3, 51, 1, 0, 32, { IP_V6, { 0xfe, 0x80, [15] = 0x10 } }, UINT64_C(0x6800000080000000),
	  "3133c80100640000fe800000000000000000000000000100",
	  "010100006800000080000000c8c56146ebfd66ee10ec4d8186461b78" },
	{ 2, 10, 200, 0x40, 64, { IP_V4, { 192, 0, 2, 251 } }, UINT64_C(0x69208f0212345678),
	  "210ac80200010000c0000201c00002020000000000000000",
	  "01c8000069208f021234567899761cfc20b2ba983d30921bac07cbc6" },
	{ 3, 10, 200, 0x40, 64, { IP_V4, { 192, 0, 2, 251 } }, UINT64_C(0x69208f0212345678),
	  "310ac80200640000c0000201c0000202",
	  "01c8000069208f0212345678cf3cdb70796962fce8cd968defafadc8" },
};

static void row_147_the_trailer_is_that_of_the_draft(void **state)
{
	struct digest *d = make(DIGEST_SHA256);

	(void)state;
	for (size_t i = 0; i < sizeof golden / sizeof *golden; i++) {
		const struct golden *g = &golden[i];
		uint8_t key[64], message[64], want[VRRP_TRAILER_LEN], got[VRRP_TRAILER_LEN];
		uint8_t pseudo[VRRP_PSEUDO_LEN];
		size_t len = bytes_from_hex(g->message, message, sizeof message);
		struct digest_part part[] = { { pseudo, sizeof pseudo }, { message, len },
					      { got, VRRP_TRAILER_LEN } };
		struct vrrp_trailer t;

		key_from(g->key_first, key, g->key_len);
		bytes_from_hex(g->trailer, want, sizeof want);
		vrrp_trailer_encode(g->key_id, g->seq, got);
		vrrp_trailer_pseudo(g->version, g->vrid, &g->src, pseudo);
		digest_hmac(d, key, g->key_len, part, 3, got + VRRP_TRAILER_LEN - 16, 16);
		assert_memory_equal(got, want, sizeof got);
		assert_true(vrrp_trailer_decode(want, &t));
		assert_int_equal(t.key_id, g->key_id);
		assert_true(t.seq == g->seq && t.mac == want + 12);
	}
	digest_free(d);
}

static void row_147_another_type_is_no_trailer(void **state)
{
	uint8_t bytes[VRRP_TRAILER_LEN];
	struct vrrp_trailer t;

	(void)state;
	vrrp_trailer_encode(1, 2, bytes);
	assert_true(vrrp_trailer_decode(bytes, &t));
	for (unsigned at = 0; at < 4; at++) {
		bytes[at] ^= 2;
		assert_int_equal(vrrp_trailer_decode(bytes, &t), at == 1);
		bytes[at] ^= 2;
	}
}

/* ---- the Authentication Header ------------------------------------------------------------ */

/* Three that keepalived 2.2.7 sent, without their Ethernet headers; its password is s3cr3t. */
static const char *const captured[] = {
	"45c0004000010000ff33d0b60a000001e0000012700400000a000001000000011e4c2c5d772843b9639ab583"
	"21339601020133c90a0009010000000000000000",
	"45c0004000030000ff33d0b40a000001e0000012700400000a0000010000000353e4ba85e2a251c45f08664e"
	"213300010201c9c90a0009010000000000000000",
	"45c0004000020000ff33d0b40a000002e0000012700400000a00000200000005f163a031d73f230ee13ae45d"
	"21336401020165c90a0009010000000000000000",
};

static void row_141_the_header_is_as_keepalived_has_it(void **state)
{
	struct digest *d = make(DIGEST_MD5);

	(void)state;
	for (size_t i = 0; i < sizeof captured / sizeof *captured; i++) {
		uint8_t bytes[128], cover[AH_COVER_LEN], icv[AH_ICV_LEN], again[AH_LEN];
		size_t len = bytes_from_hex(captured[i], bytes, sizeof bytes);
		struct vrrp_ah_ip ip = { .src = ip_make(IP_V4, bytes + 12), .ttl = bytes[8],
					 .dst = ip_make(IP_V4, bytes + 16) };
		struct digest_part part[2] = { { cover, sizeof cover } };
		struct vrrp_ah ah;

		ip.id = (uint16_t)(bytes[4] << 8 | bytes[5]);
		assert_true(vrrp_ah_decode(bytes + 20, len - 20, &ah));
		assert_int_equal(ah.next, 112);
		assert_int_equal(ah.spi, vrrp_ah_spi(&ip.src));
		assert_int_equal(ah.len, 20);
		vrrp_ah_cover(&ip, bytes + 20, ah.len, cover);
		part[1] = (struct digest_part){ ah.message, ah.len };
		digest_hmac(d, "s3cr3t\0", 8, part, 2, icv, sizeof icv);
		assert_memory_equal(icv, ah.icv, sizeof icv);
		vrrp_ah_encode(&ip.src, ah.seq, again);
		assert_memory_equal(again, bytes + 20, AH_ICV_AT);
	}
	digest_free(d);
}

/* To a host the TTL counts as zero: routers on the way take from it. Computed with Python. */
static void row_141_what_routers_change_does_not_count(void **state)
{
	static const struct { uint8_t ttl; struct ip_addr dst; const char *icv;
	} row[] = {
		{ 255, { IP_V4, { 224, 0, 0, 18 } }, "56f5838ab809b77ce987b052" },
		{ 255, { IP_V4, { 192, 0, 2, 252 } }, "4b03ebbcc41c8b413226c6f2" },
		{ 254, { IP_V4, { 192, 0, 2, 252 } }, "4b03ebbcc41c8b413226c6f2" },
	};
	struct digest *d = make(DIGEST_MD5);
	uint8_t message[64], header[AH_LEN], cover[AH_COVER_LEN], want[AH_ICV_LEN], got[AH_ICV_LEN];
	size_t len = bytes_from_hex("210ac802020190edc0000201c00002020000000000000000", message,
				    sizeof message);

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct vrrp_ah_ip ip = { .src = ip4(192, 0, 2, 251), .dst = row[i].dst,
					 .ttl = row[i].ttl };
		struct digest_part part[] = { { cover, sizeof cover }, { message, len } };

		vrrp_ah_encode(&ip.src, 7, header);
		vrrp_ah_cover(&ip, header, len, cover);
		digest_hmac(d, "s3cr3t\0", 8, part, 2, got, sizeof got);
		bytes_from_hex(row[i].icv, want, sizeof want);
		assert_memory_equal(got, want, sizeof got);
	}
	digest_free(d);
}

static void row_141_a_header_that_is_cut_or_longer_is_none(void **state)
{
	struct bytes b = bytes_hex(captured[0] + 40);
	struct vrrp_ah ah;

	(void)state;
	for (size_t len = 0; len < AH_LEN; len++) {
		struct bytes cut = bytes_copy(b.p, len);

		assert_false(vrrp_ah_decode(cut.p, len, &ah));
		free(cut.p);
	}
	assert_true(vrrp_ah_decode(b.p, AH_LEN, &ah));
	assert_int_equal(ah.len, 0);
	b.p[1] = 5; /* a digest of 16 bytes */
	assert_false(vrrp_ah_decode(b.p, b.len, &ah));
	free(b.p);
}

UNIT_MAIN(T(row_147_the_trailer_is_that_of_the_draft), T(row_147_another_type_is_no_trailer),
	  T(row_141_the_header_is_as_keepalived_has_it),
	  T(row_141_what_routers_change_does_not_count),
	  T(row_141_a_header_that_is_cut_or_longer_is_none))
