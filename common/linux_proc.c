/* SPDX-License-Identifier: BSD-2-Clause */
#include "linux_proc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	CMDLINE_SIZE = 4096, /* what is longer is compared as far as this */
	COMM_SIZE = 64,
	AT_A_TIME = 32,      /* processes, in a turn */
	MESSAGES_MAX = 256,  /* of the kernel, in a turn */
	BUFFER = 1 << 20,
};

#define SCAN_EVERY SPAN_S(1)
#define SCAN_PAUSE SPAN_MS(5) /* between two turns of one scan */

struct kind {
	struct proc_kind kind;
	uint32_t id, n, told;
	bool known; /* told has been told */
};

/* A process that is of a kind. */
struct member {
	int32_t pid;
	uint32_t kind; /* index */
	bool seen;     /* in the scan that is going on */
};

struct proc_watch {
	void (*counted)(void *ctx, uint32_t id, uint32_t n);
	void *ctx;
	int fd;
	bool told, blind, complete; /* complete: all have been looked at once */
	struct kind *kind;
	uint32_t n_kinds;
	struct member *member;
	uint32_t n_members, size;
	DIR *scan;      /* NULL: none is going on */
	bool again;     /* something was missed */
	mono_t scan_at; /* the next one, or its next turn */
};

/* ---- one process -------------------------------------------------------------------------- */

static bool same_args(const struct proc_kind *k, const char *args, size_t len)
{
	switch (k->match) {
	case PROC_MATCH_EXACT:
		return len == k->args_len && memcmp(args, k->args, len) == 0;
	case PROC_MATCH_INITIAL:
		return len >= k->args_len && memcmp(args, k->args, k->args_len) == 0;
	case PROC_MATCH_PARTIAL: /* without the last NUL */
		return k->args_len == 0 ||
		       (len >= k->args_len && memcmp(args, k->args, k->args_len - 1) == 0);
	}
	return false;
}

bool proc_is(const struct proc_kind *k, const char *comm, const char *cmdline, size_t len)
{
	size_t first = len > 0 ? strnlen(cmdline, len) : 0, base = first;
	size_t name = strlen(k->name);

	while (base > 0 && cmdline[base - 1] != '/')
		base--;
	if (strcmp(comm, k->name) != 0 &&
	    (first - base != name || memcmp(cmdline + base, k->name, name) != 0))
		return false;
	first += first < len; /* its NUL */
	return !k->args || same_args(k, cmdline + first, len - first);
}

/* What /proc/PID/FILE holds; -1 when it cannot be read. */
static ssize_t read_of(int32_t pid, const char *file, char *to, size_t size)
{
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof path, "/proc/%ld/%s", (long)pid, file);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return -1;
	n = read(fd, to, size);
	close(fd);
	return n;
}

static void drop(struct proc_watch *w, uint32_t i)
{
	w->kind[w->member[i].kind].n--;
	w->member[i] = w->member[--w->n_members];
}

static void forget(struct proc_watch *w, int32_t pid)
{
	for (uint32_t i = 0; i < w->n_members;)
		if (w->member[i].pid == pid)
			drop(w, i);
		else
			i++;
}

static void add(struct proc_watch *w, int32_t pid, uint32_t kind)
{
	if (w->n_members == w->size) {
		uint32_t size = w->size > 0 ? 2 * w->size : 64;
		struct member *more = realloc(w->member, size * sizeof *more);

		if (!more)
			return; /* it is found by the next scan */
		w->member = more;
		w->size = size;
	}
	w->member[w->n_members++] = (struct member){ pid, kind, true };
	w->kind[kind].n++;
}

