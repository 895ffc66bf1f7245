/* SPDX-License-Identifier: BSD-2-Clause */
#include "vrrp_cf_auth.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cf_secret.h"
#include "unit.h"
#include "vrrp_cf.h"

#define HEX "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define KEY "{ id = 1; hex = \"" HEX "\"; }"
#define CHARS_8 "12345678"
#define CHARS_32 CHARS_8 CHARS_8 CHARS_8 CHARS_8

static struct cf_model model;
static struct cf_report report;

/* A file with one instance. */
static bool load(const char *keys, const char *settings)
{
	static struct cf_source src;
	char text[4096];
	bool good;

	cf_model_free(&model);
	snprintf(text, sizeof text,
		 "vrrp = { keys = ( %s ); instances = ( { name = \"a\"; interface = \"eth0\"; "
		 "vrid = 1; addresses = ( \"192.0.2.10/24\" ); %s } ); };", keys, settings);
	assert_true(cf_source_text(&src, "f", text, strlen(text), &cf_read_file));
	good = cf_load(&src, &trivet_schema, trivet_cf_check, &model, &report);
	cf_source_free(&src);
	assert_null(strstr(report.text, "0001020304"));
	assert_null(strstr(report.text, "s3cr3t"));
	return good;
}

static const struct vrrp_cf_auth *auth(void)
{
	return &vrrp_cf_instance(&model, &trivet_cf_root(&model)->vrrp, 0)->auth;
}

static const struct vrrp_cf_key *key(uint32_t i)
{
	return vrrp_cf_key(&model, &trivet_cf_root(&model)->vrrp, i);
}

static int clean(void **state)
{
	(void)state;
	cf_model_free(&model);
	return 0;
}

static void without_it_there_is_none(void **state)
{
	(void)state;
	assert_true(load("", ""));
	assert_int_equal(auth()->kind, VRRP_AUTH_NONE);
	assert_string_equal(report.text, "");
}

static void a_key_alone_implies_the_type(void **state)
{
	(void)state;
	assert_true(load(KEY, "auth = { hmac_key = 1; };"));
	assert_string_equal(report.text, "");
	assert_int_equal(auth()->kind, VRRP_AUTH_HMAC);
	assert_int_equal(auth()->mode, VRRP_AUTH_ENFORCE);
	assert_int_equal(auth()->fresh.ns, SPAN_S(5).ns);
	assert_int_equal(key(0)->key.len, 32);
	for (unsigned i = 0; i < 32; i++)
		assert_int_equal(key(0)->key.bytes[i], i);
	assert_true(cf_model_good(&trivet_schema, &model));
	assert_true(load(KEY, "interval = \"10s\"; auth = { type = \"hmac\"; hmac_key = 1; };"));
	assert_int_equal(auth()->fresh.ns, SPAN_S(30).ns);
	assert_true(load(KEY, "auth = { hmac_key = 1; window = \"1s\"; accept = [ 1 ]; };"));
	assert_int_equal(auth()->fresh.ns, SPAN_S(1).ns);
	assert_true(load(KEY, "version = 2; auth = { hmac_key = 1; window = \"300s\"; };"));
}

static void row_140_passwords(void **state)
{
	(void)state;
	assert_true(load("", "version = 2; auth = { type = \"text\"; password = \"s3cr3t\"; };"));
	assert_int_equal(auth()->kind, VRRP_AUTH_TEXT);
	assert_memory_equal(auth()->secret, "s3cr3t\0", 8);
	assert_non_null(strstr(report.text, "warning: \"text\" protects from mistakes, not from "
					    "attacks"));
	assert_true(load("", "version = 2; auth = { type = \"ah\"; password = \"12345678\"; };"));
	assert_memory_equal(auth()->secret, "12345678", 8);
	assert_non_null(strstr(report.text, "warning: \"ah\" is HMAC-MD5"));
}

