/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trivet replay: feeds captured packets to the vrrpd that runs on Linux and in the simulator, as a
 * router that only listens, and prints what it makes of each, and what states it goes through. Time
 * is the capture's.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "capture.h"
#include "cf_child.h"
#include "check.h"
#include "ctl.h"
#include "ip_text.h"
#include "ip_wire.h"
#include "vrrpd.h"

const char ctl_replay_usage[] =
	"usage: trivet replay CAPTURE [options]\n"
	"Feeds the VRRP packets of a capture to a router that listens, and prints a verdict on "
	"each -\n"
	"accepted, or why it was refused - and each change of state, with its time.\n"
	"\n"
	"Without a configuration it takes part in every group it finds in the capture, with "
	"priority 1\n"
	"and without preempting, so that it follows whoever is Active, and becomes Active itself "
	"when\n"
	"nobody is heard any more.\n"
	"\n"
	"  -f FILE           be the virtual routers of this configuration instead\n"
	"  --interface NAME  of FILE: those on this interface [the only one]\n"
	"  --source ADDRESS  send, and so settle ties, from this address [the lowest]\n"
	"  --priority N      in place of 1; not with -f\n"
	"  --preempt         preempt; not with -f\n"
	"  --quiet           only changes of state and the sums\n"
	"\n"
	"Exit status: 0 read to the end, 1 the capture is damaged or has no packet, 2 it cannot be "
	"read\n"
	"at all.\n";

enum { GROUPS_MAX = 1024 };

/* A group found in the capture. */
struct group {
	uint16_t vlan;
	struct vrrp_cf_instance cf;
};

struct replay {
	const char *file, *config, *interface;
	struct ip_addr source;
	unsigned long long priority;
	int preempt, quiet, help;
	struct capture *capture;
	struct vrrpd *d;
	struct group group[GROUPS_MAX];
	uint32_t n_groups;
	bool by_vlan;          /* each VLAN is an interface; or else all frames come in on one */
	mono_t now;
	uint64_t first_ns, packets;
	uint64_t verdicts[VRRP_DROP_N], unheard;
};

/* The clock of the listening router shows this when the capture begins. */
#define BEGIN SPAN_S(1000)
/* The longest gap between packets in which time is taken step by step. */
#define LEAP SPAN_S(86400)

static double seconds(const struct replay *r)
{
	return (double)mono_since(r->now, (mono_t){ BEGIN.ns }).ns / 1e9;
}

/* ---- the daemon's port: nothing leaves ---------------------------------------------------- */

static void no_send(void *ctx, uint32_t ifindex, const struct ip_addr *src,
		    const struct ip_addr *dst, const void *msg, size_t len)
{
	(void)ctx, (void)ifindex, (void)src, (void)dst, (void)msg, (void)len;
}

static void no_frame(void *ctx, uint32_t ifindex, const void *frame, size_t len)
{
	(void)ctx, (void)ifindex, (void)frame, (void)len;
}

static void no_addr(void *ctx, uint32_t ifindex, const struct ip_prefix *prefix,
		    const struct ip_attr *attr, bool add)
{
	(void)ctx, (void)ifindex, (void)prefix, (void)attr, (void)add;
}

static void no_listen(void *ctx, uint32_t ifindex, uint8_t family, bool on)
{
	(void)ctx, (void)ifindex, (void)family, (void)on;
}

static void no_sync(void *ctx)
{
	(void)ctx;
}

static const char *field(const struct log_line *line, const char *key)
{
	for (unsigned i = 0; i < line->n; i++)
		if (strcmp(line->field[i].key, key) == 0)
			return log_value(line, i);
	return "";
}

static void on_log(void *ctx, const struct log_line *line)
{
	const struct replay *r = ctx;

	if (strcmp(line->event, "state") == 0)
		printf("%12.6f  -- %s: %s -> %s (%s)%s%s\n", seconds(r), field(line, "vrrp"),
		       field(line, "from"), field(line, "to"), field(line, "why"),
		       *field(line, "active") ? " Active is " : "", field(line, "active"));
}

static const struct vrrpd_ops ops = {
	.send = no_send, .send_ah = no_send, .frame = no_frame, .addr = no_addr,
	.listen = no_listen, .sync = no_sync,
	.log = on_log,
};

