/* The command table, and what commands share. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "scenario.h"

static const struct verb verbs[] = {
	/* name, reading, least tokens, needs a terminal, function */
	{"append", PARSE_WORDS, 1, false, cmd_append},
	{"call", PARSE_WORDS, 2, false, cmd_call},
	{"call-expect", PARSE_PATTERNS, 1, false, cmd_call_expect},
	{"call-expect-not", PARSE_PATTERNS, 1, false, cmd_call_expect_not},
	{"cursor", PARSE_WORDS, 2, true, cmd_cursor},
	{"dump", PARSE_WORDS, 0, true, cmd_dump},
	{"env", PARSE_WORDS, 1, false, cmd_env},
	{"expect", PARSE_PATTERNS, 1, true, cmd_expect},
	{"expect-clipboard", PARSE_PATTERNS, 1, true, cmd_expect_clipboard},
	{"expect-mode", PARSE_WORDS, 2, true, cmd_expect_mode},
	{"expect-not", PARSE_PATTERNS, 1, true, cmd_expect_not},
	{"expect-title", PARSE_PATTERNS, 1, true, cmd_expect_title},
	{"file", PARSE_WORDS, 1, false, cmd_file},
	{"file-clipboard", PARSE_WORDS, 1, true, cmd_file_clipboard},
	{"golden", PARSE_WORDS, 1, true, cmd_golden},
	{"hangup", PARSE_WORDS, 0, true, cmd_hangup},
	{"kill", PARSE_WORDS, 1, true, cmd_kill},
	{"mask", PARSE_PATTERNS, 2, false, cmd_mask},
	{"mouse", PARSE_PATTERNS, 2, true, cmd_mouse},
	{"paste", PARSE_WORDS, 1, true, cmd_paste},
	{"program", PARSE_WORDS, 1, false, cmd_program},
	{"quiet", PARSE_WORDS, 0, true, cmd_quiet},
	{"resize", PARSE_WORDS, 1, true, cmd_resize},
	{"send", PARSE_KEYS, 1, true, cmd_send},
	{"sh", PARSE_RAW, 0, false, cmd_sh},
	{"sh-exit", PARSE_RAW, 0, false, cmd_sh_exit},
	{"sh-expect", PARSE_PATTERNS, 1, false, cmd_sh_expect},
	{"sim", PARSE_WORDS, 0, false, cmd_sim},
	{"sim-kill", PARSE_WORDS, 0, false, cmd_sim_kill},
	{"simulator", PARSE_WORDS, 1, false, cmd_simulator},
	{"size", PARSE_WORDS, 1, false, cmd_size},
	{"start", PARSE_WORDS, 0, false, cmd_start},
	{"timeout", PARSE_WORDS, 1, false, cmd_timeout},
	{"unset", PARSE_WORDS, 1, false, cmd_unset},
	{"wait-exit", PARSE_WORDS, 1, true, cmd_wait_exit},
};

const struct verb *verb_find(const char *name)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	}
	return NULL;
}

bool arg_number(struct scenario *scenario, const char *text, long least, long most, long *out)
{
	char *end = NULL;

	errno = 0;
	*out = text ? strtol(text, &end, 10) : 0;
	if (!text || end == text || *end || errno || *out < least || *out > most)
		return scenario_fail(scenario, "\"%s\" is not a number from %ld to %ld",
				     text ? text : "", least, most);
	return true;
}

bool token_regex(struct scenario *scenario, const struct token *token, regex_t *out)
{
	int flags = REG_EXTENDED | (token->ignore_case ? REG_ICASE : 0);
	int code = regcomp(out, buf_str(&token->text), flags);
	char why[256];

	if (code == 0)
		return true;
	regerror(code, out, why, sizeof(why));
	return scenario_fail(scenario, "/%s/: %s", buf_str(&token->text), why);
}

int token_count(struct scenario *scenario, const struct token *token, const char *text)
{
	regex_t regex;
	int count;

	if (token->kind != TOKEN_REGEX)
		return text_count(text, buf_str(&token->text), NULL);
	if (!token_regex(scenario, token, &regex))
		return -1;
	count = text_count(text, NULL, &regex);
	regfree(&regex);
	return count;
}

char *token_show(const struct token *token)
{
	if (token->kind == TOKEN_REGEX)
		return text_printf("/%s/%s", buf_str(&token->text), token->ignore_case ? "i" : "");
	return text_printf("\"%s\"", buf_str(&token->text));
}

char *scenario_path(const struct scenario *scenario, const char *path)
{
	if (path[0] == '/')
		return text_copy(path, strlen(path));
	return text_printf("%s/%s", scenario->folder, path);
}
