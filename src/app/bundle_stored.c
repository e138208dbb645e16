/* What the store adds to a bundle: at the shell nothing of it is in memory. */
#include <stdlib.h>
#include <string.h>

#include "bundle_files.h"
#include "dacache/base/text.h"
#include "dacache/store/history.h"
#include "dacache/store/kept_messages.h"
#include "dacache/store/seen_changes.h"
#include "session_internal.h"

enum { CONTENT_MAX = 65536, ACTIONS_MAX = 100 };

/* --- messages --- */

struct told {
	int64_t wall_us;
	size_t place; /* as they came, for those of one time */
	char *content;
};

struct telling {
	struct session *session;
	struct vec list; /* struct told */
	bool failed;
};

static void keep(struct telling *telling, int64_t wall_us, char *content)
{
	const struct told told = {wall_us, telling->list.len, content};

	if (content && vec_push(&telling->list, &told) == ERR_OK)
		return;
	free(content);
	telling->failed = true;
}

static void keep_own(struct telling *telling)
{
	const struct messages *messages = session_messages(telling->session);

	for (size_t i = 0; i < messages_count(messages); i++) {
		const struct message *message = messages_at(messages, i);
		struct buf content;

		buf_init(&content, CONTENT_MAX);
		bundle_put_message(&content, message->wall_us, (int)message->severity,
				   message->text, message->action_id,
				   message->has_failure ? &message->failure : NULL);
		keep(telling, message->wall_us, buf_take(&content));
	}
}

/* Of this run what is in memory was taken from there. */
static void keep_stored(void *context, const struct kept_message *message)
{
	struct telling *telling = context;
	const struct messages *messages = session_messages(telling->session);
	size_t in_memory = messages_count(messages);
	const struct message *oldest = in_memory ? messages_at(messages, in_memory - 1) : NULL;
	const char *own =
		telling->session->message_log ? message_log_run(telling->session->message_log) : "";

	if (strcmp(message->run, own) == 0 && oldest && message->number >= oldest->number)
		return;
	keep(telling, message->wall_us, text_dup(message->content));
}

/* The newest first; what came last is the newer one. */
static int by_time(const void *left, const void *right)
{
	const struct told *a = left;
	const struct told *b = right;

	if (a->wall_us != b->wall_us)
		return a->wall_us < b->wall_us ? 1 : -1;
	return (a->place > b->place) - (a->place < b->place);
}

/* The newest of all, the oldest of them first. */
enum err_code bundle_put_messages(struct session *session, const struct bundle_source *source,
				  struct buf *out, struct err *err)
{
	struct telling telling = {.session = session};
	size_t n;
	enum err_code code;

	vec_init(&telling.list, sizeof(struct told));
	keep_own(&telling);
	code = kept_messages_each(session->store, source->since_us, BUNDLE_MESSAGES_MAX,
				  keep_stored, &telling, err);
	if (!code && telling.failed)
		code = ERR_NO_MEMORY;
	if (telling.list.len > 0)
		qsort(telling.list.items, telling.list.len, sizeof(struct told), by_time);
	n = telling.list.len < BUNDLE_MESSAGES_MAX ? telling.list.len : BUNDLE_MESSAGES_MAX;
	buf_putc(out, '[');
	for (size_t i = n; i > 0; i--) {
		buf_puts(out, ((const struct told *)vec_at(&telling.list, i - 1))->content);
		buf_puts(out, i > 1 ? ",\n " : "");
	}
	for (size_t i = 0; i < telling.list.len; i++)
		free(((struct told *)vec_at(&telling.list, i))->content);
	vec_free(&telling.list);
	return code ? code : buf_puts(out, "]\n");
}

/* --- changes by others --- */

struct others {
	const char *action_id;
	struct buf *out; /* NULL: they are counted */
	size_t n;
	size_t skip;
};

