# SPDX-License-Identifier: MIT OR Apache-2.0
# `make help` lists the targets. GNU make.

VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
SOVERSION := 0

PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
MANDIR ?= $(PREFIX)/share/man
DESTDIR ?=
CC ?= cc
CFLAGS ?= -O2
CARGO ?= cargo
STRIP ?= strip
AR ?= ar
OBJCOPY ?= objcopy
INSTALL ?= install
PKG_CONFIG ?= pkg-config

BUILD := build
SO := libnlrs.so.$(VERSION)
# cargo's own folder for the shipped library, apart from that of tests and development.
CARGO_DIR := $(BUILD)/cargo
# The exported names, from the version script.
NAMES = sed -n 's/^ *\(nlrs_[a-z0-9_]*\);$$/\1/p' abi/nlrs.map
SOURCES := Cargo.toml Cargo.lock build.rs core/Cargo.toml $(shell find src core/src -name '*.rs')

.DELETE_ON_ERROR:
.PHONY: all demo dist check check-abi header bench install uninstall clean deps help

all: $(BUILD)/$(SO) $(BUILD)/libnlrs.so.$(SOVERSION) $(BUILD)/libnlrs.so $(BUILD)/libnlrs.a $(BUILD)/nlrs.pc ## build the library (default)

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22
	@echo
	@echo '  Honoured: PREFIX LIBDIR INCLUDEDIR MANDIR DESTDIR CC CFLAGS LDFLAGS CARGO STRIP AR OBJCOPY PKG_CONFIG'

# For size, in the shipped library alone: what opt-level = "s" tells LLVM (optsize), and no call replaced by the callee's code
# where that is longer and nobody asked for it. Not opt-level = "s" itself: rustc then leaves out its own inlining too, whose
# result is shorter as well as faster. Nothing depends on these; where an LLVM does not know them: make RUSTC_SIZE=
RUSTC_SIZE ?= -Cllvm-args=-force-attribute=optsize -Cllvm-args=-inline-threshold=10

# rustc makes a static archive and cc the shared library out of it: rustc's own shared libraries can carry a soname, but no
# symbol versions (it passes a version script of its own, beside which linkers ignore or refuse a second one).
# The flags are for every crate of the archive, and so go by the environment; the remapped prefix keeps this folder's name out
# of the result. cargo wants them apart by the byte 037.
RUST_ENV = CARGO_TARGET_DIR=$(CARGO_DIR) CARGO_ENCODED_RUSTFLAGS="$$(printf '%s\n' '--remap-path-prefix=$(CURDIR)=.' \
	$(RUSTFLAGS) $(1) | tr '\n' '\037' | sed 's/\o037$$//')"

$(CARGO_DIR)/release/libnlrs.a: $(SOURCES)
	$(call RUST_ENV,$(RUSTC_SIZE)) $(CARGO) rustc --quiet --locked --release --lib --crate-type staticlib
	@touch $@

# -nodefaultlibs … -lc: nothing but libc is needed. -nostartfiles: there is nothing to run at load or unload. -z defs: a
# name left undefined is an error now and not at the user's. --no-undefined-version: so is a name in the map that the
# library lacks. -z noseparate-code: no pages of zeros between code and tables, 8 KiB less. No -O1: to the linker that
# means a table of hashed names with more empty room, 1.3 KiB.
$(BUILD)/$(SO): $(CARGO_DIR)/release/libnlrs.a abi/nlrs.map Makefile
	$(CC) -shared -nostartfiles -nodefaultlibs -o $@ \
		-Wl,-soname,libnlrs.so.$(SOVERSION) -Wl,--version-script=abi/nlrs.map -Wl,--no-undefined-version \
		-Wl,--gc-sections -Wl,--hash-style=gnu -Wl,--build-id=sha1 \
		-Wl,-z,defs,-z,relro,-z,now,-z,noexecstack,-z,noseparate-code $(LDFLAGS) \
		-Wl,--whole-archive $(CARGO_DIR)/release/libnlrs.a -Wl,--no-whole-archive -lc

$(BUILD)/libnlrs.so.$(SOVERSION): $(BUILD)/$(SO)
	ln -sf $(SO) $@

$(BUILD)/libnlrs.so: $(BUILD)/libnlrs.so.$(SOVERSION)
	ln -sf libnlrs.so.$(SOVERSION) $@

