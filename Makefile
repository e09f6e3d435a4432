# SPDX-License-Identifier: GPL-3.0-or-later
# vgpusim - simulator and capacity planner for shared NVIDIA GPUs.

VERSION := 0.1.0
KIND    ?= main
B       ?= build/$(KIND)
CC      ?= cc
PREFIX  ?= /usr/local
PKGS    := libfyaml-dev libgsl-dev libcsv-dev libcmocka-dev librandom123-dev libjansson-dev

STD   := -std=c17 -D_POSIX_C_SOURCE=200809L
OPT   ?= -O2
REPRO := -ffp-contract=off -fno-fast-math -ffile-prefix-map=$(CURDIR)=.
WARN  := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wdouble-promotion \
         -Wfloat-equal -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wvla \
         -Wundef -Wcast-qual -Wcast-align -Wwrite-strings -Wformat=2 -Wswitch-enum \
         -Wnull-dereference -Wimplicit-fallthrough -Wdate-time
ifneq (,$(findstring gcc,$(shell $(CC) --version 2>/dev/null | head -n 1) $(shell $(CC) -v 2>&1 | grep -o 'gcc version')))
WARN  += -Wlogical-op -Wduplicated-cond -Wduplicated-branches
endif
LIBS  := -lfyaml -lgsl -lgslcblas -lcsv -lm -lpthread

SRC  := $(sort $(wildcard sim/*/*.c models/*.c))
OBJ  := $(SRC:%.c=$(B)/%.o) $(B)/gen/data.o
LIB  := $(B)/libvgpusim.a
MAIN := $(B)/sim/cli/main.o
DATA := $(sort $(wildcard models/data/*.csv))
UNIT := $(patsubst tests/%.c,$(B)/tests/%,$(sort $(wildcard tests/unit/test_*.c tests/law/test_*.c)))

all: $(B)/vgpusim ## build the program
	@mkdir -p build && ln -sf $(patsubst build/%,%,$(B))/vgpusim build/vgpusim

$(B)/vgpusim: $(MAIN) $(LIB)
	$(CC) $(OPT) $(XF) $(LDFLAGS) -o $@ $(MAIN) $(LIB) $(LIBS)

lib: $(LIB)
$(LIB): $(filter-out $(MAIN),$(OBJ))
	@rm -f $@ && ar rcs $@ $^

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(STD) $(OPT) -g $(WARN) $(REPRO) -MMD -MP -I. $(CFLAGS) $(XF) -DVGPUSIM_VERSION='"$(VERSION)"' -c $< -o $@

$(B)/gen/data.c: $(DATA) Makefile
	@mkdir -p $(@D)
	@{ echo '#include "models/data.h"'; i=0; \
	   for f in $(DATA); do echo "static const unsigned char data_$$i[] = {"; od -An -v -tu1 $$f | sed 's/  *\([0-9][0-9]*\)/\1,/g'; echo "};"; i=$$((i+1)); done; \
	   echo "const struct data_file data_files[] = {"; i=0; \
	   for f in $(DATA); do echo "{\"$$(basename $$f)\", (const char *)data_$$i, sizeof data_$$i},"; i=$$((i+1)); done; \
	   echo "};"; echo "const int data_files_n = $$i;"; } | sed 's/const int data_files_n = \([0-9]*\)/const int data_files_n = \1/' > $@
$(B)/gen/data.o: $(B)/gen/data.c
	$(CC) $(STD) -O0 -I. $(XF) -c $< -o $@

$(B)/tests/%: tests/%.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(STD) $(OPT) -g $(WARN) $(REPRO) -MMD -MP -I. $(CFLAGS) $(XF) -o $@ $< $(LIB) -lcmocka $(LIBS)

-include $(OBJ:.o=.d)
.SECONDARY:
.PHONY: all lib
