# SPDX-License-Identifier: MIT OR Apache-2.0
# The drop-ins for libmnl and for libnetlink; the top Makefile includes this. What is one's alone is in its folder.

# A folder of its own, so that nothing on the system is replaced by accident: see compat/mnl/README.md.
COMPAT_PREFIX ?= $(PREFIX)/lib/nlrs/compat
COMPAT_LIBDIR ?= $(COMPAT_PREFIX)/lib
COMPAT_INCLUDEDIR ?= $(COMPAT_PREFIX)/include

COMPAT := $(BUILD)/compat

# What check-compat runs beside what the libraries themselves need: valgrind, under which the calls are repeated; the rest is
# Python's standard library. The drop-ins add theirs.
DEPS_COMPAT := valgrind python3 binutils util-linux

.PHONY: deps-compat compat install-compat check-compat check-compat-tools header-compat bench-compat

# rustc's archive of the drop-in in the folder $(1).
define COMPAT_ARCHIVE
$$(BUILD)/rust/libnlrs_$(1).a: $$(SOURCES) compat/$(1)/Cargo.toml $$(shell find compat/$(1)/src -name '*.rs')
	$$(call RUST_ARCHIVE,nlrs-$(1),)
endef

# Links a shared library with the soname $(1) and the version script $(2), as libnlrs.so itself: see the top Makefile for why, option
# by option.
COMPAT_LINK = $(CC) -shared -nodefaultlibs -Wl,-soname,$(1) -Wl,--version-script=$(2) -Wl,--no-undefined-version \
	-Wl,--gc-sections -Wl,-O1 -Wl,--build-id=sha1 -Wl,-z,defs,-z,relro,-z,now,-z,noexecstack $$($(LINKER_KNOWS); known -Wl,-z,noseparate-code) $(LDFLAGS)

# Writes the pkg-config file $(2) from compat/$(1), for the COMPAT_PREFIX of this very call.
define COMPAT_PC
	@mkdir -p $(COMPAT)
	@quote() { printf '%s' "$$1" | sed -e 's/[][ ,;$$"()&#]/\\&/g' -e 's/[\\&|]/\\&/g'; }; \
	sed -e "s|@PREFIX@|$$(quote '$(COMPAT_PREFIX)')|" -e "s|@LIBDIR@|$$(quote '$(COMPAT_LIBDIR)')|" \
		-e "s|@INCLUDEDIR@|$$(quote '$(COMPAT_INCLUDEDIR)')|" compat/$(1)/$(2).in > $(COMPAT)/$(2)
endef

# Installs the shared library $(1) with its names $(2) and $(3), the header $(4) below the folder $(5), the pkg-config file $(6).
define COMPAT_INSTALL
	$(INSTALL) -d '$(DESTDIR)$(COMPAT_LIBDIR)/pkgconfig' '$(DESTDIR)$(COMPAT_INCLUDEDIR)$(5)'
	$(INSTALL) -m 755 $(COMPAT)/$(1) '$(DESTDIR)$(COMPAT_LIBDIR)/$(1)'
	$(STRIP) --strip-unneeded '$(DESTDIR)$(COMPAT_LIBDIR)/$(1)'
	ln -sf $(1) '$(DESTDIR)$(COMPAT_LIBDIR)/$(2)'
	ln -sf $(2) '$(DESTDIR)$(COMPAT_LIBDIR)/$(3)'
	$(INSTALL) -m 644 $(COMPAT)/$(6) '$(DESTDIR)$(COMPAT_LIBDIR)/pkgconfig/$(6)'
	$(INSTALL) -m 644 $(4) '$(DESTDIR)$(COMPAT_INCLUDEDIR)$(5)'
endef

include compat/mnl/mnl.mk
include compat/netlink/netlink.mk

deps-compat: ## install what make check-compat compares with
	$(call INSTALL_PACKAGES,$(DEPS_COMPAT))

compat: compat-mnl compat-netlink ## build the drop-ins for libmnl and libnetlink in build/compat

install-compat: install-compat-mnl install-compat-netlink ## install the drop-ins below COMPAT_PREFIX, where nothing finds them unasked

check-compat: check-compat-mnl check-compat-netlink ## compare the drop-ins with the stock libraries: symbols, header, every call, programs

check-compat-tools: check-compat-tools-mnl check-compat-tools-netlink

header-compat: ## write the drop-ins' headers anew from src
	BLESS=1 $(CARGO) test --quiet --locked -p nlrs-mnl -p nlrs-netlink --test header header_is_fresh

bench: bench-compat

bench-compat: bench-compat-mnl bench-compat-netlink ## measure the drop-ins beside the stock libraries (QUICK=1: a tenth of it)
