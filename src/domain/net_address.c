/* What kind of address it is (RFC 6890 and its registries, RFC 4291, 6052, 3056). */
#include <arpa/inet.h>
#include <string.h>

#include "net_range.h"

enum { V4_BYTES = 4, V6_BYTES = 16 };

bool net_address_from_bytes(const void *bytes, size_t len, struct net_address *out)
{
	if (len != V4_BYTES && len != V6_BYTES)
		return false;
	*out = (struct net_address){.family = len == V4_BYTES ? NET_IPV4 : NET_IPV6};
	memcpy(out->bytes, bytes, len);
	return true;
}

bool net_address_parse(const char *text, struct net_address *out)
{
	char bare[INET6_ADDRSTRLEN];
	size_t len = strlen(text);

	*out = (struct net_address){.family = NET_IPV4};
	if (inet_pton(AF_INET, text, out->bytes) == 1)
		return true;
	out->family = NET_IPV6;
	if (text[0] != '[')
		return inet_pton(AF_INET6, text, out->bytes) == 1;
	if (len < 2 || text[len - 1] != ']' || len - 2 >= sizeof(bare))
		return false;
	memcpy(bare, text + 1, len - 2);
	bare[len - 2] = '\0';
	return inet_pton(AF_INET6, bare, out->bytes) == 1;
}

bool net_range_holds(const struct net_range *range, const struct net_address *address)
{
	int whole = range->bits / 8;
	int rest = range->bits % 8;

	if (range->address.family != address->family ||
	    memcmp(range->address.bytes, address->bytes, (size_t)whole) != 0)
		return false;
	return rest == 0 ||
	       (range->address.bytes[whole] ^ address->bytes[whole]) >> (8 - rest) == 0;
}

struct kind_of_range {
	struct net_range range;
	enum net_kind kind;
};

#define V4(a, b, c, d, bits)                                                                       \
	{                                                                                          \
		{NET_IPV4, {a, b, c, d}}, bits                                                     \
	}
#define V6(a, b, bits)                                                                             \
	{                                                                                          \
		{NET_IPV6, {(a) >> 8, (a)&0xff, (b) >> 8, (b)&0xff}}, bits                         \
	}

static const struct kind_of_range kinds[] = {
	{V4(0, 0, 0, 0, 8), NET_UNSPECIFIED},     {V4(10, 0, 0, 0, 8), NET_PRIVATE},
	{V4(100, 64, 0, 0, 10), NET_SHARED},      {V4(127, 0, 0, 0, 8), NET_LOOPBACK},
	{V4(169, 254, 0, 0, 16), NET_LINK_LOCAL}, {V4(172, 16, 0, 0, 12), NET_PRIVATE},
	{V4(192, 0, 0, 0, 24), NET_RESERVED},     {V4(192, 0, 2, 0, 24), NET_RESERVED},
	{V4(192, 88, 99, 0, 24), NET_RESERVED},   {V4(192, 168, 0, 0, 16), NET_PRIVATE},
	{V4(198, 18, 0, 0, 15), NET_RESERVED},    {V4(198, 51, 100, 0, 24), NET_RESERVED},
	{V4(203, 0, 113, 0, 24), NET_RESERVED},   {V4(224, 0, 0, 0, 4), NET_MULTICAST},
	{V4(240, 0, 0, 0, 4), NET_RESERVED},

	{V6(0xfc00, 0, 7), NET_PRIVATE},          {V6(0xfec0, 0, 10), NET_PRIVATE},
	{V6(0xfe80, 0, 10), NET_LINK_LOCAL},      {V6(0xff00, 0, 8), NET_MULTICAST},
	{V6(0x2001, 0, 23), NET_RESERVED}, /* Teredo and other protocols' */
	{V6(0x2001, 0x0db8, 32), NET_RESERVED},   {V6(0x3fff, 0, 20), NET_RESERVED},
	{V6(0x2000, 0, 3), NET_PUBLIC},
};

static enum net_kind kind_by_table(const struct net_address *address)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (net_range_holds(&kinds[i].range, address))
			return kinds[i].kind;
	return address->family == NET_IPV4 ? NET_PUBLIC : NET_RESERVED;
}

/* Where the IPv4 address stands that an IPv6 address carries; -1: nowhere. */
static int inner_ipv4(const struct net_address *address)
{
	static const struct {
		struct net_range range;
		int at;
	} carriers[] = {
		{{{NET_IPV6, {[10] = 0xff, [11] = 0xff}}, 96}, 12},           /* ::ffff:0:0/96 */
		{{{NET_IPV6, {[8] = 0xff, [9] = 0xff}}, 96}, 12},             /* ::ffff:0:0:0/96 */
		{{{NET_IPV6, {0}}, 96}, 12},                                  /* ::/96 */
		{{{NET_IPV6, {[1] = 0x64, [2] = 0xff, [3] = 0x9b}}, 96}, 12}, /* 64:ff9b::/96 */
		{V6(0x2002, 0, 16), 2},                                       /* 6to4 */
	};

	for (size_t i = 0; i < sizeof(carriers) / sizeof(carriers[0]); i++)
		if (net_range_holds(&carriers[i].range, address))
			return carriers[i].at;
	return -1;
}

static bool is_one(const struct net_address *address)
{
	static const unsigned char one[V6_BYTES] = {[V6_BYTES - 1] = 1};

	return memcmp(address->bytes, one, V6_BYTES) == 0;
}

enum net_kind net_address_kind(const struct net_address *address)
{
	struct net_address inner = {.family = NET_IPV4};
	int at = address->family == NET_IPV6 ? inner_ipv4(address) : -1;

	if (address->family == NET_IPV6 && is_one(address))
		return NET_LOOPBACK;
	if (at < 0)
		return kind_by_table(address);
	memcpy(inner.bytes, address->bytes + at, V4_BYTES);
	return kind_by_table(&inner);
}

void net_address_unmap(struct net_address *address)
{
	static const struct net_range mapped = {{NET_IPV6, {[10] = 0xff, [11] = 0xff}}, 96};
	struct net_address inner = {.family = NET_IPV4};

	if (!net_range_holds(&mapped, address))
		return;
	memcpy(inner.bytes, address->bytes + V6_BYTES - V4_BYTES, V4_BYTES);
	*address = inner;
}

const char *net_kind_words(enum net_kind kind)
{
	static const char *const names[] = {
		[NET_PUBLIC] = "a public",
		[NET_UNSPECIFIED] = "an unspecified",
		[NET_LOOPBACK] = "a loopback",
		[NET_PRIVATE] = "a private",
		[NET_SHARED] = "a shared (carrier-grade NAT)",
		[NET_LINK_LOCAL] = "a link-local",
		[NET_MULTICAST] = "a multicast",
		[NET_RESERVED] = "a reserved",
	};

	return kind <= NET_RESERVED ? names[kind] : "";
}
