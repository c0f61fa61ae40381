"""``python -m ui.publish``: what it writes, and what it says where it cannot."""

import errno
import re
from pathlib import Path

import pytest

from ui import publish
from ui.takehome.addresses import Address, addresses
from ui.takehome.site import Site, path_of

JENSEN = Address("divergence", "jensen", "4 atoms", {"view": "jensen"}, ("jensen",))
TYPED = Address("joint_maximum", "your own f and h", "", {"problem": "Your own f and h"})
SMALL = (JENSEN, TYPED)


@pytest.fixture
def small(monkeypatch):
    """The command with two pages, in place of all."""
    monkeypatch.setattr(publish, "addresses", lambda: list(SMALL))


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_site_holds_its_pages_and_everything_that_they_name(small, tmp_path, capsys):
    folder = tmp_path / "site"
    assert publish.main([str(folder)]) == 0
    found = files(folder)
    assert {path for path in found if path.endswith(".html")} == {"index.html", *map(path_of, SMALL)}
    for path in found:
        if path.endswith(".html"):
            text = (folder / path).read_text("utf-8")
            for link in re.findall(r'(?:src|href)="(?!data:)([^"]+)"', text):
                target = (folder / path).parent / link
                assert target.is_file(), (path, link)
    size = sum((folder / path).stat().st_size for path in found)
    assert capsys.readouterr().out == f"3 pages, {size / 1e6:.1f} MB in {folder}: open index.html there.\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site"]


def test_names_of_shared_files_tell_their_content(small, tmp_path):
    for name in ("one", "two"):
        publish.main([str(tmp_path / name)])
    assert files(tmp_path / "one") == files(tmp_path / "two")
    shared = [path for path in files(tmp_path / "one") if path.startswith("assets/")]
    assert len(shared) >= 7 and all(re.search(r"-[0-9a-f]{16}\.", path) for path in shared)
    for path in shared:
        assert (tmp_path / "one" / path).read_bytes() == (tmp_path / "two" / path).read_bytes()


def test_pages_link_back_to_where_the_program_is(small, tmp_path, monkeypatch):
    monkeypatch.setenv("HW9_PUBLIC_URL", "https://hw9.example.edu/lessons/")
    publish.main([str(tmp_path / "site")])
    page = (tmp_path / "site" / path_of(TYPED)).read_text("utf-8")
    assert "“your own f and h” needs the server." in page
    back = "https://hw9.example.edu/lessons/joint-maximum?problem=Your+own+f+and+h"
    assert f'<a href="{back}">the program itself</a>' in page


def test_an_empty_folder_is_taken(small, tmp_path):
    folder = tmp_path / "site"
    folder.mkdir()
    assert publish.main([str(folder)]) == 0
    assert (folder / "index.html").is_file()


def _not_empty(tmp_path: Path) -> Path:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "thesis.tex").write_text("years of work")
    return tmp_path / "site"


def _a_file(tmp_path: Path) -> Path:
    (tmp_path / "site").write_text("a file")
    return tmp_path / "site"


def _in_a_file(tmp_path: Path) -> Path:
    return _a_file(tmp_path) / "below"


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (_not_empty, "exists and is not empty"),
        (_a_file, "exists and is no folder"),
        (_in_a_file, "cannot be written (Not a directory)"),
    ],
)
def test_a_folder_that_cannot_be_used_is_one_sentence_and_stays(small, tmp_path, capsys, made, words):
    folder = made(tmp_path)
    before = files(tmp_path)
    assert publish.main([str(folder)]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and said.startswith("hw9: ") and words in said
    assert files(tmp_path) == before


def test_a_full_disk_leaves_nothing_half_written(small, tmp_path, capsys, monkeypatch):
    write, left = Path.write_bytes, [3]

    def write_a_little(path: Path, content: bytes) -> int:
        if left[0] == 0:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        left[0] -= 1
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", write_a_little)
    assert publish.main([str(tmp_path / "site")]) == 2
    assert "cannot be written (No space left on device)" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_an_address_that_is_none_is_one_sentence(small, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("HW9_PUBLIC_URL", "hw9.example.edu")
    assert publish.main([str(tmp_path / "site")]) == 2
    assert "HW9_PUBLIC_URL must be addresses such as" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_view_that_cannot_be_shown_says_why(tmp_path, monkeypatch):
    monkeypatch.setenv("HW9_CHECKPOINTS", str(tmp_path / "none"))
    flow = Address("line_flow", "x to z", "", {"view": "x to z"}, ("flow",))
    with pytest.raises(publish.ConfigError, match="x to z, cannot be shown: There is no checkpoint"):
        publish.publish(Site([flow]), tmp_path / "site")
    assert list(tmp_path.iterdir()) == []


def test_all_pages_have_paths_of_their_own():
    paths = [path_of(address) for address in addresses()]
    assert len(paths) == len(set(paths)) > 100
    assert all(path.isascii() and path == path.lower() for path in paths)
