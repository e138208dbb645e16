/* HTTP on loopback, and the loop everything runs in. */
#ifndef SIM_SERVER_H
#define SIM_SERVER_H

#include "sim.h"

struct server;

/* Listens on 127.0.0.1. ERR_IO with the reason: port taken, certificate
 * unreadable. */
enum err_code server_new(struct sim *sim, struct server **out, struct err *err);
int server_port(const struct server *server);
/* Serve until SIGTERM or SIGINT. */
enum err_code server_run(struct server *server, struct err *err);
void server_free(struct server **server);

#endif