/* ---- packets ------------------------------------------------------------------------------ */

/* What arrives in an IP Authentication Header is of another IP protocol: the kernel gives it to
 * nobody who listens to VRRP alone. A capture of RFC 2338's second kind of authentication shows
 * it. */
enum kind { NOT_VRRP, VRRP_SOUND, VRRP_BAD, VRRP_UNHEARD };

static const char unheard_name[] = "authentication-header";

struct seen {
	uint16_t vlan;
	struct vrrp_rx rx; /* the message... */
	struct vrrp_rx ah; /* ...and from its Authentication Header on, if it has one: */
	bool in_ah;
	uint16_t ip_id;
	enum vrrp_drop bad; /* VRRP_BAD: why */
};

static uint32_t ifindex_of(const struct replay *r, uint16_t vlan)
{
	return r->by_vlan ? vlan + 1u : 1;
}

static enum kind classify(const struct replay *r, const struct capture_packet *p, struct seen *s)
{
	struct link_frame link;
	struct ip_packet ip;
	enum ip_error error;
	struct ip_addr group;

	if (!link_decode(capture_link_type(r->capture), p->bytes, p->len, &link) ||
	    (link.ethertype != ETHERTYPE_IP4 && link.ethertype != ETHERTYPE_IP6))
		return NOT_VRRP;
	s->vlan = link.vlan;
	error = ip_decode(link.payload, link.len, &ip);
	group = vrrp_group(ip.dst.family);
	s->rx = (struct vrrp_rx){
		.src = ip.src, .dst = ip.dst, .ttl = ip.ttl, .bytes = ip.payload, .len = ip.len,
	};
	if (error == IP_OK && ip.src.family == IP_V4 && ip.proto == IP_PROTO_AH &&
	    vrrp_ah_is_vrrp(ip.payload, ip.len)) {
		s->in_ah = true;
		s->ip_id = (uint16_t)(link.payload[4] << 8 | link.payload[5]);
		s->ah = s->rx;
		s->rx.bytes += AH_LEN;
		s->rx.len -= AH_LEN;
		return r->d && vrrpd_hears_ah(r->d, ifindex_of(r, s->vlan)) ? VRRP_SOUND
									    : VRRP_UNHEARD;
	}
	if (ip.proto == IP_PROTO_AH && ip_eq(&ip.dst, &group))
		return VRRP_UNHEARD;
	if (error == IP_OK)
		return ip.proto == IP_PROTO_VRRP ? VRRP_SOUND : NOT_VRRP;
	s->bad = error == IP_FRAGMENT ? VRRP_DROP_FRAGMENT : VRRP_DROP_IP_HEADER;
	return ip.proto == IP_PROTO_VRRP || ip_eq(&ip.dst, &group) ? VRRP_BAD : NOT_VRRP;
}

static void ifname_of(const struct replay *r, uint16_t vlan, char name[VRRP_IFNAME_SIZE])
{
	if (r->interface)
		CHECK(text_copy(name, VRRP_IFNAME_SIZE, r->interface));
	else if (vlan == 0)
		snprintf(name, VRRP_IFNAME_SIZE, "capture");
	else
		snprintf(name, VRRP_IFNAME_SIZE, "vlan%u", vlan);
}

/* ---- which groups there are --------------------------------------------------------------- */

static bool is_known(const struct replay *r, uint16_t vlan, const struct vrrp_msg *msg)
{
	for (uint32_t i = 0; i < r->n_groups; i++)
		if (r->group[i].vlan == vlan && r->group[i].cf.family == msg->family &&
		    r->group[i].cf.vrid == msg->vrid)
			return true;
	return false;
}

static void add_group(struct replay *r, uint16_t vlan, const struct vrrp_msg *msg)
{
	struct vrrp_cf_instance *cf = &r->group[r->n_groups].cf;
	char suffix[16] = "";

	r->group[r->n_groups++].vlan = vlan;
	cf_defaults(&vrrp_instance_schema, cf);
	if (vlan != 0)
		snprintf(suffix, sizeof suffix, "-vlan%u", vlan);
	snprintf(cf->name, sizeof cf->name, "vrid%u-%s-v%u%s", msg->vrid,
		 msg->family == IP_V4 ? "ipv4" : "ipv6", msg->version, suffix);
	ifname_of(r, vlan, cf->interface);
	cf->vrid = msg->vrid;
	cf->version = msg->version;
	cf->family = msg->family;
	cf->interval_cs = msg->interval_cs > 0 ? msg->interval_cs : 100;
	cf->interval = SPAN_MS((uint64_t)cf->interval_cs * 10);
}

