#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Makes src/nlrs/_records.py from include/nlrs.h: a class for each record, with the header's comments as docstrings.

`make python-records` writes the file; with --check the two are compared.
"""

import pathlib
import re
import sys
import textwrap

HERE = pathlib.Path(__file__).resolve().parent
HEADER = HERE.parents[2] / "include" / "nlrs.h"
OUTPUT = HERE.parent / "src" / "nlrs" / "_records.py"

# Class, struct, first message type, NLRS_... prefix of the bits of `set`, what the class holds beside the struct.
CLASSES = [
    ("Link", "nlrs_link", 16, "NLRS_LINK_", {"peer": "Optional[Link]"}),
    ("Address", "nlrs_address", 20, "NLRS_ADDRESS_", {}),
    ("Route", "nlrs_route", 24, "NLRS_ROUTE_", {"next_hops": "Sequence[NextHop]"}),
    ("Neighbour", "nlrs_neighbour", 28, "NLRS_NEIGHBOUR_", {}),
    ("Rule", "nlrs_rule", 32, "NLRS_RULE_", {}),
    ("Nexthop", "nlrs_nexthop", 104, "NLRS_NEXTHOP_", {}),
    ("NextHop", "nlrs_next_hop", 0, "NLRS_NEXT_HOP_", {}),
]

# What an nlrs_addr means: a prefix, an address with the prefix it is in; without an entry it is an address.
KINDS = {
    ("Route", "dst"): "network",
    ("Route", "src"): "network",
    ("Rule", "dst"): "network",
    ("Rule", "src"): "network",
    ("Address", "local"): "interface",
    ("Address", "peer"): "interface",
}
RESULTS = {"address": "IPAddress", "network": "IPNetwork", "interface": "IPInterface"}

ENUMS = {
    ("Link", "flags"): "LinkFlags",
    ("Link", "change"): "LinkFlags",
    ("Link", "operstate"): "OperState",
    ("Address", "scope"): "Scope",
    ("Address", "flags"): "AddressFlags",
    ("Route", "scope"): "Scope",
    ("Route", "protocol"): "RouteProtocol",
    ("Route", "type"): "RouteType",
    ("Rule", "protocol"): "RouteProtocol",
    ("Rule", "action"): "RuleAction",
    ("Neighbour", "state"): "NeighbourState",
    ("Neighbour", "flags"): "NeighbourFlags",
    ("Nexthop", "protocol"): "RouteProtocol",
    ("Nexthop", "scope"): "Scope",
}

WIDTHS = {"uint32_t": ("I", 4), "uint64_t": ("Q", 8)}


def comment_text(comment):
    """Returns the text of a comment, one paragraph a line."""
    lines = [line.strip().lstrip("/").strip("*").rstrip("/").rstrip("*").strip() for line in comment.splitlines()]
    text = "\n".join(lines).strip()
    return [" ".join(part.split()).replace("`", "") for part in text.split("\n\n") if part.strip()]


def struct_of(header, name):
    """Returns the comment of a struct and (C type, name, array length, comment) of each field."""
    found = re.search(r"/\*\*((?:(?!\*/).)*)\*/\nstruct %s \{\n(.*?)\n\};" % name, header, re.S)
    fields = []
    for comment, kind, field, length in re.findall(
        r"/\*\*(.*?)\*/\s+((?:struct )?\w+) (\w+)(?:\[(\d+)\])?;", found.group(2), re.S
    ):
        fields.append((kind.replace("struct ", ""), field, int(length or 0), " ".join(comment_text(comment))))
    return comment_text(found.group(1)), fields


def bits_of(header, prefix):
    """Returns {field: bit} for the fields that hold although they are 0."""
    bits = {}
    for comment, value in re.findall(r"/\*\* (Bit of `set`: .*?) \*/\n#define %s\w+_SET (0x\w+)" % prefix, header):
        for field in re.findall(r"`(\w+)`", comment.split(":", 1)[1]):
            bits[field] = int(value, 16)
    return bits


def docstring(paragraphs, indent):
    """Returns a docstring of at most 120 columns."""
    pad = " " * indent
    text = "\n\n".join(paragraphs).replace("\\", "\\\\")
    if "\n" not in text and len(text) + indent + 6 <= 120:
        return '%s"""%s"""\n' % (pad, text)
    wrapped = "\n\n".join("\n".join(textwrap.wrap(part, 116 - indent)) for part in paragraphs)
    return textwrap.indent('"""%s\n"""' % wrapped, pad) + "\n"


def metrics_of(header):
    return struct_of(header, "nlrs_route_metrics")[1]


def class_text(header, name, struct, first, prefix, extras):
    about, fields = struct_of(header, struct)
    bits = bits_of(header, prefix)
    flat = []
    for kind, field, length, comment in fields:
        if kind == "nlrs_route_metrics":
            flat += [(k, "metric_" + f, n, c) for k, f, n, c in metrics_of(header)]
        else:
            flat.append((kind, field, length, comment))
    offset, layout, parameters, packed, properties = 0, "=", [], [], []
    for kind, field, length, comment in flat:
        enum = ENUMS.get((name, field))
        if kind in WIDTHS:
            code, size = WIDTHS[kind]
            if offset % size:
                layout += "%dx" % (size - offset % size)
                offset += size - offset % size
            reader = "_u32" if size == 4 else "_u64"
            layout += code
            read = "%s(self._raw, %d)[0]" % (reader, offset)
            if field == "set":
                packed.append("bits")
            elif field in bits:
                parameters.append((field, "Optional[int]", "None"))
                packed.append("%s or 0" % field)
                read = "read_optional(self._raw, %d, 0x%x)" % (offset, bits[field])
                properties.append((field, "Optional[int]", read, comment))
            else:
                parameters.append((field, "int", "0"))
                packed.append(field)
                properties.append((field, enum or "int", "%s(%s)" % (enum, read) if enum else read, comment))
            offset += size
        elif kind == "nlrs_addr":
            what = KINDS.get((name, field), "address")
            layout += "II16s"
            default = name == "Route" and field == "dst"
            parameters.append((field, "Optional[AnyAddress]", "None"))
            packed.append("*pack_address(%s)" % field)
            properties.append((
                field,
                "Optional[%s]" % RESULTS[what],
                "read_%s(self._raw, %d%s)" % (what, offset, ", _u32(self._raw, 4)[0]" if default else ""),
                comment,
            ))
            offset += 24
        elif kind == "nlrs_lladdr":
            layout += "I32s"
            parameters.append((field, "str", '""'))
            packed.append("*pack_lladdr(%s)" % field)
            properties.append((field, "str", "read_lladdr(self._raw, %d)" % offset, comment))
            offset += 36
        elif kind == "char":
            layout += "%ds" % length
            parameters.append((field, "str", '""'))
            packed.append('pack_text(%s, %d, "%s")' % (field, length, field))
            text = comment.replace(", with its NUL", "")
            properties.append((field, "str", "read_text(self._raw, %d, %d)" % (offset, length), text))
            offset += length
        else:
            raise SystemExit("%s.%s: no rule for %s" % (name, field, kind))
    if "Q" in layout and offset % 8:
        layout += "%dx" % (8 - offset % 8)
        offset += 8 - offset % 8
    constant = struct.replace("nlrs", "").upper()
    out = ["\n\n%s = Struct(\"%s\")\n" % (constant, compress(layout))]
    out.append("\n\n@final\nclass %s(Record):\n" % name)
    out.append(docstring([about[0] + ("" if about[0].endswith(".") else "."), *about[1:]], 4))
    out.append("\n    __slots__ = ()\n")
    out.append("    _SIZE = %d\n    _TYPE = %d\n" % (offset, first))
    names = [p[0] for p in parameters] + list(extras)
    out.append("    _FIELDS = (\n%s    )\n" % "".join('        "%s",\n' % n for n in names))
    out.append("\n    def __init__(\n        self,\n        *,\n")
    for field, kind, default in parameters:
        out.append("        %s: %s = %s,\n" % (field, kind, default))
    for field, kind in extras.items():
        out.append("        %s: %s = %s,\n" % (field, kind, "None" if "Optional" in kind else "()"))
    out.append("    ) -> None:\n        bits = 0\n")
    for field, bit in bits.items():
        out.append("        if %s is not None:\n            bits |= 0x%x\n" % (field, bit))
    out.append("        self._raw = pack_record(\n            %s,\n%s        )\n" % (
        constant, "".join("            %s,\n" % p for p in packed)))
    out.append("        self._message = None\n")
    out.append("        self._extra = %s\n" % (
        "None" if not extras else next(iter(extras)) if "peer" in extras else "tuple(%s) or None" % next(iter(extras))))
    for field, kind, read, comment in properties:
        out.append("\n    @property\n    def %s(self) -> %s:\n%s" % (field, kind, docstring([comment], 8)))
        out.append("        return %s\n" % read)
    if "next_hops" in extras:
        out.append("\n    @property\n    def next_hops(self) -> tuple[NextHop, ...]:\n"
                   '        """RTA_MULTIPATH: next hops of a multipath route; empty for another route."""\n'
                   "        hops: tuple[NextHop, ...] = self._beside() or ()\n        return hops\n")
    if "peer" in extras:
        out.append("\n    @property\n    def peer(self) -> Optional[Link]:\n"
                   '        """VETH_INFO_PEER: other end of a pair that is to be added; written alone."""\n'
                   "        peer: Optional[Link] = self._beside()\n        return peer\n")
        out.append("\n    @property\n    def stats(self) -> Optional[LinkStats]:\n"
                   '        """IFLA_STATS64: counters; None if the message had none."""\n'
                   "        return self._stats(LinkStats)\n")
    return "".join(out)


def compress(layout):
    """Writes IIII as 4I."""
    return re.sub(r"I{2,}|Q{2,}", lambda run: "%d%s" % (len(run.group()), run.group()[0]), layout)


def main():
    header = HEADER.read_text()
    out = [
        "# SPDX-License-Identifier: MIT OR Apache-2.0\n"
        "# Made by tools/records.py from include/nlrs.h; not to be edited.\n"
        '"""Links, addresses, routes, neighbours, rules and nexthops: the records of libnlrs as classes."""\n'
        "\nfrom __future__ import annotations\n\nfrom collections.abc import Callable, Sequence\n"
        "from struct import Struct\n"
        "from typing import NamedTuple, Optional, final\n"
        "\nfrom ._enums import (\n%s)\n" % "".join("    %s,\n" % e for e in sorted(set(ENUMS.values()))) +
        "from ._record import (\n    AnyAddress,\n    IPAddress,\n    IPInterface,\n    IPNetwork,\n    Record,\n"
        "    pack_address,\n    pack_lladdr,\n    pack_record,\n    pack_text,\n"
        "    read_address,\n    read_interface,\n"
        "    read_lladdr,\n    read_network,\n    read_optional,\n    read_text,\n)\n"
        "\n_u32: Callable[[bytes, int], tuple[int]] = Struct(\"=I\").unpack_from\n"
        "_u64: Callable[[bytes, int], tuple[int]] = Struct(\"=Q\").unpack_from\n"
    ]
    about, fields = struct_of(header, "nlrs_link_stats")
    out.append("\n\nclass LinkStats(NamedTuple):\n%s\n" % docstring(about, 4))
    for _, field, _, comment in fields:
        out.append('    %s: int\n%s' % (field, docstring([comment], 4)))
    for arguments in CLASSES:
        out.append(class_text(header, *arguments))
    text = "".join(out)
    if sys.argv[1:] == ["--check"]:
        same = OUTPUT.read_text() == text
        sys.exit(0 if same else "%s is not what include/nlrs.h says: make python-records" % OUTPUT)
    OUTPUT.write_text(text)


if __name__ == "__main__":
    main()
