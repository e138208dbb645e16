/* One change under way: update.c sends and judges, update_end.c ends it. */
#ifndef DACACHE_SRC_APP_UPDATE_INTERNAL_H
#define DACACHE_SRC_APP_UPDATE_INTERNAL_H

#include "closing.h"
#include "dacache/app/update.h"
#include "dacache/domain/intent.h"
#include "dacache/net/tenant.h"
#include "internal.h"

struct update;

/* Many changes that share the journal (bulk_apply.c): it opens the intents and, when one
 * ended, writes its end. */
struct update_journal {
	void (*ended)(void *context, struct update *update);
	void *context;
};

struct update {
	struct session *session;
	struct action *base;
	struct local_settings local_before;
	struct proposal wanted;
	struct update_result result;
	struct action *now; /* as the server has it */
	char correlation_id[80];
	int64_t intent_id; /* 0: no PUT was to be sent */
	bool was_conflict;
	struct attempts timeline; /* of all its PUTs */
	bool may_have_applied;    /* an earlier attempt met 5xx, or its answer was lost */
	const char *lost;         /* why nobody saw what came of the PUT; NULL: it was seen */
	update_phase_fn *phase;
	const struct update_journal *bulk; /* borrowed; NULL: it is one by itself */
	size_t item;                       /* for the journal: which of them */
	struct tenant_call *call;          /* the PUT, while it waits or is under way */
	update_done_fn *fn;
	void *context;
	struct loop_timer *timer;
};

/* A copy of the request, nothing more. */
enum err_code update_new(struct session *session, const struct update_request *request,
			 struct update **out, struct err *err);
/* Gone, without a word: nothing was sent. */
void update_drop(struct update *update);
/* True when no PUT is to be sent: the result then says so. */
bool update_changes_nothing(struct update *update);
/* Sets If-Match; the intent borrows every text. */
enum err_code update_make_intent(struct update *update, struct intent *out, struct err *err);
/* The PUT, once its intent is on disk. */
enum err_code update_send(struct update *update, struct err *err);

/* What is to be written at its end; both borrow every text. */
void update_make_closing(struct update *update, struct audit_entry *entry, struct closing *out);
/* The end is on record, or can't be: told to whoever asked; freed. */
void update_settled(struct update *update);

void update_free(void *update);
/* Audit, intent, local settings, webhooks; told; freed. A loop_fn. */
void update_end(void *update);

#endif
