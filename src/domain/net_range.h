/* A range of addresses, within the domain alone. */
#ifndef DACACHE_SRC_DOMAIN_NET_RANGE_H
#define DACACHE_SRC_DOMAIN_NET_RANGE_H

#include "dacache/domain/net_allow.h"

/* All addresses of the family that share the first `bits` bits. */
struct net_range {
	struct net_address address;
	int bits;
};

bool net_range_holds(const struct net_range *range, const struct net_address *address);
/* ::ffff:a.b.c.d becomes a.b.c.d, as which it is connected to. */
void net_address_unmap(struct net_address *address);

#endif
