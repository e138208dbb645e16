/* :quota, and a click on line 1: what the tenant allows, who spent it, what is to come. */
#include "quota_screen.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "dacache/base/text.h"
#include "dacache/ui/chart.h"
#include "internal.h"

enum {
	US_PER_S = 1000000,
	LABEL_COL = 12,
	BAR_COLS = 30,
	WHO_COLS = 16,
	FIGURE_COLS = 12,
	PART_COLS = 20,
	WINDOWS_SHOWN = QUOTA_WINDOWS_KEPT - 1,
	POINTS_MAX = 512,
	CHART_ROWS_MAX = 14
};

struct quota_screen {
	struct ui_screen base;
	struct loop_timer *timer;
	struct throttle soon;
};

/* What a drawing needs, taken once. */
struct sight {
	const struct quota_ledger *ledger;
	const struct quota_window *window; /* the present one, NULL: none that is open */
	struct session_status status;
	struct quota_forecast forecast;
	int64_t now_us;
	int64_t wall_us;
};

static void look(struct ui *ui, struct sight *out)
{
	const struct clock *clock = loop_clock(ui->loop);

	out->ledger = session_quota_ledger(ui->session);
	out->now_us = clock_monotonic_us(clock);
	out->wall_us = clock_wall_us(clock);
	session_status(ui->session, &out->status);
	quota_ledger_forecast(out->ledger, out->now_us, &out->forecast);
	out->window = quota_ledger_window(out->ledger, 0);
	if (out->window && !quota_window_is_open(out->window, out->now_us))
		out->window = NULL;
}

static int put_label(const struct canvas *c, int row, const char *label)
{
	draw_text(c, row, 1, LABEL_COL - 2, ROLE_LABEL, label);
	return LABEL_COL;
}

/* --- what is allowed, used, left ------------------------------------------------------ */

static void draw_used(const struct canvas *c, int row, const struct sight *sight)
{
	const struct quota *quota = &sight->ledger->last;
	bool ended = sight->forecast.outlook == QUOTA_ENDED;
	int col = put_label(c, row, "used");

	if (!quota->known) {
		draw_text(c, row, col, 0, ROLE_TEXT,
			  sight->ledger->headerless > 0
				  ? "not known: the tenant's answers hold no quota headers"
				  : "not known: no call was answered yet");
		return;
	}
	if (quota->allowed < 0 || quota->used < 0) {
		draw_format(c, row, col, 0, ROLE_TEXT, "%" PRId64 " left",
			    quota->remaining >= 0 ? quota->remaining : quota->allowed);
		return;
	}
	if (ended) {
		draw_format(c, row, col, 0, ROLE_TEXT,
			    "- of %" PRId64 "; the window before had %" PRId64 " at least",
			    quota->allowed, quota->used);
		return;
	}
	col += draw_format(c, row, col, 24, ROLE_STRONG, "%" PRId64 " of %" PRId64, quota->used,
			   quota->allowed) +
	       2;
	draw_bar(c, row, col, BAR_COLS, sight->forecast.left > 0 ? ROLE_CHART : ROLE_ERROR,
		 quota->allowed > 0 ? (double)quota->used / (double)quota->allowed : 0);
	draw_format(c, row, col + BAR_COLS + 2, 0, ROLE_TEXT, "%" PRId64 " left",
		    sight->forecast.left);
}

static void draw_window(const struct canvas *c, int row, const struct sight *sight)
{
	int64_t reset_in_s = sight->forecast.reset_in_s;
	int col = put_label(c, row, "window");

	if (!sight->ledger->last.known) {
		draw_text(c, row, col, 0, ROLE_TEXT, "-");
		return;
	}
	if (reset_in_s < 0)
		col += draw_text(c, row, col, 0, ROLE_TEXT, "its end is not told");
	else if (reset_in_s == 0)
		col += draw_text(c, row, col, 0, ROLE_TEXT, "ended");
	else
		col += draw_format(c, row, col, 0, ROLE_TEXT, "ends in %" PRId64 " s", reset_in_s);
	if (sight->ledger->longest_reset_s > 0)
		draw_format(c, row, col, 0, ROLE_TEXT, "; %" PRId64 " s long at least",
			    sight->ledger->longest_reset_s);
}