static void what_is_refused(void **state)
{
	static const struct { const char *keys, *settings, *want;
	} row[] = {
		{ "", "version = 2; auth = { type = \"text\"; };",
		  "auth: type = \"text\" needs either password or password_file" },
		{ "", "version = 2; auth = { type = \"text\"; password = \"123456789\"; };",
		  "auth.password: has 9 characters, and an advert has room for 8" },
		{ "", "version = 2; auth = { type = \"text\"; password = \"x\"; "
		      "password_file = \"/x\"; };", "needs either password or password_file" },
		{ "", "auth = { type = \"text\"; password = \"x\"; };",
		  "auth.type: \"text\" is of version 2: version 3 knows \"hmac\"" },
		{ "", "auth = { type = \"ah\"; password = \"x\"; };",
		  "auth.type: \"ah\" is of version 2" },
		{ "", "auth = { password = \"x\"; };",
		  "auth.password: is of the types \"text\" and \"ah\": say which" },
		{ KEY, "auth = { hmac_key = 1; password = \"x\"; };", "say which" },
		{ KEY, "version = 2; auth = { type = \"text\"; hmac_key = 1; password = \"x\"; };",
		  "auth.hmac_key: is of type \"hmac\", and the type is \"text\"" },
		{ KEY, "auth = { type = \"hmac\"; };", "auth.type: \"hmac\" needs hmac_key" },
		{ KEY, "auth = { hmac_key = 2; };", "auth.hmac_key: there is no key 2" },
		{ KEY, "auth = { hmac_key = 1; accept = [ 1, 3 ]; };",
		  "auth.accept[1]: there is no key 3" },
		{ KEY, "auth = { hmac_key = 256; };", "auth.hmac_key: must be 0..255, not 256" },
		{ KEY, "auth = { hmac_key = 1; window = \"999ms\"; };", "must be 1s at least" },
		{ KEY, "auth = { hmac_key = 1; window = \"301s\"; };", "must be 0s..5m" },
		{ KEY, "auth = { hmac_key = 1; mode = \"off\"; };", "auth.mode: must be" },
		{ KEY ", " KEY, "", "keys[1].id: 1 is the id of another key already" },
		{ "{ id = 0; hex = \"" HEX "\"; }", "", "keys[0].id: must be 1..255, not 0" },
		{ "{ id = 1; }", "", "keys[0]: a key is either in a file, or hex, or text: set "
				     "one" },
		{ "{ id = 1; hex = \"" HEX "\"; text = \"" CHARS_32 "\"; }", "", "set only one" },
		{ "{ id = 1; hex = \"0102\"; }", "", "a key has 32 to 64 bytes, this has 2" },
		{ "{ id = 1; hex = \"" HEX HEX "00\"; }", "", "or more than 128" },
		{ "{ id = 1; hex = \"" HEX "0\"; }", "", "not an even number of hexadecimal" },
		{ "{ id = 1; hex = \"" HEX "0g\"; }", "", "not an even number of hexadecimal" },
		{ "{ id = 1; text = \"too short\"; }", "", "32 to 64 bytes, this has 9" },
		{ "{ id = 1; text = \"" CHARS_32 CHARS_32 "1\"; }", "", "at most 64 fit" },
		{ "{ id = 1; file = \"key\"; }", "", "must be the whole path of a file" },
		{ "{ id = 1; file = \"/no/such/key\"; }", "",
		  "keys[0].file: /no/such/key: No such file or directory" },
		{ "", "version = 2; lease = true; auth = { type = \"ah\"; password = \"x\"; };",
		  "lease: is not to be had with auth.type = \"ah\"" },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof row / sizeof *row; i++) {
		if (load(row[i].keys, row[i].settings) || !strstr(report.text, row[i].want))
			fail_msg("%s: want %s, got %s", row[i].settings, row[i].want,
				 report.text);
	}
}

static void what_is_taken_with_a_warning(void **state)
{
	static const struct { const char *settings, *want;
	} row[] = {
		{ "auth = { hmac_key = 1; mode = \"permissive\"; };",
		  "is for the time of a change" },
		{ "auth = { hmac_key = 1; mode = \"receive-only\"; };",
		  "is for the time of a change" },
		/* Threat T2: forged from behind a router. */
		{ "unicast = { peers = ( \"192.0.2.2\" ); ttl_min = 254; };",
		  "unicast.ttl_min: warning: lets in adverts that anybody within so many hops" },
		{ "unicast = { peers = ( \"192.0.2.2\" ); ttl_min = 254; }; "
		  "auth = { hmac_key = 1; };",
		  NULL },
		{ "unicast = { peers = ( \"192.0.2.2\" ); };", NULL },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof row / sizeof *row; i++) {
		assert_true(load(KEY, row[i].settings));
		assert_int_equal(report.warnings, row[i].want != NULL);
		if (row[i].want)
			assert_non_null(strstr(report.text, row[i].want));
	}
}

