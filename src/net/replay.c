/* A tenant out of a bundle: each call is answered from there, at once, and none leaves. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tenant_internal.h"

void tenant_set_replay(struct tenant *tenant, const struct tenant_replay *replay)
{
	tenant->replay = *replay;
	tenant->is_replay = true;
}

static enum err_code answer(const struct tenant_call *call, struct buf *body, char etag[ETAG_SIZE])
{
	const struct tenant_replay *replay = &call->tenant->replay;
	const char *query = strstr(call->url, "?page=");
	int64_t page;
	int64_t size;

	etag[0] = '\0';
	if (call->endpoint == ENDPOINT_GET)
		return replay->document(replay->context, call->action_id, body, etag);
	if (call->endpoint != ENDPOINT_LIST || !query ||
	    sscanf(query, "?page=%" SCNd64 "&pageSize=%" SCNd64, &page, &size) != 2)
		return ERR_READ_ONLY;
	return replay->page(replay->context, page, size, body);
}

static void deliver(struct tenant_call *call, const struct buf *body, char *etag)
{
	char name[] = "ETag";
	const struct http_header header = {name, etag};
	const struct http_reply reply = {
		.transport = TRANSPORT_ANSWERED,
		.status = 200,
		.headers = &header,
		.headers_len = etag[0] != '\0',
		.body = buf_str(body),
		.body_len = body->len,
	};

	call_unlink(call);
	call->state = CALL_ENDED;
	failure_init(&call->failure);
	call_deliver(call, &reply);
}

static void serve(struct tenant_call *call)
{
	char etag[ETAG_SIZE];
	struct buf body;
	enum err_code code;

	buf_init(&body, HTTP_BODY_MAX);
	code = answer(call, &body, etag);
	if (code == ERR_OK)
		deliver(call, &body, etag);
	else if (code == ERR_NOT_FOUND)
		call_end_kind(call, FAILURE_REPLAY, TRANSPORT_CANCELLED,
			      "the bundle does not hold this action");
	else if (code == ERR_READ_ONLY)
		call_end_kind(call, FAILURE_REPLAY, TRANSPORT_CANCELLED, "nothing is sent");
	else
		call_end_kind(call, FAILURE_LOCAL, TRANSPORT_INTERNAL, "out of memory");
	buf_free(&body);
}

void replay_serve(struct tenant *tenant)
{
	for (int lane = 0; lane < LANES; lane++)
		while (!tenant->dead && tenant->lanes[lane].first != NULL)
			serve(tenant->lanes[lane].first);
}
