import type { SourceClock } from "../../../src/sources/source-clock";

export interface Participant extends SourceClock {
  /** For good: whatever it does then, it never hears of the time again, as if it had been killed. */
  leave(): void;
}

interface Sleeper {
  at: number;
  wake: () => void;
}

/**
 * Lets time pass for several workers at once: it stands still while one of them does something, and jumps to the next waking
 * when all of them sleep.
 */
export class SharedClock {
  private awake = 0;
  private sleepers: Sleeper[] = [];

  /** `time` is in ms. */
  constructor(public time: number) {}

  /** One more who does something, and whom time waits for until it leaves. */
  join(): Participant {
    this.awake++;
    let [isHere, sleeper]: [boolean, Sleeper | null] = [true, null];
    const never = new Promise<never>(() => {});
    return {
      now: async () => (isHere ? new Date(this.time) : never),
      sleep: async (milliseconds) => {
        if (!isHere) return never;
        await new Promise<void>((resolve) => {
          sleeper = { at: this.time + Math.max(Math.ceil(milliseconds), 1), wake: resolve };
          this.sleepers.push(sleeper);
          this.awake--;
          this.passIfAllSleep();
        });
        sleeper = null;
      },
      leave: () => {
        if (!isHere) return;
        isHere = false;
        if (sleeper && this.sleepers.includes(sleeper)) this.sleepers.splice(this.sleepers.indexOf(sleeper), 1);
        else this.awake--;
        this.passIfAllSleep();
      },
    };
  }

  private passIfAllSleep(): void {
    if (this.awake > 0 || this.sleepers.length === 0) return;
    this.time = Math.min(...this.sleepers.map(({ at }) => at));
    const woken = this.sleepers.filter(({ at }) => at <= this.time);
    this.sleepers = this.sleepers.filter(({ at }) => at > this.time);
    this.awake += woken.length;
    for (const { wake } of woken) wake();
  }
}
