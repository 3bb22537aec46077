# Times the R package survey on the sample of million.py, in the way of peer_svy.py; see there.
suppressMessages(library(survey))
frame <- read.csv(commandArgs(trailingOnly = TRUE)[1], stringsAsFactors = TRUE)
seconds <- function(from, to) sum((to - from)[c("user.self", "sys.self")])
input <- file("stdin", "r")
while (length(line <- readLines(input, n = 1)) > 0) {
  by <- strsplit(line, ",")[[1]]
  start <- proc.time()
  design <- svydesign(ids = ~incident, strata = ~force, weights = ~one, data = frame)
  made <- proc.time()
  found <- svyby(~recorded, reformulate(by), design, svymean)
  end <- proc.time()
  found <- found[do.call(order, found[by]), ]
  cat(format(c(seconds(start, made), seconds(made, end), found$recorded, found$se), digits = 17), "\n")
  flush(stdout())
}
