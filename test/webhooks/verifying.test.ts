import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { root } from "../../src/root";
import type { Received } from "../support/receiver";
import { useWebhooks } from "./use-webhooks";

/** The code of a language in a section of README. */
function recipe(section: string, language: string): string {
  const readme = readFileSync(path.join(root, "README.md"), "utf8");
  const text = readme.slice(readme.indexOf(`\n### ${section}\n`));
  return new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "s").exec(text)![1]!;
}

function hasCommand(name: string): boolean {
  try {
    execFileSync(name, ["version"], { stdio: "ignore" });
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ENOENT";
  }
}

const folder = mkdtempSync(path.join(tmpdir(), "webhook-recipes-"));

describe("README's recipes for verifying a webhook", () => {
  const t = useWebhooks();

  const receive = async (): Promise<{ message: Received; secret: string }> => {
    const receiver = await t.receiver();
    const { secret } = await t.create({ url: receiver.url, events: ["PAPER_FEATURED"] });
    await t.paper({ title: "Erdős, π₀ 🎉 and $x_1$" });
    await t.plan();
    await t.send();
    return { message: receiver.received[0]!, secret };
  };
  const forged = (message: Received): Received => ({ ...message, body: message.body.replace("Erdős", "Erdos") });

  test("work in Node, with the official library", async () => {
    const file = path.join(folder, "receiver.cjs");
    writeFileSync(file, recipe("Verify a webhook", "js"));
    symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
    const port = await freePort();
    const { message, secret } = await receive();
    const child = spawn(process.execPath, [file], {
      env: { ...process.env, WEBHOOK_SECRET: secret, PORT: String(port) },
    });
    try {
      const send = async ({ body, headers }: Received): Promise<number> => {
        const { host: _, connection: __, "content-length": ___, ...others } = headers;
        for (;;) {
          const answer = await fetch(`http://127.0.0.1:${port}/`, {
            method: "POST",
            body,
            headers: others as Record<string, string>,
          }).catch(() => null);
          if (answer) return answer.status;
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      };
      expect(await send(message)).toBe(204);
      expect(await send(forged(message))).toBe(401);
    } finally {
      child.kill();
    }
  });

  (hasCommand("python3") ? test : test.skip)("work in Python", async () => {
    const { message, secret } = await receive();
    const main =
      "\nimport json, sys\nsecret, headers = json.loads(sys.argv[1])\nprint(verify(secret, headers, sys.stdin.buffer.read()))";
    const verify = ({ body, headers }: Received, by = secret) =>
      execFileSync("python3", ["-c", recipe("Verify a webhook", "python") + main, JSON.stringify([by, headers])], {
        input: body,
      }).toString();
    expect(verify(message)).toBe("True\n");
    expect(verify(forged(message))).toBe("False\n");
    expect(verify(message, `whsec_${Buffer.alloc(32).toString("base64")}`)).toBe("False\n");
    expect(verify({ ...message, headers: { ...message.headers, "webhook-timestamp": "1700000000" } })).toBe("False\n");
  });

  (hasCommand("openssl") ? test : test.skip)("work in a shell with openssl", async () => {
    const { message, secret } = await receive();
    const sign = ({ body, headers }: Received) => {
      writeFileSync(path.join(folder, "body.json"), body);
      const env = {
        ...process.env,
        WEBHOOK_SECRET: secret,
        WEBHOOK_ID: String(headers["webhook-id"]),
        WEBHOOK_TIMESTAMP: String(headers["webhook-timestamp"]),
      };
      return execFileSync("sh", ["-c", recipe("Verify a webhook", "sh")], { env, cwd: folder })
        .toString()
        .trim();
    };
    expect(sign(message)).toBe(message.headers["webhook-signature"]);
    expect(sign(forged(message))).not.toBe(message.headers["webhook-signature"]);
  });
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
