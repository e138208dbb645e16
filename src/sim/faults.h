/* Answers that go wrong on purpose. */
#ifndef SIM_FAULTS_H
#define SIM_FAULTS_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

#include "dacache/base/err.h"

enum drop { DROP_NO, DROP_BEFORE, DROP_AFTER };

/* Texts and values belong to `spec`. */
struct fault {
	struct json_object *spec;
	const char *method;  /* NULL: any */
	const char *path;    /* an fnmatch pattern; NULL: any */
	const char *query;   /* the same */
	int64_t left;        /* times; -1: for ever */
	unsigned int status; /* 0: what the request brings about */
	bool applied;        /* the status is a lie: the request took effect */
	enum drop drop;
	int64_t delay_us;
	int64_t truncate; /* -1: no */
	bool no_content;
	const char *content_type;    /* NULL: as it is */
	struct json_object *headers; /* NULL: none; a null value takes one away */
	struct json_object *touch;   /* NULL: nobody */
	struct json_object *body;    /* NULL: as it is; a string is sent raw */
};

struct faults;

enum err_code faults_new(struct faults **out);
void faults_free(struct faults **faults);

/* An array of faults (or one fault) instead of those there. On an error those
 * there stay, and *err names the fault and the member. */
enum err_code faults_set(struct faults *faults, struct json_object *specs, struct err *err);

/* The first fault that matches, used up by one; NULL when none does. Valid
 * until the next faults_set. */
const struct fault *faults_take(struct faults *faults, const char *method, const char *path,
				const char *query);

/* An array of what is left, each with "left". The caller puts it. */
struct json_object *faults_to_json(const struct faults *faults);

#endif
