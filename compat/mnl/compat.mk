# SPDX-License-Identifier: MIT OR Apache-2.0
# The drop-in for libmnl; the top Makefile includes this.

# A folder of its own, so that nothing on the system is replaced by accident: see compat/mnl/README.md.
COMPAT_PREFIX ?= $(PREFIX)/lib/nlrs/compat
COMPAT_LIBDIR ?= $(COMPAT_PREFIX)/lib
COMPAT_INCLUDEDIR ?= $(COMPAT_PREFIX)/include

MNL := compat/mnl
COMPAT := $(BUILD)/compat
# The version whose behaviour, symbols and pkg-config file these are.
MNL_VERSION := 0.2.0
MNL_SO := libmnl.so.$(MNL_VERSION)
MNL_HEADER := $(MNL)/include/libmnl/libmnl.h

# What check-compat runs beside what the library itself needs: Debian's libmnl with its header, the programs that use it,
# and valgrind, under which the calls are repeated. Everything else is Python's standard library.
DEPS_COMPAT := libmnl-dev nftables ethtool conntrack ipset iptables arptables ebtables iproute2 ulogd2 valgrind \
	python3 binutils util-linux

.PHONY: deps-compat compat install-compat check-compat check-compat-tools header-compat bench-compat

deps-compat: ## install what make check-compat compares with
	$(call INSTALL_PACKAGES,$(DEPS_COMPAT))

compat: $(COMPAT)/$(MNL_SO) $(COMPAT)/libmnl.so.0 $(COMPAT)/libmnl.so $(COMPAT)/libmnl.pc ## build the drop-in for libmnl in build/compat

MNL_ARCHIVE := $(BUILD)/rust/libnlrs_mnl.a

$(MNL_ARCHIVE): $(SOURCES) $(MNL)/Cargo.toml $(shell find $(MNL)/src -name '*.rs')
	$(call RUST_ARCHIVE,nlrs-mnl,)

# As libnlrs.so itself: see the top Makefile for why, option by option.
MNL_LINK = $(CC) -shared -nodefaultlibs -Wl,-soname,libmnl.so.0 -Wl,--version-script=$(MNL)/libmnl.map \
	-Wl,--no-undefined-version -Wl,--gc-sections -Wl,-O1 -Wl,--build-id=sha1 -Wl,-z,defs,-z,relro,-z,now,-z,noexecstack,-z,noseparate-code $(LDFLAGS)

$(COMPAT)/$(MNL_SO): $(MNL_ARCHIVE) $(MNL)/libmnl.map $(MNL)/compat.mk
	@mkdir -p $(COMPAT)
	$(MNL_LINK) -o $@ -Wl,--whole-archive $(MNL_ARCHIVE) -Wl,--no-whole-archive -lc

$(COMPAT)/libmnl.so.0: $(COMPAT)/$(MNL_SO)
	ln -sf $(MNL_SO) $@

$(COMPAT)/libmnl.so: $(COMPAT)/libmnl.so.0
	ln -sf libmnl.so.0 $@

define MNL_PC
	@mkdir -p $(COMPAT)
	@quote() { printf '%s' "$$1" | sed -e 's/[][ ,;$$"()&#]/\\&/g' -e 's/[\\&|]/\\&/g'; }; \
	sed -e "s|@PREFIX@|$$(quote '$(COMPAT_PREFIX)')|" -e "s|@LIBDIR@|$$(quote '$(COMPAT_LIBDIR)')|" \
		-e "s|@INCLUDEDIR@|$$(quote '$(COMPAT_INCLUDEDIR)')|" $(MNL)/libmnl.pc.in > $(COMPAT)/libmnl.pc
endef

$(COMPAT)/libmnl.pc: $(MNL)/libmnl.pc.in $(MNL)/compat.mk
	$(MNL_PC)

install-compat: compat ## install the drop-in below COMPAT_PREFIX, where nothing finds it unasked
	$(MNL_PC)
	$(INSTALL) -d '$(DESTDIR)$(COMPAT_LIBDIR)/pkgconfig' '$(DESTDIR)$(COMPAT_INCLUDEDIR)/libmnl'
	$(INSTALL) -m 755 $(COMPAT)/$(MNL_SO) '$(DESTDIR)$(COMPAT_LIBDIR)/$(MNL_SO)'
	$(STRIP) --strip-unneeded '$(DESTDIR)$(COMPAT_LIBDIR)/$(MNL_SO)'
	ln -sf $(MNL_SO) '$(DESTDIR)$(COMPAT_LIBDIR)/libmnl.so.0'
	ln -sf libmnl.so.0 '$(DESTDIR)$(COMPAT_LIBDIR)/libmnl.so'
	$(INSTALL) -m 644 $(COMPAT)/libmnl.pc '$(DESTDIR)$(COMPAT_LIBDIR)/pkgconfig/libmnl.pc'
	$(INSTALL) -m 644 $(MNL_HEADER) '$(DESTDIR)$(COMPAT_INCLUDEDIR)/libmnl/libmnl.h'

# A library that is wrong in one thing: 32-bit values of attributes. With it the comparison has to fail, or it proves nothing.
$(COMPAT)/broken/libmnl.so.0: $(MNL_ARCHIVE) $(MNL)/tests/broken.c $(MNL)/libmnl.map $(MNL)/compat.mk
	@mkdir -p $(@D)
	$(OBJCOPY) --weaken-symbol=mnl_attr_get_u32 -R .llvmbc -R .llvmcmd $< $(@D)/weak.a
	$(MNL_LINK) -fPIC -o $@ $(MNL)/tests/broken.c -Wl,--whole-archive $(@D)/weak.a -Wl,--no-whole-archive -lc

check-compat: compat check-compat-tools ## compare the drop-in with Debian's libmnl: symbols, header, every call, Debian's programs
	$(CARGO) test --quiet --locked -p nlrs-mnl
	$(MNL)/tests/interface.py --ours $(COMPAT) --header $(MNL)/include
	$(MNL)/tests/calls.py --ours $(COMPAT) --header $(MNL)/include --work $(COMPAT)/calls

# In network namespaces of their own, as root or in a user namespace.
check-compat-tools: compat $(COMPAT)/broken/libmnl.so.0
	$(MNL)/tests/tools.py --ours $(COMPAT)
	$(MNL)/tests/tools.py --ours $(COMPAT)/broken --only nft,conntrack,ethtool --expect-difference > $(COMPAT)/broken/log \
		|| { cat $(COMPAT)/broken/log; exit 1; }
	@echo 'with the library that is broken on purpose each comparison fails, as it must'

header-compat: ## write the drop-in's header anew from src
	BLESS=1 $(CARGO) test --quiet --locked -p nlrs-mnl --test header header_is_fresh

bench: bench-compat

bench-compat: compat ## measure the drop-in beside Debian's libmnl, in instructions and ratios (QUICK=1: a tenth of it)
	$(MNL)/bench/run.py --ours $(COMPAT) --work $(COMPAT)/bench $(if $(QUICK),--quick)
