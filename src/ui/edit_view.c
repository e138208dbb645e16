/* The edit form's fields, notes and lines around them. */
#include <stdio.h>
#include <string.h>

#include "conflict.h"
#include "dacache/base/clock.h"
#include "dacache/base/text.h"

enum { NUMBER_COLS = 10, EVENT_COLS = 18, ACTION_COLS = 10 };

static const char *const tier_words[] = {"default", "high_priority", "static_reference", "custom"};
static const char *const action_words[] = {"invalidate", "refresh", "noop"};

static void add_number(struct edit_screen *edit, enum field id, const char *label,
		       struct form_line *line, const char *hint)
{
	struct form_field field = {.kind = FORM_TEXT,
				   .id = (int)id,
				   .row = -1,
				   .label = label,
				   .cols = NUMBER_COLS,
				   .line = line};

	snprintf(field.words, sizeof field.words, "%s", hint);
	form_add(&edit->form, &field);
}

static void add_members(struct edit_screen *edit)
{
	struct edit_fields *fields = &edit->fields;
	struct form_field enabled = {.kind = FORM_CHECK,
				     .id = FIELD_ENABLED,
				     .row = -1,
				     .label = "Cache enabled",
				     .value = &fields->enabled};
	struct form_field key = {.kind = FORM_TEXT,
				 .id = FIELD_KEY,
				 .row = -1,
				 .label = "Cache key",
				 .line = &fields->key};
	struct form_field tier = {.kind = FORM_CHOICE,
				  .id = FIELD_TIER,
				  .row = -1,
				  .label = "Tier",
				  .value = &fields->tier,
				  .choices = tier_words,
				  .choices_len = TIER_CUSTOM + 1};

	form_add(&edit->form, &enabled);
	form_add(&edit->form, &key);
	form_add(&edit->form, &tier);
}

static void add_tiers(struct edit_screen *edit)
{
	static const char *const labels[] = {"  default", "  high_priority", "  static_reference"};

	for (int i = 0; i < TIER_COUNT; i++) {
		char hint[40];
		snprintf(hint, sizeof hint, "0-%lld s", (long long)tier_ttl_max_s((enum tier)i));
		add_number(edit, (enum field)(FIELD_TTL_DEFAULT + i), labels[i],
			   &edit->fields.ttl[i], hint);
	}
}

/* cacheTtl itself: a field when custom, else what follows from the tier. */
static void add_ttl(struct edit_screen *edit)
{
	bool custom = edit->fields.tier == TIER_CUSTOM;
	const char *arrow = ui_is_utf8(edit->screen.ui) ? "→" : "->";
	struct form_field field = {
		.kind = FORM_STATIC, .id = FIELD_TTL, .row = -1, .label = edit->ttl_label};
	char hint[40];
	int64_t ttl_s;

	snprintf(edit->ttl_label, sizeof edit->ttl_label, "%s cacheTtl", arrow);
	snprintf(hint, sizeof hint, "s  0-%d s", TTL_MAX_S);
	if (custom) {
		add_number(edit, FIELD_TTL, edit->ttl_label, &edit->fields.ttl[TIER_CUSTOM], hint);
		return;
	}
	if (text_parse_int(form_line_text(&edit->fields.ttl[edit->fields.tier]), 0, INT64_MAX,
			   &ttl_s))
		snprintf(edit->ttl_label, sizeof edit->ttl_label, "%s cacheTtl ? s", arrow);
	else
		snprintf(edit->ttl_label, sizeof edit->ttl_label, "%s cacheTtl %lld s", arrow,
			 (long long)ttl_s);
	form_add(&edit->form, &field);
}

