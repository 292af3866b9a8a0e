/**
 * When PostgreSQL plans a statement. "once": all values are served well by one plan, so none is spent on planning again,
 * which takes as long as to run a short statement. "by cost": it compares plans for the values with one for all, and so
 * plans anew whenever the general one seems dearer, as with every limit and every array. "anew": values differ so much
 * that one plan for all of them would be a bad one.
 */
export type Planning = "once" | "by cost" | "anew";

/** What PostgreSQL is asked. */
export interface Statement {
  /** With numbered parameters, as PostgreSQL reads it. */
  text: string;
  values: readonly unknown[];
  planning: Planning;
  /** Whether it may take more than some milliseconds: it waits for its caller's turn, and holds up no short one. */
  isLong: boolean;
}

/** A piece of SQL with its values apart: a value becomes a $n parameter and never enters the text. */
export class Sql implements Statement {
  constructor(
    private readonly chunks: readonly string[],
    readonly values: readonly unknown[],
    readonly planning: Planning = "by cost",
    readonly isLong = false,
  ) {}

  /** The same, planned otherwise. Of what is composed, the parts' planning does not count. */
  planned(planning: Planning): Sql {
    return new Sql(this.chunks, this.values, planning, this.isLong);
  }

  /** The same, as something that may take long: so may all that it is a part of. */
  get long(): Sql {
    return new Sql(this.chunks, this.values, this.planning, true);
  }

  get text(): string {
    let text = this.chunks[0]!;
    for (let i = 1; i < this.chunks.length; i++) text += `$${i}${this.chunks[i]}`;
    return text;
  }

  static compose(strings: readonly string[], parts: readonly unknown[]): Sql {
    const chunks = [strings[0]!];
    const values: unknown[] = [];
    let isLong = false;
    parts.forEach((part, i) => {
      if (part instanceof Sql) {
        chunks[chunks.length - 1] += part.chunks[0]!;
        chunks.push(...part.chunks.slice(1));
        values.push(...part.values);
        isLong ||= part.isLong;
        chunks[chunks.length - 1] += strings[i + 1]!;
      } else {
        values.push(part);
        chunks.push(strings[i + 1]!);
      }
    });
    return new Sql(chunks, values, "by cost", isLong);
  }
}

/** sql`... ${value} ... ${sql`fragment`}`: values become parameters, fragments are spliced in. */
export function sql(strings: TemplateStringsArray, ...parts: unknown[]): Sql {
  return Sql.compose(strings, parts);
}

/** A whole number of the code's own that stands in the text: one plan for all values counts with it, too. */
export function constant(number: number): Sql {
  if (!Number.isSafeInteger(number)) throw new Error(`${number} is no whole number.`);
  return new Sql([String(number)], []);
}

/** Fragments joined by a separator that the code itself writes; `empty` when there are none. */
export function join(fragments: readonly Sql[], separator: string, empty: Sql = sql``): Sql {
  if (fragments.length === 0) return empty;
  const strings = ["", ...Array<string>(fragments.length - 1).fill(separator), ""];
  return Sql.compose(strings, fragments);
}

/** Conditions that must all hold; `true` when there are none. */
export function all(conditions: readonly Sql[]): Sql {
  return join(conditions, " and ", sql`true`);
}
