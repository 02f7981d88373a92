# SPDX-License-Identifier: MIT OR Apache-2.0
"""The recipes of the README."""

from __future__ import annotations

import pathlib
import re
from typing import Any

import pytest

README = pathlib.Path(__file__).resolve().parents[1] / "README.md"


def test_recipes(capsys: pytest.CaptureFixture[str]) -> None:
    recipes = re.findall(r"```python\n(.*?)```", README.read_text(), re.S)
    assert len(recipes) == 10
    names: dict[str, Any] = {}
    for recipe in recipes:
        exec(compile(recipe, str(README), "exec"), names)
    printed = capsys.readouterr().out
    assert "22 mtu less than device minimum" in printed
    assert "2 10.0.0.1/32 [Errno 17]" in printed
    assert "'br0'" in printed
    assert names["left"].name == "left"
