/* Edits of a text: bits, bytes that mean something to a parser, runs that go, come
 * twice or from elsewhere, words, a cut. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

enum { EDITS_MAX = 8, RUN_MAX = 24, GROWTH = 512 };

/* splitmix64 */
static uint64_t next(struct fuzz_random *random)
{
	uint64_t z = random->state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

uint32_t fuzz_below(struct fuzz_random *random, size_t n)
{
	return (uint32_t)((next(random) >> 32) % (n > 0 ? n : 1));
}

struct draft {
	char *text;
	size_t len;
	size_t size;
};

static void cut_out(struct draft *draft, size_t at, size_t n)
{
	if (n > draft->len - at)
		n = draft->len - at;
	memmove(draft->text + at, draft->text + at + n, draft->len - at - n);
	draft->len -= n;
}

static void put_in(struct draft *draft, size_t at, const char *what, size_t n)
{
	char copy[RUN_MAX];

	if (n > RUN_MAX)
		n = RUN_MAX;
	if (n > draft->size - draft->len)
		return;
	memcpy(copy, what, n); /* may be a part of the draft */
	memmove(draft->text + at + n, draft->text + at, draft->len - at);
	memcpy(draft->text + at, copy, n);
	draft->len += n;
}

static const char bytes[] = "\"\\{}[]:,=;-+.eE0919 \t\r\n/%!<>()&#@'*"
			    "\x01\x1b\x7f\x80\xbf\xc0\xc3\xe2\xed\xf0\xf4\xff";

static const char *const words[] = {
	"null",         "true",
	"false",        "{}",
	"[]",           "\"\"",
	"\\u0000",      "\\ud800",
	"\\udc00",      "\\u202e",
	"1e999",        "-0",
	"1e-999",       "NaN",
	"\"id\":",      "[[[[[[",
	"{\"a\":{",     "9223372036854775807",
	"2147483648",   "-1",
	"0.5",          "18446744073709551616",
	"\xed\xa0\x80", "\xf4\x90\x80\x80",
	"\xc0\xaf",     "  ",
	"\n\n",         "86401",
	"cacheTtl",
};

static void edit(struct fuzz_random *random, struct draft *draft, const char *other)
{
	size_t at = fuzz_below(random, draft->len + 1);
	size_t n = 1 + fuzz_below(random, RUN_MAX);
	size_t from = fuzz_below(random, strlen(other) + 1);
	const char *word = words[fuzz_below(random, sizeof(words) / sizeof(words[0]))];

	switch (fuzz_below(random, 8)) {
	case 0:
		if (at < draft->len)
			draft->text[at] ^= (char)(1 << fuzz_below(random, 8));
		break;
	case 1:
		if (at < draft->len)
			draft->text[at] = bytes[fuzz_below(random, sizeof(bytes))];
		break;
	case 2:
		put_in(draft, at, &bytes[fuzz_below(random, sizeof(bytes))], 1);
		break;
	case 3:
		cut_out(draft, at, n);
		break;
	case 4:
		put_in(draft, fuzz_below(random, draft->len + 1), draft->text + at,
		       n < draft->len - at ? n : draft->len - at);
		break;
	case 5:
		put_in(draft, at, word, strlen(word));
		break;
	case 6:
		put_in(draft, at, other + from, strnlen(other + from, n));
		break;
	default:
		if (fuzz_below(random, 4) == 0)
			draft->len = at;
		break;
	}
}

char *fuzz_copy(const char *text, size_t len)
{
	char *copy = malloc(len > 0 ? len : 1);

	if (copy == NULL)
		abort();
	memcpy(copy, text, len);
	return copy;
}

char *fuzz_mutate(struct fuzz_random *random, const char *sample, const char *other, size_t *len)
{
	struct draft draft = {.len = strlen(sample)};
	uint32_t edits;
	char *exact;

	draft.size = draft.len + GROWTH;
	draft.text = malloc(draft.size);
	if (draft.text == NULL)
		abort();
	memcpy(draft.text, sample, draft.len);
	/* Mostly few: what is still nearly right goes deepest. */
	edits = 1 + fuzz_below(random, 1 + fuzz_below(random, EDITS_MAX));
	for (; edits > 0; edits--)
		edit(random, &draft, other);
	exact = fuzz_copy(draft.text, draft.len);
	free(draft.text);
	*len = draft.len;
	return exact;
}
