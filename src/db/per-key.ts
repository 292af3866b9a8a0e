import type { Planning, Sql, Statement } from "./sql";

/** A statement about many keys at once; each of its rows tells by `parent`, from 1, which of the keys it belongs to. */
export class PerKey<Key = unknown> implements Statement {
  private composed?: Sql;

  constructor(
    /** The same for statements that differ in their keys alone, so that one can be asked for the keys of both. */
    readonly kind: string,
    readonly keys: readonly Key[],
    private readonly compose: (keys: readonly Key[]) => Sql,
    readonly isLong = false,
  ) {}

  /** The same statement about other keys. */
  about(keys: readonly Key[]): PerKey<Key> {
    return new PerKey(this.kind, keys, this.compose, this.isLong);
  }

  get text(): string {
    return this.sql.text;
  }

  get values(): readonly unknown[] {
    return this.sql.values;
  }

  /** What is done about each of many keys is the same for all of them. */
  get planning(): Planning {
    return "once";
  }

  /** Made when it is asked for: many are never sent themselves. */
  private get sql(): Sql {
    this.composed ??= this.compose(this.keys);
    return this.composed;
  }
}
