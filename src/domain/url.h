/* The parts of an http(s) URL that the domain's checks look at. */
#ifndef DACACHE_SRC_DOMAIN_URL_H
#define DACACHE_SRC_DOMAIN_URL_H

#include <stdbool.h>
#include <stddef.h>

/* Pointers into the text that was split; not NUL-terminated. */
struct url {
	bool https;
	bool has_user;    /* user or user:password in front of the host */
	const char *host; /* an IPv6 address with its brackets */
	size_t host_len;
	const char *rest; /* path, query and fragment; "" when there are none */
};

/* NULL when it is an http(s) URL with a host; else what is wrong with it, as the
 * end of a sentence ("must be …"). */
const char *url_split(const char *text, struct url *out);
/* localhost, 127.0.0.0/8, [::1]. */
bool url_host_is_loopback(const struct url *url);

#endif
