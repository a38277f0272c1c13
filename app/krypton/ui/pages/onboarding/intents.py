"""What a person can want during the first run, as a Protocol that the presenter meets."""

from typing import Protocol

from krypton.domain.chain import WalletVersion


class Intents(Protocol):
    """One verb a button; none of them blocks."""

    def create(self) -> None:
        """Begin a new wallet."""
        ...

    def import_words(self) -> None:
        """Go to the box for words."""
        ...

    def watch_only(self) -> None:
        """Go to the field for a collector's address."""
        ...

    def back(self) -> None:
        """Go one step back; secret words are forgotten."""
        ...

    def written_down(self) -> None:
        """The words are on paper: ask for three of them."""
        ...

    def answer(self, answers: tuple[str, ...], /) -> None:
        """Answer with the words asked for."""
        ...

    def give_words(self, text: str, /) -> None:
        """Look which wallets these words stand for."""
        ...

    def choose(self, version: WalletVersion, /) -> None:
        """Import the words as a wallet of this version."""
        ...

    def get_coins(self) -> None:
        """Ask the faucet."""
        ...

    def deploy(self, *, threshold: str, supplier: str, fee: str) -> None:
        """Review a deploy with these terms, as typed."""
        ...

    def watch(self, address: str, /) -> None:
        """Watch this collector."""
        ...
