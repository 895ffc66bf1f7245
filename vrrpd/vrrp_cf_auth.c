/* SPDX-License-Identifier: BSD-2-Clause */
#include "vrrp_cf_auth.h"

#include "cf_secret.h"
#include "digest.h"
#include "vrrp_cf.h"

static const char *const type_names[] = { "none", "text", "ah", "hmac", NULL };
static const char *const mode_names[] = { "enforce", "permissive", "receive-only", NULL };

static const char hex_word[] = "hex:";

static bool accept_path(const char *text, struct text *why)
{
	if (text[0] == '/')
		return true;
	text_put(why, "must be the whole path of a file, beginning with '/'");
	return false;
}

static bool good_length(size_t len, struct text *why)
{
	if (len >= VRRP_KEY_MIN && len <= VRRP_KEY_MAX)
		return true;
	text_fmt(why, "a key has %d to %d bytes, this has %zu; make one with: openssl rand -hex 32",
		 VRRP_KEY_MIN, VRRP_KEY_MAX, len);
	return false;
}

static bool read_hex(const char *from, size_t from_len, struct vrrp_cf_secret *s, struct text *why)
{
	size_t len;

	if (!cf_secret_hex(from, from_len, s->bytes, sizeof s->bytes, &len)) {
		text_fmt(why, "is not an even number of hexadecimal digits, or more than %d",
			 2 * VRRP_KEY_MAX);
		return false;
	}
	s->len = (uint8_t)len;
	return good_length(len, why);
}

static bool parse_hex(const char *from, void *to, struct text *why)
{
	struct vrrp_cf_secret s = { 0 };
	bool good = read_hex(from, strlen(from), &s, why);

	if (good)
		memcpy(to, &s, sizeof s);
	digest_wipe(&s, sizeof s);
	return good;
}

/* Secret: only to compare defaults with. */
static void print_hex(const void *from, struct text *to)
{
	(void)from;
	text_put(to, "");
}

static bool accept_key_text(const char *text, struct text *why)
{
	return good_length(strlen(text), why);
}

static const struct cf_field key_fields[] = {
	CF(struct vrrp_cf_key, id, CF_UINT, .min = 1, .max = 255, .required = true,
	   .doc = "The number by which adverts name the key: the same on all routers."),
	CF(struct vrrp_cf_key, file, CF_TEXT, .accept = accept_path,
	   .doc = "The whole path of a file that holds the key: as text, or as hexadecimal digits "
		  "after \"hex:\". Others may not read it. A systemd credential is such a file."),
	CF(struct vrrp_cf_key, hex, CF_VALUE, .secret = true, .parse = parse_hex,
	   .print = print_hex,
	   .doc = "In place of a file: the key, 32 to 64 bytes in hexadecimal digits. The "
		  "configuration file is then to be kept from others."),
	CF(struct vrrp_cf_key, text, CF_TEXT, .secret = true, .accept = accept_key_text,
	   .doc = "In place of a file: the key as text of 32 to 64 bytes."),
};

const struct cf_schema vrrp_key_schema = {
	.name = "key",
	.doc = "A key that adverts are authenticated with (HMAC-SHA-256). Make one with openssl "
	       "rand -hex 32. To replace a key without a gap: add the new one on all routers, then "
	       "change hmac_key on all, then take the old one out.",
	.size = sizeof(struct vrrp_cf_key),
	.field = key_fields,
	.n = sizeof key_fields / sizeof *key_fields,
};

static const struct cf_field id_fields[] = {
	CF(struct vrrp_cf_key_id, id, CF_UINT, .min = 1, .max = 255, .required = true,
	   .doc = "The id of a key in the list keys."),
};

static const struct cf_schema id_schema = {
	.name = "accepted key",
	.doc = "A key that received adverts may have. A number alone stands for its id setting.",
	.size = sizeof(struct vrrp_cf_key_id),
	.field = id_fields,
	.n = sizeof id_fields / sizeof *id_fields,
	.shorthand = "id",
};

static const struct cf_field auth_fields[] = {
	CF(struct vrrp_cf_auth, type, CF_ENUM, .names = type_names, .def = "none",
	   .doc = "hmac: a trailer with HMAC-SHA-256 (draft-cassen-vrrp-auth-hmac, keepalived's "
		  "auth_hmac); hmac_key alone implies it. text and ah are of version 2 (RFC 2338), "
		  "and for routers that know nothing better: keepalived's auth_type PASS and AH. "
		  "What each is worth, vrrpd(8) says."),
	CF(struct vrrp_cf_auth, hmac_key, CF_UINT, .max = 255, .def = "0",
	   .doc = "The id of the key in the list keys that adverts are sent with; 0 for none."),
	CF(struct vrrp_cf_auth, accept, CF_LIST, .of = &id_schema, .max = VRRP_KEYS_MAX,
	   .doc = "The ids of the keys that received adverts may have, besides hmac_key; not said: "
		  "all there are."),
	CF(struct vrrp_cf_auth, mode, CF_ENUM, .names = mode_names, .def = "enforce",
	   .doc = "enforce: adverts without a trailer are refused. To introduce it on a running "
		  "group: receive-only on all routers (nothing is sent, trailers are checked), "
		  "then permissive on all (they are sent), then enforce on all. A wrong trailer is "
		  "refused in every mode."),
	CF(struct vrrp_cf_auth, window, CF_SPAN, .min = 0, .max = 300000000000, .def = "0s",
	   .doc = "How far the clocks of two routers may be apart, and how late an advert may be: "
		  "1s to 300s. 0s for three intervals, but 5s at least. Clocks are to be kept by "
		  "NTP."),
	CF(struct vrrp_cf_auth, password, CF_TEXT, .secret = true,
	   .doc = "Of text and ah: at most 8 characters."),
	CF(struct vrrp_cf_auth, password_file, CF_TEXT, .accept = accept_path,
	   .doc = "In place of password: the whole path of a file that holds it. Others may not "
		  "read it."),
};

