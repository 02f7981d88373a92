# SPDX-License-Identifier: MIT OR Apache-2.0
# The drop-in for libnetlink; compat/compat.mk includes this.

NETLINK := compat/netlink
NETLINK_VERSION := 0.1.0
NETLINK_SO := libnetlink.so.$(NETLINK_VERSION)
NETLINK_HEADER := $(NETLINK)/include/libnetlink.h
NETLINK_ARCHIVE := $(BUILD)/rust/libnlrs_netlink.a

# What iproute2 is built with, beside compilers, and the namespaces' usual tools.
DEPS_COMPAT += bison flex dpkg-dev iproute2 libatm1-dev libbpf-dev libbsd-dev libcap-dev libdb-dev libelf-dev libmnl-dev libselinux1-dev \
	libxtables-dev pkg-config zlib1g-dev

.PHONY: compat-netlink install-compat-netlink

compat-netlink: $(COMPAT)/$(NETLINK_SO) $(COMPAT)/libnetlink.so.0 $(COMPAT)/libnetlink.so $(COMPAT)/libnetlink.a $(COMPAT)/libnetlink.pc

$(eval $(call COMPAT_ARCHIVE,netlink))

NETLINK_LINK = $(call COMPAT_LINK,libnetlink.so.0,$(NETLINK)/libnetlink.map)

$(COMPAT)/$(NETLINK_SO): $(NETLINK_ARCHIVE) $(NETLINK)/libnetlink.map $(NETLINK)/netlink.mk compat/compat.mk
	@mkdir -p $(COMPAT)
	$(NETLINK_LINK) -o $@ -Wl,--whole-archive $(NETLINK_ARCHIVE) -Wl,--no-whole-archive -Wl,--as-needed -lpthread -lc

$(COMPAT)/libnetlink.so.0: $(COMPAT)/$(NETLINK_SO)
	ln -sf $(NETLINK_SO) $@

$(COMPAT)/libnetlink.so: $(COMPAT)/libnetlink.so.0
	ln -sf libnetlink.so.0 $@

# One object in which only the interface is global, as libnlrs.a: see the top Makefile.
$(COMPAT)/libnetlink.a: $(NETLINK_ARCHIVE) $(NETLINK)/libnetlink.map $(NETLINK)/netlink.mk
	@mkdir -p $(COMPAT)/archive
	sed -n 's/^ *\([a-z0-9_]*\);$$/\1/p' $(NETLINK)/libnetlink.map > $(COMPAT)/archive/names
	$(LD) -r --force-group-allocation --gc-sections $$(sed 's/^/-u /' $(COMPAT)/archive/names) --whole-archive $< \
		-o $(COMPAT)/archive/libnetlink.o
	$(OBJCOPY) --strip-debug -R .llvmbc -R .llvmcmd --keep-global-symbols=$(COMPAT)/archive/names $(COMPAT)/archive/libnetlink.o
	rm -f $@
	$(AR) rcsD $@ $(COMPAT)/archive/libnetlink.o

$(COMPAT)/libnetlink.pc: $(NETLINK)/libnetlink.pc.in compat/compat.mk
	$(call COMPAT_PC,netlink,libnetlink.pc)

install-compat-netlink: compat-netlink
	$(call COMPAT_PC,netlink,libnetlink.pc)
	$(call COMPAT_INSTALL,$(NETLINK_SO),libnetlink.so.0,libnetlink.so,$(NETLINK_HEADER),,libnetlink.pc)
	$(INSTALL) -m 644 $(COMPAT)/libnetlink.a '$(DESTDIR)$(COMPAT_LIBDIR)/libnetlink.a'

# Libraries that are wrong in one function each, with the scenario that has to notice, or the comparison proves nothing.
NETLINK_BROKEN := rtnl_talk:ip-batch rtnl_dump_filter_nc:ip-rule parse_rtattr_flags:ip-route addattr32:ip-rule \
	addattr_nest_end:ip-route rtnl_send_check:ip-neigh rtnl_listen:ip-monitor rtnl_from_file:ip-monitor

.PHONY: compat-iproute2 check-compat-netlink check-compat-tools-netlink

# Debian's source package of iproute2, as it is and without its own libnetlink.
compat-iproute2: compat-netlink
	$(NETLINK)/tests/iproute2.py --ours $(COMPAT) --header $(NETLINK)/include --work $(COMPAT)/iproute2

$(COMPAT)/broken-%/libnetlink.so.0: $(NETLINK_ARCHIVE) $(NETLINK)/tests/broken.c $(NETLINK)/libnetlink.map $(NETLINK)/netlink.mk
	@mkdir -p $(@D)
	$(OBJCOPY) --redefine-sym=$*=right_$* -R .llvmbc -R .llvmcmd $< $(@D)/right.a
	$(NETLINK_LINK) -fPIC -DBREAK_$* -I$(NETLINK)/include -o $@ $(NETLINK)/tests/broken.c \
		-Wl,--whole-archive $(@D)/right.a -Wl,--no-whole-archive -Wl,--as-needed -lpthread -lc

check-compat-netlink: compat-iproute2 check-compat-tools-netlink
	$(CARGO) test --quiet --locked -p nlrs-netlink
	$(NETLINK)/tests/interface.py --ours $(COMPAT) --header $(NETLINK)/include --iproute2 $(COMPAT)/iproute2/stock
	$(NETLINK)/tests/calls.py --ours $(COMPAT) --header $(NETLINK)/include --iproute2 $(COMPAT)/iproute2/stock --work $(COMPAT)/calls-netlink

# In network namespaces of their own, as root or in a user namespace.
check-compat-tools-netlink: compat-iproute2 $(foreach broken,$(NETLINK_BROKEN),$(COMPAT)/broken-$(firstword $(subst :, ,$(broken)))/libnetlink.so.0)
	for tree in archive shared archive-header shared-header; do \
		$(NETLINK)/tests/tools.py --stock $(COMPAT)/iproute2/stock --ours $(COMPAT)/iproute2/$$tree || exit 1; done
	$(NETLINK)/tests/iproute2.py --ours $(COMPAT) --work $(COMPAT)/iproute2 --valgrind
	$(NETLINK)/tests/tools.py --stock $(COMPAT)/iproute2/valgrind-stock --ours $(COMPAT)/iproute2/valgrind-archive --only ip-rule,tc
	$(NETLINK)/tests/testsuite.py --ours $(COMPAT) --work $(COMPAT)/iproute2
	for broken in $(NETLINK_BROKEN); do \
		function=$${broken%:*}; tree=$(COMPAT)/iproute2/broken-$$function; \
		$(NETLINK)/tests/iproute2.py --work $(COMPAT)/iproute2 --broken $$function --ours $(COMPAT)/broken-$$function || exit 1; \
		$(NETLINK)/tests/tools.py --stock $(COMPAT)/iproute2/stock --ours $$tree --only $${broken#*:} --expect-difference > $$tree/log \
			|| { cat $$tree/log; echo "wrong in $$function, and nothing noticed"; exit 1; }; done
	@echo 'with a library that is broken on purpose in one function each comparison fails, as it must'
