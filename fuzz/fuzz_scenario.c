/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_scenario.c - any bytes as a scenario file, and any bytes as the configuration file of the
 * daemons.
 *
 * Holds for all: a file is taken or refused with a reason; one that is taken is written out and
 * read to the same; what the rules say of it is so. A configuration is applied to a daemon, whose
 * adverts every receiver takes. A scenario that is small is run twice, to the same end.
 *
 * The input is a scenario, or after a byte of zero a configuration.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "fuzz_cf.h"
#include "ip_wire.h"
#include "scenario.h"
#include "vrrp_packets.h"
#include "vrrpd.h"

/* What is small: a run must take milliseconds. */
#define LENGTH_MAX   SPAN_S(20)
#define PERIOD_MIN   SPAN_MS(50)
enum {
	HOSTS_MAX = 4, INSTANCES_MAX = 4, CLIENTS_MAX = 2, STEPS_MAX = 32, TIMES_MAX = 20,
	COUNT_MAX = 1000,
};

/* ---- a configuration that was taken --------------------------------------------------------- */

struct port {
	uint64_t sent;
	mono_t now;
};

static void on_send(void *ctx, uint32_t ifindex, const struct ip_addr *src,
		    const struct ip_addr *dst, const void *bytes, size_t len)
{
	struct vrrp_rx rx = { *src, *dst, VRRP_TTL, bytes, len };
	struct port *p = ctx;
	struct vrrp_msg msg;

	CHECK(ifindex != 0);
	CHECK(packet_decode(&rx, VRRP_V2_BIT | VRRP_V3_BIT, &msg) == VRRP_ACCEPTED);
	CHECK(msg.vrid != 0 && msg.count > 0 && msg.interval_cs > 0);
	p->sent++;
}

static void on_frame(void *ctx, uint32_t ifindex, const void *frame, size_t len)
{
	(void)ctx, (void)ifindex, (void)frame;
	CHECK(len > 0);
}

static void on_addr(void *ctx, uint32_t ifindex, const struct ip_prefix *prefix,
		    const struct ip_attr *attr, bool add)
{
	(void)ctx, (void)attr, (void)add;
	CHECK(ifindex != 0 && prefix->len <= 8 * ip_len(prefix->addr.family));
}

static void on_listen(void *ctx, uint32_t ifindex, uint8_t family, bool on)
{
	(void)ctx, (void)ifindex, (void)family, (void)on;
}

static void on_sync(void *ctx)
{
	(void)ctx;
}

static void on_log(void *ctx, const struct log_line *line)
{
	(void)ctx;
	CHECK(!line->values.cut);
}

static const struct vrrpd_ops ops = {
	.send = on_send, .frame = on_frame, .addr = on_addr, .listen = on_listen, .sync = on_sync,
	.log = on_log,
};

/* What vrrp_cf_check() promises to the daemon. */
static void check_instance(const struct cf_model *m, const struct vrrp_cf_instance *cf)
{
	CHECK(cf->vrid > 0 && cf->priority > 0 && cf->addresses.n > 0 && cf->interval_cs > 0);
	CHECK(cf->version == 2 ? cf->family == IP_V4 && cf->interval_cs % 100 == 0
			       : cf->interval_cs <= VRRP_INTERVAL_MAX_CS);
	uint32_t said = 0;

	for (uint32_t i = 0; i < cf->addresses.n; i++) {
		const struct vrrp_cf_address *a = vrrp_cf_address(m, cf, i);
		const struct ip_addr *addr = &a->address.addr;

		said += a->advertise;
		CHECK(!a->advertise || addr->family == cf->family);
		CHECK(ip_is_set(addr) && !ip_is_multicast(addr) && !ip_is_unspecified(addr));
	}
	CHECK(said == cf->n_advertised && said > 0 && said <= VRRP_ADDRS_MAX);
}

/* Each interface is there, with an address of each family. */
static void bring_up(struct vrrpd *d, mono_t now)
{
	vrrpd_sync_begin(d);
	for (uint32_t i = 0; i < vrrpd_n(d); i++) {
		struct vrrpd_link link = { .ifindex = 1, .up = true, .mac = { 2 } };
		struct vrrpd_address a = { 0 };

		link.name = vrrpd_cf(d, i)->interface;
		while (strcmp(vrrpd_cf(d, link.ifindex - 1)->interface, link.name) != 0)
			link.ifindex++;
		a.ifindex = link.ifindex;
		vrrpd_link(d, now, &link);
		a.prefix = (struct ip_prefix){ ip4(198, 51, 100, 1), 24 };
		vrrpd_address(d, now, &a, true);
		a.prefix = (struct ip_prefix){ { IP_V6, { 0xfe, 0x80, [14] = 0xab } }, 64 };
		vrrpd_address(d, now, &a, true);
	}
	vrrpd_sync_end(d, now);
}

