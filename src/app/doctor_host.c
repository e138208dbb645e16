#include "doctor_host.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dacache/domain/profile.h"

enum { CONNECT_US = 5000000 };

struct host_check {
	struct loop *loop;
	void (*fn)(void *context, const struct host_result *result);
	void *context;
	struct host_result result;
	char host[256];
	char port[8];
	int fd;
	struct loop_watch *watch;
	struct loop_timer *timer;
	int64_t began_us;
};

/* "https://host:port/…" or "https://[::1]:port/…" into host and port. */
static void split_url(const char *url, char host[256], char port[8])
{
	const char *at = strstr(url, "://");
	bool is_https = strncmp(url, "https", 5) == 0;
	size_t len;

	at = at ? at + 3 : url;
	if (*at == '[') {
		at++;
		len = strcspn(at, "]");
	} else {
		len = strcspn(at, ":/?#");
	}
	snprintf(host, 256, "%.*s", (int)len, at);
	at += len + (at[len] == ']');
	if (*at == ':')
		snprintf(port, 8, "%.*s", (int)strspn(at + 1, "0123456789"), at + 1);
	else
		snprintf(port, 8, "%s", is_https ? "443" : "80");
}

bool host_is_proxied(const char *url)
{
	static const char *const names[] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
	size_t i;

	if (profile_url_is_loopback(url))
		return false;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return true;
	}
	return false;
}

static double ms_since(const struct host_check *check)
{
	int64_t now_us = clock_monotonic_us(loop_clock(check->loop));

	return (double)(now_us - check->began_us) / 1000.0;
}

/* Told from the loop; the owner may free the check in it. */
static void told(void *context)
{
	struct host_check *check = context;
	struct host_result result = check->result;

	loop_unwatch(&check->watch);
	loop_timer_stop(&check->timer);
	check->fn(check->context, &result);
}

static void connected(void *context, int fd, int events)
{
	struct host_check *check = context;
	int failed = 0;
	socklen_t size = sizeof(failed);

	(void)events;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &failed, &size))
		failed = errno;
	check->result.tcp_ok = failed == 0;
	check->result.tcp_ms = ms_since(check);
	snprintf(check->result.text, sizeof(check->result.text), "%s",
		 failed ? strerror(failed) : "connected");
	told(check);
}

static void too_late(void *context)
{
	struct host_check *check = context;

	snprintf(check->result.text, sizeof(check->result.text), "no connection within 5 s");
	told(check);
}

static enum err_code connect_to(struct host_check *check, const struct addrinfo *address)
{
	check->began_us = clock_monotonic_us(loop_clock(check->loop));
	check->fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (check->fd < 0 ||
	    (connect(check->fd, address->ai_addr, address->ai_addrlen) && errno != EINPROGRESS)) {
		snprintf(check->result.text, sizeof(check->result.text), "%s", strerror(errno));
		return loop_timer_start(check->loop, 0, told, check, &check->timer);
	}
	if (loop_watch(check->loop, check->fd, LOOP_WRITE, connected, check, &check->watch))
		return ERR_NO_MEMORY;
	return loop_timer_start(check->loop, CONNECT_US, too_late, check, &check->timer);
}

static enum err_code look_up(struct host_check *check)
{
	struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;
	char numeric[64] = "";
	int failed;
	enum err_code code;

	check->began_us = clock_monotonic_us(loop_clock(check->loop));
	failed = getaddrinfo(check->host, check->port, &hints, &found);
	check->result.name_ms = ms_since(check);
	if (failed) {
		snprintf(check->result.text, sizeof(check->result.text), "%.120s: %s", check->host,
			 gai_strerror(failed));
		return loop_timer_start(check->loop, 0, told, check, &check->timer);
	}
	check->result.name_ok = true;
	getnameinfo(found->ai_addr, found->ai_addrlen, numeric, sizeof(numeric), NULL, 0,
		    NI_NUMERICHOST);
	snprintf(check->result.address, sizeof(check->result.address), "%.60s port %s", numeric,
		 check->port);
	code = connect_to(check, found);
	freeaddrinfo(found);
	return code;
}

enum err_code host_check_start(struct loop *loop, const char *url,
			       void (*fn)(void *context, const struct host_result *result),
			       void *context, struct host_check **out)
{
	struct host_check *check = calloc(1, sizeof(*check));
	enum err_code code;

	if (!check)
		return ERR_NO_MEMORY;
	check->loop = loop;
	check->fn = fn;
	check->context = context;
	check->fd = -1;
	split_url(url, check->host, check->port);
	code = look_up(check);
	if (code)
		host_check_free(&check);
	*out = check;
	return code;
}

void host_check_free(struct host_check **check)
{
	if (!*check)
		return;
	loop_unwatch(&(*check)->watch);
	loop_timer_stop(&(*check)->timer);
	if ((*check)->fd >= 0)
		close((*check)->fd);
	free(*check);
	*check = NULL;
}
