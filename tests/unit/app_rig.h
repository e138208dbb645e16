/* A session on a scripted server, with a store in a directory of its own and a
 * clock that the test moves. */
#ifndef DACACHE_TESTS_APP_RIG_H
#define DACACHE_TESTS_APP_RIG_H

#include "dacache/app/session.h"
#include "scripted_server.h"
#include "temp_dir.h"

enum { APP_RIG_TEXTS = 64 };

struct app_rig {
	struct clock_manual times;
	struct temp_dir *dir;
	struct loop *loop;
	struct scripted_server *server;
	struct profile profile;
	struct session *session;
	char *texts[APP_RIG_TEXTS];
	size_t texts_len;
	size_t events[8]; /* by enum event_type */
};

/* A token endpoint that grants for ever; pages of two actions. */
void app_rig_up(struct app_rig *rig);
void app_rig_down(struct app_rig *rig);
/* The program ends and begins anew on the same store, with the rig's profile. */
void app_rig_restart(struct app_rig *rig);

/* The request line's beginning (kept by the rig, printf-like in one number) is
 * answered by 200 and that body. times as in struct script_step. */
void app_rig_page(struct app_rig *rig, int page, const char *body, int times);
void app_rig_script(struct app_rig *rig, const char *match, const char *status, const char *body,
		    int times);
/* How many requests began so. */
size_t app_rig_sent(const struct app_rig *rig, const char *match);

/* Begin to read the list, and turn until that ended. */
void app_rig_read(struct app_rig *rig, struct index_progress *out);
void app_rig_settle(struct app_rig *rig);
void app_rig_pass(struct app_rig *rig, int64_t ms);

/* The ids of the view, as "a b c" ("?" for a row that is not read yet). */
const char *app_rig_ids(struct app_rig *rig, struct index_view *view);

#endif
