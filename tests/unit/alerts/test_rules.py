"""The rules as data: every one has its texts, its thresholds and its page; operators change them safely."""

import re
import shlex
from pathlib import Path
from typing import get_args

import click
import msgspec
import pytest
import typer

from suanlu.alerts import AlertSettings
from suanlu.alerts.alert import Rule
from suanlu.alerts.measures.measured import LINK_RULES
from suanlu.alerts.rules.rule import RULES, RuleSettings, effective
from suanlu.api.server import ROUTES
from suanlu.cli.commands import app

PAGES = Path(__file__).parents[3] / "docs" / "runbooks"
SECTIONS = (
    "## What it means",
    "## Check first",
    "## On Suanlu",
    "## Likely causes",
    "## What to do",
    "## Whom to wake",
    "## When it ends",
)
OTHER_PATHS = {"/metrics", "/metrics/network", "/readyz"}


def page(rule: str) -> str:
    return (PAGES / f"{rule}.md").read_text(encoding="utf-8")


def commands(rule: str) -> list[str]:
    return page(rule).partition("```sh\n")[2].partition("```")[0].splitlines()


def test_the_rules_are_those_that_alerts_may_have() -> None:
    assert tuple(RULES) == get_args(Rule)


def test_no_page_is_without_a_rule() -> None:
    assert {path.stem for path in PAGES.glob("*.md")} - {"README"} == set(RULES)
    index = (PAGES / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| \[(\w+)\]\(\1\.md\)", index, re.MULTILINE) == list(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_rule_is_put_in_words_in_both_languages(rule: Rule) -> None:
    text = RULES[rule]
    values = {"name": "X", "count": 2, "limit": 3.5}
    for english in (text.summary, text.resolved):
        assert "X" in english.format(**values)
    for chinese in (text.alertname_zh, text.summary_zh.format(**values), text.resolved_zh.format(**values)):
        assert re.search("[\u4e00-\u9fff]", chinese)


@pytest.mark.parametrize("rule", RULES)
def test_rule_has_a_page_that_says_what_to_do(rule: Rule) -> None:
    text = page(rule)
    assert text.startswith(f"# {RULES[rule].alertname} · {RULES[rule].alertname_zh}\n\n`{rule}` · ")
    assert [line for line in text.splitlines() if line.startswith("## ")] == list(SECTIONS)
    for other in re.findall(r"\((\w+)\.md\)", text):
        assert other in RULES
    measure = RULES[rule].measure
    if measure is not None:
        assert f"**{measure.raise_at:g} {measure.unit}** for {measure.for_s:g} s" in text
        assert f"**{measure.clear_at:g} {measure.unit}** for {measure.clear_for_s:g} s" in text


@pytest.mark.parametrize("rule", RULES)
def test_the_commands_of_a_page_exist(rule: Rule) -> None:
    assert commands(rule)
    for line in commands(rule):
        program, *words = shlex.split(line)
        if program == "suanlu":
            parse(typer.main.get_command(app), words)
        elif program == "curl":
            path = words[-1].removeprefix("$SUANLU_URL").partition("?")[0]
            assert path in OTHER_PATHS or any(is_route(path, route.path) for route in ROUTES), path
        else:
            assert program == "openssl"


def parse(command: click.Command, words: list[str]) -> None:
    """Read words as the command line does, without doing anything; raises click.UsageError."""
    context = command.make_context("suanlu", words, resilient_parsing=False, ignore_unknown_options=False)
    if isinstance(command, click.Group):
        name, found, rest = command.resolve_command(context, [*context.protected_args, *context.args])
        assert name is not None
        assert found is not None
        parse(found, rest)


def is_route(path: str, template: str) -> bool:
    pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template))
    return re.fullmatch(pattern, path) is not None


def test_an_operator_changes_what_is_measured() -> None:
    settings = msgspec.convert(
        {"rules": {"utilisation_high": {"raise_at": 60, "clear_at": 50, "severity": "info"}}}, AlertSettings
    )
    rule = effective(settings.rules)["utilisation_high"]
    assert rule.measure is not None
    assert (rule.measure.raise_at, rule.measure.clear_at, rule.severity) == (60, 50, "info")


def test_a_rule_that_is_off_is_none() -> None:
    assert "mtu_mismatch" not in effective({"mtu_mismatch": RuleSettings(enabled=False)})


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({"circuit_down": {"raise_at": 3}}, "circuit_down measures nothing: raise_at cannot be set"),
        ({"loss_high": {"raise_at": 200}}, "raise_at and clear_at are both 200"),
        ({"loss_high": {"raise_at": 100}}, "clear_at \\(200\\) must be below raise_at"),
        ({"optical_power_low": {"raise_at": -5}}, "clear_at \\(-11\\) must be above raise_at"),
        ({"loss_high": {"past_s": 600}}, "loss_high compares nothing with its past"),
        ({"lunch": {}}, "lunch"),
    ],
)
def test_what_cannot_be_set_is_refused(rules: dict[str, dict[str, float]], said: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=said):
        msgspec.convert({"rules": rules}, AlertSettings)


def test_every_rule_about_links_measures_something() -> None:
    assert all(RULES[rule].measure is not None for rule in LINK_RULES)
