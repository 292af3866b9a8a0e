/** The labels of form fields, also used in error messages. */
export const LABELS = {
  email: "Email address",
  frequency: "How often",
  weekday: "Day of the week",
  hour: "Time of day",
  timeZone: "Time zone",
  maxPapers: "Papers in one mail",
  keywords: "Keywords",
  excludeKeywords: "Leave out",
  categories: "arXiv categories",
  excludeCategories: "Leave out categories",
  minUpvotes: "Minimum upvotes",
  hasCode: "Code",
  near: "Only papers like these",
  skipEmpty: "Send no mail when there are no papers",
  pausedUntil: "Pause until",
} as const;

/** A field's label within a sentence. */
export function quoted(field: keyof typeof LABELS): string {
  return `“${LABELS[field]}”`;
}
