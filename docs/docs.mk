# SPDX-License-Identifier: MIT OR Apache-2.0
.PHONY: docs

docs: ## render the header's comments as HTML below build/docs (doxygen), and Rust's by cargo doc
	@mkdir -p $(BUILD)/docs
	( cat docs/Doxyfile; echo 'PROJECT_NUMBER = $(VERSION)'; echo 'OUTPUT_DIRECTORY = $(BUILD)/docs' ) | doxygen -
	$(CARGO) doc --quiet --no-deps --locked -p libnlrs
	@echo '$(BUILD)/docs/html/index.html'
