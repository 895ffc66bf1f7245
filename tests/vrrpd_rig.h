/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vrrpd_rig.h - for tests: a daemon as a value between a port that writes everything down and a
 * kernel that is two tables.
 *
 * What the daemon asks for is recorded, and done when the test says so (rig_obey()): so a test may
 * also refuse it, lose it, or answer in another order. Time is a variable.
 */
#ifndef VRRPD_RIG_H
#define VRRPD_RIG_H

#include <string.h>

#include "bytes.h"
#include "cf.h"
#include "garp_wire.h"
#include "ip_text.h"
#include "unit.h"
#include "vrrpd.h"
#include "vrrpd_lease.h"

enum { RIG_FIB_MAX = 32, RIG_LINKS_MAX = 32, RIG_BYTES_MAX = 128, ETH0 = 2, ETH1 = 3 };

enum rig_kind {
	RIG_SEND, RIG_FRAME, RIG_ADDR, RIG_LISTEN, RIG_SYNC, RIG_LEASE, RIG_FIB, RIG_DEVICE,
	RIG_SCRIPT, RIG_PROMOTE
};

/* Something the daemon asked for. */
struct rig_op {
	enum rig_kind kind;
	mono_t at;
	uint32_t ifindex;
	struct ip_addr src, dst;
	uint8_t bytes[RIG_BYTES_MAX]; /* the beginning of the message or frame */
	size_t len;
	struct ip_prefix prefix;
	struct ip_attr attr;
	uint8_t family;
	bool on;   /* added; listening */
	bool done; /* by rig_obey() */
	bool ah;   /* RIG_SEND: in an Authentication Header, which bytes begins with */
	struct lease_change lease;
	uint32_t run, tracker; /* of a script */
	struct fib_item item;
	struct vrrpd_device device;
	char name[VRRP_IFNAME_SIZE]; /* of the device */
};

struct rig_line {
	enum log_level level;
	char text[1400]; /* event key=value key=value */
};

struct rig_addr {
	struct vrrpd_address a;
	bool present;
};

struct rig_link {
	struct vrrpd_link l;
	char name[VRRP_IFNAME_SIZE];
	bool present;
};

struct rig {
	struct vrrpd *d;
	mono_t now;
	bool idle; /* the kernel does nothing: rig_obey() returns at once */
	bool no_leases; /* it refuses all of those */
	bool no_devices; /* and of those */
	struct rig_op *op;
	size_t n_ops, ops_size;
	struct rig_line *line;
	size_t n_lines, lines_size;
	struct rig_link link[RIG_LINKS_MAX];
	struct rig_addr *addr;
	size_t n_addrs, addrs_size;
	struct fib_item fib[RIG_FIB_MAX]; /* those with our mark */
	size_t n_fib;
	int refuse_fib; /* the errno with which additions are refused; 0: they are not */
	char fifo[8192]; /* what was written into it since it was last forgotten */
	size_t fifo_len;
	struct rig_run {
		uint32_t id;
		char args[200]; /* all of them, each with a blank after it */
		char env[2048]; /* the same */
		span_t timeout;
	} run[64];          /* programs that were started since it was last forgotten */
	unsigned n_runs;
};

/* ---- the port ----------------------------------------------------------------------------- */

static inline void *rig_room(void *at, size_t n, size_t *size, size_t each)
{
	if (n < *size)
		return at;
	*size = *size > 0 ? 2 * *size : 64;
	at = realloc(at, *size * each);
	assert_non_null(at);
	return at;
}

static inline struct rig_op *rig_put(struct rig *r, enum rig_kind kind, uint32_t ifindex)
{
	r->op = rig_room(r->op, r->n_ops, &r->ops_size, sizeof *r->op);
	r->op[r->n_ops] = (struct rig_op){ .kind = kind, .at = r->now, .ifindex = ifindex };
	return &r->op[r->n_ops++];
}

static inline void rig_on_send(void *ctx, uint32_t ifindex, const struct ip_addr *src,
			       const struct ip_addr *dst, const void *msg, size_t len)
{
	struct rig_op *op = rig_put(ctx, RIG_SEND, ifindex);

	op->src = *src;
	op->dst = *dst;
	op->len = len;
	op->family = dst->family;
	memcpy(op->bytes, msg, len < RIG_BYTES_MAX ? len : RIG_BYTES_MAX);
}

