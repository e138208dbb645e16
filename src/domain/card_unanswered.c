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

/* --- TLS: what the library says of it tells what to do ---------------------------- */

enum tls_fault {
	TLS_SELF_SIGNED,
	TLS_UNKNOWN_ISSUER,
	TLS_OTHER_NAME,
	TLS_EXPIRED,
	TLS_NOT_YET_VALID,
	TLS_PLAIN_HTTP,
	TLS_OLD_VERSION,
	TLS_OTHER
};

/* OpenSSL's words, as curl hands them on. */
static enum tls_fault find_tls_fault(const char *words)
{
	static const struct {
		const char *words;
		enum tls_fault fault;
	} known[] = {
		{"self-signed certificate in certificate chain", TLS_UNKNOWN_ISSUER},
		{"self signed certificate in certificate chain", TLS_UNKNOWN_ISSUER},
		{"self-signed certificate", TLS_SELF_SIGNED},
		{"self signed certificate", TLS_SELF_SIGNED},
		{"unable to get local issuer", TLS_UNKNOWN_ISSUER},
		{"unable to get issuer", TLS_UNKNOWN_ISSUER},
		{"unable to verify the first certificate", TLS_UNKNOWN_ISSUER},
		{"no alternative certificate subject name", TLS_OTHER_NAME},
		{"does not match target host name", TLS_OTHER_NAME},
		{"certificate has expired", TLS_EXPIRED},
		{"certificate is not yet valid", TLS_NOT_YET_VALID},
		{"wrong version number", TLS_PLAIN_HTTP},
		{"http request", TLS_PLAIN_HTTP},
		{"packet length too long", TLS_PLAIN_HTTP},
		{"alert protocol version", TLS_OLD_VERSION},
		{"unsupported protocol", TLS_OLD_VERSION},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strstr(words, known[i].words) != NULL)
			return known[i].fault;
	return TLS_OTHER;
}

static const char *tls_fault_words(enum tls_fault fault)
{
	static const char *const words[] = {
		[TLS_SELF_SIGNED] = "its certificate is self-signed, and not among those that "
				    "this machine trusts",
		[TLS_UNKNOWN_ISSUER] = "its certificate is signed by someone whom this machine "
				       "does not know",
		[TLS_OTHER_NAME] = "its certificate is for another host",
		[TLS_EXPIRED] = "its certificate has expired",
		[TLS_NOT_YET_VALID] = "its certificate is not valid yet",
		[TLS_PLAIN_HTTP] = "what answers at that port does not speak TLS (most likely "
				   "plain http)",
		[TLS_OLD_VERSION] = "it does not speak TLS 1.2 or later",
		[TLS_OTHER] = NULL,
	};

	return words[fault];
}

static void step_trust(struct card_build *build, const char *whose)
{
	card_step(build,
		  "If the server is known to you, let this machine trust %s: put it as NAME.crt "
		  "into /usr/local/share/ca-certificates and run update-ca-certificates.",
		  whose);
	card_step(build, "If not, go no further: something on the way, a proxy perhaps, reads "
			 "along.");
}

static void step_clock(struct card_build *build)
{
	card_step(build, "Check this machine's clock: date -u.");
}

static void step_plain_http(struct card_build *build)
{
	card_step(build, "Check the port in %s: TLS is mostly at 443.", setting(build));
	if (build->is_webhook)
		card_step(build,
			  "If the receiver has no TLS, name its host in webhook_allow of "
			  "%s and write http:// into the source.",
			  build->profile);
	else
		card_step(build, "Plain http:// is taken on this machine alone (127.0.0.1, ::1, "
				 "localhost).");
}

static void step_any_tls(struct card_build *build)
{
	card_step(build, "Check that the certificate is for the host named in %s.", setting(build));
	card_step(build, "Check this machine's clock, and that its certificates are there (package "
			 "ca-certificates).");
	card_step(build, "If a proxy looks into TLS, add its certificate to the system's.");
	card_step(build, "The server must speak TLS 1.2 or later.");
}