# One object in which only our names are global, so that it links beside any other Rust archive: allocator, panic handler
# and the rest of core stay inside. LLVM's bitcode is dropped, which other versions' tools choke on.
$(BUILD)/libnlrs.a: $(CARGO_DIR)/release/libnlrs.a abi/nlrs.map Makefile
	$(NAMES) > $(BUILD)/names
	$(CC) -nostdlib -r -Wl,--force-group-allocation -Wl,--gc-sections $$(sed 's/^/-Wl,-u,/' $(BUILD)/names) \
		-Wl,--whole-archive $< -Wl,--no-whole-archive -o $(BUILD)/nlrs.o
	$(OBJCOPY) --strip-debug -R .llvmbc -R .llvmcmd --keep-global-symbols=$(BUILD)/names $(BUILD)/nlrs.o
	rm -f $@
	$(AR) rcsD $@ $(BUILD)/nlrs.o

# For the PREFIX of this very call, so an install writes it where it belongs: a file left from another PREFIX would be wrong.
# In a pkg-config file a space of a path is escaped by a backslash, and so is what a shell would take for its own.
define PC
	@quote() { printf '%s' "$$1" | sed -e 's/[ ;"&#]/\\&/g' -e 's/[\\&|]/\\&/g'; }; \
	sed -e "s|@PREFIX@|$$(quote '$(PREFIX)')|" -e "s|@LIBDIR@|$$(quote '$(LIBDIR)')|" \
		-e "s|@INCLUDEDIR@|$$(quote '$(INCLUDEDIR)')|" -e 's|@VERSION@|$(VERSION)|' pkgconfig/nlrs.pc.in > $(1)
endef

# find_package(nlrs) finds the headers by their way from its own folder.
define CMAKE_FILES
	@away=$$(realpath -ms --relative-to='$(LIBDIR)/cmake/nlrs' '$(INCLUDEDIR)'); \
	for name in nlrs-config nlrs-config-version; do \
		sed -e "s|@INCLUDEDIR_FROM_CMAKE@|$$away|" -e 's|@VERSION@|$(VERSION)|' -e 's|@SOVERSION@|$(SOVERSION)|' \
			-e 's|@MAJOR@|$(word 1,$(subst ., ,$(VERSION)))|' -e 's|@MINOR@|$(word 2,$(subst ., ,$(VERSION)))|' \
			pkgconfig/$$name.cmake.in > '$(DESTDIR)$(LIBDIR)/cmake/nlrs/'$$name.cmake; \
	done
endef

$(BUILD)/nlrs.pc: pkgconfig/nlrs.pc.in Cargo.toml Makefile
	@mkdir -p $(BUILD)
	$(call PC,$@)

