# SPDX-License-Identifier: MIT OR Apache-2.0
# What the examples in other languages and for other build systems want.

.PHONY: deps-bindings
BINDING_PACKAGES := python3 python3-cffi luajit golang-go guile-3.0 \
	cmake meson ninja-build autoconf automake musl-tools libclang-rt-14-dev doxygen
KOFFI := koffi@3.3.4

deps-bindings: ## install the languages and build systems of examples/ (Debian; koffi from npm, below build)
	$(call INSTALL_PACKAGES,$(BINDING_PACKAGES) $(if $(shell command -v node),,nodejs) $(if $(shell command -v npm),,npm))
	npm install --prefix $(BUILD)/node --no-save --no-audit --no-fund $(KOFFI)
