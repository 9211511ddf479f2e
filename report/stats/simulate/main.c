/*
 * bench-stats: applies the statistics to data of known truth. Prints the tables of docs/method.md;
 * the same seed gives the same numbers.
 *
 * The last table simulates the stopping rule of ITERATIONS=auto with MAX=m starts: the run may end
 * only after 10, 20, ... iterations and after the m-th, and looks = m / 10, rounded up, is passed
 * to the statistics beforehand. Each look tests at alpha / looks, so that over all looks together,
 * the probability of a false difference for a pair of equal environments is at most alpha
 * (Bonferroni). The run ends at the first look at which each primary row is decided: slower,
 * faster, slight or same.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>

#include "compare.h"
#include "fleet.h"
#include "geomean.h"
#include "power.h"
#include "signed_rank.h"

enum { ROWS = 40, STARTS = 30, TRIES = 10000 };

static gsl_rng *rng;

enum kind { NORMAL, OUTLIERS, TIES, KINDS };
static const char *const kinds[] = {"normal", "one in ten outliers", "many ties"};

/* A random logarithm of spread 1. */
static double
noise(enum kind kind)
{
	double z = gsl_ran_ugaussian(rng);

	if (kind == OUTLIERS && gsl_rng_uniform(rng) < 0.1)
		z *= 5;
	return kind == TIES ? round(2 * z) / 2 : z;
}

static void
draw(double *values, size_t n, enum kind kind, double shift)
{
	for (size_t i = 0; i < n; i++)
		values[i] = noise(kind) + shift;
}

static double
percent(size_t count, size_t all)
{
	return 100 * (double)count / (double)all;
}

static void
print_coverage(void)
{
	static const size_t sizes[] = {5, 10, 20, 30};
	double a[STARTS], b[STARTS], width;
	struct shift shift;
	struct interval wide, narrow;
	size_t inside, inside_narrow;

	puts("Coverage of Hodges and Lehmann's intervals, true shift 1 sd\n\n"
	     "| n | data | 95 % | 90 % | width of 95 %, sd |\n| --- | --- | --- | --- | --- |");
	for (size_t s = 0; s < 4; s++)
		for (enum kind kind = 0; kind < KINDS; kind++) {
			width = 0;
			inside = inside_narrow = 0;
			for (size_t i = 0; i < TRIES; i++) {
				draw(a, sizes[s], kind, 1);
				draw(b, sizes[s], kind, 0);
				shift_of_two(&shift, a, sizes[s], b, sizes[s]);
				wide = shift_interval(&shift, 0.05);
				narrow = shift_interval(&shift, 0.1);
				shift_free(&shift);
				inside += wide.low <= 1 && 1 <= wide.high;
				inside_narrow += narrow.low <= 1 && 1 <= narrow.high;
				width += wide.high - wide.low;
			}
			printf("| %zu | %s | %.1f | %.1f | %.2f |\n", sizes[s], kinds[kind],
			       percent(inside, TRIES), percent(inside_narrow, TRIES),
			       width / TRIES);
		}
}

/* Two environments with a number of rows, each with STARTS starts, of which the first n are
 * used. */
struct table {
	struct input input;
	struct group groups[2 * ROWS];
	struct comparison rows[2 * ROWS];
	double values[2 * ROWS][STARTS], sorted[2 * ROWS][STARTS], place[STARTS];
};

static const struct pair pair = {"a", "b"};

static void
set_up(struct table *table, size_t rows, enum family family)
{
	static const char *const environments[2] = {"a", "b"};
	static char names[ROWS][12];

	table->input = (struct input){.settings = {.alpha = 0.05, .margin = 0.03, .looks = 1},
				      .group_count = 2 * rows,
				      .groups = table->groups};
	for (size_t i = 0; i < STARTS; i++)
		table->place[i] = (double)i;
	for (size_t i = 0; i < 2 * rows; i++) {
		snprintf(names[i / 2], sizeof(names[0]), "%zu", i / 2);
		table->groups[i] = (struct group){.experiment = names[i / 2],
						  .metric = "m",
						  .unit = "",
						  .environment = environments[i % 2],
						  .more_is_better = true,
						  .family = family,
						  .values = table->values[i],
						  .sequence = table->place,
						  .iteration = table->place,
						  .sorted = table->sorted[i]};
	}
}

