"""Every small mistake to make in the contract's sources: where, what it was, what it becomes; runs none."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Change = tuple[int, int, str]
"""From and to where in the text, and what stands there instead."""

_SWAPS: dict[str, tuple[str, ...]] = {
    " == ": (" != ",),
    " != ": (" == ",),
    " <= ": (" < ", " > "),
    " >= ": (" > ", " < "),
    " < ": (" <= ", " >= "),
    " > ": (" >= ", " <= "),
    " + ": (" - ",),
    " - ": (" + ",),
    " * ": (" + ",),
    " / ": (" * ",),
    " += ": (" -= ", " = "),
    " -= ": (" += ", " = "),
    " | ": (" & ",),
    " & ": (" | ",),
    " && ": (" || ",),
    " || ": (" && ",),
    "true": ("false",),
    "min(": ("max(",),
    "max(": ("min(",),
    "mulDivFloor(": ("mulDivCeil(",),
    "calculateGasFee(": ("calculateGasFeeWithoutFlatPrice(",),
    "calculateGasFeeWithoutFlatPrice(": ("calculateGasFee(",),
    "SEND_MODE_PAY_FEES_SEPARATELY": ("SEND_MODE_REGULAR",),
    "SEND_MODE_REGULAR": ("SEND_MODE_PAY_FEES_SEPARATELY", "SEND_MODE_IGNORE_ERRORS"),
    "SEND_MODE_BOUNCE_ON_ACTION_FAIL": ("SEND_MODE_IGNORE_ERRORS",),
    "SEND_MODE_IGNORE_ERRORS": ("SEND_MODE_BOUNCE_ON_ACTION_FAIL", "SEND_MODE_REGULAR"),
    "SEND_MODE_CARRY_ALL_BALANCE": ("SEND_MODE_CARRY_ALL_REMAINING_MESSAGE_VALUE", "SEND_MODE_REGULAR"),
    "SEND_MODE_CARRY_ALL_REMAINING_MESSAGE_VALUE": ("SEND_MODE_CARRY_ALL_BALANCE", "SEND_MODE_REGULAR"),
    "RESERVE_MODE_AT_MOST": ("RESERVE_MODE_EXACT_AMOUNT", "RESERVE_MODE_ALL_BUT_AMOUNT"),
    "BounceMode.RichBounceOnlyRootCell": (
        "BounceMode.NoBounce",
        "BounceMode.RichBounce",
        "BounceMode.Only256BitsOfBody",
    ),
    "BounceMode.NoBounce": ("BounceMode.RichBounceOnlyRootCell",),
    "st.feeBalance": ("st.totalCollected", "st.refundable"),
    "st.totalCollected": ("st.feeBalance",),
    "st.refundable": ("st.feeBalance",),
    "self.feeBalance": ("self.totalCollected", "self.refundable"),
    "self.totalCollected": ("self.feeBalance",),
    "self.refundable": ("0", "self.feeBalance"),
    "terms.supplier": ("in.senderAddress",),
    "st.supplier": ("admin.owner",),
    "admin.owner": ("terms.supplier", "st.supplier"),
    "admin.prevSupplier": ("admin.pendingOwner",),
    "admin.pendingOwner": ("admin.prevSupplier",),
    "terms.paused": ("terms.comments",),
    "terms.comments": ("terms.paused",),
    "msg.amount": ("in.valueCoins",),
    "in.valueCoins": ("0", "in.originalForwardFee"),
    "in.originalForwardFee": ("0",),
    "in.senderAddress": ("admin.owner", "terms.supplier"),
    "contract.getOriginalBalance()": ("0",),
    "msg.queryId": ("0",),
    "ERROR_NOT_OWNER": ("ERROR_NOT_PROPOSED",),
    "ERROR_NOT_PROPOSED": ("ERROR_NOT_OWNER",),
    "ERROR_PAYMENT_REFUSED": ("ERROR_UNKNOWN_MESSAGE",),
    "ERROR_OUT_OF_BOUNDS": ("ERROR_BAD_SPLIT",),
    "ERROR_BAD_ADDRESS": ("ERROR_OUT_OF_BOUNDS",),
    "ERROR_NOT_PAUSED": ("ERROR_OUT_OF_BOUNDS",),
    "ERROR_NOTHING_TO_WITHDRAW": ("ERROR_PAYMENT_REFUSED",),
    "ERROR_BAD_SPLIT": ("ERROR_OUT_OF_BOUNDS",),
    "ERROR_BAD_REFUND": ("ERROR_BAD_ADDRESS",),
    "ERROR_UNKNOWN_MESSAGE": ("ERROR_PAYMENT_REFUSED",),
    "PAY_GAS": ("WD_GAS",),
    "WD_GAS": ("PAY_GAS",),
    "RETURN_GAS": ("WD_GAS",),
    "MIN_RESERVE": ("0",),
    "PAYLOAD_BITS": ("0",),
    "PAYLOAD_CELLS": ("0",),
    "MIN_THRESHOLD_WITH_SPLIT": ("MIN_THRESHOLD",),
    "BASECHAIN": ("MASTERCHAIN",),
    '"INMSG_BOUNCE"': ('"INMSG_BOUNCED"',),
    '"INMSG_BOUNCED"': ('"INMSG_BOUNCE"',),
    "b{10000000000}": ("b{100}", "b{10011111111}"),
    "!= null": ("== null",),
    "== null": ("!= null",),
}
_WORD = re.compile("|".join(sorted((re.escape(word) for word in _SWAPS), key=len, reverse=True)))
_IDENTIFIER = re.compile(r"[A-Za-z0-9_.]")


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One change to one file. `where` is the function or the message, which outlives a moved line."""

    file: str
    change: Change
    where: str
    before: str
    after: str

    @property
    def name(self) -> str:
        return f"`{self.where}`: `{self.before}` -> `{self.after}`"

    def applied(self, files: dict[str, str]) -> dict[str, str]:
        start, end, new = self.change
        text = files[self.file]
        return {**files, self.file: text[:start] + new + text[end:]}


