"""The start page lists the lessons that are finished, and no others."""

from streamlit.testing.v1 import AppTest

from tests.pages.scene import NAVIGATION


def test_home_lists_the_lessons():
    app = AppTest.from_file(NAVIGATION, default_timeout=30).run()
    assert not app.exception
    assert app.title[0].value == "Deep generative models, live"
    links = [link.proto.label for link in app.get("page_link")]
    assert links == [
        "**Anomaly threshold**",
        "**One-dimensional flow**",
        "**Coupling layer**",
        "**Properties of the KL divergence**",
        "**KL between Gaussians**",
        "**Joint maximisation**",
    ]
