# Reference values for pilotproof.stats.randomisation_equivalence, from R.
#   Rscript tests/reference/equivalence.R > tests/reference/equivalence.json
# One score a cluster, written out here and in tests/stats/test_randomisation_equivalence.py. Under the null that the difference is b
# the treated scores less b are exchangeable with the others, so that coin's exact permutation test of them is one-sided p at b.
suppressMessages({library(coin); library(jsonlite)})

cases <- list(
  equal = list(y = c(51.2, 48.7, 50.4, 49.9, 50.8, 50.1, 49.3, 51.0, 49.6, 50.5), treated = 5),
  unequal = list(y = c(50.9, 49.8, 51.4, 50.2, 49.1, 50.0, 50.7, 49.5, 50.3, 48.9, 51.1), treated = 4),
  skewed = list(y = c(50.1, 50.2, 50.0, 53.9, 50.3, 49.9, 50.0, 50.4, 50.2), treated = 4))
limits <- c(low = -1.5, high = 1.5)

one_sided <- function(case, b, alternative) {
  arm <- factor(rep(c("treated", "comparison"), c(case$treated, length(case$y) - case$treated)), levels = c("treated", "comparison"))
  y <- case$y - b * (arm == "treated")
  as.numeric(pvalue(oneway_test(y ~ arm, distribution = "exact", alternative = alternative)))
}
found <- lapply(cases, function(case) {
  n <- length(case$y)
  list(estimate = mean(case$y[1:case$treated]) - mean(case$y[(case$treated + 1):n]),
       above = one_sided(case, limits[["low"]], "greater"), below = one_sided(case, limits[["high"]], "less"),
       difference = one_sided(case, 0, "two.sided"))
})
versions <- list(R = R.version.string, coin = as.character(packageVersion("coin")))
cat(toJSON(c(found, list(versions = versions)), auto_unbox = TRUE, digits = NA, pretty = TRUE), "\n")
