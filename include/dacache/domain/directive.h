/* Invalidation directives (tutorial, steps 2 and 5): local, never the server's. */
#ifndef DACACHE_DOMAIN_DIRECTIVE_H
#define DACACHE_DOMAIN_DIRECTIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dacache/base/buf.h"
#include "dacache/base/err.h"

enum directive_action {
	DIRECTIVE_INVALIDATE,
	DIRECTIVE_REFRESH,
	DIRECTIVE_NOOP,
	DIRECTIVE_ACTIONS
};

enum { DIRECTIVES_MAX = 32, DIRECTIVE_SOURCE_MAX = 2048, DIRECTIVE_EVENT_MAX = 128 };

/* Strings are owned and never NULL. */
struct directive {
	char *source;     /* http or https URL */
	char *event_type; /* not empty */
	enum directive_action action;
};

/* Owns its items. */
struct directive_list {
	struct directive *items;
	size_t len;
};

const char *directive_action_name(enum directive_action action);
enum err_code directive_action_parse(const char *name, enum directive_action *out, struct err *err);

/* Each part by itself, so that a form can show the error under its field:
 * ERR_INVALID with a text that says what is wrong. */
enum err_code directive_check_source(const char *source, struct err *err);
enum err_code directive_check_event(const char *event_type, struct err *err);

/* "SOURCE,EVENT,ACTION" of the shell; commas in the source are kept (the last
 * two commas separate). *out is overwritten; ERR_INVALID leaves it empty. */
enum err_code directive_parse(const char *text, struct directive *out, struct err *err);
void directive_clear(struct directive *directive);
bool directive_equal(const struct directive *a, const struct directive *b);

/* Copies the strings. ERR_LIMIT past DIRECTIVES_MAX. */
enum err_code directive_list_add(struct directive_list *list, const char *source,
				 const char *event_type, enum directive_action action);
void directive_list_remove(struct directive_list *list, size_t i);
/* *to is overwritten, not cleared first; empty on failure. */
enum err_code directive_list_copy(const struct directive_list *from, struct directive_list *to);
void directive_list_clear(struct directive_list *list);
bool directive_list_equal(const struct directive_list *a, const struct directive_list *b);
/* First directive of that event type, or NULL. */
const struct directive *directive_list_find(const struct directive_list *list,
					    const char *event_type);

/* JSON array of {"source","event_type","action"}, and back: ERR_PARSE, or
 * ERR_LIMIT past DIRECTIVES_MAX. Texts are not checked (a draft may hold half a
 * URL). *out is overwritten, not cleared first; empty on failure. */
enum err_code directive_list_to_json(const struct directive_list *list, struct buf *out);
enum err_code directive_list_from_json(const char *json, struct directive_list *out,
				       struct err *err);

/* The webhook's body (API.md), timestamp in seconds with a fraction:
 * {"event":"cache_invalidation","directive":{…},"action","timestamp","data":{"target_key":KEY}} */
enum err_code directive_webhook_body(const struct directive *directive, const char *target_key,
				     int64_t wall_us, struct buf *out);

#endif
