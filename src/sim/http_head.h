/* Whether bytes are the head of an HTTP/1 request. */
#ifndef SIM_HTTP_HEAD_H
#define SIM_HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>

enum { HTTP_HEAD_MAX = 64 * 1024, HTTP_TARGET_MAX = 16 * 1024 };

/* What must be said of a head. */
enum head_verdict {
	HEAD_UNFINISHED, /* good so far: wait for more */
	HEAD_GOOD,
	HEAD_BAD
};

struct head_problem {
	unsigned int status; /* 400, 414, 431, 501, 505 */
	const char *code;
	const char *message;
};

/* `ended`: the peer sends no more. *problem is set for HEAD_BAD. */
enum head_verdict http_head_check(const char *data, size_t len, bool ended,
				  struct head_problem *problem);

#endif
