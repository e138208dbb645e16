#include "dacache/domain/audit_verdict.h"

const char *audit_fault_name(enum audit_fault_kind kind)
{
	static const char *const names[] = {
		[AUDIT_CHANGED] = "changed",
		[AUDIT_REMOVED] = "removed",
		[AUDIT_INSERTED] = "inserted",
		[AUDIT_TRUNCATED] = "truncated",
	};

	return kind <= AUDIT_TRUNCATED ? names[kind] : "";
}
