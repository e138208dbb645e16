/* The members of a plan by the names the file has, in what is said of them. */
#include <string.h>

#include "dacache/domain/plan.h"

static const char *const names[] = {
	[FIELD_ENABLED] = "cacheEnabled",
	[FIELD_KEY] = "cacheKey",
	[FIELD_TIER] = "tier",
	[FIELD_TTL_DEFAULT] = "ttlMatrix.default",
	[FIELD_TTL_HIGH_PRIORITY] = "ttlMatrix.high_priority",
	[FIELD_TTL_STATIC_REFERENCE] = "ttlMatrix.static_reference",
	[FIELD_TTL] = "cacheTtl",
	[FIELD_PAYLOAD_KB] = "payloadKb",
	[FIELD_DIRECTIVE_SOURCE] = "source",
	[FIELD_DIRECTIVE_EVENT] = "event_type",
	[FIELD_DIRECTIVE_ACTION] = "action",
	[FIELD_NONE] = "",
};

const char *plan_field_name(enum field field)
{
	return field <= FIELD_NONE ? names[field] : "";
}

const char *plan_diff_name(const char *name)
{
	static const enum field kept[] = {FIELD_TTL_DEFAULT, FIELD_TTL_HIGH_PRIORITY,
					  FIELD_TTL_STATIC_REFERENCE, FIELD_PAYLOAD_KB};

	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (strcmp(name, field_name(kept[i])) == 0)
			return names[kept[i]];
	return name;
}

/* What stands behind the name that the text begins with ("high_priority must be …"), or
 * NULL where it begins with none. */
static const char *behind_name(const struct finding *finding)
{
	const char *name = field_name(finding->field);
	const char *dot = strrchr(name, '.');
	size_t len;

	name = dot ? dot + 1 : name;
	len = strlen(name);
	if (len == 0 || strncmp(finding->text, name, len) != 0 || finding->text[len] != ' ')
		return NULL;
	return finding->text + len;
}

enum err_code plan_put_finding(const struct finding *finding, struct buf *out)
{
	const char *rest = behind_name(finding);

	if (finding->row >= 0)
		buf_printf(out, "directive %d: ", finding->row + 1);
	if (finding->field == FIELD_NONE)
		return buf_puts(out, finding->text);
	buf_puts(out, plan_field_name(finding->field));
	return buf_printf(out, "%s%s", rest ? "" : ": ", rest ? rest : finding->text);
}