static void put_other(void *context, const struct seen_change *seen)
{
	struct others *others = context;
	const struct bundle_change change = {
		.wall_us = seen->wall_us,
		.action_id = (char *)(uintptr_t)seen->action_id,
		.name = (char *)(uintptr_t)seen->name,
		.who = (char *)(uintptr_t)seen->who,
		.before = seen->before,
		.after = seen->after,
	};

	if (others->action_id && strcmp(others->action_id, seen->action_id) != 0)
		return;
	others->n++;
	if (!others->out || others->n <= others->skip)
		return;
	buf_puts(others->out, others->n > others->skip + 1 ? ",\n " : "");
	bundle_put_change(others->out, &change);
}

/* The newest that there is room for. */
enum err_code bundle_put_others(struct session *session, const struct bundle_source *source,
				struct buf *out, struct err *err)
{
	struct others others = {.action_id = source->action_id};
	enum err_code code =
		seen_change_each(session->store, source->since_us, put_other, &others, err);

	others.skip = others.n > BUNDLE_OTHERS_MAX ? others.n - BUNDLE_OTHERS_MAX : 0;
	others.n = 0;
	others.out = out;
	buf_putc(out, '[');
	if (!code)
		code = seen_change_each(session->store, source->since_us, put_other, &others, err);
	return code ? code : buf_puts(out, "]\n");
}

/* --- look-ups --- */

struct slices {
	struct buf *out;
	size_t n;    /* of this action */
	size_t skip; /* the oldest of it: there is no room */
	size_t left; /* that there is room for, of all */
	size_t most; /* bytes */
};

static void count_slice(void *context, const struct history_slice *slice)
{
	struct slices *slices = context;

	(void)slice;
	slices->n++;
}

static void put_slice(void *context, const struct history_slice *slice)
{
	struct slices *slices = context;
	const struct bundle_slice copy = {
		.start_us = slice->start_us,
		.is_hour = slice->is_hour,
		.count = slice->count,
		.of_hits = slice->of_hits,
		.of_misses = slice->of_misses,
	};

	if (slices->skip > 0) {
		slices->skip--;
		return;
	}
	if (slices->left == 0 || slices->out->len > slices->most)
		return;
	bundle_put_slice(slices->out, &copy);
	slices->left--;
}

static enum err_code put_slices_of(struct session *session, const char *action_id,
				   struct slices *slices, struct err *err)
{
	enum err_code code;

	slices->n = 0;
	code = history_each(session->store, action_id, 0, INT64_MAX, false, count_slice, slices,
			    err);
	if (code || slices->n == 0 || slices->left == 0)
		return code;
	slices->skip = slices->n > slices->left ? slices->n - slices->left : 0;
	buf_puts(slices->out, slices->out->len > 1 ? ",\n" : "");
	bundle_begin_slices(slices->out, action_id);
	code = history_each(session->store, action_id, 0, INT64_MAX, true, put_slice, slices, err);
	bundle_end_slices(slices->out);
	return code;
}

static void take_id(void *context, const char *action_id)
{
	char *copy = text_dup(action_id);

	if (copy && vec_push(context, &copy))
		free(copy);
}

/* Of the tenant, and of the action; where none is asked for, of those that were looked up
 * last. What counts in this run still is written before. */
enum err_code bundle_put_history(struct session *session, const struct bundle_source *source,
				 struct buf *out, struct err *err)
{
	struct slices slices = {
		.out = out, .left = BUNDLE_SLICES_MAX, .most = BUNDLE_HISTORY_BYTES_MAX};
	struct vec ids;
	enum err_code code;

	vec_init(&ids, sizeof(char *));
	live_history_flush(session->live);
	buf_putc(out, '[');
	code = put_slices_of(session, NULL, &slices, err);
	if (source->action_id)
		take_id(&ids, source->action_id);
	else if (!code)
		code = history_actions(session->store, ACTIONS_MAX, take_id, &ids, err);
	for (size_t i = 0; i < ids.len; i++) {
		char *id = *(char **)vec_at(&ids, i);

		if (!code)
			code = put_slices_of(session, id, &slices, err);
		free(id);
	}
	vec_free(&ids);
	return code ? code : buf_puts(out, "]\n");
}
