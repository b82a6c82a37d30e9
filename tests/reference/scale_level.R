# Reference values for pilotproof.stats.scale_level and for an item against the rest (pilotproof.stats.scales), from base R.
#   Rscript tests/reference/scale_level.R > tests/reference/scale_level.json
suppressMessages(library(jsonlite))

level <- function(x, low, high, conf = .95) {
  t <- t.test(x, conf.level = conf); above <- sum(x >= (low + high) / 2)
  ends <- binom.test(above, length(x), conf.level = conf)$conf.int
  list(scores = x, low = low, high = high, confidence = conf, mean = mean(x), sd = sd(x), standard_error = t$stderr,
       t_low = t$conf.int[1], t_high = t$conf.int[2], pomp = 100 * (mean(x) - low) / (high - low), above = above,
       share_low = ends[1], share_high = ends[2])
}
item_rest <- function(x, j) {
  r <- cor.test(x[, j], rowSums(x[, -j]))
  list(item = j, estimate = r$estimate[[1]], upper = r$conf.int[2])
}
attitude_turned <- attitude[, -1]; attitude_turned$learning <- 200 - attitude_turned$learning
reference <- list(
  levels = list(
    six_teachers = level(c(31, 33, 29, 24, 36, 27) / 6, 1, 7),
    on_the_middle = level(c(3, 3, 2.75, 4.25, 3.5), 1, 5, .90),
    beyond_the_end = level(c(5, 5, 4.25), 1, 5),
    ratings = level(attitude$rating, 0, 100, .99)),
  against_the_rest = lapply(seq_len(ncol(attitude_turned)), function(j) item_rest(attitude_turned, j)),
  `_meta` = list(R = R.version.string)
)
cat(toJSON(reference, auto_unbox = TRUE, digits = NA, pretty = TRUE), "\n")
