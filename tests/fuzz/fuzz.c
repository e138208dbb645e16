#include "fuzz.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SEED = 20260101 };

static void tell(int round, const char *text, size_t len, const char *wrong)
{
	fprintf(stderr, "round %d: %s\ninput: ", round, wrong);
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c >= ' ' && c < 0x7f && c != '\\')
			fputc(c, stderr);
		else
			fprintf(stderr, "\\x%02x", c);
	}
	fputc('\n', stderr);
	fail_msg("%s", wrong);
}

static int times(void)
{
	const char *set = getenv("FUZZ_ROUNDS");
	int n = set != NULL ? atoi(set) : 1;

	return n > 0 ? n : 1;
}

/* Frees text. */
static void check(fuzz_fn *fn, int round, char *text, size_t len)
{
	const char *wrong = fn(text, len);

	if (wrong != NULL)
		tell(round, text, len, wrong);
	free(text);
}

void fuzz_run(const char *const *samples, size_t n, int rounds, fuzz_fn *fn)
{
	struct fuzz_random random = {.state = SEED};

	for (size_t i = 0; i < n; i++)
		check(fn, -1, fuzz_copy(samples[i], strlen(samples[i])), strlen(samples[i]));
	rounds *= times();
	for (int round = 0; round < rounds; round++) {
		const char *sample = samples[fuzz_below(&random, n)];
		const char *other = samples[fuzz_below(&random, n)];
		size_t len;
		char *text = fuzz_mutate(&random, sample, other, &len);

		check(fn, round, text, len);
	}
}
