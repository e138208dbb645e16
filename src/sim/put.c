#include "put.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "etag.h"
#include "jsonio.h"
#include "sim.h"
#include "validate.h"

enum { PUT_BODY_MAX = 512000, PUT_HEADER_MAX = 64 * 1024 };

/* The body as a JSON object; NULL when the refusal is the answer. */
static struct json_object *read_body(struct request *request)
{
	struct json_object *body = NULL;
	struct err err;

	if (!request_has_type(request, "application/json")) {
		request_fail(request, 415, "unsupported.media.type",
			     "The body must be application/json.");
		return NULL;
	}
	if (request->body.failed || request->body.len > PUT_BODY_MAX) {
		reply_error(&request->reply, 413, "request.too.large", request->correlation,
			    "The body is longer than %d bytes.", PUT_BODY_MAX);
		return NULL;
	}
	if (jsonio_parse(buf_str(&request->body), request->body.len, &body, &err) != ERR_OK) {
		request_fail(request, 400, "bad.request", err.text);
		return NULL;
	}
	if (!json_object_is_type(body, json_type_object)) {
		request_fail(request, 400, "bad.request", "The body must be a JSON object.");
		json_object_put(body);
		return NULL;
	}
	return body;
}

/* The cache members asked for, kept for the request log. */
static void note_asked(struct request *request, struct json_object *body)
{
	static const char *const names[] = {"cacheEnabled", "cacheKey", "cacheTtl"};
	struct json_object *asked = json_object_new_object();
	struct json_object *value;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (json_object_object_get_ex(body, names[i], &value))
			json_object_object_add(asked, names[i], json_object_get(value));
	request->asked = strdup(json_object_to_json_string_ext(asked, JSONIO_PLAIN));
	json_object_put(asked);
}

/* The tutorial's reading: the hash of what is sent, quoted or bare. */
static bool matches_payload(const char *if_match, struct json_object *body)
{
	char etag[ETAG_SIZE];
	size_t len;

	if (etag_of_members(body, etag) != ERR_OK)
		return false;
	len = strlen(etag);
	return strcmp(if_match, etag) == 0 ||
	       (strlen(if_match) == len - 2 && strncmp(if_match, etag + 1, len - 2) == 0);
}

static bool matches(struct request *request, size_t slot, const char *if_match,
		    struct json_object *body)
{
	char etag[ETAG_SIZE];

	if (request->sim->options.if_match == IF_MATCH_PAYLOAD)
		return matches_payload(if_match, body);
	return etag_of_state(request->sim, slot, etag) == ERR_OK &&
	       etag_list_matches(if_match, etag);
}

static void refuse_match(struct request *request, size_t slot)
{
	bool conflict = request->sim->options.conflict == CONFLICT_409;
	int64_t version = tenant_facts(request->sim->tenant, slot, NULL).version;

	reply_error(&request->reply, conflict ? 409 : 412,
		    conflict ? "conflict" : "precondition.failed", request->correlation,
		    "If-Match does not match: the Data Action is at version %" PRId64
		    " now. Fetch it again.",
		    version);
}

/* False when the refusal is the answer. */
static bool check_if_match(struct request *request, size_t slot, struct json_object *body)
{
	struct buf if_match;
	bool good = request->sim->options.if_match == IF_MATCH_IGNORE;

	buf_init(&if_match, PUT_HEADER_MAX);
	if (good)
		;
	else if (!request_header(request, "If-Match", &if_match))
		request_fail(request, 428, "precondition.required",
			     "A PUT needs If-Match with the ETag of the Data Action.");
	else if (matches(request, slot, buf_str(&if_match), body))
		good = true;
	else
		refuse_match(request, slot);
	buf_free(&if_match);
	return good;
}

static void answer_changed(struct request *request, size_t slot)
{
	struct sim *sim = request->sim;
	char etag[ETAG_SIZE];

	request->applied = true;
	request->version = tenant_facts(sim->tenant, slot, NULL).version;
	reply_json(&request->reply, 200);
	if (sim->options.etag != ETAG_NONE && etag_of_state(sim, slot, etag) == ERR_OK)
		reply_set_header(&request->reply, "ETag", etag);
	tenant_document(sim->tenant, slot, &request->reply.body);
}

static void apply(struct request *request, size_t slot, struct json_object *body)
{
	struct sim *sim = request->sim;
	enum err_code rc = change_action(sim, slot, body, sim->options.put == PUT_REPLACE,
					 request->client->id);

	if (rc == ERR_OK)
		answer_changed(request, slot);
	else if (rc == ERR_LIMIT)
		request_fail(request, 413, "request.too.large",
			     "The Data Action would be longer than 1 MiB.");
	else
		request_fail(request, 500, "internal.server.error", "Out of memory.");
}

void put_action(struct request *request, size_t slot, const char *id)
{
	struct json_object *body = read_body(request);

	if (!body)
		return;
	note_asked(request, body);
	if (validate_put(request, body, id) && check_if_match(request, slot, body))
		apply(request, slot, body);
	if (request->version == 0)
		request->version = tenant_facts(request->sim->tenant, slot, NULL).version;
	json_object_put(body);
}
