/* SPDX-License-Identifier: BSD-2-Clause */
#include "reader.h"

#include <stdio.h>
#include <string.h>

#include "check.h"

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

const struct reader_heard *reader_heard(const struct reader *r, const char *name)
{
	for (uint32_t i = 0; i < r->n; i++)
		if (strcmp(r->heard[i].name, name) == 0)
			return &r->heard[i];
	return NULL;
}

void reader_put(struct reader *r, const char *line, size_t len)
{
	char text[VRRP_NOTIFY_LINE_MAX], name[CF_NAME_SIZE], word[32], end;
	enum vrrp_notify_state state;
	struct reader_heard *heard;
	unsigned priority;

	r->used += len;
	CHECK(len < sizeof text && r->used <= READER_FIFO);
	memcpy(text, line, len);
	text[len] = '\0';
	if (sscanf(text, "INSTANCE \"%63[^\"]\" %31[A-Z_] %3u%c", name, word, &priority,
		   &end) != 4 ||
	    end != '\n' || !state_of_word(word, &state)) {
		r->bad++;
		return;
	}
	heard = (struct reader_heard *)reader_heard(r, name);
	if (!heard) {
		CHECK(r->n < READER_NAMES_MAX);
		heard = &r->heard[r->n++];
		CHECK(text_copy(heard->name, sizeof heard->name, name));
	}
	heard->state = state;
	heard->lines++;
}

size_t reader_room(const struct reader *r)
{
	return READER_FIFO - r->used;
}
