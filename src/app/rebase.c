#include "dacache/app/rebase.h"

enum { DOCUMENT_MAX = 16 << 20 };

enum err_code rebase_compare(const struct action *base, const struct action *now,
			     const struct proposal *wanted, struct merge *out, struct err *err)
{
	struct buf texts[3];
	enum err_code code;
	int i;

	*out = (struct merge){0};
	for (i = 0; i < 3; i++)
		buf_init(&texts[i], DOCUMENT_MAX);
	code = action_pretty(base, &texts[0]);
	if (!code)
		code = action_pretty(now, &texts[1]);
	if (!code)
		code = action_put_body(base, &wanted->members, false, &texts[2]);
	if (code)
		err_set(err, code, "out of memory");
	else
		code = merge_documents(buf_str(&texts[0]), buf_str(&texts[1]), buf_str(&texts[2]),
				       out, err);
	for (i = 0; i < 3; i++)
		buf_free(&texts[i]);
	return code;
}

enum err_code rebase_proposal(const struct merge *merge, const struct proposal *wanted,
			      struct proposal *out, struct err *err)
{
	struct cache_members members = {0};
	enum err_code code = merge_result_members(merge, &members);

	if (code)
		return err_set(err, code, "%zu members were changed on both sides",
			       merge_open_count(merge));
	code = proposal_copy(wanted, out);
	if (code) {
		cache_members_clear(&members);
		return err_set(err, code, "out of memory");
	}
	if (members.ttl_s != wanted->members.ttl_s)
		out->tier = tier_of_ttl(&out->local.matrix, members.ttl_s);
	cache_members_clear(&out->members);
	out->members = members;
	return ERR_OK;
}
