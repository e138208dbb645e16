/* How a form is drawn: lines of fields, notes wrapped below them, scrolled to the
 * field with the focus. */
#include <stdio.h>
#include <string.h>

#include "dacache/base/text.h"
#include "form_internal.h"

enum { GAP = 2, CHECK_COLS = 3 };

/* One pass over the form: with draw false it measures alone. */
struct pass {
	struct form *form;
	const struct canvas *c;
	bool draw;
	long row;         /* of the next line, counted from the form's top */
	long focus_begin; /* the rows of the line with the focus and its notes */
	long focus_end;
};

static bool is_shown(const struct pass *pass, long row)
{
	long at = row - (long)pass->form->top;

	return pass->draw && at >= 0 && at < pass->c->at.rows;
}

static int row_on_canvas(const struct pass *pass)
{
	return (int)(pass->row - (long)pass->form->top);
}

/* Columns of a choice that shows all its words. */
static int choice_cols(const struct form_field *field)
{
	int cols = 0;

	for (int i = 0; i < field->choices_len; i++)
		cols += text_width(field->choices[i]) + 4;
	return cols;
}

static int own_cols(const struct form_field *field)
{
	if (field->kind == FORM_STATIC && field->cols <= 0)
		return field->cols < 0 ? 0 : text_width(field->words);
	if (field->kind == FORM_CHECK)
		return CHECK_COLS;
	if (field->kind == FORM_CHOICE && !field->in_columns)
		return choice_cols(field);
	return field->cols;
}

/* What a field needs behind its value. */
static int hint_cols(const struct form_field *field)
{
	if (field->kind == FORM_STATIC || !field->words[0])
		return 0;
	return text_width(field->words) + GAP;
}

static size_t end_of_line(const struct form *form, size_t i)
{
	do
		i++;
	while (i < form->fields.len && form_field_at(form, i)->same_line);
	return i;
}

/* What is left of the line for its field without a width. */
static int spare_cols(const struct pass *pass, size_t start, size_t end)
{
	int cols = pass->c->at.cols - pass->form->label_cols - 1;

	for (size_t i = start; i < end; i++) {
		const struct form_field *field = form_field_at(pass->form, i);
		cols -= own_cols(field) + hint_cols(field) + (i > start ? GAP : 0);
	}
	return cols > 8 ? cols : 8;
}

/* A star a column: the cursor stands where it would in the text. */
static void draw_hidden(const struct canvas *c, int row, int col, int cols, enum role role,
			const struct form_line *line)
{
	int width = text_width(form_line_text(line) + line->left);

	for (int i = 0; i < width && i < cols; i++)
		draw_text(c, row, col + i, 1, role, "*");
}

static void draw_line_text(struct pass *pass, const struct form_field *field, int col, int cols,
			   bool focused)
{
	const struct canvas *c = pass->c;
	enum role role = focused ? ROLE_FIELD_FOCUS : ROLE_FIELD;
	int row = row_on_canvas(pass);
	int cursor = form_line_scroll(field->line, cols);
	int cut = field->line->left > 0;

	draw_blank(c, row, col, cols, role);
	if (cut)
		draw_text(c, row, col, 1, role, c->utf8 ? "…" : "~");
	if (field->hidden)
		draw_hidden(c, row, col + cut, cols - cut, role, field->line);
	else
		draw_text(c, row, col + cut, cols - cut, role,
			  form_line_text(field->line) + field->line->left);
	if (focused) {
		pass->form->cursor_row = row;
		pass->form->cursor_col = col + cursor;
	}
}

static void draw_choices(struct pass *pass, const struct form_field *field, int col, int cols,
			 bool focused)
{
	const struct canvas *c = pass->c;
	int row = row_on_canvas(pass);
	int end = col + cols;

	if (focused) {
		pass->form->cursor_row = row;
		pass->form->cursor_col = col;
	}
	if (field->in_columns) {
		enum role role = focused ? ROLE_FIELD_FOCUS : ROLE_FIELD;
		draw_blank(c, row, col, cols, role);
		draw_text(c, row, col, cols, role, field->choices[*field->value]);
		return;
	}
	for (int i = 0; i < field->choices_len && col < end; i++) {
		bool chosen = i == *field->value;
		enum role role = !chosen ? ROLE_DIM : focused ? ROLE_FIELD_FOCUS : ROLE_STRONG;
		if (chosen && focused)
			pass->form->cursor_col = col + 1;
		col += draw_format(c, row, col, end - col, role, chosen ? "[%s]" : " %s ",
				   field->choices[i]);
		col += 2;
	}
}

