# Reference values for pilotproof.stats: clustered contrasts of every kind, paired and counts, from R.
#   Rscript tests/reference/clustered.R > tests/reference/clustered.json  (about a minute: every weight and assignment is tried by itself)
# Both data sets are written out here and in tests/stats/test_clustered.py; no random numbers.
suppressMessages({library(clubSandwich); library(jsonlite); library(coin); library(lme4); library(nlme)})

toy <- data.frame(
  cluster = rep(c("A", "B", "C", "D", "E", "F"), each = 4), treated = rep(c(1, 0), each = 12),
  pre = c(52, 60, 47, 55, 61, 49, 58, 66, 45, 57, 50, 62, 54, 48, 63, 59, 50, 56, 44, 65, 58, 53, 49, 61),
  post = c(60, 70, 54, 66, 68, 55, 66, 75, 50, 66, 57, 70, 57, 50, 66, 60, 53, 60, 45, 70, 57, 55, 50, 62))

# 12 clusters of 3 to 14 students in 3 blocks
sizes <- 3:14
uneven <- data.frame(cluster = rep(1:12, sizes))
uneven$i <- sequence(sizes)
uneven$treated <- as.numeric(uneven$cluster %% 2 == 0)
uneven$block <- (uneven$cluster - 1) %/% 4 + 1
uneven$pre <- 50 + 10 * sin(3 * uneven$cluster + 1.7 * uneven$i)
uneven$post <- 20 + 0.6 * uneven$pre + 4 * uneven$treated + 3 * cos(5 * uneven$cluster) + 6 * sin(11 * uneven$i + uneven$cluster)

cr2 <- function(formula, data) {
  m <- lm(formula, data)
  ct <- coef_test(m, vcov = "CR2", cluster = data$cluster, test = "Satterthwaite")["treated", ]
  ci <- conf_int(m, vcov = "CR2", cluster = data$cluster, test = "Satterthwaite")
  ci <- ci[rownames(ci) == "treated" | ci$Coef == "treated", ]
  list(estimate = ct$beta, se = ct$SE, df = ct$df_Satt, t = ct$tstat, p = ct$p_Satt, low = ci$CI_L, high = ci$CI_U)
}
means <- function(data, pretest, block) {
  within <- function(v) v - ave(v, data$cluster)
  slope <- if (pretest) sum(within(data$pre) * data$post) / sum(within(data$pre)^2) else 0
  d <- aggregate(cbind(y = data$post - slope * data$pre) ~ cluster, data, mean)
  first <- data[match(d$cluster, data$cluster), ]
  d$treated <- first$treated
  if (block) d$block <- factor(first$block)
  m <- lm(if (block) y ~ treated + block else y ~ treated, d)
  s <- summary(m)$coefficients["treated", ]
  ci <- confint(m)["treated", ]
  list(estimate = s[[1]], se = s[[2]], df = m$df.residual, t = s[[3]], p = s[[4]], low = ci[[1]], high = ci[[2]])
}
paired <- function(before, after) {
  t <- t.test(after, before, paired = TRUE)
  list(estimate = t$estimate[[1]], se = t$stderr, df = t$parameter[[1]], t = t$statistic[[1]], p = t$p.value,
       low = t$conf.int[1], high = t$conf.int[2])
}
rate <- function(x, time) { r <- poisson.test(x, time); list(estimate = r$estimate[[1]], low = r$conf.int[1], high = r$conf.int[2]) }
share <- function(x, n) { r <- binom.test(x, n); list(estimate = r$estimate[[1]], low = r$conf.int[1], high = r$conf.int[2]) }

uneven$age <- 10 + (3 * uneven$cluster + 7 * uneven$i) %% 5 # differs within clusters
uneven$years <- (5 * uneven$cluster) %% 13 # of the teacher: the same for a whole cluster

row_of <- function(b, se, df) list(estimate = b, se = se, df = df, t = b / se, p = 2 * pt(-abs(b / se), df),
  low = b - qt(.975, df) * se, high = b + qt(.975, df) * se)
kind <- function(type, formula, data, test = "Satterthwaite") {
  ct <- coef_test(lm(formula, data), vcov = type, cluster = data$cluster, test = test, coefs = "treated")
  row_of(ct$beta, ct$SE, if (test == "naive-t") length(unique(data$cluster)) - 1 else if (is.null(ct$df_Satt)) ct$df else ct$df_Satt)
}
kinds <- function(formula, data) c(sapply(c("CR0", "CR1", "CR1S", "CR2", "CR3"), kind, formula, data, simplify = FALSE),
  list(CR1_naive = kind("CR1", formula, data, "naive-t")))

# two stages: lm with an intercept for each cluster, then lm over the adjusted means
two_stage <- function(data, within = character(), between = character(), block = FALSE, by_size = FALSE) {
  adjusted <- data$post
  if (length(within)) {
    b <- coef(lm(reformulate(c(within, "factor(cluster)"), "post"), data))[within]
    adjusted <- data$post - as.matrix(data[within]) %*% b
  }
  d <- data[!duplicated(data$cluster), ]
  d$y <- as.numeric(tapply(adjusted, data$cluster, mean)[as.character(d$cluster)])
  d$size <- as.numeric(table(data$cluster)[as.character(d$cluster)])
  if (!by_size) d$size <- 1
  m <- lm(reformulate(c("treated", between, if (block) "factor(block)"), "y"), d, weights = size)
  row_of(coef(m)[["treated"]], sqrt(vcov(m)["treated", "treated"]), m$df.residual)
}

