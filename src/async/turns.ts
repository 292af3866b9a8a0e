/** A caller's turn for a resource that all callers share, and how long it may wait. */
export interface Turn {
  /** Equal for all work of one user, network or part of the process. */
  key: string;
  /** When waiting ends, by performance.now(). */
  until: number;
  /** Calls back when the client has disconnected; returns what cancels that. */
  onGone?: (callback: () => void) => () => void;
}

/** How long a caller counts as present after it last took a turn, since it may do so again at any moment. */
const REMEMBERED_MS = 1000;

/** Why a caller does not get a turn. */
type NoTurn = "too many wait" | "waited too long" | "gone";

export interface Sharing {
  /** What all callers may hold together. */
  all: number;
  /** What one caller may hold. Only a single larger item may exceed it, while the caller holds nothing else. */
  each: number;
  /** The same for a caller that has been alone for a second; by default `each`. */
  eachAlone?: number;
  /** The number of one caller's items that may wait. */
  waiting: number;
  /** Makes the error; `isAtShare` says that the caller's own items fill its share. */
  refuse: (reason: NoTurn, isAtShare: boolean) => Error;
}

interface Waiting {
  size: number;
  start: () => void;
}

/** A call of `take`. */
interface Call {
  key: string;
  at: number;
}

interface CallerQueue {
  readonly key: string;
  held: number;
  readonly waiting: Waiting[];
}

/**
 * Shares a resource among callers: each holds at most its share of it, further items wait in the caller's own queue, and the
 * queues are served in turn, one item each.
 */
export class Turns {
  /** The queues of callers that hold something or wait. */
  private readonly queues = new Map<string, CallerQueue>();
  /** The queues of callers that wait, in the order in which they are served. */
  private readonly waiting = new Set<CallerQueue>();
  private held = 0;
  private lastCall: Call = { key: "", at: Number.NEGATIVE_INFINITY };
  /** The last call by another caller than that of `lastCall`. */
  private lastCallOfAnother: Call = this.lastCall;

  constructor(private readonly sharing: Sharing) {}

  /** Resolves when the caller may go on, with a function to call when it is done. Rejects with the error of `refuse`. */
  async take(turn: Turn, size = 1): Promise<() => void> {
    this.note(turn.key);
    const queue = this.queues.get(turn.key) ?? this.open(turn.key);
    if (queue.waiting.length === 0 && this.fits(queue, size)) this.hold(queue, size);
    else await this.wait(queue, turn, size);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.hold(queue, -size);
      this.serve();
      this.forget(queue);
    };
  }

  /** Whether no other caller holds something, waits, or has called `take` within the last second. */
  isAlone(key: string): boolean {
    if (this.queues.size > (this.queues.has(key) ? 1 : 0)) return false;
    const { at } = this.lastCall.key === key ? this.lastCallOfAnother : this.lastCall;
    return at < performance.now() - REMEMBERED_MS;
  }

  private note(key: string): void {
    if (this.lastCall.key !== key) this.lastCallOfAnother = this.lastCall;
    this.lastCall = { key, at: performance.now() };
  }

  private open(key: string): CallerQueue {
    const queue = { key, held: 0, waiting: [] };
    this.queues.set(key, queue);
    return queue;
  }

  private forget(queue: CallerQueue): void {
    if (queue.held === 0 && queue.waiting.length === 0) this.queues.delete(queue.key);
  }

  private fits(queue: CallerQueue, size: number): boolean {
    return fitsInto(this.sharing.all, this.held, size) && fitsInto(this.shareOf(queue), queue.held, size);
  }

  private shareOf({ key }: CallerQueue): number {
    const { each, eachAlone } = this.sharing;
    return eachAlone !== undefined && this.isAlone(key) ? eachAlone : each;
  }

  private hold(queue: CallerQueue, size: number): void {
    queue.held += size;
    this.held += size;
  }

  private wait(queue: CallerQueue, { until, onGone }: Turn, size: number): Promise<void> {
    const { waiting, refuse } = this.sharing;
    const isAtShare = () => !fitsInto(this.shareOf(queue), queue.held, size);
    if (queue.waiting.length >= waiting) throw refuse("too many wait", isAtShare());
    return new Promise((resolve, reject) => {
      const leave = (reason: NoTurn) => {
        queue.waiting.splice(queue.waiting.indexOf(item), 1);
        if (queue.waiting.length === 0) this.waiting.delete(queue);
        end();
        reject(refuse(reason, isAtShare()));
        // The next item in the queue may be smaller.
        this.serve();
        this.forget(queue);
      };
      const timer = until < Infinity && setTimeout(() => leave("waited too long"), until - performance.now());
      const stopHearing = onGone?.(() => leave("gone"));
      const end = () => {
        if (timer) clearTimeout(timer);
        stopHearing?.();
      };
      const item: Waiting = {
        size,
        start: () => {
          end();
          resolve();
        },
      };
      queue.waiting.push(item);
      this.waiting.add(queue);
    });
  }

  /** Starts the items that fit, one of each queue in turn. */
  private serve(): void {
    for (const queue of this.waiting) {
      const [first] = queue.waiting;
      if (!first || !this.fits(queue, first.size)) continue;
      queue.waiting.shift();
      this.hold(queue, first.size);
      // A served queue moves behind the others: added to the set again, it is visited once more in this loop.
      this.waiting.delete(queue);
      if (queue.waiting.length > 0) this.waiting.add(queue);
      first.start();
    }
  }
}

/** Whether an item fits; one that is larger than the share fits alone. */
function fitsInto(share: number, held: number, size: number): boolean {
  return held === 0 || held + size <= share;
}
