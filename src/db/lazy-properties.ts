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
    constructor(readonly source: Source) {}
  }
  for (const [name, make] of Object.entries(makers)) {
    Object.defineProperty(Lazy.prototype, name, {
      get(this: Lazy) {
        const value = make(this.source, name);
        Object.defineProperty(this, name, { value });
        return value;
      },
    });
  }
  return Lazy as unknown as new (
    source: Source,
  ) => Made<All>;
}
