"""The steps of the tour by the widgets' names; knows the window's surface and no service."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

from krypton import wording
from krypton.domain.money import Nano, parse_gram
from krypton.ui.widgets.visitor import Visitor, shown_text

THRESHOLD: Final = "0.5"
RAISED: Final = "2.5"
_PATIENCE: Final = 60.0
_LOOK_EVERY: Final = 0.05
_BUYERS: Final = "buyers-120"
_CROWD: Final = "buyers-600"


class Tour:
    """One walk: create, fund, deploy, watch, withdraw by itself, change, force; a picture of each."""

    def __init__(self, visitor: Visitor, *, out: Path, told: Callable[[Path], None]) -> None:
        """Save pictures under `out`; `told` hears of each."""
        self._at = visitor
        self._out = out
        self._told = told
        self._count = 0

    async def walk(self) -> None:
        """Walk all of it. Raises TimeoutError naming what did not appear."""
        await self._make_wallet()
        await self._deploy()
        await self._watch()
        await self._change_threshold()
        await self._withdraw()

    async def _picture(self, name: str) -> None:
        self._count += 1
        path = self._out / f"{self._count:02d}-{name}.png"
        await self._at.grab(path)
        self._told(path)

    async def _rows(self, name: str, *, count: int) -> None:
        async with asyncio.timeout(_PATIENCE):
            while True:
                table = self._at.find(name)
                if table is not None and len(shown_text(table).splitlines()) >= count:
                    return
                await asyncio.sleep(_LOOK_EVERY)

    async def _holds(self, name: str, *, at_least: Nano) -> None:
        async with asyncio.timeout(_PATIENCE):
            while True:
                if parse_gram(as_typed(await self._at.read(name))) >= at_least:
                    return
                await asyncio.sleep(_LOOK_EVERY)

    async def _gone(self, name: str, *, says: str) -> None:
        async with asyncio.timeout(_PATIENCE):
            while True:
                table = self._at.find(name)
                if table is not None and says not in shown_text(table):
                    return
                await asyncio.sleep(_LOOK_EVERY)

    async def _make_wallet(self) -> None:
        at = self._at
        await at.appear("create-wallet")
        await self._picture("welcome")
        await at.click("create-wallet")
        words = (await at.read("words")).split()
        await self._picture("words")
        await at.click("words-written")
        for index in range(3):
            field = await at.appear(f"check-{index}")
            place = int("".join(letter for letter in field.accessibleName() if letter.isdigit()))
            await at.write(f"check-{index}", words[place - 1])
        await self._picture("check")
        await at.click("check-done")
        await at.appear("faucet")
        await self._picture("unfunded")
        await at.click("faucet")

    async def _deploy(self) -> None:
        at = self._at
        await at.write("deploy-threshold", THRESHOLD)
        await self._picture("deploy")
        await at.click("deploy-review")
        await at.write("confirm-typed", THRESHOLD)
        await at.appear("confirm-sign")
        await self._picture("deploy-confirm")
        await at.click("confirm-sign")
        await at.appear("fee-balance")
        await self._picture("deployed")

    async def _watch(self) -> None:
        at = self._at
        await at.click(_BUYERS)
        await self._rows("payments", count=5)
        await self._picture("payments")
        await self._rows("withdrawals", count=2)
        await self._picture("automatic-withdrawals")

    async def _change_threshold(self) -> None:
        at = self._at
        await at.click("go-contract")
        await at.write("new-threshold", RAISED)
        await self._picture("contract")
        await at.click("change-threshold")
        await at.write("confirm-typed", RAISED)
        await at.appear("confirm-sign")
        await self._picture("threshold-confirm")
        await at.click("confirm-sign")
        await at.until("threshold", says=wording.figure(parse_gram(RAISED)))
        await self._picture("threshold-changed")

    async def _withdraw(self) -> None:
        at = self._at
        await at.click("withdraw")
        typed = await at.read("confirm-new")
        await at.write("confirm-typed", as_typed(typed))
        await at.appear("confirm-sign")
        await self._picture("withdraw-confirm")
        await at.click("confirm-sign")
        await self._rows("operations", count=3)
        await self._gone("operations", says=wording.text("Sent, waiting for the network"))
        await self._picture("withdrawn")
        await at.click("go-overview")
        await at.until("withdrawals", says=wording.text("By hand"))
        await at.click(_CROWD)
        await self._rows("withdrawals", count=6)
        await self._holds("fee-balance", at_least=parse_gram(RAISED) // 2)
        await self._picture("overview")


def as_typed(shown: str, /) -> str:
    """Return a shown amount as a person types it: digits and one dot."""
    thousands, point = (",", ".") if wording.language() == "en" else ("\N{NARROW NO-BREAK SPACE}", ",")
    number = shown.partition("\N{NO-BREAK SPACE}")[0]
    return number.replace(thousands, "").replace(point, ".")