static inline void rig_on_send_ah(void *ctx, uint32_t ifindex, const struct ip_addr *src,
				  const struct ip_addr *dst, const void *msg, size_t len)
{
	struct rig *r = ctx;

	rig_on_send(r, ifindex, src, dst, msg, len);
	r->op[r->n_ops - 1].ah = true;
}

static inline void rig_on_frame(void *ctx, uint32_t ifindex, const void *frame, size_t len)
{
	struct rig_op *op = rig_put(ctx, RIG_FRAME, ifindex);

	op->len = len;
	memcpy(op->bytes, frame, len < RIG_BYTES_MAX ? len : RIG_BYTES_MAX);
}

static inline void rig_on_addr(void *ctx, uint32_t ifindex, const struct ip_prefix *prefix,
			       const struct ip_attr *attr, bool add)
{
	struct rig_op *op = rig_put(ctx, RIG_ADDR, ifindex);

	op->prefix = *prefix;
	op->attr = *attr;
	op->on = add;
}

static inline void rig_on_listen(void *ctx, uint32_t ifindex, uint8_t family, bool on)
{
	struct rig_op *op = rig_put(ctx, RIG_LISTEN, ifindex);

	op->family = family;
	op->on = on;
}

static inline void rig_on_sync(void *ctx)
{
	rig_put(ctx, RIG_SYNC, 0);
}

static inline void rig_on_promote(void *ctx, uint32_t ifindex, bool on)
{
	rig_put(ctx, RIG_PROMOTE, ifindex)->on = on;
}

/* Only in a test that defines RIG_LEASES. */
static inline void rig_on_lease(void *ctx, const struct lease_change *change)
{
	rig_put(ctx, RIG_LEASE, change->ifindex)->lease = *change;
}

/* Only in a test that defines RIG_SCRIPTS. */
static inline void rig_on_script(void *ctx, uint32_t run, uint32_t tracker, bool on)
{
	struct rig_op *op = rig_put(ctx, RIG_SCRIPT, 0);

	op->run = run;
	op->tracker = tracker;
	op->on = on;
}

static inline void rig_on_device(void *ctx, const struct vrrpd_device *device)
{
	struct rig_op *op = rig_put(ctx, RIG_DEVICE, device->ifindex);

	op->device = *device;
	assert_true(text_copy(op->name, sizeof op->name, device->name));
}

/* Only in a test that defines RIG_ROUTES. */
static inline void rig_on_fib(void *ctx, const struct fib_item *item, bool add)
{
	struct rig_op *op = rig_put(ctx, RIG_FIB, 0);

	op->item = *item;
	op->on = add;
}

static inline void rig_on_fifo(void *ctx, const char *line, size_t len)
{
	struct rig *r = ctx;

	assert_true(len > 0 && len < sizeof r->fifo - r->fifo_len);
	assert_true(line[len - 1] == '\n');
	memcpy(r->fifo + r->fifo_len, line, len);
	r->fifo_len += len;
	r->fifo[r->fifo_len] = '\0';
}

static inline void rig_list(char *to, size_t size, const char *list, size_t len)
{
	size_t at = strlen(to);

	assert_true(len == 0 || list[len - 1] == '\0');
	assert_true(at + len < size);
	for (size_t i = 0; i < len; i++)
		to[at++] = list[i] == '\0' ? ' ' : list[i];
	to[at] = '\0';
}

static inline void rig_on_hook(void *ctx, const struct vrrpd_hook *hook)
{
	struct rig *r = ctx;
	struct rig_run *run = &r->run[r->n_runs++];

	assert_true(r->n_runs <= sizeof r->run / sizeof *r->run);
	*run = (struct rig_run){ .id = hook->id, .timeout = hook->timeout };
	rig_list(run->args, sizeof run->args, hook->args, hook->args_len);
	rig_list(run->args, sizeof run->args, hook->more, hook->more_len);
	rig_list(run->env, sizeof run->env, hook->env, hook->env_len);
}

