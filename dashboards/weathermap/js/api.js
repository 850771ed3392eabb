// Questions to the server. URLs are relative to the page, so that it also works behind a prefix.

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
    throw new Problem(0, null, `the server does not answer (${error.name})`);
  }
  const body = await response.json().catch(() => null);
  if (!response.ok || body === null) {
    throw new Problem(response.status, body, `the server answered ${response.status} without an explanation`);
  }
  return body;
}

const post = (path, body) => ask(path, {
  method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
});

export const topology = () => ask("v1/topology");
export const sites = () => ask("v1/topology/sites");
export const alerts = () => ask("v1/alerts");
export const acknowledge = (id, by) => post(`v1/alerts/${encodeURIComponent(id)}:ack`, { by });
export const linksSince = (version) => ask(`v1/topology/links?changed_since=${version}`);
export const link = (id) => ask(`v1/topology/links/${encodeURIComponent(id)}`);
export const eventsUrl = () => new URL("v1/events", document.baseURI);

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

const problemOf = (document) => new Problem(document.status, document, "the server has no answer");
