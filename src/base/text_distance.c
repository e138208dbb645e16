/* "Did you mean": the restricted Damerau-Levenshtein distance. */
#include "dacache/base/text.h"

#include <stdlib.h>
#include <string.h>

static char fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* One row of the table: row[j] is the distance from a[0..i] to b[0..j). */
static void fill_row(const char *a, const char *b, size_t i, size_t *const rows[3])
{
	size_t *row = rows[0];
	const size_t *above = rows[1];
	const size_t *above2 = rows[2];
	char c = fold(a[i]);

	row[0] = i + 1;
	for (size_t j = 0; b[j]; j++) {
		size_t replaced = above[j] + (c != fold(b[j]));
		row[j + 1] = smaller(replaced, smaller(above[j + 1], row[j]) + 1);
		if (i > 0 && j > 0 && c == fold(b[j - 1]) && fold(a[i - 1]) == fold(b[j]))
			row[j + 1] = smaller(row[j + 1], above2[j - 1] + 1);
	}
}

size_t text_distance(const char *a, const char *b)
{
	size_t width = strlen(b) + 1;
	size_t *cells = calloc(width * 3, sizeof(*cells));

	if (!cells) /* as far as can be: nothing will be suggested */
		return strlen(a) + strlen(b);
	size_t *rows[3] = {cells, cells + width, cells + 2 * width};
	for (size_t j = 0; j < width; j++)
		rows[0][j] = j;
	for (size_t i = 0; a[i]; i++) {
		size_t *oldest = rows[2];
		rows[2] = rows[1];
		rows[1] = rows[0];
		rows[0] = oldest;
		fill_row(a, b, i, rows);
	}
	size_t distance = rows[0][width - 1];
	free(cells);
	return distance;
}

/* Near is: a third of the word at most is off, and something of it is left. */
const char *text_nearest(const char *word, const char *const *names, size_t n)
{
	size_t len = strlen(word);
	size_t best = (len + 2) / 3 + 1;
	const char *nearest = NULL;

	for (size_t i = 0; i < n; i++) {
		size_t distance = text_distance(word, names[i]);
		if (distance < best && distance < len) {
			best = distance;
			nearest = names[i];
		}
	}
	return nearest;
}