static inline void rig_on_log(void *ctx, const struct log_line *line)
{
	struct rig *r = ctx;
	struct text t;

	r->line = rig_room(r->line, r->n_lines, &r->lines_size, sizeof *r->line);
	r->line[r->n_lines].level = line->level;
	t = text_open(r->line[r->n_lines].text, sizeof r->line->text);
	text_put(&t, line->event);
	for (unsigned i = 0; i < line->n; i++)
		text_fmt(&t, " %s=%s", line->field[i].key, log_value(line, i));
	assert_false(t.cut);
	r->n_lines++;
}

static const struct vrrpd_ops rig_ops = {
	.send = rig_on_send, .send_ah = rig_on_send_ah, .frame = rig_on_frame,
	.addr = rig_on_addr, .listen = rig_on_listen, .sync = rig_on_sync,
	.device = rig_on_device, .fifo = rig_on_fifo, .hook = rig_on_hook,
	.promote = rig_on_promote, .log = rig_on_log,
#ifdef RIG_SCRIPTS
	.script = rig_on_script,
#endif
#ifdef RIG_LEASES
	.lease = rig_on_lease,
#endif
#ifdef RIG_ROUTES
	.fib = rig_on_fib,
#endif
};

/* ---- the kernel --------------------------------------------------------------------------- */

static inline struct ip_prefix rig_prefix(const char *text)
{
	struct ip_prefix prefix;

	assert_true(ip_parse_prefix(text, &prefix));
	return prefix;
}

static inline struct ip_addr rig_ip(const char *text)
{
	struct ip_addr addr;

	assert_true(ip_parse(text, &addr));
	return addr;
}

static inline void rig_report_link(struct rig *r, uint32_t ifindex)
{
	struct rig_link *l = &r->link[ifindex];

	l->l.name = l->name;
	if (l->present)
		vrrpd_link(r->d, r->now, &l->l);
	else
		vrrpd_link_gone(r->d, r->now, ifindex);
}

static inline void rig_write_link(struct rig *r, uint32_t ifindex, const char *name, bool up)
{
	struct rig_link *l = &r->link[ifindex];
	const uint8_t mac[6] = { 0x02, 0, 0, 0, 0, (uint8_t)ifindex };

	assert_true(ifindex > 0 && ifindex < RIG_LINKS_MAX);
	if (!l->present)
		memcpy(l->l.mac, mac, 6);
	l->present = true;
	l->l.ifindex = ifindex;
	l->l.up = up;
	assert_true(text_copy(l->name, sizeof l->name, name));
}

/* Bits of the flags of an address. */
enum { RIG_OURS = 1, RIG_SECONDARY = 2, RIG_UNUSABLE = 4 };

/* The address's row, which is made if there is none. */
static inline struct rig_addr *rig_write_addr(struct rig *r, uint32_t ifindex,
					      const struct ip_prefix *prefix, unsigned flags,
					      bool present)
{
	struct rig_addr *row = NULL;

	for (size_t i = 0; i < r->n_addrs && !row; i++)
		if (r->addr[i].a.ifindex == ifindex && r->addr[i].a.prefix.len == prefix->len &&
		    ip_eq(&r->addr[i].a.prefix.addr, &prefix->addr))
			row = &r->addr[i];
	if (!row) {
		r->addr = rig_room(r->addr, r->n_addrs, &r->addrs_size, sizeof *r->addr);
		row = &r->addr[r->n_addrs++];
	} else if (!present) {
		flags = row->a.ours ? RIG_OURS : 0;
	}
	*row = (struct rig_addr){ {
		.ifindex = ifindex, .prefix = *prefix, .ours = (flags & RIG_OURS) != 0,
		.secondary = (flags & RIG_SECONDARY) != 0,
		.unusable = (flags & RIG_UNUSABLE) != 0 }, present };
	return row;
}

/* The same, of which the daemon is not told. */
static inline void rig_set(struct rig *r, uint32_t ifindex, const char *text, unsigned flags,
			   bool present)
{
	struct ip_prefix prefix = rig_prefix(text);

	rig_write_addr(r, ifindex, &prefix, flags, present);
}

