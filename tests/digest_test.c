/* SPDX-License-Identifier: BSD-2-Clause */
#include "digest.h"

#include <string.h>

#include <openssl/crypto.h>

#include "bytes.h"
#include "unit.h"

static unsigned long allocations;

static void *count_malloc(size_t n, const char *file, int line)
{
	(void)file, (void)line;
	allocations++;
	return malloc(n);
}

static void *count_realloc(void *p, size_t n, const char *file, int line)
{
	(void)file, (void)line;
	allocations++;
	return realloc(p, n);
}

static void count_free(void *p, const char *file, int line)
{
	(void)file, (void)line;
	free(p);
}

static struct digest *make(enum digest_kind kind)
{
	char text[200];
	struct text why = text_open(text, sizeof text);
	struct digest *d = digest_new(kind, &why);

	if (!d)
		fail_msg("%s", text);
	return d;
}

static void assert_hmac(enum digest_kind kind, const char *key, size_t key_len, const char *what,
			const char *want)
{
	size_t len = strlen(what), half = len / 3;
	const struct digest_part whole = { what, len };
	const struct digest_part parts[] = { { what, half }, { what + half, 0 },
					     { what + half, len - half } };
	struct digest *d = make(kind);
	uint8_t expected[32], got[32];
	size_t n = bytes_from_hex(want, expected, sizeof expected);

	digest_hmac(d, key, key_len, &whole, 1, got, n);
	assert_memory_equal(got, expected, n);
	digest_hmac(d, key, key_len, parts, 3, got, n);
	assert_memory_equal(got, expected, n);
	memset(got, 0xee, sizeof got);
	digest_hmac(d, key, key_len, &whole, 1, got, 12);
	assert_memory_equal(got, expected, 12);
	assert_int_equal(got[12], 0xee);
	digest_free(d);
}

/* RFC 2202 2, RFC 4231 4.3; the third was computed with Python's hmac. */
static void it_is_hmac(void **state)
{
	static const char zeros[64];

	(void)state;
	assert_hmac(DIGEST_MD5, "Jefe", 4, "what do ya want for nothing?",
		    "750c783e6ab0b503eaa86e310a5db738");
	assert_hmac(DIGEST_SHA256, "Jefe", 4, "what do ya want for nothing?",
		    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	assert_hmac(DIGEST_MD5, zeros, 64, "", "74e6f7298a9c2d168935f58c001bad88");
	assert_hmac(DIGEST_SHA256, zeros, 64, "",
		    "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

static void nothing_is_allocated_after_it_was_made(void **state)
{
	const struct digest_part part = { "an advert", 9 };
	struct digest *d[] = { make(DIGEST_MD5), make(DIGEST_SHA256) };
	unsigned long before = allocations;

	uint8_t out[16];

	(void)state;
	assert_true(before > 0);
	for (unsigned i = 0; i < 1000; i++)
		digest_hmac(d[i % 2], "key", 3, &part, 1, out, sizeof out);
	assert_true(allocations == before);
	digest_free(d[0]);
	digest_free(d[1]);
}

static void what_is_compared_and_wiped(void **state)
{
	char a[] = "secret", b[] = "secreT";

	(void)state;
	assert_true(digest_same(a, b, 5));
	assert_false(digest_same(a, b, 6));
	assert_true(digest_same(a, b, 0));
	digest_wipe(a, sizeof a);
	for (unsigned i = 0; i < sizeof a; i++)
		assert_int_equal(a[i], 0);
	digest_wipe(NULL, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(it_is_hmac), T(nothing_is_allocated_after_it_was_made),
		T(what_is_compared_and_wiped),
	};

	CRYPTO_set_mem_functions(count_malloc, count_realloc, count_free);
	setvbuf(stdout, NULL, _IOLBF, 0);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL) != 0 &&
	       getenv("TRIVET_UNDER_DRIVER") == NULL;
}
