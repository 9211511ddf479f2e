/*
 * Unit tests of the statistics, with cmocka: against figures in print, and against those that SciPy
 * and R gave (scipy.json and r.json in the directory that is the argument).
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <jansson.h>

#include "blocks.h"
#include "change.h"
#include "compare.h"
#include "correction.h"
#include "findings.h"
#include "geomean.h"
#include "histogram.h"
#include "input.h"
#include "mann_whitney.h"
#include "null.h"
#include "power.h"
#include "shift.h"
#include "signed_rank.h"
#include "summary.h"
#include "trend.h"

static const double agreement = 1e-9;
static const char *directory;
static json_t *scipy, *r;

enum { MOST = 128 };

static size_t
numbers(double out[MOST], json_t *object, const char *key)
{
	json_t *list = json_object_get(object, key);

	assert_in_range(json_array_size(list), 1, MOST);
	for (size_t i = 0; i < json_array_size(list); i++)
		out[i] = json_number_value(json_array_get(list, i));
	return json_array_size(list);
}

/* The reference may not have the figure; sets nothing else than the number of those compared. */
static void
agrees(double ours, json_t *reference, const char *key, size_t *compared)
{
	json_t *value = json_object_get(reference, key);
	double theirs = json_number_value(value);

	if (value == NULL)
		return;
	++*compared;
	if (fabs(ours - theirs) <= agreement * fmax(1, fabs(theirs)))
		return;
	print_error("%s: ours %.17g, theirs %.17g, in %s\n", key, ours, theirs,
		    json_dumps(reference, JSON_COMPACT));
	fail();
}

static void
samples_agree(json_t *references, size_t expected)
{
	json_t *samples = json_object_get(scipy, "samples"), *reference;
	double values[MOST], sorted[MOST];
	struct summary s;
	struct trend t;
	size_t n, rank, compared = 0;

	for (size_t i = 0; i < json_array_size(samples); i++) {
		reference = json_array_get(json_object_get(references, "samples"), i);
		n = numbers(values, json_array_get(samples, i), "values");
		memcpy(sorted, values, sizeof(sorted));
		gsl_sort(sorted, 1, n);
		summarize(&s, sorted, n, 0.05);
		trend_find(&t, values, n);
		agrees(s.median, reference, "median", &compared);
		agrees(s.mean, reference, "mean", &compared);
		agrees(s.mad, reference, "mad", &compared);
		rank = summary_rank(n, 0.05, &s.level);
		agrees((double)rank, reference, "rank", &compared);
		assert_true(s.low == sorted[rank - 1] && s.high == sorted[n - rank]);
		agrees(s.level, reference, "level", &compared);
		agrees(t.rho, reference, "rho", &compared);
		agrees(t.p, reference, "rho_p", &compared);
	}
	assert_int_equal(compared, expected);
}

static void
samples_agree_with_references(void **state)
{
	(void)state;
	samples_agree(scipy, 36 * 5 + 31 * 2);
	samples_agree(r, 36 * 3 + 31 + 17);
}

static void
pairs_agree(json_t *references, size_t expected)
{
	json_t *pairs = json_object_get(scipy, "pairs"), *reference;
	double a[MOST], b[MOST];
	struct mann_whitney m;
	struct shift shift;
	struct interval interval;
	size_t na, nb, compared = 0;

	for (size_t i = 0; i < json_array_size(pairs); i++) {
		reference = json_array_get(json_object_get(references, "pairs"), i);
		na = numbers(a, json_array_get(pairs, i), "a");
		nb = numbers(b, json_array_get(pairs, i), "b");
		mann_whitney_test(&m, a, na, b, nb);
		shift_of_two(&shift, a, na, b, nb);
		interval = shift_interval(&shift, 0.05);
		agrees(shift_estimate(&shift), reference, "estimate", &compared);
		agrees(shift_estimate(&shift), reference, "shift", &compared);
		agrees(interval.low, reference, "low", &compared);
		agrees(interval.high, reference, "high", &compared);
		shift_free(&shift);
		agrees(m.u, reference, "u", &compared);
		agrees(m.p, reference, "p", &compared);
		agrees(m.a12, reference, "a12", &compared);
		agrees(m.delta, reference, "delta", &compared);
	}
	assert_int_equal(compared, expected);
}

