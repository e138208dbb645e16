/* hit: a look-up recorded by hand. */
#include "dacache/base/text.h"
#include "internal.h"

enum err_code cli_hit(void *context, int argc, char **argv, struct err *err)
{
	struct cli *cli = context;
	const char *words[1];
	const char *count = "1";
	bool hit = false;
	bool miss = false;
	const struct cli_option options[] = {{"--hit", NULL, &hit, NULL},
					     {"--miss", NULL, &miss, NULL},
					     {"--count", &count, NULL, NULL}};
	int64_t times;
	size_t n;
	enum err_code code = cli_options(argc, argv, options, 3, words, 1, &n, err);

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
	return session_hit(cli->session, words[0], hit, times, err);
}
