# Reference values for pilotproof.stats.rubin, imputation and attrition, from R.
#   Rscript tests/reference/missing.R > tests/reference/missing.json  (three minutes, of mice)
# `gaps` is written out here and in tests/stats/test_imputation.py; mice draws at random, so its results carry their Monte Carlo
# standard errors and the tests allow four of them.
suppressMessages({library(mice); library(jsonlite)})

pooled <- function(q, se, dfcom, level = .95) { # Rubin (1987), Barnard & Rubin (1999), beside mice's own
  r <- pool.scalar(q, se^2, n = dfcom + 1, k = 1, rule = "rubin1987") # its complete df are n - k
  m <- length(q); lambda <- (1 + 1 / m) * r$b / r$t; old <- (m - 1) / lambda^2; obs <- (dfcom + 1) / (dfcom + 3) * dfcom * (1 - lambda)
  df <- old * obs / (old + obs); stopifnot(abs(df / r$df - 1) < 1e-10)
  half <- qt((1 + level) / 2, df) * sqrt(r$t); t <- r$qbar / sqrt(r$t)
  list(estimate = r$qbar, se = sqrt(r$t), df = r$df, t = t, p = 2 * pt(-abs(t), df), low = r$qbar - half, high = r$qbar + half,
       within = r$ubar, between = r$b, total = r$t, lambda = lambda, fmi = r$fmi)
}

# 8 classes of 9 to 16 students; pretests and outcomes missing here and there
sizes <- 9:16
gaps <- data.frame(class = rep(1:8, sizes), i = sequence(sizes)); gaps$treated <- gaps$class %% 2
gaps$pre <- 50 + 10 * sin(3 * gaps$class + 1.7 * gaps$i)
gaps$post <- 20 + .6 * gaps$pre + 4 * gaps$treated + 3 * cos(5 * gaps$class) + 6 * sin(11 * gaps$i + gaps$class)
no_post <- (3 * gaps$class + 5 * gaps$i) %% 6 == 1; no_pre <- (5 * gaps$class + 3 * gaps$i) %% 9 == 2

contrast <- function(d) { # the two stages of cluster means
  slope <- coef(lm(post ~ pre + factor(class), d))[["pre"]]
  y <- tapply(d$post - slope * d$pre, d$class, mean); arm <- tapply(d$treated, d$class, mean)
  coef(summary(lm(y ~ arm)))["arm", 1:2]
}
imputed <- function(d, m) {
  d <- data.frame(post = d$post, pre = d$pre, class = factor(d$class), treated = d$treated)
  # effects of classes carry the arm, so that it must not enter beside them
  use <- matrix(0, 4, 4, dimnames = list(names(d), names(d))); use["post", c("pre", "class")] <- 1; use["pre", c("post", "class")] <- 1
  imp <- mice(d, m = m, maxit = 10, method = "norm", predictorMatrix = use, ridge = 0, printFlag = FALSE, seed = 20260914)
  r <- sapply(seq_len(m), function(k) { d <- complete(imp, k); d$class <- as.integer(d$class); contrast(d) })
  b <- var(r[1, ]); u <- r[2, ]^2
  list(mean = mean(r[1, ]), mean_error = sd(r[1, ]) / sqrt(m), between = b, between_error = b * sqrt(2 / (m - 1)),
       within = mean(u), within_error = sd(u) / sqrt(m), m = m)
}
only_post <- gaps; only_post$post[no_post] <- NA
both <- only_post; both$pre[no_pre] <- NA
complete_cases <- function(d) { d <- d[complete.cases(d), ]; r <- contrast(d); list(estimate = r[[1]], se = r[[2]], n = nrow(d)) }

reference <- list(
  five = pooled(c(2.1, 2.6, 1.8, 2.4, 2.9), c(1.10, 1.05, 1.20, 1.15, 1.02), 4),
  five_90 = pooled(c(2.1, 2.6, 1.8, 2.4, 2.9), c(1.10, 1.05, 1.20, 1.15, 1.02), 9.5, .90),
  three = pooled(c(-.31, .12, .05), c(.2, .3, .25), 120),
  only_post = imputed(only_post, 1500), both = imputed(both, 1500),
  complete_only_post = complete_cases(only_post), complete_both = complete_cases(both),
  counts = list(no_post = sum(no_post), no_pre = sum(no_pre), n = nrow(gaps)),
  `_meta` = list(R = R.version.string, mice = as.character(packageVersion("mice"))))
cat(toJSON(reference, auto_unbox = TRUE, digits = NA, pretty = TRUE, na = "null"), "\n")
