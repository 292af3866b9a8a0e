import { execFileSync } from "node:child_process";
import { Resolver } from "node:dns/promises";
import { mkdtempSync, readFileSync } from "node:fs";
import { createServer } from "node:https";
import { type AddressInfo, createServer as createPlainServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { type DialOptions, dial, ForbiddenReceiver } from "../../src/webhooks/receivers/dial";
import { post } from "../../src/webhooks/receivers/post";
import { PUBLIC_ONLY } from "../../src/webhooks/receivers/receiver-url";
import { type NameServer, openNameServer } from "../support/name-server";
import { openReceiver, type Receiver } from "../support/receiver";

/** An address of this machine that stands for a public one, and one that does not. */
const GOOD = "127.0.0.2";
const BAD = "127.0.0.1";
const SILENT = "127.0.0.3";
const rules = { http: true, allow: { names: new Set<string>(), networks: [GOOD, SILENT] } };

describe("dialling a receiver", () => {
  let server: NameServer;
  let addresses: { A: string[]; AAAA: string[] };
  let options: DialOptions;
  const receivers: Receiver[] = [];
  beforeEach(async () => {
    addresses = { A: [GOOD], AAAA: [] };
    server = await openNameServer((_, type) => addresses[type]);
    const resolver = new Resolver({ timeout: 1000, tries: 1 });
    resolver.setServers([server.address]);
    options = { rules, resolver };
  });
  afterEach(async () => {
    server.close();
    await Promise.all(receivers.splice(0).map((each) => each.close()));
  });

  const open = async (host: string) => {
    const receiver = await openReceiver(host);
    receivers.push(receiver);
    return receiver;
  };
  const never = new AbortController().signal;
  const dialTo = (host: string, port: number) => dial({ host, port, isTls: false }, options, never);
  const portOf = ({ url }: Receiver) => Number(new URL(url).port);

  test("connects to the very address that was checked, though the name has another one at once", async () => {
    const receiver = await open(GOOD);
    const given = addresses.A;
    server.close();
    // The name server rebinds: whoever asks a second time gets the private address.
    let asked = 0;
    server = await openNameServer((_, type) => (type === "AAAA" ? [] : asked++ === 0 ? given : [BAD]));
    const resolver = new Resolver({ timeout: 1000, tries: 1 });
    resolver.setServers([server.address]);
    options = { rules, resolver };
    const socket = await dialTo("rebinding.example.com", portOf(receiver));
    expect(socket.remoteAddress).toBe(GOOD);
    socket.destroy();
    expect(server.questions).toEqual(["A rebinding.example.com", "AAAA rebinding.example.com"]);
    await expect(dialTo("rebinding.example.com", portOf(receiver))).rejects.toThrow(
      "rebinding.example.com has the address 127.0.0.1, which is not a public address.",
    );
  });

  test.each([
    [{ A: [GOOD, BAD], AAAA: [] }, BAD],
    [{ A: [BAD], AAAA: [] }, BAD],
    [{ A: [GOOD], AAAA: ["::1"] }, "::1"],
    [{ A: [], AAAA: ["fd00::1"] }, "fd00::1"],
    [{ A: ["169.254.169.254"], AAAA: [] }, "169.254.169.254"],
    [{ A: [], AAAA: ["64:ff9b::7f00:1"] }, "64:ff9b::7f00:1"],
  ])("refuses a name of which one address is not public: %j", async (given, bad) => {
    const receiver = await open(BAD);
    addresses = given;
    const failed = dialTo("hooks.example.com", portOf(receiver));
    await expect(failed).rejects.toBeInstanceOf(ForbiddenReceiver);
    await expect(failed).rejects.toThrow(`hooks.example.com has the address ${bad}, which is not a public address.`);
    expect(receiver.received).toEqual([]);
  });

  test("refuses addresses as such, and names that are never public, without asking anyone", async () => {
    for (const host of [BAD, "::1", "::ffff:127.0.0.2", "localhost", "metadata.google.internal"])
      await expect(dialTo(host, 80)).rejects.toBeInstanceOf(ForbiddenReceiver);
    expect(server.questions).toEqual([]);
  });

  test("asks the machine for a name that the operator allows", async () => {
    const receiver = await open(BAD);
    const allow = { names: new Set(["localhost"]), networks: [] };
    options = { ...options, rules: { http: true, allow } };
    const answer = await post({ url: `http://localhost:${portOf(receiver)}/x`, headers: {}, body: "{}" }, options);
    expect(answer).toMatchObject({ statusCode: 200, body: "ok" });
    expect(server.questions).toEqual([]);
  });

  test("gives up a name of which no name server tells anything", async () => {
    const silence = () => new Promise<never>(() => {});
    const resolver = { resolve4: silence, resolve6: silence } as DialOptions["resolver"];
    const answer = await post({ url: "http://hooks.example.com/", headers: {}, body: "{}" }, { rules, resolver }, 100);
    expect(answer.error).toBe("No answer within 0.1 seconds.");
  });

  test("tells the owner why nothing was sent", async () => {
    const errorOf = async (url: string, given = options) => (await post({ url, headers: {}, body: "{}" }, given)).error;
    expect(await errorOf("http://127.0.0.1/")).toBe("Not sent: 127.0.0.1 is not a public address.");
    expect(await errorOf("http://hooks.example.com/", { ...options, rules: PUBLIC_ONLY })).toBe(
      "Not sent: url must begin with https://, not http://.",
    );
    addresses = { A: [BAD], AAAA: [] };
    expect(await errorOf("http://hooks.example.com/")).toBe(
      "Not sent: hooks.example.com has the address 127.0.0.1, which is not a public address.",
    );
    addresses = { A: [], AAAA: [] };
    expect(await errorOf("http://hooks.example.com/")).toBe("Its name has no address.");
    expect(await errorOf(`http://${GOOD}:9/`)).toBe("It refused the connection.");
  });

  test("speaks TLS to the name, at the address that was checked, and to no other name", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "webhook-tls-"));
    const file = (name: string) => path.join(folder, name);
    const subject = ["-subj", "/CN=hooks.example.com", "-addext", "subjectAltName=DNS:hooks.example.com"];
    const files = ["-keyout", file("key.pem"), "-out", file("cert.pem")];
    execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...subject, ...files], {
      stdio: "pipe",
    });
    const [key, cert] = [readFileSync(file("key.pem")), readFileSync(file("cert.pem"), "utf8")];
    const tls = createServer({ key, cert }, (request, response) => response.end(request.headers.host));
    await new Promise<void>((resolve) => tls.listen(0, GOOD, resolve));
    const { port } = tls.address() as AddressInfo;
    const connect = (host: string, ca?: string) => dial({ host, port, isTls: true }, { ...options, ca }, never);
    try {
      const socket = await connect("hooks.example.com", cert);
      expect(socket).toMatchObject({ authorized: true, remoteAddress: GOOD, servername: "hooks.example.com" });
      socket.destroy();
      await expect(connect("other.example.com", cert)).rejects.toMatchObject({ code: "ERR_TLS_CERT_ALTNAME_INVALID" });
      await expect(connect("hooks.example.com")).rejects.toMatchObject({ code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
      // Another address of it takes connections, and never speaks.
      const silent = createPlainServer((each) => each.on("error", () => {}));
      await new Promise<void>((resolve) => silent.listen(port, SILENT, resolve));
      addresses = { A: [SILENT, GOOD], AAAA: [] };
      const late = await connect("hooks.example.com", cert);
      expect(late.remoteAddress).toBe(GOOD);
      late.destroy();
      silent.close();
    } finally {
      tls.close();
    }
  });
});
