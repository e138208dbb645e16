/* Small work on the text of URLs. */
#include "url.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>

enum { LOOPBACK_NET = 127, HOST_MAX = 64 };

static bool is_unreserved(unsigned char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       strchr("-._~", c) != NULL;
}

static enum err_code put_encoded(struct buf *out, unsigned char c)
{
	return buf_printf(out, "%%%02X", (unsigned int)c);
}

enum err_code net_url_encode(struct buf *out, const char *text)
{
	bool is_dots = strcmp(text, ".") == 0 || strcmp(text, "..") == 0;

	for (const char *at = text; *at != '\0'; at++) {
		if (is_unreserved((unsigned char)*at) && !is_dots)
			buf_putc(out, *at);
		else
			put_encoded(out, (unsigned char)*at);
	}
	return out->failed;
}

enum err_code net_url_form_encode(struct buf *out, const char *text)
{
	for (const char *at = text; *at != '\0'; at++) {
		if (*at == ' ')
			buf_putc(out, '+');
		else if (is_unreserved((unsigned char)*at) && *at != '~')
			buf_putc(out, *at);
		else
			put_encoded(out, (unsigned char)*at);
	}
	return out->failed;
}

bool net_url_host_is_loopback(const char *host)
{
	struct in_addr v4;
	struct in6_addr v6;
	char bare[HOST_MAX];
	size_t len = strlen(host);

	if (strcasecmp(host, "localhost") == 0)
		return true;
	if (inet_pton(AF_INET, host, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == LOOPBACK_NET;
	if (len > 2 && len < sizeof(bare) && host[0] == '[' && host[len - 1] == ']') {
		memcpy(bare, host + 1, len - 2);
		bare[len - 2] = '\0';
		host = bare;
	}
	return inet_pton(AF_INET6, host, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}
