#include "store_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "../../src/store/statement.h"
#include "temp_dir.h"

struct store *store_rig_open(void **state, const char *tenant)
{
	char path[TEMP_PATH_SIZE];
	struct store *store = NULL;
	struct err err = {0};

	temp_dir_join(*state, "dacache.db", path);
	assert_int_equal(store_open(path, tenant, &store, &err), ERR_OK);
	return store;
}

int64_t store_rig_number(struct store *store, const char *sql)
{
	struct statement statement;
	struct err err = {0};
	bool row = false;
	int64_t value;

	assert_int_equal(statement_open(&statement, store, sql, &err), ERR_OK);
	assert_int_equal(statement_row(&statement, &row, &err), ERR_OK);
	assert_true(row);
	value = statement_int(&statement, 0);
	statement_close(&statement);
	return value;
}
