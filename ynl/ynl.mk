# SPDX-License-Identifier: MIT OR Apache-2.0
# libnlrs-ynl and its program; the top Makefile includes this.

YNL := ynl
YNL_BUILD := $(BUILD)/ynl
YNL_SO := libnlrs-ynl.so.$(SOVERSION).$(VERSION)
YNL_MAP := $(YNL)/abi/nlrs-ynl.map
YNL_ARCHIVE := $(BUILD)/rust/libnlrs_ynl.a
YNL_SOURCES := $(SOURCES) $(YNL)/Cargo.toml $(shell find $(YNL)/src -name '*.rs') $(wildcard $(YNL)/specs/*.yaml)
# The most that the shared library may have, stripped.
YNL_MAX_SIZE := 2097152

BINDIR ?= $(PREFIX)/bin

# What check-ynl looks for: the kernel's tool needs Python's modules; links, qdiscs, rules and sets are made with the
# programs.
PACKAGES_YNL := gcc binutils libc6-dev linux-libc-dev python3 python3-yaml python3-jsonschema iproute2 nftables ethtool util-linux valgrind
# Debian's package that has the kernel's specifications and its tool; nothing of it is distributed.
YNL_KERNEL_PACKAGE := linux-source-6.12
YNL_KERNEL := $(YNL_BUILD)/kernel

.PHONY: ynl install-ynl uninstall-ynl check-ynl header-ynl bench-ynl fuzz-ynl deps-ynl ynl-kernel

ynl: $(YNL_BUILD)/$(YNL_SO) $(YNL_BUILD)/libnlrs-ynl.so.$(SOVERSION) $(YNL_BUILD)/libnlrs-ynl.so $(YNL_BUILD)/nlrs-ynl \
	$(YNL_BUILD)/nlrs-ynl.pc ## build libnlrs-ynl and the program nlrs-ynl in build/ynl

# A profile of its own: it unwinds, so that a panic ends at the C boundary.
$(YNL_ARCHIVE): $(YNL_SOURCES)
	$(call RUST_ARCHIVE,libnlrs-ynl,,--profile ynl --no-default-features)

# As libnlrs.so itself: see the top Makefile for why. The unwinder is linked in: libc is all that is needed at run
# time.
$(YNL_BUILD)/$(YNL_SO): $(YNL_ARCHIVE) $(YNL_MAP) $(YNL)/ynl.mk
	@mkdir -p $(@D)
	@$(LINKER_KNOWS); optional=$$(known -Wl,--no-undefined-version -Wl,--hash-style=gnu -Wl,--build-id=sha1 -Wl,-z,noseparate-code); \
	set -x; $(CC) -shared -static-libgcc -o $@ \
		-Wl,-soname,libnlrs-ynl.so.$(SOVERSION) -Wl,--version-script=$(YNL_MAP) -Wl,--gc-sections \
		-Wl,-z,defs,-z,relro,-z,now,-z,noexecstack $$optional $(LDFLAGS) \
		$$(sed -n 's/^ *\(nlrs_[a-z0-9_]*\);$$/-Wl,-u,\1/p' $(YNL_MAP)) \
		$(YNL_ARCHIVE) -Wl,--as-needed -lpthread -ldl -lm -lc

$(YNL_BUILD)/libnlrs-ynl.so.$(SOVERSION): $(YNL_BUILD)/$(YNL_SO)
	ln -sf $(YNL_SO) $@

$(YNL_BUILD)/libnlrs-ynl.so: $(YNL_BUILD)/libnlrs-ynl.so.$(SOVERSION)
	ln -sf libnlrs-ynl.so.$(SOVERSION) $@

# The program has the library in it.
$(YNL_BUILD)/nlrs-ynl: $(YNL_SOURCES)
	@mkdir -p $(@D)
	CARGO_TARGET_DIR=$(CARGO_DIR) $(CARGO) build --quiet --locked --profile ynl --package libnlrs-ynl --bin nlrs-ynl \
		$(TARGET:%=--target %) $(CARGO_FLAGS)
	cp $(CARGO_DIR)/$(TARGET:%=%/)ynl/nlrs-ynl $@

define YNL_PC
	@quote() { printf '%s' "$$1" | sed -e 's/[ ;"&#]/\\&/g' -e 's/[\\&|]/\\&/g'; }; \
	sed -e "s|@PREFIX@|$$(quote '$(PREFIX)')|" -e "s|@LIBDIR@|$$(quote '$(LIBDIR)')|" \
		-e "s|@INCLUDEDIR@|$$(quote '$(INCLUDEDIR)')|" -e 's|@VERSION@|$(VERSION)|' -e 's|@URL@|$(URL)|' \
		$(YNL)/pkgconfig/nlrs-ynl.pc.in > $(1)
endef

$(YNL_BUILD)/nlrs-ynl.pc: $(YNL)/pkgconfig/nlrs-ynl.pc.in Cargo.toml $(YNL)/ynl.mk
	@mkdir -p $(@D)
	$(call YNL_PC,$@)

# Where each shell looks for completions, below PREFIX.
YNL_BASH = $(PREFIX)/share/bash-completion/completions
YNL_ZSH = $(PREFIX)/share/zsh/site-functions
YNL_FISH = $(PREFIX)/share/fish/vendor_completions.d

install-ynl: ynl ## install libnlrs-ynl: library, header, pkg-config file, program, manual page, completions
	$(CHECK_FOLDERS)
	$(INSTALL) -d '$(DESTDIR)$(LIBDIR)/pkgconfig' '$(DESTDIR)$(INCLUDEDIR)' '$(DESTDIR)$(BINDIR)' '$(DESTDIR)$(MANDIR)/man1' \
		'$(DESTDIR)$(YNL_BASH)' '$(DESTDIR)$(YNL_ZSH)' '$(DESTDIR)$(YNL_FISH)'
	$(INSTALL) -m $(SHLIBMODE) $(YNL_BUILD)/$(YNL_SO) '$(DESTDIR)$(LIBDIR)/$(YNL_SO)'
	ln -sf $(YNL_SO) '$(DESTDIR)$(LIBDIR)/libnlrs-ynl.so.$(SOVERSION)'
	ln -sf libnlrs-ynl.so.$(SOVERSION) '$(DESTDIR)$(LIBDIR)/libnlrs-ynl.so'
	$(call YNL_PC,'$(DESTDIR)$(LIBDIR)/pkgconfig/nlrs-ynl.pc')
	@chmod 644 '$(DESTDIR)$(LIBDIR)/pkgconfig/nlrs-ynl.pc'
	$(INSTALL) -m 644 $(YNL)/include/nlrs-ynl.h '$(DESTDIR)$(INCLUDEDIR)'
	$(INSTALL) -m 755 $(YNL_BUILD)/nlrs-ynl '$(DESTDIR)$(BINDIR)'
	$(YNL_BUILD)/nlrs-ynl --generate man > '$(DESTDIR)$(MANDIR)/man1/nlrs-ynl.1'
	$(YNL_BUILD)/nlrs-ynl --generate bash > '$(DESTDIR)$(YNL_BASH)/nlrs-ynl'
	$(YNL_BUILD)/nlrs-ynl --generate zsh > '$(DESTDIR)$(YNL_ZSH)/_nlrs-ynl'
	$(YNL_BUILD)/nlrs-ynl --generate fish > '$(DESTDIR)$(YNL_FISH)/nlrs-ynl.fish'
	$(UPDATE_CACHE)

uninstall-ynl: ## remove what install-ynl put there
	$(CHECK_FOLDERS)
	rm -f '$(DESTDIR)$(LIBDIR)/$(YNL_SO)' '$(DESTDIR)$(LIBDIR)/libnlrs-ynl.so.$(SOVERSION)' '$(DESTDIR)$(LIBDIR)/libnlrs-ynl.so' \
		'$(DESTDIR)$(LIBDIR)/pkgconfig/nlrs-ynl.pc' '$(DESTDIR)$(INCLUDEDIR)/nlrs-ynl.h' '$(DESTDIR)$(BINDIR)/nlrs-ynl' \
		'$(DESTDIR)$(MANDIR)/man1/nlrs-ynl.1' '$(DESTDIR)$(YNL_BASH)/nlrs-ynl' '$(DESTDIR)$(YNL_ZSH)/_nlrs-ynl' \
		'$(DESTDIR)$(YNL_FISH)/nlrs-ynl.fish'
	$(UPDATE_CACHE)

# The C programs of tests/c, against the shared library that is installed. Status 77: skipped.
YNL_TESTS := $(patsubst $(YNL)/tests/c/%.c,$(YNL_BUILD)/tests/%,$(wildcard $(YNL)/tests/c/*.c))

$(YNL_BUILD)/tests/%: $(YNL)/tests/c/%.c $(YNL)/include/nlrs-ynl.h c-tests/check.h $(YNL_BUILD)/libnlrs-ynl.so
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -std=c11 -D_GNU_SOURCE -Wall -Wextra -Wpedantic -Werror -I$(YNL)/include -Ic-tests -o $@ $< \
		-L$(YNL_BUILD) -Wl,-rpath,'$$ORIGIN/..' -lnlrs-ynl -lpthread

check-ynl: ynl $(YNL_TESTS) ## test libnlrs-ynl: lints, unit tests, C programs, ABI, other languages, the kernel's own tool beside it
	@: > $(LOG); status=0; \
	$(CARGO) clippy --quiet --locked -p libnlrs-ynl -- -D warnings || status=1; \
	$(CARGO) clippy --quiet --locked -p libnlrs-ynl --all-targets -- -D warnings -A clippy::cast_possible_truncation || status=1; \
	NLRS_YNL_KERNEL='$(CURDIR)/$(YNL_KERNEL)' $(TEST_ENV) $(CARGO) test --quiet --locked -p libnlrs-ynl || status=1; \
	for test in $(YNL_TESTS); do \
		$$test > $$test.log; code=$$?; \
		case $$code in 0) ;; 77) sed -n 's|^SKIP: |SKIP '"$${test##*/}"': |p' $$test.log >> $(LOG) ;; \
			*) cat $$test.log; echo "$$test: status $$code"; status=1 ;; esac; \
	done; \
	if command -v valgrind > /dev/null; then \
		valgrind --quiet --error-exitcode=99 --leak-check=full $(YNL_BUILD)/tests/ynl > $(YNL_BUILD)/tests/valgrind.log 2>&1; code=$$?; \
		case $$code in 0|77) ;; *) cat $(YNL_BUILD)/tests/valgrind.log; status=1 ;; esac; \
		else echo 'SKIP the C functions under valgrind: it is not installed' >> $(LOG); fi; \
	$(YNL)/tests/abi $(YNL_BUILD)/$(YNL_SO) $(YNL_MAP) $(YNL)/include/nlrs-ynl.h $(YNL_MAX_SIZE) $(STRIP) || status=1; \
	$(YNL)/tests/bindings $(BUILD) $(LOG) || status=1; \
	$(YNL)/tests/compare.py --program $(YNL_BUILD)/nlrs-ynl --kernel $(YNL_KERNEL) --log $(LOG) || status=1; \
	$(PRINT_LOG); \
	[ $$status = 0 ] && echo 'make check-ynl: passed' || { echo 'make check-ynl: FAILED'; exit 1; }

