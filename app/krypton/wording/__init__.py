"""Every sentence a person reads, in English and Russian; knows only the domain."""

from krypton.wording.catalogue import LANGUAGES, count, language, speak, text
from krypton.wording.failures import failure
from krypton.wording.figures import ago, amount, date, figure, moment, percent, stranger
from krypton.wording.operations import (
    bounce_reason,
    change_field,
    change_value,
    intent_name,
    progress,
    standing,
    warning,
)
from krypton.wording.sentence import Sentence

__all__ = [
    "LANGUAGES",
    "Sentence",
    "ago",
    "amount",
    "bounce_reason",
    "change_field",
    "change_value",
    "count",
    "date",
    "failure",
    "figure",
    "intent_name",
    "language",
    "moment",
    "percent",
    "progress",
    "speak",
    "standing",
    "stranger",
    "text",
    "warning",
]