static inline void rig_report_addr(struct rig *r, const struct rig_addr *row)
{
	vrrpd_address(r->d, r->now, &row->a, row->present);
}

/* Everything there is, as the daemon asked for it. */
static inline void rig_sync(struct rig *r)
{
	vrrpd_sync_begin(r->d);
	for (uint32_t i = 1; i < RIG_LINKS_MAX; i++)
		if (r->link[i].present)
			rig_report_link(r, i);
	for (size_t i = 0; i < r->n_addrs; i++)
		if (r->addr[i].present && r->link[r->addr[i].a.ifindex].present)
			rig_report_addr(r, &r->addr[i]);
	for (size_t i = 0; i < r->n_fib; i++)
		vrrpd_fib(r->d, r->now, &r->fib[i], true, true);
	for (size_t i = 0; i < r->n_ops; i++)
		if (r->op[i].kind == RIG_FIB && r->op[i].on && !r->op[i].done)
			vrrpd_fib_waits(r->d, &r->op[i].item);
	vrrpd_sync_end(r->d, r->now);
}

/* A device: found by its name, or made with an index that nobody has. */
static inline uint32_t rig_device(struct rig *r, const struct vrrpd_device *what, const char *name)
{
	uint32_t i = 1;

	for (i = 1; i < RIG_LINKS_MAX; i++)
		if (r->link[i].present && strcmp(r->link[i].name, name) == 0)
			break;
	for (uint32_t k = RIG_LINKS_MAX - 1; i == RIG_LINKS_MAX && k > 0; k--)
		if (!r->link[k].present)
			i = k;
	if (!r->link[i].present)
		r->link[i].l.enabled = false;
	rig_write_link(r, i, name, r->link[i].l.enabled);
	memcpy(r->link[i].l.mac, what->mac, 6);
	r->link[i].l.ours = true;
	r->link[i].l.lower = what->lower;
	return i;
}

static inline void rig_do_device(struct rig *r, const struct rig_op *op)
{
	uint32_t i = op->ifindex;

	if (r->no_devices) {
		vrrpd_device_failed(r->d, r->now, op->name, op->device.op, "refused");
		return;
	}
	if (op->device.op == VRRPD_DEVICE_MAKE)
		i = rig_device(r, &op->device, op->name);
	else if (op->device.op == VRRPD_DEVICE_REMOVE)
		r->link[i].present = false;
	else
		r->link[i].l.enabled = r->link[i].l.up = op->device.op == VRRPD_DEVICE_UP;
	rig_report_link(r, i);
	for (size_t k = 0; k < r->n_addrs; k++) {
		struct rig_addr *row = &r->addr[k];

		if (row->a.ifindex != i || !row->present || op->device.op < VRRPD_DEVICE_DOWN ||
		    (op->device.op == VRRPD_DEVICE_DOWN && row->a.prefix.addr.family == IP_V4))
			continue;
		row->present = false;
		if (r->link[i].present)
			rig_report_addr(r, row);
	}
	vrrpd_evaluate(r->d, r->now);
}

/* The place of a route or rule in the kernel's table; NULL when it is not there. */
static inline struct fib_item *rig_fib(struct rig *r, const struct fib_item *item)
{
	for (size_t i = 0; i < r->n_fib; i++)
		if (fib_same(&r->fib[i], item))
			return &r->fib[i];
	return NULL;
}

/* Somebody removes it; the daemon is told if `told`. */
static inline void rig_fib_remove(struct rig *r, struct fib_item item, bool told)
{
	struct fib_item *at = rig_fib(r, &item);

	assert_non_null(at);
	*at = r->fib[--r->n_fib];
	if (told)
		vrrpd_fib(r->d, r->now, &item, true, false);
	if (told)
		vrrpd_evaluate(r->d, r->now);
}

