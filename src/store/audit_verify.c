/* The check of the chain. The hashes say that something is wrong; the seqs, which
 * have no gap among all tenants' entries, help to say what. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "audit_gaps.h"
#include "audit_rows.h"
#include "dacache/store/audit.h"

struct verify {
	struct store *store;
	void (*fn)(void *context, const struct audit_fault *fault);
	void *context;
	struct audit_verdict *verdict;
	struct audit_head head;
	bool head_met;   /* the walk came to the entry that the head names */
	bool head_told;  /* or it is among what is gone, and told */
	struct vec gaps; /* struct audit_gap, rising: what this tenant may have lost */
	size_t gaps_told;
	int64_t last_fault;         /* the entry told last */
	int64_t prev_seq;           /* the entry before, 0: none */
	char link[AUDIT_HASH_SIZE]; /* what the next entry's prev_hash must be */
	struct err *err;
};

static void tell(struct verify *verify, enum audit_fault_kind kind, int64_t first, int64_t last,
		 const char *why)
{
	struct audit_fault fault = {.kind = kind, .first_seq = first, .last_seq = last};

	if (first == last)
		snprintf(fault.text, sizeof(fault.text), "entry %" PRId64 " was %s: %s", first,
			 audit_fault_name(kind), why);
	else
		snprintf(fault.text, sizeof(fault.text),
			 "entries %" PRId64 " to %" PRId64 " were %s: %s", first, last,
			 audit_fault_name(kind), why);
	verify->verdict->faults++;
	verify->last_fault = last;
	if (kind == AUDIT_REMOVED || kind == AUDIT_TRUNCATED)
		verify->head_told |= verify->head.seq >= first && verify->head.seq <= last;
	if (verify->fn)
		verify->fn(verify->context, &fault);
}

static bool head_is_in(const struct verify *verify, const struct audit_gap *gap)
{
	return verify->verdict->head_known && verify->head.seq >= gap->first &&
	       verify->head.seq <= gap->last;
}

static void tell_gap(struct verify *verify, const struct audit_gap *gap, int64_t seq, bool linked)
{
	const char *whose = gap->is_shared ? ", this tenant's or another's" : "";
	char why[120];

	if (!linked)
		snprintf(why, sizeof(why), "entry %" PRId64 " follows another one than is there",
			 seq);
	else if (head_is_in(verify, gap))
		snprintf(why, sizeof(why),
			 "the head has entry %" PRId64 ", and entry %" PRId64
			 " was written after they were gone",
			 verify->head.seq, seq);
	else
		snprintf(why, sizeof(why),
			 "they were numbered%s, and entry %" PRId64
			 " was written after they were gone",
			 whose, seq);
	tell(verify, AUDIT_REMOVED, gap->first, gap->last, why);
}

/* What is gone before this entry; *any: something is, since the entry before it. */
static void tell_gaps_before(struct verify *verify, int64_t seq, bool linked, bool *any)
{
	*any = false;
	for (; verify->gaps_told < verify->gaps.len; verify->gaps_told++) {
		const struct audit_gap *gap = vec_at(&verify->gaps, verify->gaps_told);

		if (gap->first > seq)
			break;
		tell_gap(verify, gap, seq, linked);
		*any = true;
	}
}

/* What the entry behind seq says of the one before it; "" when seq is the last. */
static enum err_code read_next_prev(struct verify *verify, int64_t seq, char out[AUDIT_HASH_SIZE])
{
	struct statement statement;
	bool row = false;
	enum err_code code = statement_open(&statement, verify->store,
					    "SELECT prev_hash FROM audit INDEXED BY audit_all "
					    "WHERE tenant_id = ? AND seq > ? ORDER BY seq LIMIT 1",
					    verify->err);

	out[0] = '\0';
	if (code == ERR_OK) {
		statement_bind_int(&statement, verify->store->tenant_id);
		statement_bind_int(&statement, seq);
		code = statement_row(&statement, &row, verify->err);
	}
	if (code == ERR_OK && row) {
		const char *text = statement_peek(&statement, 0);

		snprintf(out, AUDIT_HASH_SIZE, "%s", text ? text : "");
	}
	statement_close(&statement);
	return code;
}

/* Something must be gone, though nobody remembers it to have been this tenant's. */
static enum err_code tell_any_gap(struct verify *verify, int64_t seq, bool *any)
{
	struct vec gaps;
	enum err_code code;

