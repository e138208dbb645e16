/* A tenant on a scripted server, on a clock that the test moves. */
#ifndef DACACHE_TESTS_NET_RIG_H
#define DACACHE_TESTS_NET_RIG_H

#include "dacache/domain/exchange.h"
#include "dacache/net/tenant.h"
#include "dacache/net/webhook.h"
#include "scripted_server.h"

enum { RIG_REPLIES = 32, RIG_EXCHANGES = 64, RIG_TEXTS = 64 };

/* A reply, kept after its call is gone. */
struct rig_reply {
	struct tenant_reply reply; /* body and etag are NULL here */
	char body[256];
	char etag[64];
	int number; /* given by the test when it sent the call */
};

struct rig;

/* One call's context: who asked, and which number it has. */
struct rig_ask {
	struct rig *rig;
	int number;
};

struct rig {
	struct clock_manual times;
	struct loop *loop;
	struct http *http;
	struct scripted_server *server;
	struct profile profile;
	struct tenant_observer observer;
	struct tenant *tenant;
	double random;
	struct rig_reply replies[RIG_REPLIES];
	size_t replies_len;
	struct exchange exchanges[RIG_EXCHANGES];
	size_t exchanges_len;
	size_t changes;
	struct failure retried; /* the newest attempt that was tried again */
	size_t retries;
	bool free_tenant; /* by the next reply */
	struct rig_ask asks[RIG_TEXTS];
	size_t asks_len;
	char *texts[RIG_TEXTS];
	size_t texts_len;
};

#define RIG_OK    "HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 2\r\n\r\n{}"
#define RIG_TOKEN "POST /oauth/token"
#define RIG_GRANT                                                                                  \
	"HTTP/1.1 200 OK\r\nContent-Length: 112\r\n\r\n"                                           \
	"{\"access_token\":\"tok-one\",\"token_type\":\"bearer\",\"expires_in\":3600,"             \
	"\"scope\":\"dataaction:read dataaction:write\"}   "
#define RIG_STATUS(line) "HTTP/1.1 " line "\r\nContent-Length: 0\r\n\r\n"

void rig_up(struct rig *rig);
void rig_down(struct rig *rig);

/* A token endpoint that grants for ever. */
void rig_grant(struct rig *rig);
/* A whole reply; headers end with "\r\n" each. The rig keeps it. */
const char *rig_text(struct rig *rig, const char *status, const char *headers, const char *body);
void rig_script(struct rig *rig, const char *match, const char *reply, int times);

/* A call whose reply goes to replies[]; number is kept with it. */
struct tenant_call *rig_get(struct rig *rig, const char *id, enum lane lane, int number);
/* The same, by tenant_read; etag: If-None-Match, may be NULL. */
struct tenant_call *rig_read(struct rig *rig, const char *id, const char *etag, enum lane lane,
			     int number);
struct tenant_call *rig_put(struct rig *rig, const char *id, int number);
struct tenant_call *rig_login(struct rig *rig, int number);

/* Turns until that many replies came in all, or that many requests were seen. */
void rig_run_replies(struct rig *rig, size_t n);
void rig_run_requests(struct rig *rig, size_t n);
/* Turns until nothing more happens on its own. */
void rig_settle(struct rig *rig);
void rig_pass(struct rig *rig, int64_t ms);

const struct tenant_reply *rig_last(const struct rig *rig);
struct tenant_status rig_status(const struct rig *rig);
size_t rig_sent(const struct rig *rig, const char *match);

#endif