static void
pairs_agree_with_references(void **state)
{
	(void)state;
	pairs_agree(scipy, 94 * 2 + 73 * 2);
	pairs_agree(r, 94 * 2 + 92 + 46 * 2 + 41);
}

static void
blocks_agree(json_t *references, size_t expected)
{
	json_t *all = json_object_get(scipy, "blocks"), *reference;
	double differences[MOST];
	struct signed_rank test;
	struct shift shift;
	struct interval interval;
	size_t n, compared = 0;

	for (size_t i = 0; i < json_array_size(all); i++) {
		reference = json_array_get(json_object_get(references, "blocks"), i);
		n = numbers(differences, json_array_get(all, i), "differences");
		signed_rank_test(&test, differences, n);
		agrees(test.w, reference, "w", &compared);
		agrees(test.p, reference, "p", &compared);
		shift_of_blocks(&shift, differences, n);
		interval = shift_interval(&shift, 0.05);
		agrees(shift_estimate(&shift), reference, "estimate", &compared);
		agrees(interval.low, reference, "low", &compared);
		agrees(interval.high, reference, "high", &compared);
		shift_free(&shift);
	}
	assert_int_equal(compared, expected);
}

static void
blocks_agree_with_references(void **state)
{
	(void)state;
	blocks_agree(scipy, 161);
	blocks_agree(r, 166);
}

static void
families_agree_with_r(void **state)
{
	json_t *families = json_object_get(r, "families");
	double p[MOST], theirs[MOST], ours[MOST];
	size_t n;

	(void)state;
	assert_int_equal(json_array_size(families), 4);
	for (size_t i = 0; i < json_array_size(families); i++) {
		n = numbers(p, json_array_get(families, i), "p");
		assert_int_equal(numbers(theirs, json_array_get(families, i), "holm"), n);
		holm(ours, p, n);
		for (size_t j = 0; j < n; j++)
			assert_true(fabs(ours[j] - theirs[j]) <= agreement);
		assert_int_equal(numbers(theirs, json_array_get(families, i), "bh"), n);
		benjamini_hochberg(ours, p, n);
		for (size_t j = 0; j < n; j++)
			assert_true(fabs(ours[j] - theirs[j]) <= agreement);
	}
}

static const struct settings usual = {.alpha = 0.05, .margin = 0.03, .looks = 1};

/* How many times as good `a` is, on the geometric mean of these ratios, of which the less is the
 * better where `less` is true. */
static double
geomean(const double *ratios, size_t n, bool less)
{
	static struct comparison rows[MOST];
	double one = 1;
	struct group group = {.more_is_better = !less,
			      .family = PRIMARY,
			      .n = 1,
			      .values = &one,
			      .sequence = &one,
			      .iteration = &one},
		     other = {.family = OTHER};
	struct geomean mean;

	for (size_t i = 0; i < n; i++)
		rows[i] = (struct comparison){.a = &group, .b = &group, .ratio = ratios[i]};
	rows[n] = (struct comparison){.a = &other, .b = &other, .ratio = 1000};
	rows[n + 1] = (struct comparison){.a = &group, .b = &group, .ratio = NAN};
	geomean_of(&mean, rows, n + 2, &usual);
	assert_int_equal(mean.count, n);
	assert_true(isnan(mean.low) && isnan(mean.high));
	return mean.ratio;
}

static void
geometric_means_agree_with_scipy(void **state)
{
	json_t *references = json_object_get(scipy, "geomeans");
	double ratios[MOST], theirs;
	size_t n;

	(void)state;
	assert_int_equal(json_array_size(references), 4);
	for (size_t i = 0; i < json_array_size(references); i++) {
		n = numbers(ratios, json_array_get(references, i), "values");
		theirs = json_number_value(json_object_get(json_array_get(references, i), "mean"));
		assert_true(fabs(geomean(ratios, n, false) / theirs - 1) <= agreement);
		assert_true(fabs(geomean(ratios, n, true) * theirs - 1) <= agreement);
	}
	assert_true(isnan(geomean(ratios, 0, false)));
}

