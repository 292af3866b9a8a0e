import { readJson } from "../../src/ingest/sources/json.source";

/** Prints how many items a file has, holding one at a time. */
async function main(): Promise<void> {
  let count = 0;
  for await (const _ of readJson(process.argv[2]!)) count++;
  console.log(count);
}

void main();