	vec_init(&gaps, sizeof(struct audit_gap));
	code = audit_gaps_find(verify->store, verify->prev_seq, seq, true, &gaps, verify->err);
	for (size_t i = 0; i < gaps.len && code == ERR_OK; i++)
		tell_gap(verify, vec_at(&gaps, i), seq, false);
	*any = gaps.len > 0;
	vec_free(&gaps);
	return code;
}

/* The entry is whole, but chained to another than the one before it. gone: and that is
 * told already. */
static enum err_code tell_broken_link(struct verify *verify, int64_t seq, bool gone)
{
	enum err_code code = ERR_OK;
	char why[96];

	if (!gone)
		code = tell_any_gap(verify, seq, &gone);
	if (code != ERR_OK || gone)
		return code;
	snprintf(why, sizeof(why), "entry %" PRId64 " follows another one than is there", seq);
	if (verify->prev_seq && verify->last_fault == verify->prev_seq)
		return ERR_OK; /* told already */
	if (verify->prev_seq)
		tell(verify, AUDIT_CHANGED, verify->prev_seq, verify->prev_seq, why);
	else
		tell(verify, AUDIT_CHANGED, seq, seq, "it is the first, and follows another");
	return ERR_OK;
}

/* Why an entry that does not fit was never in the chain; NULL when it was. */
static const char *why_inserted(const struct verify *verify, const struct audit_entry *entry,
				bool whole, bool linked, const char *next_prev)
{
	bool vouched = entry->hash[0] && strcmp(next_prev, entry->hash) == 0;

	if (!vouched && strcmp(next_prev, verify->link) == 0)
		return "the entry after it follows the one before it";
	if (!entry->hash[0])
		return "it has no hash";
	if (!vouched && !whole && !linked)
		return "neither its hash nor the one before it is right";
	return NULL;
}

/* Judges an entry that does not fit; *belongs is false when it was put in. */
static enum err_code judge(struct verify *verify, const struct audit_entry *entry, bool whole,
			   bool linked, bool gone, bool *belongs)
{
	char next_prev[AUDIT_HASH_SIZE];
	enum err_code code = read_next_prev(verify, entry->seq, next_prev);

	if (code != ERR_OK)
		return code;

	const char *why = why_inserted(verify, entry, whole, linked, next_prev);

	*belongs = why == NULL;
	if (why)
		tell(verify, AUDIT_INSERTED, entry->seq, entry->seq, why);
	else if (whole && !linked)
		return tell_broken_link(verify, entry->seq, gone);
	else
		tell(verify, AUDIT_CHANGED, entry->seq, entry->seq,
		     "its hash is not that of what it says");
	return ERR_OK;
}

static void hold_against_head(struct verify *verify, const struct audit_entry *entry)
{
	verify->verdict->past_head += verify->verdict->head_known && entry->seq > verify->head.seq;
	if (!verify->verdict->head_known || entry->seq != verify->head.seq)
		return;
	verify->head_met = true;
	if (strcmp(entry->hash, verify->head.hash) != 0 && verify->last_fault != entry->seq)
		tell(verify, AUDIT_CHANGED, entry->seq, entry->seq,
		     "the head has another hash; it, or one before it, was written anew");
}

static enum err_code check_entry(struct verify *verify, const struct audit_entry *entry, bool known)
{
	char hash[AUDIT_HASH_SIZE];
	enum err_code code = audit_entry_hash(entry, hash);
	bool belongs = true;

	if (code != ERR_OK)
		return err_set(verify->err, code, "the hash of entry %" PRId64 " cannot be taken",
			       entry->seq);

	bool whole = known && strcmp(hash, entry->hash) == 0;
	bool linked = strcmp(entry->prev_hash, verify->link) == 0;
	bool gone;

	tell_gaps_before(verify, entry->seq, linked, &gone);
	if (!whole || !linked)
		code = judge(verify, entry, whole, linked, gone, &belongs);
	hold_against_head(verify, entry);
	verify->verdict->entries++;
	verify->verdict->newest_seq = entry->seq;
	memcpy(verify->verdict->newest_hash, entry->hash, AUDIT_HASH_SIZE);
	if (belongs) {
		verify->prev_seq = entry->seq;
		memcpy(verify->link, entry->hash, AUDIT_HASH_SIZE);
	}
	return code;
}

static enum err_code walk(struct verify *verify)
{
	struct statement rows;
	bool row = false;
	enum err_code code =
		statement_open(&rows, verify->store,
			       "SELECT " AUDIT_COLUMNS ", seq FROM audit INDEXED BY audit_all "
			       "WHERE tenant_id = ? ORDER BY seq",
			       verify->err);