static void draw_value(struct pass *pass, const struct form_field *field, int col, int cols,
		       bool focused)
{
	int row = row_on_canvas(pass);
	enum role role = focused ? ROLE_FIELD_FOCUS : ROLE_TEXT;

	switch (field->kind) {
	case FORM_STATIC:
		draw_text(pass->c, row, col, cols, ROLE_TEXT, field->words);
		break;
	case FORM_TEXT:
		draw_line_text(pass, field, col, cols, focused);
		break;
	case FORM_CHECK:
		draw_text(pass->c, row, col, cols, role, *field->value ? "[x]" : "[ ]");
		if (focused) {
			pass->form->cursor_row = row;
			pass->form->cursor_col = col + 1;
		}
		break;
	case FORM_CHOICE:
		draw_choices(pass, field, col, cols, focused);
		break;
	}
}

static void keep_place(struct pass *pass, size_t i, int col, int cols)
{
	struct form_place place = {i, {row_on_canvas(pass), col, 1, cols}};

	if (form_field_at(pass->form, i)->kind != FORM_STATIC &&
	    vec_push(&pass->form->places, &place))
		pass->form->failed = true;
}

static void draw_fields(struct pass *pass, size_t start, size_t end)
{
	struct form *form = pass->form;
	const struct form_field *first = form_field_at(form, start);
	int col = form->label_cols + 1;
	int row = row_on_canvas(pass);

	draw_blank(pass->c, row, 0, 0, ROLE_TEXT);
	if (first->label)
		draw_text(pass->c, row, 1, form->label_cols, ROLE_LABEL, first->label);
	for (size_t i = start; i < end; i++) {
		const struct form_field *field = form_field_at(form, i);
		int cols = own_cols(field);
		if (cols == 0)
			cols = spare_cols(pass, start, end);
		draw_value(pass, field, col, cols, i == form->focus);
		keep_place(pass, i, col, cols);
		col += cols;
		if (hint_cols(field) > 0)
			draw_text(pass->c, row, col + GAP, 0, ROLE_DIM, field->words);
		col += hint_cols(field) + GAP;
	}
}

static void pass_note(struct pass *pass, const struct form_note *note)
{
	int col = pass->form->label_cols + 1;
	int room = pass->c->at.cols - col - 3;
	const char *text = note->text;
	const char *sign = note->role == ROLE_ERROR ? "! " : "? ";
	size_t skip;

	for (; *text; sign = "  ", pass->row++) {
		size_t len = draw_wrap_next(text, room, &skip);
		char part[sizeof note->text];
		if (is_shown(pass, pass->row)) {
			memcpy(part, text, len);
			part[len] = '\0';
			draw_blank(pass->c, row_on_canvas(pass), 0, 0, ROLE_TEXT);
			draw_text(pass->c, row_on_canvas(pass), col, 2, note->role, sign);
			draw_text(pass->c, row_on_canvas(pass), col + 2, 0, note->role, part);
		}
		text += len + skip;
	}
}

static void pass_notes(struct pass *pass, const struct form_field *field)
{
	for (size_t i = 0; i < pass->form->notes.len; i++) {
		const struct form_note *note = vec_at(&pass->form->notes, i);
		if (form_note_is_of(note, field))
			pass_note(pass, note);
	}
}

static void pass_over(struct pass *pass)
{
	struct form *form = pass->form;
	size_t end;

	for (size_t i = 0; i < form->fields.len; i = end) {
		long begin = pass->row;

		end = end_of_line(form, i);
		if (is_shown(pass, pass->row))
			draw_fields(pass, i, end);
		pass->row++;
		for (size_t f = i; f < end; f++)
			pass_notes(pass, form_field_at(form, f));
		if (form->focus >= i && form->focus < end) {
			pass->focus_begin = begin;
			pass->focus_end = pass->row;
		}
	}
}

/* The line with the focus, then as many of its notes as there is room for. */
static void follow_focus(struct form *form, const struct pass *measured)
{
	long rows = form->rows;
	long top = (long)form->top;
	long most = measured->row > rows ? measured->row - rows : 0;

	if (measured->focus_end > top + rows)
		top = measured->focus_end - rows;
	if (measured->focus_begin < top)
		top = measured->focus_begin;
	form->top = (size_t)(top > most ? most : top);
}

void form_draw(struct form *form, const struct canvas *c)
{
	struct pass measured = {.form = form, .c = c};
	struct pass drawn = {.form = form, .c = c, .draw = true};

	form->rows = c->at.rows;
	form->cursor_row = -1;
	vec_clear(&form->places);
	pass_over(&measured);
	follow_focus(form, &measured);
	draw_clear(c);
	pass_over(&drawn);
}
