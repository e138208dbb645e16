/* What is gone from the audit, by its numbers: all of it, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "audit_rig.h"

static void assert_ranges(const struct faults *faults, enum audit_fault_kind last,
			  const int64_t (*ranges)[2], size_t n)
{
	for (size_t i = 0; i < n && i < faults->n; i++) {
		if (faults->at[i].first_seq != ranges[i][0] ||
		    faults->at[i].last_seq != ranges[i][1])
			fail_msg("%zu: %s", i, faults->at[i].text);
		assert_int_equal(faults->at[i].kind, i + 1 < n ? AUDIT_REMOVED : last);
	}
	assert_int_equal(faults->n, n);
}

/* Cut off, written on, cut off again, and something taken from the middle. */
static void every_gap_is_named(void **state)
{
	static const int64_t ranges[][2] = {{2, 2}, {5, 6}, {8, 8}, {10, 10}};
	struct store *store = filled(state);
	struct faults faults;

	tamper(store, "DELETE FROM audit WHERE seq > 4");
	append(store, 7);
	append(store, 8);
	tamper(store, "DELETE FROM audit WHERE seq = 8");
	append(store, 9);
	append(store, 10);
	tamper(store, "DELETE FROM audit WHERE seq IN (2, 10)");
	faults = verify(store);
	assert_ranges(&faults, AUDIT_TRUNCATED, ranges, 4);
	no_head_file(state);
	faults = verify(store);
	assert_ranges(&faults, AUDIT_TRUNCATED, ranges, 4);
	store_close(&store);
}

/* The day of another tenant is over when this one begins: what is gone of that one is none
 * of this one's. */
static void a_tenant_that_came_later_lost_only_its_own(void **state)
{
	static const int64_t ranges[][2] = {{8, 9}, {12, 12}};
	struct store *other = store_rig_open(state, OTHER), *store = store_rig_open(state, TENANT);
	struct faults faults;

	fill(other);
	tamper(store, "UPDATE audit SET wall_us = wall_us - 86400000000");
	run(store, "DELETE FROM audit_hour; INSERT INTO audit_hour "
		   "SELECT tenant_id, wall_us / 3600000000, min(seq), max(seq) FROM audit "
		   "GROUP BY 1, 2");
	fill(store);
	append(store, 7);
	tamper(store, "DELETE FROM audit WHERE seq IN (2, 3, 6, 8, 9, 12)");
	append(store, 8);
	faults = verify(store);
	assert_ranges(&faults, AUDIT_REMOVED, ranges, 2);
	assert_null(strstr(faults.at[1].text, "another's"));
	run(store, "DELETE FROM audit");
	faults = verify(store);
	assert_fault(&faults, AUDIT_TRUNCATED, 7, 14);
	store_close(&other);
	store_close(&store);
}

#define IN_DIR(test) cmocka_unit_test_setup_teardown(test, temp_dir_setup, temp_dir_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_DIR(every_gap_is_named),
		IN_DIR(a_tenant_that_came_later_lost_only_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
