# Reference values for pilotproof.stats.clustered, paired and counts, from R.
#   Rscript tests/reference/clustered.R > tests/reference/clustered.json
# Both data sets are written out here and in tests/stats/test_clustered.py; no random numbers.
suppressMessages({library(clubSandwich); library(jsonlite)})

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

cat(toJSON(list(
  made_by = list(R = R.version.string, clubSandwich = as.character(packageVersion("clubSandwich"))),
  toy_cr2 = cr2(post ~ treated + pre, toy), toy_cr2_no_pretest = cr2(post ~ treated, toy),
  toy_means = means(toy, TRUE, FALSE), toy_means_no_pretest = means(toy, FALSE, FALSE),
  toy_2v2_cr2 = cr2(post ~ treated + pre, subset(toy, cluster %in% c("A", "B", "D", "E"))),
  uneven_cr2 = cr2(post ~ treated + pre, uneven), uneven_cr2_block = cr2(post ~ treated + pre + factor(block), uneven),
  uneven_means = means(uneven, TRUE, FALSE), uneven_means_block = means(uneven, TRUE, TRUE),
  paired = paired(c(3.1, 2.8, 3.6, 2.9, 3.3, 3.0), c(3.8, 3.0, 3.9, 3.5, 3.2, 3.7)),
  rate_12_40 = rate(12, 40), rate_0_40 = rate(0, 40), rate_3_18.5 = rate(3, 18.5),
  share_9_20 = share(9, 20), share_0_5 = share(0, 5), share_5_5 = share(5, 5)
), auto_unbox = TRUE, digits = NA, pretty = TRUE), "\n")