install: all ## install below PREFIX: library, archive, headers, files for pkg-config and CMake
	$(INSTALL) -d '$(DESTDIR)$(LIBDIR)/pkgconfig' '$(DESTDIR)$(LIBDIR)/cmake/nlrs' '$(DESTDIR)$(INCLUDEDIR)'
	$(INSTALL) -m 755 $(BUILD)/$(SO) '$(DESTDIR)$(LIBDIR)/$(SO)'
	$(STRIP) --strip-unneeded '$(DESTDIR)$(LIBDIR)/$(SO)'
	ln -sf $(SO) '$(DESTDIR)$(LIBDIR)/libnlrs.so.$(SOVERSION)'
	ln -sf libnlrs.so.$(SOVERSION) '$(DESTDIR)$(LIBDIR)/libnlrs.so'
	$(INSTALL) -m 644 $(BUILD)/libnlrs.a '$(DESTDIR)$(LIBDIR)/libnlrs.a'
	$(call PC,'$(DESTDIR)$(LIBDIR)/pkgconfig/nlrs.pc')
	$(CMAKE_FILES)
	@chmod 644 '$(DESTDIR)$(LIBDIR)/pkgconfig/nlrs.pc' '$(DESTDIR)$(LIBDIR)'/cmake/nlrs/*
	$(INSTALL) -m 644 include/nlrs.h include/nlrs.hpp include/nlrs.ffi.h '$(DESTDIR)$(INCLUDEDIR)'

uninstall: ## remove what install put there
	rm -f '$(DESTDIR)$(LIBDIR)/$(SO)' '$(DESTDIR)$(LIBDIR)/libnlrs.so.$(SOVERSION)' '$(DESTDIR)$(LIBDIR)/libnlrs.so' \
		'$(DESTDIR)$(LIBDIR)/libnlrs.a' '$(DESTDIR)$(LIBDIR)/pkgconfig/nlrs.pc' \
		'$(DESTDIR)$(INCLUDEDIR)/nlrs.h' '$(DESTDIR)$(INCLUDEDIR)/nlrs.hpp' '$(DESTDIR)$(INCLUDEDIR)/nlrs.ffi.h'
	rm -rf '$(DESTDIR)$(LIBDIR)/cmake/nlrs'

dist: ## make the source archive of the last commit, the same bytes each time
	@mkdir -p $(BUILD)
	git archive --format=tar --prefix=nlrs-$(VERSION)/ HEAD | gzip -9n > $(BUILD)/nlrs-$(VERSION).tar.gz

demo: all ## show this host's network, and change a network of its own (examples/tour.c)
	@$(MAKE) --no-print-directory install DESTDIR= PREFIX='$(CURDIR)/$(BUILD)/stage' LIBDIR='$(CURDIR)/$(BUILD)/stage/lib' \
		INCLUDEDIR='$(CURDIR)/$(BUILD)/stage/include' > $(BUILD)/stage.log || { cat $(BUILD)/stage.log; exit 1; }
	@export PKG_CONFIG_PATH='$(CURDIR)/$(BUILD)/stage/lib/pkgconfig'; \
	flags=$$($(PKG_CONFIG) --cflags --libs nlrs) || { \
		echo 'pkg-config is not installed: its answer is written out here'; \
		flags="-I$(BUILD)/stage/include -L$(BUILD)/stage/lib -lnlrs"; }; \
	eval "$(CC) $(CFLAGS) -o $(BUILD)/tour examples/tour.c $$flags"
	@LD_LIBRARY_PATH='$(CURDIR)/$(BUILD)/stage/lib' $(BUILD)/tour

# The Rust library and the C library; what is in compat/ has targets of its own.
CRATES := -p libnlrs -p libnlrs-c

# The tests run the shipped library beside cargo's. What they skip or measure they write to a file that is printed at the end.
TEST_ENV = NLRS_SHIPPED_DIR=$(BUILD) NLRS_LOG=$(BUILD)/log

check: all ## format, lints and every test
	@rm -f $(BUILD)/log; touch $(BUILD)/log; status=0; \
	if $(CARGO) fmt --version > /dev/null 2>&1; then echo '$(CARGO) fmt'; $(CARGO) fmt --all --check || status=1; \
		else echo 'SKIP format: cargo fmt is not installed' >> $(BUILD)/log; fi; \
	if $(CARGO) clippy --version > /dev/null 2>&1; then echo '$(CARGO) clippy'; \
		$(CARGO) clippy --quiet --locked $(CRATES) -- -D warnings || status=1; \
		$(CARGO) clippy --quiet --locked $(CRATES) --all-targets -- -D warnings -A clippy::cast_possible_truncation || status=1; \
		else echo 'SKIP lints: cargo clippy is not installed' >> $(BUILD)/log; fi; \
	if $(CARGO) nextest --version > /dev/null 2>&1; then \
		$(TEST_ENV) $(CARGO) nextest run --locked $(CRATES) --no-fail-fast --success-output never --status-level slow || status=1; \
		else $(TEST_ENV) $(CARGO) test --quiet --locked $(CRATES) --no-fail-fast --lib --bins --tests || status=1; fi; \
	$(TEST_ENV) $(CARGO) test --quiet --locked -p libnlrs --doc || status=1; \
	sed -n 's/^NOTE //p' $(BUILD)/log | sort -u; \
	echo "skipped: $$(grep -c '^SKIP ' $(BUILD)/log)"; sed -n 's/^SKIP /  /p' $(BUILD)/log; \
	[ $$status = 0 ] && echo 'make check: all is well' || { echo 'make check: FAILED'; exit 1; }

check-abi: all ## compare the exported names with header and map; soname, versions, size, hardening
	$(TEST_ENV) $(CARGO) test --quiet --locked --test abi -- --nocapture

header: ## write include/nlrs.h, include/nlrs.ffi.h and abi/nlrs.map anew from src
	BLESS=1 $(CARGO) test --quiet --locked --test header generated_files_are_fresh -- --nocapture

bench: all ## measure; see benches/
	benches/run

# What each package is for: compilers of the header's matrix, pkg-config, cffi to read nlrs.ffi.h, and for the measurements
# and comparisons valgrind and the other netlink libraries; tshark reads the captures that a trace writes.
PACKAGES := gcc g++ clang make binutils pkg-config python3 python3-cffi libc6-dev linux-libc-dev iproute2 valgrind \
	libmnl-dev libnl-3-dev libnl-route-3-dev tshark

deps: ## install the Debian packages that the other targets want and lack (apt-get, sudo unless root)
	@missing=$$(for package in $(PACKAGES); do \
		dpkg-query -W -f '$${db:Status-Abbrev}' $$package 2> /dev/null | grep -q '^ii' || echo $$package; done); \
	if [ -z "$$missing" ]; then echo 'Nothing is missing.'; exit 0; fi; \
	echo "Installing from Debian:" $$missing; \
	sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	$$sudo apt-get update && $$sudo apt-get install -y --no-install-recommends $$missing

clean: ## remove what was built
	rm -rf $(BUILD) target

-include compat/compat.mk
-include examples/examples.mk
-include docs/docs.mk
-include deep/deep.mk