/* With a trailer an IPv6 advert has room for one address less. */
static void row_016_a_trailer_needs_room(void **state)
{
	char text[8192] = "addresses = ( \"fe80::1\"";

	(void)state;
	for (unsigned i = 1; i < 90; i++)
		snprintf(text + strlen(text), 64, ", \"2001:db8::%x\"", i);
	for (unsigned n = 90; n >= 89; n--) {
		static struct cf_source src;
		char file[9000];

		snprintf(file, sizeof file,
			 "vrrp = { keys = ( " KEY " ); instances = ( { name = \"a\"; "
			 "interface = \"eth0\"; vrid = 1; auth = { hmac_key = 1; }; %s ); } ); };",
			 text);
		cf_model_free(&model);
		assert_true(cf_source_text(&src, "f", file, strlen(file), &cf_read_file));
		assert_int_equal(cf_load(&src, &trivet_schema, trivet_cf_check, &model, &report),
				 n == 89);
		cf_source_free(&src);
		*strrchr(text, ',') = '\0';
	}
}

/* ---- files -------------------------------------------------------------------------------- */

static void write_secret(const char *path, const char *what, mode_t mode)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(what, f);
	fclose(f);
	assert_int_equal(chmod(path, mode), 0);
}

static void keys_and_passwords_in_files(void **state)
{
	static const struct { const char *what; mode_t mode; const char *want;
	} row[] = {
		{ "hex:" HEX, 0400, NULL },
		{ "hex:" HEX "\n", 0600, NULL },
		{ CHARS_32, 0440, NULL },
		{ CHARS_32 CHARS_32 "\n", 0640, NULL },
		{ CHARS_32, 0644, "may be read or written by others" },
		{ CHARS_32, 0602, "may be read or written by others" },
		{ CHARS_32, 0620, "may be written by its group" },
		{ "short", 0600, "32 to 64 bytes, this has 5" },
		{ "", 0600, "32 to 64 bytes, this has 0" },
		{ "hex:", 0600, "32 to 64 bytes, this has 0" },
		{ "hex:" HEX "zz", 0600, "hexadecimal digits" },
		{ CHARS_32 CHARS_32 "1", 0600, "this has 65" },
		{ CHARS_32 CHARS_32 CHARS_32 CHARS_32 CHARS_32 CHARS_32 CHARS_32 CHARS_32, 0600,
		  "too long for a secret" },
	};
	char path[] = "/tmp/vrrp_cf_auth_test.XXXXXX", keys[200], text[300];
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	snprintf(keys, sizeof keys, "{ id = 7; file = \"%s\"; }", path);
	for (unsigned i = 0; i < sizeof row / sizeof *row; i++) {
		write_secret(path, row[i].what, row[i].mode);
		assert_int_equal(load(keys, "auth = { hmac_key = 7; };"), row[i].want == NULL);
		if (row[i].want)
			assert_non_null(strstr(report.text, row[i].want));
		else
			assert_true(key(0)->key.len >= 32);
	}
	write_secret(path, "s3cr3t\n", 0600);
	snprintf(text, sizeof text,
		 "version = 2; auth = { type = \"text\"; password_file = \"%s\"; };", path);
	assert_true(load("", text));
	assert_memory_equal(auth()->secret, "s3cr3t\0", 8);
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0); /* is not waited for */
	assert_false(load(keys, "auth = { hmac_key = 7; };"));
	assert_non_null(strstr(report.text, "is not a regular file"));
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(without_it_there_is_none), T(a_key_alone_implies_the_type),
		T(row_140_passwords), T(what_is_refused), T(what_is_taken_with_a_warning),
		T(row_016_a_trailer_needs_room), T(keys_and_passwords_in_files),
	};

	setvbuf(stdout, NULL, _IOLBF, 0);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, clean) != 0 &&
	       getenv("TRIVET_UNDER_DRIVER") == NULL;
}
