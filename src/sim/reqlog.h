/* What was asked and what came of it: the server's side of the story, which
 * tests compare with the client's audit. */
#ifndef SIM_REQLOG_H
#define SIM_REQLOG_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dacache/base/err.h"

struct request;
struct reqlog;

enum err_code reqlog_new(struct reqlog **out);
void reqlog_free(struct reqlog **log);
void reqlog_clear(struct reqlog *log);

/* Note a request with its finished answer. Every PUT is kept, of the others
 * the newest 10000. */
enum err_code reqlog_add(struct reqlog *log, const struct request *request);

uint64_t reqlog_total(const struct reqlog *log);
size_t reqlog_puts(const struct reqlog *log);
size_t reqlog_applied(const struct reqlog *log);

/* An array, oldest first, of those after number `after`; only_puts leaves the
 * others out. The caller puts it. */
struct json_object *reqlog_to_json(const struct reqlog *log, uint64_t after, bool only_puts);

#endif
