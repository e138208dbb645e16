/* The profile's list of hosts and ranges. */
#define _DEFAULT_SOURCE /* inet_aton */
#include "dacache/domain/net_allow.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dacache/base/text.h"
#include "dacache/base/vec.h"
#include "net_range.h"
#include "url.h"

enum { HOST_MAX = 253, ENTRY_SIZE = HOST_MAX + 2, V4_BITS = 32, V6_BITS = 128, MAPPED_BITS = 96 };

struct net_allow {
	struct vec hosts;  /* of char *, without a dot at the end */
	struct vec ranges; /* of struct net_range */
};

static bool is_label(const char *at, size_t len)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-_";

	return len > 0 && len <= 63 && strspn(at, letters) >= len;
}

/* "127.1", "0x7f.1", "2130706433" are addresses to some and names to nobody. */
static bool is_number_like(const char *label)
{
	size_t digits = strspn(label, "0123456789");

	return label[digits] == '\0' || (label[0] == '0' && (label[1] | 0x20) == 'x');
}

static bool is_host_name(const char *text)
{
	const char *last = text;

	if (strlen(text) > HOST_MAX)
		return false;
	for (const char *at = text;; at++) {
		size_t len = strcspn(at, ".");

		if (!is_label(at, len))
			return false;
		last = at;
		at += len;
		if (!*at)
			break;
	}
	return !is_number_like(last);
}

static enum err_code add_host(struct net_allow *allow, const char *name)
{
	char *copy = text_dup(name);
	enum err_code code = copy ? vec_push(&allow->hosts, &copy) : ERR_NO_MEMORY;

	if (code)
		free(copy);
	return code;
}

static enum err_code add_range(struct net_allow *allow, struct net_address address, int bits)
{
	struct net_range range = {address, bits};

	if (bits >= MAPPED_BITS && address.family == NET_IPV6) {
		net_address_unmap(&range.address);
		range.bits -= range.address.family == NET_IPV4 ? MAPPED_BITS : 0;
	}
	return vec_push(&allow->ranges, &range);
}

static enum err_code no_entry(const char *entry, struct err *err)
{
	return err_set(err, ERR_INVALID,
		       "webhook_allow: '%s' is no host name (without port), address or CIDR",
		       entry);
}

/* entry is cut in two at its slash. */
static enum err_code add_cidr(struct net_allow *allow, char *entry, char *slash, struct err *err)
{
	struct net_address address;
	int64_t bits = 0;

	*slash = '\0';

	bool good = net_address_parse(entry, &address) &&
		    text_parse_int(slash + 1, 0, address.family == NET_IPV4 ? V4_BITS : V6_BITS,
				   &bits) == ERR_OK;

	*slash = '/';
	return good ? add_range(allow, address, (int)bits) : no_entry(entry, err);
}

static enum err_code add_entry(struct net_allow *allow, char *entry, struct err *err)
{
	struct net_address address;
	char *slash = strchr(entry, '/');
	size_t len = strlen(entry);

	if (slash)
		return add_cidr(allow, entry, slash, err);
	if (net_address_parse(entry, &address))
		return add_range(allow, address, address.family == NET_IPV4 ? V4_BITS : V6_BITS);
	if (len > 1 && entry[len - 1] == '.')
		entry[len - 1] = '\0';
	return is_host_name(entry) ? add_host(allow, entry) : no_entry(entry, err);
}

/* The next entry without the blanks around it; steps *at past its comma. */
static bool next_entry(const char **at, char entry[ENTRY_SIZE], struct err *err, bool *fits)
{
	const char *start = *at + strspn(*at, " \t");
	size_t whole = strcspn(start, ",");
	size_t len = whole;

	if (!*start)
		return false;
	while (len > 0 && strchr(" \t", start[len - 1]))
		len--;
	*fits = len < ENTRY_SIZE;
	if (!*fits)
		err_set(err, ERR_INVALID, "webhook_allow: an entry has more than %d characters",
			HOST_MAX);
	memcpy(entry, start, *fits ? len : 0);
	entry[*fits ? len : 0] = '\0';
	*at = start + whole + (start[whole] == ',');
	return true;
}