static void steps_tls(struct card_build *build, enum tls_fault fault)
{
	switch (fault) {
	case TLS_SELF_SIGNED:
		step_trust(build, "its certificate");
		break;
	case TLS_UNKNOWN_ISSUER:
		card_step(build, "Check that this machine's certificates are there and fresh "
				 "(package ca-certificates).");
		step_trust(build, "its issuer's certificate (the CA)");
		break;
	case TLS_OTHER_NAME:
		card_step(build, "Write the host into %s as the certificate names it.",
			  setting(build));
		card_step(build, "If it is right, ask who runs the server for a certificate of "
				 "that name.");
		break;
	case TLS_EXPIRED:
		step_clock(build);
		card_step(build, "If it is right, who runs the server must renew its certificate.");
		break;
	case TLS_NOT_YET_VALID:
		step_clock(build);
		card_step(build, "If it is right, ask who runs the server.");
		break;
	case TLS_PLAIN_HTTP:
		step_plain_http(build);
		break;
	case TLS_OLD_VERSION:
		card_step(build, "Ask who runs the server to allow TLS 1.2 or 1.3; older ones are "
				 "not taken.");
		break;
	default:
		step_any_tls(build);
		break;
	}
}

static void tell_tls(struct card_build *build)
{
	enum tls_fault fault = find_tls_fault(build->failure->message);
	const char *words = tls_fault_words(fault);

	card_happened(build, "No secure connection to %s could be made%s%s.%s", build->host,
		      words != NULL ? ": " : "", words != NULL ? words : "", effect(build));
	steps_tls(build, fault);
	if (fault != TLS_PLAIN_HTTP)
		step_doctor(build);
}

/* --- a proxy on the way ---------------------------------------------------------------- */

static bool is_of_proxy(const struct card_build *build)
{
	return strstr(build->failure->message, "resolve proxy") != NULL ||
	       strstr(build->failure->message, "CONNECT tunnel") != NULL ||
	       strstr(build->failure->message, "from proxy after CONNECT") != NULL;
}

static void tell_proxy(struct card_build *build)
{
	bool is_name = build->failure->kind == FAILURE_NAME;

	card_happened(build, "%s%s%s%s",
		      is_name ? "The name of the proxy on the way was not found."
			      : "The proxy on the way did not let us through to ",
		      is_name ? "" : build->host, is_name ? "" : ".", effect(build));
	card_step(build, "Check https_proxy in the environment (http_proxy, all_proxy too).");
	if (!is_name)
		card_step(build, "Ask who runs the proxy whether it lets this machine through.");
	card_step(build, "If no proxy is needed for that host, name the host in no_proxy.");
}

static void tell_name(struct card_build *build)
{
	if (is_of_proxy(build)) {
		tell_proxy(build);
		return;
	}
	if (build->is_webhook)
		card_happened(build, "No address was found for %s.", build->host);
	else
		card_happened(build, "The name %s was not found.%s", build->host, effect(build));
	step_address(build);
	card_step(build, "Check this machine's name service: getent hosts NAME.");
	card_step(build, "If the way out is a proxy, set https_proxy.");
}

static void tell_no_way(struct card_build *build)
{
	card_happened(build, "There is no way to %s from this machine: the network told so.%s",
		      build->host, effect(build));
	card_step(build, "Check that this machine is on the network, and the VPN is up if it needs "
			 "one.");
	step_address(build);
	card_step(build, "If the way out is a proxy, set https_proxy.");
	step_doctor(build);
}

static void tell_refused(struct card_build *build)
{
	if (is_of_proxy(build)) {
		tell_proxy(build);
		return;
	}
	if (failure_is_no_way(build->failure)) {
		tell_no_way(build);
		return;
	}
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
	if (is_of_proxy(build) && !failure_is_unknown_outcome(build->failure)) {
		tell_proxy(build);
		return;
	}
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
	if (strstr(build->failure->path, "/dataactions?") != NULL)
		card_step(build, "Set a smaller page_size in %s.", build->profile);
	card_step(build, "Check that the tenant answers, and nothing in its place.");
}

static void tell_forbidden_url(struct card_build *build)
{
	if (build->is_webhook) {
		card_happened(build, "The profile does not allow a webhook to that address. "
				     "Nothing was sent.");
		card_step(build,
			  "If the receiver belongs there, name its host or address in "
			  "webhook_allow of %s (config.ini): webhook_allow = HOST, ADDRESS or "
			  "CIDR.",
			  build->profile);
		card_step(build, "Else change the directive's source to https:// and a public "
				 "address.");
		return;
	}
	card_happened(build, "The address is not allowed: https is wanted, and http to this "
			     "machine alone. Nothing was sent.");
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

static void tell_replay(struct card_build *build)
{
	card_happened(build, "A bundle is replayed: there is no tenant to ask.");
	card_step(build, "The requests (@) and the audit (a) are those of the bundle; for more ask "
			 "whoever made it for another one, of that action.");
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
	case FAILURE_REPLAY:
		tell_replay(build);
		break;
	default:
		tell_local(build);
		break;
	}
}
