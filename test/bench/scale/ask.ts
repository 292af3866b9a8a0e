import type { Client } from "pg";
import { createApp } from "../../../src/app";
import { defaultLimits } from "../../../src/config/limits";
import { defaultOptimizations } from "../../../src/config/optimizations";
import type { Database } from "../../../src/db/database";
import { type Statement, sql } from "../../../src/db/sql";
import { createLog } from "../../../src/log";
import { AccessTokenScope } from "../../../src/users/access-token.entity";
import { createAccessToken } from "../../../src/users/access-token.service";
import { explain } from "../../support/explain";
import type { Question } from "./questions";

const limits = { ...defaultLimits, RATE_LIMIT_ANONYMOUS: 0, RATE_LIMIT_USER: 0 };
/** What is kept in memory would answer for a small table, and not for a large one: here it is the tables that answer. */
const optimizations = { ...defaultOptimizations, contentCacheMb: 0 };
/** Rows from which a table that is read from end to end is a fault. */
const LARGE = 20_000;

/** Asks questions of the API in this process, and keeps what it asks the database. */
export interface Asker {
  /** Asks with all variables once. */
  warmUp(question: Question): Promise<void>;
  /** Asks one after another for so many milliseconds; gives the times of the answers, in milliseconds. */
  times(question: Question, ms: number): Promise<number[]>;
  /** The plans of the question's statements that read a large table from end to end. */
  faultyPlans(question: Question): Promise<string[]>;
  close(): Promise<void>;
}

export async function openAsker(db: Database, client: Client): Promise<Asker> {
  const sent: Statement[] = [];
  let n = 0;
  const app = await createApp(recording(db, sent), { explorer: false, limits, optimizations, log: createLog("error") });
  let token = "";
  const ask = async ({ name, query, variables }: Question): Promise<number> => {
    const i = n++ % variables.length;
    const isVote = query.startsWith("mutation");
    // A reader's second vote for a paper would be none.
    if (isVote && (i === 0 || token === "")) token = await voterToken(db);
    const start = performance.now();
    const answer = await app.inject({
      method: "POST",
      url: "/graphql",
      headers: isVote ? { authorization: `Bearer ${token}` } : {},
      payload: { query, variables: variables[i] },
    });
    const ms = performance.now() - start;
    const { errors } = answer.json();
    if (errors) throw new Error(`${name}, ${JSON.stringify(variables[i])}: ${errors[0].message}`);
    return ms;
  };
  return {
    async warmUp(question) {
      for (const _ of question.variables) await ask(question);
    },
    async times(question, ms) {
      const times: number[] = [];
      for (const end = performance.now() + ms; performance.now() < end; ) times.push(await ask(question));
      return times;
    },
    async faultyPlans(question) {
      sent.length = 0;
      await ask(question);
      const faulty: string[] = [];
      for (const statement of sent) {
        const plan = await explain(client, statement);
        if (await readsAll(client, plan)) faulty.push(plan);
      }
      return faulty;
    },
    close: () => app.close(),
  };
}

function recording(db: Database, sent: Statement[]): Database {
  const kept =
    (run: Database["query"]): Database["query"] =>
    (statement) => {
      sent.push(statement);
      return run(statement);
    };
  return { ...db, query: kept(db.query), primary: { query: kept(db.primary.query) }, write: kept(db.write) };
}

/** Of a user without any vote yet. */
async function voterToken(db: Database): Promise<string> {
  const [user] = await db.write<{ id: number }>(
    sql`insert into users (username) values ('voter' || gen_random_uuid()) returning id`,
  );
  const token = { name: "bench", scopes: [AccessTokenScope.UPVOTES_WRITE], expiresAt: null, parentId: null };
  const made = await createAccessToken(db, user!.id, token, 1);
  if (typeof made === "string") throw new Error(made);
  return made.secret;
}

async function readsAll(client: Client, plan: string): Promise<boolean> {
  const read = [...plan.matchAll(/Seq Scan on (\w+)/g)].map((match) => match[1]);
  const { rowCount } = await client.query("select from pg_class where relname = any($1) and reltuples >= $2", [
    read,
    LARGE,
  ]);
  return rowCount! > 0;
}
