/* `:watch`: one action, read again every few seconds; its changes are told, and shown
 * where it is shown. */
#ifndef UI_WATCHER_H
#define UI_WATCHER_H

#include "dacache/ui/screen.h"

struct watcher;

enum err_code watcher_new(struct ui *ui, struct watcher **out);
void watcher_free(struct watcher **watcher);
/* Watch this action, and no other one any more. It is read at once, then every every_s
 * seconds (watch.h has the bounds). */
enum err_code watcher_start(struct watcher *watcher, const char *id, int every_s, struct err *err);
void watcher_stop(struct watcher *watcher);
/* Of the action that is watched, "": none is. */
const char *watcher_id(const struct watcher *watcher);
int watcher_every_s(const struct watcher *watcher);

#endif
