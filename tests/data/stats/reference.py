# Makes scipy.json: samples, and what SciPy finds in them, which tests/unit/test_stats.c compares with our own
# figures. Run by hand, with Debian's python3-scipy (1.10.1), which nothing else here needs:
#   /usr/bin/python3 reference.py >scipy.json
import json
from math import comb

import numpy
import scipy
from scipy import stats

random = numpy.random.default_rng(4)


def draw(n, tied, shift=0.0):
    values = 100 * numpy.exp(random.normal(shift, 0.1, n))
    return [float(v) for v in (numpy.round(values / 10) if tied else values)]


def rank(n):
    ranks = [k for k in range(1, n // 2 + 1) if 2 * stats.binom.cdf(k - 1, n, 0.5) <= 0.05]
    return max(ranks, default=1)


def trend(values):
    n = len(values)
    if n < 3 or len(set(values)) == 1:
        return {}
    places = range(n)
    found = stats.spearmanr(places, values)
    p = found.pvalue
    if n <= 9:
        ranks = stats.rankdata(values)
        p = stats.permutation_test(
            (ranks,), lambda r: abs(numpy.sum(numpy.arange(1, n + 1) * r) - n * (n + 1) ** 2 / 4),
            permutation_type="pairings", alternative="greater", n_resamples=numpy.inf).pvalue
    return {"rho": float(found.correlation), "rho_p": float(p)}


def sample(values):
    n = len(values)
    return {"values": values, "median": float(numpy.median(values)), "mean": float(numpy.mean(values)),
            "mad": float(stats.median_abs_deviation(values)), "rank": rank(n),
            "level": float(1 - 2 * stats.binom.cdf(rank(n) - 1, n, 0.5)), **trend(values)}


def exact_with_ties(a, b):
    n, m = len(a), len(b)

    def distance(x, y, axis):
        ranks = stats.rankdata(numpy.concatenate((x, y), axis), axis=axis)
        return abs(numpy.sum(numpy.take(ranks, range(x.shape[axis]), axis), axis) - n * (n + m + 1) / 2)

    return stats.permutation_test((a, b), distance, vectorized=True, alternative="greater", batch=10000,
                                  n_resamples=numpy.inf).pvalue


def pair(a, b):
    n, m = len(a), len(b)
    tied = len(set(a + b)) < n + m
    result = {"a": a, "b": b, "a12": float(numpy.mean([(x > y) + (x == y) / 2 for x in a for y in b])),
              "estimate": median_of_differences(a, b)}
    if max(n, m) > 20 or not tied:
        found = stats.mannwhitneyu(a, b, method="asymptotic" if max(n, m) > 20 else "exact")
        result |= {"u": float(found.statistic), "p": float(found.pvalue)}
    elif comb(n + m, n) < 50000:  # those with more are left to R
        result |= {"u": float(stats.mannwhitneyu(a, b).statistic), "p": float(exact_with_ties(a, b))}
    return result


def median_of_differences(a, b):
    return float(numpy.median(numpy.subtract.outer(a, b)))


def blocks(differences):
    """The signed-rank test, of all ways to give signs where there are ties; zeros are left out."""
    d = numpy.array([x for x in differences if x != 0])
    walsh = [(x + y) / 2 for i, x in enumerate(differences) for y in differences[i:]]
    result = {"differences": differences, "estimate": float(numpy.median(walsh))}
    if len(d) == 0:
        return result
    result["w"] = float(numpy.sum(stats.rankdata(abs(d))[d > 0]))
    if len(differences) > 50:
        result["p"] = float(stats.wilcoxon(d, mode="approx", correction=True).pvalue)
    elif len(set(abs(d))) == len(d):
        result["p"] = float(stats.wilcoxon(d, mode="exact").pvalue)
    elif len(d) <= 12:
        ranks = stats.rankdata(abs(d))
        signs = (numpy.arange(2 ** len(d))[:, None] >> numpy.arange(len(d))) & 1
        far = abs(signs @ ranks - ranks.sum() / 2) >= abs(result["w"] - ranks.sum() / 2)
        result["p"] = float(numpy.mean(far))
    return result


def some_blocks():
    for n in (1, 2, 3, 5, 6, 8, 10, 12, 15, 20, 30, 49, 60, 100):
        for shift in (0, 0.7):
            yield blocks([float(v) for v in random.normal(shift, 1, n)])
            yield blocks([float(v) for v in numpy.round(random.normal(shift, 1, n) * 2)])


def sizes():
    for n in range(3, 21):
        yield n, n
        yield n, int(random.integers(3, 21))
    yield from ((3, 4), (6, 3), (7, 5), (5, 9), (4, 20))


def pairs():
    for tied in (False, True):
        for n, m in sizes():
            yield pair(draw(n, tied), draw(m, tied, random.choice([0, 0.05, 0.1, 0.2])))
        for n, m in ((21, 21), (30, 25), (21, 5), (8, 40), (100, 120)):
            yield pair(draw(n, tied), draw(m, tied, 0.05))
    yield pair([5.0] * 4, [5.0] * 3)
    yield pair([5.0] * 30, [5.0] * 30)


print(json.dumps({
    "by": f"SciPy {scipy.__version__}, NumPy {numpy.__version__}",
    "samples": [sample(draw(n, tied)) for tied in (False, True) for n in [*range(1, 13), 15, 20, 25, 100]]
    + [sample(sorted(draw(n, False))) for n in (3, 5, 9)] + [sample([7.0, 7.0, 7.0, 7.0])],
    "pairs": list(pairs()),
    "blocks": list(some_blocks()),
    "geomeans": [{"values": v, "mean": float(stats.gmean(v))} for v in ([1.5], draw(2, False), draw(30, False), [1e-6, 1e6, 3.0])],
}, indent=None).replace(', {"', ',\n{"'))
