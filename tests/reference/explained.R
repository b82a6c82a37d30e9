# Share of variance that a covariate explains beyond others, adjusted for the columns spent, from R's own residual standard errors;
# and smallest effects and clusters that follow from it by the formula of PowerUpR's cra2 (Dong & Maynard 2013).
#   Rscript tests/reference/explained.R > tests/reference/explained.json
suppressMessages(library(jsonlite))

g <- 1:12
d <- do.call(rbind, lapply(g, function(j) data.frame(j = j, i = 1:(j + 2)))) # 3 to 14 students
d$treated <- d$j %% 2 == 0
d$block <- factor((d$j - 1) %/% 4 + 1)
d$pre <- 50 + 10 * sin(3 * d$j + 1.7 * d$i)
d$post <- 20 + 0.6 * d$pre + 4 * d$treated + 3 * cos(5 * d$j) + 6 * sin(11 * d$i + d$j)
m <- aggregate(cbind(pre, post, treated) ~ j, d, mean)
m$block <- factor((m$j - 1) %/% 4 + 1)

share <- function(full, reduced) 1 - (sigma(full) / sigma(reduced))^2
between <- share(lm(post ~ treated + pre, m), lm(post ~ treated, m))
blocks <- share(lm(post ~ treated + block + pre, m), lm(post ~ treated + block, m))
within <- share(lm(post ~ factor(j) + pre, d), lm(post ~ factor(j), d))
both <- share(lm(post ~ treated + factor(j %/% 3) + pre, d), lm(post ~ treated, d))
plain <- summary(lm(post ~ pre, m))$adj.r.squared
noise <- share(lm(sin(7 * j) ~ treated + pre, m), lm(sin(7 * j) ~ treated, m))

mdes <- function(J, n, rho, p, r1, r2, g) {
  df <- J - g - 2
  (qt(.975, df) + qt(.8, df)) * sqrt(rho * (1 - r2) / (p * (1 - p) * J) + (1 - rho) * (1 - r1) / (p * (1 - p) * J * n))
}
needed <- function(effect, n, rho, p, r1, r2, g) {
  J <- 4 + g
  while (mdes(J, n, rho, p, r1, r2, g) > effect) J <- J + 1
  J
}
individual <- function(n, p, r2, g, blocks) {
  df <- n - 2 * blocks - g
  (qt(.975, df) + qt(.8, df)) * sqrt((1 - r2) / (p * (1 - p) * n))
}
size <- nrow(d) / 12
cat(toJSON(list(
  `_meta` = list(R = R.version.string),
  shares = list(between = between, blocks = blocks, within = within, both = both, plain = plain, noise = noise),
  clusters = list(mdes = mdes(12, size, .2, .5, within, between, 0), mdes_blocks = mdes(12, size, .2, .5, within, blocks, 2),
                  needed = needed(.3, size, .2, .5, within, between, 0)),
  students = list(mdes = individual(nrow(d), mean(d$treated), both, 1, 5))
), auto_unbox = TRUE, digits = NA, pretty = TRUE), "\n")
