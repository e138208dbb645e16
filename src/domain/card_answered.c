/* Cards where an answer came, and it was no success. */
#include <inttypes.h>
#include <string.h>

#include "card_build.h"

static const char scope_write[] = "dataaction:write";
static const char scope_read[] = "dataaction:read";

/* scope is a list of words with blanks between them. */
static bool scope_has(const char *scope, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = scope; (at = strstr(at, word)) != NULL; at += len) {
		bool begins = at == scope || at[-1] == ' ';
		bool ends = at[len] == '\0' || at[len] == ' ';

		if (begins && ends)
			return true;
	}
	return false;
}

static void step_fetch_again(struct card_build *build)
{
	card_step(build, "Fetch the action again (R on the screen, dacache show at the shell) "
			 "and see what stands there now.");
}

static void tell_details(struct card_build *build)
{
	const struct failure *failure = build->failure;

	for (size_t i = 0; i < failure->details_len; i++) {
		const struct failure_detail *detail = &failure->details[i];

		card_fact(build, "Field %s: %s",
			  detail->field_name[0] != '\0' ? detail->field_name : "not named",
			  detail->error_code[0] != '\0' ? detail->error_code : "no code");
	}
}

static void tell_bad_token_request(struct card_build *build)
{
	const char *code = build->failure->code;

	card_happened(build, "The token endpoint refused the way we asked for a token.");
	if (strcmp(code, "invalid_scope") == 0)
		card_step(build,
			  "Grant the client the scopes %s and %s in CXone Admin: Security > "
			  "OAuth 2.0 Clients.",
			  scope_read, scope_write);
	else if (strcmp(code, "unauthorized_client") == 0 ||
		 strcmp(code, "unsupported_grant_type") == 0)
		card_step(build, "Allow the client the grant type \"client credentials\" in CXone "
				 "Admin: Security > OAuth 2.0 Clients.");
	else
		card_step(build, "Try the other auth_style (body or basic) in %s.", build->profile);
	card_step(build, "Check token_url of %s; without one it is base_url/oauth/token.",
		  build->profile);
}

/* A read sends no members that could be wrong. */
static void tell_bad_read(struct card_build *build)
{
	bool is_list = strstr(build->failure->path, "/dataactions?") != NULL;

	card_happened(build, "The tenant refused the way it was asked, though this only reads.");
	tell_details(build);
	if (is_list)
		card_step(build, "Check page_size of %s: 1 to 100.", build->profile);
	else
		card_step(build,
			  "Check the id: it is the Data Action's, as dacache list shows it.");
	card_step(build, "Check base_url of %s, and whether a proxy answers in the tenant's place.",
		  build->profile);
	card_step(build, "If it lasts, give NICE support the correlation id and the time.");
}

static void tell_bad_request(struct card_build *build)
{
	const struct failure *failure = build->failure;

	if (failure->at_token) {
		tell_bad_token_request(build);
		return;
	}
	if (build->is_webhook) {
		card_happened(build, "The webhook's receiver refused the event.");
		card_step(build, "Ask who runs the receiver what it expects; fire the directive "
				 "again by hand afterwards.");
		return;
	}
	if (strcmp(failure->method, "GET") == 0) {
		tell_bad_read(build);
		return;
	}
	card_happened(build, "The tenant refused the request: it breaks its schema.%s",
		      build->is_put ? " Nothing was changed." : "");
	tell_details(build);
	if (failure->details_len > 0)
		card_step(build, "Correct the field named under why, review, and apply again.");
	card_step(build, "Check cacheKey: present, letters or digits in it, braces balanced, every "
			 "placeholder named.");
	card_step(build, "Check cacheTtl: an integer from 0 to 86400.");
}

static void step_credentials(struct card_build *build)
{
	card_step(build,
		  "Check CXONE_CLIENT_ID and CXONE_CLIENT_SECRET, or client_id and client_secret "
		  "of %s; the environment goes before the profile.",
		  build->profile);
}

