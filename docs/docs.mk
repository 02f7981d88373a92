# SPDX-License-Identifier: MIT OR Apache-2.0
.PHONY: docs

docs: ## render the manual as HTML with a search below build/docs (mandoc), nlrs.hpp (doxygen), and Rust's by cargo doc
	@mkdir -p $(BUILD)/docs/cpp
	$(CARGO) run --quiet --locked --package nlrs-tools -- html $(BUILD)/docs
	@if command -v doxygen > /dev/null; then \
		( cat docs/Doxyfile; echo 'PROJECT_NUMBER = $(VERSION)'; echo 'OUTPUT_DIRECTORY = $(BUILD)/docs/cpp' ) | doxygen -; \
		echo '$(BUILD)/docs/cpp/html/index.html'; \
	else echo 'doxygen is not installed: nlrs.hpp is left out'; fi
	$(CARGO) doc --quiet --no-deps --locked -p libnlrs
