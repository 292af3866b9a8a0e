/** The most events that wait for a slow listener; beyond it the oldest are dropped. */
const MAX_WAITING = 1000;

/** One listener's events. `push` never blocks or throws; reading ends when the listener or the server ends it. */
export class EventQueue<Event> implements AsyncIterableIterator<Event> {
  private readonly waiting: Event[] = [];
  private readers: ((result: IteratorResult<Event>) => void)[] = [];
  private isOver = false;

  constructor(private readonly onEnd: () => void) {}

  push(event: Event): void {
    if (this.isOver) return;
    const reader = this.readers.shift();
    if (reader) {
      reader({ value: event, done: false });
      return;
    }
    if (this.waiting.length === MAX_WAITING) this.waiting.shift();
    this.waiting.push(event);
  }

  next(): Promise<IteratorResult<Event>> {
    if (this.isOver) return Promise.resolve({ value: undefined, done: true });
    const event = this.waiting.shift();
    if (event !== undefined) return Promise.resolve({ value: event, done: false });
    return new Promise((resolve) => {
      this.readers.push(resolve);
    });
  }

  return(): Promise<IteratorResult<Event>> {
    if (!this.isOver) {
      this.isOver = true;
      this.waiting.length = 0;
      for (const reader of this.readers) reader({ value: undefined, done: true });
      this.readers = [];
      this.onEnd();
    }
    return Promise.resolve({ value: undefined, done: true });
  }

  throw(): Promise<IteratorResult<Event>> {
    return this.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
