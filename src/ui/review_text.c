/* What the review says: change, side effects, checks, the request itself. */
#include <stdio.h>
#include <string.h>

#include "conflict.h"
#include "dacache/base/text.h"
#include "excerpt.h"
#include "review_internal.h"

enum { BODY_MAX = 8 * 1024 * 1024, TEXT_MAX = 256 * 1024, INDENT = 2 };

static const char *arrow(const struct review_screen *review)
{
	return ui_is_utf8(review->screen.ui) ? "→" : "->";
}

static struct session *session_of(const struct review_screen *review)
{
	return ui_session(review->screen.ui);
}

/* A newline of a key is to be seen, not to break the line. */
static void add(struct review_screen *review, enum role role, struct buf *text)
{
	struct buf safe;

	buf_init(&safe, 8 * TEXT_MAX);
	text_escape(&safe, buf_str(text));
	text_view_add(&review->view, role, INDENT, buf_str(&safe));
	buf_free(&safe);
	buf_free(text);
}

/* --- outcome and progress ----------------------------------------------------------- */

static void add_phase(struct review_screen *review)
{
	if (review->phase == UPDATE_READING_AGAIN)
		text_view_addf(&review->view, ROLE_WARN, 0,
			       "%s: reading the action again to see what came of it",
			       review->phase_why);
	if (review->phase == UPDATE_SENDING_AGAIN)
		text_view_addf(&review->view, ROLE_WARN, 0,
			       "%s, and the action is as it was before: it is sent again",
			       review->phase_why);
}

static void add_progress(struct review_screen *review)
{
	bool reading = review->phase == UPDATE_READING_AGAIN;
	struct session_status status;

	add_phase(review);
	session_status(session_of(review), &status);
	if (status.puts_in_flight > 0)
		text_view_add(&review->view, ROLE_STRONG, 0, "applying: the PUT is on its way");
	else if (status.held)
		text_view_addf(&review->view, ROLE_WARN, 0, "waiting: %s, goes on in %lld s%s",
			       status.held_because, (long long)((status.held_for_ms + 999) / 1000),
			       reading ? "" : "; Esc cancels");
	else if (!reading)
		text_view_add(&review->view, ROLE_STRONG, 0, "applying: in the queue; Esc cancels");
}

static void add_what_next(struct review_screen *review)
{
	switch (review->ended.outcome) {
	case OUTCOME_UNKNOWN:
		text_view_add(&review->view, ROLE_WARN, 0,
			      "Nobody knows yet whether it took effect. It is checked in the "
			      "background until it is known; :recover checks now.");
		/* fall through */
	case OUTCOME_CONFLICT:
		text_view_add(&review->view, ROLE_TEXT, 0,
			      "R reads the action again; what you typed stays.");
		break;
	default:
		text_view_add(&review->view, ROLE_TEXT, 0,
			      "F2 sends it again as it stands below; Esc goes back to the form.");
	}
}

static void add_outcome(struct review_screen *review)
{
	const struct review_outcome *ended = &review->ended;
	struct text_view *view = &review->view;

	text_view_add(view, ROLE_ERROR, 0, ended->message);
	if (ended->status > 0 && ended->latency_ms < 0)
		text_view_addf(view, ROLE_TEXT, 0, "status %d of the token endpoint",
			       ended->status);
	else if (ended->status > 0)
		text_view_addf(view, ROLE_TEXT, 0, "status %d in %.1f ms, %lld attempt%s",
			       ended->status, ended->latency_ms, (long long)ended->attempts,
			       ended->attempts == 1 ? "" : "s");
	if (ended->correlation_id[0])
		text_view_addf(view, ROLE_TEXT, 0, "correlation id %s", ended->correlation_id);
	if (ended->outcome == OUTCOME_CONFLICT) {
		text_view_addf(view, ROLE_TEXT, 0, "If-Match sent %s, the server has %s",
			       ended->if_match,
			       ended->server_etag[0] ? ended->server_etag : "another one");
		text_view_add(view, ROLE_TEXT, 0,
			      ended->may_have_written
				      ? "Whether an attempt of it was applied can't be known."
				      : "This request wrote nothing.");
	}
	add_what_next(review);
}

/* --- change ----------------------------------------------------------------------------- */

/* Blanks at its ends would not be seen. */
static void put_value(struct buf *out, const char *value)
{
	size_t len = strlen(value);
	bool quote = len == 0 || value[0] == ' ' || value[len - 1] == ' ';

	buf_printf(out, quote ? "\"%s\"" : "%s", value);
}

