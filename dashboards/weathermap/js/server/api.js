// Questions to the server. URLs are relative to the page, so that it also works behind a prefix.

import { t } from "../words/words.js";

const DEADLINE_MS = 10_000;

/** What the server says is wrong with a question (RFC 9457), or that it did not answer (`status` 0). */
export class Problem extends Error {
  constructor(status, document, fallback) {
    super(String(document?.detail ?? document?.title ?? fallback));
    this.status = status;
    this.document = document ?? {};
  }
}

async function ask(path, options = {}) {
  let response;
  try {
    response = await fetch(new URL(path, document.baseURI), {
      cache: "no-cache", signal: AbortSignal.timeout(DEADLINE_MS), ...options,
    });
  } catch (error) {
    throw new Problem(0, null, t("problem.away", { reason: error.name }));
  }
  const text = await response.text();
  const body = text === "" ? {} : parsed(text);
  if (response.status === 401) {
    location.assign(new URL(`login#${encodeURIComponent(location.hash)}`, document.baseURI));
  }
  if (!response.ok || body === null) {
    throw new Problem(response.status, body, t("problem.mute", { status: response.status }));
  }
  return body;
}

// null where it is not JSON: a proxy's page, for one.
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const post = (path, body) => ask(path, {
  method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
});

const named = (kind, id) => `${kind}/${encodeURIComponent(id)}`;
const moment = (at) => (at === null ? "" : `?at=${encodeURIComponent(at)}`);

/** The whole graph, now or at a moment (RFC 3339). */
export const topology = (at = null) => ask(`v1/topology${moment(at)}`);
export const sites = () => ask("v1/topology/sites");
export const alerts = (at = null) => ask(`v1/alerts${moment(at)}`);
export const acknowledge = (id, said) => post(`v1/${named("alerts", id)}:ack`, said);
export const linksSince = (version) => ask(`v1/topology/links?changed_since=${version}`);
export const link = (id) => ask(`v1/topology/${named("links", id)}`);
export const optics = () => ask("v1/optics");
export const eventsUrl = () => new URL("v1/events", document.baseURI);

/** What each circuit, shared risk and router would do if it failed, packets following the IGP. */
export async function nextFailures() {
  const kinds = ["each_circuit", "each_srlg", "each_router"];
  const answers = await Promise.all(kinds.map((failures) => post("v1/whatif", { failures })));
  return answers.flatMap((answer) => answer.failures);
}

/** The same of one thing by its id. */
export const failureOf = async (id) => (await post("v1/whatif", { failures: [id] })).failures[0];

export const silences = () => ask("api/v2/silences");
export const silence = (body) => post("api/v2/silences", body);
export const endSilence = (id) => ask(`api/v2/${named("silence", id)}`, { method: "DELETE" });

export const maintenances = () => ask("v1/maintenances");
export const checkMaintenance = (window) => post("v1/maintenances:check", window);
export const planMaintenance = (window) => post("v1/maintenances", window);
export const endMaintenance = (id, by) => post(`v1/${named("maintenances", id)}:end`, { by });

/** What happened between two moments, for the marks of the time line. */
export const pastEvents = (from, to) => ask(`v1/events/past?from=${from.toISOString()}&to=${to.toISOString()}`);

/** History of one link: `from` and `to` are Dates, `stepMs` the width of a point. */
export function history(id, metric, from, to, stepMs) {
  const query = new URLSearchParams({
    metric, from: from.toISOString(), to: to.toISOString(), step: `${Math.round(stepMs / 1000)}s`,
  });
  return ask(`v1/links/${encodeURIComponent(id)}/history?${query}`);
}

const WAYS = 48; // paths asked for, of which many differ only in the router they use at a site

/**
 * Two sites, all of one snapshot: the best path of least latency with the forwarded prediction beside it,
 * where packets go now branch by branch, the next best paths, and the least two that share no SRLG. Each but
 * the first may be a problem by itself.
 */
export async function pathsBetween(from, to) {
  const least = { from, to, routing: "any", objective: "latency" };
  const { answers } = await post("v1/paths:batch", { queries: [
    { ...least, forwarded: true, detail: true }, { from, to, routing: "igp" },
    { ...least, forwarded: false, k: WAYS }, { ...least, forwarded: false, disjoint: { level: "srlg", count: 2 } }] });
  const [any, igp, ways, apart] = answers;
  if (any.type) throw problemOf(any);
  const orProblem = (answer, empty) => (answer.type ? { problem: problemOf(answer), ...empty } : answer);
  return {
    any, igp: orProblem(igp, { branches: [], links: [] }), ways: orProblem(ways, { paths: [] }), apart: orProblem(apart, { paths: [] }),
  };
}

const problemOf = (document) => new Problem(document.status, document, t("problem.none"));