static void draw_outlook(const struct canvas *c, int row, const struct sight *sight)
{
	bool bad =
		sight->forecast.outlook == QUOTA_MET || sight->forecast.outlook == QUOTA_WILL_MEET;
	char words[160];
	int col = put_label(c, row, "outlook");

	quota_forecast_words(&sight->forecast, words, sizeof words);
	draw_format(c, row, col, 0, bad ? ROLE_WARN : ROLE_TEXT, "%s%s", bad ? "! " : "", words);
}

static void draw_pace(const struct canvas *c, int row, const struct sight *sight)
{
	const struct session_status *status = &sight->status;
	const size_t waiting = status->lane_queued[LANE_WATCH] + status->lane_queued[LANE_BULK] +
			       status->lane_queued[LANE_BACKGROUND];
	int64_t reserve = quota_reserve(&sight->ledger->last);
	int col = put_label(c, row, "pace");

	if (status->held)
		draw_format(c, row, col, 0, ROLE_WARN, "! %s: waiting %" PRId64 " s",
			    status->held_because, (status->held_for_ms + 999) / 1000);
	else if (status->pace_us > 0)
		draw_format(
			c, row, col, 0, ROLE_TEXT,
			"slowed: watch, bulk, background leave %.1f s apart (%zu wait); %" PRId64
			" kept",
			(double)status->pace_us / US_PER_S, waiting, reserve);
	else if (sight->ledger->last.known)
		draw_format(c, row, col, 0, ROLE_TEXT,
			    "free: watch, bulk, background slow down once half is spent; %" PRId64
			    " kept",
			    reserve);
	else
		draw_text(c, row, col, 0, ROLE_TEXT,
			  "free: without quota headers only a 429 holds calls back");
}

/* --- who spent it ----------------------------------------------------------------------- */

static void draw_figure(const struct canvas *c, int row, int col, int64_t value)
{
	char text[32] = "-";

	if (value >= 0)
		text_format_count(value, text);
	draw_right(c, row, col, FIGURE_COLS - 1, value > 0 ? ROLE_STRONG : ROLE_DIM, text);
}

/* now, before, run: -1 where it is not known. */
struct who {
	const char *name;
	int64_t now, before, run;
	const char *note;
};

static void draw_who(const struct canvas *c, int row, const struct who *who, int64_t whole)
{
	int col = 1;

	draw_text(c, row, col, WHO_COLS - 1, ROLE_TEXT, who->name);
	col += WHO_COLS;
	draw_figure(c, row, col, who->now);
	draw_figure(c, row, col + FIGURE_COLS, who->before);
	draw_figure(c, row, col + 2 * FIGURE_COLS, who->run);
	col += 3 * FIGURE_COLS + 2;
	if (who->note)
		draw_text(c, row, col, 0, ROLE_DIM, who->note);
	else if (who->now > 0 && whole > 0)
		draw_bar(c, row, col, PART_COLS, ROLE_CHART, (double)who->now / (double)whole);
}

static void draw_who_head(const struct canvas *c, int row)
{
	int col = 1 + WHO_COLS;

	draw_text(c, row, 1, WHO_COLS - 1, ROLE_LABEL, "WHO");
	draw_right(c, row, col, FIGURE_COLS - 1, ROLE_LABEL, "THIS WINDOW");
	draw_right(c, row, col + FIGURE_COLS, FIGURE_COLS - 1, ROLE_LABEL, "THE LAST");
	draw_right(c, row, col + 2 * FIGURE_COLS, FIGURE_COLS - 1, ROLE_LABEL, "THIS RUN");
}

