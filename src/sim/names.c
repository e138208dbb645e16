#include "names.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const struct name_object name_objects[] = {
	{"Customer", "customer", "CRM", "crm-platform"},
	{"Open Cases", "open_cases", "CRM", "crm-platform"},
	{"Invoice", "invoice", "Billing", "billing-core"},
	{"Order Status", "order_status", "Orders", "order-desk"},
	{"Queue Hours", "queue_hours", "Routing", "routing-design"},
	{"Entitlements", "entitlements", "Billing", "billing-core"},
	{"Contact", "contact", "CRM", "crm-platform"},
	{"Shipment", "shipment", "Orders", "order-desk"},
	{"PIN", "pin", "Identity", "identity-risk"},
	{"Agent Availability", "agent_avail", "Routing", "routing-design"},
	{"Loyalty Points", "loyalty_points", "Loyalty", "loyalty-club"},
	{"Knowledge Article", "kb_article", "Knowledge", "knowledge-base"},
	{"Account", "account", "CRM", "crm-platform"},
	{"Balance", "balance", "Billing", "billing-core"},
	{"Callback Slot", "callback_slot", "Routing", "routing-design"},
	{"Return", "return", "Orders", "order-desk"},
	{"Outage", "outage", "Knowledge", "field-service"},
	{"Shift", "shift", "Workforce", "workforce-plan"},
	{"Payment Status", "payment_status", "Billing", "billing-core"},
	{"Case History", "case_history", "CRM", "crm-platform"},
	{"Household", "household", "CRM", "crm-platform"},
	{"Skill Group", "skill_group", "Routing", "routing-design"},
	{"Delivery Window", "delivery_window", "Orders", "order-desk"},
	{"KYC Status", "kyc_status", "Identity", "identity-risk"},
	{"Subscription", "subscription", "Billing", "billing-core"},
	{"Store Hours", "store_hours", "Knowledge", "field-service"},
	{"Voucher", "voucher", "Loyalty", "loyalty-club"},
	{"Lead", "lead", "CRM", "sales-ops"},
	{"Opportunity", "opportunity", "CRM", "sales-ops"},
	{"Refund", "refund", "Billing", "billing-core"},
	{"Language Preference", "lang_pref", "Routing", "routing-design"},
	{"Consent", "consent", "Identity", "identity-risk"},
	{"Device", "device", "Identity", "identity-risk"},
	{"Cart", "cart", "Orders", "order-desk"},
	{"Holiday Calendar", "holiday_cal", "Routing", "routing-design"},
	{"Adherence", "adherence", "Workforce", "workforce-plan"},
	{"Policy", "policy", "Claims", "claims-desk"},
	{"Claim", "claim", "Claims", "claims-desk"},
	{"Appointment", "appointment", "Field Service", "field-service"},
	{"Technician", "technician", "Field Service", "field-service"},
	{"Warranty", "warranty", "Field Service", "field-service"},
	{"Product", "product", "Knowledge", "knowledge-base"},
	{"Credit Limit", "credit_limit", "Billing", "billing-core"},
};
const size_t name_object_count = COUNT(name_objects);

const struct name_qualifier name_qualifiers[] = {
	{" by ANI", "", "contactId"},
	{" by Case Number", "case_", "caseNumber"},
	{" by Email", "email_", "emailHash"},
	{"", "cur_", "customerId"},
	{" by Account", "acct_", "accountId"},
	{" by Order", "order_", "orderId"},
	{" by Postcode", "zip_", "postcode"},
	{" by Queue", "queue_", "queueId"},
	{" by Site", "site_", "siteCode"},
	{" by Contract", "contract_", "contractId"},
	{" by Language", "lang_", "languageTag"},
};
const size_t name_qualifier_count = COUNT(name_qualifiers);

const struct name_verb name_verbs[] = {
	{"Get", "profile"}, {"Check", "status"}, {"Find", "match"},   {"List", "all"},
	{"Look up", "ref"}, {"Count", "count"},  {"Verify", "check"},
};
const size_t name_verb_count = COUNT(name_verbs);

const struct name_foreign name_foreigns[] = {
	{"Grüße nach Sprache", "grüße"}, {"客户资料", "客户"},
	{"Gutschein 🎁", "gutschein_🎁"},  {"Solde du crédit échu", "crédit"},
	{"お問い合わせ履歴", "履歴"},    {"Статус заказа", "заказ"},
};
const size_t name_foreign_count = COUNT(name_foreigns);

const char *const name_editors[] = {
	"integration-admin", "svc-terraform", "ops-emea",      "ops-apac",
	"crm-release",       "routing-admin", "svc-migration", "platform-oncall",
};
const size_t name_editor_count = COUNT(name_editors);

const char *const name_regions[] = {
	"EMEA", "APAC", "LATAM", "NA", "DACH", "Nordics", "Benelux", "ANZ",
};
const size_t name_region_count = COUNT(name_regions);
