"""What is installed is all that is served: a wheel, unpacked elsewhere, runs the demo and every page of it.

Compiling takes a minute, so the wheel is made without extensions and gets those of this checkout.
"""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import aiohttp
import pytest

from tests.kit.command import ROOT, run_program
from tests.kit.servers import free_port

PACKAGES = ("collector", "dashboards", "pathcalc", "suanlu", "topology")
SOURCES_OF_EXTENSIONS = (".pyx", ".c", ".cpp", ".so", ".pyc")
WEATHERMAP = ROOT / "dashboards" / "weathermap"


def in_packages(suffix: str = "") -> set[str]:
    """Files of this checkout's packages, by their path from its root."""
    found = (file for package in PACKAGES for file in (ROOT / package).rglob(f"*{suffix}") if file.is_file())
    return {file.relative_to(ROOT).as_posix() for file in found if "__pycache__" not in file.parts}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory that holds what a wheel installs, and the extensions."""
    folder = tmp_path_factory.mktemp("wheel")
    (folder / "build.cfg").write_text(f"[build]\nbuild_base={folder}\n[egg_info]\negg_base={folder}\n")
    command = ["build_py", "bdist_wheel", "--skip-build", "--dist-dir", folder, "--bdist-dir", folder / "b"]
    subprocess.run(
        [sys.executable, "setup.py", "-q", *command],
        cwd=ROOT, env={**os.environ, "DIST_EXTRA_CONFIG": str(folder / "build.cfg")},
        check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    for extension in in_packages(".so"):
        shutil.copy(ROOT / extension, folder / "site" / extension)
    return folder / "site"


def test_wheel_holds_every_file_of_the_packages(site: Path) -> None:
    wanted = {name for name in in_packages() if not name.endswith(SOURCES_OF_EXTENSIONS)}
    wanted = {name for name in wanted if not name.startswith("suanlu/docs/")}
    wanted |= {f"suanlu/docs/{page.name}" for page in (ROOT / "docs").glob("*.md")}
    assert not {name for name in wanted if not (site / name).is_file()}
    assert not list(site.rglob("*.c"))


async def test_installed_demo_serves_every_page(site: Path, tmp_path: Path) -> None:
    port = str(free_port())
    command = [sys.executable, "-m", "suanlu.cli", "demo", "--port", port, "--data", "data"]
    pages = {"/": "text/html", "/docs": "text/html", "/docs/start.js": "text/javascript"}
    pages |= {"/docs/ui/swagger-ui.css": "text/css", "/docs/ui/swagger-ui-bundle.js": "javascript"}
    pages |= {"/docs/what-an-answer-means": "text/", "/v1/openapi.json": "application/json"}
    pages |= {"/problems/not-found": "text/plain", "/v1/topology": "application/json"}
    shown = (".css", ".js", ".svg")
    for file in WEATHERMAP.rglob("*"):
        if file.suffix in shown:
            pages[f"/{file.relative_to(WEATHERMAP).as_posix()}"] = ""
    environment = {"PYTHONPATH": str(site)}
    async with run_program(*command, cwd=tmp_path, environment=environment) as demo:
        await demo.started()
        async with aiohttp.ClientSession(demo.url) as session:
            for page, media_type in pages.items():
                async with session.get(page) as answer:
                    assert (answer.status, media_type in answer.headers["Content-Type"]) == (200, True), page
                    assert await answer.read(), page
        assert await demo.interrupt() == 0
    assert len(pages) > 30
