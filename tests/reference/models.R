# Reference values for pilotproof.stats.model_table: every coefficient of the models behind a contrast, from R.
#   Rscript tests/reference/models.R > tests/reference/models.json
# The data are those of clustered.R, written out here again; no random numbers.
suppressMessages({library(clubSandwich); library(jsonlite); library(lme4); library(nlme)})

toy <- data.frame(
  cluster = rep(c("A", "B", "C", "D", "E", "F"), each = 4), treated = rep(c(1, 0), each = 12),
  pre = c(52, 60, 47, 55, 61, 49, 58, 66, 45, 57, 50, 62, 54, 48, 63, 59, 50, 56, 44, 65, 58, 53, 49, 61),
  post = c(60, 70, 54, 66, 68, 55, 66, 75, 50, 66, 57, 70, 57, 50, 66, 60, 53, 60, 45, 70, 57, 55, 50, 62))
sizes <- 3:14
uneven <- data.frame(cluster = rep(1:12, sizes))
uneven$i <- sequence(sizes)
uneven$treated <- as.numeric(uneven$cluster %% 2 == 0)
uneven$block <- (uneven$cluster - 1) %/% 4 + 1
uneven$pre <- 50 + 10 * sin(3 * uneven$cluster + 1.7 * uneven$i)
uneven$post <- 20 + 0.6 * uneven$pre + 4 * uneven$treated + 3 * cos(5 * uneven$cluster) + 6 * sin(11 * uneven$i + uneven$cluster)
uneven$user <- as.numeric(uneven$i %% 3 == 0) # differs within clusters
toy$mid <- toy$pre - mean(toy$pre)
uneven$mid <- uneven$pre - mean(uneven$pre)
names <- c(`(Intercept)` = "level", treated = "arm", user = "arm", mid = "pretest")

row_of <- function(b, se, df) list(estimate = b, se = se, df = df, t = b / se, p = 2 * pt(-abs(b / se), df),
  low = b - qt(.975, df) * se, high = b + qt(.975, df) * se)
rows <- function(which, b, se, df) setNames(lapply(which, function(w) row_of(b[[w]], se[[w]], df[[w]])), names[which])
ols <- function(formula, data, which) {
  m <- lm(formula, data); s <- summary(m)$coefficients
  rows(which, s[, 1], s[, 2], setNames(rep(m$df.residual, nrow(s)), rownames(s)))
}
cr2 <- function(formula, data, cluster, which) {
  m <- lm(formula, data)
  ct <- coef_test(m, vcov = "CR2", cluster = cluster, test = "Satterthwaite")
  ct <- ct[ct$Coef %in% which, ]
  take <- function(v) setNames(as.list(v), ct$Coef)
  rows(which, take(ct$beta), take(ct$SE), take(ct$df_Satt))
}
# first the slope within clusters, then the adjusted means
stages <- function(data, pretest, block) {
  first <- if (pretest) cr2(post ~ mid + factor(cluster), data, data$cluster, "mid") else list()
  slope <- if (pretest) first$pretest$estimate else 0
  d <- data[!duplicated(data$cluster), ]
  d$y <- as.numeric(tapply(data$post - slope * data$mid, data$cluster, mean)[as.character(d$cluster)])
  c(first, ols(if (block) y ~ treated + factor(block) else y ~ treated, d, if (block) "treated" else c("(Intercept)", "treated")))
}
mixed <- function(formula, data, which) {
  inner <- summary(lme(formula, random = ~1 | cluster, data,
    control = lmeControl(maxIter = 500, msMaxIter = 500, tolerance = 1e-12, msTol = 1e-14, niterEM = 200)))$tTable
  m <- lmer(update(formula, . ~ . + (1 | cluster)), data, control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12)))
  v <- as.data.frame(VarCorr(m))$vcov
  se <- sqrt(diag(as.matrix(vcov(m))))
  df <- inner[, "DF"]
  df["(Intercept)"] <- df["treated"] # of clusters: nlme counts the intercept among what differs within them
  c(rows(which, fixef(m), se, df), list(between = v[1], within = v[2]))
}

cat(toJSON(list(
  `_meta` = c(list(R = R.version.string), sapply(c("clubSandwich", "lme4", "nlme"), function(p) as.character(packageVersion(p)), simplify = FALSE)),
  means_toy = stages(toy, TRUE, FALSE), means_toy_no_pretest = stages(toy, FALSE, FALSE), means_uneven = stages(uneven, TRUE, FALSE),
  means_block = stages(uneven, TRUE, TRUE),
  cr2_toy = cr2(post ~ treated + mid, toy, toy$cluster, c("(Intercept)", "treated", "mid")),
  cr2_uneven = cr2(post ~ treated + mid, uneven, uneven$cluster, c("(Intercept)", "treated", "mid")),
  cr2_block = cr2(post ~ treated + mid + factor(block), uneven, uneven$cluster, c("treated", "mid")),
  mixed_toy = mixed(post ~ treated + mid, toy, c("(Intercept)", "treated", "mid")),
  mixed_uneven = mixed(post ~ treated + mid, uneven, c("(Intercept)", "treated", "mid")),
  mixed_block = mixed(post ~ treated + mid + factor(block), uneven, c("treated", "mid")),
  use = cr2(post ~ user + mid + factor(cluster), uneven, uneven$cluster, c("user", "mid")),
  use_no_pretest = cr2(post ~ user + factor(cluster), uneven, uneven$cluster, "user"),
  students_means = ols(post ~ user + mid + factor(cluster), uneven, c("user", "mid")),
  students_cr2 = cr2(post ~ user + mid + factor(cluster), uneven, seq_len(nrow(uneven)), c("user", "mid"))
), auto_unbox = TRUE, digits = NA, pretty = TRUE, na = "null"), "\n")