	if (code == ERR_OK) {
		statement_bind_int(&rows, verify->store->tenant_id);
		code = statement_row(&rows, &row, verify->err);
	}
	while (code == ERR_OK && row) {
		struct audit_entry entry;
		bool known;

		code = audit_row_read(&rows, &entry, &known, verify->err);
		if (code == ERR_OK)
			code = check_entry(verify, &entry, known);
		audit_entry_clear(&entry);
		if (code == ERR_OK)
			code = statement_row(&rows, &row, verify->err);
	}
	statement_close(&rows);
	return code;
}

/* What lies past the newest entry. */
static void tell_gaps_after(struct verify *verify)
{
	for (; verify->gaps_told < verify->gaps.len; verify->gaps_told++) {
		const struct audit_gap *gap = vec_at(&verify->gaps, verify->gaps_told);

		tell(verify, AUDIT_TRUNCATED, gap->first, gap->last,
		     head_is_in(verify, gap) ? "the head has them"
		     : gap->is_shared        ? "they were numbered, for this tenant or another"
					     : "they were numbered");
	}
}

/* The entry of the head is neither there nor told: nobody else remembers it. */
static enum err_code check_head_end(struct verify *verify)
{
	const struct audit_verdict *verdict = verify->verdict;
	int64_t head = verify->head.seq;
	struct vec gaps;
	enum err_code code;

	if (!verdict->head_known || verify->head_met || verify->head_told || head == 0)
		return ERR_OK;
	if (head < verdict->newest_seq) {
		tell(verify, AUDIT_REMOVED, head, head, "the head has it");
		return ERR_OK;
	}
	vec_init(&gaps, sizeof(struct audit_gap));
	code = audit_gaps_find(verify->store, verdict->newest_seq, head + 1, true, &gaps,
			       verify->err);
	for (size_t i = 0; i < gaps.len && code == ERR_OK; i++) {
		const struct audit_gap *gap = vec_at(&gaps, i);

		tell(verify, AUDIT_TRUNCATED, gap->first, gap->last, "the head has them");
	}
	if (code == ERR_OK && gaps.len == 0)
		tell(verify, AUDIT_TRUNCATED, head, head, "the head has it");
	vec_free(&gaps);
	return code;
}

/* How many seqs were given out: SQLite's own count, of all tenants. */
static enum err_code read_count(struct verify *verify, int64_t *out)
{
	struct statement statement;
	bool row = false;
	enum err_code code = statement_open(
		&statement, verify->store,
		"SELECT max(coalesce((SELECT max(seq) FROM audit), 0), "
		"coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'audit'), 0))",
		verify->err);

	*out = 0;
	if (code == ERR_OK)
		code = statement_row(&statement, &row, verify->err);
	if (code == ERR_OK && row)
		*out = statement_int(&statement, 0);
	statement_close(&statement);
	return code;
}

static enum err_code find_gaps(struct verify *verify)
{
	int64_t given;
	enum err_code code = read_count(verify, &given);

	if (verify->verdict->head_known && verify->head.seq > given)
		given = verify->head.seq;
	return code ? code
		    : audit_gaps_find(verify->store, 0, given + 1, false, &verify->gaps,
				      verify->err);
}

static enum err_code take_head(struct verify *verify, const char *head)
{
	if (!head)
		return audit_head_read(verify->store, &verify->head, &verify->verdict->head_known,
				       verify->err);
	if (!audit_head_parse(head, strlen(head), &verify->head))
		return err_set(verify->err, ERR_USAGE,
			       "'%s' is no head: it must be SEQ:HASH, as --verify gives it", head);
	verify->verdict->head_known = true;
	return ERR_OK;
}

/* The head is read first, and all the rest in one view of the store: other programs
 * may append meanwhile. */
enum err_code audit_verify(struct store *store, const char *head,
			   void (*fn)(void *context, const struct audit_fault *fault),
			   void *context, struct audit_verdict *out, struct err *err)
{
	struct verify verify = {.store = store,
				.fn = fn,
				.context = context,
				.verdict = out,
				.link = AUDIT_CHAIN_START,
				.err = err};
	enum err_code code;

	*out = (struct audit_verdict){.newest_hash = AUDIT_CHAIN_START};
	code = take_head(&verify, head);
	if (code == ERR_OK)
		code = store_exec(store, "BEGIN", err);
	if (code != ERR_OK)
		return code;
	vec_init(&verify.gaps, sizeof(struct audit_gap));
	code = find_gaps(&verify);
	if (code == ERR_OK)
		code = walk(&verify);
	if (code == ERR_OK) {
		tell_gaps_after(&verify);
		code = check_head_end(&verify);
	}
	vec_free(&verify.gaps);
	return store_end(store, code, err);
}