static bool is_ascii(const struct review_screen *review)
{
	return !ui_is_utf8(review->screen.ui);
}

/* Of long texts the part in which they differ: else nobody would find it. */
static bool is_shortened(const struct review_screen *review, const struct diff_line *line)
{
	return !review->shows_same && line->mark != DIFF_SAME &&
	       ((line->before && strlen(line->before) > EXCERPT_LONG) ||
		(line->after && strlen(line->after) > EXCERPT_LONG));
}

static void add_short_change(struct review_screen *review, const struct diff_line *line,
			     struct buf *text)
{
	const char *before = line->mark == DIFF_ADDED ? "" : line->before;
	const char *after = line->mark == DIFF_REMOVED ? "" : line->after;
	struct excerpt excerpt = excerpt_between(before, after);
	struct buf note;

	buf_init(&note, TEXT_MAX);
	if (line->mark != DIFF_ADDED)
		excerpt_put(text, before, &excerpt, is_ascii(review));
	if (line->mark == DIFF_CHANGED)
		buf_printf(text, " %s ", arrow(review));
	if (line->mark != DIFF_REMOVED)
		excerpt_put(text, after, &excerpt, is_ascii(review));
	buf_printf(&note, "  from character %zu on; %zu %s %zu characters; f shows them whole",
		   excerpt_characters(before, excerpt.head) + 1,
		   excerpt_characters(before, strlen(before)), arrow(review),
		   excerpt_characters(after, strlen(after)));
	add(review, line->mark == DIFF_REMOVED ? ROLE_REMOVED : ROLE_CHANGED, text);
	add(review, ROLE_DIM, &note);
}

static void add_change(struct review_screen *review, const struct diff_line *line)
{
	static const char marks[] = {' ', '~', '+', '-'};
	static const enum role roles[] = {ROLE_DIM, ROLE_CHANGED, ROLE_ADDED, ROLE_REMOVED};
	struct buf text;

	buf_init(&text, TEXT_MAX);
	buf_printf(&text, "%c %s  ", marks[line->mark], line->name);
	if (is_shortened(review, line)) {
		add_short_change(review, line, &text);
		return;
	}
	if (line->mark == DIFF_CHANGED || line->mark == DIFF_REMOVED)
		put_value(&text, line->before);
	if (line->mark == DIFF_CHANGED)
		buf_printf(&text, " %s ", arrow(review));
	if (line->mark == DIFF_CHANGED || line->mark == DIFF_ADDED)
		put_value(&text, line->after);
	if (line->mark == DIFF_SAME)
		buf_puts(&text, *line->after ? line->after : "(none)");
	if (line->local && line->mark != DIFF_SAME)
		buf_puts(&text, "  (kept here)");
	add(review, roles[line->mark], &text);
}

static void add_changes(struct review_screen *review)
{
	const struct diff *diff = &review->diff;
	size_t same = 0;

	text_view_heading(&review->view, "Change");
	for (size_t i = 0; i < diff->len; i++) {
		same += diff->lines[i].mark == DIFF_SAME;
		if (diff->lines[i].mark != DIFF_SAME)
			add_change(review, &diff->lines[i]);
	}
	if (same == diff->len)
		text_view_add(&review->view, ROLE_TEXT, INDENT, "nothing changed");
	text_view_addf(&review->view, ROLE_DIM, INDENT, "%zu unchanged, f %s", same,
		       review->shows_same ? "folds" : "shows");
	for (size_t i = 0; i < diff->len && review->shows_same; i++)
		if (diff->lines[i].mark == DIFF_SAME)
			add_change(review, &diff->lines[i]);
}

/* --- side effects ------------------------------------------------------------------------ */

/* Why the profile will not let it go; NULL: as far as is known it will. */
static const char *why_refused(const struct review_screen *review, size_t row)
{
	for (size_t i = 0; i < review->findings.len; i++) {
		const struct finding *finding = &review->findings.items[i];
		if (finding->field == FIELD_DIRECTIVE_SOURCE && finding->row == (int)row)
			return finding->text;
	}
	return NULL;
}

static void add_webhook(struct review_screen *review, const struct directive *directive,
			const char *refused)
{
	struct buf text;

	buf_init(&text, TEXT_MAX);
	if (refused)
		buf_printf(&text, "webhook  NOT sent to %s  on %s: %s", directive->source,
			   directive->event_type, refused);
	else if (directive->action == DIRECTIVE_NOOP)
		buf_printf(&text, "noop     %s  on %s: noted in the audit, nothing is posted",
			   directive->source, directive->event_type);
	else
		buf_printf(&text, "webhook  POST %s  on %s (%s)", directive->source,
			   directive->event_type, directive_action_name(directive->action));
	add(review, refused ? ROLE_WARN : ROLE_TEXT, &text);
}