/* Draws new values: row i has the spread sds[i % 4]; a is `ratio` times b. */
static void
fill(struct table *table, const double sds[4], double ratio, enum kind kind)
{
	for (size_t i = 0; i < table->input.group_count; i++)
		for (size_t j = 0; j < STARTS; j++)
			table->values[i][j] =
				exp(sds[i / 2 % 4] * noise(kind)) * (i % 2 ? 1 : ratio);
}

static size_t
compare_first(struct table *table, size_t n)
{
	struct group *group;

	for (size_t i = 0; i < table->input.group_count; i++) {
		group = &table->groups[i];
		group->n = n;
		memcpy(group->sorted, group->values, n * sizeof(*group->values));
		gsl_sort(group->sorted, 1, n);
	}
	return compare_pair(table->rows, &table->input, &pair);
}

static bool
is(const struct comparison *row, const char *verdict)
{
	return strcmp(row->verdict, verdict) == 0;
}

static bool
differs(const struct comparison *row)
{
	return is(row, "slower") || is(row, "faster") || is(row, "slight");
}

static bool
any_differs(const struct comparison *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (differs(&rows[i]))
			return true;
	return false;
}

static void
print_false_positives(void)
{
	static const double sds[4] = {0.01, 0.03, 0.1, 0.4};
	static const size_t sizes[] = {5, 10, 20, 30}, rows[] = {1, 4, 40};
	static struct table table;
	enum { TABLES = 1000 };
	size_t found;

	puts("\nA pair of equal environments in which some row is said to differ, %\n\n"
	     "| n | data | 1 row | 4 rows, Holm | 40 rows, Holm | 40 rows, BH |\n"
	     "| --- | --- | --- | --- | --- | --- |");
	for (size_t s = 0; s < 4; s++)
		for (enum kind kind = 0; kind < TIES; kind++) {
			printf("| %zu | %s |", sizes[s], kinds[kind]);
			for (size_t f = 0; f < 4; f++) {
				set_up(&table, rows[f < 3 ? f : 2], f < 3 ? PRIMARY : OTHER);
				found = 0;
				for (size_t i = 0; i < TABLES; i++) {
					fill(&table, sds, 1, kind);
					found += any_differs(table.rows,
							     compare_first(&table, sizes[s]));
				}
				printf(" %.1f |", percent(found, TABLES));
			}
			puts("");
		}
}

/* Counts how often a difference is significant, for two samples or for as many blocks. */
static double
power_found(size_t n, double effect, double level, bool blocks)
{
	double a[STARTS], b[STARTS];
	struct mann_whitney two;
	struct signed_rank one;
	size_t found = 0;

	for (size_t i = 0; i < TRIES; i++) {
		draw(a, n, NORMAL, effect);
		draw(b, n, NORMAL, 0);
		for (size_t j = 0; blocks && j < n; j++)
			a[j] -= b[j];
		if (blocks)
			signed_rank_test(&one, a, n);
		else
			mann_whitney_test(&two, a, n, b, n);
		found += (blocks ? one.p : two.p) < level;
	}
	return percent(found, TRIES);
}

static void
print_power(void)
{
	static const size_t sizes[] = {5, 10, 20, 30}, rows[] = {1, 4, 40};
	double level, effect;

	puts("\nThe difference, in sd, that is said to be found with 80 % power among so many rows,"
	     "\nand the power that was simulated for it (of blocks that share nothing)\n\n"
	     "| n | rows | sd | two samples, % | blocks, % |\n| --- | --- | --- | --- | --- |");
	for (size_t s = 0; s < 4; s++)
		for (size_t r = 0; r < 3; r++) {
			level = 0.05 / (double)rows[r];
			effect = power_effect(sizes[s], level);
			if (isinf(effect)) {
				printf("| %zu | %zu | never | | |\n", sizes[s], rows[r]);
				continue;
			}
			printf("| %zu | %zu | %.2f | %.1f | %.1f |\n", sizes[s], rows[r], effect,
			       power_found(sizes[s], effect, level, false),
			       power_found(sizes[s], effect, level, true));
		}
}

