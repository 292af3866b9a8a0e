/** The one of `ours` that a name is probably a misspelling of; null when there is none. */
export function misspeltFrom(ours: readonly string[], name: string): string | null {
  const near = ours.find((each) => {
    const reach = each.length > 5 ? 2 : 1;
    return name.length >= each.length - 1 && distance(name, each, reach) <= reach && !NOT_OURS.has(name);
  });
  return near ?? null;
}

/** Common variables whose names are similar to ours. */
const NOT_OURS = new Set(["POST", "SORT", "HOSTS", "PORTS", "COST", "LOST", "MOST", "PART", "PORK", "WORKDIR"]);

/**
 * The optimal string alignment distance of two names (Levenshtein's, where swapping two neighbours is one edit), or
 * `limit + 1` when their lengths, or letters, differ by more than `limit`, as those of most names do.
 */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit || foreignTo(b, a) > limit) return limit + 1;
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwapped ? rows[i - 2]![j - 2]! + 1 : substituted;
      row.push(Math.min(substituted, swapped, rows[i - 1]![j]! + 1, row[j - 1]! + 1));
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}

/** The number of letters of a name that another one has nowhere: each takes an edit. */
function foreignTo(other: string, name: string): number {
  let count = 0;
  for (const letter of name) if (!other.includes(letter)) count++;
  return count;
}
