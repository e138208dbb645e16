/* One request, whole: a screen of lines that fold. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/ui/prompt.h"
#include "fold_view.h"
#include "internal.h"
#include "request_text.h"
#include "requests_pane.h"

struct request_screen {
	struct ui_screen base;
	struct exchange exchange; /* a copy: the log moves on */
	struct fold_view view;
};

static struct request_screen *of(struct ui_screen *screen)
{
	return (struct request_screen *)screen;
}

static size_t contexts(const struct ui_screen *screen, enum key_context *out)
{
	(void)screen;
	out[0] = KEYS_REQUEST;
	out[1] = KEYS_MOVE;
	out[2] = KEYS_COMMON;
	return 3;
}

static void draw(struct ui_screen *screen, const struct canvas *c, unsigned dirty)
{
	struct request_screen *request = of(screen);
	struct rect at = {1, 0, c->at.rows - 1, c->at.cols};
	struct canvas body = canvas_part(c, &at);
	char place[64] = "";

	(void)dirty;
	draw_clear(c);
	fold_view_draw(&request->view, &body);
	if (request->view.rows.len > (size_t)body.at.rows)
		snprintf(place, sizeof place, "%zu of %zu", request->view.cursor + 1,
			 request->view.rows.len);
	draw_rule(c, 0, ROLE_FOCUS, "REQUEST", place);
}

/* --- searching --- */

static const struct ui_screen_ops ops;

static void search(struct request_screen *request, const char *words, bool backwards)
{
	if (!fold_view_search(&request->view, words, backwards))
		ui_say(request->base.ui, SEVERITY_INFO,
		       request->view.sought ? "\"%.100s\" is not in this request."
					    : "Nothing is searched for yet: / begins.%s",
		       request->view.sought ? request->view.sought : "");
	screen_dirty(&request->base, (unsigned)SCREEN_ALL);
}

static void words_came(void *context, const char *text)
{
	struct ui_screen *top = stack_top(context);

	/* The screen that asked may have gone while the prompt was open. */
	if (text && *text && top && top->ops == &ops)
		search(of(top), text, false);
}

static void ask_for_words(struct request_screen *request)
{
	struct prompt_request prompt = {
		.kind = PROMPT_TEXT,
		.label = "search /",
		.done = words_came,
		.context = request->base.ui,
	};

	prompt_open(request->base.ui->prompt, &prompt);
}

/* --- keys --- */

static void copy(struct request_screen *request)
{
	struct err err = {0};

	if (copy_exchange(request->base.ui, &request->exchange, &err) != ERR_OK)
		ui_say_err(request->base.ui, &err);
}

static unsigned action(struct ui_screen *screen, enum key_action what)
{
	struct request_screen *request = of(screen);

	if (fold_view_action(&request->view, what))
		return REACT_REDRAW | REACT_HANDLED;
	switch (what) {
	case ACT_COPY_CURL:
		copy(request);
		return REACT_HANDLED;
	case ACT_FILTER:
		ask_for_words(request);
		return REACT_HANDLED;
	case ACT_NEXT_MATCH:
	case ACT_PREVIOUS_MATCH:
		search(request, NULL, what == ACT_PREVIOUS_MATCH);
		return REACT_HANDLED;
	default:
		return REACT_NONE;
	}
}

static unsigned mouse(struct ui_screen *screen, const struct mouse *event)
{
	struct mouse within = *event;

	within.row--; /* the title */
	return fold_view_mouse(&of(screen)->view, &within) ? REACT_REDRAW | REACT_HANDLED
							   : REACT_NONE;
}

/* --- life --- */

static void end(struct ui_screen *screen)
{
	struct request_screen *request = of(screen);

	fold_view_free(&request->view);
	exchange_clear(&request->exchange);
	free(request);
}

static const struct ui_screen_ops ops = {
	.contexts = contexts,
	.draw = draw,
	.action = action,
	.mouse = mouse,
	.end = end,
};

void request_screen_open(struct ui *ui, const struct exchange *exchange)
{
	struct request_screen *request = calloc(1, sizeof *request);

	if (!request || exchange_copy(exchange, &request->exchange) != ERR_OK) {
		free(request);
		ui_say(ui, SEVERITY_ERROR, "no memory to show the request");
		return;
	}
	request->base.ops = &ops;
	request->base.name = "A request";
	request->base.ui = ui;
	fold_view_init(&request->view);
	request_text_fill(&request->view, &request->exchange, ui_is_utf8(ui));
	if (request->view.failed)
		ui_say(ui, SEVERITY_ERROR, "no memory to show all of the request");
	screen_push(ui, &request->base);
}

const struct exchange *request_screen_exchange(struct ui *ui)
{
	struct ui_screen *top = stack_top(ui);

	return top && top->ops == &ops ? &of(top)->exchange : NULL;
}
