/* How a call ended: curl's codes as our transports, its time marks as parts. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "http_internal.h"

enum { REASON_MAX = 80 };

/* Nothing of a reply was seen, or the beginning of one. */
static enum transport cut_off(const struct http_call *call)
{
	if (call->sent == 0)
		return TRANSPORT_REFUSED;
	return call->headers_bytes > 0 ? TRANSPORT_TRUNCATED : TRANSPORT_RESET;
}

/* The kernel may give up on a connection before curl's clock does. */
static enum transport no_connection(const struct http_call *call)
{
	long os_errno = 0;

	curl_easy_getinfo(call->easy, CURLINFO_OS_ERRNO, &os_errno);
	return os_errno == ETIMEDOUT ? TRANSPORT_CONNECT_TIMEOUT : TRANSPORT_REFUSED;
}

static bool is_tls_code(CURLcode code)
{
	switch (code) {
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CRL_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
	case CURLE_SSL_INVALIDCERTSTATUS:
	case CURLE_SSL_ENGINE_NOTFOUND:
	case CURLE_SSL_ENGINE_SETFAILED:
	case CURLE_SSL_ENGINE_INITFAILED:
	case CURLE_SSL_CLIENTCERT:
	case CURLE_USE_SSL_FAILED:
		return true;
	default:
		return false;
	}
}

/* The other side reset the connection while TLS began, as a gateway that ends or starts
 * does: no verdict on certificates, and the next connection may do. Curl has one code for
 * that and for a handshake that was refused; its words tell them apart. */
static bool is_reset_in_handshake(const struct http_call *call, CURLcode code)
{
	return code == CURLE_SSL_CONNECT_ERROR && call->sent == 0 &&
	       (strstr(call->error, "SSL_ERROR_SYSCALL") != NULL ||
		strstr(call->error, strerror(ECONNRESET)) != NULL);
}

/* Codes that tell of our side or of a reply nobody can read. What left may have
 * taken effect, whatever the code. */
static enum transport other_outcome(const struct http_call *call)
{
	return call->sent > 0 ? cut_off(call) : TRANSPORT_INTERNAL;
}

/* Curl takes headers that were cut off, and a 1xx that nothing followed, for a
 * whole reply. */
static bool is_final(const struct http_call *call)
{
	long status = 0;

	curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
	return call->headers_whole && status >= 200;
}

/* It left, and curl wanted to send it again: how far that came says nothing of what
 * the first time did. */
static bool ended_at_second_time(const struct http_call *call, CURLcode code)
{
	if (!call->once || call->sent == 0)
		return false;
	return code == CURLE_ABORTED_BY_CALLBACK || code == CURLE_COULDNT_CONNECT ||
	       code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_RESOLVE_PROXY;
}

enum transport http_outcome(const struct http_call *call, CURLcode code)
{
	if (call->too_large)
		return TRANSPORT_TOO_LARGE;
	if (ended_at_second_time(call, code))
		return cut_off(call);
	if (is_reset_in_handshake(call, code))
		return cut_off(call);
	if (is_tls_code(code) && call->sent == 0)
		return TRANSPORT_TLS;
	switch (code) {
	case CURLE_OK:
		return is_final(call) ? TRANSPORT_ANSWERED : cut_off(call);
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
		return TRANSPORT_NAME;
	case CURLE_COULDNT_CONNECT:
		return call->refused && !call->opened ? TRANSPORT_FORBIDDEN_URL
						      : no_connection(call);
	case CURLE_OPERATION_TIMEDOUT:
		return call->sent > 0 ? TRANSPORT_TIMEOUT : TRANSPORT_CONNECT_TIMEOUT;
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
		return cut_off(call);
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_URL_MALFORMAT:
		return call->sent > 0 ? cut_off(call) : TRANSPORT_FORBIDDEN_URL;
	default:
		return other_outcome(call);
	}
}

static int64_t mark(const struct http_call *call, CURLINFO info)
{
	curl_off_t value = 0;

	curl_easy_getinfo(call->easy, info, &value);
	return (int64_t)value;
}

/* A part ends at its mark; a mark that was never set leaves it empty. */
static int64_t part(int64_t *reached, int64_t at)
{
	int64_t length = at > *reached ? at - *reached : 0;

	*reached += length;
	return length;
}

