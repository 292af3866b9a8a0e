import { setTimeout as sleep } from "node:timers/promises";
import { startLoop } from "../src/live/loop";
import { createLog } from "../src/log";

const log = createLog("silent");

/** How much of a second a loop works, when each run takes 20 ms. */
async function shareOf(didSomething: boolean): Promise<number> {
  let worked = 0;
  const began = performance.now();
  const loop = startLoop("a test", { spacing: 0, idle: 1 }, log, async () => {
    const start = performance.now();
    await sleep(20);
    worked += performance.now() - start;
    return didSomething;
  });
  await sleep(1000);
  await loop.stop();
  return worked / (performance.now() - began);
}

test("a loop that looks in vain rests nine times as long as it looked, so dear looks do not fill its time", async () => {
  const [vain, busy] = await Promise.all([shareOf(false), shareOf(true)]);
  expect(vain).toBeLessThan(busy / 2);
});