static void add_payload(struct edit_screen *edit)
{
	const char *payload = form_line_text(&edit->fields.payload);
	char hint[80] = "";
	int64_t kb;

	if (text_parse_int(payload, 0, FOOTPRINT_MAX_BYTES, &kb) == ERR_OK)
		snprintf(hint, sizeof hint, "footprint %lld of %d bytes",
			 (long long)footprint_bytes(edit->fields.key.text.len, kb),
			 FOOTPRINT_MAX_BYTES);
	add_number(edit, FIELD_PAYLOAD_KB, "Payload KB", &edit->fields.payload, hint);
}

static void add_heading(struct edit_screen *edit)
{
	struct form_field source = {.kind = FORM_STATIC,
				    .id = FIELD_NONE,
				    .row = -1,
				    .cols = -1,
				    .label = "Directives",
				    .words = "source"};
	struct form_field event = {.kind = FORM_STATIC,
				   .id = FIELD_NONE,
				   .row = -1,
				   .same_line = true,
				   .cols = EVENT_COLS,
				   .words = "event type"};
	struct form_field action = event;

	if (edit->fields.directives_len == 0) {
		snprintf(source.words, sizeof source.words, "none; F7 adds one");
		form_add(&edit->form, &source);
		return;
	}
	action.cols = ACTION_COLS;
	snprintf(action.words, sizeof action.words, "action");
	form_add(&edit->form, &source);
	form_add(&edit->form, &event);
	form_add(&edit->form, &action);
}

static void add_directive(struct edit_screen *edit, int row)
{
	struct edit_directive *directive = &edit->fields.directives[row];
	struct form_field source = {.kind = FORM_TEXT,
				    .id = FIELD_DIRECTIVE_SOURCE,
				    .row = row,
				    .label = edit->row_labels[row],
				    .line = &directive->source};
	struct form_field event = {.kind = FORM_TEXT,
				   .id = FIELD_DIRECTIVE_EVENT,
				   .row = row,
				   .same_line = true,
				   .cols = EVENT_COLS,
				   .line = &directive->event};
	struct form_field action = {.kind = FORM_CHOICE,
				    .id = FIELD_DIRECTIVE_ACTION,
				    .row = row,
				    .same_line = true,
				    .in_columns = true,
				    .cols = ACTION_COLS,
				    .value = &directive->action,
				    .choices = action_words,
				    .choices_len = DIRECTIVE_ACTIONS};

	snprintf(edit->row_labels[row], sizeof edit->row_labels[row], "  %d", row + 1);
	form_add(&edit->form, &source);
	form_add(&edit->form, &event);
	form_add(&edit->form, &action);
}

void edit_build_form(struct edit_screen *edit)
{
	form_clear(&edit->form);
	add_members(edit);
	add_tiers(edit);
	add_ttl(edit);
	add_payload(edit);
	add_heading(edit);
	for (size_t i = 0; i < edit->fields.directives_len; i++)
		add_directive(edit, (int)i);
	form_settle(&edit->form);
	edit->form.read_only = edit->read_only;
}

static void add_notes(struct form *form, const struct vec *notes)
{
	for (size_t i = 0; i < notes->len; i++) {
		const struct form_note *note = vec_at(notes, i);
		form_note(form, note->id, note->row, note->role, note->text);
	}
}

static void note_dropped(struct edit_screen *edit)
{
	const struct form_field *field = form_focused(&edit->form);
	char text[120];

	if (edit->dropped == 0 || !field)
		return;
	snprintf(text, sizeof text, "%zu line break%s or control characters left out of the paste",
		 edit->dropped, edit->dropped == 1 ? "" : "s");
	form_note(&edit->form, field->id, field->row, ROLE_WARN, text);
}

void edit_build_notes(struct edit_screen *edit)
{
	const struct findings *findings = &edit->findings;

	form_clear_notes(&edit->form);
	add_notes(&edit->form, &edit->server_notes);
	for (size_t i = 0; i < findings->len; i++) {
		const struct finding *finding = &findings->items[i];
		form_note(&edit->form, (int)finding->field, finding->row,
			  finding->is_error ? ROLE_ERROR : ROLE_WARN, finding->text);
	}
	add_notes(&edit->form, &edit->moved_notes);
	note_dropped(edit);
}

