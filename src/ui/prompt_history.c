/* Two histories, one of commands and one of filters, each in its file. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <readline/history.h>

#include "dacache/base/buf.h"
#include "prompt_internal.h"

enum { HISTORY_MAX = 500, PATH_BYTES_MAX = 4096 };

/* "" where nothing is kept on disk. */
static void file_of(const struct prompt *prompt, int history, struct buf *path)
{
	buf_init(path, PATH_BYTES_MAX);
	if (prompt->history_path)
		buf_printf(path, "%s%s", prompt->history_path, history == 1 ? ".filter" : "");
}

static void switch_to(struct prompt *prompt, int history)
{
	HISTORY_STATE empty;
	HISTORY_STATE *state;

	if (history == prompt->history)
		return;
	prompt->histories[prompt->history] = history_get_history_state();
	state = prompt->histories[history];
	memset(&empty, 0, sizeof empty);
	history_set_history_state(state ? state : &empty);
	free(state);
	prompt->histories[history] = NULL;
	prompt->history = history;
}

void prompt_history_load(struct prompt *prompt)
{
	using_history();
	stifle_history(HISTORY_MAX);
	for (int i = PROMPT_HISTORIES - 1; i >= 0; i--) {
		struct buf path;

		switch_to(prompt, i);
		file_of(prompt, i, &path);
		if (path.len > 0)
			read_history(buf_str(&path));
		buf_free(&path);
	}
}

void prompt_history_use(struct prompt *prompt, enum prompt_kind kind)
{
	switch_to(prompt, kind == PROMPT_FILTER ? 1 : 0);
	using_history();
}

void prompt_history_add(struct prompt *prompt, const char *text)
{
	HIST_ENTRY *last;

	if (prompt->request.kind == PROMPT_TEXT || !text[0] || text[0] == ' ')
		return;
	last = history_length > 0 ? history_get(history_base + history_length - 1) : NULL;
	if (last && strcmp(last->line, text) == 0)
		return;
	add_history(text);
	prompt->history_new[prompt->history]++;
}

/* Append, so that two programs keep both their lines. */
static void save_one(struct prompt *prompt, int history)
{
	struct buf path;
	int fd = -1;

	file_of(prompt, history, &path);
	if (path.len > 0 && prompt->history_new[history] > 0)
		fd = open(buf_str(&path), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd >= 0) {
		close(fd);
		append_history((int)prompt->history_new[history], buf_str(&path));
		history_truncate_file(buf_str(&path), HISTORY_MAX);
	}
	buf_free(&path);
}

void prompt_history_save(struct prompt *prompt)
{
	for (int i = 0; i < PROMPT_HISTORIES; i++) {
		switch_to(prompt, i);
		save_one(prompt, i);
		clear_history();
	}
	for (int i = 0; i < PROMPT_HISTORIES; i++) {
		HISTORY_STATE *state = prompt->histories[i];

		if (state)
			free(state->entries);
		free(state);
		prompt->histories[i] = NULL;
	}
}
