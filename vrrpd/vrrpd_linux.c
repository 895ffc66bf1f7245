/* SPDX-License-Identifier: BSD-2-Clause */
#include "vrrpd_linux.h"

#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "ip_wire.h"
#include "linux_file.h"
#include "linux_net.h"
#include "linux_nl.h"
#include "vrrpd_fifo_linux.h"
#include "vrrpd_conf_linux.h"
#include "vrrpd_hook_linux.h"
#include "vrrpd_lease_linux.h"
#include "vrrpd_track_linux.h"
#include "vrrpd_vmac_linux.h"

/* A socket for one family on one interface. */
struct listener {
	struct vrrpd_linux *x;
	uint32_t ifindex;
	uint8_t family;
	int fd; /* -1: refused, and the daemon is to be told in the next turn, not from within its
		   call */
	int ah; /* a second one for Authentication Headers (IPv4); -1: they are not listened to */
	int error; /* why */
	bool local_accepted; /* by us, see conf_accept_local() */
	struct listener *next;
};

struct vrrpd_linux {
	struct loop *loop;
	struct log *log;
	struct vrrpd_runner *runner; /* of scripts */
	struct track_linux *track; /* processes */
	mono_t track_at;           /* when it is to be called */
	struct vrrpd *d;
	struct netlink *netlink;
	struct lease_linux *lease;
	struct vmac_linux *vmac;
	struct fifo_linux *fifo;
	struct listener *listeners;
	struct conf_linux conf;
	int frames; /* packet socket */
	struct net_batch *adverts; /* that go out together */
	uint32_t adverts_on;       /* this interface */
	struct file_watch *files; /* of trackers; NULL when there are none */
	struct log_limit limit_send, limit_overrun, limit_file;
	uint64_t overruns; /* that have been logged */
	struct log_line line; /* scratch */
};

/* ---- what the daemon asks for ------------------------------------------------------------- */

static struct listener *find_listener(struct vrrpd_linux *x, uint32_t ifindex, uint8_t family)
{
	struct listener *l = x->listeners;

	while (l && (l->ifindex != ifindex || l->family != family))
		l = l->next;
	return l;
}

static void write_line(struct vrrpd_linux *x, const struct log_line *line)
{
	char time[LOG_TIME_SIZE];

	log_time_now(time);
	log_write(x->log, time, line);
}

static void on_log(void *ctx, const struct log_line *line)
{
	write_line(ctx, line);
}

/* A packet that cannot be sent now is not worth a second try: the next advert is. */
static void on_send_failed(struct vrrpd_linux *x, uint32_t ifindex, const char *what)
{
	int error = errno;
	char name[IF_NAMESIZE];
	uint32_t suppressed;

	vrrpd_send_failed(x->d);
	if (!log_allow(&x->limit_send, loop_now(x->loop), SPAN_S(10), &suppressed))
		return;
	log_begin(&x->line, LOG_LEVEL_ERROR, "send-failed");
	log_text(&x->line, "what", what);
	log_text(&x->line, "interface", if_indextoname(ifindex, name) ? name : "none");
	log_text(&x->line, "error", strerror(error));
	log_uint(&x->line, "suppressed", suppressed);
	write_line(x, &x->line);
}

/* Whatever comes after an advert must not come before it. */
static void flush_adverts(struct vrrpd_linux *x)
{
	for (unsigned n = net_batch_send(x->adverts); n > 0; n--)
		on_send_failed(x, x->adverts_on, "advert");
}

static void on_send(void *ctx, uint32_t ifindex, const struct ip_addr *src,
		    const struct ip_addr *dst, const void *msg, size_t len)
{
	struct vrrpd_linux *x = ctx;
	struct listener *l = find_listener(x, ifindex, dst->family);

	errno = ENOTCONN;
	if (!l) {
		on_send_failed(x, ifindex, "advert");
		return;
	}
	if (x->adverts_on != ifindex)
		flush_adverts(x);
	x->adverts_on = ifindex;
	for (unsigned n = net_batch_add(x->adverts, l->fd, ifindex, src, dst, msg, len); n > 0; n--)
		on_send_failed(x, ifindex, "advert");
}

