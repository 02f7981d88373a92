# SPDX-License-Identifier: MIT OR Apache-2.0
# `make help` lists the targets. GNU make.

VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
URL := $(shell sed -n 's/^homepage = "\(.*\)"/\1/p' Cargo.toml)
# The ABI's number, and the first version that had it: find_package(nlrs 0.1) accepts every later version with the same number.
SOVERSION := 0
SOVERSION_SINCE := 0.1

PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
MANDIR ?= $(PREFIX)/share/man
DOCDIR ?= $(PREFIX)/share/doc/libnlrs
# Debian and others want 644.
SHLIBMODE ?= 755
DESTDIR ?=
# What is built for: Rust's name of another machine, with a C compiler for it (docs/building.md).
TARGET ?= $(CARGO_BUILD_TARGET)
CC ?= cc
CFLAGS ?= -O2
CARGO ?= cargo
CARGO_FLAGS ?=
# The other tools have the compiler's prefix: aarch64-linux-gnu-objcopy beside aarch64-linux-gnu-gcc.
CROSS_PREFIX ?= $(patsubst %gcc,%,$(filter-out %musl-gcc,$(filter %-gcc,$(firstword $(CC)))))
STRIP ?= $(CROSS_PREFIX)strip
OBJCOPY ?= $(CROSS_PREFIX)objcopy
ifeq ($(origin AR),default)
AR := $(CROSS_PREFIX)ar
endif
ifeq ($(origin LD),default)
LD := $(CROSS_PREFIX)ld
endif
INSTALL ?= install
LDCONFIG ?= ldconfig
PKG_CONFIG ?= pkg-config

BUILD ?= build$(TARGET:%=/%)
# The file begins with the soname and ends with the version, so that a version with a new soname never takes an older one's file.
SO := libnlrs.so.$(SOVERSION).$(VERSION)
# cargo's own folder for the shipped library, apart from that of tests and development.
CARGO_DIR := $(BUILD)/cargo
# The exported names, from the version script.
NAMES = sed -n 's/^ *\(nlrs_[a-z0-9_]*\);$$/\1/p' abi/nlrs.map
SOURCES := Cargo.toml Cargo.lock build.rs core/Cargo.toml $(shell find src core/src -name '*.rs')

.DELETE_ON_ERROR:
.PHONY: all demo dist check check-abi header man bench bench-plots install install-strip uninstall clean deps deps-bench help

all: $(BUILD)/$(SO) $(BUILD)/libnlrs.so.$(SOVERSION) $(BUILD)/libnlrs.so $(BUILD)/libnlrs.a $(BUILD)/nlrs.pc ## build the library (default)

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22
	@echo
	@echo '  Honoured: UNWIND PREFIX LIBDIR INCLUDEDIR MANDIR DOCDIR SHLIBMODE DESTDIR LDCONFIG BUILD'
	@echo '            TARGET CROSS_PREFIX CC CFLAGS LDFLAGS CARGO CARGO_FLAGS LD STRIP AR OBJCOPY PKG_CONFIG (docs/building.md)'

# For size, in the shipped library alone: what opt-level = "s" tells LLVM (optsize), and no call replaced by the callee's code
# where that is longer and nobody asked for it. Not opt-level = "s" itself: rustc then leaves out its own inlining too, whose
# result is shorter as well as faster. Nothing depends on these; where an LLVM does not know them: make RUSTC_SIZE=
RUSTC_SIZE ?= -Cllvm-args=-force-attribute=optsize -Cllvm-args=-inline-threshold=10

# rustc makes a static archive and cc the shared library out of it: rustc's own shared libraries can carry a soname, but no
# symbol versions (it passes a version script of its own, beside which linkers ignore or refuse a second one).
# The flags are for every crate of the archive, and so go by the environment; the remapped prefix keeps this folder's name out
# of the result. cargo wants them apart by the byte 037. $(1): package, $(2): options of rustc, $(3): of cargo, for another profile.
# cargo reports where it wrote the archive: that depends on TARGET and on every config.toml that it reads. What is used is a
# copy, which is newer than the sources even where cargo found nothing to do.
define RUST_ARCHIVE
	@mkdir -p $(@D)
	CARGO_TARGET_DIR=$(CARGO_DIR) CARGO_ENCODED_RUSTFLAGS="$$(printf '%s\n' '--remap-path-prefix=$(CURDIR)=.' $(RUSTFLAGS) $(2) | \
		tr '\n' '\037' | sed 's/\o037$$//')" $(CARGO) rustc --quiet --locked $(or $(3),--release) --package $(1) --lib --crate-type staticlib \
		$(TARGET:%=--target %) $(CARGO_FLAGS) --message-format=json-render-diagnostics > $@.json
	@file=$$(sed -n 's|.*"\([^"]*/$(@F)\)".*|\1|p' $@.json); \
		[ -s "$$file" ] || { echo "cargo made no $(@F)$(TARGET:%= for %)" >&2; exit 1; }; cp "$$file" $@
