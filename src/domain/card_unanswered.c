/* Cards where no whole answer came. */
#include <string.h>

#include "card_build.h"

/* Where the address stands that a user may have to mend. */
static const char *setting(const struct card_build *build)
{
	if (build->is_webhook)
		return "the directive's source";
	return build->failure->at_token ? "token_url and base_url" : "base_url";
}

static void step_address(struct card_build *build)
{
	if (build->is_webhook)
		card_step(build, "Check the directive's source.");
	else
		card_step(build, "Check %s of %s, and CXONE_BASE_URL.", setting(build),
			  build->profile);
}

static void step_doctor(struct card_build *build)
{
	if (!build->is_webhook)
		card_step(build, "Run dacache doctor: it tests every step to the tenant.");
}

/* First of all for a PUT: nobody knows yet whether it took effect. */
static void step_unknown(struct card_build *build)
{
	if (failure_is_unknown_outcome(build->failure))
		card_step(build, "Fetch the action again (R on the screen, dacache show at the "
				 "shell): only that tells whether the change took effect.");
}

static const char *effect(const struct card_build *build)
{
	if (!build->is_put)
		return "";
	return failure_is_unknown_outcome(build->failure) ? " The change may have taken effect."
							  : " Nothing was changed.";
}

static void tell_tls(struct card_build *build)
{
	card_happened(build, "No secure connection to %s could be made.%s", build->host,
		      effect(build));
	card_step(build, "Check that the certificate is for the host named in %s.", setting(build));
	card_step(build, "Check this machine's clock, and that its certificates are there (package "
			 "ca-certificates).");
	card_step(build, "If a proxy looks into TLS, add its certificate to the system's.");
	card_step(build, "The server must speak TLS 1.2 or later.");
}

static void tell_name(struct card_build *build)
{
	if (build->is_webhook)
		card_happened(build, "No address was found for %s.", build->host);
	else
		card_happened(build, "The name %s was not found.%s", build->host, effect(build));
	step_address(build);
	card_step(build, "Check this machine's name service: getent hosts NAME.");
	card_step(build, "If the way out is a proxy, set https_proxy.");
}

static void tell_refused(struct card_build *build)
{
	card_happened(build, "No connection to %s could be made: it was refused.%s", build->host,
		      effect(build));
	step_address(build);
	card_step(build, "Check that the service runs, and that no firewall stands between.");
	step_doctor(build);
}

static void tell_connect_timeout(struct card_build *build)
{
	card_happened(build, "%s did not answer when called: no connection within the time set.%s",
		      build->host, effect(build));
	card_step(build, "Check the network: a firewall that drops packets looks like this.");
	card_step(build, "If the way out is a proxy, set https_proxy.");
	step_doctor(build);
}

static void tell_timeout(struct card_build *build)
{
	card_happened(build, "The request went to %s, and no whole answer came in the time set.%s",
		      build->host, effect(build));
	step_unknown(build);
	card_step(build, "Try again in a few minutes.");
	step_doctor(build);
}

static void tell_reset(struct card_build *build)
{
	card_happened(build, "The connection to %s ended before the whole answer was here.%s",
		      build->host, effect(build));
	step_unknown(build);
	card_step(build, "Try again; if it lasts, ask who runs the network or a proxy between.");
	step_doctor(build);
}

static void tell_reply_too_large(struct card_build *build)
{
	card_happened(build, "The answer of %s is larger than this program takes (8 MiB).%s",
		      build->host, effect(build));
	step_unknown(build);
	if (!build->is_put && !build->is_webhook)
		card_step(build, "Set a smaller page_size in %s.", build->profile);
	card_step(build, "Check that the tenant answers, and nothing in its place.");
}

static void tell_forbidden_url(struct card_build *build)
{
	card_happened(build, "The address is not allowed: https is wanted, and http to this "
			     "machine alone. Nothing was sent.");
	if (build->is_webhook)
		card_step(build, "Change the directive's source to https://...");
	else
		card_step(build, "Change %s of %s to https://...", setting(build), build->profile);
}

static void tell_cancelled(struct card_build *build)
{
	card_happened(build, "It was cancelled while it waited for its turn.");
	card_step(build, "Start it again when you wish.");
}

static void tell_local(struct card_build *build)
{
	card_happened(build, "Something failed on this machine, not at the tenant.");
	card_step(build, "Check memory, free space, and that the state directory (dacache/ in "
			 "XDG_STATE_HOME, else ~/.local/state) may be written.");
}

void card_tell_unanswered(struct card_build *build)
{
	switch (build->failure->kind) {
	case FAILURE_TLS:
		tell_tls(build);
		break;
	case FAILURE_NAME:
		tell_name(build);
		break;
	case FAILURE_REFUSED:
		tell_refused(build);
		break;
	case FAILURE_CONNECT_TIMEOUT:
		tell_connect_timeout(build);
		break;
	case FAILURE_TIMEOUT:
		tell_timeout(build);
		break;
	case FAILURE_RESET:
		tell_reset(build);
		break;
	case FAILURE_REPLY_TOO_LARGE:
		tell_reply_too_large(build);
		break;
	case FAILURE_FORBIDDEN_URL:
		tell_forbidden_url(build);
		break;
	case FAILURE_CANCELLED:
		tell_cancelled(build);
		break;
	default:
		tell_local(build);
		break;
	}
}
