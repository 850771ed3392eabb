"""The HTTP face of the stub backbone: the page's files, and the API's resources and event stream."""

import asyncio
import itertools
import json
import math
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import networkx as nx
from aiohttp import web

from tests.kit.stub_backbone import JsonObject, StubBackbone, rfc3339
from tests.kit.stub_more import StubExtras
from topology.inventory import Inventory

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "dashboards" / "weathermap"
POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"


class StubApi:
    """Serves a stub backbone; `event()` tells every open page, `url` is where it listens."""

    def __init__(self, backbone: StubBackbone) -> None:
        self.backbone = backbone
        self.past: StubBackbone | None = None  # what was, whichever moment is asked for
        self.more = StubExtras(backbone)
        self.alerts: list[JsonObject] = []
        self.inconsistencies: list[JsonObject] = []
        self.url = ""
        self.refuse_events = False
        self._streams: set[asyncio.Queue[str | None]] = set()
        self._sequence = 0

    def application(self) -> web.Application:
        """Routes of the page and of what it reads."""
        app = web.Application()
        app.on_response_prepare.append(self._policy)
        app.router.add_get("/", self._page)
        app.router.add_get("/v1/topology", self._topology)
        app.router.add_get("/v1/topology/{kind:links|sites|routers|circuits}", self._kind)
        app.router.add_get("/v1/topology/links/{id}", self._link)
        app.router.add_get("/v1/links/{id}/history", self._history)
        app.router.add_get("/v1/alerts", self._alerts)
        app.router.add_post("/v1/alerts/{id}:ack", self._acknowledge)
        app.router.add_post("/v1/paths:batch", self._batch)
        app.router.add_get("/v1/events", self._events)
        app.router.add_post("/simulator/faults", self._fault)
        self.more.add_to(app)
        app.router.add_static("/", PAGE)
        return app

    async def _page(self, _: web.Request) -> web.FileResponse:
        return web.FileResponse(PAGE / "index.html")

    async def _policy(self, _: web.Request, response: web.StreamResponse) -> None:
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Cache-Control"] = "no-cache"

    def _answer(self, **members: Any) -> web.Response:
        return web.json_response({"topology": self.backbone.header(), **members})

    async def _topology(self, request: web.Request) -> web.Response:
        world = self.past if self.past and "at" in request.query else self.backbone
        return self._answer(
            name=world.inventory.name, sites=world.sites(), routers=world.routers(),
            circuits=world.circuits(), links=world.links(), inconsistencies=self.inconsistencies,
        )  # fmt: skip

    async def _kind(self, request: web.Request) -> web.Response:
        kind = request.match_info["kind"]
        if kind == "links":
            return self._answer(links=self.backbone.links(int(request.query.get("changed_since", 0))))
        return self._answer(**{kind: getattr(self.backbone, kind)()})

    async def _link(self, request: web.Request) -> web.Response:
        [row] = [link for link in self.backbone.links() if link["id"] == request.match_info["id"]]
        return self._answer(link=row)

    async def _alerts(self, _: web.Request) -> web.Response:
        return self._answer(alerts=self.alerts)

    async def _acknowledge(self, request: web.Request) -> web.Response:
        (alert,) = [one for one in self.alerts if one["id"] == request.match_info["id"]]
        alert["acknowledged"] = {**await request.json(), "at": rfc3339(self.backbone.now_s)}
        self.event("alert_acknowledged")
        return self._answer(alert=alert)

    async def _history(self, request: web.Request) -> web.Response:
        metric = request.query["metric"]
        level, unit = (3e11, "bit/s") if metric == "used_bps" else (5000, "µs")
        times = [time.time() - 3600 + 30 * step for step in range(120)]
        mean = [None if 40 < step < 46 else level * (1 + 0.3 * math.sin(step / 9)) for step in range(120)]
        spread = [
            (None if value is None else value * 0.94, None if value is None else value * 1.05)
            for value in mean
        ]
        return web.json_response({
            "link": request.match_info["id"], "metric": metric, "unit": unit, "step_ms": 30_000,
            "t": [rfc3339(at) for at in times], "min": [low for low, _ in spread],
            "mean": mean, "max": [high for _, high in spread],
        })  # fmt: skip

    async def _batch(self, request: web.Request) -> web.Response:
        body = await request.json()
        return self._answer(answers=[self._paths(query) for query in body["queries"]])

    def _paths(self, query: JsonObject) -> JsonObject:
        graph = self.backbone.graph()
        weight = "latency_us" if query["routing"] == "any" else "igp_metric"
        for end, site in (("source", query["from"]), ("target", query["to"])):
            for router in [r for r, s in self.backbone.site_of.items() if s == site]:
                graph.add_edge(
                    *(end, router) if end == "source" else (router, end), row=None, latency_us=0, igp_metric=0
                )
        if not nx.has_path(graph, "source", "target"):
            return {"type": "/problems/no-connectivity", "title": "No connectivity", "status": 422,
                    "detail": f"no usable links join {query['from']} and {query['to']}"}  # fmt: skip
        paths = [
            self._path(graph, routers, weight)
            for routers in nx.all_shortest_paths(graph, "source", "target", weight)
        ]
        if query["routing"] == "igp":
            return {"routing": "igp", "status": "predicted", **_branches(paths)}
        if "disjoint" in query:
            return {"routing": "any", "status": "optimal", "paths": self._apart(graph, paths[0])}
        if "k" in query:
            least = nx.shortest_simple_paths(nx.DiGraph(graph), "source", "target", weight)
            found = [self._path(graph, routers, weight) for routers in itertools.islice(least, query["k"])]
            return {"routing": "any", "status": "optimal", "paths": found}
        best = paths[0]
        ahead = [self._path(graph, routers, "igp_metric")
                 for routers in nx.all_shortest_paths(graph, "source", "target", "igp_metric")]  # fmt: skip
        spread = [path["latency_us"] for path in ahead]
        forwarded = {
            "status": "predicted", "satisfied": True, "violations": [], "branches": len(ahead),
            "same_as_best": len(ahead) == 1 and ahead[0]["links"] == best["links"],
            "latency_us": {"min": min(spread), "max": max(spread)},
            "bandwidth_bps": min(path["bandwidth_bps"] for path in ahead),
        }  # fmt: skip
        return {"routing": "any", "status": "optimal", "paths": [best], "forwarded": forwarded}

    def _apart(self, graph: nx.MultiDiGraph, best: JsonObject) -> list[JsonObject]:
        """The best path and the best of what is left of the network without its circuits."""
        left = graph.copy()
        used = {link.rsplit(":", 1)[0] for link in best["links"]}
        left.remove_edges_from([
            (tail, head, key) for tail, head, key, edge in graph.edges(keys=True, data=True)
            if edge["row"] and edge["row"]["circuit"] in used
        ])  # fmt: skip
        return [
            best,
            self._path(left, nx.shortest_path(left, "source", "target", "latency_us"), "latency_us"),
        ]

    def _path(self, graph: nx.MultiDiGraph, routers: list[str], weight: str) -> JsonObject:
        rows = []
        for tail, head in itertools.pairwise(routers[1:-1]):
            rows.append(min(graph[tail][head].values(), key=lambda edge: edge[weight])["row"])
        total = {
            name: sum(row[name]["value"] for row in rows)
            for name in ("latency_us", "te_metric", "igp_metric")
        }
        free = min((row["free_p05_bps"]["value"] or 0, row["id"]) for row in rows)
        sites = list(dict.fromkeys(self.backbone.site_of[router] for router in routers[1:-1]))
        return {"links": [row["id"] for row in rows], "routers": routers[1:-1], "sites": sites,
                **total, "bandwidth_bps": free[0], "bottleneck_link": free[1], "hop_count": len(rows),
                "single_flow_max_bps": free[0],
                "loss_ppm": None, "jitter_us": 12, "mtu_bytes": 9192}  # fmt: skip

    async def _events(self, request: web.Request) -> web.StreamResponse:
        if self.refuse_events:
            raise web.HTTPServiceUnavailable
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b": open\n\n")
        queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._streams.add(queue)
        try:
            while (text := await queue.get()) is not None:
                await response.write(text.encode())
        finally:
            self._streams.discard(queue)
        return response

    async def _fault(self, request: web.Request) -> web.Response:
        """As the simulator's faults, for a circuit: cut, restore, drain."""
        order = await request.json()
        state = {"cut": "down", "restore": "up", "drain": "drained", "undrain": "up"}[order["action"]]
        for direction in ("az", "za"):
            self.change(f"{order['id']}:{direction}", state, f"{order['action']} on request")
        return web.json_response({"ok": True})

    def change(self, link: str, state: str, cause: str | None = None) -> None:
        """Set a state and tell it."""
        before = self.backbone.states[link]
        self.backbone.set_state(link, state, cause)
        self.event(f"link_{state}", link=link, before=before, after=state, cause=cause)

    def event(self, kind: str, **members: Any) -> None:
        """Send one event to every open stream."""
        self._sequence += 1
        world = self.backbone
        name = f"{world.epoch}/{world.version}/{self._sequence}"
        body = {"type": kind, "id": name, "at": rfc3339(world.now_s), "version": world.version, **members}
        for queue in self._streams:
            queue.put_nowait(f"id: {name}\nevent: {kind}\ndata: {json.dumps(body)}\n\n")

    def drop_streams(self) -> None:
        """End every open event stream, as a restarted server does."""
        for queue in list(self._streams):
            queue.put_nowait(None)


