/* SPDX-License-Identifier: BSD-2-Clause */
#include "ip_text.h"

#include <arpa/inet.h>
#include <stdlib.h>

bool ip_parse(const char *from, struct ip_addr *addr)
{
	uint8_t bytes[16];

	if (inet_pton(AF_INET, from, bytes) == 1)
		*addr = ip_make(IP_V4, bytes);
	else if (inet_pton(AF_INET6, from, bytes) == 1)
		*addr = ip_make(IP_V6, bytes);
	else
		return false;
	return true;
}

bool ip_parse_prefix(const char *from, struct ip_prefix *prefix)
{
	const char *slash = strchr(from, '/');
	char addr[IP_TEXT_SIZE];
	unsigned long len;
	char *end;

	if (!slash) {
		if (!ip_parse(from, &prefix->addr))
			return false;
		prefix->len = (uint8_t)(8 * ip_len(prefix->addr.family));
		return true;
	}
	if ((size_t)(slash - from) >= sizeof addr || slash[1] < '0' || slash[1] > '9')
		return false;
	memcpy(addr, from, (size_t)(slash - from));
	addr[slash - from] = '\0';
	len = strtoul(slash + 1, &end, 10);
	if (*end != '\0' || end - slash > 4 || !ip_parse(addr, &prefix->addr))
		return false;
	prefix->len = (uint8_t)len;
	return len <= 8 * ip_len(prefix->addr.family);
}

void ip_print(const struct ip_addr *addr, struct text *to)
{
	char buf[INET6_ADDRSTRLEN];

	if (addr->family == IP_NONE)
		text_put(to, "none");
	else
		text_put(to, inet_ntop(addr->family == IP_V4 ? AF_INET : AF_INET6, addr->b, buf,
				       sizeof buf));
}

void ip_print_prefix(const struct ip_prefix *prefix, struct text *to)
{
	ip_print(&prefix->addr, to);
	text_fmt(to, "/%u", prefix->len);
}

const char *ip_string(const struct ip_addr *addr, char buf[IP_TEXT_SIZE])
{
	struct text t = text_open(buf, IP_TEXT_SIZE);

	ip_print(addr, &t);
	return buf;
}

const char *ip_prefix_string(const struct ip_prefix *prefix, char buf[IP_TEXT_SIZE])
{
	struct text t = text_open(buf, IP_TEXT_SIZE);

	ip_print_prefix(prefix, &t);
	return buf;
}
