import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import * as v from "valibot";
import { serviceUnavailable } from "../errors";
import type { Log } from "../log";
import { readBody } from "../read-body";
import { httpUrl } from "../url-settings";
import { within } from "../within";

/** For each of the two documents, its body included. */
const READ_TIMEOUT_MS = 4000;
const MAX_DOCUMENT_BYTES = 1024 * 1024;
/** Known keys that are older are renewed, so that one that the issuer has taken back ends here too. */
const MAX_AGE_MS = 10 * 60_000;
/** So long the one request waits that finds the keys too old: an issuer that is well answers sooner. */
const RENEWAL_WAIT_MS = 500;
/** Between readings while keys are known, so that tokens that name made-up keys cannot make us flood the issuer. */
const PAUSE_MS = 30_000;
/** Between readings while none are known: the issuer failed. */
const PAUSE_WITHOUT_KEYS_MS = 5000;

const metadataForm = v.object({ issuer: v.string(), jwks_uri: httpUrl });

interface Reading {
  endedAt: number;
  failure: Error | null;
}

/** Verifies something with the issuer's keys. */
type WithKeys = <T>(verify: (find: JWTVerifyGetKey) => Promise<T>) => Promise<T>;

/**
 * Knows the keys of one OpenID Connect issuer: by discovery (OpenID Connect Discovery 1.0) at the first token, then again
 * in a while, and when a token names a key that is not known, so keys may rotate. While the issuer is away or its documents
 * are bad, the keys that are known go on, and it is left alone for a pause after each try. What is wrong with a token fails as
 * jose says; SERVICE_UNAVAILABLE says that it is the issuer, or its key.
 */
export function createIssuerKeys(issuer: string, log: Log): WithKeys {
  let known: { find: JWTVerifyGetKey; readAt: number } | null = null;
  let last: Reading | null = null;
  let underWay: Promise<void> | null = null;

  const restOfPause = () => (last ? (known ? PAUSE_MS : PAUSE_WITHOUT_KEYS_MS) - timeSince(last.endedAt) : 0);

  async function renew(): Promise<void> {
    let failure: Error | null = null;
    try {
      const keys = await readKeys(issuer);
      known = { find: createLocalJWKSet(keys), readAt: Date.now() };
    } catch (error) {
      failure = error as Error;
      const isNews = known !== null && !last?.failure;
      if (isNews) log.warn({ err: failure, issuer }, "the issuer's keys cannot be renewed; those that are known go on");
    }
    last = { endedAt: Date.now(), failure };
    underWay = null;
  }

  /** Begins a reading, unless one is under way or was just made. Never fails. */
  function read(): Promise<void> {
    if (!underWay && restOfPause() <= 0) underWay = renew();
    return underWay ?? Promise.resolve();
  }

  const find: JWTVerifyGetKey = async (header, token) => {
    if (!known) throw new Error("no key is known", { cause: last?.failure });
    try {
      return await known.find(header, token);
    } catch (error) {
      const isChoice = error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys;
      throw isChoice ? error : new Error("the key cannot be read", { cause: error });
    }
  };

  function explain(error: Error): Error {
    const mayBeNew = error instanceof errors.JWKSNoMatchingKey && last?.failure;
    if (isOfToken(error) && !mayBeNew) return error;
    const cause = last?.failure ?? (error.cause instanceof Error ? error.cause : error);
    return issuerAway(cause, Math.max(1, Math.ceil(restOfPause() / 1000)));
  }

  return async (verify) => {
    if (!known) await read();
    else if (timeSince(known.readAt) > MAX_AGE_MS && !underWay) await within(RENEWAL_WAIT_MS, read());
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

/** Whether the token is to blame. For a key that is too short, say, jose has no error of its own. */
function isOfToken(error: unknown): boolean {
  return error instanceof errors.JOSEError;
}

function issuerAway(cause: Error, retryAfter: number) {
  const message = "The issuer of this token is away, or what it publishes is not good; try again soon.";
  return serviceUnavailable(message, cause, retryAfter);
}

/** In ms, by a clock that may have been set back. */
function timeSince(time: number): number {
  return Math.abs(Date.now() - time);
}

async function readKeys(issuer: string): Promise<JSONWebKeySet> {
  const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const metadata = v.parse(metadataForm, await readJson(url));
  // OpenID Connect Discovery 1.0, 4.3: what is found must speak for the issuer that was asked for.
  if (metadata.issuer !== issuer) throw new Error(`${url} is of another issuer, ${metadata.issuer}`);
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