def _branches(paths: list[JsonObject]) -> JsonObject:
    share = 1_000_000 // len(paths)
    fractions: dict[str, int] = {}
    for path in paths:
        for link in path["links"]:
            fractions[link] = fractions.get(link, 0) + share
    kept = ("links", "routers", "latency_us")
    return {
        "branches": [{"weight_ppm": share, **{name: path[name] for name in kept}} for path in paths],
        "links": [{"link": link, "fraction_ppm": fraction} for link, fraction in fractions.items()],
    }


@asynccontextmanager
async def serve_stub(port: int = 0) -> AsyncIterator[StubApi]:
    """A stub of the reference backbone on a loopback port."""
    inventory = Inventory.load(ROOT / "suanlu" / "reference-backbone.json")
    api = StubApi(StubBackbone(inventory, now_s=time.time()))
    runner = web.AppRunner(api.application(), shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    api.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield api
    finally:
        api.drop_streams()
        await runner.cleanup()


async def _show(port: int) -> None:
    """Serve by hand, with loads that move each second: `python -m tests.kit.stub_api 8499`."""
    async with serve_stub(port) as api:
        print(api.url, flush=True)
        while True:
            await asyncio.sleep(1)
            api.event("metric_changed", links=api.backbone.advance(time.time()))


if __name__ == "__main__":
    asyncio.run(_show(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
