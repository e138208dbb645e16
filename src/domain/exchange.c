/* One HTTP exchange as the request log keeps it. */
#include "dacache/domain/exchange.h"

#include <stdlib.h>
#include <string.h>

const char *endpoint_name(enum endpoint endpoint)
{
	switch (endpoint) {
	case ENDPOINT_TOKEN:
		return "token";
	case ENDPOINT_LIST:
		return "list";
	case ENDPOINT_GET:
		return "get";
	case ENDPOINT_PUT:
		return "put";
	case ENDPOINT_WEBHOOK:
		return "webhook";
	case ENDPOINTS:
		break;
	}
	return "unknown";
}

void exchange_clear(struct exchange *exchange)
{
	free(exchange->url);
	free(exchange->path);
	free(exchange->action_id);
	free(exchange->request_headers);
	free(exchange->request_body);
	free(exchange->response_headers);
	free(exchange->response_body);
	memset(exchange, 0, sizeof(*exchange));
}