# the first difference rejected outwards from the estimate, by halving
ends <- function(p_of, estimate, se, alpha = .05) {
  out <- function(side) {
    inside <- estimate
    for (k in 0:59) { outside <- estimate + side * se * .5 * 1.25^k; if (p_of(outside) < alpha - 1e-9) break; inside <- outside }
    if (p_of(outside) >= alpha - 1e-9) return(NA)
    for (k in 1:60) { mid <- (inside + outside) / 2; if (p_of(mid) < alpha - 1e-9) outside <- mid else inside <- mid }
    inside
  }
  list(low = out(-1), high = out(1))
}

# wild cluster bootstrap: a regression for each pattern of weights, none left out
wild <- function(formula, data, values) {
  X <- model.matrix(formula, data); y <- data$post; cl <- as.integer(factor(data$cluster)); G <- max(cl); j <- which(colnames(X) == "treated")
  XtXi <- solve(crossprod(X)); n <- nrow(X)
  fit <- function(v) {
    b <- drop(XtXi %*% crossprod(X, v)); s <- rowsum(X * drop(v - X %*% b), cl) %*% XtXi[, j]
    c(b[j], sqrt(sum(s^2) * G * (n - 1) / ((G - 1) * (n - ncol(X)))))
  }
  W <- as.matrix(expand.grid(rep(list(values), G)))
  o <- fit(y)
  p_of <- function(b0) {
    z <- X[, -j, drop = FALSE]; v <- y - b0 * X[, j]; f <- drop(z %*% solve(crossprod(z), crossprod(z, v))); e <- v - f
    V <- f + e * t(W[, cl]) # one column a draw
    B <- XtXi %*% crossprod(X, V); E <- V - X %*% B
    S <- Reduce(`+`, lapply(1:G, function(g) drop(crossprod(X[cl == g, , drop = FALSE] %*% XtXi[, j], E[cl == g, , drop = FALSE]))^2))
    t2 <- B[j, ]^2 / (S * G * (n - 1) / ((G - 1) * (n - ncol(X))))
    mean(t2 >= ((o[1] - b0) / o[2])^2 * (1 - 1e-9))
  }
  c(list(estimate = o[1], se = o[2], t = o[1] / o[2], p = p_of(0), draws = nrow(W)), ends(p_of, o[1], o[2]))
}

# every assignment within blocks, by recursion over the blocks
assignments <- function(arm, block) {
  rows <- matrix(0, 1, length(arm))
  for (b in unique(block)) {
    at <- which(block == b); k <- sum(arm[at])
    rows <- do.call(rbind, apply(combn(length(at), k), 2, function(chosen) { r <- rows; r[, at[chosen]] <- 1; r }, simplify = FALSE))
  }
  rows
}
randomised <- function(data, pretest = TRUE, block = FALSE, alpha = .05) {
  slope <- if (pretest) coef(lm(post ~ pre + factor(cluster), data))[["pre"]] else 0
  d <- data[!duplicated(data$cluster), ]; d$b <- if (block) d$block else 1
  d$y <- as.numeric(tapply(data$post - slope * (if (pretest) data$pre else 0), data$cluster, mean)[as.character(d$cluster)])
  A <- assignments(d$treated, d$b)
  centre <- function(v) v - ave(v, d$b)
  difference <- function(z, y) { r <- centre(z); sum(r * y) / sum(r^2) }
  p_of <- function(b0) { y <- d$y - b0 * d$treated
    mean(abs(apply(A, 1, difference, y)) >= abs(difference(d$treated, y)) - 1e-9) }
  e <- difference(d$treated, d$y)
  r <- c(list(estimate = e, p = p_of(0), assignments = nrow(A)), ends(p_of, e, sd(d$y), alpha))
  if (!block) r$coin <- as.numeric(pvalue(oneway_test(y ~ factor(treated), d, distribution = "exact")))
  r
}

