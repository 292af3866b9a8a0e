import { EventQueue } from "./event-queue";

/** Who listens to what, in this process. Every listener has a queue of its own: none waits for another. */
export class Topics<Topic, Event> {
  private readonly listeners = new Map<Topic, Set<EventQueue<Event>>>();

  /** Listens to one or more topics until the iterator is ended; then calls back. */
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

  /** Ends all listening. */
  end(): void {
    for (const queues of [...this.listeners.values()]) for (const queue of [...queues]) void queue.return();
  }

  private leave(topic: Topic, queue: EventQueue<Event>): void {
    const queues = this.listeners.get(topic);
    queues?.delete(queue);
    if (queues?.size === 0) this.listeners.delete(topic);
  }
}