static void check_configuration(const struct cf_model *m)
{
	const struct vrrp_cf *vrrp = &trivet_cf_root(m)->vrrp;
	struct port port = { .now = { 1000000000 } };
	struct vrrpd *d = vrrpd_new(&ops, &port);

	CHECK(d != NULL);
	for (uint32_t i = 0; i < vrrp->instances.n; i++)
		check_instance(m, vrrp_cf_instance(m, vrrp, i));
	CHECK(vrrpd_apply(d, port.now, m, vrrp) && vrrpd_n(d) == vrrp->instances.n);
	bring_up(d, port.now);
	for (unsigned i = 0; i < 20 && !mono_is_never(vrrpd_deadline(d)); i++) {
		port.now = mono_max(port.now, vrrpd_deadline(d));
		vrrpd_timer(d, port.now);
	}
	CHECK(vrrpd_apply(d, port.now, m, vrrp));
	vrrpd_stop(d, port.now);
	for (uint32_t i = 0; i < vrrpd_n(d); i++)
		CHECK(vrrpd_router(d, i)->state == VRRP_INITIALIZE);
	vrrpd_free(d);
}

/* ---- a scenario that was taken -------------------------------------------------------------- */

static bool is_slow(const struct cf_model *m, const struct vrrp_cf *vrrp)
{
	for (uint32_t i = 0; i < vrrp->instances.n; i++) {
		const struct vrrp_cf_instance *cf = vrrp_cf_instance(m, vrrp, i);

		if (cf->interval.ns < PERIOD_MIN.ns || cf->addresses.n > INSTANCES_MAX)
			return false;
	}
	return vrrp->instances.n <= INSTANCES_MAX;
}

static bool is_small(const struct scenario *s)
{
	const struct scenario_cf *cf = s->cf;
	bool small = cf->length.ns <= LENGTH_MAX.ns && cf->hosts.n <= HOSTS_MAX &&
		     cf->clients.n <= CLIENTS_MAX && cf->timeline.n <= STEPS_MAX;

	for (uint32_t i = 0; small && i < cf->hosts.n; i++)
		small = is_slow(&s->model, &((struct scenario_host *)cf_at(
						     &s->model, cf->hosts,
						     sizeof(struct scenario_host), i))
						    ->vrrp);
	for (uint32_t i = 0; small && i < cf->clients.n; i++)
		small = ((struct scenario_client *)cf_at(&s->model, cf->clients,
							 sizeof(struct scenario_client), i))
				->every.ns >= PERIOD_MIN.ns;
	for (uint32_t i = 0; small && i < cf->timeline.n; i++) {
		const struct scenario_step *t = cf_at(&s->model, cf->timeline, sizeof *t, i);

		small = t->times <= TIMES_MAX && t->count <= COUNT_MAX &&
			is_slow(&s->model, &t->vrrp);
	}
	return small;
}

static void check_run(const struct scenario *s)
{
	struct scenario_options options = { .seed = 1 };
	struct scenario_result one, two;

	scenario_run(s, &options, &one);
	scenario_run(s, &options, &two);
	CHECK(one.digest == two.digest && one.events == two.events && one.n == two.n);
	CHECK(scenario_ok(&one) == scenario_ok(&two));
	scenario_result_free(&one);
	scenario_result_free(&two);
}

static void check_scenario(const struct cf_model *m)
{
	struct scenario s = { *m, m->bytes };

	CHECK(s.cf->length.ns > 0 && s.cf->links.n > 0 && s.cf->hosts.n > 0);
	if (is_small(&s))
		check_run(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool configuration = size > 0 && data[0] == 0;
	const struct cf_schema *schema = configuration ? &trivet_schema : &scenario_schema;
	void (*check)(struct cf_load *l) = configuration ? trivet_cf_check : scenario_cf_check;
	static struct cf_source src;
	static struct cf_report report;
	struct cf_model model;
	bool ok;

	cf_source_text(&src, "f", (const char *)data + configuration, size - configuration,
		       &FUZZ_NO_FILES);
	ok = cf_load(&src, schema, check, &model, &report);
	fuzz_cf_check_report(&report, ok);
	if (ok) {
		fuzz_cf_check_dump(schema, check, &model);
		if (configuration)
			check_configuration(&model);
		else
			check_scenario(&model);
	}
	cf_model_free(&model);
	cf_source_free(&src);
	return 0;
}