/* Looks at it anew. */
static void look(struct proc_watch *w, int32_t pid)
{
	char comm[COMM_SIZE], cmdline[CMDLINE_SIZE];
	ssize_t n = read_of(pid, "comm", comm, sizeof comm - 1), len;

	forget(w, pid);
	if (n <= 0)
		return;
	comm[comm[n - 1] == '\n' ? n - 1 : n] = '\0';
	len = read_of(pid, "cmdline", cmdline, sizeof cmdline);
	for (uint32_t i = 0; i < w->n_kinds; i++)
		if (proc_is(&w->kind[i].kind, comm, cmdline, len > 0 ? (size_t)len : 0))
			add(w, pid, i);
}

static bool is_member(const struct proc_watch *w, int32_t pid)
{
	for (uint32_t i = 0; i < w->n_members; i++)
		if (w->member[i].pid == pid)
			return true;
	return false;
}

static void tell(struct proc_watch *w)
{
	for (uint32_t i = 0; w->complete && i < w->n_kinds; i++) {
		struct kind *k = &w->kind[i];

		if (k->known && k->told == k->n)
			continue;
		k->known = true;
		k->told = k->n;
		w->counted(w->ctx, k->id, k->n);
	}
}

/* ---- all of them -------------------------------------------------------------------------- */

static void begin_scan(struct proc_watch *w)
{
	w->again = false;
	w->scan = opendir("/proc");
	w->blind = access("/proc/1/stat", R_OK) != 0; /* hidepid: it is not ours, and not there */
	for (uint32_t i = 0; i < w->n_members; i++)
		w->member[i].seen = false;
}

static void end_scan(struct proc_watch *w)
{
	closedir(w->scan);
	w->scan = NULL;
	for (uint32_t i = 0; i < w->n_members;)
		if (!w->member[i].seen)
			drop(w, i);
		else
			i++;
	w->complete = true;
}

mono_t proc_watch_turn(struct proc_watch *w, mono_t now)
{
	if (!w->scan && (w->again || mono_due(w->scan_at, now))) {
		begin_scan(w);
		w->scan_at = now;
	}
	if (w->scan && mono_due(w->scan_at, now)) {
		for (unsigned n = 0; n < AT_A_TIME && w->scan;) {
			const struct dirent *e = readdir(w->scan);

			if (!e) {
				end_scan(w);
			} else if (e->d_name[0] >= '1' && e->d_name[0] <= '9') {
				look(w, (int32_t)strtol(e->d_name, NULL, 10));
				n++;
			}
		}
		w->scan_at = mono_add(now, SCAN_PAUSE);
		if (!w->scan)
			w->scan_at = w->told ? MONO_NEVER : mono_add(now, SCAN_EVERY);
	}
	tell(w);
	return w->again ? now : w->scan_at;
}

/* ---- what the kernel tells ---------------------------------------------------------------- */

static void on_event(struct proc_watch *w, const struct proc_event *e)
{
	switch ((unsigned)e->what) {
	case PROC_EVENT_NONE: /* the answer to what was asked for: an error or not */
		if (e->event_data.ack.err == 0 && !w->told) {
			w->told = true;
			w->again = true; /* what happened before is not told */
		}
		break;
	case PROC_EVENT_FORK: /* of a process that is of no kind, it is of none */
		if (e->event_data.fork.child_pid == e->event_data.fork.child_tgid &&
		    is_member(w, e->event_data.fork.parent_tgid))
			look(w, e->event_data.fork.child_tgid);
		break;
	case PROC_EVENT_EXEC:
		look(w, e->event_data.exec.process_tgid);
		break;
	case PROC_EVENT_COMM:
		if (e->event_data.comm.process_pid == e->event_data.comm.process_tgid)
			look(w, e->event_data.comm.process_tgid);
		break;
	case PROC_EVENT_EXIT:
		if (e->event_data.exit.process_pid == e->event_data.exit.process_tgid)
			forget(w, e->event_data.exit.process_tgid);
		break;
	default:
		break;
	}
}

