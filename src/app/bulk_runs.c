/* The runs of plans on record: what an earlier one did, and what one leaves behind that
 * is to be gone on with. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bulk_internal.h"
#include "dacache/base/text.h"
#include "dacache/domain/canonical.h"
#include "dacache/store/plans.h"

enum { SHA256_SIZE = 65 };

/* --- earlier runs --- */

enum err_code bulk_past(struct session *session, const char *sha256, struct bulk_past *out,
			struct err *err)
{
	struct plan_run run;
	enum err_code code;

	memset(out, 0, sizeof(*out));
	code = plan_run_find(session_store(session), sha256, &run, &out->found, err);
	if (code || !out->found)
		return code;
	out->ended = run.ended_us > 0;
	out->started_us = run.started_us;
	out->total = run.total;
	out->done = run.done;
	return ERR_OK;
}

static void take_past(void *context, const char *action_id, enum outcome outcome)
{
	struct map *done = context;

	if (outcome == OUTCOME_APPLIED || outcome == OUTCOME_UNCHANGED)
		map_put(done, action_id, done);
}

enum err_code bulk_go_on(struct bulk *bulk, int64_t run, struct err *err)
{
	struct map *done = NULL;
	enum err_code code;
	size_t i;

	if (map_new(&done))
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	code = plan_run_each(session_store(bulk->session), run, take_past, done, err);
	for (i = 0; !code && i < bulk->len; i++)
		if (map_has(done, bulk->items[i].entry->id))
			bulk->items[i].verdict = BULK_DONE;
	bulk->plan_run = run;
	map_free(&done);
	return code;
}

enum err_code bulk_resume(struct bulk *bulk, const char *sha256, struct err *err)
{
	struct plan_run run;
	bool found;
	enum err_code code = plan_run_find(session_store(bulk->session), sha256, &run, &found, err);

	if (code)
		return code;
	if (!found)
		return err_set(err, ERR_NOT_FOUND, "no run of this file is on record");
	return bulk_go_on(bulk, run.id, err);
}

/* --- on record --- */

static enum err_code begin(struct bulk *bulk, const char *sha256, const char *file,
			   const char *plan, struct err *err)
{
	struct plan_run_request request = {.sha256 = sha256, .file = file, .plan = plan};
	struct bulk_totals totals;

	bulk_totals(bulk, &totals);
	request.total = (int64_t)totals.verdicts[BULK_CHANGE];
	request.wall_us = clock_wall_us(loop_clock(session_loop(bulk->session)));
	return plan_run_begin(session_store(bulk->session), &request, &bulk->plan_run, err);
}

enum err_code bulk_record(struct bulk *bulk, const char *sha256, const char *file, struct err *err)
{
	return bulk->plan_run ? ERR_OK : begin(bulk, sha256, file, NULL, err);
}

/* What is to be changed, as an entry that was made of what was reviewed. */
static enum err_code put_entry(const struct bulk_item *item, struct buf *out)
{
	struct action wanted = *item->base;
	enum err_code code;

	wanted.members = item->wanted.members;
	code = plan_write_entry(PLAN_LINES, &wanted, &item->wanted.local, out);
	return code ? code : buf_putc(out, '\n');
}

static enum err_code put_plan(const struct bulk *bulk, struct buf *out)
{
	enum err_code code = ERR_OK;
	size_t i;

	for (i = 0; !code && i < bulk->len; i++)
		if (bulk->items[i].verdict == BULK_CHANGE)
			code = put_entry(&bulk->items[i], out);
	return code;
}

enum err_code bulk_record_kept(struct bulk *bulk, const char *sha256, const char *file,
			       struct err *err)
{
	char own_sha256[SHA256_SIZE];
	struct buf plan;
	enum err_code code;

	if (bulk->plan_run)
		return ERR_OK;
	buf_init(&plan, PLAN_BYTES_MAX);
	code = put_plan(bulk, &plan);
	if (!code && !sha256)
		code = canonical_sha256(buf_str(&plan), plan.len, own_sha256);
	if (code)
		err_set(err, code, "the change is too large to be kept: nothing was sent");
	else
		code = begin(bulk, sha256 ? sha256 : own_sha256, file, buf_str(&plan), err);
	buf_free(&plan);
	return code;
}

/* --- what is left of one --- */

enum err_code bulk_left(struct session *session, struct bulk_left *out, struct err *err)
{
	struct plan_run run;
	char *file = NULL;
	enum err_code code;

	memset(out, 0, sizeof(*out));
	code = plan_run_left(session_store(session), &run, &file, &out->found, err);
	if (!code && out->found) {
		out->run = run.id;
		out->total = run.total;
		out->done = run.done;
		snprintf(out->title, sizeof(out->title), "%s", file);
	}
	free(file);
	return code;
}

enum err_code bulk_left_plan(struct session *session, int64_t run, struct plan *out,
			     struct err *err)
{
	struct buf text;
	enum err_code code;

	buf_init(&text, PLAN_BYTES_MAX);
	code = plan_run_take(session_store(session), run, &text, err);
	if (!code)
		code = plan_parse(buf_str(&text), text.len, out, err);
	if (code == ERR_INVALID)
		plan_clear(out);
	buf_free(&text);
	return code;
}

enum err_code bulk_left_drop(struct session *session, int64_t run, struct err *err)
{
	return plan_run_end(session_store(session), run,
			    clock_wall_us(loop_clock(session_loop(session))), err);
}
