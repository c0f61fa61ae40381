"""Every script and notebook that a page gives prints the numbers that the page shows."""

import os
import re
import subprocess
import sys
from decimal import Decimal

import nbformat
import pytest

from tests.browser.conftest import ROOT
from tests.browser.live import open_live, open_options, settled
from tests.browser.test_takehome import READ
from tests.variants import seldom

STATES = {
    "threshold": (
        "threshold?tau=18.5&view=rules",
        "threshold?detector=PCA reconstruction error&components=64",
        "threshold?detector=Likelihood of a coupling flow",
        "threshold?detector=Mahalanobis distance&view=classes",
    ),
    "flow": (
        "flow?data=three Gaussians&base=logistic&unit=bits",
        "flow?probe=1.2",
        "flow?view=learning&epoch=7&data=uniform",
    ),
    "coupling": (
        "coupling?x1=-1.3&seed=7",
        "coupling?n=6&leak=true&x5=0.123",
        "coupling?omega=1&omega=3&x2=2",
    ),
    "jensen": ("kl?atoms=6&r2=0&unit=bits", "kl?w1=1&r3=2.7", "kl"),
    "densities": (
        "kl?view=densities&loc=-0.7",
        "kl?view=densities&pair=two Normals and Normal&unit=bits",
        "kl?view=densities&pair=truncated Normal and Normal",
    ),
    "additivity": (
        "kl?view=additivity&rho=0.4",
        "kl?view=additivity&d=4&correlated=q&rho=-0.2&unit=bits",
        "kl?view=additivity&d=1",
    ),
    "gaussian-kl": (
        "gaussian-kl?p_x=2.5&q_angle=77.7",
        "gaussian-kl?unit=bits&q_second=0.07",
        "gaussian-kl?q_x=-1&q_y=0.5&q_first=1.6&q_second=0.6&q_angle=35",
    ),
    "joint": (
        "joint-maximum?theta=0.75&phi=-1.5",
        "joint-maximum?problem=Gaussian mixture (EM)&theta=1.5",
        "joint-maximum?view=paths&step=3&theta=2&problem=Linear-Gaussian latent model",
    ),
}


def offered(page, label: str, folder):
    """What the first live view of the page gives under a button."""
    with page.expect_download() as download:
        page.get_by_role("button", name=label).first.click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file


def printed(source: str, folder) -> dict[str, str]:
    """What a program prints, by name; it may use hw9core, and neither pages nor torch."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    check = "import sys\nassert not {'streamlit', 'torch', 'ui'} & set(sys.modules)\n"
    file = folder / "run.py"
    file.write_text(f"{source}\n{check}", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, file], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0 and not done.stderr, done.stderr
    return dict(re.findall(r"^(\w+) = (\S+)$", done.stdout, re.MULTILINE))


def assert_rounds_to(value: str, text: str) -> None:
    """A printed number is the readout's, rounded; of two that are as near, Python and browsers differ."""
    digits = len(text.partition(".")[2])
    assert Decimal(value) == Decimal(text) or abs(Decimal(value) - Decimal(text)) <= Decimal(
        "0.5000001"
    ).scaleb(-digits)


@pytest.mark.parametrize("name", seldom(STATES))
def test_scripts_print_what_is_on_screen(page, app_url, tmp_path, name):
    for path in STATES[name]:
        open_live(page, f"{app_url}/{path}", name)
        settled(page, name)
        shown = page.evaluate(READ)
        script = offered(page, "as a script", tmp_path).read_text("utf-8")
        found = printed(script, tmp_path)
        assert len(found) >= 2
        for key, text in found.items():
            assert_rounds_to(shown[key], text)
    notebook = nbformat.read(offered(page, "as a notebook", tmp_path), as_version=4)
    nbformat.validate(notebook)
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert printed("\n".join(cells), tmp_path) == found


def test_a_script_knows_what_was_chosen_by_hand(page, app_url, tmp_path):
    open_live(page, f"{app_url}/gaussian-kl", "gaussian-kl")
    settled(page, "gaussian-kl")
    open_options(page)
    page.get_by_text("bits", exact=True).click()
    page.get_by_text("D(p‖q) (bits)").first.wait_for()
    page.keyboard.press("Escape")
    settled(page, "gaussian-kl")
    shown = page.evaluate(READ)
    script = offered(page, "as a script", tmp_path).read_text("utf-8")
    assert "/gaussian-kl?unit=bits&p_x=-1&" in script and "one nat in bits" in script
    assert_rounds_to(shown["kl_pq"], printed(script, tmp_path)["kl_pq"])


def test_a_view_without_a_recipe_offers_its_figure_alone(page, app_url):
    open_live(page, f"{app_url}/joint-maximum?view=surface", "joint")
    settled(page, "joint")
    assert page.get_by_role("button", name="Take this figure home").count() == 1
    assert page.get_by_role("button", name="as a script").count() == 0
