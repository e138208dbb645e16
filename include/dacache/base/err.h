/* Error codes and the text that goes with them. */
#ifndef DACACHE_BASE_ERR_H
#define DACACHE_BASE_ERR_H

#include <stddef.h>

enum err_code {
	ERR_OK = 0,
	ERR_NO_MEMORY,
	ERR_USAGE,   /* the caller's words are off */
	ERR_INVALID, /* a value breaks a rule of the domain */
	ERR_PARSE,   /* not the syntax that was expected */
	ERR_LIMIT,   /* a mandatory maximum was met */
	ERR_NOT_FOUND,
	ERR_IO,    /* a file or a pipe */
	ERR_STORE, /* SQLite */
	ERR_NETWORK,
	ERR_TLS,
	ERR_TIMEOUT,
	ERR_UNAUTHORISED, /* credentials, scope or role */
	ERR_CONFLICT,
	ERR_RATE_LIMITED,
	ERR_SERVER, /* the tenant's fault: 5xx or nonsense */
	ERR_READ_ONLY,
	ERR_CANCELLED,
	ERR_OUTCOME_UNKNOWN
};

enum { ERR_TEXT_SIZE = 512 };

/* Owned by the caller; text is always NUL-terminated UTF-8. */
struct err {
	enum err_code code;
	char text[ERR_TEXT_SIZE];
};

/* Fill *err (may be NULL) and return code, so that a caller can write
 * `return err_set(err, ERR_IO, ...)`. Text too long is cut. */
enum err_code err_set(struct err *err, enum err_code code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Put "prefix: " in front of the text that is there; returns err->code
 * (ERR_OK for NULL). */
enum err_code err_prefix(struct err *err, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

void err_clear(struct err *err);

#endif