# staggered starts: k clusters, days 1 to 12; `ragged` has two observations on some days and none on others
staggered <- expand.grid(day = 1:12, cluster = 1:4)
staggered$start <- c(4, 6, 8, 10)[c(3, 1, 4, 2)][staggered$cluster]
staggered$y <- with(staggered, 2 * (day >= start) + .3 * day + cluster + sin(5 * day + 3 * cluster))
ragged <- rbind(staggered[(staggered$day * 5 + staggered$cluster * 3) %% 7 != 0, ], staggered[staggered$day %% 5 == 2, ])
ragged$y <- ragged$y + .1 * seq_along(ragged$y) %% 3
orders <- function(v) if (length(v) == 1) matrix(v) else do.call(rbind, lapply(seq_along(v), function(i) cbind(v[i], orders(v[-i]))))
order_test <- function(data, alpha = .05) {
  d <- aggregate(y ~ day + cluster, data, mean)
  starts <- unique(data[c("cluster", "start")]); starts <- starts$start[order(starts$cluster)]
  S <- orders(starts)
  started <- function(s) as.numeric(d$day >= s[d$cluster])
  take_out <- function(v) residuals(lm(v ~ factor(d$day) + factor(d$cluster)))
  # with residuals r of "has started", the statistic is r'y / sqrt(r'r): the coefficient where all clusters have all days
  R <- apply(S, 1, function(s) take_out(started(s)))
  r <- take_out(started(starts)); now <- started(starts)
  statistic <- function(y) abs(colSums(R * y)) / sqrt(colSums(R^2))
  p_of <- function(b0) { y <- d$y - b0 * now; mean(statistic(y) >= abs(sum(r * y)) / sqrt(sum(r^2)) - 1e-9) }
  e <- coef(lm(d$y ~ now + factor(d$day) + factor(d$cluster)))[["now"]]
  c(list(estimate = e, p = p_of(0), orders = nrow(S)), ends(p_of, e, 1, alpha))
}

mixed <- function(formula, data, random = ~1 | cluster) {
  control <- lmeControl(maxIter = 500, msMaxIter = 500, tolerance = 1e-12, msTol = 1e-14, msVerbose = FALSE, niterEM = 200)
  inner <- summary(lme(formula, random = random, data, control = control))$tTable["treated", ] # for its degrees of freedom
  m <- lmer(update(formula, . ~ . + (1 | cluster)), data, control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12)))
  v <- as.data.frame(VarCorr(m))$vcov
  c(row_of(fixef(m)[["treated"]], sqrt(as.matrix(vcov(m))["treated", "treated"]), inner[["DF"]]),
    list(between = v[1], within = v[2], nlme_estimate = inner[["Value"]], nlme_se = inner[["Std.Error"]]))
}
without <- function(data, f) lapply(unique(data$cluster), function(g) f(subset(data, cluster != g)))
all <- post ~ treated + pre + age + years + factor(block)

cat(toJSON(list(
  `_meta` = c(list(R = R.version.string), sapply(c("clubSandwich", "coin", "lme4", "nlme"), function(p) as.character(packageVersion(p)),
                                                 simplify = FALSE)),
  toy_cr2 = cr2(post ~ treated + pre, toy), toy_cr2_no_pretest = cr2(post ~ treated, toy),
  toy_means = means(toy, TRUE, FALSE), toy_means_no_pretest = means(toy, FALSE, FALSE),
  toy_2v2_cr2 = cr2(post ~ treated + pre, subset(toy, cluster %in% c("A", "B", "D", "E"))),
  uneven_cr2 = cr2(post ~ treated + pre, uneven), uneven_cr2_block = cr2(post ~ treated + pre + factor(block), uneven),
  uneven_means = means(uneven, TRUE, FALSE), uneven_means_block = means(uneven, TRUE, TRUE),
  paired = paired(c(3.1, 2.8, 3.6, 2.9, 3.3, 3.0), c(3.8, 3.0, 3.9, 3.5, 3.2, 3.7)),
  rate_12_40 = rate(12, 40), rate_0_40 = rate(0, 40), rate_3_18.5 = rate(3, 18.5),
  share_9_20 = share(9, 20), share_0_5 = share(0, 5), share_5_5 = share(5, 5),
  kinds_toy = kinds(post ~ treated + pre, toy), kinds_uneven = kinds(post ~ treated + pre, uneven), kinds_all = kinds(all, uneven),
  means_size = two_stage(uneven, "pre", by_size = TRUE), means_size_block = two_stage(uneven, "pre", block = TRUE, by_size = TRUE),
  means_age = two_stage(uneven, c("pre", "age")), means_years = two_stage(uneven, "pre", "years"),
  means_all = two_stage(uneven, c("pre", "age"), "years", TRUE, TRUE),
  wild_toy = wild(post ~ treated + pre, toy, c(-1, 1)), wild_uneven = wild(post ~ treated + pre, uneven, c(-1, 1)),
  wild_all = wild(all, uneven, c(-1, 1)),
  webb_toy = wild(post ~ treated + pre, toy, c(-1, 1) %x% sqrt(c(.5, 1, 1.5))),
  randomised_toy = randomised(toy, alpha = .2), randomised_uneven = randomised(uneven),
  randomised_uneven_no_pretest = randomised(uneven, FALSE), randomised_block = randomised(uneven, block = TRUE),
  staggered = order_test(staggered, .2), ragged = order_test(ragged, .2),
  mixed_toy = mixed(post ~ treated + pre, toy), mixed_uneven = mixed(post ~ treated + pre, uneven),
  mixed_all = mixed(all, uneven),
  without_toy = without(toy, function(d) two_stage(d, "pre")), without_toy_cr2 = without(toy, function(d) cr2(post ~ treated + pre, d))
), auto_unbox = TRUE, digits = NA, pretty = TRUE, na = "null"), "\n")
