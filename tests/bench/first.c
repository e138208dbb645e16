/* From the start of a program to each of the texts on its screen. */
#include <stdio.h>

#include "tty.h"

struct firsts {
	struct samples byte;
	struct samples text[TEXTS_MAX];
};

static bool one_run(const struct options *options, struct firsts *firsts)
{
	struct tty tty;
	bool ok;
	size_t i;

	ok = tty_start(&tty, options);
	if (!ok)
		return false;
	for (i = 0; ok && i < options->n_texts; i++) {
		ok = tty_expect(&tty, options->texts[i], options->limit_us);
		/* The bytes that brought it are the last that were read. */
		samples_add(&firsts->text[i], tty.last_us - tty.started_us);
	}
	samples_add(&firsts->byte, tty.first_us - tty.started_us);
	tty_end(&tty);
	return ok;
}

int bench_first(const struct options *options)
{
	struct firsts firsts = {0};
	char name[32];
	bool ok = true;
	size_t i;

	for (int run = 0; ok && run < options->count; run++)
		ok = one_run(options, &firsts);
	if (ok) {
		printf("{\"mode\":\"first\",\"runs\":%d", options->count);
		samples_print(&firsts.byte, "byte");
		for (i = 0; i < options->n_texts; i++) {
			snprintf(name, sizeof(name), "text%zu", i + 1);
			samples_print(&firsts.text[i], name);
		}
		printf("}\n");
	}
	samples_free(&firsts.byte);
	for (i = 0; i < TEXTS_MAX; i++)
		samples_free(&firsts.text[i]);
	return ok ? 0 : 1;
}
