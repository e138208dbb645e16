/* Where one webhook may go. */
#include "webhook_guard.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dacache/base/text.h"

/* As http reads it: what is judged here is what is used there. */
static enum err_code read_url(struct webhook_guard *guard, const char *text)
{
	CURLU *url = curl_url();
	char *scheme = NULL;
	char *host = NULL;
	enum err_code code = ERR_OK;

	if (url == NULL)
		return ERR_NO_MEMORY;
	if (curl_url_set(url, CURLUPART_URL, text, CURLU_PATH_AS_IS) == CURLUE_OK &&
	    curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
	    curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK) {
		guard->host = text_dup(host);
		guard->refuses_scheme = strcasecmp(scheme, "http") == 0 &&
					!net_allow_plain_http(guard->allow, host);
		code = guard->host != NULL ? ERR_OK : ERR_NO_MEMORY;
	}
	curl_free(scheme);
	curl_free(host);
	curl_url_cleanup(url);
	return code;
}

enum err_code webhook_guard_init(struct webhook_guard *guard, const char *url, const char *allow,
				 struct err *err)
{
	enum err_code code;

	*guard = (struct webhook_guard){.allow = NULL};
	code = net_allow_parse(allow, &guard->allow, err);
	return code == ERR_OK ? read_url(guard, url) : code;
}

void webhook_guard_clear(struct webhook_guard *guard)
{
	net_allow_free(&guard->allow);
	free(guard->host);
	guard->host = NULL;
}

static bool read_address(const struct sockaddr *address, struct net_address *out)
{
	if (address->sa_family == AF_INET) {
		const struct sockaddr_in *v4 = (const void *)address;

		return net_address_from_bytes(&v4->sin_addr, sizeof(v4->sin_addr), out);
	}
	if (address->sa_family == AF_INET6) {
		const struct sockaddr_in6 *v6 = (const void *)address;

		return net_address_from_bytes(&v6->sin6_addr, sizeof(v6->sin6_addr), out);
	}
	return false;
}

bool webhook_guard_may_connect(void *context, const struct sockaddr *address)
{
	struct webhook_guard *guard = context;
	struct net_address read;

	if (!read_address(address, &read) || guard->host == NULL)
		return false;
	if (net_allow_address(guard->allow, guard->host, &read))
		return true;
	if (!guard->refuses_address)
		guard->refused = read;
	guard->refuses_address = true;
	return false;
}

static const char *address_text(const struct net_address *address, char out[INET6_ADDRSTRLEN])
{
	int family = address->family == NET_IPV4 ? AF_INET : AF_INET6;

	return inet_ntop(family, address->bytes, out, INET6_ADDRSTRLEN) != NULL ? out : "?";
}

void webhook_guard_words(const struct webhook_guard *guard, char *out, size_t size)
{
	char text[INET6_ADDRSTRLEN];
	struct net_address literal;

	out[0] = '\0';
	if (guard->refuses_scheme) {
		snprintf(out, size,
			 "http:// is not allowed to %s: use https://, or put %s into webhook_allow "
			 "of the profile",
			 guard->host, guard->host);
		return;
	}
	if (!guard->refuses_address)
		return;
	address_text(&guard->refused, text);
	if (net_address_parse(guard->host, &literal))
		snprintf(out, size,
			 "%s is %s address: to allow it, put it into webhook_allow of the profile",
			 text, net_kind_words(net_address_kind(&guard->refused)));
	else
		snprintf(out, size,
			 "%s resolves to %s, %s address: to allow it, put %s into webhook_allow "
			 "of the profile",
			 guard->host, text, net_kind_words(net_address_kind(&guard->refused)),
			 guard->host);
}
