// Five bands, from calm to grave, in which each mode of the map puts its own measure.

/** The band of a value: 0 up to the number of edges that it has reached, `none` where it is unknown. */
export function bandOf(value, edges) {
  if (value === null || value === undefined || Number.isNaN(value)) return "none";
  return edges.filter((edge) => value >= edge).length;
}

/** Longest lists of a ranking. */
export const MOST = 12;
