"""Odd words in the address, as a browser meets them: what is left in the address, and what is rendered."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser.live import (
    drag,
    grip,
    next_frame,
    open_live,
    open_options,
    plot_area,
    recorded,
    settled,
    start_recording,
)

LINK = "[Log in again](//evil.example)"


@pytest.mark.slow
def test_an_odd_word_leaves_the_address_and_the_choice_works_on(page, app_url):
    open_live(page, f"{app_url}/kl?view=", "jensen")
    settled(page, "jensen")
    assert "must be one of the choices shown, not nothing" in page.get_by_test_id("stAlert").inner_text()
    assert page.url == f"{app_url}/kl"
    page.get_by_test_id("stMain").get_by_role("radio", name="densities").click()
    page.wait_for_selector('[data-testid="live-densities"][data-ready="true"]')
    assert page.url.split("?")[1].startswith("view=densities")
    page.reload()
    page.wait_for_selector('[data-testid="live-densities"][data-ready="true"]')
    assert page.get_by_test_id("stAlert").count() == 0


def test_what_was_typed_is_never_a_link(page, app_url):
    open_live(page, f"{app_url}/kl?unit={LINK}", "jensen")
    assert LINK in page.get_by_test_id("stAlert").inner_text()
    assert page.locator("[href*=evil]").count() == 0


@pytest.mark.slow
def test_the_name_of_an_uploaded_file_is_never_a_link(page, app_url):
    name = "www.evil.example [a](https:b) me@evil.example.npy"
    open_live(page, f"{app_url}/threshold?view=your image", "threshold")
    upload = page.get_by_test_id("stFileUploaderDropzoneInput")
    upload.set_input_files({"name": name, "mimeType": "application/octet-stream", "buffer": b"no array"})
    warning = page.get_by_test_id("stAlert")
    warning.wait_for()
    assert name in warning.inner_text().replace("\u200b", "")
    assert page.locator("[href*=evil]").count() == 0


def test_commits_in_quick_succession_are_not_undone_by_an_older_address(page, app_url):
    open_live(page, f"{app_url}/threshold?view=training&epoch=1", "threshold")
    start_recording(page, "epoch_tau", ["epoch_tau"])
    slider = page.get_by_test_id("control-epoch")
    for epoch in range(2, 11):
        slider.fill(str(epoch))
        next_frame(page)
    page.wait_for_url(lambda url: "epoch=10" in url)
    settled(page, "threshold")
    taus = [tau for (tau,) in recorded(page)]
    assert taus == sorted(taus, reverse=True)  # of the shipped model, τ falls from epoch to epoch
    assert slider.input_value() == "10"


def entries(page) -> int:
    return page.evaluate("history.length")


def wait_for(page, **expected: str | None) -> None:
    """Wait until the address says this, None for what it leaves out, and the page has answered."""

    def says(url: str) -> bool:
        said = parse_qs(urlsplit(url).query)
        return all(said.get(name, [None]) == [word] for name, word in expected.items())

    page.wait_for_url(says)
    settled(page, "joint")


def choose(page, word: str) -> None:
    page.get_by_test_id("stMain").get_by_role("radio", name=word, exact=True).click()


def close_options(page) -> None:
    page.keyboard.press("Escape")
    page.get_by_test_id("stPopoverBody").wait_for(state="detached")


# A function: text that is no function would be evaluated in the page, which its policy forbids.
THETA_IS = "(value) => document.querySelector('[data-testid=control-theta]').value === value"


def test_each_deliberate_step_is_one_entry_and_back_returns_through_them(page, app_url):
    open_live(page, f"{app_url}/joint-maximum?theta=1&phi=0.45", "joint")
    settled(page, "joint")
    slider = page.get_by_test_id("control-theta")
    counts = [entries(page)]
    for _ in range(6):  # each is committed by itself, and all together are one step
        before = len(page.sent)
        slider.press("ArrowRight")
        while len(page.sent) == before:
            next_frame(page)
    wait_for(page, theta="1.3", view=None)
    counts.append(entries(page))
    area = plot_area(page, "heat")
    drag(page, grip(page, "heat", "theta phi"), area.at(0.25, 0.75))
    page.mouse.up()
    page.wait_for_url(lambda url: "theta=-" in url and "phi=-" in url)  # one drag, two parameters
    settled(page, "joint")
    dragged = page.url
    counts.append(entries(page))
    choose(page, "paths")
    wait_for(page, view="paths")
    counts.append(entries(page))
    open_options(page)
    page.get_by_role("radio", name="joint gradient ascent", exact=True).click()
    wait_for(page, view="paths", method="joint gradient ascent")
    close_options(page)
    counts.append(entries(page))
    choose(page, "break it")
    wait_for(page, view="break it")
    counts.append(entries(page))
    assert counts == list(range(counts[0], counts[0] + 6))

    page.go_back()
    wait_for(page, view="paths", method="joint gradient ascent")
    open_options(page)
    assert page.get_by_role("radio", name="joint gradient ascent").is_checked()
    close_options(page)
    page.go_back()
    wait_for(page, view="paths", method=None)
    open_options(page)
    assert page.get_by_role("radio", name="coordinate ascent (EM)").is_checked()
    close_options(page)
    page.go_back()
    wait_for(page, view=None)
    assert page.url == dragged
    page.go_back()
    wait_for(page, theta="1.3", phi="0.45")
    page.wait_for_function(THETA_IS, arg="1.3")
    page.go_back()
    wait_for(page, theta="1", phi="0.45")
    page.wait_for_function(THETA_IS, arg="1")
    page.go_forward()
    wait_for(page, theta="1.3", phi="0.45")
    assert entries(page) == counts[-1]


def test_a_button_that_fills_four_texts_is_one_entry_and_back_empties_them(page, app_url):
    open_live(page, f"{app_url}/gaussian-kl?panel=1 to 5 dimensions", "gaussian-kl")
    settled(page, "gaussian-kl")
    mean = page.get_by_label("mean of p")
    start, before = mean.input_value(), entries(page)
    page.get_by_role("button", name="Random pair").click()
    page.wait_for_url(lambda url: all(f"{key}=" in url for key in ("mu0", "sigma0", "mu1", "sigma1")))
    settled(page, "gaussian-kl")
    assert entries(page) == before + 1
    filled = mean.input_value()
    assert filled != start
    page.go_back()
    page.wait_for_function("(text) => document.querySelector('textarea').value === text", arg=start)
    page.go_forward()
    page.wait_for_function("(text) => document.querySelector('textarea').value === text", arg=filled)
    assert entries(page) == before + 1