endef

ARCHIVE := $(BUILD)/rust/libnlrs.a

# No records for unwinding (.eh_frame), a sixth of the file: nothing unwinds through the library, which has no exceptions and whose
# panics abort; pthread_cancel works without. What is lost are backtraces through its frames where there is no debug information.
# rustc's own option for it does not reach what is inlined from the standard library. To keep them: make UNWIND=1
$(ARCHIVE): $(SOURCES)
	$(call RUST_ARCHIVE,libnlrs-c,$(RUSTC_SIZE))
	$(if $(UNWIND),,$(OBJCOPY) --remove-section=.eh_frame --remove-section='.rel*.eh_frame' $@)

# Shell function: each of these options of the linker that it knows. gold, zig and old ones know fewer.
LINKER_KNOWS = known() { for option; do \
	! $(CC) $(LDFLAGS) -shared -nostdlib "$$option" -x c /dev/null -o $@.probe > /dev/null 2>&1 || echo "$$option"; done; rm -f $@.probe; }

# -nodefaultlibs … -lc: nothing but libc is needed; before version 2.34 glibc has its threads in libpthread, which is not
# needed afterwards. -nostartfiles: there is nothing to run at load or unload. -z defs: a
# name left undefined is an error now and not at the user's. --no-undefined-version: so is a name in the map that the
# library lacks. -z noseparate-code: no pages of zeros between code and tables, 8 KiB less. No -O1: to the linker that
# means a table of hashed names with more empty room, 1.3 KiB.
$(BUILD)/$(SO): $(ARCHIVE) abi/nlrs.map Makefile
	@$(LINKER_KNOWS); optional=$$(known -Wl,--no-undefined-version -Wl,--hash-style=gnu -Wl,--build-id=sha1 -Wl,-z,noseparate-code); \
	set -x; $(CC) -shared -nostartfiles -nodefaultlibs -o $@ \
		-Wl,-soname,libnlrs.so.$(SOVERSION) -Wl,--version-script=abi/nlrs.map -Wl,--gc-sections \
		-Wl,-z,defs,-z,relro,-z,now,-z,noexecstack $$optional $(LDFLAGS) \
		-Wl,--whole-archive $(ARCHIVE) -Wl,--no-whole-archive -Wl,--as-needed -lpthread -lc

$(BUILD)/libnlrs.so.$(SOVERSION): $(BUILD)/$(SO)
	ln -sf $(SO) $@

$(BUILD)/libnlrs.so: $(BUILD)/libnlrs.so.$(SOVERSION)
	ln -sf libnlrs.so.$(SOVERSION) $@

# One object in which only our names are global, so that it links beside any other Rust archive: allocator, panic handler
# and the rest of core stay inside. LLVM's bitcode is dropped, which other versions' tools choke on. GNU ld itself, whatever CC
# links with: gold and zig cannot do this.
$(BUILD)/libnlrs.a: $(ARCHIVE) abi/nlrs.map Makefile
	$(NAMES) > $(BUILD)/names
	$(LD) -r --force-group-allocation --gc-sections $$(sed 's/^/-u /' $(BUILD)/names) --whole-archive $(ARCHIVE) -o $(BUILD)/nlrs.o
	$(OBJCOPY) --strip-debug -R .llvmbc -R .llvmcmd --keep-global-symbols=$(BUILD)/names $(BUILD)/nlrs.o
	rm -f $@
	$(AR) rcsD $@ $(BUILD)/nlrs.o