header-ynl: ## write ynl/include/nlrs-ynl.h and ynl/abi/nlrs-ynl.map anew from ynl/src
	BLESS=1 $(CARGO) test --quiet --locked -p libnlrs-ynl --test header generated_files_are_fresh

fuzz-ynl: ## each fuzz target of libnlrs-ynl for NLRS_DEEP_SECONDS (default 20)
	@for target in specification request message; do \
		$(YNL)/fuzz/run $$target $${NLRS_DEEP_SECONDS:-20} > $(YNL_BUILD)/fuzz-$$target.log 2>&1 || { \
			tail -n 40 $(YNL_BUILD)/fuzz-$$target.log; exit 1; }; \
		echo "fuzz $$target: $$(sed -n 's/^Done \([0-9]*\) runs.*/\1 inputs/p' $(YNL_BUILD)/fuzz-$$target.log)"; \
	done

bench-ynl: ynl ## measure libnlrs-ynl beside ip -j and the kernel's tool
	$(YNL)/bench/run.py --program $(YNL_BUILD)/nlrs-ynl --library $(YNL_BUILD)/libnlrs-ynl.so --kernel $(YNL_KERNEL)

deps-ynl: ynl-kernel ## install what make check-ynl looks for, and the kernel's specifications below build
	$(call INSTALL_PACKAGES,$(PACKAGES_YNL))

ynl-kernel: $(YNL_KERNEL)/tools/net/ynl/cli.py ## download the kernel's specifications and its tool, to compare with

$(YNL_KERNEL)/tools/net/ynl/cli.py:
	@mkdir -p $(YNL_KERNEL)
	cd $(YNL_KERNEL) && apt-get download $(YNL_KERNEL_PACKAGE) && \
		dpkg-deb --fsys-tarfile $(YNL_KERNEL_PACKAGE)_*.deb | tar -xO ./usr/src/$(YNL_KERNEL_PACKAGE).tar.xz | \
		tar -xJ --strip-components=1 $(YNL_KERNEL_PACKAGE)/Documentation/netlink $(YNL_KERNEL_PACKAGE)/tools/net/ynl && \
		rm -f $(YNL_KERNEL_PACKAGE)_*.deb
	@touch $@
