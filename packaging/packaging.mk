# SPDX-License-Identifier: MIT OR Apache-2.0
# Packages of distributions; the top Makefile includes this.

DEB := $(BUILD)/deb
DEB_TREE := $(DEB)/libnlrs-$(VERSION)
PACKAGES_DEB := debhelper dpkg-dev fakeroot lintian mmdebstrap pkg-config

.PHONY: deps-deb vendor deb-source deb deb-chroot

deps-deb: ## install what make deb and make deb-chroot need
	$(call INSTALL_PACKAGES,$(PACKAGES_DEB))

# Every crate of Cargo.lock, so that a build needs no network: beside it, the configuration that makes cargo use them.
vendor: ## write the archive of all crates for builds without network, build/nlrs-VERSION-vendor.tar.gz
	@mkdir -p $(BUILD)/vendor/.cargo
	$(CARGO) vendor --quiet --locked --versioned-dirs $(BUILD)/vendor/vendor > /dev/null
	@printf '[source.crates-io]\nreplace-with = "vendor"\n[source.vendor]\ndirectory = "vendor"\n' > $(BUILD)/vendor/.cargo/config.toml
	tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C $(BUILD)/vendor -c vendor .cargo | \
		gzip -9n > $(BUILD)/nlrs-$(VERSION)-vendor.tar.gz

# The last commit, with the crates and the folder debian.
deb-source: vendor
	rm -rf $(DEB_TREE)
	@mkdir -p $(DEB_TREE)
	git archive HEAD | tar -x -C $(DEB_TREE)
	tar -x -z -f $(BUILD)/nlrs-$(VERSION)-vendor.tar.gz -C $(DEB_TREE)
	cp -R $(DEB_TREE)/packaging/debian $(DEB_TREE)/debian

deb: deb-source ## build Debian packages of the last commit in build/deb, with this machine's rustc
	cd $(DEB_TREE) && dpkg-buildpackage --no-sign --build=binary --no-check-builddeps
	lintian --fail-on error,warning $(DEB)/*.deb

deb-chroot: deb-source ## the same in a fresh Debian chroot without network, from Debian's packages; then the packages' own tests
	packaging/chroot-build $(DEB)