static void tell_bad_credentials(struct card_build *build)
{
	const struct failure *failure = build->failure;

	if (failure->status == 0) {
		card_happened(build, "There are no complete credentials, so no token was asked "
				     "for.");
		step_credentials(build);
		return;
	}
	card_happened(build, "The client's credentials are wrong: the token endpoint did not "
			     "accept them.");
	step_credentials(build);
	card_step(build, "See in CXone Admin, Security > OAuth 2.0 Clients, that the client is "
			 "there and enabled, and that its secret was not renewed.");
	card_step(build, "If the endpoint wants HTTP Basic, set auth_style = basic in %s.",
		  build->profile);
}

static void tell_unauthenticated(struct card_build *build)
{
	if (build->failure->at_token) {
		tell_bad_credentials(build);
		return;
	}
	if (build->is_webhook) {
		card_happened(build, "The webhook's receiver wants credentials, and directives "
				     "carry none.");
		card_step(build, "Let the receiver take this machine's posts, or put what it "
				 "needs into the directive's source URL.");
		return;
	}
	card_happened(build,
		      "The tenant did not accept the token, nor one that was renewed for "
		      "this call.%s",
		      build->is_put ? " Nothing was changed." : "");
	card_step(build, "Check that base_url and token_url of %s are of the same tenant.",
		  build->profile);
	card_step(build, "See in CXone Admin, Security > OAuth 2.0 Clients, that the client is "
			 "still enabled.");
	card_step(build, "Run dacache doctor: it tests token, scopes and clock one by one.");
}

static void tell_forbidden(struct card_build *build)
{
	const struct failure *failure = build->failure;
	const char *needed = build->is_put ? scope_write : scope_read;
	bool lacking = failure->scope[0] != '\0' && !scope_has(failure->scope, needed);

	card_happened(build, "%s knows who we are, and does not permit this.%s", build->who,
		      build->is_put ? " Nothing was changed." : "");
	if (build->is_webhook) {
		card_step(build, "Let the receiver take posts from this machine.");
		return;
	}
	card_fact(build, "Granted scope: %s",
		  failure->scope[0] != '\0' ? failure->scope : "not known");
	if (lacking)
		card_fact(build, "Missing scope: %s", needed);
	if (lacking || failure->scope[0] == '\0')
		card_step(build,
			  "Grant %s to the client in CXone Admin: Security > OAuth 2.0 Clients. "
			  "Then start dacache again, for a token with the new scope.",
			  needed);
	card_step(build, "Give the service account the role Administrator or Data Action Manager.");
}

static void tell_not_found(struct card_build *build)
{
	bool is_action = strstr(build->failure->path, "/dataactions/") != NULL;

	if (build->failure->at_token || build->is_webhook) {
		card_happened(build, "There is nothing at the address that was asked.");
		if (build->is_webhook)
			card_step(build, "Check the directive's source.");
		else
			card_step(build,
				  "Check token_url of %s; without one it is base_url/oauth/token.",
				  build->profile);
		return;
	}
	if (!is_action) {
		card_happened(build, "The tenant has no such address.");
		card_step(build, "Check base_url of %s: it ends before /api/v2.", build->profile);
		return;
	}
	card_happened(build,
		      "The tenant has no Data Action of that id: it was deleted, or it is another "
		      "tenant's.%s",
		      build->is_put ? " Nothing was changed." : "");
	card_step(build, "Look for its id by its name: dacache list --filter NAME, or / on the "
			 "screen. An id is wanted here, not a name.");
	card_step(build, "Check that the id belongs to the tenant of %s.", build->profile);
}

/* Read again, it is what If-Match named: nobody else's change stands in the way. */
static bool is_as_it_was(const struct failure *failure)
{
	return failure->server_etag[0] != '\0' &&
	       strcmp(failure->if_match, failure->server_etag) == 0;
}

