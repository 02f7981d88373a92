# SPDX-License-Identifier: MIT OR Apache-2.0
# Packages of distributions; the top Makefile includes this.

DEB := $(BUILD)/deb
DEB_TREE := $(DEB)/libnlrs-$(VERSION)
PACKAGES_DEB := debhelper dpkg-dev fakeroot lintian mmdebstrap pkg-config

.PHONY: deps-deb vendor deb-source deb deb-chroot

deps-deb: ## install what make deb and make deb-chroot need
	$(call INSTALL_PACKAGES,$(PACKAGES_DEB))

# Every crate of Cargo.lock, so that a build needs no network.
vendor: ## put the sources of all crates below build/vendor, with the configuration that makes cargo use them
	@mkdir -p $(BUILD)/vendor
	$(CARGO) vendor --quiet --locked --versioned-dirs $(BUILD)/vendor/vendor > /dev/null
	@mkdir -p $(BUILD)/vendor/.cargo
	@printf '[source.crates-io]\nreplace-with = "vendor"\n[source.vendor]\ndirectory = "vendor"\n' > $(BUILD)/vendor/.cargo/config.toml

# The last commit, with the crates and the folder debian.
deb-source: vendor
	rm -rf $(DEB_TREE)
	@mkdir -p $(DEB_TREE)
	git archive HEAD | tar -x -C $(DEB_TREE)
	cp -R $(BUILD)/vendor/vendor $(BUILD)/vendor/.cargo $(DEB_TREE)
	cp -R $(DEB_TREE)/packaging/debian $(DEB_TREE)/debian

deb: deb-source ## build Debian packages of the last commit in build/deb, with this machine's rustc
	cd $(DEB_TREE) && PATH="$$PATH" dpkg-buildpackage --no-sign --build=binary --no-check-builddeps
	lintian --fail-on error,warning $(DEB)/*.deb

deb-chroot: deb-source ## the same in a fresh Debian chroot without network, from Debian's packages; then the packages' own tests
	packaging/chroot-build $(DEB)
