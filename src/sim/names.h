/* The words a made-up contact centre's Data Actions are built from. */
#ifndef SIM_NAMES_H
#define SIM_NAMES_H

#include <stddef.h>

struct name_object {
	const char *name;     /* "Customer" */
	const char *slug;     /* "customer", as keys write it */
	const char *category; /* "CRM" */
	const char *team;     /* who looks after it */
};

struct name_qualifier {
	const char *name;        /* " by ANI" */
	const char *literal;     /* what the key says of it: "case_", or "" */
	const char *placeholder; /* "contactId" */
};

struct name_verb {
	const char *name;   /* "Get" */
	const char *aspect; /* what a key says of it: "profile" */
};

/* A name and a key past ASCII. */
struct name_foreign {
	const char *name;
	const char *slug;
};

extern const struct name_object name_objects[];
extern const size_t name_object_count;
extern const struct name_qualifier name_qualifiers[];
extern const size_t name_qualifier_count;
extern const struct name_verb name_verbs[];
extern const size_t name_verb_count;
extern const struct name_foreign name_foreigns[];
extern const size_t name_foreign_count;
extern const char *const name_editors[]; /* roles, never people */
extern const size_t name_editor_count;
extern const char *const name_regions[];
extern const size_t name_region_count;

#endif