# For the PREFIX of this very call, so an install writes it where it belongs: a file left from another PREFIX would be wrong.
# In a pkg-config file a space of a path is escaped by a backslash, and so is what a shell would take for its own.
define PC
	@quote() { printf '%s' "$$1" | sed -e 's/[ ;"&#]/\\&/g' -e 's/[\\&|]/\\&/g'; }; \
	sed -e "s|@PREFIX@|$$(quote '$(PREFIX)')|" -e "s|@LIBDIR@|$$(quote '$(LIBDIR)')|" \
		-e "s|@INCLUDEDIR@|$$(quote '$(INCLUDEDIR)')|" -e 's|@VERSION@|$(VERSION)|' -e 's|@URL@|$(URL)|' \
		pkgconfig/nlrs.pc.in > $(1)
endef

# find_package(nlrs) finds the headers by their way from its own folder.
define CMAKE_FILES
	@away=$$(realpath -ms --relative-to='$(LIBDIR)/cmake/nlrs' '$(INCLUDEDIR)'); \
	for name in nlrs-config nlrs-config-version; do \
		sed -e "s|@INCLUDEDIR_FROM_CMAKE@|$$away|" -e 's|@VERSION@|$(VERSION)|' -e 's|@SOVERSION@|$(SOVERSION)|' \
			-e 's|@SO@|$(SO)|' -e 's|@SOVERSION_SINCE@|$(SOVERSION_SINCE)|' \
			pkgconfig/$$name.cmake.in > '$(DESTDIR)$(LIBDIR)/cmake/nlrs/'$$name.cmake; \
	done
endef

$(BUILD)/nlrs.pc: pkgconfig/nlrs.pc.in Cargo.toml Makefile
	@mkdir -p $(BUILD)
	$(call PC,$@)