static int64_t others_before(const struct sight *sight, const struct quota_window *last)
{
	int64_t others = last && last->used >= 0 ? last->used - quota_spent_sum(&last->ours) : -1;

	(void)sight;
	return last && last->used >= 0 && others < 0 ? 0 : others;
}

static int draw_spenders(const struct canvas *c, int row, const struct sight *sight)
{
	const struct quota_ledger *ledger = sight->ledger;
	const struct quota_window *now = sight->window;
	const struct quota_window *last = quota_ledger_window(ledger, now ? 1 : 0);
	int64_t others = now ? quota_ledger_others(ledger, (int64_t)sight->status.in_flight) : -1;
	int64_t whole = now ? quota_spent_sum(&now->ours) + (others > 0 ? others : 0) : 0;
	struct who who;

	draw_who_head(c, row++);
	for (int lane = 0; lane < LANES; lane++) {
		who = (struct who){lane_name((enum lane)lane), now ? now->ours.lanes[lane] : -1,
				   last ? last->ours.lanes[lane] : -1, ledger->run.lanes[lane],
				   NULL};
		draw_who(c, row++, &who, whole);
	}
	who = (struct who){"others", others, others_before(sight, last), -1, NULL};
	draw_who(c, row++, &who, whole);
	who = (struct who){"answered 429", now ? now->ours.limited : -1,
			   last ? last->ours.limited : -1, ledger->run.limited,
			   "of the calls above"};
	draw_who(c, row++, &who, whole);
	who = (struct who){"for a token", -1, -1, ledger->tokens, "not in the tenant's count"};
	draw_who(c, row++, &who, whole);
	return row;
}

/* --- charts -------------------------------------------------------------------------------- */

static void draw_seconds(const struct canvas *c, const struct rect *at, const struct sight *sight)
{
	double values[QUOTA_SECONDS_KEPT];
	struct rect chart_at = *at;
	int cols = chart_plot_cols(at->cols);
	size_t n = chart_points(c, cols);
	struct chart chart = {.title = "Calls a second, as the tenant counts",
			      .unit = CHART_COUNT,
			      .values = values,
			      .role = ROLE_CHART,
			      .empty = "none"};

	if (n > QUOTA_SECONDS_KEPT) {
		cols = QUOTA_SECONDS_KEPT / (c->utf8 ? 2 : 1);
		chart_at.cols -= chart_plot_cols(at->cols) - cols;
		n = chart_points(c, cols);
	}
	chart.n = n;
	quota_ledger_seconds(sight->ledger, sight->now_us, false, values, n);
	for (size_t i = 0; i < n; i++)
		if (values[i] <= 0)
			values[i] = -1; /* no bar, rather than the lowest */
	chart_ticks_time(&chart, cols, (int)n, "now");
	chart_draw(c, &chart_at, &chart);
}

/* Each window takes as many columns as there are for it. */
static void fill_windows(const struct sight *sight, size_t first, size_t count, double *out,
			 size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t ago = count - 1 - i * count / n;
		const struct quota_window *window = quota_ledger_window(sight->ledger, first + ago);

		out[i] =
			(double)(window->used >= 0 ? window->used : quota_spent_sum(&window->ours));
	}
}

static void draw_windows(const struct canvas *c, const struct rect *at, const struct sight *sight)
{
	double values[POINTS_MAX] = {0};
	struct chart chart = {.title = "Used in the windows before",
			      .unit = CHART_COUNT,
			      .values = values,
			      .role = ROLE_CHART,
			      .empty = "no window ended yet"};
	size_t first = sight->window ? 1 : 0;
	size_t count = 0;
	char note[32] = "";

	while (count < WINDOWS_SHOWN && quota_ledger_window(sight->ledger, first + count))
		count++;
	chart.n = chart_points(c, chart_plot_cols(at->cols));
	if (chart.n > POINTS_MAX)
		chart.n = POINTS_MAX;
	if (count > chart.n)
		count = chart.n;
	if (sight->ledger->last.allowed > 0)
		chart.max = (double)sight->ledger->last.allowed;
	for (size_t i = 0; i < chart.n && count == 0; i++)
		values[i] = -1;
	if (count > 0) {
		fill_windows(sight, first, count, values, chart.n);
		snprintf(note, sizeof note, "%zu", count);
		chart.note = note;
	}
	chart.tick_count = 1;
	chart.ticks[0] = (struct chart_tick){.at = 1, .text = "the last"};
	chart_draw(c, at, &chart);
}