static void find_groups(struct replay *r)
{
	struct capture_packet p;
	struct vrrp_msg msg;
	struct seen s;
	char error[300];
	struct text why = text_open(error, sizeof error);

	while (capture_next(r->capture, &p, &why) == CAPTURE_PACKET) {
		if (classify(r, &p, &s) != VRRP_SOUND || r->n_groups == GROUPS_MAX ||
		    vrrp_decode(&s.rx, VRRP_V2_BIT | VRRP_V3_BIT, &msg) != VRRP_ACCEPTED ||
		    msg.vrid == 0 || is_known(r, s.vlan, &msg))
			continue;
		add_group(r, s.vlan, &msg);
	}
}

/* ---- starting the listeners --------------------------------------------------------------- */

/* The routers found, as a model: they have no addresses of their own, so they take any. */
static bool apply_found(struct replay *r)
{
	size_t size = sizeof(struct vrrp_cf) + r->n_groups * sizeof(struct vrrp_cf_instance);
	struct cf_model m = { .bytes = calloc(1, size), .len = size };
	struct vrrp_cf *vrrp = m.bytes;
	bool ok;

	if (!m.bytes)
		return false;
	cf_defaults(&vrrp_schema, vrrp);
	vrrp->instances = (struct cf_list){ sizeof *vrrp, r->n_groups };
	for (uint32_t i = 0; i < r->n_groups; i++) {
		struct vrrp_cf_instance *cf = vrrp_cf_instance(&m, vrrp, i);

		*cf = r->group[i].cf;
		cf->priority = (uint8_t)r->priority;
		cf->preempt = r->preempt != 0;
	}
	ok = vrrpd_apply(r->d, r->now, &m, vrrp);
	free(m.bytes);
	return ok;
}

/* The interface of the configuration that stands for the capture. */
static bool choose_interface(struct replay *r, const struct cf_model *m, const struct vrrp_cf *vrrp)
{
	static char name[VRRP_IFNAME_SIZE];

	for (uint32_t i = 0; i < vrrp->instances.n; i++) {
		const char *other = vrrp_cf_instance(m, vrrp, i)->interface;

		if (r->interface && strcmp(r->interface, other) == 0)
			return true;
		if (!r->interface && i > 0 && strcmp(name, other) != 0) {
			fprintf(stderr, "%s: has several interfaces; choose one with --interface\n",
				r->config);
			return false;
		}
		CHECK(text_copy(name, sizeof name, other));
	}
	if (r->interface || vrrp->instances.n == 0) {
		fprintf(stderr, "%s: has no virtual router%s%s\n", r->config,
			r->interface ? " on " : "", r->interface ? r->interface : "");
		return false;
	}
	r->interface = name;
	return true;
}

static void disregard_trackers(const struct cf_model *m, struct vrrp_cf *vrrp)
{
	vrrp->tracks.n = 0;
	for (uint32_t i = 0; i < vrrp->instances.n; i++)
		vrrp_cf_instance(m, vrrp, i)->tracks.n = 0;
}

static bool apply_config(struct replay *r)
{
	static struct cf_result result;
	bool ok = false;

	cf_child_load(r->config, &trivet_schema, trivet_cf_check, &result);
	fputs(result.report.text, stderr);
	/* What its trackers said at the time is in no capture. */
	if (result.ok)
		disregard_trackers(&result.model, &trivet_cf_root(&result.model)->vrrp);
	if (result.ok && choose_interface(r, &result.model, &trivet_cf_root(&result.model)->vrrp))
		ok = vrrpd_apply(r->d, r->now, &result.model, &trivet_cf_root(&result.model)->vrrp);
	cf_model_free(&result.model);
	return ok;
}