def mutants(files: dict[str, str]) -> list[Mutant]:
    """Give every mutant once, in the order of the files' text; a name that repeats is numbered."""
    found: list[Mutant] = []
    names: dict[str, int] = {}
    for file, text in files.items():
        code = _code_only(text)
        changes = {change for operator in _OPERATORS for change in operator(code)}
        for start, end, new in sorted(changes):
            if text[start:end] == new:
                continue
            before, after = _shown(text, start, end, text[start:end]), _shown(text, start, end, new)
            where = _where(code, start)
            seen = names[key] = names.get(key := f"{where} {before} {after}", 0) + 1
            mark = f" #{seen}" if seen > 1 else ""
            change, shown = (start, end, new), after or "nothing"
            found.append(Mutant(file=file, change=change, where=where + mark, before=before, after=shown))
    return found


def _code_only(text: str) -> str:
    """Blank out comments, imports and declarations of messages, which keep their length."""
    for pattern in (r"//[^\n]*", r"^import[^\n]*", r"^tolk [^\n]*", r"^@[^\n]*"):
        text = re.sub(pattern, lambda match: " " * len(match[0]), text, flags=re.MULTILINE)
    declared = re.compile(r"^(struct|type) .*?^(\}|$)", re.MULTILINE | re.DOTALL)
    return declared.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def _where(code: str, at: int) -> str:
    """Name the match arm, the function or the constant that a place is in."""
    line_end = code.find("\n", at)
    head = code[: line_end if line_end >= 0 else len(code)]
    starts = re.findall(r"^(?:get )?fun ([\w.]+)|^        (\w+) => \{|^const (\w+)", head, re.MULTILINE)
    return "".join(starts[-1]) if starts else "file"


def _shown(text: str, start: int, end: int, new: str) -> str:
    """Show the changed place with its line, blanks squeezed."""
    begin = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", end)
    line = text[begin:start] + new + text[end : stop if stop >= 0 else len(text)]
    return " ".join(re.sub(r"//[^\n]*", "", line).split())


def _words(code: str) -> Iterator[Change]:
    """Put another operator, function, mode, field or error in the place of one."""
    for match in _WORD.finditer(code):
        word, after = match[0], code[match.end() : match.end() + 1]
        if word[-1].isalnum() and (after == "(" or _IDENTIFIER.match(after)):
            continue
        if _IDENTIFIER.match(word[0]) and _IDENTIFIER.match(code[match.start() - 1 : match.start()]):
            continue
        if code[: match.start()].endswith(("const ", "fun ")):
            continue
        for other in _SWAPS[word]:
            yield match.start(), match.end(), other


