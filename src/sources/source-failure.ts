/** What is told of a source that could not be read. */
interface Told {
  /** A sentence without its period, without hosts, paths and bodies, for everybody. */
  problem: string;
  /** The same with what the source said, for the log. */
  told?: string;
  /** How long the source asks to wait, in ms. */
  waitMs?: number;
}

/**
 * Why a reading failed. "limited": the source wants fewer requests; "paused": it is not to be asked now; "stopped": this process
 * ends; "failed": any other failure of a request.
 */
export type FailureReason = "limited" | "paused" | "stopped" | "failed";

/** A reading that failed, and may succeed later. */
export class SourceFailure extends Error {
  readonly told: string;
  readonly waitMs: number;

  constructor(
    readonly reason: FailureReason,
    { problem, told = problem, waitMs = 0 }: Told,
  ) {
    super(problem);
    this.told = told;
    this.waitMs = waitMs;
  }

  /** Whether it says nothing about what was asked for: the same is asked again as soon as the source may be asked. */
  get isOfSource(): boolean {
    return this.reason !== "failed";
  }
}

/** A sentence for everybody. */
export function describeFailure(failure: unknown): string {
  if (!(failure instanceof SourceFailure)) return "What was read could not be stored; it is read again.";
  return `${failure.message[0]!.toUpperCase()}${failure.message.slice(1)}.`;
}
