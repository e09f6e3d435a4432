# SPDX-License-Identifier: GPL-3.0-or-later
# vgpusim - simulator and capacity planner for shared NVIDIA GPUs.

# ---- Settings ----
VERSION  := 0.1.0
KIND     ?= main
B        ?= build/$(KIND)
CC       ?= cc
CLANG    ?= clang
OPT      ?= -O2
PREFIX   ?= /usr/local
DESTDIR  ?=
SCENARIO ?= scenarios/00-quickstart.yaml
FUZZ     ?= scenario
Q        := $(if $(V),,@)
JOBS     ?= $(shell nproc 2>/dev/null || echo 2)

# Debian packages, and a file of each that shows it is there.
PACKAGES := libfyaml-dev:/usr/include/libfyaml.h libgsl-dev:/usr/include/gsl/gsl_rng.h \
            libcsv-dev:/usr/include/csv.h librandom123-dev:/usr/include/Random123/threefry.h \
            libglpk-dev:/usr/include/glpk.h libjansson-dev:/usr/include/jansson.h
TESTPKGS := libcmocka-dev:/usr/include/cmocka.h

STD   := -std=c17 -D_POSIX_C_SOURCE=200809L
REPRO := -ffp-contract=off -fno-fast-math -ffile-prefix-map=$(CURDIR)=.
WARN  := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wdouble-promotion \
         -Wfloat-equal -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wvla \
         -Wundef -Wcast-qual -Wcast-align -Wwrite-strings -Wformat=2 -Wswitch-enum \
         -Wnull-dereference -Wimplicit-fallthrough -Wdate-time
ifneq (,$(findstring gcc version,$(shell $(CC) -v 2>&1)))
WARN  += -Wlogical-op -Wduplicated-cond -Wduplicated-branches
endif
WERROR := $(if $(CI),-Werror)
LIBS  := -lfyaml -lgsl -lgslcblas -lcsv -lglpk -ljansson -lm -lpthread -ldl
FLAGS  = $(strip $(STD) $(OPT) $(filter-out -ffile-prefix-map=%,$(REPRO)) $(CFLAGS) $(XF))# told by version --verbose
BUILD  = $(STD) $(OPT) -g $(WARN) $(WERROR) $(REPRO) -MMD -MP -I. $(CFLAGS) $(XF)

