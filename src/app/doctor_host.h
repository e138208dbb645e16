/* Name look-up and TCP connect to a URL's host, for doctor. */
#ifndef DACACHE_SRC_APP_DOCTOR_HOST_H
#define DACACHE_SRC_APP_DOCTOR_HOST_H

#include <stdbool.h>

#include "dacache/base/err.h"
#include "dacache/loop/loop.h"

struct host_result {
	bool name_ok;
	bool tcp_ok;
	double name_ms;
	double tcp_ms;
	char address[80]; /* "127.0.0.1 port 8080" */
	char text[200];   /* what went wrong, or "connected" */
};

struct host_check;

/* fn is called once, from the loop. The name look-up blocks (getaddrinfo). */
enum err_code host_check_start(struct loop *loop, const char *url,
			       void (*fn)(void *context, const struct host_result *result),
			       void *context, struct host_check **out);
void host_check_free(struct host_check **check);

/* True when a proxy of the environment stands before this URL. */
bool host_is_proxied(const char *url);

#endif
