/* The whole screen compared with a file, some of it masked. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "scenario.h"

enum { GOLDEN_MAX = 1 << 20 };

bool cmd_mask(struct scenario *scenario, const struct command *command)
{
	const struct token *pattern = command_token(command, 0);
	struct mask mask;

	if (!token_regex(scenario, pattern, &mask.regex))
		return false;
	mask.replacement = strdup(command_text(command, 1));
	if (mask.replacement && vec_push(&scenario->masks, &mask) == ERR_OK)
		return true;
	regfree(&mask.regex);
	free(mask.replacement);
	return scenario_fail(scenario, "out of memory");
}

static size_t characters(const char *text, size_t len)
{
	size_t count = 0;

	for (size_t i = 0; i < len; i++)
		count += (text[i] & 0xc0) != 0x80;
	return count;
}

/* A replacement of one character fills the width of what it stands for. */
static void put_replacement(struct buf *out, const char *replacement, size_t width)
{
	size_t times = replacement[0] && !replacement[1] ? width : 1;

	while (times-- > 0)
		buf_puts(out, replacement);
}

static void mask_line(const struct mask *mask, const char *line, struct buf *out)
{
	regmatch_t match;
	int flags = 0;

	while (regexec(&mask->regex, line, 1, &match, flags) == 0 && match.rm_eo > match.rm_so) {
		buf_append(out, line, (size_t)match.rm_so);
		put_replacement(
			out, mask->replacement,
			characters(line + match.rm_so, (size_t)(match.rm_eo - match.rm_so)));
		line += match.rm_eo;
		flags = REG_NOTBOL;
	}
	buf_puts(out, line);
}

static void mask_lines(const struct scenario *scenario, struct buf *text)
{
	for (size_t i = 0; i < scenario->masks.len; i++) {
		const struct mask *mask = vec_at(&scenario->masks, i);
		char *lines = text_copy(buf_str(text), text->len);
		char *line = lines;

		buf_reset(text);
		while (*line) {
			size_t len = strcspn(line, "\n");
			char *one = text_copy(line, len);

			mask_line(mask, one, text);
			buf_putc(text, '\n');
			free(one);
			line += len + (line[len] == '\n');
		}
		free(lines);
	}
}

/* The file is beside the scenario: golden/NAME.txt. */
static char *golden_path(const struct scenario *scenario, const char *name)
{
	const char *slash = strrchr(scenario->path, '/');
	int len = slash ? (int)(slash - scenario->path) : 1;

	return text_printf("%.*s/golden/%s.txt", len, slash ? scenario->path : ".", name);
}

static bool golden_write(struct scenario *scenario, const char *path, const struct buf *text)
{
	if (file_write(path, buf_str(text), text->len, false, 0644))
		return true;
	return scenario_fail(scenario, "%s: %s", path, strerror(errno));
}

static void put_difference(struct buf *out, size_t number, const char *wanted, size_t wanted_len,
			   const char *shown, size_t shown_len)
{
	buf_printf(out, "%zu -%.*s\n", number, (int)wanted_len, wanted);
	buf_printf(out, "%zu +%.*s\n", number, (int)shown_len, shown);
}

static bool golden_compare(struct scenario *scenario, const char *path, const struct buf *shown)
{
	struct buf wanted;
	struct buf lines;
	const char *a;
	const char *b;
	bool same;

	buf_init(&wanted, GOLDEN_MAX);
	buf_init(&lines, GOLDEN_MAX);
	if (!file_read(path, &wanted)) {
		buf_free(&wanted);
		return scenario_fail(scenario, "%s: %s (DACACHE_GOLDEN_WRITE=1 writes it)", path,
				     strerror(errno));
	}
	a = buf_str(&wanted);
	b = buf_str(shown);
	same = strcmp(a, b) == 0;
	for (size_t number = 1; *a || *b; number++) {
		size_t a_len = strcspn(a, "\n");
		size_t b_len = strcspn(b, "\n");

		if (a_len != b_len || memcmp(a, b, a_len) != 0)
			put_difference(&lines, number, a, a_len, b, b_len);
		a += a_len + (a[a_len] == '\n');
		b += b_len + (b[b_len] == '\n');
	}
	if (!same)
		scenario_fail(scenario, "the screen is not that of %s (- file, + screen)\n%s", path,
			      buf_str(&lines));
	buf_free(&wanted);
	buf_free(&lines);
	return same;
}

bool cmd_golden(struct scenario *scenario, const struct command *command)
{
	const char *option = command_text(command, 1);
	struct screen *screen;
	struct buf text;
	char *path;
	bool ok;

	if (option && strcmp(option, "attrs") != 0)
		return scenario_fail(scenario, "golden: no \"%s\"", option);
	if (!scenario_wait_quiet(scenario))
		return false;
	buf_init(&text, GOLDEN_MAX);
	screen = screen_take(scenario->terminal);
	screen_text(screen, &text);
	if (option)
		screen_attrs(screen, &text);
	screen_free(&screen);
	mask_lines(scenario, &text);
	path = golden_path(scenario, command_text(command, 0));
	ok = scenario->options->write_golden ? golden_write(scenario, path, &text)
					     : golden_compare(scenario, path, &text);
	free(path);
	buf_free(&text);
	return ok;
}
