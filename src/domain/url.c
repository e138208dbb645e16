#include "url.h"

#include <string.h>
#include <strings.h>

#include "dacache/base/text.h"

static const char *skip_scheme(const char *text, bool *https)
{
	*https = !strncasecmp(text, "https://", 8);
	if (*https)
		return text + 8;
	return strncasecmp(text, "http://", 7) ? NULL : text + 7;
}

/* A backslash is a slash to some readers of URLs: who the host is would depend on
 * the reader. */
static bool has_odd_bytes(const char *text)
{
	return strpbrk(text, " \\\"<>") || text_has_control(text) ||
	       !text_is_valid(text, strlen(text));
}

static bool port_is_valid(const char *port, size_t len)
{
	long value = 0;

	for (size_t i = 0; i < len; i++) {
		if (port[i] < '0' || port[i] > '9' || value > 65535)
			return false;
		value = value * 10 + (port[i] - '0');
	}
	return len > 0 && value > 0 && value <= 65535;
}

static bool split_host(const char *start, const char *end, struct url *out)
{
	const char *stop;

	if (start < end && *start == '[') {
		stop = memchr(start, ']', (size_t)(end - start));
		if (!stop || stop == start + 1)
			return false;
		stop++;
	} else {
		stop = memchr(start, ':', (size_t)(end - start));
		if (!stop)
			stop = end;
	}
	out->host = start;
	out->host_len = (size_t)(stop - start);
	if (!out->host_len)
		return false;
	return stop == end || (*stop == ':' && port_is_valid(stop + 1, (size_t)(end - stop - 1)));
}

const char *url_split(const char *text, struct url *out)
{
	const char *start = skip_scheme(text, &out->https);

	if (!start)
		return "must begin with http:// or https://";
	if (has_odd_bytes(text))
		return "must not hold blanks, control characters or any of \\ \" < >";

	const char *end = start + strcspn(start, "/?#");
	const char *host = start;

	for (const char *at = start; at < end; at++)
		if (*at == '@')
			host = at + 1;
	out->has_user = host != start;
	out->rest = end;
	if (!split_host(host, end, out))
		return "must name a host, and a port of 1-65535 if any";
	return NULL;
}

/* 127.a.b.c with each part 0-255, all four of them. */
static bool is_loopback_v4(const char *host, size_t len)
{
	int parts = 0;
	size_t at = 0;

	if (len < 4 || strncmp(host, "127.", 4))
		return false;
	while (at < len) {
		int value = 0;
		size_t digits = 0;

		for (; at < len && host[at] >= '0' && host[at] <= '9' && digits < 4; digits++)
			value = value * 10 + (host[at++] - '0');
		if (!digits || value > 255 || (at < len && host[at] != '.'))
			return false;
		parts++;
		if (at < len && ++at == len)
			return false;
	}
	return parts == 4;
}

bool url_host_is_loopback(const struct url *url)
{
	if (url->host_len == 9 && !strncasecmp(url->host, "localhost", 9))
		return true;
	if (url->host_len == 5 && !strncmp(url->host, "[::1]", 5))
		return true;
	return is_loopback_v4(url->host, url->host_len);
}
