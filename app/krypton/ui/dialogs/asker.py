"""Dialogs as the presenters ask for them, one at a time; decides nothing itself."""

import asyncio

from PySide6.QtWidgets import QWidget

from krypton.domain.operation import Confirmed, Preview
from krypton.domain.ports import Clock
from krypton.presenters.shell import Network
from krypton.presenters.tone import Tone
from krypton.ui.dialogs.confirm import ConfirmDialog
from krypton.ui.dialogs.unlock import UnlockDialog
from krypton.ui.theme.look import Look
from krypton.ui.widgets.scrim import Scrim
from krypton.ui.widgets.toast import Toast
from krypton.wording import Sentence


class Dialogs:
    """Opens dialogs over the window."""

    def __init__(
        self,
        look: Look,
        *,
        over: QWidget,
        scrim: Scrim,
        toast: Toast,
        network: Network,
        clock: Clock,
    ) -> None:
        """Ask over the window `over`; `clock` dates what is confirmed."""
        self._look = look
        self._over = over
        self._scrim = scrim
        self._toast = toast
        self._network = network
        self._clock = clock
        self._one_at_a_time = asyncio.Lock()

    async def confirm(self, preview: Preview, /) -> Confirmed | None:
        """Show a preview in full; None where the owner did not confirm."""
        async with self._one_at_a_time:
            dialog = ConfirmDialog(
                self._look,
                preview=preview,
                network=self._network,
                clock=self._clock,
                over=self._over,
                scrim=self._scrim,
            )
            return await dialog.ask()

    async def unlock(self, failure: Sentence, /) -> bool:
        """Say that the keyring is locked; True where the owner wants to try again."""
        async with self._one_at_a_time:
            dialog = UnlockDialog(self._look, failure=failure, over=self._over, scrim=self._scrim)
            return await dialog.answer()

    def tell(self, failure: Sentence, /) -> None:
        """Say what went wrong in a toast."""
        self._toast.say(failure.line, tone=Tone.BAD)
