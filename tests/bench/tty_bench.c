/* Measures programs from outside, as a person at a terminal would feel them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"

static const char usage[] =
	"usage: tty_bench MODE [OPTION]... -- PROGRAM [ARGUMENT]...\n"
	"Prints one line of JSON; medians are over -n runs.\n"
	"\n"
	"  first      start to first byte, and to each -t TEXT on its screen\n"
	"  keys       -n times Down or Up: key to first byte, to the selection on its\n"
	"             new row (shown), to the end of the output (whole)\n"
	"  answer     keys to a text: -t TEXT, then -k KEYS -t TEXT and so on\n"
	"  idle       -d SECONDS: processor, wake-ups, bytes to the terminal; memory\n"
	"  flood      lines a second that it takes from a FIFO\n"
	"  command    no terminal: time, processor and memory until it ends\n"
	"\n"
	"  -g COLSxROWS  size of the terminal (80x24)\n"
	"  -t TEXT       wait until it is on the screen; up to 8, in this order\n"
	"  -k KEYS       answer: typed when the -t TEXT before is there\n"
	"  -n N          runs, or keys (5)\n"
	"  -l SECONDS    limit of each wait (60)\n"
	"  -d SECONDS    how long to watch (0)\n"
	"  -i MS         between keys (30)\n"
	"  -m MARK       keys: the selection's mark, a character or bg=COLOUR\n"
	"  -u TEXT       keys: begin when the first -t TEXT is there, not at rest; no\n"
	"                more keys once this is there; started anew until\n"
	"                -n were pressed\n"
	"  -f FIFO       flood: what the program reads\n"
	"  -s FILE       flood: what is written into it\n";

static const struct {
	const char *name;
	int (*run)(const struct options *options);
} modes[] = {
	{"first", bench_first}, {"keys", bench_keys},       {"idle", bench_idle},
	{"flood", bench_flood}, {"command", bench_command}, {"answer", bench_answer},
};

static int complain(void)
{
	fputs(usage, stderr);
	return 2;
}

static bool take_number(int option, struct options *options)
{
	char *end;
	long number = strtol(optarg, &end, 10);

	if (end == optarg || *end || number < 0 || number > 10000000)
		return false;
	if (option == 'n')
		options->count = (int)number;
	else if (option == 'l')
		options->limit_us = number * 1000000;
	else if (option == 'd')
		options->seconds = number;
	else
		options->every_us = number * 1000;
	return true;
}

static bool take_option(int option, struct options *options)
{
	switch (option) {
	case 'g':
		return sscanf(optarg, "%dx%d", &options->cols, &options->rows) == 2 &&
		       options->cols > 0 && options->cols <= 1000 && options->rows > 0 &&
		       options->rows <= 1000;
	case 't':
		if (options->n_texts == TEXTS_MAX)
			return false;
		options->texts[options->n_texts++] = optarg;
		return true;
	case 'k':
		if (options->n_keys == TEXTS_MAX)
			return false;
		options->keys[options->n_keys++] = optarg;
		return true;
	case 'm':
		options->mark = optarg;
		return *optarg != '\0';
	case 'u':
		options->until = optarg;
		return true;
	case 'f':
		options->fifo = optarg;
		return true;
	case 's':
		options->source = optarg;
		return true;
	case '?':
		return false;
	default:
		return take_number(option, options);
	}
}

int main(int argc, char **argv)
{
	struct options options = {
		.rows = 24, .cols = 80, .count = 5, .every_us = 30000, .limit_us = 60000000};
	int option;
	size_t i;

	if (argc < 2)
		return complain();
	optind = 2;
	while ((option = getopt(argc, argv, "+g:t:k:n:l:d:i:m:u:f:s:")) != -1)
		if (!take_option(option, &options))
			return complain();
	options.argv = argv + optind;
	if (!options.argv[0] || (options.until && options.n_texts == 0))
		return complain();
	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (strcmp(modes[i].name, argv[1]) == 0)
			return modes[i].run(&options);
	return complain();
}
