/* Where a webhook may go: public addresses, and what the profile's webhook_allow
 * names. Decided on the address that a name resolved to, which must then be the one
 * connected to. */
#ifndef DACACHE_DOMAIN_NET_ALLOW_H
#define DACACHE_DOMAIN_NET_ALLOW_H

#include <stdbool.h>
#include <stddef.h>

#include "dacache/base/err.h"

enum net_family { NET_IPV4, NET_IPV6 };

struct net_address {
	enum net_family family;
	unsigned char bytes[16]; /* network order; of IPv4 the first four */
};

enum net_kind {
	NET_PUBLIC,
	NET_UNSPECIFIED, /* 0.0.0.0/8, :: */
	NET_LOOPBACK,    /* 127.0.0.0/8, ::1 */
	NET_PRIVATE,     /* 10/8, 172.16/12, 192.168/16; fc00::/7, fec0::/10 */
	NET_SHARED,      /* 100.64/10, a carrier's */
	NET_LINK_LOCAL,  /* 169.254/16, fe80::/10 */
	NET_MULTICAST,
	NET_RESERVED /* documentation, benchmarks, broadcast, what is not given out */
};

/* From the bytes of an in_addr (4) or in6_addr (16); false for another length. */
bool net_address_from_bytes(const void *bytes, size_t len, struct net_address *out);
/* "127.0.0.1", "::1", "[::1]"; no name, port or zone. */
bool net_address_parse(const char *text, struct net_address *out);

/* IPv6 that carries IPv4 (mapped, compatible, NAT64, 6to4) is of the inner kind. */
enum net_kind net_address_kind(const struct net_address *address);
/* "a loopback", "an unspecified", …, for "HOST resolves to %s address". */
const char *net_kind_words(enum net_kind kind);

struct net_allow;

/* Host names, addresses and CIDRs with commas between; NULL or "" allows nothing
 * beyond public addresses. A name stands for itself alone, not for what is below it.
 * ERR_INVALID names the entry that is none. *out is the caller's. */
enum err_code net_allow_parse(const char *text, struct net_allow **out, struct err *err);
void net_allow_free(struct net_allow **allow);

/* Whether the host of a URL (an IPv6 address may stand in brackets) that resolved to
 * this address may be connected to: it is public, or the list names host or address. */
bool net_allow_address(const struct net_allow *allow, const char *host,
		       const struct net_address *address);
/* Whether plain http is taken: only where the list itself names the host, or the
 * address that stands in its place. */
bool net_allow_plain_http(const struct net_allow *allow, const char *host);
/* What is known of a URL before its name is looked up: ERR_INVALID, and why, where it
 * will be refused (plain http, an address that stands in it, localhost). What is no URL
 * is ERR_OK: others tell of that. */
enum err_code net_allow_url(const struct net_allow *allow, const char *url, struct err *err);

#endif
