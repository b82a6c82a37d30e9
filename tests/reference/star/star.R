# Reference values for Project STAR, kindergarten, small against regular classes.
# Usage: Rscript star.R <outcomes.csv written by write_project_star> [<where to write star.json>]
# Needs R with clubSandwich and jsonlite.
suppressMessages({library(clubSandwich); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)
star <- read.csv(arguments[1], check.names = FALSE, stringsAsFactors = FALSE)
names(star) <- c("student", "class", "school", "district", "type", "Reading", "Maths", "lunch", "sex",
                 "school_type", "class_published")
ARMS <- c("small", "regular")

row_of <- function(estimate, se, df) {
  t <- estimate / se
  list(estimate = estimate, se = se, df = df, t = t, p = 2 * pt(-abs(t), df),
       low = estimate - qt(.975, df) * se, high = estimate + qt(.975, df) * se)
}

# (a) student-level regression, CR2 with Satterthwaite degrees of freedom, clusters are classes
cr2 <- function(d, formula, cluster) {
  fit <- lm(formula, data = d)
  test <- coef_test(fit, vcov = "CR2", cluster = cluster, test = "Satterthwaite", coefs = "small")
  row_of(test$beta, test$SE, if (is.null(test$df_Satt)) test$df else test$df_Satt)
}

# (b) two stages: mean of each class, then an unweighted regression of class means
class_means <- function(d, formula, cluster) {
  means <- aggregate(d[c("score", "small", "school")], by = list(cluster = cluster), FUN = mean)
  fit <- lm(formula, data = means)
  coefficients <- summary(fit)$coefficients["small", ]
  row_of(coefficients[["Estimate"]], coefficients[["Std. Error"]], fit$df.residual)
}

pooled_sd <- function(x, y)
  sqrt(((length(x) - 1) * var(x) + (length(y) - 1) * var(y)) / (length(x) + length(y) - 2))

in_arms <- function(d, f) setNames(lapply(ARMS, function(arm) f(d[d$type == arm, ])), ARMS)

contrast <- function(outcome) {
  assigned <- star[star$type %in% ARMS, ]
  assigned$score <- assigned[[outcome]]
  d <- assigned[!is.na(assigned$score), ]
  d$small <- as.numeric(d$type == "small")
  x <- d$score[d$small == 1]; y <- d$score[d$small == 0]
  n <- nrow(d); omega <- 1 - 3 / (4 * n - 9); s <- pooled_sd(x, y)
  within <- score ~ small + factor(school); plain <- score ~ small
  cr2_within <- cr2(d, within, d$class); cr2_plain <- cr2(d, plain, d$class)
  arms_of_school <- tapply(d$small, d$school, function(v) length(unique(v)))
  lost <- in_arms(assigned, function(a) mean(is.na(a$score)))
  list(
    assigned = in_arms(assigned, nrow), analysed = in_arms(d, nrow),
    attrition_overall = mean(is.na(assigned$score)), attrition_by_arm = lost,
    attrition_difference = abs(lost$small - lost$regular),
    mean = in_arms(d, function(a) mean(a$score)), sd = in_arms(d, function(a) sd(a$score)), pooled_sd = s,
    classes_assigned = in_arms(assigned, function(a) length(unique(a$class))),
    classes = in_arms(d, function(a) length(unique(a$class))),
    schools = length(arms_of_school), schools_with_one_arm = sum(arms_of_school < 2),
    school_with_one_arm = as.integer(names(arms_of_school)[arms_of_school < 2]),
    districts = length(unique(d$district)),
    cr2_within_schools = cr2_within, class_means_within_schools = class_means(d, within, d$class),
    cr2 = cr2_plain, class_means = class_means(d, plain, d$class),
    omega = omega, hedges_g_within_schools = omega * cr2_within$estimate / s, hedges_g = omega * cr2_plain$estimate / s,
    sensitivity_class_as_published = list(
      classes = in_arms(d, function(a) length(unique(a$class_published))),
      cr2_within_schools = cr2(d, within, d$class_published),
      class_means_within_schools = class_means(d, within, d$class_published),
      cr2 = cr2(d, plain, d$class_published), class_means = class_means(d, plain, d$class_published)),
    sensitivity_cluster_school = list(
      cr2_within_schools = cr2(d, within, d$school), cr2 = cr2(d, plain, d$school)))
}

# Stock & Watson, Introduction to Econometrics, table 13.1: reading + maths, HC1: small 13.90 (2.45), aide 0.31 (2.27)
published <- local({
  d <- star[!is.na(star$Reading) & !is.na(star$Maths), ]
  fit <- lm(I(Reading + Maths) ~ factor(type, levels = c("regular", "small", "regular+aide")), data = d)
  hc1 <- sqrt(diag(vcovCR(fit, cluster = seq_len(nrow(d)), type = "CR0")) * nrow(d) / fit$df.residual)
  list(n = nrow(d), small = coef(fit)[[2]], small_se = hc1[[2]], aide = coef(fit)[[3]], aide_se = hc1[[3]])
})

result <- list(
  made_by = list(script = "tests/reference/star/star.R", R = as.character(getRversion()),
                 clubSandwich = as.character(packageVersion("clubSandwich")),
                 outcomes_sha256 = sub(" .*", "", system2("sha256sum", shQuote(arguments[1]), stdout = TRUE))),
  contrast = "small minus regular, kindergarten, scaled score points",
  pupils = as.list(table(star$type)), schools = length(unique(star$school)),
  districts = length(unique(star$district)), classes = length(unique(star$class)),
  stock_watson_table_13_1 = published, reading = contrast("Reading"), maths = contrast("Maths"))
text <- toJSON(result, auto_unbox = TRUE, digits = NA, pretty = TRUE)
if (length(arguments) > 1) writeLines(text, arguments[2]) else cat(text, "\n")
