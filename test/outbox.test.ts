import { mkdir, symlink, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { createTransport } from "nodemailer";
import request from "supertest";
import { startApi, type TestApi } from "./support/api";
import { createTestDatabase, type TestDatabase } from "./support/database";
import { settings } from "./support/digests";
import { faultsOf } from "./support/pages";
import { temporaryFolder } from "./support/processes";

describe("the outbox", () => {
  let db: TestDatabase;
  let api: TestApi;
  let folder: string;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    db = await createTestDatabase();
    const temporary = await temporaryFolder();
    remove = temporary.remove;
    folder = path.join(temporary.folder, "outbox");
    api = await startApi(db, { digests: { ...settings, outbox: folder } });
  });
  afterAll(async () => {
    await api.close();
    await db.close();
    await remove();
  });
  const get = (url: string, headers: Record<string, string> = {}) =>
    request(api.server.server)
      .get(url)
      .set({ host: "localhost:4000", ...headers });

  /** A mail as the sender writes it. */
  async function put(file: string, subject: string, time: string): Promise<void> {
    const html = `<!doctype html><html><head><style>a{}</style></head><body><a href="http://localhost:4000/digest">Grüße</a><script>1</script></body></html>`;
    const { message } = await createTransport({ streamTransport: true, buffer: true }).sendMail({
      from: "digest@localhost",
      to: "ada@example.org",
      subject,
      html,
      text: "Open http://localhost:4000/digest/confirm/abc <now>",
      headers: { "x-note": "hello" },
    });
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, file), message);
    await utimes(path.join(folder, file), new Date(time), new Date(time));
  }

  test("says that there are no mails, while there is no folder either", async () => {
    const page = await get("/outbox");
    expect(page.status).toBe(200);
    expect(page.text).toContain("There are no mails yet");
    expect(await faultsOf(page.text)).toEqual([]);
  });

  test("lists the mails, the newest first", async () => {
    await put("b.eml", "Grüße & <b>first</b>", "2026-01-01");
    await put("a.eml", "Second", "2026-01-03");
    await put("c.eml", "Third", "2026-01-02");
    await writeFile(path.join(folder, "notes.txt"), "not a mail");
    const page = await get("/outbox");
    expect(page.text.match(/outbox\/\w+\.eml/g)).toEqual(["outbox/a.eml", "outbox/c.eml", "outbox/b.eml"]);
    expect(page.text).toContain("Grüße &amp; &lt;b&gt;first&lt;/b&gt;");
    expect(await faultsOf(page.text)).toEqual([]);
  });

  test("shows a mail: its text with links, its headers, and its HTML in a frame where nothing runs", async () => {
    await put("a.eml", "Second", "2026-01-03");
    const page = await get("/outbox/a.eml");
    expect(page.text).toContain('<a href="http://localhost:4000/digest/confirm/abc">');
    expect(page.text).toContain("&lt;now&gt;");
    expect(page.text).toContain("X-Note: hello");
    expect(page.text).toContain('src="a.eml/html" sandbox="allow-popups allow-popups-to-escape-sandbox"');
    expect(page.headers["content-security-policy"]).toContain("frame-src 'self'");
    expect(await faultsOf(page.text)).toEqual([]);
    const frame = await get("/outbox/a.eml/html");
    expect(frame.text).toContain('<head><base target="_blank">');
    expect(frame.text).toContain("Grüße");
    expect(frame.headers["content-security-policy"]).toMatch(
      /default-src 'none'.*sandbox allow-popups.*frame-ancestors 'self'/,
    );
  });

  test("opens files of its own folder alone, and no links", async () => {
    await put("a.eml", "Second", "2026-01-03");
    await writeFile(path.join(folder, "../secret.eml"), "Subject: secret\n\nsecret");
    await symlink("../secret.eml", path.join(folder, "link.eml"));
    await mkdir(path.join(folder, "folder.eml"));
    for (const file of [
      "..%2Fsecret.eml",
      "../secret.eml",
      "%2e%2e%2fsecret.eml",
      "link.eml",
      "folder.eml",
      "notes.txt",
      ".eml",
      "x%00.eml",
    ]) {
      const answer = await get(`/outbox/${file}`);
      expect(answer.status).toBe(404);
      expect(answer.text).not.toContain("secret<");
    }
    expect((await get("/outbox")).text).not.toMatch(/link\.eml|folder\.eml/);
  });

  test.each([
    ["was passed on by a proxy", { "x-forwarded-for": "203.0.113.9" }],
    ["names its way (RFC 7239)", { forwarded: "for=203.0.113.9" }],
    ["went through a gateway", { via: "1.1 proxy" }],
    ["was led here by a longer name", { host: "localhost.evil.example" }],
    ["was led here by another name (DNS rebinding)", { host: "evil.example:4000" }],
  ])("is not there for a request that %s", async (_, headers) => {
    await put("a.eml", "Second", "2026-01-03");
    for (const url of ["/outbox", "/outbox/a.eml", "/outbox/a.eml/html"]) {
      const answer = await get(url, headers);
      expect(answer.status).toBe(404);
      expect(answer.text).not.toMatch(/Second|Outbox|Grüße/);
    }
  });

  test.each([
    ["127.0.0.1", 200],
    ["::1", 200],
    ["::ffff:127.0.0.1", 200],
    ["203.0.113.9", 404],
    ["::ffff:203.0.113.9", 404],
    ["192.168.1.127", 404],
    ["fe80::1", 404],
  ])("answers a request from %s with %s", async (remoteAddress, status) => {
    const answer = await api.server.inject({ url: "/outbox", remoteAddress, headers: { host: "localhost:4000" } });
    expect(answer.statusCode).toBe(status);
  });

  test("is read by no other site", async () => {
    const answer = await get("/outbox", { origin: "https://evil.example" });
    expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
    expect(answer.headers["cross-origin-resource-policy"]).toBe("same-origin");
  });
});
