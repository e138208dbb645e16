/* settings -> store -> name -> tcp -> tls, token -> scopes -> clock -> list ->
 * action: one after the other; what can't be checked any more is skipped. */
#include "dacache/app/doctor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dacache/app/fetch.h"
#include "dacache/domain/card.h"
#include "dacache/net/tenant.h"
#include "dacache/store/audit.h"
#include "doctor_host.h"
#include "internal.h"

enum { SKEW_WARN_S = 30 };

struct doctor {
	struct session *session;
	struct doctor_handlers handlers;
	int exit_code;
	int64_t began_us;
	char first_id[128];
	struct host_check *host;
	struct loop_timer *timer;
};

/* --- telling --- */

static void tell(struct doctor *doctor, const char *name, enum check_state state, double ms,
		 const char *text, const char *mend)
{
	struct doctor_line line = {.state = state, .ms = ms};

	snprintf(line.name, sizeof(line.name), "%s", name);
	snprintf(line.text, sizeof(line.text), "%s", text);
	snprintf(line.mend, sizeof(line.mend), "%s", mend);
	doctor->handlers.line(doctor->handlers.context, &line);
}

static void free_doctor(void *operation)
{
	struct doctor *doctor = operation;

	host_check_free(&doctor->host);
	free(doctor);
}

static void finish(struct doctor *doctor)
{
	session_operation_end(doctor->session, doctor);
	doctor->handlers.done(doctor->handlers.context, doctor->exit_code);
	free_doctor(doctor);
}

/* The rest can't be checked. */
static void skip_from(struct doctor *doctor, const char *const *names)
{
	for (; *names; names++)
		tell(doctor, *names, CHECK_SKIPPED, -1, "not checked: what it needs failed", "");
	finish(doctor);
}

static void tell_failure(struct doctor *doctor, const char *name, const struct failure *failure)
{
	const struct profile *profile = session_profile(doctor->session);
	struct card card;
	char text[320];
	size_t used = 0;
	size_t i;
	char mend[320] = "";

	card_make(failure, profile->name, profile->base_url, &card);
	snprintf(text, sizeof(text), "%.100s: %.200s", card.title, card.happened);
	/* Whole sentences alone. */
	for (i = 0; i < card.todo_len && used + 1 + strlen(card.todo[i]) < sizeof(mend); i++)
		used += (size_t)snprintf(mend + used, sizeof(mend) - used, "%s%s", i ? " " : "",
					 card.todo[i]);
	tell(doctor, name, CHECK_FAILED, -1, text, mend);
	if (!doctor->exit_code)
		doctor->exit_code = failure_exit_code(failure);
}

static double ms_since(const struct doctor *doctor)
{
	int64_t now_us = clock_monotonic_us(loop_clock(session_loop(doctor->session)));

	return (double)(now_us - doctor->began_us) / 1000.0;
}

static void begin(struct doctor *doctor)
{
	doctor->began_us = clock_monotonic_us(loop_clock(session_loop(doctor->session)));
}

/* --- one action --- */

/* Where the tenant tells of one. */
static void tell_quota(struct doctor *doctor)
{
	const struct quota_ledger *ledger = session_quota_ledger(doctor->session);
	const struct quota *quota = &ledger->last;
	int64_t others = quota_ledger_others(ledger, 0);
	int64_t reset_s = quota_reset_in_s(
		quota, clock_monotonic_us(loop_clock(session_loop(doctor->session))));
	char text[320];
	char end[48] = "";

	if (!quota->known || quota->allowed < 0 || quota->used < 0)
		return;
	if (reset_s > 0)
		snprintf(end, sizeof(end), "; the window ends in %lld s", (long long)reset_s);
	snprintf(text, sizeof(text), "%lld of %lld calls used, %lld of them by others%s",
		 (long long)quota->used, (long long)quota->allowed, (long long)others, end);
	if (quota_left(quota, quota->seen_us) <= quota_reserve(quota))
		tell(doctor, "quota", CHECK_WARNING, -1, text,
		     "Look for other programs with the same client id: they share the quota.");
	else
		tell(doctor, "quota", CHECK_OK, -1, text, "");
}

static void action_done(void *context, const struct failure *failure, const struct action *action)
{
	struct doctor *doctor = context;
	char text[320];

	if (!action) {
		tell_failure(doctor, "action", failure);
		finish(doctor);
		return;
	}
	snprintf(text, sizeof(text), "%.80s (%.80s), %s", action->id, action->name,
		 action->etag[0] ? "with an ETag"
				 : "no ETag: If-Match will be the SHA-256 of the three members");
	tell(doctor, "action", CHECK_OK, ms_since(doctor), text, "");
	tell_quota(doctor);
	finish(doctor);
}

