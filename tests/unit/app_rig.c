#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app_rig.h"

enum { TURN_US = 100000, TURNS_MAX = 600, SETTLE_TURNS = 12, SETTLE_US = 2000 };

static const char grant[] = "{\"access_token\":\"t\",\"token_type\":\"bearer\",\"expires_in\":3600,"
			    "\"scope\":\"dataaction:read dataaction:write\"}";

static void count_event(void *context, const struct event *event)
{
	struct app_rig *rig = context;

	rig->events[event->type]++;
}

static void open_session(struct app_rig *rig)
{
	char store[TEMP_PATH_SIZE];
	struct session_options options = {.profile = &rig->profile, .store_path = store};
	struct err err = {0};

	temp_dir_join(rig->dir, "dacache/dacache.db", store);
	assert_int_equal(session_new(rig->loop, &options, &rig->session, &err), ERR_OK);
	assert_int_equal(session_subscribe(rig->session, count_event, rig), ERR_OK);
}

void app_rig_restart(struct app_rig *rig)
{
	session_free(&rig->session);
	open_session(rig);
}

void app_rig_up(struct app_rig *rig)
{
	void *dir = NULL;

	memset(rig, 0, sizeof(*rig));
	assert_int_equal(temp_dir_setup(&dir), 0);
	rig->dir = dir;
	rig->times.monotonic_us = 1000000000;
	rig->times.wall_us = 1767225600000000; /* 2026-01-01T00:00:00Z */
	assert_int_equal(loop_new(clock_manual(&rig->times), &rig->loop, NULL), ERR_OK);
	rig->server = scripted_server_new(rig->loop, NULL);
	assert_int_equal(profile_init(&rig->profile, "test"), ERR_OK);
	profile_set_text(&rig->profile.base_url, scripted_server_url(rig->server));
	profile_set_text(&rig->profile.client_id, "demo");
	profile_set_text(&rig->profile.client_secret, "s3cret");
	rig->profile.page_size = 2;
	rig->profile.max_attempts = 1;
	open_session(rig);
	app_rig_script(rig, "POST /oauth/token", "200 OK", grant, -1);
}

void app_rig_down(struct app_rig *rig)
{
	session_free(&rig->session);
	assert_int_equal(scripted_server_surprises(rig->server), 0);
	temp_dir_teardown((void **)&rig->dir);
	scripted_server_free(rig->server);
	loop_free(&rig->loop);
	profile_clear(&rig->profile);
	for (size_t i = 0; i < rig->texts_len; i++)
		free(rig->texts[i]);
}

static const char *keep(struct app_rig *rig, char *text)
{
	assert_non_null(text);
	assert_true(rig->texts_len < APP_RIG_TEXTS);
	rig->texts[rig->texts_len++] = text;
	return text;
}

void app_rig_script(struct app_rig *rig, const char *match, const char *status, const char *body,
		    int times)
{
	struct buf reply;

	buf_init(&reply, SIZE_MAX);
	assert_int_equal(buf_printf(&reply, "HTTP/1.1 %s\r\nContent-Length: %zu\r\n\r\n%s", status,
				    strlen(body), body),
			 ERR_OK);
	scripted_server_add(rig->server, (struct script_step){.match = match,
							      .reply = keep(rig, buf_take(&reply)),
							      .times = times});
}

void app_rig_page(struct app_rig *rig, int page, const char *body, int times)
{
	struct buf match;

	buf_init(&match, 256);
	buf_printf(&match, "GET /api/v2/dataactions?page=%d&", page);
	app_rig_script(rig, keep(rig, buf_take(&match)), "200 OK", body, times);
}

size_t app_rig_sent(const struct app_rig *rig, const char *match)
{
	return scripted_server_count(rig->server, match);
}

void app_rig_read(struct app_rig *rig, struct index_progress *out)
{
	struct index *index = session_index(rig->session);
	int turns = 0;

	index_start(index);
	for (index_progress(index, out); out->reading; index_progress(index, out)) {
		assert_true(++turns < TURNS_MAX);
		assert_int_equal(loop_turn(rig->loop, TURN_US, NULL), ERR_OK);
	}
}

void app_rig_settle(struct app_rig *rig)
{
	for (int i = 0; i < SETTLE_TURNS; i++)
		assert_int_equal(loop_turn(rig->loop, SETTLE_US, NULL), ERR_OK);
}

void app_rig_pass(struct app_rig *rig, int64_t ms)
{
	rig->times.monotonic_us += ms * 1000;
	rig->times.wall_us += ms * 1000;
}

const char *app_rig_ids(struct app_rig *rig, struct index_view *view)
{
	struct buf ids;

	index_view_refresh(view);
	buf_init(&ids, SIZE_MAX);
	buf_puts(&ids, "");
	for (size_t i = 0; i < index_view_len(view); i++) {
		const struct index_row *row = index_view_row(view, i);

		buf_printf(&ids, "%s%s", i ? " " : "", row ? row->id : "?");
	}
	if (!ids.data)
		buf_append(&ids, "", 0);
	return keep(rig, ids.data ? buf_take(&ids) : strdup(""));
}
