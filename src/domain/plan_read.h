/* Reading one entry of a plan, within the domain alone. */
#ifndef DACACHE_SRC_DOMAIN_PLAN_READ_H
#define DACACHE_SRC_DOMAIN_PLAN_READ_H

#include "dacache/base/vec.h"
#include "dacache/domain/plan.h"

/* The file's text, and what was found wrong in it. */
struct plan_reader {
	const char *text;
	size_t len;
	size_t counted_at; /* lines are counted up to here */
	size_t line;       /* the line counted_at stands in, from 1 */
	struct vec errors; /* of struct plan_error */
	bool out_of_memory;
};

/* The line of the byte at `at`, from 1. */
size_t plan_line(struct plan_reader *reader, size_t at);
void plan_complain(struct plan_reader *reader, size_t at, const char *id, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* The entry in text[start, end), which must be one JSON value. Its errors go to
 * reader->errors; true when there were none. *out is the caller's to clear either
 * way. */
bool plan_read_entry(struct plan_reader *reader, size_t start, size_t end, struct plan_entry *out);
void plan_entry_clear(struct plan_entry *entry);

#endif
