# Power, smallest effects, least p-values and adjusted p-values, from R: base R's t, package pwr, exact tests enumerated.
#   Rscript tests/reference/power.R > tests/reference/power.json
suppressMessages({library(pwr); library(jsonlite)})

# least noncentrality with which |t| is above its quantile with this power, by bisection to the last digits
exact <- function(df, alpha, power) {
  miss <- function(l) pt(qt(1 - alpha / 2, df), df, l, lower.tail = FALSE) + pt(qt(alpha / 2, df), df, l) - power
  uniroot(miss, c(0, 37), tol = 1e-13)$root # above 37.6 pt sums no series
}
bloom <- function(df, alpha, power) qt(1 - alpha / 2, df) + qt(power, df)
design <- function(variance, df, effect = .25, alpha = .05, power = .8) list(
  se = sqrt(variance), df = df, mdes = bloom(df, alpha, power) * sqrt(variance), exact = exact(df, alpha, power) * sqrt(variance),
  power = pt(qt(1 - alpha / 2, df), df, effect / sqrt(variance), lower.tail = FALSE) + pt(qt(alpha / 2, df), df, effect / sqrt(variance)))

ira <- function(n, p, r2, g, blocks = 1, ...) design((1 - r2) / (p * (1 - p) * n), n - 2 * blocks - g, ...)
cra <- function(J, n, rho, p, r21, r22, g, blocks = 1, ...)
  design(rho * (1 - r22) / (p * (1 - p) * J) + (1 - rho) * (1 - r21) / (p * (1 - p) * J * n), J - 2 * blocks - g, ...)

# least sizes, by trying them one after the other
clusters_for <- function(effect, n, rho, r2 = 0, g = 0) {
  J <- 4 + g
  while (cra(J, n, rho, .5, r2, r2, g)$mdes > effect) J <- J + 1
  J
}
size_for <- function(effect, J, rho) {
  n <- 1
  while (cra(J, n, rho, .5, 0, 0, 0)$mdes > effect) n <- n + 1
  n
}
pairs_for <- function(effect) {
  n <- 2
  while (power.t.test(n, effect, 1, .05, type = "paired", strict = TRUE)$power < .8) n <- n + 1
  n
}
fisher <- function(treated, comparison, events) {
  x <- max(0, events - comparison):min(treated, events)
  min(sapply(x, function(k) fisher.test(matrix(c(k, treated - k, events - k, comparison - events + k), 2))$p.value))
}
adjusted <- function(p) list(p = p, `Benjamini-Hochberg` = p.adjust(p, "BH"), Holm = p.adjust(p, "holm"),
                             Bonferroni = p.adjust(p, "bonferroni"))

cat(toJSON(list(
  `_meta` = list(R = R.version.string, pwr = as.character(packageVersion("pwr"))),
  multiplier = lapply(c(1, 2, 4, 6, 10, 20, 91), function(df)
    list(df = df, bloom = bloom(df, .05, .8), exact = exact(df, .05, .8), half = exact(df, .10, .5))),
  individual = list(plain = ira(93, .5, 0, 0), covariate = ira(93, .5, .5, 1), uneven = ira(350, .3, .5, 2),
                    blocks = ira(165, .5, 0, 0, 3)),
  clustered = list(four = cra(4, 25, .2, .5, 0, 0, 0), four_covariate = cra(4, 25, .2, .5, .5, .5, 1), six = cra(6, 25, .2, .5, 0, 0, 0),
                   uneven = cra(11, 18.5, .15, 6 / 11, .4, .6, 1), blocks = cra(220, 20, .1, .5, 0, 0, 0, 5),
                   pairs = cra(24, 20, .1, .4, .3, .2, 2, 6), published = cra(20, 4, .2, .5, 0, 0, 0, alpha = .01)),
  curve = lapply(c(6, 20, 119), function(J) cra(J, 25, .2, .5, 0, 0, 0)),
  paired = lapply(c(3, 6, 8, 12, 20), function(n) c(list(n = n,
    by_hand = power.t.test(n, NULL, 1, .05, .8, type = "paired", strict = TRUE, tol = 1e-13)$delta,
    pwr = pwr.t.test(n, 1, type = "paired")$power, power_t_test = power.t.test(n, 1, 1, .05, type = "paired", strict = TRUE)$power), design(1 / n, n - 1))),
  two_arms = list(power = pwr.t2n.test(4, 5, 1.5)$power, even = power.t.test(5, 1.5, 1, .05, strict = TRUE)$power),
  needed = list(clusters = clusters_for(.25, 25, .2), covariate = clusters_for(.2, 25, .2, .5, 1), size = size_for(.8, 20, .2),
                pairs = pairs_for(.5)),
  fisher = list(list(3, 3, 3, fisher(3, 3, 3)), list(3, 4, 2, fisher(3, 4, 2)), list(10, 20, 7, fisher(10, 20, 7)),
                list(6, 6, 12, fisher(6, 6, 12)), list(8, 5, 1, fisher(8, 5, 1))),
  adjusted = list(adjusted(c(.003, .021, .030, .047, .200)), adjusted(c(.2, .03, .047, .003, .021)), adjusted(c(.04, .04, .01, .04, 1)),
                  adjusted(.03), adjusted(c(0, 0, .6, .9)))
), auto_unbox = TRUE, digits = NA, pretty = TRUE), "\n")