/* Values of a and b such that b's are less than a's in just u pairs. */
static void
arrange(double *a, size_t na, double *b, size_t nb, size_t u)
{
	size_t below;

	for (size_t i = 0; i < nb; i++)
		b[i] = (double)i + 1;
	for (size_t i = na; i-- > 0; u -= below) {
		below = u < nb ? u : nb;
		a[i] = (double)below + 0.5 + (double)i / 1000;
	}
}

/* Mann and Whitney (1947), Annals of Mathematical Statistics 18, table I: P(U <= u). */
static void
mann_and_whitneys_own_table(void **state)
{
	static const struct {
		size_t n, m, u;
		double p;
	} table[] = {
		{3, 3, 0, 0.050}, {3, 3, 1, 0.100}, {3, 3, 2, 0.200}, {3, 3, 3, 0.350},
		{4, 3, 0, 0.028}, {4, 3, 1, 0.057}, {4, 3, 2, 0.114}, {4, 3, 3, 0.200},
		{4, 4, 0, 0.014}, {4, 4, 1, 0.029}, {4, 4, 2, 0.057}, {4, 4, 3, 0.100},
		{4, 4, 4, 0.171}, {4, 4, 5, 0.243}, {4, 4, 6, 0.343}, {4, 4, 7, 0.443},
	};
	double a[4], b[4];
	struct mann_whitney m;

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		arrange(a, table[i].n, b, table[i].m, table[i].u);
		mann_whitney_test(&m, a, table[i].n, b, table[i].m);
		assert_true(m.u == (double)table[i].u);
		/* The table cuts some of its figures instead of rounding them. */
		assert_true(fabs(m.p / 2 - table[i].p) < 0.001);
		assert_true(m.p >= m.least_p * (1 - agreement));
	}
}

/* Hollander and Wolfe (1973), Nonparametric Statistical Methods, p. 69: permeability constants of
 * the human chorioamnion, at term and at 12 to 26 weeks; one-sided p 0.1272. */
static void
hollander_and_wolfes_placentas(void **state)
{
	static const double term[] = {0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46};
	static const double early[] = {1.15, 0.88, 0.90, 0.74, 1.21};
	struct mann_whitney m;

	(void)state;
	mann_whitney_test(&m, term, 10, early, 5);
	assert_true(m.u == 35);
	assert_float_equal(m.p, 2 * 0.1272, 1e-4);
	assert_float_equal(m.a12, 35.0 / 50, agreement);
	assert_float_equal(m.delta, 2 * 35.0 / 50 - 1, agreement);
}

/* Conover (1999), Practical Nonparametric Statistics, 3.2 with table A3 of the binomial
 * distribution: the ranks of the interval's ends and its level. */
static void
conovers_intervals_of_the_median(void **state)
{
	static const struct {
		size_t n, rank;
		double level;
	} table[] = {
		{1, 1, 0},	{2, 1, 0.5},	 {5, 1, 0.9375},  {6, 1, 0.9688},  {8, 1, 0.9922},
		{9, 2, 0.9610}, {10, 2, 0.9786}, {12, 3, 0.9614}, {15, 4, 0.9648}, {20, 6, 0.9586},
	};
	double level;

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		assert_int_equal(summary_rank(table[i].n, 0.05, &level), table[i].rank);
		assert_float_equal(level, table[i].level, 1e-4);
	}
}

/* Benjamini and Hochberg (1995), JRSS B 57: of 15 comparisons of two treatments of heart
 * attacks, methods like this reject the first three at 0.05. */
static void
holm_on_fifteen_comparisons(void **state)
{
	static const double p[15] = {0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
				     0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.000};
	double adjusted[15];

	(void)state;
	holm(adjusted, p, 15);
	assert_float_equal(adjusted[0], 15 * 0.0001, agreement);
	assert_float_equal(adjusted[2], 13 * 0.0019, agreement);
	for (size_t i = 0; i < 15; i++)
		assert_int_equal(adjusted[i] < 0.05, i < 3);
	assert_float_equal(adjusted[14], 1, 0);
}

