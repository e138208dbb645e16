/* http on a scripted server, on the clock of the system. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <stdio.h>

#include "http_rig.h"

const struct http_options http_rig_quick = {
	.connect_timeout_ms = 2000,
	.call_timeout_ms = 5000,
	.max_connections = 8,
};

void http_rig_up(struct http_rig *rig, const struct http_options *options, bool tls)
{
	*rig = (struct http_rig){.loop = NULL};
	snprintf(rig->ca_file, sizeof(rig->ca_file), "http_rig.XXXXXX");
	assert_int_equal(loop_new(clock_system(), &rig->loop, NULL), ERR_OK);
	rig->server = scripted_server_new(rig->loop, tls ? rig->ca_file : NULL);
	assert_int_equal(http_new(rig->loop, options, &rig->http, NULL), ERR_OK);
}

void http_rig_down(struct http_rig *rig)
{
	http_free(&rig->http);
	scripted_server_free(rig->server);
	loop_free(&rig->loop);
	remove(rig->ca_file);
}

void http_rig_done(void *context, const struct http_reply *reply)
{
	struct http_rig *rig = context;
	struct http_seen *seen = &rig->seen[rig->replies++];
	const char *etag = http_reply_header(reply, "etag");

	assert_true(rig->replies <= HTTP_RIG_REPLIES_MAX);
	seen->transport = reply->transport;
	seen->status = reply->status;
	seen->body_len = reply->body_len;
	seen->times = reply->times;
	seen->sent = reply->bytes_sent;
	seen->received = reply->bytes_received;
	snprintf(seen->body, sizeof(seen->body), "%.127s", reply->body);
	snprintf(seen->etag, sizeof(seen->etag), "%s", etag != NULL ? etag : "");
	snprintf(seen->error, sizeof(seen->error), "%s", reply->error);
	snprintf(seen->version, sizeof(seen->version), "%s", reply->http_version);
	if (rig->free_http)
		http_free(&rig->http);
}

void http_rig_run(struct http_rig *rig, size_t replies)
{
	for (int i = 0; i < HTTP_RIG_TURNS_MAX && rig->replies < replies; i++)
		assert_int_equal(loop_turn(rig->loop, HTTP_RIG_TURN_US, NULL), ERR_OK);
	assert_int_equal(rig->replies, replies);
}

struct http_call *http_rig_send(struct http_rig *rig, const char *method, const char *url,
				const char *body)
{
	static const char *const headers[] = {"Content-Type: application/json", NULL};
	struct http_request request = {
		.method = method,
		.url = url,
		.headers = headers,
		.body = body,
		.body_len = body != NULL ? strlen(body) : 0,
	};
	struct http_call *call;

	assert_int_equal(http_send(rig->http, &request, http_rig_done, rig, &call), ERR_OK);
	return call;
}

struct http_call *http_rig_send_path(struct http_rig *rig, const char *method, const char *path,
				     const char *body)
{
	char url[256];

	snprintf(url, sizeof(url), "%s%s", scripted_server_url(rig->server), path);
	return http_rig_send(rig, method, url, body);
}

struct http_seen *http_rig_exchange(struct http_rig *rig, const char *method,
				    struct script_step step)
{
	size_t before = rig->replies;

	scripted_server_add(rig->server, step);
	http_rig_send_path(rig, method, "/x", strcmp(method, "GET") == 0 ? NULL : "{\"a\":1}");
	http_rig_run(rig, before + 1);
	return &rig->seen[before];
}