enum err_code net_allow_parse(const char *text, struct net_allow **out, struct err *err)
{
	struct net_allow *allow = calloc(1, sizeof(*allow));
	char entry[ENTRY_SIZE];
	enum err_code code = ERR_OK;
	bool fits;

	*out = NULL;
	if (!allow)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	vec_init(&allow->hosts, sizeof(char *));
	vec_init(&allow->ranges, sizeof(struct net_range));
	while (!code && text && next_entry(&text, entry, err, &fits))
		code = fits ? add_entry(allow, entry, err) : ERR_INVALID;
	if (code == ERR_NO_MEMORY)
		err_set(err, code, "out of memory");
	if (code)
		net_allow_free(&allow);
	*out = allow;
	return code;
}

void net_allow_free(struct net_allow **allow)
{
	if (!*allow)
		return;
	for (size_t i = 0; i < (*allow)->hosts.len; i++)
		free(*(char **)vec_at(&(*allow)->hosts, i));
	vec_free(&(*allow)->hosts);
	vec_free(&(*allow)->ranges);
	free(*allow);
	*allow = NULL;
}

static bool names_host(const struct net_allow *allow, const char *host)
{
	size_t len = strlen(host);

	if (len > 1 && host[len - 1] == '.')
		len--;
	for (size_t i = 0; i < allow->hosts.len; i++) {
		const char *name = *(char **)vec_at(&allow->hosts, i);

		if (strlen(name) == len && strncasecmp(name, host, len) == 0)
			return true;
	}
	return false;
}

static bool names_address(const struct net_allow *allow, struct net_address address)
{
	struct net_address as_connected = address;

	net_address_unmap(&as_connected);
	for (size_t i = 0; i < allow->ranges.len; i++) {
		const struct net_range *range = vec_at(&allow->ranges, i);

		if (net_range_holds(range, &address) || net_range_holds(range, &as_connected))
			return true;
	}
	return false;
}

bool net_allow_address(const struct net_allow *allow, const char *host,
		       const struct net_address *address)
{
	return net_address_kind(address) == NET_PUBLIC || names_host(allow, host) ||
	       names_address(allow, *address);
}

bool net_allow_plain_http(const struct net_allow *allow, const char *host)
{
	struct net_address address;

	return names_host(allow, host) ||
	       (net_address_parse(host, &address) && names_address(allow, address));
}

/* Addresses, the name that stands for one everywhere, and the numbers that resolvers
 * take for IPv4: 2130706433, 0x7f.1. */
static bool literal_address(const char *host, struct net_address *out)
{
	struct in_addr number;

	if (net_address_parse(strcasecmp(host, "localhost") == 0 ? "127.0.0.1" : host, out))
		return true;
	return inet_aton(host, &number) && net_address_from_bytes(&number, sizeof(number), out);
}

enum err_code net_allow_url(const struct net_allow *allow, const char *url, struct err *err)
{
	struct net_address address;
	char host[HOST_MAX + 1];
	struct url parts;

	if (url_split(url, &parts) || parts.host_len > HOST_MAX)
		return ERR_OK;
	memcpy(host, parts.host, parts.host_len);
	host[parts.host_len] = '\0';
	if (!parts.https && !net_allow_plain_http(allow, host))
		return err_set(err, ERR_INVALID, "http:// is refused unless webhook_allow names %s",
			       host);
	if (!literal_address(host, &address) || net_allow_address(allow, host, &address))
		return ERR_OK;
	return err_set(err, ERR_INVALID, "%s, %s address, is refused unless webhook_allow names it",
		       host, net_kind_words(net_address_kind(&address)));
}
