/* Which requests the pane shows. */
#include <stdlib.h>
#include <string.h>

#include "dacache/base/text.h"
#include "dacache/ui/prompt.h"
#include "internal.h"
#include "main_screen.h"

const char *requests_pane_name(const struct requests_pane *pane, const struct exchange *exchange)
{
	const struct index_row *row = NULL;

	if (exchange->action_id && exchange->action_id[0])
		row = index_find(session_index(pane->ui->session), exchange->action_id);
	return row ? row->name : NULL;
}

static bool is_gone(const struct requests_pane *pane, uint64_t number)
{
	return !session_exchange_by_number(pane->ui->session, number);
}

static void begin_anew(struct requests_pane *pane)
{
	const struct session *session = pane->ui->session;
	const struct exchange *oldest =
		session_exchange(session, session_exchange_count(session) - 1);

	vec_clear(&pane->shown);
	pane->seen = oldest ? oldest->number - 1 : 0;
}

void requests_pane_refresh(struct requests_pane *pane)
{
	const struct exchange *last = session_exchange(pane->ui->session, 0);
	uint64_t newest = last ? last->number : 0;

	if (pane->newest && pane->newest < newest)
		newest = pane->newest;
	/* The oldest ones make room for the newest. */
	if (pane->shown.len > 0 && is_gone(pane, *(uint64_t *)vec_at(&pane->shown, 0)))
		begin_anew(pane);
	while (pane->seen < newest) {
		const struct exchange *exchange =
			session_exchange_by_number(pane->ui->session, ++pane->seen);

		if (exchange && request_filter_match(pane->filter, exchange,
						     requests_pane_name(pane, exchange)))
			vec_push(&pane->shown, &pane->seen);
	}
}

enum err_code requests_pane_filter(struct requests_pane *pane, const char *words, struct err *err)
{
	struct request_filter *filter = NULL;
	enum err_code code = request_filter_parse(words, &filter, err);
	char *copy;

	if (code)
		return code;
	copy = text_dup(words);
	if (!copy) {
		request_filter_free(&filter);
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	}
	request_filter_free(&pane->filter);
	free(pane->words);
	pane->filter = filter;
	pane->words = copy;
	begin_anew(pane);
	requests_pane_refresh(pane);
	list_follow(&pane->list);
	screen_dirty(&pane->ui->main->base, pane_bit(PANE_REQUESTS));
	return ERR_OK;
}

/* While typed, words that are not whole yet are no error. */
static void typed(void *context, const char *text)
{
	struct err err;

	requests_pane_filter(context, text, &err);
}

static void done(void *context, const char *text)
{
	struct requests_pane *pane = context;
	const char *words = text ? text : pane->words_before;
	struct err err;

	if (requests_pane_filter(pane, words ? words : "", &err) != ERR_OK) {
		ui_say_err(pane->ui, &err);
		requests_pane_filter(pane, pane->words_before ? pane->words_before : "", &err);
	}
	free(pane->words_before);
	pane->words_before = NULL;
}

void requests_pane_open_filter(struct requests_pane *pane)
{
	struct prompt_request request = {
		.kind = PROMPT_TEXT,
		.label = "requests /",
		.changed = typed,
		.done = done,
		.context = pane,
	};

	prompt_cancel(pane->ui->prompt);
	free(pane->words_before);
	pane->words_before = text_dup(pane->words ? pane->words : "");
	request.initial = pane->words_before;
	prompt_open(pane->ui->prompt, &request);
}
