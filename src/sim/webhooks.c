#include "webhooks.h"

#include <stdlib.h>
#include <string.h>

#include "dacache/base/vec.h"
#include "jsonio.h"
#include "sim.h"

enum { WEBHOOKS_KEPT = 10000 };

struct webhooks {
	struct vec kept; /* struct json_object *; a ring once it is full */
	size_t oldest;
	uint64_t total;
};

enum err_code webhooks_new(struct webhooks **out)
{
	struct webhooks *webhooks = calloc(1, sizeof(*webhooks));

	if (!webhooks)
		return ERR_NO_MEMORY;
	vec_init(&webhooks->kept, sizeof(struct json_object *));
	*out = webhooks;
	return ERR_OK;
}

static struct json_object **kept_at(const struct webhooks *webhooks, size_t i)
{
	return vec_at(&webhooks->kept, i);
}

void webhooks_clear(struct webhooks *webhooks)
{
	for (size_t i = 0; i < webhooks->kept.len; i++)
		json_object_put(*kept_at(webhooks, i));
	vec_clear(&webhooks->kept);
	webhooks->oldest = 0;
	webhooks->total = 0;
}

void webhooks_free(struct webhooks **webhooks)
{
	if (!*webhooks)
		return;
	webhooks_clear(*webhooks);
	vec_free(&(*webhooks)->kept);
	free(*webhooks);
	*webhooks = NULL;
}

uint64_t webhooks_total(const struct webhooks *webhooks)
{
	return webhooks->total;
}

static enum MHD_Result add_header(void *context, enum MHD_ValueKind kind, const char *name,
				  const char *value)
{
	(void)kind;
	jsonio_add_text(context, name, value ? value : "");
	return MHD_YES;
}

static struct json_object *describe(struct webhooks *webhooks, const struct request *request)
{
	struct json_object *out = json_object_new_object();
	struct json_object *headers = json_object_new_object();
	struct json_object *parsed = NULL;
	char ts[CLOCK_TEXT_SIZE];

	clock_format_rfc3339(clock_wall_us(&request->sim->clock), ts);
	jsonio_add_int(out, "n", (int64_t)++webhooks->total);
	jsonio_add_text(out, "ts", ts);
	jsonio_add_text(out, "path", request->path);
	MHD_get_connection_values(request->connection, MHD_HEADER_KIND, add_header, headers);
	json_object_object_add(out, "headers", headers);
	json_object_object_add(out, "body",
			       jsonio_string(buf_str(&request->body), request->body.len));
	jsonio_parse(buf_str(&request->body), request->body.len, &parsed, NULL);
	json_object_object_add(out, "json", parsed);
	return out;
}

static void keep(struct webhooks *webhooks, struct json_object *webhook)
{
	if (webhooks->kept.len < WEBHOOKS_KEPT) {
		if (vec_push(&webhooks->kept, &webhook) != ERR_OK)
			json_object_put(webhook);
		return;
	}
	json_object_put(*kept_at(webhooks, webhooks->oldest));
	*kept_at(webhooks, webhooks->oldest) = webhook;
	webhooks->oldest = (webhooks->oldest + 1) % WEBHOOKS_KEPT;
}

void webhooks_answer(struct request *request)
{
	struct webhooks *webhooks = request->sim->webhooks;

	if (!request_is(request, "POST")) {
		request_refuse_method(request, "POST");
		return;
	}
	keep(webhooks, describe(webhooks, request));
	request->applied = true;
	reply_json_text(&request->reply, 200, "{\"received\":true}");
}

struct json_object *webhooks_to_json(const struct webhooks *webhooks)
{
	struct json_object *out = json_object_new_array();
	size_t n = webhooks->kept.len;

	for (size_t i = 0; i < n; i++)
		json_object_array_add(
			out, json_object_get(*kept_at(webhooks, (webhooks->oldest + i) % n)));
	return out;
}
