/* The files of a bundle, from a session. */
#ifndef DACACHE_SRC_APP_BUNDLE_FILES_H
#define DACACHE_SRC_APP_BUNDLE_FILES_H

#include "dacache/app/bundle.h"
#include "dacache/app/doctor.h"
#include "dacache/domain/bundle.h"
#include "dacache/store/archive.h"

/* What was collected before. */
struct bundle_source {
	int64_t made_us;
	int64_t since_us;
	const char *action_id; /* NULL: none */
	struct bundle_terminal terminal;
	struct buf doctor; /* lines as JSON objects, a comma between them */
	int doctor_exit;
	struct action *action; /* NULL: it was not read */
	int64_t action_read_us;
	char action_why_not[256];
};

void bundle_add_doctor_line(struct buf *out, const struct doctor_line *line);

/* --- bundle_stored.c: what the store knows, of this run and those before it --- */
enum err_code bundle_put_messages(struct session *session, const struct bundle_source *source,
				  struct buf *out, struct err *err);
enum err_code bundle_put_others(struct session *session, const struct bundle_source *source,
				struct buf *out, struct err *err);
enum err_code bundle_put_history(struct session *session, const struct bundle_source *source,
				 struct buf *out, struct err *err);

/* All files, known secrets masked in each, and the manifest at last. */
enum err_code bundle_files(struct session *session, const struct bundle_source *source,
			   struct archive *archive, struct err *err);

#endif
