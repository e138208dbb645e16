/* The signature of a webhook, against vectors that Python's hmac and openssl gave. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dacache/domain/webhook_signature.h"

#define SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

static void signatures_are_those_of_other_programs(void **state)
{
	static const struct {
		const char *secret, *id;
		int64_t timestamp_s;
		const char *body;
		size_t len;
		const char *wanted;
	} cases[] = {
		/* the one the specification's libraries are tested with */
		{SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, "{\"test\": 2432232314}", 20,
		 "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="},
		{"whsec_plJ3nmyCDGBKInavdOK15jsl", "msg_loFOjxBNrRLzqYUf", 1731705121,
		 "{\"event_type\":\"ping\",\"data\":{\"success\":true}}", 45,
		 "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0="},
		{"whsec_plJ3nmyCDGBKInavdOK15jsl", "msg_loFOjxBNrRLzqYUf", 1731705121,
		 "{\"event_type\":\"ping\"}", 21,
		 "v1,iLrWodj6H2QrNRSvdASdRo1DzSXYKqa36og0kGXkcTs="},
		{"whsec_plJ3nmyCDGBKInavdOK15jsl", "msg_loFOjxBNrRLzqYUf", 1731705121, "", 0,
		 "v1,lntUxBvRZSyOOAg9QtH1r72h5TqCVwGChyHJKqIK1sM="},
		/* the longest secret; a NUL in the body */
		{"whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1"
		 "Njc4OTo7PD0+Pw==",
		 "msg_1", 0, "\xc3\xa9\0x", 4, "v1,Ks7eE/gndW7L/WgTn5l3RGI4nfGNXhvama0KOlZzh2M="},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char signature[WEBHOOK_SIGNATURE_SIZE];
		struct err err = {0};

		assert_int_equal(webhook_sign(cases[i].secret, cases[i].id, cases[i].timestamp_s,
					      cases[i].body, cases[i].len, signature, &err),
				 ERR_OK);
		assert_string_equal(signature, cases[i].wanted);
	}
}

static void a_secret_that_is_none_is_refused_and_not_shown(void **state)
{
	static const char *const wrong[] = {
		"",
		"whsec_",
		"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
		"WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
		"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",
		"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa=w",
		"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaL===",
		"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa-_",
		"whsec_ MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",
		"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n",
		"whsec_AAECAwQFBgcICQoLDA0O", /* 15 bytes */
		"whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1"
		"Njc4OTo7PD0+P0A=", /* 65 bytes */
		"whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1"
		"Njc4OTo7PD0+P0BBQkNERUZHSElKS0xNTk9QUVJTVFVWV1hZWltcXV5fYGFiY2RlZmdoaWprbG1u",
	};
	char signature[WEBHOOK_SIGNATURE_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct err err = {0};

		assert_int_equal(webhook_secret_check(wrong[i], &err), ERR_INVALID);
		assert_null(strstr(err.text, "MfKQ"));
		assert_null(strstr(err.text, "AAEC"));
		assert_int_equal(webhook_sign(wrong[i], "i", 1, "", 0, signature, &err),
				 ERR_INVALID);
		assert_string_equal(signature, "");
	}
	assert_int_equal(webhook_secret_check(NULL, NULL), ERR_INVALID);
}

static void good_secrets_pass(void **state)
{
	static const char *const good[] = {
		SECRET, "whsec_AAECAwQFBgcICQoLDA0ODw==",
		"whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1"
		"Njc4OTo7PD0+Pw=="};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(webhook_secret_check(good[i], NULL), ERR_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signatures_are_those_of_other_programs),
		cmocka_unit_test(a_secret_that_is_none_is_refused_and_not_shown),
		cmocka_unit_test(good_secrets_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