static void check_action(struct doctor *doctor)
{
	const struct profile *profile = session_profile(doctor->session);
	const char *id = profile->data_action_id ? profile->data_action_id : doctor->first_id;
	struct err err = {0};

	if (!*id) {
		tell(doctor, "action", CHECK_SKIPPED, -1, "the tenant has no Data Action", "");
		finish(doctor);
		return;
	}
	begin(doctor);
	if (fetch_start(doctor->session, id, action_done, doctor, NULL, &err)) {
		tell(doctor, "action", CHECK_FAILED, -1, err.text, "");
		finish(doctor);
	}
}

/* --- the list --- */

static void list_done(void *context, const struct tenant_reply *reply)
{
	static const char *const rest[] = {"action", NULL};
	struct doctor *doctor = context;
	struct failure failure = reply->failure;
	struct action_page page = {0};
	struct err err = {0};
	char text[320];

	if (failure.kind == FAILURE_NONE &&
	    action_page_parse(reply->body, reply->body_len, &page, &err)) {
		failure.kind = FAILURE_BROKEN_REPLY;
		failure.status = reply->status;
		snprintf(failure.message, sizeof(failure.message), "%s", err.text);
	}
	if (failure.kind != FAILURE_NONE) {
		tell_failure(doctor, "list", &failure);
		skip_from(doctor, rest);
		return;
	}
	if (page.len > 0)
		snprintf(doctor->first_id, sizeof(doctor->first_id), "%s", page.rows[0].id);
	if (page.total >= 0)
		snprintf(text, sizeof(text), "%lld Data Actions", (long long)page.total);
	else
		snprintf(text, sizeof(text), "%zu Data Actions on the first page, no total",
			 page.len);
	tell(doctor, "list", CHECK_OK, ms_since(doctor), text, "");
	action_page_clear(&page);
	check_action(doctor);
}

static void check_list(struct doctor *doctor)
{
	begin(doctor);
	if (tenant_list(session_tenant(doctor->session), 1, 1, LANE_INTERACTIVE, list_done, doctor,
			NULL)) {
		tell(doctor, "list", CHECK_FAILED, -1, "out of memory", "");
		finish(doctor);
	}
}

/* --- the clock, by the Date header of the newest answer ------------------------------------------
 */

/* An HTTP-date is read as a Retry-After that counts from 1970. */
static bool parse_date(const char *headers, int64_t *seconds)
{
	const char *at = headers;
	char value[64];

	while (at && strncasecmp(at, "Date:", 5) != 0) {
		at = strchr(at, '\n');
		at = at ? at + 1 : NULL;
	}
	if (!at)
		return false;
	snprintf(value, sizeof(value), "%.*s", (int)strcspn(at + 5, "\r\n"), at + 5);
	return retry_after_parse(value, 0, INT64_MAX / 4, seconds) == ERR_OK;
}

static void check_clock(struct doctor *doctor)
{
	const struct exchange *newest = session_exchange(doctor->session, 0);
	int64_t now_s = clock_wall_us(loop_clock(session_loop(doctor->session))) / 1000000;
	int64_t server_s = 0;
	char text[320];

	if (!newest || !parse_date(newest->response_headers, &server_s)) {
		tell(doctor, "clock", CHECK_SKIPPED, -1, "the server sent no Date", "");
		check_list(doctor);
		return;
	}
	snprintf(text, sizeof(text), "%lld s apart from the server's", llabs(now_s - server_s));
	if (llabs(now_s - server_s) > SKEW_WARN_S)
		tell(doctor, "clock", CHECK_WARNING, -1, text,
		     "Set this machine's clock (timedatectl set-ntp true).");
	else
		tell(doctor, "clock", CHECK_OK, -1, text, "");
	check_list(doctor);
}

/* --- token and scopes --- */

static void check_scopes(struct doctor *doctor)
{
	struct session_status status;
	char text[320];

	session_status(doctor->session, &status);
	snprintf(text, sizeof(text), "granted: %s", status.scope[0] ? status.scope : "not told");
	if (status.read_only)
		tell(doctor, "scopes", CHECK_WARNING, -1, text,
		     "To save changes, grant dataaction:write to this OAuth client.");
	else
		tell(doctor, "scopes", CHECK_OK, -1, text, "");
	check_clock(doctor);
}

/* false: the handshake failed, and that was told. */
static bool tell_tls(struct doctor *doctor, const struct failure *failure)
{
	bool answered = failure->kind == FAILURE_NONE || failure->status > 0;

	if (failure->kind == FAILURE_TLS) {
		tell_failure(doctor, "tls", failure);
		return false;
	}
	if (strncmp(session_profile(doctor->session)->base_url, "https:", 6) != 0)
		tell(doctor, "tls", CHECK_SKIPPED, -1, "http on loopback", "");
	else if (answered)
		tell(doctor, "tls", CHECK_OK, -1, "the certificate is valid", "");
	else
		tell(doctor, "tls", CHECK_SKIPPED, -1, "no answer to judge by", "");
	return true;
}