/* Counts how often a pair is significant, unpaired and paired, when the iteration has the share
 * `shared` of the variance. */
static void
find_shared(size_t found[2], size_t n, double effect, double shared)
{
	double a[STARTS], b[STARTS], difference[STARTS], host;
	struct mann_whitney two;
	struct signed_rank one;

	found[0] = found[1] = 0;
	for (size_t i = 0; i < TRIES; i++) {
		draw(a, n, NORMAL, 0);
		draw(b, n, NORMAL, 0);
		for (size_t j = 0; j < n; j++) {
			host = sqrt(shared) * noise(NORMAL);
			a[j] = host + sqrt(1 - shared) * a[j] + effect;
			b[j] = host + sqrt(1 - shared) * b[j];
			difference[j] = a[j] - b[j];
		}
		mann_whitney_test(&two, a, n, b, n);
		signed_rank_test(&one, difference, n);
		found[0] += two.p < 0.05;
		found[1] += one.p < 0.05;
	}
}

static void
print_paired(void)
{
	static const double shares[] = {0, 0.3, 0.6, 0.9};
	size_t equal[2], apart[2];

	puts("\nPaired and unpaired, one row, n = 10: significant when equal, and when 1 sd apart, "
	     "%"
	     "\n\n| the iteration's share of the variance | equal, unpaired | equal, paired |"
	     " apart, unpaired | apart, paired |\n| --- | --- | --- | --- | --- |");
	for (size_t s = 0; s < 4; s++) {
		find_shared(equal, 10, 0, shares[s]);
		find_shared(apart, 10, 1, shares[s]);
		printf("| %.1f | %.1f | %.1f | %.1f | %.1f |\n", shares[s],
		       percent(equal[0], TRIES), percent(equal[1], TRIES), percent(apart[0], TRIES),
		       percent(apart[1], TRIES));
	}
}

static void
print_geomean(void)
{
	static const double sds[4] = {0.01, 0.03, 0.1, 0.4};
	static const size_t sizes[] = {5, 10, 20};
	static struct table table;
	struct geomean geomean;
	enum { TABLES = 4000 };
	size_t n, inside;

	puts("\nCoverage of the geometric mean's 95 % interval, four experiments of which a start's"
	     "\nspeed is shared\n\n| n | normal, % | one in ten outliers, % |\n| --- | --- | --- "
	     "|");
	set_up(&table, 4, PRIMARY);
	for (size_t s = 0; s < 3; s++) {
		printf("| %zu |", sizes[s]);
		for (enum kind kind = 0; kind < TIES; kind++) {
			inside = 0;
			for (size_t i = 0; i < TABLES; i++) {
				fill(&table, sds, 1.3, kind);
				for (size_t j = 0; j < 2 * sizes[s]; j++) {
					double start = exp(0.1 * noise(NORMAL));

					for (size_t row = 0; row < 4; row++)
						table.values[2 * row + j % 2][j / 2] *= start;
				}
				n = compare_first(&table, sizes[s]);
				geomean_of(&geomean, table.rows, n, &table.input.settings);
				inside += geomean.low <= 1.3 && 1.3 <= geomean.high;
			}
			printf(" %.1f |", percent(inside, TABLES));
		}
		puts("");
	}
}

/* The iterations after which a run looks whether it may end, up to 0, and the share of each
 * look. */
struct rule {
	const char *name;
	double looks;
	size_t at[STARTS];
};

