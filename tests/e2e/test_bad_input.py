"""Bad input at the shell: one clear line, the documented exit code, nothing left behind."""

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path
from typing import Final

import pytest

from tests.e2e.shop import PATIENCE, Shop, open_shop

ELECTOR: Final = "Ef8zMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzM0vF"
MAINNET_ZERO: Final = "F6OpKZKqvqeFp6CQmFomXNMfMj2EnaUSOXN+Mh+wVWk="


def one_line(done: "subprocess.CompletedProcess[str]") -> str:
    assert done.stderr.startswith("krypton"), done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Generator[Shop]:
    with open_shop(tmp_path_factory.mktemp("bad-input")) as opened:
        opened.new_wallet()
        yield opened


@pytest.mark.parametrize(
    ("typed", "code", "says"),
    [
        (("nonsense",), 2, "nonsense"),
        (("sandbox", "--port", "70000"), 2, "65535"),
        (("set-threshold", "10", "--preview"), 3, "Which collector"),
        (("set-threshold", "--preview"), 3, "N is missing"),
        (("withdraw", "--collector", "nonsense", "--preview"), 3, "not a TON address"),
        (("withdraw", "--confirm", "0" * 20), 3, "no such preview"),
        (("deploy", "--preview"), 3, "--threshold is missing"),
        (("wallet", "new"), 3, "no terminal"),
        (("collector", "watch", ELECTOR), 3, "basechain"),
        (("collector", "watch", "0:" + "3" * 64), 3, "no contract"),
        (("status",), 3, "Which collector"),
    ],
)
def test_says_what_is_wrong(shop: Shop, typed: tuple[str, ...], code: int, says: str) -> None:
    done = shop.run(*typed)
    assert says in one_line(done)
    assert done.returncode == code


@pytest.mark.parametrize(
    ("threshold", "says"),
    [
        ("0.01", "not possible"),
        ("1" + "0" * 30, "larger than all"),
        ("1000001", "not possible"),
        ("ten", "not an amount"),
        ("5,5", "not an amount"),
        ("-1", "not an amount"),
    ],
)
def test_refuses_absurd_thresholds(shop: Shop, threshold: str, says: str) -> None:
    done = shop.run(
        "deploy", f"--threshold={threshold}", "--supplier", shop.supplier.raw, "--fee-bps", "100", "--preview"
    )
    assert says in one_line(done)
    assert done.returncode == 3


def test_a_preview_shows_everything_and_is_signed_only_as_it_was_shown(shop: Shop) -> None:
    """The faucet pays; what is typed beside --confirm has to be what the preview says."""
    if shop.ask("wallet", "list")["wallets"][0]["balance"] == "0":
        assert shop.ask("faucet", "5")["balance"] == str(5 * 10**9)
    supplier = ("--supplier", shop.supplier.raw)
    preview = shop.ask("deploy", "--threshold", "10", *supplier, "--fee-bps", "100", "--preview")
    shown = {change["field"]: change["new"] for change in preview["changes"]}
    assert shown["supplier"] == shop.supplier.raw
    assert shown["owner"] == preview["wallet"]
    assert (shown["fee_bps"], shown["min_withdrawal"]) == ("100", str(10**10))
    assert "wallet_first_use" in preview["warnings"]
    digest = ("--confirm", preview["digest"])
    for other in (
        ("--threshold", "11"),
        ("--supplier", "0:" + "1" * 64),
        ("--fee-bps", "5"),
        ("--collector", "0:" + "1" * 64),
    ):
        done = shop.run("deploy", *other, *digest)
        assert "What was typed is not" in one_line(done)
        assert done.returncode == 3
    wrong_kind = shop.run("set-threshold", *digest)
    assert "no such preview" in one_line(wrong_kind)
    assert shop.ask("collector", "list")["collectors"] == []


def test_refuses_a_masterchain_supplier(shop: Shop) -> None:
    done = shop.run("deploy", "--threshold", "10", "--supplier", ELECTOR, "--fee-bps", "100", "--preview")
    assert "basechain" in one_line(done)
    assert done.returncode == 3


def test_wrong_words_make_no_wallet_and_are_not_repeated(shop: Shop) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"abandon " * 24)
    os.close(writing)
    done = shop.run("wallet", "import", "--name", "second", "--words-fd", str(reading), descriptor=reading)
    os.close(reading)
    assert done.returncode == 3
    assert "abandon" not in one_line(done)
    assert [wallet["name"] for wallet in shop.ask("wallet", "list")["wallets"]] == ["owner"]


def test_the_same_name_twice_is_refused(shop: Shop) -> None:
    reading, writing = os.pipe()
    done = shop.run("wallet", "new", "--words-fd", str(writing), descriptor=writing)
    os.close(writing)
    os.close(reading)
    assert done.returncode == 3
    assert "already there" in one_line(done)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "JSON"),
        ("[" * 100_000, "JSON"),
        ("{}", "not a global config"),
        ("x" * 2_000_000, "too large"),
        (None, "no such file"),
    ],
    ids=["empty", "deep", "shapeless", "huge", "missing"],
)
def test_a_dead_or_lying_config_file(tmp_path: Path, text: str | None, says: str) -> None:
    shop = Shop(tmp_path)
    if text is not None:
        shop.config.write_text(text)
    done = shop.run("wallet", "list")
    assert says in one_line(done)
    assert done.returncode == 3


