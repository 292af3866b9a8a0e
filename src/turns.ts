/** Who asks for something that all share. */
export interface Caller {
  /** The same for all that is done for one user, network or part of the process. */
  key: string;
  /** When waiting makes no more sense, by performance.now(). */
  until: number;
  /** Calls back when who asked has gone; gives what ends that. */
  onGone?: (callback: () => void) => () => void;
}

/** Others are reckoned with for so long after they have asked: they may ask again at any moment. */
const REMEMBERED_MS = 1000;

/** Why somebody does not get a turn. */
type NoTurn = "too many wait" | "waited too long" | "gone";

export interface Sharing {
  /** What there is to hold, of all callers together. */
  all: number;
  /** What one caller may hold. More than that is held by something that is so large only, and alone. */
  each: number;
  /** The same for who is alone, and was for a second; otherwise as much. */
  eachAlone?: number;
  /** So many may wait of one caller. */
  waiting: number;
  /** `isAtShare`: the caller's own hold what would be needed. */
  refuse: (reason: NoTurn, isAtShare: boolean) => Error;
}

interface Waiting {
  size: number;
  start: () => void;
}

interface Asked {
  key: string;
  at: number;
}

interface Line {
  readonly key: string;
  held: number;
  readonly waiting: Waiting[];
}

/**
 * Shares something among callers: nobody holds more than a share of it, what is beyond waits in that caller's own line,
 * and the callers take turns, one of each line.
 */
export class Turns {
  /** Of callers who hold something or wait. */
  private readonly lines = new Map<string, Line>();
  /** Of those who wait; the one that is served next first. */
  private readonly waiting = new Set<Line>();
  private held = 0;
  /** When the last caller asked, and when the last one before that who was another. */
  private last: Asked = { key: "", at: Number.NEGATIVE_INFINITY };
  private lastOther: Asked = this.last;

  constructor(private readonly sharing: Sharing) {}

  /** Resolves when the caller may go on, with what must be called when that is over. Rejects with what `refuse` makes. */
  async take(caller: Caller, size = 1): Promise<() => void> {
    this.note(caller.key);
    const line = this.lines.get(caller.key) ?? this.open(caller.key);
    if (line.waiting.length === 0 && this.fits(line, size)) this.hold(line, size);
    else await this.wait(line, caller, size);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.hold(line, -size);
      this.serve();
      this.forget(line);
    };
  }

  /** Whether no other caller holds or wants something, or has done so of late. */
  isAlone(key: string): boolean {
    if (this.lines.size > (this.lines.has(key) ? 1 : 0)) return false;
    const { at } = this.last.key === key ? this.lastOther : this.last;
    return at < performance.now() - REMEMBERED_MS;
  }

  private note(key: string): void {
    if (this.last.key !== key) this.lastOther = this.last;
    this.last = { key, at: performance.now() };
  }

  private open(key: string): Line {
    const line = { key, held: 0, waiting: [] };
    this.lines.set(key, line);
    return line;
  }

  private forget(line: Line): void {
    if (line.held === 0 && line.waiting.length === 0) this.lines.delete(line.key);
  }

  private fits(line: Line, size: number): boolean {
    return fitsInto(this.sharing.all, this.held, size) && fitsInto(this.shareOf(line), line.held, size);
  }

  private shareOf({ key }: Line): number {
    const { each, eachAlone } = this.sharing;
    return eachAlone !== undefined && this.isAlone(key) ? eachAlone : each;
  }

  private hold(line: Line, size: number): void {
    line.held += size;
    this.held += size;
  }

  private wait(line: Line, { until, onGone }: Caller, size: number): Promise<void> {
    const { waiting, refuse } = this.sharing;
    const isAtShare = () => !fitsInto(this.shareOf(line), line.held, size);
    if (line.waiting.length >= waiting) throw refuse("too many wait", isAtShare());
    return new Promise((resolve, reject) => {
      const leave = (reason: NoTurn) => {
        line.waiting.splice(line.waiting.indexOf(place), 1);
        if (line.waiting.length === 0) this.waiting.delete(line);
        end();
        reject(refuse(reason, isAtShare()));
        // What stood behind it may be smaller.
        this.serve();
        this.forget(line);
      };
      const timer = until < Infinity && setTimeout(() => leave("waited too long"), until - performance.now());
      const stopHearing = onGone?.(() => leave("gone"));
      const end = () => {
        if (timer) clearTimeout(timer);
        stopHearing?.();
      };
      const place: Waiting = {
        size,
        start: () => {
          end();
          resolve();
        },
      };
      line.waiting.push(place);
      this.waiting.add(line);
    });
  }

  /** Lets start what fits, one of each line in turn. */
  private serve(): void {
    for (const line of this.waiting) {
      const [first] = line.waiting;
      if (!first || !this.fits(line, first.size)) continue;
      line.waiting.shift();
      this.hold(line, first.size);
      // Whoever was served is behind the others from now on: added again, it is met once more in this loop.
      this.waiting.delete(line);
      if (line.waiting.length > 0) this.waiting.add(line);
      first.start();
    }
  }
}

/** Whether it can be held too; what is larger than all that may be held is so alone. */
function fitsInto(share: number, held: number, size: number): boolean {
  return held === 0 || held + size <= share;
}
