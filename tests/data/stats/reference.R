# Makes r.json: what R finds in the samples of scipy.json, in their order, and families of tests with Holm's
# correction; tests/unit/test_stats.c compares both with our own figures. Run by hand, with Debian's r-base-core
# (4.2.2), r-cran-coin (1.4), r-cran-exactranktests (0.8) and r-cran-jsonlite, which nothing else here needs:
#   Rscript reference.R <scipy.json >r.json
suppressMessages({library(coin); library(exactRankTests); library(jsonlite)})

input <- fromJSON(file("stdin"), simplifyDataFrame = FALSE)

trend <- function(values) {
	n <- length(values)
	if (n < 3 || length(unique(values)) == 1) return(list())
	found <- list(rho = cor(seq_len(n), values, method = "spearman"))
	# With ties, and beyond 9 values, R's exact p is none.
	if (anyDuplicated(values) == 0)
		found$rho_p <- cor.test(seq_len(n), values, method = "spearman", exact = n <= 9)$p.value
	found
}

sample <- function(s) c(list(median = median(s$values), mean = mean(s$values), mad = mad(s$values, constant = 1)),
	trend(s$values))

test <- function(a, b) {
	n <- max(length(a), length(b))
	if (n > 20) return(wilcox.test(a, b, exact = FALSE, correct = TRUE)$p.value)
	if (anyDuplicated(c(a, b)) == 0) return(wilcox.test(a, b, exact = TRUE)$p.value)
	side <- factor(rep(c("a", "b"), c(length(a), length(b))))
	p <- as.numeric(pvalue(wilcox_test(c(a, b) ~ side, distribution = "exact")))
	stopifnot(length(unique(c(a, b))) == 1 || abs(p - wilcox.exact(a, b, exact = TRUE)$p.value) < 1e-9)
	p
}

# The interval is exact without ties and up to 20 values a side; beyond, that which R's root finder gives, to its tolerance.
interval <- function(...) {
	found <- suppressWarnings(wilcox.test(..., conf.int = TRUE, tol.root = 1e-12))
	list(low = found$conf.int[1], high = found$conf.int[2])
}

pair_interval <- function(a, b) {
	if (anyDuplicated(c(a, b)) > 0) return(list())
	exact <- max(length(a), length(b)) <= 20
	c(interval(a, b, exact = exact), if (exact) list(shift = unname(wilcox.test(a, b, conf.int = TRUE, exact = TRUE)$estimate)))
}

blocks <- function(d) {
	zero_free <- d[d != 0]
	if (length(zero_free) == 0) return(list(w = 0))
	found <- list(w = unname(suppressWarnings(wilcox.test(zero_free)$statistic)))
	if (length(d) > 50)
		found$p <- suppressWarnings(wilcox.test(zero_free, exact = FALSE, correct = TRUE)$p.value)
	else
		found$p <- wilcox.exact(zero_free, exact = TRUE)$p.value
	if (anyDuplicated(abs(d)) == 0 && all(d != 0) && length(d) > 1)
		found <- c(found, interval(d, exact = length(d) <= 50))
	found
}

pair <- function(x) {
	found <- list(u = unname(suppressWarnings(wilcox.test(x$a, x$b))$statistic), delta = mean(sign(outer(x$a, x$b, "-"))))
	if (length(unique(c(x$a, x$b))) > 1) found$p <- test(x$a, x$b)
	c(found, pair_interval(x$a, x$b))
}

family <- function(p) list(p = p, holm = p.adjust(p, "holm"), bh = p.adjust(p, "BH"))

set.seed(4)
cat(toJSON(list(
	by = unbox(paste0("R ", getRversion(), ", coin ", packageVersion("coin"), ", exactRankTests ", packageVersion("exactRankTests"))),
	samples = lapply(input$samples, function(s) lapply(sample(s), unbox)),
	pairs = lapply(input$pairs, function(x) lapply(pair(x), unbox)),
	blocks = lapply(input$blocks, function(x) lapply(blocks(x$differences), unbox)),
	families = list(family(0.03), family(c(0.5, 0.01, 0.5)), family(runif(20) ^ 3), family(c(runif(60) ^ 6, 0.01, 0.01, 0.01, 1)))
), digits = NA), "\n")