static inline void rig_obey_fib(struct rig *r, const struct rig_op *op)
{
	int error = op->on ? (r->refuse_fib != 0 ? r->refuse_fib
			      : rig_fib(r, &op->item)
				      ? 17 /* EEXIST */
				      : 0)
		    : rig_fib(r, &op->item) ? 0
					    : 3; /* ESRCH */

	if (error != 0) {
		vrrpd_fib_failed(r->d, r->now, &op->item, op->on, error, "refused");
	} else if (op->on) {
		assert_true(r->n_fib < RIG_FIB_MAX);
		r->fib[r->n_fib++] = op->item;
		vrrpd_fib(r->d, r->now, &op->item, true, true);
		vrrpd_evaluate(r->d, r->now);
	} else {
		rig_fib_remove(r, op->item, true);
	}
}

/* Does what was asked for and not done yet, until nothing is left. */
static inline void rig_obey(struct rig *r)
{
	for (size_t i = 0; i < r->n_ops && !r->idle; i++) {
		struct rig_op op;

		if (r->op[i].done)
			continue;
		op = r->op[i];
		r->op[i].done = true;
		if (op.kind == RIG_ADDR) {
			struct rig_addr *a =
				rig_write_addr(r, op.ifindex, &op.prefix, RIG_OURS, op.on);

			a->a.attr = op.attr;
			rig_report_addr(r, a);
			vrrpd_evaluate(r->d, r->now);
		} else if (op.kind == RIG_FIB) {
			rig_obey_fib(r, &op);
		} else if (op.kind == RIG_SYNC) {
			rig_sync(r);
		} else if (op.kind == RIG_DEVICE) {
			rig_do_device(r, &op);
		} else if (op.kind == RIG_LEASE && op.lease.kind == LEASE_COMMIT) {
			vrrpd_lease_done(r->d, r->now, !r->no_leases, "refused");
		}
	}
}

/* Somebody else changes a link or an address; the daemon is told, and obeyed. */
static inline void rig_link(struct rig *r, uint32_t ifindex, const char *name, bool up)
{
	rig_write_link(r, ifindex, name, up);
	rig_report_link(r, ifindex);
	vrrpd_evaluate(r->d, r->now);
	rig_obey(r);
}

static inline void rig_link_gone(struct rig *r, uint32_t ifindex)
{
	r->link[ifindex].present = false;
	for (size_t i = 0; i < r->n_addrs; i++)
		if (r->addr[i].a.ifindex == ifindex)
			r->addr[i].present = false;
	rig_report_link(r, ifindex);
	vrrpd_evaluate(r->d, r->now);
	rig_obey(r);
}

static inline void rig_addr(struct rig *r, uint32_t ifindex, const char *text, unsigned flags,
			    bool present)
{
	struct ip_prefix prefix = rig_prefix(text);

	rig_report_addr(r, rig_write_addr(r, ifindex, &prefix, flags, present));
	vrrpd_evaluate(r->d, r->now);
	rig_obey(r);
}

/* Whether the kernel has the address. */
static inline bool rig_has(const struct rig *r, uint32_t ifindex, const char *text)
{
	struct ip_prefix prefix = rig_prefix(text);

	for (size_t i = 0; i < r->n_addrs; i++)
		if (r->addr[i].present && r->addr[i].a.ifindex == ifindex &&
		    r->addr[i].a.prefix.len == prefix.len &&
		    ip_eq(&r->addr[i].a.prefix.addr, &prefix.addr))
			return true;
	return false;
}

/* ---- time --------------------------------------------------------------------------------- */

/* Runs what is due until `until`, each at its time, and obeys. */
static inline void rig_until(struct rig *r, mono_t until)
{
	while (mono_due(vrrpd_deadline(r->d), until)) {
		r->now = mono_max(r->now, vrrpd_deadline(r->d));
		vrrpd_timer(r->d, r->now);
		rig_obey(r);
	}
	r->now = until;
}

static inline void rig_run(struct rig *r, span_t span)
{
	rig_until(r, mono_add(r->now, span));
}

/* ---- configuration ------------------------------------------------------------------------ */

/* The file that has these instances. */
#define RIG_FILE(instances) "vrrp = { instances = (" instances "); };"
#define RIG_ROUTER(name, iface, vrid, settings, addresses) \
	"{ name = \"" name "\"; interface = \"" iface "\"; vrid = " #vrid "; " settings \
	" addresses = (" addresses "); }"
