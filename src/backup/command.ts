import { parseArgs } from "node:util";
import { ExpectedError } from "../expected-error";

/** The file that a command line names, and the switches beside it. */
export function parseFile(args: string[], usage: string, switches: readonly string[] = []) {
  try {
    const options = Object.fromEntries(switches.map((name) => [name, { type: "boolean" as const }]));
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true, strict: true });
    const [file, ...rest] = positionals;
    if (!file || rest.length > 0) throw new Error("One file is needed.");
    return { file, isSet: (name: string) => values[name] === true };
  } catch (error) {
    throw new ExpectedError(`${(error as Error).message}\nUsage:\n  ${usage}`);
  }
}
