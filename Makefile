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
SOURCES := Cargo.toml Cargo.lock build.rs $(shell find src -name '*.rs')

.DELETE_ON_ERROR:
.PHONY: all demo check check-abi header bench install uninstall clean deps help

all: $(BUILD)/$(SO) $(BUILD)/libnlrs.so.$(SOVERSION) $(BUILD)/libnlrs.so $(BUILD)/libnlrs.a $(BUILD)/nlrs.pc ## build the library (default)

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22
	@echo
	@echo '  Honoured: PREFIX LIBDIR INCLUDEDIR MANDIR DESTDIR CC CFLAGS LDFLAGS CARGO STRIP AR OBJCOPY PKG_CONFIG'

# rustc makes a static archive and cc the shared library out of it: rustc's own shared libraries can carry a soname, but no
# symbol versions (it passes a version script of its own, beside which linkers ignore or refuse a second one).
# The remapped prefix keeps this folder's name out of the result.
$(CARGO_DIR)/release/libnlrs.a: $(SOURCES)
	CARGO_TARGET_DIR=$(CARGO_DIR) $(CARGO) rustc --quiet --locked --release --lib --crate-type staticlib -- \
		--remap-path-prefix='$(CURDIR)'=.
	@touch $@

# -nodefaultlibs … -lc: nothing but libc is needed. -z defs: a name left undefined is an error now and not at the user's.
# --no-undefined-version: so is a name in the map that the library lacks.
$(BUILD)/$(SO): $(CARGO_DIR)/release/libnlrs.a abi/nlrs.map Makefile
	$(CC) -shared -nodefaultlibs -o $@ \
		-Wl,-soname,libnlrs.so.$(SOVERSION) -Wl,--version-script=abi/nlrs.map -Wl,--no-undefined-version \
		-Wl,--gc-sections -Wl,-O1 -Wl,--build-id=sha1 -Wl,-z,defs,-z,relro,-z,now,-z,noexecstack $(LDFLAGS) \
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

# For the PREFIX of this very call, so made anew each time: a file left from another PREFIX would be wrong.
# In a pkg-config file a space or comma of a path is escaped by a backslash.
define PC
	@mkdir -p $(BUILD)
	@quote() { printf '%s' "$$1" | sed -e 's/[][ ,;$$"()&#]/\\&/g' -e 's/[\\&|]/\\&/g'; }; \
	sed -e "s|@PREFIX@|$$(quote '$(PREFIX)')|" -e "s|@LIBDIR@|$$(quote '$(LIBDIR)')|" \
		-e "s|@INCLUDEDIR@|$$(quote '$(INCLUDEDIR)')|" -e 's|@VERSION@|$(VERSION)|' pkgconfig/nlrs.pc.in > $(BUILD)/nlrs.pc
endef

$(BUILD)/nlrs.pc: pkgconfig/nlrs.pc.in Cargo.toml Makefile
	$(PC)

install: all ## install below PREFIX: library, archive, headers, pkg-config file
	$(PC)
	$(INSTALL) -d '$(DESTDIR)$(LIBDIR)/pkgconfig' '$(DESTDIR)$(INCLUDEDIR)'
	$(INSTALL) -m 755 $(BUILD)/$(SO) '$(DESTDIR)$(LIBDIR)/$(SO)'
	$(STRIP) --strip-unneeded '$(DESTDIR)$(LIBDIR)/$(SO)'
	ln -sf $(SO) '$(DESTDIR)$(LIBDIR)/libnlrs.so.$(SOVERSION)'
	ln -sf libnlrs.so.$(SOVERSION) '$(DESTDIR)$(LIBDIR)/libnlrs.so'
	$(INSTALL) -m 644 $(BUILD)/libnlrs.a '$(DESTDIR)$(LIBDIR)/libnlrs.a'
	$(INSTALL) -m 644 $(BUILD)/nlrs.pc '$(DESTDIR)$(LIBDIR)/pkgconfig/nlrs.pc'
	$(INSTALL) -m 644 include/nlrs.h include/nlrs.ffi.h '$(DESTDIR)$(INCLUDEDIR)'

uninstall: ## remove what install put there
	rm -f '$(DESTDIR)$(LIBDIR)/$(SO)' '$(DESTDIR)$(LIBDIR)/libnlrs.so.$(SOVERSION)' '$(DESTDIR)$(LIBDIR)/libnlrs.so' \
		'$(DESTDIR)$(LIBDIR)/libnlrs.a' '$(DESTDIR)$(LIBDIR)/pkgconfig/nlrs.pc' \
		'$(DESTDIR)$(INCLUDEDIR)/nlrs.h' '$(DESTDIR)$(INCLUDEDIR)/nlrs.ffi.h'

header: ## write include/nlrs.h, include/nlrs.ffi.h and abi/nlrs.map anew from src
	BLESS=1 $(CARGO) test --quiet --locked --test header generated_files_are_fresh -- --nocapture

clean: ## remove what was built
	rm -rf $(BUILD) target

-include compat/mnl/compat.mk