static void report_interface(struct replay *r, uint16_t vlan)
{
	const struct ip_addr low4 = ip4(0, 0, 0, 1),
			     low6 = { .family = IP_V6, .b = { 0xfe, 0x80 } };
	char name[VRRP_IFNAME_SIZE];
	struct vrrpd_link link = { .ifindex = ifindex_of(r, vlan), .name = name, .up = true };
	struct vrrpd_address a = { .ifindex = link.ifindex };

	ifname_of(r, vlan, name);
	vrrpd_link(r->d, r->now, &link);
	a.prefix = (struct ip_prefix){ r->source.family == IP_V4 ? r->source : low4, 32 };
	vrrpd_address(r->d, r->now, &a, true);
	a.prefix = (struct ip_prefix){ r->source.family == IP_V6 ? r->source : low6, 128 };
	vrrpd_address(r->d, r->now, &a, true);
	/* Those that a configuration asks for are there. */
	for (uint32_t i = 0; i < vrrpd_n(r->d); i++) {
		a.prefix.addr = vrrpd_cf(r->d, i)->source;
		a.prefix.len = a.prefix.addr.family == IP_V4 ? 32 : 128;
		if (ip_is_set(&a.prefix.addr))
			vrrpd_address(r->d, r->now, &a, true);
	}
}

static bool start(struct replay *r)
{
	r->now = (mono_t){ BEGIN.ns };
	r->by_vlan = r->config == NULL;
	r->d = vrrpd_new(&ops, r);
	if (!r->d || !(r->config ? apply_config(r) : apply_found(r)))
		return false;
	vrrpd_sync_begin(r->d);
	if (r->config)
		report_interface(r, 0);
	for (uint32_t i = 0; i < r->n_groups && !r->config; i++)
		report_interface(r, r->group[i].vlan);
	vrrpd_sync_end(r->d, r->now);
	return true;
}

/* ---- replaying ---------------------------------------------------------------------------- */

/* Lets the routers' timers fire that are due before the packet. In a damaged capture it may be due
 * in centuries, for each advert of which an Active would be woken up: then it sleeps instead. */
static void advance(struct replay *r, mono_t to)
{
	mono_t awake_until = mono_min(to, mono_add(r->now, LEAP));

	while (mono_before(vrrpd_deadline(r->d), awake_until)) {
		r->now = mono_max(r->now, vrrpd_deadline(r->d));
		vrrpd_timer(r->d, r->now);
	}
	r->now = mono_max(r->now, to);
	if (mono_before(awake_until, to)) {
		printf("%12.6f  more than a day without a packet: timers ran for the first only\n",
		       seconds(r));
		vrrpd_timer(r->d, r->now);
	}
}

static void print_header(const struct replay *r, const struct seen *s)
{
	char src[IP_TEXT_SIZE], dst[IP_TEXT_SIZE];

	printf("%12.6f  #%llu", seconds(r), (unsigned long long)r->packets);
	if (s->vlan != 0)
		printf(" vlan %u", s->vlan);
	if (ip_is_set(&s->rx.src))
		printf(" %s > %s ttl %u", ip_string(&s->rx.src, src), ip_string(&s->rx.dst, dst),
		       s->rx.ttl);
}

/* A packet that was accepted, once more. */
static bool decode_again(const struct vrrp_rx *rx, struct vrrp_msg *msg)
{
	const unsigned both = VRRP_V2_BIT | VRRP_V3_BIT;

	if (ip_is_multicast(&rx->dst))
		return vrrp_decode(rx, both, msg) == VRRP_ACCEPTED;
	return vrrp_decode_unicast(rx, both, &rx->dst, 1, msg) == VRRP_ACCEPTED;
}

/* That a message is authenticated, whether or not it was looked at. */
static void print_auth(const struct seen *s, const struct vrrp_msg *msg)
{
	struct vrrp_trailer t;

	if (s->in_ah)
		printf(" in an Authentication Header");
	if (msg->trailer && vrrp_trailer_decode(msg->trailer, &t))
		printf(" trailer with key %u", t.key_id);
}

