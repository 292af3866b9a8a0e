/** The limits of a subscriber's numbers, for every way to subscribe. */
export const RANGES = { hour: { least: 0, most: 23 }, maxPapers: { least: 1, most: 50 } } as const;

export function isInRange(field: keyof typeof RANGES, value: number): boolean {
  return value >= RANGES[field].least && value <= RANGES[field].most;
}

/** The limits of a number, as a sentence that calls the field `label`. */
export function rangeRule(field: keyof typeof RANGES, label: string = field): string {
  const { least, most } = RANGES[field];
  return `${label} must be a whole number from ${least} to ${most}.`;
}

/** What is wrong with the UTC day until which a subscription is paused; null when nothing is. */
export function pauseProblem(label: string, until: string, now: Date): string | null {
  return until > now.toISOString().slice(0, 10) ? null : `${label} must be a day after today.`;
}