static void add_old_key(struct review_screen *review)
{
	const struct cache_members *before = &review->before.members;
	const struct cache_members *after = &review->wanted.members;
	struct buf text;

	if (!before->key || (after->key && strcmp(before->key, after->key) == 0))
		return;
	buf_init(&text, TEXT_MAX);
	buf_puts(&text, "key      entries under the old key ");
	excerpt_begin(&text, before->key, is_ascii(review));
	buf_puts(&text, " are not read any more; they stay until their TTL ends");
	if (before->ttl_s >= 0)
		buf_printf(&text, " (%lld s)", (long long)before->ttl_s);
	add(review, ROLE_WARN, &text);
}

static void add_forecast(struct review_screen *review)
{
	const struct hit_count *now = &review->now;
	const struct hit_count *then = &review->then;

	if (review->before.members.ttl_s == review->wanted.members.ttl_s)
		return;
	if (!review->has_forecast) {
		text_view_add(&review->view, ROLE_DIM, INDENT,
			      "forecast none: too few look-ups of this action are recorded");
		return;
	}
	text_view_addf(&review->view, ROLE_TEXT, INDENT,
		       "forecast replaying %llu look-ups: hit rate %.1f %% %s %.1f %%",
		       (unsigned long long)(now->hits + now->misses), 100 * hit_rate(*now),
		       arrow(review), 100 * hit_rate(*then));
}

static void add_side_effects(struct review_screen *review)
{
	const struct directive_list *list = &review->wanted.local.directives;
	size_t before = review->view.lines.len + 2;

	text_view_heading(&review->view, "Side effects");
	if (diff_server_changes(&review->diff) == 0) {
		text_view_add(&review->view, ROLE_TEXT, INDENT,
			      diff_local_changes(&review->diff) > 0
				      ? "none: no PUT leaves; what is kept here is saved"
				      : "none: no PUT leaves");
		return;
	}
	for (size_t i = 0; i < list->len; i++)
		add_webhook(review, &list->items[i], why_refused(review, i));
	add_old_key(review);
	if (review->before.members.enabled && !review->wanted.members.enabled)
		text_view_add(&review->view, ROLE_WARN, INDENT,
			      "cache    goes off: every call reaches the source");
	add_forecast(review);
	if (review->view.lines.len == before)
		text_view_add(&review->view, ROLE_TEXT, INDENT, "none: there are no directives");
}

/* --- checks -------------------------------------------------------------------------------- */

static void add_findings(struct review_screen *review)
{
	const struct findings *findings = &review->findings;
	size_t errors = findings_errors(findings);

	if (errors == 0)
		text_view_addf(&review->view, ROLE_OK, INDENT,
			       "ok validation: no errors, %zu warning%s", findings->len,
			       findings->len == 1 ? "" : "s");
	else
		text_view_addf(&review->view, ROLE_ERROR, INDENT,
			       "! validation: %zu error%s: back to the form (Esc)", errors,
			       errors == 1 ? "" : "s");
	for (size_t i = 0; i < findings->len; i++) {
		const struct finding *finding = &findings->items[i];
		text_view_addf(&review->view, finding->is_error ? ROLE_ERROR : ROLE_WARN, INDENT,
			       "%c  %s: %s", finding->is_error ? '!' : '?',
			       field_name(finding->field), finding->text);
	}
}

/* Both changed it: the form said so, and what was typed stays. */
static void add_overlaps(struct review_screen *review)
{
	const struct edit_screen *edit = review->edit;

	for (size_t i = 0; edit->overlaps && i < edit->moved_notes.len; i++) {
		const struct form_note *note = vec_at(&edit->moved_notes, i);

		text_view_addf(&review->view, ROLE_WARN, INDENT, "?  %s: %s",
			       field_name((enum field)note->id), note->text);
	}
}

static bool collides(const struct review_screen *review)
{
	for (size_t i = 0; i < review->findings.len; i++)
		if (review->findings.items[i].kind == FINDING_COLLISION)
			return true;
	return false;
}

