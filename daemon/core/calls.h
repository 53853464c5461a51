/*
 * Every api function that the core may call (contrib/CONTRACTS.md 3), once: its statement, the lane
 * it runs in, whether a page may call it by name, and which views a stored call makes stale.
 * A name that is not in this table cannot be called from outside.
 */
#ifndef SPECIMEND_CORE_CALLS_H
#define SPECIMEND_CORE_CALLS_H

#include "daemon/base/bytes.h"

enum call_shape {
	CALL_WRITES, /* (request_id uuid, session text, args jsonb) */
	CALL_READS,  /* (session text, args jsonb) */
};

/* LANE_SCAN also carries the short reads that a scan or a label waits for. */
enum lane_no {
	LANE_SCAN,
	LANE_READ,
};

enum call_door {
	DOOR_CORE, /* the core itself, or a route with a handler of its own */
	DOOR_PAGE, /* POST /api/<name> when it writes, GET /api/<name> when it reads */
};

/* What a stored call makes stale: feed events that say "read the view again". */
enum {
	TOUCH_NONE = 0,
	TOUCH_VISIT = 1,    /* the visit at this station */
	TOUCH_DUE = 2,      /* who is due, everywhere */
	TOUCH_SIGN_IN = 4,  /* who is signed in at this station */
	TOUCH_DEVICES = 8,  /* the devices: the bench gets its list anew, pages read me */
	TOUCH_CUSTODY = 16, /* bags, pickups, deliveries, everywhere: the reply itself says it */
};

