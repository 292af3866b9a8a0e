import type { DigestSettings } from "../../src/digests/digest.settings";

/** Settings of digests for a test: no mail server, no outbox that exists. */
export function testDigestSettings(over: Partial<DigestSettings> = {}): DigestSettings {
  return {
    publicUrl: "http://papers.test",
    secret: "the secret of the tests, long enough",
    from: { digest: "digest@papers.test", confirmation: "confirm@papers.test" },
    smtpUrl: null,
    dkim: null,
    outbox: "/nonexistent/outbox",
    eventsSecret: null,
    ...over,
  };
}