static void on_send_ah(void *ctx, uint32_t ifindex, const struct ip_addr *src,
		       const struct ip_addr *dst, const void *msg, size_t len)
{
	struct vrrpd_linux *x = ctx;
	struct listener *l = find_listener(x, ifindex, dst->family);

	errno = ENOTCONN;
	if (!l || !net_raw_send(l->ah, ifindex, src, dst, msg, len))
		on_send_failed(x, ifindex, "advert");
}

static void on_frame(void *ctx, uint32_t ifindex, const void *frame, size_t len)
{
	struct vrrpd_linux *x = ctx;

	flush_adverts(x);
	if (!net_frame_send(x->frames, ifindex, frame, len))
		on_send_failed(x, ifindex, "frame");
}

static void on_addr(void *ctx, uint32_t ifindex, const struct ip_prefix *prefix,
		    const struct ip_attr *attr, bool add)
{
	struct vrrpd_linux *x = ctx;

	flush_adverts(x);
	netlink_addr(x->netlink, ifindex, prefix, attr, VRRPD_ADDR_PROTO, add);
}

static void on_fib(void *ctx, const struct fib_item *item, bool add)
{
	struct vrrpd_linux *x = ctx;

	netlink_fib(x->netlink, item, VRRPD_FIB_PROTO, add);
}

static void on_sync(void *ctx)
{
	struct vrrpd_linux *x = ctx;

	netlink_sync(x->netlink);
}

static void on_device(void *ctx, const struct vrrpd_device *device)
{
	struct vrrpd_linux *x = ctx;

	vmac_linux_device(x->vmac, device);
}

static void on_lease(void *ctx, const struct lease_change *change)
{
	struct vrrpd_linux *x = ctx;

	flush_adverts(x);
	lease_linux_change(x->lease, change);
}

static void on_script(void *ctx, uint32_t run, uint32_t tracker, bool on)
{
	struct vrrpd_linux *x = ctx;

	track_linux_script(x->track, run, tracker, on);
}

static void on_fifo(void *ctx, const char *line, size_t len)
{
	struct vrrpd_linux *x = ctx;

	fifo_linux_put(x->fifo, line, len);
}

static void on_hook(void *ctx, const struct vrrpd_hook *hook)
{
	struct vrrpd_linux *x = ctx;

	hook_linux_run(x->runner, hook);
}

static void on_packet(void *ctx, const struct net_packet *p)
{
	struct listener *l = ctx;
	mono_t at = loop_arrival(l->x->loop, &p->arrival);
	struct vrrp_rx rx = {
		.src = p->src, .dst = p->dst, .ttl = p->ttl, .bytes = p->bytes, .len = p->len
	};

	if (p->bad)
		vrrpd_rx_bad(l->x->d, at, l->ifindex, VRRP_DROP_IP_HEADER);
	else
		vrrpd_rx(l->x->d, at, l->ifindex, &rx);
}

/* Other uses of the protocol are none of ours. */
static void on_ah_packet(void *ctx, const struct net_packet *p)
{
	struct listener *l = ctx;
	mono_t at = loop_arrival(l->x->loop, &p->arrival);
	struct vrrp_rx rx = {
		.src = p->src, .dst = p->dst, .ttl = p->ttl, .bytes = p->bytes, .len = p->len
	};

	if (!p->bad && vrrp_ah_is_vrrp(p->bytes, p->len))
		vrrpd_rx_ah(l->x->d, at, l->ifindex, &rx, p->id);
}

static void on_readable(void *ctx, int fd, mono_t now)
{
	struct listener *l = ctx;

	(void)now;
	if (fd == l->ah)
		net_raw_drain(fd, l->family, IP_PROTO_AH, on_ah_packet, l);
	else
		net_raw_drain(fd, l->family, IP_PROTO_VRRP, on_packet, l);
}

static void close_socket(struct vrrpd_linux *x, int *fd)
{
	if (*fd >= 0) {
		loop_unwatch(x->loop, *fd);
		close(*fd);
	}
	*fd = -1;
}

static void stop_listening(struct vrrpd_linux *x, struct listener *l)
{
	struct listener **at = &x->listeners;

	while (*at != l)
		at = &(*at)->next;
	*at = l->next;
	if (l->local_accepted)
		netlink_accept_local(l->ifindex, false);
	close_socket(x, &l->ah);
	close_socket(x, &l->fd);
	free(l);
}

