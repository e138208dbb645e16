/* Small work on the text of URLs. */
#ifndef DACACHE_SRC_NET_URL_H
#define DACACHE_SRC_NET_URL_H

#include <stdbool.h>

#include "dacache/base/buf.h"

/* One path segment or query value: all but RFC 3986's unreserved becomes %XX;
 * "." and ".." too, which would otherwise walk up the path. */
enum err_code net_url_encode(struct buf *out, const char *text);
/* application/x-www-form-urlencoded: a blank is '+'. */
enum err_code net_url_form_encode(struct buf *out, const char *text);

/* A bare host: localhost, 127.0.0.0/8, ::1 with or without brackets. */
bool net_url_host_is_loopback(const char *host);

#endif
