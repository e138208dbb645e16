#include "http.h"

#include <curl/curl.h>

static size_t on_body(char *data, size_t size, size_t count, void *user)
{
	return buf_append(user, data, size * count) ? 0 : size * count;
}

static void set_up(CURL *curl, const char *method, const char *url, const char *body, long limit_ms)
{
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, limit_ms);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	/* The simulator may use a certificate made for the scenario. */
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
	if (body)
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
}

enum err_code http_call(const char *method, const char *url, const char *body, long limit_ms,
			struct buf *reply, long *status, struct err *err)
{
	CURL *curl = curl_easy_init();
	struct curl_slist *headers = NULL;
	CURLcode result;

	*status = 0;
	buf_reset(reply);
	if (!curl)
		return err_set(err, ERR_NO_MEMORY, "no memory");
	headers = curl_slist_append(NULL, "Content-Type: application/json");
	set_up(curl, method, url, body, limit_ms);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, reply);
	result = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, status);
	curl_slist_free_all(headers);
	curl_easy_cleanup(curl);
	if (result != CURLE_OK)
		return err_set(err, ERR_NETWORK, "%s %s: %s", method, url,
			       curl_easy_strerror(result));
	return ERR_OK;
}
