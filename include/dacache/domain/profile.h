/* One tenant as the settings name it. */
#ifndef DACACHE_DOMAIN_PROFILE_H
#define DACACHE_DOMAIN_PROFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "dacache/base/err.h"

enum auth_style { AUTH_BODY, AUTH_BASIC };
enum put_body { PUT_DOCUMENT, PUT_FIELDS };

enum { PROFILE_PARALLEL_MAX = 8 };

#define PROFILE_BASE_URL_DEFAULT "https://platform.nicecxone.com"

/* Strings are owned; NULL when not set, but for name, base_url and theme. */
struct profile {
	char *name;
	char *base_url;  /* no slash at its end */
	char *token_url; /* NULL: base_url/oauth/token */
	char *client_id;
	char *client_secret;
	char *data_action_id; /* selected at the start */
	char *hit_header;     /* "X-Cache" or "Cache-Status"; NULL: none */
	char *theme;
	char *webhook_secret; /* "whsec_…", see webhook_signature.h; NULL: unsigned */
	char *webhook_allow;  /* see net_allow.h; NULL: public addresses alone */
	char *ca_file;        /* PEM; authorities trusted besides the system's; NULL: none */
	enum auth_style auth_style;
	enum put_body put_body;
	bool is_protected; /* production: F2 asks for the action's name */
	bool read_only;
	int64_t page_size;    /* 1-100 */
	int64_t parallel;     /* calls for pages of the list at a time, 1-PROFILE_PARALLEL_MAX */
	int64_t max_attempts; /* at least 1 */
	int64_t max_wait_s;   /* longest Retry-After that is waited for */
	int64_t connect_timeout_s;
	int64_t call_timeout_s;
};

/* Defaults: base URL as above, body, document, 100 a page, 4 pages at a time, 3
 * attempts, 120 s, 5 s to connect, 30 s a call, the theme "auto". ERR_NO_MEMORY leaves *profile
 * cleared. */
enum err_code profile_init(struct profile *profile, const char *name);
void profile_clear(struct profile *profile); /* the secrets are overwritten first */
enum err_code profile_copy(const struct profile *from, struct profile *to);

/* Replace an owned string: frees the old one, copies value (NULL clears). */
enum err_code profile_set_text(char **slot, const char *value);
/* Checks the scheme: https, or http on loopback; strips slashes at the end. */
enum err_code profile_set_base_url(struct profile *profile, const char *url, struct err *err);
/* "auto", "dark", "light" or "mono", as it is written there, for a word of any case; NULL
 * for any other. */
const char *profile_theme(const char *word);
/* true for http(s)://localhost, 127.0.0.0/8, [::1], with any port and path. */
bool profile_url_is_loopback(const char *url);

#endif
