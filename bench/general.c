#include "general.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"

static const struct option basic[] = {
	{"threads", OPTION_INT(struct limits, threads), "1", "number of threads to use", .least = 1,
	 .wrong = "Invalid value for --%s: %s.\n"},
	{"events", OPTION_INT(struct limits, events), "0", "limit for total number of events"},
	{"time", OPTION_INT(struct limits, time_s), "10",
	 "limit for total execution time in seconds"},
	{"forced-shutdown", OPTION_STRING(struct limits, forced_shutdown), "off",
	 "number of seconds to wait after the --time limit before forcing shutdown, or 'off' to "
	 "disable"},
	{"thread-stack-size", OPTION_SIZE_NOT_0(struct limits, stack_bytes), "64K",
	 "size of stack per thread", .least = 1, .wrong = "Invalid value for %s: %s.\n",
	 .as_number = true},
	{"rate", OPTION_INT(struct limits, rate), "0",
	 "average transactions rate. 0 for unlimited rate"},
	{"report-interval", OPTION_INT(struct limits, report_interval_s), "0",
	 "periodically report intermediate statistics with a specified interval in seconds. 0 "
	 "disables intermediate reports"},
	{"report-checkpoints", OPTION_LIST(struct limits, checkpoints), "",
	 "dump full statistics and reset all counters at specified points in time. The argument "
	 "is a list of comma-separated values representing the amount of time in seconds elapsed "
	 "from start of test when report checkpoint(s) must be performed. Report checkpoints are "
	 "off by default."},
	{"debug", OPTION_BOOL(struct limits, debug), "off", "print more debugging info"},
	{"validate", OPTION_BOOL(struct limits, validate), "off",
	 "perform validation checks where possible"},
	{"help", OPTION_BOOL(struct limits, help), "off", "print help and exit"},
	{"version", OPTION_BOOL(struct limits, version), "off", "print version and exit"},
	{"config-file", OPTION_FILE(struct limits, ignored.text), NULL,
	 "File containing command line options"},
	{"tx-rate", OPTION_INT(struct limits, old.rate), "0", "deprecated alias for --rate",
	 .least = INT_MIN},
	{"max-requests", OPTION_INT(struct limits, old.events), "0",
	 "deprecated alias for --events", .least = INT_MIN},
	{"max-time", OPTION_INT(struct limits, old.time_s), "0", "deprecated alias for --time",
	 .least = INT_MIN},
	{"num-threads", OPTION_INT(struct limits, old.threads), "1",
	 "deprecated alias for --threads", .least = INT_MIN},
	{.name = NULL},
};

/* Only the seed affects built-in tests, as in sysbench: their random numbers are uniform. */
static const struct option generator[] = {
	{"rand-type", OPTION_WORD(struct limits, distribution), "special",
	 "random numbers distribution {uniform,gaussian,special,pareto}",
	 .wrong = "%.0sInvalid random numbers distribution: %s."},
	{"rand-spec-iter", OPTION_INT(struct limits, ignored.number), "12",
	 "number of iterations used for numbers generation", .least = INT_MIN},
	{"rand-spec-pct", OPTION_INT(struct limits, ignored.number), "1",
	 "percentage of values to be treated as 'special' (for special distribution)",
	 .least = INT_MIN},
	{"rand-spec-res", OPTION_INT(struct limits, ignored.number), "75",
	 "percentage of 'special' values to use (for special distribution)", .least = INT_MIN},
	{"rand-seed", OPTION_INT(struct limits, seed), "0",
	 "seed for random number generator. When 0, the current time is used as a RNG seed.",
	 .least = INT_MIN},
	{"rand-pareto-h", OPTION_DOUBLE(struct limits, ignored.real), "0.2",
	 "parameter h for pareto distribution", .least = INT_MIN},
	{.name = NULL},
};

static const struct option logging[] = {
	{"verbosity", OPTION_INT(struct limits, verbosity), "3",
	 "verbosity level {5 - debug, 0 - only critical messages}", .least = INT_MIN},
	{.name = NULL},
};

static const struct option statistics[] = {
	{"percentile", OPTION_INT(struct limits, percentile), "95",
	 "percentile to calculate in latency statistics (1-100). Use the special value of 0 to "
	 "disable percentile calculations",
	 .most = 100, .wrong = WRONG_FOR_DASHES},
	{"histogram", OPTION_BOOL(struct limits, histogram), "off",
	 "print latency histogram in report"},
	{.name = NULL},
};

static const struct option additions[] = {
	{"warmup-time", OPTION_INT(struct limits, warmup_s), "0",
	 "seconds of events that are not counted, before those that are"},
	{"latency", OPTION_WORD(struct limits, latency), "",
	 "with --rate, latencies from the time an event was due or from its beginning "
	 "{response,service}",
	 .wrong = WRONG_FOR_QUOTED},
	{"format", OPTION_WORD(struct limits, json), "text", "form of the report {text,json}",
	 .wrong = WRONG_FOR_QUOTED},
	{.name = NULL},
};