/* The example of Wikipedia's article on the Holm-Bonferroni method: the first and the last. */
static void
holm_in_any_order(void **state)
{
	static const double p[4] = {0.01, 0.04, 0.03, 0.005};
	static const double expected[4] = {0.03, 0.06, 0.06, 0.02};
	double adjusted[4];

	(void)state;
	holm(adjusted, p, 4);
	for (size_t i = 0; i < 4; i++)
		assert_float_equal(adjusted[i], expected[i], agreement);
}

/* Any order of 1..n in which the squares of value less place sum up to `sum`. */
static void
order_with(double *values, size_t n, size_t sum, gsl_rng *rng)
{
	double found;

	for (size_t i = 0; i < n; i++)
		values[i] = (double)i;
	do {
		found = 0;
		gsl_ran_shuffle(rng, values, n, sizeof(*values));
		for (size_t i = 0; i < n; i++)
			found += pow(values[i] - (double)i, 2);
	} while (found != (double)sum);
}

/* Zar (1972), JASA 67: the least rho that is significant at 0.05, two-sided. */
static void
zars_critical_values_of_rho(void **state)
{
	static const struct {
		size_t n;
		double rho;
	} table[] = {{5, 1.000}, {6, 0.886}, {7, 0.786}, {8, 0.738}, {9, 0.700}};
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	double values[9];
	struct trend t;
	size_t n, sum;

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		n = table[i].n;
		sum = (size_t)lround((1 - table[i].rho) * (double)(n * (n * n - 1)) / 12) * 2;
		order_with(values, n, sum, rng);
		trend_find(&t, values, n);
		assert_float_equal(t.rho, table[i].rho, 0.0006);
		assert_true(t.p <= 0.05);
		order_with(values, n, sum + 2, rng);
		trend_find(&t, values, n);
		assert_true(t.p > 0.05);
	}
	gsl_rng_free(rng);
}

/* Hollander and Wolfe (1973), Nonparametric Statistical Methods, p. 27 and 34: depression scale
 * factors of nine patients before and after tranquilizers, one-sided p 0.019. The estimate is
 * theirs with the other sign, 0.46, and the interval of level 0.961 goes from 0.01 to 0.786. */
static void
hollander_and_wolfes_patients(void **state)
{
	static const double before[9] = {1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30};
	static const double after[9] = {0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29};
	double differences[9];
	struct signed_rank test;
	struct shift shift;
	struct interval interval;

	(void)state;
	for (size_t i = 0; i < 9; i++)
		differences[i] = before[i] - after[i];
	signed_rank_test(&test, differences, 9);
	shift_of_blocks(&shift, differences, 9);
	interval = shift_interval(&shift, 0.05);
	assert_true(test.w == 40 && test.direction > 0);
	assert_float_equal(test.p, 2 * 0.019, 0.002);
	assert_float_equal(shift_estimate(&shift), 0.46, agreement);
	assert_float_equal(interval.low, 0.01, 1e-3);
	assert_float_equal(interval.high, 0.786, 1e-3);
	assert_float_equal(interval.level, 0.961, 1e-3);
	shift_free(&shift);
}

/* Benjamini and Hochberg (1995): of the fifteen the first four are rejected at 0.05. */
static void
benjamini_and_hochbergs_own_example(void **state)
{
	static const double p[15] = {0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
				     0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.000};
	double adjusted[15];

	(void)state;
	benjamini_hochberg(adjusted, p, 15);
	for (size_t i = 0; i < 15; i++)
		assert_int_equal(adjusted[i] <= 0.05, i < 4);
}

/* An interval excludes 0 just when the test's p is below alpha, at the edge, too. */
static void
intervals_say_what_tests_say(void **state)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	double a[12], b[12];
	struct mann_whitney two;
	struct signed_rank one;
	struct shift shift;
	struct interval i;
	size_t excluded = 0;

	(void)state;
	for (size_t try = 0; try < 2000; try++) {
		size_t n = 4 + try % 9;

		for (size_t j = 0; j < n; j++) {
			a[j] = gsl_ran_ugaussian(rng) + 1;
			b[j] = gsl_ran_ugaussian(rng);
		}
		mann_whitney_test(&two, a, n, b, n);
		shift_of_two(&shift, a, n, b, n);
		i = shift_interval(&shift, 0.05);
		assert_int_equal(i.level >= 0.95 && (i.low > 0 || i.high < 0), two.p < 0.05);
		excluded += two.p < 0.05;
		shift_free(&shift);
		signed_rank_test(&one, a, n);
		shift_of_blocks(&shift, a, n);
		i = shift_interval(&shift, 0.05);
		assert_int_equal(i.level >= 0.95 && (i.low > 0 || i.high < 0), one.p < 0.05);
		shift_free(&shift);
	}
	assert_in_range(excluded, 100, 1900);
	gsl_rng_free(rng);
}