def _constants(code: str) -> Iterator[Change]:
    """Move every constant by one and to its double, and every small number in the code by one."""
    for match in re.finditer(r'^const (\w+) = (ton\("[\d.]+"\)|\d+)', code, re.MULTILINE):
        start, end = match.span(2)
        for other in ("{} + 1", "{} - 1", "2 * {}"):
            if not match[1].startswith("ERROR_") or other == "{} + 1":
                yield start, end, other.format(match[2])
    for match in re.finditer(r"(?<![\w.\"{])(\d{1,2})(?![\w.\"}])", code):
        if "const" not in _line(code, match.start()):
            yield match.start(), match.end(), str(int(match[1]) + 1)


def _line(code: str, at: int) -> str:
    return code[code.rfind("\n", 0, at) + 1 : at]


def _terms(code: str) -> Iterator[Change]:
    """Drop one side of every `|`, `&`, `||`, `&&`, `+`, `-`: a condition, a flag, a summand."""
    for match in re.finditer(r"\s+(\|\||&&|\||&|\+|-)\s", code):
        yield match.start(), _right(code, match.end()), ""
        yield _left(code, match.start()), match.end(), ""


def _right(code: str, at: int) -> int:
    depth = 0
    while True:
        here = code[at]
        depth += (here in "([{") - (here in ")]}")
        if depth < 0 or (depth == 0 and (here in ";,?|&\n" or code[at : at + 2] == " :")):
            return at - (code[at - 1] == " ")
        at += 1


def _left(code: str, at: int) -> int:
    depth = 0
    while at:
        here = code[at - 1]
        depth += (here in ")]}") - (here in "([{")
        if depth < 0 or (depth == 0 and (here in ",?:|&;" or code[at - 3 : at] == " = ")):
            return at + (code[at] == " ")
        if code[:at].endswith("return "):
            return at
        at -= 1
    return at


def _conditions(code: str) -> Iterator[Change]:
    """Turn every condition round, and make it always or never hold."""
    for match in re.finditer(r"\b(?:if|while|assert) \(", code):
        end = _right(code, match.end())
        condition = code[match.end() : end]
        yield match.end(), end, f"!({condition})"
        yield match.end(), end, "false"
        if not match[0].startswith("while"):
            yield match.end(), end, "true"
    for match in re.finditer(r"!(?=[a-z(])", code):
        yield match.start(), match.end(), ""
    for match in re.finditer(r" \? (?!\()", code):
        if re.match(r"\s*:\s", code[_right(code, match.end()) :]):
            yield _left(code, match.start()), match.start(), "true"
            yield _left(code, match.start()), match.start(), "false"


def _statements(code: str) -> Iterator[Change]:
    """Drop every statement but declarations; return without saving; save without returning."""
    one_line = r"^ +(?!va[lr] |return|get |fun )([\w][^\n;=]*(?: [-+]?= [^\n;]+)?;)"
    for match in re.finditer(one_line, code, re.MULTILINE):
        yield match.start(1), match.end(1), ""
    message = r"^ +create(?:ExternalLog)?Message\(\{.*?\}\)\.send\([^\n]*;"
    for match in re.finditer(message, code, re.MULTILINE | re.DOTALL):
        yield match.start(), match.end(), ""
    for match in re.finditer(r"\breturn (\w[\w.]*\([^\n]*\));", code):
        yield match.start(), match.end(), "return;"
        yield match.start(), match.end(), f"{match[1]};"


def _arguments(code: str) -> Iterator[Change]:
    """Take either argument of `min` and `max`."""
    for match in re.finditer(r"\b(?:min|max)\(", code):
        middle = _right(code, match.end())
        end = _right(code, middle + 2)
        if code[middle] == "," and code[end] == ")":
            yield match.start(), end + 1, f"({code[match.end() : middle]})"
            yield match.start(), end + 1, f"({code[middle + 2 : end]})"


_OPERATORS: tuple[Callable[[str], Iterator[Change]], ...] = (
    _words,
    _constants,
    _terms,
    _conditions,
    _statements,
    _arguments,
)
