/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * host.h - a simulated machine: a clock, a kernel, and a vrrpd that is the same code as on Linux,
 * over another backend.
 *
 * The daemon runs as on Linux: woken by a packet or a deadline, it takes all packets that have
 * arrived, with their times of arrival, then what the kernel reports, and only then runs its
 * deadlines.
 */
#ifndef HOST_H
#define HOST_H

#include "host_program.h"
#include "host_script.h"
#include "kern.h"
#include "reader.h"
#include "vrrpd.h"

struct net_link;
struct world;

/* A clock that may run fast or slow. Local time is what the daemon sees. */
struct host_clock {
	mono_t true_at, local_at; /* both were so at the same moment */
	int32_t ppm;              /* how much faster than true time it runs */
};

enum host_daemon {
	DAEMON_NONE,
	DAEMON_RUNNING,
	DAEMON_PAUSED, /* stopped by the scheduler: packets queue up */
	DAEMON_LEAVING, /* told to stop, until its addresses have gone */
};

/* A frame that waits in a socket because the daemon does not run. */
struct host_waiting {
	uint32_t iface, frame;
	mono_t at; /* local */
};

/* What the machine has for a tracker, by its name, and keeps: the file that one of type file reads;
 * how a script of type script ends, and after which time; how many
 * processes there are. Not said: as many as there should be. */
struct host_track {
	char name[CF_NAME_SIZE];
	int32_t value;
	span_t takes;
};

/* A frame with an advert, as somebody on the link recorded it. */
struct host_said {
	uint32_t len;
	uint8_t bytes[256];
};

enum { HOST_SAID_MAX = 32 };

enum { HOST_WAITING_MAX = 512, HOST_NAME_SIZE = 64, HOST_TRACKS_MAX = 16 };

struct host {
	struct world *w;
	char name[HOST_NAME_SIZE];
	uint32_t id;
	struct host_clock clock;
	struct kern kern;
	bool powered;
	mono_t booted_at; /* by its clock */
	enum host_daemon daemon;
	struct vrrpd *d;
	uint32_t serial;  /* of the daemon: which of its lives this is */
	int64_t wall_ahead; /* ns: of its wall clock, of what is right */
	span_t late;      /* timers are served late by up to this */
	uint64_t wakes;
	struct host_waiting waiting[HOST_WAITING_MAX];
	uint32_t n_waiting;
	uint64_t overflowed; /* frames that did not fit in the socket */
	bool sync_wanted, lease_asked;
	uint32_t cleaned; /* serial of the daemon that has seen to what an earlier one refused */
	struct host_track track[HOST_TRACKS_MAX];
	uint32_t n_tracks;
	struct host_scripts scripts;
	struct host_said said[HOST_SAID_MAX]; /* the adverts it sent last: a ring */
	uint32_t n_said;
	struct reader reader;
	struct host_programs programs;
};

void host_free(struct host *h);

/* Gives it an interface on a link, as a port; the number of the interface. */
uint32_t host_add_iface(struct host *h, const char *name, struct net_link *link);
/* An address of the network configuration. */
void host_configure_addr(struct host *h, uint32_t iface, const struct ip_prefix *prefix);

mono_t host_local(const struct host *h, mono_t true_time);
/* The first true time at which the host's clock shows `local` or later. */
mono_t host_true(const struct host *h, mono_t local);
mono_t host_now(const struct host *h);
void host_set_rate(struct host *h, int32_t ppm);

/* Powers the machine on if it is off, and starts the daemon with this configuration. */
void host_start(struct host *h, const struct cf_model *m, const struct vrrp_cf *vrrp);
void host_reload(struct host *h, const struct cf_model *m, const struct vrrp_cf *vrrp);
void host_stop(struct host *h);   /* the daemon, properly */
void host_kill(struct host *h);   /* the daemon, at once: the kernel keeps what it has */
void host_crash(struct host *h);  /* the machine */
void host_pause(struct host *h);
void host_resume(struct host *h);
void host_set_link(struct host *h, uint32_t iface, bool up);
/* Removes the interface, or makes it anew with another index. */
void host_remove_iface(struct host *h, uint32_t iface);
void host_restore_iface(struct host *h, uint32_t iface);
/* Its wall clock shows so much more than it should from now on. */
void host_set_wall(struct host *h, int64_t ahead_ns);
/* Somebody who has recorded the adverts that it sent last, and who is where it is, sends them
 * again; forged: with another priority, and a checksum to go with it. */
void host_replay(struct host *h, bool forged);
/* Somebody sets the devices of the daemon up or down, or removes them. */
void host_meddle(struct host *h, enum vrrpd_device_op op);
/* Somebody writes the file of a tracker, or what its script looks at changes. */
void host_set_track(struct host *h, const char *name, int32_t value, span_t takes);
/* What it holds, if anybody has written it. */
const struct host_track *host_track(const struct host *h, const char *name);
/* Who reads the FIFO goes, or comes back. */
void host_set_reader(struct host *h, bool gone);
/* Somebody else on the machine adds or removes an address. */
void host_foreign_addr(struct host *h, uint32_t iface, const struct ip_prefix *prefix, bool add);

/* Somebody else on the machine removes the routes to a destination. */
void host_remove_routes(struct host *h, const struct ip_prefix *to);

/* Called by the world. */
void host_on_frame(struct host *h, uint32_t iface, uint32_t frame);
void host_on_kernel(struct host *h);
void host_on_sync(struct host *h, uint32_t serial);
void host_on_wake(struct host *h);
void host_on_script(struct host *h, uint32_t ticket);
void host_on_read(struct host *h);
/* Lets the reader of the FIFO read: at once, or when its time comes. */
void host_let_read(struct host *h);
void host_on_program(struct host *h, uint32_t ticket);

/* Whether it answers for the address on that interface (ARP, ND)... */
bool host_answers(const struct host *h, uint32_t iface, const struct ip_addr *addr);
/* ...and if so, with which MAC address; otherwise NULL. */
const uint8_t *host_mac_of(const struct host *h, uint32_t iface, const struct ip_addr *addr);

#endif