/* The share of samples of n a side, `effect` standard deviations apart, that the test finds. */
static double
simulated_power(gsl_rng *rng, size_t n, double level, double effect)
{
	enum { TRIES = 2000 };
	double a[20], b[20];
	struct mann_whitney test;
	size_t found = 0;

	for (size_t i = 0; i < TRIES; i++) {
		for (size_t j = 0; j < n; j++) {
			a[j] = gsl_ran_ugaussian(rng) + effect;
			b[j] = gsl_ran_ugaussian(rng);
		}
		mann_whitney_test(&test, a, n, b, n);
		found += test.p < level;
	}
	return (double)found / TRIES;
}

static void
limits_are_what_is_found_with_80_percent(void **state)
{
	static const size_t sizes[] = {10, 15, 20};
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	double level, effect;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		for (size_t rows = 1; rows <= 16; rows *= 4) {
			level = 0.05 / (double)rows;
			effect = power_effect(sizes[i], level);
			assert_float_equal(power_of(sizes[i], level, effect), 0.8, 1e-5);
			assert_float_equal(simulated_power(rng, sizes[i], level, effect), 0.8,
					   0.04);
			assert_int_equal(power_starts(level, effect * 1.0001), sizes[i]);
		}
	assert_true(isinf(power_effect(5, 0.05 / 40)));
	assert_int_equal(power_starts(0.05, 1e-9), 0);
	gsl_rng_free(rng);
}

/* Blocks are of the iterations that both sides have, whatever their order. */
static void
blocks_are_of_the_same_iteration(void **state)
{
	double x[] = {1, 2, 3, 4}, in[] = {1, 2, 3, 4}, y[] = {30, 10, 50, 40}, of[] = {3, 1, 5, 4};
	struct group a = {.n = 4, .values = x, .iteration = in},
		     b = {.n = 4, .values = y, .iteration = of};
	struct blocks blocks;

	(void)state;
	blocks_find(&blocks, &a, &b);
	assert_int_equal(blocks.n, 3);
	for (size_t i = 0; i < 3; i++)
		assert_true(blocks.b[i] == 10 * blocks.a[i]);
	assert_float_equal(blocks_correlation(&blocks), 1, agreement);
	blocks.n = 2;
	assert_true(isnan(blocks_correlation(&blocks)));
	blocks_free(&blocks);
}

/* Tables of ROWS figures of two environments, n starts each. */
enum { ROWS = 30, STARTS = 10, TABLES = 200 };

struct table {
	struct input input;
	struct group groups[2 * ROWS];
	struct comparison rows[2 * ROWS];
	double numbers[2 * ROWS][2][STARTS];
};

/* Noise as it comes: normal, skewed, of two levels, or with a stray value now and then. */
static double
noise(gsl_rng *rng, size_t kind)
{
	switch (kind % 4) {
	case 0:
		return 1 + gsl_ran_gaussian(rng, 0.02);
	case 1:
		return gsl_ran_lognormal(rng, 0, 0.2);
	case 2:
		return (gsl_rng_uniform(rng) < 0.5 ? 1 : 1.3) + gsl_ran_gaussian(rng, 0.01);
	default:
		return (gsl_rng_uniform(rng) < 0.1 ? 3 : 1) + gsl_ran_gaussian(rng, 0.05);
	}
}

