type Makers<Source> = Record<string, (source: Source, name: string) => unknown>;

type Made<All extends Makers<never>> = { readonly [Name in keyof All]: ReturnType<All[Name]> };

/**
 * A class whose properties are made from its source and their names at the first access: a request needs few of many
 * loaders.
 */
export function lazyProperties<Source, All extends Makers<Source>>(
  makers: All & Makers<Source>,
): new (
  source: Source,
) => Made<All> {
  class Lazy {
    /** By the makers' order: defining properties takes six times as long. */
    readonly made: unknown[] = [];

    constructor(readonly source: Source) {}
  }
  for (const [i, [name, make]] of Object.entries(makers).entries()) {
    Object.defineProperty(Lazy.prototype, name, {
      get(this: Lazy) {
        this.made[i] ??= make(this.source, name);
        return this.made[i];
      },
    });
  }
  return Lazy as unknown as new (
    source: Source,
  ) => Made<All>;
}
