/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scenario_cf.h - a scenario file as structs: a small network, what is done to it, and what is
 * expected to be seen. The settings are described in scenario_cf.c, and in doc/scenarios.md.
 */
#ifndef SCENARIO_CF_H
#define SCENARIO_CF_H

#include "cf.h"
#include "vrrp_cf.h"

enum { SCENARIO_STEPS_MAX = 4096 };

struct scenario_link {
	char name[CF_NAME_SIZE];
	span_t delay, jitter;
};

struct scenario_clock {
	span_t start;  /* what it shows when the world begins */
	bool fast;     /* the rate error makes it run fast, not slow */
	uint32_t rate; /* parts per million */
};

struct scenario_host {
	char name[CF_NAME_SIZE];
	char link[CF_NAME_SIZE];  /* of eth0; empty: the first */
	char second_link[CF_NAME_SIZE]; /* of eth1; empty: it has none */
	struct cf_list second_addresses; /* of eth1 */
	struct cf_list addresses; /* struct vrrp_cf_address, of its interface eth0 */
	uint8_t priority;         /* 0: as in vrrp */
	struct scenario_clock clock;
	span_t late, kernel_delay, reads_every, programs_take;
	struct cf_list tracks;    /* struct vrrp_cf_tracker */
	struct vrrp_cf vrrp;
};

struct scenario_client {
	char name[CF_NAME_SIZE];
	char link[CF_NAME_SIZE];
	struct ip_addr target;
	span_t every;
};

struct scenario_gateway {
	char name[CF_NAME_SIZE];
	struct cf_list links; /* struct scenario_name */
};

enum scenario_do {
	DO_NOTHING,
	DO_START,
	DO_STOP,
	DO_KILL,
	DO_CRASH,
	DO_PAUSE,
	DO_RESUME,
	DO_RELOAD,
	DO_CUT,
	DO_HEAL,
	DO_LOSS,
	DO_BURST,
	DO_DUPLICATE,
	DO_REORDER,
	DO_CORRUPT,
	DO_DELAY,
	DO_LINK_DOWN,
	DO_LINK_UP,
	DO_REMOVE_INTERFACE,
	DO_RESTORE_INTERFACE,
	DO_ADDRESS_ADD,
	DO_ADDRESS_REMOVE,
	DO_REFUSE_ADDRESSES,
	DO_CLOCK_RATE,
	DO_INJECT,
	DO_MEASURE,
	DO_CHAOS,
	DO_TRACK,
	DO_READER_GONE,
	DO_READER_BACK,
	DO_WALL_CLOCK,
	DO_REPLAY,
	DO_FORGE,
	DO_ROUTE_REMOVE,
	DO_REFUSE_ROUTES,
	DO_DEVICE_DOWN,
	DO_DEVICE_UP,
	DO_DEVICE_REMOVE,
};

enum scenario_expect {
	EXPECT_NOTHING, EXPECT_STATE, EXPECT_BECOMES, EXPECT_NEVER, EXPECT_ACTIVES, EXPECT_OUTAGE,
	EXPECT_DOUBLES, EXPECT_COUNTER, EXPECT_CHANGES,
};

struct scenario_name {
	char name[CF_NAME_SIZE];
};

struct scenario_bytes {
	uint16_t len;
	uint8_t bytes[1500];
};

struct scenario_step {
	span_t at;                /* from the beginning, or from `after` */
	span_t spread;            /* added, uniform in [0, spread], drawn from the seed */
	uint32_t times;           /* so often... */
	span_t every;             /* ...with this between */
	char after[CF_NAME_SIZE]; /* the `as` of another step */
	char as[CF_NAME_SIZE];
	uint8_t what;             /* enum scenario_do */
	uint8_t expect;           /* enum scenario_expect */
	char host[CF_NAME_SIZE];  /* one host... */
	struct cf_list hosts;     /* ...or several: struct scenario_name */
	struct cf_list from, to;  /* of paths; empty: all */
	char link[CF_NAME_SIZE];  /* on this; empty: on all */
	bool both_ways;
	uint32_t chance, chance_end; /* parts per million */
	span_t delay, jitter;
	struct ip_prefix address;
	uint32_t count;
	struct scenario_bytes packet;
	char interface[VRRP_IFNAME_SIZE];
	char track[CF_NAME_SIZE]; /* DO_TRACK */
	uint8_t value;
	uint8_t priority;         /* DO_RELOAD: replaces that of the host */
	struct cf_list tracks;    /* DO_RELOAD: struct vrrp_cf_tracker */
	struct vrrp_cf vrrp;      /* DO_RELOAD */
	/* What is expected. */
	char router[CF_NAME_SIZE];
	char client[CF_NAME_SIZE];
	uint8_t state;            /* enum vrrp_state */
	char why[CF_NAME_SIZE];
	char counter[CF_NAME_SIZE];
	span_t earliest, latest;  /* the window, from the step's time */
	span_t min, max;          /* EXPECT_OUTAGE */
	uint32_t least, most;     /* the number */
};

struct scenario_cf {
	char name[CF_NAME_SIZE];
	char about[512];
	span_t length;
	struct cf_list links, hosts, clients, gateways, timeline;
};

extern const struct cf_schema scenario_schema;
void scenario_cf_check(struct cf_load *l);

/* Names of what can be done and expected, as they stand in the file. */
extern const char *const scenario_do_names[];
extern const char *const scenario_expect_names[];

#endif
