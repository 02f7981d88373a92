# SPDX-License-Identifier: MIT OR Apache-2.0
# The drop-in for libnetlink; compat/compat.mk includes this.

NETLINK := compat/netlink
NETLINK_VERSION := 0.1.0
NETLINK_SO := libnetlink.so.$(NETLINK_VERSION)
NETLINK_HEADER := $(NETLINK)/include/libnetlink.h
NETLINK_ARCHIVE := $(CARGO_DIR)/release/libnlrs_netlink.a

.PHONY: compat-netlink install-compat-netlink

compat-netlink: $(COMPAT)/$(NETLINK_SO) $(COMPAT)/libnetlink.so.0 $(COMPAT)/libnetlink.so $(COMPAT)/libnetlink.a $(COMPAT)/libnetlink.pc

$(eval $(call COMPAT_ARCHIVE,netlink))

NETLINK_LINK = $(call COMPAT_LINK,libnetlink.so.0,$(NETLINK)/libnetlink.map)

$(COMPAT)/$(NETLINK_SO): $(NETLINK_ARCHIVE) $(NETLINK)/libnetlink.map $(NETLINK)/netlink.mk compat/compat.mk
	@mkdir -p $(COMPAT)
	$(NETLINK_LINK) -o $@ -Wl,--whole-archive $(NETLINK_ARCHIVE) -Wl,--no-whole-archive -lc

$(COMPAT)/libnetlink.so.0: $(COMPAT)/$(NETLINK_SO)
	ln -sf $(NETLINK_SO) $@

$(COMPAT)/libnetlink.so: $(COMPAT)/libnetlink.so.0
	ln -sf libnetlink.so.0 $@

# One object in which only the interface is global, as libnlrs.a: see the top Makefile.
$(COMPAT)/libnetlink.a: $(NETLINK_ARCHIVE) $(NETLINK)/libnetlink.map $(NETLINK)/netlink.mk
	@mkdir -p $(COMPAT)/archive
	sed -n 's/^ *\([a-z0-9_]*\);$$/\1/p' $(NETLINK)/libnetlink.map > $(COMPAT)/archive/names
	$(CC) -nostdlib -r -Wl,--force-group-allocation -Wl,--gc-sections $$(sed 's/^/-Wl,-u,/' $(COMPAT)/archive/names) \
		-Wl,--whole-archive $< -Wl,--no-whole-archive -o $(COMPAT)/archive/libnetlink.o
	$(OBJCOPY) --strip-debug -R .llvmbc -R .llvmcmd --keep-global-symbols=$(COMPAT)/archive/names $(COMPAT)/archive/libnetlink.o
	rm -f $@
	$(AR) rcsD $@ $(COMPAT)/archive/libnetlink.o

$(COMPAT)/libnetlink.pc: $(NETLINK)/libnetlink.pc.in compat/compat.mk
	$(call COMPAT_PC,netlink,libnetlink.pc)

install-compat-netlink: compat-netlink
	$(call COMPAT_PC,netlink,libnetlink.pc)
	$(call COMPAT_INSTALL,$(NETLINK_SO),libnetlink.so.0,libnetlink.so,$(NETLINK_HEADER),,libnetlink.pc)
	$(INSTALL) -m 644 $(COMPAT)/libnetlink.a '$(DESTDIR)$(COMPAT_LIBDIR)/libnetlink.a'
