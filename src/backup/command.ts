import { readArguments } from "../config/arguments";
import { ExpectedError } from "../config/expected-error";

/** The file and the switches of a command line; throws ExpectedError with the usage. */
export function parseFile(args: string[], usage: string, switches: readonly string[] = []) {
  const options = Object.fromEntries(switches.map((name) => [name, { type: "boolean" as const }]));
  const { values, positionals } = readArguments(args, options, usage);
  const [file, ...rest] = positionals;
  if (!file || rest.length > 0) throw new ExpectedError(`Exactly one file is required.\n${usage}`);
  return { file, isSet: (name: string) => values[name] === true };
}
