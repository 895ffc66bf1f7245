/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether a digest may be used, the library says when it is asked for by name. It is then computed
 * by the older functions, which need no memory: the newer ones allocate for each digest. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "digest.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/md5.h>
#include <openssl/sha.h>

#include "check.h"

enum { INNER = 0x36, OUTER = 0x5c };

struct digest {
	enum digest_kind kind;
	size_t len;
	union {
		MD5_CTX md5;
		SHA256_CTX sha256;
	} ctx;
};

void digest_prepare(void)
{
	char text[200];
	struct text why = text_open(text, sizeof text);

	OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, NULL);
	for (int kind = 0; kind < DIGEST_KINDS; kind++)
		digest_free(digest_new((enum digest_kind)kind, &why));
}

struct digest *digest_new(enum digest_kind kind, struct text *why)
{
	static const char *const name[DIGEST_KINDS] = { "MD5", "SHA256" };
	EVP_MD *md = EVP_MD_fetch(NULL, name[kind], NULL);
	struct digest *d;

	if (!md) {
		text_fmt(why, "OpenSSL offers no %s here: its configuration forbids it (FIPS)",
			 name[kind]);
		return NULL;
	}
	EVP_MD_free(md);
	d = calloc(1, sizeof *d);
	if (!d) {
		text_put(why, "out of memory");
		return NULL;
	}
	d->kind = kind;
	d->len = kind == DIGEST_MD5 ? MD5_DIGEST_LENGTH : SHA256_DIGEST_LENGTH;
	return d;
}

void digest_free(struct digest *d)
{
	free(d);
}

static void add(struct digest *d, const void *p, size_t len)
{
	CHECK(d->kind == DIGEST_MD5 ? MD5_Update(&d->ctx.md5, p, len)
				    : SHA256_Update(&d->ctx.sha256, p, len));
}

/* Begins with the key in a block, each byte combined with `pad`. */
static void begin(struct digest *d, const void *key, size_t key_len, uint8_t pad)
{
	uint8_t block[DIGEST_BLOCK] = { 0 };

	memcpy(block, key, key_len);
	for (unsigned i = 0; i < DIGEST_BLOCK; i++)
		block[i] ^= pad;
	CHECK(d->kind == DIGEST_MD5 ? MD5_Init(&d->ctx.md5) : SHA256_Init(&d->ctx.sha256));
	add(d, block, sizeof block);
	digest_wipe(block, sizeof block);
}

static void end(struct digest *d, uint8_t sum[DIGEST_MAX])
{
	CHECK(d->kind == DIGEST_MD5 ? MD5_Final(sum, &d->ctx.md5)
				    : SHA256_Final(sum, &d->ctx.sha256));
}

void digest_hmac(struct digest *d, const void *key, size_t key_len, const struct digest_part *part,
		 unsigned n, void *out, size_t out_len)
{
	uint8_t sum[DIGEST_MAX];

	CHECK(key_len <= DIGEST_BLOCK && out_len <= d->len);
	begin(d, key, key_len, INNER);
	for (unsigned i = 0; i < n; i++)
		add(d, part[i].p, part[i].len);
	end(d, sum);
	begin(d, key, key_len, OUTER);
	add(d, sum, d->len);
	end(d, sum);
	memcpy(out, sum, out_len);
	digest_wipe(&d->ctx, sizeof d->ctx);
}

void digest_name(const void *p, size_t len, uint8_t out[DIGEST_MAX])
{
	struct digest d = { .kind = DIGEST_SHA256, .len = SHA256_DIGEST_LENGTH };

	CHECK(SHA256_Init(&d.ctx.sha256));
	add(&d, p, len);
	end(&d, out);
}

bool digest_same(const void *a, const void *b, size_t len)
{
	return CRYPTO_memcmp(a, b, len) == 0;
}

void digest_wipe(void *p, size_t len)
{
	if (p)
		OPENSSL_cleanse(p, len);
}