static void draw_charts(const struct canvas *c, int row, const struct sight *sight)
{
	int rows = c->at.rows - row;
	struct rect left = {row, 0, rows, c->at.cols};
	struct rect right;

	if (rows > CHART_ROWS_MAX)
		left.rows = CHART_ROWS_MAX;
	if (left.rows < CHART_ROWS_LEAST)
		return;
	left.cols = c->at.cols / 2 - 1;
	right = (struct rect){row, left.cols + 2, left.rows, c->at.cols - left.cols - 3};
	draw_seconds(c, &left, sight);
	draw_windows(c, &right, sight);
}

/* --- the screen ---------------------------------------------------------------------------- */

static void draw(struct ui_screen *screen, const struct canvas *c, unsigned dirty)
{
	struct sight sight;
	int row = 1;

	(void)dirty;
	look(screen->ui, &sight);
	draw_clear(c);
	draw_rule(c, 0, ROLE_FOCUS, "QUOTA  of this client at the tenant",
		  session_profile(screen->ui->session)->name);
	draw_used(c, row++, &sight);
	draw_window(c, row++, &sight);
	draw_outlook(c, row++, &sight);
	draw_pace(c, row++, &sight);
	row = draw_spenders(c, row + 1, &sight);
	if (c->at.rows > row + CHART_ROWS_LEAST + 1)
		row++;
	draw_charts(c, row, &sight);
}

static size_t contexts(const struct ui_screen *screen, enum key_context *out)
{
	(void)screen;
	out[0] = KEYS_COMMON;
	return 1;
}

/* A window that runs out is seen running out, though nothing else moves. */
static void count_down(void *context)
{
	struct quota_screen *self = context;
	struct sight sight;

	look(self->base.ui, &sight);
	if (!self->base.ui->frozen) {
		self->base.ui->frame.dirty = true;
		screen_react(&self->base, REACT_REDRAW);
	}
	if (sight.forecast.reset_in_s > 0)
		loop_timer_start(self->base.ui->loop, US_PER_S, count_down, self, &self->timer);
}

static void moved(void *context)
{
	struct quota_screen *self = context;

	screen_react(&self->base, REACT_REDRAW);
	if (!self->timer)
		count_down(self);
}

static unsigned event(struct ui_screen *screen, const struct event *happened)
{
	struct quota_screen *self = (struct quota_screen *)screen;

	if (happened->type == EVENT_STATUS && !screen->ui->frozen)
		throttle_run(screen->ui, &self->soon, moved, self);
	return REACT_NONE;
}

static unsigned tick(struct ui_screen *screen)
{
	(void)screen;
	return REACT_REDRAW;
}

static void end(struct ui_screen *screen)
{
	struct quota_screen *self = (struct quota_screen *)screen;

	loop_timer_stop(&self->timer);
	loop_timer_stop(&self->soon.timer);
	free(self);
}

static const struct ui_screen_ops ops = {
	.contexts = contexts,
	.draw = draw,
	.event = event,
	.tick = tick,
	.end = end,
};

void quota_screen_open(struct ui *ui)
{
	struct quota_screen *self;

	if (screen_find(ui, &ops))
		return;
	self = calloc(1, sizeof *self);
	if (!self)
		return;
	self->base.ops = &ops;
	self->base.name = "Quota";
	self->base.ui = ui;
	if (screen_push(ui, &self->base) == ERR_OK)
		count_down(self);
}