/* False with the reason in l->error. */
static bool open_socket(struct vrrpd_linux *x, struct listener *l, uint8_t proto, int *fd)
{
	struct ip_addr group = vrrp_group(l->family);

	*fd = net_raw_open(l->ifindex, proto, IP_TOS_CS6, &group);
	l->error = errno;
	if (*fd >= 0 && !loop_watch(x->loop, *fd, on_readable, l)) {
		l->error = errno;
		close(*fd);
		*fd = -1;
	}
	return *fd >= 0;
}

/* Opens or closes the second socket as the configuration has it. Without it the first is of no use
 * to those who want it, and is given up: then the daemon is told, and tries again. */
static void follow_ah(struct vrrpd_linux *x, struct listener *l)
{
	bool want = l->family == IP_V4 && l->fd >= 0 && vrrpd_hears_ah(x->d, l->ifindex);

	if (!want)
		close_socket(x, &l->ah);
	else if (l->ah < 0 && !open_socket(x, l, IP_PROTO_AH, &l->ah))
		close_socket(x, &l->fd);
}

static void start_listening(struct vrrpd_linux *x, uint32_t ifindex, uint8_t family)
{
	struct listener *l = calloc(1, sizeof *l);

	CHECK(l);
	*l = (struct listener){
		.x = x, .ifindex = ifindex, .family = family, .fd = -1, .ah = -1,
		.next = x->listeners
	};
	x->listeners = l;
	open_socket(x, l, IP_PROTO_VRRP, &l->fd);
	follow_ah(x, l);
	if (l->fd >= 0 && family == IP_V4)
		l->local_accepted = conf_accept_local(&x->conf, ifindex);
}

static void on_promote(void *ctx, uint32_t ifindex, bool on)
{
	struct vrrpd_linux *x = ctx;

	conf_promote(&x->conf, ifindex, on);
}

static void on_listen(void *ctx, uint32_t ifindex, uint8_t family, bool on)
{
	struct vrrpd_linux *x = ctx;
	struct listener *l = find_listener(x, ifindex, family);

	flush_adverts(x);
	if (l && !on)
		stop_listening(x, l);
	else if (!l && on)
		start_listening(x, ifindex, family);
}

static void report_refused(struct vrrpd_linux *x)
{
	struct listener *l = x->listeners;

	while (l) {
		struct listener was = *l;

		if (was.fd < 0) {
			stop_listening(x, l);
			vrrpd_listen_failed(x->d, loop_now(x->loop), was.ifindex, was.family,
					    strerror(was.error));
		}
		l = was.fd < 0 ? x->listeners : was.next;
	}
}

static const struct vrrpd_ops ops = {
	.send = on_send,
	.send_ah = on_send_ah,
	.frame = on_frame,
	.addr = on_addr,
	.fib = on_fib,
	.listen = on_listen,
	.sync = on_sync,
	.device = on_device,
	.lease = on_lease,
	.script = on_script,
	.fifo = on_fifo,
	.promote = on_promote,
	.hook = on_hook,
	.log = on_log,
};

/* ---- what the kernel reports -------------------------------------------------------------- */

static void on_link(void *ctx, const struct netlink_link *link)
{
	struct vrrpd_linux *x = ctx;
	struct vrrpd_link l = {
		.ifindex = link->ifindex, .name = link->name, .up = link->up,
		.alone = link->alone, .enabled = link->enabled, .lower = link->lower,
		.ours = vmac_linux_is_ours(link->mark),
	};

	memcpy(l.mac, link->mac, sizeof l.mac);
	vrrpd_link(x->d, loop_now(x->loop), &l);
}

static void on_link_gone(void *ctx, uint32_t ifindex)
{
	struct vrrpd_linux *x = ctx;

	vrrpd_link_gone(x->d, loop_now(x->loop), ifindex);
}

static void on_address(void *ctx, const struct netlink_addr *a, bool present)
{
	struct vrrpd_linux *x = ctx;

	vrrpd_address(x->d, loop_now(x->loop), &(struct vrrpd_address){
		.ifindex = a->ifindex, .prefix = a->prefix, .attr = a->attr,
		.ours = a->proto == VRRPD_ADDR_PROTO, .secondary = a->secondary,
		.unusable = a->unusable }, present);
}

static void on_addr_failed(void *ctx, const struct netlink_addr *a, bool add, int error)
{
	struct vrrpd_linux *x = ctx;

	vrrpd_addr_failed(x->d, loop_now(x->loop), a->ifindex, &a->prefix, add, error,
			  strerror(error));
}

