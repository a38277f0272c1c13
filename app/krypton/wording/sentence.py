"""The shape of what a person is told when something went wrong."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentence:
    """What happened, what it means for the money, what to do; plain text, never a server's."""

    title: str
    meaning: str
    remedy: str

    @property
    def line(self) -> str:
        """All of it as the command line's one line."""
        return " ".join(part for part in (self.title, self.meaning, self.remedy) if part)