/*        enum                  name               shape        lane       door       touches */
/* clang-format off */
#define CALL_TABLE(X) \
	X(CALL_SERVICE_OPEN,     "service_open",     CALL_WRITES, LANE_SCAN, DOOR_CORE, TOUCH_NONE) \
	X(CALL_STATION_OPEN,     "station_open",     CALL_WRITES, LANE_SCAN, DOOR_CORE, TOUCH_NONE) \
	X(CALL_STATION_BIND,     "station_bind",     CALL_WRITES, LANE_SCAN, DOOR_CORE, TOUCH_NONE) \
	X(CALL_SIGN_IN_BEGIN,    "sign_in_begin",    CALL_WRITES, LANE_SCAN, DOOR_CORE, TOUCH_NONE) \
	X(CALL_SIGN_IN,          "sign_in",          CALL_WRITES, LANE_SCAN, DOOR_CORE, TOUCH_SIGN_IN) \
	X(CALL_SIGN_OUT,         "sign_out",         CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_SIGN_IN) \
	X(CALL_SHADE,            "shade",            CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_SIGN_IN) \
	X(CALL_SLIP_PRINT,       "slip_print",       CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_DUE) \
	X(CALL_VISIT_OPEN,       "visit_open",       CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_VISIT | TOUCH_DUE) \
	X(CALL_VISIT_IDENTIFY,   "visit_identify",   CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_VISIT) \
	X(CALL_SCAN,             "scan",             CALL_WRITES, LANE_SCAN, DOOR_CORE, TOUCH_VISIT) \
	X(CALL_SCAN_KEPT,        "scan_kept",        CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_VISIT_CLOSE,      "visit_close",      CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_VISIT | TOUCH_DUE) \
	X(CALL_VISIT_PARK,       "visit_park",       CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_VISIT | TOUCH_DUE) \
	X(CALL_VISIT_RESUME,     "visit_resume",     CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_VISIT | TOUCH_DUE) \
	X(CALL_MISTAKE,          "mistake",          CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_VISIT | TOUCH_DUE) \
	X(CALL_NOT_COLLECTED,    "not_collected",    CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_VISIT | TOUCH_DUE) \
	X(CALL_REPRINT,          "reprint",          CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_VISIT) \
	X(CALL_JAR_SET,          "jar_set",          CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_VISIT) \
	X(CALL_LABEL_END,        "label_end",        CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_VISIT) \
	X(CALL_VISIT_ANSWER,     "visit_answer",     CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_VISIT | TOUCH_DUE) \
	X(CALL_PRINT_ANSWER,     "print_answer",     CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_VISIT) \
	X(CALL_PRINT_REST,       "print_rest",       CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_VISIT) \
	X(CALL_ALARM_ANSWER,     "alarm_answer",     CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_VISIT) \
	X(CALL_BAG_NEW,          "bag_new",          CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_BAG_OPEN,         "bag_open",         CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_BAG_COUNT,        "bag_count",        CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_BAG_CLOSE,        "bag_close",        CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_BAG_PLACE,        "bag_place",        CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_VISIT) \
	X(CALL_BAG_REMARK,       "bag_remark",       CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_BAG_TAKE_OPEN,    "bag_take_open",    CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_TUBE_LEAVE_OUT,   "tube_leave_out",   CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_TUBE_PACK,        "tube_pack",        CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_WORK_END,         "work_end",         CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_PICKUP_CLOSE,     "pickup_close",     CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_PICKUP_NONE,      "pickup_none",      CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_ORDER_HERE,       "order_here",       CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_DUE) \
	X(CALL_ORDER_MEND,       "order_mend",       CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_DUE) \
	X(CALL_MESSAGE_DONE,     "message_done",     CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_DUE) \
	X(CALL_ORDER_MATCH,      "order_match",      CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_DUE) \
	X(CALL_COLLECT_AGAIN,    "collect_again",    CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_DUE) \
	X(CALL_CUP_DISCARD,      "cup_discard",      CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_DUE) \
	X(CALL_SETBACK_DONE,     "setback_done",     CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_DUE) \
	X(CALL_RELEASE,          "release",          CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_VISIT | TOUCH_DUE) \
	X(CALL_ORDER_MESSAGE,    "order_message",    CALL_WRITES, LANE_SCAN, DOOR_CORE, TOUCH_VISIT | TOUCH_DUE) \
	X(CALL_DELIVERY_BEGIN,   "delivery_begin",   CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_DELIVERY_SIGN,    "delivery_sign",    CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_DELIVERY_CLOSE,   "delivery_close",   CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_REJECT,           "reject",           CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_ACCEPT_REMARK,    "accept_remark",    CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_DUPLICATE,        "duplicate",        CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_QUESTION_SETTLE,  "question_settle",  CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_PRINT_JOB_SET,    "print_job_set",    CALL_WRITES, LANE_SCAN, DOOR_CORE, TOUCH_VISIT) \
	X(CALL_PRINT_JOB_SETTLE, "print_job_settle", CALL_WRITES, LANE_SCAN, DOOR_CORE, TOUCH_VISIT) \
	X(CALL_PATTERN_PRINT,    "pattern_print",    CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_PATTERN_ANSWER,   "pattern_answer",   CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_TEMPLATE_PUT,     "template_put",     CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_TEMPLATE_PROPOSE, "template_propose", CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_TEMPLATE_WITHDRAW, "template_withdraw", CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_TEMPLATE_PUBLISH, "template_publish", CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_TEMPLATE_TURN_DOWN, "template_turn_down", CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_ANALYZER_PUT,     "analyzer_put",     CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_LAB_ANALYZERS,    "lab_analyzers",    CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_TEMPLATE_GOLDEN,  "template_golden",  CALL_WRITES, LANE_SCAN, DOOR_CORE, TOUCH_NONE) \
	X(CALL_PAPER_MADE,       "paper_made",       CALL_WRITES, LANE_SCAN, DOOR_CORE, TOUCH_NONE) \
	X(CALL_STOCK_PRINT,      "stock_print",      CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_DOWNTIME_ENTER,   "downtime_enter",   CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_VISIT) \
	X(CALL_PRINTER_TOLD,     "printer_told",     CALL_WRITES, LANE_SCAN, DOOR_CORE, TOUCH_NONE) \
	X(CALL_DEVICES_FOUND,    "devices_found",    CALL_WRITES, LANE_SCAN, DOOR_CORE, TOUCH_NONE) \
	X(CALL_DEVICE_TALKS,     "device_talks",     CALL_WRITES, LANE_SCAN, DOOR_CORE, TOUCH_NONE) \
	X(CALL_DEVICE_FAULTS,    "device_faults",    CALL_WRITES, LANE_SCAN, DOOR_CORE, TOUCH_DEVICES) \
	X(CALL_ENROL_OPEN,       "enrol_open",       CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_DEVICES) \
	X(CALL_ENROL_CANCEL,     "enrol_cancel",     CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_DEVICES) \
	X(CALL_ENROL_READ,       "enrol_read",       CALL_WRITES, LANE_SCAN, DOOR_CORE, TOUCH_DEVICES) \
	X(CALL_PASS_SET,         "pass_set",         CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_DEVICES) \
	X(CALL_SCAN_RULE_SET,    "scan_rule_set",    CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_POLICY_SET,       "policy_set",       CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_DEVICES) \
	X(CALL_POLICY_SECOND_BEGIN, "policy_second_begin", CALL_WRITES, LANE_SCAN, DOOR_CORE, TOUCH_NONE) \
	X(CALL_POLICY_SECOND,    "policy_second",    CALL_WRITES, LANE_SCAN, DOOR_CORE, TOUCH_DEVICES) \
	X(CALL_PASS_TOLD,        "pass_told",        CALL_WRITES, LANE_SCAN, DOOR_CORE, TOUCH_NONE) \
	X(CALL_PAGE_CODE_OPEN,   "page_code_open",   CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_PAGE_CODE_CANCEL, "page_code_cancel", CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_PAGE_KEEP,        "page_keep",        CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_PAGE_TAKE_AWAY,   "page_take_away",   CALL_WRITES, LANE_SCAN, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_SEAL_NEXT,        "seal_next",        CALL_WRITES, LANE_SCAN, DOOR_CORE, TOUCH_NONE) \
	X(CALL_SEAL_PUT,         "seal_put",         CALL_WRITES, LANE_SCAN, DOOR_CORE, TOUCH_NONE) \
	X(CALL_STATIONS,         "stations",         CALL_READS,  LANE_READ, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_ME,               "me",               CALL_READS,  LANE_SCAN, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_COLLECTIONS_DUE,  "collections_due",  CALL_READS,  LANE_READ, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_VISIT,            "visit",            CALL_READS,  LANE_READ, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_PATIENT_FIND,     "patient_find",     CALL_READS,  LANE_READ, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_CATALOGUE,        "catalogue",        CALL_READS,  LANE_READ, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_MESSAGES,         "messages",         CALL_READS,  LANE_READ, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_TIMELINE,         "timeline",         CALL_READS,  LANE_READ, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_RECEIVING,        "receiving",        CALL_READS,  LANE_READ, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_RECONCILIATION,   "reconciliation",   CALL_READS,  LANE_READ, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_LEDGER,           "ledger",           CALL_READS,  LANE_READ, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_PACKING,          "packing",          CALL_READS,  LANE_READ, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_STILL_HERE,       "still_here",       CALL_READS,  LANE_READ, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_COURIER,          "courier",          CALL_READS,  LANE_READ, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_ENROLMENT,        "enrolment",        CALL_READS,  LANE_READ, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_SCAN_RULES,       "scan_rules",       CALL_READS,  LANE_READ, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_POLICIES,         "policies",         CALL_READS,  LANE_READ, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_PASSES,           "passes",           CALL_READS,  LANE_READ, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_PAGES,            "pages",            CALL_READS,  LANE_READ, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_PRINTER_HEALTH,   "printer_health",   CALL_READS,  LANE_READ, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_TEMPLATE_LIST,    "template_list",    CALL_READS,  LANE_READ, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_TEMPLATE_GET,     "template_get",     CALL_READS,  LANE_READ, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_ANALYZERS,        "analyzers",        CALL_READS,  LANE_READ, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_PAPER,            "paper",            CALL_READS,  LANE_READ, DOOR_CORE, TOUCH_NONE) \
	X(CALL_STOCK,            "stock",            CALL_READS,  LANE_READ, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_DOWNTIME,         "downtime",         CALL_READS,  LANE_READ, DOOR_PAGE, TOUCH_NONE) \
	X(CALL_PRINT_JOBS_OPEN,  "print_jobs_open",  CALL_READS,  LANE_SCAN, DOOR_CORE, TOUCH_NONE) \
	X(CALL_DEVICES,          "devices",          CALL_READS,  LANE_SCAN, DOOR_CORE, TOUCH_NONE)
/* clang-format on */

enum call_no {
#define CALL_ENUM(no, name, shape, lane, door, touches) no,
	CALL_TABLE(CALL_ENUM)
#undef CALL_ENUM
	CALL_COUNT
};

struct call_info {
	const char *name;      /* also the name of its prepared statement */
	const char *statement; /* one line of SQL, parameters only */
	enum call_shape shape;
	enum lane_no lane;
	enum call_door door;
	unsigned touches; /* TOUCH_ bits */
};

const struct call_info *call_get(enum call_no call);

/* The call that a page may make by this name in this shape; false when there is none. */
bool call_find_for_page(const char *name, enum call_shape shape, enum call_no *out);

#endif
