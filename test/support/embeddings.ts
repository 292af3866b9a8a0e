import { createServer, type IncomingHttpHeaders, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

interface Asked {
  path: string;
  headers: IncomingHttpHeaders;
  model: string;
  input: string[];
}

export interface Embeddings {
  url: string;
  /** Every request, oldest first. */
  asked: Asked[];
  /** By name, how many dimensions the models have that it knows. */
  models: Record<string, number>;
  /** Answers instead, while it is set. */
  instead: ((asked: Asked) => RequestListener | null) | null;
  /** Answers come after it. */
  delay: Promise<void> | null;
  close(): Promise<void>;
}

/** Texts with the same words are alike: each word adds to one dimension. */
function vectorOf(text: string, dimensions: number): number[] {
  const vector = new Array<number>(dimensions).fill(0);
  for (const word of text.toLowerCase().match(/[a-z]+/g) ?? []) {
    const hash = [...word].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_003, 7);
    vector[hash % dimensions]! += 1;
  }
  return vector;
}

/** What answers as OpenAI-compatible servers do, at a port of its own; items come in reverse, as they may. */
export async function openEmbeddings(models: Record<string, number>): Promise<Embeddings> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", async () => {
      const { model, input } = JSON.parse(Buffer.concat(chunks).toString());
      const asked = { path: request.url!, headers: request.headers, model, input };
      opened.asked.push(asked);
      await opened.delay;
      const other = opened.instead?.(asked);
      if (other) return other(request, response);
      const dimensions = opened.models[model];
      if (!dimensions) return response.writeHead(404).end();
      const data = (input as string[]).map((text, index) => ({ index, embedding: vectorOf(text, dimensions) }));
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ data: data.reverse() }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const opened: Embeddings = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked: [],
    models,
    instead: null,
    delay: null,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return opened;
}
