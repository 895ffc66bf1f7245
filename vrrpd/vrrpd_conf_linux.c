/* SPDX-License-Identifier: BSD-2-Clause */
#include "vrrpd_conf_linux.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "linux_nl.h"

struct promoted {
	uint32_t ifindex;
	struct promoted *next;
};

static void complain(struct conf_linux *c, const char *event, uint32_t ifindex, int error,
		     const char *text)
{
	log_begin(&c->line, LOG_LEVEL_WARNING, event);
	log_uint(&c->line, "ifindex", ifindex);
	log_text(&c->line, "error", strerror(error));
	log_text(&c->line, "text", text);
	c->log(c->ctx, &c->line);
}

bool conf_accept_local(struct conf_linux *c, uint32_t ifindex)
{
	enum netlink_set done = netlink_accept_local(ifindex, true);

	if (done == NETLINK_SET_FAILED)
		complain(c, "accept-local-failed", ifindex, errno,
			 "an owner without a second address will not be heard while this machine "
			 "serves its address: set net.ipv4.conf of the interface: accept_local = "
			 "1");
	return done == NETLINK_SET_CHANGED;
}

static void promote(struct conf_linux *c, uint32_t ifindex)
{
	enum netlink_set done = netlink_promote_secondaries(ifindex, true);
	int error = errno;
	struct promoted *p = done == NETLINK_SET_CHANGED ? calloc(1, sizeof *p) : NULL;

	if (p) {
		*p = (struct promoted){ ifindex, c->promoted };
		c->promoted = p;
	}
	if (done == NETLINK_SET_FAILED)
		complain(c, "promote-failed", ifindex, error,
			 "set net.ipv4.conf of the interface: promote_secondaries = 1; until then, "
			 "addresses that the kernel removes with the first of their subnet are "
			 "set anew");
}

void conf_promote(struct conf_linux *c, uint32_t ifindex, bool on)
{
	struct promoted **at = &c->promoted, *p;

	if (on) {
		promote(c, ifindex);
		return;
	}
	while (*at && (*at)->ifindex != ifindex)
		at = &(*at)->next;
	p = *at;
	if (!p)
		return;
	*at = p->next;
	free(p);
	netlink_promote_secondaries(ifindex, false);
}

void conf_linux_free(struct conf_linux *c)
{
	while (c->promoted)
		conf_promote(c, c->promoted->ifindex, false);
}
