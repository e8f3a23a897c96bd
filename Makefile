# Two commands are enough: make demo, make test. Each does its own set-up; .ci/need says what it needs.
GO ?= go
# Nothing here needs C, but for the race detector.
export CGO_ENABLED = 0

LINT_VERSION = v2.15.0
CACHE = $(CURDIR)/.cache
LINT = $(CACHE)/golangci-lint-$(LINT_VERSION)
BROWSER = app/testdata/browser

# Rooms that talk to the database, tested on MariaDB too; and rooms where goroutines meet.
DATABASE = ./models/db ./models/queue ./models/audit ./models/backup ./models/find ./models/notice ./models/reseal \
	./app/accounts ./app/onboard ./app/demo ./app/pages ./courses/... ./assessments ./assessments/cases \
	./assessments/ratings ./assessments/report ./jobs ./app
RACE = ./jobs ./models/queue ./courses/quiz
# A machine that others keep busy takes its time; what hangs is still ended.
PATIENCE = 25m
# Some tests wait, for a browser or for a server that they have killed.
BESIDE = 4

.PHONY: demo test lint generate bench tidy

demo:
	@.ci/need go
	$(GO) run ./app demo

test: $(BROWSER)/node_modules
	@.ci/need go gcc mariadbd chromium pdftotext qpdf node
	$(GO) vet ./...
	$(GO) test -timeout $(PATIENCE) -parallel $(BESIDE) ./...
	$(GO) run ./models/testkit/mariadbd -- $(GO) test -timeout $(PATIENCE) -parallel $(BESIDE) -count=1 $(DATABASE)
	CGO_ENABLED=1 $(GO) test -timeout $(PATIENCE) -race $(RACE)

$(BROWSER)/node_modules: $(BROWSER)/package-lock.json
	@.ci/need node
	cd $(BROWSER) && npm ci --no-audit --no-fund --ignore-scripts
	@touch $@

lint: $(LINT)
	@.ci/need go
	$(LINT) run ./...

$(LINT):
	@.ci/need go
	GOBIN=$(CACHE) $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)
	@mv $(CACHE)/golangci-lint $@

# What is generated is committed; tests check that it is current.
generate:
	cd templates/ui && $(GO) tool templ generate
	cd templates/pages && $(GO) tool templ generate
	$(GO) generate ./templates/static

# One table: each figure beside its baseline of the same run. A bound that is not met is printed as short, and fails
# nothing. What a benchmark prints besides is seen by running it alone: $(GO) test -run '^$$' -bench Pages ./app
ONCE = $(GO) test -v -timeout $(PATIENCE) -run '^$$' -benchtime 1x -bench
bench:
	@.ci/need go mariadbd
	@{ $(ONCE) AgainstPlainGofpdf -benchtime 3x ./templates/pdf && $(ONCE) ReportsASecond ./assessments/report && \
	$(ONCE) . ./app && $(GO) run ./models/testkit/mariadbd --durable -- $(ONCE) . ./app; } | \
	$(GO) run ./models/testkit/benchtable