const struct cf_schema vrrp_auth_schema = {
	.name = "auth",
	.doc = "How adverts prove that they come from a router of the group. The same on all of "
	       "them: routers that do not agree do not hear each other, and all become Active.",
	.size = sizeof(struct vrrp_cf_auth),
	.field = auth_fields,
	.n = sizeof auth_fields / sizeof *auth_fields,
};

/* ---- keys --------------------------------------------------------------------------------- */

static void read_key_file(struct cf_load *l, struct vrrp_cf_key *k)
{
	const size_t word = sizeof hex_word - 1;
	char bytes[CF_SECRET_MAX], text[300];
	struct text why = text_open(text, sizeof text);
	bool good;
	size_t len;

	good = cf_secret_read(k->file, bytes, &len, &why);
	if (good && len >= word && memcmp(bytes, hex_word, word) == 0) {
		good = read_hex(bytes + word, len - word, &k->key, &why);
	} else if (good) {
		good = good_length(len, &why);
		if (good) {
			k->key.len = (uint8_t)len;
			memcpy(k->key.bytes, bytes, len);
		}
	}
	digest_wipe(bytes, sizeof bytes);
	if (!good)
		cf_error(l, k, "file", "%s: %s", k->file, text);
}

static void check_key(struct cf_load *l, struct vrrp_cf_key *k)
{
	int n = (k->file[0] != '\0') + (k->hex.len > 0) + (k->text[0] != '\0');

	if (n != 1 && cf_load_clean(l))
		cf_error(l, k, NULL, "a key is either in a file, or hex, or text: set %s of them",
			 n == 0 ? "one" : "only one");
	if (k->file[0] != '\0') {
		read_key_file(l, k);
	} else if (k->hex.len > 0) {
		k->key = k->hex;
	} else {
		k->key.len = (uint8_t)strlen(k->text);
		memcpy(k->key.bytes, k->text, k->key.len);
	}
}

static bool has_key(const struct cf_model *m, const struct vrrp_cf *vrrp, uint8_t id, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (vrrp_cf_key(m, vrrp, i)->id == id)
			return true;
	return false;
}

static void check_keys(struct cf_load *l, const struct vrrp_cf *vrrp)
{
	const struct cf_model *m = cf_load_model(l);

	for (uint32_t i = 0; i < vrrp->keys.n; i++) {
		struct vrrp_cf_key *k = vrrp_cf_key(m, vrrp, i);

		check_key(l, k);
		if (k->id != 0 && has_key(m, vrrp, k->id, i))
			cf_error(l, k, "id", "%u is the id of another key already", k->id);
	}
}

/* ---- instances ---------------------------------------------------------------------------- */

static void check_password(struct cf_load *l, struct vrrp_cf_auth *a)
{
	char bytes[CF_SECRET_MAX], text[300];
	struct text why = text_open(text, sizeof text);
	const char *field = a->password_file[0] ? "password_file" : "password";
	size_t len = strlen(a->password);

	memcpy(bytes, a->password, len);
	if ((a->password_file[0] != '\0') == (len > 0)) {
		if (cf_load_clean(l))
			cf_error(l, a, NULL, "type = \"%s\" needs either password or password_file",
				 type_names[a->type]);
	} else if (a->password_file[0] && !cf_secret_read(a->password_file, bytes, &len, &why)) {
		cf_error(l, a, field, "%s: %s", a->password_file, text);
	} else if (len == 0 || len > VRRP_PASSWORD_LEN) {
		cf_error(l, a, field,
			 "has %zu characters, and an advert has room for %d; where keepalived was "
			 "given a longer one, it uses its first %d",
			 len, VRRP_PASSWORD_LEN, VRRP_PASSWORD_LEN);
	} else {
		memcpy(a->secret, bytes, len);
	}
	digest_wipe(bytes, sizeof bytes);
}

/* Whether this system lets us compute it. */
static void check_digest(struct cf_load *l, const struct vrrp_cf_auth *a, enum digest_kind kind)
{
	char text[200];
	struct text why = text_open(text, sizeof text);
	struct digest *d = digest_new(kind, &why);

	if (!d)
		cf_error(l, a, "type", "\"%s\" cannot be had: %s", type_names[a->kind], text);
	digest_free(d);
}

