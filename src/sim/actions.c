#include "actions.h"

#include <stdlib.h>
#include <string.h>

#include "access.h"
#include "dacache/base/text.h"
#include "etag.h"
#include "put.h"
#include "sim.h"

enum {
	PAGE_SIZE_DEFAULT = 20,
	PAGE_SIZE_MAX = 100,
	QUERY_VALUE_MAX = 4096,
	ID_MAX = 4096,
	LIST_HEADER_MAX = 64 * 1024
};

struct page {
	int64_t number; /* from 1 */
	int64_t size;
	int64_t total;
	int64_t count; /* pages there are */
};

/* A number out of the query; false when the refusal is the answer. */
static bool query_number(struct request *request, const char *name, int64_t max, int64_t *out)
{
	struct buf value;
	int times;
	enum err_code rc;

	buf_init(&value, QUERY_VALUE_MAX);
	rc = request_form_value(request->query, name, &value, &times);
	if (rc == ERR_OK)
		rc = text_parse_int(buf_str(&value), 1, max, out);
	else if (rc == ERR_NOT_FOUND)
		rc = ERR_OK;
	buf_free(&value);
	if (rc == ERR_OK)
		return true;
	reply_detail(&request->reply, "invalid.value", name);
	reply_error(&request->reply, 400, "invalid.value", request->correlation,
		    "%s must be a whole number from 1 to %lld.", name, (long long)max);
	return false;
}

static void put_uri(struct buf *out, const char *name, int64_t number, int64_t size)
{
	buf_printf(out, ",\"%s\":\"" ACTIONS_PATH "?page=%lld&pageSize=%lld\"", name,
		   (long long)number, (long long)size);
}

static void put_page_end(struct buf *out, const struct page *page)
{
	buf_printf(out, "],\"pageSize\":%lld,\"pageNumber\":%lld,\"total\":%lld,\"pageCount\":%lld",
		   (long long)page->size, (long long)page->number, (long long)page->total,
		   (long long)page->count);
	put_uri(out, "selfUri", page->number, page->size);
	if (page->number < page->count)
		put_uri(out, "nextUri", page->number + 1, page->size);
	if (page->number > 1 && page->count > 0)
		put_uri(out, "previousUri",
			page->number - 1 < page->count ? page->number - 1 : page->count,
			page->size);
	buf_putc(out, '}');
}

static void list_page(struct request *request, struct page *page)
{
	const struct tenant *tenant = request->sim->tenant;
	struct buf *out = &request->reply.body;
	int64_t first;

	page->total = (int64_t)tenant_count(tenant);
	page->count = (page->total + page->size - 1) / page->size;
	first = page->number > page->count ? page->total : (page->number - 1) * page->size;
	reply_json(&request->reply, 200);
	buf_puts(out, "{\"entities\":[");
	for (int64_t i = first; i < first + page->size && i < page->total; i++) {
		if (i > first)
			buf_putc(out, ',');
		tenant_document(tenant, tenant_slot_at(tenant, (size_t)i), out);
	}
	put_page_end(out, page);
	if (out->failed)
		request_fail(request, 500, "internal.server.error", "The page is too long.");
}

void actions_answer_list(struct request *request)
{
	struct page page = {.number = 1, .size = PAGE_SIZE_DEFAULT};

	if (!request_reads(request))
		request_refuse_method(request, "GET, HEAD");
	else if (access_check(request, SCOPE_READ) &&
		 query_number(request, "page", INT64_MAX, &page.number) &&
		 query_number(request, "pageSize", PAGE_SIZE_MAX, &page.size))
		list_page(request, &page);
}

static bool is_unchanged(struct request *request, const char *etag)
{
	struct buf list;
	bool unchanged;

	buf_init(&list, LIST_HEADER_MAX);
	unchanged = request_header(request, "If-None-Match", &list) &&
		    etag_list_matches_weakly(buf_str(&list), etag);
	buf_free(&list);
	return unchanged;
}

static void get_action(struct request *request, size_t slot)
{
	struct sim *sim = request->sim;
	char etag[ETAG_SIZE];

	if (etag_of_state(sim, slot, etag) != ERR_OK) {
		request_fail(request, 500, "internal.server.error", "Out of memory.");
		return;
	}
	if (sim->options.etag != ETAG_NONE) {
		reply_set_header(&request->reply, "ETag", etag);
		if (is_unchanged(request, etag)) {
			request->reply.status = 304;
			return;
		}
	}
	reply_json(&request->reply, 200);
	tenant_document(sim->tenant, slot, &request->reply.body);
}

static void answer_found(struct request *request, const char *id)
{
	bool reads = request_reads(request);
	size_t slot;

	if (!access_check(request, reads ? SCOPE_READ : SCOPE_WRITE))
		return;
	if (!tenant_find(request->sim->tenant, id, &slot))
		reply_error(&request->reply, 404, "not.found", request->correlation,
			    "No Data Action has the id \"%s\".", id);
	else if (reads)
		get_action(request, slot);
	else
		put_action(request, slot, id);
}

void actions_answer_one(struct request *request, const char *segment)
{
	struct buf id;

	if (!request_reads(request) && !request_is(request, "PUT")) {
		request_refuse_method(request, "GET, HEAD, PUT");
		return;
	}
	buf_init(&id, ID_MAX);
	if (request_decode(segment, strlen(segment), false, &id) != ERR_OK)
		request_fail(request, 400, "bad.request", "The id is not percent-encoded well.");
	else
		answer_found(request, buf_str(&id));
	buf_free(&id);
}