static void
fill(struct table *table, gsl_rng *rng, double effect)
{
	static const char *const environments[2] = {"a", "b"};
	static char names[ROWS][4];
	static double places[STARTS] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
	struct group *group;

	for (size_t i = 0; i < 2 * ROWS; i++) {
		snprintf(names[i / 2], sizeof(names[0]), "%zu", i / 2);
		group = &table->groups[i];
		*group = (struct group){.experiment = "x",
					.metric = names[i / 2],
					.environment = environments[i % 2],
					.more_is_better = i / 2 % 3 != 0,
					.family = PRIMARY,
					.n = STARTS,
					.values = table->numbers[i][0],
					.sequence = places,
					.iteration = places,
					.sorted = table->numbers[i][1]};
		for (size_t j = 0; j < STARTS; j++)
			group->values[j] = group->sorted[j] =
				noise(rng, i / 2) * (i % 2 ? 1 : effect);
		gsl_sort(group->sorted, 1, STARTS);
	}
	table->input = (struct input){.settings = usual,
				      .group_count = sizeof(table->groups) / sizeof(*group),
				      .groups = table->groups};
}

/* The same environment twice, as in A/A comparisons. */
static void
what_is_equal_cannot_be_told_apart(void **state)
{
	static struct table table;
	static const struct pair pair = {"a", "b"};
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	size_t told = 0, below = 0, all = 0;

	(void)state;
	gsl_rng_set(rng, 1);
	for (size_t i = 0; i < TABLES; i++) {
		fill(&table, rng, 1);
		assert_int_equal(compare_pair(table.rows, &table.input, &pair), ROWS);
		for (size_t j = 0; j < ROWS; j++, all++) {
			told += strcmp(table.rows[j].verdict, "undecided") != 0 &&
				strcmp(table.rows[j].verdict, "same") != 0;
			below += table.rows[j].p < 0.05;
		}
	}
	print_message("%zu of %zu rows significant; %zu with p < 0.05\n", told, all, below);
	assert_true(told <= all / 20);
	assert_true(below <= all / 20 + 3 * 17); /* exact: never above 5 %, but for chance */
	assert_true(below >= all / 50);
	gsl_rng_free(rng);
}

static void
what_differs_is_told_apart(void **state)
{
	static struct table table;
	static const struct pair pair = {"a", "b"};
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	(void)state;
	fill(&table, rng, 4);
	assert_int_equal(compare_pair(table.rows, &table.input, &pair), ROWS);
	for (size_t i = 0; i < ROWS; i++) {
		assert_string_equal(table.rows[i].verdict, i % 3 ? "faster" : "slower");
		assert_true(table.rows[i].ratio > 2);
		assert_true(table.rows[i].interval.low > 1);
	}
	gsl_rng_free(rng);
}

static json_t *
buckets(const struct histogram *h)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++)
		if (h->buckets[i])
			json_array_append_new(list,
					      json_pack("[i,I]", i, (json_int_t)h->buckets[i]));
	return list;
}

static json_t *
reading(const struct histogram *h, int iteration)
{
	return json_pack("{ss,ss,ss,si,sI,sI,s{ss,si,so}}", "experiment", "x", "kind", "event",
			 "environment", "native", "iteration", iteration, "min", (json_int_t)h->min,
			 "max", (json_int_t)h->max, "histogram", "unit", "ns", "sub_bucket_bits",
			 HISTOGRAM_BITS, "buckets", buckets(h));
}

/* A curve rises on both axes, from the least value to the greatest, and goes through percentiles.
 */
static void
check_curve(json_t *curve, const struct latency *l)
{
	json_t *point;
	double percentile, ns, last = -1, last_ns = (double)l->min;
	bool through = false;

	for (size_t i = 0; i < json_array_size(curve); i++) {
		point = json_array_get(curve, i);
		percentile = json_number_value(json_array_get(point, 0));
		ns = json_number_value(json_array_get(point, 1));
		assert_true(percentile > last && ns >= last_ns);
		through |= fabs(percentile - 99) < 1e-9 && ns == (double)l->p99;
		last = percentile;
		last_ns = ns;
	}
	assert_true(last == 100 && last_ns == (double)l->max && through);
}

