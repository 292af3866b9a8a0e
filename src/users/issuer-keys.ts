import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import * as v from "valibot";
import { withTimeout } from "../async/with-timeout";
import { httpUrl } from "../config/setting-forms";
import { serviceUnavailable } from "../graphql/errors";
import { readBody } from "../inputs/read-body";
import type { Log } from "../log";

/** For each of the two documents, including its body. */
const READ_TIMEOUT_MS = 4000;
const MAX_DOCUMENT_BYTES = 1024 * 1024;
/** Older keys are fetched again, so that a key that the issuer has withdrawn stops working here too. */
const MAX_AGE_MS = 10 * 60_000;
/** How long a request that finds the keys too old waits for new ones: a healthy issuer responds sooner. */
const RENEWAL_WAIT_MS = 500;
/** Between fetches while keys are known, so that tokens with made-up key ids cannot make this server flood the issuer. */
const PAUSE_MS = 30_000;
/** Between fetches while no keys are known, because the issuer failed. */
const PAUSE_WITHOUT_KEYS_MS = 5000;

const metadataForm = v.object({ issuer: v.string(), jwks_uri: httpUrl });

/** The last try to read the keys. */
interface Reading {
  endedAt: number;
  failure: Error | null;
}

/** Verifies something with the issuer's keys. */
type WithKeys = <T>(verify: (find: JWTVerifyGetKey) => Promise<T>) => Promise<T>;

/**
 * The keys of one OpenID Connect issuer, by discovery (OpenID Connect Discovery 1.0): fetched at the first token, again when
 * they are too old, and when a token names an unknown key, so that keys can rotate. While the issuer is unavailable or its
 * documents are invalid, the known keys stay in use, with a pause after each try. An invalid token throws jose's error;
 * SERVICE_UNAVAILABLE means that the issuer, or its key, is to blame.
 */
export function createIssuerKeys(issuer: string, log: Log): WithKeys {
  let known: { find: JWTVerifyGetKey; readAt: number } | null = null;
  let lastRead: Reading | null = null;
  let underWay: Promise<void> | null = null;

  /** In ms, how long the issuer is not asked again. */
  const restOfPause = () => (lastRead ? (known ? PAUSE_MS : PAUSE_WITHOUT_KEYS_MS) - timeSince(lastRead.endedAt) : 0);

  async function renew(): Promise<void> {
    let failure: Error | null = null;
    try {
      const keys = await readKeys(issuer);
      known = { find: createLocalJWKSet(keys), readAt: Date.now() };
    } catch (error) {
      failure = error as Error;
      const isNews = known !== null && !lastRead?.failure;
      if (isNews) log.warn({ err: failure, issuer }, "the issuer's keys cannot be renewed; the known ones stay in use");
    }
    lastRead = { endedAt: Date.now(), failure };
    underWay = null;
  }

  /** Starts fetching, unless that is under way or was just done. Never rejects. */
  function read(): Promise<void> {
    if (!underWay && restOfPause() <= 0) underWay = renew();
    return underWay ?? Promise.resolve();
  }

  const find: JWTVerifyGetKey = async (header, token) => {
    if (!known) throw new Error("no key is known", { cause: lastRead?.failure });
    try {
      return await known.find(header, token);
    } catch (error) {
      const isNoneOrSeveral =
        error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys;
      throw isNoneOrSeveral ? error : new Error("the key cannot be read", { cause: error });
    }
  };

  /** The error to throw: that of the token, or SERVICE_UNAVAILABLE if the issuer could not be asked for its keys. */
  function explain(error: Error): Error {
    const mayBeNew = error instanceof errors.JWKSNoMatchingKey && lastRead?.failure;
    if (isOfToken(error) && !mayBeNew) return error;
    const cause = lastRead?.failure ?? (error.cause instanceof Error ? error.cause : error);
    return issuerAway(cause, Math.max(1, Math.ceil(restOfPause() / 1000)));
  }

  return async (verify) => {
    if (!known) await read();
    else if (timeSince(known.readAt) > MAX_AGE_MS && !underWay) await withTimeout(RENEWAL_WAIT_MS, read());
    const tried = known;
    try {
      return await verify(find);
    } catch (error) {
      if (isOfToken(error) && !(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await read();
      if (known === tried) throw explain(error as Error);
    }
    return verify(find).catch((error) => {
      throw explain(error);
    });
  };
}

/** Whether the token is to blame. Other faults, such as a key that is too short, are not JOSEErrors. */
function isOfToken(error: unknown): boolean {
  return error instanceof errors.JOSEError;
}

function issuerAway(cause: Error, retryAfter: number) {
  const message = "The issuer of this token is unavailable, or its published keys are invalid; try again soon.";
  return serviceUnavailable(message, cause, retryAfter);
}

/** In ms; not negative even if the clock was set back. */
function timeSince(time: number): number {
  return Math.abs(Date.now() - time);
}

async function readKeys(issuer: string): Promise<JSONWebKeySet> {
  const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const metadata = v.parse(metadataForm, await readJson(url));
  // OpenID Connect Discovery 1.0, 4.3: the document's issuer must be the one that it was fetched for.
  if (metadata.issuer !== issuer) throw new Error(`${url} belongs to another issuer, ${metadata.issuer}`);
  // jose checks its form.
  return (await readJson(metadata.jwks_uri)) as JSONWebKeySet;
}

async function readJson(url: string): Promise<unknown> {
  const response = await fetch(url, {
    headers: { accept: "application/json" },
    signal: AbortSignal.timeout(READ_TIMEOUT_MS),
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`${url} answered ${response.status}`);
  }
  const body = await readBody(response, MAX_DOCUMENT_BYTES);
  if (body === null) throw new Error(`${url} has more than ${MAX_DOCUMENT_BYTES} bytes`);
  return JSON.parse(body);
}