static void on_addr_waits(void *ctx, uint32_t ifindex, const struct ip_prefix *prefix)
{
	struct vrrpd_linux *x = ctx;

	vrrpd_addr_waits(x->d, ifindex, prefix);
}

static void on_fib_report(void *ctx, const struct fib_item *item, uint8_t proto, bool present)
{
	struct vrrpd_linux *x = ctx;

	vrrpd_fib(x->d, loop_now(x->loop), item, proto == VRRPD_FIB_PROTO, present);
}

static void on_fib_failed(void *ctx, const struct fib_item *item, bool add, int error)
{
	struct vrrpd_linux *x = ctx;

	vrrpd_fib_failed(x->d, loop_now(x->loop), item, add, error, strerror(error));
}

static void on_fib_waits(void *ctx, const struct fib_item *item)
{
	struct vrrpd_linux *x = ctx;

	vrrpd_fib_waits(x->d, item);
}

static void on_sync_begin(void *ctx)
{
	struct vrrpd_linux *x = ctx;

	vrrpd_sync_begin(x->d);
}

static void on_sync_end(void *ctx)
{
	struct vrrpd_linux *x = ctx;

	vrrpd_sync_end(x->d, loop_now(x->loop));
}

static void on_news_done(void *ctx)
{
	struct vrrpd_linux *x = ctx;

	vrrpd_evaluate(x->d, loop_now(x->loop));
}

static void on_lease_done(void *ctx, bool ok, const char *error_text)
{
	struct vrrpd_linux *x = ctx;

	vrrpd_lease_done(x->d, loop_now(x->loop), ok, error_text);
}

static void on_lease_removed(void *ctx)
{
	struct vrrpd_linux *x = ctx;

	vrrpd_lease_removed(x->d, loop_now(x->loop));
}

static void on_refusal_removed(void *ctx)
{
	struct vrrpd_linux *x = ctx;

	vrrpd_refusal_removed(x->d, loop_now(x->loop));
}

static void on_device_made(void *ctx, const struct netlink_link *link)
{
	struct vrrpd_linux *x = ctx;

	on_link(ctx, link);
	vrrpd_evaluate(x->d, loop_now(x->loop));
}

static void on_device_failed(void *ctx, const char *name, enum vrrpd_device_op op,
			     const char *error_text)
{
	struct vrrpd_linux *x = ctx;

	vrrpd_device_failed(x->d, loop_now(x->loop), name, op, error_text);
}

static const struct vmac_events vmac_events = {
	.link = on_device_made,
	.failed = on_device_failed,
	.log = on_log,
};

static const struct lease_events lease_events = {
	.done = on_lease_done,
	.removed = on_lease_removed,
	.refusal_removed = on_refusal_removed,
};

/* What this machine sends goes by the interface below, and its source is the address there, as long
 * as that has one in the subnet: not by the device with the virtual MAC, which comes and goes. */
static uint32_t on_metric(void *ctx, uint32_t ifindex)
{
	struct vrrpd_linux *x = ctx;

	return vmac_linux_has(x->vmac, ifindex) ? VMAC_METRIC : 0;
}

static const struct netlink_events events = {
	.link = on_link,
	.link_gone = on_link_gone,
	.addr = on_address,
	.addr_failed = on_addr_failed,
	.addr_waits = on_addr_waits,
	.fib = on_fib_report,
	.fib_failed = on_fib_failed,
	.fib_waits = on_fib_waits,
	.fib_proto = VRRPD_FIB_PROTO,
	.metric = on_metric,
	.sync_begin = on_sync_begin,
	.sync_end = on_sync_end,
	.done = on_news_done,
};

static void on_netlink(void *ctx, int fd, mono_t now)
{
	struct vrrpd_linux *x = ctx;

	(void)fd;
	(void)now;
	netlink_ready(x->netlink);
}

/* ---- tracked files ------------------------------------------------------------------------ */

static void log_file(struct vrrpd_linux *x, const struct vrrp_cf_tracker *t, const char *text)
{
	uint32_t suppressed;

	if (!log_allow(&x->limit_file, loop_now(x->loop), SPAN_S(1), &suppressed))
		return;
	log_begin(&x->line, LOG_LEVEL_WARNING, "tracker");
	log_text(&x->line, "tracker", t->name);
	log_text(&x->line, "path", t->path);
	if (suppressed > 0)
		log_uint(&x->line, "suppressed", suppressed);
	log_text(&x->line, "text", text);
	write_line(x, &x->line);
}

