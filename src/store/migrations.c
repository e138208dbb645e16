#include "migrations.h"

#include <stdio.h>

#include "audit_rows.h"

/* Of a row: its numbers and keys, in the table and in the index, are some 64. */
#define HISTORY_BYTES(row)                                                                         \
	"64 + ifnull(length(" row ".of_hits), 0) + ifnull(length(" row ".of_misses), 0)"

#define REFUSE "SELECT RAISE(ABORT, 'the audit is append-only')"

/* A step that was once released never changes: mend by a new one at the end.
 * Members of cached settings are NULL where the entry has none of them.
 * The audit's indices hold what the queries filter by, so that a filter reads
 * the index alone and not a million rows. */
static const struct migration steps[] = {
	{.sql = "CREATE TABLE tenant ("
		"  id INTEGER PRIMARY KEY,"
		"  base_url TEXT NOT NULL UNIQUE"
		");"

		"CREATE TABLE audit ("
		"  seq INTEGER PRIMARY KEY AUTOINCREMENT,"
		"  tenant_id INTEGER NOT NULL REFERENCES tenant (id),"
		"  wall_us INTEGER NOT NULL,"
		"  action TEXT NOT NULL,"
		"  data_action_id TEXT,"
		"  name TEXT,"
		"  payload_enabled INTEGER,"
		"  payload_key TEXT,"
		"  payload_ttl_s INTEGER,"
		"  before_enabled INTEGER,"
		"  before_key TEXT,"
		"  before_ttl_s INTEGER,"
		"  etag TEXT NOT NULL,"
		"  if_match TEXT,"
		"  status INTEGER NOT NULL,"
		"  latency_ms REAL NOT NULL,"
		"  who TEXT,"
		"  outcome TEXT NOT NULL,"
		"  attempts INTEGER NOT NULL,"
		"  correlation_id TEXT,"
		"  message TEXT"
		");"
		"CREATE INDEX audit_all ON audit (tenant_id, seq, wall_us, outcome, status);"
		"CREATE INDEX audit_of_action"
		"  ON audit (tenant_id, data_action_id, seq, wall_us, outcome, status);"
		"CREATE INDEX audit_of_outcome ON audit (tenant_id, outcome, seq, wall_us, status);"
		"CREATE INDEX audit_of_status ON audit (tenant_id, status, seq, wall_us, outcome);"
		"CREATE TRIGGER audit_update BEFORE UPDATE ON audit BEGIN " REFUSE "; END;"
		"CREATE TRIGGER audit_delete BEFORE DELETE ON audit BEGIN " REFUSE "; END;"
		/* INSERT OR REPLACE deletes without the trigger above. */
		"CREATE TRIGGER audit_replace BEFORE INSERT ON audit"
		"  WHEN EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq) BEGIN " REFUSE "; END;"

		"CREATE TABLE local_settings ("
		"  tenant_id INTEGER NOT NULL REFERENCES tenant (id),"
		"  action_id TEXT NOT NULL,"
		"  ttl_default_s INTEGER NOT NULL,"
		"  ttl_high_priority_s INTEGER NOT NULL,"
		"  ttl_static_reference_s INTEGER NOT NULL,"
		"  payload_kb INTEGER NOT NULL,"
		"  directives TEXT NOT NULL," /* JSON */
		"  PRIMARY KEY (tenant_id, action_id)"
		") WITHOUT ROWID;"

		"CREATE TABLE draft ("
		"  tenant_id INTEGER NOT NULL REFERENCES tenant (id),"
		"  action_id TEXT NOT NULL,"
		"  name TEXT,"
		"  form TEXT,"
		"  base_etag TEXT,"
		"  base TEXT,"
		"  wall_us INTEGER NOT NULL,"
		"  PRIMARY KEY (tenant_id, action_id)"
		") WITHOUT ROWID;"

		"CREATE TABLE hit_total ("
		"  tenant_id INTEGER NOT NULL REFERENCES tenant (id),"
		"  action_id TEXT NOT NULL,"
		"  hits INTEGER NOT NULL,"
		"  misses INTEGER NOT NULL,"
		"  PRIMARY KEY (tenant_id, action_id)"
		") WITHOUT ROWID;"
		/* The latest records, for programs that run meanwhile. */
		"CREATE TABLE hit_record ("
		"  id INTEGER PRIMARY KEY AUTOINCREMENT,"
		"  tenant_id INTEGER NOT NULL REFERENCES tenant (id),"
		"  action_id TEXT NOT NULL,"
		"  hit INTEGER NOT NULL,"
		"  n INTEGER NOT NULL,"
		"  wall_us INTEGER NOT NULL"
		");"},

	/* Closed intents are gone: the audit has their outcome. */
	{.sql = "CREATE TABLE intent ("
		"  id INTEGER PRIMARY KEY AUTOINCREMENT,"
		"  tenant_id INTEGER NOT NULL REFERENCES tenant (id),"
		"  action_id TEXT NOT NULL,"
		"  name TEXT,"
		"  base_enabled INTEGER NOT NULL,"
		"  base_key TEXT,"
		"  base_ttl_s INTEGER NOT NULL,"
		"  base_etag TEXT,"
		"  if_match TEXT NOT NULL,"
		"  wanted_enabled INTEGER NOT NULL,"
		"  wanted_key TEXT,"
		"  wanted_ttl_s INTEGER NOT NULL,"
		"  attempt INTEGER NOT NULL,"
		"  who TEXT,"
		"  wall_us INTEGER NOT NULL,"
		"  ttl_default_s INTEGER NOT NULL,"
		"  ttl_high_priority_s INTEGER NOT NULL,"
		"  ttl_static_reference_s INTEGER NOT NULL,"
		"  payload_kb INTEGER NOT NULL,"
		"  directives TEXT NOT NULL," /* JSON */
		"  local_changed INTEGER NOT NULL,"
		"  owner TEXT NOT NULL," /* see process.h */
		"  recovered INTEGER NOT NULL DEFAULT 0,"
		"  unknown INTEGER NOT NULL DEFAULT 0,"
		"  checks INTEGER NOT NULL DEFAULT 0,"
		"  next_check_us INTEGER NOT NULL DEFAULT 0,"
		"  message TEXT"
		");"},

	/* The chain; and for each hour the entries whose time lies in it, so that a
	 * filter by time need not read them all: their times need not be in the
	 * order of seq. */
	{.sql = "ALTER TABLE audit ADD COLUMN prev_hash TEXT;"
		"ALTER TABLE audit ADD COLUMN hash TEXT;"
		"DROP TRIGGER audit_update;",
	 .fill = audit_chain_fill,
	 .sql_after =
		 "CREATE TRIGGER audit_update BEFORE UPDATE ON audit BEGIN " REFUSE "; END;"
		 "CREATE TABLE audit_hour ("
		 "  tenant_id INTEGER NOT NULL REFERENCES tenant (id),"
		 "  hour INTEGER NOT NULL,"
		 "  first_seq INTEGER NOT NULL,"
		 "  last_seq INTEGER NOT NULL,"
		 "  PRIMARY KEY (tenant_id, hour)"
		 ") WITHOUT ROWID;"
		 "INSERT INTO audit_hour SELECT tenant_id, wall_us / 3600000000, min(seq), max(seq)"
		 "  FROM audit GROUP BY 1, 2;"
		 "CREATE TRIGGER audit_hour_of AFTER INSERT ON audit BEGIN"
		 "  INSERT INTO audit_hour"
		 "  VALUES (NEW.tenant_id, NEW.wall_us / 3600000000, NEW.seq, NEW.seq)"
		 "  ON CONFLICT (tenant_id, hour) DO UPDATE SET"
		 "  first_seq = min(first_seq, excluded.first_seq),"
		 "  last_seq = max(last_seq, excluded.last_seq);"
		 "END;"},

	{.sql = "CREATE TABLE outbox ("
		"  n INTEGER PRIMARY KEY AUTOINCREMENT,"
		"  tenant_id INTEGER NOT NULL REFERENCES tenant (id),"
		"  id TEXT NOT NULL UNIQUE,"
		"  action_id TEXT NOT NULL,"
		"  source TEXT NOT NULL,"
		"  event_type TEXT NOT NULL,"
		"  directive TEXT NOT NULL," /* the directive's action */
		"  target_key TEXT NOT NULL,"
		"  body TEXT NOT NULL,"
		"  created_us INTEGER NOT NULL,"
		"  state TEXT NOT NULL DEFAULT 'pending',"
		"  attempts INTEGER NOT NULL DEFAULT 0,"
		"  next_us INTEGER NOT NULL,"
		"  status INTEGER NOT NULL DEFAULT 0,"
		"  error TEXT,"
		"  owner TEXT" /* who sends it, see process.h; NULL: nobody */
		");"
		"CREATE INDEX outbox_of_state ON outbox (tenant_id, state, next_us, owner);"},

	/* See history.h. action is a number for its id is long and stands in every row;
	 * span_s is 60 or 3600; latencies as sparse_histogram_encode writes them. What
	 * it takes is kept count of, for it has a bound. */
	{.sql = "CREATE TABLE history_action ("
		"  id INTEGER PRIMARY KEY,"
		"  tenant_id INTEGER NOT NULL REFERENCES tenant (id),"
		"  action_id TEXT NOT NULL," /* '': the whole tenant */
		"  UNIQUE (tenant_id, action_id)"
		");"
		"CREATE TABLE history ("
		"  action INTEGER NOT NULL,"
		"  span_s INTEGER NOT NULL,"
		"  start_us INTEGER NOT NULL,"
		"  hits INTEGER NOT NULL,"
		"  misses INTEGER NOT NULL,"
		"  expired INTEGER NOT NULL,"
		"  of_hits BLOB,"
		"  of_misses BLOB,"
		"  PRIMARY KEY (action, span_s, start_us)"
		") WITHOUT ROWID;"
		"CREATE INDEX history_by_age ON history (span_s, start_us);"
		"CREATE TABLE history_size (rows INTEGER NOT NULL, bytes INTEGER NOT NULL);"
		"INSERT INTO history_size VALUES (0, 0);"
		"CREATE TRIGGER history_more AFTER INSERT ON history BEGIN"
		"  UPDATE history_size SET rows = rows + 1,"
		"    bytes = bytes + " HISTORY_BYTES(
			"NEW") ";"
			       "END;"
			       "CREATE TRIGGER history_other AFTER UPDATE ON history BEGIN"
			       "  UPDATE history_size SET"
			       "    bytes = bytes + " HISTORY_BYTES("NEW") " - (" HISTORY_BYTES(
				       "OLD") ");"
					      "END;"
					      "CREATE TRIGGER history_less AFTER DELETE ON history "
					      "BEGIN"
					      "  UPDATE history_size SET rows = rows - 1,"
					      "    bytes = bytes - (" HISTORY_BYTES(
						      "OLD") ");"
							     "END;"
							     "CREATE TABLE history_source ("
							     "  tenant_id INTEGER NOT NULL "
							     "REFERENCES tenant (id),"
							     "  source TEXT NOT NULL,"
							     "  owner TEXT NOT NULL," /* see
											 process.h
										       */
							     "  PRIMARY KEY (tenant_id, source)"
							     ") WITHOUT ROWID;"},

	/* The request log. What is long stands last, so that a list of requests need not
	 * read it. */
	{.sql = "CREATE TABLE request_run ("
		"  id INTEGER PRIMARY KEY AUTOINCREMENT,"
		"  tenant_id INTEGER NOT NULL REFERENCES tenant (id),"
		"  started_us INTEGER NOT NULL,"
		"  command TEXT NOT NULL"
		");"
		"CREATE TABLE request ("
		"  n INTEGER PRIMARY KEY AUTOINCREMENT,"
		"  tenant_id INTEGER NOT NULL REFERENCES tenant (id),"
		"  run_id INTEGER NOT NULL REFERENCES request_run (id),"
		"  bytes INTEGER NOT NULL,"
		"  number INTEGER NOT NULL,"
		"  wall_us INTEGER NOT NULL,"
		"  endpoint TEXT NOT NULL,"
		"  method TEXT NOT NULL,"
		"  url TEXT NOT NULL,"
		"  action_id TEXT NOT NULL,"
		"  status INTEGER NOT NULL,"
		"  transport TEXT NOT NULL,"
		"  attempt INTEGER NOT NULL,"
		"  queue_us INTEGER NOT NULL,"
		"  name_us INTEGER NOT NULL,"
		"  connect_us INTEGER NOT NULL,"
		"  tls_us INTEGER NOT NULL,"
		"  wait_us INTEGER NOT NULL,"
		"  transfer_us INTEGER NOT NULL,"
		"  total_us INTEGER NOT NULL,"
		"  bytes_sent INTEGER NOT NULL,"
		"  bytes_received INTEGER NOT NULL,"
		"  header_bytes_received INTEGER NOT NULL,"
		"  request_size INTEGER NOT NULL,"
		"  response_size INTEGER NOT NULL,"
		"  flags INTEGER NOT NULL," /* EXCHANGE_… of domain/exchange.h */
		"  http_version TEXT NOT NULL,"
		"  error TEXT NOT NULL,"
		"  request_headers TEXT NOT NULL,"
		"  response_headers TEXT NOT NULL,"
		"  request_body BLOB,"
		"  response_body BLOB"
		");"
		"CREATE INDEX request_of_run ON request (run_id, n);"
		"CREATE INDEX request_bytes ON request (n, bytes);"},
	/* Plans: what came of each action of a file that was applied, so that it can go
	 * on where it was interrupted. */
	{.sql = "CREATE TABLE plan_run ("
		"  id INTEGER PRIMARY KEY AUTOINCREMENT,"
		"  tenant_id INTEGER NOT NULL REFERENCES tenant (id),"
		"  sha256 TEXT NOT NULL," /* of the file */
		"  file TEXT NOT NULL,"
		"  total INTEGER NOT NULL," /* actions that were to be changed */
		"  started_us INTEGER NOT NULL,"
		"  ended_us INTEGER" /* NULL: it was interrupted, or is under way */
		");"
		"CREATE INDEX plan_run_of_file ON plan_run (tenant_id, sha256);"
		"CREATE TABLE plan_item ("
		"  run_id INTEGER NOT NULL REFERENCES plan_run (id),"
		"  action_id TEXT NOT NULL,"
		"  outcome TEXT NOT NULL,"
		"  wall_us INTEGER NOT NULL,"
		"  PRIMARY KEY (run_id, action_id)"
		") WITHOUT ROWID;"
		"ALTER TABLE intent ADD COLUMN plan_run INTEGER;"},

	/* Changes that somebody else made, as a read showed them. */
	{.sql = "CREATE TABLE seen_change ("
		"  id INTEGER PRIMARY KEY AUTOINCREMENT,"
		"  tenant_id INTEGER NOT NULL REFERENCES tenant (id),"
		"  action_id TEXT NOT NULL,"
		"  name TEXT,"
		"  who TEXT,"
		"  wall_us INTEGER NOT NULL,"
		"  before_enabled INTEGER NOT NULL,"
		"  before_key TEXT,"
		"  before_ttl_s INTEGER NOT NULL,"
		"  after_enabled INTEGER NOT NULL,"
		"  after_key TEXT,"
		"  after_ttl_s INTEGER NOT NULL"
		");"
		"CREATE INDEX seen_change_of_action ON seen_change (tenant_id, action_id, id);"},

	/* The list as it was last read, see snapshot.h. */
	{.sql = "CREATE TABLE snapshot ("
		"  tenant_id INTEGER NOT NULL REFERENCES tenant (id),"
		"  kind INTEGER NOT NULL,"
		"  as_of_us INTEGER NOT NULL,"
		"  rows INTEGER NOT NULL,"
		"  part_rows INTEGER NOT NULL,"
		"  parts BLOB NOT NULL,"
		"  PRIMARY KEY (tenant_id, kind)"
		") WITHOUT ROWID;"
		"CREATE TABLE snapshot_part ("
		"  id INTEGER PRIMARY KEY AUTOINCREMENT,"
		"  tenant_id INTEGER NOT NULL REFERENCES tenant (id),"
		"  data BLOB NOT NULL"
		");"
		"CREATE INDEX snapshot_part_of_tenant ON snapshot_part (tenant_id);"},

	/* Errors and warnings, masked: for bundles. */
	{.sql = "CREATE TABLE message ("
		"  id INTEGER PRIMARY KEY AUTOINCREMENT,"
		"  tenant_id INTEGER NOT NULL REFERENCES tenant (id),"
		"  run TEXT NOT NULL,"
		"  number INTEGER NOT NULL,"
		"  wall_us INTEGER NOT NULL,"
		"  content TEXT NOT NULL" /* JSON */
		");"
		"CREATE INDEX message_of_tenant ON message (tenant_id, id);"},

	/* The plan of a run that has no file, and whose the run is, see plans.h. */
	{.sql = "ALTER TABLE plan_run ADD COLUMN plan TEXT;"
		"ALTER TABLE plan_run ADD COLUMN owner TEXT;"
		"CREATE INDEX plan_run_kept ON plan_run (tenant_id, id) WHERE plan IS NOT NULL;"},
};

