"""Odd words in the address, as a browser meets them: what is left in the address, and what is rendered."""

from tests.browser.live import next_frame, open_live, recorded, settled, start_recording

LINK = "[Log in again](//evil.example)"


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
