/* The door: connections are let in once the head of their first request has
 * come and is HTTP. libmicrohttpd answers what it cannot parse in HTML, or not
 * at all; here such a request gets the platform's JSON error. */
#ifndef SIM_GATE_H
#define SIM_GATE_H

#include <stdbool.h>

#include "dacache/base/err.h"

struct gate;
struct random;

/* Takes a connection over, with all its bytes still to be read. */
typedef void gate_admit_fn(void *context, int fd);

/* Listens on 127.0.0.1. `looks`: false where the bytes are encrypted, and
 * everybody is let in. `random`, for correlation ids, must outlive the gate.
 * ERR_IO with the reason. */
enum err_code gate_new(int port, bool looks, struct random *random, gate_admit_fn *admit,
		       void *context, struct gate **out, struct err *err);
void gate_free(struct gate **gate);

int gate_port(const struct gate *gate);
/* Readable when gate_run has something to do. */
int gate_fd(const struct gate *gate);
void gate_run(struct gate *gate);

#endif