/* What was known of a file holds until it makes sense again: a slip of the pen moves no address. */
static void read_file(struct vrrpd_linux *x, uint32_t i)
{
	const struct vrrp_cf_tracker *t = vrrpd_tracker(x->d, i);
	int32_t value = 0;

	switch (file_read_number(t->path, &value)) {
	case FILE_NUMBER:
		vrrpd_track_value(x->d, loop_now(x->loop), i, value);
		break;
	case FILE_NUMBER_MISSING:
		if (errno != ENOENT && errno != ENOTDIR)
			log_file(x, t, "cannot be read, and counts as missing");
		vrrpd_track_value(x->d, loop_now(x->loop), i, t->missing);
		break;
	case FILE_NUMBER_BAD:
		log_file(x, t, "does not hold a whole number; what it held before counts");
		if (!vrrpd_track_known(x->d, i))
			vrrpd_track_value(x->d, loop_now(x->loop), i, t->missing);
		break;
	}
}

static void on_file_changed(void *ctx, uint32_t i)
{
	read_file(ctx, i);
}

static void on_files(void *ctx, int fd, mono_t now)
{
	struct vrrpd_linux *x = ctx;

	(void)fd;
	file_watch_ready(x->files);
	vrrpd_evaluate(x->d, now);
}

static void unwatch_files(struct vrrpd_linux *x)
{
	if (x->files)
		loop_unwatch(x->loop, file_watch_fd(x->files));
	file_watch_free(x->files);
	x->files = NULL;
}

static void watch_file(struct vrrpd_linux *x, uint32_t i)
{
	if (!x->files) {
		x->files = file_watch_new(on_file_changed, x);
		if (x->files && !loop_watch(x->loop, file_watch_fd(x->files), on_files, x)) {
			file_watch_free(x->files);
			x->files = NULL;
		}
	}
	if (!x->files || !file_watch_add(x->files, vrrpd_tracker(x->d, i)->path, i))
		log_file(x, vrrpd_tracker(x->d, i),
			 "cannot be watched: it is read now, and not again before the next reload");
}

static void on_hook_ended(void *ctx, uint32_t id, const struct runner_result *result)
{
	struct vrrpd_linux *x = ctx;

	hook_linux_ended(x->d, loop_now(x->loop), id, result);
}

static void on_hooks_lost(void *ctx)
{
	struct vrrpd_linux *x = ctx;

	vrrpd_hooks_lost(x->d);
}

bool vrrpd_linux_prepare(struct vrrpd_linux *x, const struct vrrp_cf *vrrp, struct text *why)
{
	return fifo_linux_prepare(x->fifo, &vrrp->notify_fifo, why);
}

void vrrpd_linux_applied(struct vrrpd_linux *x, bool done)
{
	fifo_linux_take(x->fifo, done);
	if (!done)
		return;
	for (struct listener *l = x->listeners; l; l = l->next)
		follow_ah(x, l);
	track_linux_applied(x->track);
	unwatch_files(x);
	for (uint32_t i = 0; i < vrrpd_trackers(x->d); i++)
		if (vrrpd_tracker(x->d, i)->type == VRRP_TRACK_FILE) {
			watch_file(x, i); /* first, so that no change is missed */
			read_file(x, i);
		}
	if (vrrpd_trackers(x->d) > 0)
		vrrpd_evaluate(x->d, loop_now(x->loop));
}

/* ---- the wall clock ----------------------------------------------------------------------- */

static void tell_wall(struct vrrpd_linux *x)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	if (t.tv_sec >= 0)
		vrrpd_wall(x->d, loop_now(x->loop),
			   (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec);
}

/* ---- life --------------------------------------------------------------------------------- */

