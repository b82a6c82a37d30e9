# Reference values for pilotproof.stats.paired and the modules it calls, from R.
#   Rscript tests/reference/paired.R > tests/reference/paired.json  (half a minute)
# The changes are written out here and in tests/stats/test_paired.py; sleep and darwin are published (Student 1908; Darwin 1876).
suppressMessages({library(boot); library(coin); library(exactRankTests); library(jsonlite)})

# Carpentries' survey of October 2017: 433 pairs by how many of six levels the use of programming rose since the workshop
carpentries <- rep(c(-4, -2:5), c(2, 4, 16, 209, 91, 56, 23, 21, 11))
changes <- list(
  teachers = c(.7, .2, .3, .6, -.1, .7), ties = c(1, 0, 1, 0, 2, 1, -1, 0, 1, 1), five = c(1, 2, -3, 4, 6),
  sleep = round(sleep$extra[sleep$group == 2] - sleep$extra[sleep$group == 1], 10),
  darwin = c(49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48), # eighths of an inch, from boot::darwin
  untied = 1:40 * ifelse(1:40 %% 3 == 1, -1, 1), tied = rep(c(-2, -1, 0, 1, 2, 3), c(10, 40, 60, 50, 25, 15)))
stopifnot(all(changes$darwin == boot::darwin$y))

ranked <- function(d) {
  of_coin <- function(zeros) {
    w <- wilcoxsign_test(d ~ rep(0, length(d)), distribution = "exact", zero.method = zeros)
    list(p = as.numeric(pvalue(w)), statistic = as.numeric(statistic(w, "linear")))
  }
  dropped <- wilcox.exact(d, exact = TRUE)
  list(pratt = of_coin("Pratt"), coin_dropped = of_coin("Wilcoxon"), dropped = list(p = dropped$p.value, statistic = dropped$statistic[[1]]))
}
flipped <- function(d) perm.test(d, paired = FALSE, exact = TRUE)$p.value

# pseudo-median and limits where no two changes are equally large
pseudo <- function(d, level) {
  w <- wilcox.test(d, conf.int = TRUE, conf.level = level, exact = TRUE, digits.rank = Inf)
  n <- length(d); q <- max(1, qsignrank((1 - level) / 2, n))
  list(estimate = w$estimate[[1]], low = w$conf.int[1], high = w$conf.int[2], confidence = 1 - 2 * psignrank(q - 1, n), p = w$p.value)
}
medians <- function(d) { m <- outer(d, d, "+") / 2; median(m[!lower.tri(m)]) }

# the values that the sign-flip test does not reject, by halving from where it does to where it does not
inverted <- function(d, level) {
  signs <- as.matrix(expand.grid(rep(list(c(-1, 1)), length(d))))
  p <- function(mu) mean(abs(signs %*% (d - mu)) >= abs(sum(d - mu)) - 1e-9)
  limit <- function(out) {
    inside <- mean(d)
    for (i in 1:60) { mid <- (inside + out) / 2; if (p(mid) > 1 - level) inside <- mid else out <- mid }
    inside
  }
  list(low = limit(min(d) - 1), high = limit(max(d) + 1))
}

# BCa from 40 seeds: mean of the limits and the Monte Carlo SD of one
skewed <- round(exp(sin(1:24 * 1.7) + cos(1:24 * .9)) - .8, 4) # no two sums of it are equal, nearly
bca <- function(d, level, draws = 20000, seeds = 40) {
  limits <- sapply(seq_len(seeds), function(seed) {
    set.seed(seed)
    b <- boot(d, function(x, i) mean(x[i]), R = draws)
    boot.ci(b, conf = level, type = "bca", L = d - mean(d))$bca[4:5]
  })
  list(low = mean(limits[1, ]), low_sd = sd(limits[1, ]), high = mean(limits[2, ]), high_sd = sd(limits[2, ]), draws = draws, seeds = seeds)
}
signs <- function(d, level) {
  b <- binom.test(sum(d > 0), sum(d != 0), conf.level = level)
  list(p = b$p.value, estimate = b$estimate[[1]], low = b$conf.int[1], high = b$conf.int[2])
}

reference <- list(
  ranked = c(lapply(changes, ranked), list(carpentries = ranked(carpentries))),
  flipped = lapply(changes[c("five", "untied", "tied", "ties", "darwin")], flipped),
  pseudo = list(darwin_95 = pseudo(changes$darwin, .95), darwin_80 = pseudo(changes$darwin, .80), five_90 = pseudo(changes$five, .90),
                untied_99 = pseudo(changes$untied, .99)),
  medians = lapply(c(changes, list(carpentries = carpentries)), medians),
  inverted = list(teachers_95 = inverted(changes$teachers, .95), ties_90 = inverted(changes$ties, .90), sleep_95 = inverted(changes$sleep, .95),
                  darwin_95 = inverted(changes$darwin, .95), five_90 = inverted(changes$five, .90)),
  bca = list(skewed_95 = bca(skewed, .95), skewed_80 = bca(skewed, .80)),
  signs = list(carpentries_95 = signs(carpentries, .95), sleep_90 = signs(changes$sleep, .90), teachers_95 = signs(changes$teachers, .95)),
  `_meta` = c(list(R = R.version.string), sapply(c("boot", "coin", "exactRankTests"), function(p) as.character(packageVersion(p)), simplify = FALSE)))
cat(toJSON(reference, auto_unbox = TRUE, digits = NA, pretty = TRUE, na = "null"), "\n")