/* curl's marks count from the start. What is left over at the end belongs to
 * the part in which the call ended. */
static void fill_times(const struct http_call *call, struct exchange_times *out)
{
	int64_t reached = 0;
	int64_t total = mark(call, CURLINFO_TOTAL_TIME_T);
	int64_t first_byte = mark(call, CURLINFO_STARTTRANSFER_TIME_T);
	int64_t rest;

	out->name = part(&reached, mark(call, CURLINFO_NAMELOOKUP_TIME_T));
	out->connect = part(&reached, mark(call, CURLINFO_CONNECT_TIME_T));
	out->tls = part(&reached, mark(call, CURLINFO_APPCONNECT_TIME_T));
	if (call->headers_bytes > 0)
		out->wait = part(&reached, first_byte);
	rest = part(&reached, total);
	if (call->headers_bytes > 0)
		out->transfer = rest;
	else if (call->sent > 0)
		out->wait = rest;
	else if (mark(call, CURLINFO_CONNECT_TIME_T) > 0)
		out->tls += rest;
	else if (mark(call, CURLINFO_NAMELOOKUP_TIME_T) > 0)
		out->connect += rest;
	else
		out->name += rest;
	out->total = reached;
}

static const char *version_text(const struct http_call *call)
{
	long version = CURL_HTTP_VERSION_NONE;

	curl_easy_getinfo(call->easy, CURLINFO_HTTP_VERSION, &version);
	switch (version) {
	case CURL_HTTP_VERSION_1_0:
		return "1.0";
	case CURL_HTTP_VERSION_1_1:
		return "1.1";
	case CURL_HTTP_VERSION_2_0:
		return "2";
	default:
		return "";
	}
}

static void fill_error(const struct http_call *call, enum transport transport, CURLcode code,
		       struct http_reply *out)
{
	const char *text = call->error;
	long os_errno = 0;

	if (transport == TRANSPORT_ANSWERED)
		return;
	if (call->easy != NULL)
		curl_easy_getinfo(call->easy, CURLINFO_OS_ERRNO, &os_errno);
	if (transport == TRANSPORT_TOO_LARGE)
		text = "the reply is larger than allowed";
	else if (call->refused && transport == TRANSPORT_FORBIDDEN_URL)
		text = "the address is not allowed";
	else if (call->no_memory)
		text = "out of memory";
	else if (ended_at_second_time(call, code))
		text = "the connection closed before an answer";
	else if (text[0] == '\0' && code == CURLE_OK)
		text = "the connection closed before the end of the headers";
	else if (text[0] == '\0')
		text = curl_easy_strerror(code);
	if (code == CURLE_COULDNT_CONNECT && transport == TRANSPORT_REFUSED && os_errno != 0 &&
	    os_errno != ECONNREFUSED) {
		const char *tail = strstr(text, ": Couldn't");
		int len =
			tail != NULL && tail - text < REASON_MAX ? (int)(tail - text) : REASON_MAX;

		/* curl says of all no more than that it could not connect */
		snprintf(out->error, sizeof(out->error), "%.40s: %.*s", strerror((int)os_errno),
			 len, text);
		return;
	}
	snprintf(out->error, sizeof(out->error), "%.*s", (int)sizeof(out->error) - 1, text);
}

void http_fill_reply(struct http_call *call, enum transport transport, CURLcode code,
		     struct http_reply *out)
{
	long status = 0;

	*out = (struct http_reply){.transport = transport};
	out->sent_head = buf_str(&call->sent_head);
	out->headers = call->headers.items;
	out->headers_len = call->headers.len;
	out->body = buf_str(&call->body);
	out->body_len = call->body.len;
	fill_error(call, transport, code, out);
	if (call->easy == NULL)
		return;
	curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
	if (transport == TRANSPORT_ANSWERED)
		out->status = (int)status;
	fill_times(call, &out->times);
	out->bytes_sent = call->sent;
	out->header_bytes_received = (int64_t)call->headers_bytes;
	out->bytes_received = (int64_t)call->headers_bytes + mark(call, CURLINFO_SIZE_DOWNLOAD_T);
	snprintf(out->http_version, sizeof(out->http_version), "%s", version_text(call));
}
