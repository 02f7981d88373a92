# SPDX-License-Identifier: MIT OR Apache-2.0
# What the examples in other languages and for other build systems want.

.PHONY: deps-bindings
BINDING_PACKAGES := python3 python3-cffi luajit golang-go nodejs npm guile-3.0 \
	cmake meson ninja-build autoconf automake musl-tools libclang-rt-14-dev doxygen
KOFFI := koffi@3.3.4

deps-bindings: ## install the languages and build systems of examples/ (Debian; koffi from npm, below build)
	@missing=$$(for package in $(BINDING_PACKAGES); do \
		case $$package in nodejs|npm) command -v $${package%js} > /dev/null && continue;; esac; \
		dpkg-query -W -f '$${db:Status-Abbrev}' $$package 2> /dev/null | grep -q '^ii' || echo $$package; done); \
	if [ -n "$$missing" ]; then \
		echo "Installing from Debian:" $$missing; \
		sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
		$$sudo apt-get update && $$sudo apt-get install -y --no-install-recommends $$missing; \
	fi
	npm install --prefix $(BUILD)/node --no-save --no-audit --no-fund $(KOFFI)