static const struct rule rules[] = {
	{"30 starts, told beforehand", 1, {30}},
	{"each from 5 on, all of alpha", 1, {5,	 6,  7,	 8,  9,	 10, 11, 12, 13, 14, 15, 16, 17,
					     18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30}},
	{"10, 20, 30, all of alpha", 1, {10, 20, 30}},
	{"10, 20, 30, a third each", 3, {10, 20, 30}},
	{"5, 10, 20, 30, a fourth each", 4, {5, 10, 20, 30}},
};

static bool
decided(const struct comparison *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is(&rows[i], "undecided"))
			return false;
	return true;
}

/* Returns how many starts a run with this rule takes. */
static size_t
go_on(struct table *table, const struct rule *rule)
{
	size_t n;

	table->input.settings.looks = rule->looks;
	for (size_t i = 0;; i++) {
		n = compare_first(table, rule->at[i]);
		if (i + 1 == STARTS || rule->at[i + 1] == 0 || decided(table->rows, n))
			return rule->at[i];
	}
}

static const struct truth {
	const char *name;
	size_t rows;
	double sds[4], ratio;
} truths[] = {
	{"1 row, sd 0.4, equal", 1, {0.4}, 1},
	{"4 rows, sd 0.4, equal", 4, {0.4, 0.4, 0.4, 0.4}, 1},
	{"4 rows, sd 0.01 to 0.4, equal", 4, {0.01, 0.03, 0.1, 0.4}, 1},
	{"4 rows, sd 0.01, equal", 4, {0.01, 0.01, 0.01, 0.01}, 1},
	{"4 rows, sd 0.03, 3 % apart", 4, {0.03, 0.03, 0.03, 0.03}, 1.03},
	{"4 rows, sd 0.03 to 0.1, 10 % apart", 4, {0.03, 0.1, 0.03, 0.1}, 1.1},
};

static void
print_stopping(void)
{
	static struct table table;
	enum { TABLES = 2000, RULES = sizeof(rules) / sizeof(rules[0]) };
	size_t starts, n, found, rows, same, undecided;

	puts("\nRuns that end when all primary rows are decided, or at 30 starts\n\n"
	     "| truth | looks after | some row said to differ, % of runs | rows said to differ, % |"
	     " said to be the same, % | undecided, % | starts |\n"
	     "| --- | --- | --- | --- | --- | --- | --- |");
	for (size_t t = 0; t < sizeof(truths) / sizeof(truths[0]); t++)
		for (size_t r = 0; r < RULES; r++) {
			set_up(&table, truths[t].rows, PRIMARY);
			starts = found = rows = same = undecided = 0;
			for (size_t i = 0; i < TABLES; i++) {
				fill(&table, truths[t].sds, truths[t].ratio, NORMAL);
				starts += go_on(&table, &rules[r]);
				n = truths[t].rows;
				found += any_differs(table.rows, n);
				for (size_t j = 0; j < n; j++) {
					rows += differs(&table.rows[j]);
					same += is(&table.rows[j], "same");
					undecided += is(&table.rows[j], "undecided");
				}
			}
			printf("| %s | %s | %.1f | %.1f | %.1f | %.1f | %.1f |\n", truths[t].name,
			       rules[r].name, percent(found, TABLES), percent(rows, TABLES * n),
			       percent(same, TABLES * n), percent(undecided, TABLES * n),
			       (double)starts / TABLES);
		}
}

enum { MACHINES = 40, FLEET_STARTS = 5, FLEET_ROWS = 4 };

struct machines {
	struct group groups[MACHINES * FLEET_ROWS];
	double values[MACHINES * FLEET_ROWS][FLEET_STARTS];
	char names[MACHINES][12], experiments[FLEET_ROWS][12];
	struct input input;
};

/* Draws new values of n machines, which differ by `spread` and their starts by `noise_sd`; the
 * first row of the first machine is multiplied by `ratio`. */
