/* Hit windows: only seconds in which something happened are kept, in the order
 * of time. Past the exact span they are folded into slots of ten seconds, so a
 * busy action needs some 370 slots, and a quiet one a handful. */
#include "dacache/domain/hits.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS_FIRST = 8 };

/* Counts of one second, or of several folded into the last of them. */
struct slot {
	uint32_t at; /* seconds since base_s */
	uint32_t hits;
	uint32_t misses;
	uint32_t expired;
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
			slot.expired += windows->slots[kept].expired;
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

/* The first slot that is not before this second; len when all are. */
static uint32_t slot_from(const struct hit_windows *windows, int64_t at_s)
{
	uint32_t low = 0;
	uint32_t high = windows->len;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (slot_second(windows, middle) < at_s)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Whether slot i has taken this second in, or may. */
static bool slot_holds(const struct hit_windows *windows, uint32_t i, int64_t at_s)
{
	int64_t second = slot_second(windows, i);
	int64_t exact_s = slot_second(windows, windows->len - 1) - HIT_WINDOWS_EXACT_S;

	return second == at_s || (at_s <= exact_s && same_coarse_slot(second, at_s));
}

/* Of a second that is over: nearly always one of the last few. */
static struct slot *late_slot(struct hit_windows *windows, int64_t at_s)
{
	int64_t newest_s = slot_second(windows, windows->len - 1);
	uint32_t i;

	if (at_s <= newest_s - windows->seconds || !make_room(windows, newest_s))
		return NULL;
	i = slot_from(windows, at_s);
	if (slot_holds(windows, i, at_s))
		return &windows->slots[i];
	if (i > 0 && slot_holds(windows, i - 1, at_s))
		return &windows->slots[i - 1];
	memmove(&windows->slots[i + 1], &windows->slots[i],
		(windows->len - i) * sizeof(*windows->slots));
	windows->slots[i] = (struct slot){.at = (uint32_t)(at_s - windows->base_s)};
	windows->len++;
	return &windows->slots[i];
}

static struct slot *slot_for(struct hit_windows *windows, int64_t at_s)
{
	int64_t newest_s = windows->len > 0 ? slot_second(windows, windows->len - 1) : 0;

	if (windows->len > 0 && newest_s == at_s)
		return &windows->slots[windows->len - 1];
	if (windows->len > 0 && newest_s > at_s)
		return late_slot(windows, at_s);
	if (windows->len > 0 && at_s - windows->base_s > UINT32_MAX)
		windows->len = 0;
	if (!make_room(windows, at_s))
		return windows->len > 0 ? &windows->slots[windows->len - 1] : NULL;
	/* Later ones may be earlier, by the length of the windows. */
	if (windows->len == 0)
		windows->base_s = at_s - windows->seconds;
	windows->slots[windows->len] = (struct slot){.at = (uint32_t)(at_s - windows->base_s)};
	return &windows->slots[windows->len++];
}

void hit_windows_add(struct hit_windows *windows, int64_t at_s, struct hit_count added)
{
	struct slot *slot = slot_for(windows, at_s);

	hit_count_add(&windows->total, added);
	/* Without memory the windows lose a look-up; the total never does. */
	if (slot == NULL)
		return;
	slot->hits += (uint32_t)added.hits;
	slot->misses += (uint32_t)added.misses;
	slot->expired += (uint32_t)added.expired;
}

struct hit_count hit_windows_slice(const struct hit_windows *windows, int64_t now_s, int age,
				   int span)
{
	struct hit_count sum = {0};
	int64_t to_s = now_s - age;

	for (uint32_t i = windows->len; i > 0; i--) {
		int64_t second = slot_second(windows, i - 1);

		if (second <= to_s - span)
			break;
		if (second > to_s)
			continue;
		sum.hits += windows->slots[i - 1].hits;
		sum.misses += windows->slots[i - 1].misses;
		sum.expired += windows->slots[i - 1].expired;
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
	windows->total = (struct hit_count){0};
}

size_t hit_windows_bytes(const struct hit_windows *windows)
{
	return sizeof(*windows) + windows->cap * sizeof(*windows->slots);
}

uint64_t hit_count_n(struct hit_count count)
{
	return count.hits + count.misses;
}

void hit_count_add(struct hit_count *into, struct hit_count added)
{
	into->hits += added.hits;
	into->misses += added.misses;
	into->expired += added.expired;
}

double hit_rate(struct hit_count count)
{
	uint64_t n = hit_count_n(count);

	return n == 0 ? -1 : (double)count.hits / (double)n;
}
