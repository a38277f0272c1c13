"""A global config is read strictly or refused with the reason; the shipped ones are sound."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krypton.chain import network
from krypton.domain.errors import BadConfig, ConfigFault

ZERO = "vCDj+9vIIjLMsrWvc/kVsECKoC3N+3u6ZMlLQdjuQfY="


def config(**changes: Any) -> dict[str, Any]:
    block = {"workchain": -1, "shard": -(2**63), "seqno": 0, "root_hash": ZERO, "file_hash": ZERO}
    server = {"ip": 2130706433, "port": 4443, "id": {"@type": "pub.ed25519", "key": ZERO}}
    whole: dict[str, Any] = {
        "liteservers": [server],
        "validator": {
            "@type": "validator.config.global",
            "zero_state": block,
            "init_block": block,
            "hardforks": [],
        },
    }
    return whole | changes


def read(whole: object) -> network.Network:
    return network.parse(json.dumps(whole).encode(), path="here.json")


def fault(data: bytes) -> ConfigFault:
    with pytest.raises(BadConfig) as caught:
        network.parse(data, path="here.json")
    assert caught.value.path == "here.json"
    return caught.value.fault


def test_a_config_is_read() -> None:
    found = read(config(krypton_sandbox={"control": 7}))
    (server,) = found.servers
    assert (server.host, server.port, len(server.key), server.name) == (
        "127.0.0.1",
        4443,
        32,
        "127.0.0.1:4443",
    )
    assert found.id == "bc20e3fbdbc82232ccb2b5af73f915b0408aa02dcdfb7bba64c94b41d8ee41f6"
    assert found.global_id is None
    assert found.sandbox == {"control": 7}
    assert found.init_block == found.zero_state


@pytest.mark.parametrize("name, global_id, servers", [("mainnet", -239, 18), ("testnet", -3, 13)])
def test_the_shipped_networks(name: str, global_id: int, servers: int) -> None:
    found = network.bundled(name)
    assert (found.global_id, len(found.servers), found.sandbox) == (global_id, servers, None)
    assert found.init_block.seqno > 10_000_000
    assert found.hard_forks


def test_a_network_that_is_not_shipped() -> None:
    with pytest.raises(BadConfig):
        network.bundled("../networks/mainnet")


def test_a_negative_ip_and_a_missing_init_block_are_usual() -> None:
    whole = config()
    whole["liteservers"][0]["ip"] = -1
    del whole["validator"]["init_block"], whole["validator"]["hardforks"]
    found = read(whole)
    assert found.servers[0].host == "255.255.255.255"
    assert found.init_block == found.zero_state


def test_the_same_server_twice_is_one() -> None:
    whole = config()
    whole["liteservers"] *= 3
    assert len(read(whole).servers) == 1


@pytest.mark.parametrize(
    "data, expected",
    [
        (b"", ConfigFault.NOT_JSON),
        (b"\xff", ConfigFault.NOT_JSON),
        (b"[" * 100_000, ConfigFault.NOT_JSON),
        (b"[]", ConfigFault.SHAPE),
        (b"{}", ConfigFault.SHAPE),
        (b" " * 1_000_001, ConfigFault.TOO_LARGE),
        (json.dumps(config(liteservers=[])).encode(), ConfigFault.NO_SERVERS),
        (json.dumps(config(liteservers={})).encode(), ConfigFault.SHAPE),
        (json.dumps(config(liteservers=config()["liteservers"] * 65)).encode(), ConfigFault.SHAPE),
        (json.dumps(config(validator=None)).encode(), ConfigFault.SHAPE),
        (json.dumps(config(krypton_sandbox=3)).encode(), ConfigFault.SHAPE),
    ],
)
def test_what_is_no_config(data: bytes, expected: ConfigFault) -> None:
    assert fault(data) is expected


@pytest.mark.parametrize(
    "path, value",
    [
        (("liteservers", 0, "ip"), 2**32),
        (("liteservers", 0, "ip"), True),
        (("liteservers", 0, "ip"), "127.0.0.1"),
        (("liteservers", 0, "port"), 0),
        (("liteservers", 0, "port"), 65536),
        (("liteservers", 0, "id", "key"), "AAAA"),
        (("liteservers", 0, "id", "key"), "!" * 44),
        (("liteservers", 0, "id", "key"), None),
        (("liteservers", 0, "id"), 1),
        (("validator", "zero_state", "workchain"), 0),
        (("validator", "zero_state", "shard"), 1),
        (("validator", "zero_state", "seqno"), -1),
        (("validator", "zero_state", "root_hash"), ZERO + "AAAA"),
        (("validator", "init_block", "file_hash"), 3),
        (("validator", "hardforks"), [None]),
    ],
)
def test_a_member_of_another_shape_is_refused(path: tuple[str | int, ...], value: object) -> None:
    whole: Any = config()
    inner = whole
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    assert fault(json.dumps(whole).encode()) is ConfigFault.SHAPE


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3)
    )
)
def test_no_json_crashes_it(value: object) -> None:
    whole = config(liteservers=[value], validator=value)
    assert fault(json.dumps(whole).encode()) is ConfigFault.SHAPE


def test_a_file_that_is_missing_or_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.json"):
        with pytest.raises(BadConfig) as caught:
            network.load(path)
        assert caught.value.fault is ConfigFault.MISSING


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "net.json"
    path.write_text(json.dumps(config()))
    assert network.load(path) == read(config())


def test_real_money_has_no_faucet_whatever_a_file_says() -> None:
    mainnet = json.loads((Path(network.paths.resources()) / "networks" / "mainnet.json").read_text())
    found = read(mainnet | {"krypton_sandbox": {"control": 7}})
    assert found.sandbox is None
    assert found.global_id == -239
