/* Reading one entry of a plan, within the domain alone. */
#ifndef DACACHE_SRC_DOMAIN_PLAN_READ_H
#define DACACHE_SRC_DOMAIN_PLAN_READ_H

#include <json-c/json.h>

#include "dacache/base/vec.h"
#include "dacache/domain/plan.h"

/* The file's text, and what was found wrong in it. */
struct plan_reader {
	const char *text;
	size_t len;
	size_t start;      /* behind the byte order mark */
	size_t counted_at; /* lines are counted up to here */
	size_t line;       /* the line counted_at stands in, from 1 */
	struct vec errors; /* of struct plan_error */
	bool out_of_memory;
};

/* The line of the byte at `at`, from 1. */
size_t plan_line(struct plan_reader *reader, size_t at);
void plan_complain(struct plan_reader *reader, size_t at, const char *id, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* The same, of a place in a line: the column too. */
void plan_complain_at(struct plan_reader *reader, size_t at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* What is likely wrong where the syntax of text ended, at `at`; *place is where to look. */
const char *plan_syntax_words(const char *text, size_t len, size_t at, size_t *place);

/* The entry in text[start, end), which must be one JSON value. Its errors go to
 * reader->errors. *out is the caller's to clear; without an id it is none. */
void plan_read_entry(struct plan_reader *reader, size_t start, size_t end, struct plan_entry *out);
/* The errors of plan_entry_check go there too. */
void plan_complain_of_values(struct plan_reader *reader, size_t at, const struct plan_entry *entry);
void plan_entry_clear(struct plan_entry *entry);

/* The value of `directives`: all that is wrong in it goes to reader->errors. True when
 * nothing was, *out is then the list; else empty. NULL id: not known. */
bool plan_read_directives(struct plan_reader *reader, size_t at, const char *id,
			  struct json_object *value, struct directive_list *out);

#endif
