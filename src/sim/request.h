/* One request as it came, and the answer to it. */
#ifndef SIM_REQUEST_H
#define SIM_REQUEST_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stdint.h>

#include "random.h"
#include "reply.h"

struct sim;
struct client;

struct request {
	struct sim *sim;
	struct MHD_Connection *connection;
	char *method;
	char *path;  /* as it was sent, still percent-encoded */
	char *query; /* as it was sent, "" where there is none */
	struct buf body;
	char correlation[UUID_SIZE];
	const struct client *client; /* who asks, once that is known */
	struct reply reply;

	/* What a change did, for the request log. */
	bool applied;
	char *asked;     /* the members a PUT asked for, JSON */
	int64_t version; /* of the action afterwards; 0: none */

	/* How the answer waits for its time. */
	bool answered;
	bool held;
	int64_t due_us;
	struct request *next_held;
};

/* `target` is the request target, undecoded. NULL when out of memory. */
struct request *request_new(struct sim *sim, struct MHD_Connection *connection, const char *target);
void request_free(struct request **request);

/* A header's values joined by ", " (as RFC 9110 has it); false when absent. */
bool request_header(const struct request *request, const char *name, struct buf *out);
/* Whether the media type of the body is this one, whatever its parameters. */
bool request_has_type(const struct request *request, const char *type);

/* Append `text` with its %XX undone (and + as a blank, in a form). ERR_PARSE
 * for a broken escape or one that stands for NUL. */
enum err_code request_decode(const char *text, size_t len, bool form, struct buf *out);

/* The value of a name in form-encoded text (a query or a body); *times says
 * how often the name stands there. ERR_NOT_FOUND, ERR_PARSE. */
enum err_code request_form_value(const char *form, const char *name, struct buf *out, int *times);

/* The platform's error, as the answer. */
void request_fail(struct request *request, unsigned int status, const char *code,
		  const char *message);
/* 405 with Allow. */
void request_refuse_method(struct request *request, const char *allow);

bool request_is(const struct request *request, const char *method);
/* GET or HEAD. */
bool request_reads(const struct request *request);

#endif
