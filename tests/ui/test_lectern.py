"""The lecture without a browser: the address for phones, the QR, the colours, what can be hidden."""

import re
import socket

import pytest
import streamlit as st

from hw9core.errors import ConfigError
from hw9core.figures import theme
from tests.qr import drawn_modules, modules_of
from tests.test_imports import ROOT
from ui.catalogue import page_address
from ui.lectern import contrast, reachable
from ui.lectern.panel import picture
from ui.lectern.parts import PARTS, foremost, hiding

OWN = "192.168.7.20"


@pytest.fixture(autouse=True)
def settings(monkeypatch):
    """The machine is at OWN; what the test sets of Streamlit's options holds."""
    options = {"server.address": "127.0.0.1", "server.port": 8501, "server.baseUrlPath": ""}
    monkeypatch.setattr(st, "get_option", lambda name: options.get(name))
    monkeypatch.setattr(reachable, "own_address", lambda: OWN)
    monkeypatch.delenv("HW9_PUBLIC_URL", raising=False)
    return options


@pytest.mark.parametrize(
    ("listening", "seen", "expected"),
    [
        ("0.0.0.0", "http://localhost:8501/threshold", f"http://{OWN}:8501"),
        ("0.0.0.0", "http://127.0.0.1:9000/", f"http://{OWN}:9000"),
        ("0.0.0.0", "http://[::1]:8501/", f"http://{OWN}:8501"),
        ("0.0.0.0", "http://0.0.0.0:8501/", f"http://{OWN}:8501"),
        ("0.0.0.0", None, f"http://{OWN}:8501"),
        ("", None, f"http://{OWN}:8501"),
        ("::", None, f"http://{OWN}:8501"),
        ("10.1.2.3", "http://localhost:8501/", "http://10.1.2.3:8501"),
        ("fd00::7", None, "http://[fd00::7]:8501"),
        ("127.0.0.1", "https://hw9.example.edu/flow", "https://hw9.example.edu"),  # a proxy in front
        ("127.0.0.1", "http://laptop.local:8501/flow", "http://laptop.local:8501"),
    ],
)
def test_the_address_is_one_that_phones_reach(settings, listening, seen, expected):
    settings["server.address"] = listening
    assert reachable.reachable(seen) == expected


@pytest.mark.parametrize("listening", ["127.0.0.1", "localhost", "::1"])
@pytest.mark.parametrize("seen", [None, "http://localhost:8501/", "http://app.localhost:8501/"])
def test_a_server_for_this_machine_alone_says_how_to_open_it(settings, listening, seen):
    settings["server.address"] = listening
    with pytest.raises(ConfigError, match=r"--server\.address 0\.0\.0\.0"):
        reachable.reachable(seen)


def test_a_machine_on_no_network_says_so(settings, monkeypatch):
    settings["server.address"] = "0.0.0.0"
    monkeypatch.setattr(reachable, "own_address", lambda: None)
    with pytest.raises(ConfigError, match="no address on a network"):
        reachable.reachable(None)


def test_the_public_address_comes_first_and_a_prefix_is_kept(settings, monkeypatch):
    settings |= {"server.address": "0.0.0.0", "server.baseUrlPath": "hw9"}
    assert reachable.reachable(None) == f"http://{OWN}:8501/hw9"
    monkeypatch.setenv("HW9_PUBLIC_URL", "https://hw9.example.edu/lessons/ https://other.example.edu")
    assert reachable.reachable("http://localhost:8501") == "https://hw9.example.edu/lessons"


def test_the_machines_own_address_is_asked_for_without_a_packet(monkeypatch):
    asked = []

    class Probe:
        def __init__(self, family: int, kind: int) -> None:
            assert (family, kind) == (socket.AF_INET, socket.SOCK_DGRAM)  # to connect these sends nothing

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def connect(self, place):
            asked.append(place[0])
            if len(asked) == 1:
                raise OSError("no way there")

        def getsockname(self):
            return ("127.0.0.1" if len(asked) == 2 else OWN, 40_000)

    monkeypatch.undo()
    monkeypatch.setattr(socket, "socket", Probe)
    assert reachable.own_address() == OWN
    assert len(asked) == 3


def test_the_qr_is_the_link():
    link = page_address("http://192.168.7.20:8501", "threshold", "view=images&tau=18.5")
    assert link == "http://192.168.7.20:8501/threshold?view=images&tau=18.5"
    assert page_address("http://192.168.7.20:8501", "", "") == "http://192.168.7.20:8501/"
    assert drawn_modules(picture(link)) == modules_of(link) != modules_of(link + "1")


def luminance(color: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    shares = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ratio(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_marks_stand_out_on_white_and_on_black():
    assert ratio("#FFFFFF", "#000000") == pytest.approx(21)
    assert ratio("#0072B2", "#FFFFFF") == pytest.approx(5.19, abs=0.01)
    assert {*theme.SERIES, *theme.PALETTE.values()} <= set(contrast.STRONGER)
    for color, (light, dark) in contrast.STRONGER.items():
        assert ratio(light, "#FFFFFF") >= 4 and ratio(dark, "#000000") >= 5, color
        assert ratio(light, "#FFFFFF") >= ratio(color, "#FFFFFF")


def test_every_colour_of_a_figure_has_a_stronger_one():
    sources = [path.read_text("utf-8") for path in (ROOT / "hw9core" / "figures").glob("*.py")]
    greys = {"#FFFFFF", "#333333", "#33475B", "#9DB2C6", "#F4F7FA"}  # edges of dots, and a scale of levels
    used = {color for text in sources for color in re.findall(r"#[0-9A-F]{6}\b", text)} - greys
    assert used <= set(contrast.STRONGER)


def test_what_is_hidden_is_said_by_its_selectors():
    assert hiding([]) == ""
    assert hiding(["readouts", "presets"]) == (
        f"{PARTS['readouts']}, {PARTS['presets']} {{ display: none !important }}"
    )
    assert hiding(["legends"]).endswith(":root { --hw9-legends: none }")
    assert ":is(.st-key-flow-a-z-b, :has(.st-key-flow-a-z-b)) { order: 1 }" in foremost("flow-a|z b")
