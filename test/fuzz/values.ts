import {
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
} from "graphql";
import type { Random } from "./random";

/** What answers have told so far, so that values are not only wrong ones. */
export interface Known {
  ids: string[];
  cursors: string[];
}

/** Values that something could choke on, whatever is asked for. */
const HOSTILE = [
  null,
  true,
  -1,
  0,
  1.5,
  2 ** 31,
  -(2 ** 31),
  1e300,
  Number.MAX_SAFE_INTEGER,
  "",
  " ",
  "a\u0000b",
  "\ud800",
  "%",
  "_",
  "\\",
  "'",
  '"',
  "--",
  "💥",
  "\u202e",
  "infinity",
  "now",
  "2026-02-30",
  "0000-01-01",
  "10000-01-01",
  "NaN",
  "__proto__",
  "constructor",
  "x".repeat(5000),
  [],
  {},
  [[]],
  { __typename: "x" },
];

const WORDS = [
  "paper",
  "number",
  "models",
  "-agents",
  '"deep learning"',
  "or",
  "ada",
  "byron",
  "the",
  "transformer",
  "a:*",
  "<->",
  "((",
  "é",
];
const DAYS = [
  "2026-01-05",
  "2026-01-06",
  "2026-01-01",
  "2025-12-31",
  "0001-01-01",
  "9999-12-26",
  "9999-12-31",
  "2024-02-29",
];

/** A value for a type, as JSON: mostly a good one. */
export function inputFor(type: GraphQLInputType, name: string, random: Random, known: Known, depth = 0): unknown {
  if (random.chance(0.01)) return random.pick(HOSTILE);
  if (isNonNullType(type)) return inputFor(type.ofType, name, random, known, depth);
  if (random.chance(0.02)) return null;
  if (isListType(type)) {
    const length = random.chance(0.02) ? random.int(20, 130) : random.int(0, 4);
    return Array.from({ length }, () => inputFor(type.ofType, name, random, known, depth + 1));
  }
  if (isEnumType(type)) return random.pick(type.getValues()).name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(
      (field) => isRequiredInputField(field) || random.chance(depth === 0 ? 0.3 : 0.2),
    );
    return Object.fromEntries(
      fields.map((field) => [field.name, inputFor(field.type, field.name, random, known, depth + 1)]),
    );
  }
  return scalarOf(type.toString(), name, random, known);
}

function scalarOf(type: string, name: string, random: Random, known: Known): unknown {
  if (type === "Int") return random.chance(0.9) ? random.int(1, 20) : random.int(-5, 200);
  if (type === "Boolean") return random.chance(0.5);
  if (type === "Date") return random.pick(DAYS);
  if (type === "DateTime")
    return random.pick(["2999-01-01T00:00:00Z", "2020-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"]);
  if (type === "URL") return random.pick(["https://x.test/a", "http://[::1]/", "https://xn--e1afmkfd.test/?q=1#f"]);
  if (type === "ID") return random.pick(known.ids);
  if (/^(after|before)$/.test(name)) return random.pick(known.cursors);
  if (name.startsWith("arxivId"))
    return random.pick(["2601.00001", "2601.00002v3", "math/0309136", "x", "https://arxiv.org/abs/2601.00003"]);
  if (random.chance(0.03)) return random.pick(HOSTILE);
  return Array.from({ length: random.int(1, 4) }, () => random.pick(WORDS)).join(" ");
}
