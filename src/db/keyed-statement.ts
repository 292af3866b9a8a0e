import type { Planning, Sql, Statement } from "./sql";

/** A statement for many keys at once; the `parent` of each row is the 1-based index of the row's key. */
export class KeyedStatement<Key = unknown> implements Statement {
  private composed?: Sql;

  constructor(
    /** Equal for statements that differ only in their keys, so that one can serve the keys of both. */
    readonly kind: string,
    readonly keys: readonly Key[],
    private readonly compose: (keys: readonly Key[]) => Sql,
    readonly isLong = false,
  ) {}

  /** The same statement for other keys. */
  about(keys: readonly Key[]): KeyedStatement<Key> {
    return new KeyedStatement(this.kind, keys, this.compose, this.isLong);
  }

  get text(): string {
    return this.sql.text;
  }

  get values(): readonly unknown[] {
    return this.sql.values;
  }

  /** One plan serves all keys equally well. */
  get planning(): Planning {
    return "once";
  }

  /** Composed on demand: many statements are merged into others and never sent. */
  private get sql(): Sql {
    this.composed ??= this.compose(this.keys);
    return this.composed;
  }
}
