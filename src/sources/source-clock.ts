/** The time by which everything about sources is decided, and how to wait in it. */
export interface SourceClock {
  now(): Promise<Date>;
  /** Resolves after so many milliseconds, or when the signal aborts; never rejects. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}
