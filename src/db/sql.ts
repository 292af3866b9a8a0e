/**
 * When PostgreSQL plans a statement. "once": a generic plan serves all values well, which saves planning, as long as running
 * a short statement. "by cost": it compares custom plans with the generic one, and so plans each time that this one seems
 * more expensive, as with every limit and every array. "anew": values differ so much that a generic plan would be bad.
 */
export type Planning = "once" | "by cost" | "anew";

/** A statement for PostgreSQL. */
export interface Statement {
  /** With numbered parameters ($1, ...). */
  text: string;
  values: readonly unknown[];
  planning: Planning;
  /** Whether it may take more than a few milliseconds: it then waits for its caller's turn, and delays no short one. */
  isLong: boolean;
}

/** A piece of SQL with separate values: a value becomes a $n parameter and never enters the text. */
export class Sql implements Statement {
  constructor(
    private readonly chunks: readonly string[],
    readonly values: readonly unknown[],
    readonly planning: Planning = "by cost",
    readonly isLong = false,
  ) {}

  /** The same with another planning. A composed statement ignores the planning of its parts. */
  planned(planning: Planning): Sql {
    return new Sql(this.chunks, this.values, planning, this.isLong);
  }

  /** The same as a long statement, which makes all statements composed of it long. */
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

/** An integer of the code itself, inlined into the text, so that the generic plan can use it, too. */
export function constant(number: number): Sql {
  if (!Number.isSafeInteger(number)) throw new Error(`${number} is not an integer.`);
  return new Sql([String(number)], []);
}

/** Fragments joined by a separator, which must be a literal of the code; `empty` when there are none. */
export function join(fragments: readonly Sql[], separator: string, empty: Sql = sql``): Sql {
  if (fragments.length === 0) return empty;
  const strings = ["", ...Array<string>(fragments.length - 1).fill(separator), ""];
  return Sql.compose(strings, fragments);
}

/** Conditions that must all hold; `true` when there are none. */
export function all(conditions: readonly Sql[]): Sql {
  return join(conditions, " and ", sql`true`);
}
