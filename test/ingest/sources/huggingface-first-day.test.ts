import { parseCommand } from "../../../src/ingest/command";
import { json, useSource } from "./use-source";

const source = useSource();

test("an import that is to begin before the first list begins with that, and says so", async () => {
  source.handler = (day, response) => json(response, [day]);
  const range = ["--from", "2022-01-01", "--to", "2023-05-04", "--base-url", source.baseUrl()];
  const lines: string[] = [];
  const command = await parseCommand(["huggingface", ...range]);
  const items = command.items({
    signal: new AbortController().signal,
    onProgress: () => {},
    log: (line) => lines.push(line),
    now: async () => new Date(),
  });
  let read = 0;
  for await (const _ of items) read++;
  expect([source.asked, read]).toEqual([["2023-05-04"], 1]);
  expect(lines).toEqual([
    "--from 2022-01-01 is before the first day of Hugging Face's Daily Papers, 2023-05-04: the import begins with that.",
  ]);
});
