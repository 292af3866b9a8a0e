import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, type KeyLike, SignJWT } from "jose";

type Part = "metadata" | "keys";

/** An OpenID Connect issuer on this machine: discovery, keys that rotate, tokens. */
export class Issuer {
  private server!: Server;
  private keys: { kid: string; alg: string; publicKey: KeyLike; privateKey: KeyLike }[] = [];
  /** What it answers instead of what it should. */
  faults: Partial<Record<Part, (response: ServerResponse, good: object) => void>> = {};
  /** How often each was asked for. */
  reads = { metadata: 0, keys: 0 };
  url!: string;

  async start(port = 0): Promise<void> {
    if (this.keys.length === 0) await this.rotate();
    this.server = createServer(async (request, response) => {
      response.setHeader("content-type", "application/json");
      const isMetadata = request.url === "/.well-known/openid-configuration";
      const part: Part = isMetadata ? "metadata" : "keys";
      this.reads[part]++;
      const good = isMetadata ? { issuer: this.url, jwks_uri: `${this.url}/keys` } : { keys: await this.jwks() };
      const fault = this.faults[part];
      if (fault) fault(response, good);
      else response.end(JSON.stringify(good));
    });
    await new Promise<void>((resolve) => this.server.listen(port, "127.0.0.1", resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  jwks(): Promise<JWK[]> {
    const keys = this.keys.map(async ({ kid, alg, publicKey }) => ({ ...(await exportJWK(publicKey)), kid, alg }));
    return Promise.all(keys);
  }

  /** New tokens are signed with a new key; only that one is published. */
  async rotate(alg = "ES256"): Promise<void> {
    this.keys = [{ kid: `key${Math.random()}`, alg, ...(await generateKeyPair(alg)) }];
  }

  token(
    claims: JWTPayload,
    over: { audience?: string; issuer?: string; expires?: string | number; kid?: string } = {},
  ): Promise<string> {
    const { kid, alg, privateKey } = this.keys[0]!;
    return new SignJWT(claims)
      .setProtectedHeader({ alg, kid: over.kid ?? kid })
      .setIssuer(over.issuer ?? this.url)
      .setAudience(over.audience ?? "papers")
      .setExpirationTime(over.expires ?? "5m")
      .sign(privateKey);
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** An issuer for the tests that follow. */
export function useIssuer(): Issuer {
  const issuer = new Issuer();
  beforeAll(() => issuer.start());
  afterAll(() => issuer.close());
  return issuer;
}
