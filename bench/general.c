#include "general.h"

#include <stdlib.h>
#include <string.h>

#include "log.h"

static const struct option basic[] = {
	{"threads", OPTION_INT, "1", "number of threads to use"},
	{"events", OPTION_INT, "0", "limit for total number of events"},
	{"time", OPTION_INT, "10", "limit for total execution time in seconds"},
	{"forced-shutdown", OPTION_STRING, "off",
	 "number of seconds to wait after the --time limit before forcing shutdown, or 'off' to "
	 "disable"},
	{"thread-stack-size", OPTION_SIZE_NOT_0, "64K", "size of stack per thread"},
	{"rate", OPTION_INT, "0", "average transactions rate. 0 for unlimited rate"},
	{"report-interval", OPTION_INT, "0",
	 "periodically report intermediate statistics with a specified interval in seconds. 0 "
	 "disables intermediate reports"},
	{"report-checkpoints", OPTION_LIST, "",
	 "dump full statistics and reset all counters at specified points in time. The argument "
	 "is a list of comma-separated values representing the amount of time in seconds elapsed "
	 "from start of test when report checkpoint(s) must be performed. Report checkpoints are "
	 "off by default."},
	{"debug", OPTION_BOOL, "off", "print more debugging info"},
	{"validate", OPTION_BOOL, "off", "perform validation checks where possible"},
	{"help", OPTION_BOOL, "off", "print help and exit"},
	{"version", OPTION_BOOL, "off", "print version and exit"},
	{"config-file", OPTION_FILE, NULL, "File containing command line options"},
	{"tx-rate", OPTION_INT, "0", "deprecated alias for --rate"},
	{"max-requests", OPTION_INT, "0", "deprecated alias for --events"},
	{"max-time", OPTION_INT, "0", "deprecated alias for --time"},
	{"num-threads", OPTION_INT, "1", "deprecated alias for --threads"},
	{NULL, OPTION_BOOL, NULL, NULL},
};

/* Only the seed matters to built-in tests, here as in sysbench: their numbers are uniform. */
static const struct option generator[] = {
	{"rand-type", OPTION_STRING, "special",
	 "random numbers distribution {uniform,gaussian,special,pareto}"},
	{"rand-spec-iter", OPTION_INT, "12", "number of iterations used for numbers generation"},
	{"rand-spec-pct", OPTION_INT, "1",
	 "percentage of values to be treated as 'special' (for special distribution)"},
	{"rand-spec-res", OPTION_INT, "75",
	 "percentage of 'special' values to use (for special distribution)"},
	{"rand-seed", OPTION_INT, "0",
	 "seed for random number generator. When 0, the current time is used as a RNG seed."},
	{"rand-pareto-h", OPTION_DOUBLE, "0.2", "parameter h for pareto distribution"},
	{NULL, OPTION_BOOL, NULL, NULL},
};

static const struct option logging[] = {
	{"verbosity", OPTION_INT, "3", "verbosity level {5 - debug, 0 - only critical messages}"},
	{NULL, OPTION_BOOL, NULL, NULL},
};

static const struct option statistics[] = {
	{"percentile", OPTION_INT, "95",
	 "percentile to calculate in latency statistics (1-100). Use the special value of 0 to "
	 "disable percentile calculations"},
	{"histogram", OPTION_BOOL, "off", "print latency histogram in report"},
	{NULL, OPTION_BOOL, NULL, NULL},
};

static const struct option additions[] = {
	{"warmup-time", OPTION_INT, "0",
	 "seconds of events that are not counted, before those that are"},
	{"latency", OPTION_STRING, "",
	 "with --rate, latencies from the time an event was due or from its beginning "
	 "{response,service}"},
	{"format", OPTION_STRING, "text", "form of the report {text,json}"},
	{NULL, OPTION_BOOL, NULL, NULL},
};

const struct general_section general_sections[] = {
	{"General options", basic},
	{"Pseudo-Random Numbers Generator options", generator},
	{"Log options", logging},
	{NULL, statistics},
	{"Options that sysbench does not have", additions},
	{NULL, NULL},
};

int
general_add(struct options *options)
{
	for (const struct general_section *s = general_sections; s->options; s++)
		if (options_add(options, s->options) < 0)
			return -1;
	return 0;
}

/* An old name counts when its value is more than `none`. */
static const struct {
	const char *name, *old;
	int none;
} old_names[] = {
	{"threads", "num-threads", 1},
	{"events", "max-requests", 0},
	{"time", "max-time", 0},
	{"rate", "tx-rate", 0},
};

enum { OLD_NAMES = sizeof(old_names) / sizeof(old_names[0]) };

