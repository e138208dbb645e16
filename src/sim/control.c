#include "control.h"

#include <json-c/json.h>
#include <string.h>

#include "change.h"
#include "dacache/base/text.h"
#include "etag.h"
#include "faults.h"
#include "jsonio.h"
#include "reqlog.h"
#include "sim.h"
#include "state.h"
#include "webhooks.h"

enum { VALUE_MAX = 4096 };

static void refuse(struct request *request, unsigned int status, const char *code,
		   const struct err *err)
{
	reply_clear(&request->reply);
	request_fail(request, status, code, err->text);
}

/* The value is put here. */
static void answer_json(struct request *request, struct json_object *value)
{
	reply_json(&request->reply, 200);
	if (jsonio_write(value, &request->reply.body) != ERR_OK)
		request_fail(request, 500, "internal.server.error", "The answer is too long.");
	json_object_put(value);
}

static void answer_done(struct request *request)
{
	reply_json_text(&request->reply, 200, "{\"ok\":true}");
}

/* ---- GET ---- */

static void get_document(struct request *request, const char *id)
{
	struct tenant *tenant = request->sim->tenant;
	char etag[ETAG_SIZE];
	size_t slot;

	if (!tenant_find(tenant, id, &slot)) {
		request_fail(request, 404, "not.found", "No Data Action has this id.");
		return;
	}
	reply_json(&request->reply, 200);
	if (etag_of_state(request->sim, slot, etag) == ERR_OK)
		reply_set_header(&request->reply, "ETag", etag);
	tenant_document(tenant, slot, &request->reply.body);
}

static void get_state(struct request *request)
{
	struct buf id;
	int times;
	enum err_code rc;

	buf_init(&id, VALUE_MAX);
	rc = request_form_value(request->query, "id", &id, &times);
	if (rc == ERR_NOT_FOUND)
		answer_json(request, state_to_json(request->sim));
	else if (rc == ERR_OK)
		get_document(request, buf_str(&id));
	else
		request_fail(request, 400, "bad.request", "The id is not percent-encoded well.");
	buf_free(&id);
}

/* ?after=N&method=PUT */
static void get_requests(struct request *request)
{
	struct buf value;
	int64_t after = 0;
	bool only_puts;
	int times;
	enum err_code rc;

	buf_init(&value, VALUE_MAX);
	rc = request_form_value(request->query, "after", &value, &times);
	if (rc == ERR_OK)
		rc = text_parse_int(buf_str(&value), 0, INT64_MAX, &after);
	buf_reset(&value);
	request_form_value(request->query, "method", &value, &times);
	only_puts = strcmp(buf_str(&value), "PUT") == 0;
	if (rc == ERR_OK || rc == ERR_NOT_FOUND)
		answer_json(request, reqlog_to_json(request->sim->log, (uint64_t)after, only_puts));
	else
		request_fail(request, 400, "invalid.value", "after must be a whole number.");
	buf_free(&value);
}

static void get_webhooks(struct request *request)
{
	answer_json(request, webhooks_to_json(request->sim->webhooks));
}

static void get_faults(struct request *request)
{
	answer_json(request, faults_to_json(request->sim->faults));
}

/* ---- POST ---- */

/* The body as JSON of a type; NULL when the refusal is the answer. */
static struct json_object *read_body(struct request *request, enum json_type type,
				     const char *wanted)
{
	struct json_object *body = NULL;
	struct err err;

	err_clear(&err);
	if (request->body.failed)
		err_set(&err, ERR_LIMIT, "the body is longer than 8 MiB");
	else if (jsonio_parse(buf_str(&request->body), request->body.len, &body, &err) == ERR_OK &&
		 !json_object_is_type(body, type))
		err_set(&err, ERR_INVALID, "the body must be %s", wanted);
	if (err.code == ERR_OK)
		return body;
	json_object_put(body);
	refuse(request, 400, "bad.request", &err);
	return NULL;
}

static void post_touch(struct request *request)
{
	struct json_object *body = read_body(request, json_type_object, "{\"id\", \"set\"}");
	char etag[ETAG_SIZE] = "";
	struct err err;
	size_t slot;
	enum err_code rc;

	if (!body)
		return;
	rc = change_by_touch(request->sim, body, NULL, &slot, &err);
	if (rc == ERR_OK) {
		struct json_object *out = json_object_new_object();
		etag_of_state(request->sim, slot, etag);
		jsonio_add_text(out, "id", jsonio_get_text(body, "id"));
		jsonio_add_int(out, "version",
			       tenant_facts(request->sim->tenant, slot, NULL).version);
		jsonio_add_text(out, "etag", etag);
		answer_json(request, out);
	} else {
		refuse(request, rc == ERR_NOT_FOUND ? 404 : 400,
		       rc == ERR_NOT_FOUND ? "not.found" : "bad.request", &err);
	}
	json_object_put(body);
}

