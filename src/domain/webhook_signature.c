#include "dacache/domain/webhook_signature.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

enum { DIGEST_BYTES = 32, BASE64_MAX = (WEBHOOK_SECRET_MAX + 2) / 3 * 4 };

struct key {
	unsigned char bytes[WEBHOOK_SECRET_MAX + 3]; /* decoding writes whole threes */
	size_t len;
};

static void wipe(struct key *key)
{
	for (volatile unsigned char *at = key->bytes; at < key->bytes + sizeof(key->bytes); at++)
		*at = 0;
}

/* libcrypto takes blanks and more besides. */
static enum err_code decode(const char *text, struct key *out)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789+/";
	size_t len = strlen(text);
	size_t body = strspn(text, letters);
	size_t padding = len - body;

	if (len % 4 != 0 || len > BASE64_MAX || padding > 2 || strspn(text + body, "=") != padding)
		return ERR_INVALID;
	if (EVP_DecodeBlock(out->bytes, (const unsigned char *)text, (int)len) < 0)
		return ERR_INVALID;
	out->len = len / 4 * 3 - padding;
	return out->len >= WEBHOOK_SECRET_MIN && out->len <= WEBHOOK_SECRET_MAX ? ERR_OK
										: ERR_INVALID;
}

static enum err_code read_secret(const char *secret, struct key *out, struct err *err)
{
	static const char prefix[] = "whsec_";
	size_t len = sizeof(prefix) - 1;

	if (secret && strncmp(secret, prefix, len) == 0 && decode(secret + len, out) == ERR_OK)
		return ERR_OK;
	wipe(out);
	return err_set(err, ERR_INVALID,
		       "webhook_secret must be 'whsec_' and the base64 of %d to %d bytes",
		       WEBHOOK_SECRET_MIN, WEBHOOK_SECRET_MAX);
}

enum err_code webhook_secret_check(const char *secret, struct err *err)
{
	struct key key = {.len = 0};
	enum err_code code = read_secret(secret, &key, err);

	wipe(&key);
	return code;
}

/* Over "id.timestamp.body". */
static bool digest_parts(EVP_MD_CTX *context, EVP_PKEY *key, const char *id, int64_t timestamp_s,
			 const void *body, size_t len, unsigned char digest[DIGEST_BYTES])
{
	char time[32];
	size_t digest_len = DIGEST_BYTES;
	int time_len = snprintf(time, sizeof(time), ".%" PRId64 ".", timestamp_s);

	return EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
	       EVP_DigestSignUpdate(context, id, strlen(id)) == 1 &&
	       EVP_DigestSignUpdate(context, time, (size_t)time_len) == 1 &&
	       EVP_DigestSignUpdate(context, body, len) == 1 &&
	       EVP_DigestSignFinal(context, digest, &digest_len) == 1;
}

enum err_code webhook_sign(const char *secret, const char *id, int64_t timestamp_s,
			   const void *body, size_t len, char out[WEBHOOK_SIGNATURE_SIZE],
			   struct err *err)
{
	struct key bytes = {.len = 0};
	unsigned char digest[DIGEST_BYTES];
	enum err_code code = read_secret(secret, &bytes, err);

	out[0] = '\0';
	if (code)
		return code;

	EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_HMAC, NULL, bytes.bytes, bytes.len);

	if (context && key && digest_parts(context, key, id, timestamp_s, body, len, digest)) {
		memcpy(out, "v1,", 3);
		EVP_EncodeBlock((unsigned char *)out + 3, digest, DIGEST_BYTES);
	} else {
		code = err_set(err, ERR_NO_MEMORY, "the signature could not be computed");
	}
	EVP_PKEY_free(key);
	EVP_MD_CTX_free(context);
	wipe(&bytes);
	return code;
}
