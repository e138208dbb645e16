/* hit: a look-up recorded by hand. */
#include "dacache/base/text.h"
#include "internal.h"

/* Without the network: what was ever recorded or done here with that id. */
static bool is_known(struct cli *cli, const char *id)
{
	struct hit_count hits = {0};
	int64_t entries = 0;
	struct err err = {0};

	if (session_recorded_hits(cli->session, id, &hits, &err) == ERR_OK &&
	    hits.hits + hits.misses > 0)
		return true;
	return session_audit_count(cli->session, id, &entries, &err) == ERR_OK && entries > 0;
}

/* A wrong id would be counted for ever, and never be seen. */
static enum err_code check_id(struct cli *cli, const char *id, bool ask, struct err *err)
{
	struct cli_action got = {0};
	enum err_code code = ERR_OK;

	if (ask)
		code = cli_fetch(cli, id, &got, err);
	else if (!is_known(cli, id))
		cli_say("note: \"%s\" was not met here before; whether it is the id of an action "
			"was not checked (hit --check does)\n",
			id);
	cli_action_clear(&got);
	return code;
}

enum err_code cli_hit(void *context, int argc, char **argv, struct err *err)
{
	struct cli *cli = context;
	const char *words[1];
	const char *count = "1";
	bool hit = false;
	bool miss = false;
	bool ask = false;
	const struct cli_option options[] = {{"--hit", NULL, &hit, NULL},
					     {"--miss", NULL, &miss, NULL},
					     {"--check", NULL, &ask, NULL},
					     {"--count", &count, NULL, NULL}};
	int64_t times;
	size_t n;
	enum err_code code = cli_options(argc, argv, options, 4, words, 1, &n, err);

	if (code)
		return code;
	if (n == 0 || hit == miss)
		return err_set(err, ERR_USAGE,
			       "hit needs the ID of an action and one of --hit and --miss");
	if (text_parse_int(count, 1, 1000000, &times))
		return err_set(err, ERR_USAGE,
			       "hit: --count '%s' is not a number from 1 to "
			       "1000000",
			       count);
	code = check_id(cli, words[0], ask, err);
	if (code)
		return code;
	return session_hit(cli->session, words[0], hit, times, err);
}