int
general_settle(struct options *options)
{
	char argument[64];
	int value;

	for (int i = 0; i < OLD_NAMES; i++) {
		value = options_int(options, old_names[i].old);
		snprintf(argument, sizeof(argument), "--%s=%d", old_names[i].name, value);
		if (value > old_names[i].none && options_set(options, argument) < 0)
			return -1;
	}
	return 0;
}

/* Whatever --verbosity says, as in sysbench. */
static void
warn_of_old_names(const struct options *options)
{
	for (int i = 0; i < OLD_NAMES; i++)
		if (options_int(options, old_names[i].old) > old_names[i].none)
			fprintf(log_stream(), "WARNING: --%s is deprecated, use --%s instead\n",
				old_names[i].old, old_names[i].name);
}

/* "off", seconds, a share of the time like "10%", or nothing, which is 5 %. */
static int
read_shutdown(struct limits *limits, const struct options *options)
{
	const char *text = options_string(options, "forced-shutdown");
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
read_checkpoints(struct limits *limits, const struct options *options)
{
	const char *text = options_string(options, "report-checkpoints");
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

static int
read_latency(struct limits *limits, const struct options *options)
{
	const char *kind = options_string(options, "latency");

	limits->service = strcmp(kind, "service") == 0;
	if (*kind && !limits->service && strcmp(kind, "response") != 0) {
		log_text(LOG_FATAL, "Invalid value for --latency: '%s'", kind);
		return -1;
	}
	if (strcmp(kind, "response") == 0 && limits->rate == 0) {
		log_text(LOG_FATAL, "--latency=response needs --rate: without it, no event is due "
				    "before it begins");
		return -1;
	}
	return 0;
}

static int
check_words(const struct options *options)
{
	static const char *const types[] = {"uniform", "gaussian", "special", "pareto"};
	const char *type = options_string(options, "rand-type");
	const char *format = options_string(options, "format");
	bool known = false;

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		known |= strcmp(types[i], type) == 0;
	if (!known) {
		log_text(LOG_FATAL, "Invalid random numbers distribution: %s.", type);
		return -1;
	}
	if (strcmp(format, "text") != 0 && strcmp(format, "json") != 0) {
		log_text(LOG_FATAL, "Invalid value for --format: '%s'", format);
		return -1;
	}
	return 0;
}

static int
read_numbers(struct limits *limits, const struct options *options)
{
	int threads = options_int(options, "threads");
	int events = options_int(options, "events");
	int time = options_int(options, "time");
	int rate = options_int(options, "rate");
	int percentile = options_int(options, "percentile");
	int interval = options_int(options, "report-interval");
	int warmup = options_int(options, "warmup-time");

	warn_of_old_names(options);
	if (threads <= 0) {
		log_text(LOG_FATAL, "Invalid value for --threads: %d.\n", threads);
		return -1;
	}
	if (limits->stack_bytes == 0) {
		log_text(LOG_FATAL, "Invalid value for thread-stack-size: 0.\n");
		return -1;
	}
	if (percentile < 0 || percentile > 100) {
		log_text(LOG_FATAL, "Invalid value for --percentile: %d", percentile);
		return -1;
	}
	if (limits->histogram && percentile == 0) {
		log_text(LOG_FATAL, "--histogram cannot be used with --percentile=0");
		return -1;
	}
	if (time < 0 || events < 0 || interval < 0 || rate < 0 || warmup < 0) {
		log_text(LOG_FATAL, "--time, --events, --rate, --warmup-time and "
				    "--report-interval may not be negative");
		return -1;
	}
	limits->threads = (unsigned)threads;
	limits->time_s = (unsigned)time;
	limits->report_interval_s = (unsigned)interval;
	limits->percentile = (unsigned)percentile;
	limits->warmup_s = (unsigned)warmup;
	limits->rate = (unsigned)rate;
	limits->events = (uint64_t)events;
	return 0;
}

int
limits_read(struct limits *limits, const struct options *options)
{
	memset(limits, 0, sizeof(*limits));
	limits->stack_bytes = options_size(options, "thread-stack-size");
	limits->seed = options_int(options, "rand-seed");
	limits->debug = options_bool(options, "debug");
	limits->histogram = options_bool(options, "histogram");
	limits->validate = options_bool(options, "validate");
	if (read_numbers(limits, options) < 0 || read_shutdown(limits, options) < 0 ||
	    read_checkpoints(limits, options) < 0 || read_latency(limits, options) < 0 ||
	    check_words(options) < 0)
		return -1;
	if (limits->time_s == 0 && limits->events == 0)
		log_text(LOG_WARNING,
			 "Both event and time limits are disabled, running an endless test");
	return 0;
}