static void tell_both_etags(struct card_build *build)
{
	const struct failure *failure = build->failure;

	card_fact(build, "If-Match that was sent: %s",
		  failure->if_match[0] != '\0' ? failure->if_match : "none");
	if (failure->server_etag[0] == '\0')
		card_fact(build, "ETag on the server: not read again yet");
	else if (failure->etag_is_ours)
		card_fact(build,
			  "ETag on the server: none is sent; our hash of what was read "
			  "again: %s",
			  failure->server_etag);
	else
		card_fact(build, "ETag on the server: %s", failure->server_etag);
}

static void tell_other_comparison(struct card_build *build)
{
	card_happened(build, "The tenant did not take the If-Match that was sent, though nobody "
			     "changed the Data Action: read again, it is as it was. This request "
			     "wrote nothing.");
	tell_both_etags(build);
	card_fact(build, "The tenant compares If-Match with something else than the state that "
			 "was read, such as the hash of the payload that is sent.");
	card_step(build, "Do not send it again as it is: the same answer would come.");
	card_step(build,
		  "Ask NICE support, with the correlation id, what this tenant compares "
		  "If-Match with; dacache sends %s.",
		  build->failure->etag_is_ours
			  ? "the hash of the three members as read, for no ETag came with them"
			  : "the ETag that came with the action, byte for byte");
	card_step(build, "If a cache or proxy stands between, it may answer reads with an old "
			 "state: compare with the action's page in CXone.");
}

/* What was read again since has been compared already: on the screen the choice is open,
 * at the shell it was printed. */
static void steps_conflict(struct card_build *build)
{
	bool read_again = build->failure->conflict.server.read_us > 0 ||
			  build->failure->server_etag[0] != '\0';

	if (read_again) {
		card_step(build, "It was read again already: compare both states, member by "
				 "member, and decide what is to stand.");
		card_step(build, "On the screen CONFLICT: m mine, s the server's, e by hand; F2 "
				 "goes on to the review, with the new ETag.");
		card_step(build, "At the shell: dacache show, then dacache set again: it starts "
				 "from the new state.");
	} else {
		step_fetch_again(build);
		card_step(build, "Make your change on that state, review it, and apply.");
	}
	card_step(build, "Never send the old change again unseen: it would undo the other one.");
}

/* A conflict is of changes: a read, or a webhook, has none that it could be of. */
static void tell_no_change_of_ours(struct card_build *build)
{
	if (build->is_webhook) {
		card_happened(build, "The webhook's receiver refused the event: it is in conflict "
				     "with what it holds.");
		card_step(build, "Ask who runs the receiver what it expects; fire the directive "
				 "again by hand afterwards.");
		return;
	}
	card_happened(build,
		      "%s answered a read with a conflict. Nothing was to be changed, and "
		      "nothing was.",
		      build->who);
	card_step(build, "Try again.");
	card_step(build, "If it lasts, check whether a proxy or a cache answers in the tenant's "
			 "place; dacache doctor tests every step.");
}

static void tell_conflict(struct card_build *build)
{
	const struct failure *failure = build->failure;

	if (failure->method[0] != '\0' && !build->is_put) {
		tell_no_change_of_ours(build);
		return;
	}
	if (failure->status != 428 && is_as_it_was(failure)) {
		tell_other_comparison(build);
		return;
	}
	if (failure->status == 428 && !failure->conflict.may_have_written)
		card_happened(build, "The tenant wants to know which state a change starts from, "
				     "and did not find it in the request. This request wrote "
				     "nothing.");
	else if (failure->method[0] == '\0')
		card_happened(build, "Someone else changed the Data Action after it was read "
				     "here. Nothing was sent yet.");
	else if (failure->conflict.may_have_written)
		card_happened(build, "Someone else changed the Data Action after it was read "
				     "here. Whether an attempt of this request was applied before "
				     "can't be known.");
	else
		card_happened(build, "Someone else changed the Data Action after it was read "
				     "here. This request wrote nothing.");
	if (failure->method[0] != '\0')
		tell_both_etags(build);
	steps_conflict(build);
}