static void add_collisions(struct review_screen *review)
{
	const char *what = collides(review) ? "! collisions: one" : "ok collisions: none";
	struct index_progress progress;

	index_progress(session_index(session_of(review)), &progress);
	if (progress.whole && !progress.reading)
		text_view_addf(&review->view, collides(review) ? ROLE_ERROR : ROLE_OK, INDENT,
			       "%s among the keys of %zu action%s", what, progress.loaded,
			       progress.loaded == 1 ? "" : "s");
	else if (progress.kept > 0)
		text_view_addf(
			&review->view, ROLE_WARN, INDENT,
			"%s so far: keys of %zu of %zu actions known, of %zu as they were at "
			"the last visit",
			what, progress.loaded, progress.total, progress.kept);
	else if (progress.total_known)
		text_view_addf(&review->view, ROLE_WARN, INDENT,
			       "%s so far: keys of %zu of %zu actions known", what, progress.loaded,
			       progress.total);
	else
		text_view_addf(&review->view, ROLE_WARN, INDENT,
			       "%s so far: keys of %zu actions known", what, progress.loaded);
}

static void add_checks(struct review_screen *review)
{
	const struct proposal *wanted = &review->wanted;
	size_t key_bytes = wanted->members.key ? strlen(wanted->members.key) : 0;
	int64_t bytes = footprint_bytes(key_bytes, wanted->local.payload_kb);

	text_view_heading(&review->view, "Checks");
	add_findings(review);
	add_overlaps(review);
	text_view_addf(&review->view, bytes <= FOOTPRINT_MAX_BYTES ? ROLE_OK : ROLE_ERROR, INDENT,
		       "%s footprint: %lld of %d bytes", bytes <= FOOTPRINT_MAX_BYTES ? "ok" : "!",
		       (long long)bytes, FOOTPRINT_MAX_BYTES);
	add_collisions(review);
}

/* --- the request ------------------------------------------------------------------------------ */

static void put_escaped_id(struct buf *out, const char *id)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-"
		"._~";

	for (; *id; id++) {
		if (strchr(plain, *id))
			buf_putc(out, *id);
		else
			buf_printf(out, "%%%02X", (unsigned)(unsigned char)*id);
	}
}

static void add_body(struct review_screen *review)
{
	bool fields_only = session_profile(session_of(review))->put_body == PUT_FIELDS;
	struct buf shown;
	struct buf body;

	buf_init(&body, BODY_MAX);
	if (action_put_body(review->edit->base, &review->wanted.members, fields_only, &body))
		text_view_add(&review->view, ROLE_ERROR, INDENT, "the body is too large");
	else
		text_view_addf(&review->view, ROLE_TEXT, INDENT, "body: %s, %zu bytes",
			       fields_only ? "the three members alone"
					   : "the document as it was read, with the three members",
			       body.len);
	buf_reset(&body);
	buf_init(&shown, BODY_MAX);
	if (cache_members_to_json(&review->wanted.members, &body) == ERR_OK) {
		if (review->shows_same)
			buf_puts(&shown, buf_str(&body));
		else
			excerpt_begin(&shown, buf_str(&body), is_ascii(review));
		text_view_add(&review->view, ROLE_TEXT, INDENT, buf_str(&shown));
	}
	buf_free(&shown);
	buf_free(&body);
}

static void add_request(struct review_screen *review)
{
	const struct action *base = review->edit->base;
	char if_match[ETAG_SIZE];
	struct buf text;

	text_view_heading(&review->view, "Request");
	if (diff_server_changes(&review->diff) == 0) {
		text_view_add(&review->view, ROLE_TEXT, INDENT,
			      "none: the server has these values already");
		return;
	}
	buf_init(&text, TEXT_MAX);
	buf_puts(&text, "PUT /api/v2/dataactions/");
	put_escaped_id(&text, base->id);
	add(review, ROLE_TEXT, &text);
	text_view_addf(&review->view, ROLE_TEXT, INDENT, "at %s",
		       session_profile(session_of(review))->base_url);
	if (action_if_match(base, if_match) == ERR_OK)
		text_view_addf(&review->view, ROLE_TEXT, INDENT, "If-Match: %s%s", if_match,
			       base->etag[0] ? "" : " (of what was read: the server sent no ETag)");
	add_body(review);
}

/* Someone else changed it: said first, for it changes what is below. */
static void add_banner(struct review_screen *review)
{
	char text[2 * EDIT_BANNER_SIZE];

	if (review->state != REVIEW_SENDING && edit_banner(review->edit, "M", 0, text, sizeof text))
		text_view_addf(&review->view, ROLE_WARN, 0, "? %s", text);
}

void review_build_text(struct review_screen *review)
{
	text_view_clear(&review->view);
	add_banner(review);
	if (review->state == REVIEW_SENDING)
		add_progress(review);
	else if (review->state == REVIEW_ENDED)
		add_outcome(review);
	add_changes(review);
	add_side_effects(review);
	add_checks(review);
	add_request(review);
}
