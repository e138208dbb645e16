/* What the form's files share. */
#ifndef FORM_INTERNAL_H
#define FORM_INTERNAL_H

#include "dacache/ui/form.h"

/* Where a field's value stands on the canvas. */
struct form_place {
	size_t field;
	struct rect at;
};

const struct form_field *form_field_at(const struct form *form, size_t i);
bool form_note_is_of(const struct form_note *note, const struct form_field *field);

#endif
