/* Adding to a list of findings, within the domain alone. */
#ifndef DACACHE_SRC_DOMAIN_FINDINGS_H
#define DACACHE_SRC_DOMAIN_FINDINGS_H

#include "dacache/domain/validate.h"

/* A full list drops a warning for an error, so that a proposal with an error never
 * passes for one without. */
struct finding *findings_add(struct findings *findings, enum field field, bool is_error,
			     const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
