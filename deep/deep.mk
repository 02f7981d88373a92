# SPDX-License-Identifier: MIT OR Apache-2.0
# The proof that takes longer than `make check`. One target for each part; NLRS_DEEP_SECONDS bounds each fuzz target and the soak.

DEEP := $(BUILD)/deep
NLRS_DEEP_SECONDS ?= 20
DEEP_ENV = NLRS_LOG='$(CURDIR)/$(LOG)' SCENARIO_TEXT='$(CURDIR)/$(DEEP)/trace.txt' NLRS_DEEP_SECONDS=$(NLRS_DEEP_SECONDS)
PACKAGES_DEEP := valgrind abigail-tools qemu-user-static gcc-i686-linux-gnu libc6-dev-i386-cross gcc-s390x-linux-gnu \
	libc6-dev-s390x-cross gcc-aarch64-linux-gnu libc6-dev-arm64-cross musl-tools

DEEP_PARTS := deep-panic deep-abi deep-reach deep-alloc deep-syscall deep-memcheck deep-address deep-thread deep-security deep-model deep-fuzz \
	deep-soak deep-machines deep-glibc
.PHONY: check-deep deps-deep $(DEEP_PARTS)

deps-deep: ## install what make check-deep looks for beside that: valgrind, abidiff, qemu, cross compilers
	$(call INSTALL_PACKAGES,$(PACKAGES) $(PACKAGES_DEEP))

check-deep: all ## the proof under faults, sanitizers, fuzzing, on other machines (docs/reliability.md)
	@mkdir -p $(DEEP); : > $(LOG)
	@failed=; for part in $(DEEP_PARTS); do begun=$$(date +%s); echo "== $$part"; \
		$(MAKE) --no-print-directory $$part || failed="$$failed $$part"; echo "== $$part: $$(($$(date +%s) - begun)) s"; done; \
	$(PRINT_LOG); \
	if [ -n "$$failed" ]; then echo "failed:$$failed"; exit 1; fi

$(DEEP)/%: deep/%.c deep/scenarios.h c-tests/check.h include/nlrs.h $(BUILD)/libnlrs.so
	@mkdir -p $(DEEP)
	$(CC) -std=gnu11 -g -O1 -Wall -Wextra -Werror -fno-builtin-malloc -Iinclude $< -o $@ -L$(BUILD) -lnlrs -pthread \
		-Wl,-rpath,'$(CURDIR)/$(BUILD)'

deep-panic: all ## the shipped library cannot panic, and the check sees one that was planted
	@mkdir -p $(DEEP); $(DEEP_ENV) deep/no-panic

deep-abi: all ## the ABI is compatible with abi/baseline.abi
	@mkdir -p $(DEEP); $(DEEP_ENV) deep/abi-guard

deep-reach: $(DEEP)/faults ## what is made to fail is all that the library calls, by every function that gets there
	@$(DEEP_ENV) deep/reach

deep-alloc: $(DEEP)/faults ## every allocation fails once, and from then on
	@$(DEEP_ENV) $(DEEP)/faults alloc 2> /dev/null

deep-syscall: $(DEEP)/faults ## every system call fails with each errno of its man page, is interrupted, short, late
	@$(DEEP_ENV) NLRS_DEEP_MOST=$${NLRS_DEEP_MOST:-4} $(DEEP)/faults syscall 2> /dev/null

deep-memcheck: all ## C tests, examples and scenarios under valgrind
	@mkdir -p $(DEEP); $(DEEP_ENV) deep/memcheck

deep-address: ## C tests, examples, scenarios and threads with AddressSanitizer, LeakSanitizer, UndefinedBehaviorSanitizer
	@mkdir -p $(DEEP); $(DEEP_ENV) deep/sanitize address

deep-thread: ## many threads on one socket, and on monitors, with ThreadSanitizer
	@mkdir -p $(DEEP); $(DEEP_ENV) deep/sanitize thread

# A million requests by 8 threads take some minutes.
deep-million: $(DEEP)/threads ## a million requests by 8 threads on one socket (not part of check-deep)
	@$(DEEP_ENV) $(DEEP)/threads 125000 8

deep-security: all ## set-user-ID programs ignore the environment; descriptors are closed on exec
	@mkdir -p $(DEEP); $(DEEP_ENV) deep/security

deep-model: ## exchanges, monitors and views against reference models with random schedules of faults
	@PROPTEST_CASES=$${PROPTEST_CASES:-2000} $(CARGO) test --quiet --locked --test model

deep-fuzz: ## every fuzz target for NLRS_DEEP_SECONDS
	@mkdir -p $(DEEP); $(DEEP_ENV) deep/fuzz

deep-soak: $(DEEP)/soak ## mixed work in one process: memory and descriptors stay as they are
	@$(DEEP_ENV) $(DEEP)/soak $(NLRS_DEEP_SECONDS)

deep-machines: ## the oldest rustc; 32-bit x86, s390x, arm64, musl
	@mkdir -p $(DEEP); $(DEEP_ENV) deep/machines

deep-glibc: all ## Debian 11's glibc, where threads are in a library of their own
	@mkdir -p $(DEEP); $(DEEP_ENV) deep/glibc
