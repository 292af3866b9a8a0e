import { startFakeSources } from "./fake-sources";
import { planFaults } from "./faults";
import { makeWorld } from "./make-world";
import { paperBodies, readRecordedBodies } from "./paper-bodies";
import { plusDays } from "./world";

const SEED = 20;
const PORT = 4321;
/** Days before today that have papers, and after. */
const [BEFORE, AFTER] = [14, 14];

/** Sources without the internet, at real pace: prints how to start the project so that it reads them. */
async function serve(): Promise<void> {
  const today = new Date().toISOString().slice(0, 10);
  const from = plusDays(today, -BEFORE);
  const recorded = await readRecordedBodies(1000);
  const world = makeWorld({ seed: SEED, from, days: BEFORE + AFTER, perDay: 30, bodies: paperBodies(SEED, recorded) });
  const { env } = await startFakeSources({
    world,
    now: Date.now,
    faultOf: planFaults(SEED, 0.05),
    port: PORT,
  });
  const settings = { SAMPLE: "off", SOURCES: "huggingface,arxiv", SOURCES_CONTACT: "nobody@example.org", ...env };
  console.log(
    `${Object.entries(settings)
      .map(([name, value]) => `${name}=${value}`)
      .join(" ")} npm start`,
  );
}

void serve();