static void
fill_machines(struct machines *all, size_t n, double spread, double noise_sd, double ratio)
{
	struct group *group;
	double own;

	all->input = (struct input){.settings = {.alpha = 0.05, .margin = 0.03, .looks = 1},
				    .group_count = n * FLEET_ROWS,
				    .groups = all->groups};
	for (size_t i = 0; i < n * FLEET_ROWS; i++) {
		snprintf(all->names[i / FLEET_ROWS], sizeof(all->names[0]), "%zu", i / FLEET_ROWS);
		snprintf(all->experiments[i % FLEET_ROWS], sizeof(all->experiments[0]), "%zu",
			 i % FLEET_ROWS);
		own = exp(spread * noise(NORMAL)) * (i == 0 ? ratio : 1);
		for (size_t j = 0; j < FLEET_STARTS; j++)
			all->values[i][j] = own * exp(noise_sd * noise(NORMAL));
		gsl_sort(all->values[i], 1, FLEET_STARTS);
		group = &all->groups[i];
		*group = (struct group){.experiment = all->experiments[i % FLEET_ROWS],
					.metric = "m",
					.unit = "",
					.environment = all->names[i / FLEET_ROWS],
					.more_is_better = true,
					.family = PRIMARY,
					.n = FLEET_STARTS,
					.place = i,
					.values = all->values[i],
					.sorted = all->values[i]};
	}
}

/* Whether the first machine is reported as different, and whether any other is. */
static void
look_at_machines(bool said[2], const struct machines *all, json_t *models)
{
	struct fleet fleet;

	said[0] = said[1] = false;
	fleet_compare(&fleet, &all->input, models);
	for (size_t i = 0; i < fleet.count; i++)
		if (differs(&fleet.rows[i]))
			said[strcmp(fleet.rows[i].a->environment, all->names[0]) != 0] = true;
	fleet_free(&fleet);
}

static void
print_machines(struct machines *all, size_t n, double spread)
{
	static const double ratios[] = {1, 0.9, 0.7, 0.5};
	enum { FLEETS = 500 };
	json_t *models = json_pack("[[]]");
	size_t found[2];
	bool said[2];

	fill_machines(all, n, spread, 0, 1);
	for (size_t i = 0; i < n; i++)
		json_array_append_new(json_array_get(models, 0), json_string(all->names[i]));
	printf("| %zu | %g |", n, spread);
	for (size_t r = 0; r < sizeof(ratios) / sizeof(ratios[0]); r++) {
		found[0] = found[1] = 0;
		for (size_t i = 0; i < FLEETS; i++) {
			fill_machines(all, n, spread, spread, ratios[r]);
			look_at_machines(said, all, models);
			found[0] += said[0];
			found[1] += ratios[r] < 1 ? said[1] : said[0] || said[1];
		}
		if (ratios[r] < 1)
			printf(" %.1f /", percent(found[0], FLEETS));
		printf(" %.1f |", percent(found[1], FLEETS));
	}
	puts("");
	json_decref(models);
}

static void
print_fleet(void)
{
	static const size_t sizes[] = {4, 6, 12, 40};
	static const double spreads[] = {0.005, 0.02, 0.1};
	static struct machines all;

	gsl_rng_set(rng, 16); /* independent of the tables before */
	puts("\nFleets of one model, 5 starts each, 4 rows: some machine is said to differ, % of "
	     "fleets; of fleets with\n"
	     "one machine that is slower in one row: this one is, / another one is\n\n"
	     "| machines | sd of machines and of starts | all equal | 0.9 | 0.7 | 0.5 |\n"
	     "| --- | --- | --- | --- | --- | --- |");
	for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++)
		for (size_t d = 0; d < sizeof(spreads) / sizeof(spreads[0]); d++)
			print_machines(&all, sizes[s], spreads[d]);
}

int
main(void)
{
	rng = gsl_rng_alloc(gsl_rng_mt19937);
	gsl_rng_set(rng, 15);
	print_coverage();
	print_false_positives();
	print_power();
	print_paired();
	print_geomean();
	print_stopping();
	print_fleet();
	gsl_rng_free(rng);
	return 0;
}
