/* From keys to what they show: in one start, one answer after the other. The first text
 * is waited for; then each of the keys is typed, and its text waited for. */
#include <stdio.h>

#include "tty.h"

enum { SILENCE_US = 200000 };

static bool one_run(const struct options *options, struct samples answers[TEXTS_MAX])
{
	struct tty tty;
	bool ok = tty_start(&tty, options);
	size_t i;

	if (!ok)
		return false;
	ok = tty_expect(&tty, options->texts[0], options->limit_us);
	for (i = 0; ok && i < options->n_keys; i++) {
		int64_t key_us;

		tty_rest(&tty, SILENCE_US);
		key_us = now_us();
		tty_type(&tty, options->keys[i]);
		ok = tty_expect(&tty, options->texts[i + 1], options->limit_us);
		samples_add(&answers[i], tty.last_us - key_us);
	}
	tty_end(&tty);
	return ok;
}

int bench_answer(const struct options *options)
{
	struct samples answers[TEXTS_MAX] = {0};
	bool ok = options->n_keys > 0 && options->n_texts == options->n_keys + 1;
	char name[32];
	size_t i;

	if (!ok)
		fprintf(stderr, "tty_bench: answer needs a text, then keys and a text each\n");
	for (int run = 0; ok && run < options->count; run++)
		ok = one_run(options, answers);
	if (ok) {
		printf("{\"mode\":\"answer\",\"runs\":%d", options->count);
		for (i = 0; i < options->n_keys; i++) {
			snprintf(name, sizeof(name), "answer%zu", i + 1);
			samples_print(&answers[i], name);
		}
		printf("}\n");
	}
	for (i = 0; i < TEXTS_MAX; i++)
		samples_free(&answers[i]);
	return ok ? 0 : 1;
}
