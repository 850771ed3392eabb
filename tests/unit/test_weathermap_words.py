"""The weathermap speaks every language in full: no key without a text, no text without a key."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "dashboards" / "weathermap"
WORDS = PAGE / "js" / "words"
ENTRY = re.compile(r'(?:^\s*|, )(?:"([\w.−-]+)"|(\w+)): "((?:[^"\\]|\\.)*)"', re.MULTILINE)
USED = re.compile(r'\bt\("([\w.-]+)"|data-t(?:-title|-label|-hint)?="([\w.-]+)"')
VALUE = re.compile(r"\{(\w+)(?::[^}]*)?\}")
HAN = re.compile(r"[一-鿿]")
MADE_UP = ("mode.", "legend.", "link.row.", "pair.row.", "chart.", "risk.")  # keys put together in the code
GROUPS = (
    "state.",
    "site.",
    "phase.",
    "kind.",
    "role.",
    "health.",
    "status.",
    "certainty.",
    "window.",
    "odd.",
    "event.",
)


def catalogue(language: str) -> dict[str, str]:
    text = (WORDS / f"{language}.js").read_text(encoding="utf-8")
    found = [(quoted or bare, said) for quoted, bare, said in ENTRY.findall(text)]
    assert len(found) == len(dict(found)), "a key is there twice"
    return dict(found)


def used() -> set[str]:
    files = [*PAGE.glob("*.html"), *(PAGE / "js").rglob("*.js")]
    return {one or other for path in files for one, other in USED.findall(path.read_text(encoding="utf-8"))}


def test_both_languages_have_the_same_keys_and_values() -> None:
    english, chinese = catalogue("en"), catalogue("zh")
    assert len(english) > 200
    assert english.keys() == chinese.keys()
    for key, text in english.items():
        assert set(VALUE.findall(text)) == set(VALUE.findall(chinese[key])), key


def test_every_key_that_is_used_has_a_text_and_every_text_is_used() -> None:
    known = set(catalogue("en"))
    assert used() - known == set()
    assert {key for key in known - used() if not key.startswith(MADE_UP + GROUPS)} == set()


def test_no_text_stands_in_the_code() -> None:
    for path in (PAGE / "js").rglob("*.js"):
        if path.parent != WORDS:
            code = re.sub(r"//.*", "", path.read_text(encoding="utf-8"))
            assert not HAN.search(code.replace("中", "")), f"{path}: Chinese"
            assert not re.search(r'say\([^,]+, "[A-Z][a-z]+ ', code), f"{path}: English"
