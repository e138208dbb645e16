/* The simulator's command line. */
#ifndef SIM_OPTIONS_H
#define SIM_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "dacache/base/err.h"

enum if_match_mode { IF_MATCH_STATE, IF_MATCH_PAYLOAD, IF_MATCH_IGNORE };
enum etag_mode { ETAG_VERSION, ETAG_HASH, ETAG_NONE };
enum conflict_mode { CONFLICT_409, CONFLICT_412 };
enum put_mode { PUT_MERGE, PUT_REPLACE };
enum run_mode { RUN_SERVE, RUN_HELP, RUN_VERSION, RUN_DUMP };

/* Texts point into argv. */
struct options {
	enum run_mode run;
	int64_t port;
	int64_t actions;
	int64_t seed;
	const char *data;     /* NULL: made from the seed */
	int64_t rate_allowed; /* 0: no limit */
	int64_t rate_seconds;
	int64_t latency_ms;
	enum if_match_mode if_match;
	enum etag_mode etag;
	enum conflict_mode conflict;
	enum put_mode put;
	int64_t token_ttl;    /* seconds */
	const char *feed;     /* NULL: no look-ups */
	int64_t lookups_rate; /* a second, the whole tenant */
	const char *faults;   /* NULL: none */
	const char *tls_cert; /* NULL: plain HTTP */
	const char *tls_key;
	int64_t busy_admin; /* seconds between changes; 0: nobody */
	bool exit_with_parent;
};

/* ERR_USAGE with a text that names the option and what would be right. */
enum err_code options_parse(int argc, char **argv, struct options *out, struct err *err);

extern const char options_help[];

/* The words of the modes, as the command line takes them. */
const char *options_if_match_name(enum if_match_mode mode);
const char *options_etag_name(enum etag_mode mode);
const char *options_conflict_name(enum conflict_mode mode);
const char *options_put_name(enum put_mode mode);

#endif
