/* The demo: a simulator as a child process, with its feed on a pipe. */
#ifndef DACACHE_APP_DEMO_H
#define DACACHE_APP_DEMO_H

#include <stdbool.h>

#include "dacache/base/err.h"
#include "dacache/domain/profile.h"

struct demo;

/* Starts dacache-sim (beside this program, else on PATH) on a free port with the
 * demo tenant; returns once it listens. The child ends with us, also when we are
 * killed. argv0 helps to find it; feed_fd is the reading end for feed_open_fd. */
enum err_code demo_start(struct demo **out, int *feed_fd, struct err *err);
void demo_free(struct demo **demo); /* ends the child, by its process id */
/* A store of its own, removed by demo_free. */
const char *demo_store_path(const struct demo *demo);
/* name "demo", the sim's URL and its credentials. */
enum err_code demo_profile(const struct demo *demo, struct profile *out, struct err *err);

/* `:sim` words (touch ID, throttle, drop before|after, expire, …): posts the
 * control call; the answer comes as a message of the session. */
struct session;
enum err_code demo_control(struct session *session, const char *const *words, size_t n,
			   struct err *err);

#endif
