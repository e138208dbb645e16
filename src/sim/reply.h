/* An answer while it is being made. */
#ifndef SIM_REPLY_H
#define SIM_REPLY_H

#include <stdbool.h>
#include <stdint.h>

#include "dacache/base/buf.h"
#include "dacache/base/vec.h"

struct reply_header {
	char *name;
	char *value;
};

struct reply {
	unsigned int status;
	struct buf body;
	struct vec headers; /* struct reply_header */
	struct buf details; /* JSON objects of an error, with commas */
	bool drop;          /* close the connection, answer nothing */
	int64_t truncate;   /* bytes of the body that are sent; -1: all */
};

void reply_init(struct reply *reply);
void reply_free(struct reply *reply);
/* Forget what was said so far, details too. */
void reply_clear(struct reply *reply);

/* Set, replace or (value NULL) remove a header; names in any case. */
void reply_set_header(struct reply *reply, const char *name, const char *value);

/* 200 (or another) and JSON: the text is appended to reply->body after. */
void reply_json(struct reply *reply, unsigned int status);
/* A whole JSON body. */
void reply_json_text(struct reply *reply, unsigned int status, const char *text);

/* A member that is off; before reply_error. */
void reply_detail(struct reply *reply, const char *code, const char *field);
/* The platform's error body; `context` is the correlation id. */
void reply_error(struct reply *reply, unsigned int status, const char *code, const char *context,
		 const char *format, ...) __attribute__((format(printf, 5, 6)));

#endif
