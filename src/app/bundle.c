/* Collects a bundle:
 *
 *   start -> doctor, line by line -> (an id: GET it | none) -> the files -> written, told
 *
 * A doctor that finds faults, or an action that can't be read, is what the ticket is
 * about: that is in the bundle then. */
#include "dacache/app/bundle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bundle_files.h"
#include "dacache/app/doctor.h"
#include "dacache/app/fetch.h"
#include "dacache/base/file.h"
#include "dacache/base/text.h"
#include "internal.h"

enum { US_PER_S = 1000000, PACKED_MAX = ARCHIVE_BYTES_MAX };

struct collecting {
	struct session *session;
	struct bundle_source source;
	char *path;
	char *action_id;
	bundle_done_fn *fn;
	void *context;
};

static void free_collecting(void *operation)
{
	struct collecting *collecting = operation;

	buf_free(&collecting->source.doctor);
	action_free(&collecting->source.action);
	free(collecting->path);
	free(collecting->action_id);
	free(collecting);
}

static void finish(struct collecting *collecting, enum err_code code, const char *words)
{
	session_operation_end(collecting->session, collecting);
	collecting->fn(collecting->context, code, words);
	free_collecting(collecting);
}

/* --- the file --- */

static enum err_code pack(struct collecting *collecting, struct buf *out, struct err *err)
{
	struct archive archive;
	char folder[64];
	char when[CLOCK_TEXT_SIZE];
	enum err_code code;

	clock_format_rfc3339(collecting->source.made_us, when);
	/* "2026-01-31T14:02:09.123Z" */
	snprintf(folder, sizeof(folder), "dacache-bundle-%.4s%.2s%.2s-%.2s%.2s%.2s", when, when + 5,
		 when + 8, when + 11, when + 14, when + 17);
	archive_init(&archive);
	code = bundle_files(collecting->session, &collecting->source, &archive, err);
	if (!code)
		code = archive_pack(&archive, folder, collecting->source.made_us, out, err);
	archive_clear(&archive);
	return code;
}

static void write_bundle(struct collecting *collecting)
{
	struct buf packed;
	struct err err = {0};
	char words[320];
	enum err_code code;

	collecting->source.made_us = clock_wall_us(loop_clock(session_loop(collecting->session)));
	buf_init(&packed, PACKED_MAX);
	code = pack(collecting, &packed, &err);
	if (!code)
		code = file_write_private(collecting->path, packed.data, packed.len, false, &err);
	if (code)
		snprintf(words, sizeof(words), "%.300s", err.text);
	else
		snprintf(words, sizeof(words), "%.240s: %zu bytes, without secrets",
			 collecting->path, packed.len);
	buf_free(&packed);
	finish(collecting, code, words);
}

/* --- the action --- */

static void action_came(void *context, const struct failure *failure, const struct action *action)
{
	struct collecting *collecting = context;
	struct bundle_source *source = &collecting->source;

	source->action_read_us = clock_wall_us(loop_clock(session_loop(collecting->session)));
	if (!action)
		failure_line(failure, source->action_why_not, sizeof(source->action_why_not));
	else if (action_copy(action, &source->action))
		snprintf(source->action_why_not, sizeof(source->action_why_not), "out of memory");
	write_bundle(collecting);
}

static void read_action(struct collecting *collecting)
{
	struct bundle_source *source = &collecting->source;
	struct err err = {0};
	enum err_code code = ERR_OK;

	source->action_read_us = clock_wall_us(loop_clock(session_loop(collecting->session)));
	if (collecting->action_id)
		code = fetch_start(collecting->session, collecting->action_id, action_came,
				   collecting, NULL, &err);
	if (collecting->action_id && !code)
		return;
	snprintf(source->action_why_not, sizeof(source->action_why_not), "%.250s",
		 code ? err.text : "no action was asked for");
	write_bundle(collecting);
}

/* --- doctor --- */

static void line_came(void *context, const struct doctor_line *line)
{
	struct collecting *collecting = context;

	bundle_add_doctor_line(&collecting->source.doctor, line);
}

static void doctor_done(void *context, int exit_code)
{
	struct collecting *collecting = context;

	collecting->source.doctor_exit = exit_code;
	read_action(collecting);
}

/* --- start --- */

static struct collecting *collecting_new(struct session *session,
					 const struct bundle_options *options)
{
	struct collecting *collecting = calloc(1, sizeof(*collecting));

	if (!collecting)
		return NULL;
	collecting->session = session;
	collecting->source.terminal = options->terminal;
	collecting->source.since_us = options->since_us;
	if (!options->since_us)
		collecting->source.since_us = clock_wall_us(loop_clock(session_loop(session))) -
					      (int64_t)BUNDLE_SINCE_DEFAULT_S * US_PER_S;
	buf_init(&collecting->source.doctor, ARCHIVE_BYTES_MAX);
	collecting->path = text_dup(options->path);
	collecting->action_id = text_dup(options->action_id);
	collecting->source.action_id = collecting->action_id;
	if (collecting->path && (collecting->action_id || !options->action_id))
		return collecting;
	free_collecting(collecting);
	return NULL;
}

enum err_code bundle_start(struct session *session, const struct bundle_options *options,
			   bundle_done_fn *fn, void *context, struct err *err)
{
	struct doctor_handlers handlers = {line_came, doctor_done, NULL};
	struct session_status status;
	struct collecting *collecting;
	enum err_code code;

	session_status(session, &status);
	if (status.replay_of_us)
		return err_set(err, ERR_READ_ONLY, "a bundle is replayed: copy its file");
	/* Known now, it need not wait for doctor. */
	if (access(options->path, F_OK) == 0)
		return err_set(err, ERR_CONFLICT,
			       "%s is there already: name another file, or remove it",
			       options->path);
	collecting = collecting_new(session, options);
	if (!collecting)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	collecting->fn = fn;
	collecting->context = context;
	handlers.context = collecting;
	code = session_operation_begin(session, collecting, free_collecting);
	if (!code)
		code = doctor_start(session, &handlers, err);
	if (!code)
		return ERR_OK;
	session_operation_end(session, collecting);
	free_collecting(collecting);
	return err_set(err, code, "out of memory");
}
