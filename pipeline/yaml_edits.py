"""Editing the YAML that people keep: only the lines that an edit is about change, comments and quoting stay."""

from __future__ import annotations

import difflib
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

_WIDTH = 1 << 16  # lines are never broken anew
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def edit(text: str, change: Callable[[Any], None]) -> str:
    """The text of a YAML mapping after `change` was done to its round-trip tree (ruamel's dicts and lists).

    ruamel writes a whole file anew, with its own spacing; only the lines that differ because of the change are taken
    from that, all others stay byte for byte wherever the two can be laid side by side.
    """
    tree, yaml = _read(text)
    if not tree:
        return _begin(text, change)
    before = _write(tree, yaml)
    change(tree)
    after = _write(tree, yaml)
    merged = _merge(text, before, after)
    return merged if merged is not None and _same_data(merged, after) else after


def edit_items(text: str, key: str, concerns: Callable[[Any], bool], change: Callable[[Any], None]) -> str:
    """As `edit`, where `change` looks at no items of the list under `key` but those that it concerns, and may add some.

    ruamel takes a second for a thousand items, so it is given these alone, with all that stands before and after the
    list. Where the list is not a plain one, or the outcome is not what was meant, the whole text is edited.
    """
    found = _find_items(text, key)
    if found is None:
        return edit(text, change)
    data, chunks = found
    kept = [at for at, item in enumerate(data[key]) if concerns(item) or at == len(data[key]) - 1]
    numbers = [number for at in (-1, *kept) for number in chunks[at + 1]]
    lines = _LINE.findall(text)
    excerpt = [lines[number] for number in numbers]
    changed = _LINE.findall(edit("".join(excerpt), change))
    for i1, i2, j1, j2 in reversed(list(_differences(excerpt, changed))):
        end = numbers[i2 - 1] + 1 if i2 else 0
        lines[numbers[i1] if i2 > i1 else end : end] = changed[j1:j2]
    made = "".join(lines)
    return made if _holds(made, "".join(changed), data, key, kept) else edit(text, change)


def remove_key(text: str, key: str) -> str:
    """The text of a YAML mapping without a key and its value; remarks on the lines around these stay."""
    import yaml

    node = yaml.compose(text, yaml.CBaseLoader)
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    found = next(((name, value) for name, value in pairs if name.value == key), None)
    if found is None:
        return text
    lines = _LINE.findall(text)
    del lines[found[0].start_mark.line : _line_after(found[1])]
    made = "".join(lines)
    data = yaml.load(text, yaml.CBaseLoader)  # noqa: S506 - only strings
    del data[key]
    return made if _is_data(made, data) else edit(text, lambda tree: tree.pop(key))


def append(tree: Any, key: str, item: Any, *, inline: bool = False) -> None:
    """Put `item` at the end of the list under `key`; a list that is not there is made, on one line if `inline`."""
    from ruamel.yaml.comments import CommentedSeq

    items = tree.get(key)
    if not items:
        items = CommentedSeq()
        if inline:
            items.fa.set_flow_style()
        else:
            items.fa.set_block_style()
        put(tree, key, items)
    tail = None if items.fa.flow_style() else _take_tail(items)
    items.append(item)
    _give_tail(items, tail)


def put_items(tree: Any, key: str, items: Sequence[Any]) -> None:
    """Make the list under `key` hold these items; those that it held already keep their remarks."""
    from ruamel.yaml.comments import CommentedSeq

    old = tree.get(key)
    if not old or not isinstance(old, CommentedSeq):
        made = CommentedSeq(items)
        made.fa.set_block_style()
        put(tree, key, made)
        return
    tail = None if old.fa.flow_style() else _take_tail(old)
    there, wanted = ([json.dumps(item, sort_keys=True, default=str) for item in many] for many in (old, items))
    for tag, i1, i2, j1, j2 in reversed(difflib.SequenceMatcher(None, there, wanted, autojunk=False).get_opcodes()):
        if tag != "equal":
            both = min(i2 - i1, j2 - j1)
            for step in range(both):
                old[i1 + step] = items[j1 + step]
            for at in reversed(range(i1 + both, i2)):
                del old[at]
            for step in range(both, j2 - j1):
                old.insert(i1 + step, items[j1 + step])
    _give_tail(old, tail)


