import { EventQueue } from "./event-queue";

/** The listeners of this process by topic. Each has its own queue: none waits for another. */
export class Topics<Topic, Event> {
  private readonly listeners = new Map<Topic, Set<EventQueue<Event>>>();

  /** Listens to one or more topics until the iterator ends; then calls `onEnd`. */
  listen(topics: readonly Topic[], onEnd = () => {}): AsyncIterableIterator<Event> {
    const queue = new EventQueue<Event>(() => {
      for (const topic of topics) this.leave(topic, queue);
      onEnd();
    });
    for (const topic of topics) {
      const others = this.listeners.get(topic);
      if (others) others.add(queue);
      else this.listeners.set(topic, new Set([queue]));
    }
    return queue;
  }

  /** The topics that have listeners. */
  get heard(): Topic[] {
    return [...this.listeners.keys()];
  }

  has(topic: Topic): boolean {
    return this.listeners.has(topic);
  }

  publish(topic: Topic, event: Event): void {
    for (const queue of this.listeners.get(topic) ?? []) queue.push(event);
  }

  /** Ends all subscriptions. */
  end(): void {
    for (const queues of [...this.listeners.values()]) for (const queue of [...queues]) void queue.return();
  }

  private leave(topic: Topic, queue: EventQueue<Event>): void {
    const queues = this.listeners.get(topic);
    queues?.delete(queue);
    if (queues?.size === 0) this.listeners.delete(topic);
  }
}
