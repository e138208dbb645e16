#include "findings.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "dacache/base/text.h"

static const char ellipsis[] = "\xe2\x80\xa6";

/* Room for one more: false when there is none. */
static bool make_room(struct findings *findings, bool is_error)
{
	if (findings->len < FINDINGS_MAX)
		return true;
	if (!is_error)
		return false;
	for (size_t i = findings->len; i-- > 0;) {
		if (findings->items[i].is_error)
			continue;
		findings->len--;
		memmove(&findings->items[i], &findings->items[i + 1],
			(findings->len - i) * sizeof(findings->items[0]));
		return true;
	}
	return false;
}

/* Cut between characters. */
static void cut_text(char *text, size_t size)
{
	size_t len = size - sizeof(ellipsis);

	for (int i = 0; i < 3 && !text_is_valid(text, len); i++)
		len--;
	memcpy(text + len, ellipsis, sizeof(ellipsis));
}

struct finding *findings_add(struct findings *findings, enum field field, bool is_error,
			     const char *format, ...)
{
	va_list args;

	if (!make_room(findings, is_error))
		return NULL;

	struct finding *finding = &findings->items[findings->len++];

	*finding = (struct finding){.field = field, .row = -1, .is_error = is_error};
	va_start(args, format);
	int len = vsnprintf(finding->text, sizeof(finding->text), format, args);
	va_end(args);
	if (len >= (int)sizeof(finding->text))
		cut_text(finding->text, sizeof(finding->text));
	return finding;
}

size_t findings_errors(const struct findings *findings)
{
	size_t errors = 0;

	for (size_t i = 0; i < findings->len; i++)
		errors += findings->items[i].is_error;
	return errors;
}

static void put_errors(const struct findings *findings, enum finding_kind kind, bool *first,
		       struct buf *out)
{
	for (size_t i = 0; i < findings->len; i++) {
		const struct finding *finding = &findings->items[i];

		if (!finding->is_error || finding->kind != kind)
			continue;
		buf_puts(out, *first ? "Validation failed: " : "; ");
		*first = false;
		if (finding->row >= 0)
			buf_printf(out, "directive %d: ", finding->row + 1);
		buf_puts(out, finding->text);
	}
}

enum err_code findings_refusal(const struct findings *findings, struct buf *out)
{
	bool first = true;

	put_errors(findings, FINDING_COLLISION, &first, out);
	put_errors(findings, FINDING_FOOTPRINT, &first, out);
	put_errors(findings, FINDING_TTL_OVER, &first, out);
	put_errors(findings, FINDING_OTHER, &first, out);
	return findings_errors(findings) ? ERR_INVALID : ERR_OK;
}