def put(tree: Any, key: str, value: Any) -> None:
    """Set a key of a mapping; a new one comes last, and remarks that stood after the mapping stay after it."""
    tail = None if key in tree or tree.fa.flow_style() else _take_tail(tree)
    tree[key] = value
    _give_tail(tree, tail)


def remove(tree: Any, key: str, text: str) -> None:
    """Take a text, in capitals or small letters, out of the list under `key`, and the key with the last of them."""
    items: Any = tree.get(key) or ()
    for at in reversed([at for at, item in enumerate(items) if str(item).casefold() == text.casefold()]):
        if len(items) > 1:
            del items[at]
        else:
            del tree[key]


def inline_map(values: Mapping[str, Any]) -> Any:
    """A mapping that is written on one line, as `{a: 1, b: 2}`."""
    from ruamel.yaml.comments import CommentedMap

    made = CommentedMap(values)
    made.fa.set_flow_style()
    return made


def block_map(values: Mapping[str, Any]) -> Any:
    """A mapping that is written with a line for each key."""
    from ruamel.yaml.comments import CommentedMap

    return CommentedMap(values)


def _read(text: str) -> tuple[Any, Any]:
    """The round-trip tree of a text, and a writer that indents as the text does."""
    from ruamel.yaml import YAML
    from ruamel.yaml.util import load_yaml_guess_indent

    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = _WIDTH
    tree, sequence, offset = load_yaml_guess_indent(text, yaml=yaml)
    yaml.indent(mapping=2, sequence=sequence or 4, offset=2 if offset is None else offset)
    yaml.explicit_start = text.startswith("---")
    return tree, yaml


def _write(tree: Any, yaml: Any) -> str:
    written = io.StringIO()
    yaml.dump(tree, written)
    return written.getvalue()


def _begin(text: str, change: Callable[[Any], None]) -> str:
    """The first values of a file that has none yet, under its remarks."""
    tree = block_map({})
    change(tree)
    lines = [line for line in text.splitlines(keepends=True) if not line.strip() or line.lstrip().startswith("#")]
    remarks = "".join(lines)
    return (
        remarks + ("" if not remarks or remarks.endswith("\n") else "\n") + (_write(tree, _read("")[1]) if tree else "")
    )


def _merge(text: str, before: str, after: str) -> str | None:
    """The change from `before` to `after` made in `text`, of which `before` is another spelling; None if unclear."""
    end = "\r\n" if "\r\n" in text else "\n"
    ours, plain, changed = (one.splitlines() for one in (text, before, after))
    place = _lay_beside(plain, ours)
    made, done = [], 0
    for i1, i2, j1, j2 in _differences(plain, changed):
        if i1 not in place or i2 not in place or place[i1] < done:
            return None
        made += ours[done : place[i1]] + changed[j1:j2]
        done = place[i2]
    return "".join(line + end for line in made + ours[done:])


def _lay_beside(plain: list[str], ours: list[str]) -> dict[int, int]:
    """For the lines of one spelling their numbers in the other, as far as they can be told."""
    if len(plain) == len(ours):
        return {at: at for at in range(len(ours) + 1)}
    place = {len(plain): len(ours)}
    for at, there, size in difflib.SequenceMatcher(None, plain, ours, autojunk=False).get_matching_blocks():
        place.update({at + step: there + step for step in range(size + 1)})
    return place


def _differences(old: list[str], new: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """Where the two differ, as ranges of lines; what both begin and end with is left out first, so that it stays."""
    most = min(len(old), len(new))
    lead = next((at for at in range(most) if old[at] != new[at]), most)
    tail = next((at for at in range(most - lead) if old[-1 - at] != new[-1 - at]), most - lead)
    middle = old[lead : len(old) - tail], new[lead : len(new) - tail]
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, *middle, autojunk=False).get_opcodes():
        if tag != "equal":
            yield lead + i1, lead + i2, lead + j1, lead + j2