static void print_packet(const struct replay *r, const struct seen *s, enum vrrp_drop drop,
			 bool cut)
{
	struct vrrp_msg msg = { 0 };
	const uint8_t *b = s->rx.bytes;

	if (r->quiet)
		return;
	print_header(r, s);
	if (b && s->rx.len >= 4)
		printf(" v%u vrid %u prio %u", b[0] >> 4, b[1], b[2]);
	if (drop == VRRP_ACCEPTED && decode_again(&s->rx, &msg)) {
		printf(" every %u.%02us addresses %u", msg.interval_cs / 100, msg.interval_cs % 100,
		       msg.count);
		if (msg.version == 3 && msg.family == IP_V4)
			printf(" checksum %s",
			       msg.csum == VRRP_CSUM_PSEUDO ? "pseudo-header" : "message");
	}
	print_auth(s, &msg);
	if (drop == VRRP_ACCEPTED)
		printf(": accepted\n");
	else
		printf(": %s (%s%s)\n", vrrp_drop_name(drop), vrrp_drop_doc(drop),
		       cut ? "; the capture cut it short" : "");
}

static void print_unheard(const struct replay *r, const struct seen *s)
{
	if (r->quiet)
		return;
	print_header(r, s);
	printf(": %s (not heard: in an IP Authentication Header, which is another protocol)\n",
	       unheard_name);
}

static void on_packet(struct replay *r, const struct capture_packet *p)
{
	bool cut = p->len < p->wire_len;
	struct seen s = { 0 };
	enum kind kind = classify(r, p, &s);
	enum vrrp_drop drop;

	if (r->packets++ == 0)
		r->first_ns = p->ns;
	if (kind == NOT_VRRP)
		return;
	advance(r, mono_add((mono_t){ BEGIN.ns },
			    SPAN_NS(p->ns > r->first_ns ? p->ns - r->first_ns : 0)));
	if (kind == VRRP_UNHEARD) {
		r->unheard++;
		print_unheard(r, &s);
		return;
	}
	if (kind == VRRP_BAD) {
		drop = s.bad;
		vrrpd_rx_bad(r->d, r->now, ifindex_of(r, s.vlan), drop);
	} else if (s.in_ah) {
		drop = vrrpd_rx_ah(r->d, r->now, ifindex_of(r, s.vlan), &s.ah, s.ip_id);
	} else {
		vrrpd_wall(r->d, r->now, p->ns);
		drop = vrrpd_rx(r->d, r->now, ifindex_of(r, s.vlan), &s.rx);
	}
	r->verdicts[drop]++;
	print_packet(r, &s, drop, cut);
}

static void print_sums(const struct replay *r)
{
	uint64_t vrrp = r->unheard;

	for (unsigned i = 0; i < VRRP_DROP_N; i++)
		vrrp += r->verdicts[i];
	printf("packets: %llu, of them VRRP: %llu\n", (unsigned long long)r->packets,
	       (unsigned long long)vrrp);
	for (unsigned i = 0; i < VRRP_DROP_N; i++)
		if (r->verdicts[i] > 0)
			printf("  %-20s %llu\n", vrrp_drop_name((enum vrrp_drop)i),
			       (unsigned long long)r->verdicts[i]);
	if (r->unheard > 0)
		printf("  %-20s %llu\n", unheard_name, (unsigned long long)r->unheard);
	for (uint32_t i = 0; i < vrrpd_n(r->d); i++)
		printf("%s: %s at the end\n", vrrpd_name(r->d, i),
		       vrrp_state_name(vrrpd_router(r->d, i)->state));
}

static bool open_capture(struct replay *r)
{
	char error[300];
	struct text why = text_open(error, sizeof error);
	size_t name = strlen(r->file);
	struct link_frame frame;
	struct stat st;
	int type;

	if (strcmp(r->file, "-") == 0 || (stat(r->file, &st) == 0 && !S_ISREG(st.st_mode))) {
		fprintf(stderr, "%s: is read twice, so it must be a regular file\n", r->file);
		return false;
	}
	r->capture = capture_open(r->file, &why);
	if (!r->capture) {
		/* Some of libpcap's reasons begin with the name. */
		if (strncmp(error, r->file, name) == 0 && error[name] == ':')
			fprintf(stderr, "%s\n", error);
		else
			fprintf(stderr, "%s: %s\n", r->file, error);
		return false;
	}
	type = capture_link_type(r->capture);
	if (link_decode(type, (uint8_t[64]){ 0 }, 64, &frame))
		return true;
	fprintf(stderr,
		"%s: packets of link type %d are not understood; Ethernet, Linux cooked and raw IP "
		"are\n",
		r->file, type);
	return false;
}

