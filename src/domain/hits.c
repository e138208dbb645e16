/* Hit windows: only seconds in which something happened are kept, in the order
 * of time. Past the exact span they are folded into slots of ten seconds, so a
 * busy action needs some 220 slots, and a quiet one a handful. */
#include "dacache/domain/hits.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS_FIRST = 8 };

/* Counts of one second, or of several folded into the last of them. */
struct slot {
	uint32_t at; /* seconds since base_s */
	uint32_t hits;
	uint32_t misses;
};

struct hit_windows {
	int64_t base_s;
	struct hit_count total;
	struct slot *slots; /* rising in `at` */
	uint32_t len;
	uint32_t cap;
	int seconds;
};

enum err_code hit_windows_new(int seconds, struct hit_windows **out)
{
	struct hit_windows *windows;

	*out = NULL;
	if (seconds < 1)
		return ERR_INVALID;
	windows = calloc(1, sizeof(*windows));
	if (windows == NULL)
		return ERR_NO_MEMORY;
	windows->seconds = seconds;
	*out = windows;
	return ERR_OK;
}

void hit_windows_free(struct hit_windows **windows)
{
	if (*windows == NULL)
		return;
	free((*windows)->slots);
	free(*windows);
	*windows = NULL;
}

static int64_t slot_second(const struct hit_windows *windows, uint32_t i)
{
	return windows->base_s + windows->slots[i].at;
}

static bool same_coarse_slot(int64_t a, int64_t b)
{
	return a / HIT_WINDOWS_COARSE_S == b / HIT_WINDOWS_COARSE_S;
}

/* Drop what is older than the span; fold what is older than the exact one. */
static void compact(struct hit_windows *windows, int64_t now_s)
{
	int64_t oldest_s = now_s - windows->seconds - HIT_WINDOWS_COARSE_S;
	int64_t exact_s = now_s - HIT_WINDOWS_EXACT_S;
	uint32_t kept = 0;

	for (uint32_t i = 0; i < windows->len; i++) {
		struct slot slot = windows->slots[i];
		int64_t second = slot_second(windows, i);

		if (second <= oldest_s)
			continue;
		if (kept > 0 && second <= exact_s &&
		    same_coarse_slot(second, slot_second(windows, kept - 1))) {
			kept--;
			slot.hits += windows->slots[kept].hits;
			slot.misses += windows->slots[kept].misses;
		}
		windows->slots[kept++] = slot;
	}
	windows->len = kept;
}

static bool grow(struct hit_windows *windows)
{
	uint32_t cap = windows->cap > 0 ? windows->cap * 2 : SLOTS_FIRST;
	struct slot *slots = realloc(windows->slots, cap * sizeof(*slots));

	if (slots == NULL)
		return false;
	windows->slots = slots;
	windows->cap = cap;
	return true;
}

/* Room for one slot more. Compacting alone is worth it only when it frees an
 * eighth: else it would be done again at once. */
static bool make_room(struct hit_windows *windows, int64_t now_s)
{
	if (windows->len < windows->cap)
		return true;
	compact(windows, now_s);
	if (windows->cap > 0 && windows->len <= windows->cap - windows->cap / 8)
		return true;
	return grow(windows) || windows->len < windows->cap;
}

static struct slot *slot_for(struct hit_windows *windows, int64_t now_s)
{
	if (windows->len == 0)
		windows->base_s = now_s;
	else if (slot_second(windows, windows->len - 1) >= now_s)
		return &windows->slots[windows->len - 1];
	else if (now_s - windows->base_s > UINT32_MAX)
		windows->len = 0;
	if (!make_room(windows, now_s))
		return windows->len > 0 ? &windows->slots[windows->len - 1] : NULL;
	if (windows->len == 0)
		windows->base_s = now_s;
	windows->slots[windows->len] = (struct slot){.at = (uint32_t)(now_s - windows->base_s)};
	return &windows->slots[windows->len++];
}

void hit_windows_add(struct hit_windows *windows, int64_t now_s, bool hit)
{
	struct slot *slot = slot_for(windows, now_s);

	if (hit)
		windows->total.hits++;
	else
		windows->total.misses++;
	/* Without memory the windows lose a look-up; the total never does. */
	if (slot == NULL)
		return;
	if (hit)
		slot->hits++;
	else
		slot->misses++;
}

struct hit_count hit_windows_slice(const struct hit_windows *windows, int64_t now_s, int age,
				   int span)
{
	struct hit_count sum = {0, 0};
	int64_t to_s = now_s - age;

	for (uint32_t i = windows->len; i > 0; i--) {
		int64_t second = slot_second(windows, i - 1);

		if (second <= to_s - span)
			break;
		if (second > to_s)
			continue;
		sum.hits += windows->slots[i - 1].hits;
		sum.misses += windows->slots[i - 1].misses;
	}
	return sum;
}

struct hit_count hit_windows_sum(const struct hit_windows *windows, int64_t now_s, int span)
{
	return hit_windows_slice(windows, now_s, 0, span);
}

struct hit_count hit_windows_total(const struct hit_windows *windows)
{
	return windows->total;
}

void hit_windows_reset(struct hit_windows *windows)
{
	windows->total = (struct hit_count){0, 0};
	windows->len = 0;
}

double hit_rate(struct hit_count count)
{
	uint64_t n = count.hits + count.misses;

	return n == 0 ? -1 : (double)count.hits / (double)n;
}
