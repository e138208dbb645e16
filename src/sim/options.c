#include "options.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "dacache/base/text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const char options_help[] =
	"Usage: dacache-sim [OPTION]...\n"
	"A tenant of Data Actions on loopback, for tests and demonstrations.\n"
	"The first line it prints is `listening on http://127.0.0.1:PORT`.\n"
	"\n"
	"Tenant\n"
	"  --actions N            a tenant of 1 to 1000000 actions (default 140)\n"
	"  --seed N               what it is made from (default 1)\n"
	"  --data FILE            a tenant from a JSON file instead\n"
	"  --dump                 print the tenant as JSON and end\n"
	"\n"
	"Server\n"
	"  --port N               port on 127.0.0.1; 0: any free one (default 0)\n"
	"  --tls CERT KEY         HTTPS with these PEM files\n"
	"  --latency MS           hold every answer for so long (default 0)\n"
	"  --rate N/SECONDS       requests a client may make (default 300/60; 0: no limit)\n"
	"  --token-ttl S          life of a token in seconds (default 3600)\n"
	"  --if-match MODE        state: If-Match must be the ETag of the state (default);\n"
	"                         payload: the hash of the body sent; ignore\n"
	"  --etag MODE            version (default), hash, none\n"
	"  --conflict STATUS      409 (default) or 412\n"
	"  --put MODE             merge (default): members sent replace those there;\n"
	"                         replace: the document sent replaces the one there\n"
	"  --faults FILE          faults, a JSON array as POST /__sim/faults takes it\n"
	"\n"
	"Traffic\n"
	"  --feed FILE            append made-up look-ups as JSON lines; a FIFO will do\n"
	"  --lookups-rate N       look-ups a second, the whole tenant (default 40)\n"
	"  --busy-admin SECONDS   another admin changes an action so often (default 0: never)\n"
	"  --exit-with-parent     end when the parent process ends\n"
	"\n"
	"  --help, --version\n"
	"\n"
	"Clients: demo/demo-secret (read, write), viewer/viewer-secret (read).\n"
	"Controls are under /__sim/; see dacache-sim(1).\n";

enum kind { KIND_INT, KIND_TEXT, KIND_WORD, KIND_RATE, KIND_PAIR, KIND_FLAG, KIND_RUN };

struct rule {
	const char *name;
	enum kind kind;
	size_t offset;
	int64_t min; /* KIND_RUN: the mode */
	int64_t max;
	const char *const *words; /* KIND_WORD: their place is the value */
};

static const char *const if_match_words[] = {"state", "payload", "ignore", NULL};
static const char *const etag_words[] = {"version", "hash", "none", NULL};
static const char *const put_words[] = {"merge", "replace", NULL};
static const char *const conflict_words[] = {"409", "412", NULL};

/* Numbers are int64_t, words enums. */
#define INT(name, member, min, max)                                                                \
	{                                                                                          \
		name, KIND_INT, offsetof(struct options, member), min, max, NULL                   \
	}
#define TEXT(name, member)                                                                         \
	{                                                                                          \
		name, KIND_TEXT, offsetof(struct options, member), 0, 0, NULL                      \
	}
#define WORD(name, member, words)                                                                  \
	{                                                                                          \
		name, KIND_WORD, offsetof(struct options, member), 0, 0, words                     \
	}
#define RUN(name, mode)                                                                            \
	{                                                                                          \
		name, KIND_RUN, 0, mode, 0, NULL                                                   \
	}

static const struct rule rules[] = {
	INT("--port", port, 0, 65535),
	INT("--actions", actions, 1, 1000000),
	INT("--seed", seed, 0, INT64_C(1) << 53),
	TEXT("--data", data),
	{"--rate", KIND_RATE, 0, 0, 0, NULL},
	INT("--latency", latency_ms, 0, 600000),
	WORD("--if-match", if_match, if_match_words),
	WORD("--etag", etag, etag_words),
	WORD("--conflict", conflict, conflict_words),
	WORD("--put", put, put_words),
	INT("--token-ttl", token_ttl, 1, 31536000),
	TEXT("--feed", feed),
	INT("--lookups-rate", lookups_rate, 0, 100000),
	TEXT("--faults", faults),
	{"--tls", KIND_PAIR, 0, 0, 0, NULL},
	INT("--busy-admin", busy_admin, 0, 86400),
	{"--exit-with-parent", KIND_FLAG, 0, 0, 0, NULL},
	RUN("--dump", RUN_DUMP),
	RUN("--help", RUN_HELP),
	RUN("--version", RUN_VERSION),
};

static const struct rule *find_rule(const char *name, size_t len)
{
	for (size_t i = 0; i < COUNT(rules); i++)
		if (strlen(rules[i].name) == len && memcmp(rules[i].name, name, len) == 0)
			return &rules[i];
	return NULL;
}

static enum err_code unknown_option(const char *name, struct err *err)
{
	const char *names[COUNT(rules)];
	const char *near;

	for (size_t i = 0; i < COUNT(rules); i++)
		names[i] = rules[i].name;
	near = text_nearest(name, names, COUNT(rules));
	if (near)
		return err_set(err, ERR_USAGE, "unknown option %s; did you mean %s?", name, near);
	return err_set(err, ERR_USAGE, "unknown option %s; --help lists them", name);
}

