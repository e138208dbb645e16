/* Scenario files: lines into commands, commands into words, texts and
 * regular expressions. */
#ifndef TUI_SCRIPT_H
#define TUI_SCRIPT_H

#include <stdbool.h>

#include "dacache/base/buf.h"
#include "dacache/base/err.h"
#include "dacache/base/vec.h"

enum token_kind { TOKEN_WORD, TOKEN_TEXT, TOKEN_REGEX };

struct token {
	enum token_kind kind;
	bool ignore_case; /* /regex/i */
	struct buf text;  /* may hold NUL bytes */
};

/* How a command's line is read. */
enum parse_mode {
	PARSE_WORDS,    /* words as a shell joins them: --name="a b" is one */
	PARSE_PATTERNS, /* the same, and /.../ is a regular expression */
	PARSE_KEYS,     /* the same as words, but a quote begins and ends a token */
	PARSE_RAW       /* the line as it stands */
};

struct command {
	int line;
	char *name;
	char *rest;        /* the line behind the name, without a here-document's mark */
	char *body;        /* of the here-document, or NULL */
	bool body_literal; /* <<'END': nothing is expanded in the body */
	struct vec tokens; /* struct token; filled by command_parse */
};

struct script {
	char *text;
	char *next;
	int line;
};

enum err_code script_load(struct script *script, const char *path, struct err *err);
void script_free(struct script *script);
/* ERR_NOT_FOUND at the end of the file. */
enum err_code script_next(struct script *script, struct command *out, struct err *err);

enum err_code command_parse(struct command *command, enum parse_mode mode, struct err *err);
void command_free(struct command *command);
const struct token *command_token(const struct command *command, size_t i); /* NULL: no such */
const char *command_text(const struct command *command, size_t i);          /* NULL: no such */

/* Append text with each ${NAME} replaced by the environment's value. */
enum err_code script_expand(const char *text, struct buf *out, struct err *err);

#endif
