/* Files of a scenario, and the clock its limits run on. */
#ifndef TUI_FILES_H
#define TUI_FILES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "dacache/base/buf.h"

/* Append the whole file; false with errno set. */
bool file_read(const char *path, struct buf *out);
/* Create the folders on the way, then write (or append) the file. The mode is
 * set in any case, whatever the umask. */
bool file_write(const char *path, const void *data, size_t len, bool append, mode_t mode);
/* Remove the folder with all that is in it. */
bool file_remove_tree(const char *path);

/* Milliseconds on the monotonic clock. */
int64_t now_ms(void);

/* malloc'd text; ends the program when memory is out, as all below. */
char *text_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *text_copy(const char *text, size_t len);
void *memory(size_t count, size_t size); /* zeroed */

#endif