static int replay(struct replay *r)
{
	struct capture_packet p;
	char error[300];
	struct text why = text_open(error, sizeof error);
	enum capture_result result;

	if (!open_capture(r))
		return CTL_USAGE;
	find_groups(r);
	capture_close(r->capture);
	if (!open_capture(r) || !start(r))
		return CTL_USAGE;
	while ((result = capture_next(r->capture, &p, &why)) == CAPTURE_PACKET)
		on_packet(r, &p);
	print_sums(r);
	if (result == CAPTURE_ERROR)
		fprintf(stderr, "%s: after packet %llu: %s\n", r->file,
			(unsigned long long)r->packets, error);
	else if (r->packets == 0)
		fprintf(stderr, "%s: there is no packet in it\n", r->file);
	return result == CAPTURE_ERROR || r->packets == 0 ? CTL_FAILED : CTL_OK;
}

enum { OPT_INTERFACE = 256, OPT_SOURCE, OPT_PRIORITY };

static bool say_wrong(const char *what, const char *given)
{
	fprintf(stderr, "trivet replay: %s, not \"%s\"\n", what, given);
	return false;
}

static bool read_option(struct replay *r, int opt, const char *value)
{
	switch (opt) {
	case 0: /* has set its flag */
		return true;
	case 'f':
		r->config = value;
		return true;
	case OPT_INTERFACE:
		r->interface = value;
		return strlen(value) < VRRP_IFNAME_SIZE ||
		       say_wrong("--interface is the name of an interface", value);
	case OPT_SOURCE:
		if (!ip_parse(value, &r->source))
			return say_wrong("--source is an address", value);
		return r->source.family == IP_V4 || ip_is_link_local6(&r->source) ||
		       say_wrong("--source is link-local in IPv6", value);
	case OPT_PRIORITY:
		return (ctl_number(value, &r->priority) && r->priority >= 1 &&
			r->priority <= VRRP_PRIORITY_OWNER) ||
		       say_wrong("--priority is 1 to 255", value);
	default:
		return false;
	}
}

/* What goes with a configuration, and what only without one. */
static bool options_agree(const struct replay *r)
{
	if (r->config ? r->priority == 0 && !r->preempt : r->interface == NULL)
		return true;
	fprintf(stderr, "trivet replay: %s\n",
		r->config ? "with -f, priority and preempt are those of the configuration"
			  : "--interface chooses from a configuration: -f is missing");
	return false;
}

static bool read_options(struct replay *r, int argc, char **argv)
{
	const struct option options[] = {
		{ "interface", required_argument, NULL, OPT_INTERFACE },
		{ "source", required_argument, NULL, OPT_SOURCE },
		{ "priority", required_argument, NULL, OPT_PRIORITY },
		{ "preempt", no_argument, &r->preempt, 1 },
		{ "quiet", no_argument, &r->quiet, 1 },
		{ "help", no_argument, &r->help, 1 },
		{ NULL, 0, NULL, 0 },
	};
	int opt;

	while ((opt = getopt_long(argc, argv, "f:", options, NULL)) != -1)
		if (!read_option(r, opt, optarg))
			return false;
	if (r->help)
		return true;
	if (!options_agree(r))
		return false;
	if (r->priority == 0)
		r->priority = 1;
	if (optind + 1 != argc) {
		fprintf(stderr, "trivet replay: %s\n",
			optind == argc ? "which capture?" : "one capture at a time");
		return false;
	}
	r->file = argv[optind];
	return true;
}

int ctl_replay(int argc, char **argv)
{
	static char name[] = "trivet replay"; /* which getopt puts before what it says */
	static struct replay r;
	int status;

	argv[0] = name;
	if (!read_options(&r, argc, argv)) {
		fputs(ctl_replay_usage, stderr);
		return CTL_USAGE;
	}
	if (r.help) {
		fputs(ctl_replay_usage, stdout);
		return CTL_OK;
	}
	status = replay(&r);
	capture_close(r.capture);
	vrrpd_free(r.d);
	return status;
}
