import { type FakeSources, startFakeSources } from "./fake-sources";
import type { FaultOf } from "./faults";
import { makeWorld, type WorldOptions } from "./make-world";
import { paperBodies, readRecordedBodies } from "./paper-bodies";
import type { World } from "./world";

interface UsedSources extends FakeSources {
  world: World;
  /** The sources' own, in ms: a test lets it pass. */
  clock: { now: number };
  /** None, unless a test says otherwise. */
  faultOf: FaultOf;
}

/** Sources for the tests that follow, with recorded papers first, where the large files are. */
export function useFakeSources({
  recorded = 0,
  ...options
}: Omit<WorldOptions, "bodies"> & { recorded?: number }): UsedSources {
  const used = { clock: { now: Date.parse(options.from) } } as UsedSources;
  beforeAll(async () => {
    used.world = makeWorld({ ...options, bodies: paperBodies(options.seed, await readRecordedBodies(recorded)) });
    const faultOf: FaultOf = (source, at, userAgent) => used.faultOf(source, at, userAgent);
    Object.assign(used, await startFakeSources({ world: used.world, now: () => used.clock.now, faultOf }));
  });
  beforeEach(() => {
    used.requests.length = 0;
    used.faultOf = () => undefined;
  });
  afterAll(() => used.close());
  return used;
}
