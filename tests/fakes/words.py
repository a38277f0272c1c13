"""Phrases for tests, made with a seeded generator: they guard nothing and never will."""

_WORDS = (
    "sport churn pumpkin mesh shuffle change divert chef celery catch enlist century ghost you "
    "thank rail senior label royal gift girl climb page marine"
)
_OTHER_WORDS = (
    "color economy loan face child injury gaze potato opera remain address shuffle evidence "
    "noble try original pause feed antique analyst letter fashion celery defense"
)
_THIRD_WORDS = (
    "rigid nothing surround certain bid couch special dignity apology shock danger onion lizard "
    "opinion paper reward nature credit right ticket spike rely elbow frozen"
)
WORDS = tuple(_WORDS.split(" "))
OTHER_WORDS = tuple(_OTHER_WORDS.split(" "))
THIRD_WORDS = tuple(_THIRD_WORDS.split(" "))
# As pytoniq_core derives it from WORDS.
PUBLIC_KEY = bytes.fromhex("e1500fe620d1e42159da542919690f67cba8c3058b2f68c08ec7231315a6f7da")
