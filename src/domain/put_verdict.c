#include "dacache/domain/put_verdict.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dacache/domain/plain.h"

enum { MEMBERS = 3, DIGITS_MAX = 15, NAMES_SIZE = 64 };

static const char *const names[MEMBERS] = {"cacheEnabled", "cacheKey", "cacheTtl"};
enum { KEY_MEMBER = 1 };

/* --- versions --- */

/* "\"29\"" is 29, else -1. */
static int64_t tag_number(const char *tag)
{
	size_t len = strlen(tag);
	size_t i;

	if (len < 3 || len > DIGITS_MAX + 2 || tag[0] != '"' || tag[len - 1] != '"')
		return -1;
	for (i = 1; i < len - 1; i++)
		if (!isdigit((unsigned char)tag[i]))
			return -1;
	return strtoll(tag + 1, NULL, 10);
}

/* How many changes there were since the base; 0: the versions don't tell. */
static int64_t changes_since(const struct put_facts *facts)
{
	int64_t before = facts->base.version;
	int64_t after = facts->now.version;

	if (before < 0 || after < 0) {
		before = tag_number(facts->base.tag);
		after = tag_number(facts->now.tag);
	}
	return before >= 0 && after > before ? after - before : 0;
}

/* --- members --- */

static bool same_member(const struct cache_members *a, const struct cache_members *b, int member)
{
	switch (member) {
	case 0:
		return a->enabled == b->enabled;
	case KEY_MEMBER:
		return a->key == b->key || (a->key && b->key && strcmp(a->key, b->key) == 0);
	default:
		return a->ttl_s == b->ttl_s;
	}
}

/* Which of the members that we changed hold what was sent. */
struct shown {
	int ours;    /* how many */
	int changed; /* of so many */
	bool key;
};

static struct shown what_shows(const struct put_facts *facts)
{
	struct shown shown = {0};
	int member;

	for (member = 0; member < MEMBERS; member++) {
		bool shows;

		if (same_member(facts->base.members, facts->wanted, member))
			continue;
		shows = same_member(facts->now.members, facts->wanted, member);
		shown.changed++;
		shown.ours += shows;
		shown.key = shown.key || (shows && member == KEY_MEMBER);
	}
	return shown;
}

/* --- the verdict --- */

/* Neither the old state nor all of ours, and one of our attempts was not answered. */
static enum put_verdict of_other_state(const struct put_facts *facts)
{
	struct shown shown = what_shows(facts);

	if (changes_since(facts) == 1)
		return shown.ours == 0 ? PUT_WROTE_NOTHING : PUT_MAY_HAVE_APPLIED;
	if (shown.key || (shown.changed > 0 && shown.ours == shown.changed))
		return PUT_OVERTAKEN;
	return PUT_MAY_HAVE_APPLIED;
}

enum put_verdict put_verdict(const struct put_facts *facts)
{
	if (!facts->now.members)
		return facts->may_have_applied ? PUT_UNREAD : PUT_WROTE_NOTHING;
	if (facts->may_have_applied && cache_members_equal(facts->now.members, facts->wanted))
		return PUT_APPLIED;
	if (strcmp(facts->base.tag, facts->now.tag) == 0)
		return PUT_STANDS;
	return facts->may_have_applied ? of_other_state(facts) : PUT_WROTE_NOTHING;
}

bool put_verdict_may_have_written(enum put_verdict verdict)
{
	return verdict != PUT_STANDS && verdict != PUT_WROTE_NOTHING;
}

/* --- in words --- */

/* ": cacheTtl is not as it was sent", "" where all three are. */
static void put_lost_members(const struct put_facts *facts, char *out, size_t size)
{
	const char *lost[MEMBERS];
	int n = 0;
	int member;

	for (member = 0; member < MEMBERS; member++)
		if (!same_member(facts->now.members, facts->wanted, member))
			lost[n++] = names[member];
	out[0] = '\0';
	if (n == 1)
		snprintf(out, size, ": %s is not as it was sent", lost[0]);
	else if (n == 2)
		snprintf(out, size, ": %s and %s are not as they were sent", lost[0], lost[1]);
	else if (n == MEMBERS)
		snprintf(out, size, ": no member is as it was sent");
}

void put_verdict_words(enum put_verdict verdict, const struct put_facts *facts, const char *by,
		       char *out, size_t size)
{
	char who[80] = "someone else";
	char version[48] = "";
	char members[NAMES_SIZE];

	out[0] = '\0';
	if (verdict != PUT_OVERTAKEN && verdict != PUT_MAY_HAVE_APPLIED)
		return;
	if (by[0])
		plain_copy(who, sizeof(who), by);
	if (facts->now.version >= 0)
		snprintf(version, sizeof(version), ", and is now at version %" PRId64,
			 facts->now.version);
	put_lost_members(facts, members, sizeof(members));
	if (verdict == PUT_OVERTAKEN)
		snprintf(out, size, "then changed by %s%s%s", who, version, members);
	else
		snprintf(out, size,
			 "the action was changed by %s%s; whether this change was applied before "
			 "can't be known",
			 who, version);
}