static void post_faults(struct request *request)
{
	struct json_object *body = read_body(request, json_type_array, "an array of faults");
	struct err err;

	if (!body)
		return;
	if (faults_set(request->sim->faults, body, &err) == ERR_OK)
		answer_done(request);
	else
		refuse(request, 400, "invalid.value", &err);
	json_object_put(body);
}

static void post_expire(struct request *request)
{
	tokens_expire_all(request->sim->tokens);
	answer_done(request);
}

static void post_reset(struct request *request)
{
	struct err err;

	if (sim_reset(request->sim, &err) == ERR_OK)
		answer_done(request);
	else
		refuse(request, 500, "internal.server.error", &err);
}

static bool whole_number(struct json_object *body, const char *name, int64_t min, int64_t *out)
{
	struct json_object *value;

	if (!json_object_object_get_ex(body, name, &value))
		return true;
	*out = json_object_get_int64(value);
	return json_object_is_type(value, json_type_int) && *out >= min && *out <= 1000000000;
}

/* A new quota at once: every client's window begins now, with `used` requests
 * counted already. */
static void set_rate(struct sim *sim, int64_t allowed, int64_t seconds, int64_t used)
{
	int64_t end = clock_monotonic_us(&sim->clock) + seconds * 1000000;

	sim->quota_allowed = allowed;
	sim->quota_seconds = seconds;
	for (size_t i = 0; i < tokens_client_count(sim->tokens); i++)
		tokens_client_at(sim->tokens, i)->quota =
			(struct quota){.window_end_us = end, .count = used};
}

static void post_rate(struct request *request)
{
	struct json_object *body =
		read_body(request, json_type_object, "{\"allowed\", \"seconds\"}");
	struct sim *sim = request->sim;
	int64_t allowed = sim->quota_allowed;
	int64_t seconds = sim->quota_seconds;
	int64_t used = 0;

	if (!body)
		return;
	if (whole_number(body, "allowed", -1, &allowed) &&
	    whole_number(body, "seconds", 1, &seconds) && whole_number(body, "used", 0, &used)) {
		set_rate(sim, allowed, seconds, used);
		answer_done(request);
	} else {
		request_fail(request, 400, "invalid.value",
			     "allowed must be a whole number (0: nothing, -1: no limit), seconds "
			     "one from 1 on, used one from 0 on.");
	}
	json_object_put(body);
}

static void post_remove(struct request *request)
{
	struct json_object *body = read_body(request, json_type_object, "{\"id\"}");
	const char *id;
	size_t slot;

	if (!body)
		return;
	id = jsonio_get_text(body, "id");
	if (id && tenant_find(request->sim->tenant, id, &slot) &&
	    tenant_remove(request->sim->tenant, slot) == ERR_OK)
		answer_done(request);
	else
		request_fail(request, 404, "not.found", "No Data Action has this id.");
	json_object_put(body);
}

static void post_add(struct request *request)
{
	struct json_object *body = read_body(request, json_type_object, "a Data Action");
	struct err err;

	if (!body)
		return;
	if (tenant_add(request->sim->tenant, body, &err) == ERR_OK)
		answer_done(request);
	else
		refuse(request, 400, "invalid.value", &err);
	json_object_put(body);
}

/* ---- dispatch ---- */

static const struct control {
	const char *name;
	const char *method;
	void (*answer)(struct request *request);
} controls[] = {
	{"state", "GET", get_state},       {"requests", "GET", get_requests},
	{"webhooks", "GET", get_webhooks}, {"faults", "GET", get_faults},
	{"touch", "POST", post_touch},     {"faults", "POST", post_faults},
	{"expire", "POST", post_expire},   {"reset", "POST", post_reset},
	{"rate", "POST", post_rate},       {"remove", "POST", post_remove},
	{"add", "POST", post_add},
};

void control_answer(struct request *request)
{
	const char *name = request->path + sizeof(CONTROL_PREFIX) - 1;
	const char *allow = NULL;

	for (size_t i = 0; i < sizeof(controls) / sizeof(controls[0]); i++) {
		if (strcmp(controls[i].name, name) != 0)
			continue;
		if (request_is(request, controls[i].method)) {
			controls[i].answer(request);
			return;
		}
		allow = allow ? "GET, POST" : controls[i].method;
	}
	if (allow)
		request_refuse_method(request, allow);
	else
		request_fail(request, 404, "not.found",
			     "The controls are state, requests, webhooks, faults, touch, expire, "
			     "reset, rate, add and remove.");
}
