/* Fields under one another: focus, keys and what they change. */
#include "dacache/ui/form.h"

#include <stdio.h>
#include <string.h>

#include "form_internal.h"

enum { PAGE_LINES = 6 };

void form_init(struct form *form, int label_cols)
{
	memset(form, 0, sizeof *form);
	vec_init(&form->fields, sizeof(struct form_field));
	vec_init(&form->notes, sizeof(struct form_note));
	vec_init(&form->places, sizeof(struct form_place));
	form->label_cols = label_cols;
	form->cursor_row = -1;
}

void form_free(struct form *form)
{
	vec_free(&form->fields);
	vec_free(&form->notes);
	vec_free(&form->places);
}

const struct form_field *form_field_at(const struct form *form, size_t i)
{
	return vec_at(&form->fields, i);
}

static bool takes_focus(const struct form *form, size_t i)
{
	return i < form->fields.len && form_field_at(form, i)->kind != FORM_STATIC;
}

void form_clear(struct form *form)
{
	vec_clear(&form->fields);
	vec_clear(&form->places);
	form->failed = false;
}

void form_add(struct form *form, const struct form_field *field)
{
	if (vec_push(&form->fields, field))
		form->failed = true;
}

void form_settle(struct form *form)
{
	size_t i = form->focus;

	while (i < form->fields.len && !takes_focus(form, i))
		i++;
	if (i >= form->fields.len)
		i = form->fields.len;
	while (!takes_focus(form, i) && i > 0)
		i--;
	form->focus = i;
}

void form_clear_notes(struct form *form)
{
	vec_clear(&form->notes);
}

void form_note(struct form *form, int id, int row, enum role role, const char *text)
{
	struct form_note note = {.id = id, .row = row, .role = role};

	snprintf(note.text, sizeof note.text, "%s", text);
	if (vec_push(&form->notes, &note))
		form->failed = true;
}

const struct form_field *form_focused(const struct form *form)
{
	return takes_focus(form, form->focus) ? form_field_at(form, form->focus) : NULL;
}

static bool find_field(const struct form *form, int id, int row, size_t *out)
{
	for (size_t i = 0; i < form->fields.len; i++) {
		const struct form_field *field = form_field_at(form, i);
		if (takes_focus(form, i) && field->id == id && field->row == row) {
			*out = i;
			return true;
		}
	}
	return false;
}

bool form_go(struct form *form, int id, int row)
{
	return find_field(form, id, row, &form->focus);
}

bool form_note_is_of(const struct form_note *note, const struct form_field *field)
{
	return note->id == field->id && note->row == field->row;
}

bool form_go_to_note(struct form *form, enum role role)
{
	for (size_t i = 0; i < form->fields.len; i++) {
		for (size_t n = 0; n < form->notes.len; n++) {
			const struct form_note *note = vec_at(&form->notes, n);
			if (note->role != role || !takes_focus(form, i) ||
			    !form_note_is_of(note, form_field_at(form, i)))
				continue;
			form->focus = i;
			return true;
		}
	}
	return false;
}

static enum form_took choose(const struct form_field *field, int step)
{
	*field->value = (*field->value + step + field->choices_len) % field->choices_len;
	return FORM_CHANGED;
}

static enum form_took choice_key(const struct form_field *field, const struct key *key)
{
	switch (key->code) {
	case ' ':
	case K_RIGHT:
		return choose(field, 1);
	case K_LEFT:
		return choose(field, -1);
	default:
		return keys_is_text(key) ? FORM_MOVED : FORM_NOT_MINE;
	}
}

static enum form_took check_key(const struct form_field *field, const struct key *key)
{
	if (key->code != ' ')
		return keys_is_text(key) ? FORM_MOVED : FORM_NOT_MINE;
	*field->value = !*field->value;
	return FORM_CHANGED;
}

/* A view lets the cursor move, so that long texts can be read. */
static bool only_moves(const struct key *key)
{
	return key->code == K_LEFT || key->code == K_RIGHT || key->code == K_HOME ||
	       key->code == K_END;
}

