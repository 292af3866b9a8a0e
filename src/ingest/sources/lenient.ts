import * as v from "valibot";
import { preview } from "../../graphql/json";
import { instantOf } from "./day";

/** Empty values count as missing, like null. */
const empty = v.pipe(
  v.string(),
  v.regex(/^\s*$/),
  v.transform(() => undefined),
);
/** Only id and title are required; other unexpected values count as unknown, and are named in the notes. */
export const lenient = <T extends v.GenericSchema>(form: T) =>
  v.nullish(v.union([empty, form, v.pipe(v.unknown(), v.transform(dropped))]));
const dropped = (value: unknown) => ({ dropped: value }) as never;

/** What is wrong with a required value, to follow its name. */
export const needed = (what: string) => (issue: v.BaseIssue<unknown>) =>
  issue.received === "undefined" ? "is missing" : `is not ${what}`;

export const text = v.string(needed("a text"));
export const instant = v.pipe(
  text,
  v.check((value) => instantOf(value) !== undefined),
);
/** Entries are read separately: an unexpected one must not lose the others. */
export const list = v.array(v.unknown());

/** Removes the values of an unexpected form, and adds notes about them. */
export function takeDropped<T extends object>(values: T, notes: string[], of = ""): T {
  const entries = Object.entries(values).filter(([name, value]) => {
    const isDropped = typeof value === "object" && value !== null && "dropped" in value;
    if (isDropped) notes.push(`${of}${name} dropped: ${preview(value.dropped)} is not as expected.`);
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
    notes.push(`an entry of ${name} dropped: ${preview(first.value)} is not as expected${others}.`);
  }
  return read.flatMap(({ result }) => (result.success ? [result.output] : []));
}

/** What is wrong with a value, field by field. */
export function describe(issues: readonly v.BaseIssue<unknown>[]): string {
  return issues.map((issue) => `${v.getDotPath(issue) ?? "it"} ${issue.message}`).join(", ");
}
