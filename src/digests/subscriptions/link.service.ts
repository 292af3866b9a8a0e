import { columnsOf } from "../../db/columns";
import type { Db, Transaction } from "../../db/database";
import { sql } from "../../db/sql";
import { DigestStatus } from "../digest.types";
import { DigestSubscription } from "./subscription.entity";
import { findToken, type KnownToken } from "./token.service";

const columns = columnsOf(DigestSubscription, "s");

export async function findSubscription(db: Db, id: number): Promise<DigestSubscription> {
  const [found] = await db.query<DigestSubscription>(sql`
    select ${columns} from digest_subscriptions s where s.id = ${id}::int`);
  return found!;
}

/** Locks and reads a subscription: a reader who unsubscribes at the same time is not subscribed again. */
export async function lockSubscription(tx: Transaction, id: number): Promise<DigestSubscription> {
  await tx.query(sql`select from digest_subscriptions where id = ${id}::int for update`);
  return findSubscription(tx, id);
}

export type Link = KnownToken & {
  subscription: DigestSubscription;
  /** May show and change the subscription. */
  mayManage: boolean;
};

/** What a link's token may do, with its subscription; null for an unknown token. */
export async function findByToken(db: Db, token: string): Promise<Link | null> {
  const known = await findToken(db, token);
  return known && asLink(known, await findSubscription(db, known.subscriptionId));
}

/** The same, with the subscription and its links locked until the transaction ends. */
export async function lockByToken(tx: Transaction, token: string): Promise<Link | null> {
  const known = await findToken(tx, token);
  if (!known) return null;
  const subscription = await lockSubscription(tx, known.subscriptionId);
  const locked = await findToken(tx, token);
  return locked && asLink(locked, subscription);
}

/** A subscription's links end with it, except the one that ended it: it shows the subscription while it can undo that. */
function asLink(known: KnownToken, subscription: DigestSubscription): Link {
  const isOver = subscription.status === DigestStatus.UNSUBSCRIBED;
  return { ...known, subscription, mayManage: known.purpose === "MANAGE" && (isOver ? known.mayUndo : !known.isEnded) };
}

/** The link of a token that manages its subscription; null for any other token. */
export async function findManaging(db: Db, token: string): Promise<Link | null> {
  const found = await findByToken(db, token);
  return found?.mayManage ? found : null;
}

export async function lockManaged(tx: Transaction, token: string): Promise<DigestSubscription | null> {
  const link = await lockByToken(tx, token);
  return link?.mayManage ? link.subscription : null;
}