static void
histograms_of_iterations_are_merged(void **state)
{
	static struct histogram parts[3], whole;
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	json_t *input, *found, *of;
	struct latency l;
	uint64_t value;

	(void)state;
	histogram_reset(&whole);
	for (size_t i = 0; i < 3; i++)
		histogram_reset(&parts[i]);
	for (int i = 0; i < 30000; i++) {
		value = (uint64_t)gsl_ran_lognormal(rng, 10, 2);
		histogram_record(&parts[i % 2], value); /* the third stays empty */
		histogram_record(&whole, value);
	}
	input = json_pack("{s[],s[o,o,o]}", "rows", "histograms", reading(&parts[0], 1),
			  reading(&parts[2], 2), reading(&parts[1], 3));
	found = findings_of(input);
	assert_int_equal(json_array_size(json_object_get(found, "percentiles")), 1);
	of = json_array_get(json_object_get(found, "percentiles"), 0);
	histogram_summarize(&whole, &l);
	assert_int_equal(json_integer_value(json_object_get(of, "count")), l.count);
	assert_int_equal(json_integer_value(json_object_get(of, "min")), l.min);
	assert_int_equal(json_integer_value(json_object_get(of, "p50")), l.p50);
	assert_int_equal(json_integer_value(json_object_get(of, "p90")), l.p90);
	assert_int_equal(json_integer_value(json_object_get(of, "p95")), l.p95);
	assert_int_equal(json_integer_value(json_object_get(of, "p99")), l.p99);
	assert_int_equal(json_integer_value(json_object_get(of, "p999")), l.p999);
	assert_int_equal(json_integer_value(json_object_get(of, "p9999")), l.p9999);
	assert_int_equal(json_integer_value(json_object_get(of, "max")), l.max);
	check_curve(json_object_get(of, "curve"), &l);
	json_decref(input);
	json_decref(found);
	gsl_rng_free(rng);
}

static void
curve_of_few_values(void **state)
{
	static struct histogram h;
	json_t *input, *found, *curve, *point;
	double percentile;

	(void)state;
	histogram_reset(&h);
	for (uint64_t value = 1; value <= 10; value++)
		histogram_record(&h, value);
	input = json_pack("{s[],s[o]}", "rows", "histograms", reading(&h, 1));
	found = findings_of(input);
	curve = json_object_get(json_array_get(json_object_get(found, "percentiles"), 0), "curve");
	assert_int_equal(json_array_size(curve), 21);
	for (size_t i = 1; i < 21; i++) {
		point = json_array_get(curve, i);
		percentile = json_number_value(json_array_get(point, 0));
		assert_int_equal(json_integer_value(json_array_get(point, 1)),
				 (int)ceil(percentile / 10));
	}
	json_decref(input);
	json_decref(found);
}

static int
read_references(void **state)
{
	char path[4096];

	(void)state;
	snprintf(path, sizeof(path), "%s/scipy.json", directory);
	scipy = json_load_file(path, 0, NULL);
	snprintf(path, sizeof(path), "%s/r.json", directory);
	r = json_load_file(path, 0, NULL);
	return scipy == NULL || r == NULL;
}

static int
forget_references(void **state)
{
	(void)state;
	json_decref(scipy);
	json_decref(r);
	return 0;
}

/* By the definition: means over all pairs, the diagonal left out. */
static double
energy_by_definition(const double *values, size_t n, size_t m)
{
	double between = 0, left = 0, right = 0, x = (double)m, y = (double)(n - m);

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			*(i < m && j < m     ? &left
			  : i >= m && j >= m ? &right
					     : &between) += fabs(values[i] - values[j]);
	return x * y / (x + y) * (between / (x * y) - left / (x * (x - 1)) - right / (y * (y - 1)));
}

static double
greatest_by_definition(const double *values, size_t n, size_t *at)
{
	double most = -INFINITY, found;

	for (size_t m = CHANGE_SHORTEST; m + CHANGE_SHORTEST <= n; m++) {
		found = energy_by_definition(values, n, m);
		if (found > most)
			*at = m;
		most = fmax(most, found);
	}
	return most;
}