enum { STEPS = sizeof(steps) / sizeof(steps[0]) };

int store_schema_version(void)
{
	return STEPS;
}

static enum err_code read_version(struct store *store, int64_t *out, struct err *err)
{
	struct statement statement;
	bool row = false;
	enum err_code code = statement_open(&statement, store, "PRAGMA user_version", err);

	if (code == ERR_OK)
		code = statement_row(&statement, &row, err);
	if (code == ERR_OK && row)
		*out = statement_int(&statement, 0);
	statement_close(&statement);
	return code;
}

static enum err_code take_step(struct store *store, const struct migration *step, int64_t version,
			       struct err *err)
{
	char sql[64];
	enum err_code code = store_exec(store, step->sql, err);

	if (code == ERR_OK && step->fill)
		code = step->fill(store, err);
	if (code == ERR_OK && step->sql_after)
		code = store_exec(store, step->sql_after, err);
	if (code != ERR_OK)
		return err_prefix(err, "schema %lld", (long long)version + 1);
	snprintf(sql, sizeof(sql), "PRAGMA user_version = %lld", (long long)version + 1);
	return store_exec(store, sql, err);
}

/* The version is read again under the write lock: another program may have
 * taken the step meanwhile. */
static enum err_code step_once(struct store *store, const struct migration *list, int count,
			       struct err *err)
{
	int64_t version = 0;
	enum err_code code = store_begin(store, err);

	if (code != ERR_OK)
		return code;
	code = read_version(store, &version, err);
	if (code == ERR_OK && version < count)
		code = take_step(store, &list[version], version, err);
	return store_end(store, code, err);
}

enum err_code migrations_run(struct store *store, const struct migration *list, int count,
			     struct err *err)
{
	int64_t version = 0;

	for (;;) {
		enum err_code code = read_version(store, &version, err);

		if (code != ERR_OK)
			return code;
		if (version > count)
			return err_set(err, ERR_STORE,
				       "%s was written by a newer dacache (schema %lld, this one "
				       "knows %d); update dacache",
				       store->path, (long long)version, count);
		if (version < 0)
			return store_failure(store, SQLITE_NOTADB, err);
		if (version == count)
			return ERR_OK;
		code = step_once(store, list, count, err);
		if (code != ERR_OK)
			return code;
	}
}

enum err_code migrations_run_to(struct store *store, int version, struct err *err)
{
	return migrations_run(store, steps, version, err);
}

enum err_code migrations_run_all(struct store *store, struct err *err)
{
	return migrations_run_to(store, STEPS, err);
}