def test_a_profile_stays_on_its_chain(shop: Shop, tmp_path: Path) -> None:
    other = json.loads(shop.config.read_text())
    for block in ("zero_state", "init_block"):
        other["validator"][block] |= {"root_hash": MAINNET_ZERO, "file_hash": MAINNET_ZERO}
    path = tmp_path / "other.json"
    path.write_text(json.dumps(other))
    mixed = Shop(tmp_path)
    mixed.profile, mixed.config = shop.profile, path
    done = mixed.run("wallet", "list")
    assert "another network" in one_line(done)
    assert done.returncode == 3


def test_a_home_folder_by_its_sign_is_the_same_profile(shop: Shop) -> None:
    """What is opened is what is shown, however the folder was typed."""
    from krypton.bootstrap import places
    from krypton.cli import arguments

    home = os.path.relpath(shop.profile, Path.home())
    typed = places.wanted(arguments.parse([f"--profile=~/{home}"]))
    assert typed.folder.resolve() == shop.profile.resolve()
    assert typed.network == str(shop.config)
    nobody = shop_at("~nobody-of-that-name/x")
    assert nobody.returncode == 8
    one_line(nobody)


def shop_at(profile: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "krypton", f"--profile={profile}", "--lang=en", "wallet", "list"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def test_the_language_may_be_typed_either_way(tmp_path: Path) -> None:
    for typed in (["--lang=ru"], ["--lang", "ru"]):
        done = subprocess.run(
            [sys.executable, "-m", "krypton", *typed, "--profile", str(tmp_path), "--network", "x", "status"],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 3
        assert not done.stderr.removeprefix("krypton: ").isascii()


def test_a_dead_network_is_said(shop: Shop, tmp_path: Path) -> None:
    dead = json.loads(shop.config.read_text())
    dead["liteservers"][0]["port"] = 1
    path = tmp_path / "dead.json"
    path.write_text(json.dumps(dead))
    lonely = Shop(tmp_path)
    lonely.config = path
    done = lonely.run("collector", "watch", "0:" + "3" * 64)
    assert "No server" in one_line(done)
    assert done.returncode == 4


def test_one_profile_one_krypton(shop: Shop) -> None:
    from krypton.store.profile import Profile

    with Profile(shop.profile):
        done = shop.run("wallet", "list")
    assert "already running" in one_line(done)
    assert done.returncode == 8


def test_a_profile_that_is_not_ours_to_write(tmp_path: Path) -> None:
    (tmp_path / "profile").write_text("a file where a folder should be")
    shop = Shop(tmp_path)
    done = shop.run("wallet", "list")
    assert done.returncode == 8
    one_line(done)


@pytest.mark.parametrize("size", ["4k", "64k", "256k"])
def test_a_full_disk_is_said_and_nothing_half_written_is_left(tmp_path: Path, shop: Shop, size: str) -> None:
    """A real small file system, in a mount namespace of its own; grown, it holds a profile that opens."""
    full = Shop(tmp_path)
    full.config = shop.config
    full.profile.mkdir()
    command = shlex.join([sys.executable, "-m", "krypton", *full.typed, "collector", "list"])
    where = shlex.quote(str(full.profile))
    script = (
        f"mount -t tmpfs -o size={size} none {where} || exit 99\n"
        f"{command} >&2; code=$?\n"
        f"mount -o remount,size=64m none {where}; {command}; echo $? $code"
    )
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "bash", "-c", script],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    later, first = done.stdout.split()[-2:]
    assert later == "0"
    assert first in {"0", "8"}
    if first == "8":
        assert "disk is full" in one_line(done)
    assert first == "8" or size == "256k"


def test_without_a_keyring_nothing_is_made(tmp_path: Path, shop: Shop) -> None:
    alone = Shop(tmp_path)
    alone.config = shop.config
    reading, writing = os.pipe()
    environment = {**os.environ, "DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path / 'no-bus'}"}
    done = subprocess.run(
        [sys.executable, "-m", "krypton", *alone.typed, "wallet", "new", "--words-fd", str(writing)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        stdin=subprocess.DEVNULL,
        pass_fds=(writing,),
        env=environment,
    )
    os.close(writing)
    assert os.read(reading, 10) == b""
    os.close(reading)
    assert done.returncode == 6
    assert "keyring" in one_line(done)
    assert not (alone.profile / "vault.bin").exists()


def test_ctrl_c_ends_quietly_and_leaves_the_profile_usable(shop: Shop) -> None:
    lock = shop.profile / "lock"
    for delay in (0.0, 0.2, 0.5):
        process = subprocess.Popen(
            [sys.executable, "-m", "krypton", *shop.typed, "wallet", "list"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        while lock.read_text().strip() != str(process.pid):  # before that, Python itself is still starting
            time.sleep(0.01)
        time.sleep(delay)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=PATIENCE)
        assert process.returncode in {0, 130, -signal.SIGINT}
        assert "Traceback" not in said
    assert len(shop.ask("wallet", "list")["wallets"]) == 1
