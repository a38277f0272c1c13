"""What a line of text, a pill or a banner says besides its words; knows no colour."""

from enum import Enum


class Tone(Enum):
    """A mood that always repeats what the words say and never replaces them."""

    PLAIN = "plain"
    MUTED = "muted"
    ACCENT = "accent"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    PLAY = "play"
