import type { Failure } from "../ingest/sources/http-request";

/**
 * Why a reading failed. "limited": the source wants fewer requests; "paused": it is not to be asked now; "stopped": this process
 * ends; "failed": any other failure of a request.
 */
type FailureReason = "limited" | "paused" | "stopped" | "failed";

/** A reading that failed, and may succeed later. Its message can be shown to anyone. */
export class SourceFailure extends Error {
  /** The same with what the source said, for the log. */
  readonly told: string;
  /** How long the source asks to wait, in ms. */
  readonly waitMs: number;

  constructor(
    readonly reason: FailureReason,
    { problem, told = problem, waitMs = 0 }: Pick<Failure, "problem" | "told" | "waitMs">,
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

/** What a source answered. Throws SourceFailure. */
export function answerOf<T extends object>(answer: T | Failure, signal: AbortSignal): T {
  if (!("problem" in answer)) return answer;
  const reason = signal.aborted ? "stopped" : answer.isLimit ? "limited" : "failed";
  throw new SourceFailure(reason, answer);
}

/** A sentence for everybody. */
export function describeFailure(failure: unknown): string {
  if (!(failure instanceof SourceFailure)) return "What was read could not be stored; it is read again.";
  return `${failure.message[0]!.toUpperCase()}${failure.message.slice(1)}.`;
}
