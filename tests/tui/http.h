/* One HTTP call to the simulator. */
#ifndef TUI_HTTP_H
#define TUI_HTTP_H

#include "dacache/base/buf.h"
#include "dacache/base/err.h"

/* body may be NULL. *status is 0 when there was no answer. */
enum err_code http_call(const char *method, const char *url, const char *body, long limit_ms,
			struct buf *reply, long *status, struct err *err);

#endif
