import { LRUCache } from "lru-cache";
import { doubledPause } from "../../async/back-off";
import { Turns } from "../../async/turns";
import type { Log } from "../../log";
import { defaultModel, defaultModelName } from "../default-model";
import type { Meaning } from "../model";
import { askedAs } from "../models.service";
import type { VectorIndex } from "../vector-index";
import { type Endpoint, EndpointFailure, embed } from "./endpoint";

/** For a question, waiting for a turn included, in ms. */
const TIMEOUT_MS = 2000;
/** Questions whose meaning is remembered: some 4 MB at most. */
const REMEMBERED = 1000;
/** After a failure no question is asked for so long, in ms, so that nobody waits for an endpoint that is away. */
const PAUSE = { first: 1000, most: 30_000 };

interface Question {
  endpoint: Endpoint;
  /** Of the model, as the endpoint knows it. */
  name: string;
  text: string;
  /** The same for equal questions. */
  key: string;
}

/** The meanings of questions, by the model that serves. */
export class QueryEmbedder {
  private readonly known = new LRUCache<string, { meaning: Meaning | null }>({ max: REMEMBERED });
  private readonly asking = new Map<string, Promise<Meaning | null>>();
  private failures = 0;
  private pausedUntil = 0;
  private lastFailure: EndpointFailure | null = null;
  /** Callers take turns, so that one with many questions keeps no other waiting. */
  private readonly turns = new Turns({
    all: 8,
    each: 2,
    waiting: 20,
    refuse: () => new EndpointFailure("The embeddings' endpoint has no time for this question."),
  });

  constructor(
    private readonly endpoint: Endpoint | null,
    private readonly log: Log,
  ) {}

  /**
   * Null when a text has no word that the model knows. Throws EndpointFailure, after two seconds at the latest; while no question
   * is asked, its `retryAfter` is how long that lasts.
   */
  async embed(text: string, index: VectorIndex, caller: string): Promise<Meaning | null> {
    const { model } = index;
    if (model === defaultModelName()) return defaultModel().embed(text);
    // While another one is to serve, the endpoint may still have the former one.
    const name = askedAs(model);
    if (name === null || !this.endpoint)
      throw new EndpointFailure("The model by which papers are compared is not that of this server.");
    const key = JSON.stringify([model, text]);
    const known = this.known.get(key);
    if (known) return known.meaning;
    const meaning = await this.ask({ endpoint: this.endpoint, name, text, key }, caller);
    if (meaning && meaning.values.length !== (await index.readDimensions()))
      throw new EndpointFailure("The embeddings' endpoint answers with other dimensions than those of the papers.");
    this.known.set(key, { meaning });
    return meaning;
  }

  /** In the caller's turn; what is being asked already is not asked twice. */
  private async ask(question: Question, caller: string): Promise<Meaning | null> {
    const until = performance.now() + TIMEOUT_MS;
    this.checkPause();
    const leave = await this.turns.take({ key: caller, until });
    try {
      const { key } = question;
      let answer = this.asking.get(key);
      if (!answer) {
        answer = this.send(question, until).finally(() => this.asking.delete(key));
        this.asking.set(key, answer);
      }
      return await answer;
    } finally {
      leave();
    }
  }

  private async send({ endpoint, name, text }: Question, until: number): Promise<Meaning | null> {
    this.checkPause();
    try {
      const [meaning] = await embed(endpoint, name, [text], {
        timeout: Math.max(1, Math.ceil(until - performance.now())),
      });
      if (this.failures > 0) this.log.info("the embeddings' endpoint embeds queries again");
      this.failures = 0;
      return meaning!;
    } catch (error) {
      if (!(error instanceof EndpointFailure) || error.isOfTexts) throw error;
      this.pause(error);
      throw this.refusal();
    }
  }

  private checkPause(): void {
    if (performance.now() < this.pausedUntil) throw this.refusal();
  }

  /** The last failure, to be tried again when the pause is over. */
  private refusal(): EndpointFailure {
    const { message, status, setting } = this.lastFailure!;
    const retryAfter = Math.max(0, this.pausedUntil - performance.now());
    return new EndpointFailure(message, { status, retryAfter, setting });
  }

  private pause(failure: EndpointFailure): void {
    if (performance.now() < this.pausedUntil) return;
    this.lastFailure = failure;
    if (this.failures === 0)
      this.log.warn({ err: failure }, "queries have no meaning until the endpoint embeds them again");
    const pause = doubledPause(++this.failures, PAUSE);
    this.pausedUntil = performance.now() + Math.min(Math.max(pause, failure.retryAfter ?? 0), PAUSE.most);
  }
}
