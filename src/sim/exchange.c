#include "exchange.h"

#include <string.h>

#include "access.h"
#include "actions.h"
#include "change.h"
#include "control.h"
#include "faults.h"
#include "jsonio.h"
#include "oauth.h"
#include "reqlog.h"
#include "sim.h"
#include "webhooks.h"

enum { ID_TEXT_MAX = 4096 };

static bool starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* The id's segment of a path to one action, or NULL. */
static const char *action_segment(const char *path)
{
	const char *segment = path + sizeof(ACTIONS_PATH);

	if (!starts_with(path, ACTIONS_PATH "/") || *segment == '\0' || strchr(segment, '/'))
		return NULL;
	return segment;
}

static void route(struct request *request)
{
	const char *path = request->path;

	if (strcmp(path, "/oauth/token") == 0)
		oauth_answer(request);
	else if (strcmp(path, ACTIONS_PATH) == 0)
		actions_answer_list(request);
	else if (action_segment(path))
		actions_answer_one(request, action_segment(path));
	else if (starts_with(path, "/webhooks/"))
		webhooks_answer(request);
	else
		request_fail(request, 404, "not.found", "Nothing is at this path.");
}

/* ---- faults ---- */

static const char *code_of(unsigned int status)
{
	static const struct {
		unsigned int status;
		const char *code;
	} codes[] = {
		{400, "bad.request"},
		{401, "bad.credentials"},
		{403, "not.authorized"},
		{404, "not.found"},
		{409, "conflict"},
		{412, "precondition.failed"},
		{413, "request.too.large"},
		{415, "unsupported.media.type"},
		{428, "precondition.required"},
		{429, "too.many.requests"},
		{500, "internal.server.error"},
		{502, "bad.gateway"},
		{503, "service.unavailable"},
		{504, "gateway.timeout"},
	};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i].status == status)
			return codes[i].code;
	return "fault";
}

static void touch_target(struct request *request, const struct fault *fault)
{
	const char *segment = action_segment(request->path);
	struct buf id;
	size_t slot;

	buf_init(&id, ID_TEXT_MAX);
	if (segment)
		request_decode(segment, strlen(segment), false, &id);
	change_by_touch(request->sim, fault->touch, buf_str(&id), &slot, NULL);
	buf_free(&id);
}

static void replace_body(struct reply *reply, struct json_object *body)
{
	reply_json(reply, reply->status);
	if (json_object_is_type(body, json_type_string))
		buf_append(&reply->body, json_object_get_string(body),
			   (size_t)json_object_get_string_len(body));
	else
		jsonio_write(body, &reply->body);
}

static void empty_body(struct reply *reply, unsigned int status)
{
	reply->status = status;
	buf_reset(&reply->body);
	reply_set_header(reply, "Content-Type", NULL);
}

static void set_status(struct request *request, unsigned int status)
{
	reply_clear(&request->reply);
	if (status < 300 || status == 304)
		empty_body(&request->reply, status);
	else
		request_fail(request, status, code_of(status), "A fault was asked for.");
}

static void set_headers(struct reply *reply, struct json_object *headers)
{
	json_object_object_foreach(headers, name, value)
	{
		reply_set_header(reply, name, value ? json_object_get_string(value) : NULL);
	}
}

/* Makes the answer what the fault wants it to be. */
static void spoil_reply(struct request *request, const struct fault *fault)
{
	struct reply *reply = &request->reply;

	if (fault->status)
		set_status(request, fault->status);
	if (fault->body)
		replace_body(reply, fault->body);
	if (fault->no_content && reply->status == 200) {
		empty_body(reply, 204);
		reply_set_header(reply, "ETag", NULL);
	}
	if (fault->content_type)
		reply_set_header(reply, "Content-Type", fault->content_type);
	reply->truncate = fault->truncate;
	reply->drop = fault->drop != DROP_NO;
}

static void run_with_fault(struct request *request, const struct fault *fault)
{
	bool keeps_from_running = fault->drop == DROP_BEFORE || (fault->status && !fault->applied);

	if (fault->touch)
		touch_target(request, fault);
	if (keeps_from_running)
		access_identify(request);
	else
		route(request);
	spoil_reply(request, fault);
}

/* ---- the whole of it ---- */

static void add_common_headers(struct request *request)
{
	access_add_quota(request);
	reply_set_header(&request->reply, "ININ-Correlation-Id", request->correlation);
}

static void run_api(struct request *request)
{
	struct sim *sim = request->sim;
	const struct fault *fault =
		faults_take(sim->faults, request->method, request->path, request->query);

	if (fault)
		run_with_fault(request, fault);
	else
		route(request);
	add_common_headers(request);
	if (fault && fault->headers)
		set_headers(&request->reply, fault->headers);
	request->due_us = clock_monotonic_us(&sim->clock) + sim->options.latency_ms * 1000 +
			  (fault ? fault->delay_us : 0);
	reqlog_add(sim->log, request);
}

void exchange_run(struct request *request)
{
	random_uuid(&request->sim->random, request->correlation);
	if (starts_with(request->path, CONTROL_PREFIX)) {
		control_answer(request);
		reply_set_header(&request->reply, "ININ-Correlation-Id", request->correlation);
	} else {
		run_api(request);
	}
}
