/* Many changes, within the application's layer alone: bulk.c holds them, bulk_read.c
 * reads, bulk_judge.c decides, bulk_apply.c sends, bulk_journal.c writes. */
#ifndef DACACHE_SRC_APP_BULK_INTERNAL_H
#define DACACHE_SRC_APP_BULK_INTERNAL_H

#include "dacache/app/bulk.h"
#include "dacache/base/map.h"
#include "dacache/base/vec.h"
#include "dacache/domain/key_set.h"
#include "update_internal.h"

struct bulk {
	struct session *session;
	const struct plan *plan;
	const struct bulk_edit *edit; /* NULL: as the entries say */
	struct bulk_item *items;
	size_t len;
	struct key_set *keys; /* as they will be; NULL before bulk_judge */
	struct map *named;    /* id -> item, of those that were read; NULL before bulk_judge */
	struct index_view *rows;
	size_t *order; /* of those to be changed: what gives its key away goes first */
	size_t order_len;
	int64_t plan_run; /* 0: not on record */
	struct bulk_listener listener;
	struct update_journal journal;

	/* One stage: reading or applying. */
	bool reading;
	bool applying;
	bool stopping;
	bool stop_on_error;
	size_t parallel;
	size_t next;   /* the item to be read, or the place in order to be prepared */
	size_t flying; /* calls under way */
	size_t total;
	size_t ended;
	int64_t began_us;  /* monotonic */
	char stopped[320]; /* why it ended early; "": it did not */
	bool has_why;
	struct failure why;
	struct vec ready;  /* struct update *: on disk, not sent */
	struct vec sent;   /* struct update *: on their way */
	struct vec closed; /* struct update *: ended, not on disk */
	struct loop_timer *timer;
	bool pumping;
};

/* --- bulk.c --- */
void bulk_stage_begin(struct bulk *bulk, const struct bulk_listener *listener, size_t total);
void bulk_tell_item(struct bulk *bulk, size_t i);
/* Words; why may be NULL. The first reason stays. */
void bulk_stop_because(struct bulk *bulk, const char *words, const struct failure *why);
/* True where going on would fail the same way: it concerns all of them. */
bool bulk_is_for_all(const struct failure *failure);
enum err_code bulk_keep_failure(struct bulk_item *item, const struct failure *failure);
bool bulk_sends(const struct bulk_item *item); /* a PUT, not what is local alone */

/* --- bulk_read.c --- */
/* What is being read is dropped; the stage ends. */
void bulk_read_cancel(struct bulk *bulk);

/* --- bulk_journal.c --- */
/* Writes the ends there are and opens intents of up to n further items, in one
 * transaction; then tells of what ended. Where the store does not take it the run
 * stops. */
void bulk_journal_turn(struct bulk *bulk, size_t n);
/* The next item may be prepared: there is one, and whose key it takes has ended. */
bool bulk_has_next(const struct bulk *bulk);
/* Takes back what is on disk and was not sent. */
void bulk_journal_withdraw(struct bulk *bulk);

/* --- bulk_conflict.c --- */
/* The message of its end tells what is known of who was first. */
void bulk_keep_conflict(struct bulk_item *item, const struct update_result *result);

/* --- bulk_apply.c --- */
/* How an update ended. An update_done_fn. */
void bulk_update_done(void *context, const struct update_result *result);

#endif