static void token_done(void *context, const struct tenant_reply *reply)
{
	static const char *const rest[] = {"token", "scopes", "clock", "list", "action", NULL};
	struct doctor *doctor = context;
	struct session_status status;
	char text[320];

	if (!tell_tls(doctor, &reply->failure)) {
		skip_from(doctor, rest);
		return;
	}
	if (reply->failure.kind != FAILURE_NONE) {
		tell_failure(doctor, "token", &reply->failure);
		skip_from(doctor, rest + 1);
		return;
	}
	session_status(doctor->session, &status);
	snprintf(text, sizeof(text), "good for %lld s", (long long)status.token_expires_in_s);
	tell(doctor, "token", CHECK_OK, ms_since(doctor), text, "");
	check_scopes(doctor);
}

static void check_token(struct doctor *doctor)
{
	begin(doctor);
	if (tenant_login(session_tenant(doctor->session), token_done, doctor, NULL)) {
		tell(doctor, "token", CHECK_FAILED, -1, "out of memory", "");
		finish(doctor);
	}
}

/* --- name and TCP --- */

static void host_done(void *context, const struct host_result *result)
{
	static const char *const after_name[] = {"tcp",   "tls",  "token",  "scopes",
						 "clock", "list", "action", NULL};
	struct doctor *doctor = context;

	if (!result->name_ok) {
		tell(doctor, "name", CHECK_FAILED, -1, result->text,
		     "Check base_url (or CXONE_BASE_URL) and this machine's DNS.");
		doctor->exit_code = doctor->exit_code ? doctor->exit_code : 8;
		skip_from(doctor, after_name);
		return;
	}
	tell(doctor, "name", CHECK_OK, result->name_ms, result->address, "");
	if (!result->tcp_ok) {
		tell(doctor, "tcp", CHECK_FAILED, -1, result->text,
		     "Check the port, the firewall and the proxy (https_proxy).");
		doctor->exit_code = doctor->exit_code ? doctor->exit_code : 8;
		skip_from(doctor, after_name + 1);
		return;
	}
	tell(doctor, "tcp", CHECK_OK, result->tcp_ms, result->text, "");
	check_token(doctor);
}

static void check_host(struct doctor *doctor)
{
	const char *url = session_profile(doctor->session)->base_url;

	/* Behind a proxy the proxy resolves and connects. */
	if (host_is_proxied(url)) {
		tell(doctor, "name", CHECK_SKIPPED, -1, "left to the proxy", "");
		tell(doctor, "tcp", CHECK_SKIPPED, -1, "left to the proxy", "");
		check_token(doctor);
		return;
	}
	if (host_check_start(session_loop(doctor->session), url, host_done, doctor, &doctor->host))
		finish(doctor);
}

/* --- what is here --- */

static void check_settings(struct doctor *doctor)
{
	const struct profile *profile = session_profile(doctor->session);
	char text[320];

	snprintf(text, sizeof(text), "profile %.60s, %.200s", profile->name, profile->base_url);
	if (profile->client_id && profile->client_secret) {
		tell(doctor, "settings", CHECK_OK, -1, text, "");
		return;
	}
	snprintf(text, sizeof(text), "no %s", profile->client_id ? "client secret" : "client id");
	tell(doctor, "settings", CHECK_FAILED, -1, text,
	     "Set CXONE_CLIENT_ID and CXONE_CLIENT_SECRET, or client_id and client_secret_file "
	     "in config.ini.");
	doctor->exit_code = 6;
}

static void check_store(struct doctor *doctor)
{
	struct err err = {0};
	int64_t entries = 0;
	char text[320];

	if (session_audit_count(doctor->session, NULL, &entries, &err)) {
		tell(doctor, "store", CHECK_FAILED, -1, err.text,
		     "Check the permissions and the space of the state directory.");
		doctor->exit_code = doctor->exit_code ? doctor->exit_code : 1;
		return;
	}
	snprintf(text, sizeof(text), "%lld audit entries", (long long)entries);
	tell(doctor, "store", CHECK_OK, -1, text, "");
}

static void start(void *context)
{
	struct doctor *doctor = context;

	check_settings(doctor);
	check_store(doctor);
	check_host(doctor);
}

enum err_code doctor_start(struct session *session, const struct doctor_handlers *handlers,
			   struct err *err)
{
	struct session_status status;
	struct doctor *doctor;

	session_status(session, &status);
	if (status.replay_of_us)
		return err_set(err, ERR_READ_ONLY, "a bundle is replayed: there is no tenant");
	doctor = calloc(1, sizeof(*doctor));
	if (!doctor)
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	doctor->session = session;
	doctor->handlers = *handlers;
	if (session_operation_begin(session, doctor, free_doctor) ||
	    loop_timer_start(session_loop(session), 0, start, doctor, &doctor->timer)) {
		session_operation_end(session, doctor);
		free(doctor);
		return err_set(err, ERR_NO_MEMORY, "out of memory");
	}
	return ERR_OK;
}
