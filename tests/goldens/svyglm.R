# Makes svyglm.csv: logistic regressions of survey samples by R's survey package, for tests/test_model.py.
# Run in this folder: Rscript svyglm.R   (made with R 4.2.2 and survey 4.1-1)
suppressPackageStartupMessages(library(survey))

found <- NULL
note <- function(case, quantity, term, value) {
  found <<- rbind(found, data.frame(case, quantity, term, value = sprintf("%.15g", value)))
}

# the difference that one value of a variable makes to the chance, averaged over the crimes, and its standard error
difference <- function(fit, rows, weights, variable, from, to) {
  made <- function(value) {
    changed <- rows
    changed[[variable]] <- if (is.factor(rows[[variable]])) factor(value, levels(rows[[variable]])) else rows[[variable]] + value
    model.matrix(delete.response(terms(fit)), changed, xlev = fit$xlevels)
  }
  mean_of <- function(x) {
    p <- plogis(drop(x %*% coef(fit)))
    list(p = sum(weights * p) / sum(weights), slope = colSums(weights * p * (1 - p) * x) / sum(weights))
  }
  high <- mean_of(made(to)); low <- mean_of(made(from)); slope <- high$slope - low$slope
  c(high$p - low$p, sqrt(drop(slope %*% vcov(fit) %*% slope)))
}

keep <- function(case, fit, rows, weights, steps) {
  ends <- confint(fit)
  for (term in names(coef(fit))) {
    note(case, "coefficient", term, coef(fit)[[term]])
    note(case, "se", term, sqrt(vcov(fit)[term, term]))
    note(case, "low", term, ends[term, 1])
    note(case, "high", term, ends[term, 2])
  }
  for (one in names(coef(fit))) for (other in names(coef(fit)))
    if (one < other) note(case, "covariance", paste(one, other, sep = "|"), vcov(fit)[one, other])
  note(case, "df", "", fit$df.residual)
  for (step in steps) {
    made <- difference(fit, rows, weights, step[[1]], step[[2]], step[[3]])
    note(case, "difference", paste(step[[1]], step[[3]], sep = "|"), made[1])
    note(case, "difference-se", paste(step[[1]], step[[3]], sep = "|"), made[2])
  }
}

tight <- list(epsilon = 1e-15, maxit = 100)
folder <- "../../data/avon_and_somerset_2021_22"
crimes <- read.csv(file.path(folder, "audit.csv"), stringsAsFactors = TRUE)
frame <- read.csv(file.path(folder, "frame.csv"))
crimes$N <- frame$population[match(crimes$stratum, frame$stratum)]
drawn <- tapply(crimes$cluster, crimes$stratum, function(x) length(unique(x)))
crimes$weight <- as.numeric(crimes$N / drawn[as.character(crimes$stratum)])
crimes$one <- 1
rows <- crimes[crimes$due == 1, ]
steps <- list(list("crime_type", "other", "sexual"), list("crime_type", "other", "violent"))
# reports without any crime belong to the sample, not to the model; epsilon is so small that R warns, and goes on
model <- function(formula, design) suppressWarnings(svyglm(formula, design, family = quasibinomial(), control = tight))

design <- svydesign(ids = ~cluster, data = crimes, weights = ~one)
fit <- model(recorded ~ crime_type + stratum, subset(design, due > 0))
keep("clustered", fit, rows, rows$one, steps)

design <- svydesign(ids = ~cluster, strata = ~stratum, weights = ~weight, data = crimes)
fit <- model(recorded ~ crime_type + stratum, subset(design, due > 0))
keep("weighted", fit, rows, rows$weight, steps)

design <- svydesign(ids = ~cluster, strata = ~stratum, fpc = ~N, data = crimes)
fit <- model(recorded ~ crime_type, subset(design, due > 0))
keep("corrected", fit, rows, rows$weight, steps)

# one row a report with counts
reports <- read.csv("fixtures/audit_incidents.csv", stringsAsFactors = TRUE)
design <- svydesign(ids = ~incident, strata = ~stratum, fpc = ~N_h, data = reports)
held <- subset(design, should > 0)
fit <- model(cbind(recorded, should - recorded) ~ group + should + stratum, held)
rows <- reports[reports$should > 0, ]
each <- rows$N_h / rows$n_h * rows$should
keep("counts", fit, rows, each, list(list("group", "A", "B"), list("should", 0, 1), list("stratum", "other", "sexual")))
fit <- model(cbind(recorded, should - recorded) ~ group + should * stratum, held)
keep("interaction", fit, rows, each, list(list("group", "A", "B"), list("should", 0, 1), list("stratum", "other", "violence")))

write.csv(found, "svyglm.csv", row.names = FALSE, quote = TRUE)