/* Time that the machine was suspended counts: it was booted then. */
static span_t uptime(void)
{
	struct timespec ts = { 0 };

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return SPAN_NS((uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec);
}

/* One after the other: the first that cannot be had says why, in errno. */
static bool open_all(struct vrrpd_linux *x)
{
	return (x->frames = net_frame_open()) >= 0 &&
	       (x->adverts = net_batch_new()) != NULL &&
	       (x->d = vrrpd_new(&ops, x)) != NULL &&
	       (x->netlink = netlink_new(&events, x)) != NULL &&
	       (x->lease = lease_linux_new(x->loop, &lease_events, x)) != NULL &&
	       (x->vmac = vmac_linux_new(&vmac_events, x)) != NULL &&
	       (x->fifo = fifo_linux_new(x->loop, x->log, x->d)) != NULL &&
	       (x->track = track_linux_new(x->d, x->runner, x->loop, x->log)) != NULL &&
	       loop_watch(x->loop, netlink_watch_fd(x->netlink), on_netlink, x) &&
	       loop_watch(x->loop, netlink_command_fd(x->netlink), on_netlink, x);
}

struct vrrpd_linux *vrrpd_linux_new(struct loop *loop, struct log *log,
				    struct vrrpd_runner *runner)
{
	struct vrrpd_linux *x = calloc(1, sizeof *x);
	int error;

	if (!x)
		return NULL;
	x->loop = loop;
	x->conf = (struct conf_linux){ .log = on_log, .ctx = x };
	x->log = log;
	x->runner = runner;
	x->track_at = MONO_NEVER;
	if (!open_all(x)) {
		error = errno;
		vrrpd_linux_free(x);
		errno = error;
		return NULL;
	}
	vrrpd_runner_listen(runner, VRRPD_RUNS_NOTICES, &(struct vrrpd_runner_ears){
		on_hook_ended, on_hooks_lost, x });
	tell_wall(x);
	vrrpd_uptime(x->d, loop_now(loop), uptime());
	return x;
}

void vrrpd_linux_free(struct vrrpd_linux *x)
{
	if (!x)
		return;
	if (x->adverts)
		flush_adverts(x);
	while (x->listeners)
		stop_listening(x, x->listeners);
	conf_linux_free(&x->conf);
	if (x->netlink) {
		loop_unwatch(x->loop, netlink_watch_fd(x->netlink));
		loop_unwatch(x->loop, netlink_command_fd(x->netlink));
	}
	netlink_free(x->netlink);
	unwatch_files(x);
	track_linux_free(x->track);
	lease_linux_free(x->lease);
	vmac_linux_free(x->vmac);
	fifo_linux_free(x->fifo);
	if (x->frames >= 0)
		close(x->frames);
	net_batch_free(x->adverts);
	vrrpd_free(x->d);
	free(x);
}

struct vrrpd *vrrpd_linux_daemon(struct vrrpd_linux *x)
{
	return x->d;
}

bool vrrpd_linux_told(const struct vrrpd_linux *x)
{
	return vrrpd_told(x->d) && fifo_linux_written(x->fifo);
}

static void report_overruns(struct vrrpd_linux *x)
{
	uint64_t overruns = netlink_overruns(x->netlink);
	uint32_t suppressed;

	if (overruns == x->overruns ||
	    !log_allow(&x->limit_overrun, loop_now(x->loop), SPAN_S(10), &suppressed))
		return;
	x->overruns = overruns;
	log_begin(&x->line, LOG_LEVEL_WARNING, "netlink-overrun");
	log_uint(&x->line, "overruns", overruns);
	log_text(&x->line, "text",
		 "the kernel's reports came faster than they were read and some were lost: "
		 "everything is read again");
	write_line(x, &x->line);
}

mono_t vrrpd_linux_deadline(const struct vrrpd_linux *x)
{
	return x->track_at;
}

void vrrpd_linux_turn(struct vrrpd_linux *x)
{
	tell_wall(x);
	netlink_run(x->netlink);
	report_overruns(x);
	report_refused(x);
	vrrpd_gap(x->d, loop_now(x->loop), loop_gap(x->loop));
	vrrpd_timer(x->d, loop_now(x->loop));
	fifo_linux_turn(x->fifo);
	flush_adverts(x);
	lease_linux_turn(x->lease);
	x->track_at = track_linux_turn(x->track);
	vmac_linux_turn(x->vmac);
	if (!vmac_linux_waiting(x->vmac)) /* no address comes to a device that is to go down */
		netlink_add_some(x->netlink);
	if (netlink_waiting(x->netlink) || vmac_linux_waiting(x->vmac))
		loop_hurry(x->loop);
}
