import { misspeltFrom } from "../config/did-you-mean";
import { badUserInput } from "./errors";
import { DateScalar } from "./scalars";
import { checkText } from "./text";

/** The parameters of a query string, decoded; a list where one is repeated. */
export type QueryString = Readonly<Record<string, string | string[]>>;

/** Reads the values of one parameter; throws BAD_USER_INPUT that names it and says what would be right. */
export type ParameterReader<T> = (name: string, values: readonly string[]) => T;

/** How each parameter of a kind of URL is read. */
export type ParameterTable<T> = { readonly [Name in keyof T]-?: ParameterReader<NonNullable<T[Name]>> };

/** Longer names are cut in messages. */
const MAX_SHOWN = 50;

/**
 * Reads a query string by a table; `of` says whose parameters they are. Empty ones count as left out, as forms send all that they
 * have. Unknown ones are refused: a filter that is not applied would be missed late.
 */
export function readQueryString<T extends object>(
  table: ParameterTable<T>,
  given: QueryString,
  of: string,
): Partial<T> {
  const found: Partial<T> = {};
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(table, name)) throw unknown(name, Object.keys(table), of);
    const known = name as keyof T & string;
    const values = [value].flat().map((each) => each.trim());
    for (const each of values) checkText(known, each);
    const filled = values.filter((each) => each !== "");
    if (filled.length === 0) continue;
    found[known] = table[known](known, filled) as T[keyof T & string];
  }
  return found;
}

function unknown(name: string, known: readonly string[], of: string) {
  const shown = JSON.stringify(name.length > MAX_SHOWN ? `${name.slice(0, MAX_SHOWN)}…` : name);
  const meant = misspeltFrom(known, name);
  const right = meant === null ? `it takes ${known.join(", ")}` : `did you mean ${meant}?`;
  return badUserInput(
    name.slice(0, MAX_SHOWN),
    `${of} has no parameter ${shown}: ${right}${meant === null ? "." : ""}`,
  );
}

/** The value of a parameter that may be given once. */
export const text: ParameterReader<string> = (name, [value, ...others]) => {
  if (others.length > 0) throw badUserInput(name, `${name} must be given once.`);
  return value!;
};

/** Each value of a parameter that may be repeated. */
export const texts: ParameterReader<string[]> = (_, values) => [...values];

/** The same, of values that have no comma: several of them in one are refused. */
export const separateTexts: ParameterReader<string[]> = (name, values) => {
  if (!values.some((value) => value.includes(","))) return [...values];
  throw badUserInput(name, `${name} must be repeated for several values, without commas, e.g. ${name}=A&${name}=B.`);
};

export const yesOrNo: ParameterReader<boolean> = (name, values) => {
  const value = text(name, values);
  if (value === "true" || value === "false") return value === "true";
  throw badUserInput(name, `${name} must be true or false.`);
};

export const day: ParameterReader<string> = (name, values) => {
  const value = text(name, values);
  try {
    return DateScalar.parseValue(value);
  } catch {
    throw badUserInput(name, `${name} must be a calendar day as YYYY-MM-DD, e.g. 2026-10-07.`);
  }
};

/** A whole number within bounds, both included; `rule` says so in a sentence about the name. */
export function integer(least: number, most: number, rule: (name: string) => string): ParameterReader<number> {
  return (name, values) => {
    const value = text(name, values);
    const number = Number(value);
    if (/^\d{1,10}$/.test(value) && number >= least && number <= most) return number;
    throw badUserInput(name, rule(name));
  };
}

/** One of some words, each of which stands for a value. */
export function oneOf<T>(words: Readonly<Record<string, T>>): ParameterReader<T> {
  return (name, values) => {
    const value = text(name, values);
    if (Object.hasOwn(words, value)) return words[value]!;
    throw badUserInput(name, `${name} must be ${listed(Object.keys(words))}.`);
  };
}

function listed(words: readonly string[]): string {
  return words.length > 1 ? `${words.slice(0, -1).join(", ")} or ${words.at(-1)}` : String(words[0]);
}