# Every folder has to be absolute: below DESTDIR a relative one would name another place than in the files that are installed.
define CHECK_FOLDERS
	@for folder in 'PREFIX=$(PREFIX)' 'LIBDIR=$(LIBDIR)' 'INCLUDEDIR=$(INCLUDEDIR)' 'MANDIR=$(MANDIR)' 'DOCDIR=$(DOCDIR)'; do \
		case $${folder#*=} in /*) ;; *) echo "$$folder is not an absolute path" >&2; exit 1;; esac; \
	done
endef

# The dynamic linker finds what is in its cache. Below DESTDIR, or in a folder that it does not search, there is nothing to do.
define UPDATE_CACHE
	@[ -z '$(DESTDIR)' ] || exit 0; PATH="$$PATH:/usr/sbin:/sbin"; command -v $(LDCONFIG) > /dev/null || exit 0; \
	if ! $(LDCONFIG) -N -X -v 2> /dev/null | grep -qF '$(LIBDIR):'; then \
		echo '$(LIBDIR) is none of the folders that the dynamic linker searches: programs need LD_LIBRARY_PATH or an rpath'; \
	elif ! $(LDCONFIG); then echo 'ldconfig failed: run it as root' >&2; exit 1; fi
endef

# A page has the functions that belong together. Each other name is a page of one line that reads that one.
MAN_SECTIONS := $(sort $(patsubst man/man%/,%,$(wildcard man/man*/)))

define INSTALL_MAN
	@for section in $(MAN_SECTIONS); do \
		$(INSTALL) -d '$(DESTDIR)$(MANDIR)'/man$$section && \
		$(INSTALL) -m 644 man/man$$section/* '$(DESTDIR)$(MANDIR)'/man$$section || exit 1; \
	done; \
	while read -r name page; do echo ".so man3/$$page.3" > '$(DESTDIR)$(MANDIR)'/man3/$$name.3 || exit 1; done < man/links; \
	cut -d ' ' -f 1 man/links | sed 's/$$/.3/' | (cd '$(DESTDIR)$(MANDIR)'/man3 && xargs chmod 644)
endef

define UNINSTALL_MAN
	@cd man && for page in man*/*; do echo "$$page"; done | (cat; sed 's|\(.*\) .*|man3/\1.3|' links) | \
		(cd '$(DESTDIR)$(MANDIR)' 2> /dev/null && xargs rm -f || true)
endef

DOCUMENTS := README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE

install: all ## install below PREFIX: library, archive, headers, manual, files for pkg-config and CMake
	$(CHECK_FOLDERS)
	$(INSTALL) -d '$(DESTDIR)$(LIBDIR)/pkgconfig' '$(DESTDIR)$(LIBDIR)/cmake/nlrs' '$(DESTDIR)$(INCLUDEDIR)' '$(DESTDIR)$(DOCDIR)'
	$(INSTALL) -m $(SHLIBMODE) $(BUILD)/$(SO) '$(DESTDIR)$(LIBDIR)/$(SO)'
	ln -sf $(SO) '$(DESTDIR)$(LIBDIR)/libnlrs.so.$(SOVERSION)'
	ln -sf libnlrs.so.$(SOVERSION) '$(DESTDIR)$(LIBDIR)/libnlrs.so'
	$(INSTALL) -m 644 $(BUILD)/libnlrs.a '$(DESTDIR)$(LIBDIR)/libnlrs.a'
	$(call PC,'$(DESTDIR)$(LIBDIR)/pkgconfig/nlrs.pc')
	$(CMAKE_FILES)
	@chmod 644 '$(DESTDIR)$(LIBDIR)/pkgconfig/nlrs.pc' '$(DESTDIR)$(LIBDIR)'/cmake/nlrs/*
	$(INSTALL) -m 644 include/nlrs.h include/nlrs.hpp include/nlrs.ffi.h '$(DESTDIR)$(INCLUDEDIR)'
	$(INSTALL) -m 644 $(DOCUMENTS) '$(DESTDIR)$(DOCDIR)'
	$(INSTALL_MAN)
	$(UPDATE_CACHE)

install-strip: install ## install, and strip the installed library
	$(STRIP) --strip-unneeded '$(DESTDIR)$(LIBDIR)/$(SO)'

uninstall: ## remove what install put there
	$(CHECK_FOLDERS)
	rm -f '$(DESTDIR)$(LIBDIR)/$(SO)' '$(DESTDIR)$(LIBDIR)/libnlrs.so.$(SOVERSION)' '$(DESTDIR)$(LIBDIR)/libnlrs.so' \
		'$(DESTDIR)$(LIBDIR)/libnlrs.a' '$(DESTDIR)$(LIBDIR)/pkgconfig/nlrs.pc' \
		'$(DESTDIR)$(INCLUDEDIR)/nlrs.h' '$(DESTDIR)$(INCLUDEDIR)/nlrs.hpp' '$(DESTDIR)$(INCLUDEDIR)/nlrs.ffi.h'
	rm -rf '$(DESTDIR)$(LIBDIR)/cmake/nlrs' '$(DESTDIR)$(DOCDIR)'
	$(UNINSTALL_MAN)
	$(UPDATE_CACHE)

dist: ## make the source archive of the last commit, the same bytes each time
	@[ "$$(git rev-parse --show-toplevel 2> /dev/null)" = "$$(pwd -P)" ] || { \
		echo 'make dist: this folder is no clone of the repository; the archive is made from a commit' >&2; exit 1; }
	@mkdir -p $(BUILD)
	git archive --format=tar --prefix=nlrs-$(VERSION)/ -o $(BUILD)/nlrs-$(VERSION).tar HEAD
	gzip -9nf $(BUILD)/nlrs-$(VERSION).tar

demo: all ## show this host's network, and change a network of its own (examples/tour.c)
	@$(MAKE) --no-print-directory install DESTDIR= PREFIX='$(CURDIR)/$(BUILD)/stage' LIBDIR='$(CURDIR)/$(BUILD)/stage/lib' \
		INCLUDEDIR='$(CURDIR)/$(BUILD)/stage/include' > $(BUILD)/stage.log || { cat $(BUILD)/stage.log; exit 1; }
	@export PKG_CONFIG_PATH='$(CURDIR)/$(BUILD)/stage/lib/pkgconfig'; \
	flags=$$($(PKG_CONFIG) --cflags --libs nlrs) || { \
		echo 'pkg-config is not installed: its answer is written out here'; \
		flags="-I$(BUILD)/stage/include -L$(BUILD)/stage/lib -lnlrs"; }; \
	eval "$(CC) $(CFLAGS) -o $(BUILD)/tour examples/tour.c $$flags"
	@LD_LIBRARY_PATH='$(CURDIR)/$(BUILD)/stage/lib' $(BUILD)/tour

# The Rust library, the C library and the generator of its header; what is in compat/ has targets of its own.
CRATES := -p libnlrs -p libnlrs-c -p nlrs-tools

# The tests run the shipped library beside cargo's. What they skip or measure they write to a log, which is printed at the end.
LOG := $(BUILD)/log
TEST_ENV = NLRS_SHIPPED_DIR=$(BUILD) NLRS_LOG=$(LOG)

# The notes of the log, and how many tests were skipped, with the reason of each.
define PRINT_LOG
	sed -n 's/^NOTE //p' $(LOG) | sort -u; echo "skipped: $$(grep -c '^SKIP ' $(LOG))"; sed -n 's/^SKIP /  /p' $(LOG)
endef

check: all ## format, lints and every test
	@: > $(LOG); status=0; \
	if $(CARGO) fmt --version > /dev/null 2>&1; then echo '$(CARGO) fmt'; $(CARGO) fmt --all --check || status=1; \
		else echo 'SKIP format: cargo fmt is not installed' >> $(LOG); fi; \
	if $(CARGO) clippy --version > /dev/null 2>&1; then echo '$(CARGO) clippy'; \
		$(CARGO) clippy --quiet --locked -p libnlrs -p libnlrs-c -- -D warnings || status=1; \
		$(CARGO) clippy --quiet --locked $(CRATES) --all-targets -- \
			-D warnings -A clippy::cast_possible_truncation || status=1; \
		$(CARGO) clippy --quiet --locked -p libnlrs --features std --all-targets -- \
			-D warnings -A clippy::cast_possible_truncation || status=1; \
		else echo 'SKIP lints: cargo clippy is not installed' >> $(LOG); fi; \
	if $(CARGO) nextest --version > /dev/null 2>&1; then \
		$(TEST_ENV) $(CARGO) nextest run --locked $(CRATES) --no-fail-fast --success-output never --status-level slow || status=1; \
		else $(TEST_ENV) $(CARGO) test --quiet --locked $(CRATES) --no-fail-fast --lib --bins --tests || status=1; fi; \
	$(TEST_ENV) $(CARGO) test --quiet --locked -p libnlrs --features std --lib with_std || status=1; \
	$(TEST_ENV) $(CARGO) test --quiet --locked -p libnlrs --features std --doc || status=1; \
	$(PRINT_LOG); \
	[ $$status = 0 ] && echo 'make check: passed' || { echo 'make check: FAILED'; exit 1; }

check-abi: all ## compare the exported names with header and map; soname, versions, size, hardening
	$(TEST_ENV) $(CARGO) test --quiet --locked --test abi -- --nocapture

header: ## write what is generated from src anew: include/nlrs.h, include/nlrs.ffi.h, abi/nlrs.map, man/
	$(CARGO) run --quiet --locked --package nlrs-tools -- generate

man: header ## write the manual pages anew from the comments (the same as make header)

bench: all ## measure; see benches/
	benches/run

# What `make check` looks for: compilers of the header's matrix, pkg-config, cffi to read nlrs.ffi.h, libmnl for the comparison in
# c-tests, tshark to read the captures of a trace, unshare and ip, what checks scripts and manual pages.
PACKAGES := gcc g++ clang make binutils pkg-config python3 python3-cffi libc6-dev linux-libc-dev util-linux iproute2 libmnl-dev tshark \
	shellcheck man-db mandoc
# What `make bench` compares with and counts by.
PACKAGES_BENCH := iproute2 libmnl-dev libnl-3-dev libnl-route-3-dev valgrind python3

# $(1): Debian packages, of which those are installed that are missing.
define INSTALL_PACKAGES
	@missing=$$(for package in $(sort $(1)); do \
		dpkg-query -W -f '$${db:Status-Abbrev}' $$package 2> /dev/null | grep -q '^ii' || echo $$package; done); \
	if [ -z "$$missing" ]; then echo 'Nothing is missing.'; exit 0; fi; \
	echo "Installing from Debian:" $$missing; \
	sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	$$sudo apt-get update && $$sudo apt-get install -y --no-install-recommends $$missing
endef

bench-plots: ## draw docs/performance.svg from the figures in docs/performance.md
	$(CARGO) run --quiet --locked --package nlrs-tools -- plots

deps: ## install the Debian packages that make check looks for and that are missing (apt-get, sudo unless root)
	$(call INSTALL_PACKAGES,$(PACKAGES))

deps-bench: ## install what make bench compares with
	$(call INSTALL_PACKAGES,$(PACKAGES_BENCH))

clean: ## remove what was built
	rm -rf $(BUILD) target

-include compat/compat.mk
-include ynl/ynl.mk
-include bindings/python/python.mk
-include examples/examples.mk
-include docs/docs.mk
-include deep/deep.mk
-include packaging/packaging.mk
