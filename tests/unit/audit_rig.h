/* An audit that somebody tampers with, and what its check finds. */
#ifndef DACACHE_TESTS_AUDIT_RIG_H
#define DACACHE_TESTS_AUDIT_RIG_H

#include "dacache/store/audit.h"
#include "store_rig.h"
#include "temp_dir.h"

#define TENANT "https://platform.example.com"
#define OTHER  "https://other.example.com"

enum { ENTRIES = 6 };

struct faults {
	struct audit_fault at[16];
	struct audit_verdict verdict;
	size_t n;
};

struct audit_entry append(struct store *store, int n);
void fill(struct store *store);
struct store *filled(void **state);
void run(struct store *store, const char *sql);
void tamper(struct store *store, const char *sql);
void forget_count(struct store *store);
void chain_anew(struct store *store);
struct faults verify_against(struct store *store, const char *head);
struct faults verify(struct store *store);
void assert_intact(const struct faults *faults, int64_t entries);
void assert_fault(const struct faults *faults, enum audit_fault_kind kind, int64_t first,
		  int64_t last);
void head_path(void **state, char path[TEMP_PATH_SIZE]);
void no_head_file(void **state);
void begin_again(void **state, struct store *store);

#endif