/* What RFC 2338 knew, and what it is worth. */
static void check_version2(struct cf_load *l, const struct vrrp_cf_instance *cf,
			   struct vrrp_cf_auth *a)
{
	if (cf->version == 3)
		cf_error(l, a, "type",
			 "\"%s\" is of version 2: version 3 knows \"hmac\" (RFC 9568 9)",
			 type_names[a->type]);
	check_password(l, a);
	if (a->kind == VRRP_AUTH_TEXT) {
		cf_warning(l, a, "type",
			   "\"text\" protects from mistakes, not from attacks: the password stands "
			   "in every advert, for all on the network to read");
		return;
	}
	check_digest(l, a, DIGEST_MD5);
	cf_warning(l, a, "type",
		   "\"ah\" is HMAC-MD5 with a password of 8 characters, which can be guessed from "
		   "one advert that was recorded; a router that starts again takes old adverts "
		   "for new");
	if (cf->lease == VRRP_CF_LEASE_ON)
		cf_error(l, cf, "lease", "is not to be had with auth.type = \"ah\": the kernel "
					 "would have to look for adverts in another protocol");
}

static void check_hmac(struct cf_load *l, const struct vrrp_cf *vrrp,
		       const struct vrrp_cf_instance *cf, struct vrrp_cf_auth *a)
{
	const struct cf_model *m = cf_load_model(l);
	span_t least = SPAN_S(5), three = span_mul(cf->interval, 3);
	const unsigned most = VRRP_ADDRS6_MAX - 1; /* the trailer needs room */

	check_digest(l, a, DIGEST_SHA256);
	if (a->hmac_key == 0)
		cf_error(l, a, "type", "\"hmac\" needs hmac_key, the id of a key in vrrp.keys");
	else if (!has_key(m, vrrp, a->hmac_key, vrrp->keys.n) && cf_load_clean(l))
		cf_error(l, a, "hmac_key", "there is no key %u in vrrp.keys", a->hmac_key);
	for (uint32_t i = 0; i < a->accept.n; i++) {
		const struct vrrp_cf_key_id *k = vrrp_cf_key_id(m, a, i);

		if (!has_key(m, vrrp, k->id, vrrp->keys.n) && cf_load_clean(l))
			cf_error(l, k, "id", "there is no key %u in vrrp.keys", k->id);
	}
	if (a->window.ns > 0 && a->window.ns < 1000000000)
		cf_error(l, a, "window", "must be 1s at least; 0s for what fits the interval");
	a->fresh = a->window.ns > 0 ? a->window : three.ns > least.ns ? three : least;
	if (cf->family == IP_V6 && cf->n_advertised > most)
		cf_error(l, cf, "addresses",
			 "%u IPv6 addresses do not fit in an advert with a trailer, which holds "
			 "%u: use a second instance with a vrid of its own",
			 cf->n_advertised, most);
	if (a->mode != VRRP_AUTH_ENFORCE)
		cf_warning(l, a, "mode",
			   "\"%s\" is for the time of a change: until it is \"enforce\", adverts "
			   "without a trailer are taken, whoever sends them",
			   mode_names[a->mode]);
}

static void check_auth(struct cf_load *l, const struct vrrp_cf *vrrp, struct vrrp_cf_instance *cf)
{
	struct vrrp_cf_auth *a = &cf->auth;
	bool password = a->password[0] || a->password_file[0];

	a->kind = a->type == VRRP_AUTH_NONE && a->hmac_key != 0 ? VRRP_AUTH_HMAC : a->type;
	if (a->hmac_key != 0 && a->kind != VRRP_AUTH_HMAC)
		cf_error(l, a, "hmac_key", "is of type \"hmac\", and the type is \"%s\"",
			 type_names[a->type]);
	if (password && a->kind != VRRP_AUTH_TEXT && a->kind != VRRP_AUTH_AH)
		cf_error(l, a, a->password[0] ? "password" : "password_file",
			 "is of the types \"text\" and \"ah\": say which");
	if (a->kind == VRRP_AUTH_TEXT || a->kind == VRRP_AUTH_AH)
		check_version2(l, cf, a);
	else if (a->kind == VRRP_AUTH_HMAC)
		check_hmac(l, vrrp, cf, a);
	if (cf->unicast.peers.n > 0 && cf->unicast.ttl_min > 0 && cf->unicast.ttl_min < VRRP_TTL &&
	    a->kind != VRRP_AUTH_HMAC)
		cf_warning(l, &cf->unicast, "ttl_min",
			   "lets in adverts that anybody within so many hops can forge: "
			   "authenticate them, auth = { hmac_key = 1; }");
}

void vrrp_cf_auth_check(struct cf_load *l, const struct vrrp_cf *vrrp)
{
	check_keys(l, vrrp);
	for (uint32_t i = 0; i < vrrp->instances.n; i++)
		check_auth(l, vrrp, vrrp_cf_instance(cf_load_model(l), vrrp, i));
}
