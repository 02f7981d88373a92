# SPDX-License-Identifier: MIT OR Apache-2.0
# The drop-in for libmnl; compat/compat.mk includes this.

MNL := compat/mnl
# The version whose behaviour, symbols and pkg-config file these are.
MNL_VERSION := 0.2.0
MNL_SO := libmnl.so.$(MNL_VERSION)
MNL_HEADER := $(MNL)/include/libmnl/libmnl.h
MNL_ARCHIVE := $(BUILD)/rust/libnlrs_mnl.a

# Debian's libmnl with its header, and the programs that use it.
DEPS_COMPAT += libmnl-dev nftables ethtool conntrack ipset iptables arptables ebtables iproute2 ulogd2

.PHONY: compat-mnl install-compat-mnl check-compat-mnl check-compat-tools-mnl bench-compat-mnl

compat-mnl: $(COMPAT)/$(MNL_SO) $(COMPAT)/libmnl.so.0 $(COMPAT)/libmnl.so $(COMPAT)/libmnl.pc

$(eval $(call COMPAT_ARCHIVE,mnl))

MNL_LINK = $(call COMPAT_LINK,libmnl.so.0,$(MNL)/libmnl.map)

$(COMPAT)/$(MNL_SO): $(MNL_ARCHIVE) $(MNL)/libmnl.map $(MNL)/mnl.mk compat/compat.mk
	@mkdir -p $(COMPAT)
	$(MNL_LINK) -o $@ -Wl,--whole-archive $(MNL_ARCHIVE) -Wl,--no-whole-archive -Wl,--as-needed -lpthread -lc

$(COMPAT)/libmnl.so.0: $(COMPAT)/$(MNL_SO)
	ln -sf $(MNL_SO) $@

$(COMPAT)/libmnl.so: $(COMPAT)/libmnl.so.0
	ln -sf libmnl.so.0 $@

$(COMPAT)/libmnl.pc: $(MNL)/libmnl.pc.in compat/compat.mk
	$(call COMPAT_PC,mnl,libmnl.pc)

install-compat-mnl: compat-mnl
	$(call COMPAT_PC,mnl,libmnl.pc)
	$(call COMPAT_INSTALL,$(MNL_SO),libmnl.so.0,libmnl.so,$(MNL_HEADER),/libmnl,libmnl.pc)

# A library that is wrong in one thing: 32-bit values of attributes. With it the comparison has to fail, or it proves nothing.
$(COMPAT)/broken/libmnl.so.0: $(MNL_ARCHIVE) $(MNL)/tests/broken.c $(MNL)/libmnl.map $(MNL)/mnl.mk
	@mkdir -p $(@D)
	$(OBJCOPY) --weaken-symbol=mnl_attr_get_u32 -R .llvmbc -R .llvmcmd $< $(@D)/weak.a
	$(MNL_LINK) -fPIC -o $@ $(MNL)/tests/broken.c -Wl,--whole-archive $(@D)/weak.a -Wl,--no-whole-archive -Wl,--as-needed -lpthread -lc

check-compat-mnl: compat-mnl check-compat-tools-mnl
	$(CARGO) test --quiet --locked -p nlrs-mnl
	$(MNL)/tests/interface.py --ours $(COMPAT) --header $(MNL)/include
	$(MNL)/tests/calls.py --ours $(COMPAT) --header $(MNL)/include --work $(COMPAT)/calls

# In network namespaces of their own, as root or in a user namespace.
check-compat-tools-mnl: compat-mnl $(COMPAT)/broken/libmnl.so.0
	$(MNL)/tests/tools.py --ours $(COMPAT)
	$(MNL)/tests/tools.py --ours $(COMPAT)/broken --only nft,conntrack,ethtool --expect-difference > $(COMPAT)/broken/log \
		|| { cat $(COMPAT)/broken/log; exit 1; }
	@echo 'with the library that is broken on purpose each comparison fails, as it must'

bench-compat-mnl: compat-mnl
	$(MNL)/bench/run.py --ours $(COMPAT) --work $(COMPAT)/bench $(if $(QUICK),--quick)
