/* What is kept here for each action: matrix, payload size, directives, drafts,
 * hit counters. */
#ifndef DACACHE_STORE_LOCAL_H
#define DACACHE_STORE_LOCAL_H

#include <stddef.h>

#include "dacache/domain/hits.h"
#include "dacache/domain/proposal.h"
#include "dacache/store/store.h"

/* Defaults where nothing is kept. *out is owned by the caller. */
enum err_code local_settings_load(struct store *store, const char *action_id,
				  struct local_settings *out, struct err *err);
enum err_code local_settings_save(struct store *store, const char *action_id,
				  const struct local_settings *settings, struct err *err);
/* Every action whose matrix differs from the default: for the tier column. */
enum err_code local_matrix_each(struct store *store,
				void (*fn)(void *context, const char *action_id,
					   const struct tier_matrix *matrix),
				void *context, struct err *err);

/* A draft: the form's fields as typed (form is any JSON text of the ui) and the
 * proposal's base. Strings owned. */
struct draft {
	char *action_id;
	char *name;      /* of the Data Action */
	char *form;      /* the fields as typed, opaque here */
	char *base_etag; /* the action's when the form was opened */
	char *base;      /* proposal_to_json of what was fetched */
	int64_t wall_us; /* last change */
};
void draft_clear(struct draft *draft);
enum err_code draft_save(struct store *store, const struct draft *draft, struct err *err);
/* The same within a fraction of a millisecond: it outlives the program, but only
 * draft_save or another commit makes it outlive the machine. Where another program
 * writes just now it is not waited for: ERR_TIMEOUT. */
enum err_code draft_keep(struct store *store, const struct draft *draft, struct err *err);
/* ERR_NOT_FOUND when there is none (err stays clear). */
enum err_code draft_load(struct store *store, const char *action_id, struct draft *out,
			 struct err *err);
enum err_code draft_delete(struct store *store, const char *action_id, struct err *err);
enum err_code draft_each(struct store *store, void (*fn)(void *context, const struct draft *draft),
			 void *context, struct err *err);

/* Look-ups recorded by `hit`, counted per action; survive the program. n is 1 to
 * 1,000,000,000 (else ERR_INVALID). */
enum err_code hit_record(struct store *store, const char *action_id, bool hit, int64_t n,
			 int64_t wall_us, struct err *err);
enum err_code hit_load(struct store *store, const char *action_id, struct hit_count *out,
		       struct err *err); /* action_id NULL: the whole tenant */
/* Records newer than *after_row, so that a running screen sees the shell's;
 * *after_row moves on (-1: start at the end, nothing reported). The latest 10,000
 * records are there; the counts above hold all. */
enum err_code hit_each_since(struct store *store, int64_t *after_row,
			     void (*fn)(void *context, const char *action_id, bool hit, int64_t n),
			     void *context, struct err *err);

#endif
