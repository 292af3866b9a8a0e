/** Only the clock is moved; what waits for the network and the database goes on. */
const REAL = [
  "setTimeout",
  "setInterval",
  "setImmediate",
  "nextTick",
  "clearTimeout",
  "clearInterval",
  "clearImmediate",
  "queueMicrotask",
  "performance",
  "hrtime",
] as const;

/** Lets this process's clock show another time meanwhile. */
export async function atClock(now: number, act: () => Promise<void>): Promise<void> {
  jest.useFakeTimers({ now, doNotFake: [...REAL] });
  try {
    await act();
  } finally {
    jest.useRealTimers();
  }
}
