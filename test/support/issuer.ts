import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWTPayload, type KeyLike, SignJWT } from "jose";

/** An OpenID Connect issuer on this machine: discovery, keys that rotate, tokens. */
export class Issuer {
  private server!: Server;
  private keys: { kid: string; publicKey: KeyLike; privateKey: KeyLike }[] = [];
  /** What it answers 500 for. */
  failing: string | null = null;
  url!: string;

  async start(): Promise<void> {
    await this.rotate();
    this.server = createServer(async (request, response) => {
      response.setHeader("content-type", "application/json");
      const part = request.url === "/keys" ? "keys" : "metadata";
      if (this.failing === part) response.writeHead(500);
      if (request.url === "/.well-known/openid-configuration") {
        response.end(JSON.stringify({ issuer: this.url, jwks_uri: `${this.url}/keys` }));
      } else {
        const keys = this.keys.map(async ({ kid, publicKey }) => ({
          ...(await exportJWK(publicKey)),
          kid,
          alg: "ES256",
        }));
        response.end(JSON.stringify({ keys: await Promise.all(keys) }));
      }
    });
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** New tokens are signed with a new key; only that one is published. */
  async rotate(): Promise<void> {
    this.keys = [{ kid: `key${Math.random()}`, ...(await generateKeyPair("ES256")) }];
  }

  token(claims: JWTPayload, over: { audience?: string; issuer?: string; expires?: string } = {}): Promise<string> {
    const { kid, privateKey } = this.keys[0]!;
    return new SignJWT(claims)
      .setProtectedHeader({ alg: "ES256", kid })
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