static void tell_too_large(struct card_build *build)
{
	card_happened(build,
		      "The request is larger than %s takes; a tenant takes 512,000 "
		      "bytes.%s",
		      build->is_webhook ? "the receiver" : "the tenant",
		      build->is_put ? " Nothing was changed." : "");
	if (build->is_put)
		card_step(build,
			  "Set put_body = fields in %s: then the three cache members are sent "
			  "alone, not the whole document.",
			  build->profile);
	card_step(build, "Check that no proxy on the way has a smaller limit.");
}

static void tell_media_type(struct card_build *build)
{
	card_happened(build, "%s does not take JSON at this address.%s", build->who,
		      build->is_put ? " Nothing was changed." : "");
	if (build->is_webhook) {
		card_step(build, "Check the directive's source: it must take application/json.");
		return;
	}
	card_step(build, "Check base_url of %s: another service may answer there.", build->profile);
	card_step(build, "If the address is right, a proxy may change Content-Type: ask who runs "
			 "it.");
}

static void tell_server(struct card_build *build)
{
	card_happened(build, "%s failed on its own side.%s", build->who,
		      build->is_put ? " The change may have taken effect all the same." : "");
	if (build->is_put)
		step_fetch_again(build);
	card_step(build, "Try again in a few minutes.");
	if (build->is_webhook)
		card_step(build, "If it lasts, tell who runs the receiver.");
	else
		card_step(build, "If it lasts, give NICE support the correlation id and the time.");
}

static void tell_status(struct card_build *build)
{
	int status = build->failure->status;
	const char *effect = build->is_put && status < 500 ? " Nothing was changed." : "";

	if (status >= 300 && status < 400) {
		card_happened(build, "%s sent us elsewhere; redirects are not followed%s.%s",
			      build->who, build->is_webhook ? "" : ", for the token would go along",
			      effect);
		if (build->is_webhook)
			card_step(build, "Put the final address into the directive's source.");
		else
			card_step(build, "Put the final address into %s of %s.",
				  build->failure->at_token ? "token_url" : "base_url",
				  build->profile);
		return;
	}
	card_happened(build, "%s answered with a status that has no meaning here.%s", build->who,
		      effect);
	card_step(build, "Check the address, and whether a proxy answers in its place.");
	card_step(build, "Run dacache doctor: it tests every step to the tenant.");
}

static void tell_broken_reply(struct card_build *build)
{
	card_happened(build, "%s answered success, but not with what was asked for.%s", build->who,
		      build->is_put ? " The change may have taken effect." : "");
	if (build->is_put)
		step_fetch_again(build);
	card_step(build, "Check %s of %s: a login page or a proxy may answer in its place.",
		  build->failure->at_token ? "token_url" : "base_url", build->profile);
	card_step(build, "Look at the reply's body in the requests (@).");
}

void card_tell_answered(struct card_build *build)
{
	static void (*const tell[])(struct card_build *) = {
		[FAILURE_BAD_REQUEST] = tell_bad_request,
		[FAILURE_UNAUTHENTICATED] = tell_unauthenticated,
		[FAILURE_FORBIDDEN] = tell_forbidden,
		[FAILURE_NOT_FOUND] = tell_not_found,
		[FAILURE_CONFLICT] = tell_conflict,
		[FAILURE_TOO_LARGE] = tell_too_large,
		[FAILURE_MEDIA_TYPE] = tell_media_type,
		[FAILURE_RATE_LIMITED] = card_tell_limit,
		[FAILURE_SERVER] = tell_server,
		[FAILURE_STATUS] = tell_status,
		[FAILURE_BROKEN_REPLY] = tell_broken_reply,
	};
	size_t kind = (size_t)build->failure->kind;

	if (kind < sizeof(tell) / sizeof(tell[0]) && tell[kind] != NULL)
		tell[kind](build);
}