#define RIG_WEB_ADDR "10.0.0.100/24"
#define RIG_WEB      RIG_ROUTER("web", "eth0", 51, "", "\"" RIG_WEB_ADDR "\"")
#define RIG_WEB_WITH(settings) RIG_ROUTER("web", "eth0", 51, settings, "\"" RIG_WEB_ADDR "\"")
#define RIG_SIX_ADDR "fe80::51/64"
#define RIG_SIX      RIG_ROUTER("six", "eth0", 51, "", "\"" RIG_SIX_ADDR "\"")

static inline bool rig_load(const char *text, struct cf_model *m, struct cf_report *report)
{
	struct cf_source src;
	bool good;

	assert_true(cf_source_text(&src, "test", text, strlen(text), &cf_read_file));
	good = cf_load(&src, &trivet_schema, trivet_cf_check, m, report);
	cf_source_free(&src);
	return good;
}

static inline void rig_apply(struct rig *r, const char *text)
{
	static struct cf_report report;
	struct cf_model m;

	if (!rig_load(text, &m, &report))
		fail_msg("%s", report.text);
	assert_true(vrrpd_apply(r->d, r->now, &m, &trivet_cf_root(&m)->vrrp));
	cf_model_free(&m);
}

/* A daemon without a configuration, at ten seconds. */
static inline void rig_open(struct rig *r)
{
	*r = (struct rig){ .now = { 10000000000 } };
	r->d = vrrpd_new(&rig_ops, r);
	assert_non_null(r->d);
}

/* One with this configuration, on a machine with eth0, 10.0.0.1/24 and fe80::1/64. */
static inline void rig_start(struct rig *r, const char *text)
{
	rig_open(r);
	rig_write_link(r, ETH0, "eth0", true);
	rig_set(r, ETH0, "10.0.0.1/24", 0, true);
	rig_set(r, ETH0, "fe80::1/64", 0, true);
	rig_apply(r, text);
	rig_obey(r);
}

static inline void rig_close(struct rig *r)
{
	vrrpd_free(r->d);
	free(r->op);
	free(r->line);
	free(r->addr);
}

/* ---- looking ------------------------------------------------------------------------------ */

static inline void rig_forget(struct rig *r)
{
	r->n_ops = r->n_lines = r->fifo_len = r->n_runs = 0;
	r->fifo[0] = '\0';
}

static inline size_t rig_count(const struct rig *r, enum rig_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_ops; i++)
		n += r->op[i].kind == kind;
	return n;
}

/* The n-th of a kind, from 0; NULL when there are not so many. */
static inline const struct rig_op *rig_op(const struct rig *r, enum rig_kind kind, size_t n)
{
	for (size_t i = 0; i < r->n_ops; i++)
		if (r->op[i].kind == kind && n-- == 0)
			return &r->op[i];
	return NULL;
}

/* How often the address was asked to be added, or removed. */
static inline size_t rig_asked(const struct rig *r, const char *text, bool add)
{
	struct ip_prefix prefix = rig_prefix(text);
	size_t n = 0;

	for (size_t i = 0; i < r->n_ops; i++)
		n += r->op[i].kind == RIG_ADDR && r->op[i].on == add &&
		     r->op[i].prefix.len == prefix.len &&
		     ip_eq(&r->op[i].prefix.addr, &prefix.addr);
	return n;
}

/* How often the address was announced. */
static inline size_t rig_announced(const struct rig *r, const char *text)
{
	struct ip_addr addr = rig_ip(text);
	struct garp garp;
	size_t n = 0;

	for (size_t i = 0; i < r->n_ops; i++)
		n += r->op[i].kind == RIG_FRAME &&
		     garp_decode(r->op[i].bytes, r->op[i].len, &garp) && ip_eq(&garp.addr, &addr);
	return n;
}

/* Adverts sent with this priority. */
static inline size_t rig_sent(const struct rig *r, uint8_t priority)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_ops; i++)
		n += r->op[i].kind == RIG_SEND && r->op[i].bytes[2] == priority;
	return n;
}

static inline bool rig_is(const char *text, const char *event)
{
	size_t len = strlen(event);

	return strncmp(text, event, len) == 0 && (text[len] == ' ' || text[len] == '\0');
}

