import { defaultOptimizations } from "../../src/config/optimizations";
import { cases } from "../bench/cases";
import { makeData } from "../bench/data";
import { measure, persist } from "../bench/load";
import { mostMemory, tellsMemory } from "../bench/memory";
import { addressOf, run } from "../support/processes";
import { useDatabase } from "../support/use-api";

jest.setTimeout(600_000);

/** `npm run soak` asks for all papers of the bench for two minutes, `npm test` for a few. */
const [PAPERS, VOTERS, ROUNDS, SECONDS] = process.env.SOAK ? [20_000, 50_000, 3, 6] : [300, 500, 1, 0.1];
const { contentCacheMb, answerCacheMb } = defaultOptimizations;
/** Node.js and the code take some 100; the rest are what is known of callers, young objects and garbage. */
const BESIDE_CACHES_MB = 240;
const MAX_MB = contentCacheMb + answerCacheMb + BESIDE_CACHES_MB;

(tellsMemory ? describe : describe.skip)(`an API with default settings that is asked for ${PAPERS} papers`, () => {
  const t = useDatabase();

  test(`takes at most ${BESIDE_CACHES_MB} MB beside its caches`, async () => {
    const known = await makeData(t.db, PAPERS, VOTERS);
    // One caller makes all the load.
    const api = run("api.main", [], { DATABASE_URL: t.db.url, RATE_LIMIT_ANONYMOUS: "0", RATE_LIMIT_USER: "0" });
    try {
      const address = await addressOf(api);
      for (const asked of cases) if (asked.isPersisted) await persist(address, asked);
      for (let round = 0; round < ROUNDS; round++)
        for (const asked of cases) expect((await measure(address, asked, known, SECONDS)).perSecond).toBeGreaterThan(0);
      expect(await mostMemory(api.child)).toBeLessThan(MAX_MB);
    } finally {
      await api.close();
    }
  });
});
