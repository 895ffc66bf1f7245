/* SPDX-License-Identifier: BSD-2-Clause */
#include "reader.h"

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "host.h"
#include "oracle.h"
#include "world.h"

/* By the words of keepalived's manual, not by ours. */
static bool state_of_word(const char *word, enum vrrp_notify_state *state)
{
	static const struct { const char *word; enum vrrp_notify_state state;
	} row[] = {
		{ "MASTER", VRRP_NOTIFY_ACTIVE },
		{ "MASTER_RX_LOWER_PRI", VRRP_NOTIFY_ACTIVE },
		{ "MASTER_PRIORITY", VRRP_NOTIFY_ACTIVE },
		{ "BACKUP", VRRP_NOTIFY_BACKUP },
		{ "BACKUP_PRIORITY", VRRP_NOTIFY_BACKUP },
		{ "FAULT", VRRP_NOTIFY_FAULT },
		{ "STOP", VRRP_NOTIFY_STOP },
		{ "DELETED", VRRP_NOTIFY_DELETED },
	};

	for (unsigned i = 0; i < sizeof row / sizeof *row; i++)
		if (strcmp(row[i].word, word) == 0) {
			*state = row[i].state;
			return true;
		}
	return false;
}

const struct reader_heard *reader_heard(const struct reader *r, bool group, const char *name)
{
	for (uint32_t i = 0; i < r->n; i++)
		if (r->heard[i].group == group && strcmp(r->heard[i].name, name) == 0)
			return &r->heard[i];
	return NULL;
}

const struct reader_heard *reader_put(struct reader *r, const char *line, size_t len)
{
	char text[VRRP_NOTIFY_LINE_MAX], kind[16], name[CF_NAME_SIZE], word[32], end;
	enum vrrp_notify_state state;
	struct reader_heard *heard;
	unsigned priority;
	bool group;

	r->used += len;
	CHECK(len < sizeof text && r->used <= READER_FIFO);
	memcpy(text, line, len);
	text[len] = '\0';
	if (sscanf(text, "%15[A-Z] \"%63[^\"]\" %31[A-Z_] %3u%c", kind, name, word, &priority,
		   &end) != 5 ||
	    end != '\n' || !state_of_word(word, &state) ||
	    (strcmp(kind, "INSTANCE") != 0 && strcmp(kind, "GROUP") != 0)) {
		r->bad++;
		return NULL;
	}
	group = strcmp(kind, "GROUP") == 0;
	heard = (struct reader_heard *)reader_heard(r, group, name);
	if (!heard) {
		CHECK(r->n < READER_NAMES_MAX);
		heard = &r->heard[r->n++];
		heard->group = group;
		CHECK(text_copy(heard->name, sizeof heard->name, name));
	}
	heard->state = state;
	heard->lines++;
	return heard;
}

size_t reader_room(const struct reader *r)
{
	return READER_FIFO - r->used;
}

/* ---- on a machine ------------------------------------------------------------------------- */

void host_let_read(struct host *h)
{
	struct reader *r = &h->reader;

	if (!*vrrpd_fifo(h->d)->path)
		return;
	while (!r->gone && r->every.ns == 0 && r->used > 0) {
		r->used = 0;
		vrrpd_fifo_room(h->d, reader_room(r));
	}
	vrrpd_fifo_room(h->d, reader_room(r));
	if (r->used > 0 && r->every.ns > 0 && !r->waits) {
		r->waits = true;
		queue_put(&h->w->queue, mono_add(h->w->now, r->every), QUEUE_KERNEL, WORLD_READ,
			  h->id, 0);
	}
}

void host_on_read(struct host *h)
{
	h->reader.waits = false;
	if (h->reader.gone)
		return;
	h->reader.used = 0;
	oracle_read(h->w->oracle, h);
	if (h->daemon == DAEMON_RUNNING || h->daemon == DAEMON_LEAVING)
		host_let_read(h);
}

void host_set_reader(struct host *h, bool gone)
{
	h->reader.gone = gone;
	host_on_read(h);
}
