import { mkdir, symlink, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { createTransport } from "nodemailer";
import { settings } from "../../support/digests";
import { faultsOf } from "../../support/pages";
import { temporaryFolder } from "../../support/processes";
import { useApi } from "../../support/use-api";

const SECRET = "the-secret-of-the-outbox_long-enough";
const OUTBOX = `/outbox/${SECRET}`;

describe("the outbox", () => {
  let folder: string;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    const temporary = await temporaryFolder();
    remove = temporary.remove;
    folder = path.join(temporary.folder, "outbox");
  });
  const t = useApi(() => ({ digests: { ...settings, outbox: folder, outboxSecret: SECRET } }));
  afterAll(() => remove());
  const get = (url: string, headers: Record<string, string> = {}) => t.api.http().get(url).set(headers);

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
    const page = await get(OUTBOX);
    expect(page.status).toBe(200);
    expect(page.text).toContain("There are no mails yet");
    expect(await faultsOf(page.text)).toEqual([]);
  });

  test("lists the mails, the newest first", async () => {
    await put("b.eml", "Grüße & <b>first</b>", "2026-01-01");
    await put("a.eml", "Second", "2026-01-03");
    await put("c.eml", "Third", "2026-01-02");
    await writeFile(path.join(folder, "notes.txt"), "not a mail");
    const page = await get(OUTBOX);
    expect(page.text.match(/href="[^"]+\.eml"/g)).toEqual(
      ["a", "c", "b"].map((name) => `href="${SECRET}/${name}.eml"`),
    );
    expect(page.text).toContain("Grüße &amp; &lt;b&gt;first&lt;/b&gt;");
    expect(await faultsOf(page.text)).toEqual([]);
  });

  test("shows a mail: its text with links, its headers, and its HTML in a frame where nothing runs", async () => {
    await put("a.eml", "Second", "2026-01-03");
    const page = await get(`${OUTBOX}/a.eml`);
    expect(page.text).toContain('<a href="http://localhost:4000/digest/confirm/abc">');
    expect(page.text).toContain("&lt;now&gt;");
    expect(page.text).toContain("X-Note: hello");
    expect(page.text).toContain('src="a.eml/html" sandbox="allow-popups allow-popups-to-escape-sandbox"');
    expect(page.headers["content-security-policy"]).toContain("frame-src 'self'");
    expect(await faultsOf(page.text)).toEqual([]);
    const frame = await get(`${OUTBOX}/a.eml/html`);
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
      const answer = await get(`${OUTBOX}/${file}`);
      expect(answer.status).toBe(404);
      expect(answer.text).not.toContain("secret<");
    }
    expect((await get(OUTBOX)).text).not.toMatch(/link\.eml|folder\.eml/);
  });

  test.each([
    ["without a secret", "/outbox"],
    ["with a slash in its place", "/outbox/"],
    ["with another secret", "/outbox/another"],
    ["with the beginning of it", `/outbox/${SECRET.slice(0, -1)}`],
    ["with it and more", `${OUTBOX}x`],
    ["for a mail as it was found before", "/outbox/a.eml"],
    ["for a mail with another secret", "/outbox/another/a.eml"],
    ["for a mail's HTML with another secret", "/outbox/another/a.eml/html"],
  ])("stays closed %s, wherever the request comes from, and says where its address is", async (_, url) => {
    await put("a.eml", "Second", "2026-01-03");
    const origins: Record<string, string>[] = [{ host: "localhost:4000" }, { "x-forwarded-for": "203.0.113.9" }];
    for (const headers of origins) {
      const answer = await get(url, headers);
      expect(answer.status).toBe(403);
      expect(answer.text).toMatch(/prints that address when it starts[\s\S]*outbox-secret/);
      expect(answer.text).not.toMatch(/Second|Grüße|ada@/);
      expect(answer.text).not.toContain(SECRET);
      expect(await faultsOf(answer.text)).toEqual([]);
    }
  });

  test("opens by its secret behind any proxy and by any name", async () => {
    await put("a.eml", "Second", "2026-01-03");
    const elsewhere: Record<string, string>[] = [{ "x-forwarded-for": "203.0.113.9" }, { host: "papers.example" }];
    for (const headers of elsewhere) {
      expect((await get(OUTBOX, headers)).text).toContain("Second");
    }
    expect((await get(`${OUTBOX}/a.eml`)).text).toContain(`href="../${SECRET}"`);
  });

  test("gives its address to no other site, no cache and no search engine", async () => {
    await put("a.eml", "Second", "2026-01-03");
    for (const url of ["/outbox", OUTBOX, `${OUTBOX}/a.eml`, `${OUTBOX}/a.eml/html`, `${OUTBOX}/nothing.eml`]) {
      const { headers } = await get(url);
      expect(headers).toMatchObject({
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cache-control": "no-store",
        "x-robots-tag": "noindex",
      });
    }
  });

  test("is read by no other site", async () => {
    const answer = await get(OUTBOX, { origin: "https://evil.example" });
    expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
    expect(answer.headers["cross-origin-resource-policy"]).toBe("same-origin");
  });
});