static enum err_code take_int(const char *name, const char *value, int64_t min, int64_t max,
			      int64_t *out, struct err *err)
{
	if (text_parse_int(value, min, max, out) == ERR_OK)
		return ERR_OK;
	return err_set(err, ERR_USAGE, "%s takes a whole number from %lld to %lld, not \"%s\"",
		       name, (long long)min, (long long)max, value);
}

static enum err_code wrong_word(const struct rule *rule, const char *value, struct err *err)
{
	char list[128] = "";
	size_t n = 0;
	const char *near;

	for (; rule->words[n]; n++) {
		size_t used = strlen(list);
		snprintf(list + used, sizeof(list) - used, "%s%s", n ? ", " : "", rule->words[n]);
	}
	near = text_nearest(value, rule->words, n);
	return err_set(err, ERR_USAGE, "%s takes one of %s, not \"%s\"%s%s%s", rule->name, list,
		       value, near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

static enum err_code take_word(const struct rule *rule, const char *value, struct options *out,
			       struct err *err)
{
	int *target = (int *)(void *)((char *)out + rule->offset);

	for (int i = 0; rule->words[i]; i++) {
		if (strcmp(rule->words[i], value) == 0) {
			*target = i;
			return ERR_OK;
		}
	}
	return wrong_word(rule, value, err);
}

/* "300/60", or "0" for no limit. */
static enum err_code take_rate(const char *value, struct options *out, struct err *err)
{
	char allowed[24];
	const char *slash = strchr(value, '/');
	size_t len = slash ? (size_t)(slash - value) : strlen(value);

	if (!slash && strcmp(value, "0") == 0) {
		out->rate_allowed = 0;
		return ERR_OK;
	}
	if (slash && len < sizeof(allowed)) {
		memcpy(allowed, value, len);
		allowed[len] = '\0';
		if (text_parse_int(allowed, 0, 1000000000, &out->rate_allowed) == ERR_OK &&
		    text_parse_int(slash + 1, 1, 86400, &out->rate_seconds) == ERR_OK)
			return ERR_OK;
	}
	return err_set(err, ERR_USAGE, "--rate takes N/SECONDS, as 300/60, or 0, not \"%s\"",
		       value);
}

static enum err_code take_value(const struct rule *rule, const char *value, struct options *out,
				struct err *err)
{
	void *target = (char *)out + rule->offset;

	switch (rule->kind) {
	case KIND_TEXT:
		if (*value == '\0')
			return err_set(err, ERR_USAGE, "%s takes a file, not \"\"", rule->name);
		*(const char **)target = value;
		return ERR_OK;
	case KIND_WORD:
		return take_word(rule, value, out, err);
	case KIND_RATE:
		return take_rate(value, out, err);
	case KIND_PAIR:
		out->tls_cert = value;
		return ERR_OK;
	default:
		return take_int(rule->name, value, rule->min, rule->max, target, err);
	}
}

static bool takes_value(const struct rule *rule)
{
	return rule->kind != KIND_FLAG && rule->kind != KIND_RUN;
}

/* One option with its values, from argv[*i] on; *i is left at the last word
 * used. */
static enum err_code take_option(int argc, char **argv, int *i, struct options *out,
				 struct err *err)
{
	const char *word = argv[*i];
	const char *equals = strchr(word, '=');
	const struct rule *rule = find_rule(word, equals ? (size_t)(equals - word) : strlen(word));
	enum err_code rc;

	if (!rule)
		return unknown_option(word, err);
	if (!takes_value(rule)) {
		if (equals)
			return err_set(err, ERR_USAGE, "%s takes no value", rule->name);
		if (rule->kind == KIND_FLAG)
			out->exit_with_parent = true;
		else
			out->run = (enum run_mode)rule->min;
		return ERR_OK;
	}
	if (!equals && ++*i >= argc)
		return err_set(err, ERR_USAGE, "%s needs a value", rule->name);
	rc = take_value(rule, equals ? equals + 1 : argv[*i], out, err);
	if (rc != ERR_OK || rule->kind != KIND_PAIR)
		return rc;
	if (++*i >= argc)
		return err_set(err, ERR_USAGE, "--tls needs two files, CERT and KEY");
	out->tls_key = argv[*i];
	return ERR_OK;
}

enum err_code options_parse(int argc, char **argv, struct options *out, struct err *err)
{
	enum err_code rc = ERR_OK;

	*out = (struct options){.actions = 140,
				.seed = 1,
				.rate_allowed = 300,
				.rate_seconds = 60,
				.token_ttl = 3600,
				.lookups_rate = 40};
	for (int i = 1; rc == ERR_OK && i < argc; i++) {
		if (argv[i][0] != '-')
			return err_set(err, ERR_USAGE, "\"%s\" is no option; --help lists them",
				       argv[i]);
		rc = take_option(argc, argv, &i, out, err);
	}
	return rc;
}

const char *options_if_match_name(enum if_match_mode mode)
{
	return if_match_words[mode];
}

const char *options_etag_name(enum etag_mode mode)
{
	return etag_words[mode];
}

const char *options_conflict_name(enum conflict_mode mode)
{
	return conflict_words[mode];
}

const char *options_put_name(enum put_mode mode)
{
	return put_words[mode];
}
