import { LRUCache } from "lru-cache";
import { doubledPause } from "../../async/back-off";
import { throttle } from "../../async/throttle";
import { Turns } from "../../async/turns";
import { withTimeout } from "../../async/with-timeout";
import type { Log } from "../../log";
import { defaultModel, defaultModelName } from "../default-model";
import type { Meaning } from "../model";
import { askedAs } from "../models.service";
import type { VectorIndex } from "../vector-index";
import { type Endpoint, EndpointFailure, embed, probeText, wrongDimensions } from "./endpoint";

/** For the answer to a question, and for a question with its wait for a turn, in ms. */
const TIMEOUT_MS = { answer: 2000, all: 2200 };
/** Questions whose meaning is remembered: some 4 MB at most. */
const REMEMBERED = 1000;
/** So long, in ms, a text that the endpoint refuses is not asked for again; between two lines in the log about such texts. */
const REFUSED_MS = 60_000;
/** After a failure no question is asked for so long, in ms, so that nobody waits for an endpoint that is away. */
const PAUSE = { first: 1000, most: 30_000 };

interface Question {
  endpoint: Endpoint;
  /** Of the model, as the endpoint knows it. */
  name: string;
  text: string;
  /** The same for equal questions. */
  key: string;
  /** Of the papers' vectors. */
  dimensions: number;
}

/** What is known of a question: its meaning, or why it has none. */
type Known = { meaning: Meaning | null } | { refusal: EndpointFailure };

/** The meanings of questions, by the model that serves. */
export class QueryEmbedder {
  private readonly known = new LRUCache<string, Known>({ max: REMEMBERED });
  private readonly asking = new Map<string, Promise<Known>>();
  private failures = 0;
  private pausedUntil = 0;
  private lastFailure: EndpointFailure | null = null;
  private toldOf: string | null = null;
  private readonly mayTellRefusal = throttle(REFUSED_MS);
  /** Callers take turns, so that one with many questions keeps no other waiting. */
  private readonly turns = new Turns({
    all: 8,
    each: 2,
    waiting: 20,
    refuse: noTime,
  });

  constructor(
    private readonly endpoint: Endpoint | null,
    private readonly log: Log,
  ) {}

  /**
   * Null when a text has no word that the model knows, or when no paper has a vector. Throws EndpointFailure, after 2.2 seconds at
   * the latest; while no question is asked, its `retryAfter` is how long that lasts.
   */
  async embed(text: string, index: VectorIndex, caller: string): Promise<Meaning | null> {
    const { model } = index;
    if (model === defaultModelName()) return defaultModel().embed(text);
    const key = JSON.stringify([model, text]);
    const known = this.known.get(key);
    if (known) return meaningOf(known);
    const dimensions = await index.readDimensions();
    if (dimensions === 0) return null;
    // While another one is to serve, the endpoint may still have the former one.
    const name = askedAs(model);
    if (name !== null && !this.endpoint) this.tellNoEndpoint(name);
    if (name === null || !this.endpoint)
      throw new EndpointFailure("The model by which papers are compared is not that of this server.");
    return meaningOf(await this.ask({ endpoint: this.endpoint, name, text, key, dimensions }, caller));
  }

  /**
   * In the caller's turn, which lasts until the endpoint has answered, even if the caller has given up: so a wait for turns does not
   * make the endpoint look slow. What is being asked already is not asked twice.
   */
  private async ask(question: Question, caller: string): Promise<Known> {
    const until = performance.now() + TIMEOUT_MS.all;
    this.checkPause();
    const leave = await this.turns.take({ key: caller, until });
    const { key } = question;
    let answer = this.asking.get(key);
    if (!answer) {
      answer = this.send(question).finally(() => this.asking.delete(key));
      this.asking.set(key, answer);
    }
    return answerUntil(until, answer.finally(leave));
  }

  private async send(question: Question): Promise<Known> {
    this.checkPause();
    try {
      const known = await this.embedOrRefuse(question);
      if (this.failures > 0) this.log.info("the embeddings' endpoint embeds queries again");
      this.failures = 0;
      return known;
    } catch (error) {
      if (!(error instanceof EndpointFailure)) throw error;
      this.pause(error);
      throw this.refusal();
    }
  }

  /** A text is refused that fails while another one is taken; throws EndpointFailure when none is. */
  private async embedOrRefuse(question: Question): Promise<Known> {
    const { key, text } = question;
    try {
      const known = { meaning: await embedText(question, text) };
      this.known.set(key, known);
      return known;
    } catch (error) {
      if (!(error instanceof EndpointFailure) || error.status === null || error.isOfTime) throw error;
      await embedText(question, probeText());
      const known = { refusal: error };
      this.known.set(key, known, { ttl: REFUSED_MS });
      if (this.mayTellRefusal() !== null)
        this.log.warn({ err: error }, "a query has no meaning, as the endpoint refuses its text");
      return known;
    }
  }

  /** Once for each model: without settings it stays so until another model serves. */
  private tellNoEndpoint(model: string): void {
    if (this.toldOf === model) return;
    this.toldOf = model;
    this.log.warn(
      { model },
      "papers are compared by a model of an endpoint, but this process has no EMBEDDINGS_URL and EMBEDDINGS_MODEL: until it is started with those of the worker, or another model serves, queries have no meaning",
    );
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

function noTime(): EndpointFailure {
  return new EndpointFailure("The embeddings' endpoint has no time for this question.");
}

function meaningOf(known: Known): Meaning | null {
  if ("refusal" in known) throw known.refusal;
  return known.meaning;
}

async function embedText({ endpoint, name, dimensions }: Question, text: string): Promise<Meaning | null> {
  const [meaning] = await embed(endpoint, name, [text], { timeout: TIMEOUT_MS.answer });
  if (!meaning || meaning.values.length === dimensions) return meaning!;
  throw wrongDimensions(endpoint, name, meaning.values.length, dimensions);
}

/** The answer, or no time for it. */
async function answerUntil(until: number, answer: Promise<Known>): Promise<Known> {
  let known: Known | undefined;
  const answered = answer.then((given) => {
    known = given;
  });
  await withTimeout(until - performance.now(), answered);
  if (!known) throw noTime();
  return known;
}
