#include "http_head.h"

#include <string.h>
#include <strings.h>

/* A piece of the head. */
struct span {
	const char *at;
	size_t len;
};

static bool is_token_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("!#$%&'*+-.^_`|~", c));
}

static bool is_token(struct span span)
{
	for (size_t i = 0; i < span.len; i++)
		if (!is_token_char(span.at[i]))
			return false;
	return span.len > 0;
}

/* Neither control characters nor, where blanks is false, blanks. */
static bool is_plain(struct span span, bool blanks)
{
	for (size_t i = 0; i < span.len; i++) {
		unsigned char c = (unsigned char)span.at[i];
		if (c == 0x7f || c < 0x20) {
			if (c != '\t' || !blanks)
				return false;
		} else if (c == ' ' && !blanks) {
			return false;
		}
	}
	return true;
}

static bool span_is(struct span span, const char *text)
{
	return span.len == strlen(text) && strncasecmp(span.at, text, span.len) == 0;
}

/* Up to the separator; *rest is what follows it. False without one. */
static bool cut(struct span whole, char separator, struct span *first, struct span *rest)
{
	const char *found = memchr(whole.at, separator, whole.len);

	if (!found)
		return false;
	*first = (struct span){whole.at, (size_t)(found - whole.at)};
	*rest = (struct span){found + 1, whole.len - first->len - 1};
	return true;
}

static struct span trim(struct span span)
{
	while (span.len > 0 && strchr(" \t", span.at[0])) {
		span.at++;
		span.len--;
	}
	while (span.len > 0 && strchr(" \t", span.at[span.len - 1]))
		span.len--;
	return span;
}

static enum head_verdict bad(struct head_problem *problem, unsigned int status, const char *code,
			     const char *message)
{
	*problem = (struct head_problem){status, code, message};
	return HEAD_BAD;
}

static enum head_verdict check_request_line(struct span line, struct head_problem *problem)
{
	struct span method;
	struct span target;
	struct span version;

	if (!cut(line, ' ', &method, &target) || !cut(target, ' ', &target, &version) ||
	    !is_token(method) || target.len == 0 || !is_plain(target, false))
		return bad(problem, 400, "bad.request", "The request line is malformed.");
	if (target.len > HTTP_TARGET_MAX)
		return bad(problem, 414, "uri.too.long", "The request target is too long.");
	if (version.len != 8 || strncmp(version.at, "HTTP/", 5) != 0)
		return bad(problem, 400, "bad.request", "The request line is malformed.");
	if (!span_is(version, "HTTP/1.1") && !span_is(version, "HTTP/1.0"))
		return bad(problem, 505, "http.version.not.supported",
			   "HTTP/1.1 and HTTP/1.0 are spoken here.");
	return HEAD_GOOD;
}

static bool is_length(struct span value)
{
	for (size_t i = 0; i < value.len; i++)
		if (value.at[i] < '0' || value.at[i] > '9')
			return false;
	return value.len > 0 && value.len <= 18;
}

/* What the fields seen so far say of the body. */
struct framing {
	struct span length; /* at NULL: none */
	bool chunked;
};

static enum head_verdict check_framing(struct span name, struct span value, struct framing *framing,
				       struct head_problem *problem)
{
	if (span_is(name, "Content-Length")) {
		if (!is_length(value))
			return bad(problem, 400, "bad.request", "Content-Length is no length.");
		if (framing->length.at && (framing->length.len != value.len ||
					   memcmp(framing->length.at, value.at, value.len) != 0))
			return bad(problem, 400, "bad.request", "Two lengths contradict.");
		framing->length = value;
	} else if (span_is(name, "Transfer-Encoding")) {
		if (!span_is(value, "chunked"))
			return bad(problem, 501, "not.implemented",
				   "Chunked is the only transfer encoding known.");
		framing->chunked = true;
	}
	if (framing->length.at && framing->chunked)
		return bad(problem, 400, "bad.request",
			   "Content-Length and Transfer-Encoding exclude each other.");
	return HEAD_GOOD;
}

static enum head_verdict check_field(struct span line, struct framing *framing,
				     struct head_problem *problem)
{
	struct span name;
	struct span value;

	if (!cut(line, ':', &name, &value) || !is_token(name) || !is_plain(value, true))
		return bad(problem, 400, "bad.request", "A header field is malformed.");
	return check_framing(name, trim(value), framing, problem);
}

static bool next_line(struct span *rest, struct span *line)
{
	if (!cut(*rest, '\n', line, rest))
		return false;
	if (line->len > 0 && line->at[line->len - 1] == '\r')
		line->len--;
	return true;
}

static enum head_verdict check_unfinished(struct span whole, struct span line, bool ended,
					  struct head_problem *problem)
{
	if (ended)
		return bad(problem, 400, "bad.request", "The request breaks off.");
	if (whole.len >= HTTP_HEAD_MAX)
		return bad(problem, line.at == whole.at ? 414 : 431,
			   line.at == whole.at ? "uri.too.long" : "request.header.too.large",
			   "The request's head is longer than 64 KiB.");
	if (whole.len > 0 && line.at == whole.at && !is_token_char(*whole.at) && *whole.at != '\r')
		return bad(problem, 400, "bad.request", "This is not HTTP.");
	return HEAD_UNFINISHED;
}

enum head_verdict http_head_check(const char *data, size_t len, bool ended,
				  struct head_problem *problem)
{
	struct span whole = {data, len};
	struct span rest = whole;
	struct span line;
	struct framing framing = {0};
	enum head_verdict verdict;

	while (rest.len >= 2 && memcmp(rest.at, "\r\n", 2) == 0) { /* RFC 9112, 2.2 */
		rest.at += 2;
		rest.len -= 2;
	}
	whole = rest;
	if (!next_line(&rest, &line))
		return check_unfinished(whole, rest, ended, problem);
	verdict = check_request_line(line, problem);
	while (verdict == HEAD_GOOD) {
		if (!next_line(&rest, &line))
			return check_unfinished(whole, rest, ended, problem);
		if (line.len == 0)
			return HEAD_GOOD;
		verdict = check_field(line, &framing, problem);
	}
	return verdict;
}
