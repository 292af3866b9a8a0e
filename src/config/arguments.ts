import { type ParseArgsConfig, parseArgs } from "node:util";
import { misspeltFrom } from "./did-you-mean";
import { ExpectedError } from "./expected-error";

/** Parses a command line; throws ExpectedError that says what is wrong, and what to write instead. */
export function readArguments<Options extends NonNullable<ParseArgsConfig["options"]>>(
  args: string[],
  options: Options,
  usage: string,
) {
  try {
    // A lone "-" is a positional.
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    const [message] = (error as Error).message.split(". ");
    const [, unknown = ""] = /^Unknown option '--?([^']*)'/.exec(message!) ?? [];
    throw new ExpectedError(`${message}.${meant(Object.keys(options), unknown, "--")}\n${usage}`);
  }
}

/** The arguments of a command: positional words in their order, and options with a string value. */
interface Shape<Option extends string> {
  /** A last one that ends with "..." stands for one word or more. */
  words: readonly string[];
  options: readonly Option[];
  /** Required options. */
  needed?: readonly Option[];
}

/** Parses a command line whose first word is one of `commands`; throws like `readArguments`. */
export function readCommand<Name extends string, Option extends string>(
  args: string[],
  commands: Record<Name, Shape<Option>>,
  usage: string,
): { command: Name; words: string[]; values: Partial<Record<Option, string>> } {
  const names = Object.keys(commands) as Name[];
  const options = names.flatMap((name) => commands[name].options).map((name) => [name, { type: "string" as const }]);
  const { values, positionals } = readArguments(args, Object.fromEntries(options), usage);
  const [first, ...words] = positionals;
  const command = names.find((name) => name === first);
  const problem =
    command === undefined ? problemOfName(names, first) : problemOf(command, commands[command], words, values);
  if (problem !== null) throw new ExpectedError(`${problem}\n${usage}`);
  return { command: command!, words, values: values as Partial<Record<Option, string>> };
}

function problemOfName(names: readonly string[], first: string | undefined): string {
  if (first === undefined) return `A command is missing: ${names.join(", ")}.`;
  return `"${first}" is not ${names.join(" or ")}.${meant(names, first)}`;
}

function problemOf(
  command: string,
  shape: Shape<string>,
  words: readonly string[],
  values: Record<string, unknown>,
): string | null {
  const foreign = Object.keys(values).find((option) => !shape.options.includes(option));
  if (foreign !== undefined) return `--${foreign} does not go with ${command}.`;
  const word = shape.words[words.length];
  if (word !== undefined) return `${command} needs ${word}.`;
  const surplus = shape.words.at(-1)?.endsWith("...") ? undefined : words[shape.words.length];
  if (surplus !== undefined) return `"${surplus}" is one word too many for ${command}.`;
  const option = shape.needed?.find((each) => !values[each]);
  return option === undefined ? null : `${command} needs --${option}.`;
}

function meant(known: readonly string[], word: string, prefix = ""): string {
  const near = misspeltFrom(known, word);
  return near === null ? "" : ` Did you mean ${prefix}${near}?`;
}