enum form_took form_key(struct form *form, const struct key *key)
{
	const struct form_field *field = form_focused(form);
	bool is_text = keys_is_text(key) || key->pasted;

	if (!field)
		return is_text ? FORM_MOVED : FORM_NOT_MINE;
	if (form->read_only && (field->kind != FORM_TEXT || !only_moves(key)))
		return is_text ? FORM_DROPPED : FORM_NOT_MINE;
	if (field->kind == FORM_TEXT)
		return form_line_key(field->line, key);
	if (key->pasted)
		return FORM_MOVED;
	return field->kind == FORM_CHECK ? check_key(field, key) : choice_key(field, key);
}

static void step_field(struct form *form, bool forward)
{
	size_t n = form->fields.len;
	size_t i = form->focus;

	for (size_t tried = 0; tried < n; tried++) {
		i = forward ? (i + 1) % n : (i + n - 1) % n;
		if (takes_focus(form, i)) {
			form->focus = i;
			return;
		}
	}
}

/* The field at which the line of field i begins. */
static size_t line_start(const struct form *form, size_t i)
{
	while (i > 0 && form_field_at(form, i)->same_line)
		i--;
	return i;
}

static size_t line_end(const struct form *form, size_t i)
{
	do
		i++;
	while (i < form->fields.len && form_field_at(form, i)->same_line);
	return i;
}

/* The field of the line nearest to that column of fields, or `none`. */
static size_t field_in_line(const struct form *form, size_t start, size_t column, size_t none)
{
	size_t end = line_end(form, start);
	size_t found = none;

	for (size_t i = start; i < end; i++)
		if (takes_focus(form, i) && (found == none || i - start <= column))
			found = i;
	return found;
}

static bool step_line(struct form *form, bool down)
{
	size_t none = form->fields.len;
	size_t start = line_start(form, form->focus);
	size_t column = form->focus - start;
	size_t found = none;

	while (found == none) {
		if (down ? line_end(form, start) >= none : start == 0)
			return false;
		start = down ? line_end(form, start) : line_start(form, start - 1);
		found = field_in_line(form, start, column, none);
	}
	form->focus = found;
	return true;
}

bool form_action(struct form *form, enum key_action action)
{
	bool down = action == ACT_DOWN || action == ACT_PAGE_DOWN;

	if (form->fields.len == 0)
		return false;
	switch (action) {
	case ACT_NEXT_FIELD:
	case ACT_PREVIOUS_FIELD:
		step_field(form, action == ACT_NEXT_FIELD);
		return true;
	case ACT_UP:
	case ACT_DOWN:
		step_line(form, down);
		return true;
	case ACT_PAGE_UP:
	case ACT_PAGE_DOWN:
		for (int i = 0; i < PAGE_LINES && step_line(form, down); i++)
			;
		return true;
	default:
		return false;
	}
}

static enum form_took press(struct form *form, const struct form_place *place, int col)
{
	const struct form_field *field = form_field_at(form, place->field);
	bool had_focus = form->focus == place->field;

	form->focus = place->field;
	if (field->kind == FORM_TEXT) {
		form_line_point(field->line, col - place->at.col);
		return FORM_MOVED;
	}
	if (!had_focus || form->read_only)
		return FORM_MOVED;
	if (field->kind == FORM_CHOICE)
		return choose(field, 1);
	*field->value = !*field->value;
	return FORM_CHANGED;
}

enum form_took form_mouse(struct form *form, const struct mouse *mouse)
{
	if (form->fields.len == 0)
		return FORM_NOT_MINE;
	if (mouse->kind != MOUSE_PRESS) {
		step_line(form, mouse->kind == MOUSE_WHEEL_DOWN);
		return FORM_MOVED;
	}
	for (size_t i = 0; i < form->places.len; i++) {
		const struct form_place *place = vec_at(&form->places, i);
		if (rect_has(&place->at, mouse->row, mouse->col))
			return press(form, place, mouse->col);
	}
	return FORM_NOT_MINE;
}