def _find_items(text: str, key: str) -> tuple[Any, list[range]] | None:
    """The data of a mapping, and the lines before its list under `key`, then those of each item; None where unclear."""
    import yaml

    try:
        node = yaml.compose(text, yaml.CBaseLoader)
        data = yaml.load(text, yaml.CBaseLoader)  # noqa: S506 - only strings
    except yaml.YAMLError:
        return None
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    items: Any = next((value for name, value in pairs if name.value == key), None)
    if not isinstance(items, yaml.SequenceNode) or not items.value or items.flow_style:
        return None
    starts = [item.start_mark.line for item in items.value]
    lines = _LINE.findall(text)
    unlike = len(set(starts)) < len(starts) or any(mark in text for mark in ("\x85", "\u2028", "\u2029"))
    if unlike or not all(start < len(lines) and lines[start].lstrip().startswith("-") for start in starts):
        return None
    return data, [range(begin, end) for begin, end in pairwise([0, *starts, len(lines)])]


def _holds(made: str, changed: str, data: Any, key: str, kept: list[int]) -> bool:
    """Whether a text is what `data` was, with the items `kept` as the changed excerpt has them, and new ones after."""
    import yaml

    try:
        wanted = yaml.load(changed, yaml.CBaseLoader)  # noqa: S506 - only strings
        items = list(data[key])
        for at, item in zip(kept, wanted[key], strict=False):
            items[at] = item
        wanted[key] = items + wanted[key][len(kept) :]
        return bool(yaml.load(made, yaml.CBaseLoader) == wanted)  # noqa: S506 - only strings
    except yaml.YAMLError:
        return False


def _line_after(node: Any) -> int:
    """The number of the line after the last one on which a node of `yaml.compose` has a value."""
    while isinstance(node.value, list) and node.value and not node.flow_style:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    return int(node.end_mark.line) + (1 if node.end_mark.column else 0)


def _is_data(text: str, data: Any) -> bool:
    import yaml

    try:
        return bool((yaml.load(text, yaml.CBaseLoader) or {}) == data)  # noqa: S506 - only strings
    except yaml.YAMLError:
        return False


def _same_data(one: str, other: str) -> bool:
    import yaml

    try:
        return bool(yaml.load(one, yaml.CBaseLoader) == yaml.load(other, yaml.CBaseLoader))  # noqa: S506 - only strings
    except yaml.YAMLError:
        return False


def _last(node: Any) -> tuple[Any, Any, int] | None:
    """The innermost block collection that ends where `node` does, its last key, and where ruamel keeps its remarks."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq

    found = None
    while isinstance(node, CommentedMap | CommentedSeq) and node and not node.fa.flow_style():
        is_map = isinstance(node, CommentedMap)
        key = next(reversed(node)) if is_map else len(node) - 1
        found = node, key, 2 if is_map else 0
        node = node[key]
    return found


def _take_tail(node: Any) -> Any:
    """Take off the remarks that ruamel hangs on the last value of a collection but that stand on lines after it."""
    last = _last(node)
    held = last and last[0].ca.items.get(last[1])
    token = held[last[2]] if last and held else None
    if not token or isinstance(token, Sequence):
        return None
    first, newline, rest = token.value.partition("\n")
    if not rest.strip():
        return None
    from ruamel.yaml.error import CommentMark
    from ruamel.yaml.tokens import CommentToken

    token.value = first + newline
    if not first:
        held[last[2]] = None  # type: ignore[index]
    return CommentToken("\n" + rest, CommentMark(0), None)


def _give_tail(node: Any, tail: Any) -> None:
    last = _last(node) if tail else None
    if last:
        held = last[0].ca.items.setdefault(last[1], [None] * 4)
        held[last[2]] = tail
