/* What one line of help cannot say: options, files and exit codes of a command. */
#include <stddef.h>

#include "internal.h"

static const char check[] =
	"  ID             an action as it is now\n"
	"  FILE           a plan, held against the tenant; - is standard input\n"
	"  --tenant       all keys that collide, and all templates that can produce the\n"
	"                 same key, with an example\n"
	"  --limit N      groups of each kind that are listed (100; 0: all)\n"
	"  --json         the same for programs\n"
	"\n"
	"A FILE has a / in its name, ends in .json or .jsonl, or is there.\n"
	"\n"
	"Exit: 0 no errors (warnings may be), 3 errors or collisions, 7 no such action.\n";

static const char export[] =
	"  FILTER         words as in the screen's filter, all of which have to match:\n"
	"                 part of id, name, category or key, or tier:NAME, ttl:>300,\n"
	"                 key:TEXT, key:none, cat:TEXT, id:TEXT, enabled:yes, err:;\n"
	"                 !WORD: not. Without any: all actions\n"
	"  -o, --output FILE\n"
	"                 write to FILE, for its owner alone; without it to standard\n"
	"                 output\n"
	"  --force        replace FILE where it is there\n"
	"  --format       lines: an entry a line; document: one JSON document (as a\n"
	"                 FILE ending in .json is by itself)\n"
	"\n"
	"Exit: 0 written, 1 FILE is there or cannot be written.\n";

static const char plan[] =
	"  FILE           entries as plan.schema.json describes them: {\"actions\":[...]},\n"
	"                 [...], or one after another; - is standard input\n"
	"  --json         the same for programs\n"
	"\n"
	"Marks: ~ changed, + added, - removed, ? warning, > side effect.\n"
	"\n"
	"Exit: 0 nothing to do, 1 failed or wrong usage, 2 there are changes, 3 entries\n"
	"are refused, 4 actions changed since their entries were written, 5 rate\n"
	"limited, 6 not authorised, 8 network or TLS.\n";

static const char apply[] =
	"  FILE           as for plan; one entry that is refused, and nothing is sent\n"
	"  --yes          do not ask\n"
	"  --parallel N   PUTs at once, 1 to 8 (4)\n"
	"  --stop-on-error\n"
	"                 end at the first that does not go through\n"
	"  --resume       go on with a run of this very file: what it applied is not\n"
	"                 looked at again, what did not take effect is tried again\n"
	"  --json         a line an action, as it ends; the review goes to standard\n"
	"                 error\n"
	"\n"
	"Ctrl-C ends it after what is in flight, and tells the command that goes on.\n"
	"\n"
	"Exit, the worst that came: 0 all applied or unchanged, 1 failed or not sent,\n"
	"2 usage, 3 refused, 4 conflicts, 5 rate limited, 6 not authorised, 7 not found,\n"
	"8 network or TLS, 9 outcome unknown.\n";

const char *cli_help_details(enum command_id id)
{
	switch (id) {
	case COMMAND_CHECK:
		return check;
	case COMMAND_EXPORT:
		return export;
	case COMMAND_PLAN:
		return plan;
	case COMMAND_APPLY_FILE:
		return apply;
	default:
		return NULL;
	}
}
