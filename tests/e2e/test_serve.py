"""The whole process over sockets: it starts, shows, answers, ends, and keeps what it saw."""

import asyncio
import json
import socket
import sys
from pathlib import Path
from typing import Any

import aiohttp

from tests.kit.command import ROOT, run_command, run_demo
from tests.kit.wait import eventually

FIRST_PAGE_DEADLINE_S = 60  # about 5 on an idle computer; what else runs on this one is not tested
NO_PROTOBUF = """
import asyncio, sys, time
from pathlib import Path
from suanlu.app import App
from suanlu.config import load, load_inventory

async def main():
    settings = load(Path(sys.argv[1]))
    app = App(settings, load_inventory(settings), now_ns=time.time_ns)
    stop = asyncio.Event()
    async def watch():
        async with asyncio.timeout(30):
            while not any(t.received for t in app.collector.statistics().targets.values()):
                await asyncio.sleep(0.05)
        stop.set()
    async with asyncio.TaskGroup() as group:
        group.create_task(watch())
        await app.run(stop=stop, started=lambda url: None)

asyncio.run(main())
print([name for name in sys.modules if name.startswith("google.protobuf")])
"""


async def get(session: aiohttp.ClientSession, url: str) -> Any:
    async with session.get(url) as answer:
        assert answer.status == 200, (url, answer.status, await answer.text())
        return await answer.json()


async def all_up(session: aiohttp.ClientSession, url: str) -> bool:
    answer = await get(session, f"{url}/v1/topology/links")
    return all(link["state"] == "up" for link in answer["links"])


async def test_the_first_page_has_all_links_up(tmp_path: Path) -> None:
    async with run_demo(tmp_path) as demo, aiohttp.ClientSession() as session:
        async with session.get(f"{demo.url}/") as page:
            assert (page.status, page.content_type) == (200, "text/html")
            assert page.headers["Content-Security-Policy"].startswith("default-src 'self'")
        await eventually(
            lambda: all_up(session, demo.url), deadline_s=FIRST_PAGE_DEADLINE_S, what="all links are up"
        )
        assert len([line for line in demo.lines if line.lstrip().startswith(("1.", "2.", "3."))]) == 3


async def test_interrupt_ends_it_also_with_an_open_stream(tmp_path: Path) -> None:
    async with run_demo(tmp_path) as demo, aiohttp.ClientSession() as session:
        assert demo.children, "the simulator is a process of its own"
        async with session.get(f"{demo.url}/v1/events") as stream:
            await stream.content.readline()
            before = len(demo.lines)
            assert await demo.interrupt() == 0
        await eventually(lambda: not demo.children_left(), deadline_s=1, what="no child is left")
    assert len(demo.lines) == before + 1, demo.lines[before:]


async def test_simulator_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    async with run_demo(tmp_path) as demo:
        demo.process.kill()
        await demo.process.wait()
        await eventually(lambda: not demo.children_left(), deadline_s=5, what="no child is left")


async def test_second_run_shows_the_history_of_the_first(tmp_path: Path) -> None:
    link = "wuhan-changsha-1:az"

    async def history(session: aiohttp.ClientSession, url: str) -> list[str]:
        answer = await get(session, f"{url}/v1/links/{link}/history?metric=used_bps&step=1s")
        times: list[str] = answer["t"]
        return times

    async with run_demo(tmp_path) as demo, aiohttp.ClientSession() as session:
        await eventually(lambda: history(session, demo.url), what="the first run has history")
        epoch = (await get(session, f"{demo.url}/v1/topology"))["topology"]["epoch"]
        assert await demo.interrupt() == 0
    async with run_demo(tmp_path) as demo, aiohttp.ClientSession() as session:
        assert (await get(session, f"{demo.url}/v1/topology"))["topology"]["epoch"] > epoch
        second_began = (await get(session, f"{demo.url}/v1/topology"))["topology"]["epoch"]
        times = await eventually(lambda: history(session, demo.url), what="the second run shows history")
        assert times[0] < second_began, "the first run's"


async def test_port_in_use_is_one_clear_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with run_command("demo", "--port", str(port), "--data", str(tmp_path)) as demo:
            assert await demo.process.wait() == 1
    assert len(demo.lines) == 1
    assert f"port {port} of 127.0.0.1 is in use" in demo.lines[0]
    assert not (tmp_path / "simulator.log").exists(), "nothing was started"


async def test_two_demos_may_start_at_once(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()

    async def links_up(directory: Path) -> set[str]:
        async with run_demo(directory) as demo, aiohttp.ClientSession() as session:
            await eventually(lambda: all_up(session, demo.url), deadline_s=20, what="all links are up")
            routers = (await get(session, f"{demo.url}/v1/topology/routers"))["routers"]
            here.add(directory.name)
            await eventually(lambda: len(here) == 2, deadline_s=20, what="both are up together")
            return {router["target"] for router in routers}

    here: set[str] = set()
    one, other = await asyncio.gather(links_up(tmp_path / "a"), links_up(tmp_path / "b"))
    assert (len(one), len(other), one & other) == (42, 42, set())


async def test_fault_and_path_commands_talk_to_the_demo(tmp_path: Path, monkeypatch: Any) -> None:
    async with run_demo(tmp_path) as demo, aiohttp.ClientSession() as session:
        monkeypatch.setenv("SUANLU_URL", demo.url)
        await eventually(lambda: all_up(session, demo.url), what="all links are up")
        async with run_command("fault", "cut", "wuhan-changsha-1") as command:
            assert await command.process.wait() == 0, command.lines

        async def is_down() -> bool:
            answer = await get(session, f"{demo.url}/v1/topology/links/wuhan-changsha-1:az")
            return bool(answer["link"]["state"] == "down")

        await eventually(is_down, deadline_s=2, what="the cut is seen")
        async with run_command("path", "shenzhen", "wuhan", "--json") as command:
            assert await command.process.wait() == 0
        answer = json.loads("\n".join(command.lines))
        assert "wuhan-changsha-1:za" not in answer["best"]["paths"][0]["links"]
        await eventually(lambda: any("FIRING" in line for line in demo.lines), what="the webhook is printed")
        async with run_command("fault", "cut", "wuhan-changsha-9") as command:
            assert await command.process.wait() == 1
        assert "wuhan-changsha-1" in command.lines[0], "near names are shown"


async def test_serve_imports_no_protobuf(tmp_path: Path) -> None:
    async with run_command("simulate", "--base-port", "0", "--out", str(tmp_path)) as simulator:
        ready = tmp_path / "simulator.json"
        await eventually(ready.exists, deadline_s=20, what="the routers listen")
        config = tmp_path / "suanlu.toml"
        config.write_text(
            'inventory = "inventory.json"\n[api]\nport = 0\n'
            "[collector]\nsample_interval_s = 1\ntransport = { insecure = true }\n",
            encoding="utf-8",
        )
        serve = await asyncio.create_subprocess_exec(
            sys.executable, "-c", NO_PROTOBUF, str(config), cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        printed, _ = await serve.communicate()
        assert printed.decode().strip() == "[]"
        assert await simulator.interrupt() == 0
