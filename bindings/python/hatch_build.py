# SPDX-License-Identifier: MIT OR Apache-2.0
"""Builds the two shared libraries with the project's Makefile, and puts them into the wheel."""

from __future__ import annotations

import pathlib
import platform
import shutil
import subprocess
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LIBRARIES = {"libnlrs.so.0": "build/libnlrs.so.0", "libnlrs-ynl.so.0": "build/ynl/libnlrs-ynl.so.0"}


class CustomBuildHook(BuildHookInterface[Any]):
    """Runs make, which needs cargo and a C compiler, at the root of the repository."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before the wheel is written."""
        project = pathlib.Path(self.root).parents[1]
        build_data["pure_python"] = False
        build_data["tag"] = "py3-none-linux_" + platform.machine()
        if version == "editable":
            return
        subprocess.run(["make", "all", "ynl"], cwd=project, check=True)
        stage = project / "build" / "python"
        stage.mkdir(parents=True, exist_ok=True)
        for name, built in LIBRARIES.items():
            target = stage / name
            shutil.copyfile((project / built).resolve(), target)
            subprocess.run(["strip", "--strip-unneeded", str(target)], check=True)
            build_data["force_include"][str(target)] = "nlrs/lib/" + name