/* All orders of the values from the k-th on, by Heap's exchanges. */
static void
count_orders(double *values, size_t n, size_t k, double observed, double *as_great, double *all)
{
	size_t at;
	double held;

	if (k == n) {
		++*all;
		*as_great += greatest_by_definition(values, n, &at) >= observed - 1e-9;
		return;
	}
	for (size_t i = k; i < n; i++) {
		held = values[k], values[k] = values[i], values[i] = held;
		count_orders(values, n, k + 1, observed, as_great, all);
		held = values[k], values[k] = values[i], values[i] = held;
	}
}

static void
change_has_the_share_of_all_orders(void **state)
{
	(void)state;
	static const double series[][8] = {{1, 5, 3, 2, 9, 8, 11, 7},
					   {1, 2, 1.5, 4, 4.5, 3, 5, 4.2}};
	double values[8], as_great, all, exact;
	struct change found[8];
	size_t at;

	for (size_t i = 0; i < 2; i++) {
		memcpy(values, series[i], sizeof(values));
		as_great = all = 0;
		count_orders(values, 8, 0, greatest_by_definition(values, 8, &at), &as_great, &all);
		exact = as_great / all;
		assert_true(all == 40320 && exact < 0.2);
		assert_in_range(change_find(found, series[i], 8, 0.05), 1, 1);
		assert_int_equal(found[0].at, at);
		assert_true(fabs(found[0].p - exact) < 0.5 * exact);
	}
}

static void
changes_are_found_where_they_are(void **state)
{
	(void)state;
	static const size_t places[] = {12, 24};
	double values[36], flat[30] = {0}, lone[12] = {0};
	struct change found[36];

	for (size_t i = 0; i < 36; i++)
		values[i] = (double)(i * 7 % 5) / 10 + (i < 12 ? 0 : i < 24 ? 3 : 1);
	assert_int_equal(change_find(found, values, 36, 0.01), 2);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(found[i].at, places[i]);
		assert_true(found[i].p < 0.01);
	}
	assert_int_equal(change_find(found, flat, 30, 0.05), 0);
	lone[0] = lone[1] = 100; /* two values are no level */
	assert_int_equal(change_find(found, lone, 12, 0.05), 0);
	assert_int_equal(change_find(found, values, 0, 0.05), 0);
}

static void
few_values_show_no_change(void **state)
{
	(void)state;
	static const double apart[] = {1, 1.1, 1.2, 1.3, 91, 92, 93, 94};
	struct change found[8];

	assert_int_equal(change_needs(0.05), 8);
	assert_int_equal(change_needs(0.05 / 12), 12);
	assert_int_equal(change_find(found, apart, 8, 0.05), 1);
	assert_int_equal(found[0].at, 4);
	for (size_t n = 0; n < 8; n++)
		assert_int_equal(change_find(found, apart, n, 0.05), 0);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_agree_with_references),
		cmocka_unit_test(pairs_agree_with_references),
		cmocka_unit_test(blocks_agree_with_references),
		cmocka_unit_test(families_agree_with_r),
		cmocka_unit_test(geometric_means_agree_with_scipy),
		cmocka_unit_test(mann_and_whitneys_own_table),
		cmocka_unit_test(hollander_and_wolfes_placentas),
		cmocka_unit_test(conovers_intervals_of_the_median),
		cmocka_unit_test(holm_on_fifteen_comparisons),
		cmocka_unit_test(holm_in_any_order),
		cmocka_unit_test(zars_critical_values_of_rho),
		cmocka_unit_test(hollander_and_wolfes_patients),
		cmocka_unit_test(benjamini_and_hochbergs_own_example),
		cmocka_unit_test(intervals_say_what_tests_say),
		cmocka_unit_test(limits_are_what_is_found_with_80_percent),
		cmocka_unit_test(blocks_are_of_the_same_iteration),
		cmocka_unit_test(what_is_equal_cannot_be_told_apart),
		cmocka_unit_test(what_differs_is_told_apart),
		cmocka_unit_test(change_has_the_share_of_all_orders),
		cmocka_unit_test(changes_are_found_where_they_are),
		cmocka_unit_test(few_values_show_no_change),
		cmocka_unit_test(histograms_of_iterations_are_merged),
		cmocka_unit_test(curve_of_few_values),
	};

	directory = argc > 1 ? argv[1] : "tests/data/stats";
	return cmocka_run_group_tests(tests, read_references, forget_references);
}