static void on_message(struct proc_watch *w, const char *bytes, size_t len)
{
	const size_t head = NLMSG_HDRLEN, cn = sizeof(struct cn_msg);
	const struct nlmsghdr *m = (const void *)bytes;
	struct proc_event e = { 0 };
	struct cn_msg c;

	if (len < head + cn || m->nlmsg_len > len || m->nlmsg_type == NLMSG_ERROR)
		return;
	memcpy(&c, bytes + head, cn);
	if (c.id.idx != CN_IDX_PROC || c.id.val != CN_VAL_PROC || c.len > len - head - cn)
		return;
	memcpy(&e, bytes + head + cn, c.len < sizeof e ? c.len : sizeof e);
	on_event(w, &e);
}

void proc_watch_ready(struct proc_watch *w)
{
	char buf[1024] __attribute__((aligned(__alignof__(struct nlmsghdr))));
	struct sockaddr_nl from;

	for (unsigned i = 0; i < MESSAGES_MAX; i++) {
		socklen_t size = sizeof from;
		ssize_t n = recvfrom(w->fd, buf, sizeof buf, MSG_DONTWAIT,
				     (struct sockaddr *)&from, &size);

		if (n < 0 && errno == ENOBUFS)
			w->again = true;
		else if (n < 0 && errno != EINTR)
			break;
		else if (n > 0 && from.nl_pid == 0) /* of the kernel, not of anybody else */
			on_message(w, buf, (size_t)n);
	}
	tell(w);
}

static bool ask(int fd)
{
	struct {
		struct nlmsghdr head;
		char body[sizeof(struct cn_msg) + sizeof(enum proc_cn_mcast_op)];
	} m = { 0 };
	struct cn_msg c = {
		.id = { CN_IDX_PROC, CN_VAL_PROC }, .len = sizeof(enum proc_cn_mcast_op)
	};
	enum proc_cn_mcast_op op = PROC_CN_MCAST_LISTEN;

	m.head.nlmsg_len = NLMSG_LENGTH(sizeof m.body);
	m.head.nlmsg_type = NLMSG_DONE;
	memcpy(m.body, &c, sizeof c);
	memcpy(m.body + sizeof c, &op, sizeof op);
	return send(fd, &m, m.head.nlmsg_len, 0) == (ssize_t)m.head.nlmsg_len;
}

/* -1 where there is no such thing. */
static int open_connector(void)
{
	struct sockaddr_nl me = { .nl_family = AF_NETLINK, .nl_groups = CN_IDX_PROC };
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_CONNECTOR);
	int size = BUFFER;

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
	if (bind(fd, (struct sockaddr *)&me, sizeof me) == 0 && ask(fd))
		return fd;
	close(fd);
	return -1;
}

/* ---- life --------------------------------------------------------------------------------- */

struct proc_watch *proc_watch_new(void (*counted)(void *ctx, uint32_t id, uint32_t n), void *ctx,
				  bool poll)
{
	struct proc_watch *w = calloc(1, sizeof *w);

	if (w)
		*w = (struct proc_watch){
			.counted = counted, .ctx = ctx, .fd = poll ? -1 : open_connector(),
		};
	return w;
}

void proc_watch_free(struct proc_watch *w)
{
	if (!w)
		return;
	if (w->fd >= 0)
		close(w->fd);
	if (w->scan)
		closedir(w->scan);
	free(w->kind);
	free(w->member);
	free(w);
}

bool proc_watch_add(struct proc_watch *w, uint32_t id, const struct proc_kind *kind)
{
	struct kind *all = realloc(w->kind, (w->n_kinds + 1) * sizeof *all);

	if (!all)
		return false;
	w->kind = all;
	all[w->n_kinds++] = (struct kind){ .kind = *kind, .id = id };
	return true;
}

int proc_watch_fd(const struct proc_watch *w)
{
	return w->fd;
}

bool proc_watch_is_told(const struct proc_watch *w)
{
	return w->told;
}

bool proc_watch_is_blind(const struct proc_watch *w)
{
	return w->blind;
}