static inline size_t rig_lines(const struct rig *r, const char *event)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_lines; i++)
		n += rig_is(r->line[i].text, event);
	return n;
}

/* The last line of this event, "" when there is none. */
static inline const char *rig_line(const struct rig *r, const char *event)
{
	for (size_t i = r->n_lines; i-- > 0;)
		if (rig_is(r->line[i].text, event))
			return r->line[i].text;
	return "";
}

/* Whether the last line of the event has this piece. */
static inline bool rig_says(const struct rig *r, const char *event, const char *piece)
{
	return strstr(rig_line(r, event), piece) != NULL;
}

static inline uint32_t rig_find(const struct rig *r, const char *router)
{
	for (uint32_t i = 0; i < vrrpd_n(r->d); i++)
		if (strcmp(vrrpd_name(r->d, i), router) == 0)
			return i;
	fail_msg("there is no router %s", router);
	return 0;
}

static inline const struct vrrp *rig_router(const struct rig *r, const char *router)
{
	return vrrpd_router(r->d, rig_find(r, router));
}

static inline enum vrrp_state rig_state(const struct rig *r, const char *router)
{
	return rig_router(r, router)->state;
}

static inline const struct vrrpd_counters *rig_counters(const struct rig *r, const char *router)
{
	return vrrpd_counters(r->d, rig_find(r, router));
}

/* ---- packets ------------------------------------------------------------------------------ */

/* What an advert says. Zero means: from 10.0.0.2, version 3, VRID 51, one second, RIG_WEB_ADDR, the
 * checksum of the message alone. */
struct rig_advert {
	uint8_t priority, vrid, version, ttl;
	uint32_t interval_cs, ifindex;
	const char *src, *addr;
	enum vrrp_csum csum;
};

static inline enum vrrp_drop rig_rx(struct rig *r, struct rig_advert a)
{
	struct ip_addr src = rig_ip(a.src ? a.src : "10.0.0.2"), group = vrrp_group(src.family);
	struct ip_addr addr = rig_ip(a.addr ? a.addr : src.family == IP_V4 ? "10.0.0.100" :
									      "fe80::51");
	struct vrrp_msg msg = {
		.version = a.version ? a.version : 3, .vrid = a.vrid ? a.vrid : 51,
		.priority = a.priority, .interval_cs = a.interval_cs ? a.interval_cs : 100,
		.csum = src.family == IP_V6 ? VRRP_CSUM_PSEUDO : a.csum, .family = src.family,
		.count = 1, .addrs = addr.b,
	};
	uint8_t bytes[64];
	struct vrrp_rx rx = {
		.src = src, .dst = group, .ttl = a.ttl ? a.ttl : VRRP_TTL, .bytes = bytes,
		.len = vrrp_encode(&msg, &src, &group, bytes, sizeof bytes),
	};
	enum vrrp_drop drop;

	assert_true(rx.len > 0);
	drop = vrrpd_rx(r->d, r->now, a.ifindex ? a.ifindex : ETH0, &rx);
	rig_obey(r);
	return drop;
}

static inline enum vrrp_drop rig_hear(struct rig *r, uint8_t priority)
{
	return rig_rx(r, (struct rig_advert){ .priority = priority });
}

/* Lets nobody be heard until all routers are Active, and a while more, until all is announced. */
static inline void rig_activate(struct rig *r)
{
	rig_run(r, SPAN_S(20));
	for (uint32_t i = 0; i < vrrpd_n(r->d); i++)
		assert_int_equal(vrrpd_router(r->d, i)->state, VRRP_ACTIVE);
	rig_forget(r);
}

/* Answers the oldest request for an address that has not been answered, which must be to add it or
 * to remove it, with an error. */
static inline void rig_refuse(struct rig *r, bool add, int error)
{
	struct rig_op *op = NULL;

	for (size_t i = 0; i < r->n_ops && !op; i++)
		if (r->op[i].kind == RIG_ADDR && !r->op[i].done)
			op = &r->op[i];
	assert_non_null(op);
	assert_int_equal(op->on, add);
	op->done = true;
	vrrpd_addr_failed(r->d, r->now, op->ifindex, &op->prefix, add, error, "refused");
}

#endif
