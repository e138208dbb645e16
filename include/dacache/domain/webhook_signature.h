/* Standard Webhooks: how a receiver knows that a delivery is ours, and which. The
 * headers are `webhook-id` (the same in every try), `webhook-timestamp` (seconds since
 * 1970, of this try) and `webhook-signature`. */
#ifndef DACACHE_DOMAIN_WEBHOOK_SIGNATURE_H
#define DACACHE_DOMAIN_WEBHOOK_SIGNATURE_H

#include <stddef.h>
#include <stdint.h>

#include "dacache/base/err.h"

enum {
	WEBHOOK_SECRET_MIN = 16, /* bytes, decoded */
	WEBHOOK_SECRET_MAX = 64,
	WEBHOOK_SIGNATURE_SIZE = 48 /* "v1," and 44 of base64 */
};

/* "whsec_" and base64 with its padding. ERR_INVALID with a text that does not show
 * the secret. */
enum err_code webhook_secret_check(const char *secret, struct err *err);

/* The value of `webhook-signature`: "v1,<base64 HMAC-SHA256(secret, id.timestamp.body)>".
 * ERR_INVALID as above. */
enum err_code webhook_sign(const char *secret, const char *id, int64_t timestamp_s,
			   const void *body, size_t len, char out[WEBHOOK_SIGNATURE_SIZE],
			   struct err *err);

#endif
