#include "reqlog.h"

#include <stdlib.h>
#include <string.h>

#include "dacache/base/vec.h"
#include "jsonio.h"
#include "request.h"
#include "sim.h"

enum { OTHERS_KEPT = 10000, IF_MATCH_MAX = 64 * 1024 };

struct entry {
	uint64_t n; /* from 1, in the order of the answers */
	int64_t wall_us;
	char *method;
	char *target;
	char *if_match; /* NULL: none was sent */
	char *asked;    /* NULL: no PUT, or one whose body could not be read */
	const char *client;
	int64_t version;
	unsigned int status; /* 0: no answer was sent */
	bool applied;
	char correlation[UUID_SIZE];
};

struct reqlog {
	struct vec puts;   /* struct entry */
	struct vec others; /* struct entry; a ring once it is full */
	size_t oldest;     /* of the ring */
	uint64_t total;
	size_t applied;
};

enum err_code reqlog_new(struct reqlog **out)
{
	struct reqlog *log = calloc(1, sizeof(*log));

	if (!log)
		return ERR_NO_MEMORY;
	vec_init(&log->puts, sizeof(struct entry));
	vec_init(&log->others, sizeof(struct entry));
	*out = log;
	return ERR_OK;
}

static void entry_clear(struct entry *entry)
{
	free(entry->method);
	free(entry->target);
	free(entry->if_match);
	free(entry->asked);
}

static void clear_entries(struct vec *entries)
{
	for (size_t i = 0; i < entries->len; i++)
		entry_clear(vec_at(entries, i));
	vec_clear(entries);
}

void reqlog_clear(struct reqlog *log)
{
	clear_entries(&log->puts);
	clear_entries(&log->others);
	log->oldest = 0;
	log->total = 0;
	log->applied = 0;
}

void reqlog_free(struct reqlog **log)
{
	if (!*log)
		return;
	reqlog_clear(*log);
	vec_free(&(*log)->puts);
	vec_free(&(*log)->others);
	free(*log);
	*log = NULL;
}

static char *target_of(const struct request *request)
{
	size_t len = strlen(request->path) + strlen(request->query) + 2;
	char *target = malloc(len);

	if (!target)
		return NULL;
	strcpy(target, request->path);
	if (*request->query) {
		strcat(target, "?");
		strcat(target, request->query);
	}
	return target;
}

static char *if_match_of(const struct request *request)
{
	struct buf value;
	char *text = NULL;

	buf_init(&value, IF_MATCH_MAX);
	if (request_header(request, "If-Match", &value))
		text = strdup(buf_str(&value));
	buf_free(&value);
	return text;
}

static enum err_code keep(struct reqlog *log, struct entry *entry, bool is_put)
{
	struct entry *oldest;

	if (is_put)
		return vec_push(&log->puts, entry);
	if (log->others.len < OTHERS_KEPT)
		return vec_push(&log->others, entry);
	oldest = vec_at(&log->others, log->oldest);
	entry_clear(oldest);
	*oldest = *entry;
	log->oldest = (log->oldest + 1) % OTHERS_KEPT;
	return ERR_OK;
}

enum err_code reqlog_add(struct reqlog *log, const struct request *request)
{
	struct entry entry = {.n = ++log->total,
			      .wall_us = clock_wall_us(&request->sim->clock),
			      .client = request->client ? request->client->id : NULL,
			      .version = request->version,
			      .status = request->reply.drop ? 0 : request->reply.status,
			      .applied = request->applied};
	enum err_code rc = ERR_NO_MEMORY;

	memcpy(entry.correlation, request->correlation, sizeof(entry.correlation));
	entry.method = strdup(request->method);
	entry.target = target_of(request);
	entry.if_match = if_match_of(request);
	entry.asked = request->asked ? strdup(request->asked) : NULL;
	log->applied += request->applied;
	if (entry.method && entry.target)
		rc = keep(log, &entry, request_is(request, "PUT"));
	if (rc != ERR_OK)
		entry_clear(&entry);
	return rc;
}

uint64_t reqlog_total(const struct reqlog *log)
{
	return log->total;
}

size_t reqlog_puts(const struct reqlog *log)
{
	return log->puts.len;
}

size_t reqlog_applied(const struct reqlog *log)
{
	return log->applied;
}

static struct json_object *entry_to_json(const struct entry *entry)
{
	struct json_object *out = json_object_new_object();
	char ts[CLOCK_TEXT_SIZE];

	clock_format_rfc3339(entry->wall_us, ts);
	jsonio_add_int(out, "n", (int64_t)entry->n);
	jsonio_add_text(out, "ts", ts);
	jsonio_add_text(out, "method", entry->method);
	jsonio_add_text(out, "path", entry->target);
	jsonio_add_int(out, "status", entry->status);
	jsonio_add_text(out, "client", entry->client);
	jsonio_add_text(out, "if_match", entry->if_match);
	jsonio_add_text(out, "effect", entry->applied ? "applied" : "none");
	jsonio_add_text(out, "correlation_id", entry->correlation);
	if (entry->asked)
		json_object_object_add(out, "asked", json_tokener_parse(entry->asked));
	if (entry->version > 0)
		jsonio_add_int(out, "version", entry->version);
	return out;
}

/* The oldest entry past number `after` in a list whose numbers rise. */
static const struct entry *next_entry(const struct vec *entries, size_t oldest, size_t *at,
				      uint64_t after)
{
	while (*at < entries->len) {
		const struct entry *entry = vec_at(entries, (oldest + *at) % entries->len);
		if (entry->n > after)
			return entry;
		++*at;
	}
	return NULL;
}

struct json_object *reqlog_to_json(const struct reqlog *log, uint64_t after, bool only_puts)
{
	struct json_object *out = json_object_new_array();
	size_t put_at = 0;
	size_t other_at = 0;

	for (;;) {
		const struct entry *put = next_entry(&log->puts, 0, &put_at, after);
		const struct entry *other =
			only_puts ? NULL : next_entry(&log->others, log->oldest, &other_at, after);
		if (!put && !other)
			return out;
		if (put && (!other || put->n < other->n)) {
			json_object_array_add(out, entry_to_json(put));
			put_at++;
		} else {
			json_object_array_add(out, entry_to_json(other));
			other_at++;
		}
	}
}
