/* Feeds mutated samples to a parser: the same ones in every run, bounded in number.
 * FUZZ_ROUNDS in the environment, by hand, multiplies them. */
#ifndef DACACHE_TESTS_FUZZ_H
#define DACACHE_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* What is wrong with what the parser said of that text, NULL when nothing is. The text
 * stands in memory of just its size: no NUL follows, some may be in it. */
typedef const char *fuzz_fn(const char *text, size_t len);

/* Each sample as it is, then that many rounds of mutations. Fails the cmocka test that
 * runs with the round and the text. */
void fuzz_run(const char *const *samples, size_t n, int rounds, fuzz_fn *fn);

/* ---- mutations ---- */

struct fuzz_random {
	uint64_t state;
};

/* Less than n. */
uint32_t fuzz_below(struct fuzz_random *random, size_t n);

/* malloc'd, of just that size. */
char *fuzz_copy(const char *text, size_t len);
/* A malloc'd text made from a sample by one to eight edits, with parts of other. */
char *fuzz_mutate(struct fuzz_random *random, const char *sample, const char *other, size_t *len);

#endif