/* --- drawing ------------------------------------------------------------------------ */

static int draft_words(const struct edit_screen *edit, char *out, size_t size)
{
	int64_t now_us = clock_wall_us(loop_clock(ui_loop(edit->screen.ui)));
	char now[CLOCK_TEXT_SIZE];
	char then[CLOCK_TEXT_SIZE];

	clock_format_rfc3339(now_us, now);
	clock_format_rfc3339(edit->draft_us, then);
	if (strncmp(now, then, 10) == 0)
		return snprintf(out, size, "draft of %.5s, Ctrl-R discards it.%s%s", then + 11,
				edit->base_banner[0] ? " " : "", edit->base_banner);
	return snprintf(out, size, "draft of %.10s %.5s, Ctrl-R discards it.%s%s", then, then + 11,
			edit->base_banner[0] ? " " : "", edit->base_banner);
}

/* Lines above the form; with c NULL they are counted alone. */
static int pass_banners(const struct edit_screen *edit, const struct canvas *c)
{
	int cols = c ? c->at.cols - 2 : 0;
	char text[2 * EDIT_BANNER_SIZE];
	int row = 1;

	if (edit->read_only) {
		if (c)
			draw_format(c, row, 1, 0, ROLE_WARN, "view only: %s",
				    edit->read_only_reason);
		row++;
	}
	if (edit->draft_us) {
		draft_words(edit, text, sizeof text);
		if (c)
			draw_text(c, row, 1, 0, edit->base_banner[0] ? ROLE_WARN : ROLE_DIM, text);
		row++;
	}
	if (edit_banner(edit, "F6", cols, text, sizeof text)) {
		if (c)
			draw_text(c, row, 1, 0, ROLE_WARN, text);
		row++;
	}
	if (edit->base && edit->fetch) {
		if (c)
			draw_text(c, row, 1, 0, ROLE_DIM,
				  c->utf8 ? "reading again…" : "reading again...");
		row++;
	}
	return row;
}

int edit_form_row(const struct edit_screen *edit)
{
	return pass_banners(edit, NULL) + 1;
}

static void draw_status(const struct edit_screen *edit, const struct canvas *c, int row)
{
	size_t errors = edit_errors(edit);
	size_t warnings = edit->findings.len - findings_errors(&edit->findings);

	if (errors > 0)
		draw_format(c, row, 1, 0, ROLE_ERROR,
			    "! %zu error%s left: no review until %s mended", errors,
			    errors == 1 ? "" : "s", errors == 1 ? "it is" : "they are");
	else if (!edit_has_changed(edit))
		draw_text(c, row, 1, 0, ROLE_DIM, "nothing changed yet");
	else if (warnings > 0)
		draw_format(c, row, 1, 0, ROLE_WARN, "? no errors, %zu warning%s; F2 reviews",
			    warnings, warnings == 1 ? "" : "s");
	else
		draw_text(c, row, 1, 0, ROLE_OK, "no errors; F2 reviews");
}

void edit_draw(struct ui_screen *screen, const struct canvas *c, unsigned dirty)
{
	struct edit_screen *edit = (struct edit_screen *)screen;
	struct rect part = {edit_form_row(edit), 0, 0, c->at.cols};
	struct canvas body;
	char title[256];

	(void)dirty;
	draw_clear(c);
	snprintf(title, sizeof title, "EDIT  %s", edit->name);
	draw_rule(c, 0, ROLE_FOCUS, title, edit->fetch ? "reading" : NULL);
	pass_banners(edit, c);
	if (!edit->base) {
		draw_text(c, 2, 1, 0, ROLE_DIM, c->utf8 ? "reading…" : "reading...");
		return;
	}
	part.rows = c->at.rows - part.row - 2;
	body = canvas_part(c, &part);
	form_draw(&edit->form, &body);
	draw_status(edit, c, c->at.rows - 1);
}
