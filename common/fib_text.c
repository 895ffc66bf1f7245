/* SPDX-License-Identifier: BSD-2-Clause */
#include "fib_text.h"

#include "ip_text.h"

static const char *const type_names[FIB_TYPE_N] = {
	"unicast", "blackhole", "unreachable", "prohibit", "throw"
};

static const char *const action_names[FIB_ACTION_N] = {
	"lookup", "goto", "nop", "blackhole", "unreachable", "prohibit"
};

void fib_print_table(uint32_t table, struct text *to)
{
	if (table == FIB_TABLE_MAIN)
		text_put(to, "main");
	else if (table == FIB_TABLE_LOCAL)
		text_put(to, "local");
	else if (table == FIB_TABLE_DEFAULT)
		text_put(to, "default");
	else
		text_fmt(to, "%u", table);
}

static void put_route(const struct fib_route *r, struct text *to)
{
	if (r->type != FIB_UNICAST && r->type < FIB_TYPE_N)
		text_fmt(to, "%s ", type_names[r->type]);
	ip_print_prefix(&r->to, to);
	if (r->tos != 0)
		text_fmt(to, " tos 0x%02x", r->tos);
	if (r->n_hops > 0 && ip_is_set(&r->hop[0].via)) {
		text_put(to, " via ");
		ip_print(&r->hop[0].via, to);
	}
	if (r->n_hops > 1)
		text_fmt(to, " and %u more", r->n_hops - 1);
	text_put(to, " table ");
	fib_print_table(r->table, to);
	if (r->metric != 0)
		text_fmt(to, " metric %u", r->metric);
}

static void put_rule(const struct fib_rule *r, struct text *to)
{
	text_fmt(to, "%u:%s", r->priority, r->invert ? " not" : "");
	text_put(to, " from ");
	if (ip_is_set(&r->from.addr))
		ip_print_prefix(&r->from, to);
	else
		text_put(to, "all");
	if (ip_is_set(&r->to.addr)) {
		text_put(to, " to ");
		ip_print_prefix(&r->to, to);
	}
	if (r->iif[0])
		text_fmt(to, " iif %s", r->iif);
	if (r->oif[0])
		text_fmt(to, " oif %s", r->oif);
	if (r->mask != 0)
		text_fmt(to, " fwmark 0x%x/0x%x", r->mark, r->mask);
	text_fmt(to, " %s", r->action < FIB_ACTION_N ? action_names[r->action] : "?");
	if (r->l3mdev)
		text_put(to, " l3mdev");
	if (r->action == FIB_GOTO)
		text_fmt(to, " %u", r->target);
	if (r->action == FIB_LOOKUP && !r->l3mdev) {
		text_put(to, " ");
		fib_print_table(r->table, to);
	}
}

const char *fib_string(const struct fib_item *item, char buf[FIB_TEXT_SIZE])
{
	struct text t = text_open(buf, FIB_TEXT_SIZE);

	if (item->kind == FIB_ROUTE)
		put_route(&item->route, &t);
	else
		put_rule(&item->rule, &t);
	return buf;
}
