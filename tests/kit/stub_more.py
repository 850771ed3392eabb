"""What the stub answers beyond the topology: failures, received light, windows, silences, past events."""

from aiohttp import web

from tests.kit.stub_backbone import JsonObject, StubBackbone, rfc3339

FAINT = "beijing-shanghai-1:az"


class StubExtras:
    """Invented, but in the shapes of the API; a test may fill `windows`, `silences` and `events`."""

    def __init__(self, backbone: StubBackbone) -> None:
        self.backbone = backbone
        self.windows: list[JsonObject] = []
        self.silences: list[JsonObject] = []
        self.events: list[JsonObject] = []

    def add_to(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_post("/v1/whatif", self._whatif)
        app.router.add_get("/v1/optics", self._optics)
        app.router.add_get("/v1/maintenances", self._windows)
        app.router.add_post("/v1/maintenances:check", self._check)
        app.router.add_post("/v1/maintenances", self._plan)
        app.router.add_get("/v1/events/past", self._events)
        app.router.add_get("/api/v2/silences", self._silences)
        app.router.add_post("/api/v2/silences", self._silence)
        app.router.add_delete("/api/v2/silence/{id}", self._end_silence)

    async def _whatif(self, request: web.Request) -> web.Response:
        wanted = (await request.json())["failures"]
        circuits = self.backbone.inventory.circuits
        names = [circuit.id for circuit in circuits] if wanted == "each_circuit" else wanted
        failures = [] if isinstance(names, str) else [self._effect(name) for name in names]
        return web.json_response({"routing": "igp", "failures": failures})

    def _effect(self, name: str) -> JsonObject:
        added = 1000 * (len(name) % 13)
        slower = [{"from": "beijing", "to": "shanghai", "before_us": 5000, "after_us": 5000 + added}]
        cut = [{"from": "urumqi", "to": "beijing"}] if name.startswith("lanzhou-urumqi") else []
        return {
            "kind": "circuit", "id": name, "latency_added_us": added, "cut_off": cut,
            "slower": slower if added else [], "faster": [], "unknown": [], "already_down": [],
            "pairs": {"cut": len(cut), "slower": min(added, 1), "faster": 0, "unknown": 0},
        }  # fmt: skip

    async def _optics(self, _: web.Request) -> web.Response:
        told = {"observed_at": rfc3339(self.backbone.now_s), "rx_power_dbm_before": -3.4}
        good = {"interface": "m2", "rx_power_dbm": -3.4, **told}
        faint = {"interface": "m1", "rx_power_dbm": -12.3, **told}
        rows = [
            {"link": link, "rx_power_dbm": ports[0]["rx_power_dbm"], **told, "ports": ports}
            for link in self.backbone.states
            for ports in [[faint, good] if link == FAINT else [good]]
        ]
        return web.json_response({"topology": self.backbone.header(), "links": rows})

    async def _windows(self, _: web.Request) -> web.Response:
        return web.json_response({"maintenances": self.windows})

    async def _check(self, _: web.Request) -> web.Response:
        effects = {"pairs_cut": 0, "pairs_slower": 3, "pairs_faster": 0, "worst": None}
        return web.json_response({
            "severity": "caution", "verdict": "With care: three pairs get slower.", "effects": effects,
            "redundancy_lost": [
                {"kind": "circuit", "id": "lanzhou-urumqi-1", "sites": ["urumqi"], "pairs_cut": 27}
            ],
            "circuits_over_80_percent": [],
        })  # fmt: skip

    async def _plan(self, request: web.Request) -> web.Response:
        asked = await request.json()
        links = [f"{subject['id']}:{way}" for subject in asked["subjects"] for way in ("az", "za")]
        window = {**asked, "id": f"w{len(self.windows)}", "state": "planned", "links": links}
        self.windows.append(window)
        return web.json_response({"maintenance": window})

    async def _events(self, _: web.Request) -> web.Response:
        return web.json_response({"events": self.events})

    async def _silences(self, _: web.Request) -> web.Response:
        return web.json_response(self.silences)

    async def _silence(self, request: web.Request) -> web.Response:
        silence = {
            **await request.json(),
            "id": f"s{len(self.silences)}",
            "status": {"state": "active"},
        }
        self.silences.append(silence)
        return web.json_response({"silenceID": silence["id"]})

    async def _end_silence(self, request: web.Request) -> web.Response:
        for silence in self.silences:
            if silence["id"] == request.match_info["id"]:
                silence["status"] = {"state": "expired"}
        return web.Response()