SRC  := $(sort $(wildcard sim/*/*.c models/*.c))
OBJ  := $(SRC:%.c=$(B)/%.o) $(B)/gen/data.o $(B)/gen/plots.o
MAIN := $(B)/sim/cli/main.o
LIB  := $(B)/libvgpusim.a
DATA := $(sort $(wildcard models/data/*.csv))
PLOTS := $(filter-out plots/validation.gp,$(sort $(wildcard plots/*.gp plots/*.css))) # that one is for docs/
UNIT := $(patsubst tests/%.c,$(B)/tests/%,$(sort $(wildcard tests/unit/test_*.c)))
LAW  := $(patsubst tests/%.c,$(B)/tests/%,$(sort $(wildcard tests/law/test_*.c)))

# ---- The program ----
all: deps ## build the program at build/vgpusim
	@$(MAKE) --no-print-directory -j$(JOBS) link

.PHONY: all link deps testdeps run check check-full layers unit law cli broken fuzz-replay repro \
        asan tsan cov coverage-of-intervals mutants browser lint fmt fmt-check bench icount soak fuzz docs docs-check pictures install uninstall clean help

link: layers $(B)/vgpusim
ifeq ($(B),build/main)
	@ln -sf main/vgpusim build/vgpusim
endif

$(B)/vgpusim: $(MAIN) $(LIB)
	@echo '  LD  $@'
	$(Q)$(CC) $(OPT) $(XF) $(LDFLAGS) -o $@ $(MAIN) $(LIB) $(LIBS)

$(LIB): $(filter-out $(MAIN),$(OBJ))
	@rm -f $@ && ar rcs $@ $^

$(B)/%.o: %.c
	@mkdir -p $(@D) && echo '  CC  $<'
	$(Q)$(CC) $(BUILD) -DVGPUSIM_VERSION='"$(VERSION)"' -DVGPUSIM_FLAGS='"$(FLAGS)"' -c $< -o $@

# Files inside the binary, each an array of bytes, by name: the catalogue, the scripts of pictures.
# $(call embed,array,header,files)
define embed
@mkdir -p $(@D)
@{ echo '#include "$(2)"'; \
   for f in $(3); do \
       echo "static const unsigned char file_$$(basename $$f | tr . _)[] = {"; \
       od -An -v -tu1 $$f | sed 's/\([0-9][0-9]*\)/\1,/g'; echo "};"; \
   done; \
   echo "const struct data_file $(1)[] = {"; \
   for f in $(3); do \
       n=$$(basename $$f); v=file_$$(echo $$n | tr . _); \
       echo "{\"$$n\", (const char *)$$v, sizeof $$v},"; \
   done; \
   echo "};"; echo "const int $(1)_n = sizeof $(1) / sizeof $(1)[0];"; \
 } > $@
endef
$(B)/gen/data.c: $(DATA) Makefile
	$(call embed,data_files,models/data.h,$(DATA))
$(B)/gen/plots.c: $(PLOTS) Makefile
	$(call embed,plot_files,sim/report/plot.h,$(PLOTS))
$(B)/gen/%.o: $(B)/gen/%.c
	$(Q)$(CC) $(STD) -O0 -I. $(XF) -c $< -o $@

$(B)/tests/%: tests/%.c $(LIB)
	@mkdir -p $(@D) && echo '  CC  $<'
	$(Q)$(CC) $(BUILD) -o $@ $(filter %.c,$^) $(LIB) -lcmocka $(LIBS)
$(B)/tests/law/test_laws $(B)/tests/law/test_open: tests/law/laws.c
$(B)/tests/law/test_paths: tests/law/lanes_random.c
$(B)/tests/law/test_coverage $(B)/tests/coverage/coverage: tests/coverage/cover.c
$(B)/tests/law/test_flow: tests/law/clocked.c
$(B)/tests/validation/validate: $(filter-out %/validate.c,$(wildcard tests/validation/*.c)) tests/validation/measure.h

-include $(OBJ:.o=.d) $(UNIT:=.d) $(LAW:=.d) $(B)/tests/validation/validate.d
.SECONDARY:

run: all ## compare every sharing mode on the quick-start scenario (SCENARIO=FILE for another)
	build/vgpusim run $(SCENARIO)

# ---- What is needed ----
# $(call need,list): installs the missing packages, or says which they are.
define need
	@missing=; for p in $(1); do [ -e "$${p#*:}" ] || missing="$$missing $${p%%:*}"; done; \
	[ -z "$$missing" ] && exit 0; \
	if [ "$$(id -u)" = 0 ]; then sudo=; elif sudo -n true 2>/dev/null; then sudo=sudo; else sudo=none; fi; \
	if [ "$$sudo" != none ] && command -v apt-get >/dev/null; then \
	    echo "installing:$$missing" >&2; \
	    { $$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq \
	      --no-install-recommends $$missing; } >build-packages.log 2>&1 && rm -f build-packages.log && exit 0; \
	    cat build-packages.log >&2; \
	fi; \
	echo "missing packages:$$missing" >&2; \
	echo "install them as root: apt-get install$$missing" >&2; exit 1
endef

deps:
	$(call need,$(PACKAGES))
testdeps: deps
	$(call need,$(TESTPKGS))

# ---- Tests ----
check: testdeps ## run every test that belongs to a change (a few minutes)
	@$(MAKE) --no-print-directory -j$(JOBS) link $(UNIT) $(LAW) $(B)/tests/validation/validate
	@B=$(B) sh tests/check.sh

check-full: check asan tsan repro icount ## check, then sanitizers, both compilers, CPU paths, instructions

asan: testdeps ## the tests under address and undefined-behaviour sanitizers
	@$(MAKE) --no-print-directory -j$(JOBS) B=build/asan OPT=-O1 \
	  XF='-fsanitize=address,undefined -fno-sanitize-recover=all' check

tsan: deps ## two threads under the thread sanitizer
	@$(MAKE) --no-print-directory -j$(JOBS) B=build/tsan OPT=-O1 XF=-fsanitize=thread build/tsan/vgpusim
	build/tsan/vgpusim run -j 2 --replicas 20 --horizon '5 s' $(SCENARIO) >/dev/null

coverage-of-intervals: testdeps ## how often intervals hold exact values: the table of docs/statistics.md
	@sh tests/coverage/run.sh

bias: testdeps ## long runs against exact values: nothing may be off by more than 0.5 %
	@$(MAKE) --no-print-directory -j$(JOBS) $(B)/tests/long/bias
	$(B)/tests/long/bias

browser: all ## the HTML report in headless Chromium, narrow and wide, light and dark: build/browser
	$(call need,gnuplot-nox:/usr/bin/gnuplot chromium:/usr/bin/chromium)
	@sh tests/browser.sh

soak: testdeps ## the fast paths against the event engine on 200,000 random cases
	@$(MAKE) --no-print-directory -j$(JOBS) $(B)/tests/law/test_paths
	$(B)/tests/law/test_paths 200000

validation: testdeps ## hold the program against exact results and write docs/validation.md
	@$(MAKE) --no-print-directory -j$(JOBS) $(B)/tests/law/test_laws
	@B=$(B) sh tests/law/validation.sh

validate: all testdeps ## predict published measurements and write what came out into docs/validation.md
	@$(MAKE) --no-print-directory -j$(JOBS) $(B)/tests/validation/validate
	@B=$(B) sh tests/validation/slices.sh
	@B=$(B) sh tests/validation/run.sh

mutants: testdeps ## deliberate errors, each of which a test must notice
	sh tests/mutants.sh

repro: deps ## the same bytes from gcc, clang, -O0 and with FMA masked
	sh tests/repro.sh

cov: testdeps ## line coverage of the tests, as text
	@$(MAKE) --no-print-directory -j$(JOBS) B=build/cov OPT=-O0 XF=--coverage check
	@gcov -n -o build/cov/sim/run $(SRC) 2>/dev/null | awk '/^File/ {f = $$2} /^Lines/ {print f, $$2}' | grep -v /usr/

fuzz: testdeps ## fuzz a reader with libFuzzer (needs clang); FUZZ=scenario or saved, SECONDS=60
	@$(MAKE) --no-print-directory -j$(JOBS) B=build/fuzz CC=$(CLANG) OPT=-O1 \
	  XF='-fsanitize=fuzzer-no-link,address,undefined' build/fuzz/libvgpusim.a
	$(CLANG) $(STD) -I. -g -O1 -fsanitize=fuzzer,address,undefined tests/fuzz/fuzz_$(FUZZ).c \
	  build/fuzz/libvgpusim.a $(LIBS) -o build/fuzz/fuzz_$(FUZZ)
	@mkdir -p build/fuzz/corpus/$(FUZZ)
	build/fuzz/fuzz_$(FUZZ) -max_total_time=$(or $(SECONDS),60) -max_len=65536 -timeout=5 \
	  build/fuzz/corpus/$(FUZZ) tests/fuzz/$(FUZZ)

# ---- Care ----
lint: ## clang-tidy, cppcheck and gcc's analyzer
	@clang-tidy --quiet -checks='-*,bugprone-*,-bugprone-easily-swappable-parameters,-bugprone-narrowing-conversions,-bugprone-implicit-widening*,-bugprone-macro-parentheses,-bugprone-sizeof-expression,clang-analyzer-*,-clang-analyzer-security.insecureAPI.*,-clang-analyzer-security.FloatLoopCounter,-clang-analyzer-valist.Uninitialized,readability-braces-around-statements' \
	  $(SRC) -- $(STD) -I.
	@cppcheck --quiet --std=c11 --enable=warning,portability --inline-suppr --error-exitcode=1 -I. sim models
	@$(MAKE) --no-print-directory -j$(JOBS) B=build/analyze OPT=-O1 XF=-fanalyzer build/analyze/libvgpusim.a

FORMAT := $(SRC) $(wildcard include/*/*.h sim/*/*.h models/*.h tests/*/*.c tests/*/*.h)
fmt: ## format the sources
	clang-format -i $(FORMAT)
fmt-check: ## fail when a source is not formatted
	clang-format --dry-run -Werror $(FORMAT)

layers: ## fail when a room includes a higher one, or a foreign header outside its door
	@sh tests/layers.sh

bench: all testdeps ## speed against other engines and the figures asked: docs/performance.md (LONG=1: a fleet too)
	@$(MAKE) --no-print-directory $(B)/tests/bench/timing $(B)/tests/bench/lanes $(B)/tests/bench/hold $(B)/tests/bench/geometry
	@B=$(B) CC='$(CC)' LONG='$(LONG)' CIMBA='$(CIMBA)' sh tests/bench.sh
	@LEAST=90 VGPUSIM=$(B)/vgpusim sh tests/bench/sweep.sh
	@$(MAKE) --no-print-directory $(B)/tests/validation/validate
	@B=$(B) sh tests/bench/plans.sh
icount: all ## instructions per request of eleven cases against those stored (WRITE=1 stores)
	@B=$(B) CC='$(CC)' OPT='$(OPT)' WRITE='$(WRITE)' sh tests/icount.sh

docs: all ## regenerate the generated pages of docs/
	sh docs/generate.sh
pictures: all ## draw the pictures of docs/pictures anew
	sh docs/pictures.sh
docs-check: all ## fail when a generated page is stale
	sh docs/generate.sh --check

# What the program writes about itself, below share/.
GENERATED := man/man1/vgpusim.1 man/man5/vgpusim-scenario.5 bash-completion/completions/vgpusim \
             zsh/site-functions/_vgpusim fish/vendor_completions.d/vgpusim.fish \
             vgpusim/scenario.schema.json vgpusim/result.schema.json vgpusim/plan.schema.json \
             vgpusim/vms.schema.json

install: all ## install under PREFIX
	install -D -m 755 build/vgpusim $(DESTDIR)$(PREFIX)/bin/vgpusim
	install -D -m 644 include/vgpusim/scheduler.h $(DESTDIR)$(PREFIX)/include/vgpusim/scheduler.h
	install -d $(DESTDIR)$(PREFIX)/share/vgpusim/scenarios
	install -m 644 scenarios/*.yaml $(DESTDIR)$(PREFIX)/share/vgpusim/scenarios/
	install -d $(addprefix $(DESTDIR)$(PREFIX)/share/,$(sort $(dir $(GENERATED))))
	@set -e; share=$(DESTDIR)$(PREFIX)/share; \
	build/vgpusim gen man -o $$share/man/man1/vgpusim.1; \
	build/vgpusim gen man scenario -o $$share/man/man5/vgpusim-scenario.5; \
	build/vgpusim gen completion bash -o $$share/bash-completion/completions/vgpusim; \
	build/vgpusim gen completion zsh -o $$share/zsh/site-functions/_vgpusim; \
	build/vgpusim gen completion fish -o $$share/fish/vendor_completions.d/vgpusim.fish; \
	build/vgpusim gen schema scenario -o $$share/vgpusim/scenario.schema.json; \
	build/vgpusim gen schema result -o $$share/vgpusim/result.schema.json; \
	build/vgpusim gen schema plan -o $$share/vgpusim/plan.schema.json; \
	build/vgpusim gen schema vms -o $$share/vgpusim/vms.schema.json
	chmod 644 $(addprefix $(DESTDIR)$(PREFIX)/share/,$(GENERATED))
uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/vgpusim
	rm -rf $(DESTDIR)$(PREFIX)/include/vgpusim
	rm -rf $(DESTDIR)$(PREFIX)/share/vgpusim
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/share/,$(GENERATED))

clean: ## remove everything that was built
	rm -rf build

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | awk -F'\t' '{printf "  make %-12s %s\n", $$1, $$2}'
