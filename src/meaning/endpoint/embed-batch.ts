import type { WritableDb } from "../../db/database";
import { type Batch, checkDimensions, type OwnModel, type Text, writeEmbedded } from "./embedding-backlog.service";
import { EndpointFailure, embed, probeText } from "./endpoint";

/** For an answer about papers, in ms. */
const TIMEOUT_MS = 60_000;
/** Characters of a text: some 2,000 tokens, as common models read at most; and of one that the endpoint refuses. */
const MAX_TEXT = { usual: 8000, refused: 1000 };
/** So often a text has to fail, each time after another one was taken, where the endpoint does not say that the text is at fault. */
const DOUBTS = 5;

/** Where a batch is embedded, and for whom. */
export interface Embedding extends OwnModel {
  db: WritableDb;
  /** Whether any failure may be that of a text, as the last ones were failures, too. */
  mayDoubtTexts: boolean;
  /** Tells the operator of a paper whose text is refused, and why. */
  tellRefusal: (paperId: number, why: EndpointFailure) => void;
  signal: AbortSignal;
}

/**
 * Embeds papers. What the endpoint refuses, it gets by halves, so that one text does not keep the others waiting; one that fails
 * even when it is short, while another text is taken, has no meaning. What is embedded is written at once: a failure keeps the rest
 * only. Throws EndpointFailure.
 */
export async function embedBatch(batch: Batch, embedding: Embedding): Promise<void> {
  try {
    await new Splitting(batch, embedding).embed(batch.texts, MAX_TEXT.usual);
  } finally {
    // Those, too, that an import asks for once more at this moment.
    await batch.giveBack();
  }
}

class Splitting {
  /** Whether the endpoint took another text since the whole batch failed. */
  private isProbed = false;

  constructor(
    private readonly batch: Batch,
    private readonly embedding: Embedding,
  ) {}

  async embed(texts: readonly Text[], length: number): Promise<void> {
    const failure = await this.attempt(texts, length);
    if (!failure) return;
    if (!this.isProbed) await this.probe();
    this.isProbed = true;
    const [first] = texts as [Text];
    if (texts.length > 1) {
      const half = texts.length >> 1;
      await this.embed(texts.slice(0, half), length);
      await this.embed(texts.slice(half), length);
    } else if (textOf(first, length).length > MAX_TEXT.refused) {
      await this.embed(texts, MAX_TEXT.refused);
    } else if (!(await this.isTakenAfterAll(first, failure))) {
      this.embedding.tellRefusal(first.paperId, failure);
      await writeEmbedded(this.embedding.db, this.embedding, [first], [null]);
    }
  }

  /** Gives the failure when the texts may be at fault, and throws any other. */
  private async attempt(texts: readonly Text[], length: number): Promise<EndpointFailure | null> {
    const { db, mayDoubtTexts, signal } = this.embedding;
    try {
      const meanings = await this.ask(texts.map((text) => textOf(text, length)));
      await writeEmbedded(db, this.embedding, texts, meanings);
      return null;
    } catch (error) {
      if (!(error instanceof EndpointFailure) || signal.aborted) throw error;
      if (error.isOfTexts || (mayDoubtTexts && !error.isOfTime)) return error;
      throw error;
    }
  }

  /** Throws when the endpoint does not take any text: then this one is not at fault. */
  private async isTakenAfterAll(text: Text, failure: EndpointFailure): Promise<boolean> {
    const doubts = failure.isOfTexts ? 1 : DOUBTS;
    for (let n = 1; ; n++) {
      await this.probe();
      if (n === doubts) return false;
      if (!(await this.attempt([text], MAX_TEXT.refused))) return true;
    }
  }

  private async probe(): Promise<void> {
    const meanings = await this.ask([probeText()]);
    await this.embedding.db.bulk((tx) => checkDimensions(tx, this.embedding, meanings));
  }

  private async ask(texts: readonly string[]): ReturnType<typeof embed> {
    const { endpoint, askedAs, signal } = this.embedding;
    await this.batch.renew();
    return embed(endpoint, askedAs, texts, { timeout: TIMEOUT_MS, signal });
  }
}

/** Cut, but not within a character of two code units. */
function textOf({ title, abstract }: Text, length: number): string {
  const text = abstract ? `${title}\n\n${abstract}` : title;
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, "");
}
