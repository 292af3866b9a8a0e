import type { GraphQLSchema } from "graphql";
import { contractViolation, parse } from "../support/error-contract";
import { asPost, createHttpClient } from "../support/http-client";
import { generate, type Sample } from "./document";
import { mutate } from "./mutate";
import { createRandom } from "./random";
import type { Known } from "./values";

export interface FuzzOptions {
  port: number;
  schema: GraphQLSchema;
  seed: number;
  documents: number;
  /** May vote and send papers. */
  token: string;
}

export interface FuzzResult {
  /** Documents that were answered as none may be, with what was wrong. */
  failures: { number: number; fault: string; sample: Sample }[];
  /** How many answers had no error, or its code. */
  outcomes: Record<string, number>;
}

const CONNECTIONS = 8;
const MUTATED = 0.2;
const ANONYMOUS = 0.1;

/**
 * Sends random documents, several at a time, and judges every answer. Document number n depends on the seed alone, but for
 * the ids and cursors that it uses: those are what the first answers told.
 */
export async function fuzz({ port, schema, seed, documents, token }: FuzzOptions): Promise<FuzzResult> {
  const { send, close } = createHttpClient(port, CONNECTIONS);
  const result: FuzzResult = { failures: [], outcomes: {} };
  const known = await learn(send);
  // Each document has a seed of its own, so that the order of the answers changes nothing.
  const seedOf = createRandom(seed);
  const seeds = Array.from({ length: documents }, () => seedOf.int(0, 2 ** 31 - 1));
  let next = 0;
  const worker = async () => {
    for (let number = next++; number < documents; number = next++) {
      const random = createRandom(seeds[number]!);
      const whole = generate(schema, random, known);
      const sample = random.chance(MUTATED) ? mutate(whole, random) : whole;
      const bearer = random.chance(ANONYMOUS) ? undefined : token;
      const { fault, outcome } = await send(asPost(sample, bearer)).then(
        ({ status, body }) => ({
          fault: contractViolation(status, body),
          outcome: parse(body)?.errors?.[0]?.extensions?.code ?? "answered",
        }),
        (error: Error) => ({ fault: `no answer: ${error.message}`, outcome: "no answer" }),
      );
      result.outcomes[outcome] = (result.outcomes[outcome] ?? 0) + 1;
      if (fault) result.failures.push({ number, fault, sample });
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  close();
  return result;
}

/** Ids and cursors of what is there, which random documents use. */
export async function learn(send: ReturnType<typeof createHttpClient>["send"]): Promise<Known> {
  const query = `{ papers { edges { cursor node { id authors { edges { cursor node { id } } } organization { id } } } }
    feeds { edges { cursor node { id papers { edges { cursor } } } } } searchPapers(query: "paper") { edges { cursor } } }`;
  const { body } = await send(asPost({ query }));
  const all = (name: string) => Array.from(body.matchAll(new RegExp(`"${name}":"([^"]+)"`, "g")), ([, text]) => text!);
  return { ids: [...all("id"), "x"], cursors: [...all("cursor"), "x"] };
}
