import * as v from "valibot";
import { preview } from "../../graphql/json";
import { instantOf } from "./day";

/** Empty values count as missing, like null. */
const empty = v.pipe(
  v.string(),
  v.regex(/^\s*$/),
  v.transform(() => undefined),
);
/** Only id and title are required; other unexpected values count as unknown, and are named in the notes, with the form's description. */
export const lenient = <T extends v.GenericSchema>(form: T) =>
  v.nullish(v.union([empty, form, v.pipe(v.unknown(), v.transform(droppedBy(form)))]));
const droppedBy = (form: v.GenericSchema) => (value: unknown) =>
  ({ dropped: `${preview(value)} is not ${v.getDescription(form)}` }) as never;

/** What is wrong with a required value, to follow its name. */
export const needed = (what: string) => (issue: v.BaseIssue<unknown>) =>
  issue.received === "undefined" ? "is missing" : `is not ${what}`;

export const text = v.pipe(v.string(needed("a text")), v.description("a text"));
export const instant = v.pipe(
  text,
  v.check((value) => instantOf(value) !== undefined),
  v.description("a day or time, such as 2026-05-13T09:30:00Z"),
);
/** Entries are read separately: an unexpected one must not lose the others. */
export const listOf = (what: string) => v.pipe(v.array(v.unknown()), v.description(`a list of ${what}`));

/** Removes the values of an unexpected form, and adds notes about them. */
export function takeDropped<T extends object>(values: T, notes: string[], of = ""): T {
  const entries = Object.entries(values).filter(([name, value]) => {
    const isDropped = typeof value === "object" && value !== null && "dropped" in value;
    if (isDropped) notes.push(`${of}${name} dropped: ${value.dropped}.`);
    return !isDropped;
  });
  return Object.fromEntries(entries) as T;
}

/** The entries of a list that have the expected form; one note covers the others. */
export function entriesOf<T>(
  name: string,
  values: readonly unknown[] | null | undefined,
  form: v.GenericSchema<unknown, T>,
  notes: string[],
): T[] {
  const read = (values ?? []).map((value) => ({ value, result: v.safeParse(form, value) }));
  const odd = read.filter(({ result }) => !result.success);
  const [first] = odd;
  if (first) {
    const others = odd.length > 1 ? `, nor are ${odd.length - 1} more` : "";
    notes.push(`an entry of ${name} dropped: ${preview(first.value)} is not ${v.getDescription(form)}${others}.`);
  }
  return read.flatMap(({ result }) => (result.success ? [result.output] : []));
}

/** What is wrong with a value, field by field. */
export function describe(issues: readonly v.BaseIssue<unknown>[]): string {
  return issues.map((issue) => `${v.getDotPath(issue) ?? "it"} ${issue.message}`).join(", ");
}