const struct general_section general_sections[] = {
	{"General options", basic},
	{"Pseudo-Random Numbers Generator options", generator},
	{"Log options", logging},
	{NULL, statistics},
	{"Options that sysbench does not have", additions},
	{NULL, NULL},
};

void
general_add(struct options *options, struct limits *limits)
{
	for (const struct general_section *s = general_sections; s->options; s++)
		options_add(options, s->options, limits);
}

/* An old name counts when its value is more than `none`. */
static const struct {
	const char *name, *old;
	size_t at, old_at;
	int none;
} old_names[] = {
	{"threads", "num-threads", offsetof(struct limits, threads),
	 offsetof(struct limits, old.threads), 1},
	{"events", "max-requests", offsetof(struct limits, events),
	 offsetof(struct limits, old.events), 0},
	{"time", "max-time", offsetof(struct limits, time_s), offsetof(struct limits, old.time_s),
	 0},
	{"rate", "tx-rate", offsetof(struct limits, rate), offsetof(struct limits, old.rate), 0},
};

enum { OLD_NAMES = sizeof(old_names) / sizeof(old_names[0]) };

static int
old_value(const struct limits *limits, int i)
{
	return *(const int *)((const char *)limits + old_names[i].old_at);
}

void
general_settle(struct limits *limits)
{
	for (int i = 0; i < OLD_NAMES; i++)
		if (old_value(limits, i) > old_names[i].none)
			*(int *)((char *)limits + old_names[i].at) = old_value(limits, i);
}

/* Printed at any --verbosity, as in sysbench. */
static void
warn_of_old_names(const struct limits *limits)
{
	for (int i = 0; i < OLD_NAMES; i++)
		if (old_value(limits, i) > old_names[i].none)
			fprintf(log_stream(), "WARNING: --%s is deprecated, use --%s instead\n",
				old_names[i].old, old_names[i].name);
}

/* "off", seconds, a percentage of the time like "10%", or an empty value, which is 5 %. */
static int
read_shutdown(struct limits *limits)
{
	const char *text = limits->forced_shutdown;
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	limits->forced_shutdown_s = NEVER;
	if (strcmp(text, "off") == 0)
		return 0;
	if (!*text)
		n = limits->time_s * 5UL / 100;
	else if (strcmp(end, "%") == 0 && n <= INT32_MAX)
		n = limits->time_s * n / 100;
	if (*text && (end == text || (*end && strcmp(end, "%") != 0) || strchr(text, '-') ||
		      n > INT32_MAX - limits->time_s)) {
		log_text(LOG_FATAL, "Invalid value for --forced-shutdown: '%s'", text);
		return -1;
	}
	if (limits->time_s)
		limits->forced_shutdown_s = limits->time_s + (unsigned)n;
	return 0;
}

static int
compare(const void *a, const void *b)
{
	const unsigned *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int
read_checkpoints(struct limits *limits)
{
	const char *text = limits->checkpoints;
	unsigned long at;
	char *end;

	while (*(text += strspn(text, ","))) {
		at = strtoul(text, &end, 10);
		if (end == text || (*end && *end != ',') || *text == '-' || at > INT32_MAX ||
		    limits->checkpoint_count == MOST_CHECKPOINTS) {
			log_text(LOG_FATAL, "Invalid value for --report-checkpoints: '%.*s'",
				 (int)strcspn(text, ","), text);
			return -1;
		}
		limits->checkpoints_s[limits->checkpoint_count++] = (unsigned)at;
		text = *end ? end + 1 : end;
	}
	qsort(limits->checkpoints_s, limits->checkpoint_count, sizeof(unsigned), compare);
	return 0;
}

int
limits_check(struct limits *limits, const struct options *options)
{
	warn_of_old_names(limits);
	if (options_check(options, limits, true) < 0 || read_shutdown(limits) < 0 ||
	    read_checkpoints(limits) < 0)
		return -1;
	if (limits->histogram && limits->percentile == 0) {
		log_text(LOG_FATAL, "--histogram cannot be used with --percentile=0");
		return -1;
	}
	limits->service = limits->latency == LATENCY_SERVICE;
	if (limits->latency == LATENCY_RESPONSE && limits->rate == 0) {
		log_text(LOG_FATAL, "--latency=response needs --rate: without it, no event is due "
				    "before it begins");
		return -1;
	}
	if (limits->time_s == 0 && limits->events == 0)
		log_text(LOG_WARNING,
			 "Both event and time limits are disabled, running an endless test");
	return 0;
}
